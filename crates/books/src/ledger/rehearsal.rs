//! What work would post, shown before it is done: it is done behind the same door and taken back,
//! so that whatever would refuse the work refuses the look at it.

use domain::ids::PartyId;
use domain::ledger::JournalEntry;
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::failure::Outcome;
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
        effect: shown(work, &legs),
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
pub(crate) fn shown(work: &Work<'_>, legs: &[Leg]) -> Json {
    let own = work.functional();
    let legs = legs.iter().map(|leg| {
        // A difference of rates has a value in the books' own currency alone.
        if leg.amount.is_zero() {
            one(&leg.account, Money::new(leg.functional, own))
        } else {
            one(&leg.account, leg.amount)
        }
    });
    Json::Array(legs.collect())
}

/// The same of entries that were only decided.
pub(crate) fn effect_of<'a>(entries: impl Iterator<Item = &'a JournalEntry>) -> Json {
    let lines = entries.flat_map(JournalEntry::lines);
    Json::Array(lines.map(|line| one(&line.account, line.amount)).collect())
}

fn one(account: &str, amount: Money) -> Json {
    json!({
        "account": account,
        "amount": { "amount": amount.to_string(), "currency": amount.currency().code() },
    })
}
