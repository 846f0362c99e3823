//! Aging: what is open by days past due, and what is unapplied.
//!
//! An invoice (a bill, on the other side) stands in the bucket of its due date; credit memos,
//! receipts and unapplied cash stand in `unapplied`, so that `total` is the balance. Receipts of
//! unknown payers have a row of their own. The last row of each currency is its total.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::money::{Currency, Money};
use jiff::ToSpan;

use crate::db::Value;
use crate::failure::{Fault, Outcome};
use crate::reports::known::{self, Named, OPEN_AT};
use crate::reports::table::{Column, date, money, text};
use crate::reports::{By, Cell, Question, ReportRefusal, Table};
use crate::work::Work;

/// Buckets and `unapplied`, in the order of the columns.
pub(super) const PARTS: usize = 6;

const COLUMNS: &[Column] = &[
    text("party_id"),
    text("party_name"),
    text("currency"),
    money("not_due"),
    money("days_1_30"),
    money("days_31_60"),
    money("days_61_90"),
    money("days_over_90"),
    money("unapplied"),
    money("total"),
];

/// What stands in each part. `$5` … `$8` are the borders of the buckets, `$9` is the sign of the
/// side.
const IS_IN: [&str; PARTS] = [
    "o.amount * $9 > 0 AND o.due_on >= $5",
    "o.amount * $9 > 0 AND o.due_on < $5 AND o.due_on >= $6",
    "o.amount * $9 > 0 AND o.due_on < $6 AND o.due_on >= $7",
    "o.amount * $9 > 0 AND o.due_on < $7 AND o.due_on >= $8",
    "o.amount * $9 > 0 AND o.due_on < $8",
    "o.amount * $9 <= 0",
];

/// One row before it is shown.
pub(super) struct Line {
    pub(super) party: Option<Named>,
    pub(super) extra: Vec<Cell>,
    pub(super) parts: [i64; PARTS],
}

/// Answers the question.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let by = by_of(question)?;
    let parties = known::parties(work)?;
    let lines = lines(work, question, by, &parties)?;
    table(question, by, lines)
}

/// The columns of a cut.
pub(super) fn columns(by: By) -> Vec<Column> {
    let mut columns = COLUMNS.to_vec();
    match by {
        By::Region => columns.push(text("region")),
        By::Document => columns.extend([text("document_number"), date("due_on")]),
        By::Party | By::Currency | By::Reason | By::Owner | By::Age => {}
    }
    columns
}

/// The report of its rows by currency.
pub(super) fn table(
    question: &Question,
    by: By,
    lines: BTreeMap<Currency, Vec<Line>>,
) -> Outcome<Table> {
    let title = format!(
        "Aging, {}, {}",
        question.side.code(),
        known::as_of(question)
    );
    let mut table = Table::new(title, &columns(by));
    for (currency, mut lines) in lines {
        lines.sort_by(order);
        let mut sums = [0_i64; PARTS];
        for line in &lines {
            for (sum, part) in sums.iter_mut().zip(line.parts) {
                *sum = sum
                    .checked_add(part)
                    .ok_or_else(|| Fault::new("a total leaves the range of amounts"))?;
            }
        }
        if by != By::Currency {
            for line in lines {
                table.push(shown(line, currency));
            }
        }
        table.push(total(sums, currency, by));
    }
    Ok(table)
}

/// The last row of a currency.
pub(super) fn total(parts: [i64; PARTS], currency: Currency, by: By) -> Vec<Cell> {
    let named = Named {
        code: "TOTAL".into(),
        name: "".into(),
    };
    let further = columns(by).len() - COLUMNS.len();
    shown(
        Line {
            party: Some(named),
            extra: vec![Cell::Empty; further],
            parts,
        },
        currency,
    )
}

/// The first days of the buckets, the latest first.
pub(super) fn borders(as_of: Date) -> [Date; 4] {
    [0, 30, 60, 90].map(|days| before(as_of, days))
}

/// The part in which an open amount of the side's sign stands: as [`IS_IN`] has it.
pub(super) fn part_of(borders: &[Date; 4], due_on: Date, open: i64) -> usize {
    if open <= 0 {
        return PARTS - 1;
    }
    let passed = borders.iter().position(|first| *first <= due_on);
    passed.unwrap_or(borders.len())
}

