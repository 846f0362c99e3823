//! Gapless numbers: of the journal, and of each series of issued documents.

use std::collections::BTreeMap;

use crate::failure::Fault;
use crate::verify::{Found, sql};
use crate::work::Work;

/// Numbers of one series in the order in which they were read.
#[derive(Default)]
struct Series {
    numbers: Vec<i64>,
}

impl Series {
    /// The first gap or twin, counting from one.
    fn problem(&mut self, stem: &str) -> Option<String> {
        self.numbers.sort_unstable();
        let pairs = self.numbers.iter().zip(1_i64..);
        let (number, expected) = pairs.into_iter().find(|(number, place)| *number != place)?;
        Some(if *number < expected {
            format!("{stem}{number} was given twice")
        } else {
            format!("{stem}{expected} is missing")
        })
    }
}

/// Issued documents: numbers of a kind that differ in their last digits only are one series.
pub(super) fn documents(work: &mut Work<'_>) -> Result<Found, Fault> {
    let mut series: BTreeMap<(String, String), Series> = BTreeMap::new();
    let mut facts = 0;
    let mut odd = None;
    sql::each_issued_number(work, |kind, number| {
        facts += 1;
        let stem = number.trim_end_matches(|sign: char| sign.is_ascii_digit());
        match number[stem.len()..].parse::<i64>() {
            Ok(last) => series
                .entry((kind, stem.to_owned()))
                .or_default()
                .numbers
                .push(last),
            Err(_) => {
                odd.get_or_insert(format!("{kind} `{number}` ends in no number"));
            }
        }
    })?;
    let mut given: BTreeMap<String, i64> = BTreeMap::new();
    for ((kind, stem), series) in &mut series {
        *given.entry(kind.clone()).or_default() += series.numbers.len() as i64;
        if odd.is_none() {
            odd = series.problem(&format!("{kind} {stem}"));
        }
    }
    // A document taken from the end leaves no gap; the series remembers how far it went.
    for (kind, last) in sql::series(work)? {
        if ["journal_entry", "audit_log", "moment"].contains(&kind.as_str()) {
            continue;
        }
        let count = given.get(&kind).copied().unwrap_or(0);
        if odd.is_none() && count != last {
            odd = Some(format!(
                "the series of {kind} gave {last} numbers, {count} documents have one"
            ));
        }
    }
    Ok((facts, odd))
}

/// Journal entries: one series for the entity.
pub(super) fn journal(work: &mut Work<'_>) -> Result<Found, Fault> {
    let mut series = Series::default();
    sql::each_entry_number(work, |number| series.numbers.push(number))?;
    let facts = series.numbers.len() as i64;
    let mut problem = series.problem("journal entry ");
    for (kind, last) in sql::series(work)? {
        if problem.is_none() && kind == "journal_entry" && last != facts {
            problem = Some(format!(
                "the series of journal entries gave {last} numbers, {facts} entries have one"
            ));
        }
    }
    Ok((facts, problem))
}
