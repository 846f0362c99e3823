//! `duebook document …`: invoices, bills, memos, receipts, payments, write-offs by hand.

mod issue;
mod reading;
mod reverse;
mod show;

use std::collections::BTreeMap;

use books::documents::Issuing;
use clap::Subcommand;
use domain::documents::Document;
use domain::money::Money;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Format, MoneyJson, Table};

/// What can be done with documents.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Issue the documents of a file, all or none
    Issue(issue::IssueArgs),
    /// Show a document with its items, what settled it, and its entry
    Show(show::ShowArgs),
    /// Reverse unsettled documents
    Reverse(reverse::ReverseArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Issue(args) => issue::run(&args, globals),
            Command::Show(args) => show::run(&args, globals),
            Command::Reverse(args) => reverse::run(&args, globals),
        }
    }
}

/// A document in answers.
#[derive(Serialize)]
pub(crate) struct DocumentJson {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) number: String,
    pub(crate) issued_on: String,
    pub(crate) posted_on: String,
    pub(crate) net: MoneyJson,
    pub(crate) tax: MoneyJson,
    pub(crate) gross: MoneyJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reverses: Option<String>,
}

impl From<&Document> for DocumentJson {
    fn from(document: &Document) -> DocumentJson {
        DocumentJson {
            id: document.id.to_string(),
            kind: document.kind.code(),
            number: document.number.clone(),
            issued_on: document.issued_on.to_string(),
            posted_on: document.posted_on.to_string(),
            net: document.net.into(),
            tax: document.tax.into(),
            gross: document.gross.into(),
            reverses: document.reverses.map(|id| id.to_string()),
        }
    }
}

#[derive(Serialize)]
struct DocumentsJson {
    documents: Vec<DocumentJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// More documents than people read one by one are summed up for them.
const MOST_ROWS: usize = 20;

/// Documents of one kind and currency, summed up.
struct Sum<'a> {
    count: usize,
    /// Net, tax, gross.
    money: [Money; 3],
    first: &'a str,
    last: &'a str,
}

/// Many documents by kind and currency.
fn summary(documents: &[Document]) -> Table {
    let mut sums: BTreeMap<(&str, String), Sum<'_>> = BTreeMap::new();
    for document in documents {
        let key = (document.kind.code(), document.gross.currency().to_string());
        let number = document.number.as_str();
        let sum = sums.entry(key).or_insert_with(|| Sum {
            count: 0,
            money: [Money::zero(document.gross.currency()); 3],
            first: number,
            last: number,
        });
        let parts = [document.net, document.tax, document.gross];
        for (money, part) in sum.money.iter_mut().zip(parts) {
            *money += part;
        }
        sum.count += 1;
        sum.last = number;
    }
    let mut table = Table::new(&[
        ("kind", Align::Left),
        ("documents", Align::Right),
        ("first", Align::Left),
        ("last", Align::Left),
        ("currency", Align::Left),
        ("net", Align::Money),
        ("tax", Align::Money),
        ("gross", Align::Money),
    ]);
    for ((kind, currency), sum) in sums {
        let [net, tax, gross] = sum.money.map(|money| money.to_string());
        table.row([
            kind.to_owned(),
            sum.count.to_string(),
            sum.first.to_owned(),
            sum.last.to_owned(),
            currency,
            net,
            tax,
            gross,
        ]);
    }
    table
}

/// A table of documents.
pub(crate) fn table(documents: &[Document]) -> Table {
    let mut table = Table::new(&[
        ("number", Align::Left),
        ("kind", Align::Left),
        ("issued_on", Align::Left),
        ("posted_on", Align::Left),
        ("currency", Align::Left),
        ("net", Align::Money),
        ("tax", Align::Money),
        ("gross", Align::Money),
    ]);
    for document in documents {
        table.row([
            document.number.clone(),
            document.kind.code().to_owned(),
            document.issued_on.to_string(),
            document.posted_on.to_string(),
            document.gross.currency().to_string(),
            document.net.to_string(),
            document.tax.to_string(),
            document.gross.to_string(),
        ]);
    }
    table
}

/// Prints documents, and the requests of those that wait for approval.
pub(crate) fn print(globals: &Globals, done: &Issuing) -> Result<(), Failure> {
    let told = DocumentsJson {
        documents: done.documents.iter().map(DocumentJson::from).collect(),
        waiting: done.waiting.iter().map(ToString::to_string).collect(),
        warnings: done.warnings.clone(),
    };
    let is_long = MOST_ROWS < done.documents.len() && globals.format == Format::Table;
    let shown = if is_long { summary } else { table };
    let mut tables = vec![shown(&done.documents)];
    if !done.waiting.is_empty() {
        let mut waiting = Table::new(&[("waits_for_approval", Align::Left)]);
        for id in &told.waiting {
            waiting.row([id]);
        }
        tables.push(waiting);
    }
    output::print(globals.format, &tables, &told)?;
    for warning in &done.warnings {
        output::note(warning);
    }
    Ok(())
}
