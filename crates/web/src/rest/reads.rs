//! Reading: lists page by page, one row by its key, reports, periods.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use books::ledger::periods;
use books::reports;
use books::reports::lists::{self, List};
use books::{Failure, Outcome};
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, blocking, read};
use crate::pages::reports::question;
use crate::problem::Problem;
use crate::rest::writes::field;
use crate::rest::{Caller, json_answer, not_found, object};
use crate::session::Fields;

type Answer = Result<Response, Problem>;

/// The list that a path names. Routes are made from the lists, so there is one.
fn list_of(path: &str) -> Option<&'static List> {
    let rest = path.strip_prefix("/api/v1/")?;
    lists::find(rest.split('/').next().unwrap_or_default())
}

/// A page of a list.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let list = list_of(uri.path()).ok_or_else(not_found)?;
    let ask = asked(query)?;
    let page = read(&app, Door::Rest, &caller.who, move |work| {
        lists::page(work, list, &ask)
    })
    .await?;
    let data: Vec<Json> = page
        .rows
        .iter()
        .map(|row| object(list.columns, row))
        .collect();
    Ok(json_answer(StatusCode::OK, &paged(data, page.next)))
}

/// The answer of a page.
pub(crate) fn paged(data: Vec<Json>, next: Option<String>) -> Json {
    let mut body = Map::new();
    body.insert("data".into(), Json::Array(data));
    body.extend(next.map(|next| ("next".to_owned(), Json::from(next))));
    Json::Object(body)
}

pub(crate) fn asked(query: Vec<(String, String)>) -> Outcome<lists::Ask> {
    let mut ask = lists::Ask::default();
    for (name, value) in query {
        match name.as_str() {
            "after" => ask.after = Some(value),
            "limit" => {
                let limit = value.parse();
                ask.limit = Some(limit.map_err(|_| Failure::from(lists::ListRefusal::NotALimit))?);
            }
            _ => ask.filters.push((name, value)),
        }
    }
    Ok(ask)
}

/// Refuses a parameter that comes twice, or bears nothing where a value of some shape belongs:
/// forms send empty fields, programs leave them out.
pub(super) fn strict(query: &[(String, String)], texts: &[&str]) -> Result<(), Problem> {
    for (place, (name, value)) in query.iter().enumerate() {
        let before = query.iter().take(place);
        if before.into_iter().any(|(known, _)| known == name) {
            return Err(not_once(name));
        }
        if value.is_empty() && !texts.contains(&name.as_str()) {
            return Err(field(name, &format!("`{name}` is empty.")));
        }
    }
    Ok(())
}

fn not_once(name: &str) -> Problem {
    field(name, &format!("`{name}` comes more than once."))
}

/// One row.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    uri: Uri,
    Path(key): Path<String>,
) -> Answer {
    let list = list_of(uri.path()).ok_or_else(not_found)?;
    let row = read(&app, Door::Rest, &caller.who, move |work| {
        lists::one(work, list, &key)
    })
    .await?;
    let row = row.ok_or_else(not_found)?;
    Ok(json_answer(StatusCode::OK, &object(list.columns, &row)))
}

/// Which reports there are.
pub(crate) async fn reports(_: Caller) -> Response {
    let data: Vec<Json> = reports::REPORTS
        .iter()
        .map(|report| json!({ "name": report.name, "about": report.about }))
        .collect();
    json_answer(StatusCode::OK, &paged(data, None))
}

/// One report.
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let report = reports::find(&name).ok_or_else(not_found)?;
    strict(&query, &["party"])?;
    let table = blocking(&app, move |app| {
        let question = question(app, &Fields::from(query))?;
        let context = app.context(Door::Rest, &caller.who.login, "");
        app.db.read(&context, Some(&caller.who.entity), |work| {
            app.cache.report(work, report, &question)
        })
    })
    .await?;
    let rows: Vec<Json> = table
        .rows
        .iter()
        .map(|row| object(&table.columns, row))
        .collect();
    let body = json!({ "title": table.title, "rows": rows });
    Ok(json_answer(StatusCode::OK, &body))
}

/// The months of the books.
pub(crate) async fn periods(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let today = app.today();
    let all = read(&app, Door::Rest, &caller.who, move |work| {
        periods::all(work, today)
    })
    .await?;
    let data: Vec<Json> = all
        .into_iter()
        .map(|(period, is_closed)| {
            json!({ "period": period, "state": if is_closed { "closed" } else { "open" } })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}
