//! Webhooks: where events are sent, how that goes, and what to do about it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use books::access;
use books::connect::{self, Change, Endpoint, Replay};
use domain::access::{Area, Verb};
use domain::connect::EVENTS;
use domain::ids::EndpointId;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Frame, csrf, empty};
use crate::pages::{answer, done, error_page, refused, shown};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let facts = read(&app, Door::Html, &signed.who, |work| {
        let may_change = access::may(work, Area::Settings, Verb::Do)?;
        Ok((connect::endpoints(work)?, may_change))
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = facts.map(|(endpoints, may_change)| {
        let frame = Frame {
            told,
            actions: html! { a.button href="/webhook-events" { "Events" }
            a.button href="/webhook-attempts" { "Attempts" } },
            ..Frame::new("Webhooks", "/webhooks")
        };
        frame.page(&signed, &render(&endpoints, may_change, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn render(endpoints: &[Endpoint], may_change: bool, mark: &str) -> Markup {
    html! {
        p { "Other programs are told of what happens here: signed as Standard Webhooks describe it, "
            "tried for three days, at least once, always under the same id." }
        @if endpoints.is_empty() {
            (empty("No endpoint yet", "Add the address of a program that wants to be told."))
        } @else {
            div.scroll { table {
                thead { tr { th { "Address" } th { "Events" } th { "State" } th { "Waiting" } th { "" } } }
                tbody { @for endpoint in endpoints { tr {
                    td { (endpoint.url) @if !endpoint.about.is_empty() { br; small { (endpoint.about) } } }
                    td { @if endpoint.events == "*" { "all" } @else { (endpoint.events.replace(' ', ", ")) } }
                    td { (state(endpoint)) }
                    td.number { (endpoint.waiting) }
                    td { @if may_change { (acts(endpoint, mark)) } }
                } } }
            } }
        }
        @if may_change { (form(mark)) }
    }
}

fn state(endpoint: &Endpoint) -> Markup {
    html! {
        @if endpoint.state == "enabled" { span.good { "enabled" } } @else { span.warn { (endpoint.state) } }
        @if !endpoint.why.is_empty() { br; small { (endpoint.why) } }
        @if let Some(since) = endpoint.failing_since { br; small.warn { "fails since " (since) } }
    }
}

fn acts(endpoint: &Endpoint, mark: &str) -> Markup {
    let path = |verb: &str| format!("/webhooks/{}/{verb}", endpoint.id);
    let button = |verb: &str, words: &str| {
        html! { form method="post" action=(path(verb)) { (csrf(mark)) button.quiet { (words) } } }
    };
    html! {
        @if endpoint.state == "enabled" { (button("disable", "Disable")) }
        @else { (button("enable", "Enable")) }
        (button("secret", "New secret"))
        (button("remove", "Remove"))
        form method="post" action=(path("replay")) {
            (csrf(mark))
            input name="since" placeholder="2026-01-31T00:00:00Z" size="20" required
                aria-label="Send again what happened since";
            " " button.quiet { "Send again since" }
        }
    }
}

fn form(mark: &str) -> Markup {
    html! {
        form.card method="post" action="/webhooks" {
            h2 { "Add an endpoint" } (csrf(mark))
            label.field { span { "Address" } input name="url" type="url" required
                placeholder="https://example.com/duebook"; }
            label.field { span { "What it is for" } input name="about"; }
            fieldset {
                legend { "Events; all when none is chosen" }
                @for kind in EVENTS {
                    label title=(kind.about) {
                        input type="checkbox" name="events" value=(kind.code); " " (kind.code)
                    } br;
                }
            }
            button.main { "Add" }
        }
    }
}

fn secret_page(signed: &Signed, secret: &str) -> Response {
    let body = html! {
        p { "The receiver checks the signature of each message with this secret. "
            "It is not shown again." }
        p.mono { (secret) }
        p { a.button href="/webhooks" { "Back" } }
    };
    answer(&Frame::new("Secret", "/webhooks").page(signed, &body))
}

/// Adds an endpoint and shows its secret once.
pub(crate) async fn add(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let [url, about] = ["url", "about"].map(|field| posted.get(field).to_owned());
    let events = posted.all("events").to_vec();
    let added = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        connect::add(work, &url, &events, &about)
    })
    .await;
    match added {
        Ok((_, secret)) => secret_page(&posted.signed, &secret),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Enables, disables, removes, makes a new secret or sends again.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let signed = &posted.signed;
    let Ok(id) = id.parse::<EndpointId>() else {
        return error_page(Some(signed), &Told::not_found());
    };
    let (change, told) = match verb.as_str() {
        "enable" => (Change::Enable, "The endpoint is enabled."),
        "disable" => (Change::Disable, "The endpoint is disabled."),
        "remove" => (Change::Remove, "The endpoint was removed."),
        "secret" => {
            let made = write(&app, Door::Html, &signed.who, "", move |work| {
                connect::new_secret(work, id)
            })
            .await;
            return match made {
                Ok(secret) => secret_page(signed, &secret),
                Err(failure) => refused(signed, failure),
            };
        }
        "replay" => return replay(&app, &posted, id).await,
        _ => return error_page(Some(signed), &Told::not_found()),
    };
    let changed = write(&app, Door::Html, &signed.who, "", move |work| {
        connect::change(work, id, change)
    })
    .await;
    match changed {
        Ok(()) => done("/webhooks", told),
        Err(failure) => refused(signed, failure),
    }
}

async fn replay(app: &Arc<App>, posted: &Posted, id: EndpointId) -> Response {
    let Ok(since) = posted.get("since").parse::<Timestamp>() else {
        let told = Told::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not_a_value",
            "This is no instant.",
            "write it like 2026-01-31T00:00:00Z",
        );
        return error_page(Some(&posted.signed), &told);
    };
    let queued = write(app, Door::Html, &posted.signed.who, "", move |work| {
        connect::replay(work, id, Replay::Since(since))
    })
    .await;
    match queued {
        Ok(count) => done("/webhooks", &format!("{count} events are sent again.")),
        Err(failure) => refused(&posted.signed, failure),
    }
}
