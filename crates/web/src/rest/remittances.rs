//! Remittance advices for programs: what was read of them, and what each explains.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use books::remittances::{self, JoinedLine, ShownAdvice};
use formats::remittance::AdvisedItem;
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, read};
use crate::rest::reads::{asked, paged, strict};
use crate::rest::settling::money_json;
use crate::rest::writes::Answer;
use crate::rest::{Caller, json_answer, not_found};

/// A page of advices, those that came last first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    strict(&query, &["text", "file"])?;
    let ask = asked(query)?;
    let page = read(&app, Door::Rest, &caller.who, move |work| {
        remittances::page(work, &ask)
    })
    .await?;
    let rows = page.advices.iter().map(advice_json).collect();
    Ok(json_answer(StatusCode::OK, &paged(rows, page.next)))
}

/// One advice.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        remittances::one(work, &key)
    })
    .await?;
    let found = found.ok_or_else(not_found)?;
    Ok(json_answer(StatusCode::OK, &advice_json(&found)))
}

/// The file that brought an advice, as it came.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
) -> Answer {
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        remittances::source(work, &key)
    })
    .await?;
    let (_, content) = found.ok_or_else(not_found)?;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, content).into_response())
}

/// An advice with what became of it, for programs.
pub fn advice_json(shown: &ShownAdvice) -> Json {
    let advice = &shown.advice;
    let items: Vec<Json> = advice.items.iter().map(item_json).collect();
    let lines: Vec<Json> = shown.joined.iter().map(line_json).collect();
    let mut told = Map::new();
    told.insert("id".into(), (&*shown.id).into());
    told.insert("file".into(), (&*shown.file).into());
    told.insert("received_on".into(), shown.received_on.to_string().into());
    told.insert("references".into(), json!(advice.payment_references));
    told.insert("items".into(), items.into());
    told.insert("lines".into(), lines.into());
    said(&mut told, "sender", advice.payer_email.clone());
    said(&mut told, "payer", advice.payer_name.clone());
    said(&mut told, "on_behalf_of", advice.payer_on_behalf.clone());
    said(&mut told, "announced_on", plain(advice.announced_on));
    said(&mut told, "paid_on", plain(advice.paid_on));
    said(&mut told, "currency", plain(advice.currency));
    said(&mut told, "total", plain(advice.total));
    said(&mut told, "why_not", plain(shown.why_not.as_ref()));
    Json::Object(told)
}

fn item_json(item: &AdvisedItem) -> Json {
    let mut told = Map::new();
    told.insert("document".into(), (&*item.document).into());
    told.insert("place".into(), (&*item.place).into());
    said(&mut told, "issued_on", plain(item.issued_on));
    said(&mut told, "gross", plain(item.gross));
    said(&mut told, "deduction", plain(item.deduction));
    said(&mut told, "paid", plain(item.paid));
    said(&mut told, "reason", item.reason.clone());
    if !item.parts.is_empty() {
        let parts = item.parts.iter().map(|part| {
            let mut told = Map::new();
            told.insert("amount".into(), part.amount.to_string().into());
            said(&mut told, "reason", Some(part.reason.clone()));
            Json::Object(told)
        });
        told.insert("parts".into(), parts.collect());
    }
    Json::Object(told)
}

fn line_json(line: &JoinedLine) -> Json {
    json!({
        "line": line.name(), "booked_on": line.booked_on.to_string(),
        "amount": money_json(line.amount), "outcome": line.outcome,
    })
}

fn plain(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Adds what is said.
fn said(told: &mut Map<String, Json>, name: &str, text: Option<String>) {
    let text = text.filter(|text| !text.is_empty());
    told.extend(text.map(|text| (name.to_owned(), Json::from(text))));
}
