//! Taking a decision back, and letting the next run decide again.

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::documents::DocumentKind;
use domain::ids::{DocumentId, EntryId, ItemId, LineId};
use domain::ledger::{JournalEntry, Role};
use domain::money::Money;
use domain::open_items::{Application, StandingApplication, Undo, undo as undo_applications};
use domain::receipts::{
    Batch, Cash, bank_line_taken_back, kept_given_back, receive, reverse_deduction, transfer_out,
};
use domain::short_pays::{PartRefusal, Parted, left_without, take_back};
use serde_json::json;

use crate::access;
use crate::cash::desk::{DeskRefusal, find_unit, open_unit, parse_line};
use crate::cash::post;
use crate::cash::sql::{self, DecisionRow};
use crate::cash::units::Unit;
use crate::failure::Outcome;
use crate::ledger::{self, Posting};
use crate::open_items::{self, sql::End};
use crate::short_pays;
use crate::work::Work;

/// Takes a decision back: applications are undone, deductions reversed, and the money waits,
/// unidentified, until a person or the next run after a release decides again.
pub fn undo(work: &mut Work<'_>, line: &str) -> Outcome<()> {
    // Of two who decide about one line at once the second sees what the first decided.
    work.gate()?;
    access::demand(work, Area::Cash, Verb::Do, None)?;
    let (id, unit_number) = parse_line(line)?;
    let line_id = LineId(id);
    let unit = find_unit(work, line, id, &unit_number)?;
    let Some(before) = unit.before.clone() else {
        return Err(DeskRefusal::NothingToUndo { line: line_id }.into());
    };
    let undoable = [
        "applied",
        "applied_by_hand",
        "on_account",
        "unapplied",
        "not_customer_cash",
    ];
    if !undoable.contains(&before.outcome.as_str()) {
        return Err(DeskRefusal::NothingToUndo { line: line_id }.into());
    }
    let other = before.outcome == "not_customer_cash";
    if unit.payment.amount.is_negative() && !other {
        return Err(DeskRefusal::WentOut { line: line_id }.into());
    }
    let mut posting = Posting::default();
    let mut receipt = None;
    if other {
        reverse_entry(work, &unit, before.entry, &mut posting)?;
    } else {
        receipt = Some(take_apart(work, &unit, before.decision, &mut posting)?);
    }
    ledger::post(work, &mut posting)?;
    let documents: Vec<DocumentId> = posting.documents.iter().map(|paper| paper.id).collect();
    let reason = format!("Taken back by {}", work.actor());
    let mut decision = DecisionRow::undecided(work.ids.take(), &unit, "held", reason);
    decision.receipt = receipt;
    decision.documents = documents;
    keep(work, decision, "cash.undo")
}

/// Keeps a decision of a person as a run of its own.
fn keep(work: &mut Work<'_>, decision: DecisionRow, note: &'static str) -> Outcome<()> {
    let (run, today) = (work.ids.take(), work.day());
    sql::insert_run(work, run, "cash_desk", today, "{}")?;
    let line = LineId(decision.line_id).to_string();
    work.note(note, line, json!({ "unit": decision.unit }));
    sql::insert_decisions(work, run, &[decision])?;
    Ok(())
}

/// Takes back the entry of money that was held for nobody of ours.
fn reverse_entry(
    work: &mut Work<'_>,
    unit: &Unit,
    entry: Option<i64>,
    posting: &mut Posting,
) -> Outcome<()> {
    let Some(entry) = entry else { return Ok(()) };
    let legs = sql::legs_of(work, entry)?;
    let id = EntryId(work.ids.take());
    let taken_back = bank_line_taken_back(id, unit.payment.booked, legs);
    posting.entries.push(taken_back);
    Ok(())
}

/// Undoes the applications of a decision's documents and brings all its cash together again as
/// one unidentified receipt.
fn take_apart(
    work: &mut Work<'_>,
    unit: &Unit,
    decision: i64,
    posting: &mut Posting,
) -> Outcome<DocumentId> {
    let documents = sql::documents_of_decision(work, decision)?;
    // Of a payout something came and something went back.
    let went = |(_, kind): &(ItemId, DocumentKind)| {
        matches!(kind, DocumentKind::ReturnedReceipt | DocumentKind::Refund)
    };
    if documents.iter().any(went) {
        let line = LineId(unit.line_id);
        return Err(DeskRefusal::WentOut { line }.into());
    }
    let mut short = short_pays::sql::of_decision(work, decision)?;
    let mut live = standing(work, &documents, &short)?;
    parted_alone(work, &mut live, &mut short)?;
    let mut touched: Vec<ItemId> = documents.iter().map(|(item, _)| *item).collect();
    let sides = live
        .iter()
        .flat_map(|application| [application.debit, application.credit]);
    touched.extend(sides);
    touched.extend(short.iter().map(|(parted, _)| parted.item));
    let states = open_items::sql::lock(work, &touched)?;
    let functional = work.functional();
    let mut ids = work.ids.clone();
    let mut batch = Batch::new(states, &mut ids, functional);
    let last = live.iter().map(|application| application.applied_on);
    let day = last.fold(unit.payment.booked, Date::max);
    let undos: Vec<Undo> = live
        .into_iter()
        .map(|application| Undo {
            application,
            on: day,
        })
        .collect();
    let undone = undo_applications(&mut batch.states, &undos, functional, batch.ids)?;
    batch.applied.applications.extend(undone.applications);
    batch.applied.entries.extend(undone.entries);
    let cash = Cash {
        party: None,
        on: day,
        bank: Role::BankClearing.code().into(),
        amount: unit.payment.amount,
        functional: Money::zero(functional),
        memo: format!("{} taken back", unit.entry_ref),
    };
    give_back(&mut batch, &cash, &short, unit)?;
    let (value, entry) = bring_together(&mut batch, &cash, &documents)?;
    let cash = Cash {
        functional: value,
        ..cash
    };
    let item = receive(&mut batch, DocumentKind::TransferIn, &cash);
    let document = batch.states[&item].item.document;
    posting.issued(std::mem::take(&mut batch.issued));
    posting.applied(std::mem::take(&mut batch.applied));
    posting.entries.extend(entry);
    drop(batch);
    work.ids = ids;
    Ok(document)
}

