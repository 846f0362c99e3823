//! What is agreed with one customer: its rate of tax withheld, its class, its exemption.

use jiff::civil::date;

use super::tests::{book, decide, eur, first, invoice, pay, row};
use super::*;
use crate::certificates::{Certificate, CertificateKind, Held};
use crate::ids::{CertificateId, PartyId};

/// One invoice of 1190.00 to the first customer, of which 1000.00 are net.
fn taxed() -> Book {
    let mut book = book();
    book.items = vec![invoice(1, 0, "F25/03117", date(2025, 5, 10), "1190.00")];
    let taxed = Taxed {
        net: 100_000,
        gross: 119_000,
        region: "TX".to_owned(),
    };
    book.taxed.insert(1, taxed);
    book
}

fn decided(book: &Book, amount: &str) -> Decision {
    Matcher::new(book.clone()).decide(&pay(amount, "DE11", "F25/03117"))
}

/// Whether it posts by itself, and the deduction that it found.
fn found(book: &Book, amount: &str) -> (bool, Option<(Kind, i64)>) {
    let decision = decided(book, amount);
    let rows = decision.alternatives.first().map(|best| &best.rows);
    let other = rows.and_then(|rows| rows.iter().find(|row| row.kind != Kind::Payment));
    let other = other.map(|row| (row.kind, row.amount.minor()));
    (decision.outcome == Outcome::Posted, other)
}

#[test]
fn the_rate_agreed_with_a_customer_goes_before_its_country_and_is_of_the_net() {
    let mut book = taxed();
    book.customers[0].country = "IN".to_owned();
    book.policy.withholding = vec![("IN".to_owned(), "20".parse().expect("a rate"))];
    let withheld = |minor: i64| Some((Kind::WithholdingTax, -minor));
    assert_eq!(found(&book, "990.00").1, withheld(20_000), "of its country");
    let from = |day| (day, Some("10".parse().expect("a rate")));
    book.customers[0].withholding = vec![from(date(2025, 1, 1))];
    assert_eq!(
        found(&book, "1090.00").1,
        withheld(10_000),
        "10 % of the net"
    );
    assert_ne!(found(&book, "990.00").1, withheld(20_000), "no longer");
    assert_ne!(
        found(&book, "1071.00").1,
        withheld(11_900),
        "never of the tax"
    );
    // From a later day on the country's rate still holds; a rate taken back counts no more.
    book.customers[0].withholding = vec![from(date(2025, 6, 1))];
    assert_eq!(found(&book, "990.00").1, withheld(20_000));
    book.customers[0].withholding = vec![from(date(2025, 1, 1)), (date(2025, 5, 1), None)];
    assert_eq!(found(&book, "990.00").1, withheld(20_000));
}

#[test]
fn a_class_has_tolerances_of_its_own() {
    let mut book = taxed();
    let rounding = Some((Kind::Rounding, -150));
    assert_ne!(
        found(&book, "1188.50").1,
        rounding,
        "beyond what is tolerated of everybody"
    );
    let tolerances = Tolerances {
        discount_grace_days: 10,
        fee_tolerance: vec![eur("50.00")],
        rounding_tolerance: vec![eur("2.00")],
    };
    book.policy.classes.insert("key".to_owned(), tolerances);
    assert_ne!(found(&book, "1188.50").1, rounding, "it has no class");
    book.customers[0].class = "small".to_owned();
    assert_ne!(
        found(&book, "1188.50").1,
        rounding,
        "nothing is said of its class"
    );
    book.customers[0].class = "key".to_owned();
    assert_eq!(found(&book, "1188.50").1, rounding);
    // A discount taken six days late is granted to a key customer alone.
    book.items[0].discount = Some(Discount {
        amount: eur("11.90"),
        until: date(2025, 5, 16),
    });
    let discount = Some((Kind::EarlyPaymentDiscount, -1_190));
    assert_eq!(found(&book, "1178.10").1, discount);
    book.customers[0].class.clear();
    assert_ne!(found(&book, "1178.10").1, discount);
}

