//! CSV: lockbox and batch items, processor payouts (Stripe's reports too) and plain advices.
//!
//! Columns are known by name, in any order; the delimiter is the one under which most names
//! are known. The columns decide the shape: a deposit reference with an item number is a
//! deposit, a payout id or entry kind with a gross or net a payout, a document with a sum an advice.

use super::amounts::{Notation, currency_in};
use super::columns::{Role, role_of};
use super::model::{Advice, Deposit, DepositItem, Remittance};
use super::table::{Heading, is_total_row, read_row, reason_in, unclear_day, unclear_sum};
use super::{RemittanceFormat, Sink};
use super::{payer, payouts};
use crate::Problem;

pub(super) const FORMAT: RemittanceFormat = RemittanceFormat {
    code: "csv",
    title: "CSV with columns by name: lockbox, batch, processor payout, advice",
    recognises: |bytes| {
        let start = bytes.get(..bytes.len().min(16 << 10)).unwrap_or_default();
        sniff(&super::decoded(start)).is_some()
    },
    read: |bytes, sink| read(&super::decoded(bytes), "", sink),
};

/// Shape that the columns of a file decide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Deposit,
    Payout,
    Advice,
}

/// Rows under headings, with the place of each.
pub(super) struct Table<'a> {
    place: String,
    pub(super) heading: Heading,
    pub(super) rows: Vec<(String, Vec<&'a str>)>,
    notation: Notation,
}

/// Reads a table; `name` leads the places of problems and evidence (an attachment's name).
pub(super) fn read(text: &str, name: &str, sink: &mut dyn Sink) {
    let Some(delimiter) = sniff(text) else {
        sink.problem(Problem::error(
            format!("{name} row 1").trim(),
            "names no columns of a remittance; expected a document and a sum, a deposit or a payout",
        ));
        return;
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => records.push(record.iter().map(str::to_owned).collect()),
            Err(problem) => {
                sink.problem(Problem::error(
                    format!("{name} row {}", records.len() + 1).trim(),
                    format!("cannot be read as CSV: {problem}"),
                ));
                // Keeps the count of rows right.
                records.push(Vec::new());
            }
        }
    }
    read_records(&records, 1, name, sink);
}

/// Reads rows under their headings, the first of which has the number `at`.
pub(super) fn read_records(records: &[Vec<String>], at: usize, name: &str, sink: &mut dyn Sink) {
    let Some((first, rest)) = records.split_first() else {
        return;
    };
    let cells: Vec<&str> = first.iter().map(String::as_str).collect();
    let Some(shape) = shape_of(&cells) else {
        return;
    };
    let cells = cells.into_iter();
    let plain = || Heading {
        roles: first.iter().map(|cell| role_of(cell)).collect(),
        currency: None,
        reasons: first.iter().map(|cell| reason_in(cell)).collect(),
    };
    let heading = match shape {
        Shape::Deposit => plain(),
        Shape::Payout => payouts::heading(cells),
        Shape::Advice => Heading::of(cells).unwrap_or_else(plain),
    };
    let width = first.len();
    let mut rows = Vec::new();
    for (below, record) in rest.iter().enumerate() {
        let place = format!("{name} row {}", at + below + 1).trim().to_owned();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let filled = record.iter().rposition(|cell| !cell.trim().is_empty());
        let cells = filled.map_or(0, |at| at + 1);
        if width < cells {
            let message = format!("has {cells} cells under {width} headings; the row is left out");
            sink.problem(Problem::error(place, message));
            continue;
        }
        rows.push((place, record.iter().map(String::as_str).collect()));
    }
    let notation = learned(&heading, &rows);
    let table = Table {
        place: format!("{name} row {at}").trim().to_owned(),
        heading,
        rows,
        notation,
    };
    match shape {
        Shape::Deposit => read_deposits(&table, sink),
        Shape::Payout => payouts::read(&table, sink),
        Shape::Advice => read_advices(&table, sink),
    }
}

/// The delimiter under which the first line heads a remittance.
fn sniff(text: &str) -> Option<u8> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?;
    b",;\t|".iter().copied().find(|delimiter| {
        let cells = first.split(char::from(*delimiter));
        let cells: Vec<&str> = cells.map(|cell| cell.trim().trim_matches('"')).collect();
        shape_of(&cells).is_some()
    })
}

/// Do these cells head a table of remittances?
pub(super) fn is_heading(cells: &[String]) -> bool {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    shape_of(&cells).is_some()
}

fn shape_of(cells: &[&str]) -> Option<Shape> {
    // What payments were applied to, as `cash export` writes it, is an answer and no advice.
    let is_answer = |name: &&str| name.eq_ignore_ascii_case("entry_ref");
    if cells.iter().any(is_answer) {
        return None;
    }
    let roles: Vec<Role> = cells.iter().filter_map(|cell| role_of(cell)).collect();
    if roles.contains(&Role::Deposit) && roles.contains(&Role::ItemNumber) {
        Some(Shape::Deposit)
    } else if payouts::is_heading(cells) {
        Some(Shape::Payout)
    } else {
        Heading::of(cells.iter().copied()).map(|_| Shape::Advice)
    }
}

