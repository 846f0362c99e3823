//! What the desk does: approvals, cash, bank files and bank lines, files of other systems.

use books::approvals::WISHES;

use super::{
    AFTER, Body, CREDIT_ON, CREDIT_TAX, DRY_RUN, Described, INSTEAD_OF, LIMIT, PART, REQUEST,
    SETTLE, SHORT_PAY_OWNER, SHORT_PAY_REASON, SHORT_PAY_VERDICT, WOULD_POST, WOULD_WAIT, get, one,
    post,
};
use crate::rest::shape::Holds::{Any, Claim, Date, Money, OneOf, Several, Text, Texts, Whole};
use crate::rest::shape::{Field, may, must};

const LEG: &[Field] = &[
    must("account", Text, "Code of the account"),
    must("amount", Money, "Above zero is a debit"),
];

/// Words of deductions at the desk: those that decisions and exports have.
const TAKEN_WORDS: &[&str] = &[
    "early_payment_discount",
    "bank_fee",
    "withholding_tax",
    "short_pay_dispute",
    "rounding",
    "write_off",
];

const TAKEN: &[Field] = &[
    must("kind", OneOf(TAKEN_WORDS), ""),
    must("amount", Money, "Above zero, in the currency of the line"),
    may("reason", Text, "Why; kept with the decision"),
];

/// What a bank line pays.
pub(crate) const LINE_PART: &[Field] = &[
    must("document", Text, "NUMBER or PARTY/NUMBER"),
    may(
        "amount",
        Money,
        "What of it is settled, deductions included; as much as there is where not named",
    ),
    may("deductions", Several(TAKEN), "What of it is no cash"),
];

/// What of a bank line stays with a party.
pub(crate) const LINE_ON_ACCOUNT: &[Field] = &[
    must("party", Text, "Code of the customer"),
    may("amount", Money, "All that is left where not named"),
];

const ACCOUNT: &[Field] = &[must("party", Text, ""), must("number", Text, "")];

const TERMS: &[Field] = &[must("party", Text, ""), must("terms", Text, "")];

/// What a wish holds; which fields depends on its kind.
pub(crate) const WISH: &[Field] = &[
    must("kind", OneOf(WISHES), ""),
    must("reason", Text, "Why; it stays in the audit log"),
    may("item", Text, "Open item to write off or refund"),
    may("party", Text, "Code of the party"),
    may(
        "bank_account",
        Text,
        "Code of our bank account that refunds",
    ),
    may("period", Text, "Like 2026-01"),
    may("number", Text, "Number of the new bank account"),
    may("amount", Money, ""),
    may("on", Date, "The day it counts"),
    may("legs", Several(LEG), "Of an entry by hand"),
    may("line", Text, "Bank line to apply"),
    may("parts", Several(LINE_PART), "What the bank line pays"),
    may(
        "on_account",
        Several(LINE_ON_ACCOUNT),
        "What of the bank line stays with parties",
    ),
    may("settle", Several(SETTLE), "What is settled, in this order"),
    may("with", Several(PART), "With what"),
    may("terms", Text, "Payment terms, as people write them"),
    may("class", Text, "Class of the party; empty for none"),
    may(
        "percent",
        Text,
        "By which a customer withholds tax; none of its own where absent",
    ),
    may("from", Date, "First day of the percentage"),
    may("document_kind", Text, "Kind of the document to reverse"),
    may("document", Any, "As docs/documents.md describes"),
    may("side", OneOf(&["receivable", "payable"]), "Of new parties"),
    may(
        "rows",
        Any,
        "New parties: party, name, country, currency, terms, …",
    ),
    may("documents", Any, "Several of them, beyond the credit limit"),
    may("accounts", Several(ACCOUNT), "New bank accounts of parties"),
    may("changes", Several(TERMS), "Other terms of parties"),
    may("short_pay", Text, "Number or id of the short-pay"),
    SHORT_PAY_REASON,
    SHORT_PAY_OWNER,
    SHORT_PAY_VERDICT,
    INSTEAD_OF,
    CREDIT_ON,
    CREDIT_TAX,
    DRY_RUN,
];

const ASKED: &[Field] = &[
    must(
        "state",
        OneOf(&["done", "waiting", "foreseen"]),
        "`foreseen` where it was only shown",
    ),
    WOULD_POST,
    WOULD_WAIT,
    may("id", Text, "The request that waits"),
    may("outcome", Text, "What was done"),
];

