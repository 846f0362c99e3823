//! One document: what it says, what settled it, what it posted.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Outcome, Work};
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::{Frame, Link, csrf, encoded, table, words};
use crate::pages::approvals::ask_form;
use crate::pages::lists::LINE_LINKS;
use crate::pages::{all_of, error_page, named, refused, rows_of, shown};
use crate::problem::Told;
use crate::session::{Fields, Signed};

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
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let facts = read(&app, Door::Html, &signed.who, move |work| load(work, &id)).await;
    match facts {
        Ok(None) => error_page(Some(&signed), &Told::not_found()),
        Ok(Some(facts)) => {
            let list = lists::find("documents").expect("documents are listed");
            let kind = words(&named(list, &facts.row, "kind").to_string());
            let title = format!("{kind} {}", named(list, &facts.row, "number"));
            let frame = Frame {
                told,
                ..Frame::new(&title, "/documents")
            };
            let page = frame.page(&signed, &render(list, &facts, &signed));
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

/// What can be asked for about a document that is open.
fn asks(list: &lists::List, facts: &Facts, signed: &Signed) -> Markup {
    let text = |name: &str| named(list, &facts.row, name).to_string();
    let is_open = matches!(named(list, &facts.row, "open"), Cell::Money(open) if !open.is_zero());
    let (item, back) = (text("item_id"), format!("/documents/{}", text("id")));
    let currency = match named(list, &facts.row, "gross") {
        Cell::Money(gross) => gross.currency().code().to_owned(),
        _ => String::new(),
    };
    let hidden = [
        ("item", item.as_str()),
        ("back", &back),
        ("currency", &currency),
    ];
    let amount = html! {
        label.field { span { "Amount, all when empty" } input name="amount" inputmode="decimal" size="10"; }
    };
    let bank = html! {
        (amount)
        label.field { span { "From bank account" } input name="bank_account" required size="8"; }
    };
    let kind = text("kind");
    html! {
        @if is_open && ["invoice", "debit_memo", "bill"].contains(&kind.as_str()) {
            h2 { "Give up what is open" }
            (ask_form("write_off", "Ask for the write-off", &hidden, &amount, signed))
        }
        @if is_open && ["receipt", "credit_memo", "transfer_in"].contains(&kind.as_str())
            && !text("party_code").is_empty() {
            h2 { "Pay the credit out" }
            (ask_form("refund", "Ask for the refund", &hidden, &bank, signed))
        }
    }
}

/// Applications that stand, each with the way to take it back.
fn taken_back(facts: &Facts, signed: &Signed) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let text = |row: &[Cell], name: &str| named(applications, row, name).to_string();
    let documents = lists::find("documents").expect("documents are listed");
    let back = format!("/documents/{}", named(documents, &facts.row, "id"));
    let stands =
        |row: &&Vec<Cell>| text(row, "undoes").is_empty() && text(row, "undone_by").is_empty();
    let standing: Vec<&Vec<Cell>> = facts.applications.rows.iter().filter(stands).collect();
    html! {
        @if !standing.is_empty() {
            details { summary { "Take an application back" }
                @for row in standing {
                    form.inline method="post" action=(format!("/applications/{}/undo", text(row, "id"))) {
                        (csrf(&signed.csrf()))
                        input type="hidden" name="back" value=(back);
                        label.field { span { (text(row, "debit_number")) " with " (text(row, "credit_number")) }
                            input name="reason" required placeholder="Reason" size="28"; }
                        button { "Take back" }
                    }
                }
            }
        }
    }
}

fn render(list: &lists::List, facts: &Facts, signed: &Signed) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let lines = lists::find("journal-lines").expect("journal lines are listed");
    let id = encoded(&named(list, &facts.row, "id").to_string());
    html! {
        div.card { dl.facts {
            @for (column, cell) in list.columns.iter().zip(&facts.row) {
                @if *cell != Cell::Empty && !["id", "item_id", "kind", "number"].contains(&column.name) {
                    dt { (words(column.name)) }
                    dd {
                        @if column.name == "party_code" {
                            a href=(format!("/parties/{}", encoded(&cell.to_string()))) { (cell) }
                        } @else if let Cell::Money(money) = cell { (crate::html::sum(*money)) }
                        @else if column.name == "side" { (words(&cell.to_string())) }
                        @else { (cell) }
                    }
                }
            }
        } }
        h2 { "Applications" }
        @if facts.applications.rows.is_empty() { p { "Nothing settled it, and it settled nothing." } } @else {
            (table(applications.columns, &facts.applications.rows,
                &["id", "debit_document_id", "credit_document_id", "undoes", "undone_by"],
                &[
                    Link { shown: "debit_number", by: "debit_document_id", path: "/documents/" },
                    Link { shown: "credit_number", by: "credit_document_id", path: "/documents/" },
                ]))
        }
        (all_of(&facts.applications, &format!("/applications?document={id}")))
        (taken_back(facts, signed))
        h2 { "Journal" }
        @if facts.lines.rows.is_empty() { p { "It posted nothing of its own." } } @else {
            (table(lines.columns, &facts.lines.rows,
                &["id", "entry_id", "document_id", "item_id", "document_number", "party_code"], LINE_LINKS))
            (all_of(&facts.lines, &format!("/journal-lines?document={id}")))
        }
        (asks(list, facts, signed))
    }
}
