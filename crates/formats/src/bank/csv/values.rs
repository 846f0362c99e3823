//! The values of CSV files as a profile says they are written: days and sums.

use domain::calendar::Date;
use rust_decimal::Decimal;

use super::super::fields::full_year;

/// How a column writes days: `DD.MM.YYYY`. What follows the day after a blank or `T` is its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateFormat {
    pattern: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    /// Four digits.
    Year,
    /// Two digits: 80–99 were the last century.
    ShortYear,
    Month(Digits),
    Day(Digits),
    Sign(char),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Digits {
    /// `MM`: two.
    Two,
    /// `M`: one or two.
    OneOrTwo,
}

impl DateFormat {
    /// Understands `YYYY`, `YY`, `MM`, `M`, `DD`, `D` and the signs between; each of year, month
    /// and day once.
    pub fn parse(pattern: &str) -> Option<DateFormat> {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(sign) = rest.chars().next() {
            let known = [
                ("YYYY", Part::Year),
                ("YY", Part::ShortYear),
                ("MM", Part::Month(Digits::Two)),
                ("M", Part::Month(Digits::OneOrTwo)),
                ("DD", Part::Day(Digits::Two)),
                ("D", Part::Day(Digits::OneOrTwo)),
            ];
            let found = known
                .iter()
                .find_map(|(text, part)| Some((*part, rest.strip_prefix(text)?)));
            let (part, after) = match found {
                Some(found) => found,
                None if sign.is_alphanumeric() => return None,
                None => (Part::Sign(sign), rest.get(sign.len_utf8()..)?),
            };
            parts.push(part);
            rest = after;
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let whole = count(|part| matches!(part, Part::Year | Part::ShortYear)) == 1
            && count(|part| matches!(part, Part::Month(_))) == 1
            && count(|part| matches!(part, Part::Day(_))) == 1;
        whole.then(|| DateFormat {
            pattern: pattern.to_owned(),
            parts,
        })
    }

    /// As the profile writes it.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The day that the text says, or `None`.
    pub fn read(&self, text: &str) -> Option<Date> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day) = (0, 0, 0);
        for part in &self.parts {
            match part {
                Part::Year => year = digits(&mut rest, 4, 4)?,
                Part::ShortYear => year = full_year(digits(&mut rest, 2, 2)?),
                Part::Month(Digits::Two) => month = digits(&mut rest, 2, 2)?,
                Part::Month(Digits::OneOrTwo) => month = digits(&mut rest, 1, 2)?,
                Part::Day(Digits::Two) => day = digits(&mut rest, 2, 2)?,
                Part::Day(Digits::OneOrTwo) => day = digits(&mut rest, 1, 2)?,
                Part::Sign(sign) => rest = rest.strip_prefix(*sign)?,
            }
        }
        if !rest.is_empty() && !rest.starts_with([' ', 'T']) {
            return None;
        }
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i16> {
    let count = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if count < least {
        return None;
    }
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    number.parse().ok()
}

/// The number that a cell says: a sign before or behind or brackets for what is negative, the
/// decimal mark of the profile, groups of three divided by the other mark, blanks or `'`.
pub(super) fn number(text: &str, decimal: char, currency_sign: Option<&str>) -> Option<Decimal> {
    let bare = match currency_sign {
        Some(sign) => text.replace(sign, ""),
        None => text.to_owned(),
    };
    let bare: String = bare.chars().filter(|sign| !is_invisible(*sign)).collect();
    let (negative, bare) = match bare.as_bytes() {
        [b'-', ..] => (true, bare.get(1..)?),
        [b'+', ..] => (false, bare.get(1..)?),
        [b'(', .., b')'] => (true, bare.get(1..bare.len() - 1)?),
        [.., b'-'] => (true, bare.get(..bare.len() - 1)?),
        [.., b'+'] => (false, bare.get(..bare.len() - 1)?),
        _ => (false, bare.as_str()),
    };
    let (whole, decimals) = bare.split_once(decimal).unwrap_or((bare, ""));
    let mark = if decimal == ',' { '.' } else { ',' };
    let mut groups = whole.split([mark, '\'', '’']);
    let mut all = groups.next().unwrap_or_default().to_owned();
    let first = all.len();
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&first) {
            return None;
        }
        all.push_str(group);
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&all) || !digits(decimals) || (all.is_empty() && decimals.is_empty()) {
        return None;
    }
    let value = Decimal::from_str_exact(&format!("{all}.{decimals}0")).ok()?;
    Some(if negative { -value } else { value })
}

/// Blanks of every width and the marks that turn the writing direction.
fn is_invisible(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_order() {
        for (pattern, text, expected) in [
            ("DD.MM.YYYY", "31.12.2024", Some((2024, 12, 31))),
            ("DD.MM.YY", "31.12.24", Some((2024, 12, 31))),
            ("M/D/YYYY", "3/9/2012", Some((2012, 3, 9))),
            ("DD/YYYY/MM", "10/2009/09", Some((2009, 9, 10))),
            ("YYYYMMDD", "20240229", Some((2024, 2, 29))),
            ("YYYY-MM-DD", "2020-01-23 08:26:29", Some((2020, 1, 23))),
            ("YYYY-MM-DD", "2020-01-231", None),
            ("DD.MM.YYYY", "12/31/2024", None),
            ("MM/DD/YYYY", "31/12/2024", None),
            ("DD.MM.YYYY", "1.1.2024", None),
            ("DD.MM.YYYY", "", None),
            ("DD.MM.YYYY", "é1.01.2024", None),
        ] {
            let expected = expected.map(|(year, month, day)| Date::constant(year, month, day));
            let format = DateFormat::parse(pattern).unwrap();
            assert_eq!(format.read(text), expected, "{pattern} {text}");
        }
        for pattern in ["", "DD.MM", "DD.MM.YYYY.DD", "HH", "MMM DD YYYY"] {
            assert_eq!(DateFormat::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn sums_of_every_make() {
        for (text, decimal, expected) in [
            ("-33.50", '.', Some("-33.5")),
            ("1,533.50", '.', Some("1533.5")),
            ("+31070,11", ',', Some("31070.11")),
            ("1.234.567,8", ',', Some("1234567.8")),
            ("1 234,50", ',', Some("1234.5")),
            ("(12.00)", '.', Some("-12")),
            ("12.00-", '.', Some("-12")),
            ("1'000.00", '.', Some("1000")),
            ("1,5", '.', None),
            ("1.500", ',', Some("1500")),
            ("12,34,567.00", '.', None),
            ("$5", '.', None),
            ("", '.', None),
            ("-", '.', None),
            ("5e3", '.', None),
        ] {
            let expected = expected.map(|text| text.parse::<Decimal>().unwrap());
            assert_eq!(number(text, decimal, None), expected, "{text}");
        }
        let dinars = number("د.ا.\u{200f}4.750", '.', Some("د.ا."));
        assert_eq!(dinars, Some("4.75".parse().unwrap()));
    }
}
