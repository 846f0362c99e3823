//! One journal entry with its legs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::reports::lists;
use maud::html;

use crate::app::{App, Door, read};
use crate::html::{Frame, Link, encoded, facts, table};
use crate::pages::lists::LINE_LINKS;
use crate::pages::{all_of, error_page, named, refused, rows_of, shown};
use crate::problem::Told;
use crate::session::Signed;

/// The way to the entry that this one reverses.
const REVERSED: Link<'_> = Link {
    shown: "reverses",
    by: "reverses",
    path: "/journal/",
};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let found = read(&app, Door::Html, &signed.who, move |work| {
        let list = lists::find("journal-entries").expect("entries are listed");
        let Some(row) = lists::one(work, list, &id)? else {
            return Ok(None);
        };
        let lines = rows_of(work, "journal-lines", &[("entry", &id)], 500)?;
        Ok(Some((list, row, lines, id)))
    })
    .await;
    let (list, row, (columns, lines), id) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return error_page(Some(&signed), &Told::not_found()),
        Err(failure) => return refused(&signed, failure),
    };
    let title = format!("Journal entry {}", named(list, &row, "number"));
    let body = html! {
        div.card { (facts(list.columns, &row, &["id", "number"], &[REVERSED])) }
        h2 { "Lines" }
        (table(columns.columns, &lines.rows, &["id", "entry_id", "document_id", "item_id", "posted_on"], LINE_LINKS))
        (all_of(&lines, &format!("/journal-lines?entry={}", encoded(&id))))
    };
    shown(
        &signed,
        Ok(Frame::new(&title, "/journal").page(&signed, &body)),
    )
}
