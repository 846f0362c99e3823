//! `duebook item …`: what settles what, by hand.

mod apply;
mod net;
mod unapply;

use books::open_items::Settled;
use clap::Subcommand;
use domain::calendar::Date;
use domain::ids::RequestId;
use domain::money::{Currency, Money};
use serde::Serialize;

use super::Globals;
use super::approvals::NotAnAmount;
use super::document::{DocumentJson, table};
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with open items.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Settle documents with receipts, payments, credits and deductions
    Apply(Box<apply::ApplyArgs>),
    /// Undo applications, with the deductions that were made with them
    Unapply(unapply::UnapplyArgs),
    /// Net what a party owes us against what we owe it, the oldest due first
    Net(net::NetArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Apply(args) => apply::run(&args, globals),
            Command::Unapply(args) => unapply::run(&args, globals),
            Command::Net(args) => net::run(&args, globals),
        }
    }
}

#[derive(Serialize)]
struct SettledJson {
    documents: Vec<DocumentJson>,
    applications: Vec<ApplicationJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<String>,
}

#[derive(Serialize)]
struct ApplicationJson {
    id: String,
    applied_on: String,
    debit_item: String,
    credit_item: String,
    debit_amount: MoneyJson,
    credit_amount: MoneyJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<String>,
}

/// Prints what was posted.
pub(crate) fn print(globals: &Globals, settled: &Settled) -> Result<(), Failure> {
    print_with(globals, settled, &[])
}

/// Prints what was posted, and the requests of what waits for approval.
fn print_with(globals: &Globals, settled: &Settled, waiting: &[RequestId]) -> Result<(), Failure> {
    let mut applied = Table::new(&[
        ("application", Align::Left),
        ("applied_on", Align::Left),
        ("debit_item", Align::Left),
        ("credit_item", Align::Left),
        ("currency", Align::Left),
        ("amount", Align::Money),
    ]);
    for one in &settled.applications {
        applied.row([
            one.id.to_string(),
            one.applied_on.to_string(),
            one.debit.to_string(),
            one.credit.to_string(),
            one.debit_amount.currency().to_string(),
            one.debit_amount.to_string(),
        ]);
    }
    let mut tables = vec![applied];
    if !settled.documents.is_empty() {
        tables.push(table(&settled.documents));
    }
    if !waiting.is_empty() {
        let mut table = Table::new(&[("waits_for_approval", Align::Left)]);
        for id in waiting {
            table.row([id.to_string()]);
        }
        tables.push(table);
    }
    let applications = settled.applications.iter().map(|one| ApplicationJson {
        id: one.id.to_string(),
        applied_on: one.applied_on.to_string(),
        debit_item: one.debit.to_string(),
        credit_item: one.credit.to_string(),
        debit_amount: one.debit_amount.into(),
        credit_amount: one.credit_amount.into(),
        undoes: one.undoes.map(|id| id.to_string()),
    });
    let told = SettledJson {
        documents: settled.documents.iter().map(DocumentJson::from).collect(),
        applications: applications.collect(),
        waiting: waiting.iter().map(ToString::to_string).collect(),
    };
    output::print(globals.format, &tables, &told)
}

/// A currency on the command line: `EUR`.
pub(crate) fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).ok_or_else(|| format!("`{text}` is no currency; write it like EUR"))
}

/// An amount with its currency on the command line: `12.30EUR`, `"12.30 EUR"`.
pub(crate) fn money(text: &str) -> Result<Money, String> {
    let wrong = || format!("`{text}` is no amount; write it like 12.30EUR");
    let at = text.len().checked_sub(3).ok_or_else(wrong)?;
    let (amount, code) = text.split_at_checked(at).ok_or_else(wrong)?;
    let currency = Currency::parse(code).ok_or_else(wrong)?;
    Money::parse(amount.trim(), currency).map_err(|problem| problem.to_string())
}

/// An amount as it was typed: `12.30EUR`, or `12.30` in the currency of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Amount {
    /// With its currency.
    In(Money),
    /// In that of the document that it is about.
    OfDocument(String),
}

/// Reads an amount with or without a currency.
pub(crate) fn amount(text: &str) -> Result<Amount, String> {
    let is_plain = text
        .chars()
        .all(|sign| sign.is_ascii_digit() || "-.".contains(sign));
    if is_plain && text.contains(|sign: char| sign.is_ascii_digit()) {
        return Ok(Amount::OfDocument(text.to_owned()));
    }
    money(text).map(Amount::In)
}

impl Amount {
    /// The amount in its own currency, or in that of a document.
    pub(crate) fn of(&self, document: Currency) -> books::Outcome<Money> {
        match self {
            Amount::In(money) => Ok(*money),
            Amount::OfDocument(text) => {
                let read = Money::parse(text, document);
                Ok(read.map_err(|_| NotAnAmount::of(&format!("{text} {document}")))?)
            }
        }
    }
}

/// An amount that was typed, if any, in its own currency or in that of a document.
pub(crate) fn amount_of(
    work: &mut books::Work<'_>,
    amount: Option<&Amount>,
    document: &str,
) -> books::Outcome<Option<Money>> {
    match amount {
        None => Ok(None),
        Some(Amount::In(money)) => Ok(Some(*money)),
        Some(amount) => {
            let shown = books::documents::show(work, document)?;
            amount.of(shown.document.gross.currency()).map(Some)
        }
    }
}

/// The day on which something counts.
pub(crate) fn day(on: Option<Date>, context: &books::Context) -> Date {
    on.unwrap_or_else(|| super::today(context))
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::{Amount, amount, money};

    #[test]
    fn an_amount_without_a_currency_is_in_that_of_the_document() {
        let usd = Currency::parse("USD").expect("USD");
        let read = |text: &str| amount(text).expect("an amount").of(usd);
        assert_eq!(format!("{:?}", read("12.3").expect("read")), "12.30 USD");
        assert_eq!(
            format!("{:?}", read("12.30EUR").expect("read")),
            "12.30 EUR"
        );
        assert_eq!(amount("5"), Ok(Amount::OfDocument("5".to_owned())));
        for text in ["1.2.3", "12.305", "-"] {
            let read = amount(text).map(|amount| amount.of(usd).is_ok());
            assert_ne!(read, Ok(true), "{text}");
        }
    }

    #[test]
    fn amounts_carry_their_currency() {
        for (text, shown) in [
            ("12.30EUR", "12.30"),
            ("1500 JPY", "1500"),
            ("-1.5USD", "-1.50"),
        ] {
            assert_eq!(money(text).expect("an amount").to_string(), shown);
        }
        for text in ["", "EUR", "12.30", "12.305EUR", "äEUR", "12,3EUR"] {
            assert!(money(text).is_err(), "{text}");
        }
    }
}
