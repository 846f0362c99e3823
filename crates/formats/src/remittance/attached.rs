//! Files that come alone or with a mail: CSV, text, XLSX and PDF, read into one advice.
//!
//! What is not read (pictures, other workbooks, scans) is named in a warning.

use super::model::{Advice, Remittance};
use super::{Collected, RemittanceFormat, Sink, csv, pdf, sheet, text};
use crate::{Problem, Severity};

pub(super) const XLSX: RemittanceFormat = RemittanceFormat {
    code: "xlsx",
    title: "XLSX workbook with tables or letters",
    recognises: sheet::recognises,
    read: alone,
};

pub(super) const PDF: RemittanceFormat = RemittanceFormat {
    code: "pdf",
    title: "PDF with text",
    recognises: |bytes| bytes.starts_with(b"%PDF-"),
    read: alone,
};

fn alone(bytes: &[u8], sink: &mut dyn Sink) {
    let mut advice = Advice::default();
    let mut problems = Vec::new();
    let mut others = Collected::default();
    read("", bytes, &mut advice, &mut problems, &mut others);
    let failed = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    let has_others = !others.remittances.is_empty();
    for remittance in others.remittances {
        sink.remittance(remittance);
    }
    if !advice.items.is_empty() || advice.total.is_some() {
        sink.remittance(Remittance::Advice(advice));
    } else if !has_others && !failed {
        let message = "names no document and no sum that can be told; look at it by hand";
        problems.push(Problem::warning("file", message));
        sink.remittance(Remittance::Advice(advice));
    }
    for problem in problems {
        sink.problem(problem);
    }
}

/// Reads one file into the advice; `name` leads the places of evidence.
pub(super) fn read(
    name: &str,
    bytes: &[u8],
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
    sink: &mut dyn Sink,
) {
    let plain = match super::unpacked(bytes) {
        Ok(plain) => plain,
        Err(message) => return problems.push(Problem::warning(name, message)),
    };
    let is_text = || {
        let mut start = plain.iter().take(1024);
        start.all(|byte| *byte >= b' ' || b"\r\n\t\x0c".contains(byte))
    };
    if sheet::recognises(&plain) {
        sheet::read(&plain, name, advice, problems, sink);
    } else if plain.starts_with(b"%PDF-") {
        match pdf::to_text(&plain) {
            Ok(letter) => {
                text::read(&letter, name, advice, problems);
                advice.text.push(letter.trim_end().to_owned());
            }
            Err(message) if name.is_empty() => problems.push(Problem::error("file", message)),
            Err(message) => problems.push(Problem::warning(name, message)),
        }
    } else if (csv::FORMAT.recognises)(&plain) {
        let mut inner = Collected::default();
        csv::read(&super::decoded(&plain), name, &mut inner);
        problems.append(&mut inner.problems);
        take(inner.remittances, advice, sink);
    } else if is_text() {
        text::read(&super::decoded(&plain), name, advice, problems);
    } else {
        let message = "is attached in a form that is not read; look at it by hand";
        problems.push(Problem::warning(name, message));
    }
}

/// One payment in a table belongs to the payment of the letter around it; several stand alone.
pub(super) fn take(remittances: Vec<Remittance>, advice: &mut Advice, sink: &mut dyn Sink) {
    let is_advice = |remittance: &&Remittance| matches!(remittance, Remittance::Advice(_));
    let several = 1 < remittances.iter().filter(is_advice).count();
    for remittance in remittances {
        match remittance {
            Remittance::Advice(attached) if !several => join(attached, advice),
            Remittance::Advice(_) | Remittance::Deposit(_) | Remittance::Payout(_) => {
                sink.remittance(remittance);
            }
        }
    }
}

fn join(attached: Advice, advice: &mut Advice) {
    advice.items.extend(attached.items);
    advice.currency = advice.currency.or(attached.currency);
    advice.total = advice.total.or(attached.total);
    advice.paid_on = advice.paid_on.or(attached.paid_on);
    advice.payer_account = advice.payer_account.take().or(attached.payer_account);
    advice.payer_bank = advice.payer_bank.take().or(attached.payer_bank);
    advice.payer_name = advice.payer_name.take().or(attached.payer_name);
    advice.payee = advice.payee.take().or(attached.payee);
    for reference in attached.payment_references {
        if !advice.payment_references.contains(&reference) {
            advice.payment_references.push(reference);
        }
    }
}
