//! The provider of log-ins (OpenID Connect): which one, and which subject is which login. The
//! secret goes in here and never comes out again.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use books::Failure;
use books::access::{self, Linked, Provider, ShownProvider};
use domain::access::{Area, Verb};
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Form, Tried, csrf, empty, form};
use crate::pages::{Above, At, Drawn, done, drawn};
use crate::session::{Fields, Posted, Signed};

/// Where the page is, and where its forms are sent.
const SET: &str = "/people/openid";
const LINK: &str = "/people/openid/link";

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
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &headers, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
async fn page(app: &Arc<App>, signed: &Signed, headers: &HeaderMap, above: Above<'_>) -> Response {
    let facts = read(app, Door::Html, &signed.who, |work| {
        Ok(Facts {
            provider: access::openid_shown(work)?,
            linked: access::openid_linked(work)?,
            may_set: access::may(work, Area::Settings, Verb::Do)?,
            may_link: access::may(work, Area::Users, Verb::Do)?,
        })
    })
    .await;
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let scheme = if crate::session::is_secure(headers) {
        "https"
    } else {
        "http"
    };
    let callback = format!(
        "{scheme}://{}/login/openid/callback",
        host.unwrap_or("localhost")
    );
    drawn(signed, above, facts, |facts, at| Drawn {
        title: "Provider of log-ins".to_owned(),
        place: "/people",
        actions: html! { a.button href="/people" { "Users and roles" } },
        body: render(facts, &callback, at),
    })
}

/// The page as it was, with what was refused beside its form.
async fn again(
    app: &Arc<App>,
    headers: &HeaderMap,
    posted: &Posted,
    (action, failure): (&str, Failure),
) -> Response {
    let tried = Tried::of(action, posted, failure);
    page(app, &posted.signed, headers, (None, Some(&tried))).await
}

fn render(facts: &Facts, callback: &str, at: At<'_>) -> Markup {
    let may_link = facts.provider.is_some() && facts.may_link;
    html! {
        @match &facts.provider {
            None => (empty("No provider", "People log in with their password. A provider of OpenID \
                Connect lets them in besides; it adds nobody and gives no role.")),
            Some(provider) => div.card { dl.facts {
                dt { "Name" } dd { (provider.name) }
                dt { "Issuer" } dd.mono { (provider.issuer) }
                dt { "Client id" } dd.mono { (provider.client_id) }
                dt { "Client secret" } dd { "stored encrypted; it is not shown" }
            } }
        }
        @if facts.may_set { (set(facts.provider.as_ref(), callback, at)) }
        @if facts.provider.is_some() {
            h2 { "Linked logins" }
            @if facts.linked.is_empty() { p { "Nobody yet: a verified e-mail address that is a login is linked automatically." } }
            @else { div.scroll { table {
                thead { tr { th { "Login" } th { "Subject" } th { "Issuer" } } }
                tbody { @for one in &facts.linked { tr {
                    td { (one.login) } td.mono { (one.subject) } td.mono { (one.issuer) }
                } } }
            } } }
        }
        @if may_link { (link(at)) }
    }
}

fn set(provider: Option<&ShownProvider>, callback: &str, (mark, tried): At<'_>) -> Markup {
    let value = |of: fn(&ShownProvider) -> &str| provider.map(of).unwrap_or_default();
    let form = Form::to(SET, tried);
    let field = |label, name, size, of: fn(&ShownProvider) -> &str| {
        form::text(label, name, size).holding(value(of)).needed()
    };
    let issuer = field("Issuer, letter for letter", "issuer", 40, |known| {
        &known.issuer
    });
    let secret = if provider.is_some() {
        form::text("Client secret, as it is when empty", "client_secret", 30)
    } else {
        form::text("Client secret", "client_secret", 30).needed()
    };
    html! {
        form.card method="post" action=(SET) autocomplete="off" {
            h2 { @if provider.is_some() { "Change it" } @else { "Set it" } } (csrf(mark))
            p { "Allow this redirect address at the provider: " span.mono { (callback) } "." }
            (form.input(field("Name on the button", "name", 20, |known| &known.name)))
            (form.input(issuer.of_kind("url")))
            (form.input(field("Client id", "client_id", 30, |known| &known.client_id)))
            (form.input(secret.of_kind("password").filled_with("new-password")))
            (form.refusal())
            button.main { "Keep" }
        }
        @if provider.is_some() {
            form.inline method="post" action="/people/openid/remove" {
                (csrf(mark)) button { "Remove the provider" }
            }
        }
    }
}

fn link((mark, tried): At<'_>) -> Markup {
    let form = Form::to(LINK, tried);
    html! {
        form.inline method="post" action=(LINK) {
            (csrf(mark))
            (form.input(form::text("Login", "login", 20).needed()))
            (form.input(form::text("Subject at the provider", "subject", 30).needed()))
            button { "Link" }
            (form.refusal())
        }
    }
}

/// Sets the provider.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
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
        Ok(()) => done(SET, "The provider is saved."),
        Err(failure) => again(&app, &headers, &posted, (SET, failure)).await,
    }
}

/// Takes the provider away.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let removed = write(&app, Door::Html, &posted.signed.who, "", |work| {
        access::set_openid(work, None)
    })
    .await;
    match removed {
        Ok(()) => done(SET, "The provider was removed."),
        Err(failure) => again(&app, &headers, &posted, ("/people/openid/remove", failure)).await,
    }
}

/// Says which login a subject is.
pub(crate) async fn link_login(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let [login, subject] = ["login", "subject"].map(|name| posted.get(name).trim().to_owned());
    let linked = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::link_openid(work, &login, &subject)
    })
    .await;
    match linked {
        Ok(()) => done(SET, "The subject was linked."),
        Err(failure) => again(&app, &headers, &posted, (LINK, failure)).await,
    }
}
