//! Coming in and going out: log-in, one-time links, log-out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Form;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use books::access::{LogIn, Session};
use maud::{Markup, html};

use crate::app::{App, Door, blocking};
use crate::html::{bare, encoded, field};
use crate::limits::origin;
use crate::pages::error_page;
use crate::problem::Told;
use crate::session::{self, Fields, Posted};

/// Only paths of ours: no other site, no scheme. Browsers leave tabs and line ends out of
/// addresses, so that `/\t/host` is another site to them.
pub(crate) fn own_path(text: &str) -> &str {
    let is_plain = |sign: char| !sign.is_control() && sign != '\\';
    let is_own = text.starts_with('/') && !text.starts_with("//") && text.chars().all(is_plain);
    if is_own { text } else { "/" }
}

fn form(then: &str, login: &str, told: Option<&Told>, providers: &Providers) -> Markup {
    let error = told.map(|told| told.message.as_str()).unwrap_or_default();
    bare(
        "Log in",
        &html! {
            form method="post" action="/login" {
                input type="hidden" name="then" value=(then);
                label.field {
                    span { "Login" }
                    input name="login" value=(login) autocomplete="username" required autofocus;
                }
                label.field {
                    span { "Password" }
                    input name="password" type="password" autocomplete="current-password" required
                        aria-invalid=[(!error.is_empty()).then_some("true")];
                    @if !error.is_empty() { em.error role="alert" { (error) } }
                }
                @if let Some(told) = told {
                    @if told.code == "entity_not_named" || told.code == "unknown_entity" {
                        (field("Entity", "entity", "text", "", told.hint.as_deref().unwrap_or("")))
                    }
                }
                button.main { "Log in" }
            }
            @for (entity, name) in providers {
                p { a.button href=(format!("/login/openid?entity={}&then={}", encoded(entity),
                    encoded(then))) { "Log in by " (name) } }
            }
        },
    )
}

/// Entities by whose provider one can come in, with its name.
type Providers = Vec<(String, String)>;

/// Whoever cannot be asked is no way in; the form is there all the same.
async fn providers(app: &Arc<App>) -> Providers {
    let found = blocking(app, |app| {
        let context = app.context(Door::Html, "", "");
        books::access::openid_providers(&app.db, &context)
    });
    found.await.unwrap_or_default()
}

/// The form.
pub(crate) async fn show(State(app): State<Arc<App>>, Query(fields): Query<Fields>) -> Response {
    let providers = providers(&app).await;
    Html(form(own_path(fields.get("then")), "", None, &providers).0).into_response()
}

/// Logs in, slowed down after failures.
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let then = own_path(fields.get("then")).to_owned();
    let login = fields.get("login").to_owned();
    if let Err(told) = session::same_site(&headers) {
        return error_page(None, &told);
    }
    let keys = [
        format!("login {login}"),
        origin(session::address(from, &headers)),
    ];
    let begun = app.now();
    if let Some(seconds) = app.limits.begin(&keys, begun) {
        let told = Told::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            "Too many attempts failed.",
            &format!("wait {} minutes", (seconds + 59) / 60),
        );
        let mut response = error_page(None, &told);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
        return response;
    }
    let (actor, password) = (login.clone(), fields.raw("password").to_owned());
    let entity = Some(fields.get("entity").to_owned()).filter(|entity| !entity.is_empty());
    let turn = app.hashing.acquire().await;
    let outcome = blocking(&app, move |app| {
        let context = app.context(Door::Html, &actor, "");
        books::access::log_in(&app.db, &context, entity.as_deref(), &password)
    })
    .await;
    drop(turn);
    match outcome {
        Ok(log_in) => {
            app.limits.forgive(&keys, begun);
            app.limits.succeeded(&keys[0]);
            further(&app, &log_in, &then, &headers)
        }
        Err(failure) => {
            if failure.code() != "wrong_login" {
                app.limits.forgive(&keys, begun);
            }
            let told = Told::from(failure);
            let providers = providers(&app).await;
            let form = form(&then, &login, Some(&told), &providers);
            (told.status, Html(form.0)).into_response()
        }
    }
}

/// Lets in, or asks for the code that is owed.
pub(crate) fn further(app: &App, log_in: &LogIn, then: &str, headers: &HeaderMap) -> Response {
    match log_in {
        LogIn::In(session) => enter(app, session, then, headers),
        LogIn::NeedsCode(half) => Html(code_form(&half.secret, then, None).0).into_response(),
    }
}

