//! Contacts, notes, history and credit of customers and vendors.

use super::{Described, get, one, post};
use crate::rest::shape::Holds::{Any, Claim, Date, Instant, Money, OneOf, Text};
use crate::rest::shape::{Field, joined, may, must};

const TASKS: &[&str] = &[
    "accounts_payable",
    "accounts_receivable",
    "billing",
    "treasurer",
    "trade",
    "other",
];

const WAYS: &[&str] = &["email", "telephone", "post"];

const WHO: &[Field] = &[
    must("name", Text, "Of somebody, or of a desk"),
    must("role", OneOf(TASKS), "What they do there"),
    may("email", Text, ""),
    may("telephone", Text, ""),
    may("language", Text, "Like de or pt-BR"),
    may("preferred", OneOf(WAYS), "How they want to be reached"),
    may("valid_from", Date, "First day on which it holds"),
    may("valid_until", Date, "Last day on which it holds"),
];

/// How and when somebody is reached.
const REACHED: &[Field] = &[
    may("email", Text, ""),
    may("telephone", Text, ""),
    may("language", Text, ""),
    may("preferred", OneOf(WAYS), ""),
    may("valid_from", Date, ""),
    may("valid_until", Date, ""),
];

const CONTACT: &[Field; 12] = &joined(
    &[
        must("id", Text, ""),
        must("state", Text, "stands, not yet, ended, replaced or erased"),
        may("name", Text, ""),
        may("role", OneOf(TASKS), ""),
        must("actor", Text, ""),
        must("recorded_at", Instant, ""),
    ],
    REACHED,
);

const CONTACT_CHANGE: &[Field; 10] = &joined(
    &[
        may("name", Text, "To change it"),
        may("role", OneOf(TASKS), "To change it"),
        may("on", Date, "The last day, to end it; today where not named"),
        may("reason", Text, "To erase it"),
    ],
    REACHED,
);

const CONTACT_STATE: &[Field] = &[must("id", Text, ""), must("state", Text, "")];

const OVER_LIMIT: Field = must("over_limit", OneOf(&["warn", "ask", "refuse"]), "");

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    one(
        "credit-policy",
        "What happens to an invoice beyond the credit limit",
        &[OVER_LIMIT],
    ),
    Described {
        query: &[may("all", Claim, "Also those no longer valid")],
        ..get(
            "parties/{key}/contacts",
            "Whom to talk to at a customer or vendor",
            CONTACT,
        )
    },
    post(
        "parties/{key}/contacts",
        "Add a contact",
        WHO,
        CONTACT_STATE,
    ),
    Described {
        words: &[("verb", &["change", "end", "erase"])],
        ..post(
            "contacts/{key}/{verb}",
            "Change a contact (whole), end it with a day, or erase who it is",
            CONTACT_CHANGE,
            CONTACT_STATE,
        )
    },
    get(
        "parties/{key}/notes",
        "Notes about a party, the latest first",
        &[
            must("id", Text, ""),
            may("party", Text, "Absent where it is about a bank line alone"),
            must("on", Date, ""),
            must("text", Text, ""),
            may("document", Text, "Number of the document that it is on"),
            may("line", Text, "The bank line that it is on"),
            may("corrects", Text, ""),
            may("corrected_by", Text, ""),
            must("actor", Text, ""),
            must("recorded_at", Instant, ""),
        ],
    ),
    post(
        "parties/{key}/notes",
        "Keep a note; a correction is another note",
        &[
            must("text", Text, ""),
            may(
                "on",
                Date,
                "The day that it is about; today where not named",
            ),
            may("document", Text, "Number or id of a document of the party"),
            may("line", Text, "A bank line"),
            may("corrects", Text, "The note that it corrects"),
        ],
        &[must("id", Text, "")],
    ),
    get(
        "parties/{key}/history",
        "What happened about a party: documents, applications, changes; the latest first",
        &[
            must("at", Instant, ""),
            may("on", Date, "The day it counts"),
            must("what", Text, ""),
            may("subject", Text, ""),
            may("amount", Money, ""),
            may("document", Text, ""),
            may("actor", Text, ""),
            may("reason", Text, ""),
        ],
    ),
    post(
        "credit-policy",
        "Say what happens to an invoice beyond the credit limit",
        &[
            OVER_LIMIT,
            must("reason", Text, "Why; it stays in the audit log"),
        ],
        &[OVER_LIMIT],
    ),
    one(
        "customers/{key}/credit",
        "How a customer stands: limit, exposure, headroom, hold",
        &[
            must("party", Text, ""),
            must("exposure", Money, "What is open, in functional currency"),
            may("credit_limit", Money, "No limit where absent"),
            may(
                "covers",
                Text,
                "`own`, or `group`: the limit is for everybody below, too",
            ),
            may("group_exposure", Money, "What the group of the limit owes"),
            may(
                "above",
                Any,
                "Limits of parents that cover this customer, too",
            ),
            may("headroom", Money, "Of the limit that leaves least"),
            may("hold", Any, "Who holds the customer, and why"),
        ],
    ),
    post(
        "customers/{key}/hold",
        "Hold a customer; released by an approval of kind release_hold",
        &[must("reason", Text, "")],
        &[must("party", Text, ""), must("state", Text, "")],
    ),
];
