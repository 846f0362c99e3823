//! Closed periods: nothing recorded between a close and the next reopening counts in them.

use crate::failure::Fault;
use crate::verify::{Found, Since, sql};
use crate::work::Work;

/// Entries, items and applications dated in a period while it was closed.
pub(super) fn closed_stay_closed(work: &mut Work<'_>) -> Result<Found, Fault> {
    let entity = work.entity_id();
    let facts = work.count(sql::DATED, &[entity.into()])?;
    // Most books close few periods or none; then there is nothing to compare a million dates with.
    if work.count(sql::CLOSES, &[entity.into()])? == 0 {
        return Ok((facts, None));
    }
    let problem = work.row(sql::INTO_CLOSED, &[entity.into()], |row| row.text(0))?;
    Ok((facts, problem))
}

/// Of those made since alone.
pub(super) fn closed_stay_closed_since(
    work: &mut Work<'_>,
    made: &Since<'_>,
) -> Result<Found, Fault> {
    let params = [work.entity_id().into(), made.first_id.into()];
    let text = |sql: &str| sql::of_new(sql).unwrap_or_else(|| sql.to_owned());
    let facts = work.count(&text(sql::DATED), &params)?;
    let problem = work.row(&text(sql::INTO_CLOSED), &params, |row| row.text(0))?;
    Ok((facts, problem))
}
