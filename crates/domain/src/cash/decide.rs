//! The decision about one payment, and the state that earlier decisions leave behind.

use std::collections::{HashMap, HashSet};

use crate::certificates;
use crate::money::Money;
use rust_decimal::Decimal;

use super::advice;
use super::advices::Advices;
use super::confidence::{Calibration, Ground, GroundConfidence, behind};
use super::context::Context;
use super::course::Ahead;
use super::decision::{Decision, Kind, OtherCash, Outcome, Proposal, Row};
use super::doubts::ADVISED_OTHERWISE;
use super::finding::Finding;
use super::index::{Index, date_of, day};
use super::model::{Advice, Book, Item, PastPayment, Payment};
use super::quoted::Quoted;
use super::references::Reading;
use super::returns::Memory;
use super::seen::Seen;
use super::{
    by_amount, classify, fx, habits, payout, prepaid, quoted, returns, settle, text, trial,
};

/// A book, indexed, with what earlier payments of the run have closed or claimed.
#[derive(Debug)]
pub struct Matcher {
    pub(super) book: Book,
    pub(super) index: Index,
    pub(super) advices: Advices,
    pub(super) memory: Memory,
    pub(super) ours: classify::Ours,
    /// How sure each ground is in this book.
    calibration: Calibration,
    /// Percent of tax withheld in each customer's country.
    withheld: Vec<Option<Decimal>>,
    /// Customers of whom a payment of the run still waits: what is open is uncertain.
    pub(super) waiting: HashSet<u32>,
    /// Paid so far, while history is learned.
    paid: HashMap<u32, i64>,
    /// What earlier runs settled, until a run has passed it.
    pub(super) ahead: Ahead,
}

impl Matcher {
    /// Indexes a book and learns from its history.
    pub fn new(mut book: Book) -> Matcher {
        let mut history = std::mem::take(&mut book.history);
        history.sort_by_key(|past| past.booked);
        let (learned, tried) = history.split_at(history.len() - trial::length(history.len()));
        let index = Index::build(&mut book, learned);
        let withheld = book.customers.iter().map(|customer| {
            let mut rates = book.policy.withholding.iter();
            let own = rates.find(|(country, _)| *country == customer.country)?;
            Some(own.1)
        });
        let mut matcher = Matcher {
            ours: classify::Ours::of(&book),
            withheld: withheld.collect(),
            book,
            index,
            advices: Advices::default(),
            memory: Memory::default(),
            calibration: Calibration::default(),
            waiting: HashSet::new(),
            paid: HashMap::new(),
            ahead: Ahead::default(),
        };
        let settled = std::mem::take(&mut matcher.book.settled);
        for past in learned {
            // Their names are known.
            let customers = matcher.observe_habits(past);
            matcher.keep_past(past, customers);
        }
        matcher.calibration = trial::run(&mut matcher, tried, &settled);
        // After the trial, whose truth is what persons did.
        for closed in settled.iter().filter(|earlier| earlier.is_closed) {
            matcher.observe(&PastPayment::of(&closed.payment, &closed.rows));
        }
        matcher.ahead = Ahead::of(settled);
        matcher
    }

    /// Keeps in mind what a posted payment was and what it means for later ones, but for the
    /// documents it closed.
    pub(super) fn keep(&mut self, payment: &Payment, rows: &[Row], changed: &Seen) {
        let on_account = rows
            .iter()
            .filter(|row| row.item.is_none() && row.kind == Kind::OverpaymentOnAccount);
        for row in on_account {
            if let Some(habits) = row.customer.and_then(|c| self.index.habits.get_mut(c)) {
                habits.on_account += row.amount.minor();
            }
        }
        for (back, is_whole) in returns::gone_back(payment.amount.minor(), rows) {
            // What came back is open again, but who knows whether the next sum is meant for it.
            let customers = back.iter().filter_map(|row| row.customer);
            self.waiting.extend(customers.map(|c| c as u32));
            let amount: i64 = back.iter().map(|row| row.amount.minor()).sum();
            changed.amount(-amount);
            if self.memory.undo(amount, &back) && is_whole {
                break;
            }
        }
        self.memory
            .decided(payment, day(payment.booked), rows, true);
    }

