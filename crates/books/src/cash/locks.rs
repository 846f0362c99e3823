//! What a run looks at again before it posts, locked in the order of the keys.

use std::collections::HashMap;

use domain::cash::{Decision, Kind, Outcome as Decided};
use domain::documents::DocumentKind;
use domain::ids::{DocumentId, ItemId, PartyId};
use domain::open_items::{ItemState, StandingApplication};
use domain::receipts::Batch;

use crate::cash::load::{Names, is_here};
use crate::cash::sql;
use crate::cash::units::Unit;
use crate::failure::Fault;
use crate::open_items::{self, sql::End};
use crate::short_pays;
use crate::work::Work;

/// The items of receipts that wait since an earlier decision, by that decision.
pub(super) fn waiting_receipts(
    work: &mut Work<'_>,
    decided: &[(Unit, Decision)],
) -> Result<HashMap<i64, ItemId>, Fault> {
    let pairs: Vec<(i64, DocumentId)> = decided
        .iter()
        .filter_map(|(unit, _)| unit.before.as_ref())
        .filter_map(|before| Some((before.decision, DocumentId(before.receipt?))))
        .collect();
    let documents: Vec<DocumentId> = pairs.iter().map(|(_, document)| *document).collect();
    let items = sql::items_of_documents(work, &documents)?;
    Ok(pairs
        .into_iter()
        .filter_map(|(decision, document)| Some((decision, *items.get(&document)?)))
        .collect())
}

/// The short-pays that were parted off the items that the run will touch.
pub(super) fn parted(
    work: &mut Work<'_>,
    decided: &[(Unit, Decision)],
) -> Result<HashMap<ItemId, Vec<ItemId>>, Fault> {
    let items: Vec<ItemId> = posted_items(decided).collect();
    short_pays::sql::parted_from(work, &items)
}

/// Locks every item that the run will touch, in key order.
pub(super) fn lock(
    work: &mut Work<'_>,
    decided: &[(Unit, Decision)],
    receipts: &HashMap<i64, ItemId>,
    parted: &HashMap<ItemId, Vec<ItemId>>,
) -> Result<HashMap<ItemId, ItemState>, Fault> {
    let mut ids: Vec<ItemId> = receipts.values().copied().collect();
    ids.extend(posted_items(decided));
    ids.extend(parted.values().flatten());
    open_items::sql::lock(work, &ids)
}

fn posted_items(decided: &[(Unit, Decision)]) -> impl Iterator<Item = ItemId> {
    posted_rows(decided)
        .filter_map(|row| row.item)
        .filter(|item| is_here(*item))
        .map(|item| ItemId(item.cast_signed()))
}

fn posted_rows(decided: &[(Unit, Decision)]) -> impl Iterator<Item = &domain::cash::Row> {
    decided
        .iter()
        .filter(|(_, decision)| decision.outcome == Decided::Posted)
        .filter_map(|(_, decision)| decision.alternatives.first())
        .flat_map(|proposal| &proposal.rows)
}

/// Applications that returned payments of this run may take back.
pub(super) fn returnable(
    work: &mut Work<'_>,
    decided: &[(Unit, Decision)],
    parted: &HashMap<ItemId, Vec<ItemId>>,
) -> Result<HashMap<ItemId, Vec<StandingApplication>>, Fault> {
    let mut items: Vec<ItemId> = posted_rows(decided)
        .filter(|row| row.kind == Kind::Payment && row.amount.is_negative())
        .filter_map(|row| row.item)
        .filter(|item| is_here(*item))
        .map(|item| ItemId(item.cast_signed()))
        .collect();
    let short = items.iter().filter_map(|item| parted.get(item));
    let short: Vec<ItemId> = short.flatten().copied().collect();
    items.extend(short);
    let mut found: HashMap<ItemId, Vec<StandingApplication>> = HashMap::new();
    for standing in open_items::sql::standing(work, &items, &[End::Debit])? {
        let debit = standing.application.debit;
        found.entry(debit).or_default().push(standing);
    }
    Ok(found)
}

/// Open receipts of customers whose refunds are posted: of each of them, also where there are none.
pub(super) fn refundable(
    work: &mut Work<'_>,
    names: &Names,
    decided: &[(Unit, Decision)],
) -> Result<HashMap<PartyId, Vec<ItemId>>, Fault> {
    let mut parties: Vec<PartyId> = posted_rows(decided)
        .filter(|row| row.amount.is_negative() && row.kind == Kind::OverpaymentOnAccount)
        .filter_map(|row| Some(names.parties[row.customer?].0))
        .collect();
    parties.sort_unstable();
    parties.dedup();
    let open = sql::open_receipts(work, &parties)?;
    Ok(by_party(&parties, open))
}

/// Open returned receipts of customers who pay documents that only the history knows: their
/// payments came back, and they are owed again.
pub(super) fn owed_again(
    work: &mut Work<'_>,
    names: &Names,
    decided: &[(Unit, Decision)],
) -> Result<HashMap<PartyId, Vec<ItemId>>, Fault> {
    let mut parties: Vec<PartyId> = posted_rows(decided)
        .filter(|row| row.item.is_some_and(|item| !is_here(item)))
        .filter_map(|row| Some(names.parties[row.customer?].0))
        .collect();
    parties.sort_unstable();
    parties.dedup();
    let open = sql::open_returns(work, &parties)?;
    Ok(by_party(&parties, open))
}

/// Open items of each of these parties, also where there are none.
fn by_party(parties: &[PartyId], open: Vec<(PartyId, ItemId)>) -> HashMap<PartyId, Vec<ItemId>> {
    let mut found: HashMap<PartyId, Vec<ItemId>> =
        parties.iter().map(|party| (*party, Vec::new())).collect();
    for (party, item) in open {
        found.entry(party).or_default().push(item);
    }
    found
}

/// Locks also what returns and refunds take back and what is owed again, and tells which short-pays
/// go with it.
pub(super) fn lock_more(
    work: &mut Work<'_>,
    batch: &mut Batch<'_>,
    returnable: &HashMap<ItemId, Vec<StandingApplication>>,
    open_cash: [&HashMap<PartyId, Vec<ItemId>>; 2],
) -> Result<(), Fault> {
    let states = &mut batch.states;
    let all = returnable.values().flatten();
    let parted = all.filter(|one| one.credit_kind == DocumentKind::PartedOff);
    let parted: Vec<ItemId> = parted.map(|one| one.application.credit).collect();
    batch.parted = short_pays::sql::parted_by(work, &parted)?;
    let credits = returnable
        .values()
        .flatten()
        .map(|returned| returned.application.credit)
        .chain(batch.parted.values().copied());
    let receipts = open_cash.into_iter().flat_map(HashMap::values);
    let receipts = receipts.flatten().copied();
    let mut ids: Vec<ItemId> = credits
        .chain(receipts)
        .filter(|item| !states.contains_key(item))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    states.extend(open_items::sql::lock(work, &ids)?);
    Ok(())
}
