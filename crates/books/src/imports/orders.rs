//! Orders and proforma invoices: what prepayments quote.

use std::collections::HashSet;

use formats::exchange::orders;

use crate::failure::Outcome;
use crate::imports::{ImportReport, Source, sql};
use crate::work::Work;

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    report: &mut ImportReport,
) -> Outcome<()> {
    let mut known: HashSet<String> = sql::known_keys(work, sql::ORDER_NUMBERS)?;
    let mut fresh = Vec::new();
    for row in orders(source.reader()?) {
        match row {
            Ok((_, row)) if known.insert(row.order_number.clone()) => {
                report.accepted += 1;
                fresh.push(row);
            }
            Ok(_) => report.already_known += 1,
            Err(problem) => report.problems.push(problem),
        }
    }
    sql::insert_orders(work, &fresh)?;
    Ok(())
}