    /// Percent of tax that a customer withholds on a day: what is agreed with it, else by its country
    /// or by what history shows.
    pub(super) fn withholding_rate(&self, customer: u32, today: i32) -> Option<Decimal> {
        let agreed = &self.book.customers[customer as usize].withholding;
        if !agreed.is_empty()
            && let Some(rate) = certificates::rate_on(agreed, date_of(today))
        {
            return Some(rate);
        }
        let by_country = self.withheld[customer as usize];
        by_country.or_else(|| {
            let rate = self.book.policy.withholding_otherwise?;
            let habits = &self.index.habits[customer as usize];
            habits.withholds().then_some(rate)
        })
    }

    /// The number of a document that the book knows.
    pub fn number(&self, item: u64) -> Option<&str> {
        let doc = self.index.by_id.get(&item)?;
        Some(self.index.texts.number(*doc))
    }

    /// How sure it is of what it posts, ground by ground, and how it came to that.
    pub fn confidences(&self) -> Vec<GroundConfidence> {
        self.calibration.told()
    }

    /// Learns from one payment that a person posted or confirmed.
    pub fn learn(&mut self, past: &PastPayment) {
        let customers = self.observe(past);
        self.keep_past(past, customers);
    }

    fn keep_past(&mut self, past: &PastPayment, customers: Vec<usize>) {
        for customer in customers {
            self.waiting.remove(&(customer as u32));
        }
        self.memory.past(past, day(past.booked));
    }

    /// Learns accounts, names and habits of the customers of a payment; gives them back.
    fn observe(&mut self, past: &PastPayment) -> Vec<usize> {
        let customers = self.observe_habits(past);
        for customer in &customers {
            self.index.names.add(&past.payer, *customer as u32);
        }
        customers
    }

    /// The same without names.
    fn observe_habits(&mut self, past: &PastPayment) -> Vec<usize> {
        let booked = day(past.booked);
        let mut customers = past.customers();
        customers.retain(|c| *c < self.book.customers.len());
        for customer in &customers {
            self.index.add_account(&past.account, *customer as u32);
        }
        if let [customer] = customers[..] {
            let class = &self.book.customers[customer].class;
            let grace_days = self.book.policy.grace_days(class);
            let mut seen = std::mem::take(&mut self.index.habits[customer]);
            let paid = |doc: u32| self.paid.get(&doc).copied().unwrap_or(0);
            habits::observe(&mut seen, past, booked, &self.index, grace_days, paid);
            self.index.habits[customer] = seen;
        }
        for row in past.rows.iter().filter(|row| row.kind == Kind::Payment) {
            if let Some(doc) = row.item.and_then(|id| self.index.by_id.get(&id)) {
                *self.paid.entry(*doc).or_default() += row.amount.minor();
            }
        }
        customers
    }

    /// Advices that came apart from their payment; they may come before or after it.
    pub fn add_advices(&mut self, advices: Vec<Advice>) {
        for advice in advices {
            self.advices.add(advice);
        }
    }

    /// What to do with a payment. Changes nothing: see [`Matcher::record`].
    pub fn decide(&self, payment: &Payment) -> Decision {
        self.look(payment).0
    }

    pub(super) fn look(&self, payment: &Payment) -> (Decision, Seen) {
        let text = quoted::text(payment);
        let pieces = text::pieces(&text);
        let mut context = Context::new(self, payment, &text, &pieces);
        let decision = match find(&mut context) {
            Ok(findings) => decision(&context, findings),
            Err(class) => other_cash(class),
        };
        (decision, context.seen)
    }

    /// Takes note of a decision: what is posted is closed, what is proposed is claimed, so that
    /// the next payment does not get the same documents.
    pub fn record(&mut self, payment: &Payment, decision: &Decision) {
        self.note(payment, decision, &Seen::default());
    }

    /// The same, and marks what it changes.
    pub(super) fn note(&mut self, payment: &Payment, decision: &Decision, changed: &Seen) {
        let posted = decision.outcome == Outcome::Posted;
        // A mere guess claims nothing.
        let guess = Ground::Guess.confidence(false);
        changed.amount(payment.amount.minor());
        let all = decision.alternatives.iter().flat_map(|p| &p.rows);
        for customer in all.filter_map(|row| row.customer).chain(decision.payer) {
            changed.customer(customer as u32);
            if !posted {
                self.waiting.insert(customer as u32);
            }
        }
        let Some(first) = decision.alternatives.first() else {
            return;
        };
        if posted {
            self.use_up(decision.advice, changed);
            self.settle(payment, &first.rows, changed);
            return;
        }
        for row in &first.rows {
            let Some(doc) = row.item.and_then(|id| self.index.by_id.get(&id)) else {
                continue;
            };
            let doc = &mut self.index.docs[*doc as usize];
            changed.customer(doc.customer);
            changed.amount(doc.open);
            doc.claimed |= first.confidence > guess;
            doc.guessed = true;
        }
        self.memory
            .decided(payment, day(payment.booked), &first.rows, false);
    }

