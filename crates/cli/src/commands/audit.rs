//! `duebook audit …`: who did what, when, by which door and why; searched, exported, sampled.

use std::path::PathBuf;

use books::audit;
use books::reports::Cell;
use books::reports::lists::{self, Ask};
use clap::{Args, Subcommand};
use domain::calendar::Date;
use serde::Serialize;
use serde_json::Value;

use super::Globals;
use super::report::{date, table_out};
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with the audit log.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the newest links
    List {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 50,
            value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
        #[command(flatten)]
        filters: Filters,
    },
    /// Export the log, whole or filtered, in the order of the chain
    Export {
        #[command(flatten)]
        filters: Filters,
        /// Writes it to a file: .xlsx, .csv or .json
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Draw a sample for testing; the same seed draws the same sample
    Sample {
        /// The seed of the sample
        #[arg(long, value_name = "N")]
        seed: u64,
        /// How many links
        #[arg(long, value_name = "K")]
        size: usize,
        #[command(flatten)]
        filters: Filters,
        /// Writes it to a file: .xlsx, .csv or .json
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// What the log is narrowed to.
#[derive(Args)]
pub(crate) struct Filters {
    /// Who
    #[arg(long, value_name = "USER")]
    actor: Option<String>,
    /// The interface: cli, html, rest, mcp, job
    #[arg(long)]
    door: Option<String>,
    /// The action, like `period.close`
    #[arg(long)]
    action: Option<String>,
    /// To what
    #[arg(long)]
    subject: Option<String>,
    /// Words of the subject, the reason or the detail
    #[arg(long)]
    text: Option<String>,
    /// Recorded on this day or later
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// Recorded on this day or before
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Option<Date>,
}

impl Filters {
    fn pairs(&self) -> Vec<(String, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        [
            ("actor", self.actor.clone()),
            ("door", self.door.clone()),
            ("action", self.action.clone()),
            ("subject", self.subject.clone()),
            ("text", self.text.clone()),
            ("from", day(self.from)),
            ("to", day(self.to)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

#[derive(Serialize)]
struct Links {
    links: Vec<Value>,
}

const COLUMNS: &[(&str, Align)] = &[
    ("sequence", Align::Right),
    ("recorded_at", Align::Left),
    ("actor", Align::Left),
    ("door", Align::Left),
    ("action", Align::Left),
    ("subject", Align::Left),
    ("reason", Align::Left),
];

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::List { limit, filters } => list(globals, limit, &filters),
            Command::Export { filters, out } => {
                let filters = filters.pairs();
                let table = db.read(&context, entity, |work| audit::table(work, &filters))?;
                table_out(&table, out.as_deref(), globals.format)
            }
            Command::Sample {
                seed,
                size,
                filters,
                out,
            } => {
                let filters = filters.pairs();
                let drawn = db.read(&context, entity, |work| {
                    audit::sample(work, &filters, seed, size)
                })?;
                table_out(&drawn.table, out.as_deref(), globals.format)?;
                match drawn.broken {
                    None => Ok(()),
                    Some(problem) => Err(Failure::refused(
                        "chain_broken",
                        format!("The chain of {} links is broken: {problem}.", drawn.links),
                    )
                    .hint("Run `duebook verify`.")),
                }
            }
        }
    }
}

fn list(globals: &Globals, limit: i64, filters: &Filters) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let log = lists::find("audit")
        .ok_or_else(|| Failure::fault("fault", "The audit log is not listed."))?;
    let ask = Ask {
        limit: Some(limit),
        filters: filters.pairs(),
        ..Ask::default()
    };
    let rows = db.read(&context, globals.entity(), |work| {
        lists::every(work, log, &ask)
    })?;
    let mut table = Table::new(COLUMNS);
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        let cell = |name: &str| {
            let place = log.columns.iter().position(|column| column.name == name);
            place
                .and_then(|place| row.get(place))
                .unwrap_or(&Cell::Empty)
        };
        table.row(COLUMNS.iter().map(|(name, _)| cell(name).to_string()));
        let value = |name: &str| match cell(name) {
            Cell::Count(count) => Value::from(*count),
            other => Value::from(other.to_string()),
        };
        let names = COLUMNS.iter().map(|(name, _)| *name).chain(["detail"]);
        let link: serde_json::Map<String, Value> =
            names.map(|name| (name.to_owned(), value(name))).collect();
        links.push(Value::Object(link));
    }
    output::print(globals.format, &[table], &Links { links })
}
