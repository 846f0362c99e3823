//! The guard at the ledger's door: which permissions a posting needs.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Area, Verb, area_of};
use domain::documents::Side;
use domain::ids::{ItemId, PartyId};
use domain::ledger::Source;

use crate::access::{demand, demand_within, may, sql};
use crate::approvals;
use crate::failure::Outcome;
use crate::ledger::{Origin, Posting};
use crate::work::Work;

/// Refuses a posting that its actor may not make: by area, limit, portfolio, and approval policy.
/// What was approved carries a warrant of its area and passes.
pub(crate) fn check_posting(work: &mut Work<'_>, posting: &Posting) -> Outcome<()> {
    for (area, amount) in needed(posting) {
        if work.has_warrant(area) {
            continue;
        }
        demand(work, area, Verb::Do, Some(amount))?;
        demand_within(work, (area, Verb::Do), |work| parties_of(work, posting))?;
        approvals::require_none(work, area, amount)?;
    }
    let only_applies = posting.documents.is_empty() && !posting.applications.is_empty();
    if only_applies {
        let area = area_of_settling(work, posting)?;
        demand(work, area, Verb::Do, None)?;
        demand_within(work, (area, Verb::Do), |work| parties_of(work, posting))?;
    }
    Ok(())
}

/// Receivables are settled by whoever applies cash, payables alone by whoever pays as well, and
/// bills with credits of the vendor by whoever enters them, too: no money moves.
fn area_of_settling(work: &mut Work<'_>, posting: &Posting) -> Outcome<Area> {
    if may(work, Area::Cash, Verb::Do)? {
        return Ok(Area::Cash);
    }
    let papers = sql::papers_of_items(work, &settled(posting))?;
    if papers.iter().any(|(side, _)| *side == Side::Receivable) {
        return Ok(Area::Cash);
    }
    let are_bills = papers.iter().all(|(_, kind)| area_of(*kind) == Area::Bills);
    if are_bills && may(work, Area::Bills, Verb::Do)? {
        return Ok(Area::Bills);
    }
    Ok(Area::Payments)
}

/// The items that a posting settles.
fn settled(posting: &Posting) -> BTreeSet<ItemId> {
    let settled = posting.applications.iter();
    settled.flat_map(|one| [one.debit, one.credit]).collect()
}

/// Whose documents and items a posting makes or settles.
pub(crate) fn parties_of(work: &mut Work<'_>, posting: &Posting) -> Outcome<BTreeSet<PartyId>> {
    let documents = posting.documents.iter().filter_map(|one| one.party);
    let items = posting.items.iter().filter_map(|item| item.party);
    let mut parties: BTreeSet<PartyId> = documents.chain(items).collect();
    parties.extend(sql::parties_of_items(work, &settled(posting))?);
    Ok(parties)
}

/// The areas that a posting touches, each with the largest amount of one document or entry.
fn needed(posting: &Posting) -> BTreeMap<Area, i64> {
    let mut needed: BTreeMap<Area, i64> = BTreeMap::new();
    let mut need = |area: Area, amount: i64| {
        let largest = needed.entry(area).or_default();
        *largest = amount.max(*largest);
    };
    let values = posting.values();
    for document in &posting.documents {
        let area = match posting.origin {
            Origin::Opening => Area::TakeOver,
            Origin::Vendor | Origin::Issued => area_of(document.kind),
        };
        need(area, values.get(&document.id).copied().unwrap_or_default());
    }
    for entry in &posting.entries {
        let area = match entry.source {
            Source::Document | Source::Application => continue,
            // What a taken back decision reverses beside its documents is theirs.
            Source::Reversal if !posting.documents.is_empty() => continue,
            Source::Opening => Area::TakeOver,
            Source::BankLine => Area::Cash,
            Source::Revaluation | Source::Manual | Source::Reversal => Area::Journals,
        };
        let debits = entry
            .lines()
            .iter()
            .map(|line| line.functional.minor().max(0));
        need(area, debits.fold(0, i64::saturating_add));
    }
    needed
}
