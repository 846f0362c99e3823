//! One run: who committed it when, and what it reported.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::reports::lists;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::{App, Door, read};
use crate::html::{Frame, words};
use crate::pages::{error_page, named, refused, shown};
use crate::problem::Told;
use crate::session::Signed;

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let found = read(&app, Door::Html, &signed.who, move |work| {
        let list = lists::find("runs").expect("runs are listed");
        Ok(lists::one(work, list, &id)?.map(|row| (list, row)))
    })
    .await;
    let (list, row) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return error_page(Some(&signed), &Told::not_found()),
        Err(failure) => return refused(&signed, failure),
    };
    let text = |name: &str| named(list, &row, name).to_string();
    let report = serde_json::from_str(&text("report")).unwrap_or(Json::Null);
    let body = html! {
        div.card { dl.facts {
            dt { "Counted on" } dd { (text("counted_on")) }
            dt { "Committed by" } dd { (text("actor")) }
            dt { "At" } dd { (text("recorded_at")) }
        } }
        h2 { "What it reported" }
        @if report.is_null() { p { (text("report")) } } @else { div.card { (told(&report)) } }
    };
    let title = format!("Run: {}", words(&text("kind")));
    shown(
        &signed,
        Ok(Frame::new(&title, "/runs").page(&signed, &body)),
    )
}

/// A report of any run, as names and values.
fn told(report: &Json) -> Markup {
    html! {
        @match report {
            Json::Object(facts) => dl.facts {
                @for (name, value) in facts { dt { (words(name)) } dd { (told(value)) } }
            },
            Json::Array(values) => {
                @if values.is_empty() { "none" }
                @else { ul { @for value in values { li { (told(value)) } } } }
            },
            Json::String(text) => { (text) },
            Json::Null => { "none" },
            Json::Bool(_) | Json::Number(_) => { (report) },
        }
    }
}
