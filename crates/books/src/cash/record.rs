//! Records a run: posts what was decided, and keeps every decision with its evidence.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::calendar::Date;
use domain::cash::{Decision, Kind, Outcome as Decided};
use domain::fx::RateMissing;
use domain::ids::{DocumentId, ItemId, RunId};
use domain::ledger::JournalEntry;
use domain::money::{Money, Rounding};
use domain::receipts::Batch;
use serde_json::json;

use crate::cash::back;
use crate::cash::held::Held;
use crate::cash::kept::{Kept, proposals_of};
use crate::cash::load::{Names, is_here};
use crate::cash::locks::{
    lock, lock_more, owed_again, parted, refundable, returnable, waiting_receipts,
};
use crate::cash::post::{self, Desk, Place, Posted};
use crate::cash::sql::{self, DecisionRow, ProposalRow};
use crate::cash::units::Unit;
use crate::cash::{CashRun, note, outcome_word};
use crate::failure::{Fault, Outcome};
use crate::ledger::{self, Posting, periods};
use crate::rates::{self, Rates};
use crate::short_pays;
use crate::work::Work;

/// Under which words decisions are kept.
pub(super) struct Chosen {
    /// The outcome of what is posted.
    pub(super) outcome: &'static str,
    /// The kind of run.
    pub(super) kind: &'static str,
}

/// Decisions posted at once: of what it posts, a long run holds no more than this.
const AT_ONCE: usize = 5_000;

/// Posts and keeps the decisions of a run that are new or differ from what stands.
pub(super) fn write(
    work: &mut Work<'_>,
    names: &Names,
    decided: Vec<(Unit, Decision)>,
    report: &mut CashRun,
) -> Outcome<()> {
    let decided = changed(work, names, decided)?;
    report.changed = decided.len() as u64;
    if decided.is_empty() {
        return Ok(());
    }
    let run = work.ids.take();
    let chosen = Chosen {
        outcome: outcome_word(Decided::Posted),
        kind: "cash",
    };
    if record(work, names, decided, &chosen, run, report)? {
        report.run = Some(RunId(run));
        note(work, RunId(run), report);
    }
    Ok(())
}

/// Posts and keeps one decision of a person; answers why it cannot be posted.
pub(super) fn write_one(
    work: &mut Work<'_>,
    names: &Names,
    unit: Unit,
    decision: Decision,
    chosen: &Chosen,
) -> Outcome<Option<String>> {
    let mut report = CashRun::default();
    let run = work.ids.take();
    let decided = vec![(unit, decision)];
    record(work, names, decided, chosen, run, &mut report)?;
    Ok(report.refused.pop())
}

/// Posts and keeps decisions, some at once; was any kept?
fn record(
    work: &mut Work<'_>,
    names: &Names,
    decided: Vec<(Unit, Decision)>,
    chosen: &Chosen,
    run: i64,
    report: &mut CashRun,
) -> Outcome<bool> {
    let receipts = waiting_receipts(work, &decided)?;
    let parted = parted(work, &decided)?;
    let mut states = lock(work, &decided, &receipts, &parted)?;
    // Most decisions issue a receipt, and with it an item.
    states.reserve(decided.len());
    let returnable = returnable(work, &decided, &parted)?;
    let open_receipts = refundable(work, names, &decided)?;
    let owed_again = owed_again(work, names, &decided)?;
    let known = Known {
        rates: rates::load(work)?,
        closed: periods::closed(work)?,
        stands: proposals_before(work, &decided)?,
        receipts,
    };
    let mut ids = work.ids.clone();
    let mut batch = Batch::new(states, &mut ids, work.functional());
    lock_more(work, &mut batch, &returnable, [&open_receipts, &owed_again])?;
    // Not before: what is read to lock takes most of the memory.
    if AT_ONCE < decided.len() {
        work.connection.keep_more()?;
    }
    let mut desk = Desk {
        names,
        returnable: &returnable,
        open_receipts,
        owed_again,
        parted: &parted,
    };
    let mut held = Held::by(chosen.kind != "cash");
    let mut is_any_kept = false;
    let mut decided = decided.into_iter();
    while 0 < decided.len() {
        let some = decided.by_ref().take(AT_ONCE);
        let (kept, entries) = post_some(
            &mut batch,
            (&mut desk, &known),
            some,
            chosen,
            &mut held,
            report,
        )?;
        if !kept.is_empty() {
            is_any_kept = true;
            keep(work, &mut batch, (names, kept), entries, run)?;
        }
    }
    if is_any_kept {
        part_off(work, &mut batch, held)?;
        work.ids = ids;
        sql::insert_run(work, run, chosen.kind, work.day(), &summary(report))?;
    }
    Ok(is_any_kept)
}

