//! Aging with its chart, page by page, and the way down to each party and document.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::reports::{self, By, Cell, Table, Window};
use domain::documents::Side;
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, read_with};
use crate::html::{Frame, Link, aging_chart, empty, encoded, table};
use crate::pages::reports::question;
use crate::pages::shown;
use crate::session::{Fields, Signed};

/// Rows of one page.
const ROWS: usize = 100;

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    let asked = fields.clone();
    let answer = read_with(&app, &signed.who, move |app, work| {
        let mut question = question(app, &asked)?;
        question.by = question.by.or(Some(By::Party));
        let start = asked.get("start").parse().unwrap_or(0);
        // By document these are a million rows: nothing is made for any but those shown.
        if question.by == Some(By::Document) && question.known_at.is_none() {
            let window = app.cache.aging_by_document(work, &question, start, ROWS)?;
            return Ok((question.side, window));
        }
        let report = reports::find("aging").expect("the aging is there");
        let table = app.cache.report(work, report, &question)?;
        Ok((question.side, window_on(&table, start)))
    })
    .await;
    let markup = answer.map(|(side, window)| {
        let title = if side == Side::Payable {
            "Aging of payables"
        } else {
            "Aging"
        };
        let path = if side == Side::Payable {
            "/aging?side=payable"
        } else {
            "/aging"
        };
        let frame = Frame {
            actions: downloads(&fields),
            ..Frame::new(title, path)
        };
        frame.page(&signed, &render(&window, side, &fields))
    });
    shown(&signed, markup)
}

/// The query of this page without its place.
fn query_of(fields: &Fields) -> String {
    ["side", "by", "as_of", "known_at"]
        .iter()
        .filter(|name| !fields.get(name).is_empty())
        .fold(String::new(), |query, name| {
            format!("{query}{name}={}&", encoded(fields.get(name)))
        })
}

fn downloads(fields: &Fields) -> Markup {
    let query = query_of(fields);
    html! {
        a.button href=(format!("/reports/aging.xlsx?{query}")) { "XLSX" }
        a.button href=(format!("/reports/aging.csv?{query}")) { "CSV" }
    }
}

/// The totals and some of the rows.
fn window_on(report: &Table, start: usize) -> Window {
    let is_total =
        |row: &&Vec<Cell>| matches!(row.first(), Some(Cell::Text(text)) if &**text == "TOTAL");
    let rows = report.rows.iter().filter(|row| !is_total(row));
    let totals: Vec<Vec<Cell>> = report.rows.iter().filter(is_total).cloned().collect();
    let rows: Vec<Vec<Cell>> = rows.skip(start).take(ROWS).cloned().collect();
    Window {
        columns: report.columns.clone(),
        has_more: start.saturating_add(rows.len() + totals.len()) < report.rows.len(),
        totals,
        rows,
    }
}

fn render(window: &Window, side: Side, fields: &Fields) -> Markup {
    let start: usize = fields.get("start").parse().unwrap_or(0);
    let totals = &window.totals;
    let path = if side == Side::Payable {
        "/vendors/"
    } else {
        "/customers/"
    };
    let links = [
        Link {
            shown: "party_id",
            by: "party_id",
            path,
        },
        Link {
            shown: "party_name",
            by: "party_id",
            path,
        },
        Link {
            shown: "document_number",
            by: "document_number",
            path: "/search?q=",
        },
    ];
    html! {
        (choices(side, fields))
        @if totals.is_empty() {
            (empty("Nothing is open", "Import opening items, or look at another day."))
        } @else {
            (table(&window.columns, totals, &["party_id", "party_name"], &[]))
            div.cards.charts { @for total in totals { (chart(window, total)) } }
            h2 { "In detail" }
            (table(&window.columns, &window.rows, &[], &links))
            @if window.has_more {
                p.pager { a.button rel="next"
                    href=(format!("/aging?{}start={}", query_of(fields), start.saturating_add(ROWS))) { "More" } }
            }
        }
    }
}

fn chart(window: &Window, total: &[Cell]) -> Markup {
    let bars: Vec<(&str, Money)> = window
        .columns
        .iter()
        .zip(total)
        .filter_map(|(column, cell)| match (column.name, cell) {
            ("not_due", Cell::Money(sum)) => Some(("Not due", *sum)),
            ("days_1_30", Cell::Money(sum)) => Some(("1–30 days", *sum)),
            ("days_31_60", Cell::Money(sum)) => Some(("31–60 days", *sum)),
            ("days_61_90", Cell::Money(sum)) => Some(("61–90 days", *sum)),
            ("days_over_90", Cell::Money(sum)) => Some(("over 90 days", *sum)),
            ("unapplied", Cell::Money(sum)) => Some(("Unapplied", *sum)),
            _ => None,
        })
        .collect();
    let currency = total.get(2).map(ToString::to_string).unwrap_or_default();
    html! { div.card { h2 { (currency) } (aging_chart(&format!("Aging in {currency}"), &bars)) } }
}

fn choices(side: Side, fields: &Fields) -> Markup {
    html! {
        form.inline {
            input type="hidden" name="side" value=(side.code());
            label.field { span { "As of" } input type="date" name="as_of" value=(fields.get("as_of")); }
            label.field { span { "By" } select name="by" {
                @for by in ["party", "region", "currency", "document"] {
                    option value=(by) selected[fields.get("by") == by] { (by) }
                }
            } }
            button { "Show" }
        }
    }
}
