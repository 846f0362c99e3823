//! `duebook receipt return`: ACH returns, chargebacks, bounced checks; our own payments, too.

use books::open_items::Returned;
use books::{Outcome, Work};
use clap::Args;
use domain::calendar::Date;

use crate::commands::item::{Amount, amount, amount_of, day, print};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// What came back.
#[derive(Args)]
pub(crate) struct ReturnArgs {
    /// The receipt or payment, by number or id
    #[arg(value_name = "NUMBER")]
    document: String,
    /// How much came back; all of it when left out
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    amount: Option<Amount>,
    /// The bank's charge for it
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    fee: Option<Amount>,
    /// The own bank account, by code or number
    #[arg(long, value_name = "ACCOUNT")]
    bank: Option<String>,
    /// Why, in the bank's words
    #[arg(long, default_value = "")]
    reason: String,
    /// The day on which the bank booked it; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Takes it in and prints.
pub(crate) fn run(args: &ReturnArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = day(args.on, &context);
    let ordered = |work: &mut Work<'_>| -> Outcome<Returned> {
        Ok(Returned {
            document: args.document.clone(),
            on,
            amount: amount_of(work, args.amount.as_ref(), &args.document)?,
            bank: args.bank.clone(),
            fee: amount_of(work, args.fee.as_ref(), &args.document)?,
            reason: args.reason.clone(),
        })
    };
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            let order = ordered(work)?;
            books::ledger::rehearse(work, |work| books::open_items::returned(work, &order))
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let settled = db.write(&context, globals.entity(), |work| {
        let order = ordered(work)?;
        books::open_items::returned(work, &order)
    })?;
    print(globals, &settled)
}
