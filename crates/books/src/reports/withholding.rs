//! Tax that customers withheld: what certificates cover, what is awaited, since when, when it was
//! asked for.
//!
//! The last row is the balance of withholding tax receivable as the ledger has it; what was posted
//! there by hand, and belongs to no deduction, stands apart before it.

use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::certificates::days_between;
use domain::ids::DocumentId;
use domain::ledger::Role;
use domain::money::{Currency, Money};
use jiff::Timestamp;

use crate::certificates::sql::Of;
use crate::certificates::{self, Tax};
use crate::db::Value;
use crate::failure::{Fault, Outcome};
use crate::parties;
use crate::reports::known;
use crate::reports::table::{Column, count, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("number"),
    text("party_id"),
    text("party_name"),
    text("invoices"),
    date("withheld_on"),
    text("currency"),
    money("withheld"),
    money("covered"),
    money("awaited"),
    date("asked_on"),
    count("days"),
    text("state"),
    money("withheld_functional"),
];

/// What deductions posted on the account, by the first of each. `$1` entity, `$2` as of, `$3` known
/// at, `$4` account.
const OWN: &str = "
    SELECT COALESCE(d.reverses_id, d.id), CAST(SUM(l.functional) AS BIGINT)
    FROM document d
    JOIN journal_entry e ON e.entity_id = $1 AND e.id = d.entry_id
    JOIN journal_line l ON l.entity_id = $1 AND l.entry_id = d.entry_id
    WHERE d.entity_id = $1 AND d.kind = 'tax_withheld' AND l.posted_on <= $2
        AND e.recorded_at <= $3 AND l.account = $4
    GROUP BY COALESCE(d.reverses_id, d.id)";

/// What stands on the account. The same parameters.
const BALANCE: &str = "
    SELECT CAST(SUM(l.functional) AS BIGINT) FROM journal_line l
    JOIN journal_entry e ON e.entity_id = $1 AND e.id = l.entry_id
    WHERE l.entity_id = $1 AND l.posted_on <= $2 AND e.recorded_at <= $3 AND l.account = $4";

/// What deductions come to in one currency.
#[derive(Default)]
struct Sums {
    withheld: i64,
    covered: i64,
    awaited: i64,
    functional: i64,
}

/// Answers it.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let at = (question.as_of, known::known_at(question));
    let params = params(work, at);
    let balance = work.count(BALANCE, &params)?;
    table(work, question, balance)
}

/// The account, as the ledger names it.
pub(super) fn account() -> &'static str {
    Role::WithholdingTaxReceivable.code()
}

fn params(work: &Work<'_>, (as_of, known_at): (Date, Timestamp)) -> [Value<'static>; 4] {
    let entity = work.entity_id();
    [
        entity.into(),
        as_of.into(),
        known_at.into(),
        account().into(),
    ]
}

/// The report, with what stands on the account in all.
pub(super) fn table(work: &mut Work<'_>, question: &Question, balance: i64) -> Outcome<Table> {
    let at = (question.as_of, known::known_at(question));
    let again_after = certificates::policy(work)?;
    let taxes = match &question.party {
        None => certificates::look(work, &Of::All, at)?,
        Some(code) => {
            let party = parties::ids(work, &[code.as_str()])?.into_iter().collect();
            certificates::look(work, &Of::Parties(&party), at)?
        }
    };
    let own = on_account(work, at)?;
    let others = balance - own.values().sum::<i64>();
    let functional = work.functional();
    let title = format!("Tax withheld by customers, {}", known::as_of(question));
    let mut table = Table::new(title, COLUMNS);
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for tax in &taxes {
        let value = own.get(&tax.deducted.document).copied().unwrap_or(0);
        if tax.deducted.withheld.is_zero() && value == 0 {
            continue;
        }
        let sum = sums.entry(tax.deducted.withheld.currency()).or_default();
        sum.withheld += tax.deducted.withheld.minor();
        sum.covered += tax.deducted.covered.minor();
        sum.awaited += tax.deducted.awaited().minor();
        sum.functional += value;
        let value = Money::new(value, functional);
        table.push(row(tax, value, (question.as_of, again_after)));
    }
    let whole: i64 = sums.values().map(|sum| sum.functional).sum();
    for (currency, sum) in &sums {
        table.push(total(*currency, sum, functional));
    }
    if question.party.is_none() {
        let code = account();
        if others != 0 {
            let told = format!("Other entries on {code}");
            table.push(ledger("OTHER", told, Money::new(others, functional)));
        }
        let told = format!("Balance of {code}");
        let balance = Money::new(whole + others, functional);
        table.push(ledger("TOTAL", told, balance));
    }
    Ok(table)
}

fn row(tax: &Tax, value: Money, (day, again_after): (Date, u16)) -> Vec<Cell> {
    let deducted = &tax.deducted;
    let invoices: Vec<&str> = tax
        .invoices
        .iter()
        .map(|invoice| invoice.number.as_str())
        .collect();
    let awaits = deducted.awaited().is_positive();
    let state = if deducted.withheld.is_zero() {
        "taken back"
    } else {
        tax.standing(day, again_after).code()
    };
    vec![
        deducted.number.as_str().into(),
        tax.party.as_str().into(),
        tax.name.as_str().into(),
        invoices.join(", ").into(),
        deducted.on.into(),
        deducted.withheld.currency().code().into(),
        deducted.withheld.into(),
        deducted.covered.into(),
        deducted.awaited().into(),
        tax.asked_on.map_or(Cell::Empty, Cell::from),
        if awaits {
            Cell::Count(days_between(deducted.on, day))
        } else {
            Cell::Empty
        },
        state.into(),
        value.into(),
    ]
}

fn total(currency: Currency, sum: &Sums, functional: Currency) -> Vec<Cell> {
    let mut row = vec![Cell::Empty; COLUMNS.len()];
    row[0] = "TOTAL".into();
    row[5] = currency.code().into();
    row[6] = Money::new(sum.withheld, currency).into();
    row[7] = Money::new(sum.covered, currency).into();
    row[8] = Money::new(sum.awaited, currency).into();
    row[12] = Money::new(sum.functional, functional).into();
    row
}

/// What the ledger says.
fn ledger(mark: &'static str, told: String, value: Money) -> Vec<Cell> {
    let mut row = vec![Cell::Empty; COLUMNS.len()];
    row[0] = mark.into();
    row[2] = told.into();
    row[5] = value.currency().code().into();
    row[12] = value.into();
    row
}

/// What stands on withholding tax receivable by deduction.
fn on_account(
    work: &mut Work<'_>,
    at: (Date, Timestamp),
) -> Result<HashMap<DocumentId, i64>, Fault> {
    let params = params(work, at);
    let rows = work.rows(OWN, &params, |row| {
        Ok((DocumentId(row.int(0)?), row.int(1)?))
    })?;
    Ok(rows.into_iter().collect())
}
