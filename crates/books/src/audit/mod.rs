//! The audit log: one link for each write, each hash over the link before it and over the facts
//! that were written.

mod facts;
mod sql;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::failure::{Fault, Outcome};
use crate::reports::lists::{self, Ask};
use crate::reports::{Cell, Table};
use crate::work::Work;

pub(crate) use facts::{sum_of, unchanged, whole_of};

/// A link that waits for its place in the chain.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) action: &'static str,
    pub(crate) subject: String,
    pub(crate) detail: Json,
    pub(crate) reason: String,
}

/// Where the chain begins.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The newest link, as it stands while the gate is held.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) sequence: i64,
    pub(crate) hash: String,
    /// The latest moment of whoever held the gate before, in microseconds.
    pub(crate) moment: i64,
    /// The last id that they made.
    pub(crate) last_id: i64,
}

/// Locks the chain until the work commits, and reads its newest link.
pub(crate) fn lock(work: &mut Work<'_>) -> Result<Head, Fault> {
    sql::lock_head(work)
}

/// Appends the noted links. The last thing a write does.
pub(crate) fn write(work: &mut Work<'_>) -> Outcome<()> {
    let links = work.take_links();
    let mut facts = work.connection.sums().text();
    if links.is_empty() {
        debug_assert!(facts.is_empty(), "facts without a link: {facts}");
        return Ok(());
    }
    let last = links.len();
    let head = work.head()?;
    let (mut sequence, mut previous) = (head.sequence, head.hash.clone());
    let now = work.now();
    let mut rows = Vec::with_capacity(links.len());
    for (place, link) in links.into_iter().enumerate() {
        sequence += 1;
        let is_last = place + 1 == last;
        let row = sql::LinkRow {
            sequence,
            recorded_at: now,
            actor: work.context.actor.clone(),
            door: work.context.door.to_owned(),
            action: link.action.to_owned(),
            subject: link.subject,
            detail: link.detail.to_string(),
            reason: link.reason,
            facts: if is_last {
                std::mem::take(&mut facts)
            } else {
                String::new()
            },
            previous_hash: previous.clone(),
            hash: String::new(),
        };
        let hash = hash_of(&row);
        previous.clone_from(&hash);
        rows.push(sql::LinkRow { hash, ..row });
    }
    sql::insert(work, &rows)?;
    sql::insert_reach(work, sequence, rows.len())?;
    sql::leave(work, &head)?;
    Ok(())
}

/// Walks the chain; returns the number of links and the first that is broken, if any.
pub(crate) fn walk(work: &mut Work<'_>) -> Result<(i64, Option<String>), Fault> {
    walk_since(work, 0, GENESIS)
}

/// Walks the links after one that has the hash.
pub(crate) fn walk_since(
    work: &mut Work<'_>,
    since: i64,
    hash: &str,
) -> Result<(i64, Option<String>), Fault> {
    let mut previous = hash.to_owned();
    let mut expected = since;
    let mut broken = None;
    sql::each(work, since, |row| {
        expected += 1;
        if broken.is_none() {
            if row.sequence != expected {
                broken = Some(format!("link {expected} is missing"));
            } else if row.previous_hash != previous || row.hash != hash_of(&row) {
                broken = Some(format!(
                    "link {} does not hash to its successor",
                    row.sequence
                ));
            }
        }
        previous = row.hash;
        Ok(())
    })?;
    Ok((expected - since, broken))
}

/// The newest link and its hash.
pub(crate) fn newest(work: &mut Work<'_>) -> Result<(i64, String), Fault> {
    sql::newest(work)
}

/// The hash of a link; none where there is no such link.
pub(crate) fn hash_at(work: &mut Work<'_>, sequence: i64) -> Result<Option<String>, Fault> {
    if sequence == 0 {
        return Ok(Some(GENESIS.to_owned()));
    }
    sql::hash_at(work, sequence)
}

