//! How a party is treated: its class, whose tolerances hold for it, and the rate by which it
//! withholds tax. Both are asked for and approved like terms.

use std::collections::HashMap;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::certificates::{check_rate, rate_on};
use domain::ids::PartyId;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::parties::{PartyRefusal, sql};
use crate::work::Work;

/// The longest class.
const LONGEST: usize = 40;

/// What is to change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HandlingChange {
    /// Another class; empty for none.
    Class(String),
    /// A rate of tax withheld in percent, from a day on; none takes an earlier one back.
    Withholding {
        /// How much; zero says that it withholds nothing.
        percent: Option<Decimal>,
        /// The first day.
        from: Date,
    },
}

impl HandlingChange {
    /// A rate from a day on.
    pub fn from_day(percent: Option<Decimal>, from: Date) -> HandlingChange {
        HandlingChange::Withholding { percent, from }
    }
}

/// How a party is treated now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handling {
    /// Its class; empty for none.
    pub class: String,
    /// The rates by which it withholds, each from a day on, the latest decision last.
    pub withholding: Vec<(Date, Option<Decimal>)>,
}

/// A change that was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Checked {
    pub(crate) party: PartyId,
    code: String,
    change: HandlingChange,
    before: String,
}

impl Checked {
    /// The party's code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// For whoever approves it.
    pub(crate) fn shown(&self) -> Json {
        let after = match &self.change {
            HandlingChange::Class(class) => shown_class(class),
            HandlingChange::Withholding { percent, from } => shown_rate(*percent, Some(*from)),
        };
        json!({ "party": self.code, "before": self.before, "after": after })
    }
}

fn shown_class(class: &str) -> String {
    match class {
        "" => "no class".to_owned(),
        class => format!("class {class}"),
    }
}

fn shown_rate(percent: Option<Decimal>, from: Option<Date>) -> String {
    let rate = match percent {
        None => "no rate of its own".to_owned(),
        Some(percent) => format!("withholds {percent} %"),
    };
    match from {
        None => rate,
        Some(from) => format!("{rate} from {from}"),
    }
}

/// A rate of tax withheld that comes with a file of customers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NewRate {
    /// The row of the file.
    pub(crate) line: usize,
    pub(crate) party: PartyId,
    pub(crate) code: String,
    pub(crate) percent: Decimal,
    pub(crate) from: Date,
}

/// Those that are not what stands on their day already.
pub(crate) fn unknown_rates(work: &mut Work<'_>, rates: Vec<NewRate>) -> Outcome<Vec<NewRate>> {
    let ids: Vec<PartyId> = rates.iter().map(|rate| rate.party).collect();
    let stand = sql::withholding_of(work, &ids)?;
    let is_new = |rate: &NewRate| {
        let stands = stand.get(&rate.party).map_or(&[][..], Vec::as_slice);
        rate_on(stands, rate.from) != Some(rate.percent)
    };
    Ok(rates.into_iter().filter(is_new).collect())
}

/// Takes rates that need no approval.
pub(crate) fn take_rates(work: &mut Work<'_>, rates: &[NewRate], reason: &str) -> Outcome<()> {
    let rows: Vec<sql::RateRow> = rates
        .iter()
        .map(|rate| (rate.party, Some(rate.percent), rate.from))
        .collect();
    sql::insert_withholding(work, &rows, reason)?;
    for rate in rates {
        let after = shown_rate(Some(rate.percent), Some(rate.from));
        let detail = json!({ "party": rate.code, "after": after });
        work.note("party.withholding", rate.code.clone(), detail);
    }
    Ok(())
}

/// The class in the further fields of a party, as they are stored.
pub(crate) fn class_of(extra: &str) -> String {
    // Most parties have none, and their fields need not be read for it.
    if !extra.contains("\"class\"") {
        return String::new();
    }
    let fields: Json = serde_json::from_str(extra).unwrap_or(Json::Null);
    let class = fields.get("class").and_then(Json::as_str);
    class.unwrap_or_default().trim().to_owned()
}

/// How the party of a code is treated.
pub fn handling(work: &mut Work<'_>, code: &str) -> Outcome<Handling> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    Ok(look(work, &[party])?.remove(&party).unwrap_or_default())
}

fn look(work: &mut Work<'_>, parties: &[PartyId]) -> Outcome<HashMap<PartyId, Handling>> {
    let mut rates = sql::withholding_of(work, parties)?;
    let fields = super::fields(work, &parties.iter().copied().collect())?;
    let handling = fields.into_iter().map(|(party, _, extra)| {
        let class = extra.get("class").and_then(Json::as_str);
        let handling = Handling {
            class: class.unwrap_or_default().trim().to_owned(),
            withholding: rates.remove(&party).unwrap_or_default(),
        };
        (party, handling)
    });
    Ok(handling.collect())
}

/// A change of how the party of a code is treated.
pub(crate) type Change = (String, HandlingChange);

/// Checks changes, each against what stands. Writes nothing.
pub(crate) fn works_out(work: &mut Work<'_>, changes: &[Change]) -> Outcome<Vec<Checked>> {
    let codes: Vec<&str> = changes.iter().map(|(code, _)| code.as_str()).collect();
    let parties = super::ids(work, &codes)?;
    let stands = look(work, &parties)?;
    let nothing = Handling::default();
    let checked = parties.iter().zip(changes).map(|(party, change)| {
        let now = stands.get(party).unwrap_or(&nothing);
        checked(*party, change, now)
    });
    checked.collect()
}

fn checked(party: PartyId, (code, change): &Change, now: &Handling) -> Outcome<Checked> {
    let so_already = || PartyRefusal::SoAlready { code: code.clone() };
    let before = match change {
        HandlingChange::Class(class) => {
            let is_word = !class.chars().any(|sign| sign.is_control() || sign == ',');
            if LONGEST < class.len() || class.trim() != class || !is_word {
                let class = class.clone();
                return Err(PartyRefusal::Class { class }.into());
            }
            if now.class == *class {
                return Err(so_already().into());
            }
            shown_class(&now.class)
        }
        HandlingChange::Withholding { percent, from } => {
            if let Some(percent) = percent {
                check_rate(*percent)?;
            }
            let before = rate_on(&now.withholding, *from);
            if before == *percent {
                return Err(so_already().into());
            }
            shown_rate(before, None)
        }
    };
    Ok(Checked {
        party,
        code: code.clone(),
        change: change.clone(),
        before,
    })
}

/// Changes it.
pub(crate) fn record(work: &mut Work<'_>, checked: &Checked, reason: &str) -> Outcome<()> {
    match &checked.change {
        HandlingChange::Class(class) => {
            let fields = super::fields(work, &[checked.party].into())?;
            let fields = fields.into_iter().next();
            let (.., mut extra) = fields.ok_or_else(|| Fault::new("a party is not there"))?;
            if !extra.is_object() {
                extra = json!({});
            }
            match class.as_str() {
                "" => {
                    if let Some(fields) = extra.as_object_mut() {
                        fields.remove("class");
                    }
                }
                class => extra["class"] = class.into(),
            }
            sql::update_extra(work, checked.party, &extra.to_string())?;
            work.note("party.class", checked.code.clone(), checked.shown());
        }
        HandlingChange::Withholding { percent, from } => {
            sql::insert_withholding(work, &[(checked.party, *percent, *from)], reason)?;
            work.note("party.withholding", checked.code.clone(), checked.shown());
        }
    }
    Ok(())
}
