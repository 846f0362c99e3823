//! How sure cash application is of what it posts: each ground with what was known beforehand and
//! what earlier payments of this book said of it, as the last run found it.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::failure::{Fault, Outcome};
use crate::reports::table::{Column, count, percent, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("ground"),
    percent("known_percent"),
    count("tried"),
    count("right"),
    percent("confidence_percent"),
];

/// The report of the last run of cash application up to a day. `$1` entity, `$2` as of.
const LAST_RUN: &str = "SELECT report FROM run
    WHERE entity_id = $1 AND kind = 'cash' AND counted_on <= $2 ORDER BY id DESC LIMIT 1";

/// Runs the report.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let entity = work.entity_id();
    let parameters = [entity.into(), question.as_of.into()];
    let found = work.rows(LAST_RUN, &parameters, |row| row.text(0))?;
    let report = found.first().map(|text| serde_json::from_str(text));
    let report: Json = report
        .transpose()
        .map_err(|error| Fault::new(format!("the report of a run is no JSON: {error}")))?
        .unwrap_or_default();
    let grounds = report["confidences"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let rows = grounds.iter().map(|ground| {
        vec![
            Cell::from(ground["ground"].as_str().unwrap_or_default()),
            share(&ground["known"]),
            Cell::Count(ground["tried"].as_i64().unwrap_or_default()),
            Cell::Count(ground["right"].as_i64().unwrap_or_default()),
            share(&ground["confidence"]),
        ]
    });
    Ok(Table {
        title: format!("Confidence of cash application {}", question.as_of),
        columns: COLUMNS.to_vec(),
        rows: rows.collect(),
    })
}

/// Ten-thousandths as a percentage.
fn share(value: &Json) -> Cell {
    let value = value.as_i64().unwrap_or_default();
    Cell::Percent(Decimal::new(value, 2))
}
