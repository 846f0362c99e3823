//! Settling by hand, in batches: apply, unapply, net, move receipts, take returned money in.
//!
//! Everything is named by document numbers or ids. A batch happens whole or not at all; the
//! items are locked in the order of their keys behind the gate, so that nobody settles them twice.

mod ask;
mod charge;
pub(crate) mod load;
mod receipts;
mod refusal;
pub(crate) mod sql;

pub use ask::{Applying, apply_or_ask, preview_apply};
pub(crate) use charge::charge_back;
pub use receipts::{MoveReceipt, Returned, move_receipts, returned};
pub use refusal::ItemRefusal;

use std::collections::{BTreeSet, HashMap};

use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::{Document, DocumentKind};
use domain::ids::{ApplicationId, ItemId};
use domain::money::{Currency, Money};
use domain::open_items::{Application, ApplyGroup, StandingApplication, apply as apply_orders};
use domain::settlement::{self, Discount, SettleRefusal, Settlement, Source, Target};
use serde_json::json;

use crate::documents::find::{self, FoundItem};
use crate::failure::Outcome;
use crate::ledger::{self, Posting};
use crate::work::Work;

/// A document to settle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settle {
    /// Its number or id, or the id of one of its items.
    pub document: String,
    /// What is settled of it, deductions included; as much as there is where not named.
    pub amount: Option<Money>,
    /// What of it is not cash; of a document in instalments they are taken from the first open.
    pub deductions: Vec<Deduction>,
}

/// A document that settles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct With {
    /// Its number or id, or the id of its item.
    pub document: String,
    /// How much of it may be used; all where not named.
    pub amount: Option<Money>,
}

/// What settles what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Apply {
    /// The day it counts.
    pub on: Date,
    /// What is settled, in this order.
    pub settle: Vec<Settle>,
    /// With what; credits are used before cash.
    pub with: Vec<With>,
    /// Whether the discount of the terms is taken.
    pub discount: Discount,
    /// A small excess of the last receipt that is kept as a rounding difference.
    pub excess: Option<Money>,
}

/// What was posted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settled {
    /// Documents issued on the way: discounts, fees, transfers, returns.
    pub documents: Vec<Document>,
    /// Applications, and the taking back of applications.
    pub applications: Vec<Application>,
}

/// Applies documents to each other, all orders or none.
pub fn apply(work: &mut Work<'_>, orders: &[Apply]) -> Outcome<Settled> {
    let posting = prepare(work, orders)?;
    let subject = orders.first().and_then(|order| order.settle.first());
    let subject = subject.map(|settle| settle.document.clone());
    finish(work, posting, "item.apply", subject.unwrap_or_default())
}

/// What applying would post. Writes nothing.
fn prepare(work: &mut Work<'_>, orders: &[Apply]) -> Outcome<Posting> {
    work.gate()?;
    let asked: BTreeSet<&str> = orders.iter().flat_map(named).collect();
    let found = find::find(work, &asked)?;
    let items: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    let items = load::states(work, &items)?;
    let many = 1 < orders.len();
    let ((), posting) = load::decide(work, items, |desk| {
        for (place, order) in orders.iter().enumerate() {
            let settlement = settlement_of(order, &found, &desk.batch.states);
            settlement::settle(desk, &settlement).map_err(|why| ItemRefusal {
                place: many.then_some(place + 1),
                why,
            })?;
        }
        Ok(())
    })?;
    Ok(posting)
}

fn named(order: &Apply) -> impl Iterator<Item = &str> {
    let settle = order.settle.iter().map(|one| one.document.as_str());
    settle.chain(order.with.iter().map(|one| one.document.as_str()))
}

type Found = HashMap<String, Vec<FoundItem>>;
type States = HashMap<ItemId, domain::open_items::ItemState>;

/// The items of a document by due date; those with nothing open only where all are so.
fn items_of(found: &Found, states: &States, asked: &str) -> Vec<ItemId> {
    let rows = found.get(asked).into_iter().flatten();
    let mut items: Vec<ItemId> = rows.map(|row| row.item).collect();
    items.sort_by_key(|item| (states.get(item).map(|state| state.item.due_on), *item));
    let is_open = |item: &ItemId| states.get(item).is_some_and(|state| !state.open.is_zero());
    if items.iter().any(is_open) {
        items.retain(is_open);
    }
    items
}

