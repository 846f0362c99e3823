//! Exchange rates of the books, and the valuation of opening items that came before them.

mod sql;

pub(crate) use sql::all;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::fx::{Rate, RateTable};
use domain::ids::{EntryId, ItemId, PartyId};
use domain::ledger::{EntryDraft, JournalLine, Role, Source};
use domain::money::{AmountError, Currency, Money, Rounding};
use rust_decimal::Decimal;

use crate::failure::{Fault, Outcome};
use crate::ledger::{self, Posting};
use crate::work::Work;

/// All rates of the books, for lookups without further statements.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    pairs: HashMap<(Currency, Currency), BTreeMap<Date, Decimal>>,
}

impl Rates {
    /// Makes a table of rates: units of the second currency for one of the first.
    pub fn of(rates: impl IntoIterator<Item = (Date, Currency, Currency, Decimal)>) -> Rates {
        let mut pairs: HashMap<(Currency, Currency), BTreeMap<Date, Decimal>> = HashMap::new();
        for (on, from, to, rate) in rates {
            pairs.entry((from, to)).or_default().insert(on, rate);
        }
        Rates { pairs }
    }

    /// The rate on a day or the latest before it; inverse where only the other way is known.
    pub fn on(&self, from: Currency, to: Currency, day: Date) -> Option<Decimal> {
        self.find(from, to, |rates| rates.range(..=day).next_back())
    }

    /// Like [`Rates::on`], else the earliest rate after the day.
    fn on_or_after(&self, from: Currency, to: Currency, day: Date) -> Option<Decimal> {
        self.on(from, to, day)
            .or_else(|| self.find(from, to, |rates| rates.range(day..).next()))
    }

    fn find(
        &self,
        from: Currency,
        to: Currency,
        pick: impl Fn(&BTreeMap<Date, Decimal>) -> Option<(&Date, &Decimal)>,
    ) -> Option<Decimal> {
        if from == to {
            return Some(Decimal::ONE);
        }
        let direct = self
            .pairs
            .get(&(from, to))
            .and_then(&pick)
            .map(|(_, rate)| *rate);
        direct.or_else(|| {
            let inverse = self
                .pairs
                .get(&(to, from))
                .and_then(&pick)
                .map(|(_, rate)| *rate)?;
            Decimal::ONE.checked_div(inverse)
        })
    }

    /// The sum in another currency at the rate of the day; nothing where no rate is known.
    pub fn convert(
        &self,
        money: Money,
        to: Currency,
        day: Date,
    ) -> Result<Option<Money>, AmountError> {
        let rate = self.on(money.currency(), to, day);
        rate.map(|rate| money.convert(rate, to, Rounding::HalfUp))
            .transpose()
    }

    /// The sum at the rate of the day or, before the first rate, at the first.
    pub(crate) fn at_or_after(
        &self,
        money: Money,
        to: Currency,
        day: Date,
    ) -> Result<Option<Money>, AmountError> {
        let rate = self.on_or_after(money.currency(), to, day);
        rate.map(|rate| money.convert(rate, to, Rounding::HalfUp))
            .transpose()
    }
}

/// Loads all rates of the books.
pub fn load(work: &mut Work<'_>) -> Result<Rates, Fault> {
    Ok(Rates::of(sql::all(work)?))
}

/// Loads all rates of the books, with inverses, and crosses through the functional currency.
pub(crate) fn table(work: &mut Work<'_>) -> Result<RateTable, Fault> {
    let mut table = RateTable::new(work.functional());
    for (on, from, to, rate) in sql::all(work)? {
        table.add(Rate {
            on,
            from,
            to,
            rate,
            source: None,
        });
    }
    Ok(table)
}

/// An opening item that was carried at zero for want of a rate.
pub(crate) struct Unvalued {
    item: ItemId,
    party: Option<PartyId>,
    account: String,
    amount: Money,
    opened_on: Date,
}

/// Values opening items that were carried at zero: the difference stands against the opening
/// balance on the item's day. Returns how many were valued.
pub(crate) fn value_opening_items(work: &mut Work<'_>) -> Outcome<usize> {
    let functional = work.functional();
    let unvalued = sql::unvalued_items(work)?;
    if unvalued.is_empty() {
        return Ok(0);
    }
    let rates = load(work)?;
    let mut by_day: BTreeMap<(Date, Currency), Vec<(Unvalued, Money)>> = BTreeMap::new();
    for item in unvalued {
        let value = rates
            .at_or_after(item.amount, functional, item.opened_on)
            .map_err(|problem| Fault::new(problem.to_string()))?;
        if let Some(value) = value.filter(|value| !value.is_zero()) {
            let key = (item.opened_on, item.amount.currency());
            by_day.entry(key).or_default().push((item, value));
        }
    }
    let mut posting = Posting::default();
    let mut valuations = Vec::new();
    for ((on, currency), items) in by_day {
        let id = EntryId(work.ids.take());
        let memo = "Opening items valued";
        let mut entry = EntryDraft::on(id, on, Source::Opening, memo);
        let mut sum = Money::zero(functional);
        for (item, value) in items {
            sum += value;
            entry = entry.leg(JournalLine {
                account: Cow::Owned(item.account),
                party: item.party,
                item: Some(item.item),
                amount: Money::zero(currency),
                functional: value,
            });
            valuations.push((item.item, id, value));
        }
        let nothing = Money::zero(currency);
        posting
            .entries
            .push(entry.role(Role::OpeningBalance, nothing, -sum).balanced());
    }
    ledger::post(work, &mut posting)?;
    sql::insert_valuations(work, &valuations)?;
    Ok(valuations.len())
}
