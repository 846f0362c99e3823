//! What was sold and how it was paid: documents, and payments with what they truly settle.

use domain::calendar::Date;
use domain::cash::Kind;

use crate::parties::{Customer, Habit};
use crate::random::Chance;
use crate::rates::{Rate, in_euros, later};

/// A document of a customer.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) number: String,
    pub(crate) customer: usize,
    pub(crate) issued_on: Date,
    pub(crate) due_on: Date,
    /// Signed: credit memos are negative.
    pub(crate) amount: i64,
    pub(crate) open: i64,
    pub(crate) po: Option<String>,
    pub(crate) discount: Option<(i64, Date)>,
}

/// What a payment truly does with part of its amount.
#[derive(Clone)]
pub(crate) struct Truth {
    pub(crate) customer: Option<usize>,
    pub(crate) document: Option<String>,
    /// In the currency of the payment.
    pub(crate) amount: i64,
    pub(crate) kind: Kind,
    /// In the currency of the document, where that is another.
    pub(crate) document_amount: Option<i64>,
}

/// How a payment reaches us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// A line of its own.
    Line,
    /// One of several in a sum; the items come in a file.
    Batch,
    /// A line of its own that quotes nothing; the advice comes by e-mail.
    Mail,
}

/// A payment by a customer.
pub(crate) struct Payment {
    pub(crate) payer: usize,
    pub(crate) on: Date,
    pub(crate) amount: i64,
    pub(crate) text: String,
    pub(crate) channel: Channel,
    pub(crate) truths: Vec<Truth>,
}

/// Gives out document numbers, which carry the year of the cut-over.
pub(crate) struct Numbers {
    year: i16,
    invoice: i64,
    credit: i64,
}

impl Numbers {
    pub(crate) fn of(cut_over: Date) -> Numbers {
        Numbers {
            year: cut_over.year(),
            invoice: 10_400,
            credit: 120,
        }
    }
}

/// Documents issued within so many days before and including `last`, oldest first.
pub(crate) fn sell(
    chance: &mut Chance,
    customers: &[Customer],
    numbers: &mut Numbers,
    last: Date,
    (days, most): (i64, i64),
) -> Vec<Item> {
    let mut drafts: Vec<(Date, usize, bool)> = Vec::new();
    for (at, customer) in customers.iter().enumerate() {
        for _ in 0..chance.between(1, most) {
            // Who takes discounts buys late enough to take them.
            let span = if customer.discount.is_some() {
                20.min(days)
            } else {
                days
            };
            drafts.push((later(last, -chance.between(0, span)), at, false));
        }
        if customer.habit == Habit::Nets || chance.percent(6) {
            drafts.push((later(last, -chance.between(0, 30.min(days))), at, true));
        }
    }
    drafts.sort_unstable();
    drafts
        .into_iter()
        .filter_map(|(on, at, credit)| {
            let customer = customers.get(at)?;
            Some(document(chance, numbers, customer, at, on, credit))
        })
        .collect()
}

fn document(
    chance: &mut Chance,
    numbers: &mut Numbers,
    customer: &Customer,
    at: usize,
    issued_on: Date,
    credit: bool,
) -> Item {
    let amount = match chance.between(0, 9) {
        0 => chance.between(20, 400) * 5_000,
        1..4 => chance.between(2_000, 60_000),
        _ => chance.between(15_000, 900_000),
    };
    let (number, amount) = if credit {
        numbers.credit += 1;
        (
            format!("BC-{}-{:05}", numbers.year, numbers.credit),
            -(amount / 8).max(100),
        )
    } else {
        numbers.invoice += 1;
        (
            format!("BW-{}-{:05}", numbers.year, numbers.invoice),
            amount,
        )
    };
    let due = if credit { 0 } else { customer.net_days };
    Item {
        number,
        customer: at,
        issued_on,
        due_on: later(issued_on, due),
        amount,
        open: amount,
        po: chance
            .percent(50)
            .then(|| format!("4500{}", chance.digits(6))),
        discount: customer
            .discount
            .filter(|_| !credit)
            .map(|(percent, days)| (percent, later(issued_on, days))),
    }
}

/// How the customers pay these items on business days from `first` to `last`.
pub(crate) fn pay(
    chance: &mut Chance,
    customers: &[Customer],
    items: &[Item],
    rates: &[Rate],
    (first, last): (Date, Date),
) -> Vec<Payment> {
    let mut payments = Vec::new();
    let mut of_customer: Vec<Vec<&Item>> = customers.iter().map(|_| Vec::new()).collect();
    for item in items {
        if let Some(own) = of_customer.get_mut(item.customer) {
            own.push(item);
        }
    }
    for (at, (customer, own)) in customers.iter().zip(of_customer).enumerate() {
        let (credits, mut debits): (Vec<&Item>, Vec<&Item>) =
            own.into_iter().partition(|item| item.amount < 0);
        debits.sort_by_key(|item| (item.due_on, &item.number));
        let mut credits = credits.into_iter();
        while !debits.is_empty() {
            let most = match customer.habit {
                Habit::Groups | Habit::Nets => 5,
                _ if chance.percent(15) => 3,
                _ => 1,
            };
            let count = (chance.between(1, most) as usize).min(debits.len());
            let mut group: Vec<&Item> = debits.drain(..count).collect();
            if chance.percent(12) {
                // Never paid in this time.
                continue;
            }
            if customer.habit == Habit::Nets
                && let Some(credit) = credits.next()
            {
                group.push(credit);
            }
            let on = pay_day(chance, customer, &group, first);
            if last < on {
                continue;
            }
            payments.extend(payment(chance, (at, customer), &group, rates, on));
        }
    }
    payments
}