/// What was known before a run posts anything.
struct Known {
    rates: Rates,
    closed: BTreeSet<String>,
    /// The items of receipts that wait, by the decision behind them.
    receipts: HashMap<i64, ItemId>,
    /// The proposals of the decisions that stand.
    stands: BTreeMap<i64, Vec<ProposalRow>>,
}

/// Posts some decisions into the batch; answers those that are to be kept, and their entries beside
/// documents.
fn post_some(
    batch: &mut Batch<'_>,
    (desk, known): (&mut Desk<'_>, &Known),
    some: impl Iterator<Item = (Unit, Decision)>,
    chosen: &Chosen,
    held: &mut Held,
    report: &mut CashRun,
) -> Outcome<(Vec<Kept>, Vec<JournalEntry>)> {
    let day = |on: Date| first_open(on, &known.closed);
    let (mut kept, mut entries) = (Vec::new(), Vec::new());
    for (unit, decision) in some {
        let before = unit.before.as_ref();
        let waiting = before.and_then(|one| known.receipts.get(&one.decision));
        let place = place(&unit, &known.rates, batch.functional, day, waiting.copied())?;
        batch.note();
        let (first, issued) = (batch.applied.applications.len(), batch.issued.len());
        let (mut posted, demoted) = post_one(batch, desk, &unit, &decision, place);
        desk.keep_cash(&batch.issued[issued..]);
        let id = batch.ids.take();
        if let Some(reason) = &demoted {
            report.refused.push(format!("{}: {reason}", unit.entry_ref));
        }
        if decision.outcome == Decided::Posted && demoted.is_none() {
            let when = (day(unit.payment.booked), first);
            held.find(batch, desk.names, (&unit, &decision, id), when);
        }
        let outcome = kept_outcome(decision.outcome, chosen, demoted.is_some());
        let own = std::mem::take(&mut posted.entries);
        let one = Kept::of(
            (id, unit, decision),
            (outcome, demoted),
            posted,
            own.first(),
        );
        entries.extend(own);
        // What the books refuse is refused by the next run, too, and was kept when it first was.
        if one.repeats(desk.names, &known.stands) {
            report.changed = report.changed.saturating_sub(1);
        } else {
            kept.push(one);
        }
    }
    Ok((kept, entries))
}

/// Posts what the batch made since it was last posted, and keeps the decisions behind it.
fn keep(
    work: &mut Work<'_>,
    batch: &mut Batch<'_>,
    (names, kept): (&Names, Vec<Kept>),
    entries: Vec<JournalEntry>,
    run: i64,
) -> Outcome<()> {
    // What explains decisions is put into words while their postings are written.
    let (posted, rows) = std::thread::scope(|scope| {
        let rows = scope.spawn(|| -> Result<Vec<DecisionRow>, Fault> {
            kept.into_iter().map(|one| one.row(names)).collect()
        });
        (post(work, batch, entries), rows.join())
    });
    posted?;
    let rows = rows.map_err(|_| Fault::new("putting decisions into words ended in a bug"))??;
    Ok(sql::insert_decisions(work, run, &rows)?)
}

/// Posts what the batch made since it was last posted.
fn post(work: &mut Work<'_>, batch: &mut Batch<'_>, entries: Vec<JournalEntry>) -> Outcome<()> {
    let mut posting = Posting {
        entries,
        ..Posting::default()
    };
    let (issued, applied) = batch.hand_over();
    posting.issued(issued);
    posting.applied(applied);
    work.ids = batch.ids.clone();
    ledger::post(work, &mut posting)?;
    *batch.ids = work.ids.clone();
    Ok(())
}

/// Parts off what is still held back at the end, and names the documents with their decisions.
fn part_off(work: &mut Work<'_>, batch: &mut Batch<'_>, held: Held) -> Outcome<()> {
    let held = held.that_stands(batch);
    let opened = short_pays::part_off_all(work, batch, &held)?;
    let documents = opened.documents();
    if documents.is_empty() {
        return Ok(());
    }
    post(work, batch, Vec::new())?;
    short_pays::keep(work, &opened)?;
    let documents = documents.iter().map(|(id, own)| (*id, own.as_slice()));
    Ok(sql::insert_documents(work, documents)?)
}

fn summary(report: &CashRun) -> String {
    let outcomes: serde_json::Map<String, serde_json::Value> = report
        .outcomes
        .iter()
        .map(|(word, count)| {
            let count = json!({ "payments": count.payments, "minor_units": count.amounts });
            ((*word).to_owned(), count)
        })
        .collect();
    let confidences = report.confidences.iter().map(|on| {
        json!({ "ground": on.ground, "known": on.known.ten_thousandths(), "tried": on.tried,
            "right": on.right, "confidence": on.confidence.ten_thousandths() })
    });
    json!({ "looked_at": report.looked_at, "changed": report.changed, "outcomes": outcomes,
        "reasons": report.reasons, "refused": report.refused,
        "confidences": confidences.collect::<Vec<_>>() })
    .to_string()
}

/// The proposals of the decisions that stand so far.
fn proposals_before(
    work: &mut Work<'_>,
    decided: &[(Unit, Decision)],
) -> Result<BTreeMap<i64, Vec<ProposalRow>>, Fault> {
    let before: Vec<i64> = decided
        .iter()
        .filter_map(|(unit, _)| Some(unit.before.as_ref()?.decision))
        .collect();
    sql::proposals(work, &before)
}

/// Leaves out decisions that only repeat what stands.
fn changed(
    work: &mut Work<'_>,
    names: &Names,
    decided: Vec<(Unit, Decision)>,
) -> Outcome<Vec<(Unit, Decision)>> {
    let known = proposals_before(work, &decided)?;
    Ok(decided
        .into_iter()
        .filter(|(unit, decision)| match &unit.before {
            None => true,
            Some(before) => {
                before.outcome != outcome_word(decision.outcome)
                    || known.get(&before.decision).cloned().unwrap_or_default()
                        != proposals_of(names, decision)
            }
        })
        .collect())
}

/// Where and at what value the money of a unit is posted; why it is not where no rate serves.
fn place(
    unit: &Unit,
    rates: &Rates,
    functional: domain::money::Currency,
    day: impl Fn(Date) -> Date,
    waiting: Option<ItemId>,
) -> Outcome<Result<Place, String>> {
    let (amount, booked) = (unit.payment.amount.abs(), unit.payment.booked);
    let rate = match rates.recent(amount.currency(), functional, booked) {
        Ok(rate) => rate,
        Err(missing) => return Ok(Err(without_rate(missing))),
    };
    let functional = rate
        .convert(amount, Rounding::HalfUp)
        .map_err(|problem| Fault::new(problem.to_string()))?;
    Ok(Ok(Place {
        on: day(booked),
        functional,
        waiting,
    }))
}

fn without_rate(missing: RateMissing) -> String {
    match missing {
        RateMissing::Unknown { from, on, .. } => {
            format!("no exchange rate for {from} on {on}; import rates and run again")
        }
        RateMissing::TooOld {
            from,
            on,
            quoted_on,
            oldest_days,
            ..
        } => format!(
            "the newest exchange rate for {from} is of {quoted_on}, more than {oldest_days} days \
             before {on}; import rates and run again"
        ),
    }
}

/// The day itself, or the first day of the next open period.
pub(super) fn first_open(on: Date, closed: &BTreeSet<String>) -> Date {
    let mut day = on;
    while closed.contains(&periods::period_of(day)) {
        day = day.last_of_month().tomorrow().unwrap_or(day);
    }
    day
}

/// Posts one decision; answers also why it is not posted as decided.
fn post_one(
    batch: &mut Batch<'_>,
    desk: &Desk<'_>,
    unit: &Unit,
    decision: &Decision,
    place: Result<Place, String>,
) -> (Posted, Option<String>) {
    let place = match place {
        Ok(place) => place,
        Err(why) => return (Posted::default(), Some(why)),
    };
    let posted = match decision.outcome {
        Decided::Posted => {
            let first = decision.alternatives.first();
            let rows =
                in_document_currency(batch, desk, first.map_or(&[][..], |first| &first.rows));
            if let Some(reason) = misfit(batch, desk, &rows) {
                return (wait(batch, desk, unit, decision, &place), Some(reason));
            }
            let mark = batch.mark(touched(batch, desk, &place, &rows));
            match post::applied(batch, desk, unit, &place, &rows) {
                Ok(posted) => posted,
                Err(refusal) => {
                    // One line that does not fit must not keep the others from being posted.
                    batch.back_to(mark);
                    let posted = wait(batch, desk, unit, decision, &place);
                    return (posted, Some(refusal.to_string()));
                }
            }
        }
        Decided::Proposed | Decided::Waiting => wait(batch, desk, unit, decision, &place),
        Decided::NotCustomerCash(class) => post::other(batch, unit, &place, class),
    };
    (posted, None)
}

/// Every item that was there before and that posting the rows may touch.
fn touched(
    batch: &Batch<'_>,
    desk: &Desk<'_>,
    place: &Place,
    rows: &[domain::cash::Row],
) -> Vec<ItemId> {
    let mut items: Vec<ItemId> = place.waiting.into_iter().collect();
    for row in rows {
        if let Some(item) = row.item.filter(|item| is_here(*item)) {
            let item = ItemId(item.cast_signed());
            items.extend(desk.whole(item));
            // Only what goes back takes back.
            if row.amount.is_negative() {
                let returned = back::returnable(batch, desk, item);
                let credits = returned.iter().map(|returned| returned.application.credit);
                let credits: Vec<ItemId> = credits.collect();
                items.extend(credits.iter().filter_map(|one| batch.parted.get(one)));
                items.extend(credits);
            }
        }
        if let Some(customer) = row.customer {
            let party = desk.names.parties[customer].0;
            items.extend(desk.open_receipts.get(&party).into_iter().flatten());
            items.extend(desk.owed_again.get(&party).into_iter().flatten());
        }
    }
    items
}

/// The word under which a decision is kept; what could not be posted is proposed, or waits.
fn kept_outcome(decided: Decided, chosen: &Chosen, demoted: bool) -> &'static str {
    match decided {
        Decided::Posted if demoted => outcome_word(Decided::Proposed),
        Decided::Posted => chosen.outcome,
        _ if demoted => outcome_word(Decided::Waiting),
        other => outcome_word(other),
    }
}

