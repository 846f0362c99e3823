//! Forms: labelled fields, what was typed in vain, and the error beside its field.

use std::cell::Cell;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::html::sentence;
use crate::pages::error_page;
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// A form that was sent in vain: where to, what was typed, and why it is refused.
pub(crate) struct Tried {
    action: String,
    fields: Fields,
    told: Told,
}

impl Tried {
    /// What a form sent to a path, and why not.
    pub(crate) fn of(action: &str, posted: &Posted, told: impl Into<Told>) -> Tried {
        Tried {
            action: action.to_owned(),
            fields: posted.fields().clone(),
            told: told.into(),
        }
    }

    /// The refusal as a page of its own, where the page of the form is not there any more.
    pub(crate) fn page(&self, signed: &Signed) -> Response {
        error_page(Some(signed), &self.told)
    }

    /// Why it was refused, at the head of a page none of whose larger forms says it.
    pub(crate) fn beyond(&self, forms: &[&str]) -> Markup {
        let is_told = forms.contains(&self.action.as_str());
        html! { @if !is_told { div.refused { (beside(Some(&self.told), "wrong")) } } }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.told.status
    }
}

/// A form of a page; it knows what was tried with it, when it was.
pub(crate) struct Form<'a> {
    tried: Option<&'a Tried>,
    is_told: Cell<bool>,
}

impl<'a> Form<'a> {
    /// The form that is sent to a path.
    pub(crate) fn to(action: &str, tried: Option<&'a Tried>) -> Form<'a> {
        Form {
            tried: tried.filter(|tried| tried.action == action),
            is_told: Cell::new(false),
        }
    }

    /// Was it this form that was sent in vain?
    pub(crate) fn is_tried(&self) -> bool {
        self.tried.is_some()
    }

    /// What stands in a field: what was typed, or what stood there.
    pub(crate) fn value<'b>(&'b self, name: &str, otherwise: &'b str) -> &'b str {
        match self.tried {
            Some(tried) => tried.fields.get(name),
            None => otherwise,
        }
    }

    /// What was typed into one of several fields of one name, counted from zero.
    pub(crate) fn nth(&self, name: &str, place: usize) -> &str {
        let all = self.tried.map(|tried| tried.fields.all(name));
        let typed = all.and_then(|all| all.get(place));
        typed.map_or("", String::as_str)
    }

    /// How many fields of one name were sent.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.tried.map_or(0, |tried| tried.fields.all(name).len())
    }

    /// Why a field is refused.
    fn wrong(&self, name: &str) -> Option<&Told> {
        let told = &self.tried?.told;
        let is_meant = told.field.as_deref() == Some(name);
        is_meant.then(|| {
            self.is_told.set(true);
            told
        })
    }

    /// A labelled field of one line.
    pub(crate) fn input(&self, input: Input<'_>) -> Markup {
        let wrong = self.wrong(input.name);
        let id = format!("wrong-{}", input.name);
        let value = match input.kind {
            "password" => "",
            _ => self.value(input.name, input.value),
        };
        html! {
            label.field {
                span { (input.label) }
                input name=(input.name) value=[(!value.is_empty()).then_some(value)]
                    type=[(!input.kind.is_empty()).then_some(input.kind)]
                    size=[(0 < input.size).then_some(input.size)]
                    inputmode=[input.is_amount.then_some("decimal")]
                    class=[input.is_amount.then_some("number")]
                    maxlength=[(0 < input.longest).then_some(input.longest)]
                    placeholder=[(!input.like.is_empty()).then_some(input.like)]
                    list=[(!input.list.is_empty()).then_some(input.list)]
                    required[input.is_needed]
                    autofocus[wrong.is_some()]
                    aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| id.as_str())];
                (beside(wrong, &id))
            }
        }
    }

    /// A labelled choice of values, each with its words.
    pub(crate) fn choice(
        &self,
        (label, name): (&str, &str),
        options: &[(&str, &str)],
        chosen: &str,
    ) -> Markup {
        let wrong = self.wrong(name);
        let id = format!("wrong-{name}");
        let chosen = self.value(name, chosen);
        html! {
            label.field {
                span { (label) }
                select name=(name) autofocus[wrong.is_some()] aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| id.as_str())] {
                    @for (value, words) in options {
                        option value=(value) selected[*value == chosen] { (words) }
                    }
                }
                (beside(wrong, &id))
            }
        }
    }

    /// A labelled field of several lines.
    pub(crate) fn lines(&self, label: &str, name: &str) -> Markup {
        let wrong = self.wrong(name);
        let id = format!("wrong-{name}");
        html! {
            label.field.grow {
                span { (label) }
                textarea name=(name) required rows="2" cols="40" maxlength="4000"
                    autofocus[wrong.is_some()]
                    aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| id.as_str())] { (self.value(name, "")) }
                (beside(wrong, &id))
            }
        }
    }

    /// Why it was refused, where no field above says it; stands last in the form.
    pub(crate) fn refusal(&self) -> Markup {
        let told = self.tried.map(|tried| &tried.told);
        let told = told.filter(|_| !self.is_told.get());
        html! { @if told.is_some() { p.wrong tabindex="-1" autofocus { (beside(told, "wrong")) } } }
    }
}

/// The message with the id by which its field names it.
pub(crate) fn beside(told: Option<&Told>, id: &str) -> Markup {
    html! { @if let Some(told) = told {
        em.error id=(id) role="alert" {
            (told.message)
            @if let Some(hint) = &told.hint { " " (sentence(hint)) "." }
        }
    } }
}

/// A field of one line: its words, its name, and what it takes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Input<'a> {
    /// What it is called.
    pub(crate) label: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Its type, where it is not plain text.
    pub(crate) kind: &'a str,
    /// What stands there at first.
    pub(crate) value: &'a str,
    /// How many signs are seen.
    pub(crate) size: u8,
    /// The most signs it takes; 0 is many.
    pub(crate) longest: u16,
    /// An example of what is typed.
    pub(crate) like: &'a str,
    /// The id of values to choose from.
    pub(crate) list: &'a str,
    /// Whether it takes an amount.
    pub(crate) is_amount: bool,
    /// Whether it must be filled.
    pub(crate) is_needed: bool,
}

/// A plain field of so many signs.
pub(crate) fn text<'a>(label: &'a str, name: &'a str, size: u8) -> Input<'a> {
    Input {
        label,
        name,
        size,
        ..Input::default()
    }
}

/// A field of an amount.
pub(crate) fn sum_field<'a>(label: &'a str, name: &'a str) -> Input<'a> {
    Input {
        is_amount: true,
        ..text(label, name, 12)
    }
}

/// A field of a day.
pub(crate) fn day_field<'a>(label: &'a str, name: &'a str) -> Input<'a> {
    Input {
        kind: "date",
        ..text(label, name, 0)
    }
}

impl<'a> Input<'a> {
    /// It must be filled.
    pub(crate) fn needed(self) -> Input<'a> {
        Input {
            is_needed: true,
            ..self
        }
    }

    /// What stands there at first.
    pub(crate) fn holding(self, value: &'a str) -> Input<'a> {
        Input { value, ..self }
    }

    /// Of another type.
    pub(crate) fn of_kind(self, kind: &'a str) -> Input<'a> {
        Input { kind, ..self }
    }

    /// With an example.
    pub(crate) fn like(self, like: &'a str) -> Input<'a> {
        Input { like, ..self }
    }

    /// With at most so many signs.
    pub(crate) fn longest(self, longest: u16) -> Input<'a> {
        Input { longest, ..self }
    }
}
