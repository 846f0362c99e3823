//! Documents, receipts, open items and applications, newest first.

use domain::documents::{DocumentKind, KINDS};
use domain::ids::{ApplicationId, DocumentId, ItemId};

use crate::db::Row;
use crate::failure::Fault;
use crate::reports::lists::{Filter, FilterKind, Key, List, filter};
use crate::reports::table::{Column, date, money, text};
use crate::reports::{Cell, known};

const COLUMNS: &[Column] = &[
    text("id"),
    text("kind"),
    text("number"),
    text("side"),
    text("party_code"),
    text("party_name"),
    date("issued_on"),
    date("posted_on"),
    date("due_on"),
    money("net"),
    money("tax"),
    money("gross"),
    money("open"),
    text("purchase_order"),
    text("memo"),
    text("item_id"),
];

const BY_PARTY: Filter = filter(
    "party",
    FilterKind::Text,
    "d.party_id = (SELECT p0.id FROM party p0 WHERE p0.entity_id = $1 AND p0.code = {})",
    "Code of the party",
);
const KIND_CODES: [&str; KINDS.len()] = {
    let mut codes = [""; KINDS.len()];
    let mut place = 0;
    while place < KINDS.len() {
        codes[place] = KINDS[place].code;
        place += 1;
    }
    codes
};
const SIDES: FilterKind = FilterKind::OneOf(&["receivable", "payable"]);
const OPEN: Filter = filter(
    "open",
    FilterKind::OneOf(&["yes"]),
    // Not plainly `<> 0`: engines would begin with every open item and sort them then.
    "COALESCE(i.open_amount, 0) <> 0 AND {} = 'yes'",
    "Only what is still open",
);

/// A document is one row, whatever its instalments: what is open of all of them, and of the first
/// that is open when it is due.
macro_rules! documents {
    ($narrowed:literal) => {
        concat!(
            "
    SELECT d.id, d.kind, d.number, d.side, p.code, p.name, d.issued_on, d.posted_on, i.due_on,
        d.net, d.tax, d.gross,
        (SELECT CAST(SUM(s.open_amount) AS BIGINT) FROM open_item s
         WHERE s.entity_id = d.entity_id AND s.document_id = d.id),
        d.currency, d.purchase_order, d.memo, i.id
    FROM document d
    LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
    LEFT JOIN open_item i ON i.entity_id = d.entity_id AND i.id = (
        SELECT f.id FROM open_item f
        WHERE f.entity_id = d.entity_id AND f.document_id = d.id
        ORDER BY f.open_amount = 0, f.due_on, f.id LIMIT 1)
    WHERE d.entity_id = $1",
            $narrowed
        )
    };
}

fn document_key(text: &str) -> Option<i64> {
    text.parse::<DocumentId>().ok().map(|id| id.0)
}

/// Every document.
pub(super) const DOCUMENTS: List = List {
    name: "documents",
    about: "Invoices, credit memos, receipts, bills, payments and every other document",
    columns: COLUMNS,
    filters: &[
        BY_PARTY,
        filter(
            "kind",
            FilterKind::OneOf(&KIND_CODES),
            "d.kind = {}",
            "Kind: invoice, credit_memo, …",
        ),
        filter("number", FilterKind::Text, "d.number = {}", "Number, whole"),
        filter("side", SIDES, "d.side = '{}'", "receivable or payable"),
        filter(
            "from",
            FilterKind::Date,
            "d.posted_on >= {}",
            "Posted on this day or later",
        ),
        filter(
            "to",
            FilterKind::Date,
            "d.posted_on <= {}",
            "Posted on this day or before",
        ),
        OPEN,
    ],
    is_control: false,
    select: documents!(""),
    key_column: "d.id",
    key: Key::Id(document_key),
    read: document,
};

/// Customer cash.
pub(super) const RECEIPTS: List = List {
    name: "receipts",
    about: "Customer cash as documents",
    columns: COLUMNS,
    filters: &[BY_PARTY, OPEN],
    is_control: false,
    select: documents!(" AND d.kind = 'receipt'"),
    key_column: "d.id",
    key: Key::Id(document_key),
    read: document,
};

fn document(row: &Row<'_>) -> Result<Vec<Cell>, Fault> {
    let currency = row.text(13)?;
    let kind = row.text(1)?;
    let is_known = DocumentKind::parse(&kind).is_some();
    if !is_known {
        return Err(Fault::new(format!("`{kind}` is no kind of document")));
    }
    let open = match row.opt_int(12)? {
        // Unsigned like the gross: the kind says which way it goes.
        Some(open) => known::sum(open.saturating_abs(), &currency)?.into(),
        None => Cell::Empty,
    };
    Ok(vec![
        DocumentId(row.int(0)?).to_string().into(),
        kind.into(),
        row.text(2)?.into(),
        row.text(3)?.into(),
        row.opt_text(4)?.into(),
        row.opt_text(5)?.into(),
        row.date(6)?.into(),
        row.date(7)?.into(),
        row.opt_date(8)?.map_or(Cell::Empty, Cell::from),
        known::sum(row.int(9)?, &currency)?.into(),
        known::sum(row.int(10)?, &currency)?.into(),
        known::sum(row.int(11)?, &currency)?.into(),
        open,
        row.opt_text(14)?.into(),
        row.opt_text(15)?.into(),
        row.opt_int(16)?
            .map_or(Cell::Empty, |id| ItemId(id).to_string().into()),
    ])
}

