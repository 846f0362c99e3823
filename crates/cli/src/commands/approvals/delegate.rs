//! `duebook approvals delegate`: somebody decides for somebody who is away.

use books::approvals;
use clap::Args;
use domain::calendar::Date;
use domain::ids::DelegationId;
use serde::Serialize;

use crate::commands::{Globals, date, today};
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// Who, from when, until when.
#[derive(Args)]
pub(crate) struct DelegateArgs {
    /// Who decides in the meantime
    #[arg(long, value_name = "USER")]
    to: String,
    /// Who is away; you when left out
    #[arg(long = "for", value_name = "USER")]
    delegator: Option<String>,
    /// The first day; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Date,
    /// Why
    #[arg(long, default_value = "")]
    reason: String,
}

/// Which delegation.
#[derive(Args)]
pub(crate) struct EndArgs {
    /// The delegation, like `dlg_…`
    #[arg(value_parser = delegation)]
    id: DelegationId,
}

fn delegation(text: &str) -> Result<DelegationId, String> {
    text.parse()
        .map_err(|problem: domain::ids::NotAnId| problem.to_string())
}

#[derive(Serialize)]
struct DelegationJson {
    id: String,
    delegator: String,
    delegate: String,
    from: String,
    until: String,
    state: &'static str,
    actor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

#[derive(Serialize)]
struct DelegationsJson {
    delegations: Vec<DelegationJson>,
}

/// Gives it, and shows what stands.
pub(crate) fn give(args: &DelegateArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let from = args.from.unwrap_or_else(|| today(&context));
    let delegator = args.delegator.clone();
    let delegator = delegator.unwrap_or_else(|| context.actor.clone());
    db.write(&context, globals.entity(), |work| {
        let days = (from, args.until);
        approvals::delegate(work, &delegator, &args.to, days, &args.reason)
    })?;
    list(globals, false)
}

/// Ends one, and shows what stands.
pub(crate) fn end(args: &EndArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    db.write(&context, globals.entity(), |work| {
        approvals::end_delegation(work, args.id)
    })?;
    list(globals, false)
}

/// Shows who decides for whom.
pub(crate) fn list(globals: &Globals, all: bool) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let found = db.read(&context, globals.entity(), |work| {
        approvals::delegations(work, all)
    })?;
    let day = today(&context);
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("delegator", Align::Left),
        ("delegate", Align::Left),
        ("from", Align::Left),
        ("until", Align::Left),
        ("state", Align::Left),
        ("reason", Align::Left),
    ]);
    let delegations: Vec<DelegationJson> = found
        .into_iter()
        .map(|given| DelegationJson {
            id: given.id.to_string(),
            from: given.from_on.to_string(),
            until: given.until_on.to_string(),
            state: if given.is_ended {
                "ended"
            } else if given.until_on < day {
                "over"
            } else if given.stands_on(day) {
                "stands"
            } else {
                "to come"
            },
            delegator: given.delegator,
            delegate: given.delegate,
            actor: given.actor,
            reason: given.reason,
        })
        .collect();
    for given in &delegations {
        table.row([
            &given.id,
            &given.delegator,
            &given.delegate,
            &given.from,
            &given.until,
            given.state,
            &given.reason,
        ]);
    }
    output::print(globals.format, &[table], &DelegationsJson { delegations })
}