/// The number of the newest link: it moves with every write.
pub fn sequence(work: &mut Work<'_>) -> Result<i64, Fault> {
    sql::sequence(work)
}

/// What the writes after a link may have reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Reach {
    /// They made no id below this one.
    pub(crate) first_id: i64,
    /// Parties came or got other names.
    pub(crate) names_changed: bool,
}

/// What the writes after link `since` up to link `until` may have reached; none where one of them
/// did not tell, so that everything has to be read.
pub(crate) fn reach(work: &mut Work<'_>, since: i64, until: i64) -> Result<Option<Reach>, Fault> {
    sql::reach(work, since, until)
}

/// The newest links, for people.
pub fn latest(work: &mut Work<'_>, limit: i64) -> Outcome<Vec<Json>> {
    Ok(sql::latest(work, limit)?
        .into_iter()
        .map(|row| {
            json!({
                "sequence": row.sequence, "recorded_at": row.recorded_at.to_string(),
                "actor": row.actor, "door": row.door, "action": row.action,
                "subject": row.subject, "detail": row.detail, "reason": row.reason,
            })
        })
        .collect())
}

/// Some links drawn for an auditor's test, and what they were drawn from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// How many links the filters leave.
    pub population: usize,
    /// The links, in the order of the chain.
    pub table: Table,
    /// What is wrong with the chain; nothing where it is whole.
    pub broken: Option<String>,
    /// How many links the chain has.
    pub links: i64,
}

/// The log as a table: what the filters leave, in the order of the chain.
pub fn table(work: &mut Work<'_>, filters: &[(String, String)]) -> Outcome<Table> {
    let list = lists::find("audit").ok_or_else(|| Fault::new("the audit log is not listed"))?;
    let ask = Ask {
        filters: filters.to_vec(),
        ..Ask::default()
    };
    let mut rows = lists::every(work, list, &ask)?;
    rows.reverse();
    let mut table = Table::new("Audit log".to_owned(), list.columns);
    table.rows = rows;
    Ok(table)
}

/// Draws `size` links of what the filters leave. The draw is fixed by the seed: each link is
/// ranked by the SHA-256 of seed and hash, and the first of the rank are taken, so that anybody
/// can draw the same sample again and nobody chooses what is in it. The chain is walked, too.
pub fn sample(
    work: &mut Work<'_>,
    filters: &[(String, String)],
    seed: u64,
    size: usize,
) -> Outcome<Sample> {
    let mut table = table(work, filters)?;
    let population = table.rows.len();
    let mut ranked: Vec<(Vec<u8>, Vec<Cell>)> = table
        .rows
        .drain(..)
        .map(|row| {
            let mut hasher = Sha256::new();
            hasher.update(seed.to_be_bytes());
            hasher.update(row.last().map(ToString::to_string).unwrap_or_default());
            (hasher.finalize().to_vec(), row)
        })
        .collect();
    ranked.sort_by(|one, other| one.0.cmp(&other.0));
    ranked.truncate(size);
    table.rows = ranked.into_iter().map(|(_, row)| row).collect();
    table.rows.sort_by_key(|row| match row.first() {
        Some(Cell::Count(sequence)) => *sequence,
        _ => 0,
    });
    table.title = format!("Audit log, {size} of {population} links, seed {seed}");
    let (links, broken) = walk(work)?;
    Ok(Sample {
        population,
        table,
        broken,
        links,
    })
}

fn hash_of(row: &sql::LinkRow) -> String {
    let mut hasher = Sha256::new();
    let at = row.recorded_at.as_microsecond().to_string();
    let sequence = row.sequence.to_string();
    for part in [
        &row.previous_hash,
        &sequence,
        &at,
        &row.actor,
        &row.door,
        &row.action,
        &row.subject,
        &row.detail,
        &row.reason,
        &row.facts,
    ] {
        // Lengths keep two fields from trading a letter between them.
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            text
        })
}
