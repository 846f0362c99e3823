//! `duebook audit …`: who did what, when, by which door and why.

use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with the audit log.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the newest links
    List {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 50,
            value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
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
        let Command::List { limit } = self;
        let (db, context) = globals.open()?;
        let links = db.read(&context, globals.entity(), |work| {
            books::audit::latest(work, limit)
        })?;
        let mut table = Table::new(COLUMNS);
        for link in &links {
            table.row(COLUMNS.iter().map(|(name, _)| match link.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => String::new(),
            }));
        }
        output::print(globals.format, &[table], &Links { links })
    }
}
