//! Files that come with a mail: CSV and text, read into one advice.
//!
//! What is not read (pictures, PDF, XLSX) is named in a warning.

use super::model::{Advice, Remittance};
use super::{Collected, Sink, csv, text};
use crate::Problem;

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
    if (csv::FORMAT.recognises)(&plain) {
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
