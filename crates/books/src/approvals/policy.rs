//! Which work needs approval: data that the controller changes, with strict values to begin with.
//!
//! Each area has a ladder of rules; of those whose amount is exceeded the highest counts. Every
//! change writes the ladder of the area whole, as a new version that names who made it and why.

use std::fmt;

use domain::access::{Area, ROLES, Role, Verb, find as find_role};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals::sql;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// The areas whose work can be asked for, and so can be made to need approval.
pub const AREAS: &[Area] = &[
    Area::WriteOffs,
    Area::CreditMemos,
    Area::Refunds,
    Area::Journals,
    Area::BankDetails,
    Area::Credit,
    Area::Periods,
    Area::Vendors,
    Area::Customers,
    Area::Billing,
    Area::Bills,
];

/// The most people that a rule can ask for.
const MOST_APPROVERS: i64 = 9;

/// The longest that a request can wait.
const MOST_DAYS: i64 = 366;

/// When work of an area needs approval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The area.
    pub area: Area,
    /// Needed above this amount, in minor units of the functional currency.
    pub above: i64,
    /// How many must approve, none of them the maker.
    pub approvers: i64,
    /// After how many days a request lapses.
    pub days: i64,
    /// Which roles may approve; empty is everybody who may approve work of the area.
    pub roles: Vec<&'static Role>,
}

impl Rule {
    /// The codes of the roles with commas between them, as requests keep them.
    pub fn role_codes(&self) -> String {
        let codes: Vec<&str> = self.roles.iter().map(|role| role.code).collect();
        codes.join(",")
    }
}

/// One version of the rules of an area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// The area.
    pub area: Area,
    /// Which version, from 1; 0 is what Duebook begins with.
    pub version: i64,
    /// The rules, the lowest amount first; none where nothing needs approval.
    pub rules: Vec<Rule>,
    /// Who made it; empty for what Duebook begins with.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When; none for what Duebook begins with.
    pub recorded_at: Option<Timestamp>,
}

impl Rule {
    /// What an agent asks for, or who may not do it alone, always needs somebody, whatever the
    /// policy lets pass.
    pub(crate) fn of_others(area: Area) -> Rule {
        Rule {
            area,
            above: i64::MIN,
            approvers: 1,
            days: 14,
            roles: Vec::new(),
        }
    }
}

/// The rules of an entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    versions: Vec<Version>,
}

impl Default for Policy {
    /// Everything of these areas needs one other person, within two weeks.
    fn default() -> Policy {
        let strict = |area: &Area| {
            let rule = Rule {
                area: *area,
                above: 0,
                approvers: 1,
                days: 14,
                roles: Vec::new(),
            };
            let is_free = [Area::Customers, Area::Billing, Area::Bills].contains(area);
            Version {
                area: *area,
                version: 0,
                rules: if is_free { Vec::new() } else { vec![rule] },
                actor: String::new(),
                reason: String::new(),
                recorded_at: None,
            }
        };
        Policy {
            versions: AREAS.iter().map(strict).collect(),
        }
    }
}

impl Policy {
    /// The rule that work of this worth needs, if any.
    pub fn rule(&self, area: Area, amount: i64) -> Option<&Rule> {
        let rules = self.rules().filter(|rule| rule.area == area);
        rules
            .filter(|rule| rule.above < amount)
            .max_by_key(|rule| rule.above)
    }

    /// Every rule that stands.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.versions.iter().flat_map(|version| &version.rules)
    }

    /// The standing version of each area.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }
}

/// Why a policy is not changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PolicyRefusal {
    /// Work of the area is never asked for.
    NoSuchArea {
        /// What stood there.
        area: String,
    },
    /// There is no such role, or it approves nothing of the area.
    CannotApprove {
        /// The role.
        role: String,
        /// The area.
        area: Area,
    },
    /// A number is out of its range.
    OutOfRange {
        /// Which.
        field: &'static str,
        /// The lowest value.
        least: i64,
        /// The highest value.
        most: i64,
    },
    /// Two rules of one area begin at the same amount.
    SameAmount {
        /// The area.
        area: Area,
    },
    /// A policy is not changed without a reason.
    NoReason,
}

impl fmt::Display for PolicyRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyRefusal::NoSuchArea { area } => write!(out, "`{area}` takes no policy."),
            PolicyRefusal::CannotApprove { role, area } => {
                write!(out, "{role} approves no {}.", area.title())
            }
            PolicyRefusal::OutOfRange { field, least, most } => {
                write!(out, "`{field}` lies from {least} to {most}.")
            }
            PolicyRefusal::SameAmount { area } => {
                write!(out, "Two rules of {} begin at one amount.", area.title())
            }
            PolicyRefusal::NoReason => write!(out, "A policy change needs a reason."),
        }
    }
}

impl Refusal for PolicyRefusal {
    fn code(&self) -> &'static str {
        match self {
            PolicyRefusal::NoSuchArea { .. } => "no_such_area",
            PolicyRefusal::CannotApprove { .. } => "role_cannot_approve",
            PolicyRefusal::OutOfRange { .. } => "out_of_range",
            PolicyRefusal::SameAmount { .. } => "same_amount",
            PolicyRefusal::NoReason => "reason_missing",
        }
    }

    fn hint(&self) -> Option<String> {
        let able = |area: Area| {
            let able = ROLES
                .iter()
                .filter(|role| role.allows((area, Verb::Approve)));
            able.map(|role| role.code).collect::<Vec<_>>().join(", ")
        };
        Some(match self {
            PolicyRefusal::NoSuchArea { .. } => {
                let known: Vec<&str> = AREAS.iter().map(|area| area.code()).collect();
                format!("these do: {}", known.join(", "))
            }
            PolicyRefusal::CannotApprove { area, .. } => format!("these do: {}", able(*area)),
            PolicyRefusal::OutOfRange { .. } => "give a number in that range".into(),
            PolicyRefusal::SameAmount { .. } => "keep one of them".into(),
            PolicyRefusal::NoReason => "say why".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            PolicyRefusal::NoSuchArea { .. } => "area",
            PolicyRefusal::CannotApprove { .. } => "roles",
            PolicyRefusal::OutOfRange { field, .. } => field,
            PolicyRefusal::SameAmount { .. } => "above",
            PolicyRefusal::NoReason => "reason",
        })
    }
}

