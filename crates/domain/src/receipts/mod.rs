//! Receipts: what a bank line posts once it is decided whose money it is and what it pays.
//!
//! Cash opens a credit item of the customer (or on unidentified receipts); deductions are
//! documents of their own on accounts of their own; everything settles by applications. A
//! returned payment takes back the applications of the receipt that it returns.

mod entries;
mod returned;
mod settle;

pub use entries::{bank_line_taken_back, kept_by_others, kept_given_back, other_cash};
pub use returned::{Return, ReturnedApplication, reverse_deduction, take_back};
pub use settle::{Batch, Cash, Deduction, Mark, Settlement, Target, receive, settle, transfer_out};

use crate::documents::{DocumentDraft, DocumentKind, DocumentReferences, Offset};
use crate::ledger::Role;
use crate::money::Money;

/// The account on which the other side of a deduction stands.
pub fn deduction_account(kind: DocumentKind) -> Option<Role> {
    match kind {
        DocumentKind::DiscountGiven => Some(Role::DiscountGiven),
        DocumentKind::DiscountTaken => Some(Role::DiscountTaken),
        DocumentKind::FeeBorne => Some(Role::BankFees),
        DocumentKind::TaxWithheld => Some(Role::WithholdingTaxReceivable),
        DocumentKind::RoundingGiven | DocumentKind::RoundingGained => {
            Some(Role::RoundingDifference)
        }
        DocumentKind::WriteOff | DocumentKind::PayableWriteOff => Some(Role::BadDebt),
        DocumentKind::Invoice
        | DocumentKind::DebitMemo
        | DocumentKind::CreditMemo
        | DocumentKind::Receipt
        | DocumentKind::ReturnedReceipt
        | DocumentKind::Refund
        | DocumentKind::TransferOut
        | DocumentKind::TransferIn
        | DocumentKind::Bill
        | DocumentKind::VendorDebitMemo
        | DocumentKind::VendorCredit
        | DocumentKind::Payment
        | DocumentKind::ReturnedPayment
        | DocumentKind::VendorRefund => None,
    }
}

/// A draft of one amount against one account: every cash document and adjustment.
fn plain_draft(
    kind: DocumentKind,
    cash: &Cash,
    control: Role,
    amount: Money,
    functional: Money,
    account: std::borrow::Cow<'static, str>,
) -> DocumentDraft {
    DocumentDraft {
        kind,
        number: String::new(),
        party: cash.party,
        control,
        issued_on: cash.on,
        posted_on: cash.on,
        due_on: cash.on,
        discount: None,
        gross: amount,
        tax: Money::zero(amount.currency()),
        functional,
        references: DocumentReferences {
            memo: std::borrow::Cow::Owned(cash.memo.clone()),
            ..DocumentReferences::default()
        },
        lines: Vec::new(),
        offsets: vec![Offset {
            account,
            amount,
            functional,
        }],
        reverses: None,
    }
}
