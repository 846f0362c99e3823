//! How sure each kind of finding is, and whether it may be posted without a person.
//!
//! What is known beforehand is how often findings of the kind were right when whole months were
//! replayed against what persons posted. The book's own earlier payments then speak for or
//! against it: see [`super::trial`].

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
    /// No document explains the amount, and some of it stays on account.
    Unexplained,
}

impl Ground {
    /// Does the payment itself say what it pays? An advice, a report or what a person knew besides
    /// may have decided the others; the history does not keep that, and its verdict on them would
    /// be too hard.
    fn speaks(self) -> bool {
        !matches!(
            self,
            Ground::Advised
                | Ground::Reported
                | Ground::Oldest
                | Ground::Several
                | Ground::Guess
                | Ground::Stranger
                | Ground::Unexplained
        )
    }

    /// In words that stand in reports.
    fn words(self) -> &'static str {
        match self {
            Ground::Quoted => "Documents quoted, sum exact",
            Ground::QuotedUnclearly => "Quoted unclearly, one reading makes the sum",
            Ground::QuotedLess => "Documents quoted, difference explained",
            Ground::Part => "One document quoted, paid in part",
            Ground::QuotedAndMore => "Documents quoted and others that make up the rest",
            Ground::Over => "Documents quoted, the excess on account",
            Ground::Advised => "An advice says so",
            Ground::Reported => "A processor's report says so",
            Ground::OneByAmount => "One document of the payer has this amount",
            Ground::Regular => "A usual sum of the payer's documents",
            Ground::Few => "Two or three documents of the payer make this amount",
            Ground::Oldest => "The payer's habit: oldest first",
            Ground::PaidBefore => "The documents quoted are paid: on account",
            Ground::Again => "The same payment again",
            Ground::Prepaid => "An order is quoted",
            Ground::Returned => "An earlier payment comes back",
            Ground::PaidOut => "A refund or a chargeback",
            Ground::Several => "Four or five documents of the payer make this amount",
            Ground::Guess => "A guess",
            Ground::Stranger => "Only the amount; the payer is unknown",
            Ground::Unexplained => "No document explains the amount",
        }
    }

    /// How sure a finding on this ground is: as one that may be posted, or with something
    /// against it.
    pub(super) fn confidence(self, post: bool) -> Confidence {
        let (posted, proposed) = match self {
            Ground::Quoted => (9990, 9500),
            Ground::QuotedUnclearly => (9990, 9620),
            Ground::QuotedLess => (9955, 6000),
            Ground::Part => (9975, 9650),
            Ground::QuotedAndMore => (9800, 9800),
            Ground::Over => (9930, 4000),
            Ground::Advised => (9990, 9600),
            Ground::Reported => (9970, 5300),
            Ground::OneByAmount => (9985, 9800),
            Ground::Regular => (9980, 9600),
            Ground::Few => (9900, 9500),
            Ground::Oldest => (9900, 5500),
            Ground::PaidBefore => (9950, 600),
            Ground::Again => (9980, 9000),
            Ground::Prepaid => (9970, 9000),
            Ground::Returned => (9900, 6700),
            Ground::PaidOut => (9980, 9500),
            Ground::Several => (0, 9650),
            Ground::Guess => (0, 8700),
            Ground::Stranger => (0, 2200),
            Ground::Unexplained => (0, 200),
        };
        Confidence::new(if post { posted } else { proposed })
    }
}

/// The grounds on which something may be posted without a person.
const POSTING: [Ground; 17] = [
    Ground::Quoted,
    Ground::QuotedUnclearly,
    Ground::QuotedLess,
    Ground::Part,
    Ground::QuotedAndMore,
    Ground::Over,
    Ground::Advised,
    Ground::Reported,
    Ground::OneByAmount,
    Ground::Regular,
    Ground::Few,
    Ground::Oldest,
    Ground::PaidBefore,
    Ground::Again,
    Ground::Prepaid,
    Ground::Returned,
    Ground::PaidOut,
];
/// Grounds there are.
const GROUNDS: usize = Ground::Unexplained as usize + 1;
/// How many trials in the book weigh as much as what is known beforehand.
const PRIOR: u32 = 100;

/// How sure the matcher is of what it posts on one ground, and how it came to that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroundConfidence {
    /// The ground, in words.
    pub ground: &'static str,
    /// Before this book was looked at.
    pub known: Confidence,
    /// Earlier payments of the book that would have been posted on it.
    pub tried: u32,
    /// Those of them on which the matcher and the person agreed.
    pub right: u32,
    /// With both taken together.
    pub confidence: Confidence,
}

/// How often what would have been posted on each ground was right in this book.
#[derive(Clone, Debug, Default)]
pub(super) struct Calibration {
    /// Right and tried, by ground.
    tried: [(u32, u32); GROUNDS],
}

impl Calibration {
    /// One more trial of what would have been posted.
    pub(super) fn count(&mut self, ground: Ground, right: bool) {
        if ground.speaks() {
            let (agreed, tried) = &mut self.tried[ground as usize];
            *agreed += u32::from(right);
            *tried += 1;
        }
    }

