//! Cash application: bank lines that wait are matched, posted where that is sure, and proposed
//! or left waiting with their reasons where it is not.
//!
//! One run over all lines that wait: `preview` decides and writes nothing; `commit` posts and
//! keeps every decision with its evidence. A second commit changes nothing.

pub mod desk;
pub mod export;
mod load;
mod post;
pub mod queue;
mod record;
pub mod replay;
pub(crate) mod sql;
mod units;

use std::collections::BTreeMap;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::cash::{Decision, GroundConfidence, Matcher, Outcome as Decided, Payment};
use domain::ids::RunId;
use serde_json::json;

use crate::access;
use crate::cash::load::Loaded;
use crate::db::Db;
use crate::failure::Outcome;
use crate::work::{Context, Work};

pub(crate) use units::Unit;

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
    /// How sure it was of what it posts, ground by ground.
    pub confidences: Vec<GroundConfidence>,
}

/// How many payments and how much money, by currency in minor units.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Payments.
    pub payments: u64,
    /// Money by currency, signed minor units.
    pub amounts: BTreeMap<String, i64>,
}

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
    if commit {
        db.write(context, entity, |work| run(work, as_of, true))
    } else {
        db.read(context, entity, |work| run(work, as_of, false))
    }
}

/// Runs cash application within a work that commits it with everything else.
pub fn apply_within(work: &mut Work<'_>, as_of: Option<Date>) -> Outcome<CashRun> {
    run(work, as_of, true)
}

fn run(work: &mut Work<'_>, as_of: Option<Date>, commit: bool) -> Outcome<CashRun> {
    let mut report = CashRun::default();
    if commit {
        access::demand(work, Area::Cash, Verb::Do, None)?;
        // Two runs at once would both find the same lines waiting.
        work.gate()?;
    }
    let remittances = crate::remittances::load(work)?;
    let units::Desk {
        waiting: units,
        settled,
    } = units::desk(work, &remittances, as_of)?;
    report.looked_at = units.len() as u64;
    if units.is_empty() {
        return Ok(report);
    }
    let Loaded {
        book,
        advices,
        mut names,
    } = load::book(work, &remittances, settled)?;
    let mut matcher = Matcher::new(book);
    matcher.add_advices(advices);
    let payments: Vec<&Payment> = units.iter().map(|unit| &unit.payment).collect();
    let decisions = matcher.run(&payments);
    report.confidences = matcher.confidences();
    names.keep_numbers(&matcher, &decisions);
    drop(matcher);
    let decided: Vec<(Unit, Decision)> = units.into_iter().zip(decisions).collect();
    for (unit, decision) in &decided {
        count(&mut report, unit, decision);
    }
    if commit {
        record::write(work, &names, decided, &mut report)?;
    }
    Ok(report)
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
