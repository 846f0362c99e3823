//! What earlier payments showed of a customer: sums on the oldest documents, late discounts that
//! were granted, fees and tax that were accepted.

use jiff::civil::{Date, date};

use super::tests::{book, eur, first, invoice, pay, row};
use super::*;

/// A payment of the first customer as a person applied it.
fn past(booked: Date, amount: &str, rows: &[(u64, &str, Kind)]) -> PastPayment {
    let row = |(item, amount, kind): &(u64, &str, Kind)| PastRow {
        customer: Some(0),
        item: Some(*item),
        amount: eur(amount),
        kind: *kind,
    };
    PastPayment {
        booked,
        payer: "Bootswerft Hansen".to_owned(),
        account: "DE11".to_owned(),
        text: "Zahlung".to_owned(),
        amount: eur(amount),
        rows: rows.iter().map(row).collect(),
    }
}

/// The book with closed documents of the first customer, of these amounts, from number 20 on.
fn with_closed(amounts: &[&str]) -> Book {
    let mut book = book();
    for (id, amount) in (20..).zip(amounts) {
        let due = date(2025, 2, 1 + i8::try_from(id - 20).expect("few"));
        let mut item = invoice(id, 0, &format!("F25/010{id}"), due, amount);
        item.open = eur("0.00");
        book.items.push(item);
    }
    book
}

/// Whoever pays like this lays 200.00 and its multiples on the oldest documents.
fn on_the_oldest() -> Book {
    let mut book = with_closed(&["150.00", "150.00", "100.00"]);
    let paid = |id, amount| (id, amount, Kind::Payment);
    book.history = vec![
        past(
            date(2025, 3, 3),
            "200.00",
            &[paid(20, "150.00"), paid(21, "50.00")],
        ),
        past(
            date(2025, 3, 9),
            "200.00",
            &[paid(21, "100.00"), paid(22, "100.00")],
        ),
    ];
    book
}

/// What is said of 1400.00, which on the oldest are all of document 1 and 210.00 of document 2.
fn said_of_1400(book: Book) -> (Outcome, String, Vec<Row>) {
    let decision = Matcher::new(book).decide(&pay("1400.00", "DE11", "Zahlung"));
    let rows = decision.alternatives[0].rows.clone();
    (decision.outcome, decision.waits, rows)
}

#[test]
fn the_habit_of_the_oldest_is_shown_by_sums_over_several_documents() {
    assert_eq!(said_of_1400(on_the_oldest()).0, Outcome::Posted);
    // Each on one document in part, which every payer may do.
    let mut book = with_closed(&["150.00", "150.00", "100.00"]);
    book.history = [(20, 3), (21, 9), (22, 12)]
        .map(|(id, day)| past(date(2025, 3, day), "80.00", &[(id, "80.00", Kind::Payment)]))
        .to_vec();
    assert_eq!(said_of_1400(book).0, Outcome::Proposed);
    // Once is no habit.
    let mut book = on_the_oldest();
    book.history.pop();
    assert_eq!(said_of_1400(book).0, Outcome::Proposed);
    // Whole documents are paid by whoever pays documents.
    let mut book = with_closed(&["100.00", "100.00", "100.00", "100.00"]);
    let whole = |one, other| {
        [
            (one, "100.00", Kind::Payment),
            (other, "100.00", Kind::Payment),
        ]
    };
    book.history = vec![
        past(date(2025, 3, 3), "200.00", &whole(20, 21)),
        past(date(2025, 3, 9), "200.00", &whole(22, 23)),
    ];
    assert_eq!(said_of_1400(book).0, Outcome::Proposed);
}

#[test]
fn the_habit_of_the_oldest_is_of_sums_as_round_as_those_before() {
    let matcher = Matcher::new(on_the_oldest());
    let posted = |amount: &str| first(&matcher.decide(&pay(amount, "DE11", "Zahlung"))).0;
    assert!(posted("1400.00"));
    assert!(!posted("1300.00"), "no multiple of 200.00");
    assert!(!posted("1400.01"));
}

