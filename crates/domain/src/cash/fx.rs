//! Documents in another currency than our account.
//!
//! Where the bank shows what was instructed, the sum is compared in the documents' currency and
//! must be exact; where it does not, the day's rate must explain it within a small band.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::advice;
use super::confidence::Ground;
use super::context::Context;
use super::decision::{Kind, Row};
use super::doubts::{NEW_CURRENCY, NOT_WORTH_IT, SEVERAL_WORTH_IT};
use super::explain::Sums;
use super::finding::Finding;
use super::index::day;
use super::quoted::Quoted;
use crate::money::{Currency, Money};

/// How far a bank's rate may be from the day's, in ten-thousandths.
const BAND: i64 = 150;

/// Findings where the payer's documents are in another currency.
pub(super) fn findings(context: &Context<'_>, quoted: &Quoted) -> Vec<Finding> {
    let mut out = Vec::new();
    let other = |d: &u32| !context.is_local(*d);
    let named: Vec<u32> = quoted
        .clear
        .iter()
        .copied()
        .chain(
            quoted
                .unclear
                .iter()
                .chain(&quoted.groups)
                .filter_map(|docs| match docs[..] {
                    [one] => Some(one),
                    _ => None,
                }),
        )
        .filter(other)
        .collect();
    let pool: Vec<u32> = context.docs.iter().copied().filter(other).collect();
    let Some(first) = named.first().or(pool.first()) else {
        return out;
    };
    let currency = context.doc(*first).currency;
    let one_currency = |docs: &[u32]| docs.iter().all(|d| context.doc(*d).currency == currency);
    if !one_currency(&named) {
        return out;
    }
    let local = context.docs.iter().any(|d| context.is_local(*d));
    match context.p.instructed.filter(|i| i.currency() == currency) {
        Some(instructed) => shown(context, quoted, &named, &pool, instructed, &mut out),
        // Where the payer has documents in our currency, too, only a number says that it is another.
        None if !local || !named.is_empty() => {
            hidden(context, &named, &pool, currency, &mut out);
        }
        None => {}
    }
    out
}

fn shown(
    context: &Context<'_>,
    quoted: &Quoted,
    named: &[u32],
    pool: &[u32],
    instructed: Money,
    out: &mut Vec<Finding>,
) {
    let target = instructed.minor();
    if !named.is_empty() && context.sum(named) == target {
        out.push(
            finding(context, named)
                .because("The documents quoted add up to what the payer instructed"),
        );
        return;
    }
    let choices: Vec<Vec<u32>> = quoted
        .unclear
        .iter()
        .chain(&quoted.groups)
        .cloned()
        .collect();
    let rest: Vec<u32> = pool
        .iter()
        .copied()
        .filter(|d| !quoted.clear.contains(d))
        .filter(|d| choices.is_empty() || choices.iter().any(|c| c.contains(d)))
        .collect();
    let already: i64 = context.sum(&quoted.clear);
    let sums = if quoted.clear.is_empty() && choices.is_empty() {
        Sums::Usual
    } else {
        Sums::Rest
    };
    let Some(explained) = context.explain(&rest, target - already, sums) else {
        return;
    };
    // Equal documents in another currency stand at different rates: what is gained or lost by the
    // exchange is not the same, so that they may not be taken for each other.
    let one = explained.sets.len() == 1;
    for set in explained.sets.iter().take(2) {
        let docs: Vec<u32> = quoted
            .clear
            .iter()
            .copied()
            .chain(set.iter().map(|(d, ..)| *d))
            .collect();
        if context.sum(&docs) == target {
            out.push(
                finding(context, &docs)
                    .because("These documents add up to what the payer instructed")
                    .but_if(!one, "Several sets of documents make the amount instructed"),
            );
        }
    }
}

fn hidden(
    context: &Context<'_>,
    named: &[u32],
    pool: &[u32],
    currency: Currency,
    out: &mut Vec<Finding>,
) {
    let Some(rate) = rate(context, currency) else {
        return;
    };
    let near = |docs: &[u32]| is_near(context, context.sum(docs), rate);
    if !named.is_empty() {
        out.push(
            finding(context, named)
                .because("The documents quoted are in another currency")
                .but_if(!near(named), NOT_WORTH_IT)
                .but_if(context.adopted, "The payer is unknown"),
        );
        return;
    }
    let own = pool.iter().copied();
    let own = own.filter(|d| context.doc(*d).currency == currency);
    let own: Vec<u32> = own.collect();
    let hits: Vec<u32> = own.iter().copied().filter(|d| near(&[*d])).collect();
    let announced = advice::is_announced(context);
    if hits.is_empty() {
        out.extend(sums(context, &own, rate));
    }
    for hit in hits.iter().take(2) {
        let habits = context.habits(context.doc(*hit).customer);
        let before = habits.currencies.contains(&context.currency);
        out.push(
            finding(context, &[*hit])
                .because("This document is worth the payment at the day's rate")
                .but_if(!before, NEW_CURRENCY)
                .but_if(hits.len() > 1, SEVERAL_WORTH_IT)
                .but_if(announced, "The advice that it refers to is not there"),
        );
    }
}

