//! Why an invoice goes too far, or a customer is not held.

use std::fmt;

use domain::credit::Objection;
use domain::money::Money;
use domain::refusal::Refusal;

use crate::credit::Objected;

/// Why credit refuses, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CreditRefusal {
    /// There is no such policy.
    NotAPolicy {
        /// What stood there.
        word: String,
    },
    /// A change needs a reason.
    NoReason,
    /// The customer is held already.
    HeldAlready {
        /// Their code.
        code: String,
    },
    /// The customer is not held.
    NotHeld {
        /// Their code.
        code: String,
    },
    /// The customer is held.
    OnHold {
        /// Their code.
        code: String,
        /// Who holds.
        actor: String,
        /// Why.
        reason: String,
    },
    /// The customer would owe more than they may.
    OverLimit {
        /// Their code.
        code: String,
        /// Whose group it is, where the limit covers one.
        group: Option<String>,
        /// How much they may owe.
        limit: Money,
        /// How much they would owe.
        exposure: Money,
    },
}

/// The refusal of an objection.
pub(super) fn of(one: &Objected) -> CreditRefusal {
    let code = one.code.clone();
    match &one.objection {
        Objection::OnHold(hold) => CreditRefusal::OnHold {
            code,
            actor: hold.actor.clone(),
            reason: hold.reason.clone(),
        },
        Objection::OverLimit {
            limit, exposure, ..
        } => CreditRefusal::OverLimit {
            code,
            group: one.group.clone(),
            limit: limit.amount,
            exposure: *exposure,
        },
    }
}

impl fmt::Display for CreditRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreditRefusal::NotAPolicy { word } => write!(out, "`{word}` is not a credit policy."),
            CreditRefusal::NoReason => write!(out, "A change needs a reason."),
            CreditRefusal::HeldAlready { code } => write!(out, "{code} is held already."),
            CreditRefusal::NotHeld { code } => write!(out, "{code} is not held."),
            CreditRefusal::OnHold {
                code,
                actor,
                reason,
            } => write!(out, "{code} is held by {actor}: {reason}."),
            CreditRefusal::OverLimit {
                code,
                group: None,
                limit,
                exposure,
            } => write!(
                out,
                "{code} would owe {exposure:?}, more than the credit limit of {limit:?}."
            ),
            CreditRefusal::OverLimit {
                code,
                group: Some(group),
                limit,
                exposure,
            } => write!(
                out,
                "With {code} the group of {group} would owe {exposure:?}, more than its credit \
                 limit of {limit:?}."
            ),
        }
    }
}

impl Refusal for CreditRefusal {
    fn code(&self) -> &'static str {
        match self {
            CreditRefusal::NotAPolicy { .. } => "not_a_policy",
            CreditRefusal::NoReason => "reason_missing",
            CreditRefusal::HeldAlready { .. } => "held_already",
            CreditRefusal::NotHeld { .. } => "not_held",
            CreditRefusal::OnHold { .. } => "credit_hold",
            CreditRefusal::OverLimit { .. } => "over_credit_limit",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            CreditRefusal::NotAPolicy { .. } => "these are: warn, ask, refuse".into(),
            CreditRefusal::NoReason => "say why".into(),
            CreditRefusal::HeldAlready { .. } | CreditRefusal::NotHeld { .. } => {
                "look at `duebook report credit`".into()
            }
            CreditRefusal::OnHold { .. } => "request the release of the hold".into(),
            CreditRefusal::OverLimit { .. } => {
                "apply unapplied cash, request a higher limit, or request approval of this invoice"
                    .into()
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            CreditRefusal::NotAPolicy { .. } => "over_limit",
            CreditRefusal::NoReason => "reason",
            CreditRefusal::HeldAlready { .. }
            | CreditRefusal::NotHeld { .. }
            | CreditRefusal::OnHold { .. }
            | CreditRefusal::OverLimit { .. } => "party",
        })
    }
}
