//! `duebook approvals ask …`: what needs a second pair of eyes, asked for.

use books::Outcome;
use books::approvals::{self, Asked, Wish};
use books::close::{self, Closing};
use books::parties::HandlingChange;
use clap::{Args, Subcommand};
use domain::calendar::Date;
use domain::credit::{Covers, Limit};
use domain::ids::ItemId;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::Serialize;

use super::NotAnAmount;
use crate::commands::{Globals, date, today};
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be asked for.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write off what is open on an item
    WriteOff(ItemArgs),
    /// Refund a customer's credit
    Refund {
        #[command(flatten)]
        item: ItemArgs,
        /// The code of our bank account
        #[arg(long, value_name = "CODE")]
        bank: String,
    },
    /// Reduce what a customer owes by one amount
    CreditMemo {
        /// The customer's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// How much, like `12.30` or `12.30 USD`
        #[arg(long)]
        amount: String,
        #[command(flatten)]
        when: When,
    },
    /// A manual journal entry, in functional currency
    Journal {
        /// A leg like `7000=5.00`; a credit is below zero
        #[arg(
            long = "leg",
            value_name = "ACCOUNT=AMOUNT",
            required = true,
            allow_hyphen_values = true
        )]
        legs: Vec<String>,
        #[command(flatten)]
        when: When,
    },
    /// Reopen a closed period
    ReopenPeriod(PeriodArgs),
    /// Close a period although its checks fail
    ClosePeriod(PeriodArgs),
    /// A new bank account of a party
    BankDetails {
        /// The party's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// The account's number
        #[arg(long)]
        number: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Change the payment terms of a party
    Terms {
        /// The party's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// The terms, like `2/10 NET30`
        #[arg(long)]
        terms: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Change the class of a party, whose tolerances apply to it
    PartyClass {
        /// The party's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// The class, like `key`; none when left out
        #[arg(long, default_value = "")]
        class: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Set the rate at which a customer withholds tax
    WithholdingRate {
        /// The customer's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// Percent of the amount without sales tax; ends the agreement when left out
        #[arg(long)]
        percent: Option<Decimal>,
        /// The first day; today when left out
        #[arg(long, value_name = "DATE", value_parser = date)]
        from: Option<Date>,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Set a customer's credit limit, in functional currency
    CreditLimit {
        /// The customer's code
        #[arg(long, value_name = "CODE")]
        party: String,
        /// How much; no limit when left out
        #[arg(long)]
        amount: Option<String>,
        /// Whose debts count: `own`, or `group` for the customer and all its subsidiaries
        #[arg(long, value_name = "own|group", default_value = "own", value_parser = covers)]
        covers: Covers,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

fn covers(text: &str) -> Result<Covers, String> {
    Covers::parse(text).ok_or_else(|| "write own or group".to_owned())
}

/// An item and how much of it.
#[derive(Args)]
pub(crate) struct ItemArgs {
    /// The item, like `itm_…`
    #[arg(long, value_name = "ITEM")]
    item: String,
    /// How much, like `12.30` or `12.30 USD`; all that is open when left out
    #[arg(long)]
    amount: Option<String>,
    #[command(flatten)]
    when: When,
}

/// A period and why.
#[derive(Args)]
pub(crate) struct PeriodArgs {
    /// The month, like 2026-01
    period: String,
    /// Why
    #[arg(long)]
    reason: String,
}

/// The day and why.
#[derive(Args)]
pub(crate) struct When {
    /// The day; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Why
    #[arg(long)]
    reason: String,
}

/// An amount with its currency, or in the currency of the books.
fn amount(text: &str, functional: Currency) -> Outcome<Money> {
    let (number, currency) = match text.trim().split_once(' ') {
        Some((number, code)) => (number, Currency::parse(code.trim())),
        None => (text.trim(), Some(functional)),
    };
    let money = currency.and_then(|currency| Money::parse(number, currency).ok());
    Ok(money.ok_or_else(|| NotAnAmount::of(text))?)
}

impl Command {
    /// Asks, and says what became of it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let day = today(&context);
        let reason = self.reason().to_owned();
        let looked = match &self {
            Command::ClosePeriod(args) => {
                let closing = Closing::Period(args.period.clone());
                close::ahead(&db, &context, globals.entity(), &closing)?
            }
            _ => None,
        };
        let asked = db.write(&context, globals.entity(), |work| {
            work.knows(looked.as_ref());
            let wish = self.wish(work.functional(), day)?;
            approvals::ask(work, &wish, &reason)
        })?;
        print(globals, &[asked])
    }

    fn reason(&self) -> &str {
        match self {
            Command::WriteOff(args) | Command::Refund { item: args, .. } => &args.when.reason,
            Command::CreditMemo { when, .. } | Command::Journal { when, .. } => &when.reason,
            Command::ReopenPeriod(args) | Command::ClosePeriod(args) => &args.reason,
            Command::BankDetails { reason, .. }
            | Command::Terms { reason, .. }
            | Command::PartyClass { reason, .. }
            | Command::WithholdingRate { reason, .. }
            | Command::CreditLimit { reason, .. } => reason,
        }
    }

    fn wish(&self, functional: Currency, day: Date) -> Outcome<Wish> {
        let on = |when: &When| when.on.unwrap_or(day);
        let item = |args: &ItemArgs| -> Outcome<(ItemId, Option<Money>)> {
            let item = args.item.parse::<ItemId>();
            let item = item.map_err(|_| NotAnItem(args.item.clone()))?;
            let amount = args.amount.as_deref().map(|text| amount(text, functional));
            Ok((item, amount.transpose()?))
        };
        Ok(match self {
            Command::WriteOff(args) => {
                let (item, amount) = item(args)?;
                let on = on(&args.when);
                Wish::WriteOff { item, amount, on }
            }
            Command::Refund { item: args, bank } => {
                let (item, amount) = item(args)?;
                Wish::Refund {
                    item,
                    amount,
                    bank_account: bank.clone(),
                    on: on(&args.when),
                }
            }
            Command::CreditMemo {
                party,
                amount: text,
                when,
            } => Wish::CreditMemo {
                party: party.clone(),
                amount: amount(text, functional)?,
                on: on(when),
            },
            Command::Journal { legs, when } => Wish::Journal {
                legs: legs_of(legs, functional)?,
                on: on(when),
            },
            Command::ReopenPeriod(args) => Wish::ReopenPeriod {
                period: args.period.clone(),
            },
            Command::ClosePeriod(args) => Wish::ClosePeriod {
                period: args.period.clone(),
            },
            Command::BankDetails { party, number, .. } => Wish::BankDetails {
                accounts: vec![(party.clone(), number.clone())],
            },
            Command::Terms { party, terms, .. } => Wish::Terms {
                changes: vec![(party.clone(), terms.clone())],
            },
            Command::PartyClass { party, class, .. } => {
                handled(party, HandlingChange::Class(class.clone()))
            }
            Command::WithholdingRate {
                party,
                percent,
                from,
                ..
            } => handled(
                party,
                HandlingChange::from_day(*percent, from.unwrap_or(day)),
            ),
            Command::CreditLimit {
                party,
                amount: text,
                covers,
                ..
            } => limited(party, text.as_deref(), *covers, functional)?,
        })
    }
}

/// The legs of an entry: account and amount of each.
fn legs_of(legs: &[String], functional: Currency) -> Outcome<Vec<(String, Money)>> {
    let leg = |leg: &String| {
        let parts = leg.split_once('=').ok_or_else(|| NotAnAmount::of(leg))?;
        Ok((parts.0.trim().to_owned(), amount(parts.1, functional)?))
    };
    legs.iter().map(leg).collect()
}

fn limited(party: &str, text: Option<&str>, covers: Covers, functional: Currency) -> Outcome<Wish> {
    let limit = text.map(|text| amount(text, functional)).transpose()?;
    let limit = limit.map(|amount| Limit { amount, covers });
    let changes = vec![(party.to_owned(), limit)];
    Ok(Wish::CreditLimit { changes })
}

fn handled(party: &str, change: HandlingChange) -> Wish {
    let party = party.to_owned();
    Wish::Handling { party, change }
}

/// A text that is no item.
#[derive(Debug)]
struct NotAnItem(String);

impl std::fmt::Display for NotAnItem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotAnItem(text) = self;
        write!(out, "`{text}` is no item.")
    }
}

impl domain::refusal::Refusal for NotAnItem {
    fn code(&self) -> &'static str {
        "unknown_item"
    }

    fn hint(&self) -> Option<String> {
        Some("`duebook document show NUMBER` lists the items of a document".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some("item")
    }
}

#[derive(Serialize)]
struct AskedJson {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

/// Prints what became of wishes.
pub(crate) fn print(globals: &Globals, asked: &[Asked]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("state", Align::Left),
        ("request", Align::Left),
        ("outcome", Align::Left),
    ]);
    let told: Vec<AskedJson> = asked
        .iter()
        .map(|asked| match asked {
            Asked::Done(outcome) => AskedJson {
                state: "done",
                id: None,
                outcome: Some(outcome.clone()),
            },
            Asked::Waits(id) => AskedJson {
                state: "waiting",
                id: Some(id.to_string()),
                outcome: None,
            },
        })
        .collect();
    for told in &told {
        table.row([
            told.state,
            told.id.as_deref().unwrap_or(""),
            told.outcome.as_deref().unwrap_or(""),
        ]);
    }
    match told.as_slice() {
        [one] => output::print(globals.format, &[table], one),
        all => output::print(globals.format, &[table], &all),
    }
}
