//! What a command would post, where it is only to be seen: `--dry-run`.

use books::cash::desk::ForeseenApplication;
use books::ledger::Foreseen;
use books::open_items::Settled;
use domain::documents::Document;
use domain::open_items::Application;
use serde::Serialize;
use serde_json::Value as Json;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

#[derive(Serialize)]
struct ForeseenJson<'a> {
    would_post: &'a Json,
    would_wait: bool,
    documents: Vec<DocumentJson>,
    applications: Vec<ApplicationJson>,
}

#[derive(Serialize)]
struct DocumentJson {
    kind: &'static str,
    number: String,
    posted_on: String,
    gross: MoneyJson,
}

#[derive(Serialize)]
struct ApplicationJson {
    applied_on: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    debit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    credit: String,
    debit_amount: MoneyJson,
    credit_amount: MoneyJson,
    undoes: bool,
}

impl From<&Application> for ApplicationJson {
    fn from(one: &Application) -> ApplicationJson {
        ApplicationJson {
            applied_on: one.applied_on.to_string(),
            debit: String::new(),
            credit: String::new(),
            debit_amount: one.debit_amount.into(),
            credit_amount: one.credit_amount.into(),
            undoes: one.undoes.is_some(),
        }
    }
}

/// Prints what settling would do.
pub(super) fn print(globals: &Globals, foreseen: &Foreseen<Settled>) -> Result<(), Failure> {
    let Foreseen {
        done,
        effect,
        waits,
    } = foreseen;
    told(
        globals,
        (effect, *waits),
        &done.documents,
        done.applications
            .iter()
            .map(ApplicationJson::from)
            .collect(),
    )
}

/// Prints what issuing or taking back would do.
pub(super) fn print_documents(
    globals: &Globals,
    foreseen: &Foreseen<Vec<Document>>,
) -> Result<(), Failure> {
    let Foreseen {
        done,
        effect,
        waits,
    } = foreseen;
    told(globals, (effect, *waits), done, Vec::new())
}

/// Prints what a decision at the desk would do.
pub(super) fn print_effect(globals: &Globals, foreseen: &Foreseen<()>) -> Result<(), Failure> {
    told(globals, (&foreseen.effect, foreseen.waits), &[], Vec::new())
}

/// Prints what applying a line would do.
pub(super) fn print_applications(
    globals: &Globals,
    foreseen: &Foreseen<Vec<ForeseenApplication>>,
) -> Result<(), Failure> {
    let applications = foreseen.done.iter().map(|one| ApplicationJson {
        applied_on: one.on.to_string(),
        debit: one.debit.clone(),
        credit: one.credit.clone(),
        debit_amount: one.debit_amount.into(),
        credit_amount: one.credit_amount.into(),
        undoes: one.undoes,
    });
    let effect = (&foreseen.effect, foreseen.waits);
    told(globals, effect, &[], applications.collect())
}

fn told(
    globals: &Globals,
    (effect, waits): (&Json, bool),
    documents: &[Document],
    applications: Vec<ApplicationJson>,
) -> Result<(), Failure> {
    let mut tables = vec![entry(effect)];
    if !documents.is_empty() {
        tables.push(papers(documents));
    }
    if applications.iter().any(|one| !one.debit.is_empty()) {
        tables.push(applied(&applications));
    }
    let documents = documents.iter().map(|document| DocumentJson {
        kind: document.kind.code(),
        number: document.number.clone(),
        posted_on: document.posted_on.to_string(),
        gross: document.gross.into(),
    });
    let json = ForeseenJson {
        would_post: effect,
        would_wait: waits,
        documents: documents.collect(),
        applications,
    };
    output::print(globals.format, &tables, &json)?;
    output::note(if waits {
        "nothing was posted; it would wait for approval"
    } else {
        "nothing was posted"
    });
    Ok(())
}

/// The entry in two columns, as a journal has it.
fn entry(effect: &Json) -> Table {
    let mut table = Table::new(&[
        ("account", Align::Left),
        ("account_name", Align::Left),
        ("currency", Align::Left),
        ("debit", Align::Money),
        ("credit", Align::Money),
    ]);
    for leg in effect.as_array().into_iter().flatten() {
        let text = |value: &Json, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let figure = text(&leg["amount"], "amount");
        let (debit, credit) = match figure.strip_prefix('-') {
            Some(credit) => (String::new(), credit.to_owned()),
            None => (figure, String::new()),
        };
        let currency = text(&leg["amount"], "currency");
        table.row([
            text(leg, "account"),
            text(leg, "account_name"),
            currency,
            debit,
            credit,
        ]);
    }
    table
}

fn applied(applications: &[ApplicationJson]) -> Table {
    let mut table = Table::new(&[
        ("applied_on", Align::Left),
        ("debit", Align::Left),
        ("debit_amount", Align::Money),
        ("credit", Align::Left),
        ("credit_amount", Align::Money),
    ]);
    for one in applications {
        table.row([
            one.applied_on.clone(),
            one.debit.clone(),
            one.debit_amount.amount.clone(),
            one.credit.clone(),
            one.credit_amount.amount.clone(),
        ]);
    }
    table
}

fn papers(documents: &[Document]) -> Table {
    let mut table = Table::new(&[
        ("would_be", Align::Left),
        ("kind", Align::Left),
        ("posted_on", Align::Left),
        ("currency", Align::Left),
        ("gross", Align::Money),
    ]);
    for document in documents {
        table.row([
            document.number.clone(),
            document.kind.code().to_owned(),
            document.posted_on.to_string(),
            document.gross.currency().to_string(),
            document.gross.to_string(),
        ]);
    }
    table
}
