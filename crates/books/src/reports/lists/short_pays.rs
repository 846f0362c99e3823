//! Short-pays: what payers held back for a reason, and what became of it.

use domain::ids::{DocumentId, LineId};

use crate::reports::lists::{Filter, FilterKind, Key, List, filter};
use crate::reports::table::{date, money, text};
use crate::reports::{Cell, known};
use crate::short_pays::sql::{cases, latest, payment_gone, state};

const STATES: FilterKind = FilterKind::OneOf(&[
    "open",
    "justified",
    "unjustified",
    "paid",
    "credited",
    "written_off",
    "taken_back",
]);

const STILL: Filter = filter(
    "open",
    FilterKind::OneOf(&["true", "false"]),
    "('{}' = 'true') = (i.open_amount <> 0)",
    "true: something of it is open; false: settled or taken back",
);

const PAYMENT: Filter = filter(
    "payment",
    FilterKind::OneOf(&["stands", "gone"]),
    concat!(payment_gone!(), " = '{}'"),
    "gone: the payment that was short no longer stands, and somebody settled the short-pay",
);

/// Short-pays, newest first.
pub(super) const SHORT_PAYS: List = List {
    name: "short-pays",
    about: "What payers held back for a reason, with its owner and what became of it",
    columns: &[
        text("id"),
        text("number"),
        text("party_code"),
        text("party_name"),
        text("document_id"),
        text("document_number"),
        text("reason"),
        text("stated"),
        text("owner"),
        date("answer_by"),
        date("opened_on"),
        date("due_on"),
        money("amount"),
        money("open"),
        text("state"),
        text("line"),
        text("payment"),
    ],
    filters: &[
        filter(
            "party",
            FilterKind::Text,
            "p.code = {}",
            "Code of the party",
        ),
        filter("number", FilterKind::Text, "d.number = {}", "Number, whole"),
        filter(
            "document",
            FilterKind::Text,
            "o.number = {}",
            "Number of the document that was paid short",
        ),
        filter(
            "reason",
            FilterKind::Text,
            concat!(latest!("reason", "s.reason"), " = {}"),
            "Reason: price, quantity, damaged, …",
        ),
        filter(
            "owner",
            FilterKind::Text,
            concat!(latest!("assigned", "s.owner"), " = {}"),
            "Login of whoever answers for it",
        ),
        filter(
            "state",
            STATES,
            concat!(state!(), " = '{}'"),
            "What became of it",
        ),
        STILL,
        PAYMENT,
    ],
    is_control: false,
    select: concat!(
        "SELECT s.document_id, d.number, p.code, p.name, s.from_document_id, o.number, ",
        latest!("reason", "s.reason"),
        ", s.stated, ",
        latest!("assigned", "s.owner"),
        ", ",
        latest!("answer_by", "CAST(s.answer_by AS TEXT)"),
        ", i.opened_on, i.due_on, i.amount, i.open_amount, i.currency, ",
        state!(),
        ", l.line_id, l.unit, ",
        payment_gone!(),
        cases!(),
        " WHERE s.entity_id = $1"
    ),
    key_column: "s.document_id",
    key: Key::Id(|text| text.parse::<DocumentId>().ok().map(|id| id.0)),
    read: |row| {
        let currency = row.text(14)?;
        let answer_by = row.text(9)?;
        let unit = row.opt_text(17)?.filter(|unit| !unit.is_empty());
        let line = row.opt_int(16)?.map(LineId).map(|line| match unit {
            Some(unit) => format!("{line}.{unit}"),
            None => line.to_string(),
        });
        Ok(vec![
            DocumentId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            DocumentId(row.int(4)?).to_string().into(),
            row.text(5)?.into(),
            row.text(6)?.into(),
            row.text(7)?.into(),
            row.text(8)?.into(),
            answer_by.parse().map_or(Cell::Empty, Cell::Date),
            row.date(10)?.into(),
            row.date(11)?.into(),
            known::sum(row.int(12)?, &currency)?.into(),
            known::sum(row.int(13)?, &currency)?.into(),
            row.text(15)?.into(),
            line.into(),
            row.text(18)?.into(),
        ])
    },
};
