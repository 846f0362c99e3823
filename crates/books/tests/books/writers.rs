//! Many writers at once: nobody sees a deadlock, numbers have no gap, no item crosses zero, a
//! file is taken once, and nothing lands in a period that another writer closed.

use std::collections::BTreeMap;
use std::sync::{Barrier, Mutex};
use std::thread;

use books::ledger::{Posting, periods, post};
use books::{Context, Db, Failure};
use domain::calendar::Date;
use domain::documents::{DocumentKind, issue};
use domain::ids::{EntryId, Ids, ItemId, PartyId};
use domain::ledger::{EntryDraft, Source};
use domain::open_items::{ApplyGroup, ApplyOrder, apply};
use formats::exchange::Kind;
use serde_json::json;

use crate::engines::{Fixture, found, on_every_engine};
use crate::traffic::{
    Clock, Dice, assert_verified, customers, draft, euros, import, invoices, setting, statement,
};

const CUSTOMERS: usize = 8;
/// Invoices of the opening file, paid by bank statements.
const INVOICES: usize = 64;

/// What the writers share.
struct Floor<'a> {
    fixture: &'a Fixture,
    clock: &'a Clock,
    /// Items that all receipts go to.
    hot: Vec<ItemId>,
    parties: Vec<PartyId>,
    /// How often what happened.
    counts: Mutex<BTreeMap<String, u64>>,
}

