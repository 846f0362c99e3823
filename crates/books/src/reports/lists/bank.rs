//! Own bank accounts, their statements and lines.

use domain::ids::LineId;

use crate::failure::Fault;
use crate::reports::lists::{FilterKind, Key, List, filter};
use crate::reports::table::{count, date, money, text};
use crate::reports::{Cell, known};

/// Ids without a type of their own are shown with the prefix of a line.
fn shown(id: i64) -> Cell {
    LineId(id).to_string().into()
}

fn key(text: &str) -> Option<i64> {
    text.parse::<LineId>().ok().map(|id| id.0)
}

fn sum(amount: Option<i64>, currency: &str) -> Result<Cell, Fault> {
    Ok(match amount {
        Some(amount) => known::sum(amount, currency)?.into(),
        None => Cell::Empty,
    })
}

/// Own bank accounts with the latest balance that a bank told.
pub(super) const ACCOUNTS: List = List {
    name: "bank-accounts",
    about: "Our accounts at banks, with the latest balance told",
    columns: &[
        text("code"),
        text("number"),
        text("owner"),
        text("bank"),
        text("account"),
        money("closing"),
        date("closing_on"),
        count("lines"),
    ],
    filters: &[],
    is_control: false,
    select: "
    SELECT b.code, b.number, b.owner, b.bank, b.account, b.currency,
        s.closing, s.ends_on,
        (SELECT COUNT(*) FROM bank_line l
         WHERE l.entity_id = $1 AND l.bank_account_id = b.id AND l.part = 0)
    FROM bank_account b
    LEFT JOIN bank_statement s ON s.entity_id = $1 AND s.id = (
        SELECT s0.id FROM bank_statement s0
        WHERE s0.entity_id = $1 AND s0.bank_account_id = b.id AND s0.closing IS NOT NULL
        ORDER BY s0.ends_on DESC, s0.id DESC LIMIT 1)
    WHERE b.entity_id = $1",
    key_column: "b.code",
    key: Key::Code,
    read: |row| {
        let currency = row.text(5)?;
        Ok(vec![
            row.text(0)?.into(),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            sum(row.opt_int(6)?, &currency)?,
            row.opt_date(7)?.map_or(Cell::Empty, Cell::from),
            Cell::Count(row.int(8)?),
        ])
    },
};

/// Statements as the banks sent them.
pub(super) const STATEMENTS: List = List {
    name: "bank-statements",
    about: "Statements as banks sent them",
    columns: &[
        text("id"),
        text("bank_account"),
        text("reference"),
        date("starts_on"),
        date("ends_on"),
        money("opening"),
        money("closing"),
        text("file"),
    ],
    filters: &[filter(
        "bank_account",
        FilterKind::Text,
        "b.code = {}",
        "Code of the bank account",
    )],
    is_control: false,
    select: "
    SELECT s.id, b.code, s.reference, s.starts_on, s.ends_on, s.opening, s.closing, s.currency,
        f.name
    FROM bank_statement s
    JOIN bank_account b ON b.entity_id = s.entity_id AND b.id = s.bank_account_id
    LEFT JOIN source_file f ON f.entity_id = s.entity_id AND f.id = s.file_id
    WHERE s.entity_id = $1",
    key_column: "s.id",
    key: Key::Id(key),
    read: |row| {
        let currency = row.text(7)?;
        Ok(vec![
            shown(row.int(0)?),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.opt_date(3)?.map_or(Cell::Empty, Cell::from),
            row.opt_date(4)?.map_or(Cell::Empty, Cell::from),
            sum(row.opt_int(5)?, &currency)?,
            sum(row.opt_int(6)?, &currency)?,
            row.opt_text(8)?.into(),
        ])
    },
};

/// Movements, and the payments of movements that sum up several.
pub(super) const LINES: List = List {
    name: "bank-lines",
    about: "Movements of bank accounts; part 1, 2, … are payments that a movement sums up",
    columns: &[
        text("id"),
        text("statement_id"),
        text("bank_account"),
        count("part"),
        text("reference"),
        date("booked_on"),
        date("value_on"),
        money("amount"),
        text("status"),
        text("code"),
        text("payer_name"),
        text("payer_account"),
        text("end_to_end"),
        text("remittance"),
    ],
    filters: &[
        filter(
            "bank_account",
            FilterKind::Text,
            "b.code = {}",
            "Code of the bank account",
        ),
        filter(
            "statement",
            FilterKind::Id,
            "l.statement_id = {}",
            "Id of the statement",
        ),
        filter(
            "from",
            FilterKind::Date,
            "l.booked_on >= {}",
            "Booked on this day or later",
        ),
        filter(
            "to",
            FilterKind::Date,
            "l.booked_on <= {}",
            "Booked on this day or before",
        ),
    ],
    is_control: false,
    select: "
    SELECT l.id, l.statement_id, b.code, l.part, l.reference, l.booked_on, l.value_on, l.amount,
        l.currency, l.status, l.code, l.payer_name, l.payer_account, l.end_to_end, l.remittance
    FROM bank_line l
    LEFT JOIN bank_account b ON b.entity_id = l.entity_id AND b.id = l.bank_account_id
    WHERE l.entity_id = $1",
    key_column: "l.id",
    key: Key::Id(key),
    read: |row| {
        Ok(vec![
            shown(row.int(0)?),
            shown(row.int(1)?),
            row.text(2)?.into(),
            Cell::Count(row.int(3)?),
            row.text(4)?.into(),
            row.date(5)?.into(),
            row.opt_date(6)?.map_or(Cell::Empty, Cell::from),
            known::sum(row.int(7)?, &row.text(8)?)?.into(),
            row.text(9)?.into(),
            row.text(10)?.into(),
            row.text(11)?.into(),
            row.text(12)?.into(),
            row.text(13)?.into(),
            row.text(14)?.into(),
        ])
    },
};