    /// How sure a finding on this ground is: one that may be posted, or one that waits because of
    /// a doubt.
    pub(super) fn confidence(&self, ground: Ground, doubt: Option<&str>) -> Confidence {
        if let Some(doubt) = doubt {
            return ground.doubted(doubt);
        }
        let known = ground.confidence(true);
        let (right, tried) = self.tried[ground as usize];
        let sum = u32::from(known.ten_thousandths()) * PRIOR + right * 10_000;
        Confidence::new(u16::try_from(sum / (PRIOR + tried)).unwrap_or(u16::MAX))
    }

    /// All grounds on which something may be posted.
    pub(super) fn told(&self) -> Vec<GroundConfidence> {
        let told = POSTING.map(|ground| {
            let (right, tried) = self.tried[ground as usize];
            GroundConfidence {
                ground: ground.words(),
                known: ground.confidence(true),
                tried,
                right,
                confidence: self.confidence(ground, None),
            }
        });
        told.to_vec()
    }
}

/// What is known of an amount that alone points to documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alone {
    /// Customers who owe a document of just this amount.
    pub(super) owners: usize,
    /// Such customers at all the amounts around it.
    pub(super) others: usize,
    /// How many amounts around it were looked at.
    pub(super) tried: usize,
    /// Sums as round as this also come from those who owe no document of it.
    pub(super) round: bool,
}

/// Customers of whom one is as good as another: of a thousand who owe a round sum hardly any is
/// the one who paid it.
const AS_GOOD: usize = 50;

impl Alone {
    /// How sure one of the documents is meant, or is as good as the one that is.
    ///
    /// Where it is, it is among them besides the ones that are there by chance, as many as at other
    /// amounts. It is more often than not, but for round sums: those come from anybody.
    pub(super) fn confidence(self) -> Confidence {
        let (sure, odds) = if self.round { (3_500, 1) } else { (9_000, 7) };
        let meant = odds * self.owners.min(AS_GOOD) * self.tried;
        let share = sure * meant / (meant + self.others).max(1);
        Confidence::new(u16::try_from(share).unwrap_or(u16::MAX))
    }
}

/// In a book of so many customers, every other name that is only like one of them is a stranger's.
const ALIKE: usize = 80_000;

/// What is known of a sum that is laid on the oldest documents of somebody who may have paid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Laid {
    /// Several of those who may have paid owe as much.
    pub(super) several: bool,
    /// Round sums are paid in part, and then on the oldest.
    pub(super) round: bool,
    /// Customers of the book, where a name that is only like theirs points to one of them.
    pub(super) alike: Option<usize>,
}

impl Laid {
    /// How sure it is.
    pub(super) fn confidence(self) -> Confidence {
        let known: usize = match (self.several, self.round) {
            (false, true) => 7_700,
            (false, false) => 4_000,
            (true, true) => 3_700,
            (true, false) => 1_100,
        };
        let sure = match self.alike {
            Some(customers) => known * ALIKE / (ALIKE + customers),
            None => known,
        };
        Confidence::new(u16::try_from(sure).unwrap_or(u16::MAX))
    }
}

/// The confidence of an alternative that stands behind another: what the first leaves over.
pub(super) fn behind(own: Confidence, first: Confidence, rank: usize) -> Confidence {
    let left = Confidence::new(10_000 - first.ten_thousandths());
    own.min(left.shared(rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_alone_says_less_the_more_have_it_by_chance() {
        let alone = |owners, others, round| {
            let tried = 400;
            let alone = Alone {
                owners,
                others,
                tried,
                round,
            };
            alone.confidence().ten_thousandths()
        };
        assert_eq!(alone(1, 0, false), 9_000);
        // As many by chance as there are amounts.
        assert_eq!(alone(1, 400, false), 7_875);
        assert_eq!(alone(1, 400, true), 1_750);
        assert_eq!(alone(50, 20_000, true), alone(1_000, 20_000, true));
        assert!(alone(1, 400, false) < alone(2, 400, false));
        assert_eq!(alone(0, 0, false), 0);
    }

    #[test]
    fn the_oldest_say_less_of_odd_sums_of_several_and_of_names_that_are_only_alike() {
        let sure = |several, round, alike| {
            let laid = Laid {
                several,
                round,
                alike,
            };
            laid.confidence()
        };
        assert!(sure(false, false, None) < sure(false, true, None));
        assert!(sure(true, true, None) < sure(false, true, None));
        assert!(sure(true, false, None) < sure(true, true, None));
        // The more customers there are, the more names are alike.
        assert_eq!(sure(false, true, Some(0)), sure(false, true, None));
        assert_eq!(sure(false, true, Some(ALIKE)).ten_thousandths(), 3_850);
        assert!(sure(false, true, Some(5_000)) > sure(false, true, Some(100_000)));
    }

    #[test]
    fn alternatives_share_what_the_first_leaves() {
        let first = Ground::Guess.confidence(false);
        let second = behind(Ground::OneByAmount.confidence(false), first, 1);
        let third = behind(Ground::Guess.confidence(false), first, 2);
        assert_eq!(second.ten_thousandths(), 1300);
        assert_eq!(third.ten_thousandths(), 650);
    }
}
