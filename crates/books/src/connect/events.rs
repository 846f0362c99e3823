//! From what a work did to the events that it leaves, in the same transaction.
//!
//! Documents and applications tell themselves where they are posted; everything else is read
//! from the notes for the audit log, so that no use case has to think of programs outside.

use std::collections::{BTreeSet, HashMap};

use domain::connect::{self, EVERYTHING, EventKind};
use domain::documents::Document;
use domain::ids::{EventId, ItemId, PartyId};
use domain::money::Money;
use domain::open_items::Application;
use serde_json::{Map, Value as Json, json};

use crate::audit::Link;
use crate::connect::sql;
use crate::failure::{Fault, Outcome};
use crate::ledger::{Origin, Posting};
use crate::work::Work;

/// An event that waits for the end of its work.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    kind: &'static EventKind,
    data: Map<String, Json>,
}

/// The kind of event that a note for the audit log is.
fn kind_of(action: &str) -> Option<&'static EventKind> {
    connect::event(match action {
        "cash.apply" => "cash_run.finished",
        "approval.ask" => "approval.requested",
        "approval.decide" => "approval.decided",
        "import" => "import.finished",
        "period.close" => "period.closed",
        "period.reopen" => "period.reopened",
        _ => return None,
    })
}

/// Does an endpoint want one of these?
fn is_wanted(work: &mut Work<'_>, codes: &[&str]) -> Result<bool, Fault> {
    let wanted = sql::wanted(work)?;
    let wants = |words: &String| {
        words
            .split(' ')
            .any(|word| word == EVERYTHING || codes.contains(&word))
    };
    Ok(wanted.iter().any(wants))
}

/// Tells what was posted. Items taken over at the cut-over happened elsewhere and are not told.
pub(crate) fn posted(work: &mut Work<'_>, posting: &Posting) -> Result<(), Fault> {
    let tells = posting.origin != Origin::Opening
        && !(posting.documents.is_empty() && posting.applications.is_empty());
    let codes = [
        "document.issued",
        "document.reversed",
        "cash.applied",
        "cash.unapplied",
    ];
    if !tells || !is_wanted(work, &codes)? {
        return Ok(());
    }
    let parties: BTreeSet<PartyId> = posting.documents.iter().filter_map(|d| d.party).collect();
    let parties = sql::party_codes(work, &parties)?;
    for document in &posting.documents {
        let code = match document.reverses {
            Some(_) => "document.reversed",
            None => "document.issued",
        };
        tell(work, code, of_document(document, &parties));
    }
    let items: BTreeSet<ItemId> = posting
        .applications
        .iter()
        .flat_map(|one| [one.debit, one.credit])
        .collect();
    let documents = sql::documents_of(work, &items)?;
    for application in &posting.applications {
        let code = match application.undoes {
            Some(_) => "cash.unapplied",
            None => "cash.applied",
        };
        tell(work, code, of_application(application, &documents));
    }
    Ok(())
}

fn tell(work: &mut Work<'_>, code: &str, data: Map<String, Json>) {
    if let Some(kind) = connect::event(code) {
        work.tell(Event { kind, data });
    }
}

fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

fn of_document(document: &Document, parties: &HashMap<PartyId, String>) -> Map<String, Json> {
    let mut data = Map::new();
    data.insert("id".into(), document.id.to_string().into());
    data.insert("kind".into(), document.kind.code().into());
    data.insert("number".into(), document.number.as_str().into());
    data.insert("side".into(), document.side.code().into());
    if let Some(code) = document.party.and_then(|party| parties.get(&party)) {
        data.insert("party".into(), code.as_str().into());
    }
    data.insert("issued_on".into(), document.issued_on.to_string().into());
    data.insert("net".into(), money(document.net));
    data.insert("tax".into(), money(document.tax));
    data.insert("gross".into(), money(document.gross));
    if let Some(reverses) = document.reverses {
        data.insert("reverses".into(), reverses.to_string().into());
    }
    data
}

fn of_application(
    application: &Application,
    documents: &HashMap<ItemId, (String, String)>,
) -> Map<String, Json> {
    let mut data = Map::new();
    data.insert("id".into(), application.id.to_string().into());
    data.insert(
        "applied_on".into(),
        application.applied_on.to_string().into(),
    );
    // Undoing counts below zero; programs get the amount and the word for it.
    let amounts = [application.debit_amount, application.credit_amount].map(Money::abs);
    let items = [application.debit, application.credit];
    for ((name, item), amount) in ["debit", "credit"].into_iter().zip(items).zip(amounts) {
        let mut part = Map::new();
        part.insert("item".into(), item.to_string().into());
        if let Some((number, party)) = documents.get(&item) {
            part.insert("document".into(), number.as_str().into());
            if !party.is_empty() {
                part.insert("party".into(), party.as_str().into());
            }
        }
        part.insert("amount".into(), money(amount));
        data.insert(name.into(), Json::Object(part));
    }
    if let Some(undoes) = application.undoes {
        data.insert("undoes".into(), undoes.to_string().into());
    }
    data
}

/// What a note says, as data of an event.
fn of_link(work: &Work<'_>, link: &Link) -> Map<String, Json> {
    let mut data = Map::new();
    data.insert("subject".into(), link.subject.as_str().into());
    data.insert("actor".into(), work.actor().into());
    data.insert("door".into(), work.context.door.into());
    if !link.reason.is_empty() {
        data.insert("reason".into(), link.reason.as_str().into());
    }
    if let Json::Object(detail) = &link.detail {
        data.extend(detail.clone());
    }
    // The note counts minor units of the functional currency; outside money has its currency.
    if let Some(minor) = data.get("amount").and_then(Json::as_i64) {
        data.insert("amount".into(), money(Money::new(minor, work.functional())));
    }
    data
}

/// Writes the events of a work for every endpoint that wants them. Before the audit log ends it.
pub(crate) fn write(work: &mut Work<'_>) -> Outcome<()> {
    let mut events = work.take_events();
    let noted: Vec<Event> = work
        .links()
        .iter()
        .filter_map(|link| {
            let kind = kind_of(link.action)?;
            let data = of_link(work, link);
            Some(Event { kind, data })
        })
        .collect();
    events.extend(noted);
    if events.is_empty() {
        return Ok(());
    }
    let codes: Vec<&str> = events.iter().map(|event| event.kind.code).collect();
    if !is_wanted(work, &codes)? {
        return Ok(());
    }
    let endpoints = sql::listeners(work)?;
    let (mut rows, mut deliveries) = (Vec::new(), Vec::new());
    let (entity, now) = (work.entity().code.clone(), work.now());
    for event in events {
        let wants = |words: &str| {
            words
                .split(' ')
                .any(|word| word == EVERYTHING || word == event.kind.code)
        };
        let listeners = endpoints.iter().filter(|(_, words)| wants(words));
        let listeners: Vec<i64> = listeners.map(|(id, _)| id.0).collect();
        if listeners.is_empty() {
            continue;
        }
        let id = EventId(work.ids.take());
        let mut data = event.data;
        data.insert("entity".into(), entity.as_str().into());
        let content = json!({
            "type": event.kind.code, "timestamp": now.to_string(), "data": data,
        });
        rows.push((id, event.kind.code, content.to_string()));
        deliveries.extend(listeners.into_iter().map(|endpoint| (endpoint, id)));
    }
    sql::insert_events(work, &rows)?;
    sql::insert_deliveries(work, &deliveries)?;
    Ok(())
}
