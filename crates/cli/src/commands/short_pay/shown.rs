//! How short-pays are shown: as tables for people, as JSON for programs.

use books::short_pays::{self, Event, ShortPay};
use serde::Serialize;

use crate::commands::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table, visible};

#[derive(Serialize)]
struct EventJson {
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    content: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    told: String,
    actor: String,
    recorded_at: String,
}

#[derive(Serialize)]
pub(super) struct ShortPayJson {
    id: String,
    number: String,
    party: String,
    document: String,
    reason: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    stated: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    owner: String,
    answer_by: String,
    opened_on: String,
    due_on: String,
    amount: MoneyJson,
    open: MoneyJson,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

pub(super) fn json_of(case: &ShortPay, events: &[Event]) -> ShortPayJson {
    let events = events.iter().map(|event| EventJson {
        kind: event.kind.code(),
        content: event.content.clone(),
        told: event.told.clone(),
        actor: event.actor.clone(),
        recorded_at: event.recorded_at.to_string(),
    });
    ShortPayJson {
        id: case.document.to_string(),
        number: case.number.clone(),
        party: case.party_code.clone(),
        document: case.from_number.clone(),
        reason: case.reason.code(),
        stated: case.stated.clone(),
        owner: case.owner.clone(),
        answer_by: case.answer_by.to_string(),
        opened_on: case.opened_on.to_string(),
        due_on: case.due_on.to_string(),
        amount: case.amount.into(),
        open: case.open.into(),
        state: case.state.code(),
        line: case.line_name(),
        receipt: case.receipt.as_ref().map(|(_, number)| number.clone()),
        events: events.collect(),
        to_do: case.to_do(),
    }
}

pub(super) fn table_of(cases: &[&ShortPay]) -> Table {
    let mut table = Table::new(&[
        ("short_pay", Align::Left),
        ("party", Align::Left),
        ("document", Align::Left),
        ("reason", Align::Left),
        ("owner", Align::Left),
        ("answer_by", Align::Left),
        ("due_on", Align::Left),
        ("state", Align::Left),
        ("currency", Align::Left),
        ("amount", Align::Money),
        ("open", Align::Money),
    ]);
    for case in cases {
        table.row([
            case.number.clone(),
            case.party_code.clone(),
            case.from_number.clone(),
            case.reason.code().to_owned(),
            case.owner.clone(),
            case.answer_by.to_string(),
            case.due_on.to_string(),
            case.state.code().to_owned(),
            case.amount.currency().to_string(),
            case.amount.to_string(),
            case.open.to_string(),
        ]);
    }
    table
}

/// What is known of one.
fn facts_of(case: &ShortPay) -> Table {
    let mut facts = Table::new(&[("what", Align::Left), ("is", Align::Left)]);
    let found = if case.is_by_hand {
        "by hand"
    } else {
        "in a run"
    };
    for (what, is) in [
        ("short-pay", case.number.clone()),
        ("of", case.from_number.clone()),
        (
            "customer",
            format!("{} {}", case.party_code, case.party_name),
        ),
        (
            "amount",
            format!("{} {}", case.amount, case.amount.currency()),
        ),
        ("open", format!("{} {}", case.open, case.open.currency())),
        ("state", case.state.title().to_owned()),
        ("reason", case.reason.title().to_owned()),
        ("stated", visible(&case.stated)),
        ("owner", case.owner.clone()),
        ("answer by", case.answer_by.to_string()),
        (
            "parted off",
            format!("{} {found} by {}", case.opened_on, case.actor),
        ),
        ("due", case.due_on.to_string()),
        ("bank line", case.line_name().unwrap_or_default()),
        (
            "receipt",
            case.receipt
                .as_ref()
                .map(|(_, number)| number.clone())
                .unwrap_or_default(),
        ),
        ("settled there by", case.credit_number.clone()),
        ("settled by", case.settled_by.clone()),
        ("to do", case.to_do().unwrap_or_default()),
    ] {
        if !is.is_empty() {
            facts.row([what, &is]);
        }
    }
    facts
}

/// Shows one with all that was done about it.
pub(super) fn show(globals: &Globals, asked: &str) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let read = db.read(&context, globals.entity(), |work| {
        short_pays::show(work, asked)
    });
    let (case, events) = read?;
    let facts = facts_of(&case);
    let mut done = Table::new(&[
        ("at", Align::Left),
        ("by", Align::Left),
        ("what", Align::Left),
        ("is", Align::Left),
        ("told", Align::Left),
    ]);
    for event in &events {
        done.row([
            event.recorded_at.to_string(),
            event.actor.clone(),
            event.kind.title().to_owned(),
            event.content.clone(),
            visible(&event.told),
        ]);
    }
    let tables = if done.is_empty() {
        vec![facts]
    } else {
        vec![facts, done]
    };
    output::print(globals.format, &tables, &json_of(&case, &events))
}
