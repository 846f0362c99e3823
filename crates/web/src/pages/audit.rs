//! The audit log as a file, whole or as a sample that anybody can draw again.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::audit;
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::encoded;
use crate::pages::error_page;
use crate::pages::lists::asked;
use crate::pages::refused;
use crate::pages::reports::{NotAValue, download};
use crate::problem::Told;
use crate::session::Signed;

/// The ways to the files, with the filters of the page.
pub(super) fn files(query: &[(String, String)]) -> Markup {
    let kept = query
        .iter()
        .filter(|(name, value)| name != "after" && !value.is_empty())
        .fold(String::new(), |kept, (name, value)| {
            format!("{kept}{}={}&", encoded(name), encoded(value))
        });
    html! {
        @for suffix in ["xlsx", "csv"] {
            a.button href=(format!("/audit/log.{suffix}?{kept}")) { (suffix.to_uppercase()) }
        }
        a.button href=(format!("/audit/sample.xlsx?{kept}seed=1&size=25")) { "Sample of 25" }
    }
}

/// `log.csv`, `sample.xlsx?seed=7&size=25` and their like.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let (what, suffix) = name.split_once('.').unwrap_or((&name, ""));
    let is_sample = match what {
        "log" => false,
        "sample" => true,
        _ => return error_page(Some(&signed), &Told::not_found()),
    };
    let mut filters = asked(&query).filters;
    let mut number = |name: &'static str, usual: u64| {
        let place = filters
            .iter()
            .position(|(known, _)| is_sample && known == name);
        let Some(place) = place else { return Ok(usual) };
        let (_, text) = filters.remove(place);
        let parsed = text.parse::<u64>();
        parsed.map_err(|_| NotAValue::of(name, &text))
    };
    let (seed, size) = match (number("seed", 1), number("size", 25)) {
        (Ok(seed), Ok(size)) => (seed, usize::try_from(size).unwrap_or(usize::MAX)),
        (Err(wrong), _) | (_, Err(wrong)) => return refused(&signed, wrong.into()),
    };
    let table = read(&app, Door::Html, &signed.who, move |work| {
        if is_sample {
            Ok(audit::sample(work, &filters, seed, size)?.table)
        } else {
            audit::table(work, &filters)
        }
    })
    .await;
    match table {
        Ok(table) => download(&signed, what, &table, suffix),
        Err(failure) => refused(&signed, failure),
    }
}
