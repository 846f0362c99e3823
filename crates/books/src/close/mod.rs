//! The close of a period: what must hold before a month is closed, each check shown.
//!
//! A check that fails holds the close back. Who wants it closed all the same asks for it, with
//! the reason, and others decide with the failed checks before them (see `approvals`).
//!
//! On a large book the checks take longer than others should wait for the gate. [`ahead`] looks
//! before it is taken; within it only what was written since is looked at again.

mod ahead;
mod sql;

pub use ahead::{Closing, Looked, ahead, looked};

use std::fmt;

use domain::calendar::{Date, Period};
use domain::refusal::Refusal;

use crate::failure::{Failure, Fault, Outcome};
use crate::ledger::periods::PeriodRefusal;
use crate::reports::{self, Cell, Question, Table};
use crate::work::Work;
use crate::{revaluation, verify};

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseCheck {
    /// What must hold.
    pub name: &'static str,
    /// Does it?
    pub passed: bool,
    /// What was looked at and found, in words.
    pub found: String,
    /// What to do where it does not hold.
    pub hint: &'static str,
}

/// One check: its name, what to do, and how it looks.
struct Rule {
    name: &'static str,
    hint: &'static str,
    look: fn(&mut Work<'_>, Period) -> Outcome<(bool, String)>,
    /// What of it is looked at again when something was written since it was found to hold.
    again: Again,
}

/// What to look at after other writes.
#[derive(Clone, Copy)]
enum Again {
    /// Everything: it takes no time.
    Whole,
    /// Everything, where something of the period, a file or a decision about a line came.
    IfMoved,
    /// These promises, over what was made since.
    Promises(&'static [u8]),
    /// Nothing: facts are never changed through any door, and whoever changes them behind the
    /// books' back is found by the next look at all of them.
    Never,
}

/// Every check, in the order of the work of a close.
const CHECKS: &[Rule] = &[
    Rule {
        name: "bank accounts are reconciled to zero",
        hint: "import the missing statement, or look at `duebook report bank-reconciliation`",
        look: bank_reconciled,
        again: Again::IfMoved,
    },
    Rule {
        name: "bank lines of the period are posted",
        hint: "run `duebook cash apply` and work what waits at the cash desk",
        look: bank_posted,
        again: Again::IfMoved,
    },
    Rule {
        name: "nothing of the period waits for approval",
        hint: "decide the requests, or withdraw them",
        look: nothing_waits,
        again: Again::Whole,
    },
    Rule {
        name: "open foreign items are revalued",
        hint: "import the closing rate and run `duebook revalue --on DATE` for its last day",
        look: revalued,
        again: Again::IfMoved,
    },
    Rule {
        name: "control accounts tie out with open items",
        hint: "look at `duebook report tie-out`; `duebook verify` names the first day that differs",
        look: tied_out,
        again: Again::Promises(&[3]),
    },
    Rule {
        name: "the promises of the ledger hold",
        hint: "run `duebook verify`",
        look: verified,
        again: Again::Promises(PROMISES),
    },
    Rule {
        name: "facts are as they were written",
        hint: "compare what `duebook verify` names with a backup",
        look: as_written,
        again: Again::Never,
    },
];

/// The promises that a close recomputes; the tie-out recomputes the third as of the last day.
const PROMISES: &[u8] = &[1, 2, 4, 5, 6, 7];

/// Why a period is not closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChecksFailed {
    /// The period.
    pub period: String,
    /// The checks that do not hold.
    pub failed: Vec<CloseCheck>,
}

impl fmt::Display for ChecksFailed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Period {} is not ready to be closed:", self.period)?;
        for (place, check) in self.failed.iter().enumerate() {
            let comma = if place == 0 { "" } else { ";" };
            write!(
                out,
                "{comma} it does not hold that {} ({})",
                check.name, check.found
            )?;
        }
        write!(out, ".")
    }
}

impl Refusal for ChecksFailed {
    fn code(&self) -> &'static str {
        "close_checks_failed"
    }

    fn hint(&self) -> Option<String> {
        let hints: Vec<&str> = self.failed.iter().map(|check| check.hint).collect();
        Some(format!(
            "{}; or request to close it anyway, with the reason",
            hints.join("; ")
        ))
    }
}

/// Looks at every check of a period; writes nothing. What was looked at before the gate was
/// taken is brought up to date.
pub fn checks(work: &mut Work<'_>, period: &str) -> Outcome<Vec<CloseCheck>> {
    let period = parse(period)?;
    if let Some(checks) = ahead::brought_up(work, period)? {
        return Ok(checks);
    }
    let looks = CHECKS.iter().map(|rule| look(work, rule, period));
    looks.collect()
}

fn look(work: &mut Work<'_>, rule: &Rule, period: Period) -> Outcome<CloseCheck> {
    let (passed, found) = (rule.look)(work, period)?;
    Ok(CloseCheck {
        name: rule.name,
        passed,
        found,
        hint: rule.hint,
    })
}

/// The names of all checks.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|rule| rule.name)
}

/// Refuses a close whose checks do not all hold; hands the checks back otherwise.
pub(crate) fn require(work: &mut Work<'_>, period: &str) -> Outcome<Vec<CloseCheck>> {
    let checks = checks(work, period)?;
    let failed: Vec<CloseCheck> = checks.iter().filter(|c| !c.passed).cloned().collect();
    if failed.is_empty() {
        return Ok(checks);
    }
    Err(ChecksFailed {
        period: period.to_owned(),
        failed,
    }
    .into())
}

