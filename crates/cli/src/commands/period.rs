//! `duebook period …`: closing and reopening months.

use books::approvals::{self, Asked, Wish};
use books::close::{self, Closing};
use books::ledger::periods;
use clap::Subcommand;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with periods.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the checks that a close requires
    Check {
        /// The month, like 2026-01
        #[arg(value_name = "PERIOD")]
        period: String,
    },
    /// Close a period whose checks pass: nothing is posted into it any more
    Close {
        /// The month, like 2026-01
        #[arg(value_name = "PERIOD")]
        period: String,
        /// Why it is to be closed although checks fail; others approve it
        #[arg(long, value_name = "REASON")]
        despite: Option<String>,
    },
    /// Reopen a closed period, with the approval of others
    Reopen {
        /// The month, like 2026-01
        #[arg(value_name = "PERIOD")]
        period: String,
        /// Why; it stays in the audit log
        #[arg(long)]
        reason: String,
    },
    /// List periods that were closed or reopened
    List,
}

#[derive(Serialize)]
struct PeriodJson {
    period: String,
    state: &'static str,
    by: String,
    at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

#[derive(Serialize)]
struct PeriodsJson {
    periods: Vec<PeriodJson>,
}

impl Command {
    /// Does it, and shows the periods.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match &self {
            Command::Check { period } => return check(globals, period),
            Command::Close {
                period,
                despite: None,
            } => {
                let closing = Closing::Period(period.clone());
                let looked = close::ahead(&db, &context, entity, &closing)?;
                db.write(&context, entity, |work| {
                    work.knows(looked.as_ref());
                    periods::close(work, period)
                })?;
            }
            Command::Close {
                period,
                despite: Some(reason),
            } => {
                let period = period.clone();
                return ask(globals, &Wish::ClosePeriod { period }, reason);
            }
            Command::Reopen { period, reason } => {
                let period = period.clone();
                return ask(globals, &Wish::ReopenPeriod { period }, reason);
            }
            Command::List => {}
        }
        let all = db.read(&context, entity, periods::list)?;
        show(globals, all)
    }
}

/// Asks; where it is done at once, the periods are shown.
fn ask(globals: &Globals, wish: &Wish, reason: &str) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let entity = globals.entity();
    let looked = match wish {
        Wish::ClosePeriod { period } => {
            let closing = Closing::Period(period.clone());
            close::ahead(&db, &context, entity, &closing)?
        }
        _ => None,
    };
    let asked = db.write(&context, entity, |work| {
        work.knows(looked.as_ref());
        approvals::ask(work, wish, reason)
    })?;
    match asked {
        Asked::Waits(_) => super::approvals::print_asked(globals, &[asked]),
        Asked::Done(_) => {
            let all = db.read(&context, entity, periods::list)?;
            show(globals, all)
        }
    }
}

#[derive(Serialize)]
struct CheckJson {
    name: &'static str,
    state: &'static str,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

#[derive(Serialize)]
struct ChecksJson {
    period: String,
    ready: bool,
    checks: Vec<CheckJson>,
}

/// Shows each check; one that fails is a refusal.
fn check(globals: &Globals, period: &str) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let found = db.read(&context, globals.entity(), |work| {
        books::close::checks(work, period)
    })?;
    let ready = found.iter().all(|check| check.passed);
    let mut table = Table::new(&[
        ("state", Align::Left),
        ("check", Align::Left),
        ("found", Align::Left),
    ]);
    let checks: Vec<CheckJson> = found
        .into_iter()
        .map(|check| CheckJson {
            name: check.name,
            state: if check.passed { "holds" } else { "fails" },
            found: check.found,
            hint: (!check.passed).then_some(check.hint),
        })
        .collect();
    for check in &checks {
        table.row([check.state, check.name, &check.found]);
    }
    let hints: Vec<&str> = checks.iter().filter_map(|check| check.hint).collect();
    let hints = hints.join("; ");
    let told = ChecksJson {
        period: period.to_owned(),
        ready,
        checks,
    };
    output::print(globals.format, &[table], &told)?;
    if ready {
        return Ok(());
    }
    let sentence = format!("Period {period} is not ready to be closed.");
    Err(Failure::refused("close_checks_failed", sentence).hint(hints))
}

fn show(globals: &Globals, all: Vec<periods::PeriodState>) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("period", Align::Left),
        ("state", Align::Left),
        ("by", Align::Left),
        ("at", Align::Left),
        ("reason", Align::Left),
    ]);
    let periods: Vec<PeriodJson> = all
        .into_iter()
        .map(|state| PeriodJson {
            period: state.period,
            state: if state.is_closed { "closed" } else { "open" },
            by: state.actor,
            at: state.recorded_at.to_string(),
            reason: state.reason,
        })
        .collect();
    for period in &periods {
        table.row([
            &period.period,
            period.state,
            &period.by,
            &period.at,
            &period.reason,
        ]);
    }
    output::print(globals.format, &[table], &PeriodsJson { periods })
}
