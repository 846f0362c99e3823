//! What settles what by hand: applications, nettings, receipts, returns, revaluations.

use super::{DRY_RUN, Described, ON, PART, SETTLE, WOULD_POST, WOULD_WAIT, one, post};
use crate::rest::shape::Holds::{Any, Claim, Date, Money, Several, Text, Texts, Whole};
use crate::rest::shape::{Field, may, must};

pub(super) const SETTLED: &[Field] = &[
    must(
        "documents",
        Several(&[
            may("id", Text, "None of a dry run"),
            must("number", Text, ""),
        ]),
        "Issued on the way",
    ),
    must(
        "applications",
        Several(&[may("id", Text, "None of a dry run")]),
        "",
    ),
    may("waiting", Texts, "Requests that wait for approval"),
    WOULD_POST,
    WOULD_WAIT,
];

const REVALUED: &[Field] = &[
    must("on", Date, ""),
    must("already_done", Claim, ""),
    must("looked_at", Whole, ""),
    must("rates", Texts, ""),
    must("totals", Any, "By currency, in that of the books"),
    may("total", Money, "Of all currencies, in that of the books"),
    may("run", Text, ""),
];

/// The last day of a period.
const LAST_DAY: Field = must("on", Date, "The last day of the period");

/// What settles something: each answers with the documents and applications that it made.
const fn settle(path: &'static str, about: &'static str, body: &'static [Field]) -> Described {
    post(path, about, body, SETTLED)
}

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    settle(
        "applications",
        "Apply documents to each other",
        &[
            must("settle", Several(SETTLE), "What is settled, in this order"),
            must("with", Several(PART), "With what"),
            ON,
            may("no_discount", Claim, "Take no discount of the terms"),
            may(
                "excess",
                Money,
                "A small excess that is kept as a rounding difference",
            ),
            may("reason", Text, "Reason for the write-off"),
            DRY_RUN,
        ],
    ),
    settle(
        "unapplications",
        "Unapply applications",
        &[
            must("what", Texts, "Documents, or applications by their ids"),
            may("with", Text, "Only those with this document"),
            ON,
            DRY_RUN,
        ],
    ),
    settle(
        "nettings",
        "Settle what a party owes us with what we owe it",
        &[
            must("party", Text, ""),
            may("currency", Text, "Only this one"),
            may("limit", Money, "At most this"),
            ON,
            DRY_RUN,
        ],
    ),
    settle(
        "receipts/{key}/move",
        "Put a receipt under the party whose it is",
        &[
            may("to", Text, "Code of the party; nobody where not named"),
            may(
                "amount",
                Money,
                "How much; all that is open where not named",
            ),
            ON,
            DRY_RUN,
        ],
    ),
    settle(
        "returns",
        "Record that a payment came back",
        &[
            must("document", Text, "The receipt or payment"),
            may("amount", Money, "How much came back; all where not named"),
            may("fee", Money, "What the bank charged"),
            may("bank", Text, "Own bank account, by code or number"),
            may("reason", Text, "In the bank's words"),
            ON,
            DRY_RUN,
        ],
    ),
    post(
        "revaluations",
        "Bring open foreign items to the closing rate of a period's last day",
        &[LAST_DAY],
        REVALUED,
    ),
    Described {
        query: &[LAST_DAY],
        ..one("revaluations", "What a revaluation would do", REVALUED)
    },
];
