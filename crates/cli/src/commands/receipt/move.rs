//! `duebook receipt move`: money that belongs to somebody else.

use books::open_items::MoveReceipt;
use books::{Outcome, Work};
use clap::Args;
use domain::calendar::Date;

use crate::commands::item::{Amount, amount, amount_of, day, print};
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
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    amount: Option<Amount>,
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
    // Receipts that are moved together are in one currency, or the amount names it.
    let first = args.receipts.first().map_or("", String::as_str);
    let ordered = |work: &mut Work<'_>| -> Outcome<Vec<MoveReceipt>> {
        let amount = amount_of(work, args.amount.as_ref(), first)?;
        let order = |receipt: &String| MoveReceipt {
            receipt: receipt.clone(),
            to: args.to.clone(),
            amount,
            on,
        };
        Ok(args.receipts.iter().map(order).collect())
    };
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            let orders = ordered(work)?;
            books::ledger::rehearse(work, |work| books::open_items::move_receipts(work, &orders))
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let settled = db.write(&context, globals.entity(), |work| {
        let orders = ordered(work)?;
        books::open_items::move_receipts(work, &orders)
    })?;
    print(globals, &settled)
}
