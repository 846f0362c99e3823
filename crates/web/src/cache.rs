//! Answers that were worked out before: kept until the books change.
//!
//! Every write leaves a link in the audit log, so the number of the newest link tells whether an
//! answer still holds. Of several who ask at once one works it out and the others wait for it.

use std::sync::{Arc, Mutex, PoisonError};

use books::access;
use books::cash::queue::{self, Place};
use books::reports::{Question, Report, Table};
use books::{Outcome, Work};
use domain::access::{Area, Verb};

/// Answers kept at most.
const MOST: usize = 24;

/// What one question was answered with; the number is that of the newest link then.
type Answer<T> = Arc<Mutex<Option<(i64, Arc<T>)>>>;

/// The answers, the latest used last.
#[derive(Default)]
pub(crate) struct Cache {
    reports: Kept<Table>,
    queues: Kept<Vec<Place>>,
}

impl Cache {
    /// The answer of a report.
    pub(crate) fn report(
        &self,
        work: &mut Work<'_>,
        report: &Report,
        question: &Question,
    ) -> Outcome<Arc<Table>> {
        // What is kept was worked out for somebody else.
        books::reports::demand(work, report)?;
        let key = format!("{} {} {question:?}", work.entity().code, report.name);
        self.reports
            .answer(work, key, |work| (report.run)(work, question))
    }

    /// The queue at the cash desk.
    pub(crate) fn queue(&self, work: &mut Work<'_>) -> Outcome<Arc<Vec<Place>>> {
        // As above: it was worked out for somebody else.
        access::demand(work, Area::Cash, Verb::See, None)?;
        let key = work.entity().code.clone();
        self.queues.answer(work, key, queue::waiting)
    }
}

struct Kept<T>(Mutex<Vec<(String, Answer<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(Mutex::default())
    }
}

impl<T> Kept<T> {
    fn answer(
        &self,
        work: &mut Work<'_>,
        key: String,
        find: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<Arc<T>> {
        let place = self.place(key);
        // Whoever broke off while holding it left the answer as it was.
        let mut kept = place.lock().unwrap_or_else(PoisonError::into_inner);
        let sequence = books::audit::sequence(work)?;
        if let Some((known_at, answer)) = &*kept
            && *known_at == sequence
        {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(find(work)?);
        *kept = Some((sequence, Arc::clone(&answer)));
        Ok(answer)
    }

    /// The place of a question, which is now the latest used.
    fn place(&self, key: String) -> Answer<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().position(|(known, _)| *known == key);
        let place = match found {
            Some(at) => all.remove(at).1,
            None => Answer::default(),
        };
        if MOST <= all.len() {
            all.remove(0);
        }
        all.push((key, Arc::clone(&place)));
        place
    }
}
