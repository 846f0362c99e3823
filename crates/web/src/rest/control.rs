//! Control for programs: policies, who decides for whom, reminders, and what holds a close back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::approvals::policy::{self, Rule, Version};
use books::approvals::{self, Reminding};
use domain::access::Area;
use domain::calendar::Date;
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::reads::paged;
use crate::rest::writes::{Answer, Sent, field, once};
use crate::rest::{Caller, id_of, json_answer};

pub(super) fn version_json(version: &Version, currency: Currency) -> Json {
    let rules = version.rules.iter().map(|rule| {
        let above = Money::new(rule.above, currency);
        let roles: Vec<&str> = rule.roles.iter().map(|role| role.code).collect();
        json!({
            "above": { "amount": above.to_string(), "currency": currency.code() },
            "approvers": rule.approvers, "days": rule.days, "roles": roles,
        })
    });
    let mut told = json!({
        "area": version.area.code(), "version": version.version,
        "rules": rules.collect::<Vec<_>>(),
    });
    if let Some(at) = version.recorded_at {
        told["actor"] = version.actor.as_str().into();
        told["reason"] = version.reason.as_str().into();
        told["recorded_at"] = at.to_string().into();
    }
    told
}

/// What stands for each area.
pub(crate) async fn policies(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let data = read(&app, Door::Rest, &caller.who, |work| {
        let (standing, currency) = (policy::standing(work)?, work.functional());
        let versions = standing.versions().iter();
        Ok(versions
            .map(|version| version_json(version, currency))
            .collect())
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}

/// Makes the rules of an area these and no others.
pub(crate) async fn set_policy(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("policy")?;
    let area = policy::area(&asking.text("area")?).map_err(books::Failure::from)?;
    let reason = asking.text("reason")?;
    let tiers = match asking.body.get("rules") {
        Some(Json::Array(tiers)) => tiers.clone(),
        Some(_) | None => return Err(field("rules", "`rules` is no list.")),
    };
    let read = tiers.iter().map(|tier| rule_of(area, tier));
    let read = read.collect::<Result<Vec<_>, Problem>>()?;
    let why = reason.clone();
    once(&app, &caller, asking, &reason, move |work, _| {
        let currency = work.functional();
        let rules = read.iter().map(|(above, rule)| {
            let above = Money::parse(above, currency).ok();
            let above = above.map_or(-1, Money::minor);
            Rule {
                above,
                ..rule.clone()
            }
        });
        let rules: Vec<Rule> = rules.collect();
        let version = policy::set(work, area, &rules, &why)?;
        Ok(version_json(&version, currency))
    })
    .await
}

/// A rule as it was sent, its amount still a text.
fn rule_of(area: Area, tier: &Json) -> Result<(String, Rule), Problem> {
    if !tier.is_object() {
        return Err(field("rules", "A rule is an object."));
    }
    let number = |name: &'static str, usual: i64| match tier.get(name) {
        None => Ok(usual),
        Some(value) => {
            let wrong = || field(name, &format!("`{name}` is no whole number."));
            value.as_i64().ok_or_else(wrong)
        }
    };
    let above = match tier.get("above") {
        None => Some("0"),
        Some(Json::String(text)) => Some(text.as_str()),
        Some(money) => money.get("amount").and_then(Json::as_str),
    };
    let above = above.ok_or_else(|| field("above", "`above` is no amount."))?;
    let roles = tier.get("roles").and_then(Json::as_array);
    let roles = roles.into_iter().flatten().map(|role| {
        let code = role.as_str();
        code.ok_or_else(|| field("roles", "`roles` is a list of texts."))
    });
    let roles = roles.collect::<Result<Vec<_>, _>>()?.join(",");
    let rule = Rule {
        area,
        above: 0,
        approvers: number("approvers", 1)?,
        days: number("days", 14)?,
        roles: policy::roles(area, &roles).map_err(books::Failure::from)?,
    };
    Ok((above.to_owned(), rule))
}

/// Who decides for whom.
pub(crate) async fn delegations(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, |work| {
        approvals::delegations(work, true)
    })
    .await?;
    let today = app.today();
    let data = found.into_iter().map(|given| {
        json!({
            "id": given.id.to_string(), "delegator": given.delegator, "delegate": given.delegate,
            "from": given.from_on.to_string(), "until": given.until_on.to_string(),
            "stands": given.stands_on(today), "reason": given.reason,
        })
    });
    let data: Vec<Json> = data.collect();
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}

/// Lets somebody decide for somebody who is away.
pub(crate) async fn delegate(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("delegate")?;
    let [delegator, delegate] = [asking.text("delegator")?, asking.text("delegate")?];
    let day = |name: &'static str| -> Result<Date, Problem> {
        let text = asking.text(name)?;
        let parsed = text.parse();
        parsed.map_err(|_| field(name, &format!("`{text}` is no date.")))
    };
    let days = (day("from")?, day("until")?);
    let reason = asking.optional_text("reason")?;
    let why = reason.clone();
    once(&app, &caller, asking, &reason, move |work, _| {
        let id = approvals::delegate(work, &delegator, &delegate, days, &why)?;
        Ok(json!({ "id": id.to_string() }))
    })
    .await
}

