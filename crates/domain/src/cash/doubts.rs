//! Doubts that say more than the ground does how sure a finding is that waits because of them.

use super::confidence::Ground;
use super::model::Confidence;

/// Another document of the payer has the amount of the payment.
pub(super) const FITS_ANOTHER: &str = "Another document of the payer has exactly this amount";
/// Documents may have been quoted in what is missing of the text.
pub(super) const CUT_DOCUMENTS: &str = "The text is cut: more documents may have been quoted";
/// A reason may have been given in what is missing of the text.
pub(super) const CUT_REASON: &str = "The text is cut: it may have given another reason";
/// A difference that is stated is not the one there is.
pub(super) const ANOTHER_AMOUNT: &str = "The text states another amount";
/// More is left over than a slip explains.
pub(super) const MUCH_LEFT: &str = "So much is left over that other documents may be meant";
/// Numbers are quoted that were not read for certain.
pub(super) const UNCLEAR: &str = "Other quotations are unclear";
/// Documents are quoted that it leaves out.
pub(super) const OTHERS_QUOTED: &str = "Other documents are quoted too";
/// Sums that so many documents make tell little.
pub(super) const BY_ACCIDENT: &str = "So many documents make such a sum by accident";
/// Documents in another currency that are not worth the payment.
pub(super) const NOT_WORTH_IT: &str = "They are not worth the payment at the day's rate";
/// Documents that happen to make the amount.
pub(super) const THESE_MAKE_IT: &str =
    "Nothing says which documents are paid: these make the amount";

/// The customer's habit is not known in this currency.
pub(super) const NEW_CURRENCY: &str = "This customer has not paid in this currency before";
/// More than one document in another currency is worth the payment.
pub(super) const SEVERAL_WORTH_IT: &str = "Several documents are worth about the payment";
/// A document of a customer other than the payer, and not paid in full.
pub(super) const OF_ANOTHER: &str = "A document of another customer is open by another amount";
/// An advice whose sum does not meet the payment, with documents of customers other than the payer.
pub(super) const OF_OTHERS: &str =
    "The advice does not add up and names other customers' documents";
/// An advice of the payment names documents that are not among these.
pub(super) const ADVISED_OTHERWISE: &str = "An advice names other documents";
/// A document quoted may have been paid twice.
pub(super) const PAID_TWICE: &str = "It may be the same document paid twice";
/// A payer of whom the oldest are expected owes a document of just this amount.
pub(super) const ONE_HAS_IT: &str = "One document has exactly this amount";
/// A payer of whom the oldest are expected, recognised by a name that is only like a customer's.
pub(super) const ONLY_ALIKE: &str = "Only a name like the customer's points to it";
/// Closed documents are quoted beside one of somebody else.
pub(super) const ANOTHERS_QUOTED: &str = "Another customer's document is quoted too";
/// What is open is not certain: a payment of the same payer waits.
pub(super) const ANOTHER_WAITS: &str = "An earlier payment of this payer still waits";
/// A part of what was paid comes back, and any payment of the payer may be meant.
pub(super) const ONLY_THE_PAYER: &str = "Nothing but the payer ties it to the earlier payment";
/// Who pays the oldest documents may mean invoices alone.
pub(super) const WITH_CHARGES: &str =
    "One of the oldest is a debit memo, which the payer may leave out";

impl Ground {
    /// How sure a finding is that waits because of this doubt. Some doubts say much more than the
    /// ground: what is left over on account is right where a document happens to have the amount,
    /// and hardly ever where numbers were not read.
    pub(super) fn doubted(self, doubt: &str) -> Confidence {
        let of_ground = self.confidence(false);
        Confidence::new(match (self, doubt) {
            (Ground::Over, UNCLEAR | OTHERS_QUOTED)
            | (Ground::Oldest, WITH_CHARGES)
            | (_, NOT_WORTH_IT) => 100,
            (Ground::Over, MUCH_LEFT) => 400,
            (Ground::Guess | Ground::Stranger | Ground::QuotedLess, ADVISED_OTHERWISE) => 1000,
            (Ground::QuotedLess, NEW_CURRENCY | SEVERAL_WORTH_IT) => 1300,
            (Ground::PaidBefore, ANOTHERS_QUOTED)
            | (Ground::QuotedAndMore, PAID_TWICE)
            | (_, OF_OTHERS) => 2600,
            (Ground::Returned, ONLY_THE_PAYER) => 3000,
            (Ground::Oldest, ANOTHER_WAITS) => 3800,
            (Ground::Advised, OF_ANOTHER) => 4500,
            (Ground::Over, CUT_DOCUMENTS) | (Ground::Oldest, ONLY_ALIKE) => 6800,
            (Ground::QuotedAndMore, BY_ACCIDENT) => 7300,
            (Ground::QuotedLess, FITS_ANOTHER | ANOTHER_AMOUNT)
            | (Ground::Oldest, ONE_HAS_IT)
            | (Ground::Several, THESE_MAKE_IT) => 8300,
            (Ground::Over, FITS_ANOTHER) => 8700,
            (Ground::Few, BY_ACCIDENT) => 8900,
            (Ground::QuotedLess, CUT_REASON) => 9500,
            (Ground::OneByAmount | Ground::Regular, BY_ACCIDENT) => 9750,
            _ => return of_ground,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_may_say_more_than_the_ground() {
        let sure = |doubt| Ground::Over.doubted(doubt).ten_thousandths();
        assert!(sure(MUCH_LEFT) < sure("Something else"));
        assert!(sure("Something else") < sure(FITS_ANOTHER));
        // A mere guess claims nothing, and neither does what waits for such a reason.
        assert!(sure(FITS_ANOTHER) <= Ground::Guess.confidence(false).ten_thousandths());
    }

    #[test]
    fn an_amount_that_fits_says_little_where_an_advice_names_others() {
        for ground in [Ground::Guess, Ground::Stranger, Ground::QuotedLess] {
            assert!(ground.doubted(ADVISED_OTHERWISE) < ground.confidence(false));
        }
    }
}