const IMPORTED: &[Field] = &[
    must("format", Text, ""),
    must("accepted", Whole, ""),
    must("already_known", Whole, ""),
    must("refused", Whole, ""),
    must("problems", Texts, ""),
];

const IMPORT_WORDS: &[&str] = &[
    "company",
    "customers",
    "vendors",
    "open-items",
    "orders",
    "rates",
    "history",
    "contacts",
    "remittances",
];

const DESK_LINE: &[Field] = &[
    must("line", Text, ""),
    must("booked_on", Date, ""),
    must("amount", Money, ""),
    must("outcome", Text, ""),
    must("reason", Text, "Why it waits"),
];

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    Described {
        query: &[
            may("show", OneOf(&["waiting", "all"]), "All where not named"),
            AFTER,
            LIMIT,
        ],
        ..get("approvals", "Requests for approval", REQUEST)
    },
    post(
        "approvals",
        "Ask for something that may need approval",
        WISH,
        ASKED,
    ),
    post(
        "approvals/{id}/decision",
        "Approve, deny or withdraw",
        &[
            must("verdict", OneOf(&["approve", "deny", "withdraw"]), ""),
            may("reason", Text, ""),
        ],
        &[must("id", Text, ""), must("outcome", Text, "")],
    ),
    post(
        "periods/{period}/close",
        "Close a period",
        &[],
        &[must("period", Text, ""), must("state", Text, "")],
    ),
    post(
        "cash-runs",
        "Apply cash to what waits",
        &[may("as_of", Date, "Lines up to this day")],
        &[
            must("looked_at", Whole, ""),
            must("changed", Whole, ""),
            must("outcomes", Any, "Payments by outcome"),
            may(
                "left",
                Whole,
                "Left to the next run: something was written meanwhile",
            ),
            may("run", Text, ""),
        ],
    ),
    Described {
        words: &[(
            "verb",
            &["accept", "apply", "park", "move", "undo", "release", "note"],
        )],
        ..post(
            "bank-lines/{key}/{verb}",
            "Decide about a bank line, or keep a note on it",
            &[
                may(
                    "party",
                    Text,
                    "Whose money it is, to park or move it; about whom a note is",
                ),
                may(
                    "rank",
                    Whole,
                    "Which proposal to accept, counted from one; wanted to accept",
                ),
                may("parts", Several(LINE_PART), "What to apply it to"),
                may(
                    "on_account",
                    Several(LINE_ON_ACCOUNT),
                    "What of it stays with parties",
                ),
                may("reason", Text, "Reason for the write-off"),
                may("text", Text, "Of a note"),
                may("corrects", Text, "The note in whose place another stands"),
                DRY_RUN,
            ],
            &[
                must("line", Text, ""),
                must("done", Text, "`nothing` where it was only shown"),
                WOULD_POST,
                WOULD_WAIT,
                may("note", Text, "The note that was kept"),
                may("request", Text, "What waits for approval"),
            ],
        )
    },
    Described {
        body: Body::File,
        query: &[may(
            "currency",
            Text,
            "The currency of statements that name none; that of the bank account where left out",
        )],
        ..post("bank-statements", "Import a bank file", &[], IMPORTED)
    },
    Described {
        query: &[may("all", Claim, "Settled ones, too"), AFTER, LIMIT],
        ..get(
            "cash-lines",
            "Bank lines that wait at the cash desk, and why",
            DESK_LINE,
        )
    },
    one(
        "bank-lines/{key}/evidence",
        "Everything about a bank line: decisions, evidence, proposals, notes",
        &[
            must("line", Any, ""),
            must("decisions", Any, ""),
            must("notes", Any, "The latest first"),
        ],
    ),
    Described {
        words: &[("what", IMPORT_WORDS)],
        query: &[
            may("name", Text, "How the file is called"),
            may(
                "side",
                OneOf(&["receivable", "payable"]),
                "Of opening items",
            ),
            may(
                "partial",
                Claim,
                "Import the good records of a file with bad ones",
            ),
        ],
        body: Body::File,
        ..post("imports/{what}", "Import a file", &[], IMPORTED)
    },
];
