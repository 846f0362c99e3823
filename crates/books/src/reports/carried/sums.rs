//! The journal and the facts of open items, summed up by account, currency and day.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::calendar::Date;
use domain::ledger::Source;

use crate::audit::Reach;
use crate::db::Row;
use crate::failure::Fault;
use crate::reports::carried::{Part, add_to};
use crate::reports::tie_out::Tied;
use crate::reports::trial_balance::Balance;
use crate::work::Work;

/// The journal by day. `$1` entity.
const JOURNAL: &str = "
    SELECT account, currency, posted_on,
        CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN functional > 0 THEN functional ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN functional < 0 THEN functional ELSE 0 END) AS BIGINT)
    FROM journal_line WHERE entity_id = $1 GROUP BY account, currency, posted_on";

const ENTRIES: &str = "SELECT id, source FROM journal_entry WHERE entity_id = $1 AND id >= $2";

/// Lines of new entries, in the shape of the sums.
const LINES: &str = "
    SELECT account, currency, posted_on, CASE WHEN amount > 0 THEN amount ELSE 0 END,
        CASE WHEN amount < 0 THEN amount ELSE 0 END,
        CASE WHEN functional > 0 THEN functional ELSE 0 END,
        CASE WHEN functional < 0 THEN functional ELSE 0 END, entry_id
    FROM journal_line WHERE entity_id = $1 AND entry_id >= $2";

/// Items opened, with what tells them apart.
const ITEMS: &str = "
    SELECT id, account, currency, opened_on, amount, functional FROM open_item
    WHERE entity_id = $1 AND id >= $2";

/// What applications took off each side's items.
const SETTLED: &str = "
    SELECT a.id, d.account, d.currency, a.applied_on, -a.debit_amount, -a.debit_functional,
        c.account, c.currency, a.credit_amount, a.credit_functional
    FROM application a
    JOIN open_item d ON d.entity_id = a.entity_id AND d.id = a.debit_item_id
    JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
    WHERE a.entity_id = $1 AND a.id >= $2";

/// What items were valued at later.
const VALUED: &str = "
    SELECT v.item_id, i.account, i.currency, e.posted_on, CAST(0 AS BIGINT),
        v.functional - i.functional
    FROM item_valuation v
    JOIN open_item i ON i.entity_id = v.entity_id AND i.id = v.item_id
    JOIN journal_entry e ON e.entity_id = v.entity_id AND e.id = v.entry_id
    WHERE v.entity_id = $1 AND v.entry_id >= $2";

type Key = (String, String);
type Days<const N: usize> = BTreeMap<Key, BTreeMap<Date, [i64; N]>>;

/// The ledger and its subledger.
#[derive(Default)]
pub(super) struct Sums {
    known: Option<i64>,
    /// Debits and credits, in the currency and in functional currency.
    ledger: Days<4>,
    /// Amount and functional amount.
    items: Days<2>,
    entries: HashSet<i64>,
    counted: HashSet<i64>,
    valued: HashSet<i64>,
}

impl Part for Sums {
    fn known(&mut self) -> &mut Option<i64> {
        &mut self.known
    }

    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        let entity = work.entity_id();
        work.connection.each(JOURNAL, &[entity.into()], |row| {
            add_row(&mut self.ledger, row, 0)
        })?;
        self.entries(work, i64::MIN)?;
        self.subledger(work, i64::MIN)?;
        self.valuations(work, i64::MIN)
    }

    fn add(&mut self, work: &mut Work<'_>, reach: Reach) -> Result<(), Fault> {
        let first = reach.first_id;
        let (fresh, has_opening) = self.entries(work, first)?;
        if !fresh.is_empty() {
            let entity = work.entity_id();
            let params = [entity.into(), first.into()];
            work.connection.each(LINES, &params, |row| {
                if fresh.contains(&row.int(7)?) {
                    add_row(&mut self.ledger, row, 0)?;
                }
                Ok(())
            })?;
        }
        if has_opening {
            // Opening items are valued by such an entry, of the same write.
            self.valuations(work, first)?;
        }
        self.subledger(work, first)
    }
}

impl Sums {
    /// Reads the identities of entries from one on; tells those that were not known, and whether
    /// one of them opens the books.
    fn entries(&mut self, work: &mut Work<'_>, first: i64) -> Result<(BTreeSet<i64>, bool), Fault> {
        let entity = work.entity_id();
        let (mut fresh, mut has_opening) = (BTreeSet::new(), false);
        work.connection
            .each(ENTRIES, &[entity.into(), first.into()], |row| {
                let id = row.int(0)?;
                if self.entries.insert(id) && first != i64::MIN {
                    fresh.insert(id);
                    has_opening |= row.text(1)? == Source::Opening.code();
                }
                Ok(())
            })?;
        Ok((fresh, has_opening))
    }

    fn subledger(&mut self, work: &mut Work<'_>, first: i64) -> Result<(), Fault> {
        let entity = work.entity_id();
        let params = [entity.into(), first.into()];
        // Identities of items and applications differ, so that one set tells both.
        work.connection.each(ITEMS, &params, |row| {
            if self.counted.insert(row.int(0)?) {
                add_row(&mut self.items, row, 1)?;
            }
            Ok(())
        })?;
        work.connection.each(SETTLED, &params, |row| {
            if self.counted.insert(row.int(0)?) {
                add_row(&mut self.items, row, 1)?;
                let on = row.date(3)?;
                let key = (row.text(6)?, row.text(7)?);
                let day = self
                    .items
                    .entry(key)
                    .or_default()
                    .entry(on)
                    .or_insert([0; 2]);
                add_to(&mut day[0], row.int(8)?)?;
                add_to(&mut day[1], row.int(9)?)?;
            }
            Ok(())
        })
    }

