//! Periods: which are closed, closing and asking for reopening.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::access;
use books::close::{CloseCheck, Closing};
use books::ledger::periods;
use domain::access::{Area, Verb};
use domain::calendar::{Date, Period};
use maud::{Markup, html};

use crate::app::{App, Door, look_ahead, read, write};
use crate::html::{Form, Tried, csrf, form};
use crate::looks::{self, Seen};
use crate::pages::{Above, At, Drawn, done, drawn};
use crate::session::{Fields, Posted, Signed};

/// Where it is asked to open a period again, and to close one although a check fails.
const REOPEN: &str = "/ask/reopen_period";
const CLOSE_ALL_THE_SAME: &str = "/ask/close_period";

/// The months of the books, the latest first.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// What the page knows.
struct Facts {
    all: Vec<(String, bool)>,
    may_work: bool,
}

/// The page, with what was done or what was refused beside its form.
pub(super) async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let today = app.today();
    let facts = read(app, Door::Html, &signed.who, move |work| {
        Ok(Facts {
            all: periods::all(work, today)?,
            may_work: access::may(work, Area::Periods, Verb::Do)?,
        })
    })
    .await;
    drawn(signed, above, facts, |facts, at| Drawn {
        title: "Periods".to_owned(),
        place: "/periods",
        actions: html! {},
        body: render(facts, at),
    })
}

fn render(facts: &Facts, at: At<'_>) -> Markup {
    let open = facts.all.iter().filter(|(_, is_closed)| !is_closed);
    let closing: Vec<String> = open.map(|(period, _)| close_path(period)).collect();
    let mut forms: Vec<&str> = closing.iter().map(String::as_str).collect();
    let meant = at.1.map_or("", |tried| tried.value("period"));
    let is_meant = |(period, is_closed): &(String, bool)| *is_closed && period == meant;
    if facts.all.iter().any(is_meant) {
        forms.push(REOPEN);
    }
    html! {
        p { "Nothing is posted into a closed period. Reopening needs a reason and is recorded." }
        @if let Some(tried) = at.1 { (tried.beyond(if facts.may_work { &forms } else { &[] })) }
        div.scroll { table {
            thead { tr { th { "Period" } th { "State" } th { "" } } }
            tbody { @for (period, is_closed) in &facts.all { tr {
                td.date { (period) }
                td { @if *is_closed { "closed" } @else { span.good { "open" } } }
                td {
                    @if !*is_closed {
                        a.button href=(format!("/periods/{period}")) { "Look at the checks" } " "
                    }
                    @if facts.may_work { (act(period, *is_closed, at)) }
                }
            } } }
        } }
    }
}

/// Where a period is closed.
fn close_path(period: &str) -> String {
    format!("/periods/{period}/close")
}

/// Closing or reopening a period.
fn act(period: &str, is_closed: bool, (mark, tried): At<'_>) -> Markup {
    let to = close_path(period);
    let close = Form::to(&to, tried);
    let reopen = Form::about(REOPEN, ("period", period), tried);
    html! {
        @if is_closed {
            form.inline method="post" action=(REOPEN) {
                (csrf(mark))
                input type="hidden" name="period" value=(period);
                input type="hidden" name="back" value="/periods";
                (reopen.input(form::text("Reason", "reason", 20).needed()))
                button { "Reopen" }
                (reopen.refusal())
            }
        } @else {
            form.inline method="post" action=(to) {
                (csrf(mark))
                button { "Close" }
                (close.refusal())
            }
        }
    }
}

/// What must hold before a period is closed, and closing it.
pub(crate) async fn checks(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(period): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    checks_page(&app, &signed, &period, (fields.told(), None)).await
}

/// The checks of a period, with what was done or what was refused beside its form.
pub(super) async fn checks_page(
    app: &Arc<App>,
    signed: &Signed,
    period: &str,
    above: Above<'_>,
) -> Response {
    let may_work = read(app, Door::Html, &signed.who, |work| {
        access::may(work, Area::Periods, Verb::Do)
    })
    .await;
    let found = match may_work {
        Ok(may_work) => looks::look(app, &signed.who, period)
            .await
            .map(|found| (found, may_work)),
        Err(failure) => Err(failure),
    };
    drawn(signed, above, found, |(found, may_work), at| Drawn {
        title: format!("Close of {period}"),
        place: "/periods",
        actions: html! { a.button href="/periods" { "All periods" } },
        body: render_checks(period, found, may_work.then_some(at)),
    })
}

fn render_checks(period: &str, seen: &Seen, at: Option<At<'_>>) -> Markup {
    let again = html! {
        p.warn { "The checks are running, which takes a while on a large book. "
            a.button href=(format!("/periods/{period}")) { "Look again" } }
    };
    match &seen.checks {
        None => again,
        Some(found) if seen.is_current => html! {
            (render_found(found))
            @if let Some(at) = at { (render_close(period, found, at)) }
        },
        Some(found) => html! {
            (again)
            h2 { "Results before the last change" }
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

fn render_close(period: &str, found: &[CloseCheck], (mark, tried): At<'_>) -> Markup {
    let form = Form::to(CLOSE_ALL_THE_SAME, tried);
    let why = form::text("Reason for closing anyway", "reason", 40);
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
            form method="post" action=(close_path(period)) {
                (csrf(mark)) button.main { "Close" }
            }
        } @else {
            form.inline method="post" action=(CLOSE_ALL_THE_SAME) {
                (csrf(mark))
                input type="hidden" name="period" value=(period);
                input type="hidden" name="back" value=(format!("/periods/{period}"));
                (form.input(why.needed()))
                button { "Ask for it" }
                (form.refusal())
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
    let action = close_path(&period);
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
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            page(&app, &posted.signed, (None, Some(&tried))).await
        }
    }
}
