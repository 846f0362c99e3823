//! Exact sums of money: whole minor units of one ISO 4217 currency, never a float.
//!
//! Adding two currencies or leaving the range of `i64` is a bug and panics; parsing what
//! others wrote is fallible. Multiplying always names its rounding, sharing out never leaks.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

/// A currency of ISO 4217 with the number of its decimal places.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// Currencies that the euro replaced: they live on in old bank files and ledgers.
const WITHDRAWN: &[(&str, u8)] = &[
    ("ATS", 2),
    ("BEF", 0),
    ("DEM", 2),
    ("ESP", 0),
    ("FIM", 2),
    ("FRF", 2),
    ("GRD", 0),
    ("IEP", 2),
    ("ITL", 0),
    ("LUF", 0),
    ("NLG", 2),
    ("PTE", 0),
    ("EEK", 2),
    ("LTL", 2),
    ("LVL", 2),
    ("SKK", 2),
    ("SIT", 2),
    ("CYP", 2),
    ("MTL", 2),
    ("HRK", 2),
];

impl Currency {
    /// The currency of a three-letter code, or `None` where ISO 4217 knows no such code.
    pub fn parse(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        let exponent = match iso_currency::Currency::from_code(code) {
            // "No currency" stands in files that do not name it; ISO gives it no decimals, but
            // the sums beside it have them.
            Some(iso_currency::Currency::XXX) => 2,
            Some(known) => u8::try_from(known.exponent().unwrap_or(0)).ok()?,
            None => WITHDRAWN.iter().find(|(old, _)| *old == code)?.1,
        };
        Some(Currency {
            code: bytes,
            exponent,
        })
    }

    /// Whether it is ISO 4217's code for no currency (`XXX`), of sums whose file names none.
    pub fn is_none(self) -> bool {
        &self.code == b"XXX"
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("currency codes are ASCII")
    }

    /// Decimal places of the currency: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        u32::from(self.exponent)
    }

    /// Minor units in one major unit: 100 for EUR, 1 for JPY, 1000 for KWD.
    pub fn minor_per_major(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// How a product that falls between two minor units becomes a whole one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest, halves away from zero: 0.5 → 1, −0.5 → −1 (the commercial rounding).
    HalfUp,
    /// To the nearest, halves to the even neighbour: 0.5 → 0, 1.5 → 2 (banker's rounding).
    HalfEven,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    fn strategy(self) -> RoundingStrategy {
        match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::Down => RoundingStrategy::ToZero,
            Rounding::Up => RoundingStrategy::AwayFromZero,
        }
    }
}

/// Why a text is no amount of a currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AmountError {
    /// Not a decimal number.
    NotANumber {
        /// What stood there.
        text: String,
    },
    /// More decimal places than the currency has, and they are not zero.
    TooManyDecimals {
        /// What stood there.
        text: String,
        /// The currency whose exponent it exceeds.
        currency: Currency,
    },
    /// Outside the range of a signed 64-bit count of minor units.
    TooLarge {
        /// What stood there.
        text: String,
    },
}

impl fmt::Display for AmountError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountError::NotANumber { text } => write!(out, "`{text}` is not an amount"),
            AmountError::TooManyDecimals { text, currency } => write!(
                out,
                "`{text}` has more decimal places than {currency} ({})",
                currency.exponent()
            ),
            AmountError::TooLarge { text } => write!(out, "`{text}` is too large an amount"),
        }
    }
}

impl std::error::Error for AmountError {}

