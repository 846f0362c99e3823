//! Receipts: what a bank line posts once it is decided whose money it is and what it pays.
//!
//! Cash opens a credit item of the customer (or on unidentified receipts); deductions are
//! documents of their own on accounts of their own; everything settles by applications. A
//! returned payment takes back the applications of the receipt that it returns.

mod entries;
mod made;
mod returned;
mod settle;

pub use entries::{bank_line_taken_back, kept_by_others, kept_given_back, other_cash};
pub use returned::{Return, reverse_deduction, take_back};
pub use settle::{Batch, Cash, Mark, Settlement, Target, receive, settle, transfer_out};

use std::borrow::Cow;

use crate::documents::{CashPaper, DocumentDraft, DocumentKind, DocumentReferences, cash_draft};
use crate::ledger::Role;
use crate::money::Money;

/// A document of the cash's own party, day and words.
fn draft(
    kind: DocumentKind,
    cash: &Cash,
    control: Role,
    (amount, functional): (Money, Money),
    account: Cow<'static, str>,
) -> DocumentDraft {
    cash_draft(CashPaper {
        kind,
        party: cash.party,
        control,
        on: cash.on,
        amount,
        functional,
        account,
        references: DocumentReferences {
            memo: Cow::Owned(cash.memo.clone()),
            ..DocumentReferences::default()
        },
        reverses: None,
    })
}
