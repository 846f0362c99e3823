//! What every write takes and answers, and the reads that no list describes: one row for each.

use books::approvals::WISHES;

use crate::rest::shape::Holds::{
    Any, Claim, Date, Instant, Money, OneOf, Rows, Several, Text, Texts, Whole,
};
use crate::rest::shape::{Field, may, must};

/// What comes with a request.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    /// A JSON object.
    Fields(&'static [Field]),
    /// A file, byte for byte.
    File,
}

/// One operation.
pub(crate) struct Described {
    /// The path below `/api/v1/`.
    pub(crate) path: &'static str,
    /// `get`, `post` or `delete`.
    pub(crate) method: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// Words that a part of the path is one of.
    pub(crate) words: &'static [(&'static str, &'static [&'static str])],
    /// Parameters of the query.
    pub(crate) query: &'static [Field],
    /// What comes with it.
    pub(crate) body: Body,
    /// What it answers.
    pub(crate) answer: Answers,
    /// Whether it is recorded, so that it needs a key.
    pub(crate) is_write: bool,
}

/// What an operation answers.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    /// An object.
    One(&'static [Field]),
    /// A page of such rows.
    Page(&'static [Field]),
    /// A text of this kind.
    Text(&'static str),
}

pub(super) const fn get(
    path: &'static str,
    about: &'static str,
    rows: &'static [Field],
) -> Described {
    Described {
        path,
        method: "get",
        about,
        words: &[],
        query: &[],
        body: Body::Fields(&[]),
        answer: Answers::Page(rows),
        is_write: false,
    }
}

pub(super) const fn one(
    path: &'static str,
    about: &'static str,
    answer: &'static [Field],
) -> Described {
    Described {
        answer: Answers::One(answer),
        ..get(path, about, &[])
    }
}

pub(super) const fn post(
    path: &'static str,
    about: &'static str,
    body: &'static [Field],
    answer: &'static [Field],
) -> Described {
    Described {
        path,
        method: "post",
        about,
        words: &[],
        query: &[],
        body: Body::Fields(body),
        answer: Answers::One(answer),
        is_write: true,
    }
}

const AFTER: Field = may("after", Text, "`next` of the page before");
const LIMIT: Field = may("limit", Rows, "Rows of the page; 50 where not named");

const LEG: &[Field] = &[
    must("account", Text, "Code of the account"),
    must("amount", Money, "Above zero is a debit"),
];

const PART: &[Field] = &[
    must("document", Text, "NUMBER or PARTY/NUMBER"),
    may(
        "amount",
        Money,
        "What of it is settled; as much as there is where not named",
    ),
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
    may("document_kind", Text, "Kind of the document to take back"),
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
];

pub(super) const REQUEST: &[Field] = &[
    must("id", Text, ""),
    must("kind", Text, ""),
    must("subject", Text, ""),
    must("state", Text, ""),
    must("maker", Text, ""),
    must("reason", Text, ""),
    must("amount", Money, ""),
    must("effect", Any, "The journal lines that it would post"),
    must("needed", Whole, "How many must approve"),
    must("expires_at", Instant, ""),
];

const ASKED: &[Field] = &[
    must("state", OneOf(&["done", "waiting"]), ""),
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

const SECRET: &[Field] = &[
    must("id", Text, ""),
    may(
        "secret",
        Text,
        "Signs what is sent; shown once, and not to a repetition",
    ),
];

const ENDPOINT_STATE: &[Field] = &[must("id", Text, ""), must("done", Text, "")];

const DEDUCTION: &[Field] = &[
    must("kind", OneOf(DEDUCTIONS), "Kind of its document"),
    must("amount", Money, ""),
];
/// What can be taken off a settlement.
pub(crate) const DEDUCTIONS: &[&str] = &[
    "discount_given",
    "discount_taken",
    "fee_borne",
    "tax_withheld",
    "rounding_given",
    "rounding_gained",
    "write_off",
    "payable_write_off",
];
const SETTLE: &[Field] = &[
    must("document", Text, "Number or id"),
    may(
        "amount",
        Money,
        "What of it is settled, deductions included",
    ),
    may("deductions", Several(DEDUCTION), "What of it is no cash"),
];
const SETTLED: &[Field] = &[
    must(
        "documents",
        Several(&[must("id", Text, ""), must("number", Text, "")]),
        "Issued on the way",
    ),
    must("applications", Several(&[must("id", Text, "")]), ""),
    may("waiting", Texts, "Requests that wait for approval"),
];
const ON: Field = may("on", Date, "The day it counts; today where not named");

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
const CONTACT: &[Field] = &[
    must("id", Text, ""),
    must("state", Text, "stands, not yet, ended, replaced or erased"),
    may("name", Text, ""),
    may("role", OneOf(TASKS), ""),
    may("email", Text, ""),
    may("telephone", Text, ""),
    may("language", Text, ""),
    may("preferred", OneOf(WAYS), ""),
    may("valid_from", Date, ""),
    may("valid_until", Date, ""),
    must("actor", Text, ""),
    must("recorded_at", Instant, ""),
];
const CONTACT_STATE: &[Field] = &[must("id", Text, ""), must("state", Text, "")];

const CREDIT_ANSWERS: &[&str] = &["warn", "ask", "refuse"];

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

const REVALUED: &[Field] = &[
    must("on", Date, ""),
    must("already_done", Claim, ""),
    must("looked_at", Whole, ""),
    must("rates", Texts, ""),
    must("totals", Any, ""),
    may("run", Text, ""),
];

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

/// Every operation that is not described by a list or a report.
pub(crate) const DESCRIBED: &[Described] = &[
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
            &["accept", "apply", "park", "undo", "release", "note"],
        )],
        ..post(
            "bank-lines/{key}/{verb}",
            "Decide about a bank line, or keep a note on it",
            &[
                may(
                    "party",
                    Text,
                    "Whose money it is, to park it; about whom a note is",
                ),
                may(
                    "rank",
                    Whole,
                    "Which proposal to accept; the first where not named",
                ),
                may("parts", Several(LINE_PART), "What to apply it to"),
                may(
                    "on_account",
                    Several(LINE_ON_ACCOUNT),
                    "What of it stays with parties",
                ),
                may("reason", Text, "Why something is given up"),
                may("text", Text, "Of a note"),
                may("corrects", Text, "The note in whose place another stands"),
            ],
            &[
                must("line", Text, ""),
                must("done", Text, ""),
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
        ..post("bank-statements", "Take a bank file in", &[], IMPORTED)
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
    post(
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
            may("reason", Text, "Why something is given up"),
        ],
        SETTLED,
    ),
    post(
        "unapplications",
        "Take applications back",
        &[
            must("what", Texts, "Documents, or applications by their ids"),
            may("with", Text, "Only those with this document"),
            ON,
        ],
        SETTLED,
    ),
    post(
        "nettings",
        "Settle what a party owes us with what we owe it",
        &[
            must("party", Text, ""),
            may("currency", Text, "Only this one"),
            may("limit", Money, "No more than this"),
            ON,
        ],
        SETTLED,
    ),
    post(
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
        ],
        SETTLED,
    ),
    post(
        "returns",
        "Take in that a payment came back",
        &[
            must("document", Text, "The receipt or payment"),
            may("amount", Money, "How much came back; all where not named"),
            may("fee", Money, "What the bank charged"),
            may("bank", Text, "Own bank account, by code or number"),
            may("reason", Text, "In the bank's words"),
            ON,
        ],
        SETTLED,
    ),
    post(
        "revaluations",
        "Bring open foreign items to the closing rate of a period's last day",
        &[must("on", Date, "The last day of the period")],
        REVALUED,
    ),
    one(
        "credit-policy",
        "What happens to an invoice beyond the credit limit",
        &[must("over_limit", OneOf(CREDIT_ANSWERS), "")],
    ),
    Described {
        query: &[may("all", Claim, "Also those that hold no longer")],
        ..get(
            "parties/{key}/contacts",
            "Whom to talk to at a customer or vendor",
            CONTACT,
        )
    },
    post(
        "parties/{key}/contacts",
        "Add somebody at a party",
        WHO,
        CONTACT_STATE,
    ),
    Described {
        words: &[("verb", &["change", "end", "erase"])],
        ..post(
            "contacts/{key}/{verb}",
            "Change a contact (whole), end it with a day, or erase who it is",
            &[
                may("name", Text, "To change it"),
                may("role", OneOf(TASKS), "To change it"),
                may("email", Text, ""),
                may("telephone", Text, ""),
                may("language", Text, ""),
                may("preferred", OneOf(WAYS), ""),
                may("valid_from", Date, ""),
                may("valid_until", Date, ""),
                may("on", Date, "The last day, to end it; today where not named"),
                may("reason", Text, "To erase it"),
            ],
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
            may("corrects", Text, "The note in whose place it stands"),
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
            must("over_limit", OneOf(CREDIT_ANSWERS), ""),
            must("reason", Text, "Why; it stays in the audit log"),
        ],
        &[must("over_limit", OneOf(CREDIT_ANSWERS), "")],
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
    Described {
        query: &[must("on", Date, "The last day of the period")],
        ..one("revaluations", "What a revaluation would do", REVALUED)
    },
    Described {
        words: &[("what", IMPORT_WORDS)],
        query: &[
            may(
                "side",
                OneOf(&["receivable", "payable"]),
                "Of opening items",
            ),
            may(
                "partial",
                Claim,
                "Take the good records of a file with bad ones",
            ),
        ],
        body: Body::File,
        ..post("imports/{what}", "Take a file in", &[], IMPORTED)
    },
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
            "Take a lost app away, or end every session",
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
        "Make a new secret; the old one signs for another day beside it",
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
