//! Exchange rates and what they do to the books (IAS 21, ASC 830): conversion, revaluation of
//! open items at period end, realised differences at settlement.
//!
//! A rate is units of `to` for one unit of `from`. An inverse or a cross is never rounded on its
//! own: the amount is multiplied and divided by the quoted rates and rounded once.
//! Which source a table is filled from is the caller's choice; it never mixes them silently.

mod revaluation;
#[cfg(test)]
mod tests;

pub use revaluation::{
    Closing, Differences, ForeignItem, Nature, Revaluation, RevalueRefusal, ValuedItem,
    opening_valuation_entry, realised, revaluation_entry, revalue,
};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::calendar::Date;
use crate::money::{AmountError, Currency, Money, Rounding};
use crate::refusal::Refusal;

/// The rate of one pair on one day, as somebody published it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The day it is of.
    pub on: Date,
    /// One unit of this currency…
    pub from: Currency,
    /// …is worth `rate` units of this one.
    pub to: Currency,
    /// The rate, above zero.
    pub rate: Decimal,
    /// Who published it.
    pub source: Option<Arc<str>>,
}

/// Rates by pair and day, with the currency through which crosses are made.
#[derive(Clone, Debug)]
pub struct RateTable {
    pivot: Currency,
    oldest_days: i32,
    pairs: BTreeMap<(Currency, Currency), BTreeMap<Date, Quote>>,
}

type Quote = (Decimal, Option<Arc<str>>);

/// How a rate was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RatePath {
    /// One currency: nothing to convert.
    Same,
    /// The pair is quoted.
    Direct,
    /// The opposite pair is quoted.
    Inverse,
    /// Both currencies are quoted against the pivot.
    Cross {
        /// The pivot.
        via: Currency,
    },
}

/// A rate for a day, with where it comes from and how old it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundRate {
    /// The currency of the amount to convert.
    pub from: Currency,
    /// The currency it becomes.
    pub to: Currency,
    /// The day asked about.
    pub asked_on: Date,
    /// The day of the rate, the older one of a cross.
    pub quoted_on: Date,
    /// How it was found.
    pub path: RatePath,
    /// Who published it; both of a cross, where they differ.
    pub sources: Vec<Arc<str>>,
    multiply: Decimal,
    divide: Decimal,
}

/// Why a pair has no rate for a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RateMissing {
    /// None is known on the day or before it.
    Unknown {
        /// From which currency.
        from: Currency,
        /// Into which.
        to: Currency,
        /// On which day.
        on: Date,
    },
    /// The newest before the day is older than it may be.
    TooOld {
        /// From which currency.
        from: Currency,
        /// Into which.
        to: Currency,
        /// On which day.
        on: Date,
        /// The day of the newest.
        quoted_on: Date,
        /// How many days old it may be.
        oldest_days: i32,
    },
}

impl fmt::Display for RateMissing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RateMissing::Unknown { from, to, on } => write!(
                out,
                "No rate from {from} to {to} is known on {on} or before it."
            ),
            RateMissing::TooOld {
                from,
                to,
                on,
                quoted_on,
                oldest_days,
            } => write!(
                out,
                "The newest rate from {from} to {to} is of {quoted_on}; on {on} it may be \
                 {oldest_days} days old."
            ),
        }
    }
}

impl Refusal for RateMissing {
    fn code(&self) -> &'static str {
        match self {
            RateMissing::Unknown { .. } => "rate_missing",
            RateMissing::TooOld { .. } => "rate_too_old",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            RateMissing::Unknown { from, to, on } | RateMissing::TooOld { from, to, on, .. } => {
                format!(
                    "import the rate from {from} to {to} of {on} with `duebook import rates FILE`"
                )
            }
        })
    }
}

impl std::error::Error for RateMissing {}

/// How many days old a closing rate may be: over the longest holidays.
const CLOSING_DAYS: i32 = 7;

