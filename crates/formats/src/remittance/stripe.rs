//! Stripe's objects in JSON: balance transactions and payouts, alone, in lists or in events.
//!
//! Sums are whole minor units in Stripe's own count of decimal places. A balance transaction does
//! not name its payout; it is put into one only where the file has a single payout of its
//! currency and the sums tie out. Times are UTC. <https://docs.stripe.com/api/balance_transactions>

use domain::calendar::Date;
use domain::money::Currency;
use rust_decimal::Decimal;
use serde_json::Value;

use super::model::{Payout, PayoutEntry, PayoutKind, Remittance};
use super::payouts::{is_order, is_own_id, kind_of};
use super::{RemittanceFormat, Sink};
use crate::Problem;

pub(super) const FORMAT: RemittanceFormat = RemittanceFormat {
    code: "stripe",
    title: "Stripe balance transactions and payouts (JSON)",
    recognises: |bytes| {
        let start = bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default();
        let text = super::decoded(start);
        text.trim_start().starts_with(['{', '['])
            && text.contains("\"object\"")
            && (text.contains("\"balance_transaction\"") || text.contains("\"payout\""))
    },
    read: |bytes, sink| read(&super::decoded(bytes), sink),
};

/// Lists within lists and events are opened to this depth.
const DEPTH: usize = 4;

fn read(text: &str, sink: &mut dyn Sink) {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(problem) => {
            let place = format!("line {}", problem.line());
            let message = format!("is no JSON ({problem}); fetch the file again");
            return sink.problem(Problem::error(place, message));
        }
    };
    let mut found = Found::default();
    found.take(&value, "", 0, sink);
    if found.payouts.is_empty() && found.entries.is_empty() {
        let message = "has no balance transaction or payout that can be read";
        sink.problem(Problem::error("file", message));
    }
    for payout in found.joined(sink) {
        sink.remittance(Remittance::Payout(payout));
    }
}

/// What the file has, payouts and entries apart, in file order.
#[derive(Default)]
struct Found {
    payouts: Vec<Payout>,
    entries: Vec<(Currency, PayoutEntry)>,
}

impl Found {
    fn take(&mut self, value: &Value, place: &str, depth: usize, sink: &mut dyn Sink) {
        if DEPTH < depth {
            let message = "stands within too many lists; it is left out";
            return sink.problem(Problem::error(place, message));
        }
        if let Value::Array(all) = value {
            for (at, one) in all.iter().enumerate() {
                let place = format!("{place} entry {}", at + 1).trim().to_owned();
                self.take(one, &place, depth + 1, sink);
            }
            return;
        }
        match text(value, "object").unwrap_or_default() {
            "list" => {
                if value.get("has_more").and_then(Value::as_bool) == Some(true) {
                    let message = "is one page of several; fetch the others too";
                    sink.problem(Problem::warning(if_empty(place, "list"), message));
                }
                self.take(&value["data"], place, depth + 1, sink);
            }
            "event" => self.take(&value["data"]["object"], place, depth + 1, sink),
            "payout" => {
                if let Some(currency) = currency_of(value, place, sink) {
                    let payout = payout_of(value, currency, place, sink);
                    self.keep(payout);
                }
            }
            "balance_transaction" => self.transaction(value, if_empty(place, "file"), sink),
            other => {
                let message = format!("is a `{other}`, no balance transaction or payout");
                sink.problem(Problem::warning(if_empty(place, "file"), message));
            }
        }
    }

    fn transaction(&mut self, value: &Value, place: &str, sink: &mut dyn Sink) {
        let Some(currency) = currency_of(value, place, sink) else {
            return;
        };
        let entry = entry_of(value, currency, place, sink);
        let source = &value["source"];
        match &entry.kind {
            // The payout's own entry takes the money out of the balance.
            PayoutKind::Other(word) if word == "payout" => {
                let mut payout = if text(source, "object") == Some("payout") {
                    payout_of(source, currency, place, sink)
                } else {
                    Payout {
                        id: source.as_str().unwrap_or_default().to_owned(),
                        currency: Some(currency),
                        ..Payout::default()
                    }
                };
                payout.net = entry.net.or(entry.gross).map(|net| -net);
                payout.paid_on = payout.paid_on.or_else(|| day(value, "available_on"));
                self.keep(payout);
            }
            _ => self.entries.push((currency, entry)),
        }
    }

    /// A payout may come as itself and as the entry that takes it out of the balance.
    fn keep(&mut self, payout: Payout) {
        let known = self
            .payouts
            .iter_mut()
            .find(|known| !known.id.is_empty() && known.id == payout.id);
        match known {
            Some(known) => {
                known.net = known.net.or(payout.net);
                known.paid_on = known.paid_on.or(payout.paid_on);
            }
            None => self.payouts.push(payout),
        }
    }