    /// An advice belongs to the payment that was posted by it, and to none behind it.
    pub(super) fn use_up(&mut self, advice: Option<u64>, changed: &Seen) {
        if let Some(advice) = advice {
            changed.advice(advice);
            self.advices.use_up(advice);
        }
    }

    /// Closes what a posted payment pays, and keeps it in mind.
    pub(super) fn settle(&mut self, payment: &Payment, rows: &[Row], changed: &Seen) {
        changed.amount(payment.amount.minor());
        for customer in rows.iter().filter_map(|row| row.customer) {
            changed.customer(customer as u32);
        }
        for row in rows {
            let Some((doc, amount)) = trial::taken(&self.index, row) else {
                continue;
            };
            let doc = &mut self.index.docs[doc as usize];
            changed.customer(doc.customer);
            changed.amount(doc.open);
            doc.open -= amount.unwrap_or(doc.open);
            changed.amount(doc.open);
        }
        self.keep(payment, rows, changed);
    }

    /// The same document with what is open now; releases what a proposal claimed.
    pub fn set_item(&mut self, item: &Item) {
        if let Some(doc) = self.index.by_id.get(&item.id) {
            let doc = &mut self.index.docs[*doc as usize];
            doc.open = item.open.minor();
            (doc.claimed, doc.guessed) = (false, false);
        }
    }
}

/// All findings, best first, or the kind of money that is no customer's.
pub(super) fn find(context: &mut Context<'_>) -> Result<Vec<Finding>, OtherCash> {
    if classify::own_transfer(context) {
        return Err(OtherCash::OwnTransfer);
    }
    // Our bank's charge may exceed a small payment from abroad: then it comes in with a minus.
    let charged = context.p.charges.map_or(0, Money::minor);
    let instructed = context.p.instructed.is_some_and(Money::is_positive);
    let eaten = instructed && charged > -context.amount;
    // A notice that moves no money is a person's to read where it speaks of documents.
    if context.amount == 0 && !eaten && !quoted::read(context).is_empty() {
        return Ok(Vec::new());
    }
    if !context.p.payout.is_empty() {
        return Ok(payout::findings(context));
    }
    if context.amount <= 0 && !eaten {
        return outgoing(context);
    }
    let quoted = quoted::read(context);
    if let Some(found) = returns::again(context) {
        return Ok(vec![found]);
    }
    let mut out = Vec::new();
    let own: Vec<Advice> = context.p.advices.clone();
    let mut stubs: Vec<u32> = Vec::new();
    for advice in &own {
        let read = advice::read(context, advice, &[]);
        out.extend(read.findings);
        stubs.extend(read.docs);
    }
    if out.iter().any(Finding::posts) {
        return Ok(out);
    }
    // What a stub says of a deduction is not overruled by what is usual.
    let stub = own.iter().any(advice::deducts);
    let rules: Vec<Finding> = settle::settle(context, &quoted)
        .into_iter()
        .map(|f| f.but_if(stub, "What came with the payment deducts otherwise"))
        .collect();
    let exact =
        |f: &Finding| f.posts() && matches!(f.ground, Ground::Quoted | Ground::QuotedUnclearly);
    if rules.iter().any(exact) && quoted.groups.is_empty() {
        return Ok(rules);
    }
    let apart = by_advices(context, &quoted, &mut out);
    if out.iter().any(Finding::posts) {
        return Ok(out);
    }
    out.extend(rules);
    let advised = if stubs.is_empty() { apart } else { stubs };
    by_worth(context, &quoted, &advised, &mut out);
    if context.payers.pool.is_empty()
        && quoted.is_empty()
        && out.iter().all(|f| !f.posts())
        && let Some(class) = classify::other_income(context)
    {
        return Err(class);
    }
    Ok(out)
}

