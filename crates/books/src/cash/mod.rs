//! Cash application: bank lines that wait are matched, posted where that is sure, and proposed
//! or left waiting with their reasons where it is not.
//!
//! One run over all lines that wait: `preview` decides and writes nothing; `commit` posts and
//! keeps every decision with its evidence. A second commit changes nothing.

mod ahead;
mod back;
pub mod desk;
pub mod export;
mod held;
mod kept;
mod late;
mod load;
mod locks;
mod own;
mod parted;
mod past;
mod paused;
mod post;
pub mod queue;
mod record;
pub mod replay;
pub(crate) mod sql;
pub mod tolerances;
mod units;

use std::collections::{BTreeMap, HashSet};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::cash::{Decision, GroundConfidence, Matcher, Outcome as Decided, Payment};
use domain::ids::RunId;
use serde_json::json;

use crate::access;
use crate::audit;
use crate::cash::held::Said;
use crate::cash::load::{Documents, Loaded, Names};
use crate::db::Db;
use crate::failure::Outcome;
use crate::remittances::Remittances;
use crate::work::{Context, Work};

pub use ahead::Ready;
pub(crate) use paused::PausedRuns;
pub use paused::begin;
pub(crate) use units::Unit;
use units::{Desk, Late};

/// What a run did, or would do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CashRun {
    /// The run, when it was committed and decided anything.
    pub run: Option<RunId>,
    /// Lines looked at: every payment that waited.
    pub looked_at: u64,
    /// What became of them.
    pub outcomes: BTreeMap<&'static str, Count>,
    /// Why lines wait, with how many.
    pub reasons: BTreeMap<String, u64>,
    /// Decisions that are new or differ from the last.
    pub changed: u64,
    /// Payments posted as told by the matcher but refused by the books, with the reason.
    pub refused: Vec<String>,
    /// Payments left to the next run, because something about them was written meanwhile.
    pub left: u64,
    /// How sure it was of what it posts, ground by ground.
    pub confidences: Vec<GroundConfidence>,
    /// Whether it went on with a run that paused.
    pub went_on: bool,
}

/// How many payments and how much money, by currency in minor units.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Payments.
    pub payments: u64,
    /// Money by currency, signed minor units.
    pub amounts: BTreeMap<String, i64>,
}

/// How often a run decides before it takes the gate, where others write meanwhile.
const ROUNDS: u32 = 2;

/// Runs cash application over the lines that wait, booked on or before a day.
///
/// With `commit` unset nothing is written: it shows what would happen and why.
pub fn apply(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    as_of: Option<Date>,
    commit: bool,
) -> Outcome<CashRun> {
    if !commit {
        return db.read(context, entity, |work| {
            let ready = look(work, as_of)?;
            Ok(ready.report())
        });
    }
    let mut whole = CashRun::default();
    let mut only: Option<HashSet<UnitKey>> = None;
    for round in 0.. {
        // The last round decides within the gate, so that it leaves nothing.
        let mut ready = None;
        if round < ROUNDS {
            ready = Some(db.read(context, entity, |work| self::ready(work, as_of))?);
        }
        let mut left = HashSet::new();
        let done = db.write(context, entity, |work| {
            let may_leave = round < ROUNDS;
            let (report, rest) =
                commit_within(work, as_of, ready.take(), only.as_ref(), may_leave)?;
            left = rest;
            Ok(report)
        })?;
        whole.add(done);
        if left.is_empty() {
            break;
        }
        only = Some(left);
    }
    whole.left = 0;
    Ok(whole)
}

/// Decides what a work that is about to begin will commit.
pub fn ready(work: &mut Work<'_>, as_of: Option<Date>) -> Outcome<Ready> {
    access::demand(work, Area::Cash, Verb::Do, None)?;
    look(work, as_of)
}

/// Decides about every line that waits, by the run that pauses if that may go on. Only for work
/// that writes nothing: the run that pauses does not see what is not committed.
fn look(work: &mut Work<'_>, as_of: Option<Date>) -> Outcome<Ready> {
    match as_of {
        None => paused::go_on(work, |work| decide(work, None)),
        Some(_) => decide(work, as_of),
    }
}

