//! Short-pays that are open at a date, as known at a moment: by reason, owner, age or customer, or
//! each of them.
//!
//! The age counts from the day of the payment that was short; what fell due stands in the aging.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::money::{Currency, Money};
use domain::short_pays::Reason;

use crate::failure::Outcome;
use crate::reports::known::{self, Named};
use crate::reports::table::{Column, count, date, money, text};
use crate::reports::{By, Cell, Question, ReportRefusal, Table};
use crate::short_pays::sql::latest;
use crate::work::Work;

/// What was known of a case: its item as it stood, and the latest of each kind of event. `$1`
/// entity, `$2` as of, `$3` known at.
macro_rules! then {
    ($kind:literal, $first:literal) => {
        latest!($kind, $first, " AND e.recorded_at <= $3")
    };
}

const CASES: &str = concat!(
    "SELECT d.number, d.party_id, f.number, i.amount, i.currency, i.opened_on, i.due_on,
        i.open_amount + COALESCE(l.amount, 0), ",
    then!("reason", "s.reason"),
    ", ",
    then!("assigned", "s.owner"),
    ", ",
    then!("answer_by", "CAST(s.answer_by AS TEXT)"),
    ", ",
    then!("decided", "''"),
    " FROM short_pay s
     JOIN document d ON d.entity_id = s.entity_id AND d.id = s.document_id
     JOIN document f ON f.entity_id = s.entity_id AND f.id = s.from_document_id
     JOIN open_item i ON i.entity_id = s.entity_id AND i.id = s.item_id
     LEFT JOIN (SELECT a.debit_item_id AS item_id, CAST(SUM(a.debit_amount) AS BIGINT) AS amount
        FROM application a
        JOIN short_pay t ON t.entity_id = a.entity_id AND t.item_id = a.debit_item_id
        WHERE a.entity_id = $1 AND (a.applied_on > $2 OR a.recorded_at > $3)
        GROUP BY a.debit_item_id) l ON l.item_id = s.item_id
     WHERE s.entity_id = $1 AND i.opened_on <= $2 AND s.recorded_at <= $3
        AND i.open_amount + COALESCE(l.amount, 0) <> 0
     ORDER BY s.document_id"
);

struct Case {
    number: String,
    party: i64,
    of: String,
    amount: Money,
    open: Money,
    opened_on: Date,
    due_on: Date,
    reason: String,
    owner: String,
    answer_by: String,
    verdict: String,
}

impl Case {
    /// Should it have been answered before the day?
    fn is_late(&self, on: Date) -> bool {
        let by = self.answer_by.parse::<Date>();
        self.verdict.is_empty() && by.is_ok_and(|by| by < on)
    }
}

/// Runs the report.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let by = question.by.unwrap_or(By::Reason);
    if matches!(by, By::Region | By::Currency) {
        let known = "reason, owner, age, party or document";
        return Err(ReportRefusal::NotBy { known }.into());
    }
    let parties = known::parties(work)?;
    let cases = load(work, question)?;
    let title = format!("Short-pays {}", known::as_of(question));
    let named = |case: &Case| parties.get(&case.party);
    if by == By::Document {
        return Ok(each(title, &cases, named));
    }
    let key = |case: &Case| match by {
        By::Owner if case.owner.is_empty() => "unassigned".to_owned(),
        By::Owner => case.owner.clone(),
        By::Age => age(case.opened_on, question.as_of).to_owned(),
        By::Party => named(case)
            .map(|one| one.code.to_string())
            .unwrap_or_default(),
        By::Reason | By::Region | By::Currency | By::Document => case.reason.clone(),
    };
    Ok(summed(title, by, &cases, key, question.as_of))
}

fn load(work: &mut Work<'_>, question: &Question) -> Outcome<Vec<Case>> {
    let parameters = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
    ];
    Ok(work.rows(CASES, &parameters, |row| {
        let currency = row.text(4)?;
        Ok(Case {
            number: row.text(0)?,
            party: row.int(1)?,
            of: row.text(2)?,
            amount: known::sum(row.int(3)?, &currency)?,
            open: known::sum(row.int(7)?, &currency)?,
            opened_on: row.date(5)?,
            due_on: row.date(6)?,
            reason: row.text(8)?,
            owner: row.text(9)?,
            answer_by: row.text(10)?,
            verdict: row.text(11)?,
        })
    })?)
}

