//! Periods: which are closed, closing and asking for reopening.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::close::{CloseCheck, Closing};
use books::ledger::periods;
use domain::calendar::{Date, Period};
use maud::{Markup, html};

use crate::app::{App, Door, look_ahead, read, write};
use crate::html::{Frame, csrf};
use crate::looks::{self, Seen};
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
                            a.button href=(format!("/periods/{period}")) { "Look at the checks" }
                            " " button { "Close" }
                        }
                    }
                }
            } } }
        } }
    }
}

/// What must hold before a period is closed, and closing it.
pub(crate) async fn checks(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(period): Path<String>,
) -> Response {
    let found = looks::look(&app, &signed.who, &period).await;
    let markup = found.map(|found| {
        let title = format!("Close of {period}");
        let frame = Frame {
            actions: html! { a.button href="/periods" { "All periods" } },
            ..Frame::new(&title, "/periods")
        };
        frame.page(&signed, &render_checks(&period, &found, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn render_checks(period: &str, seen: &Seen, mark: &str) -> Markup {
    let again = html! {
        p.warn { "The checks are being looked at, which takes a while on a large book. "
            a.button href=(format!("/periods/{period}")) { "Look again" } }
    };
    match &seen.checks {
        None => again,
        Some(found) if seen.is_current => html! {
            (render_found(found))
            (render_close(period, found, mark))
        },
        Some(found) => html! {
            (again)
            h2 { "What was found before the last change" }
            (render_found(found))
        },
    }
}

fn render_found(found: &[CloseCheck]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Checks" { table.wrap {
            thead { tr { th { "" } th { "What must hold" } th { "Found" } th { "What to do" } } }
            tbody { @for check in found { tr {
                td { @if check.passed { span.good { "holds" } } @else { span.warn { "fails" } } }
                td { (check.name) }
                td { (check.found) }
                td { @if !check.passed { (check.hint) } }
            } } }
        } }
    }
}

fn render_close(period: &str, found: &[CloseCheck], mark: &str) -> Markup {
    let ready = found.iter().all(|check| check.passed);
    let last = format!("{period}-01").parse::<Date>().ok();
    let last = last.map(|first| Period::of(first).last_day());
    let is_revalued = found
        .iter()
        .all(|check| check.passed || !check.name.contains("revalued"));
    html! {
        @if let (Some(last), false) = (last, is_revalued) {
            form.inline method="post" action="/ask/revalue" {
                (csrf(mark))
                input type="hidden" name="on" value=(last);
                input type="hidden" name="back" value=(format!("/periods/{period}"));
                input type="hidden" name="reason" value=(format!("revaluation of {last}"));
                button { "Revalue open foreign items" }
            }
        }
        @if ready {
            form method="post" action=(format!("/periods/{period}/close")) {
                (csrf(mark)) button.main { "Close" }
            }
        } @else {
            form.inline method="post" action="/ask/close_period" {
                (csrf(mark))
                input type="hidden" name="period" value=(period);
                input type="hidden" name="back" value="/periods";
                label.field { span { "Why it is to be closed all the same" }
                    input name="reason" required size="40"; }
                button { "Ask for it" }
            }
        }
    }
}

/// Closes a period.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Path(period): Path<String>,
    posted: Posted,
) -> Response {
    let told = format!("Period {period} is closed.");
    let who = &posted.signed.who;
    let closing = Closing::Period(period.clone());
    let closed = match look_ahead(&app, Door::Html, who, closing).await {
        Ok(looked) => {
            write(&app, Door::Html, who, "", move |work| {
                work.knows(looked.as_ref());
                periods::close(work, &period)
            })
            .await
        }
        Err(failure) => Err(failure),
    };
    match closed {
        Ok(()) => done("/periods", &told),
        Err(failure) => refused(&posted.signed, failure),
    }
}