#[test]
fn tax_that_an_exempt_customer_does_not_pay_is_told_and_left_to_a_person() {
    let mut book = taxed();
    let exemption = Certificate {
        kind: CertificateKind::Exemption,
        number: "TX-01".to_owned(),
        authority: "Comptroller".to_owned(),
        country: "US".to_owned(),
        region: "TX".to_owned(),
        issued_on: date(2025, 1, 1),
        valid_from: date(2025, 1, 1),
        valid_until: Some(date(2025, 12, 31)),
        amount: None,
        tax_rate: Some("19".parse().expect("a rate")),
        only_for: String::new(),
    };
    book.customers[0].exemptions = vec![Held {
        id: CertificateId(1),
        party: PartyId(1),
        certificate: exemption,
        covers: 0,
        is_withdrawn: false,
    }];
    let told = |book: &Book| {
        let decision = decided(book, "1000.00");
        let best = decision.alternatives.first().expect("a proposal");
        let told = best.evidence.iter().any(|one| one.text.contains("TX-01"));
        (decision.outcome, told)
    };
    assert_eq!(told(&book), (Outcome::Proposed, true));
    let short = found(&book, "1000.00");
    assert_eq!(short, (false, Some((Kind::ShortPayDispute, -19_000))));
    // Not in another state, and not a sale of another year.
    let mut elsewhere = book.clone();
    elsewhere.taxed.get_mut(&1).expect("taxed").region = "CA".to_owned();
    assert!(!told(&elsewhere).1);
    let mut later = book.clone();
    later.customers[0].exemptions[0].certificate.valid_until = Some(date(2025, 1, 31));
    assert!(!told(&later).1);
    // Another sum is not the tax.
    assert_ne!(
        found(&book, "1001.00").1,
        Some((Kind::ShortPayDispute, -18_900))
    );
}

/// A customer whose country withholds two percent, and a discount of just as much.
fn tax_or_discount() -> Book {
    let mut book = book();
    book.customers[1].country = "TH".to_owned();
    book.policy.withholding = vec![("TH".to_owned(), "2".parse().expect("a rate"))];
    book
}

#[test]
fn of_a_discount_and_tax_of_the_same_amount_the_text_says_which() {
    let mut payment = pay("2332.40", "DE22", "F25/03199");
    payment.booked = date(2025, 5, 20);
    let kind = |payment: &Payment| {
        let told = first(&Matcher::new(tax_or_discount()).decide(payment));
        (told.0, told.1[1].2)
    };
    assert_eq!(kind(&payment), (true, Kind::EarlyPaymentDiscount));
    for text in ["F25/03199 WHT", "F25/03199 less TDS", "F25/03199 ritenuta"] {
        payment.text = text.to_owned();
        assert_eq!(kind(&payment), (true, Kind::WithholdingTax), "{text}");
    }
}

#[test]
fn tax_is_withheld_of_debit_memos_and_not_of_credit_memos() {
    let mut book = tax_or_discount();
    book.items[6].kind = ItemKind::DebitMemo;
    // 640.05 less 12.80.
    let told = first(&Matcher::new(book.clone()).decide(&pay("627.25", "DE22", "F25/03251")));
    let expected = vec![
        row(7, "640.05", Kind::Payment),
        row(7, "-12.80", Kind::WithholdingTax),
    ];
    assert_eq!(told, (true, expected));
    // The whole credit memo is taken, and tax is withheld of the debit memo alone.
    book.items
        .push(invoice(50, 1, "G25/00260", date(2025, 5, 20), "-100.00"));
    let text = "F25/03251 G25/00260";
    let (posted, rows) = first(&Matcher::new(book).decide(&pay("527.25", "DE22", text)));
    assert!(posted, "{rows:?}");
    assert!(
        rows.contains(&row(50, "-100.00", Kind::CreditMemoTaken)),
        "{rows:?}"
    );
    assert!(
        rows.contains(&row(7, "-12.80", Kind::WithholdingTax)),
        "{rows:?}"
    );
}

#[test]
fn the_reason_of_an_advice_says_what_a_deduction_is() {
    for (reason, kind) in [
        ("Skonto", Kind::ShortPayDispute),
        ("FEE", Kind::BankFee),
        ("wire fees", Kind::BankFee),
        ("coffee machine", Kind::ShortPayDispute),
        ("bank charges", Kind::BankFee),
        ("WHT 10%", Kind::WithholdingTax),
        ("Quellensteuer", Kind::WithholdingTax),
        ("rounding", Kind::Rounding),
        ("damaged", Kind::ShortPayDispute),
    ] {
        let line = AdviceLine {
            reference: "F25/03117".to_owned(),
            gross: Some(eur("1190.00")),
            deduction: Some(eur("30.00")),
            net: None,
            reason: reason.to_owned(),
            parts: Vec::new(),
        };
        let mut payment = pay("1160.00", "DE11", "");
        payment.advices = vec![Advice {
            id: 5,
            received: date(2025, 5, 22),
            sender: String::new(),
            payer: String::new(),
            references: Vec::new(),
            value_date: None,
            total: None,
            lines: vec![line],
        }];
        let (posted, rows) = decide(&payment);
        assert!(posted, "{reason}");
        assert_eq!(rows[1], row(1, "-30.00", kind), "{reason}");
    }
}
