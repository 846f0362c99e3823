//! `duebook policy …`: which work needs approval, above how much, by whom.

use books::approvals::policy::{self, Rule, Version};
use clap::{Args, Subcommand};
use domain::money::Money;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with policies.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what stands for each area
    List,
    /// Show every version that was made, with who made it and why
    History,
    /// Say when work of an area needs approval
    Set(SetArgs),
    /// Let work of an area pass without approval
    Lift {
        /// The area, like `write_offs`
        area: String,
        /// Why; it stays in the audit log
        #[arg(long)]
        reason: String,
    },
}

/// One rule of an area.
#[derive(Args)]
pub(crate) struct SetArgs {
    /// The area, like `write_offs`
    area: String,
    /// Needed above this amount, in the currency of the books
    #[arg(long, value_name = "AMOUNT", default_value = "0")]
    above: String,
    /// How many must approve, none of them the maker
    #[arg(long, value_name = "N", default_value_t = 1)]
    approvers: i64,
    /// The roles that may approve; everybody who may approve work of the area when left out
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<String>,
    /// After how many days a request lapses
    #[arg(long, value_name = "N", default_value_t = 14)]
    days: i64,
    /// Keep the rules of the area that begin at other amounts
    #[arg(long)]
    add: bool,
    /// Why; it stays in the audit log
    #[arg(long)]
    reason: String,
}

#[derive(Serialize)]
struct RuleJson {
    above: MoneyJson,
    approvers: i64,
    roles: Vec<&'static str>,
    days: i64,
}

#[derive(Serialize)]
struct VersionJson {
    area: &'static str,
    version: i64,
    rules: Vec<RuleJson>,
    #[serde(skip_serializing_if = "String::is_empty")]
    actor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<String>,
}

#[derive(Serialize)]
struct PoliciesJson {
    policies: Vec<VersionJson>,
}

impl Command {
    /// Does it, and shows the policies.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        let shows_all = matches!(self, Command::History);
        match self {
            Command::List | Command::History => {}
            Command::Set(args) => {
                db.write(&context, entity, |work| {
                    let area = policy::area(&args.area)?;
                    let above = Money::parse(&args.above, work.functional());
                    let above =
                        above.map_err(|_| super::approvals::NotAnAmount::of(&args.above))?;
                    let rule = Rule {
                        area,
                        above: above.minor(),
                        approvers: args.approvers,
                        days: args.days,
                        roles: policy::roles(area, &args.roles.join(","))?,
                    };
                    let mut rules = vec![rule];
                    if args.add {
                        let standing = policy::standing(work)?;
                        let others = standing.rules().filter(|known| known.area == area);
                        let others = others.filter(|known| known.above != above.minor());
                        rules.extend(others.cloned());
                    }
                    policy::set(work, area, &rules, &args.reason)
                })?;
            }
            Command::Lift { area, reason } => {
                db.write(&context, entity, |work| {
                    let area = policy::area(&area)?;
                    policy::set(work, area, &[], &reason)
                })?;
            }
        }
        let (versions, zero) = db.read(&context, entity, |work| {
            let versions = if shows_all {
                policy::history(work)?
            } else {
                policy::standing(work)?.versions().to_vec()
            };
            Ok((versions, Money::zero(work.functional())))
        })?;
        show(globals, &versions, zero)
    }
}

fn show(globals: &Globals, versions: &[Version], zero: Money) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("area", Align::Left),
        ("above", Align::Money),
        ("currency", Align::Left),
        ("approvers", Align::Right),
        ("roles", Align::Left),
        ("days", Align::Right),
        ("version", Align::Right),
        ("by", Align::Left),
        ("reason", Align::Left),
    ]);
    let amount = |minor: i64| Money::new(minor, zero.currency());
    for version in versions {
        let end = [
            version.version.to_string(),
            version.actor.clone(),
            version.reason.clone(),
        ];
        let begin = version.area.code().to_owned();
        if version.rules.is_empty() {
            let free = [begin.clone(), "no approval".into()];
            let empty = std::iter::repeat_n(String::new(), 4);
            table.row(free.into_iter().chain(empty).chain(end.clone()));
        }
        for rule in &version.rules {
            let middle = [
                begin.clone(),
                amount(rule.above).to_string(),
                zero.currency().to_string(),
                rule.approvers.to_string(),
                rule.role_codes(),
                rule.days.to_string(),
            ];
            table.row(middle.into_iter().chain(end.clone()));
        }
    }
    let policies = versions
        .iter()
        .map(|version| VersionJson {
            area: version.area.code(),
            version: version.version,
            rules: version
                .rules
                .iter()
                .map(|rule| RuleJson {
                    above: amount(rule.above).into(),
                    approvers: rule.approvers,
                    roles: rule.roles.iter().map(|role| role.code).collect(),
                    days: rule.days,
                })
                .collect(),
            actor: version.actor.clone(),
            reason: version.reason.clone(),
            recorded_at: version.recorded_at.map(|at| at.to_string()),
        })
        .collect();
    output::print(globals.format, &[table], &PoliciesJson { policies })
}
