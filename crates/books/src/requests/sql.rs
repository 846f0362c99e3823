//! Statements of requests that were taken.

use crate::failure::Fault;
use crate::work::Work;

pub(super) fn answer(work: &mut Work<'_>, key: &str) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT answer FROM taken_request WHERE entity_id = $1 AND request_key = $2",
        &[entity.into(), key.into()],
        |row| row.text(0),
    )
}

pub(super) fn insert(work: &mut Work<'_>, key: &str, answer: &str) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "INSERT INTO taken_request (entity_id, request_key, answer, recorded_at)
         VALUES ($1, $2, $3, $4)",
        &[entity.into(), key.into(), answer.into(), now.into()],
    )?;
    Ok(())
}