/// Posts the money of a line that waits, once. Money that went out waits unposted: nobody is
/// credited with it.
fn wait(
    batch: &mut Batch<'_>,
    desk: &Desk<'_>,
    unit: &Unit,
    decision: &Decision,
    place: &Place,
) -> Posted {
    if let Some(before) = unit
        .before
        .as_ref()
        .filter(|before| before.receipt.is_some())
    {
        let receipt = before.receipt.map(DocumentId);
        let party = place
            .waiting
            .and_then(|item| batch.states.get(&item))
            .and_then(|state| state.item.party);
        return Posted {
            party,
            receipt,
            documents: receipt.into_iter().collect(),
            entries: Vec::new(),
        };
    }
    if !unit.payment.amount.is_positive() {
        return Posted::default();
    }
    let party = known_payer(decision).map(|customer| desk.names.parties[customer].0);
    post::waiting(batch, unit, place, party)
}

/// The customer whose money it is, where the matcher says so or all alternatives agree.
fn known_payer(decision: &Decision) -> Option<usize> {
    if let Some(payer) = decision.payer {
        return Some(payer);
    }
    let mut customers = decision
        .alternatives
        .iter()
        .flat_map(|proposal| &proposal.rows)
        .map(|row| row.customer);
    let first = customers.next()??;
    customers
        .all(|customer| customer == Some(first))
        .then_some(first)
}

