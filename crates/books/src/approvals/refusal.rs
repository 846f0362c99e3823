//! Why something is not done without approval, or an approval is refused.

use std::fmt;

use domain::access::Area;
use domain::ids::RequestId;
use domain::refusal::Refusal;

/// Why something is not done without approval, or an approval is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApprovalRefusal {
    /// Others must approve first.
    Needed {
        /// What it is about.
        area: Area,
    },
    /// It was asked without a reason.
    NoReason,
    /// There is no such request.
    Unknown {
        /// The request.
        id: RequestId,
    },
    /// It is decided, withdrawn or lapsed.
    Closed {
        /// The request.
        id: RequestId,
        /// What became of it.
        state: &'static str,
    },
    /// Nobody approves their own work.
    OwnWork {
        /// The request.
        id: RequestId,
    },
    /// Only the maker withdraws.
    NotYours {
        /// The request.
        id: RequestId,
    },
    /// The person spoke already.
    SaidAlready {
        /// The request.
        id: RequestId,
    },
    /// What it would do is no longer what was asked.
    Changed {
        /// The request.
        id: RequestId,
    },
    /// The policy names roles, and the person holds none of them.
    WrongRole {
        /// The codes of the roles.
        roles: String,
    },
    /// Somebody spoke already for the person for whom this is.
    SaidFor {
        /// For whom.
        login: String,
    },
    /// An account that we would pay to is mistyped.
    CheckDigits {
        /// The vendor.
        party: String,
        /// The account.
        number: String,
    },
    /// What it needs is not there: a party, a bank account, an exchange rate.
    Missing {
        /// What, in words.
        what: String,
    },
}

impl fmt::Display for ApprovalRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApprovalRefusal::Needed { area } => {
                write!(out, "Of {}, this needs approval first.", area.title())
            }
            ApprovalRefusal::NoReason => write!(out, "A request needs a reason."),
            ApprovalRefusal::Unknown { id } => write!(out, "There is no request {id}."),
            ApprovalRefusal::Closed { id, state } => write!(out, "{id} is {state} already."),
            ApprovalRefusal::OwnWork { .. } => write!(out, "Nobody approves their own work."),
            ApprovalRefusal::NotYours { .. } => {
                write!(out, "Only the person who made a request may withdraw it.")
            }
            ApprovalRefusal::SaidAlready { .. } => write!(out, "You have decided this already."),
            ApprovalRefusal::Changed { .. } => {
                write!(out, "What would be posted is no longer what was requested.")
            }
            ApprovalRefusal::WrongRole { roles } => write!(
                out,
                "The policy wants this approved by somebody who holds one of: {}.",
                roles.replace(',', ", ")
            ),
            ApprovalRefusal::SaidFor { login } => {
                write!(out, "This was decided for {login} already.")
            }
            ApprovalRefusal::CheckDigits { party, number } => {
                write!(
                    out,
                    "{number} of {party} is no IBAN: its check digits are wrong."
                )
            }
            ApprovalRefusal::Missing { what } => write!(out, "There is no {what}."),
        }
    }
}

impl Refusal for ApprovalRefusal {
    fn code(&self) -> &'static str {
        match self {
            ApprovalRefusal::Needed { .. } => "approval_needed",
            ApprovalRefusal::NoReason => "reason_missing",
            ApprovalRefusal::Unknown { .. } => "not_found",
            ApprovalRefusal::Closed { .. } => "request_closed",
            ApprovalRefusal::OwnWork { .. } => "own_work",
            ApprovalRefusal::NotYours { .. } => "not_yours",
            ApprovalRefusal::SaidAlready { .. } | ApprovalRefusal::SaidFor { .. } => "said_already",
            ApprovalRefusal::Changed { .. } => "request_changed",
            ApprovalRefusal::WrongRole { .. } => "role_needed",
            ApprovalRefusal::CheckDigits { .. } => "wrong_check_digits",
            ApprovalRefusal::Missing { .. } => "missing",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ApprovalRefusal::Needed { .. } => {
                "ask for it: `duebook approvals ask`, the forms on the \
                pages of documents, customers, journal and periods, or POST /api/v1/approvals"
                    .into()
            }
            ApprovalRefusal::NoReason => "say why".into(),
            ApprovalRefusal::Unknown { .. } => "look at the list of approvals".into(),
            ApprovalRefusal::Closed { .. } => "request it again".into(),
            ApprovalRefusal::OwnWork { .. } => "let somebody else decide".into(),
            ApprovalRefusal::NotYours { .. } => "deny it, if you may".into(),
            ApprovalRefusal::SaidAlready { .. } | ApprovalRefusal::SaidFor { .. } => {
                "let another person decide, too".into()
            }
            ApprovalRefusal::WrongRole { .. } => "let one of them decide".into(),
            ApprovalRefusal::Changed { .. } => "deny it and request it again".into(),
            ApprovalRefusal::CheckDigits { .. } => {
                "copy it from the vendor's own paper, and ask the vendor by a number known before"
                    .into()
            }
            ApprovalRefusal::Missing { .. } => "look it up and ask again".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            ApprovalRefusal::NoReason => Some("reason"),
            ApprovalRefusal::CheckDigits { .. } => Some("number"),
            ApprovalRefusal::Needed { .. }
            | ApprovalRefusal::Unknown { .. }
            | ApprovalRefusal::Closed { .. }
            | ApprovalRefusal::OwnWork { .. }
            | ApprovalRefusal::NotYours { .. }
            | ApprovalRefusal::SaidAlready { .. }
            | ApprovalRefusal::Changed { .. }
            | ApprovalRefusal::WrongRole { .. }
            | ApprovalRefusal::SaidFor { .. }
            | ApprovalRefusal::Missing { .. } => None,
        }
    }
}
