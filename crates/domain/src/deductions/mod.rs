//! Deductions: what settles an item without cash. Discount, bank fee, tax withheld, rounding,
//! write-off.
//!
//! Each is a document of its own against an account of its own, carried at the share of the item
//! that it settles, so that none ever shows an exchange difference. What people give up, what the
//! desk takes off and what a run finds short are this one rule.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::calendar::Date;
use crate::documents::{
    CashPaper, DocumentKind, DocumentReferences, Issued, Side, cash_draft, issue,
};
use crate::ids::Ids;
use crate::ledger::Role;
use crate::money::Money;
use crate::open_items::{ItemState, OpenItem};

/// A part of an item that is not cash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deduction {
    /// The document that it becomes: discount, bank fee, tax withheld, rounding, write-off.
    pub kind: DocumentKind,
    /// Above zero, in the currency of the document that it becomes.
    pub amount: Money,
}

/// When a deduction counts, and what its document says.
#[derive(Clone, Debug)]
pub struct Told {
    /// The day it is posted.
    pub on: Date,
    /// Why, for people.
    pub memo: String,
}

/// The account on which the other side of a deduction stands; none for what is no deduction.
///
/// A receivable given up is a loss; a payable that a vendor gives up is a gain of its own (IFRS 9
/// 3.3.3, ASC 405-20), and never lowers the loss on receivables.
pub fn account(kind: DocumentKind) -> Option<Role> {
    match kind {
        DocumentKind::DiscountGiven => Some(Role::DiscountGiven),
        DocumentKind::DiscountTaken => Some(Role::DiscountTaken),
        DocumentKind::FeeBorne => Some(Role::BankFees),
        DocumentKind::TaxWithheld => Some(Role::WithholdingTaxReceivable),
        DocumentKind::RoundingGiven | DocumentKind::RoundingGained => {
            Some(Role::RoundingDifference)
        }
        DocumentKind::WriteOff => Some(Role::BadDebt),
        DocumentKind::PayableWriteOff => Some(Role::PayablesWrittenOff),
        DocumentKind::Invoice
        | DocumentKind::DebitMemo
        | DocumentKind::CreditMemo
        | DocumentKind::Receipt
        | DocumentKind::ReturnedReceipt
        | DocumentKind::Refund
        | DocumentKind::ShortPay
        | DocumentKind::PartedOff
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

/// Does an account hold what was given up, on either side? Others approve how much that is.
pub fn is_given_up(account: &str) -> bool {
    [Role::BadDebt, Role::PayablesWrittenOff]
        .iter()
        .any(|role| role.code() == account)
}

/// The kind of a write-off on a side.
pub fn write_off(side: Side) -> DocumentKind {
    match side {
        Side::Receivable => DocumentKind::WriteOff,
        Side::Payable => DocumentKind::PayableWriteOff,
    }
}

/// Can a document of this kind be deducted from the item: is it of that side, on the other column?
pub fn is_from(kind: DocumentKind, item: &OpenItem) -> bool {
    let row = kind.kind();
    let opposite = row.direction.sign() != item.amount.minor().signum();
    account(kind).is_some() && row.side == item.side && opposite
}

/// Issues a deduction that settles `part` of what is open on an item, in the item's currency.
pub fn deduct(
    from: &ItemState,
    deduction: Deduction,
    part: Money,
    told: Told,
    ids: &mut Ids,
) -> Issued {
    let Deduction { kind, amount } = deduction;
    issue(
        cash_draft(paper(from, kind, (amount, from.carried(part)), told)),
        ids,
    )
}

/// Issues the opposite of a part of a deduction whose application was taken back: the amount, and
/// what it is carried at.
pub fn give_back(
    deduction: &ItemState,
    kind: DocumentKind,
    amounts: (Money, Money),
    told: Told,
    ids: &mut Ids,
) -> Issued {
    let paper = CashPaper {
        reverses: Some(deduction.item.document),
        ..paper(deduction, kind, amounts, told)
    };
    issue(cash_draft(paper), ids)
}

/// A document of the party and on the control account of an item.
fn paper(
    of: &ItemState,
    kind: DocumentKind,
    (amount, functional): (Money, Money),
    told: Told,
) -> CashPaper {
    let role = account(kind).expect("a kind that is deducted");
    CashPaper {
        kind,
        party: of.item.party,
        control: of.item.control(),
        on: told.on,
        amount,
        functional,
        account: Cow::Borrowed(role.code()),
        references: DocumentReferences {
            memo: Cow::Owned(told.memo),
            ..DocumentReferences::default()
        },
        reverses: None,
    }
}
