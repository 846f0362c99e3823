//! Sums carried forward: what a server worked out before, brought up to date by what is new.
//!
//! Posted facts are never changed, so a sum over them only needs what was added since. Every
//! write leaves an id below which it made none (`audit_reach`): from there on facts are read, and
//! those that are counted already are left out. Nothing here is stored and nothing rests on it:
//! each answer equals that of the statements in the reports, which the tests show, and questions
//! about an earlier moment of knowledge go to those statements.

mod aging;
mod bank;
mod names;
mod open;
mod sums;

use std::sync::{Mutex, MutexGuard};

use domain::access::{Area, Verb};

use crate::access;
use crate::audit::{self, Reach};
use crate::cash::queue::Place;
use crate::failure::{Fault, Outcome};
use crate::reports::lists::{self, Found};
use crate::reports::{By, Cell, Column, Question, Report, Table, bank_reconciliation};
use crate::reports::{
    aging as of_aging, cash_position, credit, tie_out, trial_balance, withholding,
};
use crate::work::Work;

use bank::Lines;
use names::Names;
use open::Open;
use sums::Sums;

/// What is carried forward of one entity's books.
#[derive(Default)]
pub struct Carried {
    open: Mutex<Open>,
    lines: Mutex<Lines>,
    sums: Mutex<Sums>,
    names: Mutex<Names>,
}

/// Some rows of a long report, with its totals.
pub struct Window {
    /// The columns of both.
    pub columns: Vec<Column>,
    /// The last row of each currency.
    pub totals: Vec<Vec<Cell>>,
    /// The rows that were asked for.
    pub rows: Vec<Vec<Cell>>,
    /// Whether rows follow.
    pub has_more: bool,
}

/// Something that is carried forward by itself.
trait Part: Default {
    /// The number of the newest link that it knows of; none before it was filled.
    fn known(&mut self) -> &mut Option<i64>;

    /// Reads everything.
    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault>;

    /// Reads what is new.
    fn add(&mut self, work: &mut Work<'_>, reach: Reach) -> Result<(), Fault>;
}

/// Brings a part up to what the work sees. A part that another reader brought further already
/// stays as it is, and the work looks anew.
fn catch_up<P: Part>(part: &mut P, work: &mut Work<'_>) -> Result<(), Fault> {
    let mut now = audit::sequence(work)?;
    if part.known().is_some_and(|known| now < known) {
        work.look_anew()?;
        now = audit::sequence(work)?;
    }
    let done = match *part.known() {
        Some(known) if known == now => return Ok(()),
        Some(known) if known < now => match audit::reach(work, known, now)? {
            Some(reach) => part.add(work, reach),
            None => refill(part, work),
        },
        // The books were put back to an earlier state, or never read.
        _ => refill(part, work),
    };
    match done {
        Ok(()) => *part.known() = Some(now),
        // What was read by half is no sum of anything.
        Err(_) => *part = P::default(),
    }
    done
}

fn refill<P: Part>(part: &mut P, work: &mut Work<'_>) -> Result<(), Fault> {
    *part = P::default();
    part.fill(work)
}

/// The part, held. One that somebody broke off with begins anew.
fn hold<P: Part>(part: &Mutex<P>) -> MutexGuard<'_, P> {
    part.lock().unwrap_or_else(|broken| {
        part.clear_poison();
        let mut held = broken.into_inner();
        *held = P::default();
        held
    })
}

impl Carried {
    /// Reads what pages ask for, so that the first who opens one does not wait.
    pub fn warm_up(&self, work: &mut Work<'_>) -> Outcome<()> {
        catch_up(&mut *hold(&self.names), work)?;
        catch_up(&mut *hold(&self.open), work)?;
        catch_up(&mut *hold(&self.sums), work)?;
        catch_up(&mut *hold(&self.lines), work)?;
        Ok(())
    }

    /// Answers a report: from what is carried forward where that is enough.
    pub fn report(
        &self,
        work: &mut Work<'_>,
        report: &Report,
        question: &Question,
    ) -> Outcome<Table> {
        let is_now = question.known_at.is_none();
        match report.name {
            "aging" if is_now && question.by != Some(By::Document) => {
                let mut open = hold(&self.open);
                catch_up(&mut *open, work)?;
                let mut names = hold(&self.names);
                catch_up(&mut *names, work)?;
                let by = crate::reports::aging::by_of(question)?;
                of_aging::table(question, by, open.lines(&names, question, by)?)
            }
            "credit" if is_now => {
                let mut open = hold(&self.open);
                catch_up(&mut *open, work)?;
                let exposures = open.exposures(question.as_of)?;
                credit::table(work, question, exposures)
            }
            "tie-out" if is_now => {
                let mut sums = hold(&self.sums);
                catch_up(&mut *sums, work)?;
                let tied = sums.tied(work, question.as_of)?;
                tie_out::table(work, question, &tied)
            }
            "trial-balance" if is_now => {
                let (by_currency, from) = trial_balance::span(question)?;
                let mut sums = hold(&self.sums);
                catch_up(&mut *sums, work)?;
                let rows = sums.balances(work, by_currency, from, question.as_of)?;
                trial_balance::table(work, question, rows)
            }
            "withholding" if is_now => {
                let mut sums = hold(&self.sums);
                catch_up(&mut *sums, work)?;
                let balance = sums.functional_of(withholding::account(), question.as_of)?;
                drop(sums);
                withholding::table(work, question, balance)
            }
            "bank-reconciliation" => {
                let (mut lines, mut sums) = (hold(&self.lines), hold(&self.sums));
                catch_up(&mut *lines, work)?;
                catch_up(&mut *sums, work)?;
                // Where the second made the work look anew, the first sees that, too.
                catch_up(&mut *lines, work)?;
                let days = lines.days(work, question.as_of, &sums)?;
                bank_reconciliation::table(work, question, days)
            }
            "cash-position" => {
                let (mut open, mut lines) = (hold(&self.open), hold(&self.lines));
                catch_up(&mut *open, work)?;
                catch_up(&mut *lines, work)?;
                catch_up(&mut *open, work)?;
                cash_position::table(lines.position(question.as_of, &open.receipts()))
            }
            _ => (report.run)(work, question),
        }
    }

    /// The aging by document, a few rows of it: of a million nobody sees more at once.
    pub fn aging_by_document(
        &self,
        work: &mut Work<'_>,
        question: &Question,
        start: usize,
        most: usize,
    ) -> Outcome<Window> {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let mut open = hold(&self.open);
        catch_up(&mut *open, work)?;
        let mut names = hold(&self.names);
        catch_up(&mut *names, work)?;
        open.window(work, &names, question, start, most)
    }

    /// What waits at the cash desk, in order.
    pub fn waiting(&self, work: &mut Work<'_>) -> Outcome<Vec<Place>> {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let mut lines = hold(&self.lines);
        catch_up(&mut *lines, work)?;
        Ok(lines.waiting())
    }

    /// Finds parties and documents as [`lists::search`] does.
    pub fn search(&self, work: &mut Work<'_>, text: &str) -> Outcome<Vec<Found>> {
        lists::search_with(work, text, |work, text| {
            let mut names = hold(&self.names);
            catch_up(&mut *names, work)?;
            let searched = names.searched();
            // Who searches holds up nobody else.
            drop(names);
            Ok(searched.search(text))
        })
    }
}

/// Adds to a sum, or tells that it leaves the range of amounts.
fn add_to(sum: &mut i64, amount: i64) -> Result<(), Fault> {
    *sum = sum
        .checked_add(amount)
        .ok_or_else(|| Fault::new("a sum leaves the range of amounts"))?;
    Ok(())
}
