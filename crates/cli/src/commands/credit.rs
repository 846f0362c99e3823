//! `duebook credit …`: what happens to invoices beyond a limit, who is held, how a customer
//! stands. Limits are asked for with `approvals ask credit-limit`.

use books::approvals::{self, Asked, Wish};
use books::credit;
use clap::{Args, Subcommand};
use domain::money::Money;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done about credit.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show or set what happens to an invoice over the limit: warn, ask, refuse
    Policy(PolicyArgs),
    /// Show a customer's limit, exposure and holds
    Show {
        /// The customer's code
        party: String,
    },
    /// Hold a customer: they are invoiced only with approval
    Hold(HoldArgs),
    /// Release a customer from a hold; somebody else must approve
    Release(HoldArgs),
}

/// Which policy.
#[derive(Args)]
pub(crate) struct PolicyArgs {
    /// What happens from now on; shows what stands when left out
    #[arg(value_name = "warn|ask|refuse", requires = "reason")]
    answer: Option<String>,
    /// Why; it stays in the audit log
    #[arg(long)]
    reason: Option<String>,
}

/// Whom, and why.
#[derive(Args)]
pub(crate) struct HoldArgs {
    /// The customer's code
    party: String,
    /// Why
    #[arg(long)]
    reason: String,
}

#[derive(Serialize)]
struct StandingJson {
    party: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_limit: Option<MoneyJson>,
    exposure: MoneyJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    headroom: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covers: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_exposure: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    above: Vec<AboveJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<String>,
}

/// A limit of somebody above that covers the customer, too.
#[derive(Serialize)]
struct AboveJson {
    party: String,
    credit_limit: MoneyJson,
    group_exposure: MoneyJson,
    headroom: MoneyJson,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::Policy(args) => {
                let answer = match (&args.answer, &args.reason) {
                    (Some(word), Some(reason)) => db.write(&context, entity, |work| {
                        credit::set_policy(work, word, reason)
                    })?,
                    _ => db.read(&context, entity, credit::policy)?,
                };
                told(globals, "over_limit", answer.code())
            }
            Command::Show { party } => {
                let shown = db.read(&context, entity, |work| credit::standing(work, &party))?;
                show(globals, party, &shown)
            }
            Command::Hold(args) => {
                db.write(&context, entity, |work| {
                    credit::hold(work, &args.party, &args.reason)
                })?;
                told(globals, &args.party, "held")
            }
            Command::Release(args) => {
                let wish = Wish::ReleaseHold {
                    party: args.party.clone(),
                };
                let asked = db.write(&context, entity, |work| {
                    approvals::ask(work, &wish, &args.reason)
                })?;
                match asked {
                    Asked::Done(_) => told(globals, &args.party, "released"),
                    Asked::Waits(id) => {
                        told(globals, &args.party, &format!("waits for approval: {id}"))
                    }
                }
            }
        }
    }
}

/// A row for the customer, and one for each limit above that covers it.
fn show(globals: &Globals, party: String, shown: &credit::Shown) -> Result<(), Failure> {
    let standing = &shown.standing;
    let hold = standing.hold.as_ref();
    let hold = hold.map(|hold| format!("{}: {}", hold.actor, hold.reason));
    let mut table = Table::new(&[
        ("party", Align::Left),
        ("currency", Align::Left),
        ("credit_limit", Align::Money),
        ("covers", Align::Left),
        ("exposure", Align::Money),
        ("headroom", Align::Money),
        ("hold", Align::Left),
    ]);
    let plain = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
    table.row([
        party.clone(),
        standing.exposure.currency().to_string(),
        plain(shown.limit.map(|limit| limit.amount)),
        shown
            .limit
            .map_or("", |limit| limit.covers.code())
            .to_owned(),
        standing.exposure.to_string(),
        plain(standing.headroom()),
        hold.clone().unwrap_or_default(),
    ]);
    for (code, room) in &shown.above {
        table.row([
            format!("group of {code}"),
            room.exposure.currency().to_string(),
            room.limit.amount.to_string(),
            room.limit.covers.code().to_owned(),
            room.exposure.to_string(),
            room.headroom().to_string(),
            String::new(),
        ]);
    }
    let above = shown.above.iter().map(|(code, room)| AboveJson {
        party: code.clone(),
        credit_limit: room.limit.amount.into(),
        group_exposure: room.exposure.into(),
        headroom: room.headroom().into(),
    });
    let told = StandingJson {
        party,
        credit_limit: shown.limit.map(|limit| limit.amount.into()),
        exposure: standing.exposure.into(),
        headroom: standing.headroom().map(MoneyJson::from),
        covers: shown.limit.map(|limit| limit.covers.code()),
        group_exposure: shown.group_exposure().map(MoneyJson::from),
        above: above.collect(),
        hold,
    };
    output::print(globals.format, &[table], &told)
}

fn told(globals: &Globals, what: &str, state: &str) -> Result<(), Failure> {
    let mut table = Table::new(&[("what", Align::Left), ("state", Align::Left)]);
    table.row([what, state]);
    let told = serde_json::json!({ "what": what, "state": state });
    output::print(globals.format, &[table], &told)
}
