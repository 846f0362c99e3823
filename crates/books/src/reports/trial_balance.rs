//! The trial balance: opening, debits, credits and closing of every account.
//!
//! In functional currency, or, cut by currency, in each transaction currency with the functional
//! closing beside it. A span without a first day begins with the year.

use domain::calendar::Date;
use domain::money::Money;

use crate::db::Value;
use crate::failure::Outcome;
use crate::reports::known;
use crate::reports::table::{Column, money, text};
use crate::reports::{By, Cell, Question, ReportRefusal, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("account"),
    text("account_name"),
    text("currency"),
    money("opening"),
    money("debits"),
    money("credits"),
    money("closing"),
];

/// `$1` entity, `$2` first day, `$3` last day; `$4` known at, where asked.
fn statement(amount: &str, currency: &str, is_known: bool) -> String {
    let known = if is_known {
        "AND EXISTS (SELECT 1 FROM journal_entry e
            WHERE e.entity_id = $1 AND e.id = l.entry_id AND e.recorded_at <= $4)"
    } else {
        ""
    };
    format!(
        "SELECT b.account, COALESCE(a.name, ''), b.currency, b.opening, b.debits, b.credits,
            b.functional
        FROM (SELECT l.account, {currency} AS currency,
                CAST(SUM(CASE WHEN l.posted_on < $2 THEN l.{amount} ELSE 0 END) AS BIGINT)
                    AS opening,
                CAST(SUM(CASE WHEN l.posted_on >= $2 AND l.{amount} > 0 THEN l.{amount} ELSE 0
                    END) AS BIGINT) AS debits,
                CAST(SUM(CASE WHEN l.posted_on >= $2 AND l.{amount} < 0 THEN l.{amount} ELSE 0
                    END) AS BIGINT) AS credits,
                CAST(SUM(l.functional) AS BIGINT) AS functional
            FROM journal_line l WHERE l.entity_id = $1 AND l.posted_on <= $3 {known}
            GROUP BY l.account{}) b
        LEFT JOIN account a ON a.entity_id = $1 AND a.code = b.account
        ORDER BY b.account, b.currency",
        if amount == "functional" {
            ""
        } else {
            ", l.currency"
        }
    )
}

/// One account, in one currency where the report is cut by currency.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Balance {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) currency: Option<String>,
    pub(super) opening: i64,
    pub(super) debits: i64,
    /// Below zero.
    pub(super) credits: i64,
    pub(super) functional: i64,
}

/// Whether a question is cut by currency, and its first day.
pub(super) fn span(question: &Question) -> Outcome<(bool, Date)> {
    let by_currency = match question.by {
        None => false,
        Some(By::Currency) => true,
        Some(By::Party | By::Region | By::Document | By::Reason | By::Owner | By::Age) => {
            return Err(ReportRefusal::NotBy { known: "currency" }.into());
        }
    };
    let year = Date::new(question.as_of.year(), 1, 1).unwrap_or(question.as_of);
    Ok((by_currency, known::first_day(question, year)?))
}

/// Answers the question.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let (by_currency, from) = span(question)?;
    let statement = if by_currency {
        statement("amount", "l.currency", question.known_at.is_some())
    } else {
        statement(
            "functional",
            "CAST(NULL AS TEXT)",
            question.known_at.is_some(),
        )
    };
    let mut values: Vec<Value<'_>> =
        vec![work.entity_id().into(), from.into(), question.as_of.into()];
    values.extend(question.known_at.map(Value::from));
    let rows = work.rows(&statement, &values, |row| {
        Ok(Balance {
            account: row.text(0)?,
            name: row.text(1)?,
            currency: row.opt_text(2)?,
            opening: row.int(3)?,
            debits: row.int(4)?,
            credits: row.int(5)?,
            functional: row.int(6)?,
        })
    })?;
    table(work, question, rows)
}

/// The report of its accounts.
pub(super) fn table(
    work: &mut Work<'_>,
    question: &Question,
    rows: Vec<Balance>,
) -> Outcome<Table> {
    let (by_currency, from) = span(question)?;
    let functional = work.functional();
    let mut columns = COLUMNS.to_vec();
    if by_currency {
        columns.push(money("functional"));
    }
    let title = format!("Trial balance from {from}, {}", known::as_of(question));
    let mut table = Table::new(title, &columns);
    let mut totals = [0_i64; 4];
    for row in rows {
        let code = row.currency.as_deref().unwrap_or(functional.code());
        let (opening, debits, credits) = (row.opening, row.debits, row.credits);
        let parts = [opening, debits, -credits, opening + debits + credits];
        let mut cells = vec![row.account.into(), row.name.into(), Cell::from(code)];
        for (total, part) in totals.iter_mut().zip(parts) {
            *total += if by_currency { 0 } else { part };
            cells.push(known::sum(part, code)?.into());
        }
        if by_currency {
            cells.push(Money::new(row.functional, functional).into());
        }
        table.push(cells);
    }
    if !by_currency {
        let mut cells = vec![
            Cell::from("TOTAL"),
            Cell::Empty,
            Cell::from(functional.code()),
        ];
        cells.extend(totals.map(|total| Cell::from(Money::new(total, functional))));
        table.push(cells);
    }
    Ok(table)
}
