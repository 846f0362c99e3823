//! `duebook policy …`: which work needs approval, above how much, by whom.

use books::approvals::policy::{self, Rule, Version};
use books::cash::tolerances;
use clap::{Args, Subcommand};
use domain::money::Money;
use formats::exchange::ClassPolicy;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with policies.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the policy of each area
    List,
    /// Show all versions, with who made them and why
    History,
    /// Set the rules of an area
    Set(SetArgs),
    /// Show or set the tolerances of a class of parties
    Class(ClassArgs),
    /// Lift the policy of an area
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
    /// Approval is needed above this amount, in functional currency
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
    /// Keep the area's rules for other amounts
    #[arg(long)]
    add: bool,
    /// Why; it stays in the audit log
    #[arg(long)]
    reason: String,
}

/// What is tolerated of one class.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook policy class
  duebook policy class key --grace-days 10 --fee 40EUR --fee 45USD --rounding 2 --reason agreed
  duebook policy class key --lift --reason 'as everybody'")]
pub(crate) struct ClassArgs {
    /// The class; shows what stands when left out
    #[arg(requires = "reason")]
    class: Option<String>,
    /// Days after the discount date on which a discount is still granted; as of everybody when left
    /// out
    #[arg(long, value_name = "N")]
    grace_days: Option<u16>,
    /// Largest shortfall that is a bank's fee, by currency
    #[arg(long = "fee", value_name = "AMOUNT", value_parser = super::item::money)]
    fees: Vec<Money>,
    /// Largest difference that is not asked about, in major units of any currency
    #[arg(long, value_name = "AMOUNT")]
    rounding: Option<Decimal>,
    /// Remove the tolerances of the class
    #[arg(long, conflicts_with_all = ["grace_days", "fees", "rounding"])]
    lift: bool,
    /// Why; it stays in the audit log
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Serialize)]
struct TolerancesJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    class: String,
    discount_grace_days: u16,
    bank_fee_tolerance: std::collections::BTreeMap<String, String>,
    rounding_tolerance: String,
}

/// Says what is tolerated of a class, where one is named, and shows what stands of all.
fn class(args: &ClassArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let entity = globals.entity();
    if let (Some(class), Some(reason)) = (&args.class, &args.reason) {
        let fees = args.fees.iter();
        let own = ClassPolicy {
            discount_grace_days: args.grace_days,
            bank_fee_tolerance: fees.map(|fee| (fee.currency(), fee.decimal())).collect(),
            rounding_tolerance: args.rounding,
        };
        let own = Some(&own).filter(|_| !args.lift);
        db.write(&context, entity, |work| {
            tolerances::set_class(work, class, own, reason)
        })?;
    }
    let all = db.read(&context, entity, tolerances::tolerances)?;
    let mut table = Table::new(&[
        ("class", Align::Left),
        ("discount_grace_days", Align::Right),
        ("bank_fee_tolerance", Align::Left),
        ("rounding_tolerance", Align::Right),
    ]);
    let mut told = Vec::with_capacity(all.len());
    for (class, own) in all {
        let fees = own.bank_fee_tolerance.iter();
        let fees = fees.map(|(currency, amount)| (currency.code().to_owned(), amount.to_string()));
        let one = TolerancesJson {
            class,
            discount_grace_days: own.discount_grace_days,
            bank_fee_tolerance: fees.collect(),
            rounding_tolerance: own.rounding_tolerance.to_string(),
        };
        let fees = one.bank_fee_tolerance.iter();
        let fees = fees.map(|(currency, amount)| format!("{amount} {currency}"));
        table.row([
            if one.class.is_empty() {
                "(everybody)"
            } else {
                &one.class
            }
            .to_owned(),
            one.discount_grace_days.to_string(),
            fees.collect::<Vec<_>>().join(", "),
            one.rounding_tolerance.clone(),
        ]);
        told.push(one);
    }
    output::print(globals.format, &[table], &told)
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
            Command::Class(args) => return class(&args, globals),
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