/// Ends a delegation.
pub(crate) async fn end_delegation(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("end delegation {id}"))?;
    let id = id_of(&id)?;
    once(&app, &caller, asking, "", move |work, _| {
        approvals::end_delegation(work, id)?;
        Ok(json!({ "id": id.to_string(), "state": "ended" }))
    })
    .await
}

/// Reminds people of what waits for them.
pub(crate) async fn remind(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("remind")?;
    let least_days = match asking.body.get("older_than") {
        None => 0,
        Some(days) => {
            let days = days.as_i64().filter(|days| 0 <= *days);
            days.ok_or_else(|| field("older_than", "`older_than` is no number of days."))?
        }
    };
    once(&app, &caller, asking, "", move |work, _| {
        Ok(reminding(&approvals::commit_reminders(work, least_days)?))
    })
    .await
}

pub(super) fn reminding(done: &Reminding) -> Json {
    let due = done.due.iter().map(|due| {
        json!({
            "login": due.login, "for": due.stands_for, "request": due.request.to_string(),
            "age_days": due.age_days, "repeated": due.is_repeated,
        })
    });
    let stranded: Vec<String> = done.stranded.iter().map(ToString::to_string).collect();
    let mut told = json!({
        "on": done.on.to_string(), "waiting": done.waiting, "stranded": stranded,
        "reminders": due.collect::<Vec<_>>(),
    });
    if let Some(run) = done.run {
        told["run"] = run.to_string().into();
    }
    told
}

/// What must hold before a period is closed.
pub(crate) async fn checks(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(period): Path<String>,
) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        books::close::checks(work, &period)
    })
    .await?;
    let data = found
        .iter()
        .map(|check| json!({ "check": check.name, "holds": check.passed, "found": check.found }));
    let data: Vec<Json> = data.collect();
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}

fn object(required: &[&str], properties: &Json) -> Json {
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Path, about, the path's parameters, body and answer of each write here.
type Described = (
    &'static str,
    &'static str,
    &'static [&'static str],
    Json,
    Json,
);

/// The writes, for the description of the API.
pub(super) fn writes() -> Vec<Described> {
    let text = || json!({ "type": "string" });
    let day = || json!({ "type": "string", "format": "date" });
    let rule = json!({
        "above": text(), "approvers": { "type": "integer" }, "days": { "type": "integer" },
        "roles": { "type": "array", "items": text() },
    });
    let rules = json!({ "type": "array", "items": object(&[], &rule) });
    let any = json!({ "type": "object" });
    vec![
        (
            "/api/v1/approval-policies",
            "Set the rules of an area",
            &[],
            object(
                &["area", "rules", "reason"],
                &json!({ "area": text(), "rules": rules, "reason": text() }),
            ),
            any.clone(),
        ),
        (
            "/api/v1/delegations",
            "Let somebody decide for somebody who is away",
            &[],
            object(
                &["delegator", "delegate", "from", "until"],
                &json!({
                    "delegator": text(), "delegate": text(), "from": day(), "until": day(),
                    "reason": text(),
                }),
            ),
            any.clone(),
        ),
        (
            "/api/v1/delegations/{id}/end",
            "End a delegation before its last day",
            &["id"],
            object(&[], &json!({})),
            any.clone(),
        ),
        (
            "/api/v1/approval-reminders",
            "Remind people of what waits for them, once a day",
            &[],
            object(
                &[],
                &json!({ "older_than": { "type": "integer", "minimum": 0 } }),
            ),
            any,
        ),
    ]
}

/// Path, about and row of each list here, for the description of the API.
pub(super) fn reads() -> Vec<(&'static str, &'static str, Json)> {
    let text = || json!({ "type": "string" });
    let policy = json!({
        "area": text(), "version": { "type": "integer" },
        "rules": { "type": "array", "items": { "type": "object" } },
    });
    let delegation = json!({
        "id": text(), "delegator": text(), "delegate": text(), "from": text(), "until": text(),
        "stands": { "type": "boolean" }, "reason": text(),
    });
    let check = json!({ "check": text(), "holds": { "type": "boolean" }, "found": text() });
    vec![
        (
            "/api/v1/approval-policies",
            "When work of each area needs approval",
            object(&["area", "version", "rules"], &policy),
        ),
        (
            "/api/v1/delegations",
            "Who decides for whom",
            object(&["id", "delegator", "delegate"], &delegation),
        ),
        (
            "/api/v1/periods/{period}/checks",
            "What must hold before a period is closed",
            object(&["check", "holds", "found"], &check),
        ),
    ]
}