    fn valuations(&mut self, work: &mut Work<'_>, first: i64) -> Result<(), Fault> {
        let entity = work.entity_id();
        work.connection
            .each(VALUED, &[entity.into(), first.into()], |row| {
                if self.valued.insert(row.int(0)?) {
                    add_row(&mut self.items, row, 1)?;
                }
                Ok(())
            })
    }

    /// Both sides of each control account at a date.
    pub(super) fn tied(
        &self,
        work: &mut Work<'_>,
        as_of: Date,
    ) -> Result<BTreeMap<Key, Tied>, Fault> {
        let entity = work.entity_id();
        let control: BTreeSet<String> = work
            .rows(
                "SELECT code FROM account WHERE entity_id = $1 AND is_control = 1",
                &[entity.into()],
                |row| row.text(0),
            )?
            .into_iter()
            .collect();
        let mut all: BTreeMap<Key, Tied> = BTreeMap::new();
        for (key, days) in &self.ledger {
            let Some(sums) = until(days, as_of)? else {
                continue;
            };
            if control.contains(&key.0) {
                let [debits, credits, functional_debits, functional_credits] = sums;
                all.entry(key.clone()).or_default().ledger =
                    [debits + credits, functional_debits + functional_credits];
            }
        }
        for (key, days) in &self.items {
            if let Some(sums) = until(days, as_of)? {
                all.entry(key.clone()).or_default().items = sums;
            }
        }
        Ok(all)
    }

    /// The accounts that were ever posted to, with what stood and what moved in a span.
    pub(super) fn balances(
        &self,
        work: &mut Work<'_>,
        by_currency: bool,
        from: Date,
        as_of: Date,
    ) -> Result<Vec<Balance>, Fault> {
        let entity = work.entity_id();
        let names: BTreeMap<String, String> = work
            .rows(
                "SELECT code, name FROM account WHERE entity_id = $1",
                &[entity.into()],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )?
            .into_iter()
            .collect();
        let mut all: BTreeMap<(&str, Option<&str>), Balance> = BTreeMap::new();
        for ((account, currency), days) in &self.ledger {
            let own = Some(currency.as_str()).filter(|_| by_currency);
            for (on, sums) in days.range(..=as_of) {
                let row = all.entry((account, own)).or_insert_with(|| Balance {
                    account: account.clone(),
                    name: names.get(account).cloned().unwrap_or_default(),
                    currency: own.map(str::to_owned),
                    ..Balance::default()
                });
                let [debits, credits, functional_debits, functional_credits] = *sums;
                let (debits, credits) = if by_currency {
                    (debits, credits)
                } else {
                    (functional_debits, functional_credits)
                };
                add_to(&mut row.functional, functional_debits)?;
                add_to(&mut row.functional, functional_credits)?;
                if *on < from {
                    add_to(&mut row.opening, debits)?;
                    add_to(&mut row.opening, credits)?;
                } else {
                    add_to(&mut row.debits, debits)?;
                    add_to(&mut row.credits, credits)?;
                }
            }
        }
        Ok(all.into_values().collect())
    }

    /// What stands on an account at a date, in functional currency.
    pub(super) fn functional_of(&self, account: &str, as_of: Date) -> Result<i64, Fault> {
        let own = self.ledger.iter().filter(|((code, _), _)| code == account);
        let mut sum = 0;
        for (_, [.., debits, credits]) in own.flat_map(|(_, days)| days.range(..=as_of)) {
            add_to(&mut sum, *debits)?;
            add_to(&mut sum, *credits)?;
        }
        Ok(sum)
    }

    /// What the ledger has of an account by day, whatever the currency.
    pub(super) fn days_of(&self, account: &str, as_of: Date) -> Result<BTreeMap<Date, i64>, Fault> {
        let mut all: BTreeMap<Date, i64> = BTreeMap::new();
        let own = self.ledger.iter().filter(|((code, _), _)| code == account);
        for (on, [debits, credits, ..]) in own.flat_map(|(_, days)| days.range(..=as_of)) {
            let sum = all.entry(*on).or_default();
            add_to(sum, *debits)?;
            add_to(sum, *credits)?;
        }
        Ok(all)
    }
}

/// Adds a row of account, currency, day and amounts, which begins at a column.
fn add_row<const N: usize>(days: &mut Days<N>, row: &Row<'_>, at: usize) -> Result<(), Fault> {
    let key = (row.text(at)?, row.text(at + 1)?);
    let day = days.entry(key).or_default();
    let sums = day.entry(row.date(at + 2)?).or_insert([0; N]);
    for (place, sum) in sums.iter_mut().enumerate() {
        add_to(sum, row.int(at + 3 + place)?)?;
    }
    Ok(())
}

/// The sums up to a day; none where nothing had happened yet.
fn until<const N: usize>(
    days: &BTreeMap<Date, [i64; N]>,
    as_of: Date,
) -> Result<Option<[i64; N]>, Fault> {
    let mut all = None;
    for (_, sums) in days.range(..=as_of) {
        let all = all.get_or_insert([0; N]);
        for (sum, part) in all.iter_mut().zip(sums) {
            add_to(sum, *part)?;
        }
    }
    Ok(all)
}
