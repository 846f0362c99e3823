//! Exchange rates by day. Opening items that were carried at zero for want of a rate are valued
//! as soon as there is one, against the opening balance.

use std::collections::HashMap;

use formats::Problem;
use formats::exchange::rates;

use crate::failure::Outcome;
use crate::imports::{ImportReport, Source, sql};
use crate::work::Work;

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    report: &mut ImportReport,
) -> Outcome<()> {
    let mut known: HashMap<String, String> = sql::rate_keys(work)?;
    let mut fresh = Vec::new();
    for row in rates(source.reader()?) {
        let (line, row) = match row {
            Ok(found) => found,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        let key = format!("{}|{}|{}", row.on, row.from, row.to);
        let rate = row.rate.normalize().to_string();
        match known.get(&key) {
            None => {
                known.insert(key, rate);
                report.accepted += 1;
                fresh.push(row);
            }
            Some(there) if *there == rate => report.already_known += 1,
            Some(there) => report.problems.push(Problem::error(
                format!("row {line}, column rate"),
                format!("{key} is {there} in the books; a rate that was used is not replaced"),
            )),
        }
    }
    sql::insert_rates(work, &fresh)?;
    let valued = crate::rates::value_opening_items(work)?;
    if 0 < valued {
        report.notes.push(format!(
            "{valued} opening items were valued in {}",
            work.functional()
        ));
    }
    Ok(())
}