fn settlement_of(order: &Apply, found: &Found, states: &States) -> Settlement {
    let mut targets = Vec::new();
    for settle in &order.settle {
        let items = items_of(found, states, &settle.document);
        let mut rest = settle.amount;
        let last = items.len().saturating_sub(1);
        for (place, item) in items.iter().enumerate() {
            let open = states.get(item).map(|state| state.open.abs());
            // The last instalment takes what is asked beyond the others, to be refused there.
            let amount = match (rest, open) {
                (Some(rest), Some(open)) if place < last && rest.currency() == open.currency() => {
                    Some(if open.minor() < rest.minor() {
                        open
                    } else {
                        rest
                    })
                }
                (rest, _) => rest,
            };
            if amount.is_some_and(Money::is_zero) && 0 < place {
                break;
            }
            if let (Some(left), Some(amount)) = (rest, amount) {
                rest = Some(left - amount);
            }
            targets.push(Target {
                item: *item,
                amount,
                deductions: if place == 0 {
                    settle.deductions.clone()
                } else {
                    Vec::new()
                },
            });
        }
    }
    let sources = order.with.iter().flat_map(|with| {
        let items = items_of(found, states, &with.document);
        items.into_iter().map(|item| Source {
            item,
            amount: with.amount,
        })
    });
    Settlement {
        on: order.on,
        sources: sources.collect(),
        targets,
        discount: order.discount,
        excess: order.excess,
    }
}

/// Applications to take back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unapply {
    /// The day on which the taking back counts.
    pub on: Date,
    /// An application by its id, or a document whose standing applications are meant.
    pub what: String,
    /// Only those with this document.
    pub with: Option<String>,
}

/// Takes applications back, with the deductions that were made with them; all orders or none.
pub fn unapply(work: &mut Work<'_>, orders: &[Unapply]) -> Outcome<Settled> {
    work.gate()?;
    let mut asked = BTreeSet::new();
    let mut ids = Vec::new();
    for order in orders {
        match order.what.parse::<ApplicationId>() {
            Ok(id) => ids.push(id),
            Err(_) => {
                asked.insert(order.what.as_str());
            }
        }
        asked.extend(order.with.as_deref());
    }
    let found = find::find(work, &asked)?;
    let by_id = sql::standing_by_id(work, &ids)?;
    let mut items: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    for one in &by_id {
        items.extend([one.application.debit, one.application.credit]);
    }
    let (standing, items) = load::with_standing(work, &items)?;
    let plan = orders
        .iter()
        .map(|order| Ok((chosen(order, &found, &standing, &items)?, order.on)))
        .collect::<Outcome<Vec<_>>>()?;
    let ((), posting) = load::decide(work, items, |desk| {
        for (chosen, on) in &plan {
            settlement::unapply(desk, chosen, &standing, *on).map_err(ItemRefusal::of)?;
        }
        Ok(())
    })?;
    let subject = orders.first().map(|order| order.what.clone());
    finish(work, posting, "item.unapply", subject.unwrap_or_default())
}

