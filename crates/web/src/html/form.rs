//! Forms: labelled fields, what was typed in vain, and the error beside its field.

use std::cell;
use std::fmt;

use axum::http::StatusCode;
use axum::response::Response;
use domain::refusal::Refusal;
use maud::{Markup, html};

use crate::html::{Ahead, sentence};
use crate::pages::error_page;
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// A form that was sent in vain: where to, what was typed, and why it is refused.
pub(crate) struct Tried {
    action: String,
    fields: Fields,
    /// None where it was only looked at.
    told: Option<Told>,
    /// What it would do, where that was asked.
    ahead: Option<Ahead>,
}

impl Tried {
    /// What a form sent to a path, and why not.
    pub(crate) fn of(action: &str, posted: &Posted, told: impl Into<Told>) -> Tried {
        Tried {
            action: action.to_owned(),
            fields: posted.fields().clone(),
            told: Some(told.into()),
            ahead: None,
        }
    }

    /// The same of a form with a file.
    pub(crate) fn of_fields(action: &str, fields: &Fields, told: impl Into<Told>) -> Tried {
        Tried {
            action: action.to_owned(),
            fields: fields.clone(),
            told: Some(told.into()),
            ahead: None,
        }
    }

    /// What a form sent to a path that was only looked at.
    pub(crate) fn kept(action: &str, posted: &Posted) -> Tried {
        Tried {
            action: action.to_owned(),
            fields: posted.fields().clone(),
            told: None,
            ahead: None,
        }
    }

    /// What a form sent to a path that was only looked at, and what it would do.
    pub(crate) fn looked(action: &str, posted: &Posted, ahead: Ahead) -> Tried {
        Tried {
            ahead: Some(ahead),
            ..Tried::kept(action, posted)
        }
    }

    /// The same, with so many more rows, told by a field that each row has.
    pub(crate) fn with_more(action: &str, posted: &Posted, name: &str, more: usize) -> Tried {
        let mut tried = Tried::kept(action, posted);
        tried.fields.add_empty(name, more);
        tried
    }

    /// The refusal as a page of its own, where the page of the form is not there any more.
    pub(crate) fn page(&self, signed: &Signed) -> Response {
        match &self.told {
            Some(told) => error_page(Some(signed), told),
            None => error_page(Some(signed), &Told::not_found()),
        }
    }

    /// Why it was refused, at the head of a page none of whose larger forms says it.
    pub(crate) fn beyond(&self, forms: &[&str]) -> Markup {
        let is_told = forms.contains(&self.action.as_str());
        html! { @if !is_told && self.told.is_some() { div.refused { (beside(self.told.as_ref(), "wrong")) } } }
    }

    /// A page, and above it why it was refused where no form of the page tells it.
    pub(crate) fn over(tried: Option<&Tried>, body: Markup) -> Markup {
        match tried {
            Some(tried) if !body.0.contains("<em class=\"error\"") => html! {
                (tried.beyond(&[]))
                (body)
            },
            _ => body,
        }
    }

    /// What was sent in a field.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        let told = self.told.as_ref();
        told.map_or(StatusCode::OK, |told| told.status)
    }
}

/// A form of a page; it knows what was tried with it, when it was.
pub(crate) struct Form<'a> {
    tried: Option<&'a Tried>,
    is_told: cell::Cell<bool>,
}

impl<'a> Form<'a> {
    /// The form that is sent to a path.
    pub(crate) fn to(action: &str, tried: Option<&'a Tried>) -> Form<'a> {
        Form {
            tried: tried.filter(|tried| tried.action == action),
            is_told: cell::Cell::new(false),
        }
    }

    /// One of several forms that are sent to the same path: the one whose hidden field has this
    /// value.
    pub(crate) fn about(
        action: &str,
        (name, value): (&str, &str),
        tried: Option<&'a Tried>,
    ) -> Form<'a> {
        Form::to(
            action,
            tried.filter(|tried| tried.fields.get(name) == value),
        )
    }

