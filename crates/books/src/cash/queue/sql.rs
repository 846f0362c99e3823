//! The statements of the queue. Lines are told by their day and id, so that pages go by an index.
//!
//! What only names things is joined from the left, so that no engine begins with it: SQLite began
//! with the few bank accounts and read every line of theirs.

use domain::calendar::Date;
use domain::ids::LineId;

use super::Place;
use crate::cash::desk::DeskLine;
use crate::cash::sql::desk_line;
use crate::db::Value;
use crate::failure::Fault;
use crate::work::Work;

/// Decisions that stand and leave something to do.
pub(super) fn decided(work: &mut Work<'_>) -> Result<Vec<Place>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT l.booked_on, d.line_id, d.unit, d.outcome
         FROM cash_decision d
         JOIN bank_line l ON l.entity_id = d.entity_id AND l.id = d.line_id
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND d.outcome IN ('proposed', 'waiting', 'held')
           AND n.id IS NULL AND l.status = 'booked' AND l.detail_count = 0",
        &[entity.into()],
        |row| {
            Ok(Place {
                booked_on: row.date(0)?,
                line: LineId(row.int(1)?),
                unit: row.text(2)?,
                outcome: row.text(3)?,
            })
        },
    )
}

/// Lines about which nothing was decided yet.
pub(super) fn undecided(work: &mut Work<'_>) -> Result<Vec<Place>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT l.booked_on, l.id FROM bank_line l
         WHERE l.entity_id = $1 AND l.status = 'booked' AND l.detail_count = 0
           AND NOT EXISTS (SELECT 1 FROM cash_decision d
                           WHERE d.entity_id = l.entity_id AND d.line_id = l.id)",
        &[entity.into()],
        |row| {
            Ok(Place {
                booked_on: row.date(0)?,
                line: LineId(row.int(1)?),
                unit: String::new(),
                outcome: "new".to_owned(),
            })
        },
    )
}

/// The lines of these places, with all their units.
pub(super) fn lines(work: &mut Work<'_>, places: &[Place]) -> Result<Vec<DeskLine>, Fault> {
    let entity = work.entity_id();
    let mut keys: Vec<i64> = places.iter().map(|place| place.line.0).collect();
    keys.dedup();
    let keys: Vec<Value<'_>> = keys.into_iter().map(Value::Int).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        "SELECT l.id, COALESCE(d.unit, ''), l.booked_on, a.code,
           COALESCE(d.entry_ref, l.reference), COALESCE(d.amount, l.amount), l.currency,
           l.payer_name, COALESCE(d.outcome, 'new'), COALESCE(p.code, ''),
           COALESCE(d.confidence, 0), COALESCE(d.reason, '')
         FROM bank_line l
         LEFT JOIN bank_account a ON a.entity_id = l.entity_id AND a.id = l.bank_account_id
         LEFT JOIN cash_decision d ON d.entity_id = l.entity_id AND d.line_id = l.id
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE l.entity_id = $1 AND n.id IS NULL AND l.id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.push(desk_line(row)?);
            Ok(())
        },
    )?;
    Ok(found)
}

/// The day on which a line was booked.
pub(super) fn day_of(work: &mut Work<'_>, line: i64) -> Result<Option<Date>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT booked_on FROM bank_line WHERE entity_id = $1 AND id = $2",
        &[entity.into(), line.into()],
        |row| row.date(0),
    )
}

/// Lines from the latest on, or those after one.
pub(super) fn latest(
    work: &mut Work<'_>,
    after: Option<(Date, i64, String)>,
    limit: i64,
) -> Result<Vec<DeskLine>, Fault> {
    let entity = work.entity_id();
    let (day, line, unit) = after.unwrap_or((Date::MAX, i64::MAX, String::new()));
    // The lines of the page first, one more as the first may be shown already: an engine that
    // joins everything before it takes the latest reads every line.
    work.rows(
        "SELECT l.id, COALESCE(d.unit, ''), l.booked_on, a.code,
           COALESCE(d.entry_ref, l.reference), COALESCE(d.amount, l.amount), l.currency,
           l.payer_name, COALESCE(d.outcome, 'new'), COALESCE(p.code, ''),
           COALESCE(d.confidence, 0), COALESCE(d.reason, '')
         FROM (SELECT o.entity_id, o.id, o.bank_account_id, o.booked_on, o.reference, o.amount,
               o.currency, o.payer_name
             FROM bank_line o
             WHERE o.entity_id = $1 AND o.status = 'booked' AND o.detail_count = 0
               AND o.booked_on <= $2 AND (o.booked_on < $3 OR o.id <= $4)
             ORDER BY o.booked_on DESC, o.id DESC LIMIT $5) l
         LEFT JOIN bank_account a ON a.entity_id = l.entity_id AND a.id = l.bank_account_id
         LEFT JOIN cash_decision d ON d.entity_id = l.entity_id AND d.line_id = l.id
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE n.id IS NULL AND (l.id <> $6 OR COALESCE(d.unit, '') > $7)
         ORDER BY l.booked_on DESC, l.id DESC, COALESCE(d.unit, '') LIMIT $8",
        &[
            entity.into(),
            day.into(),
            day.into(),
            line.into(),
            limit.saturating_add(1).into(),
            line.into(),
            unit.as_str().into(),
            limit.into(),
        ],
        desk_line,
    )
}