fn learned(heading: &Heading, rows: &[(String, Vec<&str>)]) -> Notation {
    let mut notation = Notation::default();
    let mut currencies: Vec<_> = Vec::new();
    for (_, cells) in rows {
        for (cell, role) in cells.iter().zip(&heading.roles) {
            if let Some(role) = role
                && (role.is_sum() || role.is_day())
            {
                notation.learn(cell);
            }
        }
        currencies.extend(heading.cell(cells, Role::Currency).map(stated_currency));
        currencies.dedup();
    }
    if let [one] = currencies.as_slice() {
        notation.currency = *one;
    }
    notation
}

/// The currency of a cell, in capitals or not.
pub(super) fn stated_currency(text: &str) -> Option<domain::money::Currency> {
    currency_in(&text.to_ascii_uppercase())
}

impl Table<'_> {
    /// Where the headings stand.
    pub(super) fn place_of_heading(&self) -> &str {
        &self.place
    }

    pub(super) fn sum(
        &self,
        row: &(String, Vec<&str>),
        role: Role,
        sink: &mut dyn Sink,
    ) -> Option<rust_decimal::Decimal> {
        let text = self.heading.cell(&row.1, role)?;
        let value = self.notation.amount(text);
        if value.is_none() {
            sink.problem(unclear_sum(&row.0, text));
        }
        value
    }

    pub(super) fn day(
        &self,
        row: &(String, Vec<&str>),
        role: Role,
        sink: &mut dyn Sink,
    ) -> Option<domain::calendar::Date> {
        let text = self.heading.cell(&row.1, role)?;
        let value = self.notation.day(text);
        if value.is_none() {
            sink.problem(unclear_day(&row.0, text));
        }
        value
    }

    pub(super) fn text(&self, row: &(String, Vec<&str>), role: Role) -> Option<String> {
        self.heading.cell(&row.1, role).map(str::to_owned)
    }

    /// The payment that a row belongs to, without its documents.
    fn payment(&self, row: &(String, Vec<&str>), sink: &mut dyn Sink) -> Advice {
        let account = self.text(row, Role::PayerAccount);
        let references = [Role::PaymentReference, Role::CheckNumber]
            .into_iter()
            .filter_map(|role| self.text(row, role))
            .filter(|reference| reference != "NOTPROVIDED")
            .collect();
        let payer_name = self.text(row, Role::PayerName);
        let named = payer_name.as_deref().and_then(payer::on_behalf);
        Advice {
            payer_on_behalf: self.text(row, Role::OnBehalf).or(named),
            payer_name,
            payer_account: account.map(|text| text.replace(' ', "")),
            payer_bank: self.text(row, Role::PayerBank),
            payer_email: self.text(row, Role::Email),
            payee: self.text(row, Role::Payee),
            payment_references: references,
            paid_on: self.day(row, Role::PaidOn, sink),
            currency: self
                .heading
                .cell(&row.1, Role::Currency)
                .and_then(stated_currency)
                .or(self.heading.currency),
            total: self.sum(row, Role::CheckAmount, sink),
            text: self.text(row, Role::Text).into_iter().collect(),
            ..Advice::default()
        }
    }

    fn document(
        &self,
        row: &(String, Vec<&str>),
        advice: &mut Advice,
        sink: &mut dyn Sink,
    ) -> bool {
        let mut problems = Vec::new();
        let read = read_row(
            &self.heading,
            &row.1,
            &self.notation,
            &row.0,
            advice,
            &mut problems,
        );
        for problem in problems {
            sink.problem(problem);
        }
        read
    }
}

fn read_deposits(table: &Table, sink: &mut dyn Sink) {
    let mut deposit = Deposit::default();
    let named = table.heading.roles.contains(&Some(Role::CheckAmount));
    for row in &table.rows {
        let (Some(reference), Some(number)) = (
            table.text(row, Role::Deposit),
            table.text(row, Role::ItemNumber),
        ) else {
            sink.problem(Problem::error(
                &row.0,
                "names no deposit or item; the row is left out",
            ));
            continue;
        };
        if reference != deposit.reference {
            flush_deposit(&mut deposit, sink);
            deposit.reference = reference;
        }
        if deposit
            .items
            .last()
            .is_none_or(|item| item.number != number)
        {
            let mut payment = table.payment(row, sink);
            if !named {
                payment.total = table.sum(row, Role::Paid, sink);
            }
            deposit.items.push(DepositItem { number, payment });
        }
        if let Some(item) = deposit.items.last_mut() {
            table.document(row, &mut item.payment, sink);
        }
    }
    flush_deposit(&mut deposit, sink);
}

fn flush_deposit(deposit: &mut Deposit, sink: &mut dyn Sink) {
    let done = std::mem::take(deposit);
    if !done.items.is_empty() {
        sink.remittance(Remittance::Deposit(done));
    }
}

fn read_advices(table: &Table, sink: &mut dyn Sink) {
    let mut open: Option<Advice> = None;
    for row in &table.rows {
        if let Some(advice) = &mut open
            && is_total_row(&row.1)
        {
            table.document(row, advice, sink);
            continue;
        }
        let payment = table.payment(row, sink);
        let same = open.as_ref().is_some_and(|advice| {
            advice.payment_references == payment.payment_references
                && advice.payer_name == payment.payer_name
                && advice.currency == payment.currency
        });
        if !same && let Some(done) = open.replace(payment) {
            sink.remittance(Remittance::Advice(done));
        }
        if let Some(advice) = &mut open
            && !table.document(row, advice, sink)
        {
            sink.problem(Problem::warning(
                &row.0,
                "names no document; the row is left out",
            ));
        }
    }
    if let Some(done) = open {
        sink.remittance(Remittance::Advice(done));
    }
}
