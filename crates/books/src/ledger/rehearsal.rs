//! What work would post, shown before it is done: it is done behind the same door and taken back,
//! so that whatever would refuse the work refuses the look at it.

use domain::ids::PartyId;
use domain::ledger::JournalEntry;
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::failure::{Fault, Outcome};
use crate::ledger::sql;
use crate::work::Work;

/// A line of an entry that would be made.
pub(crate) struct Leg {
    pub(crate) account: String,
    pub(crate) amount: Money,
    pub(crate) functional: i64,
    pub(crate) party: Option<PartyId>,
}

/// What would come of some work. Nothing of it is there: ids lead nowhere, and numbers are those
/// that it would get by now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foreseen<T> {
    /// What the work would answer.
    pub done: T,
    /// The lines of the entries that it would post.
    pub effect: Json,
    /// Whether it would wait for others.
    pub waits: bool,
}

/// Does something, looks at what it posted, and takes it back.
pub fn rehearse<T>(
    work: &mut Work<'_>,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
) -> Outcome<Foreseen<T>> {
    let (done, legs) = rehearsed(work, act)?;
    Ok(Foreseen {
        done,
        effect: shown(work, &legs)?,
        waits: false,
    })
}

/// The same, with the lines as they were written.
pub(crate) fn rehearsed<T>(
    work: &mut Work<'_>,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
) -> Outcome<(T, Vec<Leg>)> {
    work.rehearse(|work| {
        let last = work.ids.last();
        let done = act(work)?;
        Ok((done, sql::legs_after(work, last)?))
    })
}

/// Lines of entries that would be made, as people and programs see them.
pub(crate) fn shown(work: &mut Work<'_>, legs: &[Leg]) -> Result<Json, Fault> {
    let own = work.functional();
    let names = sql::account_names(work)?;
    let legs = legs.iter().map(|leg| {
        // A difference of rates has a value in the books' own currency alone.
        let amount = if leg.amount.is_zero() {
            Money::new(leg.functional, own)
        } else {
            leg.amount
        };
        json!({
            "account": leg.account,
            "account_name": names.get(&leg.account).map_or("", String::as_str),
            "amount": { "amount": amount.to_string(), "currency": amount.currency().code() },
        })
    });
    Ok(Json::Array(legs.collect()))
}

/// The same of entries that were only decided.
pub(crate) fn effect_of<'a>(
    work: &mut Work<'_>,
    entries: impl Iterator<Item = &'a JournalEntry>,
) -> Result<Json, Fault> {
    let lines = entries.flat_map(JournalEntry::lines);
    let legs = lines.map(|line| Leg {
        account: line.account.clone().into_owned(),
        amount: line.amount,
        functional: line.functional.minor(),
        party: line.party,
    });
    let legs: Vec<Leg> = legs.collect();
    shown(work, &legs)
}
