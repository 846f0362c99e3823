//! Short-pays, for programs: parted off, worked, settled.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::approvals::Asked;
use books::short_pays::{self, Credit, Defaults, NewShortPay, ShortPay};
use books::{Outcome, Work};
use domain::short_pays::Reason;
use serde_json::{Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::settling::{money, money_json};
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, json_answer, not_found};

/// What can be done about one, by the end of its path.
pub(crate) const VERBS: &[&str] = &[
    "assign",
    "put-off",
    "note",
    "reason",
    "decide",
    "credit",
    "write-off",
    "take-back",
];

fn told(case: &ShortPay) -> Json {
    json!({
        "id": case.document.to_string(), "number": case.number, "party": case.party_code,
        "document": case.from_number, "reason": case.reason.code(), "stated": case.stated,
        "owner": case.owner, "answer_by": case.answer_by.to_string(),
        "amount": money_json(case.amount), "open": money_json(case.open),
        "state": case.state.code(), "to_do": case.to_do().unwrap_or_default(),
    })
}

/// Parts one off a document that was paid in part.
pub(crate) async fn open(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("short-pay")?;
    let reason = match asking.optional_text("reason")?.as_str() {
        "" => None,
        word => {
            let wrong = || field("reason", &format!("`{word}` is no reason."));
            Some(Reason::parse(word).ok_or_else(wrong)?)
        }
    };
    let new = NewShortPay {
        document: asking.text("document")?,
        amount: money(asking.body.get("amount"), "amount")?,
        reason,
        stated: asking.optional_text("stated")?,
        owner: asking.given("owner")?,
        answer_by: asking.optional_day("answer_by")?,
        on: asking.optional_day("on")?,
    };
    once(&app, &caller, asking, "", move |work, _| {
        Ok(told(&short_pays::part_off(work, &new)?))
    })
    .await
}

/// Does something about one.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((key, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("short-pay {key} {verb}"))?;
    let act = act_of(key, &verb, &asking)?;
    once(&app, &caller, asking, "", move |work, _| act(work)).await
}

type Act = Box<dyn Fn(&mut Work<'_>) -> Outcome<Json> + Send>;

fn act_of(key: String, verb: &str, asking: &Asking) -> Result<Act, Problem> {
    let why = asking.optional_text("why")?;
    Ok(match verb {
        "assign" => {
            let owner = asking.optional_text("owner")?;
            Box::new(move |work| Ok(told(&short_pays::assign(work, &key, &owner, &why)?)))
        }
        "put-off" => {
            let until = asking.day("until")?;
            Box::new(move |work| Ok(told(&short_pays::put_off(work, &key, until, &why)?)))
        }
        "note" => {
            let text = asking.text("text")?;
            Box::new(move |work| Ok(told(&short_pays::note(work, &key, &text)?)))
        }
        "reason" => {
            let reason = asking.text("reason")?;
            Box::new(move |work| Ok(told(&short_pays::correct(work, &key, &reason, &why)?)))
        }
        "decide" => {
            let verdict = asking.text("verdict")?;
            let before = asking.optional_text("instead_of")?;
            Box::new(move |work| {
                let verdict = (verdict.as_str(), before.as_str());
                Ok(told(&short_pays::decide(work, &key, verdict, &why)?))
            })
        }
        "take-back" => {
            let on = asking.optional_day("on")?;
            Box::new(move |work| Ok(told(&short_pays::take_back(work, &key, on, &why)?)))
        }
        "credit" => credit(key, why, asking)?,
        "write-off" => {
            let amount = money(asking.body.get("amount"), "amount")?;
            let on = asking.optional_day("on")?;
            Box::new(move |work| {
                let done = short_pays::write_off(work, &key, amount, on, &why)?;
                let waits = done.waiting.first().map(ToString::to_string);
                settled(work, &key, waits)
            })
        }
        _ => return Err(not_found()),
    })
}

fn credit(key: String, why: String, asking: &Asking) -> Result<Act, Problem> {
    let order = Credit {
        short_pay: key,
        amount: money(asking.body.get("amount"), "amount")?,
        tax_rate: asking.given("tax_rate")?,
        on: asking.optional_day("on")?,
    };
    Ok(Box::new(move |work| {
        let waits = match short_pays::credit(work, &order, &why)? {
            Asked::Done(_) => None,
            Asked::Waits(id) => Some(id.to_string()),
        };
        settled(work, &order.short_pay, waits)
    }))
}

/// How one stands, and the request that waits for approval.
fn settled(work: &mut Work<'_>, key: &str, waits: Option<String>) -> Outcome<Json> {
    let (case, _) = short_pays::show(work, key)?;
    let mut told = told(&case);
    if let Some(id) = waits {
        told["waiting"] = id.into();
    }
    Ok(told)
}

/// What people did about one, oldest first.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
) -> Answer {
    let (_, events) = read(&app, Door::Rest, &caller.who, move |work| {
        short_pays::show(work, &key)
    })
    .await?;
    let data = events.iter().map(|event| {
        json!({
            "id": event.id.to_string(), "kind": event.kind.code(), "content": event.content,
            "told": event.told, "actor": event.actor,
            "recorded_at": event.recorded_at.to_string(),
        })
    });
    let body = json!({ "data": data.collect::<Vec<_>>() });
    Ok(json_answer(StatusCode::OK, &body))
}

fn defaults_json(defaults: &Defaults) -> Json {
    json!({ "owner": defaults.owner, "answer_days": defaults.answer_days })
}

/// What new short-pays begin with.
pub(crate) async fn defaults(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, short_pays::defaults).await?;
    Ok(json_answer(StatusCode::OK, &defaults_json(&found)))
}

/// Changes it.
pub(crate) async fn set_defaults(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent,
) -> Answer {
    let asking = sent.asking("short-pay defaults")?;
    let days = asking.body.get("answer_days").and_then(Json::as_i64);
    let new = Defaults {
        owner: asking.optional_text("owner")?,
        answer_days: days.ok_or_else(|| field("answer_days", "`answer_days` is no number."))?,
    };
    once(&app, &caller, asking, "", move |work, _| {
        short_pays::set_defaults(work, &new)?;
        Ok(defaults_json(&new))
    })
    .await
}