impl Floor<'_> {
    fn count(&self, what: &str) {
        let mut counts = self.counts.lock().expect("no writer panics counting");
        *counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Counts what became of an action; a broken machine fails the test.
    fn tell<T>(&self, action: &str, done: Result<T, Failure>) -> Option<T> {
        match done {
            Ok(value) => {
                self.count(action);
                Some(value)
            }
            Err(Failure::Refused(refusal)) => {
                self.count(&format!("{action} refused: {}", refusal.code()));
                None
            }
            Err(Failure::Fault(fault)) => panic!("{action}: {fault}"),
        }
    }
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn post_invoice(
    db: &Db,
    context: &Context,
    party: PartyId,
    on: Date,
    gross: i64,
    ids: &mut Ids,
) -> Result<ItemId, Failure> {
    let issued = issue(
        draft(DocumentKind::Invoice, Some(party), on, euros(gross)),
        ids,
    );
    let item = issued.item.id;
    let mut posting = Posting::default();
    posting.issued([issued]);
    db.write(context, None, |work| {
        post(work, &mut posting.clone())?;
        work.note("test.invoice", "", json!({}));
        Ok(())
    })?;
    Ok(item)
}

/// A receipt, and its application to one of the items that everybody pays.
fn receive(
    db: &Db,
    context: &Context,
    debit: ItemId,
    gross: i64,
    ids: &mut Ids,
) -> Result<(), Failure> {
    let mut receipt_ids = ids.clone();
    for _ in 0..8 {
        ids.take();
    }
    db.write(context, None, |work| {
        let mut ids = receipt_ids.clone();
        let mut states = books::testing::lock_items(work, &[debit])?;
        let functional = work.functional();
        let party = states[&debit].item.party;
        let on = day("2025-03-10");
        let issued = issue(
            draft(DocumentKind::Receipt, party, on, euros(gross)),
            &mut ids,
        );
        let item = issued.item.clone();
        states.insert(
            item.id,
            domain::open_items::ItemState::untouched(item.clone()),
        );
        let order = ApplyOrder {
            debit,
            credit: item.id,
            debit_amount: euros(gross),
            credit_amount: euros(gross),
        };
        let groups = [ApplyGroup {
            on,
            orders: vec![order],
        }];
        let applied = apply(&mut states, &groups, functional, &mut ids)?;
        let mut posting = Posting::default();
        posting.issued([issued]);
        posting.applied(applied);
        post(work, &mut posting)?;
        work.note("test.receipt", "", json!({}));
        Ok(())
    })?;
    receipt_ids.take();
    Ok(())
}

/// One writer's day.
fn work(floor: &Floor<'_>, db: &Db, writer: u16, rounds: u64) {
    let mut dice = Dice::new(u64::from(writer) + 7);
    let mut ids = Ids::starting(150_000_000_000 + i64::from(writer) * 1_000_000, writer);
    for _ in 0..rounds {
        let context = floor.clock.context(writer);
        match dice.roll(20) {
            0..5 => {
                let party = *dice.pick(&floor.parties);
                let on = *dice.pick(&[day("2025-02-10"), day("2025-03-10")]);
                let done = post_invoice(db, &context, party, on, 5_000, &mut ids);
                floor.tell("invoice", done);
            }
            5..12 => {
                let hot = *dice.pick(&floor.hot);
                let done = receive(
                    db,
                    &context,
                    hot,
                    1_000 + dice.roll(9) as i64 * 700,
                    &mut ids,
                );
                floor.tell("receipt", done);
            }
            12..15 => {
                let place = dice.roll(8) as usize;
                let text = statement(place, 1 + place * 8, 8, CUSTOMERS);
                let done = import(db, &context, None, &format!("{place}.sta"), &text);
                let action = match done.as_ref().map(|report| report.known_file) {
                    Ok(true) => "statement known",
                    _ => "statement",
                };
                if let Some(report) = floor.tell(action, done) {
                    assert_eq!(report.problems, [], "{place}.sta");
                }
            }
            15..17 => {
                let done = books::cash::apply(db, &context, None, None, true);
                floor.tell("cash run", done);
            }
            17 => {
                let done = db.write(&context, None, |work| periods::close(work, "2025-02"));
                floor.tell("close", done);
            }
            18 => {
                let done = db.write(&context, None, |work| {
                    periods::reopen(work, "2025-02", "a late invoice")
                });
                floor.tell("reopen", done);
            }
            _ => {
                let done = db.read(&context, None, |work| {
                    let report = books::reports::find("trial-balance").expect("the report");
                    report.answer(work, &books::reports::Question::as_of(day("2025-12-31")))
                });
                floor.tell("report", done);
            }
        }
    }
}

#[test]
fn many_writers_leave_good_books() {
    let writers = setting("DUEBOOK_TEST_WRITERS", 16) as u16;
    let rounds = setting("DUEBOOK_TEST_ROUNDS", 24);
    on_every_engine("writers", |fixture| {
        found(&fixture.db);
        let clock = Clock::starting("2025-04-01T08:00:00Z");
        let (db, now) = (&fixture.db, || clock.context(1));
        import(
            db,
            &now(),
            Some(Kind::Customers),
            "c.csv",
            &customers(CUSTOMERS),
        )
        .expect("taken");
        let text = invoices(1, INVOICES, CUSTOMERS);
        import(db, &now(), Some(Kind::OpenItems), "o.csv", &text).expect("taken");
        let parties = books::testing::party_ids(&fixture.url).expect("parties");
        let mut ids = Ids::starting(149_000_000_000, 1);
        let hot = (0..3).map(|place| {
            let party = parties[place];
            post_invoice(db, &now(), party, day("2025-03-01"), 40_000, &mut ids).expect("posted")
        });
        let floor = Floor {
            fixture,
            clock: &clock,
            hot: hot.collect(),
            parties,
            counts: Mutex::default(),
        };
        let start = Barrier::new(usize::from(writers));
        thread::scope(|scope| {
            for writer in 0..writers {
                let (floor, start) = (&floor, &start);
                scope.spawn(move || {
                    // Half of them share one pool of connections, half are programs of their own.
                    let own = (writer % 2 == 1)
                        .then(|| Db::open(&floor.fixture.url).expect("another door"));
                    start.wait();
                    work(
                        floor,
                        own.as_ref().unwrap_or(&floor.fixture.db),
                        writer + 10,
                        rounds,
                    );
                });
            }
        });
        let facts = assert_verified(db, &now(), "after all writers");
        let counts = floor.counts.lock().expect("all are done");
        let taken = counts.get("statement").copied().unwrap_or_default();
        assert_eq!(taken, 8, "each statement is taken once");
        eprintln!(
            "{:?}: {writers} writers, {facts} facts verified: {counts:?}",
            db.engine()
        );
    });
}

#[test]
fn an_entry_without_lines_stays_outside() {
    on_every_engine("empty_entry", |fixture| {
        found(&fixture.db);
        let on = day("2025-03-10");
        let empty = EntryDraft::on(EntryId(1), on, Source::Manual, "Nothing").balanced();
        let mut posting = Posting::default();
        posting.entries.push(empty);
        let refused = fixture.db.write(&crate::engines::context(), None, |work| {
            post(work, &mut posting.clone())
        });
        assert!(matches!(refused, Err(Failure::Fault(_))), "{refused:?}");
    });
}
