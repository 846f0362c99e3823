//! Statements of remittances.

use std::cmp::Reverse;

use domain::calendar::Date;
use domain::ids::LineId;
use domain::money::Money;
use jiff::tz::TimeZone;

use super::{AdviceKey, JoinedLine};
use crate::db::{Row, Value};
use crate::failure::{Fault, Outcome};
use crate::imports::currency;
use crate::reports::lists::{self, Ask};
use crate::work::Work;

/// A stored file.
pub(super) struct FileRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) received_on: Date,
    pub(super) content: Vec<u8>,
}

pub(super) fn files(work: &mut Work<'_>) -> Result<Vec<FileRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, name, recorded_at, content FROM source_file
         WHERE entity_id = $1 AND purpose = 'remittances' AND content IS NOT NULL ORDER BY id",
        &[entity.into()],
        file,
    )
}

/// The files that are stored, by their identities.
pub(super) fn file_ids(work: &mut Work<'_>) -> Result<Vec<i64>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id FROM source_file
         WHERE entity_id = $1 AND purpose = 'remittances' AND content IS NOT NULL ORDER BY id",
        &[entity.into()],
        |row| row.int(0),
    )
}

/// The files of a page, the newest first.
pub(super) fn files_asked(work: &mut Work<'_>, ask: &Ask, most: usize) -> Outcome<Vec<i64>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let (sql, values) = lists::statement(work, &lists::REMITTANCE_FILES, ask, most)?;
    Ok(work.rows(&sql, &values, |row| row.int(0))?)
}

/// The files whose name is this, or ends in it after that of a folder; on SQLite whatever the case.
pub(super) fn files_named(work: &mut Work<'_>, name: &str) -> Result<Vec<i64>, Fault> {
    let entity = work.entity_id();
    let end = lists::as_it_is(name);
    let (slash, backslash) = (format!("%/{end}"), format!("%\\\\{end}"));
    work.rows(
        "SELECT id FROM source_file
         WHERE entity_id = $1 AND purpose = 'remittances' AND content IS NOT NULL
           AND (name = $2 OR name LIKE $3 ESCAPE '\\' OR name LIKE $4 ESCAPE '\\')
         ORDER BY id DESC",
        &[
            entity.into(),
            name.into(),
            (&*slash).into(),
            (&*backslash).into(),
        ],
        |row| row.int(0),
    )
}

/// Stored files by their identities, the newest first.
pub(super) fn files_of(work: &mut Work<'_>, ids: &[i64]) -> Result<Vec<FileRow>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = ids.iter().map(|id| Value::Int(*id)).collect();
    let mut files = Vec::with_capacity(ids.len());
    work.connection.each_in(
        "SELECT id, name, recorded_at, content FROM source_file
         WHERE entity_id = $1 AND purpose = 'remittances' AND content IS NOT NULL
           AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            files.push(file(row)?);
            Ok(())
        },
    )?;
    files.sort_unstable_by_key(|file| Reverse(file.id));
    Ok(files)
}

fn file(row: &Row<'_>) -> Result<FileRow, Fault> {
    Ok(FileRow {
        id: row.int(0)?,
        name: row.text(1)?,
        received_on: row.at(2)?.to_zoned(TimeZone::UTC).date(),
        content: row.bytes(3)?,
    })
}

/// The bank lines whose standing decision rests on an advice of these files.
pub(super) fn joined_lines(
    work: &mut Work<'_>,
    files: &[i64],
) -> Result<Vec<(AdviceKey, JoinedLine)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = files.iter().map(|id| Value::Int(*id)).collect();
    let mut lines = Vec::new();
    work.connection.each_in(
        "SELECT l.id, l.booked_on, d.amount, d.currency, d.outcome, d.unit, d.advice_file_id,
           d.advice_place
         FROM cash_decision d
         JOIN bank_line l ON l.entity_id = d.entity_id AND l.id = d.line_id
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND n.id IS NULL AND d.advice_file_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let key = AdviceKey {
                file: row.int(6)?,
                place: row.int(7)?,
            };
            lines.push((key, line(row)?));
            Ok(())
        },
    )?;
    lines.sort_by(|(_, one), (_, other)| {
        (one.booked_on, one.line, &one.unit).cmp(&(other.booked_on, other.line, &other.unit))
    });
    Ok(lines)
}

/// Booked lines of some sums, in minor units, each with what became of it.
pub(super) fn lines_of_sums(
    work: &mut Work<'_>,
    mut sums: Vec<i64>,
) -> Result<Vec<JoinedLine>, Fault> {
    let entity = work.entity_id();
    sums.sort_unstable();
    sums.dedup();
    let keys: Vec<Value<'_>> = sums.into_iter().map(Value::Int).collect();
    let mut lines = Vec::new();
    work.connection.each_in(
        "SELECT l.id, l.booked_on, l.amount, l.currency, COALESCE((SELECT MAX(d.outcome)
             FROM cash_decision d WHERE d.entity_id = l.entity_id AND d.line_id = l.id
               AND NOT EXISTS (SELECT 1 FROM cash_decision n
                 WHERE n.entity_id = d.entity_id AND n.replaces_id = d.id)), ''), ''
         FROM bank_line l
         WHERE l.entity_id = $1 AND l.status = 'booked' AND l.amount IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            lines.push(line(row)?);
            Ok(())
        },
    )?;
    Ok(lines)
}

fn line(row: &Row<'_>) -> Result<JoinedLine, Fault> {
    Ok(JoinedLine {
        line: LineId(row.int(0)?),
        booked_on: row.date(1)?,
        amount: Money::new(row.int(2)?, currency(&row.text(3)?)?),
        outcome: row.text(4)?,
        unit: row.text(5)?,
    })
}
