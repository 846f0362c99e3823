//! `duebook item net`: a customer who is a vendor.

use books::open_items::Net;
use clap::Args;
use domain::calendar::Date;
use domain::money::{Currency, Money};

use super::{currency, day, money, print};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// Whose items.
#[derive(Args)]
pub(crate) struct NetArgs {
    /// The party's code
    #[arg(value_name = "PARTY")]
    party: String,
    /// Only this currency
    #[arg(long, value_name = "CUR", value_parser = currency)]
    currency: Option<Currency>,
    /// At most this
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    limit: Option<Money>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Nets and prints.
pub(crate) fn run(args: &NetArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let order = Net {
        party: args.party.clone(),
        on: day(args.on, &context),
        currency: args.currency,
        limit: args.limit,
    };
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            books::ledger::rehearse(work, |work| books::open_items::net(work, &order))
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let settled = db.write(&context, globals.entity(), |work| {
        books::open_items::net(work, &order)
    })?;
    print(globals, &settled)
}
