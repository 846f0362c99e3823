//! The tie-out: each control account and its open items, per currency, shown equal.
//!
//! Both sides are summed from facts, not from cached amounts, and signed as in the ledger.

use std::collections::BTreeMap;

use domain::money::Money;

use crate::failure::{Fault, Outcome};
use crate::reports::known;
use crate::reports::table::{Column, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("account"),
    text("account_name"),
    text("currency"),
    money("ledger"),
    money("open_items"),
    money("difference"),
    money("ledger_functional"),
    money("open_items_functional"),
    money("difference_functional"),
];

/// The ledger's side. `$1` entity, `$2` as of, `$3` known at.
const LEDGER: &str = "
    SELECT l.account, l.currency, CAST(SUM(l.amount) AS BIGINT),
        CAST(SUM(l.functional) AS BIGINT)
    FROM journal_line l
    WHERE l.entity_id = $1 AND l.posted_on <= $2
        AND l.account IN (SELECT code FROM account WHERE entity_id = $1 AND is_control = 1)
        AND EXISTS (SELECT 1 FROM journal_entry e
            WHERE e.entity_id = $1 AND e.id = l.entry_id AND e.recorded_at <= $3)
    GROUP BY l.account, l.currency";

/// The subledger's side: items opened, valued and settled.
const SUBLEDGER: &[&str] = &[
    "SELECT account, currency, CAST(SUM(amount) AS BIGINT), CAST(SUM(functional) AS BIGINT)
     FROM open_item WHERE entity_id = $1 AND opened_on <= $2 AND recorded_at <= $3
     GROUP BY account, currency",
    "SELECT i.account, i.currency, CAST(0 AS BIGINT),
        CAST(SUM(v.functional - i.functional) AS BIGINT)
     FROM item_valuation v
     JOIN open_item i ON i.entity_id = $1 AND i.id = v.item_id
     JOIN journal_entry e ON e.entity_id = $1 AND e.id = v.entry_id
     WHERE v.entity_id = $1 AND e.posted_on <= $2 AND e.recorded_at <= $3
     GROUP BY i.account, i.currency",
    "SELECT i.account, i.currency, CAST(SUM(-a.debit_amount) AS BIGINT),
        CAST(SUM(-a.debit_functional) AS BIGINT)
     FROM application a JOIN open_item i ON i.entity_id = $1 AND i.id = a.debit_item_id
     WHERE a.entity_id = $1 AND a.applied_on <= $2 AND a.recorded_at <= $3
     GROUP BY i.account, i.currency",
    "SELECT i.account, i.currency, CAST(SUM(a.credit_amount) AS BIGINT),
        CAST(SUM(a.credit_functional) AS BIGINT)
     FROM application a JOIN open_item i ON i.entity_id = $1 AND i.id = a.credit_item_id
     WHERE a.entity_id = $1 AND a.applied_on <= $2 AND a.recorded_at <= $3
     GROUP BY i.account, i.currency",
];

/// Amount and functional amount of the ledger and of the items.
#[derive(Clone, Copy, Default)]
pub(super) struct Tied {
    pub(super) ledger: [i64; 2],
    pub(super) items: [i64; 2],
}

/// Answers the question.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let mut sums: BTreeMap<(String, String), Tied> = BTreeMap::new();
    add(work, question, LEDGER, |key, amounts| {
        sums.entry(key).or_default().ledger = amounts;
    })?;
    for statement in SUBLEDGER {
        add(work, question, statement, |key, amounts| {
            let items = &mut sums.entry(key).or_default().items;
            for (sum, amount) in items.iter_mut().zip(amounts) {
                *sum += amount;
            }
        })?;
    }
    table(work, question, &sums)
}

/// The report of both sides by account and currency.
pub(super) fn table(
    work: &mut Work<'_>,
    question: &Question,
    sums: &BTreeMap<(String, String), Tied>,
) -> Outcome<Table> {
    let names = names(work)?;
    let functional = work.functional();
    let title = format!("Tie-out of control accounts, {}", known::as_of(question));
    let mut table = Table::new(title, COLUMNS);
    for ((account, currency), sums) in sums {
        let mut row = vec![
            Cell::from(account.as_str()),
            names.get(account).cloned().into(),
            Cell::from(currency.as_str()),
        ];
        let currency = known::sum(0, currency)?.currency();
        for (place, currency) in [currency, functional].into_iter().enumerate() {
            let (ledger, items) = (sums.ledger[place], sums.items[place]);
            let parts = [ledger, items, ledger - items];
            row.extend(parts.map(|part| Cell::from(Money::new(part, currency))));
        }
        table.push(row);
    }
    Ok(table)
}

fn add(
    work: &mut Work<'_>,
    question: &Question,
    statement: &str,
    mut take: impl FnMut((String, String), [i64; 2]),
) -> Result<(), Fault> {
    let values = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
    ];
    work.connection.each(statement, &values, |row| {
        take((row.text(0)?, row.text(1)?), [row.int(2)?, row.int(3)?]);
        Ok(())
    })
}

fn names(work: &mut Work<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let entity = work.entity_id();
    let all = work.rows(
        "SELECT code, name FROM account WHERE entity_id = $1",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    Ok(all.into_iter().collect())
}