/// What is still owed, either way.
pub(super) const OPEN_ITEMS: List = List {
    name: "open-items",
    about: "What is still due from or to parties; a debit is above zero",
    columns: &[
        text("id"),
        text("document_id"),
        text("kind"),
        text("number"),
        text("side"),
        text("party_code"),
        text("party_name"),
        date("opened_on"),
        date("due_on"),
        money("amount"),
        money("open"),
        money("open_functional"),
    ],
    filters: &[
        filter(
            "party",
            FilterKind::Text,
            "i.party_id = (SELECT p0.id FROM party p0 WHERE p0.entity_id = $1 AND p0.code = {})",
            "Code of the party",
        ),
        filter("side", SIDES, "i.side = '{}'", "receivable or payable"),
        filter(
            "due_before",
            FilterKind::Date,
            "i.due_on < {}",
            "Due before this day, the earliest first where no party and not the side of payables is named",
        )
        .first_by("i.due_on"),
    ],
    is_control: false,
    select: "
    SELECT i.id, i.document_id, d.kind, d.number, i.side, p.code, p.name, i.opened_on, i.due_on,
        i.amount, i.open_amount, i.currency, i.open_functional, e.currency
    FROM open_item i
    JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
    JOIN entity e ON e.id = i.entity_id
    LEFT JOIN party p ON p.entity_id = i.entity_id AND p.id = i.party_id
    WHERE i.entity_id = $1 AND i.open_amount <> 0",
    key_column: "i.id",
    key: Key::Id(|text| text.parse::<ItemId>().ok().map(|id| id.0)),
    read: |row| {
        let currency = row.text(11)?;
        Ok(vec![
            ItemId(row.int(0)?).to_string().into(),
            DocumentId(row.int(1)?).to_string().into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            row.opt_text(5)?.into(),
            row.opt_text(6)?.into(),
            row.date(7)?.into(),
            row.date(8)?.into(),
            known::sum(row.int(9)?, &currency)?.into(),
            known::sum(row.int(10)?, &currency)?.into(),
            known::sum(row.int(12)?, &row.text(13)?)?.into(),
        ])
    },
};

/// What settled what.
pub(super) const APPLICATIONS: List = List {
    name: "applications",
    about: "Open items that settled each other, and what was taken back",
    columns: &[
        text("id"),
        date("applied_on"),
        text("debit_document_id"),
        text("debit_number"),
        text("credit_document_id"),
        text("credit_number"),
        money("debit_amount"),
        money("credit_amount"),
        text("undoes"),
        text("undone_by"),
    ],
    filters: &[filter(
        "document",
        FilterKind::Id,
        // Looked up from either side: an engine that is asked for one or the other reads all.
        "a.id IN (SELECT x.id FROM open_item o
            JOIN application x ON x.entity_id = o.entity_id AND x.debit_item_id = o.id
            WHERE o.entity_id = $1 AND o.document_id = {}
            UNION SELECT x.id FROM open_item o
            JOIN application x ON x.entity_id = o.entity_id AND x.credit_item_id = o.id
            WHERE o.entity_id = $1 AND o.document_id = {})",
        "Id of a document on either side",
    )],
    is_control: false,
    select: "
    SELECT a.id, a.applied_on, d.document_id, dd.number, c.document_id, cd.number,
        a.debit_amount, d.currency, a.credit_amount, c.currency, a.undoes_id, u.id
    FROM application a
    LEFT JOIN open_item d ON d.entity_id = a.entity_id AND d.id = a.debit_item_id
    LEFT JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
    LEFT JOIN document dd ON dd.entity_id = a.entity_id AND dd.id = d.document_id
    LEFT JOIN document cd ON cd.entity_id = a.entity_id AND cd.id = c.document_id
    LEFT JOIN application u ON u.entity_id = a.entity_id AND u.undoes_id = a.id
    WHERE a.entity_id = $1",
    key_column: "a.id",
    key: Key::Id(|text| text.parse::<ApplicationId>().ok().map(|id| id.0)),
    read: |row| {
        let id = |column| -> Result<Cell, Fault> {
            let id = row.opt_int(column)?;
            Ok(id.map_or(Cell::Empty, |id| ApplicationId(id).to_string().into()))
        };
        Ok(vec![
            ApplicationId(row.int(0)?).to_string().into(),
            row.date(1)?.into(),
            DocumentId(row.int(2)?).to_string().into(),
            row.text(3)?.into(),
            DocumentId(row.int(4)?).to_string().into(),
            row.text(5)?.into(),
            known::sum(row.int(6)?, &row.text(7)?)?.into(),
            known::sum(row.int(8)?, &row.text(9)?)?.into(),
            id(10)?,
            id(11)?,
        ])
    },
};
