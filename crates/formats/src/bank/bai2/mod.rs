//! BAI2 cash management reports (BAI Cash Management Balance Reporting, version 2).
//!
//! Every `03` account is a statement of the group's as-of date; `010` and `015` are its
//! balances. Type codes 1xx–3xx and 920–959 are credits, 4xx–6xx and 960–999 debits; 7xx
//! (loans) say no direction and are refused, 890 carries no money. Amounts have the decimals
//! of the currency, which is the account's, else the group's, else USD, as the standard says.
//! As-of modifier 3 (interim, same day) makes lines pending. Control totals are verified.
//! The customer reference is taken for checks and lockbox deposits only: elsewhere banks put
//! numbers of their own there. The statement's id is the file identification number.

mod fields;
mod reader;
mod text;
mod types;

use super::StatementFormat;
use super::lines::without_mark;

/// BAI2.
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "bai2",
    title: "BAI2 cash management report",
    recognises,
    read: reader::Reader::read,
};

fn recognises(head: &[u8]) -> bool {
    without_mark(head).trim_ascii_start().starts_with(b"01,")
}
