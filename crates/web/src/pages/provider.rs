//! The provider of log-ins (OpenID Connect): which one, and which subject is which login. The
//! secret goes in here and never comes out again.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use books::access::{self, Linked, Provider, ShownProvider};
use domain::access::{Area, Verb};
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Frame, csrf, empty};
use crate::pages::{done, refused, shown};
use crate::session::{Fields, Posted, Signed};

/// What the page knows.
struct Facts {
    provider: Option<ShownProvider>,
    linked: Vec<Linked>,
    may_set: bool,
    may_link: bool,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let facts = read(&app, Door::Html, &signed.who, |work| {
        Ok(Facts {
            provider: access::openid_shown(work)?,
            linked: access::openid_linked(work)?,
            may_set: access::may(work, Area::Settings, Verb::Do)?,
            may_link: access::may(work, Area::Users, Verb::Do)?,
        })
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let scheme = if crate::session::is_secure(&headers) {
        "https"
    } else {
        "http"
    };
    let callback = format!(
        "{scheme}://{}/login/openid/callback",
        host.unwrap_or("localhost")
    );
    let markup = facts.map(|facts| {
        let frame = Frame {
            told,
            actions: html! { a.button href="/people" { "Users and roles" } },
            ..Frame::new("Provider of log-ins", "/people")
        };
        frame.page(&signed, &render(&facts, &callback, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn render(facts: &Facts, callback: &str, mark: &str) -> Markup {
    html! {
        @match &facts.provider {
            None => (empty("No provider", "People log in with their password. A provider of OpenID \
                Connect lets them in besides; it adds nobody and gives no role.")),
            Some(provider) => div.card { dl.facts {
                dt { "Name" } dd { (provider.name) }
                dt { "Issuer" } dd.mono { (provider.issuer) }
                dt { "Client id" } dd.mono { (provider.client_id) }
                dt { "Client secret" } dd { "kept sealed; it is not shown" }
            } }
        }
        @if facts.may_set { (set(facts.provider.as_ref(), callback, mark)) }
        @if facts.provider.is_some() {
            h2 { "Linked logins" }
            @if facts.linked.is_empty() { p { "Nobody yet: a verified e-mail address that is a login links itself." } }
            @else { div.scroll { table {
                thead { tr { th { "Login" } th { "Subject" } th { "Issuer" } } }
                tbody { @for one in &facts.linked { tr {
                    td { (one.login) } td.mono { (one.subject) } td.mono { (one.issuer) }
                } } }
            } } }
            @if facts.may_link { (link(mark)) }
        }
    }
}

fn set(provider: Option<&ShownProvider>, callback: &str, mark: &str) -> Markup {
    let value = |of: fn(&ShownProvider) -> &str| provider.map(of).unwrap_or_default();
    html! {
        form.card method="post" action="/people/openid" autocomplete="off" {
            h2 { @if provider.is_some() { "Change it" } @else { "Set it" } } (csrf(mark))
            p { "Let the provider send people back to " span.mono { (callback) } "." }
            label.field { span { "Name on the button" }
                input name="name" required value=(value(|known| &known.name)); }
            label.field { span { "Issuer, letter for letter" }
                input name="issuer" type="url" required size="40" value=(value(|known| &known.issuer)); }
            label.field { span { "Client id" }
                input name="client_id" required size="30" value=(value(|known| &known.client_id)); }
            label.field {
                span { "Client secret" @if provider.is_some() { ", as it is when empty" } }
                input name="client_secret" type="password" autocomplete="new-password"
                    required[provider.is_none()] size="30";
            }
            button.main { "Keep" }
        }
        @if provider.is_some() {
            form.inline method="post" action="/people/openid/remove" {
                (csrf(mark)) button { "Remove the provider" }
            }
        }
    }
}

fn link(mark: &str) -> Markup {
    html! {
        form.inline method="post" action="/people/openid/link" {
            (csrf(mark))
            label.field { span { "Login" } input name="login" required; }
            label.field { span { "Subject at the provider" } input name="subject" required size="30"; }
            button { "Link" }
        }
    }
}

/// Sets the provider.
pub(crate) async fn keep(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let text = |name: &str| posted.get(name).trim().to_owned();
    let provider = Provider {
        name: text("name"),
        issuer: text("issuer"),
        client_id: text("client_id"),
        client_secret: text("client_secret"),
    };
    let set = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::set_openid(work, Some(&provider))
    })
    .await;
    match set {
        Ok(()) => done("/people/openid", "The provider is kept."),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Takes the provider away.
pub(crate) async fn remove(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let removed = write(&app, Door::Html, &posted.signed.who, "", |work| {
        access::set_openid(work, None)
    })
    .await;
    match removed {
        Ok(()) => done("/people/openid", "The provider was removed."),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Says which login a subject is.
pub(crate) async fn link_login(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let [login, subject] = ["login", "subject"].map(|name| posted.get(name).trim().to_owned());
    let linked = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::link_openid(work, &login, &subject)
    })
    .await;
    match linked {
        Ok(()) => done("/people/openid", "The subject was linked."),
        Err(failure) => refused(&posted.signed, failure),
    }
}
