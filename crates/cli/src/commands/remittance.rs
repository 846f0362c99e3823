//! `duebook remittance …`: what was read of remittance advices, and what each explains.

use books::remittances::{self, ShownAdvice};
use books::reports::lists::{Ask, MOST_ROWS};
use books::{Outcome, Work};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use domain::calendar::Date;
use formats::remittance::AdvisedItem;
use serde_json::Value as Json;

use super::Globals;
use super::report::date;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with remittance advices.
#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  duebook remittance list --explains nothing
  duebook remittance list --text hansen --from 2026-03-01
  duebook remittance show advice-4711.eml")]
pub(crate) enum Command {
    /// List the advices that came last, with their totals and the bank lines they explain
    List(ListArgs),
    /// Show what was read of an advice, and which bank line it explains or why none
    Show {
        /// The name of its file, its id, or a reference that it bears
        #[arg(value_name = "NAME|ID")]
        advice: String,
    },
}

/// Which of them.
#[derive(Args)]
pub(crate) struct ListArgs {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// Only those after this one: the last of the list before
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    /// Words of the payer, the sender, a reference or a document number
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Words of the name of the file
    #[arg(long, value_name = "WORDS")]
    file: Option<String>,
    /// Received on this day or later
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// Received on this day or before
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Option<Date>,
    /// Only those that explain nothing, or a payment
    #[arg(long, value_parser = PossibleValuesParser::new(["nothing", "payment"]))]
    explains: Option<String>,
}

impl ListArgs {
    fn ask(self) -> Ask {
        let filters = [
            ("text", self.text),
            ("file", self.file),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("explains", self.explains),
        ];
        let given = |(name, value): (&str, Option<String>)| Some((name.to_owned(), value?));
        Ask {
            after: self.after,
            limit: Some(self.limit),
            filters: filters.into_iter().filter_map(given).collect(),
        }
    }
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::List(args) => {
                let ask = args.ask();
                let all = db.read(&context, entity, |work| list(work, &ask))?;
                let told: Vec<Json> = all.iter().map(web::advice_json).collect();
                output::print(globals.format, &[heads(&all)], &told)
            }
            Command::Show { advice } => {
                let all = db.read(&context, entity, |work| remittances::show(work, &advice))?;
                let told: Vec<Json> = all.iter().map(web::advice_json).collect();
                let mut tables = vec![heads(&all)];
                tables.extend(all.iter().map(items));
                output::print(globals.format, &tables, &told)
            }
        }
    }
}

/// As many as are asked for, page by page.
fn list(work: &mut Work<'_>, ask: &Ask) -> Outcome<Vec<ShownAdvice>> {
    let mut all = Vec::new();
    let mut ask = ask.clone();
    let mut left = ask.limit.unwrap_or(MOST_ROWS);
    while 0 < left {
        ask.limit = Some(left.min(MOST_ROWS));
        let page = remittances::page(work, &ask)?;
        left -= page.advices.len() as i64;
        all.extend(page.advices);
        if page.next.is_none() {
            break;
        }
        ask.after = page.next;
    }
    Ok(all)
}

/// One row for each advice.
fn heads(advices: &[ShownAdvice]) -> Table {
    let mut table = Table::new(&[
        ("advice", Align::Left),
        ("file", Align::Left),
        ("sender", Align::Left),
        ("date", Align::Left),
        ("references", Align::Left),
        ("currency", Align::Left),
        ("total", Align::Money),
        ("explains", Align::Left),
    ]);
    for one in advices {
        let advice = &one.advice;
        let lines = one.joined.iter();
        let lines =
            lines.map(|line| format!("{} ({})", line.name(), line.outcome.replace('_', " ")));
        let explained = lines.collect::<Vec<_>>().join(", ");
        let why_not = one.why_not.as_ref().map(|why| format!("nothing: {why}"));
        table.row([
            one.id.clone(),
            one.file.clone(),
            one.from().to_owned(),
            one.on().to_string(),
            advice.payment_references.join(", "),
            advice
                .currency
                .map(|currency| currency.to_string())
                .unwrap_or_default(),
            advice
                .total
                .map(|total| total.to_string())
                .unwrap_or_default(),
            why_not.unwrap_or(explained),
        ]);
    }
    table
}

/// The documents of an advice, as the payer wrote them.
fn items(shown: &ShownAdvice) -> Table {
    let mut table = Table::new(&[
        ("document", Align::Left),
        ("issued_on", Align::Left),
        ("gross", Align::Money),
        ("deduction", Align::Money),
        ("reason", Align::Left),
        ("paid", Align::Money),
        ("place", Align::Left),
    ]);
    for item in &shown.advice.items {
        table.row([
            item.document.clone(),
            item.issued_on
                .map(|day| day.to_string())
                .unwrap_or_default(),
            item.gross.map(|sum| sum.to_string()).unwrap_or_default(),
            item.deduction
                .map(|sum| sum.to_string())
                .unwrap_or_default(),
            why(item),
            item.paid.map(|sum| sum.to_string()).unwrap_or_default(),
            item.place.clone(),
        ]);
    }
    table
}

/// Why something was taken off, and how much for each reason.
fn why(item: &AdvisedItem) -> String {
    if item.parts.is_empty() {
        return item.reason.clone().unwrap_or_default();
    }
    let parts = item.parts.iter();
    let parts = parts.map(|part| format!("{} {}", part.amount, part.reason));
    parts.collect::<Vec<String>>().join("; ")
}