fn pay_day(chance: &mut Chance, customer: &Customer, group: &[&Item], first: Date) -> Date {
    let discount = group
        .iter()
        .filter_map(|item| item.discount)
        .map(|(_, until)| until)
        .min();
    let wish = match discount {
        Some(until) if customer.habit == Habit::Discount => later(until, -chance.between(0, 3)),
        _ => {
            let due = group.iter().map(|item| item.due_on).max().unwrap_or(first);
            later(due, chance.between(-3, 18))
        }
    };
    let issued = group
        .iter()
        .map(|item| item.issued_on)
        .max()
        .unwrap_or(first);
    let earliest = later(first.max(issued), chance.between(0, 6));
    business_day(wish.max(earliest))
}

/// The day itself, or the Monday after a weekend.
pub(crate) fn business_day(on: Date) -> Date {
    match on.weekday() {
        jiff::civil::Weekday::Saturday => later(on, 2),
        jiff::civil::Weekday::Sunday => later(on, 1),
        _ => on,
    }
}

fn payment(
    chance: &mut Chance,
    (at, customer): (usize, &Customer),
    group: &[&Item],
    rates: &[Rate],
    on: Date,
) -> Option<Payment> {
    let mut truths = Vec::new();
    for item in group {
        truths.push(settled(at, customer, item, rates, on)?);
    }
    let reason = deduct(chance, at, customer, group, on, &mut truths);
    if chance.percent(2) {
        truths.push(Truth {
            customer: Some(at),
            document: None,
            amount: chance.between(10, 200) * 100,
            kind: Kind::OverpaymentOnAccount,
            document_amount: None,
        });
    }
    let amount: i64 = truths.iter().map(|truth| truth.amount).sum();
    let channel = match chance.between(0, 99) {
        0..12 => Channel::Mail,
        12..22 => Channel::Batch,
        _ => Channel::Line,
    };
    (0 < amount).then(|| Payment {
        payer: customer.parent.unwrap_or(at),
        on,
        amount,
        text: quote(chance, customer, group) + &reason,
        channel,
        truths,
    })
}

/// The document itself, in full, in the currency in which it is paid.
fn settled(at: usize, customer: &Customer, item: &Item, rates: &[Rate], on: Date) -> Option<Truth> {
    let other = customer.currency != customer.pays_in;
    let amount = if other {
        in_euros(rates, item.open, customer.currency, on)?
    } else {
        item.open
    };
    let kind = if item.amount < 0 {
        Kind::CreditMemoTaken
    } else {
        Kind::Payment
    };
    Some(Truth {
        customer: Some(at),
        document: Some(item.number.clone()),
        amount,
        kind,
        document_amount: other.then_some(item.open),
    })
}

/// What the customer keeps back, by habit; returns what it says about it.
fn deduct(
    chance: &mut Chance,
    at: usize,
    customer: &Customer,
    group: &[&Item],
    on: Date,
    truths: &mut Vec<Truth>,
) -> String {
    let mut keep = |item: &Item, amount: i64, kind: Kind| {
        if 0 < amount && amount < item.open {
            truths.push(Truth {
                customer: Some(at),
                document: Some(item.number.clone()),
                amount: -amount,
                kind,
                document_amount: None,
            });
        }
    };
    let mut reason = String::new();
    match (customer.habit, group.first()) {
        (Habit::Discount, _) => {
            for item in group {
                if let Some((percent, until)) = item.discount
                    && on <= until
                {
                    let discount = (item.amount * percent + 50) / 100;
                    keep(item, discount, Kind::EarlyPaymentDiscount);
                }
            }
        }
        (Habit::Withholds, _) => {
            for item in group.iter().filter(|item| 0 < item.open) {
                keep(item, (item.open * 10 + 50) / 100, Kind::WithholdingTax);
            }
            " TDS 10 PCT WITHHELD".clone_into(&mut reason);
        }
        (Habit::BankFee, Some(item)) if item.open > 20_000 => {
            keep(
                item,
                *chance.pick(&[500, 1_000, 1_250, 1_800]),
                Kind::BankFee,
            );
        }
        (Habit::ShortPays, Some(item)) if chance.percent(45) && 1_000 < item.open => {
            let amount = item.open * chance.between(3, 20) / 100;
            keep(item, amount, Kind::ShortPayDispute);
            let why = chance.pick(&["DAMAGED GOODS", "SHORT DELIVERY", "PRICE DIFFERENCE"]);
            reason = format!(" LESS {} {why}", decimal(amount));
        }
        _ => {}
    }
    reason
}

/// How the payer names what it pays.
fn quote(chance: &mut Chance, customer: &Customer, group: &[&Item]) -> String {
    let style = chance.between(0, 5);
    let mangled = customer.habit == Habit::Mangles;
    let quoted: Vec<String> = group
        .iter()
        .map(|item| match (&item.po, mangled) {
            (_, true) => mangle(chance, &item.number),
            (Some(po), _) if style == 0 && group.len() == 1 => format!("PO {po}"),
            _ => item.number.clone(),
        })
        .collect();
    let before = match (customer.country, style) {
        ("DE" | "CH", 1..4) => "Rechnung ",
        ("FR", 1..4) => "Facture ",
        (_, 1 | 2) => "Invoice ",
        (_, 3) => "INV ",
        _ => "",
    };
    format!("{before}{}", quoted.join(", "))
}

fn mangle(chance: &mut Chance, number: &str) -> String {
    let digits = number.get(8..).unwrap_or(number);
    match chance.between(0, 4) {
        0 => digits.to_owned(),
        1 => number.replace('-', " "),
        2 => number.replace('-', "").to_lowercase(),
        3 => number.replace('-', "/"),
        _ => format!("{} {digits}", number.get(..7).unwrap_or("")),
    }
}

/// Minor units of a currency with two decimals, as text.
pub(crate) fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let whole = minor.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}
