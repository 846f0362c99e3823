//! Sums and days as people write them, told apart by evidence.
//!
//! `1,234` is 1234 or 1.234: only another number of the same file, or a currency with fewer
//! decimal places, decides. `03/04/25` likewise. Without evidence the reading is `None`.

use domain::calendar::Date;
use domain::money::Currency;
use rust_decimal::Decimal;

/// Which decimal mark and which order of day and month a file uses, as far as it shows.
#[derive(Clone, Copy, Default, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four kinds of evidence, each seen or not"
)]
pub(super) struct Notation {
    point: bool,
    comma: bool,
    day_first: bool,
    month_first: bool,
    /// The currency of the sums, where stated.
    pub(super) currency: Option<Currency>,
    /// The day of the file: a value date is near it.
    pub(super) near: Option<Date>,
}

impl Notation {
    /// Learns from a text that may be a number or a day.
    pub(super) fn learn(&mut self, text: &str) {
        if let Some(bare) = bare_number(text) {
            let (point, comma) = (with_mark(&bare, '.'), with_mark(&bare, ','));
            self.point |= point.is_some() && comma.is_none();
            self.comma |= comma.is_some() && point.is_none();
        }
        if let Some([first, second, year]) = slashed(text) {
            let day_first = civil(year, second, first);
            let month_first = civil(year, first, second);
            self.day_first |= day_first.is_some() && month_first.is_none();
            self.month_first |= month_first.is_some() && day_first.is_none();
        }
    }

    /// Learns the order of day and month from a day that must be near the day of the file.
    pub(super) fn learn_near(&mut self, text: &str) {
        let (Some(near), Some([first, second, year])) = (self.near, slashed(text)) else {
            return;
        };
        let is_near = |day: Option<Date>| {
            day.and_then(|day| near.until(day).ok())
                .is_some_and(|span| span.get_days().abs() <= 21)
        };
        let day_first = is_near(civil(year, second, first));
        let month_first = is_near(civil(year, first, second));
        self.day_first |= day_first && !month_first;
        self.month_first |= month_first && !day_first;
    }

    /// The sum that the text says, or `None` when it is none or can be read in two ways.
    pub(super) fn amount(&self, text: &str) -> Option<Decimal> {
        let bare = bare_number(text)?;
        match (with_mark(&bare, '.'), with_mark(&bare, ',')) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => None,
            (Some(point), Some(comma)) if point == comma => Some(point),
            (Some(point), Some(comma)) => match (self.point, self.comma) {
                (true, false) => Some(point),
                (false, true) => Some(comma),
                _ => {
                    let places = self.currency?.exponent();
                    match (point.scale() <= places, comma.scale() <= places) {
                        (true, false) => Some(point),
                        (false, true) => Some(comma),
                        _ => None,
                    }
                }
            },
        }
    }

    /// The day that the text says, or `None` when it is none or can be read in two ways.
    pub(super) fn day(&self, text: &str) -> Option<Date> {
        let text = text.trim();
        if let Some(day) = iso_day(text)
            .or_else(|| dotted(text))
            .or_else(|| named(text))
        {
            return Some(day);
        }
        let [first, second, year] = slashed(text)?;
        match (civil(year, second, first), civil(year, first, second)) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(day_first), Some(month_first)) => match (self.day_first, self.month_first) {
                _ if day_first == month_first => Some(day_first),
                (true, false) => Some(day_first),
                (false, true) => Some(month_first),
                _ => None,
            },
            (None, None) => None,
        }
    }
}

/// Is it a day in any notation?
pub(super) fn looks_like_day(text: &str) -> bool {
    let text = text.trim();
    iso_day(text).is_some()
        || dotted(text).is_some()
        || slashed(text).is_some_and(|[one, two, year]| {
            civil(year, two, one)
                .or_else(|| civil(year, one, two))
                .is_some()
        })
}

/// Is it a sum with its decimals, like `1.234,50` or `-12.00`?
pub(super) fn looks_like_amount(text: &str) -> bool {
    let Some(bare) = bare_number(text) else {
        return false;
    };
    let decimals = |mark| with_mark(&bare, mark).is_some_and(|value| value.scale() == 2);
    decimals('.') || decimals(',')
}

/// The currency that a text names by code or by a sign that only one currency has.
pub(super) fn currency_in(text: &str) -> Option<Currency> {
    for (sign, code) in [("€", "EUR"), ("£", "GBP"), ("zł", "PLN"), ("US$", "USD")] {
        if text.contains(sign) {
            return Currency::parse(code);
        }
    }
    text.split(|sign: char| !sign.is_ascii_alphabetic())
        .filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .find_map(Currency::parse)
}

