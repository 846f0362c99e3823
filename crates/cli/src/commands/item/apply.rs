//! `duebook item apply`: documents settled with others and with deductions.

use books::open_items::{self, Apply, DEDUCTIONS, Settle, With};
use books::{Outcome, Work};
use clap::Args;
use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::Side;
use domain::money::Money;
use domain::settlement::Discount;

use super::{day, money, print_with};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// What settles what.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook item apply INV-000017 --with RCT-000004
  duebook item apply INV-000017 --with RCT-000004 --fee 12.50EUR")]
pub(crate) struct ApplyArgs {
    /// What is settled: numbers or ids of invoices, bills, memos, in this order
    #[arg(value_name = "NUMBER", required = true)]
    settle: Vec<String>,
    /// What settles it: receipts, payments, credits
    #[arg(long, value_name = "NUMBER", num_args = 1..)]
    with: Vec<String>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// What is settled of the first document, deductions included; else as much as there is
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    amount: Option<Money>,
    /// How much of each settling document may be used
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    using: Option<Money>,
    /// Early-payment discount by decision, whatever the terms say
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    discount: Option<Money>,
    /// Do not take the discount that the terms grant in time
    #[arg(long, conflicts_with = "discount")]
    no_discount: bool,
    /// What banks kept
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    fee: Option<Money>,
    /// Tax that the customer withheld
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    withholding: Option<Money>,
    /// A small difference that is let go
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    rounding: Option<Money>,
    /// What is given up
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    write_off: Option<Money>,
    /// A small excess of the last receipt that is kept
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    excess: Option<Money>,
    /// Why something is given up, for whoever approves it
    #[arg(long, default_value = "")]
    reason: String,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Applies and prints.
pub(crate) fn run(args: &ApplyArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let on = day(args.on, &context);
    // The word for a deduction depends on the side of the document that it is taken from.
    let ordered = |work: &mut Work<'_>| -> Outcome<Apply> {
        let first = books::documents::show(work, &args.settle[0])?;
        Ok(order(args, on, first.document.side))
    };
    if args.dry_run {
        let foreseen = db.write(&context, globals.entity(), |work| {
            let order = ordered(work)?;
            open_items::preview_apply(work, &order)
        })?;
        return foreseen::print(globals, &foreseen);
    }
    let done = db.write(&context, globals.entity(), |work| {
        let order = ordered(work)?;
        open_items::apply_or_ask(work, std::slice::from_ref(&order), &args.reason)
    })?;
    print_with(globals, &done.settled, &done.waiting)
}

fn order(args: &ApplyArgs, on: Date, side: Side) -> Apply {
    let named = [
        ("discount", args.discount),
        ("fee", args.fee),
        ("withholding", args.withholding),
        ("rounding", args.rounding),
        ("write-off", args.write_off),
    ];
    let deductions: Vec<Deduction> = DEDUCTIONS
        .iter()
        .filter_map(|(word, receivable, payable)| {
            let (_, amount) = named.iter().find(|(name, _)| name == word)?;
            let kind = match side {
                Side::Receivable => *receivable,
                Side::Payable => *payable,
            };
            amount.map(|amount| Deduction { kind, amount })
        })
        .collect();
    let settle = args
        .settle
        .iter()
        .enumerate()
        .map(|(place, document)| Settle {
            document: document.clone(),
            amount: args.amount.filter(|_| place == 0),
            deductions: if place == 0 {
                deductions.clone()
            } else {
                Vec::new()
            },
        });
    let with = args.with.iter().map(|document| With {
        document: document.clone(),
        amount: args.using,
    });
    Apply {
        on,
        settle: settle.collect(),
        with: with.collect(),
        discount: if args.no_discount || args.discount.is_some() {
            Discount::None
        } else {
            Discount::InTime
        },
        excess: args.excess,
    }
}