    fn joined(self, sink: &mut dyn Sink) -> Vec<Payout> {
        let mut payouts = self.payouts;
        let mut loose: Vec<Payout> = Vec::new();
        for (currency, entry) in self.entries {
            let open = loose
                .iter_mut()
                .find(|payout| payout.currency == Some(currency));
            match open {
                Some(payout) => payout.entries.push(entry),
                None => loose.push(Payout {
                    currency: Some(currency),
                    entries: vec![entry],
                    ..Payout::default()
                }),
            }
        }
        for rest in loose {
            let mut same = payouts
                .iter_mut()
                .filter(|payout| payout.currency == rest.currency);
            match (same.next(), same.next()) {
                (Some(only), None) if only.net.is_some() && only.net == rest.entries_net() => {
                    only.entries = rest.entries;
                }
                (first, _) => {
                    if first.is_some() {
                        let code = rest.currency.map(|currency| currency.to_string());
                        let message = format!(
                            "has entries in {} that do not add up to one payout; they are kept \
                             apart. Fetch them payout by payout to tell",
                            code.unwrap_or_default()
                        );
                        sink.problem(Problem::warning("file", message));
                    }
                    payouts.push(rest);
                }
            }
        }
        payouts
    }
}

fn payout_of(value: &Value, currency: Currency, place: &str, sink: &mut dyn Sink) -> Payout {
    Payout {
        id: text(value, "id").unwrap_or_default().to_owned(),
        processor: None,
        paid_on: day(value, "arrival_date"),
        currency: Some(currency),
        net: sum(value, "amount", currency, place, sink),
        entries: Vec::new(),
    }
}

fn entry_of(value: &Value, currency: Currency, place: &str, sink: &mut dyn Sink) -> PayoutEntry {
    let source = &value["source"];
    let metadata = source.get("metadata").and_then(Value::as_object);
    let mut quoted = vec![
        text(source, "invoice_number"),
        text(&source["invoice"], "number"),
    ];
    for (key, value) in metadata.into_iter().flatten() {
        quoted.push(value.as_str().filter(|_| is_order(key)));
    }
    quoted.extend([text(source, "description"), text(value, "description")]);
    let reference = quoted.into_iter().flatten().find(|text| !is_own_id(text));
    let ids = [
        text(value, "id"),
        source.as_str().or_else(|| text(source, "id")),
        text(source, "payment_intent"),
        text(source, "charge"),
        text(source, "invoice"),
    ];
    let billing = &source["billing_details"];
    let email = text(source, "receipt_email").or_else(|| text(billing, "email"));
    let word = text(value, "reporting_category").or_else(|| text(value, "type"));
    PayoutEntry {
        kind: kind_of(word.unwrap_or_default()),
        reference: reference.unwrap_or_default().to_owned(),
        processor_refs: ids.into_iter().flatten().map(str::to_owned).collect(),
        customer_email: email.map(str::to_owned),
        customer_name: text(billing, "name").map(str::to_owned),
        on: day(value, "created"),
        gross: sum(value, "amount", currency, place, sink),
        fee: sum(value, "fee", currency, place, sink),
        net: sum(value, "net", currency, place, sink),
        place: place.to_owned(),
    }
}

fn if_empty<'a>(place: &'a str, whole: &'a str) -> &'a str {
    if place.is_empty() { whole } else { place }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value
        .get(key)?
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn currency_of(value: &Value, place: &str, sink: &mut dyn Sink) -> Option<Currency> {
    let code = text(value, "currency").unwrap_or_default();
    let currency = Currency::parse(&code.to_ascii_uppercase());
    if currency.is_none() {
        let message = format!("has no known currency (`{code}`); it is left out");
        sink.problem(Problem::error(if_empty(place, "file"), message));
    }
    currency
}

/// The day of a time in seconds.
fn day(value: &Value, key: &str) -> Option<Date> {
    let seconds = value.get(key)?.as_i64()?;
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn sum(
    value: &Value,
    key: &str,
    currency: Currency,
    place: &str,
    sink: &mut dyn Sink,
) -> Option<Decimal> {
    let stated = value.get(key)?;
    let minor = stated.as_i64();
    if minor.is_none() && !stated.is_null() {
        let message = format!("`{key}` is no whole number of minor units; it is left out");
        sink.problem(Problem::warning(if_empty(place, "file"), message));
    }
    Decimal::try_from_i128_with_scale(i128::from(minor?), places(currency)).ok()
}

/// Decimal places as Stripe counts them: it kept the old ones of three currencies.
/// <https://docs.stripe.com/currencies#special-cases>
fn places(currency: Currency) -> u32 {
    match currency.code() {
        "ISK" | "UGX" => 2,
        "MGA" => 0,
        _ => currency.exponent(),
    }
}
