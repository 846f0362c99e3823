//! The bank reconciliation: for each own account and day, the bank's balance against what the
//! books have of it, to zero.
//!
//! What stood on the account before the first statement is brought forward; lines that nobody
//! has posted yet are the only reconciling items. A difference is a missing statement, a line
//! the bank did not report, or a posting that no bank line stands behind.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::money::Money;

use crate::bank;
use crate::failure::{Fault, Outcome};
use crate::reports::table::{Column, count, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("bank_account"),
    text("number"),
    date("on"),
    money("bank_balance"),
    money("brought_forward"),
    money("ledger"),
    count("lines_not_posted"),
    money("not_posted"),
    money("difference"),
];

/// Opening and closing balances. `$1` entity, `$2` as of.
const BALANCES: &str = "
    SELECT bank_account_id, ends_on, starts_on, opening, closing FROM bank_statement
    WHERE entity_id = $1 AND ends_on <= $2 AND closing IS NOT NULL ORDER BY bank_account_id,
      ends_on, id";

/// What the books have of each bank account, by day.
const LEDGER: &str = "
    SELECT account, posted_on, CAST(SUM(amount) AS BIGINT) FROM journal_line
    WHERE entity_id = $1 AND posted_on <= $2
      AND account IN (SELECT account FROM bank_account WHERE entity_id = $1)
    GROUP BY account, posted_on";

/// Booked movements by day: those before the first statement with a balance count there.
const MOVEMENTS: &str = "
    SELECT bank_account_id, booked_on, CAST(SUM(amount) AS BIGINT), COUNT(*) FROM bank_line
    WHERE entity_id = $1 AND booked_on <= $2 AND status = 'booked' AND part = 0
    GROUP BY bank_account_id, booked_on";

/// What of the movements was posted: decisions that stand and left a document or an entry.
const POSTED: &str = "
    SELECT l.bank_account_id, l.booked_on, CAST(SUM(d.amount) AS BIGINT)
    FROM cash_decision d
    JOIN bank_line l ON l.entity_id = $1 AND l.id = d.line_id
    LEFT JOIN cash_decision n ON n.entity_id = $1 AND n.replaces_id = d.id
    WHERE d.entity_id = $1 AND l.booked_on <= $2 AND n.id IS NULL
      AND (d.receipt_id IS NOT NULL OR d.entry_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM cash_decision_document c
            WHERE c.entity_id = $1 AND c.decision_id = d.id))
    GROUP BY l.bank_account_id, l.booked_on";

/// Payments without a posting, by day.
const WAITING: &str = "
    SELECT l.bank_account_id, l.booked_on, COUNT(*)
    FROM bank_line l
    LEFT JOIN cash_decision d ON d.entity_id = $1 AND d.line_id = l.id
    LEFT JOIN cash_decision n ON n.entity_id = $1 AND n.replaces_id = d.id
    WHERE l.entity_id = $1 AND l.booked_on <= $2 AND l.status = 'booked' AND l.detail_count = 0
      AND n.id IS NULL AND d.receipt_id IS NULL AND d.entry_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM cash_decision_document c
        WHERE c.entity_id = $1 AND c.decision_id = d.id)
    GROUP BY l.bank_account_id, l.booked_on";

/// What happened on a bank account by day.
#[derive(Default)]
pub(super) struct Days {
    /// Booked movements.
    pub(super) moved: BTreeMap<Date, i64>,
    /// What of them was posted.
    pub(super) posted: BTreeMap<Date, i64>,
    /// How many payments were not.
    pub(super) waiting: BTreeMap<Date, i64>,
    /// What the ledger has.
    pub(super) ledger: BTreeMap<Date, i64>,
}

struct Balance {
    on: Date,
    starts_on: Date,
    opening: Option<i64>,
    closing: i64,
}

/// Answers it.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let days = days(work, question.as_of)?;
    table(work, question, days)
}

