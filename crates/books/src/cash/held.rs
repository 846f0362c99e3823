//! What payers held back and why, as decisions about bank lines find it: what becomes a short-pay.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use domain::calendar::Date;
use domain::cash::{Advice, AdviceLine, Decision, Kind, Row, speaks_of_a_claim};
use domain::ids::{ApplicationId, ItemId};
use domain::money::{Money, Rounding};
use domain::open_items::ItemState;
use domain::receipts::Batch;
use domain::short_pays::Reason;
use rust_decimal::Decimal;

use crate::cash::load::{Names, is_here};
use crate::cash::units::Unit;
use crate::short_pays::HeldBack;

/// What payers said about what they held back: by advice, and at the desk by item.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// Lines of advices with deductions or reasons, by the matcher's identity of the advice.
    advices: HashMap<u64, Vec<AdviceLine>>,
    /// What a person wrote down, by item.
    told: HashMap<u64, String>,
}

impl Said {
    /// Keeps what advices say of deductions.
    pub(super) fn of_advices(advices: &[Advice]) -> Said {
        let tells = |line: &&AdviceLine| !line.reason.trim().is_empty();
        let lines = |advice: &Advice| advice.lines.iter().filter(tells).cloned().collect();
        let all = advices.iter().map(|advice| (advice.id, lines(advice)));
        Said {
            advices: all
                .filter(|(_, lines): &(u64, Vec<AdviceLine>)| !lines.is_empty())
                .collect(),
            told: HashMap::new(),
        }
    }

    /// Keeps what a person wrote down about what was held back of an item.
    pub(super) fn tell(&mut self, item: u64, words: &str) {
        let words = words.trim();
        if !words.is_empty() {
            self.told.insert(item, words.to_owned());
        }
    }

    /// Forgets what no decision rests on.
    pub(super) fn keep(&mut self, decisions: &[Decision]) {
        let used: HashSet<u64> = decisions.iter().filter_map(|one| one.advice).collect();
        self.advices.retain(|advice, _| used.contains(advice));
    }

    /// The payer's words about what a row holds back, and the reason that they tell.
    fn about(&self, row: &Row, number: &str, unit: &Unit, decision: &Decision) -> (String, Reason) {
        if let Some(told) = row.item.and_then(|item| self.told.get(&item)) {
            return (told.clone(), Reason::of_words(told));
        }
        let elsewhere = decision.advice.and_then(|advice| self.advices.get(&advice));
        let own = unit.payment.advices.iter().flat_map(|advice| &advice.lines);
        let lines: Vec<&AdviceLine> = elsewhere.into_iter().flatten().chain(own).collect();
        if let Some(words) = line_about(&lines, row.amount.abs(), number) {
            return (shortened(words), Reason::of_words(words));
        }
        let text = unit.payment.text.trim();
        match Reason::told(text) {
            Some(reason) => (shortened(text), reason),
            None if speaks_of_a_claim(text) => (shortened(text), Reason::Other),
            None => (String::new(), Reason::Unstated),
        }
    }
}

/// The reason of what an advice deducts with just this amount: of the document, where several do.
fn line_about<'l>(lines: &[&'l AdviceLine], amount: Money, number: &str) -> Option<&'l str> {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.collect::<String>().to_ascii_uppercase()
    };
    let number = plain(number);
    let names_it = |line: &AdviceLine| {
        let reference = plain(&line.reference);
        3 <= reference.len() && (number.contains(&reference) || reference.contains(&number))
    };
    let whole = |line: &'l AdviceLine| (line, line.deduction, line.reason.trim());
    let part = |line: &'l AdviceLine| {
        let parts = line.parts.iter();
        parts.map(move |part| (line, Some(part.amount), part.reason.trim()))
    };
    let told = || {
        let all = lines
            .iter()
            .flat_map(|line| std::iter::once(whole(line)).chain(part(line)));
        all.filter(|(.., reason)| !reason.is_empty())
    };
    let deducts = |taken: Option<Money>| taken.is_some_and(|one| one.abs() == amount);
    let found = told()
        .find(|(line, taken, _)| deducts(*taken) && names_it(line))
        .or_else(|| told().find(|(_, taken, _)| deducts(*taken)))
        .or_else(|| told().find(|(line, ..)| names_it(line)));
    found.map(|(.., reason)| reason)
}

