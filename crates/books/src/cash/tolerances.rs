//! What is tolerated of a payment, of everybody and of the parties of each class.

use std::fmt;

use domain::access::{Area, Verb};
use domain::refusal::Refusal;
use formats::Problem;
use formats::exchange::{ClassPolicy, Policy, Tolerances};
use serde_json::{Map, Value as Json, json};

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::imports;
use crate::settings;
use crate::work::Work;

/// Why tolerances of a class are not kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToleranceRefusal {
    /// They cannot be read.
    NotTolerances {
        /// What is wrong with them.
        problem: String,
    },
    /// Nothing is changed without a reason.
    NoReason,
    /// Nothing of its own is said of the class.
    UnknownClass {
        /// The class.
        class: String,
    },
}

impl fmt::Display for ToleranceRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ToleranceRefusal::NotTolerances { problem } => {
                write!(out, "These are no tolerances of a class: {problem}.")
            }
            ToleranceRefusal::NoReason => write!(out, "Nothing is changed without a reason."),
            ToleranceRefusal::UnknownClass { class } => {
                write!(out, "Nothing of its own is said of the class {class}.")
            }
        }
    }
}

impl Refusal for ToleranceRefusal {
    fn code(&self) -> &'static str {
        match self {
            ToleranceRefusal::NotTolerances { .. } => "not_tolerances",
            ToleranceRefusal::NoReason => "reason_missing",
            ToleranceRefusal::UnknownClass { .. } => "unknown_class",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ToleranceRefusal::NotTolerances { .. } => {
                "give days, and amounts from zero up; a class is a short word".into()
            }
            ToleranceRefusal::NoReason => "say why".into(),
            ToleranceRefusal::UnknownClass { .. } => {
                "see the classes with `duebook policy class`".into()
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            ToleranceRefusal::NotTolerances { .. } | ToleranceRefusal::UnknownClass { .. } => {
                "class"
            }
            ToleranceRefusal::NoReason => "reason",
        })
    }
}

/// What is tolerated of everybody (an empty name) and of each class.
pub fn tolerances(work: &mut Work<'_>) -> Outcome<Vec<(String, Tolerances)>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let policy = imports::settings(work)?.policy;
    let everybody = std::iter::once(String::new());
    let classes = everybody.chain(policy.classes.keys().cloned());
    Ok(classes
        .map(|class| {
            let own = policy.tolerances(&class);
            (class, own)
        })
        .collect())
}

/// Says what is tolerated of a class, whole; nothing of its own where none is given.
pub fn set_class(
    work: &mut Work<'_>,
    class: &str,
    own: Option<&ClassPolicy>,
    reason: &str,
) -> Outcome<()> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    if reason.trim().is_empty() {
        return Err(ToleranceRefusal::NoReason.into());
    }
    work.gate()?;
    let class = class.trim();
    let mut policy = imports::settings(work)?.policy.source;
    let classes = policy
        .entry("classes")
        .or_insert_with(|| json!({}))
        .as_object_mut()
        .ok_or_else(|| Fault::new("the classes of the policy are no object"))?;
    match own {
        Some(own) => {
            classes.insert(class.to_owned(), as_json(own));
        }
        None => {
            let class = || class.to_owned();
            if classes.remove(class().as_str()).is_none() {
                return Err(ToleranceRefusal::UnknownClass { class: class() }.into());
            }
        }
    }
    let policy = Json::Object(policy);
    if let Err(problems) = Policy::parse(&policy.to_string()) {
        let words: Vec<String> = problems.iter().map(Problem::to_string).collect();
        let problem = words.join("; ");
        return Err(ToleranceRefusal::NotTolerances { problem }.into());
    }
    settings::put(work, "policy", &policy)?;
    let detail = json!({ "class": class, "reason": reason.trim() });
    work.note("policy.class", class, detail);
    Ok(())
}

fn as_json(own: &ClassPolicy) -> Json {
    let mut kept = Map::new();
    if let Some(days) = own.discount_grace_days {
        kept.insert("discount_grace_days".into(), days.into());
    }
    if !own.bank_fee_tolerance.is_empty() {
        let fees = own.bank_fee_tolerance.iter();
        let fees = fees
            .map(|(currency, amount)| (currency.code().to_owned(), Json::from(amount.to_string())));
        kept.insert(
            "bank_fee_tolerance".into(),
            fees.collect::<Map<_, _>>().into(),
        );
    }
    if let Some(amount) = own.rounding_tolerance {
        kept.insert("rounding_tolerance".into(), amount.to_string().into());
    }
    Json::Object(kept)
}
