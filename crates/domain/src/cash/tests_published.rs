//! Published examples. Those of tolerance: Microsoft Dynamics 365 Business Central documentation,
//! *Payment tolerance and payment discount tolerance*, examples 1 and 2 (CC BY 4.0).
//!
//! Invoices of 1,000 with so much off until a day, five days of grace, a tolerance of 5 for each
//! either way. Who pays the gross takes no discount here, so the scenarios in which a person
//! accepts one all the same (4A, 5A, 6A) have no counterpart.

use jiff::civil::{Date, date};

use super::tests::{book, eur, first, invoice, pay, row};
use super::*;

const ON_TIME: Date = date(2003, 1, 15);
const IN_GRACE: Date = date(2003, 1, 20);
const LATE: Date = date(2003, 1, 21);

#[test]
fn tolerance_and_discount_are_taken_as_published() {
    let discount = || row(1, "-20.00", Kind::EarlyPaymentDiscount);
    let short = || row(1, "-5.00", Kind::Rounding);
    let over = || row(1, "5.00", Kind::Rounding);
    for (scenario, on, amount, taken) in [
        ("1", ON_TIME, "985.00", vec![discount(), over()]),
        ("5B", IN_GRACE, "1000.00", vec![]),
        ("6B", IN_GRACE, "995.00", vec![short()]),
        ("8", IN_GRACE, "980.00", vec![discount()]),
        ("9", IN_GRACE, "975.00", vec![discount(), short()]),
        ("10", LATE, "1005.00", vec![over()]),
        ("11", LATE, "1000.00", vec![]),
        ("12", LATE, "995.00", vec![short()]),
    ] {
        let mut book = book();
        book.items = vec![invoice(1, 0, "F25/03117", date(2003, 2, 1), "1000.00")];
        book.items[0].discount = Some(Discount {
            amount: eur("20.00"),
            until: ON_TIME,
        });
        book.policy = Policy {
            discount_grace_days: 5,
            rounding_tolerance: vec![eur("5.00")],
            ..Policy::default()
        };
        let mut payment = pay(amount, "DE11", "F25/03117");
        payment.booked = on;
        let mut expected = vec![row(1, "1000.00", Kind::Payment)];
        expected.extend(taken);
        let decision = Matcher::new(book).decide(&payment);
        assert_eq!(first(&decision).1, expected, "scenario {scenario}");
    }
}

/// Two invoices, 60 off the first until the 15th, 30 off the second until the 17th. The tolerance is
/// for a payment here, so it is that of both; the scenarios in which a person grants one of two
/// discounts and the tolerance comes on top (15D, 16D) have no counterpart.
#[test]
fn tolerance_and_discounts_of_two_documents_are_taken_as_published() {
    let both = date(2003, 1, 15);
    let second_on_time = date(2003, 1, 17);
    let both_in_grace = date(2003, 1, 20);
    let second_in_grace = date(2003, 1, 22);
    let late = date(2003, 1, 23);
    for (scenario, on, amount, discounts, tolerance) in [
        ("1", both, "1920.00", [60, 30], 10),
        ("3", both, "1900.00", [60, 30], -10),
        ("5B", second_on_time, "1970.00", [0, 30], 0),
        ("7A", second_on_time, "1920.00", [60, 30], 10),
        ("8A", second_on_time, "1910.00", [60, 30], 0),
        ("9A", second_on_time, "1900.00", [60, 30], -10),
        ("10B", both_in_grace, "2010.00", [0, 0], 10),
        ("11B", both_in_grace, "2000.00", [0, 0], 0),
        ("12B", both_in_grace, "1990.00", [0, 0], -10),
        ("14D", both_in_grace, "1970.00", [0, 30], 0),
        ("17D", both_in_grace, "1940.00", [60, 0], 0),
        ("21A", both_in_grace, "1900.00", [60, 30], -10),
        ("23B", second_in_grace, "2000.00", [0, 0], 0),
        ("26A", second_in_grace, "1970.00", [0, 30], 0),
        ("27A", second_in_grace, "1960.00", [0, 30], -10),
        ("28", late, "2010.00", [0, 0], 10),
        ("29", late, "2000.00", [0, 0], 0),
        ("30", late, "1990.00", [0, 0], -10),
    ] {
        let mut book = book();
        book.items = [("F25/03117", "60.00", 15), ("F25/03118", "30.00", 17)]
            .into_iter()
            .zip(1..)
            .map(|((number, amount, day), id)| Item {
                discount: Some(Discount {
                    amount: eur(amount),
                    until: date(2003, 1, day),
                }),
                ..invoice(id, 0, number, date(2003, 2, 1), "1000.00")
            })
            .collect();
        book.policy = Policy {
            discount_grace_days: 5,
            rounding_tolerance: vec![eur("10.00")],
            ..Policy::default()
        };
        let mut payment = pay(amount, "DE11", "F25/03117 F25/03118");
        payment.booked = on;
        let decision = Matcher::new(book).decide(&payment);
        let taken = |id: Option<u64>, kind: Kind| -> i64 {
            let rows = decision.alternatives[0].rows.iter();
            let rows = rows.filter(|row| row.kind == kind && (id.is_none() || row.item == id));
            rows.map(|row| row.amount.minor()).sum()
        };
        let found = (
            [1, 2].map(|id| taken(Some(id), Kind::Payment)),
            [1, 2].map(|id| taken(Some(id), Kind::EarlyPaymentDiscount)),
            taken(None, Kind::Rounding),
        );
        let expected = (
            [100_000; 2],
            discounts.map(|less| -100 * less),
            100 * tolerance,
        );
        assert_eq!(found, expected, "scenario {scenario}");
    }
}

/// Oracle Fusion Receivables, *Using Receivables Credit to Cash* (24A), AutoCash rule sets: 600
/// matches no document and not the account of 650, so it goes on the oldest due first. Without a
/// history that shows this habit it is proposed, not posted.
#[test]
fn a_sum_that_matches_nothing_goes_on_the_oldest_due_as_published() {
    let mut book = book();
    book.items = [(123, 11, "200.00"), (124, 8, "300.00"), (125, 13, "150.00")]
        .into_iter()
        .map(|(id, day, amount)| Item {
            due: date(2002, 12, day),
            ..invoice(id, 0, &format!("F02/00{id}"), date(2002, 11, 15), amount)
        })
        .collect();
    let mut payment = pay("600.00", "DE11", "Zahlung");
    payment.booked = date(2002, 12, 10);
    let oldest = vec![
        row(124, "300.00", Kind::Payment),
        row(123, "200.00", Kind::Payment),
        row(125, "100.00", Kind::Payment),
    ];
    assert_eq!(first(&Matcher::new(book).decide(&payment)), (false, oldest));
}
