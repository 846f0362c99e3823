//! What is tolerated of the payments of classes of parties, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use books::cash::tolerances;
use domain::money::Currency;
use formats::exchange::{ClassPolicy, Tolerances};
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, json_answer};

fn told((class, own): &(String, Tolerances)) -> Json {
    let fees = own.bank_fee_tolerance.iter();
    let fees: Map<String, Json> = fees
        .map(|(currency, amount)| (currency.code().to_owned(), amount.to_string().into()))
        .collect();
    let mut told = json!({
        "discount_grace_days": own.discount_grace_days, "bank_fee_tolerance": fees,
        "rounding_tolerance": own.rounding_tolerance.to_string(),
    });
    if !class.is_empty() {
        told["class"] = class.as_str().into();
    }
    told
}

/// What stands.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let all = read(&app, Door::Rest, &caller.who, tolerances::tolerances).await?;
    let data: Vec<Json> = all.iter().map(told).collect();
    Ok(json_answer(StatusCode::OK, &json!({ "data": data })))
}

fn own(asking: &Asking) -> Result<ClassPolicy, Problem> {
    let wrong = |name: &'static str| field(name, &format!("`{name}` is not understood."));
    let days = match asking.body.get("discount_grace_days") {
        None | Some(Json::Null) => None,
        Some(days) => {
            let days = days.as_u64().and_then(|days| u16::try_from(days).ok());
            Some(days.ok_or_else(|| wrong("discount_grace_days"))?)
        }
    };
    let fees = match asking.body.get("bank_fee_tolerance") {
        None | Some(Json::Null) => Some(BTreeMap::new()),
        Some(fees) => fees.as_object().and_then(|fees| {
            let fees = fees.iter();
            fees.map(|(code, amount)| {
                let amount = amount.as_str()?.parse().ok()?;
                Some((Currency::parse(code)?, amount))
            })
            .collect()
        }),
    };
    let rounding = match asking.optional_text("rounding_tolerance")?.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| wrong("rounding_tolerance"))?),
    };
    Ok(ClassPolicy {
        discount_grace_days: days,
        bank_fee_tolerance: fees.ok_or_else(|| wrong("bank_fee_tolerance"))?,
        rounding_tolerance: rounding,
    })
}

/// Says what is tolerated of a class.
pub(crate) async fn set(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("class policy")?;
    let (class, reason) = (asking.text("class")?, asking.text("reason")?);
    let is_lifted = asking.body.get("lift").and_then(Json::as_bool) == Some(true);
    let own = own(&asking)?;
    once(&app, &caller, asking, &reason.clone(), move |work, _| {
        let own = Some(&own).filter(|_| !is_lifted);
        tolerances::set_class(work, &class, own, &reason)?;
        let state = if is_lifted { "lifted" } else { "stands" };
        Ok(json!({ "class": class, "state": state }))
    })
    .await
}
