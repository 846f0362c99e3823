//! Why the cash desk refuses.

use std::fmt;

use domain::ids::LineId;
use domain::money::{Currency, Money};
use domain::refusal::Refusal;

/// Why the desk refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskRefusal {
    /// No such line.
    UnknownLine {
        /// What was asked for.
        line: String,
    },
    /// The line is settled; it must be undone first.
    Settled {
        /// The line.
        line: LineId,
        /// What it is.
        outcome: String,
    },
    /// The line has nothing to undo.
    NothingToUndo {
        /// The line.
        line: LineId,
    },
    /// Money that went out is not undone here.
    WentOut {
        /// The line.
        line: LineId,
    },
    /// A short-pay of the line was settled meanwhile.
    ShortPaySettled {
        /// The line.
        line: LineId,
    },
    /// No such party.
    UnknownParty {
        /// Its code.
        code: String,
    },
    /// No such open document of a customer.
    UnknownDocument {
        /// Its number.
        number: String,
    },
    /// The number is that of several documents.
    AmbiguousDocument {
        /// Its number.
        number: String,
    },
    /// There is no such proposal.
    NoProposal {
        /// The rank asked for.
        rank: i64,
    },
    /// The amounts are more than the line.
    TooMuch {
        /// What the line has.
        line: Money,
        /// What was asked.
        asked: Money,
    },
    /// An amount is not in the currency of the line.
    OtherCurrency {
        /// What was asked.
        amount: Money,
        /// The currency of the line.
        expected: Currency,
    },
    /// An amount is zero or below.
    NotPositive,
    /// Nothing is taken off a credit.
    NotDeductible {
        /// Its number.
        number: String,
    },
    /// The line is used up before this document.
    NothingLeft {
        /// Its number.
        number: String,
    },
    /// More is settled than is open.
    MoreThanOpen {
        /// Its number.
        number: String,
        /// What is open.
        open: Money,
    },
    /// The deductions are more than what is settled.
    DeductionsExceed {
        /// Its number.
        number: String,
        /// All deductions together.
        taken: Money,
    },
    /// It cannot be posted as asked.
    DoesNotFit {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for DeskRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeskRefusal::UnknownLine { line } => write!(out, "There is no bank line {line}."),
            DeskRefusal::Settled { line, outcome } => {
                write!(out, "{line} is {} already.", outcome.replace('_', " "))
            }
            DeskRefusal::NothingToUndo { line } => write!(out, "{line} has nothing to undo."),
            DeskRefusal::WentOut { line } => write!(out, "{line} is money that went out."),
            DeskRefusal::ShortPaySettled { line } => write!(
                out,
                "A short-pay of {line} has been settled, wholly or in part."
            ),
            DeskRefusal::UnknownParty { code } => write!(out, "There is no party {code}."),
            DeskRefusal::UnknownDocument { number } => {
                write!(out, "There is no open document {number}.")
            }
            DeskRefusal::AmbiguousDocument { number } => {
                write!(out, "Several open documents have the number {number}.")
            }
            DeskRefusal::NoProposal { rank } => write!(out, "There is no proposal {rank}."),
            DeskRefusal::TooMuch { line, asked } => {
                write!(out, "{asked:?} is more than the {line:?} of the line.")
            }
            DeskRefusal::OtherCurrency { amount, expected } => {
                write!(
                    out,
                    "{amount:?} is not in {expected}, the currency of the line."
                )
            }
            DeskRefusal::NotPositive => write!(out, "An amount is above zero."),
            DeskRefusal::NotDeductible { number } => {
                write!(out, "{number} is a credit; nothing is taken off it.")
            }
            DeskRefusal::NothingLeft { number } => {
                write!(out, "Nothing of the line is left for {number}.")
            }
            DeskRefusal::MoreThanOpen { number, open } => {
                write!(out, "Only {open:?} is open on {number}.")
            }
            DeskRefusal::DeductionsExceed { number, taken } => {
                write!(
                    out,
                    "{taken:?} is taken off {number}, more than is settled of it."
                )
            }
            DeskRefusal::DoesNotFit { reason } => write!(out, "It cannot be posted: {reason}."),
        }
    }
}

