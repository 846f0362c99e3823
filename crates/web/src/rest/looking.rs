//! What is worked out and not recorded: exports, replays, samples, previews, a bank file read.

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use books::access;
use books::approvals::{self, policy};
use books::audit;
use books::cash::{export, replay};
use books::reports::Table;
use books::revaluation;
use domain::access::{Area, Verb};
use domain::calendar::Date;
use formats::exchange::{Policy, company};
use serde_json::{Value as Json, json};

use crate::app::{App, Door, blocking, read};
use crate::inspect;
use crate::problem::{Problem, Told};
use crate::rest::reads::{paged, strict};
use crate::rest::settling::{money_json, revalued};
use crate::rest::taking::file_name;
use crate::rest::writes::{Answer, bad, field, request_json};
use crate::rest::{Caller, control, id_of, json_answer, object};
use crate::session::Fields;

fn csv_answer(text: Vec<u8>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    (StatusCode::OK, kind, text).into_response()
}

/// What was applied and proposed, as CSV.
pub(crate) async fn cash_export(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let text = read(&app, Door::Rest, &caller.who, |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let mut text = Vec::new();
        export::csv(work, &mut text)?;
        Ok(text)
    })
    .await?;
    Ok(csv_answer(text))
}

/// Which decisions would change under the policy of a `company.json`, or under the one that
/// stands where nothing is sent.
pub(crate) async fn cash_replay(
    State(app): State<Arc<App>>,
    caller: Caller,
    bytes: Bytes,
) -> Answer {
    let policy = if bytes.is_empty() {
        None
    } else {
        Some(policy_of(&bytes)?)
    };
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        replay::replay(work, policy.as_ref())
    })
    .await?;
    let changes = found.changes.iter().map(|change| {
        json!({
            "entry_ref": change.entry_ref, "amount": money_json(change.amount),
            "before": change.before, "after": change.after,
        })
    });
    let changes: Vec<Json> = changes.collect();
    let answer = json!({ "looked_at": found.looked_at, "changes": changes });
    Ok(json_answer(StatusCode::OK, &answer))
}

fn policy_of(bytes: &Bytes) -> Result<Policy, Problem> {
    let company = company(Cursor::new(bytes.clone())).map_err(|problems| {
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let message = format!("{}.", words.join("; "));
        let hint = "send a company.json, or nothing for the policy that stands";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem(Told::new(status, "policy_not_readable", &message, hint))
    })?;
    Ok(company.policy)
}

fn table_json(table: &Table) -> Json {
    let rows = table.rows.iter().map(|row| object(&table.columns, row));
    json!({ "title": table.title, "rows": rows.collect::<Vec<_>>() })
}

/// The audit log, whole or narrowed, in the order of the chain.
pub(crate) async fn audit_export(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let table = read(&app, Door::Rest, &caller.who, move |work| {
        audit::table(work, &query)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &table_json(&table)))
}

/// Links of the audit log drawn by a seed.
pub(crate) async fn audit_sample(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    strict(&query, &["actor", "action", "subject", "text"])?;
    let fields = Fields::from(query.clone());
    let seed = fields.get("seed").parse::<u64>();
    let seed = seed.map_err(|_| field("seed", "A seed is a whole number, 0 or more."))?;
    let size = fields.get("size").parse::<usize>();
    let size = size.map_err(|_| field("size", "A size is a whole number, 0 or more."))?;
    let filters = query.into_iter();
    let filters: Vec<(String, String)> = filters
        .filter(|(name, _)| name != "seed" && name != "size")
        .collect();
    let drawn = read(&app, Door::Rest, &caller.who, move |work| {
        audit::sample(work, &filters, seed, size)
    })
    .await?;
    let mut answer = table_json(&drawn.table);
    answer["population"] = drawn.population.into();
    answer["links"] = drawn.links.into();
    answer["holds"] = drawn.broken.is_none().into();
    if let Some(problem) = drawn.broken {
        answer["problem"] = problem.into();
    }
    Ok(json_answer(StatusCode::OK, &answer))
}

/// What a revaluation would do.
pub(crate) async fn revaluation(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    strict(&query, &[])?;
    let on = Fields::from(query).get("on").to_owned();
    let on: Date = on
        .parse()
        .map_err(|_| field("on", &format!("`{on}` is no date.")))?;
    let report = read(&app, Door::Rest, &caller.who, move |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        revaluation::preview(work, on)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &revalued(&report)))
}

/// Every version of the rules of approval.
pub(crate) async fn policy_history(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let data = read(&app, Door::Rest, &caller.who, |work| {
        let currency = work.functional();
        let versions = policy::history(work)?;
        let told = versions.iter();
        Ok(told
            .map(|version| control::version_json(version, currency))
            .collect())
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}

/// One request for approval.
pub(crate) async fn request(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    let id = id_of(&id)?;
    let now = app.now();
    let (request, functional) = read(&app, Door::Rest, &caller.who, move |work| {
        Ok((approvals::request(work, id)?, work.functional()))
    })
    .await?;
    let answer = request_json(&request, functional, now);
    Ok(json_answer(StatusCode::OK, &answer))
}

/// Whom a reminding would remind of what.
pub(crate) async fn reminders(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    strict(&query, &[])?;
    let fields = Fields::from(query);
    let least_days = match fields.get("older_than") {
        "" => 0,
        text => {
            let days = text.parse::<i64>().ok().filter(|days| 0 <= *days);
            let wrong = "`older_than` is no number of days.";
            days.ok_or_else(|| field("older_than", wrong))?
        }
    };
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        approvals::preview_reminders(work, least_days)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &control::reminding(&found)))
}

/// What a bank file says, as far as it was understood; nothing is recorded.
pub(crate) async fn bank_file(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(fields): Query<Fields>,
    bytes: Bytes,
) -> Answer {
    let name = file_name(&fields);
    if bytes.is_empty() {
        let hint = "the body is the file, byte for byte";
        return Err(bad("no_file", "No file came.", hint));
    }
    let text = blocking(&app, move |app| {
        let context = app.context(Door::Rest, &caller.who.login, "");
        let entity = Some(caller.who.entity.as_str());
        app.db.read(&context, entity, |work| {
            access::demand(work, Area::Cash, Verb::See, None)
        })?;
        let mut text = b"{\"files\":[".to_vec();
        let mut read = |sink: &mut dyn formats::bank::Sink| {
            formats::bank::read(Box::new(Cursor::new(bytes.clone())), sink)
        };
        let (_, written) = inspect::file(&mut text, &name, &mut read);
        written.map_err(|problem| books::Fault::new(problem.to_string()))?;
        text.extend_from_slice(b"]}");
        Ok(text)
    })
    .await?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((StatusCode::OK, kind, text).into_response())
}
