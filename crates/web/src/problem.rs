//! How a refusal or a fault is answered: a page for people, problem details for programs.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use books::Failure;
use serde_json::json;

/// The status of a refusal, by its code. What is not listed is input that does not hold.
fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::Refused(refusal) => match refusal.code() {
            "unknown_actor"
            | "not_allowed"
            | "duties_meet"
            | "above_limit"
            | "approval_needed"
            | "agent_only_proposes"
            | "own_work"
            | "own_roles"
            | "outside_portfolio"
            | "role_needed"
            | "no_login_here" => StatusCode::FORBIDDEN,
            "unknown_party" | "unknown_entity" | "not_found" | "unknown_item"
            | "unknown_endpoint" | "unknown_event" => StatusCode::NOT_FOUND,
            "wrong_login" | "wrong_code" | "log_in_again" => StatusCode::UNAUTHORIZED,
            "key_reused" | "period_unchanged" | "login_taken" | "endpoint_unchanged" => {
                StatusCode::CONFLICT
            }
            "too_many_attempts" | "codes_paused" => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
    }
}

/// What people are told.
pub(crate) struct Told {
    /// The status.
    pub(crate) status: StatusCode,
    /// The stable code.
    pub(crate) code: String,
    /// The sentence.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
    /// The field to blame.
    pub(crate) field: Option<String>,
    /// Which of several rows, counted from one.
    pub(crate) place: Option<usize>,
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Told {
        let status = status(&failure);
        let hint = failure.hint();
        match failure {
            Failure::Refused(refusal) => Told {
                status,
                code: refusal.code().to_owned(),
                message: refusal.to_string(),
                hint,
                field: refusal.field().map(str::to_owned),
                place: refusal.place(),
            },
            Failure::Fault(fault) => {
                // The cause is for the operator; it may name tables and files.
                eprintln!("fault: {fault}");
                Told {
                    status,
                    code: "fault".to_owned(),
                    message: "The machinery broke. Nothing was changed.".to_owned(),
                    hint: Some("try again; the server's log has the cause".to_owned()),
                    field: None,
                    place: None,
                }
            }
        }
    }
}

impl Told {
    /// Something that the web itself refuses.
    pub(crate) fn new(status: StatusCode, code: &str, message: &str, hint: &str) -> Told {
        Told {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
            field: None,
            place: None,
        }
    }

    /// There is no such thing here.
    pub(crate) fn not_found() -> Told {
        Told::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing here.",
            "follow a link, or search",
        )
    }
}

/// Problem details, RFC 9457.
pub(crate) struct Problem(pub(crate) Told);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Problem(failure.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem(told) = self;
        let mut body = json!({
            "type": "about:blank",
            "title": told.status.canonical_reason().unwrap_or("Refused"),
            "status": told.status.as_u16(),
            "code": told.code,
            "detail": told.message,
        });
        for (name, value) in [("hint", told.hint), ("field", told.field)] {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        if let Some(place) = told.place {
            body["place"] = place.into();
        }
        let mut response = (told.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("application/problem+json"),
        );
        if told.status == StatusCode::UNAUTHORIZED {
            let value = header::HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}
