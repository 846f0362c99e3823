//! Which work needs approval: data that the controller changes, with strict values to begin with.

use domain::access::Area;
use serde_json::{Value as Json, json};

use crate::failure::{Fault, Outcome};
use crate::settings;
use crate::work::Work;

/// The setting under which the policy is kept.
const SETTING: &str = "approval.policy";

/// When work of an area needs approval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The area.
    pub area: Area,
    /// Needed above this amount, in minor units of the functional currency.
    pub above: i64,
    /// How many must approve, none of them the maker.
    pub approvers: i64,
    /// After how many days a request lapses.
    pub days: i64,
}

/// The rules of an entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    rules: Vec<Rule>,
}

impl Default for Policy {
    /// Everything of these areas needs one other person, within two weeks.
    fn default() -> Policy {
        let areas = [
            Area::WriteOffs,
            Area::CreditMemos,
            Area::Refunds,
            Area::Journals,
            Area::BankDetails,
            Area::Periods,
        ];
        let rules = areas.map(|area| Rule {
            area,
            above: 0,
            approvers: 1,
            days: 14,
        });
        Policy {
            rules: rules.to_vec(),
        }
    }
}

impl Policy {
    /// The rule of an area, if it has one.
    pub fn rule(&self, area: Area) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.area == area)
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The policy with one rule changed.
    pub fn with(mut self, rule: Rule) -> Policy {
        match self.rules.iter_mut().find(|known| known.area == rule.area) {
            Some(known) => *known = rule,
            None => self.rules.push(rule),
        }
        self
    }
}

/// The policy of the entity.
pub(crate) fn load(work: &mut Work<'_>) -> Result<Policy, Fault> {
    let mut policy = Policy::default();
    let stored = settings::get(work, SETTING)?;
    for rule in stored
        .as_ref()
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        let number = |name: &str| rule.get(name).and_then(Json::as_i64);
        let area = rule.get("area").and_then(Json::as_str);
        let area = Area::ALL.iter().find(|known| Some(known.code()) == area);
        let (Some(area), Some(above), Some(approvers), Some(days)) =
            (area, number("above"), number("approvers"), number("days"))
        else {
            return Err(Fault::new(format!("setting {SETTING} is not as expected")));
        };
        policy = policy.with(Rule {
            area: *area,
            above,
            approvers,
            days,
        });
    }
    Ok(policy)
}

/// Keeps a policy.
pub(crate) fn store(work: &mut Work<'_>, policy: &Policy) -> Outcome<()> {
    let rules: Vec<Json> = policy
        .rules
        .iter()
        .map(|rule| {
            json!({
                "area": rule.area.code(), "above": rule.above,
                "approvers": rule.approvers, "days": rule.days,
            })
        })
        .collect();
    settings::put(work, SETTING, &Json::Array(rules))
}