/// Runs cash application within a work that commits it with everything else: what was decided
/// before the gate, as far as it still holds. What does not is left to the next run.
pub fn apply_within(
    work: &mut Work<'_>,
    as_of: Option<Date>,
    ready: Option<Ready>,
) -> Outcome<CashRun> {
    Ok(commit_within(work, as_of, ready, None, false)?.0)
}

/// A bank line, and which item of a deposit.
type UnitKey = (i64, String);

/// Posts and keeps what was decided, and answers what has to be decided anew. Where nothing of
/// it may be used, all is left if `may_leave`, or else decided within the gate.
fn commit_within(
    work: &mut Work<'_>,
    as_of: Option<Date>,
    ready: Option<Ready>,
    only: Option<&HashSet<UnitKey>>,
    may_leave: bool,
) -> Outcome<(CashRun, HashSet<UnitKey>)> {
    access::demand(work, Area::Cash, Verb::Do, None)?;
    // Two runs at once would both find the same lines waiting.
    work.gate()?;
    let mut left = HashSet::new();
    let mut usable = None;
    if let Some(mut ready) = ready {
        ready.keep(only);
        let all: Vec<UnitKey> = ready.keys().collect();
        if ready.bring_up(work)? {
            let kept: HashSet<UnitKey> = ready.keys().collect();
            left.extend(all.into_iter().filter(|key| !kept.contains(key)));
            usable = Some(ready);
        } else if may_leave && !all.is_empty() {
            return Ok((CashRun::default(), all.into_iter().collect()));
        }
    }
    let mut ready = match usable {
        Some(ready) => ready,
        None => decide_some(work, as_of, only)?,
    };
    let late = ready.take_late();
    if !late.is_empty() && late::take_apart(work, &late)? {
        ready = decide(work, as_of)?;
        ready.keep_with(only, &late);
    }
    let mut report = ready.report();
    report.left = left.len() as u64;
    record::write(work, &ready.names, ready.decided, &mut report)?;
    Ok((report, left))
}

fn decide_some(
    work: &mut Work<'_>,
    as_of: Option<Date>,
    only: Option<&HashSet<UnitKey>>,
) -> Outcome<Ready> {
    let mut ready = decide(work, as_of)?;
    ready.keep(only);
    Ok(ready)
}

/// Decides about every line that waits. Writes nothing.
fn decide(work: &mut Work<'_>, as_of: Option<Date>) -> Outcome<Ready> {
    let sequence = audit::sequence(work)?;
    let (documents, remittances, desk) = read(work, as_of)?;
    let Desk {
        waiting: units,
        settled,
        late,
    } = desk;
    if units.is_empty() {
        return Ok(Ready {
            sequence,
            ..Ready::default()
        });
    }
    let (mut matcher, names) = matcher(work, documents, &remittances, settled)?;
    let payments: Vec<&Payment> = units.iter().map(|unit| &*unit.payment).collect();
    let decisions = matcher.run(&payments);
    let ready = told(sequence, matcher, names, (units, decisions));
    Ok(Ready { late, ..ready })
}

/// What a run reads first: the documents, and beside them what payers and banks told.
fn read(work: &mut Work<'_>, as_of: Option<Date>) -> Outcome<(Documents, Remittances, Desk)> {
    let (documents, (remittances, desk)) = work.both(load::documents, |work| {
        let remittances = crate::remittances::load(work)?;
        let desk = units::desk(work, &remittances, as_of)?;
        Ok((remittances, desk))
    })?;
    Ok((documents, remittances, desk))
}

/// A matcher that knows the books, with what these settled units show.
fn matcher(
    work: &mut Work<'_>,
    documents: Documents,
    remittances: &Remittances,
    settled: Vec<Unit>,
) -> Outcome<(Matcher, Names)> {
    let Loaded {
        book,
        advices,
        mut names,
    } = load::book(work, documents, remittances, settled)?;
    let mut matcher = Matcher::new(book);
    names.said = Said::of_advices(&advices);
    matcher.add_advices(advices);
    Ok((matcher, names))
}

