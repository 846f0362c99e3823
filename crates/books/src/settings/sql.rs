//! Statements of settings.

use crate::db::{Table, table};
use crate::failure::Fault;
use crate::work::Work;

const SETTING: Table = table!("setting": entity_id Int, name Text, content Text);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&SETTING];

pub(super) fn get(work: &mut Work<'_>, name: &str) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT content FROM setting WHERE entity_id = $1 AND name = $2",
        &[entity.into(), name.into()],
        |row| row.text(0),
    )
}

pub(super) fn put(work: &mut Work<'_>, name: &str, content: &str) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.change(&SETTING, "name", &[name.into()], |work| {
        work.execute(
            "INSERT INTO setting (entity_id, name, content) VALUES ($1, $2, $3)
             ON CONFLICT (entity_id, name) DO UPDATE SET content = excluded.content",
            &[entity.into(), name.into(), content.into()],
        )?;
        Ok(())
    })
}