fn each<'p>(title: String, cases: &[Case], named: impl Fn(&Case) -> Option<&'p Named>) -> Table {
    let mut table = Table::new(
        title,
        &[
            text("number"),
            text("document_number"),
            text("party_id"),
            text("party_name"),
            text("reason"),
            text("owner"),
            text("decided"),
            date("opened_on"),
            date("due_on"),
            date("answer_by"),
            text("currency"),
            money("amount"),
            money("open"),
        ],
    );
    for case in cases {
        let party = named(case);
        let answer_by = case.answer_by.parse::<Date>();
        table.push(vec![
            case.number.as_str().into(),
            case.of.as_str().into(),
            party.map_or(Cell::Empty, |one| Cell::Text(one.code.clone())),
            party.map_or(Cell::Empty, |one| Cell::Text(one.name.clone())),
            case.reason.as_str().into(),
            case.owner.as_str().into(),
            case.verdict.as_str().into(),
            case.opened_on.into(),
            case.due_on.into(),
            answer_by.map_or(Cell::Empty, Cell::from),
            case.open.currency().code().into(),
            case.amount.into(),
            case.open.into(),
        ]);
    }
    table
}

/// How long something has been open.
fn age(opened_on: Date, as_of: Date) -> &'static str {
    let span = opened_on.until(as_of).map(|span| span.get_days());
    match span.unwrap_or(i32::MAX) {
        ..=30 => "days_0_30",
        31..=60 => "days_31_60",
        61..=90 => "days_61_90",
        _ => "days_over_90",
    }
}

#[derive(Clone, Copy)]
struct Sum {
    cases: i64,
    late: i64,
    amount: Money,
    open: Money,
}

fn summed(
    title: String,
    by: By,
    cases: &[Case],
    key: impl Fn(&Case) -> String,
    as_of: Date,
) -> Table {
    let mut sums: BTreeMap<(u32, String, Currency), Sum> = BTreeMap::new();
    let mut totals: BTreeMap<Currency, Sum> = BTreeMap::new();
    for case in cases {
        let key = key(case);
        let currency = case.open.currency();
        let place = match by {
            By::Reason => place_of(&key),
            _ => 0,
        };
        let zero = Money::zero(currency);
        let nothing = Sum {
            cases: 0,
            late: 0,
            amount: zero,
            open: zero,
        };
        let own = sums.entry((place, key, currency)).or_insert(nothing);
        let total = totals.entry(currency).or_insert(nothing);
        for sum in [own, total] {
            sum.cases += 1;
            sum.late += i64::from(case.is_late(as_of));
            sum.amount += case.amount;
            sum.open += case.open;
        }
    }
    let mut table = Table::new(title, &columns(by));
    let row = |key: &str, currency: Currency, sum: &Sum| {
        vec![
            key.into(),
            currency.code().into(),
            Cell::Count(sum.cases),
            Cell::Count(sum.late),
            sum.amount.into(),
            sum.open.into(),
        ]
    };
    for ((_, key, currency), sum) in &sums {
        table.push(row(key, *currency, sum));
    }
    for (currency, sum) in &totals {
        table.push(row("TOTAL", *currency, sum));
    }
    table
}

fn columns(by: By) -> [Column; 6] {
    let name = match by {
        By::Owner => "owner",
        By::Age => "age",
        By::Party => "party_id",
        By::Reason | By::Region | By::Currency | By::Document => "reason",
    };
    [
        text(name),
        text("currency"),
        count("cases"),
        count("late"),
        money("amount"),
        money("open"),
    ]
}

/// Reasons stand in the order in which they are offered.
fn place_of(word: &str) -> u32 {
    let mut all = Reason::ALL.iter();
    let place = all.position(|reason| reason.code() == word);
    place
        .and_then(|place| u32::try_from(place).ok())
        .unwrap_or(u32::MAX)
}
