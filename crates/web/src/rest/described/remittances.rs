//! Remittance advices: what was read of them, and what each explains.

use books::remittances::FILTERS;
use books::reports::lists::{Filter, FilterKind};

use super::{AFTER, Answers, Described, LIMIT, get, one};
use crate::rest::shape::Holds::{Date, Money, OneOf, Several, Text, Texts};
use crate::rest::shape::{Field, may, must};

const PART: &[Field] = &[
    must("amount", Text, "As the payer wrote it"),
    may("reason", Text, ""),
];

const ITEM: &[Field] = &[
    must("document", Text, "As the payer quotes it"),
    may("issued_on", Date, ""),
    may("gross", Text, ""),
    may("deduction", Text, "Above zero lowers what is paid"),
    may("paid", Text, ""),
    may("reason", Text, "Why something was taken off"),
    may("parts", Several(PART), "Of several deductions each"),
    must("place", Text, "Where it stands in the file"),
];

const LINE: &[Field] = &[
    must("line", Text, "line_… or line_….unit"),
    must("booked_on", Date, ""),
    must("amount", Money, ""),
    must("outcome", Text, "What became of it"),
];

const ADVICE: &[Field] = &[
    must("id", Text, ""),
    must("file", Text, "Name of the file that brought it"),
    must("received_on", Date, ""),
    may("sender", Text, "Mail address"),
    may("payer", Text, "Name"),
    may("on_behalf_of", Text, "For whom the payer pays"),
    may("announced_on", Date, "The day it was sent"),
    may("paid_on", Date, "The day of payment or value"),
    must("references", Texts, "What may stand on the bank line, too"),
    may("currency", Text, "Of every sum, where it is stated"),
    may("total", Text, "The sum paid, as stated"),
    must("items", Several(ITEM), "Its documents, as in the file"),
    must("lines", Several(LINE), "The bank lines it explains"),
    may("why_not", Text, "Why it explains none"),
];

const fn parameter(filter: &Filter) -> Field {
    let holds = match filter.kind {
        FilterKind::Text | FilterKind::Prefix | FilterKind::Contains | FilterKind::Id => Text,
        FilterKind::Date | FilterKind::Since | FilterKind::Until => Date,
        FilterKind::OneOf(words) => OneOf(words),
    };
    may(filter.name, holds, filter.about)
}

const ASKED: &[Field; FILTERS.len() + 2] = &{
    let mut asked = [AFTER; FILTERS.len() + 2];
    asked[1] = LIMIT;
    let mut at = 0;
    while at < FILTERS.len() {
        asked[at + 2] = parameter(&FILTERS[at]);
        at += 1;
    }
    asked
};

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    Described {
        query: ASKED,
        ..get(
            "remittances",
            "Remittance advices as they were read, those that came last first, and the bank lines \
             they explain; a page may be short where many files are searched: go on with `next`",
            ADVICE,
        )
    },
    one("remittances/{key}", "One remittance advice", ADVICE),
    Described {
        answer: Answers::Text("application/octet-stream"),
        ..one(
            "remittances/{key}/file",
            "The file that brought the advice, as it came",
            &[],
        )
    },
];
