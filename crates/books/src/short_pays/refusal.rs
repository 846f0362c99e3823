//! Why a short-pay is not opened, worked on or settled.

use std::fmt;

use domain::money::Money;
use domain::refusal::Refusal;
use domain::short_pays::{PartRefusal, Reason};

use crate::short_pays::Verdict;

/// Why, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShortPayRefusal {
    /// There is no such case.
    Unknown {
        /// What was asked for.
        asked: String,
    },
    /// The document is nothing that is parted off.
    NotParted {
        /// Its number.
        number: String,
    },
    /// Nothing of the document has been settled.
    NotPaidInPart {
        /// Its number.
        number: String,
    },
    /// What parting off itself refuses.
    Part {
        /// The number of the document, or of the short-pay that was settled.
        number: String,
        /// Why.
        why: PartRefusal,
    },
    /// It is settled or was taken back.
    NotOpen {
        /// Its number.
        number: String,
        /// What became of it.
        state: &'static str,
    },
    /// It goes back with the decision about its bank line.
    OfBankLine {
        /// Its number.
        number: String,
        /// The line, with its unit.
        line: String,
    },
    /// There is no such reason.
    NotAReason {
        /// What stood there.
        word: String,
    },
    /// There is no such verdict.
    NotAVerdict {
        /// What stood there.
        word: String,
    },
    /// Nobody of these books has that login.
    NoPerson {
        /// The login.
        login: String,
    },
    /// The number of days is out of range.
    NotDays {
        /// The most.
        most: i64,
    },
    /// The text is empty.
    NothingTold,
    /// Somebody else decides what a person parted off.
    OwnShortPay {
        /// Its number.
        number: String,
    },
    /// Somebody decided it meanwhile.
    Decided {
        /// Its number.
        number: String,
        /// What stands; nothing where no verdict does.
        verdict: Option<Verdict>,
        /// Who decided that.
        by: String,
    },
    /// Only what is justified is credited.
    NotJustified {
        /// Its number.
        number: String,
    },
    /// More than is open.
    ExceedsOpen {
        /// Its number.
        number: String,
        /// What is open.
        open: Money,
    },
    /// It is no percentage.
    NotARate {
        /// What stood there.
        text: String,
    },
    /// The document that was paid short has no lines that show its tax.
    TaxUnknown {
        /// Its number.
        number: String,
    },
}

impl fmt::Display for ShortPayRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShortPayRefusal::Unknown { asked } => write!(out, "There is no short-pay {asked}."),
            ShortPayRefusal::NotParted { number } => {
                write!(out, "{number} is not an invoice or debit memo.")
            }
            ShortPayRefusal::NotPaidInPart { number } => {
                write!(out, "{number} has not been paid in part.")
            }
            ShortPayRefusal::Part { number, why } => write!(out, "{number}: {why}"),
            ShortPayRefusal::NotOpen { number, state } => {
                write!(out, "{number} is {} already.", state.to_lowercase())
            }
            ShortPayRefusal::OfBankLine { number, line } => {
                write!(out, "{number} came of the decision about {line}.")
            }
            ShortPayRefusal::NotAReason { word } => write!(out, "{word} is no reason."),
            ShortPayRefusal::NotAVerdict { word } => write!(out, "{word} is no verdict."),
            ShortPayRefusal::NoPerson { login } => {
                write!(out, "Nobody here has the login {login}.")
            }
            ShortPayRefusal::NotDays { most } => {
                write!(out, "Days must be a number from 0 to {most}.")
            }
            ShortPayRefusal::NothingTold => write!(out, "The text is empty."),
            ShortPayRefusal::OwnShortPay { number } => {
                write!(out, "Whoever split {number} off may not decide about it.")
            }
            ShortPayRefusal::Decided {
                number,
                verdict: Some(verdict),
                by,
            } => write!(out, "{number} is {} already, {by} decided.", verdict.code()),
            ShortPayRefusal::Decided { number, .. } => {
                write!(out, "{number} has no verdict that could be replaced.")
            }
            ShortPayRefusal::NotJustified { number } => {
                write!(out, "{number} has not been decided as justified.")
            }
            ShortPayRefusal::ExceedsOpen { number, open } => {
                write!(out, "Only {open:?} is open on {number}.")
            }
            ShortPayRefusal::NotARate { text } => write!(out, "`{text}` is no percentage."),
            ShortPayRefusal::TaxUnknown { number } => {
                write!(out, "{number} has no lines that show its tax.")
            }
        }
    }
}

