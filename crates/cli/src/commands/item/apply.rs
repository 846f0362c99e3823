//! `duebook item apply`: documents settled with others and with deductions.

use books::open_items::{self, Apply, DEDUCTIONS, Settle, With};
use books::{Outcome, Work};
use clap::Args;
use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::Side;
use domain::money::{Currency, Money};
use domain::settlement::Discount;

use super::{Amount, amount, amount_of, day, print_with};
use crate::commands::{Globals, date, foreseen};
use crate::errors::Failure;

/// What settles what.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook item apply INV-000017 --with RCT-000004
  duebook item apply INV-000017 --with RCT-000004 --amount 100 --fee 12.50
  duebook item apply INV-000017 --with RCT-000004 --fee 12.50EUR

An amount without a currency is in that of the document: of the first that is settled, with
--using and --excess of the first that settles.")]
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
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    amount: Option<Amount>,
    /// How much of each settling document may be used
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    using: Option<Amount>,
    /// Early-payment discount by decision, whatever the terms say
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    discount: Option<Amount>,
    /// Do not grant the discount of the terms
    #[arg(long, conflicts_with = "discount")]
    no_discount: bool,
    /// Bank fees deducted
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    fee: Option<Amount>,
    /// Tax withheld by the customer
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    withholding: Option<Amount>,
    /// A small difference to give up as rounding
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    rounding: Option<Amount>,
    /// The amount to write off
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    write_off: Option<Amount>,
    /// A small excess of the last receipt to keep as rounding
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    excess: Option<Amount>,
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
        let sums = Sums::of(work, args, first.document.gross.currency())?;
        Ok(order(args, &sums, on, first.document.side))
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

/// What was typed, in the currencies of the documents where none was typed.
struct Sums {
    amount: Option<Money>,
    using: Option<Money>,
    excess: Option<Money>,
    deductions: Vec<(&'static str, Option<Money>)>,
}

impl Sums {
    /// What is settled and what is taken off it are in the currency of the first document that is
    /// settled; what is used, in that of the first that settles.
    fn of(work: &mut Work<'_>, args: &ApplyArgs, settled: Currency) -> Outcome<Sums> {
        let own = |amount: &Option<Amount>| amount.as_ref().map(|one| one.of(settled)).transpose();
        let named = [
            ("discount", &args.discount),
            ("fee", &args.fee),
            ("withholding", &args.withholding),
            ("rounding", &args.rounding),
            ("write-off", &args.write_off),
        ];
        let deductions = named.map(|(word, amount)| own(amount).map(|amount| (word, amount)));
        let with = args.with.first().unwrap_or(&args.settle[0]);
        Ok(Sums {
            amount: own(&args.amount)?,
            using: amount_of(work, args.using.as_ref(), with)?,
            excess: amount_of(work, args.excess.as_ref(), with)?,
            deductions: deductions.into_iter().collect::<Outcome<Vec<_>>>()?,
        })
    }
}

fn order(args: &ApplyArgs, sums: &Sums, on: Date, side: Side) -> Apply {
    let deductions: Vec<Deduction> = DEDUCTIONS
        .iter()
        .filter_map(|(word, receivable, payable)| {
            let (_, amount) = sums.deductions.iter().find(|(name, _)| name == word)?;
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
            amount: sums.amount.filter(|_| place == 0),
            deductions: if place == 0 {
                deductions.clone()
            } else {
                Vec::new()
            },
        });
    let with = args.with.iter().map(|document| With {
        document: document.clone(),
        amount: sums.using,
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
        excess: sums.excess,
    }
}