/// The month of a text like `2026-01`.
pub(crate) fn parse(text: &str) -> Result<Period, PeriodRefusal> {
    let first = format!("{text}-01").parse::<Date>();
    match first {
        Ok(first) if text.len() == 7 => Ok(Period::of(first)),
        Ok(_) | Err(_) => Err(PeriodRefusal::NotAPeriod { text: text.into() }),
    }
}

fn report(work: &mut Work<'_>, name: &str, on: Date) -> Outcome<Table> {
    let report = reports::find(name).ok_or_else(|| Fault::new(format!("no report {name}")))?;
    (report.run)(work, &Question::as_of(on))
}

/// Places of columns by their names.
fn places<const N: usize>(table: &Table, names: [&str; N]) -> [usize; N] {
    names.map(|name| {
        let place = table.columns.iter().position(|column| column.name == name);
        place.unwrap_or(usize::MAX)
    })
}

fn is_zero(cell: Option<&Cell>) -> bool {
    match cell {
        Some(Cell::Money(money)) => money.is_zero(),
        Some(Cell::Count(count)) => *count == 0,
        _ => true,
    }
}

/// The last row of each bank account: how it stood at the end of the period.
fn last_rows(table: &Table) -> Vec<&Vec<Cell>> {
    let is_last = |(place, row): &(usize, &Vec<Cell>)| {
        let next = table.rows.get(place + 1);
        next.is_none_or(|next| next.first() != row.first() || next.get(1) != row.get(1))
    };
    let rows = table.rows.iter().enumerate().filter(is_last);
    rows.map(|(_, row)| row).collect()
}

fn text_of(row: &[Cell], place: usize) -> String {
    row.get(place).map(ToString::to_string).unwrap_or_default()
}

fn bank_reconciled(work: &mut Work<'_>, period: Period) -> Outcome<(bool, String)> {
    let table = report(work, "bank-reconciliation", period.last_day())?;
    let [account, on, difference] = places(&table, ["bank_account", "on", "difference"]);
    let rows = last_rows(&table);
    let differs = rows.iter().find(|row| !is_zero(row.get(difference)));
    Ok(match differs {
        None => (true, counted(rows.len(), "bank account")),
        Some(row) => {
            let (account, on) = (text_of(row, account), text_of(row, on));
            let left = text_of(row, difference);
            (false, format!("{account} is off by {left} on {on}"))
        }
    })
}

fn bank_posted(work: &mut Work<'_>, period: Period) -> Outcome<(bool, String)> {
    let table = report(work, "bank-reconciliation", period.last_day())?;
    let [account, waiting] = places(&table, ["bank_account", "lines_not_posted"]);
    let rows = last_rows(&table);
    let waits = rows.iter().find(|row| !is_zero(row.get(waiting)));
    Ok(match waits {
        None => (true, counted(rows.len(), "bank account")),
        Some(row) => {
            let (account, lines) = (text_of(row, account), text_of(row, waiting));
            (false, format!("{lines} of {account} are not"))
        }
    })
}

fn nothing_waits(work: &mut Work<'_>, period: Period) -> Outcome<(bool, String)> {
    let waiting = crate::approvals::waiting_until(work, period.last_day())?;
    Ok(match waiting.first() {
        None => (true, "no request".to_owned()),
        Some(first) => {
            let count = counted(waiting.len(), "request");
            (false, format!("{count}, the first {first}"))
        }
    })
}

fn revalued(work: &mut Work<'_>, period: Period) -> Outcome<(bool, String)> {
    if revaluation::is_done(work, period.last_day())? {
        return Ok((true, "the run was committed".to_owned()));
    }
    match revaluation::preview(work, period.last_day()) {
        Ok(report) if report.items.is_empty() => Ok((
            true,
            format!(
                "{} without a difference",
                counted(report.looked_at, "open foreign item")
            ),
        )),
        Ok(report) => Ok((
            false,
            format!("{} with a difference", counted(report.items.len(), "item")),
        )),
        Err(Failure::Refused(refusal)) => {
            let said = refusal.to_string();
            Ok((false, said.trim_end_matches('.').to_owned()))
        }
        Err(failure) => Err(failure),
    }
}

fn tied_out(work: &mut Work<'_>, period: Period) -> Outcome<(bool, String)> {
    let table = report(work, "tie-out", period.last_day())?;
    let names = ["account", "currency", "difference", "difference_functional"];
    let [account, currency, amount, functional] = places(&table, names);
    let differs = |row: &&Vec<Cell>| !is_zero(row.get(amount)) || !is_zero(row.get(functional));
    Ok(match table.rows.iter().find(differs) {
        None => (true, counted(table.rows.len(), "sum")),
        Some(row) => {
            let [account, currency, left] =
                [account, currency, amount].map(|place| text_of(row, place));
            (false, format!("{account} in {currency} is off by {left}"))
        }
    })
}

fn verified(work: &mut Work<'_>, _: Period) -> Outcome<(bool, String)> {
    Ok(told(&verify::verify_some(work, PROMISES)?))
}

fn as_written(work: &mut Work<'_>, _: Period) -> Outcome<(bool, String)> {
    Ok(told(&verify::verify_thoroughly(work)?))
}

/// Do promises hold, and over how many facts?
fn told(checks: &[verify::Check]) -> (bool, String) {
    let facts: i64 = checks.iter().map(|check| check.facts).sum();
    match broken(checks) {
        None => (
            true,
            format!("{facts} facts in {}", counted(checks.len(), "check")),
        ),
        Some(problem) => (false, problem),
    }
}

/// The first promise that does not hold.
fn broken(checks: &[verify::Check]) -> Option<String> {
    checks.iter().find_map(|check| {
        let problem = check.problem.as_ref()?;
        Some(format!("{}: {problem}", check.name))
    })
}

/// How many of something.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
