//! Entries of bank lines that open no item: money of nobody's account, and what others kept.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::cash::OtherCash;
use crate::ids::EntryId;
use crate::ledger::{EntryDraft, JournalEntry, Role, Source};
use crate::money::Money;
use crate::receipts::Cash;

const KEPT: &str = "Fees kept from the payment";

/// Money that is no customer's: fees and interest to their accounts, transfers in transit, the
/// rest to clearing, where somebody else of the company explains it.
///
/// `cash` carries the amount and its functional value signed as the bank line is; nothing is
/// posted for a line over zero.
pub fn other_cash(id: EntryId, cash: &Cash, class: OtherCash) -> Option<JournalEntry> {
    if cash.amount.is_zero() {
        return None;
    }
    let role = match class {
        OtherCash::OwnTransfer => Role::CashInTransit,
        OtherCash::BankFee => Role::BankFees,
        OtherCash::Interest => Role::InterestIncome,
        OtherCash::VendorPayment | OtherCash::Payroll | OtherCash::Tax | OtherCash::OtherIncome => {
            Role::BankClearing
        }
    };
    let entry = EntryDraft::on(id, cash.on, Source::BankLine, class.word())
        .line(cash.bank.clone(), cash.amount, cash.functional)
        .role(role, -cash.amount, -cash.functional);
    Some(entry.balanced())
}

/// What a processor or factor kept: a cost of ours, taken from the money before it came.
///
/// `kept` and `functional` are below zero, as that part of the bank line is.
pub fn kept_by_others(
    id: EntryId,
    cash: &Cash,
    kept: Money,
    functional: Money,
) -> Option<JournalEntry> {
    if kept.is_zero() {
        return None;
    }
    let entry = EntryDraft::on(id, cash.on, Source::BankLine, KEPT)
        .line(cash.bank.clone(), kept, functional)
        .role(Role::BankFees, -kept, -functional);
    Some(entry.balanced())
}

/// What others had kept stands on clearing again: the payment behind it was taken back.
pub fn kept_given_back(id: EntryId, on: Date, kept: Money, functional: Money) -> JournalEntry {
    EntryDraft::on(id, on, Source::Reversal, KEPT)
        .role(Role::BankClearing, kept, functional)
        .role(Role::BankFees, -kept, -functional)
        .balanced()
}

/// The opposite of what a bank line had posted: account, amount and functional value of each leg.
pub fn bank_line_taken_back(
    id: EntryId,
    on: Date,
    legs: Vec<(Cow<'static, str>, Money, Money)>,
) -> JournalEntry {
    let draft = EntryDraft::on(id, on, Source::BankLine, "Bank line taken back");
    legs.into_iter()
        .fold(draft, |draft, (account, amount, functional)| {
            draft.line(account, -amount, -functional)
        })
        .balanced()
}
