//! Answers that were worked out before: kept until the books change.
//!
//! Every write leaves a link in the audit log, so the number of the newest link tells whether an
//! answer still holds. Of several who ask at once one works it out and the others wait for it.
//! What is worked out anew begins with the sums that are carried forward, not with a million facts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use books::access;
use books::cash::queue::Place;
use books::certificates::{self, Tax};
use books::reports::lists::{self, Ask, Found, List, Page};
use books::reports::{Carried, Question, Report, Table, Window};
use books::short_pays::{self, Undecided};
use books::{Outcome, Work};
use domain::access::{Area, Verb};
use domain::calendar::Date;

/// Answers kept at most.
const MOST: usize = 24;

/// What one question was answered with; the number is that of the newest link then.
type Answer<T> = Arc<Mutex<Option<(i64, Arc<T>)>>>;

/// The answers, the latest used last.
#[derive(Default)]
pub(crate) struct Cache {
    reports: Kept<Table>,
    queues: Kept<Vec<Place>>,
    undecided: Kept<Undecided>,
    awaited: Kept<Vec<Tax>>,
    pages: Kept<Page>,
    /// What is carried forward, by the code of the entity.
    carried: Mutex<BTreeMap<String, Arc<Carried>>>,
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
        books::reports::demand(work, report, question)?;
        let key = format!("{} {} {question:?}", work.entity().code, report.name);
        let carried = self.carried(work);
        self.reports
            .answer(work, key, |work| carried.report(work, report, question))
    }

    /// Some rows of the aging by document.
    pub(crate) fn aging_by_document(
        &self,
        work: &mut Work<'_>,
        question: &Question,
        start: usize,
        most: usize,
    ) -> Outcome<Window> {
        self.carried(work)
            .aging_by_document(work, question, start, most)
    }

    /// Parties and documents that a text means.
    pub(crate) fn search(&self, work: &mut Work<'_>, text: &str) -> Outcome<Vec<Found>> {
        self.carried(work).search(work, text)
    }

    /// Reads what pages ask for, before somebody waits for it.
    pub(crate) fn warm_up(&self, work: &mut Work<'_>) -> Outcome<()> {
        self.carried(work).warm_up(work)
    }

    fn carried(&self, work: &Work<'_>) -> Arc<Carried> {
        let mut all = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(work.entity().code.clone()).or_default())
    }

    /// The queue at the cash desk.
    pub(crate) fn queue(&self, work: &mut Work<'_>) -> Outcome<Arc<Vec<Place>>> {
        // As above: it was worked out for somebody else.
        access::demand(work, Area::Cash, Verb::See, None)?;
        let key = work.entity().code.clone();
        let carried = self.carried(work);
        self.queues.answer(work, key, |work| carried.waiting(work))
    }
}

impl Cache {
    /// How many short-pays nobody has decided about, on a day.
    pub(crate) fn undecided(&self, work: &mut Work<'_>, on: Date) -> Outcome<Undecided> {
        let key = format!("{} {on}", work.entity().code);
        let find = |work: &mut Work<'_>| short_pays::undecided(work, on);
        Ok(*self.undecided.answer(work, key, find)?)
    }

    /// Tax withheld that no certificate covers; the first so many have their documents.
    pub(crate) fn awaited(
        &self,
        work: &mut Work<'_>,
        on: Date,
        most: usize,
    ) -> Outcome<Arc<Vec<Tax>>> {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let key = format!("{} {on} {most}", work.entity().code);
        let find = |work: &mut Work<'_>| certificates::awaited(work, on, most);
        self.awaited.answer(work, key, find)
    }

    /// A page of a list that everybody may see.
    pub(crate) fn page(
        &self,
        work: &mut Work<'_>,
        list: &'static List,
        limit: i64,
    ) -> Outcome<Arc<Page>> {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let ask = Ask {
            limit: Some(limit),
            ..Ask::default()
        };
        let key = format!("{} {} {limit}", work.entity().code, list.name);
        let find = |work: &mut Work<'_>| lists::page(work, list, &ask);
        self.pages.answer(work, key, find)
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
