//! What is left to look at when everything was looked at before: the facts made since.
//!
//! Facts are never changed, so what held of those that were there holds. A later write made no
//! fact with an id below [`Since::first_id`]; what it made, and the items that it touched, are
//! looked at again. Whoever changes facts behind the books' back is found by looking at them all.

use std::collections::BTreeMap;

use crate::audit;
use crate::failure::Fault;
use crate::verify::sql;
use crate::work::Work;

/// How the books stood when all promises were recomputed.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    /// The newest link of the audit log.
    pub(crate) sequence: i64,
    /// Its hash.
    hash: String,
    /// The last number that each series had given.
    given: BTreeMap<String, i64>,
}

impl Stand {
    /// How they stand now.
    pub(crate) fn now(work: &mut Work<'_>) -> Result<Stand, Fault> {
        let (sequence, hash) = audit::newest(work)?;
        let given = sql::series(work)?.into_iter().collect();
        Ok(Stand {
            sequence,
            hash,
            given,
        })
    }
}

/// What has been made since then.
pub(crate) struct Since<'a> {
    /// How the books stood.
    pub(super) stand: &'a Stand,
    /// No fact made since has an id below this one.
    pub(crate) first_id: i64,
}

impl<'a> Since<'a> {
    /// What has been made since; none where a write did not tell what it may have reached.
    pub(crate) fn of(work: &mut Work<'_>, stand: &'a Stand) -> Result<Option<Since<'a>>, Fault> {
        let until = audit::sequence(work)?;
        let reach = audit::reach(work, stand.sequence, until)?;
        Ok(reach.map(|reach| Since {
            stand,
            first_id: reach.first_id,
        }))
    }

    /// Has nothing been written since?
    pub(crate) fn is_nothing(&self, work: &mut Work<'_>) -> Result<bool, Fault> {
        Ok(audit::sequence(work)? == self.stand.sequence)
    }

    /// The last number that a series had given.
    pub(super) fn given(&self, series: &str) -> i64 {
        self.stand.given.get(series).copied().unwrap_or(0)
    }

    /// Walks the links made since.
    pub(super) fn walk(&self, work: &mut Work<'_>) -> Result<super::Found, Fault> {
        audit::walk_since(work, self.stand.sequence, &self.stand.hash)
    }
}

/// A statement of the checks over the facts made since `$2` alone; none where it has no place
/// that tells them and is asked whole.
pub(super) fn of_new(sql: &str) -> Option<String> {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    let mut is_told = false;
    while let Some(start) = rest.find("/*") {
        let end = start + rest[start..].find("*/")?;
        let condition = match rest[start + 2..end].split_once(' ') {
            Some(("new", column)) => format!(" AND {column} >= $2"),
            Some(("touched", column)) => format!(" AND {column} IN ({TOUCHED})"),
            Some(_) | None => rest[start..end + 2].to_owned(),
        };
        is_told |= condition.starts_with(' ');
        text.push_str(&rest[..start]);
        text.push_str(&condition);
        rest = &rest[end + 2..];
    }
    text.push_str(rest);
    is_told.then_some(text)
}

/// Items opened, applied or valued since `$2`.
const TOUCHED: &str = "SELECT id FROM open_item WHERE entity_id = $1 AND id >= $2
    UNION SELECT debit_item_id FROM application WHERE entity_id = $1 AND id >= $2
    UNION SELECT credit_item_id FROM application WHERE entity_id = $1 AND id >= $2
    UNION SELECT item_id FROM item_valuation WHERE entity_id = $1 AND entry_id >= $2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_facts_are_told_by_their_id() {
        let whole = "SELECT id FROM run WHERE entity_id = $1/*new run.id*/ ORDER BY id/*lock*/";
        let new = "SELECT id FROM run WHERE entity_id = $1 AND run.id >= $2 ORDER BY id/*lock*/";
        assert_eq!(of_new(whole).as_deref(), Some(new));
        assert_eq!(of_new("SELECT id FROM run WHERE entity_id = $1"), None);
        let touched = of_new("SELECT id FROM run WHERE entity_id = $1/*touched i.id*/");
        assert!(touched.is_some_and(|text| text.contains("AND i.id IN (SELECT id FROM open_item")));
    }
}
