//! Reports: asked by query, shown, or taken away as XLSX or CSV.

use std::io::Cursor;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use books::reports::{self, Ask, By, Question, Report, Table};
use books::{Failure, Fault, Outcome};
use domain::calendar::Date;
use domain::documents::Side;
use maud::{Markup, html};

use crate::app::{App, read_with};
use crate::html::{Frame, Link, empty, encoded, table_of, words};
use crate::pages::{error_page, refused, shown};
use crate::problem::Told;
use crate::session::{Fields, Signed};

/// Rows that a page shows; the files have all.
const ROWS: usize = 1_000;

/// Reports that may be asked of one party, and are of all without.
const OF_ALL: &[&str] = &["withholding"];

/// Reports about people, which only those see who may see users.
const OF_PEOPLE: &[&str] = &["access-review"];

/// The list of reports.
pub(crate) async fn index(signed: Signed) -> Response {
    let is_open = |report: &&Report| signed.sees_users || !OF_PEOPLE.contains(&report.name);
    let body = html! {
        div.cards {
            @for report in reports::REPORTS.iter().filter(is_open) {
                div.card {
                    h2 { a href=(format!("/reports/{}", report.name)) { (words(report.name)) } }
                    p { (report.about) "." }
                }
            }
        }
    };
    shown(
        &signed,
        Ok(Frame::new("Reports", "/reports").page(&signed, &body)),
    )
}

/// A value of a query that does not suit.
#[derive(Clone, Debug)]
pub(crate) struct NotAValue {
    name: &'static str,
    text: String,
}

impl NotAValue {
    pub(crate) fn of(name: &'static str, text: &str) -> NotAValue {
        let text = text.to_owned();
        NotAValue { name, text }
    }
}

impl std::fmt::Display for NotAValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.text.is_empty() {
            return write!(out, "`{}` is no value for `{}`.", self.text, self.name);
        }
        write!(out, "`{}` is missing.", self.name)
    }
}

impl domain::refusal::Refusal for NotAValue {
    fn code(&self) -> &'static str {
        "not_a_value"
    }

    fn hint(&self) -> Option<String> {
        Some("dates are like 2026-01-31, instants like 2026-01-31T12:00:00Z".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some(self.name)
    }
}

/// What a query asks of a report.
pub(crate) fn question(app: &App, fields: &Fields) -> Outcome<Question> {
    question_on(app.today(), fields)
}

/// The same on a day.
pub(crate) fn question_on(today: Date, fields: &Fields) -> Outcome<Question> {
    let refused = |name: &'static str| {
        Failure::from(NotAValue {
            name,
            text: fields.get(name).to_owned(),
        })
    };
    let given = |name: &'static str| Some(fields.get(name)).filter(|text| !text.is_empty());
    let date = |name: &'static str| {
        let parsed = given(name).map(str::parse).transpose();
        parsed.map_err(|_| refused(name))
    };
    let by = match given("by") {
        None => None,
        Some("party") => Some(By::Party),
        Some("region") => Some(By::Region),
        Some("currency") => Some(By::Currency),
        Some("document") => Some(By::Document),
        Some("reason") => Some(By::Reason),
        Some("owner") => Some(By::Owner),
        Some("age") => Some(By::Age),
        Some(_) => return Err(refused("by")),
    };
    let side = match given("side") {
        None => Side::Receivable,
        Some(text) => Side::parse(text).ok_or_else(|| refused("side"))?,
    };
    let known_at = given("known_at").map(str::parse).transpose();
    if fields.get("party").contains('\0') {
        return Err(refused("party"));
    }
    Ok(Question {
        as_of: date("as_of")?.unwrap_or(today),
        from: date("from")?,
        known_at: known_at.map_err(|_| refused("known_at"))?,
        side,
        by,
        party: given("party").map(str::to_owned),
        most: None,
    })
}

/// One report, as page or file.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(name): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    let (word, suffix) = name.split_once('.').unwrap_or((&name, ""));
    let Some(report) = reports::find(word) else {
        return error_page(Some(&signed), &Told::not_found());
    };
    let is_of_one = report.asks.contains(&Ask::Party) && !OF_ALL.contains(&report.name);
    if is_of_one && fields.get("party").is_empty() && suffix.is_empty() {
        let body = html! {
            (choices(report, &fields))
            (empty("Of whom?", "Give the code of a customer or vendor."))
        };
        let title = words(report.name);
        return shown(
            &signed,
            Ok(Frame::new(&title, "/reports").page(&signed, &body)),
        );
    }
    let is_long = report.name == "journal" && suffix.is_empty();
    let most = is_long.then_some(ROWS + 1);
    let asked = fields.clone();
    let table = read_with(&app, &signed.who, move |app, work| {
        let question = Question {
            most,
            ..question(app, &asked)?
        };
        app.cache.report(work, report, &question)
    })
    .await;
    match (table, suffix) {
        (Err(failure), _) => refused(&signed, failure),
        (Ok(table), "") => shown(&signed, Ok(page(report, &table, &fields, &signed))),
        (Ok(table), suffix) => download(&signed, report.name, &table, suffix),
    }
}

