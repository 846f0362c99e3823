//! Exchange rates of the books, and the valuation of opening items that came before them.

pub(crate) mod sql;

pub(crate) use sql::all;

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::fx::{FoundRate, Rate, RateMissing, RateTable, ValuedItem, opening_valuation_entry};
use domain::ids::{EntryId, ItemId, PartyId};
use domain::money::{AmountError, Currency, Money, Rounding};

use crate::failure::{Fault, Outcome};
use crate::imports;
use crate::ledger::{self, Posting};
use crate::work::Work;

/// All rates of the books, for conversions without further statements.
#[derive(Clone, Debug)]
pub struct Rates {
    table: RateTable,
}

impl Rates {
    /// The sum in another currency at the rate of the day, or the latest before it; nothing where
    /// none is known.
    pub fn convert(
        &self,
        money: Money,
        to: Currency,
        day: Date,
    ) -> Result<Option<Money>, AmountError> {
        let rate = self.table.find(money.currency(), to, day).ok();
        rate.map(|rate| rate.convert(money, Rounding::HalfUp))
            .transpose()
    }

    /// The rate of a day for what is recorded as a fact.
    pub(crate) fn recent(
        &self,
        from: Currency,
        to: Currency,
        day: Date,
    ) -> Result<FoundRate, RateMissing> {
        self.table.find_recent(from, to, day)
    }

    /// The sum at the rate of the day or, before the first rate, at the first.
    pub(crate) fn at_or_after(
        &self,
        money: Money,
        to: Currency,
        day: Date,
    ) -> Result<Option<Money>, AmountError> {
        let rate = self.table.find_or_first(money.currency(), to, day).ok();
        rate.map(|rate| rate.convert(money, Rounding::HalfUp))
            .transpose()
    }
}

/// Loads all rates of the books.
pub fn load(work: &mut Work<'_>) -> Outcome<Rates> {
    Ok(Rates {
        table: table(work)?,
    })
}

/// Loads all rates of the books, with inverses, and crosses through the functional currency.
pub(crate) fn table(work: &mut Work<'_>) -> Outcome<RateTable> {
    let oldest_days = imports::settings(work)?.policy.oldest_rate_days();
    let mut table = RateTable::new(work.functional(), oldest_days);
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
    let mut by_day: BTreeMap<(Date, Currency), Vec<ValuedItem>> = BTreeMap::new();
    for item in unvalued {
        let value = rates
            .at_or_after(item.amount, functional, item.opened_on)
            .map_err(|problem| Fault::new(problem.to_string()))?;
        if let Some(value) = value.filter(|value| !value.is_zero()) {
            let key = (item.opened_on, item.amount.currency());
            by_day.entry(key).or_default().push(ValuedItem {
                item: item.item,
                party: item.party,
                account: Cow::Owned(item.account),
                value,
            });
        }
    }
    let mut posting = Posting::default();
    let mut valuations = Vec::new();
    for ((on, currency), items) in by_day {
        let id = EntryId(work.ids.take());
        valuations.extend(items.iter().map(|item| (item.item, id, item.value)));
        let entry = opening_valuation_entry(id, on, currency, items, functional);
        posting.entries.push(entry);
    }
    ledger::post(work, &mut posting)?;
    sql::insert_valuations(work, &valuations)?;
    Ok(valuations.len())
}
