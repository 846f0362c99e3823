//! Why items are not settled, moved or taken back, as the faces show it.

use std::fmt;

use domain::refusal::Refusal;
use domain::settlement::SettleRefusal;

/// A refusal with the place of the order in its batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemRefusal {
    /// Which order, counted from one; none where there is only one.
    pub place: Option<usize>,
    /// Why.
    pub why: SettleRefusal,
}

impl ItemRefusal {
    pub(super) fn of(why: SettleRefusal) -> ItemRefusal {
        ItemRefusal { place: None, why }
    }
}

impl fmt::Display for ItemRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(out, "Order {place}: {}", self.why),
            None => write!(out, "{}", self.why),
        }
    }
}

impl Refusal for ItemRefusal {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    fn hint(&self) -> Option<String> {
        self.why.hint()
    }

    fn field(&self) -> Option<&'static str> {
        match &self.why {
            SettleRefusal::ExceedsDocument { .. } => Some("amount"),
            SettleRefusal::SamePlace { .. } => Some("to"),
            _ => None,
        }
    }
}

/// No standing application is meant.
#[derive(Debug)]
pub(super) struct NothingApplied {
    pub(super) asked: String,
}

impl fmt::Display for NothingApplied {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} has no application to undo.", self.asked)
    }
}

impl Refusal for NothingApplied {
    fn code(&self) -> &'static str {
        "nothing_applied"
    }

    fn hint(&self) -> Option<String> {
        Some(format!(
            "see what settled it with `duebook document show {}`",
            self.asked
        ))
    }
}

/// There is no party of that code.
#[derive(Debug)]
pub(super) struct UnknownParty {
    pub(super) code: String,
    /// Where it was named.
    pub(super) field: &'static str,
}

impl fmt::Display for UnknownParty {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "There is no party {}.", self.code)
    }
}

impl Refusal for UnknownParty {
    fn code(&self) -> &'static str {
        "unknown_party"
    }

    fn hint(&self) -> Option<String> {
        Some("see the codes in `duebook report aging`".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some(self.field)
    }
}
