//! Which open documents explain an amount, where none is quoted.
//!
//! The simplest explanation wins and shuts out the more complicated: one document; then sums that
//! payers really make (a month, everything due, the whole balance, the oldest first); then any two
//! or three. What comes out are all explanations of the simplest class, so that the caller sees
//! whether there is one or several.

use std::collections::BTreeMap;

use super::amounts;
use super::context::{Context, Net, Set};
use super::index::date_of;
use super::model::ItemKind;

/// The class of an explanation, simplest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    /// One document, in full or less a usual deduction.
    One,
    /// All documents given.
    All,
    /// A sum that payers make: a month, everything due, the balance.
    Regular,
    /// Two documents.
    Two,
    /// Three documents.
    Three,
}

/// Which sums are tried before any two or three documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sums {
    /// Those that a payer without references makes, per customer.
    Usual,
    /// All the documents given: what is quoted has taken its part already.
    Rest,
}

/// All explanations of the simplest class.
#[derive(Clone, Debug)]
pub(super) struct Explained {
    pub(super) class: Class,
    pub(super) sets: Vec<Set>,
}

/// Sets of one size that are looked at: whether one is like all others shows long before.
const MOST: usize = 40;
/// Documents of which any two are tried, and of which any three: of more some always make the sum.
const PAIRS_OF: usize = 60;
const TRIPLES_OF: usize = 40;

