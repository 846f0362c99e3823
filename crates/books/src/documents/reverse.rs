//! Taking documents back: an opposite document on a day of an open period, and the two settled.

use std::collections::{BTreeSet, HashMap};

use domain::calendar::Date;
use domain::documents::{Document, DocumentKind, Offset, issue, reversal};
use domain::ids::{DocumentId, ItemId};
use domain::ledger::Role;
use domain::money::Money;
use domain::open_items::{ApplyGroup, ApplyOrder, ItemState, apply};

use crate::documents::{ReverseRefusal, find, note, sql};
use crate::failure::Outcome;
use crate::ledger::{self, Posting};
use crate::open_items::load;
use crate::work::Work;

/// A document to take back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reverse {
    /// Its number or id.
    pub document: String,
    /// The day on which the taking back counts.
    pub on: Date,
    /// Why, for people.
    pub reason: String,
}

/// Takes unsettled documents back, all or none. The documents that do it come back in order.
pub fn reverse(work: &mut Work<'_>, orders: &[Reverse]) -> Outcome<Vec<Document>> {
    let posting = prepare(work, orders)?;
    record(work, posting)
}

/// Posts what was decided.
pub(crate) fn record(work: &mut Work<'_>, mut posting: Posting) -> Outcome<Vec<Document>> {
    ledger::post(work, &mut posting)?;
    note(work, "document.reverse", &posting.documents);
    Ok(posting.documents)
}

/// Decides on a batch. Writes nothing.
pub(crate) fn prepare(work: &mut Work<'_>, orders: &[Reverse]) -> Outcome<Posting> {
    work.gate()?;
    let asked: BTreeSet<&str> = orders.iter().map(|order| order.document.as_str()).collect();
    let found = find::find(work, &asked)?;
    let items: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    let mut states = load::states(work, &items)?.states;
    let ids: Vec<DocumentId> = found.values().flatten().map(|row| row.document).collect();
    let stored = sql::documents(work, &ids)?;
    let offsets = sql::offsets(work, &stored)?;
    let mut posting = Posting::default();
    let mut seen = BTreeSet::new();
    for order in orders {
        let rows = found.get(&order.document).map_or(&[][..], Vec::as_slice);
        let one = stored
            .iter()
            .find(|one| rows.iter().any(|row| row.document == one.document.id));
        let Some(one) = one else { continue };
        let own: Vec<ItemState> = states
            .values()
            .filter(|state| state.item.document == one.document.id)
            .cloned()
            .collect();
        let is_repeated = !seen.insert(one.document.id);
        check(one, &own, order, is_repeated)?;
        let offsets = offsets_of(one, &own, &offsets);
        take_back(work, &mut states, &mut posting, one, own, order, offsets)?;
    }
    Ok(posting)
}

fn check(
    one: &sql::Stored,
    items: &[ItemState],
    order: &Reverse,
    is_repeated: bool,
) -> Result<(), ReverseRefusal> {
    let number = one.document.number.clone();
    if one.document.reverses.is_some() {
        return Err(ReverseRefusal::IsReversal { number });
    }
    if one.is_taken_back || is_repeated {
        return Err(ReverseRefusal::AlreadyReversed { number });
    }
    if matches!(
        one.document.kind,
        DocumentKind::ShortPay | DocumentKind::PartedOff
    ) {
        return Err(ReverseRefusal::OfShortPay { number });
    }
    if let Some(line) = one.line {
        return Err(ReverseRefusal::OfBankLine { number, line });
    }
    if items.iter().any(|state| state.open != state.item.amount) {
        return Err(ReverseRefusal::SettledDocument { number });
    }
    let posted_on = one.document.posted_on;
    if order.on < posted_on {
        return Err(ReverseRefusal::BeforePosted { number, posted_on });
    }
    Ok(())
}

/// The other side: that of its own entry, or the opening balance for what was taken over.
fn offsets_of(
    one: &sql::Stored,
    items: &[ItemState],
    known: &HashMap<DocumentId, Vec<Offset>>,
) -> Vec<Offset> {
    if one.origin == "opening" {
        return vec![Offset {
            account: Role::OpeningBalance.code().into(),
            amount: one.document.gross,
            functional: carried(items).unwrap_or(one.document.gross),
        }];
    }
    known.get(&one.document.id).cloned().unwrap_or_default()
}

/// What the items are carried at together, unsigned.
fn carried(items: &[ItemState]) -> Option<Money> {
    let values = items.iter().map(|state| state.open_functional.abs());
    values.reduce(|sum, value| sum + value)
}

fn take_back(
    work: &mut Work<'_>,
    states: &mut HashMap<ItemId, ItemState>,
    posting: &mut Posting,
    one: &sql::Stored,
    mut items: Vec<ItemState>,
    order: &Reverse,
    offsets: Vec<Offset>,
) -> Outcome<()> {
    let Some(value) = carried(&items) else {
        return Ok(());
    };
    items.sort_by_key(|state| state.item.id);
    let control = items.first().map(|state| state.item.account.to_string());
    let control = [
        Role::Receivables,
        Role::Payables,
        Role::UnidentifiedReceipts,
    ]
    .into_iter()
    .find(|role| control.as_deref() == Some(role.code()))
    .unwrap_or(Role::Receivables);
    let (reason, on) = (order.reason.clone(), order.on);
    let draft = reversal(&one.document, control, value, offsets, on, reason);
    let mut ids = work.ids.clone();
    let issued = issue(draft, &mut ids);
    let opposite = issued.item.clone();
    states.insert(opposite.id, ItemState::untouched(opposite.clone()));
    let orders = items.iter().map(|state| {
        let amount = state.open.abs();
        let (debit, credit) = if opposite.amount.is_negative() {
            (state.item.id, opposite.id)
        } else {
            (opposite.id, state.item.id)
        };
        ApplyOrder {
            debit,
            credit,
            debit_amount: amount,
            credit_amount: amount,
        }
    });
    let group = ApplyGroup {
        on,
        orders: orders.collect(),
    };
    let applied = apply(states, &[group], work.functional(), &mut ids);
    work.ids = ids;
    posting.issued([issued]);
    posting.applied(applied.map_err(ReverseRefusal::Apply)?);
    Ok(())
}
