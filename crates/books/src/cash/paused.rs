//! A run that pauses: a server reads the books and decides all that waits but the last days before
//! anybody asks, so that the few lines that come then are decided at once.
//!
//! It is the run itself, held on its way. What comes later finds the matcher as the whole run
//! would find it at that place, and goes on from there; at the end everything that waits is looked
//! at again, as at the end of each run. It may go on only where nothing was written since but bank
//! lines of the last days and what decides about no money; then it is used up. In all other cases
//! the run begins anew: nothing is stored, and nothing rests on it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::calendar::Date;
use domain::cash::{Decision, Matcher, Payment};

use super::load::Names;
use super::units::{self, Desk, Late, Unit};
use super::{Ready, matcher, sql, told};
use crate::audit;
use crate::failure::Outcome;
use crate::remittances::Remittances;
use crate::work::Work;

/// So many days before the last booked line a run pauses: statements of several banks and
/// accounts come on different days.
const DAYS: i32 = 3;

/// Actions after which a run may go on.
const WEIGHTLESS: &[&str] = &[
    "bank_line.note",
    "code.",
    "delegation.",
    "import",
    "keys.",
    "openid.",
    "party.contact",
    "party.note",
    "password.",
    "person.",
    "role.",
    "session.",
    "token.",
    "webhook.",
];

/// The runs of this process that pause, by entity.
#[derive(Default)]
pub(crate) struct PausedRuns(Mutex<HashMap<i64, Place>>);

type Place = Arc<Mutex<Option<Paused>>>;

/// A run on its way.
struct Paused {
    /// The newest link of the audit log when the books were read, and its hash.
    link: (i64, String),
    matcher: Matcher,
    names: Names,
    remittances: Remittances,
    /// What was decided before the pause.
    decided: Vec<(Unit, Decision)>,
    /// Sums whose deposit file came since they were decided.
    late: Vec<Late>,
    /// The first day that was left.
    from: Date,
    /// The place of the last unit before that day.
    last: u64,
    /// Units booked from that day on, in their order.
    behind: Vec<Behind>,
}

/// A unit behind the pause.
struct Behind {
    line: i64,
    place: u64,
    /// It, where it waits.
    unit: Option<Unit>,
}

impl PausedRuns {
    fn of(&self, entity: i64) -> Place {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(entity).or_default())
    }
}

/// What is held; nothing of it where somebody broke off on the way.
fn hold(place: &Place) -> MutexGuard<'_, Option<Paused>> {
    place.lock().unwrap_or_else(|broken| {
        place.clear_poison();
        let mut held = broken.into_inner();
        *held = None;
        held
    })
}

/// Lets a run over all that waits begin, and pause before the last days, unless one pauses
/// already that may go on. Answers whether it had to.
pub fn begin(work: &mut Work<'_>) -> Outcome<bool> {
    let place = work.paused.of(work.entity_id());
    let mut held = hold(&place);
    if let Some(paused) = &*held
        && paused.may_go_on(work)?.is_some()
    {
        return Ok(false);
    }
    // What is of no use gives its memory back first.
    *held = None;
    if !sql::has_lines(work)? {
        return Ok(false);
    }
    *held = Some(Paused::begin(work)?);
    Ok(true)
}

