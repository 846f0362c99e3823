//! Short-pays: parted off, worked, settled.

use super::{Described, ON, get, one, post};
use crate::rest::shape::Holds::{Date, Instant, Money, OneOf, Text, Whole};
use crate::rest::shape::{Field, may, must};
use crate::rest::short_pays::VERBS;

const REASONS: &[&str] = &[
    "price",
    "quantity",
    "damaged",
    "returned",
    "discount",
    "promotion",
    "penalty",
    "tax",
    "withholding",
    "freight",
    "already_paid",
    "other",
    "unstated",
];

const STATES: &[&str] = &[
    "open",
    "justified",
    "unjustified",
    "paid",
    "credited",
    "written_off",
    "taken_back",
];

const CASE: &[Field] = &[
    must("id", Text, ""),
    must("number", Text, ""),
    must("party", Text, ""),
    must(
        "document",
        Text,
        "Number of the document that was paid short",
    ),
    must("reason", OneOf(REASONS), ""),
    must("stated", Text, "The payer's words"),
    must("owner", Text, "Nobody where empty"),
    must("answer_by", Date, ""),
    must("amount", Money, ""),
    must("open", Money, ""),
    must("state", OneOf(STATES), ""),
    must(
        "to_do",
        Text,
        "What stands and is to be done where its payment is gone; else empty",
    ),
    may("waiting", Text, "The request that waits for approval"),
];

/// What is wished of a short-pay; the reason of the request itself stands beside it.
pub(crate) const SHORT_PAY_REASON: Field = may(
    "short_pay_reason",
    OneOf(REASONS),
    "Why it was held back, as it should be kept",
);
pub(crate) const SHORT_PAY_OWNER: Field = may(
    "owner",
    Text,
    "Login of who should answer for the short-pay; nobody where empty",
);
pub(crate) const SHORT_PAY_VERDICT: Field = may(
    "verdict",
    OneOf(VERDICTS),
    "Is the payer of a short-pay right?",
);
pub(crate) const INSTEAD_OF: Field = may(
    "instead_of",
    OneOf(VERDICTS),
    "The verdict that it replaces, where one stands",
);
pub(crate) const CREDIT_ON: Field = may(
    "credit_on",
    Date,
    "Credit all that is open of a justified short-pay on this day",
);
pub(crate) const CREDIT_TAX: Field = may(
    "tax_rate",
    Text,
    "Percent of tax in that credit memo; that of the document where not named",
);

const VERDICTS: &[&str] = &["justified", "unjustified"];

const DEFAULTS: &[Field] = &[
    must("owner", Text, "Nobody where empty"),
    must(
        "answer_days",
        Whole,
        "Within how many days it should be answered",
    ),
];

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    post(
        "short-pays",
        "Part a short-pay off a document that was paid in part",
        &[
            must("document", Text, "Number or id"),
            may(
                "amount",
                Money,
                "What was held back; all that is open where not named",
            ),
            may(
                "reason",
                OneOf(REASONS),
                "Read from the payer's words where not named",
            ),
            may("stated", Text, "The payer's words"),
            may(
                "owner",
                Text,
                "Login; who looks after the customer where not named",
            ),
            may("answer_by", Date, ""),
            ON,
        ],
        CASE,
    ),
    Described {
        words: &[("verb", VERBS)],
        ..post(
            "short-pays/{key}/{verb}",
            "Assign a short-pay, put it off, note, correct its reason, decide who is right, credit it, \
             write it off, take it back",
            &[
                may("owner", Text, "To assign it; nobody where empty"),
                may("until", Date, "To put it off"),
                may("text", Text, "To note it"),
                may("reason", OneOf(REASONS), "To correct the reason"),
                may("verdict", OneOf(VERDICTS), "To decide"),
                INSTEAD_OF,
                may("why", Text, "Needed to decide, to write off and to undo"),
                may("amount", Money, "To credit or write off a part"),
                may(
                    "tax_rate",
                    Text,
                    "Percent, to credit; that of the document where not named",
                ),
                ON,
            ],
            CASE,
        )
    },
    get(
        "short-pays/{key}/events",
        "What people did about a short-pay, the oldest first",
        &[
            must("id", Text, ""),
            must(
                "kind",
                OneOf(&["assigned", "answer_by", "noted", "reason", "decided"]),
                "",
            ),
            must(
                "content",
                Text,
                "The owner, the day, the reason or the verdict",
            ),
            must("told", Text, ""),
            must("actor", Text, ""),
            must("recorded_at", Instant, ""),
        ],
    ),
    one(
        "short-pay-defaults",
        "Who answers for short-pays where nobody looks after the customer, and how soon",
        DEFAULTS,
    ),
    post(
        "short-pay-defaults",
        "Say who answers for short-pays where nobody looks after the customer, and how soon",
        &[
            may("owner", Text, "Login; nobody where empty"),
            must("answer_days", Whole, "From 0 to 365"),
        ],
        DEFAULTS,
    ),
];
