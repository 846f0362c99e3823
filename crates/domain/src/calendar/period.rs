//! A period: one month of the books, written `YYYY-MM`.

use std::fmt;
use std::str::FromStr;

use super::Date;

/// One month of the books. Whether it is open is a fact of the ledger, not of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    year: i16,
    month: i8,
}

/// The years that books are kept in; beyond them a date is a typing error.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

impl Period {
    /// The month of a year, or `None` outside 1900-01 to 2999-12.
    pub fn new(year: i16, month: i8) -> Option<Period> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Period { year, month })
    }

    /// The period in which a date falls.
    pub fn of(date: Date) -> Period {
        Period {
            year: date.year(),
            month: date.month(),
        }
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).expect("a period is a month of the calendar")
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// Does the date fall into the period?
    pub fn contains(self, date: Date) -> bool {
        Period::of(date) == self
    }

    /// The month after; the last month of the calendar has none and stays.
    pub fn next(self) -> Period {
        self.plus(1)
    }

    /// The month before; the first month of the calendar has none and stays.
    pub fn previous(self) -> Period {
        self.plus(-1)
    }

    /// So many months later or earlier, ending at the ends of the calendar.
    pub fn plus(self, months: i32) -> Period {
        let first = self.first_day();
        Period::of(first.saturating_add(jiff::Span::new().months(months.clamp(-12_000, 12_000))))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// A text that names no period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAPeriod {
    /// What stood there.
    pub text: String,
}

impl fmt::Display for NotAPeriod {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "`{}` is no period; expected a month as YYYY-MM",
            self.text
        )
    }
}

impl std::error::Error for NotAPeriod {}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Period, NotAPeriod> {
        let read = || {
            let (year, month) = text.split_once('-')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
                return None;
            }
            Period::new(year.parse().ok()?, month.parse().ok()?)
        };
        read().ok_or_else(|| NotAPeriod {
            text: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_and_read() {
        for text in ["1900-01", "2024-02", "2999-12"] {
            assert_eq!(text.parse::<Period>().expect("a period").to_string(), text);
        }
        for text in [
            "",
            "2024",
            "2024-2",
            "2024-13",
            "2024-00",
            "24-01",
            "2024-02-01",
            "+024-01",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn periods_follow_each_other_without_gap() {
        let mut period = Period::new(2023, 11).expect("a period");
        for (text, last) in [
            ("2023-11", 30),
            ("2023-12", 31),
            ("2024-01", 31),
            ("2024-02", 29),
            ("2024-03", 31),
        ] {
            assert_eq!(period.to_string(), text);
            assert_eq!(period.last_day().day(), last);
            assert!(period.contains(period.first_day()) && period.contains(period.last_day()));
            assert!(!period.contains(period.next().first_day()));
            assert_eq!(period.next().previous(), period);
            period = period.next();
        }
        assert_eq!(Period::of(Date::MAX).next(), Period::of(Date::MAX));
    }
}
