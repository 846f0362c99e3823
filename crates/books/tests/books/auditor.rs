//! The auditor: random but seeded work against a naive second model. After each step both engines
//! answer alike, the aging of any day is what the model says, and the promises hold.
//!
//! The model knows nothing of ledgers: items with an amount, and what was taken off them when.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use books::approvals::{self, Wish};
use books::ledger::{Posting, periods, post};
use books::reports::{self, Carried, Question};
use books::{Context, Failure};
use domain::calendar::Date;
use domain::documents::{DocumentDraft, DocumentKind, Side, issue};
use domain::ids::{DocumentId, Ids, ItemId, PartyId};
use domain::money::{Currency, Money};
use domain::open_items::{Application, ApplyGroup, ApplyOrder, Undo, apply, undo};
use formats::exchange::Kind;
use jiff::ToSpan;
use serde_json::json;

use crate::carried;
use crate::engines::{Fixture, fixtures, found};
use crate::traffic::{
    Clock, Dice, assert_verified, customers, draft, euros, import, invoices, setting,
};

const PARTIES: usize = 4;

/// An item as the model has it.
struct Item {
    id: ItemId,
    document: DocumentId,
    kind: DocumentKind,
    party: PartyId,
    side: Side,
    /// Signed: a debit above zero.
    amount: Money,
    on: Date,
    due_on: Date,
    /// When how much was taken off, toward zero.
    taken: Vec<(Date, i64)>,
}

impl Item {
    fn open_on(&self, day: Date) -> i64 {
        let taken = self.taken.iter().filter(|(on, _)| *on <= day);
        let taken: i64 = taken.map(|(_, amount)| amount).sum();
        self.amount.minor().abs() - taken
    }

    /// Why so much cannot be taken off on a day: what was taken back later still stood then.
    fn refuses(&self, on: Date, asked: i64) -> Option<&'static str> {
        let mut taken_back = self.taken.iter().filter(|(_, amount)| *amount < 0);
        if taken_back.any(|(day, _)| on < *day) {
            return Some("before_undone");
        }
        (self.open_on(Date::MAX) < asked).then_some("exceeds_open")
    }
}

/// The books of all engines side by side, and the model.
struct Audit {
    books: Vec<Fixture>,
    clock: Clock,
    dice: Dice,
    ids: Ids,
    parties: Vec<PartyId>,
    items: Vec<Item>,
    live: Vec<(Application, usize, usize)>,
    closed: BTreeSet<String>,
    counts: BTreeMap<String, u64>,
}

impl Audit {
    /// Does the same work in all books; they must answer alike, with this refusal or none.
    fn everywhere(
        &mut self,
        action: &str,
        expected: Option<&str>,
        act: impl Fn(&Fixture, &Context) -> Result<(), Failure>,
    ) {
        let context = self.clock.context(3);
        for book in &self.books {
            let code = match act(book, &context) {
                Ok(()) => None,
                Err(Failure::Refused(refusal)) => Some(refusal.code()),
                Err(Failure::Fault(fault)) => panic!("{action} on {:?}: {fault}", book.db.engine()),
            };
            assert_eq!(code, expected, "{action} on {:?}", book.db.engine());
        }
        let told = expected.map_or_else(|| action.to_owned(), |code| format!("{action}: {code}"));
        *self.counts.entry(told).or_default() += 1;
    }

