//! ANSI X12 820 (payment order / remittance advice): BPR, TRN, N1, ENT, RMR, REF, DTM, ADX, NTE.
//!
//! The separators are those of the ISA segment. Other transaction sets are refused. Each ST is
//! one advice; envelopes (GS, GE, IEA) are not checked.

use domain::calendar::Date;
use domain::money::Currency;
use rust_decimal::Decimal;

use super::model::{Advice, AdvisedItem, Deducted, Remittance};
use super::{RemittanceFormat, Sink};
use crate::Problem;

pub(super) const FORMAT: RemittanceFormat = RemittanceFormat {
    code: "x12_820",
    title: "ANSI X12 820 payment order and remittance advice",
    recognises: |bytes| {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        start.trim_ascii_start().starts_with(b"ISA") && start.len() >= 106
    },
    read: |bytes, sink| read(&super::decoded(bytes), sink),
};

fn read(text: &str, sink: &mut dyn Sink) {
    let text = text.trim_start();
    let mut signs = text.chars();
    let (Some(element), Some(end)) = (signs.nth(3), signs.nth(101)) else {
        sink.problem(Problem::error(
            "ISA",
            "is cut short; expected 106 characters",
        ));
        return;
    };
    let mut open: Option<Advice> = None;
    let mut sets = 0;
    for (at, segment) in text.split(end).enumerate() {
        let fields: Vec<&str> = segment.trim().split(element).map(str::trim).collect();
        let place = format!("segment {}", at + 1);
        let field = |at: usize| fields.get(at).copied().filter(|text| !text.is_empty());
        sets += u32::from(field(0) == Some("ST"));
        match field(0) {
            Some("ST") if field(1) == Some("820") => {
                give(open.replace(Advice::default()), sink);
            }
            Some("ST") => {
                let set = field(1).unwrap_or_default();
                let message = format!("is transaction set {set}; only 820 is a remittance");
                sink.problem(Problem::error(place, message));
            }
            Some("SE") => give(open.take(), sink),
            Some(tag) => {
                if let Some(advice) = &mut open {
                    take(tag, &field, &place, advice, sink);
                }
            }
            None => {}
        }
    }
    if sets == 0 {
        let message = "has no transaction set; expected an 820 between ST and SE";
        sink.problem(Problem::error("ISA", message));
    }
    if open.is_some() {
        sink.problem(Problem::warning(
            "end of file",
            "comes before the SE of the last 820",
        ));
    }
    give(open, sink);
}

/// Hands on an advice that has come to its end.
fn give(advice: Option<Advice>, sink: &mut dyn Sink) {
    let Some(mut advice) = advice else { return };
    for item in &mut advice.items {
        item.settle_parts();
    }
    sink.remittance(Remittance::Advice(advice));
}

fn take<'a>(
    tag: &str,
    field: &dyn Fn(usize) -> Option<&'a str>,
    place: &str,
    advice: &mut Advice,
    sink: &mut dyn Sink,
) {
    let mut sum = |at: usize| {
        let text = field(at)?;
        let value = Decimal::from_str_exact(text).ok();
        if value.is_none() {
            let message = format!("`{text}` is no sum; it is left out");
            sink.problem(Problem::warning(place, message));
        }
        value
    };
    match tag {
        "BPR" => {
            advice.total = sum(2);
            advice.payer_bank = field(7).map(str::to_owned);
            advice.payer_account = field(9).map(str::to_owned);
            advice.paid_on = field(16).and_then(day);
        }
        "TRN" => advice
            .payment_references
            .extend(field(2).map(str::to_owned)),
        "CUR" => advice.currency = field(2).and_then(Currency::parse),
        "N1" => match field(1) {
            Some("PR") => advice.payer_name = field(2).map(str::to_owned),
            Some("PE") => advice.payee = field(2).map(str::to_owned),
            _ => {}
        },
        "RMR" => {
            let mut item = AdvisedItem {
                document: field(2).unwrap_or_default().to_owned(),
                paid: sum(4),
                gross: sum(5),
                deduction: sum(6),
                place: place.to_owned(),
                ..AdvisedItem::default()
            };
            item.settle_deduction();
            advice.items.push(item);
        }
        "ADX" => {
            let value = sum(1);
            let reason = [field(2), field(3), field(4)];
            let reason: Vec<&str> = reason.into_iter().flatten().collect();
            adjust(value, &reason.join(" "), advice);
        }
        "DTM" if field(1) == Some("003") => {
            if let Some(item) = advice.items.last_mut() {
                item.issued_on = field(2).and_then(day);
            }
        }
        "REF" if advice.items.is_empty() => {
            advice
                .payment_references
                .extend(field(2).map(str::to_owned));
        }
        "REF" | "NTE" => {
            let words = [field(1), field(2), field(3)];
            let words: Vec<&str> = words.into_iter().flatten().collect();
            advice.text.push(words.join(" "));
        }
        _ => {}
    }
}

/// An adjustment is what is added: one below zero is taken off. Several make one deduction.
fn adjust(value: Option<Decimal>, reason: &str, advice: &mut Advice) {
    let Some(item) = advice.items.last_mut() else {
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        advice
            .text
            .push(format!("{value} {reason}").trim().to_owned());
        return;
    };
    let told = item
        .gross
        .zip(item.paid)
        .and_then(|(gross, paid)| gross.checked_sub(paid));
    // The document's own segment may have stated what the adjustments only explain.
    if item.deduction.is_none() || told != item.deduction {
        let before = item.deduction.unwrap_or_default();
        if item.parts.is_empty() && !before.is_zero() {
            item.parts.push(Deducted {
                amount: before,
                reason: String::new(),
            });
        }
        item.deduction = value
            .and_then(|value| before.checked_sub(value))
            .or(item.deduction);
    }
    item.parts.extend(value.map(|value| Deducted {
        amount: -value,
        reason: reason.to_owned(),
    }));
    if !reason.is_empty() {
        item.reason = Some(match item.reason.take() {
            Some(reasons) => format!("{reasons}; {reason}"),
            None => reason.to_owned(),
        });
    }
}

/// `CCYYMMDD` or `YYMMDD`.
fn day(text: &str) -> Option<Date> {
    let (year, rest) = match text.len() {
        8 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        6 => (2000 + text.get(..2)?.parse::<i16>().ok()?, text.get(2..)?),
        _ => return None,
    };
    Date::new(
        year,
        rest.get(..2)?.parse().ok()?,
        rest.get(2..)?.parse().ok()?,
    )
    .ok()
}
