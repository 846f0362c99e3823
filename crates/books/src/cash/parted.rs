//! One document for matching, several items in the books: what settles a document is spread over
//! its item and the short-pays parted off it, and what comes back takes them along.

use std::collections::HashSet;

use domain::documents::DocumentKind;
use domain::ids::{ApplicationId, ItemId};
use domain::money::Money;
use domain::open_items::{ApplyRefusal, StandingApplication};
use domain::receipts::{Batch, Target};
use domain::short_pays;

use crate::cash::post::{Desk, share};

impl Desk<'_> {
    /// An item and the short-pays parted off it.
    pub(super) fn whole(&self, item: ItemId) -> impl Iterator<Item = ItemId> {
        let parted = self.parted.get(&item).into_iter().flatten().copied();
        std::iter::once(item).chain(parted)
    }

    /// What is open of an item and of the short-pays parted off it.
    pub(super) fn open(&self, batch: &Batch<'_>, item: ItemId) -> Option<Money> {
        let open = self.whole(item).filter_map(|one| batch.states.get(&one));
        open.map(|state| state.open).reduce(|sum, open| sum + open)
    }
}

/// Spreads what settles a document over its item and the short-pays parted off it: the item first,
/// then the oldest of them. Deductions are taken where most is settled.
pub(super) fn spread(
    batch: &Batch<'_>,
    desk: &Desk<'_>,
    target: Target,
) -> Result<Vec<Target>, ApplyRefusal> {
    let open = |item: ItemId| batch.open(item).filter(|open| open.is_positive());
    let fits = open(target.item).is_some_and(|open| target.item_amount.minor() <= open.minor());
    if fits || !desk.parted.contains_key(&target.item) {
        return Ok(vec![target]);
    }
    let (mut rest, mut rest_item) = (target.amount, target.item_amount);
    let mut parts: Vec<Target> = Vec::new();
    for item in desk.whole(target.item) {
        let Some(open) = open(item).filter(|_| rest_item.is_positive()) else {
            continue;
        };
        let item_amount = if open.minor() < rest_item.minor() {
            open
        } else {
            rest_item
        };
        let amount = if item_amount == rest_item {
            rest
        } else if item_amount.currency() == rest.currency() {
            item_amount
        } else {
            share(target.amount, item_amount, target.item_amount)?
        };
        rest -= amount;
        rest_item -= item_amount;
        parts.push(Target {
            item,
            amount,
            item_amount,
            deductions: Vec::new(),
        });
    }
    Ok(
        match parts.iter_mut().max_by_key(|part| part.amount.minor()) {
            // More than all of them have open is refused where it is applied.
            Some(largest) if rest_item.is_zero() => {
                largest.deductions = target.deductions;
                parts
            }
            Some(_) | None => vec![target],
        },
    )
}

/// What was parted off with an application, where nothing of the short-pay was settled since: that
/// the money came back is a fact of the bank, and what was settled stays parted off.
pub(super) fn parted_with<'s>(
    batch: &Batch<'_>,
    all: &'s [StandingApplication],
    with: &StandingApplication,
) -> Vec<&'s StandingApplication> {
    let own = all.iter().filter(|one| {
        one.credit_kind == DocumentKind::PartedOff
            && one.application.debit == with.application.debit
            && one.is_of_one_decision(with)
            && is_untouched(batch, one.application.credit)
    });
    own.collect()
}

/// What persons parted off documents that nobody pays any more once some applications are undone,
/// where nothing of the short-pay was settled since.
pub(super) fn parted_alone(
    batch: &Batch<'_>,
    all: &[StandingApplication],
    undone: &HashSet<ApplicationId>,
) -> Vec<StandingApplication> {
    let alone = short_pays::left_without(all, undone);
    let alone = alone.filter(|one| is_untouched(batch, one.application.credit));
    alone.cloned().collect()
}

fn is_untouched(batch: &Batch<'_>, credit: ItemId) -> bool {
    let short = batch.parted.get(&credit);
    let short = short.and_then(|item| batch.states.get(item));
    short.is_some_and(short_pays::is_untouched)
}
