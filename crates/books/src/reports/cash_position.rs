//! The cash position: what came in, what of it is applied, and what waits, by age.
//!
//! Per currency and age of the bank line: received (customer cash booked), applied to
//! documents, unapplied of known customers, on account by decision, unidentified, and not yet
//! posted. What a person or the matcher left open is the work of the day.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::money::Money;

use crate::failure::{Fault, Outcome};
use crate::imports::currency;
use crate::reports::table::{Column, count, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("age"),
    text("currency"),
    count("payments"),
    money("received"),
    money("applied"),
    money("on_account"),
    money("unapplied"),
    money("unidentified"),
    money("not_posted"),
];

/// Every payment of customers with what its receipt has open. `$1` entity, `$2` as of.
const PAYMENTS: &str = "
    SELECT l.booked_on, l.currency, COALESCE(d.amount, l.amount), COALESCE(d.outcome, 'new'),
      d.receipt_id, i.open_amount, i.party_id
    FROM bank_line l
    LEFT JOIN cash_decision d ON d.entity_id = $1 AND d.line_id = l.id
    LEFT JOIN cash_decision n ON n.entity_id = $1 AND n.replaces_id = d.id
    LEFT JOIN open_item i ON i.entity_id = $1 AND i.document_id = d.receipt_id
    WHERE l.entity_id = $1 AND l.booked_on <= $2 AND l.status = 'booked' AND l.detail_count = 0
      AND n.id IS NULL AND COALESCE(d.outcome, 'new') <> 'not_customer_cash'
      AND COALESCE(d.amount, l.amount) > 0";

const AGES: [(&str, i32); 4] = [
    ("today", 0),
    ("1 to 7 days", 7),
    ("8 to 30 days", 30),
    ("over 30 days", i32::MAX),
];

#[derive(Default)]
pub(super) struct Sums {
    payments: i64,
    received: i64,
    on_account: i64,
    unapplied: i64,
    unidentified: i64,
    not_posted: i64,
}

/// The sums by age and currency.
pub(super) type ByAge = BTreeMap<(usize, String), Sums>;

/// A payment as the position looks at it.
pub(super) struct Payment<'a> {
    pub(super) booked_on: Date,
    pub(super) currency: &'a str,
    pub(super) amount: i64,
    pub(super) outcome: &'a str,
    pub(super) has_receipt: bool,
    /// What its receipt has open, and whether the payer is known.
    pub(super) open: i64,
    pub(super) is_known: bool,
}

/// Adds a payment to the sums of its age.
pub(super) fn add(all: &mut ByAge, as_of: Date, payment: &Payment<'_>) {
    let days = payment.booked_on.until(as_of);
    let days = days.map_or(0, |span| span.get_days());
    let age = AGES.iter().position(|(_, most)| days <= *most);
    let age = age.unwrap_or(AGES.len() - 1);
    let sums = all.entry((age, payment.currency.to_owned())).or_default();
    sums.payments += 1;
    sums.received += payment.amount;
    let open = payment.open.abs();
    match (payment.outcome, payment.has_receipt, payment.is_known) {
        ("applied", _, _) => sums.unapplied += open,
        (_, false, _) => sums.not_posted += payment.amount,
        ("on_account" | "applied_by_hand", _, _) => sums.on_account += open,
        (_, true, true) => sums.unapplied += open,
        (_, true, false) => sums.unidentified += open,
    }
}

/// Answers it.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let sums = sums(work, question.as_of)?;
    table(sums)
}

/// The report of its sums.
pub(super) fn table(sums: ByAge) -> Outcome<Table> {
    let mut table = Table::new("Cash position".to_owned(), COLUMNS);
    for ((age, code), sums) in sums {
        let own = currency(&code)?;
        let sum = |minor: i64| Cell::Money(Money::new(minor, own));
        let open = sums.on_account + sums.unapplied + sums.unidentified + sums.not_posted;
        table.push(vec![
            Cell::from(AGES[age].0),
            Cell::from(code.as_str()),
            Cell::Count(sums.payments),
            sum(sums.received),
            sum(sums.received - open),
            sum(sums.on_account),
            sum(sums.unapplied),
            sum(sums.unidentified),
            sum(sums.not_posted),
        ]);
    }
    Ok(table)
}

fn sums(work: &mut Work<'_>, as_of: Date) -> Result<ByAge, Fault> {
    let entity = work.entity_id();
    let mut all = ByAge::new();
    work.connection
        .each(PAYMENTS, &[entity.into(), as_of.into()], |row| {
            let payment = Payment {
                booked_on: row.date(0)?,
                currency: &row.text(1)?,
                amount: row.int(2)?,
                outcome: &row.text(3)?,
                has_receipt: row.opt_int(4)?.is_some(),
                open: row.opt_int(5)?.unwrap_or(0),
                is_known: row.opt_int(6)?.is_some(),
            };
            add(&mut all, as_of, &payment);
            Ok(())
        })?;
    Ok(all)
}