/// The standing applications that an order means. Money that came back or was moved stays so,
/// unless it is named.
fn chosen(
    order: &Unapply,
    found: &Found,
    standing: &[StandingApplication],
    items: &load::Items,
) -> Outcome<Vec<ApplicationId>> {
    let of = |asked: &str| -> BTreeSet<ItemId> {
        let rows = found.get(asked).into_iter().flatten();
        rows.map(|row| row.item).collect()
    };
    let has_gone = |item: &ItemId| {
        matches!(
            items.kinds.get(item),
            Some(
                DocumentKind::ReturnedReceipt
                    | DocumentKind::ReturnedPayment
                    | DocumentKind::TransferOut
            )
        )
    };
    let touches = |set: &BTreeSet<ItemId>, one: &Application| {
        set.contains(&one.debit) || set.contains(&one.credit)
    };
    let (own, other) = (of(&order.what), order.with.as_deref().map(of));
    let named = order.what.parse::<ApplicationId>().ok();
    let is_meant = |one: &Application| match (named, &other) {
        (Some(id), _) => one.id == id,
        (None, Some(other)) => touches(&own, one) && touches(other, one),
        (None, None) => touches(&own, one) && !has_gone(&one.debit) && !has_gone(&one.credit),
    };
    let all = standing.iter().map(|one| &one.application);
    let chosen: Vec<ApplicationId> = all.filter(|one| is_meant(one)).map(|one| one.id).collect();
    if chosen.is_empty() {
        let asked = order.what.clone();
        return Err(refusal::NothingApplied { asked }.into());
    }
    Ok(chosen)
}

/// What a party owes us, netted against what we owe it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Net {
    /// The party's code.
    pub party: String,
    /// The day it counts.
    pub on: Date,
    /// Only this currency; each currency where not named.
    pub currency: Option<Currency>,
    /// At most this, in its currency.
    pub limit: Option<Money>,
}

/// Nets the items of one party, the oldest due first, each currency for itself.
pub fn net(work: &mut Work<'_>, order: &Net) -> Outcome<Settled> {
    work.gate()?;
    let mut found = sql::party_ids(work, &[&order.party])?;
    let Some(party) = found.remove(&order.party) else {
        return Err(refusal::UnknownParty {
            code: order.party.clone(),
            field: "party",
        }
        .into());
    };
    let items = sql::open_of_party(work, party)?;
    let mut items = load::states(work, &items)?;
    // What can be settled only later than the day cannot be netted on it.
    items
        .states
        .retain(|_, state| state.settles_from <= order.on);
    let chosen = order.limit.map(Money::currency).or(order.currency);
    let currencies: BTreeSet<Currency> = items
        .states
        .values()
        .map(|state| state.open.currency())
        .filter(|currency| chosen.is_none_or(|chosen| chosen == *currency))
        .collect();
    let ((), posting) = load::decide(work, items, |desk| {
        let mut orders = Vec::new();
        for currency in currencies {
            let states = desk.batch.states.values();
            orders.extend(settlement::net(states, currency, order.limit));
        }
        if orders.is_empty() {
            return Err(ItemRefusal::of(SettleRefusal::NothingNamed).into());
        }
        let group = ApplyGroup {
            on: order.on,
            orders,
        };
        let batch = &mut desk.batch;
        let applied = apply_orders(&mut batch.states, &[group], batch.functional, batch.ids)?;
        batch.applied.applications.extend(applied.applications);
        batch.applied.entries.extend(applied.entries);
        Ok(())
    })?;
    finish(work, posting, "item.net", order.party.clone())
}

/// Posts, and notes one link in the audit log.
fn finish(
    work: &mut Work<'_>,
    mut posting: Posting,
    action: &'static str,
    subject: String,
) -> Outcome<Settled> {
    ledger::post(work, &mut posting)?;
    let detail = json!({
        "documents": posting.documents.iter().take(100).map(|one| &one.number).collect::<Vec<_>>(),
        "applications": posting.applications.len(),
    });
    work.note(action, subject, detail);
    Ok(Settled {
        documents: posting.documents,
        applications: posting.applications,
    })
}

/// The deductions that people may name, by the words under which they do.
pub const DEDUCTIONS: &[(&str, DocumentKind, DocumentKind)] = &[
    (
        "discount",
        DocumentKind::DiscountGiven,
        DocumentKind::DiscountTaken,
    ),
    ("fee", DocumentKind::FeeBorne, DocumentKind::FeeBorne),
    (
        "withholding",
        DocumentKind::TaxWithheld,
        DocumentKind::TaxWithheld,
    ),
    (
        "rounding",
        DocumentKind::RoundingGiven,
        DocumentKind::PayableWriteOff,
    ),
    (
        "write-off",
        DocumentKind::WriteOff,
        DocumentKind::PayableWriteOff,
    ),
];
