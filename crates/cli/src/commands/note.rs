//! `duebook note …`: notes about customers and vendors.

use books::parties::{self, NewNote};
use clap::{Args, Subcommand};
use domain::calendar::Date;
use domain::ids::{LineId, NoteId};
use serde::Serialize;

use super::{Globals, date};
use crate::errors::Failure;
use crate::output::{self, Align, Table, visible};

/// What can be done with notes.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the notes about a party, the latest first
    List {
        /// The party's code
        party: String,
    },
    /// Keep a note; a correction is another note
    Add(AddArgs),
}

/// A note.
#[derive(Args)]
pub(crate) struct AddArgs {
    /// The party's code
    party: String,
    /// The note
    text: String,
    /// The day that it is about; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// A document of the party: number or id
    #[arg(long, value_name = "NUMBER")]
    document: Option<String>,
    /// A bank line
    #[arg(long)]
    line: Option<LineId>,
    /// The note that it corrects
    #[arg(long, value_name = "NOTE")]
    corrects: Option<NoteId>,
}

#[derive(Serialize)]
struct NoteJson {
    id: String,
    on: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected_by: Option<String>,
    actor: String,
    recorded_at: String,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::List { party } => {
                let found = db.read(&context, entity, |work| parties::notes(work, &party))?;
                let told: Vec<NoteJson> = found.iter().map(note_json).collect();
                let mut table = Table::new(&[
                    ("note", Align::Left),
                    ("on", Align::Left),
                    ("by", Align::Left),
                    ("document", Align::Left),
                    ("corrected_by", Align::Left),
                    ("text", Align::Left),
                ]);
                for one in &told {
                    table.row([
                        one.id.clone(),
                        one.on.clone(),
                        one.actor.clone(),
                        one.document.clone().unwrap_or_default(),
                        one.corrected_by.clone().unwrap_or_default(),
                        visible(&one.text),
                    ]);
                }
                output::print(globals.format, &[table], &told)
            }
            Command::Add(args) => {
                let new = NewNote {
                    party: args.party,
                    content: args.text,
                    on: args.on,
                    document: args.document,
                    line: args.line,
                    corrects: args.corrects,
                };
                let id = db.write(&context, entity, |work| parties::note(work, &new))?;
                let id = id.to_string();
                let mut table = Table::new(&[("note", Align::Left)]);
                table.row([id.as_str()]);
                output::print(globals.format, &[table], &serde_json::json!({ "id": id }))
            }
        }
    }
}

fn note_json(note: &parties::Note) -> NoteJson {
    NoteJson {
        id: note.id.to_string(),
        on: note.on.to_string(),
        text: note.content.clone(),
        document: note.document.as_ref().map(|(_, number)| number.clone()),
        line: note.line.map(|line| line.to_string()),
        corrects: note.corrects.map(|id| id.to_string()),
        corrected_by: note.corrected_by.map(|id| id.to_string()),
        actor: note.actor.clone(),
        recorded_at: note.recorded_at.to_string(),
    }
}
