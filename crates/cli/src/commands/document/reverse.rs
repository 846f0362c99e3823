//! `duebook document reverse`: unsettled documents are taken back by opposite ones.

use books::documents::Reverse;
use clap::Args;
use domain::calendar::Date;

use super::print;
use crate::commands::{Globals, date, foreseen, today};
use crate::errors::Failure;

/// Which documents.
#[derive(Args)]
pub(crate) struct ReverseArgs {
    /// Numbers or ids
    #[arg(value_name = "NUMBER", required = true)]
    documents: Vec<String>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Why; it stands on the documents that take them back
    #[arg(long, default_value = "")]
    reason: String,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Takes them back and prints the documents that do.
pub(crate) fn run(args: &ReverseArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = args.on.unwrap_or_else(|| today(&context));
    let orders: Vec<Reverse> = args
        .documents
        .iter()
        .map(|document| Reverse {
            document: document.clone(),
            on,
            reason: args.reason.clone(),
        })
        .collect();
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            books::documents::preview_reverse(work, &orders)
        })?;
        return foreseen::print_documents(globals, &foreseen);
    }
    let done = db.write(&context, globals.entity(), |work| {
        books::documents::reverse_or_ask(work, &orders)
    })?;
    print(globals, &done)
}