/// Goes on with the run that pauses, if there is one and it may; else decides anew. One run of a
/// process at a time: it waits for one that is about to pause, and none begins beside it, for each
/// takes as much memory as the other.
pub(super) fn go_on(
    work: &mut Work<'_>,
    anew: impl FnOnce(&mut Work<'_>) -> Outcome<Ready>,
) -> Outcome<Ready> {
    let place = work.paused.of(work.entity_id());
    let mut held = hold(&place);
    if let Some(paused) = held.take()
        && let Some(ready) = paused.go_on(work)?
    {
        return Ok(ready);
    }
    anew(work)
}

impl Paused {
    fn begin(work: &mut Work<'_>) -> Outcome<Paused> {
        let link = audit::newest(work)?;
        let (documents, remittances, desk) = super::read(work, None)?;
        let Desk {
            waiting,
            settled,
            late,
        } = desk;
        let all = || waiting.iter().chain(&settled);
        let newest = all().map(|unit| unit.payment.booked).max();
        let from = newest.map_or(Date::MAX, |newest| {
            newest.saturating_sub(jiff::Span::new().days(DAYS))
        });
        let is_left = |unit: &Unit| from <= unit.payment.booked;
        let before = all().filter(|unit| !is_left(unit));
        let last = before.map(|unit| unit.payment.id).max().unwrap_or(0);
        let behind = |unit: &Unit| Behind {
            line: unit.line_id,
            place: unit.payment.id,
            unit: None,
        };
        let left = settled.iter().filter(|unit| is_left(unit));
        let mut behind: Vec<Behind> = left.map(behind).collect();
        let (mut matcher, names) = matcher(work, documents, &remittances, settled)?;
        let (left, early): (Vec<Unit>, Vec<Unit>) = waiting.into_iter().partition(is_left);
        behind.extend(left.into_iter().map(|unit| Behind {
            line: unit.line_id,
            place: unit.payment.id,
            unit: Some(unit),
        }));
        behind.sort_by_key(|one| one.place);
        let payments: Vec<&Payment> = early.iter().map(|unit| &*unit.payment).collect();
        let decisions = matcher.go_on(&payments);
        Ok(Paused {
            link,
            matcher,
            names,
            remittances,
            decided: early.into_iter().zip(decisions).collect(),
            late,
            from,
            last,
            behind,
        })
    }

    /// May the run go on with the books as they are now? Then the number of their newest link.
    fn may_go_on(&self, work: &mut Work<'_>) -> Outcome<Option<i64>> {
        if audit::sequence(work)? < self.link.0 {
            // It knows more than this work saw when it began.
            work.look_anew()?;
        }
        let until = audit::sequence(work)?;
        if audit::hash_at(work, self.link.0)?.as_ref() != Some(&self.link.1) {
            return Ok(None);
        }
        if until == self.link.0 {
            return Ok(Some(until));
        }
        let Some(reach) = audit::reach(work, self.link.0, until)? else {
            return Ok(None);
        };
        let actions = sql::actions_since(work, self.link.0)?;
        let weighs = |action: &String| !WEIGHTLESS.iter().any(|known| action.starts_with(known));
        let is_over = reach.names_changed
            || actions.iter().any(weighs)
            || sql::files_since(work, reach.first_id)?
            || sql::is_line_before(work, reach.first_id, self.from)?;
        Ok((!is_over).then_some(until))
    }

    fn go_on(mut self, work: &mut Work<'_>) -> Outcome<Option<Ready>> {
        let Some(sequence) = self.may_go_on(work)? else {
            return Ok(None);
        };
        let lines = sql::booked_lines(work, sql::Lines::From(self.from))?;
        let Some(rest) = self.rest(lines)? else {
            return Ok(None);
        };
        let payments: Vec<&Payment> = rest.iter().map(|unit| &*unit.payment).collect();
        let decisions = self.matcher.go_on(&payments);
        self.decided.extend(rest.into_iter().zip(decisions));
        let (units, mut decisions): (Vec<Unit>, Vec<Decision>) = self.decided.into_iter().unzip();
        let payments: Vec<&Payment> = units.iter().map(|unit| &*unit.payment).collect();
        self.matcher.end(&payments, &mut decisions);
        let ready = told(sequence, self.matcher, self.names, (units, decisions));
        Ok(Some(Ready {
            late: self.late,
            went_on: true,
            ..ready
        }))
    }

    /// What waits among the lines from the pause on, new lines at their places; nothing where
    /// those that were there do not stand as they did.
    fn rest(&mut self, lines: Vec<sql::LineRow>) -> Outcome<Option<Vec<Unit>>> {
        let known: HashSet<i64> = self.behind.iter().map(|one| one.line).collect();
        let mut behind = std::mem::take(&mut self.behind).into_iter().peekable();
        let mut last = self.last;
        let mut rest = Vec::new();
        for line in lines {
            if !known.contains(&line.id) {
                for mut unit in units::of_new_line(line, &self.remittances)? {
                    last += 1;
                    unit.payment.id = last;
                    rest.push(unit);
                }
                continue;
            }
            let mut is_there = false;
            while let Some(one) = behind.next_if(|one| one.line == line.id && last < one.place) {
                last = one.place;
                rest.extend(one.unit);
                is_there = true;
            }
            if !is_there {
                return Ok(None);
            }
        }
        Ok(behind.next().is_none().then_some(rest))
    }
}
