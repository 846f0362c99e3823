//! Trade documents: invoices, bills, memos and credits, from their lines to what they post.
//!
//! A line's net is quantity times unit price, rounded once. Tax is computed on the sum of the
//! nets of one rate and category and rounded once for the document (EN 16931, BR-CO-17); the
//! lines carry shares that add up to it. In functional currency the gross is rounded once and
//! the largest part of the other side takes the difference.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;

use crate::calendar::{Date, DueInstalment, PaymentTerms};
use crate::documents::{
    Direction, DocumentDraft, DocumentKind, DocumentLine, DocumentReferences, Offset, Side,
};
use crate::fx::FoundRate;
use crate::ids::PartyId;
use crate::ledger::Role;
use crate::money::{Currency, Money, Rounding};
use crate::open_items::DiscountTerms;
use crate::refusal::Refusal;

/// One line as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TradeLine {
    /// What is charged.
    pub description: String,
    /// Revenue or expense account; that of the side where none is named.
    pub account: Option<String>,
    /// How many; below zero on a line that takes something off.
    pub quantity: Decimal,
    /// The exact price of one, in major units.
    pub unit_price: Decimal,
    /// Percent of tax.
    pub tax_rate: Decimal,
    /// Why the rate is so: `S` standard, `Z` zero, `E` exempt, `AE` reverse charge … (UNCL 5305).
    pub tax_category: String,
}

/// A trade document as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TradePaper {
    /// Invoice, bill, …
    pub kind: DocumentKind,
    /// The vendor's own number; empty where our series gives it.
    pub number: String,
    /// Whom it is from or to.
    pub party: PartyId,
    /// The day it was issued.
    pub issued_on: Date,
    /// The day it is posted.
    pub posted_on: Date,
    /// When it falls due. A credit falls due at once, whatever the terms say.
    pub terms: PaymentTerms,
    /// The day that the terms count from.
    pub terms_from: Date,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What it quotes.
    pub references: DocumentReferences,
    /// Its lines.
    pub lines: Vec<TradeLine>,
}

/// Why a trade document cannot be issued, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TradeRefusal {
    /// It has no line.
    NoLines,
    /// An amount leaves the range.
    TooLarge {
        /// The line, counted from one; none is a sum.
        line: Option<usize>,
    },
    /// Together the lines ask for nothing, or for less.
    NotPositive {
        /// What they add up to.
        gross: Money,
    },
}

impl fmt::Display for TradeRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TradeRefusal::NoLines => write!(out, "The document has no lines."),
            TradeRefusal::TooLarge { line: Some(line) } => {
                write!(out, "The amount of line {line} is too large.")
            }
            TradeRefusal::TooLarge { line: None } => {
                write!(out, "The document's amount is too large.")
            }
            TradeRefusal::NotPositive { gross } => {
                write!(
                    out,
                    "The lines add up to {gross:?}, which is not above zero."
                )
            }
        }
    }
}

