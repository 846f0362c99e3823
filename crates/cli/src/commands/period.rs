//! `duebook period …`: closing and reopening months.

use books::ledger::periods;
use clap::Subcommand;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with periods.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Close a period: nothing is posted into it any more
    Close {
        /// The month, like 2026-01
        #[arg(value_name = "PERIOD")]
        period: String,
    },
    /// Open a closed period again
    Reopen {
        /// The month, like 2026-01
        #[arg(value_name = "PERIOD")]
        period: String,
        /// Why; it stays in the audit log
        #[arg(long)]
        reason: String,
    },
    /// Show the periods that were ever closed
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
            Command::Close { period } => {
                db.write(&context, entity, |work| periods::close(work, period))?;
            }
            Command::Reopen { period, reason } => {
                db.write(&context, entity, |work| {
                    periods::reopen(work, period, reason)
                })?;
            }
            Command::List => {}
        }
        let all = db.read(&context, entity, periods::list)?;
        show(globals, all)
    }
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