/// Parties by code, unknown payers last; then what the report is cut by.
fn order(a: &Line, b: &Line) -> Ordering {
    fn code(line: &Line) -> (bool, Option<&str>) {
        let code = line.party.as_ref().map(|party| &*party.code);
        (code.is_none(), code)
    }
    fn cut(line: &Line) -> (Option<Date>, Option<&str>) {
        match line.extra.as_slice() {
            [Cell::Text(number), Cell::Date(due_on)] => (Some(*due_on), Some(number)),
            [Cell::Text(region)] => (None, Some(region)),
            _ => (None, None),
        }
    }
    code(a).cmp(&code(b)).then_with(|| cut(a).cmp(&cut(b)))
}

/// A row of the report.
pub(super) fn shown(line: Line, currency: Currency) -> Vec<Cell> {
    let (code, name) = match line.party {
        Some(named) if named.name.is_empty() => (Cell::Text(named.code), Cell::Empty),
        Some(named) => (Cell::Text(named.code), Cell::Text(named.name)),
        None => (Cell::Empty, Cell::from("Unidentified receipts")),
    };
    let mut row = vec![code, name, Cell::from(currency.code())];
    let total = line.parts.iter().sum();
    let parts = line.parts.into_iter().chain([total]);
    row.extend(parts.map(|part| Cell::Money(Money::new(part, currency))));
    row.extend(line.extra);
    row
}

/// The rows by currency.
fn lines(
    work: &mut Work<'_>,
    question: &Question,
    by: By,
    parties: &HashMap<i64, Named>,
) -> Outcome<BTreeMap<Currency, Vec<Line>>> {
    let sign = question.side.sign();
    let mut values: Vec<Value<'_>> = vec![
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
        question.side.code().into(),
    ];
    values.extend(borders(question.as_of).map(Value::from));
    values.push(sign.into());
    let mut all: BTreeMap<Currency, Vec<Line>> = BTreeMap::new();
    let mut currencies: HashMap<String, Currency> = HashMap::new();
    work.connection.each(&statement(by), &values, |row| {
        let code = row.text(1)?;
        let currency = if let Some(known) = currencies.get(&code) {
            *known
        } else {
            let currency = known::sum(0, &code)?.currency();
            currencies.insert(code, currency);
            currency
        };
        let mut parts = [0; PARTS];
        for (place, part) in parts.iter_mut().enumerate() {
            *part = row.int(2 + place)? * sign;
        }
        let extra = match by {
            By::Party | By::Currency | By::Reason | By::Owner | By::Age => Vec::new(),
            By::Region => vec![row.opt_text(2 + PARTS)?.into()],
            By::Document => vec![
                row.text(2 + PARTS)?.into(),
                Cell::Date(row.date(3 + PARTS)?),
            ],
        };
        let party =
            match row.opt_int(0)? {
                None => None,
                Some(id) => Some(parties.get(&id).cloned().ok_or_else(|| {
                    Fault::new("an open item belongs to a party that is not there")
                })?),
            };
        all.entry(currency).or_default().push(Line {
            party,
            extra,
            parts,
        });
        Ok(())
    })?;
    Ok(all)
}

/// A day some days earlier; the earliest day where there is none.
fn before(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(known::EARLIEST)
}

/// The statement of a cut: party, currency, the parts, and what the rows are cut by.
fn statement(by: By) -> String {
    let parts = IS_IN.map(|is_in| {
        let part = format!("CASE WHEN {is_in} THEN o.open ELSE 0 END");
        match by {
            By::Document => part,
            By::Party | By::Region | By::Currency | By::Reason | By::Owner | By::Age => {
                format!("CAST(SUM({part}) AS BIGINT)")
            }
        }
    });
    let document = "JOIN document d ON d.entity_id = $1 AND d.id = o.document_id";
    let (who, extra, join, group) = match by {
        By::Party | By::Reason | By::Owner | By::Age => {
            ("o.party_id", "", "", "GROUP BY o.party_id, o.currency")
        }
        By::Currency => ("CAST(NULL AS BIGINT)", "", "", "GROUP BY o.currency"),
        By::Region => (
            "o.party_id",
            ", d.region",
            document,
            "GROUP BY o.party_id, o.currency, d.region",
        ),
        By::Document => ("o.party_id", ", d.number, o.due_on", document, ""),
    };
    format!(
        "SELECT {who}, o.currency, {}{extra} FROM ({OPEN_AT}) o {join} WHERE o.open <> 0 {group}",
        parts.join(", ")
    )
}

/// Into what the rows are cut; an aging has its ages in columns.
pub(super) fn by_of(question: &Question) -> Result<By, ReportRefusal> {
    match question.by.unwrap_or(By::Party) {
        By::Reason | By::Owner | By::Age => Err(ReportRefusal::NotBy {
            known: "party, region, currency or document",
        }),
        by => Ok(by),
    }
}
