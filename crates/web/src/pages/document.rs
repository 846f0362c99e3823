//! One document: what it says, what settled it, what it posted.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Outcome, Work};
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::{Frame, Link, encoded, table, words};
use crate::pages::lists::LINE_LINKS;
use crate::pages::{error_page, named, refused, rows_of, shown};
use crate::problem::Told;
use crate::session::Signed;

struct Facts {
    row: Vec<Cell>,
    applications: Page,
    lines: Page,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let facts = read(&app, Door::Html, &signed.who, move |work| load(work, &id)).await;
    match facts {
        Ok(None) => error_page(Some(&signed), &Told::not_found()),
        Ok(Some(facts)) => {
            let list = lists::find("documents").expect("documents are listed");
            let kind = words(&named(list, &facts.row, "kind").to_string());
            let title = format!("{kind} {}", named(list, &facts.row, "number"));
            let page = Frame::new(&title, "/documents").page(&signed, &render(list, &facts));
            shown(&signed, Ok(page))
        }
        Err(failure) => refused(&signed, failure),
    }
}

fn load(work: &mut Work<'_>, id: &str) -> Outcome<Option<Facts>> {
    let list = lists::find("documents").expect("documents are listed");
    let Some(row) = lists::one(work, list, id)? else {
        return Ok(None);
    };
    Ok(Some(Facts {
        row,
        applications: rows_of(work, "applications", &[("document", id)], 200)?.1,
        lines: rows_of(work, "journal-lines", &[("document", id)], 100)?.1,
    }))
}

fn render(list: &lists::List, facts: &Facts) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let lines = lists::find("journal-lines").expect("journal lines are listed");
    html! {
        div.card { dl.facts {
            @for (column, cell) in list.columns.iter().zip(&facts.row) {
                @if *cell != Cell::Empty && !["id", "item_id", "kind", "number"].contains(&column.name) {
                    dt { (words(column.name)) }
                    dd {
                        @if column.name == "party_code" {
                            a href=(format!("/parties/{}", encoded(&cell.to_string()))) { (cell) }
                        } @else if let Cell::Money(money) = cell { (crate::html::sum(*money)) }
                        @else { (words(&cell.to_string())) }
                    }
                }
            }
        } }
        h2 { "Applications" }
        @if facts.applications.rows.is_empty() { p { "Nothing settled it, and it settled nothing." } } @else {
            (table(applications.columns, &facts.applications.rows,
                &["id", "debit_document_id", "credit_document_id"],
                &[
                    Link { shown: "debit_number", by: "debit_document_id", path: "/documents/" },
                    Link { shown: "credit_number", by: "credit_document_id", path: "/documents/" },
                ]))
        }
        h2 { "Journal" }
        @if facts.lines.rows.is_empty() { p { "It posted nothing of its own." } } @else {
            (table(lines.columns, &facts.lines.rows,
                &["id", "entry_id", "document_id", "item_id", "document_number", "party_code"], LINE_LINKS))
        }
    }
}