    /// What it would do, where that was asked.
    pub(crate) fn ahead(&self) -> Option<&'a Ahead> {
        self.tried?.ahead.as_ref()
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
        self.tried.map_or("", |tried| tried.fields.nth(name, place))
    }

    /// How many fields of one name were sent.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.tried.map_or(0, |tried| tried.fields.all(name).len())
    }

    /// Why a field is refused.
    fn wrong(&self, name: &str) -> Option<&Told> {
        let told = self.tried?.told.as_ref()?;
        let is_meant = told.field.as_deref() == Some(name);
        is_meant.then(|| {
            self.is_told.set(true);
            told
        })
    }

    /// A field of a table of rows, counted from zero, with its error below it.
    pub(crate) fn cell(&self, (name, row): (&str, usize), cell: Cell<'_>) -> Markup {
        let is_row = self.tried.and_then(|tried| tried.told.as_ref()?.place) == Some(row + 1);
        let wrong = if is_row { self.wrong(name) } else { None };
        let id = format!("wrong-{name}-{}", row + 1);
        let value = self.nth(name, row);
        html! {
            input name=(name) value=[(!value.is_empty()).then_some(value)] size=(cell.size)
                aria-label=(cell.label)
                list=[(!cell.list.is_empty()).then_some(cell.list)]
                inputmode=[cell.is_number.then_some("decimal")]
                class=[cell.is_number.then_some("number")]
                autofocus[wrong.is_some()]
                aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[wrong.map(|_| id.as_str())];
            (beside(wrong, &id))
        }
    }

    /// Why a group of fields is refused, below it.
    pub(crate) fn of_group(&self, name: &str) -> Markup {
        let wrong = self.wrong(name);
        html! { @if wrong.is_some() { p.wrong { (beside(wrong, &format!("wrong-{name}"))) } } }
    }

    /// Which of the fields of one name had this value, counted from zero.
    pub(crate) fn place_of(&self, name: &str, value: &str) -> Option<usize> {
        let all = self.tried?.fields.all(name);
        all.iter().position(|sent| sent == value)
    }

    /// Is one of the fields of a name filled?
    pub(crate) fn is_filled(&self, name: &str) -> bool {
        let all = self.tried.map(|tried| tried.fields.all(name));
        all.is_some_and(|all| all.iter().any(|sent| !sent.trim().is_empty()))
    }

    /// A labelled field of a file.
    pub(crate) fn file(&self, label: &str, name: &str) -> Markup {
        let wrong = self.wrong(name);
        let id = format!("wrong-{name}");
        html! {
            label.field {
                span { (label) }
                input type="file" name=(name) required autofocus[wrong.is_some()]
                    aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| id.as_str())];
                (beside(wrong, &id))
            }
        }
    }

    /// Is a box ticked?
    pub(crate) fn is_ticked(&self, name: &str, value: &str) -> bool {
        self.tried
            .is_some_and(|tried| tried.fields.all(name).iter().any(|sent| sent == value))
    }

    /// A labelled field of one line.
    pub(crate) fn input(&self, input: Input<'_>) -> Markup {
        let wrong = self.wrong(input.name);
        let id = format!("wrong-{}", input.name);
        let value = if input.is_secret || input.kind == "password" {
            ""
        } else {
            self.value(input.name, input.value)
        };
        html! {
            label.field {
                span { (input.label) }
                input name=(input.name) value=[(!value.is_empty()).then_some(value)]
                    type=[(!input.kind.is_empty()).then_some(input.kind)]
                    size=[(0 < input.size).then_some(input.size)]
                    inputmode=[(!input.keys.is_empty()).then_some(input.keys)]
                    autocomplete=[(!input.fills.is_empty()).then_some(input.fills)]
                    class=[(input.keys == "decimal").then_some("number")]
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

    /// Boxes to tick under one name: value, words, what it is for, and whether it is ticked.
    pub(crate) fn boxes(
        &self,
        (legend, name): (&str, &str),
        boxes: &[(&str, &str, &str, bool)],
    ) -> Markup {
        let wrong = self.wrong(name);
        let id = format!("wrong-{name}");
        let is_ticked = |value: &str, otherwise: bool| match self.tried {
            Some(tried) => tried.fields.all(name).iter().any(|sent| sent == value),
            None => otherwise,
        };
        html! {
            fieldset aria-describedby=[wrong.map(|_| id.as_str())] {
                legend { (legend) }
                @for (value, words, about, ticked) in boxes {
                    label.check title=[(!about.is_empty()).then_some(about)] {
                        input type="checkbox" name=(name) value=(value) checked[is_ticked(value, *ticked)];
                        " " (words)
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
        let told = self.tried.and_then(|tried| tried.told.as_ref());
        let told = told.filter(|_| !self.is_told.get());
        html! { @if told.is_some() { p.wrong tabindex="-1" autofocus { (beside(told, "wrong")) } } }
    }
}

/// A field of a table of rows: its words, how many signs are seen, and what it takes.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// What it is called, its row included.
    pub(crate) label: &'a str,
    /// How many signs are seen.
    pub(crate) size: u8,
    /// Whether it takes a number.
    pub(crate) is_number: bool,
    /// The id of values to choose from.
    pub(crate) list: &'a str,
}

/// A row that cannot be read.
#[derive(Debug)]
pub(crate) struct InRow {
    field: &'static str,
    place: usize,
    problem: String,
}

impl InRow {
    /// The field of a row, counted from zero, and what is wrong with it.
    pub(crate) fn of(field: &'static str, row: usize, problem: String) -> InRow {
        InRow {
            field,
            place: row + 1,
            problem,
        }
    }
}

impl fmt::Display for InRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.", self.problem)
    }
}

impl Refusal for InRow {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        Some("write it like 500.00".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some(self.field)
    }

    fn place(&self) -> Option<usize> {
        Some(self.place)
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
    /// Which keys a telephone shows: `decimal` for amounts, `numeric` for whole numbers.
    pub(crate) keys: &'a str,
    /// What a browser may fill in there.
    pub(crate) fills: &'a str,
    /// Whether what was typed is not shown again.
    pub(crate) is_secret: bool,
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
        keys: "decimal",
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

/// A field of a whole number.
pub(crate) fn count_field<'a>(label: &'a str, name: &'a str) -> Input<'a> {
    Input {
        keys: "numeric",
        ..text(label, name, 4)
    }
}

impl<'a> Input<'a> {
    /// What a browser may fill in there.
    pub(crate) fn filled_with(self, fills: &'a str) -> Input<'a> {
        Input { fills, ..self }
    }

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
