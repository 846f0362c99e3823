//! Notes on a bank line: what people found out about it, with who and when, and a form to add one.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::line::{Shown, list, refused, text, why_not};
use crate::html::{csrf, encoded, moment};

/// The notes, the latest first, and the form.
pub(super) fn notes(shown: &Shown<'_>, party: &str) -> Markup {
    let all = list(shown.facts, "notes");
    html! {
        @if shown.may_note || !all.is_empty() { h2 #notes { "Notes" } }
        @for note in all { (one(note)) }
        @if shown.may_note { (form(shown, all, party)) }
    }
}

fn one(note: &Json) -> Markup {
    let is_corrected = !text(note, "corrected_by").is_empty();
    let party = text(note, "party");
    html! {
        div.note id=(text(note, "id")) {
            p { @if is_corrected { s { (text(note, "text")) } } @else { (text(note, "text")) } }
            p { small {
                (text(note, "actor")) ", " (moment(text(note, "recorded_at")))
                @if !party.is_empty() {
                    ", about " a href=(format!("/parties/{}", encoded(party))) { (party) }
                }
                @if is_corrected { ", " a href=(format!("#{}", text(note, "corrected_by"))) { "corrected" } }
                @if !text(note, "corrects").is_empty() { ", a correction" }
            } }
        }
    }
}

fn form(shown: &Shown<'_>, all: &[Json], party: &str) -> Markup {
    let tried = refused(shown, "note");
    let (content, party) = match tried {
        Some(tried) => (tried.note.as_str(), tried.party.as_str()),
        None => ("", party),
    };
    let blamed = tried.and_then(|tried| tried.told.as_ref()?.field.as_deref());
    let is_wrong = |name: &str| (blamed == Some(name)).then_some("true");
    html! {
        form.inline method="post" action=(format!("/cash/{}/note", encoded(shown.name))) {
            (csrf(shown.mark))
            label.field.grow { span { "Note " kbd { "n" } }
                textarea name="text" required rows="2" cols="40" maxlength="4000" data-key="n"
                    aria-invalid=[is_wrong("text")] { (content) }
            }
            label.field { span { "About, nobody when empty" }
                input name="party" value=(party) size="12" aria-invalid=[is_wrong("party")];
            }
            @if !all.is_empty() {
                label.field { span { "Corrects" } select name="corrects" {
                    option value="" { "" }
                    @for note in all.iter().filter(|note| text(note, "corrected_by").is_empty()) {
                        option value=(text(note, "id")) {
                            (moment(text(note, "recorded_at"))) " "
                            (text(note, "text").chars().take(30).collect::<String>())
                        }
                    }
                } }
            }
            button { "Keep the note" }
        }
        @if let Some(tried) = tried { (why_not(tried)) }
    }
}
