//! Statements of closing.

use domain::calendar::Date;

use crate::failure::Fault;
use crate::work::Work;

/// Was anything made since that counts on or before a day, or that may change how such things are
/// seen: a file taken, a decision about a bank line, a revaluation?
pub(super) fn has_moved(work: &mut Work<'_>, first_id: i64, until: Date) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM (
            SELECT id FROM journal_entry WHERE entity_id = $1 AND id >= $2 AND posted_on <= $3
            UNION ALL
            SELECT id FROM open_item WHERE entity_id = $1 AND id >= $2 AND opened_on <= $3
            UNION ALL
            SELECT id FROM application WHERE entity_id = $1 AND id >= $2 AND applied_on <= $3
            UNION ALL SELECT id FROM bank_line WHERE entity_id = $1 AND id >= $2
            UNION ALL SELECT id FROM cash_decision WHERE entity_id = $1 AND id >= $2
            UNION ALL SELECT id FROM revaluation WHERE entity_id = $1 AND id >= $2
            UNION ALL SELECT id FROM source_file WHERE entity_id = $1 AND id >= $2) moved",
        &[entity.into(), first_id.into(), until.into()],
    )?;
    Ok(0 < found)
}