    fn closed_refusal(&self, days: &[Date]) -> Option<&'static str> {
        let is_closed = |day: &Date| self.closed.contains(&periods::period_of(*day));
        days.iter().any(is_closed).then_some("period_closed")
    }

    fn day(&mut self) -> Date {
        let first: Date = "2025-01-01".parse().expect("a day");
        first.saturating_add((self.dice.roll(120) as i64).days())
    }

    fn post(&mut self, action: &str, posting: &Posting, expected: Option<&str>) {
        self.everywhere(action, expected, |book, context| {
            book.db.write(context, None, |work| {
                post(work, &mut posting.clone())?;
                work.note("audit", "", json!({}));
                Ok(())
            })
        });
    }

    /// A document of any kind, in one of two currencies.
    fn issue(&mut self) {
        use DocumentKind::{
            Bill, CreditMemo, DebitMemo, Invoice, Payment, Receipt, Refund, VendorCredit, WriteOff,
        };
        let kinds = [
            Invoice,
            Invoice,
            Invoice,
            Receipt,
            Receipt,
            Bill,
            Payment,
            CreditMemo,
            VendorCredit,
            DebitMemo,
            Refund,
            WriteOff,
        ];
        let kind = *self.dice.pick(&kinds);
        let party = *self.dice.pick(&self.parties.clone());
        let on = self.day();
        let code = *self.dice.pick(&["EUR", "EUR", "USD", "JPY"]);
        let currency = Currency::parse(code).expect("a currency");
        let gross = Money::new(1 + self.dice.roll(50_000) as i64, currency);
        let mut draft = draft(kind, Some(party), on, gross);
        if code != "EUR" {
            let euros = gross.minor() * (80 + self.dice.roll(30) as i64) / 100;
            value(&mut draft, euros);
        }
        draft.due_on = on.saturating_add((self.dice.roll(60) as i64).days());
        self.open(kind.code(), draft, None);
    }

    fn open(&mut self, action: &str, draft: DocumentDraft, also: Option<&str>) {
        let issued = issue(draft, &mut self.ids);
        let (item, document) = (issued.item.clone(), issued.document.clone());
        let mut posting = Posting::default();
        posting.issued([issued]);
        let refusal = self.closed_refusal(&[item.opened_on]).or(also);
        self.post(action, &posting, refusal);
        if refusal.is_none() {
            self.items.push(Item {
                id: item.id,
                document: document.id,
                kind: document.kind,
                party: item.party.expect("all have one"),
                side: item.side,
                amount: item.amount,
                on: item.opened_on,
                due_on: item.due_on,
                taken: Vec::new(),
            });
        }
    }

    /// A document that takes another one back: the same kind on the opposite column.
    fn reverse(&mut self) {
        let Some(place) = self.any_item() else { return };
        let on = self.day().max(self.items[place].on);
        let item = &self.items[place];
        let mut draft = draft(item.kind, Some(item.party), on, item.amount.abs());
        draft.reverses = Some(item.document);
        if item.amount.currency().code() != "EUR" {
            let euros = item.amount.abs().minor();
            value(&mut draft, euros);
        }
        self.open("reverse", draft, None);
    }

    fn any_item(&mut self) -> Option<usize> {
        let own = self.items.iter().position(|item| item.id != ItemId(0))?;
        Some(own + self.dice.roll((self.items.len() - own) as u64) as usize)
    }

    /// One item settles another, often too much of it, sometimes across currencies.
    fn apply(&mut self) {
        let (Some(a), Some(b)) = (self.any_item(), self.any_item()) else {
            return;
        };
        let (debit, credit) = if self.items[a].amount.is_positive() {
            (a, b)
        } else {
            (b, a)
        };
        let now: Date = "2026-01-01".parse().expect("a day");
        let open = |place: usize| self.items[place].open_on(now);
        let (open_debit, open_credit) = (open(debit), open(credit));
        let (from, to) = (&self.items[debit], &self.items[credit]);
        let same = from.amount.currency() == to.amount.currency();
        let on = from.on.max(to.on);
        let most = open_debit.min(open_credit).max(1) as u64;
        let (currency_debit, currency_credit) = (from.amount.currency(), to.amount.currency());
        let columns = from.amount.is_positive() && to.amount.is_negative();
        let asked = 1 + self.dice.roll(most + most / 4 + 1) as i64;
        let other = if same {
            asked
        } else {
            1 + self.dice.roll(most + 1) as i64
        };
        let expected = if columns {
            from.refuses(on, asked)
                .or(to.refuses(on, other))
                .or(self.closed_refusal(&[on]))
        } else {
            Some("same_column")
        };
        let group = ApplyGroup {
            on,
            orders: vec![ApplyOrder {
                debit: self.items[debit].id,
                credit: self.items[credit].id,
                debit_amount: Money::new(asked, currency_debit),
                credit_amount: Money::new(other, currency_credit),
            }],
        };
        let mut made = self.settle(&group, expected);
        if expected.is_none() {
            assert!(
                made.windows(2).all(|pair| pair[0] == pair[1]),
                "engines part: {made:?}"
            );
            self.items[debit].taken.push((on, asked));
            self.items[credit].taken.push((on, other));
            self.live.push((made.swap_remove(0), debit, credit));
        }
    }

    /// Applies a group in all books; answers with the application that each of them made.
    fn settle(&mut self, group: &ApplyGroup, expected: Option<&str>) -> Vec<Application> {
        let keys = [group.orders[0].debit, group.orders[0].credit];
        let before = self.ids.clone();
        let made = std::cell::RefCell::new(Vec::new());
        self.everywhere("apply", expected, |book, context| {
            book.db.write(context, None, |work| {
                let mut ids = before.clone();
                let mut states = books::testing::lock_items(work, &keys)?;
                let functional = work.functional();
                let groups = std::slice::from_ref(group);
                let applied = apply(&mut states, groups, functional, &mut ids)?;
                made.borrow_mut().push(applied.applications[0].clone());
                let mut posting = Posting::default();
                posting.applied(applied);
                post(work, &mut posting)?;
                work.note("audit", "", json!({}));
                Ok(())
            })
        });
        for _ in 0..4 {
            self.ids.take();
        }
        made.into_inner()
    }

    /// Takes an application back.
    fn unapply(&mut self) {
        if self.live.is_empty() {
            return;
        }
        let place = self.dice.roll(self.live.len() as u64) as usize;
        let (application, debit, credit) = self.live[place].clone();
        let later = (self.dice.roll(20) as i64).days();
        let on = application.applied_on.saturating_add(later);
        let expected = self.closed_refusal(&[on]);
        let keys = [application.debit, application.credit];
        let before = self.ids.clone();
        let back = [Undo {
            application: application.clone(),
            on,
        }];
        self.everywhere("unapply", expected, |book, context| {
            book.db.write(context, None, |work| {
                let mut ids = before.clone();
                let mut states = books::testing::lock_items(work, &keys)?;
                let functional = work.functional();
                let mut posting = Posting::default();
                posting.applied(undo(&mut states, &back, functional, &mut ids)?);
                post(work, &mut posting)?;
                work.note("audit", "", json!({}));
                Ok(())
            })
        });
        for _ in 0..4 {
            self.ids.take();
        }
        if expected.is_none() {
            self.items[debit]
                .taken
                .push((on, -application.debit_amount.minor()));
            self.items[credit]
                .taken
                .push((on, -application.credit_amount.minor()));
            self.live.swap_remove(place);
        }
    }

    fn close_or_reopen(&mut self) {
        let period = (*self.dice.pick(&["2025-01", "2025-02", "2025-03"])).to_owned();
        let is_closed = self.closed.contains(&period);
        if self.dice.roll(3) == 0 {
            let expected = is_closed.then_some("period_unchanged");
            self.everywhere("close", expected, |book, context| {
                // Whatever the checks find: months are closed at random here.
                let wish = Wish::ClosePeriod {
                    period: period.clone(),
                };
                book.db.write(context, None, |work| {
                    approvals::ask(work, &wish, "the dice say so").map(|_| ())
                })
            });
            self.closed.insert(period);
        } else {
            let expected = (!is_closed).then_some("period_unchanged");
            self.everywhere("reopen", expected, |book, context| {
                book.db.write(context, None, |work| {
                    periods::reopen(work, &period, "found late")
                })
            });
            self.closed.remove(&period);
        }
    }

    /// The same file again changes nothing.
    fn import_again(&mut self) {
        self.everywhere("import again", None, |book, context| {
            let text = invoices(1, 3, PARTIES);
            let report = import(&book.db, context, Some(Kind::OpenItems), "o.csv", &text)?;
            assert!(report.known_file && report.accepted == 0);
            Ok(())
        });
    }

    /// What the books say, as text, and the same of all books.
    fn answer(&mut self, report: &str, question: &Question) -> String {
        let context = self.clock.context(4);
        let asked = reports::find(report).expect("the report");
        let mut texts = self.books.iter().map(|book| {
            let table = book
                .db
                .read(&context, None, |work| asked.answer(work, question))
                .expect("answered");
            let mut out = Vec::new();
            reports::csv(&table, &mut out).expect("written");
            String::from_utf8(out).expect("UTF-8")
        });
        let first = texts.next().expect("there is a book");
        for other in texts {
            assert_eq!(first, other, "{report} of two engines");
        }
        first
    }

    /// The balance of each party and currency by the aging report is that of the model.
    fn compare(&mut self, side: Side, day: Date) {
        let question = Question {
            side,
            ..Question::as_of(day)
        };
        let aging = self.answer("aging", &question);
        let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for row in aging
            .lines()
            .skip(1)
            .filter(|row| !row.starts_with("TOTAL"))
        {
            let fields: Vec<&str> = row.split(',').collect();
            let key = (fields[0].to_owned(), fields[2].to_owned());
            found.insert(key, fields[3..10].iter().map(ToString::to_string).collect());
        }
        assert_eq!(found, self.aging(side, day), "aging of {day}, {side:?}");
    }

    /// The aging by the model.
    fn aging(&self, side: Side, day: Date) -> BTreeMap<(String, String), Vec<String>> {
        let names: HashMap<PartyId, String> = self
            .parties
            .iter()
            .enumerate()
            .map(|(place, id)| (*id, format!("C-{}", place + 1)))
            .collect();
        let mut sums: BTreeMap<(String, Currency), [i64; 7]> = BTreeMap::new();
        for item in self
            .items
            .iter()
            .filter(|item| item.side == side && item.on <= day)
        {
            let open = item.open_on(day) * item.amount.minor().signum() * side.sign();
            if open == 0 {
                continue;
            }
            let overdue = item.due_on.until(day).expect("days").get_days();
            let column = match (0 < open, overdue) {
                (false, _) => 5,
                (true, ..=0) => 0,
                (true, 1..=30) => 1,
                (true, 31..=60) => 2,
                (true, 61..=90) => 3,
                (true, _) => 4,
            };
            let key = (names[&item.party].clone(), item.amount.currency());
            let row = sums.entry(key).or_default();
            row[column] += open;
            row[6] += open;
        }
        let shown = |(key, row): ((String, Currency), [i64; 7])| {
            let (party, currency) = key;
            let amount = |minor: &i64| {
                let text = format!("{:?}", Money::new(*minor, currency));
                text.split(' ').next().unwrap_or_default().to_owned()
            };
            let amounts = row.iter().map(amount).collect();
            ((party, currency.code().to_owned()), amounts)
        };
        sums.into_iter().map(shown).collect()
    }
}

