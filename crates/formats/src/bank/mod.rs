//! Bank files: statements and intraday reports in every format, read into one shape.
//!
//! A format is a value in [`ALL`]: adding one is one folder and one line here.
//! Reading streams: a reader hands each finished statement to the sink, so that a large file
//! never stands in memory whole.

mod bai2;
pub(crate) mod camt;
mod coda;
pub mod csv;
mod fields;
mod lines;
mod lockbox;
mod mt940;
mod ofx;
mod parts;
mod places;
mod reading;
mod statement;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use reading::Bounded;
pub use reading::{Collected, UNPACKED_LIMIT, collect, read, read_with, recognises};
pub use statement::{
    Balance, BankAccountId, BankLine, BankStatement, Counterparty, Deducted, LineDetail,
    LineStatus, ListedDocument, References, Scheme,
};

use std::io::BufRead;

use crate::Problem;

/// Where a reader puts what it finds, in file order.
pub trait Sink {
    /// Takes one statement. A very long statement may come in several parts that share its
    /// id and account: `continues` is true for every part after the first. The opening balance
    /// stands in the first part that has one, the closing balance in the last part, wherever
    /// the file has them; all parts together tie out, a part alone need not.
    fn statement(&mut self, statement: BankStatement, continues: bool);
    /// Takes one remark.
    fn problem(&mut self, problem: Problem);
}

/// One kind of bank file. Pure: bytes in, statements out.
pub struct StatementFormat {
    /// Key in commands and reports: `camt`, `mt940`.
    pub code: &'static str,
    /// For people: `ISO 20022 camt.052, camt.053, camt.054`.
    pub title: &'static str,
    /// Does the beginning of a file (its first 4 KiB or less) look like this format?
    pub recognises: fn(&[u8]) -> bool,
    /// Reads the file; returns the exact format found (`camt.053.001.08`, `mt940`).
    /// Never fails: what is wrong goes to the sink as a [`Problem`].
    pub read: fn(&mut dyn BufRead, &mut dyn Sink) -> String,
}

/// Every bank format, in the order in which they are tried.
pub const ALL: &[StatementFormat] = &[
    camt::FORMAT,
    bai2::FORMAT,
    coda::FORMAT,
    lockbox::FORMAT,
    mt940::FORMAT,
    ofx::FORMAT,
    csv::FORMAT,
];
