//! Loading items to work on, locked in the order of their keys, and what settled them.

use std::collections::{BTreeSet, HashMap};

use domain::documents::DocumentKind;
use domain::ids::{ItemId, PartyId};
use domain::open_items::{ItemState, StandingApplication};
use domain::parties::Tree;
use domain::receipts::Batch;
use domain::settlement::Desk;

use crate::documents::AppliedHere;
use crate::failure::{Fault, Outcome};
use crate::open_items::sql::{self, End};
use crate::parties;
use crate::rates;
use crate::short_pays;
use crate::work::Work;

/// Items with the documents behind them.
#[derive(Default)]
pub(crate) struct Items {
    pub(crate) states: HashMap<ItemId, ItemState>,
    pub(crate) kinds: HashMap<ItemId, DocumentKind>,
    pub(crate) numbers: HashMap<ItemId, String>,
    /// Short-pays by the credit that parted them off.
    pub(crate) parted: HashMap<ItemId, ItemId>,
}

/// Loads items and locks them in key order until the work commits, with the short-pays that
/// credits among them parted off.
pub(crate) fn states(work: &mut Work<'_>, items: &[ItemId]) -> Result<Items, Fault> {
    let parted = short_pays::sql::parted_by(work, items)?;
    let mut all = items.to_vec();
    all.extend(parted.values());
    let mut found = sql::states(work, &all, sql::LOCKED)?;
    found.parted = parted;
    Ok(found)
}

/// Loads items to look at.
pub(crate) fn states_unlocked(work: &mut Work<'_>, items: &[ItemId]) -> Result<Items, Fault> {
    sql::states(work, items, sql::LOOKED_AT)
}

/// Standing applications of items, and of the items on their other ends: what a taking back
/// looks at. Oldest first.
pub(crate) fn standing(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<Vec<StandingApplication>, Fault> {
    let ends = [End::Debit, End::Credit];
    let first = sql::standing(work, items, &ends)?;
    let mut around: BTreeSet<ItemId> = items.iter().copied().collect();
    for one in &first {
        around.extend([one.application.debit, one.application.credit]);
    }
    let around: Vec<ItemId> = around.into_iter().collect();
    sql::standing(work, &around, &ends)
}

/// The same, with the items themselves and all on other ends, locked.
pub(crate) fn with_standing(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<(Vec<StandingApplication>, Items), Fault> {
    let standing = standing(work, items)?;
    let mut all = items.to_vec();
    for one in &standing {
        all.extend([one.application.debit, one.application.credit]);
    }
    let items = states(work, &all)?;
    Ok((standing, items))
}

/// What settled items, and the taking back of that, for people.
pub(crate) fn applied_here(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<Vec<AppliedHere>, Fault> {
    sql::applied_here(work, items)
}

/// The code of a party; empty for nobody.
pub(crate) fn party_code(work: &mut Work<'_>, party: Option<PartyId>) -> Result<String, Fault> {
    match party {
        None => Ok(String::new()),
        Some(party) => sql::party_code(work, party),
    }
}

/// Runs a decision over items: the desk is made from what is loaded, and what it made is given
/// back to be posted.
pub(crate) fn decide<T>(
    work: &mut Work<'_>,
    items: Items,
    act: impl FnOnce(&mut Desk<'_>) -> Outcome<T>,
) -> Outcome<(T, crate::ledger::Posting)> {
    let whose: BTreeSet<Option<PartyId>> = items
        .states
        .values()
        .map(|state| state.item.party)
        .collect();
    let parents = if 1 < whose.len() {
        parties::tree(work)?
    } else {
        Tree::default()
    };
    let rates = rates::table(work)?;
    let functional = work.functional();
    let mut ids = work.ids.clone();
    let mut batch = Batch::new(items.states, &mut ids, functional);
    batch.parted = items.parted;
    let mut desk = Desk {
        batch,
        kinds: items.kinds,
        numbers: items.numbers,
        parents,
        rates,
    };
    let value = act(&mut desk)?;
    let mut posting = crate::ledger::Posting::default();
    posting.issued(std::mem::take(&mut desk.batch.issued));
    posting.applied(std::mem::take(&mut desk.batch.applied));
    drop(desk);
    work.ids = ids;
    Ok((value, posting))
}
