//! Charging a deduction back: what it had settled is open again.

use std::collections::BTreeSet;

use domain::calendar::Date;
use domain::ids::{DocumentId, ItemId};
use domain::money::Money;
use domain::settlement;

use crate::documents::find;
use crate::failure::Outcome;
use crate::open_items::{ItemRefusal, Settled, finish, load};
use crate::work::Work;

/// Takes a part of a deduction back, and nothing that was applied with it. Others note why.
pub(crate) fn charge_back(
    work: &mut Work<'_>,
    document: DocumentId,
    amount: Money,
    on: Date,
) -> Outcome<Settled> {
    work.gate()?;
    let asked = document.to_string();
    let found = find::find(work, &BTreeSet::from([asked.as_str()]))?;
    let own: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    let (standing, items) = load::with_standing(work, &own)?;
    let ((), posting) = load::decide(work, items, |desk| {
        for item in own {
            settlement::charge_back(desk, item, amount, &standing, on).map_err(ItemRefusal::of)?;
        }
        Ok(())
    })?;
    finish(work, posting, "item.charge_back", asked)
}