/// The most letters of a payer's words that are kept; the line and the advice hold all of them.
const MOST: usize = 280;

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}

/// What posted decisions hold back, each with the applications that it made.
pub(super) struct Held {
    is_by_hand: bool,
    all: Vec<(HeldBack, Range<usize>)>,
}

impl Held {
    /// Nothing yet, by a person or by a run.
    pub(super) fn by(is_by_hand: bool) -> Held {
        Held {
            is_by_hand,
            all: Vec::new(),
        }
    }

    /// Finds what a posted decision holds back of documents that its money paid: of one item once
    /// for each reason. Its applications begin at `first`.
    pub(super) fn find(
        &mut self,
        batch: &Batch<'_>,
        names: &Names,
        (unit, decision, id): (&Unit, &Decision, i64),
        (on, first): (Date, usize),
    ) {
        let own = first..batch.applied.applications.len();
        let rows = decision.alternatives.first().map(|first| &first.rows);
        let short = rows.into_iter().flatten().filter(|row| {
            row.kind == Kind::ShortPayDispute
                && row.amount.is_negative()
                && row.item.is_some_and(is_here)
        });
        let before = self.all.len();
        for row in short {
            let place = row.item.unwrap_or_default();
            let item = ItemId(place.cast_signed());
            let mut made = batch.applied.applications[own.clone()].iter();
            let Some(state) = batch
                .states
                .get(&item)
                .filter(|_| made.any(|one| one.debit == item))
            else {
                continue;
            };
            let amount = row.document_amount.unwrap_or(row.amount).abs();
            let number = names.numbers.get(&place).map_or("", String::as_str);
            let (stated, mut reason) = names.said.about(row, number, unit, decision);
            if matches!(reason, Reason::Unstated | Reason::Other) && is_discount(state, amount) {
                reason = Reason::Discount;
            }
            let mut known = self.all[before..].iter_mut();
            match known.find(|(one, _)| one.item == item && one.reason == reason) {
                Some((one, _)) if one.amount.currency() == amount.currency() => {
                    one.amount += amount;
                    if one.stated.is_empty() {
                        one.stated = stated;
                    } else if !one.stated.contains(&stated) {
                        one.stated = shortened(&format!("{}; {stated}", one.stated));
                    }
                }
                Some(_) => {}
                None => self.all.push((
                    HeldBack {
                        item,
                        amount,
                        on,
                        decision: id,
                        reason,
                        stated,
                        is_by_hand: self.is_by_hand,
                    },
                    own.clone(),
                )),
            }
        }
    }

    /// What is held back of documents that the money of its decision still settles, after all else
    /// that a run did.
    pub(super) fn that_stands(self, batch: &Batch<'_>) -> Vec<HeldBack> {
        let made = &batch.applied.applications;
        let undone: HashSet<ApplicationId> = made.iter().filter_map(|one| one.undoes).collect();
        let stands = |(one, own): &(HeldBack, Range<usize>)| {
            let mut own = made[own.clone()].iter();
            own.any(|two| {
                two.debit == one.item && two.undoes.is_none() && !undone.contains(&two.id)
            })
        };
        let all = self.all.into_iter().filter(stands);
        all.map(|(one, _)| one).collect()
    }
}

/// Is it just a discount that the terms of an item grant?
fn is_discount(state: &ItemState, amount: Money) -> bool {
    let Some(discount) = state.item.discount else {
        return false;
    };
    discount.steps().any(|step| {
        let share = Decimal::new(step.basis_points, 4);
        let granted = state.item.amount.times(share, Rounding::HalfUp);
        granted.is_ok_and(|granted| granted == amount)
    })
}