fn page(report: &Report, table: &Table, fields: &Fields, signed: &Signed) -> Markup {
    let query = ["as_of", "from", "known_at", "side", "by", "party"]
        .iter()
        .filter(|name| !fields.get(name).is_empty())
        .fold(String::new(), |query, name| {
            format!("{query}{name}={}&", encoded(fields.get(name)))
        });
    let title = words(report.name);
    let frame = Frame {
        actions: html! {
            @for suffix in ["xlsx", "csv"] {
                a.button href=(format!("/reports/{}.{suffix}?{query}", report.name)) {
                    (suffix.to_uppercase())
                }
            }
        },
        ..Frame::new(
            &title,
            if report.name == "trial-balance" {
                "/reports/trial-balance"
            } else {
                "/reports"
            },
        )
    };
    let account_lines = account_lines(report, fields);
    let mut links = vec![
        Link {
            shown: "account",
            by: "account",
            path: &account_lines,
        },
        Link {
            shown: "document_number",
            by: "document_number",
            path: "/search?q=",
        },
        Link {
            shown: "party_id",
            by: "party_id",
            path: "/parties/",
        },
        Link {
            shown: "bank_account",
            by: "bank_account",
            path: "/bank/lines?bank_account=",
        },
    ];
    if !NUMBERS_OF_OTHERS.contains(&report.name) {
        links.push(Link {
            shown: "number",
            by: "number",
            path: "/search?q=",
        });
    }
    let rows = &table.rows[..table.rows.len().min(ROWS)];
    let body = html! {
        p { (table.title) }
        (choices(report, fields))
        @if rows.is_empty() { (empty("Nothing to show", "Look at another day or side.")) }
        @else { (table_of(table, rows, &links)) }
        @if rows.len() < table.rows.len() {
            p { "The first " (ROWS) " rows; the files have all of them." }
        }
    };
    frame.page(signed, &body)
}

/// Reports whose numbers are of entries or bank accounts, not of documents.
const NUMBERS_OF_OTHERS: &[&str] = &["journal", "bank-reconciliation"];

/// The way to the lines of an account that a report adds up: of the same days.
fn account_lines(report: &Report, fields: &Fields) -> String {
    let given = |name: &str, to: &str| match fields.get(name) {
        "" => String::new(),
        day => format!("{to}={}&", encoded(day)),
    };
    let from = match report.name {
        "trial-balance" => given("from", "from"),
        _ => String::new(),
    };
    format!("/journal-lines?{from}{}account=", given("as_of", "to"))
}

fn choices(report: &Report, fields: &Fields) -> Markup {
    let can = |ask| report.asks.contains(&ask);
    html! {
        form.inline {
            @if can(Ask::From) {
                label.field { span { "From" } input type="date" name="from" value=(fields.get("from")); }
            }
            label.field { span { "As of" } input type="date" name="as_of" value=(fields.get("as_of")); }
            @if can(Ask::Party) {
                label.field { span { "Party" } input name="party" value=(fields.get("party")) size="12"; }
            }
            @if can(Ask::Side) {
                label.field { span { "Side" } select name="side" {
                    // A party that is on one side alone needs no word of it.
                    @if can(Ask::Party) { option value="" { "of the party" } }
                    @for side in ["receivable", "payable"] {
                        option value=(side) selected[fields.get("side") == side] { (side) }
                    }
                } }
            }
            @if report.name == "trial-balance" {
                label.field { span { "By" } select name="by" {
                    option value="" { "account" }
                    option value="currency" selected[fields.get("by") == "currency"] { "currency" }
                } }
            }
            @if report.name == "short-pays" {
                label.field { span { "By" } select name="by" {
                    @for by in ["reason", "owner", "age", "party", "document"] {
                        option value=(by) selected[fields.get("by") == by] { (by) }
                    }
                } }
            }
            button { "Show" }
        }
    }
}

/// A table as a file to take away.
pub(crate) fn download(signed: &Signed, name: &str, table: &Table, suffix: &str) -> Response {
    let mut bytes = Cursor::new(Vec::new());
    let (written, kind) = match suffix {
        "csv" => (reports::csv(table, &mut bytes), "text/csv; charset=utf-8"),
        "xlsx" => (
            reports::xlsx(table, &mut bytes),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "json" => (reports::json(table, &mut bytes), "application/json"),
        _ => return error_page(Some(signed), &Told::not_found()),
    };
    if let Err(problem) = written {
        return refused(signed, Failure::from(Fault::new(problem.to_string())));
    }
    let name = format!("attachment; filename=\"{name}.{suffix}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, bytes.into_inner()).into_response()
}
