//! Whom to talk to at a party, and what is noted about it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::parties::{self, Kept, NewNote, Note};
use domain::calendar::Date;
use domain::ids::ContactId;
use domain::parties::{Contact, Task, Way};
use maud::{Markup, html};

use super::{At, again};
use crate::app::{App, Door, write};
use crate::html::{Form, Tried, csrf, encoded, form, moment, words};
use crate::pages::done;
use crate::pages::reports::NotAValue;
use crate::session::Posted;

/// Contacts that hold, with a form to add somebody.
pub(super) fn contacts(all: &[Kept], code: &str, may_keep: bool, at: &At<'_>) -> Markup {
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
                    td { (words(who.preferred.map_or("", Way::code))) }
                    td.date { @if let Some(until) = who.valid_until { (until) } }
                    @if may_keep { td { (acts(kept, who, code, at)) } }
                } } } }
            } }
        }
        @if may_keep {
            @let to = format!("/parties/{}/contacts", encoded(code));
            @let form = Form::to(&to, at.tried);
            details open[form.is_tried()] {
                summary { "Add somebody" }
                form.inline method="post" action=(to) {
                    (csrf(at.mark)) (fields(&form, None)) button { "Add" } (form.refusal())
                }
            }
        }
    }
}

/// What can be done with a contact.
fn acts(kept: &Kept, who: &Contact, code: &str, at: &At<'_>) -> Markup {
    let to = |verb: &str| format!("/contacts/{}/{verb}", kept.id);
    let [change, end, erase] = ["change", "end", "erase"].map(to);
    let forms = [&change, &end, &erase].map(|to| Form::to(to, at.tried));
    let [changed, ended, erased] = &forms;
    let hidden = html! { (csrf(at.mark)) input type="hidden" name="party" value=(code); };
    html! {
        details open[forms.iter().any(Form::is_tried)] {
            summary aria-label=(format!("Change, end or erase {}", who.name)) { "Change" }
            form.inline method="post" action=(change) {
                (hidden) (fields(changed, Some(who))) button { "Change" } (changed.refusal())
            }
            form.inline method="post" action=(end) {
                (hidden) (ended.input(form::day_field("Last day, today when empty", "on")))
                button { "End" } (ended.refusal())
            }
            form.inline method="post" action=(erase) {
                (hidden) (erased.input(form::text("Reason, without their name", "reason", 24).needed()))
                button { "Erase" } (erased.refusal())
            }
        }
    }
}

/// The fields of a contact, begun with one that stands.
fn fields(form: &Form<'_>, who: Option<&Contact>) -> Markup {
    let text = |of: fn(&Contact) -> &str| who.map(of).unwrap_or_default();
    let day = |of: fn(&Contact) -> Option<Date>| {
        let day = who.and_then(of);
        day.map(|day| day.to_string()).unwrap_or_default()
    };
    let (from, until) = (day(|who| who.valid_from), day(|who| who.valid_until));
    let tasks: Vec<(&str, String)> = Task::ALL
        .iter()
        .map(|(word, _)| (*word, words(word)))
        .collect();
    let tasks: Vec<(&str, &str)> = tasks
        .iter()
        .map(|(word, shown)| (*word, &**shown))
        .collect();
    let ways = [
        ("", ""),
        ("email", "E-mail"),
        ("telephone", "Telephone"),
        ("post", "Post"),
    ];
    let task = who.map_or("accounts_payable", |who| who.task.code());
    let way = who.and_then(|who| who.preferred).map_or("", Way::code);
    html! {
        (form.input(form::text("Name", "name", 20).needed().holding(text(|who| &who.name))))
        (form.choice(("Role", "role"), &tasks, task))
        (form.input(form::text("E-mail", "email", 22).of_kind("email").holding(text(|who| &who.email))))
        (form.input(form::text("Telephone", "telephone", 16).of_kind("tel").holding(text(|who| &who.telephone))))
        (form.input(form::text("Language", "language", 5).longest(12).like("de").holding(text(|who| &who.language))))
        (form.choice(("Prefers", "preferred"), &ways, way))
        (form.input(form::day_field("From", "valid_from").holding(&from)))
        (form.input(form::day_field("Until", "valid_until").holding(&until)))
    }
}

/// Notes, the latest first, with a form to write one.
pub(super) fn notes(all: &[Note], code: &str, may_note: bool, at: &At<'_>) -> Markup {
    html! {
        h2 #notes { "Notes" }
        @if all.is_empty() { p { "None yet." } }
        @for note in all {
            div.note id=(note.id) {
                p { @if note.corrected_by.is_some() { s { (note.content) } } @else { (note.content) } }
                p { small {
                    (note.actor) ", " (moment(&note.recorded_at.to_string()))
                    @if note.on.to_string() != day_of(note) { ", about " (note.on) }
                    @if let Some((id, number)) = &note.document {
                        ", on " a href=(format!("/documents/{id}")) { (number) }
                    }
                    @if let Some(line) = note.line {
                        ", on " a href=(format!("/cash?line={line}")) { "a bank line" }
                    }
                    @if let Some(id) = note.corrected_by { ", " a href=(format!("#{id}")) { "corrected" } }
                    @if let Some(id) = note.corrects { ", corrects " a href=(format!("#{id}")) { "an earlier one" } }
                } }
            }
        }
        @if may_note { (note_form(all, code, at)) }
    }
}

