//! Published examples of tolerance: Microsoft Dynamics 365 Business Central documentation, *Payment
//! tolerance and payment discount tolerance*, example 1 (CC BY 4.0).
//!
//! An invoice of 1,000 with 20 off until 15 January, five days of grace, a tolerance of 5 either
//! way. Who pays the gross takes no discount here, so the scenarios in which a person accepts one
//! all the same (4A, 5A, 6A) have no counterpart.

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
