//! Reports that were asked before: kept until the books change.
//!
//! Every write leaves a link in the audit log, so the number of the newest link tells whether an
//! answer still holds.

use std::sync::{Arc, Mutex};

use books::reports::{Question, Report, Table};
use books::{Outcome, Work};

/// Answers kept at most.
const MOST: usize = 24;

struct Kept {
    key: String,
    sequence: i64,
    table: Arc<Table>,
}

/// The answers, the latest used last.
#[derive(Default)]
pub(crate) struct Cache {
    kept: Mutex<Vec<Kept>>,
}

impl Cache {
    /// The answer of a report, worked out only when the books changed since.
    pub(crate) fn report(
        &self,
        work: &mut Work<'_>,
        report: &Report,
        question: &Question,
    ) -> Outcome<Arc<Table>> {
        // What is kept was worked out for somebody else.
        books::reports::demand(work, report)?;
        let key = format!("{} {} {question:?}", work.entity().code, report.name);
        let sequence = books::audit::sequence(work)?;
        if let Ok(mut kept) = self.kept.lock()
            && let Some(place) = kept.iter().position(|kept| kept.key == key)
        {
            let found = kept.remove(place);
            if found.sequence == sequence {
                let table = Arc::clone(&found.table);
                kept.push(found);
                return Ok(table);
            }
        }
        let table = Arc::new((report.run)(work, question)?);
        if let Ok(mut kept) = self.kept.lock() {
            if MOST <= kept.len() {
                kept.remove(0);
            }
            kept.push(Kept {
                key,
                sequence,
                table: Arc::clone(&table),
            });
        }
        Ok(table)
    }
}
