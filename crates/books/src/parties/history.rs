//! The picture of one party: what happened, what is open by age, where it pays from.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::documents::Side;
use domain::ids::{DocumentId, PartyId};
use domain::money::{Currency, Money};
use jiff::Timestamp;

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::parties::sql::{self, people};
use crate::work::Work;

/// Something that happened about a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When it was learned.
    pub at: Timestamp,
    /// The day it counts, where it has one.
    pub on: Option<Date>,
    /// What: a kind of document, `applied`, `party terms`, …
    pub what: String,
    /// What about: numbers.
    pub subject: String,
    /// How much.
    pub amount: Option<Money>,
    /// Who, where the audit log tells.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// The document to look at.
    pub document: Option<DocumentId>,
}

/// The latest that happened about a party: documents, applications, changes; the latest first.
pub fn history(work: &mut Work<'_>, code: &str, limit: i64) -> Outcome<Vec<Event>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    let mut all = people::document_events(work, party, limit)?;
    all.extend(people::application_events(work, party, limit)?);
    all.extend(people::change_events(work, code, limit)?);
    all.sort_by_key(|event| std::cmp::Reverse(event.at));
    all.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(all)
}

/// Where a party is known to pay from, or is paid.
pub fn bank_accounts(work: &mut Work<'_>, code: &str) -> Outcome<Vec<String>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    let mut found = accounts_of(work, &[party].into())?;
    Ok(found
        .remove(&party)
        .unwrap_or_default()
        .into_iter()
        .collect())
}

/// Bank accounts of parties that have any.
pub(crate) fn accounts_of(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<BTreeMap<PartyId, BTreeSet<String>>, Fault> {
    people::accounts_of(work, parties)
}

/// What is open of a party in one currency: not due, 1–30, 31–60, 61–90, over 90 days, unapplied.
pub type Aged = (Currency, [Money; 6]);

/// The aging of one party on one side, today.
pub fn aging(work: &mut Work<'_>, code: &str, side: Side, today: Date) -> Outcome<Vec<Aged>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    let mut aged: BTreeMap<Currency, [Money; 6]> = BTreeMap::new();
    for (due_on, currency, minor) in people::open(work, party, side.code())? {
        let open = sql::amount(minor * side.sign(), &currency)?;
        let late = due_on.until(today).map_or(0, |span| span.get_days());
        let place = match late {
            _ if open.is_negative() => 5,
            ..=0 => 0,
            1..=30 => 1,
            31..=60 => 2,
            61..=90 => 3,
            _ => 4,
        };
        let zero = Money::zero(open.currency());
        let parts = aged.entry(open.currency()).or_insert([zero; 6]);
        if let Some(part) = parts.get_mut(place) {
            *part += open;
        }
    }
    Ok(aged.into_iter().collect())
}
