//! Earlier applications, made by people in another system: what matching learns from.

use std::collections::HashSet;

use formats::exchange::history;

use crate::failure::Outcome;
use crate::imports::{ImportReport, Source, sql};
use crate::work::Work;

/// Rows written in one go.
const CHUNK: usize = 20_000;

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    report: &mut ImportReport,
) -> Outcome<()> {
    let known: HashSet<String> = sql::known_keys(work, sql::PAST_KEYS)?;
    let mut fresh = Vec::new();
    for row in history(source.reader()?) {
        let row = match row {
            Ok((_, row)) => row,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        let number = row
            .document
            .as_ref()
            .map_or("", |document| document.number.as_str());
        // Within one file equal rows are two payments' worth of work; across files they are one.
        let key = format!("{}|{number}|{}", row.payment_id, row.kind.word());
        if known.contains(&key) {
            report.already_known += 1;
            continue;
        }
        report.accepted += 1;
        fresh.push(row);
        if fresh.len() == CHUNK {
            sql::insert_history(work, &fresh)?;
            fresh.clear();
        }
    }
    sql::insert_history(work, &fresh)?;
    Ok(())
}
