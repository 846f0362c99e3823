//! The general ledger: accounts, and journal entries that balance by construction.
//!
//! Amounts on journal lines are signed: a debit is above zero, a credit below. Each line
//! carries the transaction currency's amount and the functional amount; lines that only carry
//! an exchange difference have a transaction amount of zero.

mod accounts;
mod entry;

pub use accounts::{Account, AccountClass, Control, Role, STANDARD_CHART};
pub use entry::{EntryDraft, JournalEntry, JournalLine, Source};
