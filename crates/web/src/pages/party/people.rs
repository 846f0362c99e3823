//! Whom to talk to at a party, and what is noted about it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::parties::{self, Kept, NewNote, Note};
use books::{Failure, Outcome};
use domain::calendar::Date;
use domain::ids::{ContactId, NoteId};
use domain::parties::{Contact, Task, Way};
use maud::{Markup, html};

use crate::app::{App, Door, write};
use crate::html::{csrf, encoded, words};
use crate::pages::reports::NotAValue;
use crate::pages::{done, refused};
use crate::session::{Posted, Signed};

/// Contacts that hold, with a form to add somebody.
pub(super) fn contacts(all: &[Kept], code: &str, may_keep: bool, signed: &Signed) -> Markup {
    let mark = signed.csrf();
    html! {
        h2 #contacts { "Contacts" }
        @if all.is_empty() { p { "Nobody yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Contacts" { table {
                thead { tr { th { "Name" } th { "Role" } th { "E-mail" } th { "Telephone" }
                    th { "Language" } th { "Prefers" } th { "Until" } @if may_keep { th { "" } } } }
                tbody { @for kept in all { @if let Some(who) = &kept.contact { tr {
                    td { (who.name) } td { (words(who.task.code())) }
                    td { @if !who.email.is_empty() {
                        a href=(format!("mailto:{}", who.email)) { (who.email) } } }
                    td { (who.telephone) } td { (who.language) }
                    td { (who.preferred.map_or("", Way::code)) }
                    td { @if let Some(until) = who.valid_until { (until) } }
                    @if may_keep { td { (acts(kept, code, &mark)) } }
                } } } }
            } }
        }
        @if may_keep { details { summary { "Add somebody" } (form(code, &mark)) } }
    }
}

/// What can be done with a contact.
fn acts(kept: &Kept, code: &str, mark: &str) -> Markup {
    let to = |verb: &str| format!("/contacts/{}/{verb}", kept.id);
    html! {
        details { summary { "End or erase" }
            form.inline method="post" action=(to("end")) {
                (csrf(mark)) input type="hidden" name="party" value=(code);
                label.field { span { "Last day" } input type="date" name="on"; }
                button { "End" }
            }
            form.inline method="post" action=(to("erase")) {
                (csrf(mark)) input type="hidden" name="party" value=(code);
                label.field { span { "Reason, without their name" } input name="reason" required; }
                button { "Erase" }
            }
        }
    }
}

fn form(code: &str, mark: &str) -> Markup {
    html! {
        form.inline method="post" action=(format!("/parties/{}/contacts", encoded(code))) {
            (csrf(mark))
            label.field { span { "Name" } input name="name" required size="20"; }
            label.field { span { "Role" } select name="role" {
                @for (word, _) in Task::ALL { option value=(word) { (words(word)) } }
            } }
            label.field { span { "E-mail" } input name="email" type="email" size="22"; }
            label.field { span { "Telephone" } input name="telephone" type="tel" size="16"; }
            label.field { span { "Language" } input name="language" size="5" maxlength="12"; }
            label.field { span { "Prefers" } select name="preferred" {
                option value="" { "" }
                @for (word, _) in Way::ALL { option value=(word) { (words(word)) } }
            } }
            label.field { span { "From" } input type="date" name="valid_from"; }
            label.field { span { "Until" } input type="date" name="valid_until"; }
            button { "Add" }
        }
    }
}

/// Notes, the latest first, with a form to write one.
pub(super) fn notes(all: &[Note], code: &str, signed: &Signed) -> Markup {
    html! {
        h2 #notes { "Notes" }
        @if all.is_empty() { p { "None yet." } }
        @for note in all {
            div.proposal id=(note.id) {
                p { @if note.corrected_by.is_some() { s { (note.content) } } @else { (note.content) } }
                p { small {
                    (note.on) ", " (note.actor)
                    @if let Some((id, number)) = &note.document {
                        ", on " a href=(format!("/documents/{id}")) { (number) }
                    }
                    @if let Some(line) = note.line {
                        ", on " a href=(format!("/cash?show=all&line={line}")) { "a bank line" }
                    }
                    @if let Some(id) = note.corrected_by { ", " a href=(format!("#{id}")) { "corrected" } }
                    @if let Some(id) = note.corrects { ", corrects " a href=(format!("#{id}")) { "an earlier one" } }
                } }
            }
        }
        form.inline method="post" action=(format!("/parties/{}/notes", encoded(code))) {
            (csrf(&signed.csrf()))
            label.field { span { "Note" } textarea name="text" required rows="2" cols="50" {} }
            label.field { span { "Document" } input name="document" size="12"; }
            label.field { span { "Corrects" } select name="corrects" {
                option value="" { "" }
                @for note in all.iter().filter(|note| note.corrected_by.is_none()).take(20) {
                    option value=(note.id) { (note.on) " " (note.content.chars().take(30).collect::<String>()) }
                }
            } }
            button { "Keep the note" }
        }
    }
}

fn day(posted: &Posted, name: &'static str) -> Outcome<Option<Date>> {
    match posted.get(name) {
        "" => Ok(None),
        text => {
            let day = text.parse().map(Some);
            Ok(day.map_err(|_| NotAValue::of(name, text))?)
        }
    }
}

fn contact_of(posted: &Posted) -> Outcome<Contact> {
    let wrong = |name: &'static str| Failure::from(NotAValue::of(name, posted.get(name)));
    let text = |name: &str| posted.get(name).trim().to_owned();
    Ok(Contact {
        name: text("name"),
        task: Task::parse(posted.get("role")).ok_or_else(|| wrong("role"))?,
        email: text("email"),
        telephone: text("telephone"),
        language: text("language"),
        preferred: match posted.get("preferred") {
            "" => None,
            word => Some(Way::parse(word).ok_or_else(|| wrong("preferred"))?),
        },
        valid_from: day(posted, "valid_from")?,
        valid_until: day(posted, "valid_until")?,
    })
}

/// Adds somebody.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let back = format!("/parties/{}", encoded(&code));
    let added = write(&app, Door::Html, &signed.who, "", move |work| {
        parties::add_contact(work, &code, &contact_of(&posted)?)
    })
    .await;
    match added {
        Ok(_) => done(&back, "The contact is kept."),
        Err(failure) => refused(&signed, failure),
    }
}