impl RateTable {
    /// An empty table whose crosses go through a currency, commonly the functional one or EUR,
    /// and in which a rate may be so many days old for what is recorded as a fact.
    pub fn new(pivot: Currency, oldest_days: i32) -> RateTable {
        RateTable {
            pivot,
            oldest_days,
            pairs: BTreeMap::new(),
        }
    }

    /// Takes a rate; a second one of the pair and day replaces the first. Returns false, and
    /// takes nothing, where the rate is not above zero or the two currencies are one.
    pub fn add(&mut self, rate: Rate) -> bool {
        if rate.rate <= Decimal::ZERO || rate.from == rate.to {
            return false;
        }
        let days = self.pairs.entry((rate.from, rate.to)).or_default();
        days.insert(rate.on, (rate.rate.normalize(), rate.source));
        true
    }

    /// The rate of a day, or the latest before it.
    ///
    /// The newest quote wins; of equally new ones the direct before the inverse before the cross.
    pub fn find(&self, from: Currency, to: Currency, on: Date) -> Result<FoundRate, RateMissing> {
        if from == to {
            return Ok(FoundRate {
                from,
                to,
                asked_on: on,
                quoted_on: on,
                path: RatePath::Same,
                sources: Vec::new(),
                multiply: Decimal::ONE,
                divide: Decimal::ONE,
            });
        }
        let missing = RateMissing::Unknown { from, to, on };
        let quoted = self.quoted(from, to, on);
        if quoted.as_ref().is_some_and(|rate| rate.quoted_on == on) {
            return quoted.ok_or(missing);
        }
        let cross = self.cross(from, to, on);
        newer(quoted, cross).ok_or(missing)
    }

    /// Like [`RateTable::find`], for what is recorded as a fact: one that is too old is none.
    pub fn find_recent(
        &self,
        from: Currency,
        to: Currency,
        on: Date,
    ) -> Result<FoundRate, RateMissing> {
        self.find_no_older((from, to), on, self.oldest_days)
    }

    /// Like [`RateTable::find_recent`], for the valuation at a period's end: the rate must be of
    /// its last days.
    pub fn find_closing(
        &self,
        from: Currency,
        to: Currency,
        on: Date,
    ) -> Result<FoundRate, RateMissing> {
        self.find_no_older((from, to), on, self.oldest_days.min(CLOSING_DAYS))
    }

    fn find_no_older(
        &self,
        (from, to): (Currency, Currency),
        on: Date,
        oldest_days: i32,
    ) -> Result<FoundRate, RateMissing> {
        let found = self.find(from, to, on)?;
        if found.age_days() <= oldest_days {
            return Ok(found);
        }
        Err(RateMissing::TooOld {
            from,
            to,
            on,
            quoted_on: found.quoted_on,
            oldest_days,
        })
    }

    /// Like [`RateTable::find`]; before the first rate that serves, at that one.
    pub fn find_or_first(
        &self,
        from: Currency,
        to: Currency,
        on: Date,
    ) -> Result<FoundRate, RateMissing> {
        let found = self.find(from, to, on);
        match self.first_day(from, to) {
            Some(first) if found.is_err() => self.find(from, to, first),
            Some(_) | None => found,
        }
    }

    /// The first day on which a pair can be converted.
    fn first_day(&self, from: Currency, to: Currency) -> Option<Date> {
        let of = |pair: (Currency, Currency)| self.pairs.get(&pair)?.keys().next().copied();
        let either = |one: Currency, other: Currency| {
            let days = [of((one, other)), of((other, one))];
            days.into_iter().flatten().min()
        };
        let cross = either(from, self.pivot).zip(either(self.pivot, to));
        let cross = cross.map(|(first, second)| first.max(second));
        either(from, to).into_iter().chain(cross).min()
    }

