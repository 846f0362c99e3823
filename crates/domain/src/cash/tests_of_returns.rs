//! Money that goes out: a payment that comes back, a refund, a chargeback; and one that comes twice.

use jiff::civil::{Date, date};

use super::tests::{book, eur, first, invoice, pay, row};
use super::*;

/// 912.30 of the first customer, paid on 2025-05-20 and posted.
fn paid() -> Matcher {
    let mut matcher = Matcher::new(book());
    let mut payment = pay("912.30", "DE11", "F25/03143");
    payment.booked = date(2025, 5, 20);
    payment.payer = "Bootswerft Hansen".to_owned();
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&payment, &decision);
    matcher
}

fn back(on: Date, account: &str, payer: &str, text: &str) -> Payment {
    Payment {
        booked: on,
        payer: payer.to_owned(),
        reversal: true,
        ..pay("-912.30", account, text)
    }
}

#[test]
fn a_payment_comes_back_within_two_months_and_a_half() {
    let matcher = paid();
    let on = |day: Date| first(&matcher.decide(&back(day, "DE11", "", "RETURN")));
    let undone = (true, vec![row(3, "-912.30", Kind::Payment)]);
    assert_eq!(on(date(2025, 5, 20)), undone, "on the same day");
    assert_eq!(on(date(2025, 8, 3)), undone, "75 days");
    assert_eq!(on(date(2025, 8, 4)).1, []);
    assert_eq!(on(date(2025, 5, 19)).1, [], "not before it came");
}

#[test]
fn what_ties_a_return_to_a_payment() {
    let matcher = paid();
    let on = date(2025, 5, 26);
    let said = |account: &str, payer: &str, text: &str| {
        let told = first(&matcher.decide(&back(on, account, payer, text)));
        (told.0, !told.1.is_empty())
    };
    assert_eq!(said("DE11", "", ""), (true, true), "the account");
    assert_eq!(
        said("", "", "RETURN F25/03143"),
        (true, true),
        "the text with its number"
    );
    assert_eq!(
        said("", "Bootswerft Hansen", ""),
        (false, true),
        "a name is little"
    );
    assert_eq!(said("", "", "RETURN Bootswerft Hansen"), (false, true));
    assert_eq!(said("", "", "RETURN"), (false, false), "nothing");
}

#[test]
fn a_payment_comes_back_once() {
    let mut matcher = paid();
    let back = back(date(2025, 5, 26), "DE11", "", "RETURN");
    let decision = matcher.decide(&back);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&back, &decision);
    assert_eq!(first(&matcher.decide(&back)), (false, vec![]));
}

#[test]
fn what_was_only_proposed_is_undone_by_a_person() {
    let mut matcher = Matcher::new(book());
    let payment = pay("640.05", "", "Zahlung");
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Proposed);
    let mut payment = payment;
    payment.account = "DE77".to_owned();
    matcher.record(&payment, &decision);
    let mut back = back(date(2025, 5, 26), "DE77", "", "RETURN");
    back.amount = eur("-640.05");
    let decision = matcher.decide(&back);
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(decision.waits, "The payment that comes back was not posted");
}

/// What is said of money that goes out.
fn out(matcher: &Matcher, amount: &str, text: &str) -> (Outcome, Vec<(u64, String, Kind)>) {
    let decision = matcher.decide(&pay(amount, "", text));
    let rows = first(&decision).1;
    (decision.outcome, rows)
}

#[test]
fn a_refund_pays_the_credit_memo_quoted_and_no_other_amount() {
    let matcher = Matcher::new(book());
    let vendor = Outcome::NotCustomerCash(OtherCash::VendorPayment);
    let taken = vec![row(5, "-46.20", Kind::CreditMemoTaken)];
    assert_eq!(
        out(&matcher, "-46.20", "G25/00231"),
        (Outcome::Posted, taken)
    );
    assert_eq!(out(&matcher, "-46.00", "G25/00231"), (vendor, vec![]));
    assert_eq!(out(&matcher, "-46.20", "Rechnung 99"), (vendor, vec![]));
}

#[test]
fn a_chargeback_opens_the_document_that_was_paid_with_just_that_amount() {
    let vendor = Outcome::NotCustomerCash(OtherCash::VendorPayment);
    let matcher = Matcher::new(book());
    let opened = vec![row(9, "-333.33", Kind::Payment)];
    assert_eq!(
        out(&matcher, "-333.33", "F25/02001"),
        (Outcome::Posted, opened)
    );
    assert_eq!(out(&matcher, "-333.00", "F25/02001").0, vendor);
    // 284.41 is open: nothing was paid that could come back.
    assert_eq!(out(&matcher, "-284.41", "F25/03142").0, vendor);
    // Paid in part, and just that part comes back.
    let mut matcher = Matcher::new(book());
    let part = pay("500.00", "DE11", "F25/03117");
    let decision = matcher.decide(&part);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&part, &decision);
    let opened = vec![row(1, "-500.00", Kind::Payment)];
    assert_eq!(
        out(&matcher, "-500.00", "F25/03117"),
        (Outcome::Posted, opened)
    );
    assert_eq!(
        out(&matcher, "-500.00", "F25/03143").0,
        vendor,
        "it was not paid"
    );
}

/// The same payment a second time, so many days after the first.
fn again(days: i64, text: &str) -> (bool, Vec<(u64, String, Kind)>) {
    let mut matcher = Matcher::new(book());
    let mut payment = pay("912.30", "DE11", text);
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&payment, &decision);
    payment.booked += jiff::Span::new().days(days);
    first(&matcher.decide(&payment))
}

#[test]
fn a_payment_that_comes_twice_within_two_weeks_stays_on_account() {
    let on_account = (true, vec![row(0, "912.30", Kind::OverpaymentOnAccount)]);
    assert_eq!(again(1, "F25/03143"), on_account);
    assert_eq!(again(14, "F25/03143"), on_account);
    assert_ne!(again(1, "Danke"), on_account, "its text names no document");
}

#[test]
fn of_a_payment_that_came_back_the_next_is_not_the_second() {
    let mut matcher = paid();
    let back = back(date(2025, 5, 26), "DE11", "", "RETURN");
    let decision = matcher.decide(&back);
    matcher.record(&back, &decision);
    // The document is open again.
    let mut again = pay("912.30", "DE11", "F25/03143");
    again.booked = date(2025, 5, 28);
    again.payer = "Bootswerft Hansen".to_owned();
    let expected = (true, vec![row(3, "912.30", Kind::Payment)]);
    assert_eq!(first(&matcher.decide(&again)), expected);
}

#[test]
fn the_second_of_a_payment_that_waits_is_a_persons_too() {
    let mut book = book();
    book.items
        .push(invoice(60, 0, "F25/03134", date(2025, 4, 1), "912.30"));
    book.items[9].open = eur("0.00");
    let mut matcher = Matcher::new(book);
    let mut payment = pay("900.00", "DE11", "F25/03143 F25/03117");
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Proposed);
    matcher.record(&payment, &decision);
    payment.booked = date(2025, 5, 24);
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(decision.waits, "The first of the two payments still waits");
}
