//! Statements of exports.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::money::{Currency, Money};

use crate::exports::{Account, Head, Leg};
use crate::failure::Fault;
use crate::work::Work;

pub(super) fn accounts(work: &mut Work<'_>) -> Result<BTreeMap<String, Account>, Fault> {
    let entity = work.entity_id();
    let all = work.rows(
        "SELECT code, name, class FROM account WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            let account = Account {
                code: row.text(0)?,
                name: row.text(1)?,
                class: row.text(2)?,
            };
            Ok((account.code.clone(), account))
        },
    )?;
    Ok(all.into_iter().collect())
}

pub(super) fn first_day(work: &mut Work<'_>) -> Result<Option<Date>, Fault> {
    let entity = work.entity_id();
    let day = work.row(
        "SELECT MIN(posted_on) FROM journal_entry WHERE entity_id = $1",
        &[entity.into()],
        |row| row.opt_date(0),
    )?;
    Ok(day.flatten())
}

pub(super) fn each_leg(
    work: &mut Work<'_>,
    head: &Head,
    mut take: impl FnMut(&Leg<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let mut last = None;
    work.connection.each(
        "SELECT e.number, e.posted_on, e.source, e.memo, l.account, COALESCE(p.code, ''),
            l.currency, l.amount, l.functional, COALESCE(d.number, '')
         FROM journal_entry e
         JOIN journal_line l ON l.entity_id = $1 AND l.entry_id = e.id
         LEFT JOIN open_item i ON i.entity_id = $1 AND i.id = l.item_id
         LEFT JOIN document d ON d.entity_id = $1 AND d.id = i.document_id
         LEFT JOIN party p ON p.entity_id = $1 AND p.id = l.party_id
         WHERE e.entity_id = $1
         ORDER BY e.posted_on, e.number, l.line_number",
        &[entity.into()],
        |row| {
            let number = row.int(0)?;
            let (code, currency) = (row.text(4)?, row.text(6)?);
            let currency = Currency::parse(&currency)
                .ok_or_else(|| Fault::new(format!("`{currency}` is no currency")))?;
            let account = head.accounts.get(&code).ok_or_else(|| {
                Fault::new(format!("account {code} is not in the chart; run verify"))
            })?;
            let leg = Leg {
                number,
                posted_on: row.date(1)?,
                source: row.text(2)?,
                memo: row.text(3)?,
                document: row.text(9)?,
                is_first: last != Some(number),
                account,
                party: row.text(5)?,
                amount: Money::new(row.int(7)?, currency),
                functional: Money::new(row.int(8)?, head.functional),
            };
            last = Some(number);
            take(&leg)
        },
    )
}
