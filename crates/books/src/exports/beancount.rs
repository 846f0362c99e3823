//! Beancount's language: accounts opened on the first day, metadata on transactions and postings.
//!
//! https://beancount.github.io/docs/beancount_language_syntax.html: components of account names
//! begin with a capital or a digit and hold letters, digits and dashes.

use std::io::{self, Write};

use crate::exports::{Account, Head, Leg, one_line};

/// Options and the opening of accounts.
pub(super) fn head(out: &mut dyn Write, head: &Head) -> io::Result<()> {
    writeln!(out, "option \"title\" {}", quoted(&head.entity))?;
    writeln!(out, "option \"operating_currency\" \"{}\"", head.functional)?;
    for account in head.accounts.values() {
        writeln!(out, "{} open {}", head.first_day, name(account))?;
    }
    Ok(())
}

/// A posting, with the head of its transaction before the first.
pub(super) fn leg(out: &mut dyn Write, leg: &Leg<'_>) -> io::Result<()> {
    if leg.is_first {
        writeln!(
            out,
            "\n{} * {}\n  number: {}\n  source: {}",
            leg.posted_on,
            quoted(&leg.title()),
            leg.number,
            quoted(&leg.source)
        )?;
    }
    writeln!(
        out,
        "  {}  {} {}",
        name(leg.account),
        leg.functional,
        leg.functional.currency()
    )?;
    if !leg.party.is_empty() {
        writeln!(out, "    party: {}", quoted(&leg.party))?;
    }
    if !leg.document.is_empty() {
        writeln!(out, "    document: {}", quoted(&leg.document))?;
    }
    if leg.amount.currency() != leg.functional.currency() {
        writeln!(out, "    amount: {:?}", leg.amount)?;
    }
    Ok(())
}

/// `Assets:1200-Accounts-receivable`.
fn name(account: &Account) -> String {
    let root = match account.class.as_str() {
        "asset" => "Assets",
        "liability" => "Liabilities",
        "equity" => "Equity",
        "revenue" => "Income",
        _ => "Expenses",
    };
    let text = format!("{} {}", account.code, account.name);
    let words: Vec<&str> = text
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let component = words.join("-");
    let first = component.chars().next();
    if first.is_some_and(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase()) {
        format!("{root}:{component}")
    } else {
        format!("{root}:X{component}")
    }
}

fn quoted(text: &str) -> String {
    let text = one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