/// Ends or erases a contact.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let back = format!("/parties/{}", encoded(posted.get("party")));
    let today = app.today();
    let acted = write(&app, Door::Html, &signed.who, "", move |work| {
        let id: ContactId = id.parse().map_err(|_| NotAValue::of("id", &id))?;
        match verb.as_str() {
            "end" => {
                let on = day(&posted, "on")?.unwrap_or(today);
                parties::end_contact(work, id, on).map(|_| "The contact is ended.")
            }
            "erase" => parties::erase_contact(work, id, posted.get("reason"))
                .map(|()| "Who it was is erased."),
            _ => Err(NotAValue::of("verb", &verb).into()),
        }
    })
    .await;
    match acted {
        Ok(told) => done(&back, told),
        Err(failure) => refused(&signed, failure),
    }
}

/// Keeps a note.
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let back = format!("/parties/{}", encoded(&code));
    let kept = write(&app, Door::Html, &signed.who, "", move |work| {
        let corrects = match posted.get("corrects") {
            "" => None,
            text => {
                let id = text.parse::<NoteId>();
                Some(id.map_err(|_| NotAValue::of("corrects", text))?)
            }
        };
        let document = posted.get("document").trim();
        let new = NewNote {
            party: code.clone(),
            content: posted.get("text").to_owned(),
            on: None,
            document: (!document.is_empty()).then(|| document.to_owned()),
            line: None,
            corrects,
        };
        parties::note(work, &new)
    })
    .await;
    match kept {
        Ok(_) => done(&back, "The note is kept."),
        Err(failure) => refused(&signed, failure),
    }
}