    fn quoted(&self, from: Currency, to: Currency, on: Date) -> Option<FoundRate> {
        let latest = |pair: &(Currency, Currency)| {
            let (day, (rate, source)) = self.pairs.get(pair)?.range(..=on).next_back()?;
            Some((*day, *rate, source.clone().into_iter().collect()))
        };
        let found = |path, (quoted_on, multiply, divide, sources)| FoundRate {
            from,
            to,
            asked_on: on,
            quoted_on,
            path,
            sources,
            multiply,
            divide,
        };
        let direct = latest(&(from, to)).map(|(day, rate, sources)| {
            found(RatePath::Direct, (day, rate, Decimal::ONE, sources))
        });
        let inverse = latest(&(to, from)).map(|(day, rate, sources)| {
            found(RatePath::Inverse, (day, Decimal::ONE, rate, sources))
        });
        newer(direct, inverse)
    }

    fn cross(&self, from: Currency, to: Currency, on: Date) -> Option<FoundRate> {
        if from == self.pivot || to == self.pivot {
            return None;
        }
        let first = self.quoted(from, self.pivot, on)?;
        let second = self.quoted(self.pivot, to, on)?;
        let mut sources = first.sources;
        sources.extend(second.sources);
        sources.dedup();
        Some(FoundRate {
            from,
            to,
            asked_on: on,
            quoted_on: first.quoted_on.min(second.quoted_on),
            path: RatePath::Cross { via: self.pivot },
            sources,
            multiply: first.multiply.checked_mul(second.multiply)?,
            divide: first.divide.checked_mul(second.divide)?,
        })
    }
}

fn newer(first: Option<FoundRate>, second: Option<FoundRate>) -> Option<FoundRate> {
    match (first, second) {
        (Some(first), Some(second)) if first.quoted_on < second.quoted_on => Some(second),
        (Some(first), _) => Some(first),
        (None, second) => second,
    }
}

impl FoundRate {
    /// A rate that a document names itself; `None` where it is not above zero.
    pub fn given(from: Currency, to: Currency, on: Date, rate: Decimal) -> Option<FoundRate> {
        (Decimal::ZERO < rate).then(|| FoundRate {
            from,
            to,
            asked_on: on,
            quoted_on: on,
            path: RatePath::Direct,
            sources: vec![Arc::from("document")],
            multiply: rate,
            divide: Decimal::ONE,
        })
    }

    /// Units of `to` for one unit of `from`, to 28 digits; conversions use the exact quotes.
    pub fn rate(&self) -> Decimal {
        let rate = self.multiply.checked_div(self.divide);
        rate.unwrap_or(Decimal::MAX).normalize()
    }

    /// How many days before the day asked about the rate was quoted.
    pub fn age_days(&self) -> i32 {
        let span = self.asked_on.since(self.quoted_on);
        span.map_or(0, |span| span.get_days())
    }

    /// The amount in the other currency, rounded once. Panics where the amount is not in `from`.
    pub fn convert(&self, amount: Money, rounding: Rounding) -> Result<Money, AmountError> {
        assert_eq!(
            amount.currency(),
            self.from,
            "converted at the rate of another currency"
        );
        let converted = amount.decimal().checked_mul(self.multiply);
        let converted = converted.and_then(|product| product.checked_div(self.divide));
        let converted = converted.ok_or_else(|| AmountError::TooLarge {
            text: format!("{amount} {} at {}", self.from, self.rate()),
        })?;
        Money::rounded(converted, self.to, rounding)
    }
}

/// `1 USD = 0.9259259259 EUR (inverse of 2025-01-03, 2 days old, ECB)`.
impl fmt::Display for FoundRate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.rate();
        let shown = rate.round_sf(10).unwrap_or(rate).normalize();
        write!(out, "1 {} = {shown} {}", self.from, self.to)?;
        match self.path {
            RatePath::Same => return Ok(()),
            RatePath::Direct => write!(out, " (of {}", self.quoted_on)?,
            RatePath::Inverse => write!(out, " (inverse of {}", self.quoted_on)?,
            RatePath::Cross { via } => write!(out, " (through {via}, of {}", self.quoted_on)?,
        }
        match self.age_days() {
            0 => {}
            1 => write!(out, ", 1 day old")?,
            days => write!(out, ", {days} days old")?,
        }
        for source in &self.sources {
            write!(out, ", {source}")?;
        }
        out.write_str(")")
    }
}
