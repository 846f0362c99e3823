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
