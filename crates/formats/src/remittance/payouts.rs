//! Payouts of processors in CSV: Stripe's itemised reports and balance history, and plain ones.
//!
//! Rows of one payout id and currency are one payout, whatever stands between them; rows
//! without an id are not paid out yet. The row of a payout itself gives its sum and is no entry.
//! Summaries (one row for many payments) are refused. Stripe's categories:
//! <https://docs.stripe.com/reports/reporting-categories>.

use std::collections::HashMap;

use super::Sink;
use super::columns::{Role, folded, role_of};
use super::csv::{Table, stated_currency};
use super::model::{Payout, PayoutEntry, PayoutKind, Remittance};
use super::table::Heading;
use crate::Problem;

/// Do these headings head payouts?
pub(super) fn is_heading(cells: &[&str]) -> bool {
    let roles: Vec<Role> = cells.iter().filter_map(|cell| role_of(cell)).collect();
    let has = |role| roles.contains(&role);
    let with_sum = has(Role::Paid) || has(Role::Gross);
    let of_stripe = || {
        let mut cells = cells.iter();
        cells.any(|cell| folded(cell) == "balance transaction id")
    };
    let kind = has(Role::EntryKind) && (has(Role::Fee) || has(Role::ProcessorRef));
    with_sum && (has(Role::Payout) || kind || of_stripe())
}

/// What the columns say; some words mean in a payout what they mean nowhere else.
pub(super) fn heading<'a>(cells: impl Iterator<Item = &'a str>) -> Heading {
    let names: Vec<String> = cells.map(folded).collect();
    let mut roles: Vec<Option<Role>> = names.iter().map(|name| role_in_payout(name)).collect();
    // `Amount, Fee, Net`: the amount is before the fee.
    let has = |role: Role, roles: &[Option<Role>]| roles.contains(&Some(role));
    if !has(Role::Gross, &roles) && names.iter().any(|name| name == "net") {
        let amount = names.iter().position(|name| name == "amount");
        if let Some(role) = amount.and_then(|at| roles.get_mut(at)) {
            *role = Some(Role::Gross);
        }
    }
    // The day in the account's own time zone goes before the one in UTC.
    for (at, name) in names.iter().enumerate() {
        if let Some(local) = name.strip_suffix(" utc")
            && names.iter().any(|other| other == local)
            && let Some(role) = roles.get_mut(at)
        {
            *role = None;
        }
    }
    Heading {
        roles,
        currency: None,
        reasons: Vec::new(),
    }
}

fn role_in_payout(name: &str) -> Option<Role> {
    const METADATA: &[&str] = &["payment metadata ", "charge metadata ", "metadata "];
    let key = METADATA
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .or_else(|| name.strip_suffix(" metadata"));
    if let Some(key) = key {
        return is_order(key).then_some(Role::Reference);
    }
    match name {
        "id" | "source" | "invoice id" | "payment intent" | "charge" => Some(Role::ProcessorRef),
        "transfer" => Some(Role::Payout),
        "created" | "created utc" | "created date" | "created date utc" => Some(Role::EntryOn),
        "transfer date" | "transfer date utc" | "effective at" | "effective at utc" => {
            Some(Role::PayoutOn)
        }
        "description" | "beschreibung" => Some(Role::Text),
        _ => role_of(name),
    }
}

/// Does a key of metadata name a document or an order?
pub(super) fn is_order(key: &str) -> bool {
    let key = folded(key);
    let words = ["order", "order id", "order number", "order no", "order ref"];
    words.contains(&key.as_str())
        || matches!(
            role_of(&key),
            Some(Role::Document | Role::Reference | Role::PaymentReference)
        )
}

/// An id that Stripe made: `ch_…`, `in_…`. It names nothing in the books.
pub(super) fn is_own_id(text: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "ch", "py", "pi", "in", "re", "pyr", "du", "dp", "txn", "po", "cus", "sub", "tr", "il",
    ];
    text.split_once('_').is_some_and(|(prefix, rest)| {
        PREFIXES.contains(&prefix)
            && !rest.is_empty()
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Reads the rows into payouts, each in the place of its first row.
pub(super) fn read(table: &Table, sink: &mut dyn Sink) {
    let has = |role| table.heading.roles.contains(&Some(role));
    if has(Role::Count) && !has(Role::ProcessorRef) {
        let message = "heads a summary, not single payments; fetch the itemised report";
        return sink.problem(Problem::error(table.place_of_heading(), message));
    }
    let mut payouts: Vec<Payout> = Vec::new();
    let mut known = HashMap::new();
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
            payout.paid_on = payout.paid_on.or(entry.on);
        } else {
            payout.entries.push(entry);
        }
    }
    for payout in payouts {
        sink.remittance(Remittance::Payout(payout));
    }
}

fn payout_entry(table: &Table, row: &(String, Vec<&str>), sink: &mut dyn Sink) -> PayoutEntry {
    let cells = |wanted: Role| {
        let columns = table.heading.roles.iter().zip(&row.1);
        columns
            .filter(move |(role, _)| **role == Some(wanted))
            .map(|(_, cell)| cell.trim())
            .filter(|cell| !cell.is_empty())
    };
    let quoted = [Role::Document, Role::Reference, Role::Text, Role::Reason];
    let quoted: Vec<&str> = quoted.into_iter().flat_map(cells).collect();
    let mut processor_refs: Vec<String> = Vec::new();
    let own = quoted.iter().copied().filter(|text| is_own_id(text));
    for id in cells(Role::ProcessorRef).chain(own) {
        if !processor_refs.iter().any(|known| known == id) {
            processor_refs.push(id.to_owned());
        }
    }
    let reference = quoted.into_iter().find(|text| !is_own_id(text));
    PayoutEntry {
        kind: kind_of(&table.text(row, Role::EntryKind).unwrap_or_default()),
        reference: reference.unwrap_or_default().to_owned(),
        processor_refs,
        customer_email: table.text(row, Role::Email),
        customer_name: table.text(row, Role::CustomerName),
        on: table.day(row, Role::EntryOn, sink),
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
        "refund"
        | "payment_refund"
        | "partial_capture_reversal"
        | "refund_failure"
        | "payment_refund_failure" => PayoutKind::Refund,
        "fee" | "fees" | "stripe_fee" | "stripe_fx_fee" | "tax_fee" | "network_cost" => {
            PayoutKind::Fee
        }
        "dispute" | "dispute_reversal" | "chargeback" | "chargeback_reversal" => {
            PayoutKind::Dispute
        }
        "adjustment" | "other_adjustment" | "charge_failure" | "payment_failure_refund" => {
            PayoutKind::Adjustment
        }
        other => PayoutKind::Other(other.to_owned()),
    }
}
