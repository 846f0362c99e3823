//! The values of OFX: texts with entities, dates with optional time and zone, amounts.

use std::borrow::Cow;

use domain::calendar::Date;
use domain::money::{Currency, Money};
use encoding_rs::Encoding;
use rust_decimal::Decimal;

/// Decodes a text, replaces entities and joins its lines. `false` where bytes were no letters.
pub(super) fn text(bytes: &[u8], encoding: &'static Encoding) -> (String, bool) {
    let (decoded, wrong) = encoding.decode_without_bom_handling(bytes);
    let plain = if decoded.contains('&') {
        Cow::Owned(entities(&decoded))
    } else {
        decoded
    };
    let lines: Vec<&str> = plain
        .split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    (lines.join(" "), !wrong)
}

/// The five entities of XML, `&nbsp;` and numbers; anything else stays as it stands, because
/// banks write a bare `&` in names.
fn entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let entity = from
            .get(1..)
            .and_then(|inside| inside.split_once(';'))
            .filter(|(name, _)| name.len() <= 8)
            .and_then(|(name, after)| Some((sign(name)?, after)));
        if let Some((sign, after)) = entity {
            plain.push(sign);
            rest = after;
        } else {
            plain.push('&');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    plain
}

fn sign(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|sign| !sign.is_control())
        }
    }
}

/// What a date element says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Day {
    On(Date),
    /// Empty or all zeros.
    Unsaid,
    /// Something, but no day.
    Wrong,
}

/// The day of `YYYYMMDD[HHMMSS[.XXX]][[offset[:name]]]`, as the bank wrote it: the zone says
/// where that day was, and no other day is made of it.
pub(super) fn day(text: &str) -> Day {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if text.bytes().all(|byte| byte == b'0') {
        return Day::Unsaid;
    }
    let iso = text.get(..10).filter(|text| {
        let bytes = text.as_bytes();
        bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-')
    });
    let (year, month, day) = match iso {
        Some(iso) => (iso.get(..4), iso.get(5..7), iso.get(8..10)),
        None if digits >= 8 => (text.get(..4), text.get(4..6), text.get(6..8)),
        None => return Day::Wrong,
    };
    let date = (|| {
        let year = year?.parse().ok()?;
        Date::new(year, month?.parse().ok()?, day?.parse().ok()?).ok()
    })();
    date.map_or(Day::Wrong, Day::On)
}

/// The number of an amount: a sign before or behind, a point or comma before the decimals,
/// blanks or the other mark between groups of three.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let bare: String = text
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '\u{a0}' && *sign != '\u{202f}')
        .collect();
    let (negative, bare) = match bare.as_bytes() {
        [b'-', ..] => (true, bare.get(1..)?),
        [b'+', ..] => (false, bare.get(1..)?),
        [.., b'-'] => (true, bare.get(..bare.len() - 1)?),
        [.., b'+'] => (false, bare.get(..bare.len() - 1)?),
        _ => (false, bare.as_str()),
    };
    let last = bare.rfind([',', '.']);
    let (whole, decimals) = match last {
        None => (bare, ""),
        Some(at) => {
            let mark = bare.get(at..=at)?;
            if bare.matches(mark).count() > 1 {
                // A mark that comes twice stands between thousands.
                (bare, "")
            } else {
                (bare.get(..at)?, bare.get(at + 1..)?)
            }
        }
    };
    let whole = ungrouped(whole)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let value = Decimal::from_str_exact(&format!("{whole}.{decimals}0")).ok()?;
    Some(if negative { -value } else { value })
}

/// Takes the marks between groups of three digits out; `None` where they stand elsewhere.
fn ungrouped(whole: &str) -> Option<String> {
    let Some(at) = whole.find([',', '.']) else {
        return Some(whole.to_owned());
    };
    let mark = whole.get(at..=at)?;
    let mut groups = whole.split(mark);
    let first = groups
        .next()
        .filter(|first| (1..=3).contains(&first.len()))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// An amount of a currency, or why it is none.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Money, String> {
    let wrong = || {
        format!(
            "\"{text}\" is no amount; expected digits with a point or comma before the decimals"
        )
    };
    let value = number(text).ok_or_else(wrong)?;
    Money::exactly(value, currency)
        .map_err(|error| format!("\"{text}\" is no amount of {currency}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_every_make() {
        for (text, expected) in [
            ("-10.00", "-10.00"),
            ("+1 006,60", "1006.60"),
            ("-00000000001500.0000", "-1500"),
            ("10.00-", "-10"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567", "1234567"),
            (".5", "0.5"),
            ("7,", "7"),
        ] {
            let expected: Decimal = expected.parse().unwrap();
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "$120",
            "1.2.3",
            "--1",
            "1e5",
            "1,23,456.0",
            "٣",
            "-",
            ",",
            "(5)",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_of_every_make() {
        let first = Day::On(Date::constant(2013, 8, 31));
        for text in [
            "20130831",
            "20130831165153.000[-8:PST]",
            "20130831[0:GMT]",
            "2013-08-31",
            " 20130831165153 ",
        ] {
            assert_eq!(day(text), first, "{text}");
        }
        for text in ["", "00000000", "00000000000000"] {
            assert_eq!(day(text), Day::Unsaid, "{text}");
        }
        for text in [
            "010126",
            "201308",
            "201120000000",
            "20130231",
            "x",
            "é013-08-31",
        ] {
            assert_eq!(day(text), Day::Wrong, "{text}");
        }
    }

    #[test]
    fn entities_of_every_make() {
        assert_eq!(
            entities("A &amp; B & C &lt;&#65;&#x42;&bogus; &"),
            "A & B & C <AB&bogus; &"
        );
    }
}
