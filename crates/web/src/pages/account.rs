//! Your account: the app that makes codes, and your sessions. And how people may come in.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use books::Failure;
use books::access::{self, Enrolment, SignIn, Standing};
use domain::access::{Area, ROLES, Verb};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::app::{App, Door, blocking, read, write};
use crate::html::form::{self, Input};
use crate::html::{Form, Frame, Tried, csrf};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, Drawn, answer, done, drawn, people, shown_again};
use crate::session::{Fields, Posted, Signed, clear_cookie};

/// Where its forms are sent.
const CONFIRM: &str = "/account/code/confirm";
const REMOVE: &str = "/account/code/remove";
const POLICY: &str = "/people/policy";

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
        let may_keep = access::may(work, Area::Settings, Verb::Do)?;
        let policy = if may_keep {
            Some(access::sign_in(work)?)
        } else {
            None
        };
        Ok((access::standing(work)?, policy))
    })
    .await;
    drawn(signed, above, facts, |(standing, policy), (_, tried)| {
        Drawn {
            title: "Your account".to_owned(),
            place: "/account",
            actions: html! {},
            body: render(signed, *standing, policy.as_ref(), tried),
        }
    })
}

/// The page as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, posted: &Posted, action: &str, failure: Failure) -> Response {
    let tried = Tried::of(action, posted, failure);
    page(app, &posted.signed, (None, Some(&tried))).await
}

fn render(
    signed: &Signed,
    standing: Standing,
    policy: Option<&SignIn>,
    tried: Option<&Tried>,
) -> Markup {
    let mark = signed.csrf();
    let may_remove = standing.has_code && !standing.owes_code;
    let forms = [(REMOVE, may_remove), (POLICY, policy.is_some())];
    let forms: Vec<&str> = forms
        .iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(to, _)| *to)
        .collect();
    let remove = Form::to(REMOVE, tried);
    html! {
        @if signed.must_enrol {
            p.refused role="alert" { "Your role requires an authenticator app. Enrol one before you go on." }
        }
        @if let Some(tried) = tried { (tried.beyond(&forms)) }
        h2 { "Codes of an app" }
        @if standing.has_code {
            p { "Your authenticator app is enrolled; " (standing.recovery_left) " recovery codes are left." }
            @if may_remove {
                form.inline method="post" action=(REMOVE) {
                    (csrf(&mark))
                    (remove.input(code_field()))
                    button { "Remove the app" }
                    (remove.refusal())
                }
            }
        } @else {
            p { "With an authenticator app, a stolen password alone is useless." }
            form method="post" action="/account/code" { (csrf(&mark)) button.main { "Enrol an app" } }
        }
        h2 { "Sessions" }
        form method="post" action="/account/sign-out" {
            (csrf(&mark)) button { "Sign out everywhere" }
        }
        @if let Some(policy) = policy { (policy_form(policy, (&mark, tried))) }
    }
}

/// The field of a code; what was typed is not kept, each works once.
fn code_field() -> Input<'static> {
    Input {
        is_secret: true,
        ..form::text("Code", "code", 12)
            .needed()
            .filled_with("one-time-code")
    }
}

fn policy_form(policy: &SignIn, (mark, tried): (&str, Option<&Tried>)) -> Markup {
    let form = Form::to(POLICY, tried);
    let number = |label: &str, name: &str, value: i64| {
        let value = value.to_string();
        form.input(form::count_field(label, name).holding(&value).needed())
    };
    let owing: Vec<(&str, &str, &str, bool)> = ROLES
        .iter()
        .map(|role| {
            (
                role.code,
                role.title,
                role.about,
                policy.code_for.contains(&role),
            )
        })
        .collect();
    html! {
        form.card method="post" action=(POLICY) {
            h2 { "How people come in" } (csrf(mark))
            (number("Minimum length of a password", "least_length", policy.least_length))
            (number("Hours after which a session ends", "session_hours", policy.session_hours))
            (number("Idle minutes after which it ends; 0 is never", "idle_minutes",
                policy.idle_minutes))
            (form.boxes(("Roles that must use an app", "code_for"), &owing))
            (form.refusal())
            button { "Keep" }
        }
    }
}

/// A QR code as SVG; nothing where the text is too long for one.
fn picture(text: &str) -> Markup {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        return html! {};
    };
    let svg = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // Only the drawing: the XML declaration has no place within a page.
    let drawing = svg.find("<svg").and_then(|at| svg.get(at..));
    html! { (PreEscaped(drawing.unwrap_or_default())) }
}