#[test]
fn a_name_like_the_customers_does_not_show_its_habit() {
    let mut payment = pay("1400.00", "", "Zahlung");
    payment.payer = "Bootsw Hans".to_owned();
    let decision = Matcher::new(on_the_oldest()).decide(&payment);
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(
        decision.waits,
        "Only a name like the customer's points to it"
    );
}

#[test]
fn a_debit_memo_among_the_oldest_may_be_left_out() {
    let mut book = on_the_oldest();
    book.items[1].kind = ItemKind::DebitMemo;
    let decision = Matcher::new(book).decide(&pay("1400.00", "DE11", "Zahlung"));
    assert_eq!(decision.outcome, Outcome::Proposed);
    let of = |rank: usize| -> Vec<Option<u64>> {
        let rows = decision.alternatives[rank].rows.iter();
        rows.map(|row| row.item).collect()
    };
    assert_eq!(
        (of(0), of(1)),
        (vec![Some(1), Some(2)], vec![Some(1), Some(3)])
    );
}

#[test]
fn nothing_goes_on_the_oldest_while_a_payment_of_the_customer_waits() {
    let mut matcher = Matcher::new(on_the_oldest());
    let waits = pay("333.00", "DE11", "F25/03262");
    let decision = matcher.decide(&waits);
    assert_eq!(decision.outcome, Outcome::Proposed);
    matcher.record(&waits, &decision);
    let decision = matcher.decide(&pay("1400.00", "DE11", "Zahlung"));
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(
        decision.waits,
        "An earlier payment of this payer still waits"
    );
}

#[test]
fn more_than_the_payer_owes_does_not_go_on_the_oldest_by_itself() {
    // Its invoices are open by 2463.86.
    let matcher = Matcher::new(on_the_oldest());
    let posted = first(&matcher.decide(&pay("2400.00", "DE11", "Zahlung"))).0;
    assert!(posted);
    let decision = matcher.decide(&pay("2600.00", "DE11", "Zahlung"));
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(decision.waits, "It is more than the payer owes");
    let over = decision.alternatives[0].rows.last().expect("rows");
    assert_eq!(
        (over.kind, over.amount),
        (Kind::OverpaymentOnAccount, eur("136.14"))
    );
    // A credit memo that is open is no document to lay money on.
    let mut rows = decision.alternatives[0].rows.iter();
    assert!(rows.all(|row| row.item != Some(5)));
}

#[test]
fn whole_documents_of_the_sum_speak_against_the_oldest() {
    let mut book = on_the_oldest();
    for (place, amount) in [(2, "1317.17"), (3, "82.83")] {
        book.items[place].amount = eur(amount);
        book.items[place].open = eur(amount);
    }
    let (outcome, waits, rows) = said_of_1400(book);
    assert_eq!(outcome, Outcome::Proposed);
    assert_eq!(waits, "Whole documents make exactly this amount, too");
    assert_eq!(rows[1].amount, eur("210.00"), "the habit is asked first");
}

#[test]
fn one_document_of_the_sum_and_the_oldest_are_both_shown() {
    let mut book = on_the_oldest();
    book.items[2].amount = eur("1400.00");
    book.items[2].open = eur("1400.00");
    let decision = Matcher::new(book.clone()).decide(&pay("1400.00", "DE11", "Zahlung"));
    assert_eq!(decision.outcome, Outcome::Proposed);
    let told: Vec<usize> = decision
        .alternatives
        .iter()
        .map(|one| one.rows.len())
        .collect();
    assert_eq!(told, [2, 1], "on the oldest, and the one document");
    // Where the oldest is that document both say the same.
    book.items[0].amount = eur("5000.00");
    book.items[0].open = eur("5000.00");
    book.items[2].open = eur("0.00");
    let expected = (true, vec![row(1, "5000.00", Kind::Payment)]);
    let told = first(&Matcher::new(book).decide(&pay("5000.00", "DE11", "Zahlung")));
    assert_eq!(told, expected);
}

