//! Your account: the app that makes codes, and your sessions. And how people may come in.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use books::access::{self, Enrolment, SignIn, Standing};
use domain::access::{Area, ROLES, Verb};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::app::{App, Door, blocking, read, write};
use crate::html::{Frame, csrf};
use crate::pages::{answer, done, refused, shown};
use crate::session::{Fields, Posted, Signed, clear_cookie};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let facts = read(&app, Door::Html, &signed.who, |work| {
        let may_keep = access::may(work, Area::Settings, Verb::Do)?;
        let policy = if may_keep {
            Some(access::sign_in(work)?)
        } else {
            None
        };
        Ok((access::standing(work)?, policy))
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = facts.map(|(standing, policy)| {
        let frame = Frame {
            told,
            ..Frame::new("Your account", "/account")
        };
        frame.page(&signed, &render(&signed, standing, policy.as_ref()))
    });
    shown(&signed, markup)
}

fn render(signed: &Signed, standing: Standing, policy: Option<&SignIn>) -> Markup {
    let mark = signed.csrf();
    html! {
        @if signed.must_enrol {
            p.refused role="alert" { "Your role owes a code at log-in. Enrol an app before you go on." }
        }
        h2 { "Codes of an app" }
        @if standing.has_code {
            p { "An app makes codes for you; " (standing.recovery_left) " recovery codes are left." }
            @if !standing.owes_code {
                form.inline method="post" action="/account/code/remove" {
                    (csrf(&mark))
                    input name="code" aria-label="Code" placeholder="Code" required
                        autocomplete="one-time-code";
                    " " button { "Take the app away" }
                }
            }
        } @else {
            p { "With an app, a stolen password alone opens nothing." }
            form method="post" action="/account/code" { (csrf(&mark)) button.main { "Enrol an app" } }
        }
        h2 { "Sessions" }
        form method="post" action="/account/sign-out" {
            (csrf(&mark)) button { "Sign out everywhere" }
        }
        @if let Some(policy) = policy { (policy_form(policy, &mark)) }
    }
}

fn policy_form(policy: &SignIn, mark: &str) -> Markup {
    let number = |label: &str, name: &str, value: i64| {
        html! { label.field { span { (label) }
        input name=(name) value=(value) inputmode="numeric" required; } }
    };
    html! {
        form.card method="post" action="/people/policy" {
            h2 { "How people come in" } (csrf(mark))
            (number("Least length of a password", "least_length", policy.least_length))
            (number("Hours after which a session ends", "session_hours", policy.session_hours))
            (number("Minutes without use after which it ends; 0 is never", "idle_minutes",
                policy.idle_minutes))
            fieldset {
                legend { "Roles that owe a code" }
                @for role in ROLES {
                    label {
                        input type="checkbox" name="code_for" value=(role.code)
                            checked[policy.code_for.contains(&role)];
                        " " (role.title)
                    } br;
                }
            }
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

fn enrolment_page(signed: &Signed, enrolment: &Enrolment, wrong: Option<&str>) -> Response {
    let body = html! {
        p { "Scan this with the app, or type the secret. Then give the code that it shows." }
        div { (picture(&enrolment.uri)) }
        p.mono { (enrolment.secret) }
        form method="post" action="/account/code/confirm" {
            (csrf(&signed.csrf()))
            label.field {
                span { "Code" }
                input name="code" autocomplete="one-time-code" inputmode="numeric" required autofocus;
                @if let Some(wrong) = wrong { em.error role="alert" { (wrong) } }
            }
            button.main { "Confirm" }
        }
    };
    answer(&Frame::new("Enrol an app", "/account").page(signed, &body))
}

/// Begins to enrol an app.
pub(crate) async fn begin(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let begun = write(&app, Door::Html, &posted.signed.who, "", access::begin).await;
    match begun {
        Ok(enrolment) => enrolment_page(&posted.signed, &enrolment, None),
        Err(failure) => refused(&posted.signed, failure),
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
                p { "From now on the log-in asks for a code. Each of these opens once, when the app "
                    "is lost; they are not shown again." }
                pre.mono { (codes.join("\n")) }
                p { a.button href="/" { "Go on" } }
            };
            answer(&Frame::new("Recovery codes", "/account").page(&posted.signed, &body))
        }
        Err(failure) => refused(&posted.signed, failure),
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
        Ok(()) => done("/account", "The app was taken away."),
        Err(failure) => refused(&posted.signed, failure),
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
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Ends all sessions of somebody else.
pub(crate) async fn sign_out_other(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.get("login").to_owned();
    let ended = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::sign_out(work, &login)
    })
    .await;
    match ended {
        Ok(count) => done("/people", &format!("{count} sessions were ended.")),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Takes a lost app away from somebody.
pub(crate) async fn reset(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.get("login").to_owned();
    let reset = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::reset(work, &login)
    })
    .await;
    match reset {
        Ok(()) => done(
            "/people",
            "The app was taken away; another is enrolled at log-in.",
        ),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Changes how people come in.
pub(crate) async fn set_policy(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let number = |name: &str| posted.get(name).parse::<i64>().unwrap_or(-1);
    let [least_length, session_hours, idle_minutes] =
        ["least_length", "session_hours", "idle_minutes"].map(number);
    let codes = posted.all("code_for").to_vec();
    let set = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let policy = SignIn {
            least_length,
            session_hours,
            idle_minutes,
            code_for: access::roles_of(&codes)?,
        };
        access::set_sign_in(work, &policy)
    })
    .await;
    match set {
        Ok(()) => done("/account", "The policy is kept."),
        Err(failure) => refused(&posted.signed, failure),
    }
}
