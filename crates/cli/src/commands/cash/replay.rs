//! `duebook cash replay`: which past decisions would change.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use formats::exchange::{Policy, company};
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// Under which policy.
#[derive(Args)]
pub(crate) struct ReplayArgs {
    /// A `company.json` whose policy is to be tried; the stored one when left out
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Serialize)]
struct Told {
    looked_at: u64,
    changes: Vec<ChangeTold>,
}

#[derive(Serialize)]
struct ChangeTold {
    entry_ref: String,
    amount: MoneyJson,
    before: String,
    after: String,
}

/// Replays and tells.
pub(crate) fn run(args: &ReplayArgs, globals: &Globals) -> Result<(), Failure> {
    let policy = args.policy.as_ref().map(policy_of).transpose()?;
    let (db, context) = globals.open()?;
    let found = db.read(&context, globals.entity(), |work| {
        books::cash::replay::replay(work, policy.as_ref())
    })?;
    let mut table = Table::new(&[
        ("entry_ref", Align::Left),
        ("amount", Align::Money),
        ("currency", Align::Left),
        ("before", Align::Left),
        ("after", Align::Left),
    ]);
    for change in &found.changes {
        table.row([
            change.entry_ref.clone(),
            change.amount.to_string(),
            change.amount.currency().to_string(),
            change.before.clone(),
            change.after.clone(),
        ]);
    }
    let told = Told {
        looked_at: found.looked_at,
        changes: found
            .changes
            .iter()
            .map(|change| ChangeTold {
                entry_ref: change.entry_ref.clone(),
                amount: MoneyJson::from(change.amount),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect(),
    };
    output::print(globals.format, &[table], &told)?;
    output::note(format!(
        "{} of {} decisions would change",
        found.changes.len(),
        found.looked_at
    ));
    Ok(())
}

fn policy_of(path: &PathBuf) -> Result<Policy, Failure> {
    let file = File::open(path)
        .map_err(|error| Failure::refused("file_not_readable", format!("{error}.")).file(path))?;
    let company = company(file).map_err(|problems| {
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::refused("policy_not_readable", format!("{}.", words.join("; "))).file(path)
    })?;
    Ok(company.policy)
}
