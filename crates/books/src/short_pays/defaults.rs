//! Who answers for short-pays for whom nobody is told, and how soon.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::access::{Area, Grants, Verb};
use domain::calendar::Date;
use domain::ids::PartyId;
use jiff::ToSpan;
use serde_json::{Value as Json, json};

use crate::access;
use crate::failure::Outcome;
use crate::parties;
use crate::settings;
use crate::short_pays::ShortPayRefusal;
use crate::work::Work;

/// Under which name they are kept.
const SETTING: &str = "short_pays";

/// What new short-pays begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defaults {
    /// Who answers where nobody looks after the customer; nobody where empty.
    pub owner: String,
    /// Within how many days it should be answered.
    pub answer_days: i64,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults {
            owner: String::new(),
            answer_days: 14,
        }
    }
}

impl Defaults {
    pub(super) fn answer_by(&self, from: Date) -> Date {
        from.saturating_add(self.answer_days.days())
    }
}

/// What new short-pays begin with.
pub fn defaults(work: &mut Work<'_>) -> Outcome<Defaults> {
    let kept = settings::get(work, SETTING)?.unwrap_or(Json::Null);
    let usual = Defaults::default();
    Ok(Defaults {
        owner: kept["owner"].as_str().unwrap_or(&usual.owner).to_owned(),
        answer_days: kept["answer_days"].as_i64().unwrap_or(usual.answer_days),
    })
}

/// The longest time in which a short-pay is to be answered.
const MOST_DAYS: i64 = 365;

/// Changes it.
pub fn set_defaults(work: &mut Work<'_>, new: &Defaults) -> Outcome<()> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    work.gate()?;
    if !(0..=MOST_DAYS).contains(&new.answer_days) {
        return Err(ShortPayRefusal::NotDays { most: MOST_DAYS }.into());
    }
    let owner = new.owner.trim();
    require_person(work, owner)?;
    let kept = json!({ "owner": owner, "answer_days": new.answer_days });
    settings::put(work, SETTING, &kept)
}

/// Refuses an owner who is nobody of these books; empty is nobody at all.
pub(super) fn require_person(work: &mut Work<'_>, login: &str) -> Outcome<()> {
    if login.is_empty() {
        return Ok(());
    }
    let people = access::people(work)?;
    let known = people
        .iter()
        .any(|one| one.login == login && !one.is_token && !access::is_program(login));
    if known {
        return Ok(());
    }
    let login = login.to_owned();
    Err(ShortPayRefusal::NoPerson { login }.into())
}

/// Who answers for the short-pays of customers: whoever stands on them as collector or owner, or
/// alone looks after them by the portfolio of a role; else who the default names.
pub(super) fn owners(
    work: &mut Work<'_>,
    customers: &BTreeSet<PartyId>,
    usual: &str,
) -> Outcome<HashMap<PartyId, String>> {
    let people = access::people(work)?;
    let persons: BTreeSet<String> = people
        .into_iter()
        .filter(|one| !one.is_token)
        .map(|one| one.login)
        .collect();
    let grants = access::all_grants(work)?;
    let mut owners = HashMap::new();
    for (party, _, fields) in parties::fields(work, customers)? {
        let field = |name: &str| fields.get(name).and_then(Json::as_str).map(str::trim);
        let mut named = ["collector", "owner"].into_iter().filter_map(field);
        let named = named.find(|login| persons.contains(*login));
        let owner = match named {
            Some(login) => login.to_owned(),
            None => keeper(&grants, &persons, field).unwrap_or_else(|| usual.to_owned()),
        };
        owners.insert(party, owner);
    }
    Ok(owners)
}

/// The one person in whose portfolio of collections a party is.
fn keeper<'a>(
    grants: &BTreeMap<String, Grants>,
    persons: &BTreeSet<String>,
    field: impl Fn(&str) -> Option<&'a str> + Copy,
) -> Option<String> {
    let permission = (Area::Collections, Verb::Do);
    let keeps = |(login, grants): &(&String, &Grants)| {
        let portfolios = grants.portfolios(permission).unwrap_or_default();
        persons.contains(*login) && portfolios.iter().any(|one| one.holds(field))
    };
    let mut found = grants.iter().filter(keeps);
    let first = found.next()?.0;
    found.next().is_none().then(|| first.clone())
}

/// The day until which something found today should be answered.
pub(super) fn load(work: &mut Work<'_>) -> Outcome<(Defaults, Date)> {
    let defaults = defaults(work)?;
    let answer_by = defaults.answer_by(work.day());
    Ok((defaults, answer_by))
}