/// What advices say that came apart from the payment; gives back the documents that one alone names.
fn by_advices(context: &mut Context<'_>, quoted: &Quoted, out: &mut Vec<Finding>) -> Vec<u32> {
    let matcher = context.m;
    let advices = matcher.advices.of(context);
    let several = advices.len() > 1;
    let mut advised: Vec<u32> = Vec::new();
    for advice in advices {
        let read = advice::read(context, advice, &quoted.clear);
        let another = quoted::another(context, &read.docs, Reading::Framed)
            && !quoted::any(context, &read.docs);
        if !several {
            advised = read.docs;
        }
        out.extend(read.findings.into_iter().map(|f| {
            f.advised(advice.id)
                .but_if(several, "Several advices could belong to it")
                .but_if(
                    another,
                    "The payment quotes a document that the advice does not name",
                )
        }));
    }
    advised
}

/// What the amount says where nothing that was read may be posted: at a rate, for an order, alone.
fn by_worth(context: &Context<'_>, quoted: &Quoted, advised: &[u32], out: &mut Vec<Finding>) {
    let read = out.len();
    if out.iter().all(|f| !f.posts()) {
        out.extend(fx::findings(context, quoted));
    }
    if out.iter().all(|f| !f.posts()) && quoted.is_empty() {
        out.extend(prepaid::findings(context));
    }
    if out.iter().all(|f| !f.posts()) {
        by_amount::findings(context, quoted, out);
    }
    // What an advice names is not overruled by an amount that happens to fit.
    let amounts = out.split_off(read);
    out.extend(amounts.into_iter().map(|f| {
        let overruled = advised.iter().any(|d| !f.pays(context.doc(*d).id));
        f.but_if(overruled, ADVISED_OTHERWISE)
    }));
}

fn outgoing(context: &Context<'_>) -> Result<Vec<Finding>, OtherCash> {
    let p = context.p;
    if p.reversal {
        return Ok(returns::returned(context));
    }
    let out = returns::paid_out(context);
    if out.is_empty() {
        return Err(classify::outgoing(context));
    }
    Ok(out)
}

fn other_cash(class: OtherCash) -> Decision {
    Decision {
        outcome: Outcome::NotCustomerCash(class),
        alternatives: Vec::new(),
        advice: None,
        payer: None,
        evidence: Vec::new(),
        waits: String::new(),
    }
}

/// The findings that account for the whole payment, those that may be posted first, at most three.
pub(super) fn ranked(context: &Context<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|f| {
        !f.rows.is_empty() && f.rows.iter().map(|r| r.amount.minor()).sum::<i64>() == context.amount
    });
    findings.sort_by_key(|f| !f.posts());
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if once.iter().all(|f| f.rows != finding.rows) {
            once.push(finding);
        }
    }
    once.truncate(3);
    once
}

/// Posts the first finding if it may be posted and is sure enough; proposes up to three otherwise.
pub(super) fn decision(context: &Context<'_>, findings: Vec<Finding>) -> Decision {
    let threshold = context.m.book.policy.post_from;
    let sure = |f: &Finding| {
        let calibrated = || context.m.calibration.confidence(f.ground, f.waits);
        f.sure.unwrap_or_else(calibrated)
    };
    let once = ranked(context, findings);
    let post = once
        .first()
        .is_some_and(|f| f.posts() && sure(f) >= threshold);
    let waits = match once.first() {
        _ if post => "",
        Some(first) => match first.waits {
            Some(doubt) => doubt,
            None if first.ground.confidence(true) >= threshold => {
                "Persons have decided such payments otherwise"
            }
            None => "Not sure enough to post without a person",
        },
        None if context.payers.ids.is_empty() => {
            "Nobody knows the payer and nothing known is quoted"
        }
        None => "The payer is known but no document explains the amount",
    };
    let advice = once.first().and_then(|f| f.advice);
    let first = once.first().map(sure);
    let alternatives: Vec<Proposal> = once
        .into_iter()
        .enumerate()
        .map(|(rank, f)| Proposal {
            confidence: match first {
                Some(first) if rank > 0 => behind(sure(&f), first, rank),
                _ => sure(&f),
            },
            rows: f.rows,
            evidence: f.evidence,
        })
        .collect();
    Decision {
        outcome: if post {
            Outcome::Posted
        } else if alternatives.is_empty() {
            Outcome::Waiting
        } else {
            Outcome::Proposed
        },
        payer: match context.payers.ids[..] {
            [one] => Some(one as usize),
            _ => None,
        },
        alternatives,
        advice,
        evidence: Vec::new(),
        waits: waits.to_owned(),
    }
}
