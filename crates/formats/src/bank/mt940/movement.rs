//! Makes a bank line of `:61:` with its `:86:`.

use domain::money::{Currency, Money};
use domain::parties::looks_like_iban;

use super::details::{self, Details};
use super::statement_line::{StatementLine, amount};
use super::tags::place;
use super::{german, slashes};
use crate::Problem;
use crate::bank::fields::{filled, quoted};
use crate::bank::{BankLine, Counterparty, References, Sink};

/// A movement whose `:86:` may still follow.
pub(super) struct Movement {
    /// Line of its `:61:`.
    pub(super) line: u64,
    /// What `:61:` says.
    pub(super) parsed: StatementLine,
    /// What `:86:` and `:NS:` say.
    pub(super) details: Details,
}

/// Makes a bank line of `:61:` with its `:86:`.
pub(super) fn bank_line(
    movement: &Movement,
    currency: Currency,
    sink: &mut dyn Sink,
) -> Result<BankLine, String> {
    let parsed = &movement.parsed;
    let sum = amount(&parsed.amount, currency)?;
    let mut details = movement.details.clone();
    let mut behind = Vec::new();
    if details.name.is_none() {
        details.name.clone_from(&parsed.name);
    }
    supplementary(&parsed.supplementary, &mut details, &mut behind);
    let mut line = BankLine::of(if parsed.is_debit { -sum } else { sum });
    line.booked_on = Some(parsed.booked_on);
    line.value_on = Some(parsed.value_on);
    line.code.clone_from(&parsed.code);
    let returned = details
        .transaction_code
        .as_deref()
        .is_some_and(german::is_return);
    line.reversal = parsed.reversal || parsed.code == "NRTI" || returned;
    if !is_marker(&parsed.bank_reference) {
        line.reference.clone_from(&parsed.bank_reference);
    }
    owner_reference(parsed, &mut details, &mut line.references, &mut behind);
    let mut place_money = |text: Option<&str>| {
        let text = text?;
        let money = quoted_money(text, currency);
        if money.is_none() {
            let message = format!("{} is not an amount; left out", quoted(text));
            sink.problem(Problem::warning(place(movement.line, "61"), message));
        }
        money
    };
    line.charges = place_money(details.charges.as_deref()).map(Money::abs);
    line.instructed = place_money(details.instructed.as_deref()).filter(|money| *money != sum);
    line.remittance = details.text;
    line.remittance.extend(behind);
    line.counterparty = Counterparty {
        name: details.name,
        account: details.account.map(|account| {
            account
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect()
        }),
        bank: details.bank,
        ultimate: details.ultimate,
    };
    line.references.end_to_end = details.end_to_end.filter(|id| id != "NOTPROVIDED");
    line.references.mandate = details.mandate;
    line.references.creditor = details.creditor;
    line.references.return_reason = details.return_reason;
    line.references.traces = details.traces;
    line.references.traces.retain(|trace| !is_marker(trace));
    Ok(line)
}

/// Does the reference only say that there is none, or where to look?
fn is_marker(reference: &str) -> bool {
    matches!(
        reference.trim_end_matches('+'),
        "" | "NONREF" | "NOREF" | "EREF" | "PREF" | "MARF" | "KREF" | "NOTPROVIDED"
    )
}

/// The owner's reference: a check number, the account of the other side (ASN), the payer's
/// own id where the type is one of SWIFT's; else, with a bank's own type, text.
fn owner_reference(
    parsed: &StatementLine,
    details: &mut Details,
    references: &mut References,
    behind: &mut Vec<String>,
) {
    let reference = parsed.owner_reference.as_str();
    let is_swift_type = parsed
        .code
        .get(1..)
        .is_some_and(|kind| kind.len() == 3 && kind.bytes().all(|b| b.is_ascii_uppercase()));
    if is_marker(reference) {
    } else if looks_like_iban(reference) {
        details.account.get_or_insert_with(|| reference.to_owned());
    } else if parsed.code == "NCHK" {
        references.check = Some(reference.to_owned());
    } else if is_swift_type {
        details
            .end_to_end
            .get_or_insert_with(|| reference.to_owned());
    } else if parsed.name.is_some() && (is_postbank(reference) || is_number(reference)) {
        // The Rabobank: the account of the other side in front of its name.
        details.account.get_or_insert_with(|| reference.to_owned());
    } else {
        behind.push(reference.to_owned());
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The lines below `:61:`: amounts in slash codes, the other account, or text.
fn supplementary(lines: &[String], details: &mut Details, behind: &mut Vec<String>) {
    for text in lines.iter().filter_map(|line| filled(line)) {
        let known = details.name.as_deref().unwrap_or_default();
        if let Some(amounts) = slashes::parse(&text) {
            details::merge(details, amounts);
        } else if looks_like_iban(&text) || is_postbank(&text) {
            details.account.get_or_insert(text);
        } else if known.to_lowercase() != text.to_lowercase() {
            behind.push(text);
        }
    }
}

/// `P001234567`: an account at the Dutch Postbank.
fn is_postbank(text: &str) -> bool {
    text.strip_prefix('P')
        .is_some_and(|digits| digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `EUR12,30`, or `12,30` in the currency of the account.
fn quoted_money(text: &str, currency: Currency) -> Option<Money> {
    let text = text.trim();
    match text.split_at_checked(3) {
        Some((code, sum)) if code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            amount(sum, Currency::parse(code)?).ok()
        }
        _ => amount(text, currency).ok(),
    }
}
