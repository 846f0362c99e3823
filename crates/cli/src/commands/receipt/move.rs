//! `duebook receipt move`: money that belongs to somebody else.

use books::open_items::MoveReceipt;
use clap::Args;
use domain::calendar::Date;
use domain::money::Money;

use crate::commands::item::{day, money, print};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// Which receipts, to whom.
#[derive(Args)]
pub(crate) struct MoveArgs {
    /// Numbers or ids
    #[arg(value_name = "NUMBER", required = true)]
    receipts: Vec<String>,
    /// The code of the party
    #[arg(long, value_name = "PARTY", required_unless_present = "unidentified")]
    to: Option<String>,
    /// Back among the unidentified
    #[arg(long, conflicts_with = "to")]
    unidentified: bool,
    /// How much of what is open on each; all when left out
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    amount: Option<Money>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Moves and prints.
pub(crate) fn run(args: &MoveArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = day(args.on, &context);
    let orders: Vec<MoveReceipt> = args
        .receipts
        .iter()
        .map(|receipt| MoveReceipt {
            receipt: receipt.clone(),
            to: args.to.clone(),
            amount: args.amount,
            on,
        })
        .collect();
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            books::ledger::rehearse(work, |work| books::open_items::move_receipts(work, &orders))
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let settled = db.write(&context, globals.entity(), |work| {
        books::open_items::move_receipts(work, &orders)
    })?;
    print(globals, &settled)
}