/// A document of another currency that is cleared whole is cleared for what is open on it.
fn in_document_currency(
    batch: &Batch<'_>,
    desk: &Desk<'_>,
    rows: &[domain::cash::Row],
) -> Vec<domain::cash::Row> {
    let whole = |row: &domain::cash::Row| {
        let settles = matches!(row.kind, Kind::Payment | Kind::CreditMemoTaken);
        let item = row.item.filter(|item| settles && is_here(*item))?;
        let open = desk.open(batch, ItemId(item.cast_signed()))?;
        let other = open.currency() != row.amount.currency();
        (other && row.amount.is_positive() == open.is_positive()).then_some(open)
    };
    rows.iter()
        .map(|row| domain::cash::Row {
            document_amount: row.document_amount.or_else(|| whole(row)),
            ..*row
        })
        .collect()
}

/// Why rows cannot be posted: an item is gone, smaller than asked, or in another currency.
fn misfit(batch: &Batch<'_>, desk: &Desk<'_>, rows: &[domain::cash::Row]) -> Option<String> {
    let mut asked: HashMap<ItemId, Money> = HashMap::new();
    for row in rows.iter().filter(|row| row.item.is_some_and(is_here)) {
        let item = ItemId(row.item?.cast_signed());
        let Some(state) = batch.states.get(&item) else {
            return Some(format!("{item} is no longer there"));
        };
        let amount = row.document_amount.unwrap_or(row.amount);
        let settles = match row.kind {
            Kind::Payment => amount.is_positive(),
            Kind::CreditMemoTaken => amount.is_negative(),
            _ => false,
        };
        if settles && amount.currency() != state.item.amount.currency() {
            return Some(format!("{item} is in {}", state.item.amount.currency()));
        }
        if settles {
            let sum = asked.entry(item).or_insert(Money::zero(amount.currency()));
            *sum += amount.abs();
            let open = desk.open(batch, item).unwrap_or(state.open).abs();
            if open.minor() < sum.minor() {
                return Some(format!("only {open:?} is open on {item}"));
            }
        }
    }
    None
}
