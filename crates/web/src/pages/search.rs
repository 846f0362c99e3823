//! Search over parties and documents.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use books::reports::lists::Found;
use maud::html;

use crate::app::{App, read_with};
use crate::html::{Frame, empty, encoded, words};
use crate::pages::{refused, shown};
use crate::session::{Fields, Signed};

/// What was found; the only thing found is opened at once.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    let text = fields.get("q").to_owned();
    let typed = text.clone();
    let found = read_with(&app, &signed.who, move |app, work| {
        app.cache.search(work, &typed)
    })
    .await;
    let found = match found {
        Ok(found) => found,
        Err(failure) => return refused(&signed, failure),
    };
    if let [only] = &found[..] {
        return Redirect::to(&path(only)).into_response();
    }
    let body = html! {
        @if found.is_empty() {
            (empty("Nothing found", "Search by a part of a name, a code, or the beginning of a number."))
        } @else {
            ul { @for one in &found { li {
                a href=(path(one)) {
                    @match one {
                        Found::Party { code, name, .. } => { (code) " " (name) },
                        Found::Document { kind, number, party, .. } => { (words(kind)) " " (number) " " (party) },
                    }
                }
            } } }
        }
    };
    let title = format!("Search: {text}");
    shown(&signed, Ok(Frame::new(&title, "").page(&signed, &body)))
}

fn path(found: &Found) -> String {
    match found {
        Found::Party {
            code, is_customer, ..
        } => {
            let plural = if *is_customer { "customers" } else { "vendors" };
            format!("/{plural}/{}", encoded(code))
        }
        Found::Document { id, .. } => format!("/documents/{id}"),
    }
}
