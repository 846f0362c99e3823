//! Statements of the audit log.

use jiff::Timestamp;

use crate::audit::{GENESIS, Head, Reach};
use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::work::Work;

const AUDIT_LOG: Table = table!("audit_log": entity_id Int, sequence Int, recorded_at At, actor Text,
    door Text, action Text, subject Text, detail Text, reason Text, facts Text, previous_hash Text,
    hash Text);

pub(super) struct LinkRow {
    pub(super) sequence: i64,
    pub(super) recorded_at: Timestamp,
    pub(super) actor: String,
    pub(super) door: String,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) detail: String,
    pub(super) reason: String,
    /// How many rows of facts the write added, and the sums of their hashes.
    pub(super) facts: String,
    pub(super) previous_hash: String,
    pub(super) hash: String,
}

/// Locks the chain's row, so that works queue up, and reads the newest link.
pub(super) fn lock_head(work: &mut Work<'_>) -> Result<Head, Fault> {
    let entity = work.entity_id();
    let marks = work.rows(
        "SELECT next FROM number_series WHERE entity_id = $1 AND kind IN ('audit_log', 'moment')
         ORDER BY kind/*lock*/",
        &[entity.into()],
        |row| row.int(0),
    )?;
    let mut marks = marks.into_iter();
    let (last_id, moment) = (marks.next().unwrap_or(0), marks.next().unwrap_or(0));
    let (sequence, hash) = newest(work)?;
    Ok(Head {
        sequence,
        hash,
        moment,
        last_id,
    })
}

/// The newest link and its hash.
pub(super) fn newest(work: &mut Work<'_>) -> Result<(i64, String), Fault> {
    let entity = work.entity_id();
    let link = work.row(
        "SELECT sequence, hash FROM audit_log WHERE entity_id = $1
         ORDER BY sequence DESC LIMIT 1",
        &[entity.into()],
        |row| Ok((row.int(0)?, row.text(1)?)),
    )?;
    Ok(link.unwrap_or((0, GENESIS.to_owned())))
}

/// The hash of a link.
pub(super) fn hash_at(work: &mut Work<'_>, sequence: i64) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT hash FROM audit_log WHERE entity_id = $1 AND sequence = $2",
        &[entity.into(), sequence.into()],
        |row| row.text(0),
    )
}

/// Leaves the last id and the moment of this work at the gate, for the next to follow.
pub(super) fn leave(work: &mut Work<'_>, head: &Head) -> Result<(), Fault> {
    let entity = work.entity_id();
    let last_id = work.ids.last().max(head.last_id);
    let moment = work.now().as_microsecond().max(head.moment);
    work.execute(
        "UPDATE number_series SET next = CASE kind WHEN 'audit_log'
           THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END
         WHERE entity_id = $3 AND kind IN ('audit_log', 'moment')",
        &[last_id.into(), moment.into(), entity.into()],
    )?;
    Ok(())
}

pub(super) fn sequence(work: &mut Work<'_>) -> Result<i64, Fault> {
    let entity = work.entity_id();
    work.count(
        "SELECT COALESCE(MAX(sequence), 0) FROM audit_log WHERE entity_id = $1",
        &[entity.into()],
    )
}

/// Leaves what this work may have reached, under the number of its last link.
pub(super) fn insert_reach(work: &mut Work<'_>, sequence: i64, links: usize) -> Result<(), Fault> {
    let entity = work.entity_id();
    let (first_id, names_changed) = work.reach();
    work.execute(
        "INSERT INTO audit_reach (entity_id, sequence, links, first_id, names_changed)
         VALUES ($1, $2, $3, $4, $5)",
        &[
            entity.into(),
            sequence.into(),
            (links as i64).into(),
            first_id.into(),
            i64::from(names_changed).into(),
        ],
    )?;
    Ok(())
}

pub(super) fn reach(work: &mut Work<'_>, since: i64, until: i64) -> Result<Option<Reach>, Fault> {
    let entity = work.entity_id();
    let found = work.row(
        "SELECT CAST(COALESCE(SUM(links), 0) AS BIGINT), COALESCE(MIN(first_id), 0),
           COALESCE(MAX(names_changed), 0)
         FROM audit_reach WHERE entity_id = $1 AND sequence > $2 AND sequence <= $3",
        &[entity.into(), since.into(), until.into()],
        |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
    )?;
    Ok(found.and_then(|(links, first_id, names_changed)| {
        (links == until - since).then_some(Reach {
            first_id,
            names_changed: names_changed == 1,
        })
    }))
}

pub(super) fn insert(work: &mut Work<'_>, rows: &[LinkRow]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = rows.iter().map(|row| {
        vec![
            entity.into(),
            row.sequence.into(),
            row.recorded_at.into(),
            (&row.actor).into(),
            (&row.door).into(),
            (&row.action).into(),
            (&row.subject).into(),
            (&row.detail).into(),
            (&row.reason).into(),
            (&row.facts).into(),
            (&row.previous_hash).into(),
            (&row.hash).into(),
        ]
    });
    work.connection.insert(&AUDIT_LOG, rows)?;
    Ok(())
}

const COLUMNS: &str = "sequence, recorded_at, actor, door, action, subject, detail, reason,
    facts, previous_hash, hash";

/// The links after one, in order.
pub(super) fn each(
    work: &mut Work<'_>,
    since: i64,
    mut take: impl FnMut(LinkRow) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE entity_id = $1 AND sequence > $2 ORDER BY sequence"
    );
    let entity = work.entity_id();
    work.connection
        .each(&sql, &[entity.into(), since.into()], |row| take(read(row)?))
}

/// Every row of a table, with the columns by which it is written.
pub(super) fn each_of(
    work: &mut Work<'_>,
    table: &Table,
    take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.connection
        .each(&all_columns(table), &[entity.into()], take)
}

/// Some rows of a table, named by one of their columns.
pub(super) fn some_of(
    work: &mut Work<'_>,
    table: &Table,
    (key, keys): (&str, &[Value<'_>]),
    take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let sql = format!("{} AND {key} IN (/*keys*/)", all_columns(table));
    let entity = work.entity_id();
    work.connection.each_in(&sql, &[entity.into()], keys, take)
}

/// The columns of an entity's rows. The entity comes first in every table.
fn all_columns(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let entity = names.first().copied().unwrap_or("entity_id");
    let names = names.join(", ");
    format!("SELECT {names} FROM {} WHERE {entity} = $1", table.name)
}

pub(super) fn latest(work: &mut Work<'_>, limit: i64) -> Result<Vec<LinkRow>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE entity_id = $1 ORDER BY sequence DESC LIMIT $2"
    );
    let entity = work.entity_id();
    work.rows(&sql, &[entity.into(), limit.into()], read)
}

fn read(row: &Row<'_>) -> Result<LinkRow, Fault> {
    Ok(LinkRow {
        sequence: row.int(0)?,
        recorded_at: row.at(1)?,
        actor: row.text(2)?,
        door: row.text(3)?,
        action: row.text(4)?,
        subject: row.text(5)?,
        detail: row.text(6)?,
        reason: row.text(7)?,
        facts: row.text(8)?,
        previous_hash: row.text(9)?,
        hash: row.text(10)?,
    })
}
