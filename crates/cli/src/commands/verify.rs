//! `duebook verify`: the promises of the books, recomputed from the facts.

use std::io::Write;

use books::verify::{Check, verify_each};
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Format, Table, visible};

#[derive(Serialize)]
struct CheckJson {
    promise: u8,
    name: &'static str,
    facts: i64,
    kept: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

#[derive(Serialize)]
struct VerifiedJson {
    kept: bool,
    checks: Vec<CheckJson>,
}

/// Recomputes and prints every check; fails when one is broken, naming the first.
pub(crate) fn run(globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let mut out = output::stdout();
    let mut checks: Vec<Check> = Vec::new();
    let mut written = Ok(());
    db.read(&context, globals.entity(), |work| {
        verify_each(work, |check| {
            // Lines appear as they are found: a large book takes a while.
            if globals.format == Format::Table && written.is_ok() {
                written = writeln!(out, "{}", line(&check)).and_then(|()| out.flush());
            }
            checks.push(check);
        })
    })?;
    output::written(written)?;
    drop(out);
    if globals.format != Format::Table {
        tell(globals.format, &checks)?;
    }
    match checks.iter().find(|check| check.problem.is_some()) {
        None => Ok(()),
        Some(check) => Err(Failure::refused(
            "promise_broken",
            format!(
                "Promise {} is broken: {}: {}.",
                check.promise,
                check.name,
                check.problem.as_deref().unwrap_or_default()
            ),
        )
        .hint("Nothing in Duebook changes facts: restore a backup, and find out who did.")),
    }
}

fn line(check: &Check) -> String {
    let found = match &check.problem {
        None => "ok".to_owned(),
        Some(problem) => format!("BROKEN: {}", visible(problem)),
    };
    format!(
        "{:>2}  {:<64} {:>10}  {found}",
        check.promise, check.name, check.facts
    )
}

fn tell(format: Format, checks: &[Check]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("promise", Align::Right),
        ("name", Align::Left),
        ("facts", Align::Right),
        ("problem", Align::Left),
    ]);
    for check in checks {
        table.row([
            check.promise.to_string(),
            check.name.to_owned(),
            check.facts.to_string(),
            check.problem.clone().unwrap_or_default(),
        ]);
    }
    let value = VerifiedJson {
        kept: checks.iter().all(|check| check.problem.is_none()),
        checks: checks
            .iter()
            .map(|check| CheckJson {
                promise: check.promise,
                name: check.name,
                facts: check.facts,
                kept: check.problem.is_none(),
                problem: check.problem.clone(),
            })
            .collect(),
    };
    output::print(format, &[table], &value)
}
