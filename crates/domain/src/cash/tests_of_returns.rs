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

/// What comes back of an account, with what the bank states of original amount and fee.
fn with_fee(line: &str, original: Option<&str>, fee: Option<&str>) -> Payment {
    Payment {
        amount: eur(line),
        instructed: original.map(eur),
        charges: fee.map(eur),
        ..back(date(2025, 5, 26), "DE11", "", "RETURN")
    }
}

#[test]
fn a_bank_fee_in_the_sum_is_no_part_of_the_payment() {
    let mut matcher = paid();
    let decide = |line, original, fee| first(&matcher.decide(&with_fee(line, original, fee)));
    let rows = vec![
        row(3, "-912.30", Kind::Payment),
        row(0, "-3.00", Kind::BankFee),
    ];
    let (payment, fee) = (Some("912.30"), Some("3.00"));
    assert_eq!(decide("-915.30", payment, fee), (true, rows.clone()));
    assert_eq!(decide("-915.30", payment, None), (true, rows.clone()));
    assert_eq!(decide("-915.30", None, fee), (true, rows.clone()));
    // The fee is a line of its own.
    let alone = (true, vec![row(3, "-912.30", Kind::Payment)]);
    assert_eq!(decide("-912.30", None, fee), alone);
    let other = decide("-915.30", payment, Some("2.00"));
    assert_eq!(other, (false, rows.clone()), "the bank contradicts itself");
    assert_eq!(decide("-912.30", Some("900.00"), None).1[0].0, 3);
    assert_eq!(decide("-920.00", Some("917.00"), fee).1, []);

    let line = with_fee("-915.30", payment, fee);
    let decision = matcher.decide(&line);
    assert_eq!(
        decision.alternatives[0].evidence[1].text,
        "The sum holds a bank fee of 3.00 EUR"
    );
    matcher.record(&line, &decision);
    assert_eq!(first(&matcher.decide(&line)), (false, vec![]), "once");
}

#[test]
fn a_payment_of_several_documents_comes_back_once_with_a_fee() {
    let mut matcher = Matcher::new(book());
    let payment = pay("1196.71", "DE11", "F25/03142 F25/03143");
    let decision = matcher.decide(&payment);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&payment, &decision);
    let line = with_fee("-1201.71", Some("1196.71"), Some("5.00"));
    let decision = matcher.decide(&line);
    let (posted, rows) = first(&decision);
    assert_eq!((posted, rows.len()), (true, 3));
    matcher.record(&line, &decision);
    assert_eq!(first(&matcher.decide(&line)), (false, vec![]));
}

#[test]
fn a_fee_that_the_bank_does_not_state_is_proposed() {
    let matcher = paid();
    let decide = |line| matcher.decide(&with_fee(line, None, None));
    let decision = decide("-915.30");
    let rows = vec![
        row(3, "-912.30", Kind::Payment),
        row(0, "-3.00", Kind::BankFee),
    ];
    assert_eq!(first(&decision), (false, rows));
    assert_eq!(decision.waits, "The bank states no fee");
    assert_eq!(
        first(&decide("-937.30")).1.len(),
        2,
        "as much as is tolerated"
    );
    assert_eq!(first(&decide("-937.31")).1, []);
    let stranger = back(date(2025, 5, 26), "DE77", "", "RETURN");
    let stranger = Payment {
        amount: eur("-915.30"),
        ..stranger
    };
    assert_eq!(first(&matcher.decide(&stranger)).1, []);
}

/// So much comes back of the account that paid, with this text.
fn part(amount: &str, text: &str) -> Payment {
    Payment {
        amount: eur(amount),
        ..back(date(2025, 5, 26), "DE11", "", text)
    }
}

#[test]
fn a_part_opens_so_much_of_the_document_quoted() {
    let mut matcher = paid();
    let line = part("-100.00", "RETURN F25/03143");
    let opened = vec![row(3, "-100.00", Kind::Payment)];
    assert_eq!(first(&matcher.decide(&line)), (true, opened.clone()));
    let another = Payment {
        account: "DE22".to_owned(),
        ..line.clone()
    };
    let decision = matcher.decide(&another);
    assert_eq!(first(&decision), (false, opened));
    assert_eq!(decision.waits, "The document quoted is another customer's");
    let late = Payment {
        booked: date(2025, 8, 4),
        ..line.clone()
    };
    let decision = matcher.decide(&late);
    assert_eq!(decision.waits, "No payment is known that it is a part of");
    // With a fee.
    let of_more = Payment {
        instructed: Some(eur("100.00")),
        amount: eur("-104.00"),
        ..line.clone()
    };
    let opened = vec![
        row(3, "-100.00", Kind::Payment),
        row(0, "-4.00", Kind::BankFee),
    ];
    assert_eq!(first(&matcher.decide(&of_more)), (true, opened));

    let decision = matcher.decide(&line);
    matcher.record(&line, &decision);
    let rest = |amount| first(&matcher.decide(&part(amount, "RETURN F25/03143")));
    assert_eq!(rest("-812.30").1, [row(3, "-812.30", Kind::Payment)]);
    assert_eq!(rest("-812.31").1, [], "more than is still paid");
}

#[test]
fn a_part_of_a_payment_that_the_bank_names_opens_its_only_document() {
    let decide = |amount: &str, text: &str, names: &str| {
        let mut matcher = Matcher::new(book());
        let mut payment = pay(amount, "DE11", text);
        payment.references = vec!["250520-0017".to_owned()];
        let decision = matcher.decide(&payment);
        assert_eq!(decision.outcome, Outcome::Posted);
        matcher.record(&payment, &decision);
        let mut line = part("-100.00", "RETURN");
        line.references = vec![names.to_owned()];
        let decision = matcher.decide(&line);
        let docs = decision.alternatives.iter();
        let docs = docs
            .map(|p| p.rows[0].item.unwrap_or(0))
            .collect::<Vec<_>>();
        (decision.outcome, docs, decision.waits)
    };
    let (posted, proposed) = (Outcome::Posted, Outcome::Proposed);
    let named = decide("912.30", "F25/03143", "250520-0017");
    assert_eq!(named, (posted, vec![3], String::new()));
    let little = "Nothing but the payer ties it to the earlier payment".to_owned();
    let unnamed = decide("912.30", "F25/03143", "250520-0018");
    assert_eq!(unnamed, (proposed, vec![3], little));
    let of_two = "The payment settled several documents, and nothing says which is open again";
    let several = decide("1196.71", "F25/03142 F25/03143", "250520-0017");
    assert_eq!(several.0, proposed);
    assert_eq!(several.1.len(), 2, "either");
    assert_eq!(several.2, of_two);
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
