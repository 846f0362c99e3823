//! Deposits whose file came after their sum was run: the sum that waits is taken apart, so that
//! each of its payments waits, and is decided, on its own.
//!
//! Only what a run left waiting whole is taken apart. What a person decided, or what settles
//! something already, stays as it is.

use std::collections::HashMap;

use domain::documents::DocumentKind;
use domain::ids::{DocumentId, ItemId, LineId};
use domain::ledger::Role;
use domain::money::Money;
use domain::receipts::{Batch, Cash, receive, transfer_out};
use serde_json::json;

use crate::cash::post::share;
use crate::cash::record::first_open;
use crate::cash::sql::{self, DecisionRow};
use crate::cash::units::{Late, Unit};
use crate::failure::Outcome;
use crate::ledger::{self, Posting, periods};
use crate::open_items;
use crate::work::Work;

/// Takes these sums apart, as far as they wait whole; was there any?
pub(super) fn take_apart(work: &mut Work<'_>, late: &[Late]) -> Outcome<bool> {
    let documents: Vec<DocumentId> = late.iter().map(|one| one.receipt).collect();
    let items = sql::items_of_documents(work, &documents)?;
    let locked: Vec<ItemId> = items.values().copied().collect();
    let states = open_items::sql::lock(work, &locked)?;
    let closed = periods::closed(work)?;
    let functional = work.functional();
    let mut ids = work.ids.clone();
    let mut batch = Batch::new(states, &mut ids, functional);
    let mut decisions = Vec::new();
    let mut lines = Vec::new();
    for one in late {
        let Some(receipt) = waiting_whole(&batch, &items, one) else {
            continue;
        };
        let cash = Cash {
            party: None,
            on: first_open(one.whole.payment.booked, &closed),
            bank: Role::BankClearing.code().into(),
            amount: one.whole.payment.amount,
            functional: Money::zero(functional),
            memo: format!("{} taken apart", one.whole.entry_ref),
        };
        decisions.extend(parted(&mut batch, one, receipt, &cash)?);
        lines.push((one.whole.line_id, one.parts.len()));
    }
    let mut posting = Posting::default();
    let (issued, applied) = batch.hand_over();
    posting.issued(issued);
    posting.applied(applied);
    drop(batch);
    if decisions.is_empty() {
        return Ok(false);
    }
    work.ids = ids;
    ledger::post(work, &mut posting)?;
    let (run, today) = (work.ids.take(), work.day());
    sql::insert_run(work, run, "cash_deposit", today, "{}")?;
    for (line, payments) in lines {
        let line = LineId(line).to_string();
        work.note("cash.deposit", line, json!({ "payments": payments }));
    }
    sql::insert_decisions(work, run, &decisions)?;
    Ok(true)
}

/// The item of the receipt of a sum, where all of it is still there.
fn waiting_whole(
    batch: &Batch<'_>,
    items: &HashMap<DocumentId, ItemId>,
    late: &Late,
) -> Option<ItemId> {
    let item = *items.get(&late.receipt)?;
    let open = batch.open(item)?;
    (open == late.whole.payment.amount).then_some(item)
}

/// Moves the money of a sum to its payments; the first of their decisions replaces that of the
/// sum.
fn parted(
    batch: &mut Batch<'_>,
    late: &Late,
    receipt: ItemId,
    cash: &Cash,
) -> Outcome<Vec<DecisionRow>> {
    let first = batch.issued.len();
    let carried = transfer_out(batch, receipt, cash)?;
    let value = carried.unwrap_or(cash.functional);
    let moved = batch.issued[first..].iter().map(|one| one.document.id);
    let mut documents: Vec<DocumentId> = moved.collect();
    let mut replaces = late.whole.before.as_ref().map(|before| before.decision);
    let mut rest = value;
    let mut decisions = Vec::with_capacity(late.parts.len());
    for (place, part) in late.parts.iter().enumerate() {
        let own = if place + 1 == late.parts.len() {
            rest
        } else {
            share(value, part.payment.amount, cash.amount)?
        };
        rest -= own;
        let cash = Cash {
            amount: part.payment.amount,
            functional: own,
            memo: memo(part),
            ..cash.clone()
        };
        let item = receive(batch, DocumentKind::TransferIn, &cash);
        let document = batch.states[&item].item.document;
        documents.push(document);
        let reason = "The deposit's file came after its sum".to_owned();
        let mut decision = DecisionRow::undecided(batch.ids.take(), part, "waiting", reason);
        decision.receipt = Some(document);
        decision.documents = std::mem::take(&mut documents);
        decision.replaces = replaces.take();
        decisions.push(decision);
    }
    Ok(decisions)
}

fn memo(part: &Unit) -> String {
    let memo = format!("{} {}", part.payment.payer, part.entry_ref);
    memo.trim().to_owned()
}
