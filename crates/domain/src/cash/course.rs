//! The course of a run: payments in their order, among those that earlier runs settled.
//!
//! A payment that waited is decided again as of its own place: with what was open then, knowing
//! what came before it. What the matcher itself has closed since speaks for nothing: an ambiguity
//! stays open when one of its readings is used up by another payment. Runs of every day therefore
//! decide as one run over the month would. Only what is still open can be posted or proposed.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::context::Context;
use super::decide::{self, Matcher};
use super::decision::{Decision, Outcome, Row};
use super::index::Index;
use super::keys::Map;
use super::model::{Payment, Settled};
use super::seen::Seen;
use super::{quoted, text, trial};

/// Payments that one worker looks at before what they change is noted.
const AT_ONCE: usize = 24;
/// Settled payments that may lie between payments looked at together.
const BETWEEN: usize = 48;

const CLOSED_SINCE: &str = "Another payment has closed since what this one may have paid";

/// What earlier runs settled behind the place at which a run has arrived.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    settled: VecDeque<Settled>,
    /// What they took of each document, which is given back until they are passed.
    taken: Map<u32, i64>,
    /// The place of the last of them.
    last: Option<u64>,
    /// Was the rest given back?
    begun: bool,
}

impl Ahead {
    /// Settled payments in their order.
    pub(super) fn of(settled: Vec<Settled>) -> Ahead {
        Ahead {
            last: settled.last().map(|last| last.payment.id),
            settled: settled.into(),
            ..Ahead::default()
        }
    }

    /// The next one before this place.
    fn next_before(&mut self, place: u64) -> Option<Settled> {
        self.settled
            .pop_front_if(|earlier| earlier.payment.id < place)
    }

    /// How many stand before this place.
    fn before(&self, place: u64) -> usize {
        self.settled
            .partition_point(|earlier| earlier.payment.id < place)
    }
}

/// What a row took of its document; its face amount where the row says only that it took all.
fn took(index: &Index, row: &Row) -> Option<(u32, i64)> {
    let (doc, amount) = trial::taken(index, row)?;
    Some((doc, amount.unwrap_or(index.docs[doc as usize].amount)))
}

impl Matcher {
    /// Decides payments in their order and takes note of each decision, as [`Matcher::decide`]
    /// and [`Matcher::record`] do one by one; looks at several at once where the machine can.
    ///
    /// Identities of payments rise in the order in which they are decided, settled ones included.
    pub fn run(&mut self, payments: &[&Payment]) -> Vec<Decision> {
        let mut decisions = self.go_on(payments);
        self.end(payments, &mut decisions);
        decisions
    }

    /// Decides payments that come behind all that were decided; what is said of them by
    /// [`Matcher::end`] is their decision.
    pub fn go_on(&mut self, payments: &[&Payment]) -> Vec<Decision> {
        let workers = thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(8);
        if let Some(first) = payments.first().filter(|_| !self.ahead.begun) {
            self.give_back(first.id);
            self.ahead.begun = true;
        }
        let mut out = Vec::with_capacity(payments.len());
        let mut rest = payments;
        while !rest.is_empty() {
            let (some, others) = rest.split_at(self.together(rest, workers));
            rest = others;
            let mut looked = self.look_at_all(some, workers);
            let changed = Seen::default();
            for (payment, looked) in some.iter().zip(&mut looked) {
                self.pass(payment.id, &changed);
                let decision = match looked.take() {
                    Some((decision, seen)) if !seen.meets(&changed) => decision,
                    _ => self.decide(payment),
                };
                let mut decision = self.if_left(decision);
                self.note(payment, &decision, &changed);
                // A run over many lines keeps all of them until its end.
                for proposal in &mut decision.alternatives {
                    proposal.rows.shrink_to_fit();
                    proposal.evidence.shrink_to_fit();
                }
                out.push(decision);
            }
        }
        out
    }

