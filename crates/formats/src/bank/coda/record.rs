//! Places of a CODA line.

use domain::calendar::Date;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::bank::fields::{Day, quoted};
use crate::bank::places::Places;

/// One line.
pub(super) struct Record(pub(super) Places);

impl Record {
    /// Its code: `2` with its article `1` is `21`, others have one digit.
    pub(super) fn code(&self) -> String {
        let width = match self.raw(0, 1).as_str() {
            "2" | "3" => 2,
            _ => 1,
        };
        self.raw(0, width)
    }

    /// `line 7 record 2.1`.
    pub(super) fn place(&self) -> String {
        let (line, code) = (self.0.line, self.code());
        match code.split_at_checked(1) {
            Some((record, article)) if !article.is_empty() => {
                format!("line {line} record {record}.{article}")
            }
            _ => format!("line {line} record {code}"),
        }
    }

    /// Places counted from 0, the end not included.
    pub(super) fn raw(&self, from: usize, to: usize) -> String {
        self.0.raw(from, to)
    }

    /// The same without blanks around it.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.0.text(from, to)
    }

    /// A day `DDMMYY`; none where it is zeros or blanks.
    pub(super) fn day(&self, from: usize) -> Result<Option<Date>, String> {
        let text = self.text(from, from + 6);
        if text.is_empty() || text.bytes().all(|byte| byte == b'0') {
            return Ok(None);
        }
        let turned = match (text.get(..2), text.get(2..4), text.get(4..)) {
            (Some(day), Some(month), Some(year)) => format!("{year}{month}{day}"),
            _ => String::new(),
        };
        Day::yymmdd(&turned)
            .map(|day| Some(day.date))
            .ok_or_else(|| format!("{} is not a day DDMMYY", quoted(&text)))
    }

    /// Sign (0 credit, 1 debit) and 15 digits with three decimals.
    pub(super) fn money(&self, from: usize, currency: Currency) -> Result<Money, String> {
        let text = self.raw(from, from + 16);
        let (sign, digits) = text.split_at_checked(1).unwrap_or_default();
        let sign = match sign {
            "0" => 1,
            "1" => -1,
            other => return Err(format!("sign {} is neither 0 nor 1", quoted(other))),
        };
        let value = thousandths(digits)?;
        Money::exactly(Decimal::new(sign * value, 3), currency)
            .map_err(|problem| problem.to_string())
    }

    /// 15 digits with three decimals.
    pub(super) fn thousandths(&self, from: usize) -> Option<i64> {
        thousandths(&self.raw(from, from + 15)).ok()
    }
}

fn thousandths(digits: &str) -> Result<i64, String> {
    let plain = digits.len() == 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| format!("{} is not an amount of 15 digits", quoted(digits)))
}
