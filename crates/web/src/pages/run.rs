//! One run: who committed it when, and what it reported.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::Work;
use books::reports::lists;
use domain::money::{Currency, Money};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::App;
use crate::html::{moment, sum, words};
use crate::pages::{Drawn, named, one_thing};
use crate::session::Signed;

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let load = move |work: &mut Work<'_>| {
        let list = lists::find("runs").expect("runs are listed");
        Ok(lists::one(work, list, &id)?.map(|row| (list, row)))
    };
    one_thing(&app, &signed, (None, None), load, |(list, row), _| {
        let text = |name: &str| named(list, row, name).to_string();
        let report = serde_json::from_str(&text("report")).unwrap_or(Json::Null);
        Drawn {
            title: format!("Run: {}", words(&text("kind"))),
            place: "/runs",
            actions: html! {},
            body: html! {
                div.card { dl.facts {
                    dt { "Counted on" } dd { (text("counted_on")) }
                    dt { "Committed by" } dd { (text("actor")) }
                    dt { "At" } dd { (moment(&text("recorded_at"))) }
                } }
                h2 { "What it reported" }
                @if report.is_null() { p { (text("report")) } } @else { div.card { (told(&report)) } }
            },
        }
    })
    .await
}

/// A report of any run, as names and values.
fn told(report: &Json) -> Markup {
    html! {
        @match report {
            Json::Object(facts) => dl.facts {
                @for (name, value) in facts {
                    dt { (words(if name == "minor_units" { "amount" } else { name })) }
                    dd { @if let Some(sum) = sum_of(name, value) { (sum) } @else { (told(value)) } }
                }
            },
            Json::Array(values) => {
                @if values.is_empty() { "none" }
                @else if let Some(names) = names_of(values) { (rows(&names, values)) }
                @else { ul { @for value in values { li { (told(value)) } } } }
            },
            Json::String(text) => { (text) },
            Json::Null => { "none" },
            Json::Bool(_) | Json::Number(_) => { (report) },
        }
    }
}

/// Minor units under the code of their currency, as a sum.
fn sum_of(name: &str, value: &Json) -> Option<Markup> {
    let currency = Currency::parse(name)?;
    Some(sum(Money::new(value.as_i64()?, currency)))
}

/// The names that all objects of a list have, when it holds nothing but such objects.
fn names_of(values: &[Json]) -> Option<Vec<&str>> {
    let first: Vec<&str> = values
        .first()?
        .as_object()?
        .keys()
        .map(String::as_str)
        .collect();
    let is_alike = |value: &Json| {
        let fields = value.as_object();
        fields.is_some_and(|fields| fields.keys().map(String::as_str).eq(first.iter().copied()))
    };
    (1 < values.len() && values.iter().all(is_alike)).then_some(first)
}

fn rows(names: &[&str], values: &[Json]) -> Markup {
    let is_figure = |name: &&str| values.iter().all(|value| value[*name].is_number());
    let class = |name: &&str| is_figure(name).then_some("number");
    html! { table.plain {
        thead { tr { @for name in names { th class=[class(name)] { (words(name)) } } } }
        tbody { @for value in values { tr {
            @for name in names { td class=[class(name)] { (told(&value[*name])) } }
        } } }
    } }
}
