//! Statements of what was written since a run decided.

use std::collections::{BTreeSet, HashSet};

use domain::calendar::Date;
use domain::ids::PartyId;

use crate::failure::Fault;
use crate::work::Work;

/// What was done after a link of the audit log.
pub(in crate::cash) fn actions_since(
    work: &mut Work<'_>,
    sequence: i64,
) -> Result<BTreeSet<String>, Fault> {
    let entity = work.entity_id();
    let found = work.rows(
        "SELECT DISTINCT action FROM audit_log WHERE entity_id = $1 AND sequence > $2",
        &[entity.into(), sequence.into()],
        |row| row.text(0),
    )?;
    Ok(found.into_iter().collect())
}

/// Was a file taken that is no bank statement?
pub(in crate::cash) fn files_since(work: &mut Work<'_>, first_id: i64) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM source_file
         WHERE entity_id = $1 AND id >= $2 AND purpose <> 'statements'",
        &[entity.into(), first_id.into()],
    )?;
    Ok(0 < found)
}

/// Are there bank lines?
pub(in crate::cash) fn has_lines(work: &mut Work<'_>) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let first = work.row(
        "SELECT id FROM bank_line WHERE entity_id = $1 LIMIT 1",
        &[entity.into()],
        |row| row.int(0),
    )?;
    Ok(first.is_some())
}

/// Did a line come that is booked before a day?
pub(in crate::cash) fn is_line_before(
    work: &mut Work<'_>,
    first_id: i64,
    day: Date,
) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM bank_line WHERE entity_id = $1 AND id >= $2 AND booked_on < $3",
        &[entity.into(), first_id.into(), day.into()],
    )?;
    Ok(0 < found)
}

/// The lines about which somebody decided.
pub(in crate::cash) fn lines_since(
    work: &mut Work<'_>,
    first_id: i64,
) -> Result<HashSet<i64>, Fault> {
    let entity = work.entity_id();
    let found = work.rows(
        "SELECT line_id FROM cash_decision WHERE entity_id = $1 AND id >= $2",
        &[entity.into(), first_id.into()],
        |row| row.int(0),
    )?;
    Ok(found.into_iter().collect())
}

/// Whose items were opened or settled, and the documents of those that were settled.
pub(in crate::cash) fn items_since(
    work: &mut Work<'_>,
    first_id: i64,
) -> Result<(HashSet<PartyId>, HashSet<i64>), Fault> {
    let entity = work.entity_id();
    let (mut parties, mut documents) = (HashSet::new(), HashSet::new());
    work.connection.each(
        "SELECT party_id, document_id FROM open_item WHERE entity_id = $1 AND id >= $2
         UNION
         SELECT i.party_id, i.document_id FROM application a
         JOIN open_item i ON i.entity_id = a.entity_id AND i.id = a.debit_item_id
         WHERE a.entity_id = $1 AND a.id >= $2
         UNION
         SELECT i.party_id, i.document_id FROM application a
         JOIN open_item i ON i.entity_id = a.entity_id AND i.id = a.credit_item_id
         WHERE a.entity_id = $1 AND a.id >= $2",
        &[entity.into(), first_id.into()],
        |row| {
            parties.extend(row.opt_int(0)?.map(PartyId));
            documents.insert(row.int(1)?);
            Ok(())
        },
    )?;
    Ok((parties, documents))
}
