//! Contacts, notes and the history of parties, for programs.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use books::parties::{self, Kept, NewNote, Note};
use domain::calendar::Date;
use domain::ids::ContactId;
use domain::parties::{Contact, Task, Way};
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::bank_lines::corrected;
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, id_of, json_answer, not_found};
use crate::session::Fields;

/// The most events of a history.
const EVENTS: i64 = 200;

/// An object without what is empty.
fn object(pairs: Vec<(&str, Json)>) -> Json {
    let is_said = |value: &Json| !value.is_null() && value.as_str() != Some("");
    let pairs = pairs.into_iter().filter(|(_, value)| is_said(value));
    Json::Object(
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

fn contact_json(kept: &Kept, day: Date) -> Json {
    let mut pairs = vec![
        ("id", json!(kept.id.to_string())),
        ("state", json!(kept.state(day))),
        ("actor", json!(kept.actor)),
        ("recorded_at", json!(kept.recorded_at.to_string())),
    ];
    if let Some(contact) = &kept.contact {
        pairs.extend([
            ("name", json!(contact.name)),
            ("role", json!(contact.task.code())),
            ("email", json!(contact.email)),
            ("telephone", json!(contact.telephone)),
            ("language", json!(contact.language)),
            ("preferred", json!(contact.preferred.map(Way::code))),
            (
                "valid_from",
                json!(contact.valid_from.map(|day| day.to_string())),
            ),
            (
                "valid_until",
                json!(contact.valid_until.map(|day| day.to_string())),
            ),
        ]);
    }
    object(pairs)
}

fn page(data: &[Json]) -> Response {
    json_answer(StatusCode::OK, &json!({ "data": data }))
}

/// The contacts of a party: those that hold, or all.
pub(crate) async fn contacts(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    Query(fields): Query<Fields>,
) -> Answer {
    let day = app.today();
    let on = (fields.get("all") != "true").then_some(day);
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        parties::contacts(work, &code, on)
    })
    .await?;
    let data: Vec<Json> = found.iter().map(|kept| contact_json(kept, day)).collect();
    Ok(page(&data))
}

fn contact_of(asking: &Asking) -> Result<Contact, Problem> {
    let word = asking.text("role")?;
    let task = Task::parse(&word);
    let task = task.ok_or_else(|| field("role", &format!("`{word}` is no role of a contact.")))?;
    let preferred = match asking.optional_text("preferred")?.as_str() {
        "" => None,
        word => {
            let way = Way::parse(word);
            let wrong = || {
                field(
                    "preferred",
                    &format!("`{word}` is no way to reach somebody."),
                )
            };
            Some(way.ok_or_else(wrong)?)
        }
    };
    Ok(Contact {
        name: asking.text("name")?,
        task,
        email: asking.optional_text("email")?,
        telephone: asking.optional_text("telephone")?,
        language: asking.optional_text("language")?,
        preferred,
        valid_from: asking.optional_day("valid_from")?,
        valid_until: asking.optional_day("valid_until")?,
    })
}

/// Adds somebody at a party.
pub(crate) async fn add_contact(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("contact {code}"))?;
    let contact = contact_of(&asking)?;
    once(&app, &caller, asking, "", move |work, _| {
        let id = parties::add_contact(work, &code, &contact)?;
        // Who it is stays out of the kept answer: answers are not erased.
        Ok(json!({ "id": id.to_string(), "state": "added" }))
    })
    .await
}

/// Changes, ends or erases a contact.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("{verb} {id}"))?;
    let id: ContactId = id_of(&id)?;
    match verb.as_str() {
        "change" => {
            let contact = contact_of(&asking)?;
            once(&app, &caller, asking, "", move |work, _| {
                let id = parties::change_contact(work, id, &contact)?;
                Ok(json!({ "id": id.to_string(), "state": "changed" }))
            })
            .await
        }
        "end" => {
            let on = asking.optional_day("on")?.unwrap_or(app.today());
            once(&app, &caller, asking, "", move |work, _| {
                let id = parties::end_contact(work, id, on)?;
                Ok(json!({ "id": id.to_string(), "state": "ended" }))
            })
            .await
        }
        "erase" => {
            let reason = asking.text("reason")?;
            once(&app, &caller, asking, "", move |work, _| {
                parties::erase_contact(work, id, &reason)?;
                Ok(json!({ "id": id.to_string(), "state": "erased" }))
            })
            .await
        }
        _ => Err(not_found()),
    }
}

fn note_json(note: &Note) -> Json {
    object(vec![
        ("id", json!(note.id.to_string())),
        ("party", json!(note.party)),
        ("on", json!(note.on.to_string())),
        ("text", json!(note.content)),
        (
            "document",
            json!(note.document.as_ref().map(|(_, number)| number)),
        ),
        ("line", json!(note.line.map(|line| line.to_string()))),
        ("corrects", json!(note.corrects.map(|id| id.to_string()))),
        (
            "corrected_by",
            json!(note.corrected_by.map(|id| id.to_string())),
        ),
        ("actor", json!(note.actor)),
        ("recorded_at", json!(note.recorded_at.to_string())),
    ])
}

/// The notes about a party, the latest first.
pub(crate) async fn notes(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        parties::notes(work, &code)
    })
    .await?;
    Ok(page(&found.iter().map(note_json).collect::<Vec<_>>()))
}

/// Keeps a note.
pub(crate) async fn add_note(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("note {code}"))?;
    let line = asking.given("line")?.map(|text| text.parse());
    let new = NewNote {
        party: code,
        content: asking.text("text")?,
        on: asking.optional_day("on")?,
        document: asking.given("document")?,
        line: line
            .transpose()
            .map_err(|_| field("line", "`line` is no id."))?,
        corrects: corrected(&asking)?,
    };
    once(&app, &caller, asking, "", move |work, _| {
        let id = parties::note(work, &new)?;
        Ok(json!({ "id": id.to_string() }))
    })
    .await
}

/// What happened about a party, the latest first.
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        parties::history(work, &code, EVENTS)
    })
    .await?;
    let events = found.iter().map(|event| {
        let amount = event.amount.map(
            |money| json!({ "amount": money.to_string(), "currency": money.currency().code() }),
        );
        object(vec![
            ("at", json!(event.at.to_string())),
            ("on", json!(event.on.map(|day| day.to_string()))),
            ("what", json!(event.what)),
            ("subject", json!(event.subject)),
            ("amount", json!(amount)),
            ("document", json!(event.document.map(|id| id.to_string()))),
            ("actor", json!(event.actor)),
            ("reason", json!(event.reason)),
        ])
    });
    Ok(page(&events.collect::<Vec<_>>()))
}
