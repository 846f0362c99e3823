//! What a sum is worth where no document of ours is read: at a rate, for an order, in a report of
//! a processor.

use jiff::civil::{Date, date};

use super::tests::{book, eur, first, invoice, pay, row};
use super::*;
use crate::money::{Currency, Money};

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn francs(text: &str) -> Money {
    Money::parse(text, currency("CHF")).expect("francs")
}

fn rate(on: Date, into: &str, rate: &str) -> Rate {
    Rate {
        on,
        from: currency("CHF"),
        into: currency(into),
        rate: rate.parse().expect("a rate"),
    }
}

/// The first customer owes 284.41 francs, worth 264.50 euros, and 912.30; it has paid in euros.
fn in_francs() -> Book {
    let mut book = book();
    book.items.retain(|item| [2, 3].contains(&item.id));
    for item in &mut book.items {
        let text = item.amount.decimal().to_string();
        (item.amount, item.open) = (francs(&text), francs(&text));
    }
    book.rates = vec![rate(date(2025, 5, 21), "EUR", "0.93")];
    book.history = vec![PastPayment {
        booked: date(2025, 3, 20),
        payer: String::new(),
        account: "DE11".to_owned(),
        text: String::new(),
        amount: eur("50.00"),
        rows: vec![PastRow {
            customer: Some(0),
            item: None,
            amount: eur("50.00"),
            kind: Kind::OverpaymentOnAccount,
        }],
    }];
    book
}

/// What is said of a payment, and why it waits.
fn told(book: &Book, payment: &Payment) -> (Outcome, String) {
    let decision = Matcher::new(book.clone()).decide(payment);
    (decision.outcome, decision.waits)
}

#[test]
fn a_banks_rate_is_near_the_days() {
    let paid = |book: &Book, amount: &str| {
        let told = first(&Matcher::new(book.clone()).decide(&pay(amount, "DE11", "Danke")));
        (told.0, told.1.first().map(|row| row.0))
    };
    // One and a half percent either way.
    for (amount, posted) in [
        ("264.50", true),
        ("260.60", true),
        ("260.59", false),
        ("268.52", true),
        ("268.53", false),
    ] {
        assert_eq!(paid(&in_francs(), amount).0, posted, "{amount}");
    }
    // Of the day, or the last one before it; and into our currency.
    let mut book = in_francs();
    book.rates.insert(0, rate(date(2025, 5, 1), "EUR", "0.80"));
    book.rates.push(rate(date(2025, 5, 23), "EUR", "0.50"));
    book.rates.push(rate(date(2025, 5, 22), "USD", "1.20"));
    assert_eq!(paid(&book, "264.50"), (true, Some(2)));
    book.rates.push(rate(date(2025, 5, 22), "EUR", "0.95"));
    assert_eq!(paid(&book, "270.19"), (true, Some(2)), "today's");
}

#[test]
fn what_speaks_against_a_document_in_another_currency() {
    let waits = |why: &str| (Outcome::Proposed, why.to_owned());
    let paid = |book: &Book, text: &str| told(book, &pay("264.50", "DE11", text));
    assert_eq!(paid(&in_francs(), "Danke").0, Outcome::Posted);
    let absent = waits("The advice that it refers to is not there");
    assert_eq!(paid(&in_francs(), "see remittance advice"), absent);
    let worthless = waits("They are not worth the payment at the day's rate");
    assert_eq!(paid(&in_francs(), "F25/03143"), worthless);
    assert_eq!(paid(&in_francs(), "F25/03142").0, Outcome::Posted);
    let mut book = in_francs();
    book.history.clear();
    let new = waits("This customer has not paid in this currency before");
    assert_eq!(paid(&book, "Danke"), new);
    let mut book = in_francs();
    book.items[1].open = francs("285.00");
    let several = waits("Several documents are worth about the payment");
    assert_eq!(paid(&book, "Danke"), several);
    // Equal documents stand at different rates: they may not be taken for each other.
    let mut instructed = pay("264.50", "DE11", "Danke");
    instructed.instructed = Some(francs("284.41"));
    assert_eq!(told(&book, &instructed).0, Outcome::Posted);
    book.items[1].open = francs("284.41");
    let several = waits("Several sets of documents make the amount instructed");
    assert_eq!(told(&book, &instructed), several);
}

