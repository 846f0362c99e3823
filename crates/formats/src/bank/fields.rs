//! The small things that the line formats of banks share: dates, accounts, amounts.

use domain::calendar::Date;
use domain::money::Currency;
use domain::parties::is_iban;

use super::{BankAccountId, Scheme};

/// A two-digit year as banks write it: 80–99 were the last century.
pub(crate) fn full_year(two_digits: i16) -> i16 {
    if two_digits < 80 {
        2000 + two_digits
    } else {
        1900 + two_digits
    }
}

/// A day that was read, and whether it had to be moved into its month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Day {
    /// The day.
    pub(crate) date: Date,
    /// The file named a day that the month does not have (30 February of interest
    /// calculations with months of 30 days); it became the last of the month.
    pub(crate) moved: bool,
}

impl Day {
    /// The day of a year, month and day; past the end of the month its last day.
    pub(crate) fn of(year: i16, month: i8, day: i8) -> Option<Day> {
        if let Ok(date) = Date::new(year, month, day) {
            return Some(Day { date, moved: false });
        }
        let first = Date::new(year, month, 1).ok()?;
        (1..=31).contains(&day).then(|| Day {
            date: first.last_of_month(),
            moved: true,
        })
    }

    /// Reads `YYMMDD`.
    pub(crate) fn yymmdd(text: &str) -> Option<Day> {
        let [year, month, day] = pairs(text)?;
        Day::of(full_year(i16::from(year)), month, day)
    }
}

fn pairs(text: &str) -> Option<[i8; 3]> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let pair = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    Some([pair(0)?, pair(2)?, pair(4)?])
}

/// An account number as the bank's own statement names it, blanks taken out.
pub(crate) fn own_account(
    id: &str,
    bank: Option<&str>,
    currency: Option<Currency>,
) -> BankAccountId {
    let id: String = id
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    BankAccountId {
        scheme: if is_iban(&id) {
            Scheme::Iban
        } else {
            Scheme::Other
        },
        id,
        currency,
        bank: bank.and_then(filled),
    }
}

/// The text without blanks around it, or nothing where there is none.
pub(crate) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A code that a person may read: cut and without control characters, for messages.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(40)
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_past_the_month_become_its_last() {
        let day = Day::yymmdd("160230").expect("a day");
        assert_eq!(
            (day.date.to_string().as_str(), day.moved),
            ("2016-02-29", true)
        );
        assert_eq!(Day::yymmdd("251301"), None);
        assert_eq!(Day::yymmdd("25130"), None);
        assert_eq!(Day::yymmdd("250100"), None);
    }
}