fn day_of(note: &Note) -> String {
    note.recorded_at.to_string().chars().take(10).collect()
}

fn note_form(all: &[Note], code: &str, at: &At<'_>) -> Markup {
    let to = format!("/parties/{}/notes", encoded(code));
    let form = Form::to(&to, at.tried);
    let ours = |note: &&Note| note.corrected_by.is_none() && note.party == code;
    let known: Vec<(String, String)> = all
        .iter()
        .filter(ours)
        .take(20)
        .map(|note| {
            let begin: String = note.content.chars().take(30).collect();
            (note.id.to_string(), format!("{} {begin}", note.on))
        })
        .collect();
    let mut options = vec![("", "")];
    options.extend(known.iter().map(|(id, words)| (&**id, &**words)));
    html! {
        form.inline method="post" action=(to) {
            (csrf(at.mark))
            (form.lines("Note", "text"))
            (form.input(form::text("Document", "document", 12)))
            @if 1 < options.len() { (form.choice(("Corrects", "corrects"), &options, "")) }
            button { "Keep the note" }
            (form.refusal())
        }
    }
}

fn day(posted: &Posted, name: &'static str) -> Result<Option<Date>, NotAValue> {
    match posted.get(name) {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| NotAValue::of(name, text)),
    }
}

fn contact_of(posted: &Posted) -> Result<Contact, NotAValue> {
    let wrong = |name: &'static str| NotAValue::of(name, posted.get(name));
    let text = |name: &str| posted.get(name).to_owned();
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
    let action = format!("/parties/{}/contacts", encoded(&code));
    let contact = contact_of(&posted);
    let key = code.clone();
    let added = write(
        &app,
        Door::Html,
        &signed.who,
        "",
        move |work| match &contact {
            Ok(contact) => parties::add_contact(work, &key, contact),
            Err(wrong) => Err(wrong.clone().into()),
        },
    )
    .await;
    let back = format!("/parties/{}#contacts", encoded(&code));
    match added {
        Ok(_) => done(&back, "The contact is saved."),
        Err(failure) => again(&app, &signed, &code, Tried::of(&action, &posted, failure)).await,
    }
}

/// Changes, ends or erases a contact.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let code = posted.get("party").to_owned();
    let action = format!("/contacts/{id}/{verb}");
    let wanted = Wanted::of(&id, &verb, &posted, app.today());
    let acted = write(
        &app,
        Door::Html,
        &signed.who,
        "",
        move |work| match &wanted {
            Err(wrong) => Err(wrong.clone().into()),
            Ok(Wanted::Change(id, contact)) => {
                parties::change_contact(work, *id, contact).map(|_| "The contact is changed.")
            }
            Ok(Wanted::End(id, on)) => {
                parties::end_contact(work, *id, *on).map(|_| "The contact is ended.")
            }
            Ok(Wanted::Erase(id, reason)) => {
                parties::erase_contact(work, *id, reason).map(|()| "The personal data is erased.")
            }
        },
    )
    .await;
    let back = format!("/parties/{}#contacts", encoded(&code));
    match acted {
        Ok(told) => done(&back, told),
        Err(failure) => again(&app, &signed, &code, Tried::of(&action, &posted, failure)).await,
    }
}

/// What is to become of a contact.
enum Wanted {
    Change(ContactId, Box<Contact>),
    End(ContactId, Date),
    Erase(ContactId, String),
}

impl Wanted {
    fn of(id: &str, verb: &str, posted: &Posted, today: Date) -> Result<Wanted, NotAValue> {
        let id: ContactId = id.parse().map_err(|_| NotAValue::of("id", id))?;
        Ok(match verb {
            "change" => Wanted::Change(id, Box::new(contact_of(posted)?)),
            "end" => Wanted::End(id, day(posted, "on")?.unwrap_or(today)),
            "erase" => Wanted::Erase(id, posted.get("reason").to_owned()),
            _ => return Err(NotAValue::of("verb", verb)),
        })
    }
}

/// Keeps a note.
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let action = format!("/parties/{}/notes", encoded(&code));
    let document = posted.get("document");
    let corrects = match posted.get("corrects") {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| NotAValue::of("corrects", text)),
    };
    let new = corrects.map(|corrects| NewNote {
        party: code.clone(),
        content: posted.get("text").to_owned(),
        on: None,
        document: (!document.is_empty()).then(|| document.to_owned()),
        line: None,
        corrects,
    });
    let kept = write(&app, Door::Html, &signed.who, "", move |work| match &new {
        Ok(new) => parties::note(work, new),
        Err(wrong) => Err(wrong.clone().into()),
    })
    .await;
    let back = format!("/parties/{}#notes", encoded(&code));
    match kept {
        Ok(_) => done(&back, "The note is kept."),
        Err(failure) => again(&app, &signed, &code, Tried::of(&action, &posted, failure)).await,
    }
}
