//! `:61:`, one movement: dates, mark, amount, type, references, supplementary details.

use domain::calendar::Date;
use domain::money::{Currency, Money};

use crate::bank::fields::{Day, quoted};

/// What `:61:` says, before the currency is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct StatementLine {
    /// Day it bears interest from.
    pub(super) value_on: Date,
    /// Day the bank booked it.
    pub(super) booked_on: Date,
    /// Debit (money went out), after the mark is read with its reversal.
    pub(super) is_debit: bool,
    /// `RC` or `RD`.
    pub(super) reversal: bool,
    /// `EC` or `ED`: expected.
    pub(super) expected: bool,
    /// Digits with a decimal comma.
    pub(super) amount: String,
    /// `NTRF`.
    pub(super) code: String,
    /// Reference for the account owner, as written.
    pub(super) owner_reference: String,
    /// Reference of the bank that keeps the account.
    pub(super) bank_reference: String,
    /// Name of the other side, which the Rabobank puts behind the sixteen places of the
    /// owner's reference.
    pub(super) name: Option<String>,
    /// The lines below.
    pub(super) supplementary: Vec<String>,
    /// What is not as the standard says.
    pub(super) odd: Vec<String>,
}

/// Reads the first line of `:61:` and those below it.
pub(super) fn parse(lines: &[String]) -> Result<StatementLine, String> {
    let first = lines.first().map_or("", String::as_str);
    let mut below: Vec<String> = lines.iter().skip(1).cloned().collect();
    let mut odd = Vec::new();
    let (date, rest) = cut(first, 6).ok_or("expected a value date YYMMDD")?;
    let value = Day::yymmdd(date)
        .ok_or_else(|| format!("value date {} is not a day YYMMDD", quoted(date)))?;
    let (entry, rest) = entry_date(rest, value.date, &mut odd)?;
    let booked_on = match entry {
        Some((entry, text)) => settled((value, date), (entry, text), &mut odd)?,
        None if value.moved => return Err(unknown_day("value date", date)),
        None => value.date,
    };
    let (mark, rest) = mark(rest)?;
    let rest = rest
        .strip_prefix(|letter: char| letter.is_ascii_uppercase())
        .unwrap_or(rest);
    let mut rest = rest.trim_start().to_owned();
    if rest.is_empty() && !below.is_empty() {
        // Some banks break the line in front of the amount.
        rest = below.remove(0);
    }
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit() && letter != ',' && letter != '.')
        .unwrap_or(rest.len());
    let (amount, rest) = rest.split_at(end);
    if amount.is_empty() {
        return Err(format!("expected an amount in front of {}", quoted(rest)));
    }
    let (code, rest) = type_code(rest.trim_start(), &mut odd);
    let (owner_reference, bank_reference, name) = references(rest);
    Ok(StatementLine {
        value_on: value.date,
        booked_on,
        is_debit: mark.is_debit,
        reversal: mark.reversal,
        expected: mark.expected,
        amount: amount.to_owned(),
        code: code.trim_end().to_owned(),
        owner_reference,
        bank_reference,
        name,
        supplementary: below,
        odd,
    })
}

fn cut(text: &str, at: usize) -> Option<(&str, &str)> {
    text.split_at_checked(at)
}

/// The entry date with its text, where there is one, and what stands behind it.
type EntryDate<'a> = (Option<(Day, &'a str)>, &'a str);

/// The optional month and day, in the year that is nearest to the value date: a value on
/// 31 December may be booked on 2 January and the other way round.
fn entry_date<'a>(
    rest: &'a str,
    value_on: Date,
    odd: &mut Vec<String>,
) -> Result<EntryDate<'a>, String> {
    let Some((text, behind)) = cut(rest, 4) else {
        return Ok((None, rest));
    };
    if text.trim().is_empty() {
        odd.push("blanks where the entry date stands; booked on the value date".to_owned());
        return Ok((None, behind));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok((None, rest));
    }
    let wrong = || format!("entry date {} is not a day MMDD", quoted(text));
    let (month, day) = text.split_at(2);
    let month: i8 = month.parse().map_err(|_| wrong())?;
    let day: i8 = day.parse().map_err(|_| wrong())?;
    let nearest = [0, -1, 1]
        .into_iter()
        .filter_map(|years| Day::of(value_on.year() + years, month, day))
        .min_by_key(|entry| (entry.date - value_on).get_days().abs())
        .ok_or_else(wrong)?;
    Ok((Some((nearest, text)), behind))
}

/// The day of booking, from both dates with their texts. 30 February stands in files of banks
/// that reckon interest with months of 30 days; it is read as the last of the month where the
/// other date is that very day, and refused where it could as well be another.
fn settled(
    (value, value_text): (Day, &str),
    (entry, entry_text): (Day, &str),
    odd: &mut Vec<String>,
) -> Result<Date, String> {
    for (is_none, name, text, other) in [
        (value.moved, "value date", value_text, entry),
        (entry.moved, "entry date", entry_text, value),
    ] {
        if is_none {
            if other.moved || value.date != entry.date {
                return Err(unknown_day(name, text));
            }
            let (text, day) = (quoted(text), value.date);
            odd.push(format!(
                "{name} {text} does not exist; read as {day} like the other date of the line"
            ));
        }
    }
    Ok(entry.date)
}

fn unknown_day(name: &str, text: &str) -> String {
    let text = quoted(text);
    format!("{name} {text} does not exist, and the line does not show which day is meant")
}

struct Mark {
    is_debit: bool,
    reversal: bool,
    expected: bool,
}

