//! The units that are matched: a bank line, one payment of a batch, or one item of a deposit
//! whose file came apart from the statement.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::cash::{Advice, AdviceLine, Deducted, Payment};
use domain::ids::DocumentId;
use domain::money::Money;
use formats::remittance::Deposit;

use crate::cash::sql::{self, LineRow, Lines};
use crate::failure::{Fault, Outcome};
use crate::remittances::{AdviceKey, Remittances, deposit_payments};
use crate::work::Work;

/// One payment to be matched, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// The bank line (for a batch the line of the detail).
    pub(crate) line_id: i64,
    /// Which item of a deposit; empty for the line itself.
    pub(crate) unit: String,
    /// The reference under which exports name it.
    pub(crate) entry_ref: String,
    /// The file the line came in.
    pub(crate) statement_name: String,
    /// The ledger account of the bank account.
    pub(crate) bank: String,
    /// What the matcher sees; by itself, for units are moved about.
    pub(crate) payment: Box<Payment>,
    /// The decision that stands so far, if any.
    pub(crate) before: Option<Before>,
}

/// What was decided before about a unit that still waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Before {
    /// The decision.
    pub(crate) decision: i64,
    /// Its receipt, waiting unapplied or unidentified.
    pub(crate) receipt: Option<i64>,
    /// Its entry beside documents: what was no customer's money, or kept by others.
    pub(crate) entry: Option<i64>,
    /// What was decided; the run leaves alone what a person parked.
    pub(crate) outcome: String,
    /// The advice that its best proposal rests on.
    pub(crate) advice: Option<AdviceKey>,
}

/// The units of one bank line, whatever was decided about them.
pub(super) fn of_line(
    work: &mut Work<'_>,
    remittances: &Remittances,
    line: i64,
) -> Outcome<Vec<Unit>> {
    let decided = sql::live_decisions(work, Some(line))?;
    let mut units = Vec::new();
    for line in sql::booked_lines(work, Lines::One(line))? {
        units.extend(units_of(line, remittances, &decided)?);
    }
    finish(&mut units, remittances);
    Ok(units)
}

/// All units about which a decision stands, in the order in which they are decided.
pub(super) fn decided(work: &mut Work<'_>, remittances: &Remittances) -> Outcome<Vec<Unit>> {
    let decided = sql::live_decisions(work, None)?;
    let mut units = Vec::new();
    for line in sql::booked_lines(work, Lines::Until(Date::MAX))? {
        units.extend(units_of(line, remittances, &decided)?);
    }
    units.retain(|unit| unit.before.is_some());
    finish(&mut units, remittances);
    Ok(units)
}

/// Numbers the units in their order and attaches the reports of payouts.
fn finish(units: &mut [Unit], remittances: &Remittances) {
    for (place, unit) in units.iter_mut().enumerate() {
        unit.payment.id = place as u64;
        remittances.attach_payout(&mut unit.payment, &unit.entry_ref);
    }
}

/// What a run decides, and what it knows of earlier decisions.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Units that wait, in the order in which they are to be decided: by day, account, file.
    pub(super) waiting: Vec<Unit>,
    /// Units that are settled, in the same order.
    pub(super) settled: Vec<Unit>,
    /// Sums among those that wait whose deposit file came since.
    pub(super) late: Vec<Late>,
}

/// A sum that waits whole, and the payments that its deposit file names.
#[derive(Debug)]
pub(super) struct Late {
    /// The sum.
    pub(super) whole: Unit,
    /// Its receipt.
    pub(super) receipt: DocumentId,
    /// Its payments, each above zero.
    pub(super) parts: Vec<Unit>,
}

/// How far the places of units are apart, so that lines that come while a run pauses find theirs.
const APART: u64 = 1 << 20;

/// All units booked until a day: those that wait, and those that are settled.
pub(super) fn desk(
    work: &mut Work<'_>,
    remittances: &Remittances,
    as_of: Option<Date>,
) -> Outcome<Desk> {
    let decided = sql::live_decisions(work, None)?;
    let mut desk = Desk::default();
    let mut place = 0;
    let until = Lines::Until(as_of.unwrap_or(Date::MAX));
    sql::each_booked_line(work, until, |line| {
        desk.late.extend(late(&line, remittances, &decided)?);
        for mut unit in units_of(line, remittances, &decided)? {
            place += APART;
            unit.payment.id = place;
            match unit.before.as_ref().map(|before| before.outcome.as_str()) {
                None | Some("proposed" | "waiting") => desk.waiting.push(unit),
                Some(_) => desk.settled.push(unit),
            }
        }
        Ok(())
    })?;
    for unit in &mut desk.waiting {
        remittances.attach_payout(&mut unit.payment, &unit.entry_ref);
    }
    Ok(desk)
}

/// The units of a line that came while a run paused.
pub(super) fn of_new_line(line: LineRow, remittances: &Remittances) -> Outcome<Vec<Unit>> {
    let mut units = units_of(line, remittances, &Decided::new())?;
    for unit in &mut units {
        remittances.attach_payout(&mut unit.payment, &unit.entry_ref);
    }
    Ok(units)
}

/// What stands decided about each unit.
type Decided = HashMap<(i64, String), Before>;

