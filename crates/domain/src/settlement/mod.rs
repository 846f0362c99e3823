//! Settling open items by hand, on either side of the house: what pays what, with discounts in
//! time, fees, tax withheld, write-offs; and taking it back when money comes back.
//!
//! Everything is an application between a debit and a credit item. What is not cash is a
//! document of its own, carried at the share of the item that it settles, so that a deduction
//! never shows an exchange difference.

mod back;
mod refusal;
mod settle;
#[cfg(test)]
mod tests;

pub use back::{Back, Move, move_elsewhere, net, return_fee, take_back, unapply};
pub use refusal::SettleRefusal;
pub use settle::{Deduction, Discount, Settlement, Source, Target, settle};

use std::borrow::Cow;
use std::collections::HashMap;

use crate::calendar::Date;
use crate::documents::{CashPaper, DocumentKind, DocumentReferences, Side, cash_draft, issue};
use crate::fx::RateTable;
use crate::ids::{DocumentId, ItemId, PartyId};
use crate::ledger::Role;
use crate::money::Money;
use crate::open_items::{Application, ItemState, share};
use crate::receipts::{Batch, deduction_account};

/// What settling looks at, and what it has made so far.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The items, and the documents and applications made.
    pub batch: Batch<'a>,
    /// The kind of the document behind each item.
    pub kinds: HashMap<ItemId, DocumentKind>,
    /// The number under which people know it.
    pub numbers: HashMap<ItemId, String>,
    /// Who belongs to whom: child and parent.
    pub parents: HashMap<PartyId, PartyId>,
    /// What currencies are worth.
    pub rates: RateTable,
}

/// An application that stands, with the moment at which it was learned: what is of one moment
/// was decided together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The application.
    pub application: Application,
    /// The moment, in microseconds.
    pub recorded: i64,
}

impl Desk<'_> {
    fn state(&self, item: ItemId) -> Result<&ItemState, SettleRefusal> {
        let unknown = crate::open_items::ApplyRefusal::UnknownItem { item };
        self.batch
            .states
            .get(&item)
            .ok_or(SettleRefusal::Apply(unknown))
    }

    /// The party at the top of the tree.
    fn root(&self, party: Option<PartyId>) -> Option<PartyId> {
        let mut party = party?;
        // A tree has no more levels than parties; a ring, which master data may hold, ends.
        for _ in 0..self.parents.len() {
            match self.parents.get(&party) {
                Some(parent) => party = *parent,
                None => break,
            }
        }
        Some(party)
    }

    /// The kind of the document behind an item.
    fn kind(&self, item: ItemId) -> Option<DocumentKind> {
        let made = self.batch.issued.iter().rev();
        self.kinds.get(&item).copied().or_else(|| {
            made.into_iter()
                .find(|issued| issued.item.id == item)
                .map(|issued| issued.document.kind)
        })
    }

    /// Is it money that went back or elsewhere? What that settled stays settled.
    fn has_gone(&self, item: ItemId) -> bool {
        matches!(
            self.kind(item),
            Some(
                DocumentKind::ReturnedReceipt
                    | DocumentKind::ReturnedPayment
                    | DocumentKind::TransferOut
            )
        )
    }

    fn number(&self, item: ItemId) -> String {
        self.numbers.get(&item).cloned().unwrap_or_default()
    }

    /// Issues an adjustment of an item: a part of it that is no cash.
    fn adjust(
        &mut self,
        kind: DocumentKind,
        item: ItemId,
        amount: Money,
        on: Date,
    ) -> Result<ItemId, SettleRefusal> {
        let state = self.state(item)?;
        let functional = share(state.open_functional.abs(), amount, state.open.abs());
        let references = DocumentReferences {
            memo: Cow::Owned(format!("for {}", self.number(item))),
            ..DocumentReferences::default()
        };
        let paper = CashPaper {
            kind,
            party: state.item.party,
            control: control_of(&state.item),
            on,
            amount,
            functional,
            account: account_of(kind),
            references,
            reverses: None,
        };
        Ok(self.issue(paper))
    }

    /// Takes back a part of an adjustment, carried as it was applied, and settles the two.
    fn reverse_adjustment(
        &mut self,
        item: ItemId,
        document: DocumentId,
        kind: DocumentKind,
        (amount, functional): (Money, Money),
        on: Date,
    ) -> Result<(), SettleRefusal> {
        let state = self.state(item)?;
        let is_debit = state.item.amount.is_positive();
        let paper = CashPaper {
            kind,
            party: state.item.party,
            control: control_of(&state.item),
            on,
            amount,
            functional,
            account: account_of(kind),
            references: DocumentReferences::default(),
            reverses: Some(document),
        };
        let opposite = self.issue(paper);
        let (debit, credit) = if is_debit {
            (item, opposite)
        } else {
            (opposite, item)
        };
        let order = crate::open_items::ApplyOrder {
            debit,
            credit,
            debit_amount: amount,
            credit_amount: amount,
        };
        self.batch.apply(on, vec![order])?;
        Ok(())
    }

    fn issue(&mut self, paper: CashPaper) -> ItemId {
        let issued = issue(cash_draft(paper), self.batch.ids);
        self.batch.add(issued)
    }
}

/// The control account on which an item stands.
fn control_of(item: &crate::open_items::OpenItem) -> Role {
    let standing = |role: Role| item.account == role.code();
    if standing(Role::UnidentifiedReceipts) {
        Role::UnidentifiedReceipts
    } else {
        match item.side {
            Side::Receivable => Role::Receivables,
            Side::Payable => Role::Payables,
        }
    }
}

/// Where the other side of an adjustment goes.
fn account_of(kind: DocumentKind) -> Cow<'static, str> {
    let role = deduction_account(kind).unwrap_or(Role::RoundingDifference);
    Cow::Borrowed(role.code())
}

/// Is the document money, rather than a paper that raises or lowers a debt?
fn is_cash(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::Receipt
            | DocumentKind::TransferIn
            | DocumentKind::Payment
            | DocumentKind::Refund
            | DocumentKind::VendorRefund
    )
}
