//! The lines of a credit memo for a short-pay: of its gross, with the tax of what was charged.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::documents::{DocumentLine, TradeLine};
use crate::money::{Money, Rounding};

/// What one line of the credit memo is of: account, tax rate in percent, tax category.
type Group = (Option<String>, Decimal, String);

/// Lines that add up to the amount with their tax: split as the printed lines are by account,
/// rate and category, or all at one rate where that is given.
///
/// Where no net makes just this gross at a rate, a last line without tax takes the difference.
pub fn credit_lines(
    printed: &[DocumentLine],
    amount: Money,
    rate: Option<Decimal>,
) -> Vec<TradeLine> {
    let mut groups: BTreeMap<(Cow<'static, str>, Decimal, String), u64> = BTreeMap::new();
    for line in printed {
        let gross = (line.net + line.tax).minor();
        let key = (
            line.account.clone(),
            line.tax_rate.normalize(),
            line.tax_category.clone(),
        );
        let share = u64::try_from(gross).unwrap_or(0);
        *groups.entry(key).or_default() += share;
    }
    let groups: Vec<(Group, u64)> = match rate {
        Some(rate) => vec![((None, rate, category_of(rate)), 1)],
        None => groups
            .into_iter()
            .filter(|(_, share)| 0 < *share)
            .map(|((account, rate, category), share)| {
                ((Some(account.into_owned()), rate, category), share)
            })
            .collect(),
    };
    let weights: Vec<u64> = groups.iter().map(|(_, share)| *share).collect();
    let mut lines = Vec::new();
    let mut nets: BTreeMap<(String, Decimal), Money> = BTreeMap::new();
    let zero = Money::zero(amount.currency());
    for (((account, rate, category), _), gross) in groups.into_iter().zip(amount.split(&weights)) {
        let net = net_of(gross, rate);
        if net.is_zero() {
            continue;
        }
        let sum = nets.entry((category.clone(), rate)).or_insert(zero);
        *sum += net;
        lines.push(line("Short-pay credited", account, net, rate, category));
    }
    let taxed = nets
        .iter()
        .map(|((_, rate), net)| *net + tax_of(*net, *rate));
    let left = amount - taxed.fold(zero, |sum, gross| sum + gross);
    if !left.is_zero() {
        let nothing = (Decimal::ZERO, "Z".to_owned());
        let account = lines
            .first()
            .and_then(|line: &TradeLine| line.account.clone());
        lines.push(line("Rounding", account, left, nothing.0, nothing.1));
    }
    lines
}

fn category_of(rate: Decimal) -> String {
    if rate.is_zero() { "Z" } else { "S" }.to_owned()
}

fn factor(rate: Decimal) -> Decimal {
    rate / Decimal::ONE_HUNDRED
}

fn tax_of(net: Money, rate: Decimal) -> Money {
    net.times(factor(rate), Rounding::HalfUp)
        .unwrap_or(Money::zero(net.currency()))
}

/// The net whose gross comes nearest.
fn net_of(gross: Money, rate: Decimal) -> Money {
    let share = Decimal::ONE.checked_div(Decimal::ONE + factor(rate));
    let net = share.and_then(|share| gross.times(share, Rounding::HalfUp).ok());
    net.unwrap_or(gross)
}

fn line(
    description: &str,
    account: Option<String>,
    net: Money,
    rate: Decimal,
    category: String,
) -> TradeLine {
    let negative = net.is_negative();
    TradeLine {
        description: description.to_owned(),
        account,
        quantity: if negative {
            -Decimal::ONE
        } else {
            Decimal::ONE
        },
        unit_price: net.abs().decimal(),
        tax_rate: rate,
        tax_category: category,
    }
}