impl Refusal for DeskRefusal {
    fn code(&self) -> &'static str {
        match self {
            DeskRefusal::UnknownLine { .. } => "unknown_line",
            DeskRefusal::Settled { .. } => "line_settled",
            DeskRefusal::NothingToUndo { .. } => "nothing_to_undo",
            DeskRefusal::WentOut { .. } => "money_went_out",
            DeskRefusal::ShortPaySettled { .. } => "short_pay_settled",
            DeskRefusal::UnknownParty { .. } => "unknown_party",
            DeskRefusal::UnknownDocument { .. } => "unknown_document",
            DeskRefusal::AmbiguousDocument { .. } => "ambiguous_document",
            DeskRefusal::NoProposal { .. } => "no_proposal",
            DeskRefusal::TooMuch { .. } => "too_much",
            DeskRefusal::OtherCurrency { .. } => "wrong_currency",
            DeskRefusal::NotPositive => "amount_not_positive",
            DeskRefusal::NotDeductible { .. } => "not_deductible",
            DeskRefusal::NothingLeft { .. } => "nothing_left",
            DeskRefusal::MoreThanOpen { .. } => "more_than_open",
            DeskRefusal::DeductionsExceed { .. } => "deductions_exceed",
            DeskRefusal::DoesNotFit { .. } => "does_not_fit",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            DeskRefusal::UnknownLine { .. } => "list lines with `duebook cash lines --all`".into(),
            DeskRefusal::Settled { line, .. } => {
                format!("take it back first with `duebook cash undo {line}`")
            }
            DeskRefusal::NothingToUndo { line } => {
                format!("look at it with `duebook cash show {line}`")
            }
            DeskRefusal::WentOut { .. } => {
                "correct a returned payment with the documents it issued".into()
            }
            DeskRefusal::ShortPaySettled { .. } => {
                "take back first what settled it: `duebook short-pay list --all` names it, then \
                 `duebook item unapply NUMBER`"
                    .into()
            }
            DeskRefusal::UnknownParty { .. } => "use the party's code, as in the aging".into(),
            DeskRefusal::UnknownDocument { .. } => {
                "look it up with `duebook report aging --by document`".into()
            }
            DeskRefusal::AmbiguousDocument { .. } => "write it as PARTY/NUMBER".into(),
            DeskRefusal::NoProposal { .. } => {
                "look at the proposals with `duebook cash show LINE`".into()
            }
            DeskRefusal::TooMuch { .. } => "lower the amounts; the rest may stay unapplied".into(),
            DeskRefusal::OtherCurrency { .. } => "write amounts in the currency of the line".into(),
            DeskRefusal::NotPositive => "leave it empty for all that is open".into(),
            DeskRefusal::NotDeductible { .. } => "take it off an invoice".into(),
            DeskRefusal::NothingLeft { .. } => {
                "lower the amounts before it, or leave it out".into()
            }
            DeskRefusal::MoreThanOpen { .. } => {
                "lower the amount; what is over stays on account".into()
            }
            DeskRefusal::DeductionsExceed { .. } => {
                "the amount of a document has its deductions in it".into()
            }
            DeskRefusal::DoesNotFit { .. } => "look at the document's open amount".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            DeskRefusal::UnknownParty { .. } => Some("party"),
            DeskRefusal::UnknownDocument { .. } | DeskRefusal::AmbiguousDocument { .. } => {
                Some("document")
            }
            DeskRefusal::OtherCurrency { .. }
            | DeskRefusal::NotPositive
            | DeskRefusal::NothingLeft { .. }
            | DeskRefusal::MoreThanOpen { .. } => Some("amount"),
            DeskRefusal::NotDeductible { .. } | DeskRefusal::DeductionsExceed { .. } => {
                Some("deductions")
            }
            DeskRefusal::UnknownLine { .. }
            | DeskRefusal::Settled { .. }
            | DeskRefusal::NothingToUndo { .. }
            | DeskRefusal::WentOut { .. }
            | DeskRefusal::ShortPaySettled { .. }
            | DeskRefusal::NoProposal { .. }
            | DeskRefusal::TooMuch { .. }
            | DeskRefusal::DoesNotFit { .. } => None,
        }
    }
}

/// Which part of a divided line is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InPart {
    list: &'static str,
    place: usize,
    why: DeskRefusal,
}

impl InPart {
    pub(super) fn document(place: usize, why: DeskRefusal) -> InPart {
        InPart {
            list: "Document",
            place: place + 1,
            why,
        }
    }

    pub(super) fn on_account(place: usize, why: DeskRefusal) -> InPart {
        InPart {
            list: "On account",
            place: place + 1,
            why,
        }
    }
}

impl fmt::Display for InPart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.list, self.place, self.why)
    }
}

impl Refusal for InPart {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    fn hint(&self) -> Option<String> {
        self.why.hint()
    }

    fn field(&self) -> Option<&'static str> {
        match self.list {
            "Document" => self.why.field(),
            _ => Some("on_account"),
        }
    }

    fn place(&self) -> Option<usize> {
        Some(self.place)
    }
}
