//! CSV: lockbox and batch items, processor payouts (Stripe's reports too) and plain advices.
//!
//! Columns are known by name, in any order; the delimiter is the one under which most names
//! are known. The columns decide the shape: a deposit reference with an item number is a
//! deposit, a payout id or entry kind with a gross or net a payout, a document with a sum an advice.

use super::amounts::{Notation, currency_in};
use super::columns::{Role, role_of};
use super::model::{Advice, Deposit, DepositItem, Payout, PayoutEntry, PayoutKind, Remittance};
use super::table::{Heading, is_total_row, read_row, unclear_day, unclear_sum};
use super::{RemittanceFormat, Sink};
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

struct Table<'a> {
    heading: Heading,
    rows: Vec<(String, Vec<&'a str>)>,
    notation: Notation,
}

/// Reads a table; `name` leads the places of problems and evidence (an attachment's name).
pub(super) fn read(text: &str, name: &str, sink: &mut dyn Sink) {
    let Some((delimiter, shape)) = sniff(text) else {
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
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => records.push(record),
            Err(problem) => sink.problem(Problem::error(
                format!("{name} row {}", records.len() + 1).trim(),
                format!("cannot be read as CSV: {problem}"),
            )),
        }
    }
    let Some((first, rest)) = records.split_first() else {
        return;
    };
    let roles = first.iter().map(role_of).collect();
    let heading = if shape == Shape::Advice {
        Heading::of(first.iter()).unwrap_or(Heading { roles })
    } else {
        Heading { roles }
    };
    let width = first.len();
    let mut rows = Vec::new();
    for (at, record) in rest.iter().enumerate() {
        let place = format!("{name} row {}", at + 2).trim().to_owned();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > width {
            let message = format!(
                "has {} cells under {width} headings; the row is left out",
                record.len()
            );
            sink.problem(Problem::error(place, message));
            continue;
        }
        rows.push((place, record.iter().collect()));
    }
    let notation = learned(&heading, &rows);
    let table = Table {
        heading,
        rows,
        notation,
    };
    match shape {
        Shape::Deposit => read_deposits(&table, sink),
        Shape::Payout => read_payouts(&table, sink),
        Shape::Advice => read_advices(&table, sink),
    }
}

fn sniff(text: &str) -> Option<(u8, Shape)> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?;
    b",;\t|".iter().find_map(|delimiter| {
        let cells = first
            .split(char::from(*delimiter))
            .map(|cell| cell.trim().trim_matches('"'));
        let roles: Vec<Role> = cells.clone().filter_map(role_of).collect();
        let has = |role| roles.contains(&role);
        let shape = if has(Role::Deposit) && has(Role::ItemNumber) {
            Shape::Deposit
        } else if (has(Role::Payout) || has(Role::EntryKind))
            && (has(Role::Paid) || has(Role::Gross))
        {
            Shape::Payout
        } else if Heading::of(cells).is_some() {
            Shape::Advice
        } else {
            return None;
        };
        Some((*delimiter, shape))
    })
}

fn learned(heading: &Heading, rows: &[(String, Vec<&str>)]) -> Notation {
    let mut notation = Notation::default();
    let mut currencies: Vec<_> = Vec::new();
    for (_, cells) in rows {
        for (cell, role) in cells.iter().zip(&heading.roles) {
            if let Some(role) = role
                && (role.is_sum() || matches!(role, Role::PaidOn | Role::IssuedOn))
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

fn stated_currency(text: &str) -> Option<domain::money::Currency> {
    currency_in(&text.to_ascii_uppercase())
}

impl Table<'_> {
    fn sum(
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

    fn day(
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

    fn text(&self, row: &(String, Vec<&str>), role: Role) -> Option<String> {
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
        Advice {
            payer_name: self.text(row, Role::PayerName),
            payer_account: account.map(|text| text.replace(' ', "")),
            payer_bank: self.text(row, Role::PayerBank),
            payer_email: self.text(row, Role::Email),
            payee: self.text(row, Role::Payee),
            payment_references: references,
            paid_on: self.day(row, Role::PaidOn, sink),
            currency: self
                .heading
                .cell(&row.1, Role::Currency)
                .and_then(stated_currency),
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

fn read_payouts(table: &Table, sink: &mut dyn Sink) {
    let mut payouts: Vec<Payout> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for row in &table.rows {
        let id = table.text(row, Role::Payout).unwrap_or_default();
        let currency = table
            .heading
            .cell(&row.1, Role::Currency)
            .and_then(stated_currency);
        let at = *known.entry((id.clone(), currency)).or_insert_with(|| {
            payouts.push(Payout {
                id,
                processor: table.text(row, Role::Processor),
                currency,
                ..Payout::default()
            });
            payouts.len() - 1
        });
        let paid_on = table.day(row, Role::PayoutOn, sink);
        let entry = payout_entry(table, row, sink);
        let Some(payout) = payouts.get_mut(at) else {
            continue;
        };
        payout.paid_on = payout.paid_on.or(paid_on);
        if matches!(&entry.kind, PayoutKind::Other(word) if word == "payout") {
            // The payout's own row takes the money out of the balance: its net is below zero.
            payout.net = entry.net.or(entry.gross).map(|net| -net);
        } else {
            payout.entries.push(entry);
        }
    }
    for payout in payouts {
        sink.remittance(Remittance::Payout(payout));
    }
}

fn payout_entry(table: &Table, row: &(String, Vec<&str>), sink: &mut dyn Sink) -> PayoutEntry {
    let reference = [Role::Reference, Role::Document, Role::Text, Role::Reason]
        .into_iter()
        .find_map(|role| table.text(row, role));
    let ids = table.heading.roles.iter().zip(&row.1);
    PayoutEntry {
        kind: kind_of(&table.text(row, Role::EntryKind).unwrap_or_default()),
        reference: reference.unwrap_or_default(),
        processor_refs: ids
            .filter(|(role, cell)| **role == Some(Role::ProcessorRef) && !cell.trim().is_empty())
            .map(|(_, cell)| cell.trim().to_owned())
            .collect(),
        customer_email: table.text(row, Role::Email),
        customer_name: table.text(row, Role::CustomerName),
        on: None,
        gross: table.sum(row, Role::Gross, sink),
        fee: table.sum(row, Role::Fee, sink),
        net: table.sum(row, Role::Paid, sink),
        place: row.0.clone(),
    }
}

/// The kind that a processor's word means.
pub(super) fn kind_of(word: &str) -> PayoutKind {
    match word.trim().to_ascii_lowercase().as_str() {
        "" => PayoutKind::Unstated,
        "charge" | "payment" | "sale" => PayoutKind::Charge,
        "refund" | "payment_refund" | "partial_capture_reversal" => PayoutKind::Refund,
        "fee" | "fees" | "stripe_fee" | "network_cost" => PayoutKind::Fee,
        "dispute" | "dispute_reversal" | "chargeback" | "chargeback_reversal" => {
            PayoutKind::Dispute
        }
        "adjustment" | "other_adjustment" | "payment_failure_refund" => PayoutKind::Adjustment,
        other => PayoutKind::Other(other.to_owned()),
    }
}
