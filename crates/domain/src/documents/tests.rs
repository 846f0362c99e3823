//! Trade documents: rounding once, tax by rate, instalments, and every refusal in order.

use rust_decimal::Decimal;

use crate::calendar::{Date, PaymentTerms};
use crate::documents::{
    DocumentKind, DocumentReferences, TradeLine, TradePaper, issue_in_parts, trade_draft,
};
use crate::fx::FoundRate;
use crate::ids::{Ids, PartyId};
use crate::money::Currency;
use crate::refusal::Refusal;

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// `quantity × price @ rate`, separated by `;`.
fn paper(kind: DocumentKind, code: &str, terms: &str, lines: &str) -> TradePaper {
    let lines = lines.split(';').filter(|line| !line.is_empty());
    TradePaper {
        kind,
        number: String::new(),
        party: PartyId(7),
        issued_on: day("2026-01-05"),
        posted_on: day("2026-01-05"),
        terms: terms.parse::<PaymentTerms>().expect("terms"),
        terms_from: day("2026-01-05"),
        currency: currency(code),
        references: DocumentReferences::default(),
        lines: lines
            .map(|line| {
                let mut words = line.split_whitespace();
                let mut next = || decimal(words.next().expect("a number"));
                TradeLine {
                    description: String::new(),
                    account: None,
                    quantity: next(),
                    unit_price: next(),
                    tax_rate: next(),
                    tax_category: "S".into(),
                }
            })
            .collect(),
    }
}

/// Net, tax, gross and functional gross of the lines at a rate.
fn check(code: &str, lines: &str, rate: &str, expected: [&str; 4]) {
    let paper = paper(DocumentKind::Invoice, code, "NET30", lines);
    let (from, to) = (currency(code), currency("EUR"));
    let rate = FoundRate::given(from, to, paper.issued_on, decimal(rate)).expect("a rate");
    let (draft, parts) = trade_draft(&paper, &rate).expect("a draft");
    let issued = issue_in_parts(draft.clone(), &parts, &mut Ids::starting(0, 0));
    let net = draft.gross - draft.tax;
    let found = [net, draft.tax, draft.gross, draft.functional].map(|money| money.to_string());
    assert_eq!(found, expected, "{lines}");
    let sums = |pick: fn(&crate::documents::DocumentLine) -> i64| {
        draft.lines.iter().map(pick).sum::<i64>()
    };
    assert_eq!(sums(|line| line.net.minor()), net.minor(), "{lines}");
    assert_eq!(sums(|line| line.tax.minor()), draft.tax.minor(), "{lines}");
    assert!(issued.entry.is_some(), "the entry balances");
}

#[test]
fn each_net_and_each_tax_is_rounded_once() {
    check(
        "EUR",
        "1 100.00 20",
        "1",
        ["100.00", "20.00", "120.00", "120.00"],
    );
    // Three lines of 0.33 at 19 %: 0.0627 each, 0.1881 together.
    check(
        "EUR",
        "1 0.33 19;1 0.33 19;1 0.33 19",
        "1",
        ["0.99", "0.19", "1.18", "1.18"],
    );
    check(
        "EUR",
        "3 33.335 19;1 10 7",
        "1",
        ["110.01", "19.70", "129.71", "129.71"],
    );
    check(
        "EUR",
        "0.5 0.01 0;10 1.005 0",
        "1",
        ["10.06", "0.00", "10.06", "10.06"],
    );
    check(
        "EUR",
        "2 50 20;-1 10 20",
        "1",
        ["90.00", "18.00", "108.00", "108.00"],
    );
    check(
        "USD",
        "3 33.33 10",
        "0.91",
        ["99.99", "10.00", "109.99", "100.09"],
    );
    check(
        "JPY",
        "7 1000.4 10",
        "0.0061",
        ["7003", "700", "7703", "46.99"],
    );
    check(
        "KWD",
        "1 10.0005 0",
        "3.01",
        ["10.001", "0.000", "10.001", "30.10"],
    );
}

#[test]
fn instalments_open_items_that_add_up() {
    let paper = paper(
        DocumentKind::Invoice,
        "USD",
        "30% RECEIPT; 70% NET60",
        "1 1000.01 0",
    );
    let rate = FoundRate::given(
        currency("USD"),
        currency("EUR"),
        paper.issued_on,
        decimal("0.9"),
    );
    let (draft, parts) = trade_draft(&paper, &rate.expect("a rate")).expect("a draft");
    let issued = issue_in_parts(draft, &parts, &mut Ids::starting(0, 0));
    let items: Vec<_> = std::iter::once(&issued.item)
        .chain(&issued.further)
        .collect();
    let shown: Vec<String> = items
        .iter()
        .map(|item| format!("{} {} {}", item.due_on, item.amount, item.functional))
        .collect();
    assert_eq!(
        shown,
        ["2026-01-05 300.00 270.00", "2026-03-06 700.01 630.01"]
    );
    assert!(items[0].id < items[1].id);
}

#[test]
fn every_refusal_in_order() {
    let rate = FoundRate::given(
        currency("EUR"),
        currency("EUR"),
        day("2026-01-05"),
        Decimal::ONE,
    )
    .expect("a rate");
    for (lines, code) in [
        ("", "no_lines"),
        ("99999999999999 99999999999999 0", "amount_too_large"),
        (
            "9 9999999999999999 0;9 9999999999999999 0",
            "amount_too_large",
        ),
        ("1 0 20", "gross_not_positive"),
        ("1 10 20;-2 10 20", "gross_not_positive"),
    ] {
        let paper = paper(DocumentKind::Invoice, "EUR", "NET30", lines);
        let refusal = trade_draft(&paper, &rate).expect_err(lines);
        assert_eq!(refusal.code(), code, "{lines}");
        assert!(refusal.hint().is_some() && refusal.to_string().ends_with('.'));
    }
}
