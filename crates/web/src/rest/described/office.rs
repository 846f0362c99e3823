//! The promises of the books, how people come in, and webhooks.

use super::{Described, get, one, post};
use crate::rest::shape::Holds::{Claim, Instant, Text, Texts, Whole};
use crate::rest::shape::{Field, may, must};

const SECRET: &[Field] = &[
    must("id", Text, ""),
    may(
        "secret",
        Text,
        "Signs what is sent; shown once, and not to a repetition",
    ),
];

const ENDPOINT_STATE: &[Field] = &[must("id", Text, ""), must("done", Text, "")];

const SIGN_IN: &[Field] = &[
    must("least_length", Whole, "Of a password"),
    must("session_hours", Whole, "After which a session ends"),
    must(
        "idle_minutes",
        Whole,
        "Without use, after which it ends; 0 is never",
    ),
    must("code_for", Texts, "Roles that owe the code of an app"),
];

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    get(
        "verification",
        "The promises of the books, recomputed now",
        &[
            must("promise", Whole, ""),
            must("name", Text, ""),
            must("facts", Whole, "How many it looked at"),
            must("holds", Claim, ""),
            may("problem", Text, "The first fact that breaks it"),
        ],
    ),
    one(
        "sign-in-policy",
        "What passwords and sessions need",
        SIGN_IN,
    ),
    post(
        "sign-in-policy",
        "Change what passwords and sessions need",
        SIGN_IN,
        SIGN_IN,
    ),
    Described {
        words: &[("verb", &["reset-code", "sign-out"])],
        ..post(
            "people/{login}/{verb}",
            "Remove a lost app, or end every session",
            &[],
            &[must("login", Text, ""), must("done", Text, "")],
        )
    },
    post(
        "webhook-endpoints",
        "Add an endpoint to which events are sent",
        &[
            must("url", Text, "https, or http within the own network"),
            may("events", Texts, "Kinds of events; all where none is named"),
            may("about", Text, "What it is for"),
        ],
        SECRET,
    ),
    Described {
        words: &[("verb", &["enable", "disable", "remove"])],
        ..post(
            "webhook-endpoints/{id}/{verb}",
            "Enable, disable or remove an endpoint",
            &[],
            ENDPOINT_STATE,
        )
    },
    post(
        "webhook-endpoints/{id}/secrets",
        "Make a new secret; the old one remains valid for another day",
        &[],
        SECRET,
    ),
    post(
        "webhook-endpoints/{id}/replays",
        "Send events again, one or all since a moment",
        &[
            may("event", Text, "Id of the event"),
            may("since", Instant, ""),
        ],
        &[
            must("id", Text, ""),
            must("count", Whole, "How many are sent again"),
        ],
    ),
];
