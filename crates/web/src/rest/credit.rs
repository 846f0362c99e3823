//! Credit, for programs: the policy, and customers who are held.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::credit::{self, Shown};
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::app::{App, Door, read};
use crate::rest::writes::{Answer, Sent, once};
use crate::rest::{Caller, json_answer};

/// What happens to an invoice beyond the limit.
pub(crate) async fn policy(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let answer = read(&app, Door::Rest, &caller.who, credit::policy).await?;
    let body = json!({ "over_limit": answer.code() });
    Ok(json_answer(StatusCode::OK, &body))
}

/// Changes it.
pub(crate) async fn set_policy(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("credit policy")?;
    let (word, reason) = (asking.text("over_limit")?, asking.text("reason")?);
    once(&app, &caller, asking, &reason.clone(), move |work, _| {
        let answer = credit::set_policy(work, &word, &reason)?;
        Ok(json!({ "over_limit": answer.code() }))
    })
    .await
}

/// How a customer stands.
pub(crate) async fn standing(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
) -> Answer {
    let asked = code.clone();
    let standing = read(&app, Door::Rest, &caller.who, move |work| {
        credit::standing(work, &asked)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &told(&code, &standing)))
}

fn told(code: &str, shown: &Shown) -> Json {
    let standing = &shown.standing;
    let money =
        |money: Money| json!({ "amount": money.to_string(), "currency": money.currency().code() });
    let mut told = json!({ "party": code, "exposure": money(standing.exposure) });
    if let Some(limit) = shown.limit {
        told["credit_limit"] = money(limit.amount);
        told["covers"] = limit.covers.code().into();
    }
    if let Some(exposure) = shown.group_exposure() {
        told["group_exposure"] = money(exposure);
    }
    if !shown.above.is_empty() {
        let above = shown.above.iter().map(|(code, room)| {
            json!({
                "party": code, "credit_limit": money(room.limit.amount),
                "group_exposure": money(room.exposure), "headroom": money(room.headroom()),
            })
        });
        told["above"] = above.collect();
    }
    if let Some(headroom) = standing.headroom() {
        told["headroom"] = money(headroom);
    }
    if let Some(hold) = &standing.hold {
        told["hold"] = json!({ "actor": hold.actor, "reason": hold.reason });
    }
    told
}

/// Holds a customer.
pub(crate) async fn hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("hold {code}"))?;
    let reason = asking.text("reason")?;
    once(&app, &caller, asking, &reason.clone(), move |work, _| {
        credit::hold(work, &code, &reason)?;
        Ok(json!({ "party": code, "state": "held" }))
    })
    .await
}
