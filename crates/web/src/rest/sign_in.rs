//! How people come in, for programs that keep it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::access::{self, SignIn};
use domain::access::{Area, Verb};
use serde_json::json;

use crate::app::{App, Door, read};
use crate::rest::writes::{Answer, Sent, field, once};
use crate::rest::{Caller, json_answer, not_found};

/// The policy.
pub(crate) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let policy = read(&app, Door::Rest, &caller.who, |work| {
        access::demand(work, Area::Users, Verb::See, None)?;
        access::sign_in(work)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &policy.to_json()))
}

/// Changes it, whole.
pub(crate) async fn set(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("sign-in policy")?;
    let number = |name: &'static str| {
        let value = asking.body.get(name).and_then(serde_json::Value::as_i64);
        value.ok_or_else(|| field(name, &format!("`{name}` is no whole number.")))
    };
    let (least_length, session_hours) = (number("least_length")?, number("session_hours")?);
    let idle_minutes = number("idle_minutes")?;
    let codes = asking.texts("code_for")?;
    once(&app, &caller, asking, "", move |work, _| {
        let policy = SignIn {
            least_length,
            session_hours,
            idle_minutes,
            code_for: access::roles_of(&codes)?,
        };
        access::set_sign_in(work, &policy)?;
        Ok(policy.to_json())
    })
    .await
}

/// Takes a lost app away, or ends every session of somebody.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((login, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("{verb} {login}"))?;
    if !["reset-code", "sign-out"].contains(&verb.as_str()) {
        return Err(not_found());
    }
    once(&app, &caller, asking, "", move |work, _| {
        if verb == "reset-code" {
            access::reset(work, &login)?;
        } else {
            access::sign_out(work, &login)?;
        }
        Ok(json!({ "login": login, "done": verb }))
    })
    .await
}
