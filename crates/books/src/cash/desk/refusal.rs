//! Why the cash desk refuses.

use std::fmt;

use domain::ids::LineId;
use domain::money::Money;
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
            DeskRefusal::UnknownParty { .. } => "unknown_party",
            DeskRefusal::UnknownDocument { .. } => "unknown_document",
            DeskRefusal::AmbiguousDocument { .. } => "ambiguous_document",
            DeskRefusal::NoProposal { .. } => "no_proposal",
            DeskRefusal::TooMuch { .. } => "too_much",
            DeskRefusal::DoesNotFit { .. } => "does_not_fit",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            DeskRefusal::UnknownLine { .. } => "list lines with `cash lines --all`".into(),
            DeskRefusal::Settled { .. } => "take it back first with `cash undo`".into(),
            DeskRefusal::NothingToUndo { .. } => "look at it with `cash show`".into(),
            DeskRefusal::WentOut { .. } => {
                "correct a returned payment with the documents it issued".into()
            }
            DeskRefusal::UnknownParty { .. } => "use the party's code, as in the aging".into(),
            DeskRefusal::UnknownDocument { .. } => {
                "look it up with `report aging --by document`".into()
            }
            DeskRefusal::AmbiguousDocument { .. } => "write it as PARTY/NUMBER".into(),
            DeskRefusal::NoProposal { .. } => "look at the proposals with `cash show`".into(),
            DeskRefusal::TooMuch { .. } => "lower the amounts; the rest may stay unapplied".into(),
            DeskRefusal::DoesNotFit { .. } => "look at the document's open amount".into(),
        })
    }
}