impl Refusal for ShortPayRefusal {
    fn code(&self) -> &'static str {
        match self {
            ShortPayRefusal::Unknown { .. } => "unknown_short_pay",
            ShortPayRefusal::NotParted { .. } => "not_parted",
            ShortPayRefusal::NotPaidInPart { .. } => "not_paid_in_part",
            ShortPayRefusal::Part { why, .. } => why.code(),
            ShortPayRefusal::NotOpen { .. } => "short_pay_not_open",
            ShortPayRefusal::OfBankLine { .. } => "of_bank_line",
            ShortPayRefusal::NotAReason { .. } => "not_a_reason",
            ShortPayRefusal::NotAVerdict { .. } => "not_a_verdict",
            ShortPayRefusal::NoPerson { .. } => "no_person",
            ShortPayRefusal::NotDays { .. } => "not_days",
            ShortPayRefusal::NothingTold => "nothing_told",
            ShortPayRefusal::OwnShortPay { .. } => "own_short_pay",
            ShortPayRefusal::Decided { .. } => "short_pay_decided",
            ShortPayRefusal::NotJustified { .. } => "not_justified",
            ShortPayRefusal::ExceedsOpen { .. } => "exceeds_open",
            ShortPayRefusal::NotARate { .. } => "not_a_rate",
            ShortPayRefusal::TaxUnknown { .. } => "tax_unknown",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ShortPayRefusal::Unknown { .. } => "see them with `duebook short-pay list`".into(),
            ShortPayRefusal::NotParted { .. } => "name what the customer paid short".into(),
            ShortPayRefusal::NotPaidInPart { .. } => {
                "apply the payment first, or credit what is not owed".into()
            }
            ShortPayRefusal::Part { why, .. } => return why.hint(),
            ShortPayRefusal::NotOpen { number, .. } => {
                format!("see what settled it with `duebook short-pay show {number}`")
            }
            ShortPayRefusal::OfBankLine { line, .. } => {
                format!("take the decision back: `duebook cash undo {line}`")
            }
            ShortPayRefusal::NotAReason { .. } => {
                let words: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
                format!("one of {}", words.join(", "))
            }
            ShortPayRefusal::NotAVerdict { .. } => "justified or unjustified".into(),
            ShortPayRefusal::NoPerson { .. } => "name a person of these books".into(),
            ShortPayRefusal::NotDays { .. } => "14 is usual".into(),
            ShortPayRefusal::NothingTold => "say why in a few words".into(),
            ShortPayRefusal::OwnShortPay { .. } => "let somebody else decide".into(),
            ShortPayRefusal::Decided {
                verdict: Some(verdict),
                ..
            } => format!(
                "look at it; to decide otherwise, name the decision that is replaced: --instead-of {}",
                verdict.code()
            ),
            ShortPayRefusal::Decided { .. } => "decide it without --instead-of".into(),
            ShortPayRefusal::NotJustified { number } => {
                format!("decide it first: `duebook short-pay decide {number} justified --why …`")
            }
            ShortPayRefusal::ExceedsOpen { open, .. } => format!("name at most {open:?}"),
            ShortPayRefusal::NotARate { .. } => "write it like 19 or 5.5".into(),
            ShortPayRefusal::TaxUnknown { .. } => "name the percent of tax".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            ShortPayRefusal::NotAReason { .. } => "reason",
            ShortPayRefusal::NotAVerdict { .. } | ShortPayRefusal::Decided { .. } => "verdict",
            ShortPayRefusal::NoPerson { .. } => "owner",
            ShortPayRefusal::NotDays { .. } => "answer_days",
            ShortPayRefusal::NothingTold => "why",
            ShortPayRefusal::ExceedsOpen { .. } => "amount",
            ShortPayRefusal::NotARate { .. } | ShortPayRefusal::TaxUnknown { .. } => "tax_rate",
            ShortPayRefusal::NotParted { .. } | ShortPayRefusal::NotPaidInPart { .. } => "document",
            ShortPayRefusal::Part { why, .. } => match why {
                PartRefusal::NotAnAmount | PartRefusal::ExceedsOpen { .. } => "amount",
                PartRefusal::NotOwed | PartRefusal::Settled { .. } | PartRefusal::Apply(_) => {
                    return None;
                }
            },
            ShortPayRefusal::Unknown { .. }
            | ShortPayRefusal::NotOpen { .. }
            | ShortPayRefusal::OfBankLine { .. }
            | ShortPayRefusal::OwnShortPay { .. }
            | ShortPayRefusal::NotJustified { .. } => return None,
        })
    }
}
