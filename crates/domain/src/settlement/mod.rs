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

pub use back::{Back, Move, charge_back, move_elsewhere, net, return_fee, take_back, unapply};
pub use refusal::SettleRefusal;
pub use settle::{Discount, Settlement, Source, Target, settle};

use std::collections::HashMap;

use crate::calendar::Date;
use crate::deductions::{self, Deduction, Told};
use crate::documents::{CashPaper, DocumentKind, cash_draft, issue};
use crate::fx::RateTable;
use crate::ids::{ItemId, PartyId};
use crate::money::Money;
use crate::open_items::ItemState;
use crate::parties::Tree;
use crate::receipts::Batch;
use crate::short_pays::PartRefusal;

/// What settling looks at, and what it has made so far.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The items, and the documents and applications made.
    pub batch: Batch<'a>,
    /// The kind of the document behind each item.
    pub kinds: HashMap<ItemId, DocumentKind>,
    /// The number under which people know it.
    pub numbers: HashMap<ItemId, String>,
    /// Who belongs to whom.
    pub parents: Tree,
    /// What currencies are worth.
    pub rates: RateTable,
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
        party.map(|party| self.parents.root(party))
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

    /// Issues a deduction from an item.
    fn deduct(
        &mut self,
        item: ItemId,
        deduction: Deduction,
        on: Date,
    ) -> Result<ItemId, SettleRefusal> {
        let told = Told {
            on,
            memo: format!("for {}", self.number(item)),
        };
        let from = self.state(item)?.clone();
        let part = deduction.amount;
        let issued = deductions::deduct(&from, deduction, part, told, self.batch.ids);
        Ok(self.batch.add(issued))
    }

    /// Takes back a part of a deduction, carried as it was applied, and settles the two.
    fn give_back(
        &mut self,
        item: ItemId,
        kind: DocumentKind,
        amounts: (Money, Money),
        on: Date,
    ) -> Result<(), SettleRefusal> {
        let memo = String::new();
        let deduction = self.state(item)?.clone();
        let is_debit = deduction.item.amount.is_positive();
        let told = Told { on, memo };
        let issued = deductions::give_back(&deduction, kind, amounts, told, self.batch.ids);
        let opposite = self.batch.add(issued);
        let (debit, credit) = if is_debit {
            (item, opposite)
        } else {
            (opposite, item)
        };
        let order = crate::open_items::ApplyOrder {
            debit,
            credit,
            debit_amount: amounts.0,
            credit_amount: amounts.0,
        };
        self.batch.apply(on, vec![order])?;
        Ok(())
    }

    /// Why a short-pay is not taken back, told with its number.
    fn parted_refusal(&self, why: PartRefusal) -> SettleRefusal {
        match why {
            PartRefusal::Settled { item } => SettleRefusal::ShortPaySettled {
                number: self.number(item),
            },
            PartRefusal::Apply(refusal) => refusal.into(),
            PartRefusal::NotOwed | PartRefusal::NotAnAmount | PartRefusal::ExceedsOpen { .. } => {
                SettleRefusal::NothingNamed
            }
        }
    }

    fn issue(&mut self, paper: CashPaper) -> ItemId {
        let issued = issue(cash_draft(paper), self.batch.ids);
        self.batch.add(issued)
    }
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