/// Digits, marks and a leading minus: currency, blanks at the ends and brackets taken off.
fn bare_number(text: &str) -> Option<String> {
    let mut text = text.trim();
    if text.len() > 40 {
        return None;
    }
    let mut negative = false;
    if let Some(inner) = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        negative = true;
        text = inner;
    }
    let currency = |sign: char| sign.is_whitespace() || "€$£".contains(sign);
    let mut bare = text.trim_matches(currency);
    for _ in 0..2 {
        for minus in ['-', '−', '–'] {
            if let Some(rest) = bare
                .strip_prefix(minus)
                .or_else(|| bare.strip_suffix(minus))
            {
                if negative {
                    return None;
                }
                negative = true;
                bare = rest.trim_matches(currency);
            }
        }
        let code = |word: &str| Currency::parse(word).is_some() || word == "zł" || word == "US$";
        if let Some((first, rest)) = bare.split_once(char::is_whitespace)
            && code(first)
        {
            bare = rest.trim_matches(currency);
        }
        if let Some((rest, last)) = bare.rsplit_once(char::is_whitespace)
            && code(last)
        {
            bare = rest.trim_matches(currency);
        }
    }
    bare = bare.strip_prefix('+').unwrap_or(bare);
    let first = bare.chars().next()?;
    let marks = |sign: char| sign.is_ascii_digit() || ".,'’ \u{a0}\u{202f}".contains(sign);
    if !first.is_ascii_digit() || !bare.chars().all(marks) {
        return None;
    }
    Some(if negative {
        format!("-{bare}")
    } else {
        bare.to_owned()
    })
}

/// Reads a bare number with this decimal mark; groups must be whole and of one kind.
fn with_mark(bare: &str, mark: char) -> Option<Decimal> {
    let (negative, digits) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    let (whole, fraction) = match digits.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if fraction.is_some_and(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let divider = whole.chars().find(|sign| !sign.is_ascii_digit());
    let plain = match divider {
        None => whole.to_owned(),
        Some(divider) => {
            let mut groups = whole.split(divider);
            let first = groups.next()?;
            let sizes_fit = (1..=3).contains(&first.len());
            let rest: Vec<&str> = groups.collect();
            let last_fits = rest.last().is_some_and(|group| group.len() == 3);
            let inner = rest.iter().all(|group| group.len() == 3)
                || (divider == ',' && rest.iter().rev().skip(1).all(|group| group.len() == 2));
            let digits_only = rest
                .iter()
                .all(|group| group.bytes().all(|b| b.is_ascii_digit()));
            if !(sizes_fit && last_fits && inner && digits_only) {
                return None;
            }
            format!("{first}{}", rest.concat())
        }
    };
    let sign = if negative { "-" } else { "" };
    let text = match fraction {
        Some(fraction) => format!("{sign}{plain}.{fraction}"),
        None => format!("{sign}{plain}"),
    };
    Decimal::from_str_exact(&text).ok()
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    let year = if year < 100 { 2000 + year } else { year };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn parts(text: &str, divider: char) -> Option<[i16; 3]> {
    let mut numbers = text.trim().split(divider);
    let mut next = |most: usize| {
        let part = numbers.next()?;
        let fits =
            !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<i16>().ok() } else { None }
    };
    let found = [next(4)?, next(2)?, next(4)?];
    numbers.next().is_none().then_some(found)
}

fn iso_day(text: &str) -> Option<Date> {
    let day = text.split(['T', ' ']).next()?;
    let [year, month, day] = parts(day, '-').or_else(|| parts(day, '/'))?;
    if year < 1900 {
        return None;
    }
    civil(year, month, day)
}

/// `31.08.2025`, `31.08.25`, `31-08-2025` with a year of four digits.
fn dotted(text: &str) -> Option<Date> {
    if let Some([day, month, year]) = parts(text, '.') {
        return civil(year, month, day);
    }
    None
}

fn slashed(text: &str) -> Option<[i16; 3]> {
    let text = text.trim();
    let found = parts(text, '/').or_else(|| parts(text, '-').filter(|parts| parts[2] > 1900))?;
    (found[0] <= 31).then_some(found)
}

/// `28 February 2025`, `Feb 28, 2025`, `28. Februar 2025`.
fn named(text: &str) -> Option<Date> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "gen", "ene", "sty"],
        &["feb", "fev", "fév", "lut"],
        &["mar", "mär", "maa", "mrt"],
        &["apr", "avr", "abr", "kwi"],
        &["may", "mai", "mag", "mei", "maj"],
        &["juin", "jun", "giu", "cze"],
        &["juil", "jul", "lug", "lip"],
        &["aug", "aou", "aoû", "ago", "sie"],
        &["sep", "set", "wrz"],
        &["oct", "okt", "ott", "paź"],
        &["nov", "lis"],
        &["dec", "déc", "dez", "dic", "gru"],
    ];
    if text.len() > 40 {
        return None;
    }
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split([' ', '.', ',', '-'])
        .filter(|word| !word.is_empty() && *word != "de" && *word != "of")
        .collect();
    let [one, two, year] = words.as_slice() else {
        return None;
    };
    let month = |word: &str| {
        let known = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
        MONTHS.iter().position(known).map(|at| at as i16 + 1)
    };
    let number = |word: &str| {
        let end = word
            .find(|sign: char| !sign.is_ascii_digit())
            .unwrap_or(word.len());
        word.get(..end)?.parse::<i16>().ok()
    };
    let (day, month) = match (month(one), month(two)) {
        (None, Some(month)) => (number(one)?, month),
        (Some(month), None) => (number(two)?, month),
        _ => return None,
    };
    civil(number(year)?, month, day)
}
