//! Which open documents explain an amount, where none is quoted.
//!
//! The simplest explanation wins and shuts out the more complicated: one document; then sums that
//! payers really make (a month, everything due, the whole balance, the oldest first); then any two
//! or three. What comes out are all explanations of the simplest class, so that the caller sees
//! whether there is one or several.

use std::collections::BTreeMap;

use super::amounts;
use super::context::{Context, Net, Set};
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

/// All explanations of the simplest class.
#[derive(Clone, Debug)]
pub(super) struct Explained {
    pub(super) class: Class,
    pub(super) sets: Vec<Set>,
}

const MOST: usize = 40;

impl Context<'_> {
    /// Explains `target` by whole documents out of `docs`. `regular` also tries the sums that
    /// payers without references make, per customer.
    pub(super) fn explain(&self, docs: &[u32], target: i64, regular: bool) -> Option<Explained> {
        let one: Vec<Set> = docs
            .iter()
            .filter(|d| self.doc(**d).kind != ItemKind::CreditMemo)
            .filter_map(|d| {
                let net = self.nets(*d).into_iter().find(|(net, _)| *net == target)?;
                Some(vec![(*d, net.1, net.0)])
            })
            .collect();
        if !one.is_empty() {
            return found(Class::One, one);
        }
        if regular {
            let sets = self.regular(docs, target);
            if !sets.is_empty() {
                return found(Class::Regular, sets);
            }
        } else if docs.len() > 1 && self.sum(docs) == target {
            return found(Class::All, vec![self.full(docs)]);
        }
        self.search(docs, target)
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
            for docs in self.usual_sums(own) {
                let set = if self.sum(&docs) == target {
                    Some(self.full(&docs))
                } else {
                    let least = self.least(&docs);
                    (least.iter().map(|(_, _, net)| net).sum::<i64>() == target).then_some(least)
                };
                if let Some(set) = set {
                    let mut key: Vec<u32> = set.iter().map(|(d, ..)| *d).collect();
                    key.sort_unstable();
                    out.entry(key).or_insert(set);
                }
            }
        }
        out.into_values().collect()
    }

    /// Each at the least it may be cleared by.
    pub(super) fn least(&self, docs: &[u32]) -> Set {
        docs.iter()
            .filter_map(|d| {
                let (net, how) = self.nets(*d).into_iter().min_by_key(|(net, _)| *net)?;
                Some((*d, how, net))
            })
            .collect()
    }

    /// The sums one customer's payments typically are: each month, the oldest n by due date and by
    /// date of issue, all with and without credit memos.
    fn usual_sums(&self, docs: &[u32]) -> Vec<Vec<u32>> {
        let (credits, debts): (Vec<u32>, Vec<u32>) = docs
            .iter()
            .partition(|d| self.doc(**d).kind == ItemKind::CreditMemo);
        let mut out = Vec::new();
        let mut months: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        for doc in &debts {
            months.entry(self.month(*doc)).or_default().push(*doc);
        }
        for month in months.into_values().filter(|m| m.len() > 1) {
            if !credits.is_empty() {
                out.push([&month[..], &credits[..]].concat());
            }
            out.push(month);
        }
        let mut by_issue = debts.clone();
        by_issue.sort_by_key(|d| (self.doc(*d).issued, *d));
        for order in [&debts, &by_issue] {
            for n in 2..=order.len() {
                out.push(order[..n].to_vec());
            }
        }
        if !credits.is_empty() && !debts.is_empty() {
            out.push([&debts[..], &credits[..]].concat());
        }
        out
    }

    fn month(&self, doc: u32) -> i32 {
        let date = self.m.book.items[doc as usize].issued;
        i32::from(date.year()) * 12 + i32::from(date.month())
    }

    fn search(&self, docs: &[u32], target: i64) -> Option<Explained> {
        if docs.len() > 60 {
            return None;
        }
        let values: Vec<i64> = docs.iter().map(|d| self.doc(*d).open).collect();
        for (size, class) in [(2, Class::Two), (3, Class::Three)] {
            if size == 3 && docs.len() > 40 {
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
