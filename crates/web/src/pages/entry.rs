//! One journal entry with its legs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::Work;
use books::reports::lists;
use maud::html;

use crate::app::App;
use crate::html::{Link, encoded, facts, table};
use crate::pages::lists::LINE_LINKS;
use crate::pages::{Drawn, all_of, named, one_thing, rows_of};
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
    let load = move |work: &mut Work<'_>| {
        let list = lists::find("journal-entries").expect("entries are listed");
        let Some(row) = lists::one(work, list, &id)? else {
            return Ok(None);
        };
        let lines = rows_of(work, "journal-lines", &[("entry", &id)], 500)?;
        Ok(Some((list, row, lines, id)))
    };
    one_thing(&app, &signed, (None, None), load, |found, _| {
        let (list, row, (columns, lines), id) = found;
        Drawn {
            title: format!("Journal entry {}", named(list, row, "number")),
            place: "/journal",
            actions: html! {},
            body: html! {
                div.card { (facts(list.columns, row, &["id", "number"], &[REVERSED])) }
                h2 { "Lines" }
                (table(columns.columns, &lines.rows, &["id", "entry_id", "document_id", "item_id", "posted_on"], LINE_LINKS))
                (all_of(lines, &format!("/journal-lines?entry={}", encoded(id))))
            },
        }
    })
    .await
}
