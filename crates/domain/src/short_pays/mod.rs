//! Short-pays: what a payer held back for a reason, as an item of its own.
//!
//! A payment of 900 on an invoice of 1,000 with a reason settles the invoice: what was held back
//! is parted off. Two documents do it, each the other's other side on one control account: a
//! credit settles the rest of the invoice, a debit of the same amount, value and due date is the
//! short-pay that somebody answers for. Nothing moves between accounts, parties or values, and
//! the debt is as old as it was.

mod credit;
mod reasons;
#[cfg(test)]
mod tests;

pub use credit::credit_lines;
pub use reasons::Reason;

use std::collections::HashSet;
use std::fmt;

use crate::calendar::Date;
use crate::documents::{DocumentDraft, DocumentKind, DocumentReferences, Side, issue_pair};
use crate::ids::{ApplicationId, DocumentId, ItemId};
use crate::money::Money;
use crate::open_items::{ApplyOrder, ApplyRefusal, ItemState, StandingApplication};
use crate::receipts::Batch;
use crate::refusal::Refusal;

/// What is parted off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartOff {
    /// The item of the document that was paid short.
    pub from: ItemId,
    /// What was held back, in the currency of the item.
    pub amount: Money,
    /// The day it counts: that of the payment.
    pub on: Date,
    /// What both documents quote: what the document quotes, and why it was paid short.
    pub references: DocumentReferences,
}

/// What parting off made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parted {
    /// The document of the short-pay.
    pub document: DocumentId,
    /// Its item.
    pub item: ItemId,
    /// The document that settles what was held back.
    pub credit_document: DocumentId,
    /// Its item.
    pub credit: ItemId,
}

/// Why nothing is parted off, or taken back, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartRefusal {
    /// It is not something a customer owes.
    NotOwed,
    /// The amount is in another currency, zero or below.
    NotAnAmount,
    /// More than is open.
    ExceedsOpen {
        /// What is open.
        open: Money,
    },
    /// The short-pay was settled, wholly or in part: what it came of is not taken back.
    Settled {
        /// Its item.
        item: ItemId,
    },
    /// What applying itself refuses.
    Apply(ApplyRefusal),
}

impl From<ApplyRefusal> for PartRefusal {
    fn from(refusal: ApplyRefusal) -> PartRefusal {
        PartRefusal::Apply(refusal)
    }
}

impl fmt::Display for PartRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartRefusal::NotOwed => write!(out, "It is not something a customer owes."),
            PartRefusal::NotAnAmount => {
                write!(
                    out,
                    "The amount held back must be above zero, in the document's currency."
                )
            }
            PartRefusal::ExceedsOpen { open } => write!(out, "Only {open:?} is open on it."),
            PartRefusal::Settled { .. } => {
                write!(out, "The short-pay has been settled, wholly or in part.")
            }
            PartRefusal::Apply(refusal) => write!(out, "{refusal}"),
        }
    }
}

impl Refusal for PartRefusal {
    fn code(&self) -> &'static str {
        match self {
            PartRefusal::NotOwed => "not_owed",
            PartRefusal::NotAnAmount => "amount_not_positive",
            PartRefusal::ExceedsOpen { .. } => "exceeds_open",
            PartRefusal::Settled { .. } => "short_pay_settled",
            PartRefusal::Apply(refusal) => refusal.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            PartRefusal::NotOwed => "name an invoice or debit memo that is open in part".into(),
            PartRefusal::NotAnAmount => "give the amount that is missing from the document".into(),
            PartRefusal::ExceedsOpen { open } => format!("split off at most {open:?}"),
            PartRefusal::Settled { .. } => "undo first what settled the short-pay".into(),
            PartRefusal::Apply(refusal) => return refusal.hint(),
        })
    }
}

/// Parts off what was held back of an item.
///
/// It counts on the day, or on the first later day on which the item can be settled.
pub fn part_off(batch: &mut Batch<'_>, order: &PartOff) -> Result<Parted, PartRefusal> {
    let unknown = ApplyRefusal::UnknownItem { item: order.from };
    let from = batch.states.get(&order.from).ok_or(unknown)?.clone();
    check(&from, order.amount)?;
    let on = order.on.max(from.settles_from);
    let values = (order.amount, from.carried(order.amount));
    let drafts = [DocumentKind::ShortPay, DocumentKind::PartedOff]
        .map(|kind| draft(kind, &from, values, on, &order.references));
    let pair = issue_pair(drafts, "Short-pay parted off", batch.ids);
    let [document, credit_document] = [pair[0].document.id, pair[1].document.id];
    let [item, credit] = pair.map(|issued| batch.add(issued));
    batch.parted.insert(credit, item);
    settle(batch, order.from, credit, order.amount, on)?;
    Ok(Parted {
        document,
        item,
        credit_document,
        credit,
    })
}

