//! Statements of bank lines and of what stands decided about them.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::money::Money;

use crate::cash::units::Before;
use crate::failure::Fault;
use crate::imports::currency;
use crate::remittances::AdviceKey;
use crate::work::Work;

/// A bank line as cash application needs it.
#[derive(Clone, Debug)]
pub(crate) struct LineRow {
    pub(crate) id: i64,
    pub(crate) bank_code: String,
    pub(crate) bank_ledger_account: String,
    pub(crate) statement_name: String,
    pub(crate) reference: String,
    pub(crate) booked_on: Date,
    pub(crate) amount: Money,
    pub(crate) code: String,
    pub(crate) is_reversal: bool,
    pub(crate) payer_name: String,
    pub(crate) payer_account: String,
    pub(crate) ultimate_payer: String,
    pub(crate) end_to_end: String,
    pub(crate) creditor_reference: String,
    pub(crate) traces: String,
    pub(crate) documents: String,
    pub(crate) remittance: String,
    pub(crate) instructed_amount: Option<i64>,
    pub(crate) instructed_currency: Option<String>,
    pub(crate) charges: Option<i64>,
    pub(crate) batch_count: Option<i64>,
    pub(crate) detail_count: i64,
    pub(crate) batch_id: String,
    pub(crate) listed: String,
}

/// Which booked lines are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cash) enum Lines {
    /// Those booked on or before a day.
    Until(Date),
    /// Those booked on a day or later.
    From(Date),
    /// One alone.
    One(i64),
}

/// Booked lines, in the order in which they are decided.
pub(in crate::cash) fn booked_lines(
    work: &mut Work<'_>,
    wanted: Lines,
) -> Result<Vec<LineRow>, Fault> {
    let mut all = Vec::new();
    each_booked_line(work, wanted, |line| {
        all.push(line);
        Ok(())
    })?;
    Ok(all)
}

/// Hands booked lines over, in the order in which they are decided.
pub(in crate::cash) fn each_booked_line(
    work: &mut Work<'_>,
    wanted: Lines,
    mut take: impl FnMut(LineRow) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    // PostgreSQL knows no days before the year -4712.
    let first_day = jiff::civil::date(1, 1, 1);
    let (from, until, first, last) = match wanted {
        Lines::Until(day) => (first_day, day, i64::MIN, i64::MAX),
        Lines::From(day) => (day, Date::MAX, i64::MIN, i64::MAX),
        Lines::One(id) => (first_day, Date::MAX, id, id),
    };
    work.connection.each(
        "SELECT l.id, a.code, a.account, f.name, l.reference, l.booked_on, l.amount, l.currency,
           l.code, l.is_reversal, l.payer_name, l.payer_account, l.ultimate_payer, l.end_to_end,
           l.creditor_reference, l.documents, l.remittance, l.instructed_amount,
           l.instructed_currency, l.charges, l.batch_count, l.detail_count, l.batch_id, l.listed,
           l.traces
         FROM bank_line l
         LEFT JOIN bank_account a ON a.entity_id = l.entity_id AND a.id = l.bank_account_id
         LEFT JOIN bank_statement s ON s.entity_id = l.entity_id AND s.id = l.statement_id
         LEFT JOIN source_file f ON f.entity_id = s.entity_id AND f.id = s.file_id
         WHERE l.entity_id = $1 AND l.id >= $2 AND l.id <= $3 AND l.status = 'booked'
           AND l.booked_on >= $4 AND l.booked_on <= $5
         ORDER BY l.booked_on, a.code, l.id",
        &[
            entity.into(),
            first.into(),
            last.into(),
            from.into(),
            until.into(),
        ],
        |row| {
            take(LineRow {
                id: row.int(0)?,
                bank_code: row.text(1)?,
                bank_ledger_account: row.text(2)?,
                statement_name: row.text(3)?,
                reference: row.text(4)?,
                booked_on: row.date(5)?,
                amount: Money::new(row.int(6)?, currency(&row.text(7)?)?),
                code: row.text(8)?,
                is_reversal: row.int(9)? == 1,
                payer_name: row.text(10)?,
                payer_account: row.text(11)?,
                ultimate_payer: row.text(12)?,
                end_to_end: row.text(13)?,
                creditor_reference: row.text(14)?,
                documents: row.text(15)?,
                remittance: row.text(16)?,
                instructed_amount: row.opt_int(17)?,
                instructed_currency: row.opt_text(18)?,
                charges: row.opt_int(19)?,
                batch_count: row.opt_int(20)?,
                detail_count: row.int(21)?,
                batch_id: row.text(22)?,
                listed: row.text(23)?,
                traces: row.text(24)?,
            })
        },
    )
}

/// The decision that stands for each unit: the one that no other replaces.
pub(in crate::cash) fn live_decisions(
    work: &mut Work<'_>,
    line: Option<i64>,
) -> Result<HashMap<(i64, String), Before>, Fault> {
    let entity = work.entity_id();
    let (first, last) = line.map_or((i64::MIN, i64::MAX), |line| (line, line));
    let rows = work.rows(
        "SELECT d.line_id, d.unit, d.id, d.receipt_id, d.outcome, d.entry_id,
           d.advice_file_id, d.advice_place
         FROM cash_decision d
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND d.line_id >= $2 AND d.line_id <= $3 AND n.id IS NULL",
        &[entity.into(), first.into(), last.into()],
        |row| {
            let before = Before {
                decision: row.int(2)?,
                receipt: row.opt_int(3)?,
                outcome: row.text(4)?,
                entry: row.opt_int(5)?,
                advice: row
                    .opt_int(6)?
                    .zip(row.opt_int(7)?)
                    .map(|(file, place)| AdviceKey { file, place }),
            };
            Ok(((row.int(0)?, row.text(1)?), before))
        },
    )?;
    Ok(rows.into_iter().collect())
}
