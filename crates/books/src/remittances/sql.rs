//! Statements of remittances.

use domain::calendar::Date;
use jiff::tz::TimeZone;

use crate::db::{Row, Value};
use crate::failure::Fault;
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

/// Stored files by their identities.
pub(super) fn files_of(work: &mut Work<'_>, ids: &[i64]) -> Result<Vec<FileRow>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = ids.iter().map(|id| Value::Int(*id)).collect();
    let mut files = Vec::with_capacity(ids.len());
    work.connection.each_in(
        "SELECT id, name, recorded_at, content FROM source_file
         WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            files.push(file(row)?);
            Ok(())
        },
    )?;
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
