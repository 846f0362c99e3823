//! What was decided here before, as the matcher learns and remembers it.

use std::collections::{HashMap, HashSet};

use domain::cash::{Book, Item, Outcome as Decided, PastPayment, Row, Settled};
use domain::ids::{ItemId, PartyId};
use domain::money::{Currency, Money};

use crate::cash::load::{Parties, is_here, kind_of_word};
use crate::cash::units::Unit;
use crate::cash::{outcome_word, sql};
use crate::failure::{Fault, Outcome};
use crate::ledger::periods;
use crate::remittances::AdviceKey;
use crate::work::Work;

/// Advices of what persons decided, which belong to no other payment. What a run posted uses up
/// its advice at its own place.
pub(super) fn used_by_persons(settled: &[Unit]) -> HashSet<AdviceKey> {
    let before = settled.iter().filter_map(|unit| unit.before.as_ref());
    let by_persons = before.filter(|before| before.outcome != outcome_word(Decided::Posted));
    by_persons.filter_map(|before| before.advice).collect()
}

/// Adds what was decided here. Persons' decisions teach like imported history; what a run posted
/// on its own is remembered only, lest its mistakes become its evidence, until the close of its
/// period: then persons have looked at what stands.
pub(super) fn add(
    work: &mut Work<'_>,
    (parties, by_code): (&Parties, &HashMap<&str, usize>),
    short: &[(ItemId, ItemId, i64)],
    advices: &[AdviceKey],
    units: Vec<Unit>,
    book: &mut Book,
) -> Outcome<()> {
    let mut applied = sql::applied_rows(work)?;
    let closed = periods::closed(work)?;
    let known = Known {
        customers: by_code,
        parted: short.iter().map(|one| (one.1.0, one.0.0)).collect(),
        elsewhere: owed_again(work, parties, by_code, (&applied, &book.items))?,
        advices: advices.iter().copied().zip(0..).collect(),
    };
    let mut moved: HashMap<u64, i64> = HashMap::new();
    for unit in units {
        let Some(before) = &unit.before else { continue };
        let Some(rows) = applied.remove(&before.decision) else {
            continue;
        };
        let rows: Vec<Row> = rows.into_iter().map(|row| known.row(row)).collect();
        for row in rows.iter().filter(|row| row.kind.takes()) {
            if let Some(item) = row.item.filter(|item| !is_here(*item)) {
                *moved.entry(item).or_default() += row.amount.minor();
            }
        }
        let payment = *unit.payment;
        if before.outcome == outcome_word(Decided::Posted) {
            book.settled.push(Settled {
                advice: before
                    .advice
                    .and_then(|key| known.advices.get(&key).copied()),
                is_closed: closed.contains(&periods::period_of(payment.booked)),
                payment,
                rows,
            });
        } else {
            book.history.push(PastPayment::of(&payment, &rows));
        }
    }
    // The history closed them; what went back since is owed again.
    for item in &mut book.items {
        if let Some(moved) = moved.get(&item.id) {
            item.open -= Money::new(*moved, item.open.currency());
        }
    }
    Ok(())
}

/// Documents that only the history knows, of customers who owe them again, by customer and number.
type Elsewhere = HashMap<(usize, String), (u64, Currency)>;

/// What decisions speak of, as the matcher knows it.
struct Known<'a> {
    customers: &'a HashMap<&'a str, usize>,
    /// The document that each short-pay was parted off.
    parted: HashMap<i64, i64>,
    elsewhere: Elsewhere,
    advices: HashMap<AdviceKey, u64>,
}

impl Known<'_> {
    fn row(&self, row: sql::AppliedRow) -> Row {
        let customer = self.customers.get(row.party_code.as_str()).copied();
        let here = row.item.map(|item| {
            let item = self.parted.get(&item).copied().unwrap_or(item);
            item.cast_unsigned()
        });
        let elsewhere = || {
            let (item, currency) = *self.elsewhere.get(&(customer?, row.number))?;
            (currency == row.amount.currency()).then_some(item)
        };
        Row {
            customer,
            item: here.or_else(elsewhere),
            amount: row.amount,
            document_amount: row.document_amount,
            kind: kind_of_word(&row.kind),
        }
    }
}

/// Documents that only the history knows, whose payments came back here and are owed still.
fn owed_again(
    work: &mut Work<'_>,
    parties: &Parties,
    by_code: &HashMap<&str, usize>,
    (own, items): (&HashMap<i64, Vec<sql::AppliedRow>>, &[Item]),
) -> Result<Elsewhere, Fault> {
    let rows = own.values().flatten();
    let rows = rows.filter(|row| row.item.is_none() && !row.number.is_empty());
    let customers: HashMap<PartyId, usize> = rows
        .filter_map(|row| by_code.get(row.party_code.as_str()))
        .map(|customer| (parties[*customer].0, *customer))
        .collect();
    let asked: Vec<PartyId> = customers.keys().copied().collect();
    let owing = sql::open_returns(work, &asked)?;
    let owing: HashSet<usize> = owing.iter().map(|(party, _)| customers[party]).collect();
    let elsewhere = items.iter().filter(|item| !is_here(item.id));
    let elsewhere = elsewhere.filter(|item| owing.contains(&item.customer));
    Ok(elsewhere
        .map(|item| {
            let key = (item.customer, item.number.clone());
            (key, (item.id, item.open.currency()))
        })
        .collect())
}
