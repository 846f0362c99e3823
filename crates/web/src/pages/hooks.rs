//! Webhooks: where events are sent, how that goes, and what to do about it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::access;
use books::connect::{self, Change, Endpoint, Replay};
use domain::access::{Area, Verb};
use domain::connect::{EVENTS, Reach};
use domain::ids::EndpointId;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Form, Frame, Tried, csrf, empty, form};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, At, Drawn, answer, done, drawn, error_page};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let facts = read(app, Door::Html, &signed.who, |work| {
        let may_change = access::may(work, Area::Settings, Verb::Do)?;
        Ok((connect::endpoints(work)?, may_change))
    })
    .await;
    drawn(signed, above, facts, |(endpoints, may_change), at| Drawn {
        title: "Webhooks".to_owned(),
        place: "/webhooks",
        actions: html! {
            a.button href="/webhook-events" { "Events" }
            a.button href="/webhook-attempts" { "Attempts" }
        },
        body: render(endpoints, *may_change, at),
    })
}

/// The page as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, posted: &Posted, action: &str, told: impl Into<Told>) -> Response {
    let tried = Tried::of(action, posted, told);
    page(app, &posted.signed, (None, Some(&tried))).await
}

fn render(endpoints: &[Endpoint], may_change: bool, at: At<'_>) -> Markup {
    // A form of each endpoint says itself what is refused of sending again.
    let again: Vec<String> = endpoints
        .iter()
        .map(|known| act_path(known, "replay"))
        .collect();
    let mut forms: Vec<&str> = again.iter().map(String::as_str).collect();
    forms.push("/webhooks");
    html! {
        p { "Other programs are notified of events, signed as Standard Webhooks specifies, "
            "retried for three days, delivered at least once, always under the same id." }
        @if let Some(tried) = at.1 { (tried.beyond(if may_change { &forms } else { &[] })) }
        @if endpoints.is_empty() {
            (empty("No endpoint yet", "Add the address of a program to notify."))
        } @else {
            div.scroll { table {
                thead { tr { th { "Address" } th { "Events" } th { "State" } th { "Waiting" } th { "" } } }
                tbody { @for endpoint in endpoints { tr {
                    td { (endpoint.url) @if !endpoint.about.is_empty() { br; small { (endpoint.about) } } }
                    td { @if endpoint.events == "*" { "all" } @else { (endpoint.events.replace(' ', ", ")) } }
                    td { (state(endpoint)) }
                    td.number { (endpoint.waiting) }
                    td { @if may_change { (acts(endpoint, at)) } }
                } } }
            } }
        }
        @if may_change { (form(at)) }
    }
}

/// Where something is done to an endpoint.
fn act_path(endpoint: &Endpoint, verb: &str) -> String {
    format!("/webhooks/{}/{verb}", endpoint.id)
}

fn state(endpoint: &Endpoint) -> Markup {
    html! {
        @if endpoint.state == "enabled" { span.good { "enabled" } } @else { span.warn { (endpoint.state) } }
        @if !endpoint.why.is_empty() { br; small { (endpoint.why) } }
        @if let Some(since) = endpoint.failing_since { br; small.warn { "fails since " (since) } }
    }
}

fn acts(endpoint: &Endpoint, (mark, tried): At<'_>) -> Markup {
    let button = |verb: &str, words: &str| {
        let to = act_path(endpoint, verb);
        html! { form method="post" action=(to) { (csrf(mark)) button.quiet { (words) } } }
    };
    let to = act_path(endpoint, "replay");
    let replay = Form::to(&to, tried);
    html! {
        @if endpoint.state == "enabled" { (button("disable", "Disable")) }
        @else { (button("enable", "Enable")) }
        (button("secret", "New secret"))
        (button("remove", "Remove"))
        form method="post" action=(to) {
            (csrf(mark))
            (replay.input(form::text("What happened since", "since", 20).like("2026-01-31T00:00:00Z").needed()))
            button.quiet { "Send again" }
            (replay.refusal())
        }
    }
}

fn form((mark, tried): At<'_>) -> Markup {
    let form = Form::to("/webhooks", tried);
    let events: Vec<(&str, &str, &str, bool)> = EVENTS
        .iter()
        .map(|kind| (kind.code, kind.code, kind.about, false))
        .collect();
    let address = form::text("Address", "url", 40).of_kind("url");
    html! {
        form.card method="post" action="/webhooks" {
            h2 { "Add an endpoint" } (csrf(mark))
            (form.input(address.like("https://example.com/duebook").needed()))
            (form.input(form::text("What it is for", "about", 30)))
            (form.boxes(("Events; all when none is chosen", "events"), &events))
            (form.refusal())
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
    let reach = Reach::allowing_own_network(app.to_private);
    let added = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        connect::add(work, reach, &url, &events, &about)
    })
    .await;
    match added {
        Ok((_, secret)) => secret_page(&posted.signed, &secret),
        Err(failure) => again(&app, &posted, "/webhooks", failure).await,
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
    let action = format!("/webhooks/{id}/{verb}");
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
                Err(failure) => again(&app, &posted, &action, failure).await,
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
        Err(failure) => again(&app, &posted, &action, failure).await,
    }
}

async fn replay(app: &Arc<App>, posted: &Posted, id: EndpointId) -> Response {
    let since = posted.get("since").to_owned();
    let queued = write(app, Door::Html, &posted.signed.who, "", move |work| {
        let since: Timestamp = since.parse().map_err(|_| NotAValue::of("since", &since))?;
        connect::replay(work, id, Replay::Since(since))
    })
    .await;
    match queued {
        Ok(count) => done("/webhooks", &format!("{count} events are sent again.")),
        Err(failure) => again(app, posted, &format!("/webhooks/{id}/replay"), failure).await,
    }
}
