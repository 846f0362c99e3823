//! Gapless numbers: of the journal, and of each series of issued documents.

use std::collections::BTreeMap;

use crate::failure::Fault;
use crate::verify::{Found, Since, sql};
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

/// What others than documents count in the table of series.
const NO_DOCUMENTS: &[&str] = &["journal_entry", "audit_log", "moment"];

/// Issued documents: numbers of a kind that differ in their last digits only are one series.
pub(super) fn documents(work: &mut Work<'_>) -> Result<Found, Fault> {
    let mut series: BTreeMap<(String, String), Series> = BTreeMap::new();
    let mut facts = 0;
    let mut odd = None;
    sql::each_issued_number(work, i64::MIN, |kind, number| {
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
        if NO_DOCUMENTS.contains(&kind.as_str()) {
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
    sql::each_entry_number(work, i64::MIN, |number| series.numbers.push(number))?;
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

/// The documents issued since: each series goes on where it stood. Where one kind is numbered in
/// more than one way all of them are looked at.
pub(super) fn documents_since(work: &mut Work<'_>, since: &Since<'_>) -> Result<Found, Fault> {
    let mut new: BTreeMap<String, (String, Vec<i64>)> = BTreeMap::new();
    let (mut facts, mut is_odd) = (0, false);
    sql::each_issued_number(work, since.first_id, |kind, number| {
        let stem = number.trim_end_matches(|sign: char| sign.is_ascii_digit());
        let last = number[stem.len()..].parse::<i64>();
        let series = new
            .entry(kind)
            .or_insert_with(|| (stem.to_owned(), Vec::new()));
        facts += 1;
        match last {
            Ok(last) if series.0 == stem => series.1.push(last),
            Ok(_) | Err(_) => is_odd = true,
        }
    })?;
    if is_odd {
        return documents(work);
    }
    for (kind, last) in sql::series(work)? {
        if NO_DOCUMENTS.contains(&kind.as_str()) {
            continue;
        }
        let (stem, numbers) = new.remove(&kind).unwrap_or_default();
        let problem = goes_on(numbers, since.given(&kind), last, &format!("{kind} {stem}"));
        if problem.is_some() {
            return Ok((facts, problem));
        }
    }
    let without = new.into_keys().next();
    let problem = without.map(|kind| format!("{kind} is numbered by no series"));
    Ok((facts, problem))
}

/// The entries made since.
pub(super) fn journal_since(work: &mut Work<'_>, since: &Since<'_>) -> Result<Found, Fault> {
    let mut numbers = Vec::new();
    sql::each_entry_number(work, since.first_id, |number| numbers.push(number))?;
    let facts = numbers.len() as i64;
    let series = sql::series(work)?;
    let last = series.into_iter().find(|(kind, _)| kind == "journal_entry");
    let last = last.map_or(0, |(_, last)| last);
    let given = since.given("journal_entry");
    Ok((facts, goes_on(numbers, given, last, "journal entry ")))
}

/// The first gap or twin among the numbers after `given`, up to `last`.
fn goes_on(mut numbers: Vec<i64>, given: i64, last: i64, stem: &str) -> Option<String> {
    numbers.retain(|number| given < *number);
    numbers.sort_unstable();
    for (number, expected) in numbers.iter().zip(given + 1..) {
        if *number != expected {
            return Some(if *number < expected {
                format!("{stem}{number} was given twice")
            } else {
                format!("{stem}{expected} is missing")
            });
        }
    }
    let count = numbers.len() as i64;
    (count != last - given).then(|| {
        format!(
            "the series of {} gave {} numbers, {count} have one",
            stem.trim_end(),
            last - given
        )
    })
}

#[cfg(test)]
mod tests {
    use super::goes_on;

    #[test]
    fn a_series_goes_on_where_it_stood() {
        let check = |numbers: &[i64], given, last| goes_on(numbers.to_vec(), given, last, "INV-");
        assert_eq!(check(&[], 7, 7), None);
        assert_eq!(check(&[9, 8], 7, 9), None);
        assert_eq!(check(&[7, 8], 7, 8), None, "what was there is known");
        assert_eq!(check(&[9], 7, 9).as_deref(), Some("INV-8 is missing"));
        assert_eq!(
            check(&[8, 8], 7, 9).as_deref(),
            Some("INV-8 was given twice")
        );
        assert!(check(&[8], 7, 9).is_some());
    }
}
