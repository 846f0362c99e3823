//! `duebook remittance …`: what was read of remittance advices, and what each explains.

use books::remittances::{self, JoinedLine, ShownAdvice};
use clap::Subcommand;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with remittance advices.
#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  duebook remittance list
  duebook remittance show advice-4711.eml")]
pub(crate) enum Command {
    /// List the advices with their totals and the bank lines they explain
    List,
    /// Show what was read of an advice, and which bank line it explains or why none
    Show {
        /// The name of its file, its id, or a reference that it bears
        #[arg(value_name = "NAME|ID")]
        advice: String,
    },
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        match self {
            Command::List => {
                let all = db.read(&context, globals.entity(), remittances::list)?;
                let told: Vec<AdviceJson> = all.iter().map(AdviceJson::from).collect();
                output::print(globals.format, &[heads(&told)], &told)
            }
            Command::Show { advice } => {
                let all = db.read(&context, globals.entity(), |work| {
                    remittances::show(work, &advice)
                })?;
                let told: Vec<AdviceJson> = all.iter().map(AdviceJson::from).collect();
                let mut tables = vec![heads(&told)];
                tables.extend(told.iter().map(items));
                output::print(globals.format, &tables, &told)
            }
        }
    }
}

#[derive(Serialize)]
struct AdviceJson {
    id: String,
    file: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sender: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    payer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    on_behalf_of: String,
    received_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_on: Option<String>,
    references: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<String>,
    items: Vec<ItemJson>,
    lines: Vec<LineJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<String>,
}

#[derive(Serialize)]
struct ItemJson {
    document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gross: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deduction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartJson>,
    place: String,
}

/// One of several deductions of a document.
#[derive(Serialize)]
struct PartJson {
    amount: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

impl ItemJson {
    /// Why something was taken off, and how much for each reason.
    fn why(&self) -> String {
        if self.parts.is_empty() {
            return self.reason.clone();
        }
        let parts = self.parts.iter();
        let parts = parts.map(|part| format!("{} {}", part.amount, part.reason));
        parts.collect::<Vec<String>>().join("; ")
    }
}

#[derive(Serialize)]
struct LineJson {
    line: String,
    booked_on: String,
    amount: MoneyJson,
    outcome: String,
}

impl From<&ShownAdvice> for AdviceJson {
    fn from(shown: &ShownAdvice) -> AdviceJson {
        let advice = &shown.advice;
        let items = advice.items.iter().map(|item| ItemJson {
            document: item.document.clone(),
            issued_on: item.issued_on.map(|day| day.to_string()),
            gross: item.gross.map(|sum| sum.to_string()),
            deduction: item.deduction.map(|sum| sum.to_string()),
            paid: item.paid.map(|sum| sum.to_string()),
            reason: item.reason.clone().unwrap_or_default(),
            parts: item
                .parts
                .iter()
                .map(|part| PartJson {
                    amount: part.amount.to_string(),
                    reason: part.reason.clone(),
                })
                .collect(),
            place: item.place.clone(),
        });
        AdviceJson {
            id: shown.id.clone(),
            file: shown.file.clone(),
            sender: advice.payer_email.clone().unwrap_or_default(),
            payer: advice.payer_name.clone().unwrap_or_default(),
            on_behalf_of: advice.payer_on_behalf.clone().unwrap_or_default(),
            received_on: shown.received_on.to_string(),
            announced_on: advice.announced_on.map(|day| day.to_string()),
            paid_on: advice.paid_on.map(|day| day.to_string()),
            references: advice.payment_references.clone(),
            currency: advice.currency.map(|currency| currency.to_string()),
            total: advice.total.map(|total| total.to_string()),
            items: items.collect(),
            lines: shown.joined.iter().map(LineJson::from).collect(),
            why_not: shown.why_not.clone(),
        }
    }
}

impl From<&JoinedLine> for LineJson {
    fn from(joined: &JoinedLine) -> LineJson {
        LineJson {
            line: joined.line.to_string(),
            booked_on: joined.booked_on.to_string(),
            amount: joined.amount.into(),
            outcome: joined.outcome.clone(),
        }
    }
}

/// One row for each advice.
fn heads(advices: &[AdviceJson]) -> Table {
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
        let sender = [&one.payer, &one.sender];
        let sender = sender.into_iter().find(|name| !name.is_empty());
        let date = one.announced_on.as_ref().or(one.paid_on.as_ref());
        let lines = one.lines.iter();
        let lines = lines.map(|line| format!("{} ({})", line.line, line.outcome.replace('_', " ")));
        let explained = lines.collect::<Vec<_>>().join(", ");
        let why_not = one.why_not.as_ref().map(|why| format!("nothing: {why}"));
        table.row([
            one.id.clone(),
            one.file.clone(),
            sender.cloned().unwrap_or_default(),
            date.unwrap_or(&one.received_on).clone(),
            one.references.join(", "),
            one.currency.clone().unwrap_or_default(),
            one.total.clone().unwrap_or_default(),
            why_not.unwrap_or(explained),
        ]);
    }
    table
}

/// The documents of an advice, as the payer wrote them.
fn items(advice: &AdviceJson) -> Table {
    let mut table = Table::new(&[
        ("document", Align::Left),
        ("issued_on", Align::Left),
        ("gross", Align::Money),
        ("deduction", Align::Money),
        ("reason", Align::Left),
        ("paid", Align::Money),
        ("place", Align::Left),
    ]);
    for item in &advice.items {
        table.row([
            item.document.clone(),
            item.issued_on.clone().unwrap_or_default(),
            item.gross.clone().unwrap_or_default(),
            item.deduction.clone().unwrap_or_default(),
            item.why(),
            item.paid.clone().unwrap_or_default(),
            item.place.clone(),
        ]);
    }
    table
}