fn code_form(half: &str, then: &str, told: Option<&Told>) -> Markup {
    bare(
        "The code of your app",
        &html! {
            form method="post" action="/login/code" {
                input type="hidden" name="half" value=(half);
                input type="hidden" name="then" value=(then);
                label.field {
                    span { "Code, or a recovery code" }
                    input name="code" autocomplete="one-time-code" inputmode="text" required autofocus
                        aria-invalid=[told.is_some().then_some("true")];
                    @if let Some(told) = told { em.error role="alert" { (told.message) } }
                }
                button.main { "Log in" }
            }
        },
    )
}

/// Goes on with the code.
pub(crate) async fn code(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    if let Err(told) = session::same_site(&headers) {
        return error_page(None, &told);
    }
    let then = own_path(fields.get("then")).to_owned();
    let (half, typed) = (fields.get("half").to_owned(), fields.get("code").to_owned());
    let key = half.clone();
    let entered = blocking(&app, move |app| {
        let context = app.context(Door::Html, "", "");
        books::access::enter_code(&app.db, &context, &key, &typed)
    })
    .await;
    match entered {
        Ok(session) => enter(&app, &session, &then, &headers),
        Err(failure) if failure.code() == "wrong_code" => {
            let told = Told::from(failure);
            (told.status, Html(code_form(&half, &then, Some(&told)).0)).into_response()
        }
        Err(failure) => error_page(None, &failure.into()),
    }
}

/// Sends on with the session's cookie.
fn enter(app: &App, session: &Session, to: &str, headers: &HeaderMap) -> Response {
    let seconds = session.ends_at.duration_since(app.now()).as_secs();
    let cookie = session::set_cookie(&session.secret, seconds, session::is_secure(headers));
    with_cookie(Redirect::to(to).into_response(), &cookie)
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Ends the session here and in the books.
pub(crate) async fn log_out(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed;
    let ended = blocking(&app, move |app| {
        let context = app.context(Door::Html, &signed.who.login, "");
        books::access::log_out(&app.db, &context, &signed.who.entity, &signed.secret)
    })
    .await;
    match ended {
        Ok(()) => with_cookie(
            Redirect::to("/login").into_response(),
            &session::clear_cookie(),
        ),
        Err(failure) => error_page(None, &failure.into()),
    }
}

fn welcome_form(login: &str, told: Option<&Told>) -> Markup {
    let error = told.map(|told| told.message.as_str()).unwrap_or_default();
    bare(
        "Welcome",
        &html! {
            p { "You are " strong { (login) } ". Choose your password; this link works once." }
            form method="post" {
                label.field {
                    span { "Password (a few words in a row)" }
                    input name="password" type="password" autocomplete="new-password" required
                        minlength="8" autofocus
                        aria-invalid=[(!error.is_empty()).then_some("true")];
                    @if !error.is_empty() { em.error role="alert" { (error) } }
                }
                button.main { "Set the password and log in" }
            }
        },
    )
}

/// What a one-time link opens.
pub(crate) async fn welcome(State(app): State<Arc<App>>, Path(secret): Path<String>) -> Response {
    match invited(&app, &secret).await {
        Ok(login) => Html(welcome_form(&login, None).0).into_response(),
        Err(told) => error_page(None, &told),
    }
}

async fn invited(app: &Arc<App>, secret: &str) -> Result<String, Told> {
    let secret = secret.to_owned();
    let who = blocking(app, move |app| {
        let context = app.context(Door::Html, "", "");
        books::access::invited(&app.db, &context, &secret)
    })
    .await?;
    who.map(|who| who.login)
        .ok_or_else(|| Told::from(books::Failure::from(books::access::LoginRefusal::LinkUsed)))
}

/// Sets the password and logs in.
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    if let Err(told) = session::same_site(&headers) {
        return error_page(None, &told);
    }
    let (key, password) = (secret.clone(), fields.raw("password").to_owned());
    let turn = app.hashing.acquire().await;
    let outcome = blocking(&app, move |app| {
        let context = app.context(Door::Html, "", "");
        books::access::accept_link(&app.db, &context, &key, &password)
    })
    .await;
    drop(turn);
    match outcome {
        Ok(log_in) => further(&app, &log_in, "/", &headers),
        Err(failure) => {
            let told = Told::from(failure);
            match invited(&app, &secret).await {
                Ok(login) => {
                    (told.status, Html(welcome_form(&login, Some(&told)).0)).into_response()
                }
                Err(told) => error_page(None, &told),
            }
        }
    }
}
