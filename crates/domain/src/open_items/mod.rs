//! Open items and their applications: the only way in which what is owed gets settled.
//!
//! An item is signed as it stands in the ledger: a debit above zero, a credit below. Each
//! application settles a debit item with a credit item, on either side of the house, so that
//! receipts, credit memos, vendor payments and the netting of a customer who is a vendor are
//! one rule. An item's open amount moves toward zero and never across it.

mod apply;
mod discount;

pub use apply::{Applied, ApplyGroup, ApplyOrder, ApplyRefusal, Undo, apply, undo};
pub use discount::{DiscountStep, DiscountTerms};

pub(crate) use apply::share;

use std::borrow::Cow;

use crate::calendar::Date;
use crate::documents::{DocumentKind, Side};
use crate::ids::{ApplicationId, DocumentId, EntryId, ItemId, PartyId};
use crate::ledger::Role;
use crate::money::Money;

/// One amount due from or to a party, opened by a document. Never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenItem {
    /// Its identity.
    pub id: ItemId,
    /// The document that opened it.
    pub document: DocumentId,
    /// Which side of the house it belongs to.
    pub side: Side,
    /// Whose item it is; nobody's where the payer is not known.
    pub party: Option<PartyId>,
    /// The control account whose detail it is.
    pub account: Cow<'static, str>,
    /// Transaction currency; a debit is above zero.
    pub amount: Money,
    /// What it was opened at in functional currency, same sign.
    pub functional: Money,
    /// The day from which it counts.
    pub opened_on: Date,
    /// The day it falls due.
    pub due_on: Date,
    /// Early-payment discounts, where offered.
    pub discount: Option<DiscountTerms>,
}

impl OpenItem {
    /// The control account whose detail it is.
    pub fn control(&self) -> Role {
        if self.account == Role::UnidentifiedReceipts.code() {
            return Role::UnidentifiedReceipts;
        }
        match self.side {
            Side::Receivable => Role::Receivables,
            Side::Payable => Role::Payables,
        }
    }
}

/// An item with what is still open on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemState {
    /// The item.
    pub item: OpenItem,
    /// Still open in transaction currency.
    pub open: Money,
    /// Still carried in functional currency.
    pub open_functional: Money,
    /// The first day that an application may count: the day it was opened, or the latest day
    /// on which something was taken back from it. Earlier, what was taken back still stood.
    pub settles_from: Date,
}

impl ItemState {
    /// A new item, of which nothing was settled yet.
    pub fn untouched(item: OpenItem) -> ItemState {
        ItemState {
            open: item.amount,
            open_functional: item.functional,
            settles_from: item.opened_on,
            item,
        }
    }

    /// What a part of what is open is carried at, unsigned.
    pub fn carried(&self, part: Money) -> Money {
        share(self.open_functional.abs(), part, self.open.abs())
    }
}

/// One item settles another. Never changed; unapplying adds the opposite application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Application {
    /// Its identity.
    pub id: ApplicationId,
    /// The debit item.
    pub debit: ItemId,
    /// The credit item.
    pub credit: ItemId,
    /// What it takes off the debit item, in that item's currency; below zero when it undoes.
    pub debit_amount: Money,
    /// What it takes off the credit item, in that item's currency, same sign.
    pub credit_amount: Money,
    /// What it takes off the debit item's functional carrying amount.
    pub debit_functional: Money,
    /// What it takes off the credit item's functional carrying amount.
    pub credit_functional: Money,
    /// The day it counts.
    pub applied_on: Date,
    /// The entry it posted; none where nothing moves between accounts, parties or values.
    pub entry: Option<EntryId>,
    /// The application that it takes back.
    pub undoes: Option<ApplicationId>,
}

impl Application {
    /// What is left of it without a part, which is in the currency of one of its items. In the
    /// other's currency a part is worth its share of what the whole settled there.
    pub(crate) fn without(&self, part: Money, of: ItemId) -> ApplyOrder {
        let is_debit = self.debit == of;
        let (whole, other) = if is_debit {
            (self.debit_amount, self.credit_amount)
        } else {
            (self.credit_amount, self.debit_amount)
        };
        let left = whole - part;
        let left_of_other = if other.currency() == whole.currency() {
            left
        } else {
            other - share(other, part, whole)
        };
        let (debit_amount, credit_amount) = if is_debit {
            (left, left_of_other)
        } else {
            (left_of_other, left)
        };
        ApplyOrder {
            debit: self.debit,
            credit: self.credit,
            debit_amount,
            credit_amount,
        }
    }
}

/// An application that nothing has taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingApplication {
    /// The application.
    pub application: Application,
    /// The kind of the document whose credit item it uses: receipt, discount, fee …
    pub credit_kind: DocumentKind,
    /// The moment at which it was learned, in microseconds: what is of one moment was decided
    /// together.
    pub recorded: i64,
    /// The decision about a bank line that made it; none where a person applied documents, or
    /// where the credit is no document of a decision.
    pub decision: Option<i64>,
}

impl StandingApplication {
    /// Was it decided together with another one? Of one run each bank line has its own decision.
    pub fn is_of_one_decision(&self, other: &StandingApplication) -> bool {
        let decisions = self.decision.zip(other.decision);
        self.recorded == other.recorded && decisions.is_none_or(|(own, other)| own == other)
    }
}
