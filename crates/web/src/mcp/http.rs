//! MCP over streamable HTTP: `POST /mcp` with a bearer token, answered at once as JSON.
//!
//! There are no sessions and no streams: nothing is told but answers. What another site makes a
//! browser send is refused by its origin.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::{App, Door, blocking};
use crate::mcp::{Desk, VERSIONS, answer};
use crate::problem::{Problem, Told};
use crate::rest::{Caller, json_answer};

/// Answers one message.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    check(&headers)?;
    let answered = blocking(&app, move |app| {
        let desk = Desk {
            db: &app.db,
            context: app.context(Door::Mcp, &caller.who.login, ""),
            entity: Some(caller.who.entity),
        };
        Ok(answer(&desk, &bytes))
    })
    .await?;
    Ok(match answered {
        Some(answer) => json_answer(StatusCode::OK, &answer),
        None => StatusCode::ACCEPTED.into_response(),
    })
}

/// There is no stream to listen to and no session to end.
pub(crate) async fn nothing() -> Response {
    let allow = [(header::ALLOW, "POST")];
    (StatusCode::METHOD_NOT_ALLOWED, allow, "").into_response()
}

fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refused = |status: StatusCode, code: &str, message: &str, hint: &str| {
        Err(Problem(Told::new(status, code, message, hint)))
    };
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = text("host").unwrap_or_default();
        let own = [format!("http://{host}"), format!("https://{host}")];
        if !origin
            .to_str()
            .is_ok_and(|origin| own.iter().any(|own| own == origin))
        {
            return refused(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                "This was sent from a page of another site.",
                "agents send no Origin, or the one of this server",
            );
        }
    }
    let version = text("mcp-protocol-version");
    if version.is_some_and(|version| !VERSIONS.contains(&version)) {
        let hint = format!("versions: {}", VERSIONS.join(", "));
        return refused(
            StatusCode::BAD_REQUEST,
            "unknown_protocol_version",
            "This version of the protocol is not spoken here.",
            &hint,
        );
    }
    Ok(())
}
