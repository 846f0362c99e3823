//! Statements of remittances.

use domain::calendar::Date;
use jiff::tz::TimeZone;

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
        |row| {
            Ok(FileRow {
                id: row.int(0)?,
                name: row.text(1)?,
                received_on: row.at(2)?.to_zoned(TimeZone::UTC).date(),
                content: row.bytes(3)?,
            })
        },
    )
}