/// What a draft in another currency is worth in euros.
fn value(draft: &mut DocumentDraft, minor: i64) {
    draft.functional = euros(minor);
    draft.offsets[0].functional = euros(minor);
}

#[test]
fn random_work_agrees_with_a_naive_model() {
    let seed = setting("DUEBOOK_TEST_SEED", 20_251_124);
    let steps = setting("DUEBOOK_TEST_STEPS", 120);
    eprintln!("seed {seed}, {steps} steps");
    let books = fixtures("auditor");
    let clock = Clock::starting("2025-06-01T08:00:00Z");
    let mut parties = Vec::new();
    for book in &books {
        found(&book.db);
        // The ids of one moment and writer are the same in all books.
        let context = Clock::starting("2025-06-01T07:00:00Z").context(2);
        let text = customers(PARTIES);
        import(&book.db, &context, Some(Kind::Customers), "c.csv", &text).expect("taken");
        let text = invoices(1, 3, PARTIES);
        import(&book.db, &context, Some(Kind::OpenItems), "o.csv", &text).expect("taken");
        parties = books::testing::party_ids(&book.url).expect("parties");
    }
    let mut audit = Audit {
        books,
        clock,
        dice: Dice::new(seed),
        // July 2025: facts have ids of the work that records them, or later ones.
        ids: Ids::starting(173_500_000_000, 8),
        parties,
        items: Vec::new(),
        live: Vec::new(),
        closed: BTreeSet::new(),
        counts: BTreeMap::new(),
    };
    audit.adopt_opening_items();
    let sums: Vec<Carried> = audit.books.iter().map(|_| Carried::default()).collect();
    for step in 1..=steps {
        match audit.dice.roll(20) {
            0..8 => audit.issue(),
            8..14 => audit.apply(),
            14..16 => audit.unapply(),
            16 => audit.reverse(),
            17..19 => audit.close_or_reopen(),
            _ => audit.import_again(),
        }
        let day = audit.day();
        let side = *audit.dice.pick(&[Side::Receivable, Side::Payable]);
        audit.compare(side, day);
        for (book, sums) in audit.books.iter().zip(&sums) {
            carried::agrees(&book.db, sums, &[day], &format!("seed {seed}, step {step}"));
        }
        if step % 10 == 0 || step == steps {
            audit.answer("trial-balance", &Question::as_of(day));
            let context = audit.clock.context(5);
            for book in &audit.books {
                assert_verified(&book.db, &context, &format!("seed {seed}, step {step}"));
            }
        }
    }
    eprintln!("{} books, {:?}", audit.books.len(), audit.counts);
}

impl Audit {
    /// The opening items of the file, as the model sees them. Nothing applies to them: their ids
    /// are the books' own.
    fn adopt_opening_items(&mut self) {
        for number in 1..=3_usize {
            let amount = 10_000 + number as i64;
            self.items.push(Item {
                id: ItemId(0),
                document: DocumentId(0),
                kind: DocumentKind::Invoice,
                party: self.parties[number % PARTIES],
                side: Side::Receivable,
                amount: Money::new(amount, Currency::parse("EUR").expect("EUR")),
                on: "2025-01-15".parse().expect("a day"),
                due_on: "2025-02-14".parse().expect("a day"),
                taken: Vec::new(),
            });
        }
    }
}
