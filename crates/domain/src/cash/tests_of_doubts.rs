//! What speaks against a reading: a bank that names another payment, a text that says otherwise,
//! a second explanation.

use jiff::civil::date;

use super::tests::{book, decide, eur, first, pay, row};
use super::*;
use crate::money::{Currency, Money};

/// Two payments of one payer that look alike, on two documents.
fn paid_twice() -> (Matcher, Payment) {
    let mut book = book();
    book.items[3].open = eur("912.30");
    book.items[3].amount = eur("912.30");
    let mut matcher = Matcher::new(book);
    let mut payment = pay("912.30", "DE11", "Danke");
    for (document, reference) in [
        ("F25/03143", "250520-0000118"),
        ("F25/03144", "TRC77120045"),
    ] {
        payment.quoted = vec![document.to_owned()];
        payment.references = vec![reference.to_owned()];
        let decision = matcher.decide(&payment);
        assert_eq!(decision.outcome, Outcome::Posted, "{document}");
        matcher.record(&payment, &decision);
    }
    payment.quoted.clear();
    payment.references.clear();
    payment.booked = date(2025, 5, 26);
    payment.amount = eur("-912.30");
    payment.reversal = true;
    (matcher, payment)
}

#[test]
fn the_bank_says_which_payment_comes_back() {
    let (matcher, back) = paid_twice();
    assert!(!first(&matcher.decide(&back)).0, "it may be either");
    for (text, reference, item) in [
        ("RETURN AC04 ORIG REF:250520-0000118 Danke", "", 3),
        ("RETURN R01 ORIG TRACE trc77120045", "", 4),
        ("Danke", "TRC 7712 0045", 4),
        ("Danke", "250520-0000118", 3),
    ] {
        let mut back = back.clone();
        back.text = text.to_owned();
        back.references = vec![reference.to_owned()];
        let expected = (true, vec![row(item, "-912.30", Kind::Payment)]);
        assert_eq!(
            first(&matcher.decide(&back)),
            expected,
            "{text} {reference}"
        );
    }
    // A part of a reference is none. Less is a part of the payment, and more may hold a charge.
    let mut other = back.clone();
    other.text = "RETURN ORIG REF:1250520-00001185".to_owned();
    assert!(!first(&matcher.decide(&other)).0);
    other.text = "RETURN ORIG REF:250520-0000118".to_owned();
    other.amount = eur("-912.00");
    let part = (true, vec![row(3, "-912.00", Kind::Payment)]);
    assert_eq!(first(&matcher.decide(&other)), part);
    other.amount = eur("-912.60");
    assert!(!first(&matcher.decide(&other)).0);
}

#[test]
fn an_instalment_is_such_a_part_of_the_document_quoted() {
    let said = |amount: &str, text: &str| decide(&pay(amount, "DE11", text)).0;
    assert!(said("297.50", "F25/03117 instalment 1 of 4"));
    assert!(said("595.00", "F25/03117 Rate 3/4"), "two are left");
    assert!(!said("317.40", "F25/03117 instalment 2 of 4"));
    assert!(said("317.40", "F25/03117 Teilzahlung"));
}

