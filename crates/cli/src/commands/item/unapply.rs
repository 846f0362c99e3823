//! `duebook item unapply`: applications are taken back.

use books::open_items::Unapply;
use clap::Args;
use domain::calendar::Date;

use super::{day, print};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// Which applications.
#[derive(Args)]
pub(crate) struct UnapplyArgs {
    /// Documents whose applications are meant, or applications by their ids
    #[arg(value_name = "NUMBER", required = true)]
    what: Vec<String>,
    /// Only those with this document
    #[arg(long, value_name = "NUMBER")]
    with: Option<String>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Takes them back and prints.
pub(crate) fn run(args: &UnapplyArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = day(args.on, &context);
    let orders: Vec<Unapply> = args
        .what
        .iter()
        .map(|what| Unapply {
            on,
            what: what.clone(),
            with: args.with.clone(),
        })
        .collect();
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            books::ledger::rehearse(work, |work| books::open_items::unapply(work, &orders))
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let settled = db.write(&context, globals.entity(), |work| {
        books::open_items::unapply(work, &orders)
    })?;
    print(globals, &settled)
}
