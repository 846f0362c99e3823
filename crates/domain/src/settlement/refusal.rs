//! Why items are not settled, moved or taken back.

use std::fmt;

use crate::documents::DocumentKind;
use crate::fx::RateMissing;
use crate::money::Money;
use crate::open_items::ApplyRefusal;
use crate::refusal::Refusal;

/// Why a settlement is refused, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettleRefusal {
    /// It names nothing to settle, or nothing to settle it with.
    NothingNamed,
    /// An item has nothing open.
    NothingOpen {
        /// Its document.
        number: String,
    },
    /// The items are of parties that have nothing to do with each other.
    UnrelatedParties {
        /// The document that is settled.
        number: String,
        /// The document that settles it.
        with: String,
    },
    /// A deduction of that kind is not made on that side.
    NotDeductible {
        /// The deduction.
        kind: DocumentKind,
        /// The document.
        number: String,
    },
    /// The deductions are more than what they are taken from.
    DeductionsExceed {
        /// The document.
        number: String,
        /// What is left for deductions.
        left: Money,
    },
    /// Currencies differ and no rate between them is known.
    RateMissing(RateMissing),
    /// An amount leaves the range when it is converted.
    TooLarge {
        /// The document.
        number: String,
    },
    /// What was named to pay with does not reach.
    NotCovered {
        /// The document.
        number: String,
        /// What is not covered of the amount that was asked.
        missing: Money,
    },
    /// The document is of a kind that cannot come back or be moved.
    NotCash {
        /// The document.
        number: String,
    },
    /// It belongs to that party already.
    SamePlace {
        /// The document.
        number: String,
    },
    /// More should come back than came.
    ExceedsDocument {
        /// The document.
        number: String,
        /// What can be returned.
        most: Money,
    },
    /// The short-pay that was parted off with it has been settled, wholly or in part.
    ShortPaySettled {
        /// The short-pay.
        number: String,
    },
    /// What applying itself refuses.
    Apply(ApplyRefusal),
}

impl From<ApplyRefusal> for SettleRefusal {
    fn from(refusal: ApplyRefusal) -> SettleRefusal {
        SettleRefusal::Apply(refusal)
    }
}

impl fmt::Display for SettleRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettleRefusal::NothingNamed => {
                write!(out, "Name what to settle and what to settle it with.")
            }
            SettleRefusal::NothingOpen { number } => write!(out, "Nothing is open on {number}."),
            SettleRefusal::UnrelatedParties { number, with } => write!(
                out,
                "{with} belongs to a party unrelated to that of {number}."
            ),
            SettleRefusal::NotDeductible { kind, number } => {
                write!(out, "{} is not deducted from {number}.", kind.kind().title)
            }
            SettleRefusal::DeductionsExceed { number, left } => {
                write!(out, "The deductions exceed the {left:?} left of {number}.")
            }
            SettleRefusal::RateMissing(missing) => write!(out, "{missing}"),
            SettleRefusal::TooLarge { number } => {
                write!(out, "{number} is too large in the other currency.")
            }
            SettleRefusal::NotCovered { number, missing } => {
                write!(out, "{missing:?} of {number} is not covered.")
            }
            SettleRefusal::NotCash { number } => {
                write!(out, "{number} is neither a receipt nor a payment.")
            }
            SettleRefusal::SamePlace { number } => {
                write!(out, "{number} belongs to that party already.")
            }
            SettleRefusal::ExceedsDocument { number, most } => {
                write!(out, "At most {most:?} of {number} can be returned.")
            }
            SettleRefusal::ShortPaySettled { number } => write!(
                out,
                "{number} was split off with it and has been settled, wholly or in part."
            ),
            SettleRefusal::Apply(refusal) => write!(out, "{refusal}"),
        }
    }
}

impl Refusal for SettleRefusal {
    fn code(&self) -> &'static str {
        match self {
            SettleRefusal::NothingNamed => "nothing_named",
            SettleRefusal::NothingOpen { .. } => "nothing_open",
            SettleRefusal::UnrelatedParties { .. } => "unrelated_parties",
            SettleRefusal::NotDeductible { .. } => "not_deductible",
            SettleRefusal::DeductionsExceed { .. } => "deductions_exceed",
            SettleRefusal::RateMissing(missing) => missing.code(),
            SettleRefusal::TooLarge { .. } => "amount_too_large",
            SettleRefusal::NotCovered { .. } => "not_covered",
            SettleRefusal::NotCash { .. } => "not_cash",
            SettleRefusal::SamePlace { .. } => "same_place",
            SettleRefusal::ExceedsDocument { .. } => "exceeds_document",
            SettleRefusal::ShortPaySettled { .. } => "short_pay_settled",
            SettleRefusal::Apply(refusal) => refusal.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            SettleRefusal::NothingNamed => {
                "give the documents to settle and the credits or receipts that settle them".into()
            }
            SettleRefusal::NothingOpen { number } => format!(
                "see what settled it with `duebook document show {number}`, and unapply that first"
            ),
            SettleRefusal::UnrelatedParties { with, .. } => {
                format!("move {with} to the other party first")
            }
            SettleRefusal::NotDeductible { .. } => {
                "issue a document for it and settle with that".into()
            }
            SettleRefusal::DeductionsExceed { left, .. } => format!("deduct at most {left:?}"),
            SettleRefusal::RateMissing(missing) => {
                format!(
                    "{}, or name both amounts",
                    missing.hint().unwrap_or_default()
                )
            }
            SettleRefusal::TooLarge { .. } => "name both amounts".into(),
            SettleRefusal::NotCovered { .. } => {
                "settle less, or name more documents to pay with".into()
            }
            SettleRefusal::NotCash { number } => {
                format!("take it back with `duebook document reverse {number}`")
            }
            SettleRefusal::SamePlace { .. } => "nothing to do".into(),
            SettleRefusal::ExceedsDocument { most, .. } => format!("name at most {most:?}"),
            SettleRefusal::ShortPaySettled { number } => {
                format!("undo first what settled it: `duebook item unapply {number}`")
            }
            SettleRefusal::Apply(refusal) => return refusal.hint(),
        })
    }
}
