//! Customers and vendors with what is open.

use domain::ids::PartyId;

use crate::db::Row;
use crate::failure::Fault;
use crate::reports::lists::{Filter, FilterKind, Key, List, filter};
use crate::reports::table::{Column, money, text};
use crate::reports::{Cell, known};

const COLUMNS: &[Column] = &[
    text("code"),
    text("id"),
    text("name"),
    text("country"),
    text("currency"),
    text("parent"),
    text("email"),
    text("terms"),
    money("open_functional"),
];

const FILTERS: &[Filter] = &[
    filter(
        "name",
        FilterKind::Prefix,
        "LOWER(p.name) >= {} AND LOWER(p.name) < {} || '\u{10ffff}'",
        "Beginning of the name",
    ),
    filter(
        "parent",
        FilterKind::Text,
        "p.parent_code = {}",
        "Code of the parent",
    ),
    filter("country", FilterKind::Text, "p.country = {}", "Country"),
];

/// Parties that are such, each with what is open on a side.
macro_rules! parties {
    ($side:literal, $such:literal) => {
        concat!(
            "SELECT p.code, p.id, p.name, p.country, p.currency, p.parent_code, p.email, p.terms,
                e.currency, ",
            "(SELECT CAST(SUM(i.open_functional) AS BIGINT) FROM open_item i
                 WHERE i.entity_id = $1 AND i.party_id = p.id AND i.open_amount <> 0
                     AND i.side = '",
            $side,
            "')
            FROM party p JOIN entity e ON e.id = p.entity_id
            WHERE p.entity_id = $1 AND ",
            $such
        )
    };
}

/// Customers.
pub(super) const CUSTOMERS: List = List {
    name: "customers",
    about: "Who owes us",
    columns: COLUMNS,
    filters: FILTERS,
    is_control: false,
    select: parties!("receivable", "p.is_customer = 1"),
    key_column: "p.code",
    key: Key::Code,
    read: |row| read(row, 1),
};

/// Vendors.
pub(super) const VENDORS: List = List {
    name: "vendors",
    about: "Whom we owe",
    columns: COLUMNS,
    filters: FILTERS,
    is_control: false,
    select: parties!("payable", "p.is_vendor = 1"),
    key_column: "p.code",
    key: Key::Code,
    read: |row| read(row, -1),
};

fn read(row: &Row<'_>, sign: i64) -> Result<Vec<Cell>, Fault> {
    Ok(vec![
        row.text(0)?.into(),
        PartyId(row.int(1)?).to_string().into(),
        row.text(2)?.into(),
        row.text(3)?.into(),
        row.text(4)?.into(),
        row.opt_text(5)?.into(),
        row.text(6)?.into(),
        row.text(7)?.into(),
        known::sum(row.opt_int(9)?.unwrap_or(0) * sign, &row.text(8)?)?.into(),
    ])
}
