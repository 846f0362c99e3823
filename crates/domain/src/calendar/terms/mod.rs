//! Terms: when a document falls due and which early-payment discount it bears.
//!
//! Pure date arithmetic from the document date (or the receipt of the goods), never from the
//! posting date. A due date on a weekend stays; rolling it is a matter of the payment run.
//! How terms are read stands in `reading`, how they are written in `text`.

mod reading;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use text::TermsError;

use rust_decimal::Decimal;

use super::{Date, plus_days};
use crate::money::{AmountError, Money, Rounding};

/// How a date follows from the date that terms count from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DueRule {
    /// So many days later; none is due on receipt.
    Net {
        /// Days after the base date.
        days: u16,
    },
    /// At the end of a month, or so many days after it.
    EndOfMonth {
        /// Days that are added before the month is chosen.
        days_before: u16,
        /// Whole months after that month; 0 is the month itself.
        months: u8,
        /// Days after the end of that month.
        days_after: u16,
    },
    /// On a day of a later month: proximo, month following invoice.
    DayOfMonth {
        /// The day, 1 to 31; a shorter month ends earlier.
        day: u8,
        /// How many months later, 1 or more.
        months: u8,
        /// Documents dated after this day wait a month longer.
        cut_off: Option<u8>,
        /// Days after that day.
        days_after: u16,
    },
}

impl DueRule {
    /// Due when the document arrives.
    pub const ON_RECEIPT: DueRule = DueRule::Net { days: 0 };

    /// The date that follows from a base date.
    pub fn date(self, from: Date) -> Date {
        match self {
            DueRule::Net { days } => plus_days(from, i32::from(days)),
            DueRule::EndOfMonth {
                days_before,
                months,
                days_after,
            } => {
                let start = plus_days(from, i32::from(days_before)).first_of_month();
                let end = plus_months(start, months).last_of_month();
                plus_days(end, i32::from(days_after))
            }
            DueRule::DayOfMonth {
                day,
                months,
                cut_off,
                days_after,
            } => {
                let is_late = cut_off.is_some_and(|last| i16::from(last) < i16::from(from.day()));
                let months = months.saturating_add(u8::from(is_late));
                let first = plus_months(from.first_of_month(), months);
                let in_month = i32::from(day).clamp(1, i32::from(first.days_in_month()));
                plus_days(first, in_month - 1 + i32::from(days_after))
            }
        }
    }
}

fn plus_months(date: Date, months: u8) -> Date {
    date.saturating_add(jiff::Span::new().months(i32::from(months)))
}

/// What terms count from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TermsBase {
    /// The date of the document.
    #[default]
    Document,
    /// The day on which the goods arrived (ROG).
    GoodsReceived,
}

/// When a document falls due, in one sum or in instalments, and its early-payment discounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentTerms {
    base: TermsBase,
    discounts: Vec<(Decimal, DueRule)>,
    instalments: Vec<(Decimal, DueRule)>,
}

/// One amount of a document with the day it falls due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DueInstalment {
    /// The day it falls due.
    pub due_on: Date,
    /// The share of the document's gross.
    pub amount: Money,
}

/// An early-payment discount with its last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiscountOffer {
    /// Percent that may be deducted.
    pub percent: Decimal,
    /// The last day on which it may.
    pub until: Date,
}

impl PaymentTerms {
    /// Terms with one due date and no discount.
    pub fn due(rule: DueRule) -> PaymentTerms {
        PaymentTerms::assemble(
            TermsBase::Document,
            Vec::new(),
            vec![(Decimal::ONE_HUNDRED, rule)],
        )
    }

    fn assemble(
        base: TermsBase,
        discounts: Vec<(Decimal, DueRule)>,
        instalments: Vec<(Decimal, DueRule)>,
    ) -> PaymentTerms {
        PaymentTerms {
            base,
            discounts,
            instalments,
        }
    }

    /// What the dates count from: which date to ask the methods below with.
    pub fn base(&self) -> TermsBase {
        self.base
    }

    fn discount_rules(&self) -> &[(Decimal, DueRule)] {
        &self.discounts
    }

    fn instalment_rules(&self) -> &[(Decimal, DueRule)] {
        &self.instalments
    }

    /// The day on which the whole document is due: that of its last instalment.
    pub fn due_on(&self, from: Date) -> Date {
        let dates = self.instalments.iter().map(|(_, rule)| rule.date(from));
        dates.max().unwrap_or(from)
    }

    /// The amounts of a document with their due dates; they add up to the gross.
    pub fn instalments(&self, gross: Money, from: Date) -> Vec<DueInstalment> {
        let amounts = gross.split(&self.weights());
        let rules = self.instalments.iter();
        rules
            .zip(amounts)
            .map(|((_, rule), amount)| DueInstalment {
                due_on: rule.date(from),
                amount,
            })
            .collect()
    }

    /// The shares in whole units of the smallest decimal that one of them has.
    fn weights(&self) -> Vec<u64> {
        let shares = self
            .instalments
            .iter()
            .map(|(percent, _)| percent.normalize());
        let scale = shares.clone().map(|share| share.scale()).max().unwrap_or(0);
        shares
            .map(|share| {
                let raise = 10_i128.pow(scale - share.scale());
                u64::try_from(share.mantissa() * raise).unwrap_or(0)
            })
            .collect()
    }

    /// The early-payment discounts by their last day, the largest first for the same day.
    pub fn discounts(&self, from: Date) -> Vec<DiscountOffer> {
        let mut offers: Vec<DiscountOffer> = self
            .discounts
            .iter()
            .map(|(percent, rule)| DiscountOffer {
                percent: *percent,
                until: rule.date(from),
            })
            .collect();
        offers.sort_by_key(|offer| (offer.until, std::cmp::Reverse(offer.percent)));
        offers
    }

    /// The largest discount that a payment on a day may still take.
    pub fn discount_on(&self, from: Date, paid_on: Date) -> Option<DiscountOffer> {
        let offers = self.discounts(from).into_iter();
        offers
            .filter(|offer| paid_on <= offer.until)
            .max_by_key(|offer| offer.percent)
    }
}

/// The discount on a settled sum: what `percent` of it is.
///
/// The sum is what is left of the document after returns and allowances; where the law or the
/// terms leave tax out of the discount, it is the net.
pub fn discount_of(settled: Money, percent: Decimal) -> Result<Money, AmountError> {
    settled.times(percent / Decimal::ONE_HUNDRED, Rounding::HalfUp)
}

/// The discount that goes with cash paid in part: 500 paid at 1 % settles 505.05.
pub fn discount_for_cash(cash: Money, percent: Decimal) -> Result<Money, AmountError> {
    let paid = Decimal::ONE_HUNDRED - percent;
    let too_large = || AmountError::TooLarge {
        text: format!("{cash} at a discount of {percent} %"),
    };
    let product = cash.decimal().checked_mul(percent).ok_or_else(too_large)?;
    let discount = product.checked_div(paid).ok_or_else(too_large)?;
    Money::rounded(discount, cash.currency(), Rounding::HalfUp)
}
