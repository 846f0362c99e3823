//! `duebook document issue`: the documents of a file, all or none.

use std::path::PathBuf;

use clap::Args;

use super::{print, reading};
use crate::commands::Globals;
use crate::errors::Failure;

/// Which file.
#[derive(Args)]
pub(crate) struct IssueArgs {
    /// JSON or CSV as docs/documents.md describes; `-` reads JSON from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Issues and prints the documents with their numbers.
pub(crate) fn run(args: &IssueArgs, globals: &Globals) -> Result<(), Failure> {
    let orders = reading::read(&args.file)?;
    let (db, context) = globals.open()?;
    let documents = db
        .write(&context, globals.entity(), |work| {
            books::documents::issue(work, &orders)
        })
        .map_err(|failure| Failure::from(failure).file(&args.file))?;
    print(globals, &documents)
}
