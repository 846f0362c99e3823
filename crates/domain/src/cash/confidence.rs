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
    /// Four or five documents of the payer make this amount.
    Several,
    /// A guess for a person to look at.
    Guess,
    /// Nobody knows the payer; only the amount points to a document.
    Stranger,
}

impl Ground {
    /// How sure a finding on this ground is: as one that may be posted, or with something
    /// against it.
    pub(super) fn confidence(self, post: bool) -> Confidence {
        let (posted, proposed) = match self {
            Ground::Quoted => (9990, 9500),
            Ground::QuotedUnclearly => (9990, 9620),
            Ground::QuotedLess => (9955, 6000),
            Ground::Part => (9975, 9650),
            Ground::QuotedAndMore => (9800, 9800),
            Ground::Over => (9930, 2300),
            Ground::Advised => (9990, 9600),
            Ground::Reported => (9970, 3000),
            Ground::OneByAmount => (9985, 9800),
            Ground::Regular => (9980, 9600),
            Ground::Few => (9900, 9500),
            Ground::Oldest => (9900, 5500),
            Ground::PaidBefore => (9950, 1000),
            Ground::Again => (9980, 9000),
            Ground::Prepaid => (9970, 9000),
            Ground::Returned => (9900, 6000),
            Ground::PaidOut => (9980, 9500),
            Ground::Several => (0, 9650),
            Ground::Guess => (0, 8400),
            Ground::Stranger => (0, 3000),
        };
        Confidence::new(if post { posted } else { proposed })
    }
}

/// The confidence of an alternative that stands behind another: what the first leaves over.
pub(super) fn behind(own: Confidence, first: Confidence, rank: usize) -> Confidence {
    let left = 10_000 - first.ten_thousandths();
    let share = left / u16::try_from(rank).unwrap_or(u16::MAX).max(1);
    own.min(Confidence::new(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_share_what_the_first_leaves() {
        let first = Ground::Guess.confidence(false);
        let second = behind(Ground::OneByAmount.confidence(false), first, 1);
        let third = behind(Ground::Guess.confidence(false), first, 2);
        assert_eq!(second.ten_thousandths(), 1600);
        assert_eq!(third.ten_thousandths(), 800);
    }
}
