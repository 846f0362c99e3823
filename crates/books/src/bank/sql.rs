//! Statements of bank accounts, bank statements and bank lines.

use std::collections::HashSet;

use domain::calendar::Date;
use domain::money::{Currency, Money};
use formats::bank::{Deducted, ListedDocument};
use serde_json::{Value as Json, json};

use crate::bank::forms::{Booked, Known};
use crate::bank::import::{LineRow, StatementRow};
use crate::bank::{BankAccount, ledger_name};
use crate::db::{Table, Value, table};
use crate::entities::sql::ACCOUNT;
use crate::failure::Fault;
use crate::imports::currency;
use crate::work::Work;

const BANK_ACCOUNT: Table = table!("bank_account": entity_id Int, id Int, code Text, number Text,
    owner Text, bank Text, currency Text, account Text);
const BANK_STATEMENT: Table = table!("bank_statement": entity_id Int, id Int, file_id Int,
    bank_account_id Int, reference Text, starts_on Date, ends_on Date, currency Text, opening Int,
    closing Int, recorded_at At);
pub(crate) const BANK_LINE: Table = table!("bank_line": entity_id Int, id Int, statement_id Int,
    bank_account_id Int, parent_id Int, part Int, reference Text, booked_on Date, value_on Date,
    currency Text, amount Int, status Text, code Text, is_reversal Int, payer_name Text,
    payer_account Text, payer_bank Text, ultimate_payer Text, end_to_end Text,
    creditor_reference Text, check_number Text, mandate Text, return_reason Text, traces Text,
    documents Text, listed Text, remittance Text, instructed_amount Int, instructed_currency Text, charges Int, batch_id Text,
    batch_count Int, detail_count Int, fingerprint Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&BANK_ACCOUNT, &BANK_STATEMENT, &BANK_LINE];

pub(super) fn accounts(work: &mut Work<'_>) -> Result<Vec<BankAccount>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, code, number, owner, bank, currency, account FROM bank_account
         WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            Ok(BankAccount {
                id: row.int(0)?,
                code: row.text(1)?,
                number: row.text(2)?,
                owner: row.text(3)?,
                bank: row.text(4)?,
                currency: currency(&row.text(5)?)?,
                account: row.text(6)?,
            })
        },
    )
}

/// Bank accounts count upward from the standard account of cash at bank.
pub(super) fn next_bank_ledger_account(work: &mut Work<'_>) -> Result<String, Fault> {
    let entity = work.entity_id();
    let last = work.row(
        "SELECT MAX(account) FROM bank_account WHERE entity_id = $1",
        &[entity.into()],
        |row| row.opt_text(0),
    )?;
    let last = last
        .flatten()
        .and_then(|last| last.parse::<u32>().ok())
        .unwrap_or(1000);
    Ok((last + 1).to_string())
}

pub(super) fn insert_account(work: &mut Work<'_>, account: &BankAccount) -> Result<(), Fault> {
    let entity = work.entity_id();
    let name = ledger_name(&account.code, account.currency);
    let own = vec![
        entity.into(),
        (&account.account).into(),
        name.into(),
        "asset".into(),
        0.into(),
    ];
    work.connection.insert(&ACCOUNT, [own])?;
    let row = vec![
        entity.into(),
        account.id.into(),
        (&account.code).into(),
        (&account.number).into(),
        (&account.owner).into(),
        (&account.bank).into(),
        account.currency.code().into(),
        (&account.account).into(),
    ];
    work.connection.insert(&BANK_ACCOUNT, [row])?;
    Ok(())
}

/// Which of these fingerprints the account has already.
pub(super) fn known_fingerprints(
    work: &mut Work<'_>,
    account: i64,
    fingerprints: &[&str],
) -> Result<HashSet<String>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = fingerprints.iter().map(|one| Value::from(*one)).collect();
    let mut known = HashSet::new();
    work.connection.each_in(
        "SELECT fingerprint FROM bank_line
         WHERE entity_id = $1 AND bank_account_id = $2 AND fingerprint IN (/*keys*/)",
        &[entity.into(), account.into()],
        &keys,
        |row| {
            known.insert(row.text(0)?);
            Ok(())
        },
    )?;
    Ok(known)
}

/// Has the account any line?
pub(super) fn has_lines(work: &mut Work<'_>, account: i64) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.row(
        "SELECT 1 FROM bank_line WHERE entity_id = $1 AND bank_account_id = $2 LIMIT 1",
        &[entity.into(), account.into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// The first statement of another file with the account, last day and balances of this one.
pub(super) fn known_statement(
    work: &mut Work<'_>,
    like: &StatementRow,
) -> Result<Option<Known>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT s.id, s.reference, f.name
         FROM bank_statement s
         JOIN source_file f ON f.entity_id = s.entity_id AND f.id = s.file_id
         WHERE s.entity_id = $1 AND s.bank_account_id = $2 AND s.ends_on = $3 AND s.opening = $4
           AND s.closing = $5 AND s.file_id <> $6
         ORDER BY s.id LIMIT 1",
        &[
            entity.into(),
            like.bank_account_id.into(),
            like.ends_on.into(),
            like.opening.into(),
            like.closing.into(),
            like.file_id.into(),
        ],
        |row| {
            Ok(Known {
                id: row.int(0)?,
                reference: row.text(1)?,
                file: row.text(2)?,
            })
        },
    )
}