    /// Ends a run: looks again at all that it decided, now that everything is settled.
    pub fn end(&mut self, payments: &[&Payment], decisions: &mut [Decision]) {
        self.pass(u64::MAX, &Seen::default());
        let last = self.ahead.last.unwrap_or(0);
        for (payment, decision) in payments.iter().zip(decisions) {
            if payment.id < last {
                self.refresh(payment, decision);
            }
        }
    }

    /// Remembers what was settled before this place, and opens again what was settled behind it.
    fn give_back(&mut self, place: u64) {
        while let Some(earlier) = self.ahead.next_before(place) {
            self.use_up(earlier.advice, &Seen::default());
            self.keep(&earlier.payment, &earlier.rows, &Seen::default());
        }
        for row in self.ahead.settled.iter().flat_map(|later| &later.rows) {
            if let Some((doc, amount)) = took(&self.index, row) {
                self.index.docs[doc as usize].open += amount;
                *self.ahead.taken.entry(doc).or_default() += amount;
            }
        }
        let docs: Vec<u32> = self.ahead.taken.keys().copied().collect();
        self.index.reopened(&docs);
    }

    /// Takes note of what was settled before this place, as when it was posted. It teaches
    /// nothing: a mistake of the matcher must not become its evidence.
    fn pass(&mut self, place: u64, changed: &Seen) {
        while let Some(earlier) = self.ahead.next_before(place) {
            let rows = earlier.rows.iter();
            for (doc, amount) in rows.filter_map(|row| took(&self.index, row)) {
                *self.ahead.taken.entry(doc).or_default() -= amount;
            }
            self.use_up(earlier.advice, changed);
            self.settle(&earlier.payment, &earlier.rows, changed);
        }
    }

    /// How many of the next payments are looked at together.
    fn together(&self, next: &[&Payment], workers: usize) -> usize {
        let most = next.len().min(AT_ONCE * workers);
        let near = |payment: &&&Payment| self.ahead.before(payment.id) <= BETWEEN;
        next[..most].iter().take_while(near).count().max(1)
    }

    /// The decision, but proposed where something that it would post was settled since.
    fn if_left(&self, mut decision: Decision) -> Decision {
        let first = decision.alternatives.first();
        if decision.outcome == Outcome::Posted
            && first.is_some_and(|first| self.is_gone(&first.rows))
        {
            decision.outcome = Outcome::Proposed;
            CLOSED_SINCE.clone_into(&mut decision.waits);
        }
        decision
    }

    /// Is less left of a document than these rows take, now that everything is settled?
    fn is_gone(&self, rows: &[Row]) -> bool {
        let mut wanted: Map<u32, i64> = Map::default();
        for (place, amount) in rows.iter().filter_map(|row| trial::taken(&self.index, row)) {
            let open = self.index.docs[place as usize].open;
            *wanted.entry(place).or_default() += amount.unwrap_or(open);
        }
        wanted.into_iter().any(|(place, amount)| {
            let doc = &self.index.docs[place as usize];
            let later = self.ahead.taken.get(&place).copied().unwrap_or(0);
            let left = doc.open - later;
            let takes = amount.signum() == doc.amount.signum();
            takes && (left.signum() != amount.signum() || left.abs() < amount.abs())
        })
    }

    /// Looks again at a payment that still waits where something it proposes was settled since;
    /// that only fewer readings are left speaks for none of them.
    fn refresh(&self, payment: &Payment, decision: &mut Decision) {
        let gone = |decision: &Decision| {
            let mut proposals = decision.alternatives.iter();
            proposals.any(|proposal| self.is_gone(&proposal.rows))
        };
        if decision.outcome != Outcome::Proposed || !gone(decision) {
            return;
        }
        let text = quoted::text(payment);
        let pieces = text::pieces(&text);
        let mut context = Context::new(self, payment, &text, &pieces);
        let findings = decide::find(&mut context).unwrap_or_default();
        let findings = findings
            .into_iter()
            .map(|finding| finding.but(CLOSED_SINCE));
        *decision = decide::decision(&context, findings.collect());
    }

