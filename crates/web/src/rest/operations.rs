//! For those who run the server: health and metrics. Neither tells anything of the books.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::{App, blocking};

/// Is the database there?
pub(crate) async fn health(State(app): State<Arc<App>>) -> Response {
    let checked = blocking(&app, |app| Ok(app.db.ping()?)).await;
    match checked {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(failure) => {
            eprintln!("health: {failure}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database is not there\n",
            )
                .into_response()
        }
    }
}

/// Counters in the text format of Prometheus.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut text = String::new();
    for (name, about, counter) in [
        (
            "duebook_requests_total",
            "Requests answered.",
            &app.counts.requests,
        ),
        (
            "duebook_refusals_total",
            "Requests refused.",
            &app.counts.refusals,
        ),
        (
            "duebook_faults_total",
            "Requests ended in a fault.",
            &app.counts.faults,
        ),
    ] {
        let value = counter.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "# HELP {name} {about}\n# TYPE {name} counter\n{name} {value}"
        );
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
