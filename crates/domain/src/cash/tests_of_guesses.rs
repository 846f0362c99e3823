//! What a person is shown where nothing may be posted, and what a text that breaks off says.

use jiff::civil::date;

use super::tests::{book, decide, eur, invoice, pay};
use super::*;

/// The first proposal as its documents, in ten-thousandths of confidence.
fn guessed(book: &Book, payment: &Payment) -> (Vec<u64>, u16) {
    let decision = Matcher::new(book.clone()).decide(payment);
    assert_ne!(decision.outcome, Outcome::Posted);
    let first = decision.alternatives.first();
    let mut docs: Vec<u64> = first
        .iter()
        .flat_map(|one| one.rows.iter().filter_map(|row| row.item))
        .collect();
    docs.sort_unstable();
    (
        docs,
        first.map_or(0, |one| one.confidence.ten_thousandths()),
    )
}

/// Eight documents of one customer, the last four of which make 2050.06 as no other four do.
fn eight() -> Book {
    let amounts = [
        "311.17", "457.93", "823.09", "978.41", "100.01", "200.02", "700.01", "1050.02",
    ];
    let items = (40..).zip(amounts).map(|(id, amount)| {
        let due = date(2025, 5, i8::try_from(id - 39).expect("few"));
        invoice(id, 1, &format!("F25/0{}", 4000 + 11 * id), due, amount)
    });
    Book {
        items: items.collect(),
        ..book()
    }
}

#[test]
fn four_documents_that_make_the_amount_are_worth_a_look() {
    let payment = pay("2050.06", "DE22", "Zahlung");
    let (docs, sure) = guessed(&eight(), &payment);
    assert_eq!(docs, [44, 45, 46, 47]);
    assert!(sure > 8000, "{sure}");
    // Another four of the same sum, and nothing says which.
    let mut twice = eight();
    let due = date(2025, 5, 20);
    twice.items.push(invoice(60, 1, "F25/04900", due, "100.01"));
    let (docs, sure) = guessed(&twice, &payment);
    assert_eq!(docs.len(), 4);
    assert!(sure < 3000, "{sure}");
    // Four of two customers are no sum of either.
    let mut shared = eight();
    shared.items[7].customer = 2;
    assert_ne!(guessed(&shared, &payment).0, [44, 45, 46, 47]);
}

#[test]
fn a_round_sum_is_rather_laid_on_the_oldest() {
    let mut book = eight();
    book.items[7].amount = eur("1049.96");
    book.items[7].open = eur("1049.96");
    // The last four make 2050.00 now; the oldest are open by 311.17, 457.93, 823.09 and more.
    let (docs, _) = guessed(&book, &pay("2050.00", "DE22", "Zahlung"));
    assert_eq!(docs, [40, 41, 42, 43]);
    let (docs, _) = guessed(&eight(), &pay("2050.06", "DE22", "Zahlung"));
    assert_eq!(docs, [44, 45, 46, 47], "a sum that is not round");
}

#[test]
fn of_nobody_known_only_open_documents_of_the_amount_are_shown() {
    let stranger = pay("640.05", "", "Zahlung");
    assert_eq!(guessed(&book(), &stranger).0, [7]);
    let mut paid = book();
    paid.items[6].open = eur("0.00");
    assert_eq!(guessed(&paid, &stranger).0, [8]);
    // One of tomorrow is not paid today, and one that is claimed is another payment's.
    let mut later = book();
    later.items[6].issued = date(2025, 5, 23);
    assert_eq!(guessed(&later, &stranger).0, [8]);
    let mut matcher = Matcher::new(book());
    let mut shown = Vec::new();
    for _ in 0..3 {
        let decision = matcher.decide(&stranger);
        let first = decision.alternatives.first();
        shown.push(first.and_then(|one| one.rows[0].item));
        matcher.record(&stranger, &decision);
    }
    assert_eq!(shown, [Some(7), Some(8), None]);
}

#[test]
fn documents_of_others_are_shown_where_only_a_name_points_to_the_payer() {
    let shown = |payer: &str, account: &str| {
        let mut payment = pay("912.30", account, "Zahlung");
        payment.payer = payer.to_owned();
        let decision = Matcher::new(book()).decide(&payment);
        let mut rows = decision.alternatives.iter().flat_map(|one| &one.rows);
        rows.any(|row| row.item == Some(3))
    };
    assert!(shown("Tuchweberei Lindow KG", ""));
    assert!(
        !shown("", "DE33"),
        "its account says that it is another customer"
    );
}

#[test]
fn the_beginning_of_another_number_speaks_against_the_amount() {
    // One document of the customer has the amount: F25/03262.
    for (text, posted) in [
        ("Zahlung F25/032", true),
        ("Zahlung F25/0326", true),
        ("Zahlung F25/03", true),
        ("Zahlung F25/0314", false),
        ("Zahlung F25/031", false),
        ("Zahlung 7788", true),
        ("Zahlung B 24", true),
    ] {
        assert_eq!(decide(&pay("640.05", "DE33", text)).0, posted, "{text}");
    }
}
