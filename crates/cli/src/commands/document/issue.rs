//! `duebook document issue`: the documents of a file, all or none.

use std::path::PathBuf;

use clap::Args;

use super::{print, reading};
use crate::commands::Globals;
use crate::errors::Failure;

/// Which file.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook document issue invoices.csv")]
pub(crate) struct IssueArgs {
    /// JSON or CSV as docs/documents.md describes; `-` reads JSON from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Why, for what needs approval; a document's memo when left out
    #[arg(long, default_value = "")]
    reason: String,
}

/// Issues and prints the documents with their numbers; what needs approval waits.
pub(crate) fn run(args: &IssueArgs, globals: &Globals) -> Result<(), Failure> {
    let orders = reading::read(&args.file)?;
    let (db, context) = globals.open()?;
    let done = db
        .write(&context, globals.entity(), |work| {
            books::documents::issue_or_ask(work, &orders, &args.reason)
        })
        .map_err(|failure| Failure::from(failure).file(&args.file))?;
    print(globals, &done)
}