/// An exact sum in one currency, counted in minor units. Never a float.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// A count of minor units: `Money::new(1230, eur)` is 12.30 EUR.
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in a currency.
    pub fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads `-1234.5`: a decimal point, no thousands separators, no more decimals than the
    /// currency has unless they are zero.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, AmountError> {
        let not_a_number = || AmountError::NotANumber {
            text: text.to_owned(),
        };
        // A spreadsheet that writes 1.2E+05 has lost digits; 1_000 is a program's number.
        if text.contains(['e', 'E', '_']) {
            return Err(not_a_number());
        }
        let value = Decimal::from_str_exact(text.trim())
            .or_else(|_| Decimal::from_str(text.trim()))
            .map_err(|_| not_a_number())?;
        Money::exactly(value, currency).map_err(|problem| match problem {
            AmountError::TooManyDecimals { currency, .. } => AmountError::TooManyDecimals {
                text: text.to_owned(),
                currency,
            },
            AmountError::NotANumber { .. } | AmountError::TooLarge { .. } => {
                AmountError::TooLarge {
                    text: text.to_owned(),
                }
            }
        })
    }

    /// A decimal number of major units that must be whole in minor units.
    pub fn exactly(value: Decimal, currency: Currency) -> Result<Money, AmountError> {
        let text = || value.to_string();
        let scaled = value
            .checked_mul(Decimal::from(currency.minor_per_major()))
            .ok_or_else(|| AmountError::TooLarge { text: text() })?;
        if !scaled.fract().is_zero() {
            return Err(AmountError::TooManyDecimals {
                text: text(),
                currency,
            });
        }
        let minor =
            i64::try_from(scaled.trunc()).map_err(|_| AmountError::TooLarge { text: text() })?;
        Ok(Money { minor, currency })
    }

    /// A decimal number of major units, rounded to the minor unit.
    pub fn rounded(
        value: Decimal,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Money, AmountError> {
        let rounded = value.round_dp_with_strategy(currency.exponent(), rounding.strategy());
        Money::exactly(rounded, currency)
    }

    /// The count of minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The value in major units.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// Is it nothing?
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Is it above zero?
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Is it below zero?
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The same sum without its sign.
    pub fn abs(self) -> Money {
        Money {
            minor: self.minor.checked_abs().expect("money overflow"),
            ..self
        }
    }

    /// The sum, or `None` when it leaves the range. Panics on two currencies.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        assert_eq!(self.currency, other.currency, "added two currencies");
        self.minor
            .checked_add(other.minor)
            .map(|minor| Money { minor, ..self })
    }

    /// Times an exact factor (quantity, rate, share), rounded once to the minor unit.
    ///
    /// Fails where the product leaves the range.
    pub fn times(self, factor: Decimal, rounding: Rounding) -> Result<Money, AmountError> {
        let product = self
            .decimal()
            .checked_mul(factor)
            .ok_or_else(|| AmountError::TooLarge {
                text: format!("{self} × {factor}"),
            })?;
        Money::rounded(product, self.currency, rounding)
    }

    /// The sum in another currency at a rate (units of `into` for one of this), rounded once.
    pub fn convert(
        self,
        rate: Decimal,
        into: Currency,
        rounding: Rounding,
    ) -> Result<Money, AmountError> {
        let product = self
            .decimal()
            .checked_mul(rate)
            .ok_or_else(|| AmountError::TooLarge {
                text: format!("{self} × {rate}"),
            })?;
        Money::rounded(product, into, rounding)
    }

    /// Shares the sum out by weights; the parts add up to the whole (largest remainder, ties to
    /// the earlier part). Weights that are all zero share evenly; no weights give no parts.
    pub fn split(self, weights: &[u64]) -> Vec<Money> {
        let even = vec![1; weights.len()];
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let (weights, total) = if total == 0 {
            (&even[..], even.len() as u128)
        } else {
            (weights, total)
        };
        let whole = u128::from(self.minor.unsigned_abs());
        let mut parts: Vec<(u128, u128)> = weights
            .iter()
            .map(|weight| {
                let (quotient, remainder) = (whole / total, whole % total);
                let weight = u128::from(*weight);
                let rest = remainder * weight;
                (quotient * weight + rest / total, rest % total)
            })
            .collect();
        let given: u128 = parts.iter().map(|(part, _)| part).sum();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|i| (std::cmp::Reverse(parts[*i].1), *i));
        for i in order.into_iter().take((whole - given.min(whole)) as usize) {
            parts[i].0 += 1;
        }
        parts
            .into_iter()
            .map(|(part, _)| Money {
                minor: self.minor.signum() * i64::try_from(part).expect("a part of an i64"),
                ..self
            })
            .collect()
    }
}

impl Add for Money {
    type Output = Money;
    /// Panics on mixed currencies or overflow: both are bugs, not business events.
    fn add(self, other: Money) -> Money {
        self.checked_add(other).expect("money overflow")
    }
}

