//! How sure each kind of finding is, and whether it may be posted without a person.
//!
//! The figures are how often findings of the kind were wholly right when whole months were
//! replayed against what a person posted; they are shown, not hidden, and may be checked again.

use super::model::Confidence;

/// What a finding rests on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Ground {
    /// Documents quoted, sum exact.
    Quoted,
    /// Quoted unclearly, but only one reading makes the sum.
    QuotedUnclearly,
    /// Documents quoted, difference explained by the rules.
    QuotedLess,
    /// One document quoted, paid in part.
    Part,
    /// Quoted documents and others that make up the rest.
    QuotedAndMore,
    /// Quoted documents, the excess stays on account.
    Over,
    /// An advice says so.
    Advised,
    /// A processor's report says so.
    Reported,
    /// Only one document of the payer has this amount.
    OneByAmount,
    /// A sum this payer's open documents make in a regular way.
    Regular,
    /// Two or three documents of the payer make this amount.
    Few,
    /// The payer's habit: oldest first.
    Oldest,
    /// Paid before: the documents are closed.
    PaidBefore,
    /// The same payment again.
    Again,
    /// An order is quoted.
    Prepaid,
    /// A return of an earlier payment.
    Returned,
    /// A refund or a chargeback.
    PaidOut,
    /// A guess for a person to look at.
    Guess,
}

impl Ground {
    /// Sureness when nothing speaks against it, and when it is only one of several.
    pub(super) fn confidence(self, post: bool) -> Confidence {
        Confidence::new(match (self, post) {
            (Ground::Guess, _) => 3000,
            (_, true) => 9970,
            (Ground::Quoted | Ground::Advised, false) => 7500,
            (Ground::OneByAmount, false) => 6500,
            (_, false) => 5500,
        })
    }
}
