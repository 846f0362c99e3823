//! The statement of account: what one party was charged, paid and owes, by currency.
//!
//! Documents move the balance. Applications do not, as they settle two items of the party with
//! each other; where one of the two is another party's (a parent that pays) or in another
//! currency, the application moves the balance by what it takes.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::documents::DocumentKind;
use domain::money::Money;

use crate::db::Value;
use crate::failure::{Fault, Outcome};
use crate::reports::known;
use crate::reports::table::{Column, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    date("posted_on"),
    text("kind"),
    text("number"),
    date("due_on"),
    text("currency"),
    money("charged"),
    money("credited"),
    money("applied"),
    money("balance"),
];

/// Documents of the party. `$1` entity, `$2` as of, `$3` known at, `$4` side, `$5` party.
const DOCUMENTS: &str = "
    SELECT i.opened_on, d.kind, d.number, i.due_on, i.currency, i.amount
    FROM document d JOIN open_item i ON i.entity_id = $1 AND i.document_id = d.id
    WHERE d.entity_id = $1 AND d.party_id = $5 AND i.opened_on <= $2 AND i.recorded_at <= $3
        AND i.side = $4
    ORDER BY i.opened_on, i.id";

/// Applications that touch the party: what they take off its items, and what it is all about.
/// Found by the items of either side, as no engine looks up two ways at once.
fn applications_of(own: &str, item: &str) -> String {
    format!(
        "SELECT a.applied_on, cd.number, dd.number, d.currency, c.currency,
            CASE WHEN d.party_id = $5 AND d.side = $4 THEN a.debit_amount END,
            CASE WHEN c.party_id = $5 AND c.side = $4 THEN a.credit_amount END, a.undoes_id, a.id
        FROM document o
        JOIN open_item i ON i.entity_id = $1 AND i.document_id = o.id
        JOIN application a ON a.entity_id = $1 AND a.{item} = i.id
        JOIN open_item d ON d.entity_id = $1 AND d.id = a.debit_item_id
        JOIN open_item c ON c.entity_id = $1 AND c.id = a.credit_item_id
        JOIN document dd ON dd.entity_id = $1 AND dd.id = d.document_id
        JOIN document cd ON cd.entity_id = $1 AND cd.id = c.document_id
        WHERE o.entity_id = $1 AND o.party_id = $5 AND {own}.side = $4
            AND a.applied_on <= $2 AND a.recorded_at <= $3"
    )
}

/// Something that happened, signed so that what is owed is above zero.
struct Event {
    on: Date,
    kind: Cell,
    number: String,
    due_on: Cell,
    moved: Money,
    applied: Option<Money>,
}

/// Answers the question.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let party = known::party(work, question)?;
    let from = known::first_day(question, known::EARLIEST)?;
    let values = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
        party.side.code().into(),
        party.id.into(),
    ];
    let sign = party.side.sign();
    let mut events = documents(work, &values, sign)?;
    events.extend(applications(work, &values, sign)?);
    // Stable: on one day documents come before what settles them.
    events.sort_by_key(|event| event.on);
    let mut by_currency: BTreeMap<_, Vec<Event>> = BTreeMap::new();
    for event in events {
        by_currency
            .entry(event.moved.currency())
            .or_default()
            .push(event);
    }
    let title = format!(
        "Statement of account of {} {}, {}",
        party.code,
        party.name,
        known::as_of(question)
    );
    let mut table = Table::new(title, COLUMNS);
    for (currency, events) in by_currency {
        let mut balance = Money::zero(currency);
        let (earlier, events): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| event.on < from);
        for event in &earlier {
            balance += event.moved;
        }
        if question.from.is_some() {
            table.push(edge(from, "Opening balance", balance));
        }
        for event in events {
            balance += event.moved;
            table.push(shown(event, balance));
        }
        table.push(edge(question.as_of, "Closing balance", balance));
    }
    Ok(table)
}

/// The opening or closing row of a currency.
fn edge(on: Date, what: &str, balance: Money) -> Vec<Cell> {
    vec![
        on.into(),
        what.into(),
        Cell::Empty,
        Cell::Empty,
        Cell::from(balance.currency().code()),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        balance.into(),
    ]
}

fn shown(event: Event, balance: Money) -> Vec<Cell> {
    let (charged, credited) = match event.moved.minor().signum() {
        1 => (event.moved.into(), Cell::Empty),
        -1 => (Cell::Empty, (-event.moved).into()),
        _ => (Cell::Empty, Cell::Empty),
    };
    vec![
        event.on.into(),
        event.kind,
        event.number.into(),
        event.due_on,
        Cell::from(balance.currency().code()),
        charged,
        credited,
        event.applied.map_or(Cell::Empty, Cell::from),
        balance.into(),
    ]
}

fn documents(work: &mut Work<'_>, values: &[Value<'_>], sign: i64) -> Result<Vec<Event>, Fault> {
    work.rows(DOCUMENTS, values, |row| {
        let kind = row.text(1)?;
        let kind = DocumentKind::parse(&kind)
            .ok_or_else(|| Fault::new(format!("`{kind}` is no kind of document")))?;
        Ok(Event {
            on: row.date(0)?,
            kind: Cell::from(kind.kind().title),
            number: row.text(2)?,
            due_on: row.date(3)?.into(),
            moved: known::sum(row.int(5)? * sign, &row.text(4)?)?,
            applied: None,
        })
    })
}

fn applications(work: &mut Work<'_>, values: &[Value<'_>], sign: i64) -> Result<Vec<Event>, Fault> {
    let mut events = Vec::new();
    let statement = format!(
        "{} UNION {} ORDER BY 1, 9",
        applications_of("d", "debit_item_id"),
        applications_of("c", "credit_item_id")
    );
    work.connection.each(&statement, values, |row| {
        // What pays is named first: a receipt is a credit, a payment to a vendor a debit.
        let (payer, paid) = if sign > 0 { (1, 2) } else { (2, 1) };
        let number = format!("{} to {}", row.text(payer)?, row.text(paid)?);
        let on = row.date(0)?;
        let kind = match row.opt_int(7)? {
            Some(_) => "Taken back",
            None => "Applied",
        };
        let mut add = |applied: Money, moved: i64| {
            events.push(Event {
                on,
                kind: Cell::from(kind),
                number: number.clone(),
                due_on: Cell::Empty,
                moved: Money::new(moved * sign, applied.currency()),
                applied: Some(applied),
            });
        };
        let debit = row
            .opt_int(5)?
            .map(|minor| known::sum(minor, &row.text(3)?));
        let credit = row
            .opt_int(6)?
            .map(|minor| known::sum(minor, &row.text(4)?));
        match (debit.transpose()?, credit.transpose()?) {
            (Some(debit), Some(credit)) if debit.currency() == credit.currency() => add(debit, 0),
            (debit, credit) => {
                if let Some(debit) = debit {
                    add(debit, -debit.minor());
                }
                if let Some(credit) = credit {
                    add(credit, credit.minor());
                }
            }
        }
        Ok(())
    })?;
    Ok(events)
}
