//! `duebook certificate ask`: letters into a folder, and the fact that it was asked.

use std::path::{Path, PathBuf};

use books::certificates::{self, Asked, Letter};
use clap::Args;
use domain::calendar::Date;
use domain::ids::AskingId;
use serde::Serialize;

use crate::commands::item::day;
use crate::commands::{Globals, date};
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// Whom to ask, and where the letters go.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook certificate ask --dry-run
  duebook certificate ask --party C-100 --out letters")]
pub(crate) struct AskArgs {
    /// One customer alone
    #[arg(long, value_name = "CODE")]
    party: Option<String>,
    /// The day of the letters; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// The folder into which a letter (.eml) is written for each customer
    #[arg(long, value_name = "DIR", default_value = "letters")]
    out: PathBuf,
    /// Show who would be asked; write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct AskedJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    party: String,
    name: String,
    documents: Vec<String>,
    awaited: Vec<MoneyJson>,
    #[serde(skip_serializing_if = "String::is_empty")]
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<String>,
}

/// Asks, writes the letters, prints who was asked.
pub(crate) fn run(args: &AskArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = day(args.as_of, &context);
    let party = args.party.as_deref();
    let asked = if args.dry_run {
        db.read(&context, globals.entity(), |work| {
            certificates::ask(work, party, on, false)
        })?
    } else {
        // A folder that is not to be written into must not leave facts without letters.
        folder(&args.out)?;
        db.write(&context, globals.entity(), |work| {
            certificates::ask(work, party, on, true)
        })?
    };
    let mut told = Vec::with_capacity(asked.len());
    for one in &asked {
        let path = if args.dry_run {
            None
        } else {
            Some(write(&one.letter, &args.out)?)
        };
        told.push(AskedJson {
            id: one.id.map(|id| id.to_string()),
            party: one.party.clone(),
            name: one.name.clone(),
            documents: one.documents.clone(),
            awaited: one.awaited.iter().map(|sum| (*sum).into()).collect(),
            to: one.letter.to.clone(),
            letter: path.map(|path| path.display().to_string()),
        });
    }
    output::print(globals.format, &[table(&asked, &told)], &told)
}

fn table(asked: &[Asked], told: &[AskedJson]) -> Table {
    let mut table = Table::new(&[
        ("asking", Align::Left),
        ("party", Align::Left),
        ("name", Align::Left),
        ("documents", Align::Left),
        ("awaited", Align::Right),
        ("to", Align::Left),
        ("letter", Align::Left),
    ]);
    for (one, told) in asked.iter().zip(told) {
        let sums = one.awaited.iter().map(|sum| format!("{sum:?}"));
        table.row([
            told.id.clone().unwrap_or_default(),
            one.party.clone(),
            one.name.clone(),
            one.documents.join(", "),
            sums.collect::<Vec<_>>().join(", "),
            one.letter.to.clone(),
            told.letter.clone().unwrap_or_default(),
        ]);
    }
    if asked.is_empty() {
        table.row(["", "", "nobody is to be asked"]);
    }
    table
}

fn folder(out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| not_written(out, &error))
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::refused("file_not_writable", format!("{error}."))
        .file(path)
        .hint("Check the path and the rights to write there.")
}

fn write(letter: &Letter, out: &Path) -> Result<PathBuf, Failure> {
    let path = out.join(&letter.file);
    std::fs::write(&path, &letter.mail).map_err(|error| not_written(&path, &error))?;
    Ok(path)
}

/// Writes the letter of an asking again.
pub(crate) fn letter(asking: AskingId, out: &Path, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let letter = db.read(&context, globals.entity(), |work| {
        certificates::letter(work, asking)
    })?;
    folder(out)?;
    let path = write(&letter, out)?;
    let mut table = Table::new(&[("letter", Align::Left)]);
    table.row([path.display()]);
    let told = serde_json::json!({ "letter": path.display().to_string() });
    output::print(globals.format, &[table], &told)
}