/// The booked lines of an account from one day to another.
pub(super) fn booked_between(
    work: &mut Work<'_>,
    account: i64,
    (from, until): (Date, Date),
) -> Result<Vec<Booked>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT statement_id, booked_on, amount, reference FROM bank_line
         WHERE entity_id = $1 AND bank_account_id = $2 AND part = 0 AND status = 'booked'
           AND booked_on BETWEEN $3 AND $4
         ORDER BY id",
        &[entity.into(), account.into(), from.into(), until.into()],
        |row| {
            Ok(Booked {
                statement_id: row.int(0)?,
                booked_on: row.date(1)?,
                amount: row.int(2)?,
                reference: row.text(3)?,
            })
        },
    )
}

pub(super) fn insert_statement(work: &mut Work<'_>, statement: &StatementRow) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let row = vec![
        entity.into(),
        statement.id.into(),
        statement.file_id.into(),
        statement.bank_account_id.into(),
        (&statement.reference).into(),
        statement.starts_on.into(),
        statement.ends_on.into(),
        (&statement.currency).into(),
        statement.opening.into(),
        statement.closing.into(),
        now.into(),
    ];
    work.connection.insert(&BANK_STATEMENT, [row])?;
    Ok(())
}

pub(super) fn insert_lines(work: &mut Work<'_>, lines: &[LineRow]) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = lines.iter().map(|line| {
        let text = |text: &Option<String>| Value::from(text.clone().unwrap_or_default());
        let (party, refs) = (&line.counterparty, &line.references);
        vec![
            entity.into(),
            line.id.into(),
            line.statement_id.into(),
            line.bank_account_id.into(),
            line.parent_id.into(),
            line.part.into(),
            (&line.reference).into(),
            line.booked_on.into(),
            line.value_on.into(),
            line.amount.currency().code().to_owned().into(),
            line.amount.minor().into(),
            line.status.into(),
            (&line.code).into(),
            i64::from(line.is_reversal).into(),
            text(&party.name),
            text(&party.account),
            text(&party.bank),
            text(&party.ultimate),
            text(&refs.end_to_end),
            text(&refs.creditor),
            text(&refs.check),
            text(&refs.mandate),
            text(&refs.return_reason),
            refs.traces.join("\n").into(),
            refs.documents.join("\n").into(),
            listed_json(&refs.listed).into(),
            line.remittance.join("\n").into(),
            line.instructed.map(Money::minor).into(),
            line.instructed
                .map(|instructed| instructed.currency().code().to_owned())
                .into(),
            line.charges.map(Money::minor).into(),
            (&line.batch_id).into(),
            line.batch_count.into(),
            line.detail_count.into(),
            (&line.fingerprint).into(),
            now.into(),
        ]
    });
    work.connection.insert(&BANK_LINE, rows)?;
    Ok(())
}

/// Documents that a payment lists with their sums, as a JSON array; empty where it lists none.
fn listed_json(listed: &[ListedDocument]) -> String {
    if listed.is_empty() {
        return String::new();
    }
    let rows: Vec<Json> = listed
        .iter()
        .map(|document| {
            let sum = |money: Option<Money>| {
                money.map(|money| json!([money.minor(), money.currency().code()]))
            };
            let parts = document.parts.iter();
            let parts: Vec<Json> = parts
                .map(|part| json!({ "amount": sum(Some(part.amount)), "reason": part.reason }))
                .collect();
            json!({ "number": document.number, "gross": sum(document.gross),
                "deduction": sum(document.deduction), "paid": sum(document.paid),
                "reason": document.reason, "parts": parts })
        })
        .collect();
    Json::Array(rows).to_string()
}

/// What [`listed_json`] wrote.
pub(crate) fn listed_of(text: &str) -> Vec<ListedDocument> {
    let rows: Vec<Json> = serde_json::from_str(text).unwrap_or_default();
    let sum = |row: &Json, name: &str| {
        let currency = Currency::parse(row[name][1].as_str()?)?;
        Some(Money::new(row[name][0].as_i64()?, currency))
    };
    rows.iter()
        .map(|row| ListedDocument {
            number: row["number"].as_str().unwrap_or_default().to_owned(),
            gross: sum(row, "gross"),
            deduction: sum(row, "deduction"),
            paid: sum(row, "paid"),
            reason: row["reason"].as_str().map(str::to_owned),
            // Rows of before it was kept have none.
            parts: row["parts"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|part| {
                    Some(Deducted {
                        amount: sum(part, "amount")?,
                        reason: part["reason"].as_str().unwrap_or_default().to_owned(),
                    })
                })
                .collect(),
        })
        .collect()
}
