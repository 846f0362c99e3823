//! The journal: every line of a span, in the order of days and numbers.

use domain::money::Money;

use crate::db::Row;
use crate::failure::{Fault, Outcome};
use crate::reports::known;
use crate::reports::table::{Column, count, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    count("number"),
    date("posted_on"),
    text("source"),
    text("memo"),
    text("document_number"),
    text("account"),
    text("account_name"),
    text("party_id"),
    text("currency"),
    money("debit"),
    money("credit"),
    money("functional_debit"),
    money("functional_credit"),
];

/// `$1` entity, `$2` first day, `$3` last day, `$4` known at, `$5` how many.
const LINES: &str = "
    SELECT e.number, e.posted_on, e.source, e.memo, COALESCE(d.number, ''), l.account,
        COALESCE(a.name, ''), COALESCE(p.code, ''), l.currency, l.amount, l.functional
    FROM journal_entry e
    JOIN journal_line l ON l.entity_id = $1 AND l.entry_id = e.id
    LEFT JOIN account a ON a.entity_id = $1 AND a.code = l.account
    LEFT JOIN open_item i ON i.entity_id = $1 AND i.id = l.item_id
    LEFT JOIN document d ON d.entity_id = $1 AND d.id = i.document_id
    LEFT JOIN party p ON p.entity_id = $1 AND p.id = l.party_id
    WHERE e.entity_id = $1 AND e.posted_on >= $2 AND e.posted_on <= $3 AND e.recorded_at <= $4
    ORDER BY e.posted_on, e.number, l.line_number LIMIT $5";

/// Answers the question.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let from = known::first_day(question, known::EARLIEST)?;
    let functional = work.functional();
    let values = [
        work.entity_id().into(),
        from.into(),
        question.as_of.into(),
        known::known_at(question).into(),
        question.most.map_or(i64::MAX, |most| most as i64).into(),
    ];
    let title = format!("Journal, {}", known::as_of(question));
    let mut table = Table::new(title, COLUMNS);
    work.connection.each(LINES, &values, |row| {
        table.push(line(row, functional)?);
        Ok(())
    })?;
    Ok(table)
}

fn line(row: &Row<'_>, functional: domain::money::Currency) -> Result<Vec<Cell>, Fault> {
    let code = row.text(8)?;
    let amount = known::sum(row.int(9)?, &code)?;
    let value = Money::new(row.int(10)?, functional);
    let mut cells = vec![Cell::Count(row.int(0)?), row.date(1)?.into()];
    for place in 2..8 {
        cells.push(row.text(place)?.into());
    }
    cells.push(code.into());
    for sum in [amount, value] {
        // A line that only carries an exchange difference has no amount of its own.
        let (debit, credit) = match sum.minor().signum() {
            1 => (sum.into(), Cell::Empty),
            -1 => (Cell::Empty, (-sum).into()),
            _ => (Cell::Empty, Cell::Empty),
        };
        cells.extend([debit, credit]);
    }
    Ok(cells)
}
