//! Own bank accounts, and taking statements in.

use std::io::Read;
use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use books::bank::import::Reading;
use books::imports::{ImportReport, Source};
use domain::money::Currency;
use maud::{Markup, html};

use crate::app::{App, Door, blocking, read};
use crate::html::{Frame, Link, csrf, empty, table};
use crate::pages::reports::NotAValue;
use crate::pages::{answer, error_page, refused, rows_of, shown};
use crate::problem::Told;
use crate::session::{Fields, Signed, forged, same_site};

/// The largest file that is taken by the browser; larger ones go through `duebook import`.
pub(crate) const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let page = read(&app, Door::Html, &signed.who, |work| {
        rows_of(work, "bank-accounts", &[], 500)
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = page.map(|(list, page)| {
        let frame = Frame {
            told,
            actions: html! {
                a.button href="/bank/statements" { "Statements" }
                a.button href="/bank/lines" { "Lines" }
                a.button href="/reports/bank-reconciliation" { "Reconciliation" }
            },
            ..Frame::new("Bank accounts", "/bank")
        };
        let links = [
            Link { shown: "code", by: "code", path: "/bank/lines?bank_account=" },
            Link { shown: "account", by: "account", path: "/journal-lines?account=" },
        ];
        let body = html! {
            @if page.rows.is_empty() {
                (empty("No bank account yet", "The first statement tells which accounts there are."))
            } @else { (table(list.columns, &page.rows, &[], &links)) }
            (upload(&signed.csrf()))
        };
        frame.page(&signed, &body)
    });
    shown(&signed, markup)
}

fn upload(mark: &str) -> Markup {
    html! {
        h2 { "Take a statement in" }
        p { "camt.052, camt.053, camt.054, MT940, MT942, BAI2, OFX, CODA, lockbox or CSV; "
            "each line is taken once, however often it comes." }
        form.inline method="post" action="/bank/import" enctype="multipart/form-data" {
            (csrf(mark))
            label.field { span { "File" } input type="file" name="file" required; }
            label.field {
                span { "Currency, where the file names none" }
                input name="currency" size="5" maxlength="3" placeholder="EUR"
                    pattern="[A-Za-z]{3}" title="Three letters, like EUR" autocomplete="off";
            }
            button.main { "Take in" }
        }
    }
}

/// Takes an uploaded statement in.
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    signed: Signed,
    request: Request,
) -> Response {
    if let Err(told) = same_site(request.headers()) {
        return error_page(Some(&signed), &told);
    }
    let parts = match parts(request, &app).await {
        Ok(parts) => parts,
        Err(told) => return error_page(Some(&signed), &told),
    };
    if !books::access::is_mark(&parts.mark, &signed.secret) {
        return error_page(Some(&signed), &forged());
    }
    let currency = match parts.currency.trim().to_ascii_uppercase().as_str() {
        "" => None,
        code => match Currency::parse(code) {
            Some(currency) => Some(currency),
            None => return refused(&signed, NotAValue::of("currency", code).into()),
        },
    };
    let Parts { name, bytes, .. } = parts;
    let who = signed.who.clone();
    let taken = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        let open = || -> std::io::Result<Box<dyn Read>> {
            Ok(Box::new(std::io::Cursor::new(bytes.clone())))
        };
        let source = Source { name, open: &open };
        let reading = Reading {
            currency,
            ..Reading::default()
        };
        books::bank::import::import(&app.db, &context, Some(&who.entity), &source, reading)
    })
    .await;
    match taken {
        Ok(report) => answer(&outcome(&report, &signed)),
        Err(failure) => refused(&signed, failure),
    }
}

/// What the form sends.
#[derive(Default)]
struct Parts {
    mark: String,
    currency: String,
    name: String,
    bytes: Vec<u8>,
}

async fn parts(request: Request, app: &Arc<App>) -> Result<Parts, Told> {
    let unreadable = |problem: String| {
        let hint = "choose a file of 64 MiB at most; larger ones go through duebook import";
        Told::new(StatusCode::BAD_REQUEST, "upload_unreadable", &problem, hint)
    };
    let mut multipart = Multipart::from_request(request, app)
        .await
        .map_err(|problem| unreadable(problem.to_string()))?;
    let mut parts = Parts::default();
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|problem| unreadable(problem.to_string()))?
    {
        let which = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let content = field
            .bytes()
            .await
            .map_err(|problem| unreadable(problem.to_string()))?;
        let text = || String::from_utf8_lossy(&content).into_owned();
        match which.as_str() {
            "file" => {
                parts.name = file_name.replace(|letter: char| letter.is_control(), " ");
                parts.bytes = content.to_vec();
            }
            "csrf" => parts.mark = text(),
            "currency" => parts.currency = text(),
            _ => {}
        }
    }
    Ok(parts)
}

fn outcome(report: &ImportReport, signed: &Signed) -> Markup {
    let body = html! {
        div.card { dl.facts {
            dt { "File" } dd { (report.name) }
            dt { "Format" } dd { (report.format) }
            dt { "Accepted" } dd { (report.accepted) }
            dt { "Already known" } dd { (report.already_known) }
            dt { "Refused" } dd { (report.refused()) }
        } }
        @if report.rolled_back { p.refused { "Nothing of the file was taken: mend it and send it again." } }
        @if !report.problems.is_empty() {
            h2 { "Remarks" }
            ul { @for problem in report.problems.iter().take(100) { li { (problem) } } }
        }
        p { a.button href="/cash" { "To the cash desk" } " " a.button href="/bank" { "Bank accounts" } }
    };
    Frame::new("Statement", "/bank").page(signed, &body)
}
