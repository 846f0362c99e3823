//! Periods: months that are open until closed and closed until reopened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals;
use crate::close;
use crate::failure::{Fault, Outcome};
use crate::ledger::sql;
use crate::work::Work;

/// Why something is refused because of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeriodRefusal {
    /// The day lies in a closed period.
    Closed {
        /// The period.
        period: String,
        /// The day.
        day: Date,
    },
    /// It is closed, or open, already.
    Unchanged {
        /// The period.
        period: String,
    },
    /// The text names no month.
    NotAPeriod {
        /// What stood there.
        text: String,
    },
    /// Reopening needs a reason.
    NoReason {
        /// The period.
        period: String,
    },
}

impl fmt::Display for PeriodRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeriodRefusal::Closed { period, day } => {
                write!(
                    out,
                    "Period {period} is closed; nothing can be posted on {day}."
                )
            }
            PeriodRefusal::Unchanged { period } => write!(out, "Period {period} is so already."),
            PeriodRefusal::NotAPeriod { text } => write!(out, "`{text}` is no period."),
            PeriodRefusal::NoReason { period } => {
                write!(out, "Period {period} needs a reason to be reopened.")
            }
        }
    }
}

impl Refusal for PeriodRefusal {
    fn code(&self) -> &'static str {
        match self {
            PeriodRefusal::Closed { .. } => "period_closed",
            PeriodRefusal::Unchanged { .. } => "period_unchanged",
            PeriodRefusal::NotAPeriod { .. } => "not_a_period",
            PeriodRefusal::NoReason { .. } => "reason_missing",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            PeriodRefusal::Closed { .. } => "post in a later period, or reopen this one".into(),
            PeriodRefusal::Unchanged { .. } => "nothing to do".into(),
            PeriodRefusal::NotAPeriod { .. } => "write it like 2026-01".into(),
            PeriodRefusal::NoReason { .. } => "give one with --reason".into(),
        })
    }
}

/// The period of a day, as stored: `2026-01`.
pub fn period_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Refuses days that lie in closed periods. The gate holds off a close until the work commits.
pub(crate) fn require_open(work: &mut Work<'_>, days: &BTreeSet<Date>) -> Outcome<()> {
    work.gate()?;
    let closed = closed(work)?;
    for day in days {
        let period = period_of(*day);
        if closed.contains(&period) {
            return Err(PeriodRefusal::Closed { period, day: *day }.into());
        }
    }
    Ok(())
}

/// The periods whose latest fact is a close.
pub fn closed(work: &mut Work<'_>) -> Result<BTreeSet<String>, Fault> {
    let mut closed = BTreeSet::new();
    for (period, action) in sql::period_events(work)? {
        if action == "closed" {
            closed.insert(period);
        } else {
            closed.remove(&period);
        }
    }
    Ok(closed)
}

/// A period that was ever closed, by its latest fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeriodState {
    /// The period.
    pub period: String,
    /// Is it closed now?
    pub is_closed: bool,
    /// Who closed or reopened it last.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Every period that was ever closed, in order.
pub fn list(work: &mut Work<'_>) -> Outcome<Vec<PeriodState>> {
    let mut latest = BTreeMap::new();
    for state in sql::period_states(work)? {
        latest.insert(state.period.clone(), state);
    }
    Ok(latest.into_values().collect())
}

/// The months of the books and whether each is closed, the latest first: from the first posting
/// to today or the last one.
pub fn all(work: &mut Work<'_>, today: Date) -> Outcome<Vec<(String, bool)>> {
    let closed = closed(work)?;
    let (first, last) = sql::first_and_last_posting(work)?.unwrap_or((today, today));
    let mut known = closed.clone();
    let (mut year, mut month) = (first.year(), first.month());
    let last = last.max(today);
    while (year, month) <= (last.year(), last.month()) && known.len() < 1_200 {
        known.insert(format!("{year:04}-{month:02}"));
        (year, month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
    }
    let all = known.into_iter().rev();
    Ok(all
        .map(|period| {
            let is_closed = closed.contains(&period);
            (period, is_closed)
        })
        .collect())
}

/// Closes a period when its checks hold: from now on nothing is posted into it.
pub fn close(work: &mut Work<'_>, period: &str) -> Outcome<()> {
    may_change(work, period, "closed")?;
    let checks = close::require(work, period)?;
    let shown: Vec<Json> = checks
        .iter()
        .map(|check| json!({ "check": check.name, "found": check.found }))
        .collect();
    record(work, period, "closed", "", json!({ "checks": shown }))
}

/// Closes a period although checks fail, as others approved.
pub(crate) fn close_despite(
    work: &mut Work<'_>,
    period: &str,
    reason: &str,
    failed: &Json,
) -> Outcome<()> {
    may_change(work, period, "closed")?;
    let detail = json!({ "reason": reason, "despite": failed });
    record(work, period, "closed", reason, detail)
}

/// Opens a closed period again, for a reason that stays in the audit log.
pub fn reopen(work: &mut Work<'_>, period: &str, reason: &str) -> Outcome<()> {
    if reason.trim().is_empty() {
        return Err(PeriodRefusal::NoReason {
            period: period.to_owned(),
        }
        .into());
    }
    if !work.has_warrant(Area::Periods) {
        access::demand(work, Area::Periods, Verb::Do, None)?;
        approvals::require_none(work, Area::Periods, 1)?;
    }
    may_change(work, period, "reopened")?;
    let detail = json!({ "reason": reason });
    record(work, period, "reopened", reason, detail)
}

/// Refuses what is no period, who may not change it, and what is so already.
fn may_change(work: &mut Work<'_>, period: &str, action: &'static str) -> Outcome<()> {
    close::parse(period)?;
    if !work.has_warrant(Area::Periods) {
        access::demand(work, Area::Periods, Verb::Do, None)?;
    }
    work.gate()?;
    let is_closed = closed(work)?.contains(period);
    if is_closed == (action == "closed") {
        return Err(PeriodRefusal::Unchanged {
            period: period.to_owned(),
        }
        .into());
    }
    Ok(())
}

fn record(
    work: &mut Work<'_>,
    period: &str,
    action: &'static str,
    reason: &str,
    detail: Json,
) -> Outcome<()> {
    sql::insert_period_event(work, period, action, reason)?;
    let name = if action == "closed" {
        "period.close"
    } else {
        "period.reopen"
    };
    work.note(name, period, detail);
    Ok(())
}
