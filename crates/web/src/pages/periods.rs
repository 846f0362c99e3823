//! Periods: which are closed, closing and asking for reopening.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::ledger::periods;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Frame, csrf};
use crate::pages::{done, refused, shown};
use crate::session::{Fields, Posted, Signed};

/// The months of the books, the latest first.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let today = app.today();
    let all = read(&app, Door::Html, &signed.who, move |work| {
        periods::all(work, today)
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = all.map(|all| {
        let frame = Frame {
            told,
            ..Frame::new("Periods", "/periods")
        };
        frame.page(&signed, &render(&all, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn render(all: &[(String, bool)], mark: &str) -> Markup {
    html! {
        p { "Nothing is posted into a closed period. Reopening needs a reason and leaves a mark." }
        div.scroll { table {
            thead { tr { th { "Period" } th { "State" } th { "" } } }
            tbody { @for (period, is_closed) in all { tr {
                td.date { (period) }
                td { @if *is_closed { "closed" } @else { span.good { "open" } } }
                td {
                    @if *is_closed {
                        form method="post" action="/ask/reopen_period" {
                            (csrf(mark))
                            input type="hidden" name="period" value=(period);
                            input type="hidden" name="back" value="/periods";
                            input name="reason" placeholder="Why" aria-label="Reason" required;
                            " " button { "Reopen" }
                        }
                    } @else {
                        form method="post" action=(format!("/periods/{period}/close")) {
                            (csrf(mark))
                            button { "Close" }
                        }
                    }
                }
            } } }
        } }
    }
}

/// Closes a period.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Path(period): Path<String>,
    posted: Posted,
) -> Response {
    let told = format!("Period {period} is closed.");
    let closed = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        periods::close(work, &period)
    })
    .await;
    match closed {
        Ok(()) => done("/periods", &told),
        Err(failure) => refused(&posted.signed, failure),
    }
}
