//! What people are in the books, and what is worked out and not recorded: one row for each.

use crate::rest::described::{Answers, Body, Described, get, one, post};
use crate::rest::shape::Holds::{Any, Claim, Date, Money, OneOf, Several, Text, Whole};
use crate::rest::shape::{Field, joined, may, must};

const ROLE: &[Field] = &[
    must("role", Text, "Like cash_application"),
    may("limit", Money, "The largest amount of one piece of work"),
    may("portfolio", Text, "Only these parties, like region=North"),
];

const PERSON: &[Field] = &[
    must("login", Text, ""),
    must("name", Text, ""),
    must("is_program", Claim, "Comes in with a token"),
    must("has_password", Claim, ""),
    must("roles", Several(ROLE), ""),
];

const ADDED: &[Field; 5] = &joined(
    &[must("login", Text, ""), may("name", Text, "For people")],
    ROLE,
);

const LINKS: &[Field] = &[
    must("title", Text, ""),
    must(
        "rows",
        Any,
        "Links with their hashes, in the order of the chain",
    ),
];

const FILTERS: &[Field] = &[
    may("actor", Text, "Who"),
    may("door", Text, "The interface: cli, html, rest, mcp, job"),
    may("action", Text, "What, like period.close"),
    may("subject", Text, "To what"),
    may(
        "text",
        Text,
        "Words of the subject, the reason or the detail",
    ),
    may("from", Date, "Recorded on this day or later"),
    may("to", Date, "Recorded on this day or before"),
];

const SAMPLED: &[Field; 9] = &joined(
    &[
        must("seed", Whole, "The seed of the sample, 0 or more"),
        must("size", Whole, "How many links"),
    ],
    FILTERS,
);

const CHANGE: &[Field] = &[
    must("entry_ref", Text, "The bank's reference"),
    must("amount", Money, ""),
    must("before", Text, "What stands"),
    must("after", Text, "What it would be"),
];

const VERSION: &[Field] = &[
    must("area", Text, ""),
    must("version", Whole, ""),
    must("rules", Any, ""),
    may("actor", Text, "Who set it"),
    may("reason", Text, ""),
    may("recorded_at", Text, ""),
];

/// Every operation of people and of what is not recorded.
pub(crate) const LOOKED_AT: &[Described] = &[
    get(
        "people",
        "Everybody who works in the books, with their roles",
        PERSON,
    ),
    post("people", "Add a person with a role", ADDED, PERSON),
    post(
        "people/{login}/roles",
        "Give a role; the same role again changes its limit and portfolio",
        ROLE,
        PERSON,
    ),
    post(
        "people/{login}/roles/{role}/take",
        "Remove a role",
        &[],
        PERSON,
    ),
    post(
        "people/{login}/deactivate",
        "Remove all roles and end sessions, links and tokens",
        &[],
        PERSON,
    ),
    post(
        "people/{login}/openid-subject",
        "Say which login a subject of the provider of log-ins is",
        &[must("subject", Text, "The provider's name for the person")],
        &[must("login", Text, ""), must("done", Text, "")],
    ),
    one(
        "approvals/{id}",
        "One request for approval",
        crate::rest::described::REQUEST,
    ),
    get(
        "approval-policy-versions",
        "Every version of the rules of approval",
        VERSION,
    ),
    Described {
        query: &[may("older_than", Whole, "Waiting so many days, 0 or more")],
        ..one(
            "approval-reminders",
            "Whom a reminding would remind of what",
            &[
                must("on", Date, ""),
                must("waiting", Whole, "How many requests wait"),
                must("stranded", Any, "Requests that nobody may decide"),
                must("reminders", Any, ""),
            ],
        )
    },
    Described {
        query: FILTERS,
        ..one("audit-export", "The audit log, whole or narrowed", LINKS)
    },
    Described {
        query: SAMPLED,
        ..one(
            "audit-sample",
            "Links of the audit log drawn by a seed; the same seed draws the same",
            &[
                must("title", Text, ""),
                must("rows", Any, "The links drawn"),
                must("population", Whole, "How many were to be drawn from"),
                must("links", Whole, "How many links the chain has"),
                must("holds", Claim, "Whether the chain holds"),
                may("problem", Text, "Where it is broken"),
            ],
        )
    },
    Described {
        query: &[may("name", Text, "How the file is called")],
        body: Body::File,
        is_write: false,
        ..post(
            "bank-inspections",
            "Read a bank file and record nothing: what `duebook bank inspect` prints",
            &[],
            &[must("files", Any, "As docs/connect.md describes")],
        )
    },
    Described {
        answer: Answers::Text("text/csv"),
        ..one("cash-export", "What was applied and proposed, as CSV", &[])
    },
    Described {
        body: Body::File,
        is_write: false,
        ..post(
            "cash-replays",
            "Which decisions would change under the policy of a company.json, or the one that \
             stands; nothing is recorded",
            &[],
            &[
                must("looked_at", Whole, "Decisions"),
                must("changes", Several(CHANGE), ""),
            ],
        )
    },
    Described {
        query: &[must(
            "as",
            OneOf(&["hledger", "beancount", "csv"]),
            "For which program",
        )],
        answer: Answers::Text("text/plain"),
        ..one("journal-export", "The ledger for another program", &[])
    },
];
