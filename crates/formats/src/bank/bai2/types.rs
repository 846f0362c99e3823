//! Type codes, amounts and funds types.

use domain::calendar::Date;

use super::fields::{Cursor, Record};
use crate::Problem;
use crate::bank::Sink;
use crate::bank::fields::{Day, quoted};

/// Distributions of one amount that are read: more would be no distribution.
const MOST: usize = 1000;

/// An amount in minor units, with or without a sign.
pub(super) fn amount_of(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|sum| plain && *sum != i64::MIN)
        .ok_or_else(|| {
            format!(
                "amount {} is not a whole number of minor units",
                quoted(text)
            )
        })
}

/// Type code, amount, item count and funds of the summaries in `03`.
pub(super) fn summaries<'a>(
    fields: &[&'a str],
    record: &Record,
    sink: &mut dyn Sink,
) -> Vec<(&'a str, i64)> {
    let mut found = Vec::new();
    let mut rest = fields.iter().copied().skip(2);
    while let Some(code) = rest.next() {
        // Banks leave summaries empty, and an empty field at the end of a line.
        if code.is_empty() {
            continue;
        }
        let sum = rest.next().unwrap_or_default();
        let _count = rest.next();
        skip_funds(&mut rest);
        if sum.is_empty() {
            continue;
        }
        match amount_of(sum) {
            Ok(sum) => found.push((code, sum)),
            Err(problem) => sink.problem(Problem::error(
                record.place(),
                format!("type {}: {problem}; left out", quoted(code)),
            )),
        }
    }
    found
}

fn skip_funds<'a>(fields: &mut impl Iterator<Item = &'a str>) {
    let skip = match fields.next().unwrap_or_default() {
        "S" => 3,
        "V" => 2,
        "D" => {
            let count = fields.next().and_then(|count| count.parse().ok());
            2 * count.unwrap_or(0).min(MOST)
        }
        _ => 0,
    };
    for _ in 0..skip {
        fields.next();
    }
}

/// Reads the funds type of a `16` and what belongs to it; returns the value date it says.
pub(super) fn funds(
    cursor: &mut Cursor<'_>,
    as_of: Option<Date>,
    record: &Record,
    sink: &mut dyn Sink,
) -> Option<Date> {
    let kind = cursor.field();
    match kind {
        "S" => {
            for _ in 0..3 {
                cursor.field();
            }
            None
        }
        "V" => {
            let day = cursor.field();
            let _time = cursor.field();
            let found = Day::yymmdd(day).map(|day| day.date);
            if found.is_none() {
                let message = format!("value date {} is not a day YYMMDD", quoted(day));
                sink.problem(Problem::warning(record.place(), message));
            }
            found
        }
        "D" => {
            let count: usize = cursor.field().parse().unwrap_or(0);
            for _ in 0..2 * count.min(MOST) {
                cursor.field();
            }
            None
        }
        "0" => as_of,
        // One or two or more days, or unknown: no day is said.
        "" | "1" | "2" | "Z" => None,
        other => {
            let message = format!(
                "funds type {} is unknown; expected one of 0, 1, 2, S, V, D, Z",
                quoted(other)
            );
            sink.problem(Problem::warning(record.place(), message));
            None
        }
    }
}

/// Credit (1), debit (−1), or nothing for information without money.
pub(super) fn direction(code: &str) -> Result<Option<i64>, String> {
    let number = code.parse::<u16>().ok().filter(|_| code.len() == 3);
    match number {
        Some(890) => Ok(None),
        Some(100..=399 | 920..=959) => Ok(Some(1)),
        Some(400..=699 | 960..=999) => Ok(Some(-1)),
        _ => Err(format!(
            "type code {} says neither credit (1xx–3xx) nor debit (4xx–6xx)",
            quoted(code)
        )),
    }
}

/// Returns, rejects and reversals.
pub(super) fn is_reversal(code: u16) -> bool {
    matches!(
        code,
        251 | 252 | 255..=258 | 260 | 261 | 266 | 551 | 552 | 555..=558 | 560 | 561 | 566
    )
}
