//! What history shows about a customer: how often something was granted or seen.

use super::decision::Kind;
use super::index::Index;
use super::model::PastPayment;
use crate::money::Currency;

/// What was seen once may be chance; from twice on it is a habit.
const HABIT: u32 = 2;

/// Counts of what a customer's earlier payments showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// Discounts taken after the grace days and granted, one for each document.
    pub(super) late_discount: u32,
    /// Payments with tax withheld.
    pub(super) withholding: u32,
    /// Payments short of a fee that was accepted.
    fee: u32,
    /// The fee amounts seen, with how often.
    fees: Vec<(i64, u32)>,
    /// Sums laid on the oldest documents, the last one in part.
    oldest: u32,
    /// Those of them that reached over several documents: only they show the habit.
    oldest_several: u32,
    /// What divides all those sums; zero where none was seen.
    oldest_grain: i64,
    /// Currencies it has paid in.
    pub(super) currencies: Vec<Currency>,
    /// What stands on account.
    pub(super) on_account: i64,
}

impl Habits {
    /// Does it withhold tax?
    pub(super) fn withholds(&self) -> bool {
        self.withholding >= HABIT
    }

    /// Do its payments arrive short of fees?
    pub(super) fn is_short_of_fees(&self) -> bool {
        self.fee >= HABIT
    }

    /// The fee that its payments are usually short of: the one seen most often.
    pub(super) fn usual_fee(&self) -> Option<i64> {
        let (fee, times) = *self.fees.iter().max_by_key(|(fee, n)| (*n, *fee))?;
        (times >= HABIT).then_some(fee)
    }

    /// Does it lay such a sum on its oldest documents? Who pays round sums like that pays documents
    /// with others.
    pub(super) fn pays_oldest(&self, amount: i64) -> bool {
        let is_such = amount % self.oldest_grain.max(1) == 0;
        self.oldest >= HABIT && self.oldest_several > 0 && is_such
    }
}

/// What one past payment adds to the habits of its customer.
pub(super) fn observe(
    habits: &mut Habits,
    past: &PastPayment,
    booked: i32,
    index: &Index,
    grace_days: u16,
    paid_before: impl Fn(u32) -> i64,
) {
    let (mut late, mut tax, mut fee) = (0, false, None);
    for row in &past.rows {
        let doc = row.item.and_then(|id| index.by_id.get(&id));
        match row.kind {
            Kind::EarlyPaymentDiscount => {
                let until = doc.map_or(i32::MAX, |d| {
                    let mut offered = index.docs[*d as usize].discounts();
                    let taken = offered.find(|(amount, _)| *amount == -row.amount.minor());
                    taken.map_or(index.docs[*d as usize].discount_until, |(_, until)| until)
                });
                late += u32::from(booked > until.saturating_add(i32::from(grace_days)));
            }
            Kind::WithholdingTax => tax = true,
            Kind::BankFee => fee = Some(-row.amount.minor()),
            Kind::OverpaymentOnAccount => habits.on_account += row.amount.minor(),
            _ => {}
        }
    }
    habits.late_discount += late;
    habits.withholding += u32::from(tax);
    if let Some(fee) = fee {
        habits.fee += 1;
        match habits.fees.iter_mut().find(|(amount, _)| *amount == fee) {
            Some(seen) => seen.1 += 1,
            None => habits.fees.push((fee, 1)),
        }
    }
    if laid_on_oldest(past, index, paid_before) {
        habits.oldest += 1;
        habits.oldest_several += u32::from(past.rows.len() > 1);
        habits.oldest_grain = common(habits.oldest_grain, past.amount.minor().abs());
    }
    if !habits.currencies.contains(&past.amount.currency()) {
        habits.currencies.push(past.amount.currency());
    }
}

/// The greatest common divisor.
fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// Did a person lay the sum on the oldest documents, one of them in part?
fn laid_on_oldest(past: &PastPayment, index: &Index, paid_before: impl Fn(u32) -> i64) -> bool {
    let mut docs: Vec<(u32, i64)> = past
        .rows
        .iter()
        .filter(|row| row.kind == Kind::Payment)
        .filter_map(|row| Some((*index.by_id.get(&row.item?)?, row.amount.minor())))
        .collect();
    if docs.is_empty() || past.rows.len() != docs.len() {
        return false;
    }
    if docs
        .iter()
        .any(|(d, _)| index.docs[*d as usize].currency != past.amount.currency())
    {
        return false;
    }
    docs.sort_by_key(|(d, _)| index.docs[*d as usize].age(*d));
    let last = docs.len() - 1;
    let in_part = docs.iter().enumerate().any(|(i, (d, amount))| {
        let doc = &index.docs[*d as usize];
        let before = paid_before(*d);
        let closes = before + amount == doc.amount;
        (i == 0 && before > 0 && closes && docs.len() > 1) || (i == last && !closes)
    });
    if !in_part {
        return false;
    }
    // Whether older ones were passed over is left out: those may have been disputed.
    docs[..last].iter().all(|(d, amount)| {
        let doc = &index.docs[*d as usize];
        paid_before(*d) + amount == doc.amount
    })
}
