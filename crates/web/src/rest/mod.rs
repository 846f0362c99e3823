//! REST: everything that the pages show, for programs.
//!
//! Bearer tokens, cursor pages, problem details (RFC 9457). Shapes are those of `--format json`.

pub(crate) mod bank_lines;
pub(crate) mod certificates;
pub(crate) mod classes;
pub(crate) mod control;
pub(crate) mod credit;
pub(crate) mod described;
pub(crate) mod examples;
pub(crate) mod links;
pub(crate) mod looked_at;
pub(crate) mod looking;
pub(crate) mod openapi;
pub(crate) mod operations;
pub(crate) mod people;
pub(crate) mod reads;
pub(crate) mod remittances;
pub(crate) mod settling;
pub(crate) mod shape;
pub(crate) mod short_pays;
pub(crate) mod sign_in;
pub(crate) mod staff;
pub(crate) mod taking;
pub(crate) mod webhooks;
pub(crate) mod writes;

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use books::access::Who;
use books::reports::{Cell, Column};
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, blocking};
use crate::problem::{Problem, Told};

/// A program that showed its token.
pub(crate) struct Caller {
    /// Whom the token stands for.
    pub(crate) who: Who,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Problem> {
        let given = parts.headers.get(header::AUTHORIZATION);
        let secret = given
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, secret)| secret.trim().to_owned());
        let Some(secret) = secret else {
            return Err(no_token());
        };
        let who = blocking(app, move |app| {
            let context = app.context(Door::Rest, "", "");
            books::access::bearer(&app.db, &context, &secret)
        })
        .await?;
        who.map(|who| Caller { who }).ok_or_else(no_token)
    }
}

fn no_token() -> Problem {
    Problem(Told::new(
        StatusCode::UNAUTHORIZED,
        "token_missing",
        "The request bears no token that is known here.",
        "send Authorization: Bearer with a token of Users and roles",
    ))
}

/// The answer where a path leads to nothing.
pub(crate) fn not_found() -> Problem {
    Problem(Told::not_found())
}

/// The id in a path; a text that is none leads to nothing.
pub(crate) fn id_of<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| not_found())
}

/// A JSON answer.
pub(crate) fn json_answer(status: StatusCode, body: &Json) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}

/// A row as a JSON object; what is absent is left out.
pub(crate) fn object(columns: &[Column], row: &[Cell]) -> Json {
    let mut object = Map::new();
    for (column, cell) in columns.iter().zip(row) {
        let value = match cell {
            Cell::Empty => continue,
            Cell::Text(text) => json!(&**text),
            Cell::Money(money) => json!({
                "amount": money.to_string(), "currency": money.currency().code(),
            }),
            Cell::Date(date) => json!(date.to_string()),
            Cell::Count(count) => json!(count),
            Cell::Percent(percent) => json!(percent.to_string()),
        };
        object.insert(column.name.to_owned(), value);
    }
    Json::Object(object)
}