/// What a matcher decided, with all that is needed to keep it.
fn told(
    sequence: i64,
    matcher: Matcher,
    mut names: Names,
    (units, decisions): (Vec<Unit>, Vec<Decision>),
) -> Ready {
    names.keep_numbers(&matcher, &decisions);
    names.said.keep(&decisions);
    let confidences = matcher.confidences();
    // What a large book takes is given back beside what follows.
    std::thread::spawn(move || drop(matcher));
    Ready {
        sequence,
        names,
        decided: units.into_iter().zip(decisions).collect(),
        confidences,
        late: Vec::new(),
        went_on: false,
    }
}

impl Ready {
    /// What would happen.
    fn report(&self) -> CashRun {
        let mut report = CashRun {
            looked_at: self.decided.len() as u64,
            confidences: self.confidences.clone(),
            went_on: self.went_on,
            ..CashRun::default()
        };
        for (unit, decision) in &self.decided {
            count(&mut report, unit, decision);
        }
        report
    }

    /// Keeps only some units, where they are named.
    fn keep(&mut self, only: Option<&HashSet<UnitKey>>) {
        if let Some(only) = only {
            self.decided
                .retain(|(unit, _)| only.contains(&(unit.line_id, unit.unit.clone())));
        }
    }

    /// Keeps only some units, where they are named, and the payments of sums that were taken apart.
    fn keep_with(&mut self, only: Option<&HashSet<UnitKey>>, late: &[Late]) {
        let Some(only) = only else { return };
        let mut only = only.clone();
        let parts = late.iter().flat_map(|one| &one.parts);
        only.extend(parts.map(|part| (part.line_id, part.unit.clone())));
        self.keep(Some(&only));
    }

    /// The sums to be taken apart, of those that were decided and that nobody touched since.
    fn take_late(&mut self) -> Vec<Late> {
        let mut late = std::mem::take(&mut self.late);
        if !late.is_empty() {
            let keys: HashSet<UnitKey> = self.keys().collect();
            late.retain(|one| keys.contains(&(one.whole.line_id, one.whole.unit.clone())));
        }
        late
    }

    fn keys(&self) -> impl Iterator<Item = UnitKey> {
        let units = self.decided.iter().map(|(unit, _)| unit);
        units.map(|unit| (unit.line_id, unit.unit.clone()))
    }
}

impl CashRun {
    /// Adds what a further round did with the lines that the one before had left.
    fn add(&mut self, other: CashRun) {
        self.run = self.run.or(other.run);
        self.looked_at += other.looked_at;
        self.changed += other.changed;
        for (word, count) in other.outcomes {
            let own = self.outcomes.entry(word).or_default();
            own.payments += count.payments;
            for (currency, minor) in count.amounts {
                *own.amounts.entry(currency).or_default() += minor;
            }
        }
        for (reason, payments) in other.reasons {
            *self.reasons.entry(reason).or_default() += payments;
        }
        self.refused.extend(other.refused);
        self.confidences = other.confidences;
        self.went_on |= other.went_on;
    }
}

fn count(report: &mut CashRun, unit: &Unit, decision: &Decision) {
    let count = report
        .outcomes
        .entry(outcome_word(decision.outcome))
        .or_default();
    count.payments += 1;
    let currency = unit.payment.amount.currency().code().to_owned();
    *count.amounts.entry(currency).or_default() += unit.payment.amount.minor();
    if !decision.waits.is_empty() {
        *report.reasons.entry(decision.waits.clone()).or_default() += 1;
    }
}

/// The word under which an outcome is stored and shown.
pub(crate) fn outcome_word(outcome: Decided) -> &'static str {
    match outcome {
        Decided::Posted => "applied",
        Decided::Proposed => "proposed",
        Decided::Waiting => "waiting",
        Decided::NotCustomerCash(_) => "not_customer_cash",
    }
}

/// The note of a run in the audit log.
pub(crate) fn note(work: &mut Work<'_>, run: RunId, report: &CashRun) {
    let outcomes: serde_json::Map<String, serde_json::Value> = report
        .outcomes
        .iter()
        .map(|(word, count)| ((*word).to_owned(), json!(count.payments)))
        .collect();
    let detail =
        json!({ "looked_at": report.looked_at, "changed": report.changed, "outcomes": outcomes });
    work.note("cash.apply", run.to_string(), detail);
}