impl Context<'_> {
    /// Explains `target` by whole documents out of `docs`.
    pub(super) fn explain(&self, docs: &[u32], target: i64, sums: Sums) -> Option<Explained> {
        let mut explained = self.by_class(docs, target, sums)?;
        if explained.sets.len() > 1 && explained.sets.iter().any(|set| self.is_dated(set)) {
            explained.sets.retain(|set| self.is_dated(set));
        }
        Some(explained)
    }

    /// Does the text name the day of issue of each document?
    pub(super) fn is_dated(&self, set: &[(u32, Net, i64)]) -> bool {
        let named = |d: u32| {
            self.dates
                .iter()
                .flatten()
                .any(|day| *day == self.doc(d).issued)
        };
        !set.is_empty() && set.iter().all(|(d, ..)| named(*d))
    }

    fn by_class(&self, docs: &[u32], target: i64, sums: Sums) -> Option<Explained> {
        let one: Vec<Set> = docs
            .iter()
            .filter(|d| self.doc(**d).kind != ItemKind::CreditMemo)
            .filter_map(|d| Some(vec![(*d, self.net_of(*d, target)?, target)]))
            .collect();
        if !one.is_empty() {
            return found(Class::One, one);
        }
        let simpler = match sums {
            Sums::Usual => (Class::Regular, self.regular(docs, target)),
            Sums::Rest if docs.len() > 1 && self.sum(docs) == target => {
                (Class::All, vec![self.full(docs)])
            }
            Sums::Rest => (Class::All, Vec::new()),
        };
        match simpler {
            (_, sets) if sets.is_empty() => self.search(docs, target),
            (class, sets) => found(class, sets),
        }
    }

    /// The open amounts together.
    pub(super) fn sum(&self, docs: &[u32]) -> i64 {
        docs.iter().map(|d| self.doc(*d).open).sum()
    }

    /// Each in full.
    pub(super) fn full(&self, docs: &[u32]) -> Set {
        docs.iter()
            .map(|d| (*d, Net::Full, self.doc(*d).open))
            .collect()
    }

    fn regular(&self, docs: &[u32], target: i64) -> Vec<Set> {
        let mut by_customer: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for doc in docs {
            by_customer
                .entry(self.doc(*doc).customer)
                .or_default()
                .push(*doc);
        }
        let mut out: BTreeMap<Vec<u32>, Set> = BTreeMap::new();
        for own in by_customer.values() {
            self.usual_sums(own, target, |set| {
                let mut key: Vec<u32> = set.iter().map(|(d, ..)| *d).collect();
                key.sort_unstable();
                out.entry(key).or_insert(set);
            });
        }
        out.into_values().collect()
    }

    /// Each at the least it may be cleared by.
    fn least(&self, docs: &[u32]) -> Set {
        docs.iter()
            .filter_map(|d| {
                let (net, how) = self.nets(*d).min_by_key(|(net, _)| *net)?;
                Some((*d, how, net))
            })
            .collect()
    }

    /// The sums one customer's payments typically are, where they make the target in full or less
    /// every usual deduction: each month, the oldest n by due date and by date of issue, all with
    /// and without credit memos.
    fn usual_sums(&self, docs: &[u32], target: i64, mut hit: impl FnMut(Set)) {
        let least = self.least(docs);
        let (credits, debts): (Set, Set) = least
            .into_iter()
            .partition(|(d, ..)| self.doc(*d).kind == ItemKind::CreditMemo);
        let full =
            |set: &[(u32, Net, i64)]| -> i64 { set.iter().map(|(d, ..)| self.doc(*d).open).sum() };
        let less = |set: &[(u32, Net, i64)]| -> i64 { set.iter().map(|(.., net)| net).sum() };
        let (credits_full, credits_less) = (full(&credits), less(&credits));
        let mut consider = |set: &[(u32, Net, i64)], with: &[(u32, Net, i64)], sums: (i64, i64)| {
            let docs = || set.iter().chain(with);
            if sums.0 == target {
                hit(docs()
                    .map(|(d, ..)| (*d, Net::Full, self.doc(*d).open))
                    .collect());
            } else if sums.1 == target {
                hit(docs().copied().collect());
            }
        };
        let mut months: BTreeMap<i32, Set> = BTreeMap::new();
        for one in &debts {
            months.entry(self.month(one.0)).or_default().push(*one);
        }
        for month in months.into_values().filter(|m| m.len() > 1) {
            let sums = (full(&month), less(&month));
            if !credits.is_empty() {
                let sums = (sums.0 + credits_full, sums.1 + credits_less);
                consider(&month, &credits, sums);
            }
            consider(&month, &[], sums);
        }
        let mut by_issue = debts.clone();
        by_issue.sort_by_key(|(d, ..)| (self.doc(*d).issued, *d));
        for order in [&debts, &by_issue] {
            let mut sums = (0, 0);
            for (n, (d, _, net)) in order.iter().enumerate() {
                sums = (sums.0 + self.doc(*d).open, sums.1 + net);
                if n > 0 {
                    consider(&order[..=n], &[], sums);
                }
            }
        }
        if !credits.is_empty() && !debts.is_empty() {
            let sums = (full(&debts) + credits_full, less(&debts) + credits_less);
            consider(&debts, &credits, sums);
        }
    }

    /// The month in which a document was issued, counted on over years.
    pub(super) fn month(&self, doc: u32) -> i32 {
        let date = date_of(self.doc(doc).issued);
        i32::from(date.year()) * 12 + i32::from(date.month())
    }

    fn search(&self, docs: &[u32], target: i64) -> Option<Explained> {
        if docs.len() > PAIRS_OF {
            return None;
        }
        let values: Vec<i64> = docs.iter().map(|d| self.doc(*d).open).collect();
        for (size, class) in [(2, Class::Two), (3, Class::Three)] {
            if size == 3 && docs.len() > TRIPLES_OF {
                break;
            }
            let sets = amounts::subsets(&values, target, size, MOST);
            if !sets.is_empty() {
                let sets = sets
                    .into_iter()
                    .map(|set| self.full(&set.into_iter().map(|i| docs[i]).collect::<Vec<_>>()))
                    .collect();
                return found(class, sets);
            }
        }
        None
    }

    /// Would so many documents make such an amount by accident? Counts the sets of the size
    /// found against the amounts they could make; a round amount is met by round documents only,
    /// but far more often.
    pub(super) fn accidents(&self, docs: &[u32], explained: &Explained, target: i64) -> bool {
        let size = explained.sets.iter().map(Vec::len).min().unwrap_or(1);
        let regular = matches!(explained.class, Class::Regular | Class::All);
        let spread: i64 = {
            let mut open: Vec<i64> = docs.iter().map(|d| self.doc(*d).open.abs()).collect();
            open.sort_unstable_by_key(|v| std::cmp::Reverse(*v));
            open.iter()
                .take(if regular { open.len() / 2 + 1 } else { size })
                .sum()
        };
        [1, 100, 1_000, 5_000, 10_000].into_iter().any(|grain| {
            if target % grain != 0 {
                return false;
            }
            let fitting = docs
                .iter()
                .filter(|d| self.doc(**d).open % grain == 0)
                .count() as u64;
            let sets = if regular {
                2 * fitting
            } else {
                (0..size as u64).fold(1, |n, i| n * fitting.saturating_sub(i) / (i + 1))
            };
            // One document of just this amount is what payments usually are: there an accident
            // must be likelier to count than among sums.
            let odds = if explained.class == Class::One {
                50
            } else {
                500
            };
            sets.saturating_mul(odds) > (spread / grain).max(1) as u64
        })
    }

    /// Are the explanations the same in every respect that matters: customers and amounts?
    pub(super) fn all_alike(&self, sets: &[Set]) -> bool {
        let signature = |set: &Set| {
            let mut parts: Vec<(u32, i64)> = set
                .iter()
                .map(|(d, ..)| (self.doc(*d).customer, self.doc(*d).open))
                .collect();
            parts.sort_unstable();
            parts
        };
        let Some(first) = sets.first().map(signature) else {
            return false;
        };
        sets.iter().all(|set| signature(set) == first)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every caller returns it as it is")]
fn found(class: Class, sets: Vec<Set>) -> Option<Explained> {
    Some(Explained { class, sets })
}
