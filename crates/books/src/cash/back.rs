//! Money that went back to a customer: which applications it takes back, whole or in part.

use std::collections::{HashMap, HashSet};

use domain::cash::{Kind, Row};
use domain::documents::DocumentKind;
use domain::ids::{ApplicationId, ItemId};
use domain::open_items::{ApplyRefusal, StandingApplication};
use domain::receipts::{Batch, Cash, Return, take_back};

use crate::cash::load::is_here;
use crate::cash::parted::{parted_alone, parted_with};
use crate::cash::post::Desk;

/// Money of one customer that went back: a returned payment or a refund.
pub(super) fn back(
    batch: &mut Batch<'_>,
    desk: &Desk<'_>,
    cash: &Cash,
    rows: &[&Row],
) -> Result<(), ApplyRefusal> {
    let returned = rows.iter().any(|row| row.kind == Kind::Payment);
    let mut back = Return {
        kind: if returned {
            DocumentKind::ReturnedReceipt
        } else {
            DocumentKind::Refund
        },
        applications: Vec::new(),
        parts: Vec::new(),
        credits: Vec::new(),
    };
    for row in rows {
        let Some(item) = row.item.filter(|item| is_here(*item)) else {
            continue;
        };
        let item = ItemId(item.cast_signed());
        // A credit memo that comes back with the payment is open again by itself.
        if row.kind == Kind::CreditMemoTaken && row.amount.is_negative() {
            back.credits.push((item, row.amount.abs()));
        }
        if row.kind != Kind::Payment {
            continue;
        }
        // What was deducted comes back with the whole payment alone.
        let is_alone = rows.iter().filter(|one| one.item == row.item).count() == 1;
        let all = returnable(batch, desk, item);
        take_back_of(batch, &all, (row, is_alone), &mut back);
    }
    if let Some(party) = cash.party.filter(|_| back.credits.is_empty() && !returned) {
        for receipt in desk.open_receipts.get(&party).into_iter().flatten() {
            if let Some(open) = batch.open(*receipt) {
                back.credits.push((*receipt, open));
            }
        }
    }
    take_back(batch, cash, &back).map(|_| ())
}

/// Adds what a return takes back of a document: the newest applications, with what was parted off
/// with them; where only a part of one comes back, that part.
fn take_back_of(
    batch: &Batch<'_>,
    all: &[StandingApplication],
    (row, is_alone): (&Row, bool),
    back: &mut Return,
) {
    let mut rest = row.document_amount.unwrap_or(row.amount).abs();
    let mut whole: Vec<&StandingApplication> = Vec::new();
    for one in all.iter().rev() {
        if one.credit_kind == DocumentKind::PartedOff {
            continue;
        }
        let amount = one.application.debit_amount;
        if rest.minor() < amount.minor() {
            break;
        }
        rest -= amount;
        whole.push(one);
    }
    if is_alone && rest.is_positive() {
        let is_cash = |one: &&StandingApplication| {
            matches!(
                one.credit_kind,
                DocumentKind::Receipt | DocumentKind::TransferIn
            ) && one.application.credit_amount.currency() == row.amount.currency()
                && !whole
                    .iter()
                    .any(|own| own.application.id == one.application.id)
        };
        let of_cash = || all.iter().rev().filter(is_cash);
        let amount = |one: &StandingApplication| one.application.debit_amount.minor();
        let same = of_cash().find(|one| amount(one) == rest.minor());
        let larger = of_cash().find(|one| rest.minor() < amount(one));
        whole.extend(same);
        let part = larger.filter(|_| same.is_none());
        back.parts.extend(part.map(|one| (one.clone(), rest)));
    }
    for application in whole {
        for parted in parted_with(batch, all, application) {
            if !back.applications.contains(parted) {
                back.applications.push(parted.clone());
            }
        }
        back.applications.push(application.clone());
    }
    let undone = back.applications.iter().map(|one| one.application.id);
    let alone = parted_alone(batch, all, &undone.collect());
    back.applications.extend(alone);
}

/// Applications of an item, and of the short-pays parted off it, that a return may take back: those
/// that stood, and those of this run.
pub(super) fn returnable(
    batch: &Batch<'_>,
    desk: &Desk<'_>,
    item: ItemId,
) -> Vec<StandingApplication> {
    let whole: Vec<ItemId> = desk.whole(item).collect();
    let mut known: Vec<StandingApplication> = whole
        .iter()
        .filter_map(|item| desk.returnable.get(item))
        .flatten()
        .cloned()
        .collect();
    known.sort_by_key(|one| one.application.id);
    // What is left of an application in part is one of this run, of a receipt that was there before.
    let kinds = known
        .iter()
        .map(|one| (one.application.credit, one.credit_kind));
    let kinds: HashMap<ItemId, DocumentKind> = kinds.collect();
    let own = batch.applied_to(&whole);
    let undone: HashSet<ApplicationId> = own.iter().filter_map(|own| own.undoes).collect();
    known.retain(|returned| !undone.contains(&returned.application.id));
    for application in own {
        if application.undoes.is_some() || undone.contains(&application.id) {
            continue;
        }
        known.push(StandingApplication {
            application: application.clone(),
            recorded: i64::MAX,
            decision: None,
            // What the run itself did not issue and that is no cash is a credit memo.
            credit_kind: batch
                .kind_of(application.credit)
                .or_else(|| kinds.get(&application.credit).copied())
                .unwrap_or(DocumentKind::CreditMemo),
        });
    }
    known
}
