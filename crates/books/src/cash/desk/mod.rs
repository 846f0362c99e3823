//! The cash desk: what waits and why, and what a person decides about a line.
//!
//! Everything a person does is a new decision that replaces the one that stood; the matcher
//! learns from it at the next run and leaves the line alone.

mod decide;
mod divide;
mod kept;
mod refusal;
mod undo;

pub use decide::{accept, apply, apply_or_ask, assign, foresee_apply, left_over};
pub use divide::{Division, OnAccount, Part, TAKEN, Taken};
pub(crate) use kept::amount_of;
pub use refusal::{DeskRefusal, InPart};
pub use undo::{release, undo};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{LineId, NoteId};
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::access;
use crate::cash::sql;
use crate::cash::units::{self, Unit};
use crate::failure::Outcome;
use crate::parties;
use crate::work::Work;

/// An application that a decision would make, by the numbers of its documents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForeseenApplication {
    /// The day it would count.
    pub on: Date,
    /// The number of the document with the debit item.
    pub debit: String,
    /// The number of the document with the credit item.
    pub credit: String,
    /// What it would take off the debit item.
    pub debit_amount: Money,
    /// What it would take off the credit item.
    pub credit_amount: Money,
    /// Would it take another application back?
    pub undoes: bool,
}

/// One line of the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskLine {
    /// The bank line.
    pub line: LineId,
    /// Which item of a deposit; empty for the line itself.
    pub unit: String,
    /// The day it was booked.
    pub booked_on: Date,
    /// Which of our bank accounts.
    pub account: String,
    /// The bank's reference.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// Who paid, as the bank says.
    pub payer: String,
    /// `new`, `proposed`, `waiting`, `held`, `on_account`, `applied`, …
    pub outcome: String,
    /// Whose money it is, where that is known.
    pub party: String,
    /// How sure the best proposal is, in millionths.
    pub confidence: i64,
    /// Why it waits.
    pub reason: String,
}

impl DeskLine {
    /// How it is named: `line_…`, with `.` and the unit of a deposit.
    pub fn name(&self) -> String {
        line_name(self.line, &self.unit)
    }
}

/// `line_…`, with `.` and the unit of a deposit.
pub(crate) fn line_name(line: LineId, unit: &str) -> String {
    if unit.is_empty() {
        line.to_string()
    } else {
        format!("{line}.{unit}")
    }
}

/// The lines of the desk: those that wait, or all.
pub fn lines(work: &mut Work<'_>, all: bool) -> Outcome<Vec<DeskLine>> {
    let mut lines = sql::desk_lines(work)?;
    let waits = |line: &DeskLine| {
        matches!(
            line.outcome.as_str(),
            "new" | "proposed" | "waiting" | "held"
        )
    };
    if !all {
        lines.retain(waits);
    }
    Ok(lines)
}

/// Everything about one line: what the bank said, what was decided, why, the alternatives, and what
/// people noted.
pub fn show(work: &mut Work<'_>, line: &str) -> Outcome<Json> {
    let (id, unit) = parse_line(line)?;
    let facts = sql::line_facts(work, id)?;
    let facts = facts.ok_or_else(|| DeskRefusal::UnknownLine {
        line: line.to_owned(),
    })?;
    let decisions = sql::decisions_of(work, id, &unit)?;
    let notes = parties::notes_on_line(work, LineId(id))?;
    Ok(json!({ "line": facts, "decisions": decisions, "notes": notes }))
}

/// Keeps a note about a line: of the party named, or of nobody where its payer is not known.
pub fn note(
    work: &mut Work<'_>,
    line: &str,
    party: &str,
    content: &str,
    corrects: Option<NoteId>,
) -> Outcome<NoteId> {
    let (id, _) = parse_line(line)?;
    let new = parties::NewNote {
        party: party.to_owned(),
        content: content.to_owned(),
        line: Some(LineId(id)),
        corrects,
        ..parties::NewNote::default()
    };
    parties::note(work, &new)
}

/// `line_…` or `line_….3`.
pub(crate) fn parse_line(text: &str) -> Outcome<(i64, String)> {
    let (id, unit) = text.split_once('.').unwrap_or((text, ""));
    let id: LineId = id.parse().map_err(|_| DeskRefusal::UnknownLine {
        line: text.to_owned(),
    })?;
    Ok((id.0, unit.to_owned()))
}

/// Reads the files that tell what bank lines sum up, before somebody at the desk waits for it.
pub fn warm_up(work: &mut Work<'_>) -> Outcome<()> {
    crate::remittances::load_sums(work)?;
    Ok(())
}

fn find_unit(work: &mut Work<'_>, line: &str, id: i64, number: &str) -> Outcome<Unit> {
    let remittances = crate::remittances::load_sums(work)?;
    let found = units::of_line(work, &remittances, id)?;
    let found = found.into_iter().find(|unit| unit.unit == number);
    Ok(found.ok_or_else(|| DeskRefusal::UnknownLine {
        line: line.to_owned(),
    })?)
}

/// A unit about which a person may decide: nothing settled stands on it.
fn open_unit(work: &mut Work<'_>, line: &str) -> Outcome<Unit> {
    access::demand(work, Area::Cash, Verb::Do, None)?;
    let (id, number) = parse_line(line)?;
    let unit = find_unit(work, line, id, &number)?;
    match &unit.before {
        Some(before)
            if !["proposed", "waiting", "held", "on_account", "unapplied"]
                .contains(&before.outcome.as_str()) =>
        {
            Err(DeskRefusal::Settled {
                line: LineId(id),
                outcome: before.outcome.clone(),
            }
            .into())
        }
        _ => Ok(unit),
    }
}