/// A line is one unit, or as many as the deposit file names; a batch stands in its details.
///
/// A line that was decided as a whole before its deposit file came stays one until it is taken
/// apart: its money stands in the books already and must not come a second time.
fn units_of(
    line: LineRow,
    remittances: &Remittances,
    decided: &Decided,
) -> Result<Vec<Unit>, Fault> {
    if 0 < line.detail_count {
        return Ok(Vec::new());
    }
    let whole = decided.contains_key(&(line.id, String::new()));
    let mut units = match remittances.deposit_of(&line).filter(|_| !whole) {
        Some(deposit) => parts(&line, deposit)?,
        None => vec![self::whole(line)?],
    };
    for unit in &mut units {
        unit.before = decided.get(&(unit.line_id, unit.unit.clone())).cloned();
    }
    Ok(units)
}

/// A line that a run left waiting as a whole, where a deposit file names its payments.
fn late(
    line: &LineRow,
    remittances: &Remittances,
    decided: &Decided,
) -> Result<Option<Late>, Fault> {
    let before = decided.get(&(line.id, String::new()));
    let waits = |before: &&Before| matches!(before.outcome.as_str(), "proposed" | "waiting");
    let before = before.filter(|_| line.detail_count == 0).filter(waits);
    let Some((before, receipt)) = before.and_then(|before| Some((before, before.receipt?))) else {
        return Ok(None);
    };
    let Some(deposit) = remittances.deposit_of(line) else {
        return Ok(None);
    };
    let parts = parts(line, deposit)?;
    if !parts.iter().all(|part| part.payment.amount.is_positive()) {
        return Ok(None);
    }
    let mut whole = self::whole(line.clone())?;
    whole.before = Some(before.clone());
    Ok(Some(Late {
        whole,
        receipt: DocumentId(receipt),
        parts,
    }))
}

/// The payments of a deposit.
fn parts(line: &LineRow, deposit: &Deposit) -> Result<Vec<Unit>, Fault> {
    let payment = payment_of(line.clone())?;
    let payments = deposit_payments(deposit, &payment)?.into_iter();
    Ok(payments
        .map(|(number, payment)| part(line, number, payment))
        .collect())
}

fn whole(mut line: LineRow) -> Result<Unit, Fault> {
    Ok(Unit {
        line_id: line.id,
        unit: String::new(),
        entry_ref: line.reference.clone(),
        statement_name: std::mem::take(&mut line.statement_name),
        bank: std::mem::take(&mut line.bank_ledger_account),
        payment: Box::new(payment_of(line)?),
        before: None,
    })
}

fn part(line: &LineRow, number: String, payment: Payment) -> Unit {
    Unit {
        line_id: line.id,
        entry_ref: format!("{}.{number}", line.reference),
        unit: number,
        statement_name: line.statement_name.clone(),
        bank: line.bank_ledger_account.clone(),
        payment: Box::new(payment),
        before: None,
    }
}

/// What the payment itself says about the sums of its documents, as an advice that belongs to
/// it for certain.
fn listed_advice(line: &LineRow) -> Option<Advice> {
    let listed = crate::bank::sql::listed_of(&line.listed);
    if listed.is_empty() {
        return None;
    }
    Some(Advice {
        id: u64::MAX,
        received: line.booked_on,
        sender: String::new(),
        payer: line.payer_name.clone(),
        references: Vec::new(),
        value_date: None,
        total: Some(line.amount),
        lines: listed
            .into_iter()
            .map(|document| AdviceLine {
                reference: document.number,
                gross: document.gross,
                deduction: document.deduction,
                net: document.paid,
                reason: document.reason.unwrap_or_default(),
                parts: document
                    .parts
                    .into_iter()
                    .map(|part| Deducted {
                        amount: part.amount,
                        reason: part.reason,
                    })
                    .collect(),
            })
            .collect(),
    })
}

/// What the matcher sees of a bank line.
fn payment_of(line: LineRow) -> Result<Payment, Fault> {
    let advices = listed_advice(&line).into_iter().collect();
    let quoted: Vec<String> = line
        .documents
        .lines()
        .chain([line.creditor_reference.as_str()])
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    let instructed = line
        .instructed_currency
        .as_deref()
        .zip(line.instructed_amount);
    let instructed = instructed
        .map(|(code, minor)| Ok::<_, Fault>(Money::new(minor, crate::imports::currency(code)?)))
        .transpose()?;
    let traces = line.traces.lines().filter(|text| !text.is_empty());
    let mut references: Vec<String> = traces.map(str::to_owned).collect();
    if !line.reference.is_empty() {
        // Most lines have no other; a run keeps all lines of a book, and no room beside them.
        references.reserve_exact(1);
        references.push(line.reference);
    }
    Ok(Payment {
        id: 0,
        own_account: line.bank_code,
        booked: line.booked_on,
        amount: line.amount,
        payer: line.payer_name,
        ultimate: line.ultimate_payer,
        account: line.payer_account,
        text: line.remittance.replace('\n', " "),
        end_to_end: line.end_to_end,
        references,
        quoted,
        code: line.code,
        reversal: line.is_reversal,
        instructed,
        charges: line
            .charges
            .map(|minor| Money::new(minor, line.amount.currency())),
        batch_count: line
            .batch_count
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0),
        advices,
        payout: Vec::new(),
    })
}