    /// Looks at each payment as if none of the others had come; nothing where one worker would
    /// only do the work twice.
    fn look_at_all(&self, some: &[&Payment], workers: usize) -> Vec<Option<(Decision, Seen)>> {
        let mut out: Vec<Option<(Decision, Seen)>> = some.iter().map(|_| None).collect();
        if workers < 2 || some.len() < 2 {
            return out;
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                match some.get(at) {
                    Some(payment) => done.push((at, self.look(payment))),
                    None => return done,
                }
            }
        };
        thread::scope(|scope| {
            let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            let mut done = work();
            // Whatever a worker did not finish is decided in its turn.
            done.extend(
                others
                    .into_iter()
                    .filter_map(|other| other.join().ok())
                    .flatten(),
            );
            for (at, looked) in done {
                out[at] = Some(looked);
            }
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::decision::Kind;
    use super::super::model::{Book, Item, PastPayment};
    use super::super::tests::{book, first, pay, row};
    use super::*;

    /// Payments of two weeks: quoted, silent, returned, twice, of nobody known.
    fn fortnight() -> Vec<Payment> {
        let texts = ["F25/03142", "3142 bis 3144", "", "F25/03262", "AU-5512"];
        let amounts = ["284.41", "1273.86", "640.05", "-284.41", "1190.00", "77.15"];
        let payment = |i: usize| {
            let account = ["DE11", "DE22", "DE33", "DE44"][i % 4];
            let mut payment = pay(amounts[i % 6], account, texts[i / 7 % 5]);
            payment.id = i as u64;
            payment.booked = date(2025, 5, 20 + i8::try_from(i / 25).expect("small"));
            payment.reversal = payment.amount.is_negative();
            payment
        };
        (0..250).map(payment).collect()
    }

    /// The book after these decisions, as it is loaded for the next run; what still waits comes
    /// first in it.
    fn after(mut book: Book, payments: &[Payment], decisions: &[Decision]) -> (Book, Vec<Payment>) {
        let mut waiting = Vec::new();
        for (payment, decision) in payments.iter().zip(decisions) {
            match decision.outcome {
                Outcome::NotCustomerCash(_) => {}
                Outcome::Proposed | Outcome::Waiting => waiting.push(payment.clone()),
                Outcome::Posted => {
                    let rows = decision.alternatives[0].rows.clone();
                    for row in &rows {
                        let takes = matches!(row.kind, Kind::Payment | Kind::CreditMemoTaken);
                        let item = |item: &&mut Item| takes && Some(item.id) == row.item;
                        if let Some(item) = book.items.iter_mut().find(item) {
                            item.open -= row.amount;
                        }
                    }
                    let payment = payment.clone();
                    book.settled.push(Settled {
                        payment,
                        rows,
                        advice: decision.advice,
                        is_closed: false,
                    });
                }
            }
        }
        (book, waiting)
    }

    #[test]
    fn runs_of_every_day_decide_as_one_run_does() {
        let payments = fortnight();
        let all: Vec<&Payment> = payments.iter().collect();
        let mut expected: Vec<(u64, String)> = Vec::new();
        let tell = |told: &mut Vec<(u64, String)>, some: &[Payment], made: &[Decision]| {
            for (payment, decision) in some.iter().zip(made) {
                if decision.outcome == Outcome::Posted {
                    told.push((payment.id, format!("{:?}", decision.alternatives[0].rows)));
                }
            }
        };
        let at_once = Matcher::new(book()).run(&all);
        tell(&mut expected, &payments, &at_once);
        assert!(expected.len() > 10, "{expected:?}");

        let mut posted: Vec<(u64, String)> = Vec::new();
        let (mut book, mut waiting) = (book(), Vec::new());
        for day in payments.chunk_by(|one, next| one.booked == next.booked) {
            waiting.extend(day.iter().cloned());
            let look: Vec<&Payment> = waiting.iter().collect();
            let made = Matcher::new(book.clone()).run(&look);
            tell(&mut posted, &waiting, &made);
            (book, waiting) = after(book, &waiting, &made);
            book.settled.sort_by_key(|settled| settled.payment.id);
        }
        posted.sort_unstable();
        assert_eq!(posted, expected);
    }

    #[test]
    fn a_run_that_pauses_decides_as_one_that_does_not() {
        let payments = fortnight();
        let all: Vec<&Payment> = payments.iter().collect();
        let made = Matcher::new(book()).run(&all[..120]);
        let (book, waiting) = after(book(), &payments[..120], &made);
        let some: Vec<&Payment> = waiting.iter().chain(&payments[120..]).collect();
        let whole = Matcher::new(book.clone()).run(&some);
        for parts in [[0, 0], [1, 40], [50, some.len()]] {
            let mut matcher = Matcher::new(book.clone());
            let mut told = matcher.go_on(&some[..parts[0]]);
            told.extend(matcher.go_on(&some[parts[0]..parts[1]]));
            told.extend(matcher.go_on(&some[parts[1]..]));
            matcher.end(&some, &mut told);
            for (one, other) in told.iter().zip(&whole) {
                assert_eq!(format!("{one:?}"), format!("{other:?}"), "{parts:?}");
            }
            assert_eq!(told.len(), whole.len());
        }
    }

    /// Two customers behind one account, each with a document of the amount; another payment
    /// closed one of them.
    fn closed_since() -> (Book, Payment) {
        let mut book = book();
        book.customers[1].accounts.push("DE55".to_owned());
        book.customers[2].accounts.push("DE55".to_owned());
        let mut waits = pay("640.05", "DE55", "Danke");
        waits.id = 0;
        let decision = Matcher::new(book.clone()).decide(&waits);
        assert_eq!(decision.outcome, Outcome::Proposed);
        assert_eq!(decision.alternatives.len(), 2);
        let later = pay("640.05", "DE22", "F25/03251");
        let closes = Matcher::new(book.clone()).decide(&later);
        assert_eq!(
            first(&closes),
            (true, vec![row(7, "640.05", Kind::Payment)])
        );
        let (book, _) = after(book, &[later], &[closes]);
        (book, waits)
    }

    #[test]
    fn what_the_matcher_closed_since_does_not_settle_an_ambiguity() {
        let (book, waits) = closed_since();
        let made = Matcher::new(book.clone()).run(&[&waits]);
        assert_eq!(
            first(&made[0]),
            (false, vec![row(8, "640.05", Kind::Payment)])
        );
        assert_eq!(made[0].waits, CLOSED_SINCE);

        // A person who says the same is believed.
        let mut told = book;
        let past = told.settled.remove(0);
        let taught = PastPayment::of(&past.payment, &past.rows);
        told.history.push(taught);
        let made = Matcher::new(told).run(&[&waits]);
        assert_eq!(
            first(&made[0]),
            (true, vec![row(8, "640.05", Kind::Payment)])
        );
    }

    #[test]
    fn what_was_settled_teaches_when_its_period_is_closed() {
        let mut book = book();
        let mut payment = pay("912.30", "DE77", "F25/03143");
        payment.id = 0;
        let decision = Matcher::new(book.clone()).decide(&payment);
        assert_eq!(decision.outcome, Outcome::Posted);
        (book, _) = after(book, &[payment], &[decision]);
        let silent = pay("284.41", "DE77", "");
        let made = Matcher::new(book.clone()).run(&[&silent]);
        assert_eq!(
            made[0].payer, None,
            "the account is nobody's but by a person's word"
        );
        assert_eq!(made[0].outcome, Outcome::Proposed);

        book.settled[0].is_closed = true;
        let made = Matcher::new(book).run(&[&silent]);
        assert!(
            made[0].payer.is_some(),
            "whose account it is has been looked at"
        );
    }
}