/// The report of what happened by bank account and day.
pub(super) fn table(
    work: &mut Work<'_>,
    question: &Question,
    mut days: BTreeMap<i64, Days>,
) -> Outcome<Table> {
    let mut table = Table::new("Bank reconciliation".to_owned(), COLUMNS);
    let mut balances = balances(work, question.as_of)?;
    for account in bank::accounts(work)? {
        let own = days.remove(&account.id).unwrap_or_default();
        let balances = balances.remove(&account.id).unwrap_or_default();
        let Some(first) = balances.first() else {
            continue;
        };
        let before: i64 = own.moved.range(..first.starts_on).map(|(_, sum)| sum).sum();
        let moved_first: i64 = own
            .moved
            .range(first.starts_on..=first.on)
            .map(|(_, sum)| sum)
            .sum();
        let forward = first.opening.unwrap_or(first.closing - moved_first) - before;
        for balance in last_of_each_day(&balances) {
            let until = |days: &BTreeMap<Date, i64>| -> i64 {
                days.range(..=balance.on).map(|(_, sum)| sum).sum()
            };
            let not_posted = until(&own.moved) - until(&own.posted);
            let ledger = until(&own.ledger);
            let sum = |minor: i64| Cell::Money(Money::new(minor, account.currency));
            table.push(vec![
                Cell::from(account.code.as_str()),
                Cell::from(account.number.as_str()),
                Cell::Date(balance.on),
                sum(balance.closing),
                sum(forward),
                sum(ledger),
                Cell::Count(until(&own.waiting)),
                sum(not_posted),
                sum(balance.closing - forward - ledger - not_posted),
            ]);
        }
    }
    Ok(table)
}

fn last_of_each_day(balances: &[Balance]) -> impl Iterator<Item = &Balance> {
    balances.iter().enumerate().filter_map(|(place, balance)| {
        let next = balances.get(place + 1);
        next.is_none_or(|next| next.on != balance.on)
            .then_some(balance)
    })
}

fn balances(work: &mut Work<'_>, as_of: Date) -> Result<BTreeMap<i64, Vec<Balance>>, Fault> {
    let entity = work.entity_id();
    let mut all: BTreeMap<i64, Vec<Balance>> = BTreeMap::new();
    for (account, balance) in work.rows(BALANCES, &[entity.into(), as_of.into()], |row| {
        let on = row.date(1)?;
        let balance = Balance {
            on,
            starts_on: row.opt_date(2)?.unwrap_or(on),
            opening: row.opt_int(3)?,
            closing: row.int(4)?,
        };
        Ok((row.int(0)?, balance))
    })? {
        all.entry(account).or_default().push(balance);
    }
    Ok(all)
}

fn days(work: &mut Work<'_>, as_of: Date) -> Result<BTreeMap<i64, Days>, Fault> {
    let entity = work.entity_id();
    let params = [entity.into(), as_of.into()];
    let mut all: BTreeMap<i64, Days> = BTreeMap::new();
    let read = |row: &crate::db::Row<'_>| Ok((row.int(0)?, row.date(1)?, row.int(2)?));
    for (account, on, sum) in work.rows(MOVEMENTS, &params, read)? {
        all.entry(account).or_default().moved.insert(on, sum);
    }
    for (account, on, sum) in work.rows(POSTED, &params, read)? {
        all.entry(account).or_default().posted.insert(on, sum);
    }
    for (account, on, lines) in work.rows(WAITING, &params, read)? {
        all.entry(account).or_default().waiting.insert(on, lines);
    }
    let accounts = bank::accounts(work)?;
    let ledger = work.rows(LEDGER, &params, |row| {
        Ok((row.text(0)?, row.date(1)?, row.int(2)?))
    })?;
    for (code, on, sum) in ledger {
        if let Some(account) = accounts.iter().find(|account| account.account == code) {
            all.entry(account.id).or_default().ledger.insert(on, sum);
        }
    }
    Ok(all)
}