/// Sums of the payer's documents that are worth the payment, the nearest two: those that payers
/// usually make before any two documents. So wide a band is met by accident, too: for a person.
fn sums(context: &Context<'_>, docs: &[u32], rate: Decimal) -> Vec<Finding> {
    let customer = match context.payers.ids[..] {
        [one] if !context.payers.vaguely => one,
        _ => return Vec::new(),
    };
    let is_owed = |d: &u32| {
        let doc = context.doc(*d);
        doc.customer == customer && doc.open > 0
    };
    let own: Vec<u32> = docs.iter().copied().filter(is_owed).collect();
    let mut near = nearest(context, usual_sets(context, &own), rate);
    if near.is_empty() && own.len() <= PAIRED {
        let pairs = (1..own.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
        let pairs = pairs.map(|(i, j)| vec![own[i], own[j]]).collect();
        near = nearest(context, pairs, rate);
    }
    let found = near.into_iter().take(2).map(|set| {
        Finding::new(rows(context, &set), Ground::Stranger)
            .because("These documents together are worth the payment at the day's rate")
            .but("Nothing says which documents are paid, nor at what rate")
    });
    found.collect()
}

/// Documents of which any two are tried.
const PAIRED: usize = 40;

/// What payers usually pay at once: a month, the oldest by due date or by date of issue, all.
fn usual_sets(context: &Context<'_>, docs: &[u32]) -> Vec<Vec<u32>> {
    let mut by_issue = docs.to_vec();
    by_issue.sort_by_key(|d| (context.doc(*d).issued, *d));
    let months = by_issue.chunk_by(|a, b| context.month(*a) == context.month(*b));
    let mut sets: Vec<Vec<u32>> = months.map(<[u32]>::to_vec).collect();
    for order in [docs, &by_issue] {
        sets.extend((2..=order.len()).map(|n| order[..n].to_vec()));
    }
    sets.retain(|set| set.len() > 1);
    for set in &mut sets {
        set.sort_unstable();
    }
    sets.sort();
    sets.dedup();
    sets
}

/// The sets that are worth the payment, the nearest first.
fn nearest(context: &Context<'_>, mut sets: Vec<Vec<u32>>, rate: Decimal) -> Vec<Vec<u32>> {
    sets.retain(|set| is_near(context, context.sum(set), rate));
    sets.sort_by_key(|set| (worth(context.sum(set), rate) - context.amount).abs());
    sets
}

/// Are these documents of another currency worth the payment at the day's rate?
pub(super) fn are_worth(context: &Context<'_>, docs: &[u32]) -> bool {
    let mut currencies = docs.iter().map(|d| context.doc(*d).currency);
    let Some(currency) = currencies.next() else {
        return false;
    };
    let one = currencies.all(|other| other == currency);
    let rate = rate(context, currency).filter(|_| one);
    rate.is_some_and(|rate| is_near(context, context.sum(docs), rate))
}

/// Is a sum in another currency worth the payment, as near as a bank's rate is to the day's?
fn is_near(context: &Context<'_>, sum: i64, rate: Decimal) -> bool {
    let off = worth(sum, rate).saturating_sub(context.amount);
    off.saturating_abs().saturating_mul(10_000) <= context.amount.abs().saturating_mul(BAND)
}

fn worth(sum: i64, rate: Decimal) -> i64 {
    (Decimal::from(sum) * rate).round().to_i64().unwrap_or(0)
}

fn finding(context: &Context<'_>, docs: &[u32]) -> Finding {
    Finding::new(rows(context, docs), Ground::QuotedLess)
}

/// Clears documents of another currency: the money is shared out by their amounts, and a charge
/// the bank shows goes on the first that is large enough to bear it.
pub(super) fn rows(context: &Context<'_>, docs: &[u32]) -> Vec<Row> {
    let charges = context.p.charges.map_or(0, Money::minor);
    let weights: Vec<u64> = docs
        .iter()
        .map(|d| context.doc(*d).open.unsigned_abs())
        .collect();
    let parts = context.money(context.amount + charges).split(&weights);
    let mut out: Vec<Row> = docs
        .iter()
        .zip(parts)
        .map(|(d, part)| {
            let doc = context.doc(*d);
            Row {
                document_amount: Some(Money::new(doc.open, doc.currency)),
                ..context.row(*d, part.minor(), Kind::Payment)
            }
        })
        .collect();
    if charges > 0 {
        let bears = |row: &&Row| row.amount.minor() > charges;
        let first = out.iter().find(bears);
        let bearer = first.or_else(|| out.iter().max_by_key(|row| row.amount.minor()));
        let fee = bearer.map(|row| Row {
            amount: context.money(-charges),
            document_amount: None,
            kind: Kind::BankFee,
            ..*row
        });
        out.extend(fee);
    }
    out
}

/// The rate of the day, or the last one before it.
fn rate(context: &Context<'_>, from: Currency) -> Option<Decimal> {
    context
        .m
        .book
        .rates
        .iter()
        .filter(|r| r.from == from && r.into == context.currency && day(r.on) <= context.today)
        .max_by_key(|r| r.on)
        .map(|r| r.rate)
}