/// The area of a word, where it takes a policy.
pub fn area(text: &str) -> Result<Area, PolicyRefusal> {
    let found = AREAS.iter().find(|area| area.code() == text);
    found.copied().ok_or_else(|| PolicyRefusal::NoSuchArea {
        area: text.to_owned(),
    })
}

/// The roles of a list of codes with commas or blanks between them.
pub fn roles(area: Area, text: &str) -> Result<Vec<&'static Role>, PolicyRefusal> {
    let codes = text.split([',', ' ']).filter(|code| !code.is_empty());
    codes
        .map(|code| {
            let role = find_role(code).filter(|role| role.allows((area, Verb::Approve)));
            role.ok_or_else(|| PolicyRefusal::CannotApprove {
                role: code.to_owned(),
                area,
            })
        })
        .collect()
}

/// The policy of the entity.
pub(crate) fn load(work: &mut Work<'_>) -> Result<Policy, Fault> {
    let mut policy = Policy::default();
    for version in versions(work)? {
        let mut known = policy.versions.iter_mut();
        if let Some(known) = known.find(|known| known.area == version.area) {
            *known = version;
        }
    }
    Ok(policy)
}

/// Every version that was made, by area and in order.
fn versions(work: &mut Work<'_>) -> Result<Vec<Version>, Fault> {
    let rows = sql::policies(work)?.into_iter();
    let made = rows.filter_map(|row| {
        let area = area(&row.area).ok()?;
        Some((area, row))
    });
    made.map(|(area, row)| {
        let unreadable = || Fault::new(format!("the policy of {} is not as expected", row.area));
        let tiers = serde_json::from_str::<Json>(&row.tiers).map_err(|_| unreadable())?;
        let tiers = tiers.as_array().ok_or_else(unreadable)?;
        let rules = tiers.iter().map(|tier| rule_of(area, tier));
        let rules = rules.collect::<Option<Vec<_>>>().ok_or_else(unreadable)?;
        Ok(Version {
            area,
            version: row.version,
            rules,
            actor: row.actor,
            reason: row.reason,
            recorded_at: Some(row.recorded_at),
        })
    })
    .collect()
}

fn rule_of(area: Area, tier: &Json) -> Option<Rule> {
    let number = |name: &str| tier.get(name).and_then(Json::as_i64);
    Some(Rule {
        area,
        above: number("above")?,
        approvers: number("approvers")?,
        days: number("days")?,
        roles: roles(area, tier.get("roles")?.as_str()?).ok()?,
    })
}

/// What stands, for people and programs.
pub fn standing(work: &mut Work<'_>) -> Outcome<Policy> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    Ok(load(work)?)
}

/// Every version that was made, the latest first.
pub fn history(work: &mut Work<'_>) -> Outcome<Vec<Version>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let mut all = versions(work)?;
    all.sort_by_key(|version| std::cmp::Reverse((version.recorded_at, version.version)));
    Ok(all)
}

/// Makes the rules of an area these and no others; without any, it needs no approval.
pub fn set(work: &mut Work<'_>, area: Area, rules: &[Rule], reason: &str) -> Outcome<Version> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    if reason.trim().is_empty() {
        return Err(PolicyRefusal::NoReason.into());
    }
    self::area(area.code())?;
    let mut rules: Vec<Rule> = rules.iter().filter(|r| r.area == area).cloned().collect();
    for rule in &rules {
        check(rule)?;
    }
    rules.sort_by_key(|rule| rule.above);
    if rules
        .windows(2)
        .any(|two| matches!(two, [one, other] if one.above == other.above))
    {
        return Err(PolicyRefusal::SameAmount { area }.into());
    }
    work.gate()?;
    let before = load(work)?;
    let before = before.versions.into_iter().find(|known| known.area == area);
    let tiers: Vec<Json> = rules.iter().map(tier_of).collect();
    let version = Version {
        area,
        version: before.as_ref().map_or(0, |before| before.version) + 1,
        rules,
        actor: work.actor().to_owned(),
        reason: reason.trim().to_owned(),
        recorded_at: Some(work.now()),
    };
    let tiers = Json::Array(tiers);
    sql::insert_policy(work, &version, &tiers.to_string())?;
    let before: Vec<Json> = before.iter().flat_map(|b| &b.rules).map(tier_of).collect();
    let detail = json!({
        "version": version.version, "before": before, "after": tiers, "reason": version.reason,
    });
    work.note("policy.set", area.code(), detail);
    Ok(version)
}

fn tier_of(rule: &Rule) -> Json {
    json!({
        "above": rule.above, "approvers": rule.approvers, "days": rule.days,
        "roles": rule.role_codes(),
    })
}

fn check(rule: &Rule) -> Result<(), PolicyRefusal> {
    let ranges = [
        ("above", rule.above, 0, i64::MAX),
        ("approvers", rule.approvers, 1, MOST_APPROVERS),
        ("days", rule.days, 1, MOST_DAYS),
    ];
    for (field, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(PolicyRefusal::OutOfRange { field, least, most });
        }
    }
    roles(rule.area, &rule.role_codes()).map(|_| ())
}