#[test]
fn a_round_sum_on_account_is_not_laid_on_documents_that_make_it() {
    let mut book = book();
    for (place, amount) in [(1, "1292.00"), (2, "1208.00")] {
        book.items[place].open = eur(amount);
        book.items[place].amount = eur(amount);
    }
    let matcher = Matcher::new(book);
    let said = |text: &str| first(&matcher.decide(&pay("2500.00", "DE11", text)));
    let (posted, rows) = said("Payment on account");
    assert!(!posted);
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[test]
fn a_payer_of_the_group_keeps_no_fee_of_it() {
    let mut book = book();
    book.customers[1].parent = Some(0);
    let quotes = "F25/03199 F25/03251 F25/03262";
    let posted = |book: &Book, account: &str| {
        let decision = Matcher::new(book.clone()).decide(&pay("3640.00", account, quotes));
        first(&decision).0
    };
    assert!(posted(&book, ""), "somebody in between kept 20.10");
    assert!(!posted(&book, "DE11"), "one number may be misread");
}

#[test]
fn one_more_number_may_be_what_is_missing() {
    let said = |text: &str| decide(&pay("3000.00", "", text)).0;
    assert!(said("F25/03199 F25/03262"));
    let mut book = book();
    book.items[8].open = eur("20.05");
    book.items[8].amount = eur("20.05");
    book.items[8].issued = date(2025, 5, 23);
    let decision = Matcher::new(book).decide(&pay("3000.00", "", "F25/03199 F25/03262 F25/02001"));
    assert!(!first(&decision).0, "no fee, where a number is not read");
}

#[test]
fn tax_or_a_discount_taken_too_late_is_for_a_person() {
    let mut book = book();
    book.customers[1].country = "TH".to_owned();
    book.policy.withholding = vec![("TH".to_owned(), "2".parse().expect("a rate"))];
    let mut payment = pay("2332.40", "DE22", "F25/03199");
    payment.booked = date(2025, 6, 20);
    let posted = |book: &Book, payment: &Payment| {
        let decision = Matcher::new(book.clone()).decide(payment);
        first(&decision).0
    };
    assert!(!posted(&book, &payment), "2 % are either");
    let mut told = payment.clone();
    told.text = "F25/03199 less WHT".to_owned();
    assert!(posted(&book, &told));
    book.items[5].discount = None;
    assert!(posted(&book, &payment), "there was no discount to take");
}

#[test]
fn an_advice_that_names_nothing_of_what_is_quoted_is_another_payments() {
    let advice = Advice {
        id: 5,
        received: date(2025, 5, 22),
        sender: "pay@k70011.example".to_owned(),
        payer: "Bootswerft Hansen GmbH".to_owned(),
        references: Vec::new(),
        value_date: None,
        total: Some(eur("912.30")),
        lines: vec![AdviceLine {
            reference: "F25/03143".to_owned(),
            gross: Some(eur("912.30")),
            deduction: None,
            net: Some(eur("912.30")),
            reason: String::new(),
            parts: Vec::new(),
        }],
    };
    let mut matcher = Matcher::new(book());
    matcher.add_advices(vec![advice]);
    let said = |text: &str| first(&matcher.decide(&pay("912.30", "DE11", text))).0;
    assert!(said("see advice"));
    assert!(said("F25/03134"), "two digits swapped");
    assert!(!said("F25/03262"), "another customer's");
}

#[test]
fn more_than_is_quoted_and_a_deduction_do_not_go_together() {
    let said = |text: &str| decide(&pay("1300.00", "DE11", text)).0;
    assert!(said("F25/03117"));
    assert!(!said("F25/03117 less damaged goods RC22"));
}

#[test]
fn a_notice_without_money_is_read_by_a_person() {
    let decision = Matcher::new(book()).decide(&pay("0.00", "DE11", "F25/03144 DED 77.15"));
    assert_eq!(decision.outcome, Outcome::Waiting);
}

#[test]
fn of_equal_documents_that_is_taken_which_no_waiting_payment_may_mean() {
    let mut book = book();
    for place in [1, 2] {
        book.items[place].open = eur("912.30");
        book.items[place].amount = eur("912.30");
        book.items[place].contract = "V-2020-6958".to_owned();
    }
    let mut matcher = Matcher::new(book);
    let paid = pay("912.30", "DE11", "Vertrag V-2020-6958");
    let taken = first(&matcher.decide(&paid));
    assert_eq!(taken, (true, vec![row(2, "912.30", Kind::Payment)]));
    let waits = pay("1400.00", "DE11", "");
    let decision = matcher.decide(&waits);
    assert_eq!(decision.outcome, Outcome::Proposed);
    matcher.record(&waits, &decision);
    let taken = first(&matcher.decide(&paid));
    assert_eq!(taken, (true, vec![row(3, "912.30", Kind::Payment)]));
}

/// A book of which one customer owes francs, and what francs are worth.
fn in_francs() -> (Book, impl Fn(&str) -> Money) {
    let franc = |text: &str| Money::parse(text, Currency::parse("CHF").expect("CHF")).expect("CHF");
    let mut book = book();
    for item in &mut book.items[..5] {
        let text = item.amount.decimal().to_string();
        (item.amount, item.open) = (franc(&text), franc(&text));
    }
    book.rates = vec![Rate {
        on: date(2025, 5, 21),
        from: Currency::parse("CHF").expect("CHF"),
        into: Currency::parse("EUR").expect("EUR"),
        rate: "0.93".parse().expect("a rate"),
    }];
    (book, franc)
}

#[test]
fn documents_of_another_currency_are_proposed_together_at_the_days_rate() {
    let (book, _) = in_francs();
    let matcher = Matcher::new(book);
    // 1190.00 and 284.41 francs, the oldest two, are 1371.20 at the day's rate.
    let decision = matcher.decide(&pay("1366.00", "DE11", ""));
    assert_eq!(decision.outcome, Outcome::Proposed);
    let (_, rows) = first(&decision);
    assert_eq!(
        rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        [1, 2],
        "{rows:?}"
    );
    // 284.41 and 77.15 are nothing usual, but two that fit.
    let decision = matcher.decide(&pay("336.00", "DE11", ""));
    let (posted, rows) = first(&decision);
    assert!(!posted);
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[test]
fn a_banks_charge_is_borne_by_a_document_that_is_larger() {
    let (book, franc) = in_francs();
    let mut payment = pay("901.00", "DE11", "F25/03144 F25/03143");
    payment.instructed = Some(franc("989.45"));
    payment.charges = Some(eur("80.00"));
    let (posted, rows) = first(&Matcher::new(book).decide(&payment));
    assert!(posted, "{rows:?}");
    let fee = rows.iter().find(|row| row.2 == Kind::BankFee);
    assert_eq!(fee.map(|fee| fee.0), Some(3), "72 euros bear no 80");
}

#[test]
fn the_number_of_a_short_pay_is_that_of_its_document() {
    let mut book = book();
    book.items[2].open = eur("35.20");
    book.also_called = vec![(3, "SP-000017".to_owned())];
    let matcher = Matcher::new(book);
    let posted = (true, vec![row(3, "35.20", Kind::Payment)]);
    for text in ["SP-000017", "your case sp 000017"] {
        assert_eq!(first(&matcher.decide(&pay("35.20", "DE11", text))), posted);
        assert_eq!(first(&matcher.decide(&pay("35.20", "", text))), posted);
    }
    // The advice of a sum says so as well.
    let line = |reference: &str, amount: &str| AdviceLine {
        reference: reference.to_owned(),
        gross: Some(eur(amount)),
        deduction: None,
        net: Some(eur(amount)),
        reason: String::new(),
        parts: Vec::new(),
    };
    let mut payment = pay("319.61", "DE11", "");
    payment.advices = vec![Advice {
        id: 5,
        received: date(2025, 5, 22),
        sender: String::new(),
        payer: String::new(),
        references: Vec::new(),
        value_date: None,
        total: Some(eur("319.61")),
        lines: vec![line("SP-000017", "35.20"), line("F25/03142", "284.41")],
    }];
    let (posted, rows) = first(&matcher.decide(&payment));
    assert!(
        posted && rows[0] == row(3, "35.20", Kind::Payment),
        "{rows:?}"
    );
}

#[test]
fn a_part_payment_waits_where_the_text_states_another_amount() {
    for (text, posted) in [
        ("F25/03117 Teilzahlung", true),
        ("F25/03117 Teilzahlung 700,00", true),
        ("F25/03117 1.190,00 Abschlag", true),
        ("F25/03117 moins 82,09", false),
        ("F25/03117 short by 82.09 broken pallets", false),
    ] {
        let told = decide(&pay("700.00", "DE11", text));
        let expected = (posted, vec![row(1, "700.00", Kind::Payment)]);
        assert_eq!(told, expected, "{text}");
    }
}

#[test]
fn documents_by_amount_wait_where_the_text_states_a_deduction() {
    let matcher = Matcher::new(book());
    let told = first(&matcher.decide(&pay("284.41", "DE11", "Danke")));
    assert_eq!(told, (true, vec![row(2, "284.41", Kind::Payment)]));
    let told = first(&matcher.decide(&pay("284.41", "DE11", "Abzug 627,89")));
    let expected = vec![
        row(3, "912.30", Kind::Payment),
        row(3, "-627.89", Kind::ShortPayDispute),
    ];
    assert_eq!(told, (false, expected));
}
