//! Early-payment discounts that an item bears: what may be deducted on which day.

use std::fmt;

use rust_decimal::Decimal;

use crate::calendar::{Date, DiscountOffer};

/// One early-payment discount, until and including a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiscountStep {
    /// Hundredths of a percent: 2 % is 200.
    pub basis_points: i64,
    /// Last day on which it may be taken.
    pub until: Date,
}

impl DiscountStep {
    /// What may be deducted, in percent.
    pub fn percent(self) -> Decimal {
        Decimal::new(self.basis_points, 2).normalize()
    }
}

/// The early-payment discounts that a document offers: 3 % until a day, then perhaps 2 % until
/// a later one. Who pays earlier never deducts less.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiscountTerms {
    /// The first, and larger, discount.
    pub first: DiscountStep,
    /// What may still be deducted after its last day.
    pub later: Option<DiscountStep>,
}

impl DiscountTerms {
    /// The discounts of an item in order; none where nothing may be deducted. One that another
    /// outlasts without being smaller is nobody's choice and left out.
    pub fn of(steps: impl IntoIterator<Item = DiscountStep>) -> Option<DiscountTerms> {
        let mut steps: Vec<DiscountStep> = steps.into_iter().collect();
        steps.retain(|step| 0 < step.basis_points);
        steps.sort_by_key(|step| (step.until, step.basis_points));
        let mut best: Vec<DiscountStep> = Vec::with_capacity(steps.len());
        for step in steps {
            while best
                .pop_if(|earlier| earlier.basis_points <= step.basis_points)
                .is_some()
            {}
            best.push(step);
        }
        Some(DiscountTerms {
            first: *best.first()?,
            later: best.get(1).copied(),
        })
    }

    /// The discounts that terms offer for a document.
    pub fn offered(offers: impl IntoIterator<Item = DiscountOffer>) -> Option<DiscountTerms> {
        DiscountTerms::of(offers.into_iter().filter_map(|offer| {
            let points = (offer.percent * Decimal::ONE_HUNDRED).round();
            Some(DiscountStep {
                basis_points: i64::try_from(points).ok()?,
                until: offer.until,
            })
        }))
    }

    /// The discounts, the first to end first.
    pub fn steps(self) -> impl Iterator<Item = DiscountStep> {
        std::iter::once(self.first).chain(self.later)
    }

    /// The largest discount that a payment on a day may take.
    pub fn on(self, paid_on: Date) -> Option<DiscountStep> {
        self.steps().find(|step| paid_on <= step.until)
    }

    /// The last day on which anything may be deducted.
    pub fn until(self) -> Date {
        self.later.unwrap_or(self.first).until
    }
}

/// `3 % until 2025-01-25, 2 % until 2025-02-04`.
impl fmt::Display for DiscountTerms {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} % until {}", self.first.percent(), self.first.until)?;
        if let Some(later) = self.later {
            write!(out, ", {} % until {}", later.percent(), later.until)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(basis_points: i64, day: i8) -> DiscountStep {
        DiscountStep {
            basis_points,
            until: jiff::civil::date(2025, 1, day),
        }
    }

    #[test]
    fn the_largest_discount_still_in_time_is_taken() {
        let both = DiscountTerms::of([step(200, 20), step(300, 10)]).expect("discounts");
        let on = |day| {
            both.on(jiff::civil::date(2025, 1, day))
                .map(|step| step.basis_points)
        };
        assert_eq!(
            [on(1), on(10), on(11), on(20), on(21)],
            [Some(300), Some(300), Some(200), Some(200), None]
        );
        assert_eq!(both.until(), step(200, 20).until);
        assert_eq!(
            both.to_string(),
            "3 % until 2025-01-10, 2 % until 2025-01-20"
        );
    }

    #[test]
    fn a_discount_that_another_outlasts_is_none() {
        let kept = |steps: &[DiscountStep]| {
            let terms = DiscountTerms::of(steps.iter().copied());
            terms.map(|terms| terms.steps().collect::<Vec<_>>())
        };
        assert_eq!(
            kept(&[step(200, 10), step(300, 20)]),
            Some(vec![step(300, 20)])
        );
        assert_eq!(
            kept(&[step(200, 10), step(200, 20)]),
            Some(vec![step(200, 20)])
        );
        assert_eq!(
            kept(&[step(200, 10), step(300, 10)]),
            Some(vec![step(300, 10)])
        );
        assert_eq!(kept(&[step(0, 10)]), None);
    }
}
