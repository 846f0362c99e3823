//! One document: what it says, what settled it, what it posted.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Outcome, Work};
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::{self, Form, Frame, Link, Tried, csrf, encoded, form, table, words};
use crate::pages::approvals::ask_form;
use crate::pages::lists::LINE_LINKS;
use crate::pages::{all_of, error_page, named, refused, rows_of};
use crate::problem::Told;
use crate::session::{Fields, Signed};

/// The way to the party of a document.
const PARTY: Link = Link {
    shown: "party_code",
    by: "party_code",
    path: "/parties/",
};

/// The mark of the session, and what was tried in vain.
type At<'a> = (&'a str, Option<&'a Tried>);

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
    page(&app, &signed, &id, told, None).await
}

/// The page as it was, with what was refused beside its form.
pub(super) async fn again(app: &Arc<App>, signed: &Signed, id: &str, tried: Tried) -> Response {
    page(app, signed, id, None, Some(&tried)).await
}

async fn page(
    app: &Arc<App>,
    signed: &Signed,
    id: &str,
    told: Option<&str>,
    tried: Option<&Tried>,
) -> Response {
    let key = id.to_owned();
    let facts = read(app, Door::Html, &signed.who, move |work| load(work, &key)).await;
    match facts {
        Ok(None) => error_page(Some(signed), &Told::not_found()),
        Ok(Some(facts)) => {
            let list = lists::find("documents").expect("documents are listed");
            let kind = words(&named(list, &facts.row, "kind").to_string());
            let title = format!("{kind} {}", named(list, &facts.row, "number"));
            let frame = Frame {
                told,
                ..Frame::new(&title, "/documents")
            };
            let mark = signed.csrf();
            let page = frame.page(signed, &render(list, &facts, (&mark, tried)));
            let status = tried.map_or(StatusCode::OK, Tried::status);
            (status, Html(page.0)).into_response()
        }
        Err(failure) => refused(signed, failure),
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
fn asks(list: &lists::List, facts: &Facts, at: At<'_>) -> Markup {
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
    let amount = form::sum_field("Amount, all when empty", "amount");
    let bank = form::text("From bank account", "bank_account", 8).needed();
    let kind = text("kind");
    html! {
        @if is_open && ["invoice", "debit_memo", "bill"].contains(&kind.as_str()) {
            h2 { "Give up what is open" }
            (ask_form("write_off", "Ask for the write-off", &hidden, &[amount], at))
        }
        @if is_open && ["receipt", "credit_memo", "transfer_in"].contains(&kind.as_str())
            && !text("party_code").is_empty() {
            h2 { "Pay the credit out" }
            (ask_form("refund", "Ask for the refund", &hidden, &[amount, bank], at))
        }
    }
}

/// Applications that stand, each with the way to take it back.
fn taken_back(facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let text = |row: &[Cell], name: &str| named(applications, row, name).to_string();
    let documents = lists::find("documents").expect("documents are listed");
    let back = format!("/documents/{}", named(documents, &facts.row, "id"));
    let stands =
        |row: &&Vec<Cell>| text(row, "undoes").is_empty() && text(row, "undone_by").is_empty();
    let standing: Vec<&Vec<Cell>> = facts.applications.rows.iter().filter(stands).collect();
    html! {
        @if !standing.is_empty() {
            @let forms: Vec<(String, Form<'_>)> = standing.iter().map(|row| {
                let to = format!("/applications/{}/undo", text(row, "id"));
                let form = Form::to(&to, tried);
                (to, form)
            }).collect();
            details open[forms.iter().any(|(_, form)| form.is_tried())] {
                summary { "Take an application back" }
                @for (row, (to, form)) in standing.iter().zip(&forms) {
                    @let which = format!("Reason, for {} with {}",
                        text(row, "debit_number"), text(row, "credit_number"));
                    form.inline method="post" action=(to) {
                        (csrf(mark))
                        input type="hidden" name="back" value=(back);
                        (form.input(form::text(&which, "reason", 28).needed()))
                        button { "Take back" }
                        (form.refusal())
                    }
                }
            }
        }
    }
}

fn render(list: &lists::List, facts: &Facts, at: At<'_>) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let lines = lists::find("journal-lines").expect("journal lines are listed");
    let id = encoded(&named(list, &facts.row, "id").to_string());
    html! {
        div.card { (html::facts(list.columns, &facts.row, &["id", "item_id", "kind", "number"], &[PARTY])) }
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
        (taken_back(facts, at))
        h2 { "Journal" }
        @if facts.lines.rows.is_empty() { p { "It posted nothing of its own." } } @else {
            (table(lines.columns, &facts.lines.rows,
                &["id", "entry_id", "document_id", "item_id", "document_number", "party_code"], LINE_LINKS))
            (all_of(&facts.lines, &format!("/journal-lines?document={id}")))
        }
        (asks(list, facts, at))
    }
}
