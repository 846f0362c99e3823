//! hledger's journal format, with all accounts and the commodity declared (`check --strict`).
//!
//! https://hledger.org/hledger.html#journal: two spaces end an account name, `;` begins a
//! comment, a comma ends a tag.

use std::io::{self, Write};

use crate::exports::{Account, Head, Leg, one_line};

/// Comments, the commodity with its decimals, and the accounts.
pub(super) fn head(out: &mut dyn Write, head: &Head) -> io::Result<()> {
    let (functional, decimals) = (head.functional, head.functional.exponent() as usize);
    writeln!(out, "; Journal of {}", one_line(&head.entity))?;
    // hledger wants a decimal mark in the directive, also where there are no decimals.
    writeln!(out, "commodity 1000.{} {functional}", "0".repeat(decimals))?;
    for account in head.accounts.values() {
        let kind = match account.class.as_str() {
            "asset" => "A",
            "liability" => "L",
            "equity" => "E",
            "revenue" => "R",
            _ => "X",
        };
        writeln!(out, "account {}  ; type:{kind}", name(account))?;
    }
    Ok(())
}

/// A posting, with the head of its transaction before the first.
pub(super) fn leg(out: &mut dyn Write, leg: &Leg<'_>) -> io::Result<()> {
    if leg.is_first {
        let memo = leg.title().replace(';', ",");
        writeln!(
            out,
            "\n{} * ({}) {memo}  ; source:{}",
            leg.posted_on, leg.number, leg.source
        )?;
    }
    write!(
        out,
        "    {}  {} {}",
        name(leg.account),
        leg.functional,
        leg.functional.currency()
    )?;
    let mut tags = Vec::new();
    if !leg.party.is_empty() {
        tags.push(format!("party:{}", one_line(&leg.party.replace(',', " "))));
    }
    if !leg.document.is_empty() {
        let document = leg.document.replace(',', " ");
        tags.push(format!("document:{}", one_line(&document)));
    }
    if leg.amount.currency() != leg.functional.currency() {
        tags.push(format!("amount:{:?}", leg.amount));
    }
    if !tags.is_empty() {
        write!(out, "  ; {}", tags.join(", "))?;
    }
    writeln!(out)
}

/// `assets:1200 Accounts receivable`.
fn name(account: &Account) -> String {
    let root = match account.class.as_str() {
        "asset" => "assets",
        "liability" => "liabilities",
        "equity" => "equity",
        "revenue" => "revenues",
        _ => "expenses",
    };
    let name = account.name.replace([';', ':'], " ");
    one_line(&format!("{root}:{} {name}", account.code))
}