fn check(from: &ItemState, amount: Money) -> Result<(), PartRefusal> {
    let item = &from.item;
    if item.side != Side::Receivable || !item.amount.is_positive() || item.party.is_none() {
        return Err(PartRefusal::NotOwed);
    }
    if amount.currency() != item.amount.currency() || !amount.is_positive() {
        return Err(PartRefusal::NotAnAmount);
    }
    if from.open.minor() < amount.minor() {
        return Err(PartRefusal::ExceedsOpen { open: from.open });
    }
    Ok(())
}

/// Takes a short-pay back whose credit settles nothing any more: both documents are reversed, at
/// what they are carried at. Nothing happens where that was done before.
pub fn take_back(
    batch: &mut Batch<'_>,
    credit: ItemId,
    on: Date,
    reason: &str,
) -> Result<(), PartRefusal> {
    let unknown = |item| PartRefusal::Apply(ApplyRefusal::UnknownItem { item });
    let credit = batch.states.get(&credit).ok_or(unknown(credit))?.clone();
    let item = batch.parted.get(&credit.item.id).copied();
    let item = item.ok_or(unknown(credit.item.id))?;
    let short = batch.states.get(&item).ok_or(unknown(item))?.clone();
    if credit.open.is_zero() {
        return Ok(());
    }
    if !is_untouched(&short) {
        return Err(PartRefusal::Settled { item });
    }
    let on = on.max(credit.settles_from).max(short.settles_from);
    let references = DocumentReferences {
        memo: reason.to_owned().into(),
        ..DocumentReferences::default()
    };
    let values = (short.open, short.open_functional);
    let back = |kind, of: &ItemState| DocumentDraft {
        reverses: Some(of.item.document),
        ..draft(kind, of, values, on, &references)
    };
    let drafts = [
        back(DocumentKind::ShortPay, &short),
        back(DocumentKind::PartedOff, &credit),
    ];
    let pair = issue_pair(drafts, "Short-pay taken back", batch.ids);
    let [against_short, against_credit] = pair.map(|issued| batch.add(issued));
    settle(batch, item, against_short, short.open, on)?;
    settle(batch, against_credit, credit.item.id, short.open, on)
}

/// What persons parted off documents on which no money is left once some applications are undone:
/// nobody pays those short any more.
///
/// What a decision about a bank line parted off goes with that decision.
pub fn left_without<'s>(
    standing: &'s [StandingApplication],
    undone: &HashSet<ApplicationId>,
) -> impl Iterator<Item = &'s StandingApplication> {
    let mut stays = HashSet::new();
    let mut goes = HashSet::new();
    for one in standing.iter().filter(|one| is_cash(one)) {
        let application = &one.application;
        if undone.contains(&application.id) {
            goes.insert(application.debit);
        } else {
            stays.insert(application.debit);
        }
    }
    let undone = undone.clone();
    standing.iter().filter(move |one| {
        let (id, debit) = (one.application.id, one.application.debit);
        let by_hand = one.credit_kind == DocumentKind::PartedOff && one.decision.is_none();
        by_hand && !undone.contains(&id) && goes.contains(&debit) && !stays.contains(&debit)
    })
}

fn is_cash(one: &StandingApplication) -> bool {
    matches!(
        one.credit_kind,
        DocumentKind::Receipt | DocumentKind::TransferIn
    )
}

/// Has nothing been settled of a short-pay?
pub fn is_untouched(short: &ItemState) -> bool {
    short.open == short.item.amount
}

fn settle(
    batch: &mut Batch<'_>,
    debit: ItemId,
    credit: ItemId,
    amount: Money,
    on: Date,
) -> Result<(), PartRefusal> {
    let order = ApplyOrder {
        debit,
        credit,
        debit_amount: amount,
        credit_amount: amount,
    };
    Ok(batch.apply(on, vec![order])?)
}

/// A document of the party, on the control account and with the due date of an item.
fn draft(
    kind: DocumentKind,
    of: &ItemState,
    (amount, functional): (Money, Money),
    on: Date,
    references: &DocumentReferences,
) -> DocumentDraft {
    DocumentDraft {
        kind,
        number: String::new(),
        party: of.item.party,
        control: of.item.control(),
        issued_on: on,
        posted_on: on,
        due_on: of.item.due_on,
        discount: None,
        gross: amount,
        tax: Money::zero(amount.currency()),
        functional,
        references: references.clone(),
        lines: Vec::new(),
        offsets: Vec::new(),
        reverses: None,
    }
}
