//! Approvals: what needs a second pair of eyes, whose, and what became of it.

pub(crate) mod policy;

use std::fmt;

use domain::access::{Area, Grants};
use domain::refusal::Refusal;

pub use policy::Policy;

use crate::access;
use crate::failure::Outcome;
use crate::work::Work;

/// Why something is not done without approval, or an approval is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApprovalRefusal {
    /// Others must approve first.
    Needed {
        /// What it is about.
        area: Area,
    },
}

impl fmt::Display for ApprovalRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApprovalRefusal::Needed { area } => {
                write!(out, "Of {}, this needs approval first.", area.title())
            }
        }
    }
}

impl Refusal for ApprovalRefusal {
    fn code(&self) -> &'static str {
        match self {
            ApprovalRefusal::Needed { .. } => "approval_needed",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ApprovalRefusal::Needed { .. } => "ask for it under approvals".into(),
        })
    }
}

/// Refuses work that needs an approval which it does not have.
pub(crate) fn require_none(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<()> {
    if access::grants(work)? == Grants::Unclaimed {
        return Ok(());
    }
    let policy = policy::load(work)?;
    match policy.rule(area) {
        Some(rule) if rule.above < amount => Err(ApprovalRefusal::Needed { area }.into()),
        Some(_) | None => Ok(()),
    }
}