#[test]
fn a_customer_who_owes_in_our_currency_pays_in_it() {
    let mut book = in_francs();
    book.items
        .push(invoice(60, 0, "F25/04700", date(2025, 6, 9), "700.00"));
    let posted = |text: &str| told(&book, &pay("264.50", "DE11", text)).0;
    assert_eq!(
        posted("Danke"),
        Outcome::Proposed,
        "it may be a part of 700.00"
    );
    assert_eq!(posted("F25/03142"), Outcome::Posted);
}

#[test]
fn a_prepayment_is_for_an_order_of_the_payer() {
    let prepaid = |amount: &str, account: &str, text: &str| {
        let told = first(&Matcher::new(book()).decide(&pay(amount, account, text)));
        let is_prepaid = told
            .1
            .first()
            .is_some_and(|row| row.2 == Kind::PrepaymentNoInvoice);
        (told.0, is_prepaid)
    };
    for (account, text, expected) in [
        ("DE22", "AU-5512", (true, true)),
        ("DE22", "Auftrag AU 5512", (true, true)),
        ("", "AU-5512", (true, true)),
        ("DE33", "AU-5512", (false, true)),
        ("DE22", "AU      5512", (false, false)),
        ("DE22", "Vorkasse", (true, true)),
        ("", "Vorkasse", (false, false)),
    ] {
        assert_eq!(
            prepaid("500.00", account, text),
            expected,
            "{account} {text}"
        );
    }
    // A document that is open by just the amount is what is paid.
    assert_eq!(prepaid("640.05", "DE22", "Vorkasse"), (true, false));
    assert_eq!(prepaid("500.00", "DE22", "Aanbetaling"), (true, true));
}

#[test]
fn a_word_for_either_is_a_prepayment_where_nothing_is_open() {
    let mut book = book();
    let payment = pay("500.00", "DE22", "Anticipo");
    assert_eq!(told(&book, &payment).0, Outcome::Proposed);
    book.items.retain(|item| item.customer != 1);
    assert_eq!(told(&book, &payment).0, Outcome::Posted);
}

fn sale(reference: &str, email: &str, gross: &str) -> PayoutItem {
    PayoutItem {
        kind: PayoutItemKind::Charge,
        reference: reference.to_owned(),
        email: email.to_owned(),
        gross: eur(gross),
        fee: eur("0.00"),
    }
}

#[test]
fn a_sale_of_a_payout_is_the_document_quoted_or_the_buyers_of_its_amount() {
    let mut book = book();
    let of = |book: &Book, amount: &str, sales: &[PayoutItem]| {
        let mut payment = pay(amount, "", "PAYOUT 31");
        payment.payout = sales.to_vec();
        let (posted, rows) = first(&Matcher::new(book.clone()).decide(&payment));
        (posted, rows.iter().map(|row| row.0).collect::<Vec<u64>>())
    };
    let hansen = "Pay@K70011.example";
    let by_mail = sale("order 1", hansen, "912.30");
    assert_eq!(
        of(&book, "912.30", std::slice::from_ref(&by_mail)),
        (true, vec![3])
    );
    let stranger = sale("order 1", "who@nowhere.example", "912.30");
    assert_eq!(of(&book, "912.30", &[stranger]), (false, vec![]));
    // A number of somebody else's document is none of this buyer's.
    let another = sale("F25/03262", hansen, "912.30");
    assert_eq!(of(&book, "912.30", &[another]), (true, vec![3]));
    // What was sold is not what is open.
    let in_part = sale("F25/03143", hansen, "900.00");
    assert_eq!(of(&book, "900.00", &[in_part]), (false, vec![3]));
    // Two alike: each is paid once, and which is first is a person's to say.
    book.items[1].amount = eur("912.30");
    book.items[1].open = eur("912.30");
    let twice = [by_mail.clone(), by_mail];
    assert_eq!(of(&book, "1824.60", &twice), (false, vec![2, 3]));
}

#[test]
fn money_of_nobody_known_is_classed_only_where_nothing_is_quoted() {
    let said = |text: &str| {
        let mut payment = pay("640.05", "", text);
        payment.payer = "Finanzamt Kiel".to_owned();
        first(&Matcher::new(book()).decide(&payment))
    };
    assert_eq!(said("Erstattung"), (false, vec![]));
    assert_eq!(
        said("F25/03251"),
        (true, vec![row(7, "640.05", Kind::Payment)])
    );
}