fn mark(rest: &str) -> Result<(Mark, &str), String> {
    for (text, is_debit, reversal, expected) in [
        ("RC", true, true, false),
        ("RD", false, true, false),
        ("EC", false, false, true),
        ("ED", true, false, true),
        ("C", false, false, false),
        ("D", true, false, false),
    ] {
        if let Some(rest) = rest.strip_prefix(text) {
            let mark = Mark {
                is_debit,
                reversal,
                expected,
            };
            return Ok((mark, rest));
        }
    }
    Err(format!(
        "expected C, D, RC, RD, EC or ED in front of {}",
        quoted(rest)
    ))
}

/// One of N, F, S and three characters, which some banks fill with blanks.
fn type_code<'a>(rest: &'a str, odd: &mut Vec<String>) -> (&'a str, &'a str) {
    if let Some((code, behind)) = cut(rest, 4)
        && code.starts_with(['N', 'F', 'S'])
        && code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
    {
        return (code, behind);
    }
    if rest.starts_with(['N', 'F', 'S']) && rest.len() < 4 {
        return (rest, "");
    }
    odd.push(format!(
        "expected a transaction type such as NTRF in front of {}; left empty",
        quoted(rest)
    ));
    ("", rest)
}

/// Owner's reference, bank's reference, and what stands behind a gap: banks that fill the
/// sixteen places of the owner's reference put a name there.
fn references(rest: &str) -> (String, String, Option<String>) {
    let (owner, bank) = rest.split_once("//").unwrap_or((rest, ""));
    let bank = bank.trim().to_owned();
    let sixteen = owner.char_indices().nth(16).map(|(at, _)| at);
    if let Some((reference, behind)) = sixteen.and_then(|at| cut(owner, at))
        && (reference.ends_with(' ') || behind.starts_with(' '))
    {
        let behind = behind.trim().to_owned();
        let behind = (!behind.is_empty()).then_some(behind);
        return (reference.trim().to_owned(), bank, behind);
    }
    (owner.trim().to_owned(), bank, None)
}

/// An amount with a decimal comma, without sign: `12,`, `12,3`, `12,30`.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Money, String> {
    let plain = text.trim().replace(',', ".");
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits + 1 < plain.len() {
        return Err(format!("{} is not an amount such as 12,30", quoted(text)));
    }
    let points = plain.bytes().filter(|byte| *byte == b'.').count();
    if points + digits != plain.len() {
        return Err(format!("{} is not an amount such as 12,30", quoted(text)));
    }
    let plain = plain.trim_matches('.');
    let plain = if text.starts_with([',', '.']) {
        format!("0.{plain}")
    } else {
        plain.to_owned()
    };
    Money::parse(&plain, currency).map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> StatementLine {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        parse(&lines).expect("a statement line")
    }

    #[test]
    fn the_year_of_the_entry_date_is_the_nearest() {
        for (text, booked_on) in [
            ("2412310102C1,NTRFX", "2025-01-02"),
            ("2501021231C1,NTRFX", "2024-12-31"),
            ("2503010228C1,NTRFX", "2025-02-28"),
            ("250301C1,NTRFX", "2025-03-01"),
        ] {
            assert_eq!(line(text).booked_on.to_string(), booked_on, "{text}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_read_only_where_the_other_date_shows_it() {
        for text in ["1602300229D6,00N024NONREF", "1602290230D6,00N024NONREF"] {
            let line = line(text);
            assert_eq!(line.booked_on.to_string(), "2016-02-29", "{text}");
            assert_eq!(line.value_on.to_string(), "2016-02-29", "{text}");
            assert_eq!(line.odd.len(), 1, "{text}");
        }
        for text in [
            "1602300301D6,00N024NONREF",
            "1602300230D6,00N024NONREF",
            "160230D6,00N024NONREF",
            "1603010230D6,00N024NONREF",
            "250431D6,00N024NONREF",
        ] {
            let refused = parse(&[text.to_owned()]);
            assert!(refused.is_err(), "{text}");
        }
    }

    #[test]
    fn marks_say_direction_and_reversal() {
        for (text, expected) in [
            ("250101RC1,NRTIX", (true, true, false)),
            ("250101RDR1,NRTIX", (false, true, false)),
            ("250101EC1,NTRFX", (false, false, true)),
            ("250101EDR1,NTRFX", (true, false, true)),
            ("250101CN0,01NTRFX", (false, false, false)),
            ("250101DR1,NTRFX", (true, false, false)),
        ] {
            let line = line(text);
            assert_eq!(
                (line.is_debit, line.reversal, line.expected),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn references_and_what_stands_behind() {
        let line = line("110617D44,95N0600733959555      T-MOBILE BV\nmore");
        assert_eq!(line.owner_reference, "0733959555");
        assert_eq!(line.name.as_deref(), Some("T-MOBILE BV"));
        assert_eq!(line.supplementary, ["more"]);
        assert_eq!(line.code, "N060");
    }

    #[test]
    fn amounts_keep_the_exponent() {
        for (text, code, expected) in [
            ("12,", "EUR", Some(1200)),
            (",12", "EUR", Some(12)),
            ("380115,1", "EUR", Some(38_011_510)),
            ("100,", "JPY", Some(100)),
            ("1,234", "KWD", Some(1234)),
            ("1,234", "EUR", None),
            ("1,2,3", "EUR", None),
            (",", "EUR", None),
            ("99999999999999999999999999999999", "EUR", None),
        ] {
            let currency = Currency::parse(code).expect("a currency");
            let found = amount(text, currency).ok().map(Money::minor);
            assert_eq!(found, expected, "{text} {code}");
        }
    }
}