impl Sub for Money {
    type Output = Money;
    /// Panics on mixed currencies or overflow: both are bugs, not business events.
    fn sub(self, other: Money) -> Money {
        self + -other
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money {
            minor: self.minor.checked_neg().expect("money overflow"),
            ..self
        }
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

/// The bare number with the currency's decimals: `-12.30`. The currency is shown beside it.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_major = self.currency.minor_per_major().unsigned_abs();
        let whole = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let width = self.currency.exponent() as usize;
        let text = if width == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{}.{:0width$}", whole / per_major, whole % per_major)
        };
        out.pad(&text)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        let (amount, code) = text.split_once(' ').expect("amount and currency");
        Money::parse(amount, Currency::parse(code).expect("currency")).expect("amount")
    }

    #[test]
    fn exponents_follow_iso_4217() {
        for (code, exponent) in [
            ("EUR", 2),
            ("JPY", 0),
            ("KWD", 3),
            ("CLF", 4),
            ("DEM", 2),
            ("XXX", 2),
        ] {
            assert_eq!(
                Currency::parse(code).map(Currency::exponent),
                Some(exponent),
                "{code}"
            );
        }
        for no_code in ["", "EU", "EURO", "eur", "ZZZ"] {
            assert_eq!(Currency::parse(no_code), None, "{no_code}");
        }
    }

    #[test]
    fn text_and_money_agree() {
        for (text, minor) in [
            ("0.00 EUR", 0),
            ("-12.30 EUR", -1230),
            ("1234567890123456 JPY", 1_234_567_890_123_456),
            ("-0.001 KWD", -1),
            ("10000000000000.00 EUR", 1_000_000_000_000_000),
        ] {
            assert_eq!(money(text).minor(), minor);
            assert_eq!(format!("{:?}", money(text)), text);
        }
        let eur = Currency::parse("EUR").expect("EUR");
        let jpy = Currency::parse("JPY").expect("JPY");
        assert_eq!(Money::parse("100.00", jpy), Ok(Money::new(100, jpy)));
        assert!(matches!(
            Money::parse("1.005", eur),
            Err(AmountError::TooManyDecimals { .. })
        ));
        for text in ["1,00", "9e9", "1.2E+05", "1_000", "", "--1"] {
            let read = Money::parse(text, eur);
            assert!(
                matches!(read, Err(AmountError::NotANumber { .. })),
                "{text}: {read:?}"
            );
        }
        assert!(matches!(
            Money::parse("99999999999999999999", eur),
            Err(AmountError::TooLarge { .. })
        ));
    }

    #[test]
    fn rounding_is_symmetric_about_zero() {
        let half = Decimal::new(5, 1);
        for (text, rounding, expected) in [
            ("0.01 EUR", Rounding::HalfUp, 1),
            ("-0.01 EUR", Rounding::HalfUp, -1),
            ("0.01 EUR", Rounding::HalfEven, 0),
            ("0.03 EUR", Rounding::HalfEven, 2),
            ("0.01 EUR", Rounding::Down, 0),
            ("-0.01 EUR", Rounding::Up, -1),
        ] {
            let product = money(text).times(half, rounding).expect("in range");
            assert_eq!(product.minor(), expected, "{text} {rounding:?}");
        }
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        let parts = |text: &str, weights: &[u64]| -> Vec<i64> {
            money(text)
                .split(weights)
                .into_iter()
                .map(Money::minor)
                .collect()
        };
        assert_eq!(parts("1.00 EUR", &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(parts("-1.00 EUR", &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(parts("0.05 EUR", &[3, 7]), [2, 3]);
        assert_eq!(parts("0.05 EUR", &[0, 0]), [3, 2]);
        assert_eq!(parts("5.00 EUR", &[]), Vec::<i64>::new());
        let huge = money("90000000000000.00 EUR").split(&[u64::MAX, 1, u64::MAX]);
        assert_eq!(
            huge.iter().map(|part| part.minor()).sum::<i64>(),
            9_000_000_000_000_000
        );
    }

    #[test]
    #[should_panic(expected = "added two currencies")]
    fn two_currencies_are_never_added() {
        let _ = money("1.00 EUR") + money("1.00 USD");
    }
}