/// The applications of a decision's documents that stand. A transfer that brought the cash to
/// them stays: only what came after it is taken apart.
fn standing(
    work: &mut Work<'_>,
    documents: &[(ItemId, DocumentKind)],
    short: &[(Parted, ItemId)],
) -> Outcome<Vec<Application>> {
    // What settled a short-pay stands; of the credit that parted it off only that it did.
    let is_short = |item: &ItemId| short.iter().any(|(parted, _)| parted.item == *item);
    let items = documents.iter().map(|(item, _)| *item);
    let items: Vec<ItemId> = items.filter(|item| !is_short(item)).collect();
    let is_other = |one: &Application| {
        let mut own = short.iter();
        own.any(|(parted, from)| parted.credit == one.credit && *from != one.debit)
    };
    let standing = open_items::sql::standing(work, &items, &[End::Debit, End::Credit])?;
    let is_transfer = |item: ItemId| {
        let mut own = documents.iter();
        own.any(|(known, kind)| *known == item && *kind == DocumentKind::TransferOut)
    };
    Ok(standing
        .into_iter()
        .map(|found| found.application)
        .filter(|application| !is_transfer(application.debit) && !is_other(application))
        .collect())
}

/// Adds what persons parted off documents that nobody pays any more, where nothing of it was
/// settled since: it is undone and taken back, too.
fn parted_alone(
    work: &mut Work<'_>,
    live: &mut Vec<Application>,
    short: &mut Vec<(Parted, ItemId)>,
) -> Outcome<()> {
    let debits: Vec<ItemId> = live.iter().map(|one| one.debit).collect();
    let all = open_items::sql::standing(work, &debits, &[End::Debit])?;
    let undone = live.iter().map(|one| one.id).collect();
    let alone: Vec<&StandingApplication> = left_without(&all, &undone).collect();
    let credits: Vec<ItemId> = alone.iter().map(|one| one.application.credit).collect();
    let untouched = short_pays::sql::untouched(work, &credits)?;
    let is_untouched = |one: &&&StandingApplication| {
        let mut own = untouched.iter();
        own.any(|(parted, _)| parted.credit == one.application.credit)
    };
    let goes = alone.iter().filter(is_untouched);
    live.extend(goes.map(|one| one.application.clone()));
    short.extend(untouched);
    Ok(())
}

/// Takes the short-pays of a decision back, whose credits settle nothing any more.
fn give_back(
    batch: &mut Batch<'_>,
    cash: &Cash,
    short: &[(Parted, ItemId)],
    unit: &Unit,
) -> Outcome<()> {
    for (parted, _) in short {
        batch.parted.insert(parted.credit, parted.item);
        let taken = take_back(batch, parted.credit, cash.on, &cash.memo);
        taken.map_err(|why| match why {
            PartRefusal::Settled { .. } => DeskRefusal::ShortPaySettled {
                line: LineId(unit.line_id),
            },
            other => DeskRefusal::DoesNotFit {
                reason: other.to_string(),
            },
        })?;
    }
    Ok(())
}

/// Reverses deductions and takes all cash of the documents to clearing. What intermediaries
/// kept was posted beside the receipts; it goes back to them. Answers the value of the line.
fn bring_together(
    batch: &mut Batch<'_>,
    cash: &Cash,
    documents: &[(ItemId, DocumentKind)],
) -> Outcome<(Money, Option<JournalEntry>)> {
    let mut value = Money::zero(batch.functional);
    let mut sum = Money::zero(cash.amount.currency());
    for (item, kind) in documents {
        if domain::deductions::account(*kind).is_some() {
            reverse_deduction(batch, cash, *item, *kind)?;
        } else if matches!(kind, DocumentKind::Receipt | DocumentKind::TransferIn) {
            sum += batch.open(*item).unwrap_or(Money::zero(sum.currency()));
            let carried = transfer_out(batch, *item, cash)?;
            value += carried.unwrap_or(Money::zero(batch.functional));
        }
    }
    let kept = sum - cash.amount;
    if kept.is_zero() {
        return Ok((value, None));
    }
    let own = post::share(value, kept.abs(), sum)?;
    let own = if kept.is_negative() { -own } else { own };
    let id = EntryId(batch.ids.take());
    let entry = kept_given_back(id, cash.on, kept, own);
    Ok((value - own, Some(entry)))
}

/// Lets the next run decide a line again that a person had taken back.
pub fn release(work: &mut Work<'_>, line: &str) -> Outcome<()> {
    // Of two who decide about one line at once the second sees what the first decided.
    work.gate()?;
    let unit = open_unit(work, line)?;
    let before = unit.before.clone().ok_or(DeskRefusal::NothingToUndo {
        line: LineId(unit.line_id),
    })?;
    let party = sql::party_of_receipt(work, before.receipt)?;
    let reason = format!("Released by {}", work.actor());
    let mut decision = DecisionRow::undecided(work.ids.take(), &unit, "waiting", reason);
    decision.party = party;
    decision.receipt = before.receipt.map(DocumentId);
    keep(work, decision, "cash.release")
}