impl Refusal for TradeRefusal {
    fn code(&self) -> &'static str {
        match self {
            TradeRefusal::NoLines => "no_lines",
            TradeRefusal::TooLarge { .. } => "amount_too_large",
            TradeRefusal::NotPositive { .. } => "gross_not_positive",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            TradeRefusal::NoLines => "give it at least one line".into(),
            TradeRefusal::TooLarge { .. } => "check quantity and unit price".into(),
            TradeRefusal::NotPositive { .. } => {
                "to reduce the debt, issue a credit memo or vendor credit with positive lines"
                    .into()
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some("lines")
    }
}

/// Makes the draft of a trade document and the instalments in which it falls due.
pub fn trade_draft(
    paper: &TradePaper,
    rate: &FoundRate,
) -> Result<(DocumentDraft, Vec<DueInstalment>), TradeRefusal> {
    let lines = lines_of(paper)?;
    let zero = Money::zero(paper.currency);
    let net = sum(zero, lines.iter().map(|line| line.net))?;
    let tax = sum(zero, lines.iter().map(|line| line.tax))?;
    let gross = sum(net, [tax])?;
    if !gross.is_positive() {
        return Err(TradeRefusal::NotPositive { gross });
    }
    let side = paper.kind.kind().side;
    let (functional, offsets) = offsets_of(side, &lines, gross, tax, rate)?;
    let falls_due = raises_the_debt(paper.kind);
    let (due_on, parts, discount) = if falls_due {
        let from = paper.terms_from;
        let parts = paper.terms.instalments(gross, from);
        let discount = DiscountTerms::offered(paper.terms.discounts(from));
        (paper.terms.due_on(from), parts, discount)
    } else {
        (paper.issued_on, Vec::new(), None)
    };
    let draft = DocumentDraft {
        kind: paper.kind,
        number: paper.number.clone(),
        party: Some(paper.party),
        control: control_of(side),
        issued_on: paper.issued_on,
        posted_on: paper.posted_on,
        due_on,
        discount,
        gross,
        tax,
        functional,
        references: paper.references.clone(),
        lines,
        offsets,
        reverses: None,
    };
    Ok((draft, parts))
}

/// The control account of a side.
pub(crate) fn control_of(side: Side) -> Role {
    match side {
        Side::Receivable => Role::Receivables,
        Side::Payable => Role::Payables,
    }
}

/// An invoice raises what a customer owes, a bill what we owe; credits lower it.
fn raises_the_debt(kind: DocumentKind) -> bool {
    let kind = kind.kind();
    match kind.side {
        Side::Receivable => kind.direction == Direction::Debit,
        Side::Payable => kind.direction == Direction::Credit,
    }
}

fn sum(start: Money, parts: impl IntoIterator<Item = Money>) -> Result<Money, TradeRefusal> {
    parts.into_iter().try_fold(start, |sum, part| {
        sum.checked_add(part)
            .ok_or(TradeRefusal::TooLarge { line: None })
    })
}

/// The lines with nets, and with the tax of each rate and category shared out.
fn lines_of(paper: &TradePaper) -> Result<Vec<DocumentLine>, TradeRefusal> {
    if paper.lines.is_empty() {
        return Err(TradeRefusal::NoLines);
    }
    let default = match paper.kind.kind().side {
        Side::Receivable => Role::Revenue,
        Side::Payable => Role::Expense,
    };
    let mut groups: BTreeMap<(&str, Decimal), Vec<usize>> = BTreeMap::new();
    let mut lines = Vec::with_capacity(paper.lines.len());
    for (place, line) in paper.lines.iter().enumerate() {
        let too_large = TradeRefusal::TooLarge {
            line: Some(place + 1),
        };
        let exact = line.quantity.checked_mul(line.unit_price);
        let net =
            exact.and_then(|exact| Money::rounded(exact, paper.currency, Rounding::HalfUp).ok());
        let net = net.ok_or(too_large)?;
        let key = (line.tax_category.as_str(), line.tax_rate.normalize());
        groups.entry(key).or_default().push(place);
        lines.push(DocumentLine {
            description: line.description.clone(),
            account: match &line.account {
                Some(account) => Cow::Owned(account.clone()),
                None => Cow::Borrowed(default.code()),
            },
            quantity: line.quantity,
            unit_price: line.unit_price,
            net,
            tax: Money::zero(paper.currency),
            tax_rate: line.tax_rate,
            tax_category: line.tax_category.clone(),
        });
    }
    for ((_, rate), places) in groups {
        share_tax(&mut lines, &places, rate)?;
    }
    Ok(lines)
}

/// Rounds the tax of one rate and category once; the line with the largest net takes what the
/// lines' own roundings leave over.
fn share_tax(
    lines: &mut [DocumentLine],
    places: &[usize],
    rate: Decimal,
) -> Result<(), TradeRefusal> {
    let factor = rate / Decimal::ONE_HUNDRED;
    let taxed = |net: Money| {
        net.times(factor, Rounding::HalfUp)
            .map_err(|_| TradeRefusal::TooLarge { line: None })
    };
    let Some(largest) = places.iter().copied().max_by_key(|place| {
        (
            lines[*place].net.minor().unsigned_abs(),
            std::cmp::Reverse(*place),
        )
    }) else {
        return Ok(());
    };
    let zero = Money::zero(lines[largest].net.currency());
    let whole = taxed(sum(zero, places.iter().map(|place| lines[*place].net))?)?;
    let mut given = zero;
    for place in places {
        lines[*place].tax = taxed(lines[*place].net)?;
        given = sum(given, [lines[*place].tax])?;
    }
    lines[largest].tax += whole - given;
    Ok(())
}

/// The other side by account, and what the item is carried at.
fn offsets_of(
    side: Side,
    lines: &[DocumentLine],
    gross: Money,
    tax: Money,
    rate: &FoundRate,
) -> Result<(Money, Vec<Offset>), TradeRefusal> {
    let tax_account = match side {
        Side::Receivable => Role::OutputTax,
        Side::Payable => Role::InputTax,
    };
    let mut sums: BTreeMap<Cow<'static, str>, Money> = BTreeMap::new();
    for line in lines {
        let known = sums.get(&line.account).copied();
        let start = known.unwrap_or(Money::zero(gross.currency()));
        sums.insert(line.account.clone(), sum(start, [line.net])?);
    }
    let mut parts: Vec<(Cow<'static, str>, Money)> = sums.into_iter().collect();
    parts.push((Cow::Borrowed(tax_account.code()), tax));
    parts.retain(|(_, amount)| !amount.is_zero());
    let value = |money: Money| {
        rate.convert(money, Rounding::HalfUp)
            .map_err(|_| TradeRefusal::TooLarge { line: None })
    };
    let functional = value(gross)?;
    let mut offsets = Vec::with_capacity(parts.len());
    let mut given = Money::zero(functional.currency());
    for (account, amount) in parts {
        let functional = value(amount)?;
        given = sum(given, [functional])?;
        offsets.push(Offset {
            account,
            amount,
            functional,
        });
    }
    let largest = offsets
        .iter_mut()
        .max_by_key(|offset| offset.amount.minor().unsigned_abs());
    if let Some(largest) = largest {
        largest.functional += functional - given;
    }
    Ok((functional, offsets))
}