fn enrolment_page(signed: &Signed, enrolment: &Enrolment) -> Response {
    let form = Form::to(CONFIRM, None);
    let body = html! {
        p { "Scan this with the app, or type the secret. Then enter the code that it shows." }
        div { (picture(&enrolment.uri)) }
        p.mono { (enrolment.secret) }
        (confirm_form(&form, &signed.csrf()))
    };
    answer(&Frame::new("Enrol an app", "/account").page(signed, &body))
}

fn confirm_form(form: &Form<'_>, mark: &str) -> Markup {
    html! {
        form method="post" action=(CONFIRM) {
            (csrf(mark))
            (form.input(code_field()))
            (form.refusal())
            button.main { "Confirm" }
        }
    }
}

/// The form of the code again; the app has the secret, which is not shown twice.
fn confirm_again(posted: &Posted, failure: Failure) -> Response {
    let tried = Tried::of(CONFIRM, posted, failure);
    let form = Form::to(CONFIRM, Some(&tried));
    let body = html! {
        p { "Enter the code that the app shows now." }
        (confirm_form(&form, &posted.signed.csrf()))
        form.inline method="post" action="/account/code" {
            (csrf(&posted.signed.csrf())) button { "Start again with another secret" }
        }
    };
    let page = Frame::new("Enrol an app", "/account").page(&posted.signed, &body);
    shown_again(&posted.signed, Ok(page), Some(&tried))
}

/// Begins to enrol an app.
pub(crate) async fn begin(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let begun = write(&app, Door::Html, &posted.signed.who, "", access::begin).await;
    match begun {
        Ok(enrolment) => enrolment_page(&posted.signed, &enrolment),
        Err(failure) => again(&app, &posted, "/account/code", failure).await,
    }
}

/// Confirms the app and shows the recovery codes once.
pub(crate) async fn confirm(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let code = posted.get("code").to_owned();
    let confirmed = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::confirm(work, &code)
    })
    .await;
    match confirmed {
        Ok(codes) => {
            let body = html! {
                p { "From now on sign-in asks for a code. Each of these works once, if the app "
                    "is lost; they are not shown again." }
                pre.mono { (codes.join("\n")) }
                p { a.button href="/" { "Go on" } }
            };
            answer(&Frame::new("Recovery codes", "/account").page(&posted.signed, &body))
        }
        Err(failure) => confirm_again(&posted, failure),
    }
}

/// Takes the app away.
pub(crate) async fn remove(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let code = posted.get("code").to_owned();
    let who = posted.signed.who.clone();
    let removed = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        access::remove(&app.db, &context, &who.entity, &code)
    })
    .await;
    match removed {
        Ok(()) => done("/account", "The app was removed."),
        Err(failure) => again(&app, &posted, REMOVE, failure).await,
    }
}

/// Ends all sessions of oneself, this one included.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.signed.who.login.clone();
    let ended = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::sign_out(work, &login)
    })
    .await;
    match ended {
        Ok(_) => {
            let cookie = [(axum::http::header::SET_COOKIE, clear_cookie())];
            (cookie, Redirect::to("/login")).into_response()
        }
        Err(failure) => again(&app, &posted, "/account/sign-out", failure).await,
    }
}

/// Ends all sessions of somebody else.
pub(crate) async fn sign_out_other(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.get("login").to_owned();
    let ended = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::sign_out(work, &login)
    })
    .await;
    let told = ended.map(|count| format!("{count} sessions were ended."));
    people::answered(&app, &posted, "/people/sign-out", told).await
}

/// Takes a lost app away from somebody.
pub(crate) async fn reset(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.get("login").to_owned();
    let reset = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::reset(work, &login)
    })
    .await;
    let told = reset.map(|()| "The app was removed; a new one is enrolled at sign-in.");
    people::answered(&app, &posted, "/people/reset-code", told).await
}

/// Changes how people come in.
pub(crate) async fn set_policy(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let fields = posted.fields().clone();
    let set = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let number = |name: &'static str| {
            let text = fields.get(name);
            let parsed = text.parse::<i64>();
            parsed.map_err(|_| Failure::from(NotAValue::of(name, text)))
        };
        let policy = SignIn {
            least_length: number("least_length")?,
            session_hours: number("session_hours")?,
            idle_minutes: number("idle_minutes")?,
            code_for: access::roles_of(fields.all("code_for"))?,
        };
        access::set_sign_in(work, &policy)
    })
    .await;
    match set {
        Ok(()) => done("/account", "The policy is saved."),
        Err(failure) => again(&app, &posted, POLICY, failure).await,
    }
}
