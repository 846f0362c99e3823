//! Why an endpoint is not as wanted.

use std::fmt;

use domain::connect::EVENTS;
use domain::ids::{EndpointId, EventId};
use domain::refusal::Refusal;

/// Why an endpoint is not added or changed, or an event not sent again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WebhookRefusal {
    /// There is no such endpoint, or it was removed.
    UnknownEndpoint {
        /// Its id.
        id: EndpointId,
    },
    /// There is no such event.
    UnknownEvent {
        /// Its id.
        id: EventId,
    },
    /// No such thing happens here.
    UnknownKind {
        /// What stood there.
        text: String,
    },
    /// It is so already.
    Unchanged {
        /// The endpoint.
        id: EndpointId,
    },
}

impl fmt::Display for WebhookRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebhookRefusal::UnknownEndpoint { id } => write!(out, "There is no endpoint {id}."),
            WebhookRefusal::UnknownEvent { id } => write!(out, "There is no event {id}."),
            WebhookRefusal::UnknownKind { text } => {
                write!(out, "There is no kind of event `{text}`.")
            }
            WebhookRefusal::Unchanged { id } => write!(out, "Endpoint {id} is so already."),
        }
    }
}

impl Refusal for WebhookRefusal {
    fn code(&self) -> &'static str {
        match self {
            WebhookRefusal::UnknownEndpoint { .. } => "unknown_endpoint",
            WebhookRefusal::UnknownEvent { .. } => "unknown_event",
            WebhookRefusal::UnknownKind { .. } => "unknown_event_kind",
            WebhookRefusal::Unchanged { .. } => "endpoint_unchanged",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            WebhookRefusal::UnknownEndpoint { .. } => {
                "list endpoints with `duebook webhooks list`".into()
            }
            WebhookRefusal::UnknownEvent { .. } => {
                "list events with `duebook webhooks events`".into()
            }
            WebhookRefusal::UnknownKind { .. } => {
                let codes: Vec<&str> = EVENTS.iter().map(|kind| kind.code).collect();
                format!("kinds: {}; or * for all", codes.join(", "))
            }
            WebhookRefusal::Unchanged { .. } => "nothing to do".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            WebhookRefusal::UnknownKind { .. } => Some("events"),
            WebhookRefusal::UnknownEndpoint { .. }
            | WebhookRefusal::UnknownEvent { .. }
            | WebhookRefusal::Unchanged { .. } => None,
        }
    }
}