/// A book in which these payments took discounts after the last day, 2025-05-20, and the three days
/// of grace.
fn late(booked: &[i8], documents: usize) -> Book {
    let mut book = with_closed(&["100.00"; 6]);
    for item in &mut book.items[9..] {
        item.discount = Some(Discount {
            amount: eur("2.00"),
            until: date(2025, 3, 20),
        });
    }
    let mut ids = 20..;
    book.history = booked
        .iter()
        .map(|day| {
            let ids: Vec<u64> = ids.by_ref().take(documents).collect();
            let rows = ids.iter().flat_map(|id| {
                [
                    (*id, "100.00", Kind::Payment),
                    (*id, "-2.00", Kind::EarlyPaymentDiscount),
                ]
            });
            let rows: Vec<(u64, &str, Kind)> = rows.collect();
            let amount = format!("{}.00", 98 * documents);
            past(date(2025, 3, *day), &amount, &rows)
        })
        .collect();
    book.items[0].discount = Some(Discount {
        amount: eur("23.80"),
        until: date(2025, 5, 1),
    });
    book
}

#[test]
fn a_late_discount_is_granted_once_two_documents_show_it_granted() {
    let found = |book: Book| {
        let told = first(&Matcher::new(book).decide(&pay("1166.20", "DE11", "F25/03117")));
        (told.0, told.1[1].2)
    };
    let granted = (true, Kind::EarlyPaymentDiscount);
    let refused = (true, Kind::ShortPayDispute);
    assert_eq!(found(late(&[24, 25], 1)), granted);
    assert_eq!(found(late(&[24], 2)), granted, "two documents at once");
    assert_eq!(found(late(&[24], 1)), refused, "once");
    assert_eq!(
        found(late(&[20, 23], 1)),
        refused,
        "both in time or within grace"
    );
    let mut strict = late(&[24, 25], 1);
    strict.policy.late_discount_after = 3;
    assert_eq!(found(strict), refused, "the policy wants three");
}

#[test]
fn a_fee_is_usual_once_two_payments_were_short_of_one() {
    let found = |times: usize, amount: &str| {
        let mut book = with_closed(&["100.00", "100.00"]);
        book.history = (20..22)
            .take(times)
            .map(|id| {
                let fee = (id, "-8.00", Kind::BankFee);
                let day = i8::try_from(id).expect("small");
                past(
                    date(2025, 3, day),
                    "92.00",
                    &[(id, "100.00", Kind::Payment), fee],
                )
            })
            .collect();
        let told = first(&Matcher::new(book).decide(&pay(amount, "DE11", "F25/03117")));
        (told.0, told.1.get(1).map(|row| row.2))
    };
    let fee = (true, Some(Kind::BankFee));
    assert_eq!(found(2, "1182.00"), fee, "the very fee");
    assert_eq!(found(2, "1165.00"), fee, "25.00 are tolerated");
    assert_eq!(found(2, "1164.99"), (true, None), "and no cent more");
    assert_eq!(found(1, "1182.00"), (true, None), "once is no habit");
    assert_eq!(found(0, "1182.00"), (true, None));
}

#[test]
fn tax_is_withheld_once_two_payments_show_it() {
    let found = |times: usize| {
        let mut book = with_closed(&["100.00", "100.00"]);
        book.policy.withholding_otherwise = Some("10".parse().expect("a rate"));
        book.history = (20..22)
            .take(times)
            .map(|id| {
                let tax = (id, "-10.00", Kind::WithholdingTax);
                let day = i8::try_from(id).expect("small");
                past(
                    date(2025, 3, day),
                    "90.00",
                    &[(id, "100.00", Kind::Payment), tax],
                )
            })
            .collect();
        let told = first(&Matcher::new(book).decide(&pay("1071.00", "DE11", "F25/03117")));
        told.1.get(1).map(|row| (row.2, row.1.clone()))
    };
    let withheld = Some((Kind::WithholdingTax, "-119.00".to_owned()));
    assert_eq!((found(2), found(1), found(0)), (withheld, None, None));
}
