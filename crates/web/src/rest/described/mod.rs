//! What every write takes and answers, and the reads that no list describes: one row for each.

mod certificates;
mod desk;
mod office;
mod parties;
mod remittances;
mod settling;
mod short_pays;

use crate::rest::looked_at::LOOKED_AT;
use crate::rest::shape::Holds::{
    Any, Claim, Date, Instant, Money, OneOf, Rows, Several, Text, Whole,
};
use crate::rest::shape::{Field, may, must};

pub(crate) use desk::{LINE_ON_ACCOUNT, LINE_PART};
pub(crate) use short_pays::{
    CREDIT_ON, CREDIT_TAX, INSTEAD_OF, SHORT_PAY_OWNER, SHORT_PAY_REASON, SHORT_PAY_VERDICT,
};

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

pub(super) const ON: Field = may("on", Date, "The day it counts; today where not named");

/// Only to be seen: nothing is written and no key is kept.
pub(super) const DRY_RUN: Field = may("dry_run", Claim, "Show what would be posted; write nothing");

pub(super) const WOULD_POST: Field = may(
    "would_post",
    Any,
    "Of a dry run: the journal lines that it would post",
);

pub(super) const WOULD_WAIT: Field = may(
    "would_wait",
    Claim,
    "Of a dry run: whether others would have to approve",
);

const PART: &[Field] = &[
    must("document", Text, "NUMBER or PARTY/NUMBER"),
    may(
        "amount",
        Money,
        "What of it is settled; as much as there is where not named",
    ),
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

/// Every operation that is not described by a list or a report.
pub(super) fn all() -> impl Iterator<Item = &'static Described> {
    let parts = [
        desk::OPERATIONS,
        settling::OPERATIONS,
        short_pays::OPERATIONS,
        parties::OPERATIONS,
        remittances::OPERATIONS,
        certificates::OPERATIONS,
        office::OPERATIONS,
        LOOKED_AT,
    ];
    parts.into_iter().flatten()
}
