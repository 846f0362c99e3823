//! A processor's payout: what came, what went back, and what the processor kept.

use super::tests::{book, eur, first, invoice, pay, row};
use super::*;

const HANSEN: &str = "pay@k70011.example";

fn entry(kind: PayoutItemKind, reference: &str, gross: &str, fee: &str) -> PayoutItem {
    PayoutItem {
        kind,
        reference: reference.to_owned(),
        email: String::new(),
        gross: eur(gross),
        fee: eur(fee),
    }
}

fn charge(reference: &str, gross: &str, fee: &str) -> PayoutItem {
    entry(PayoutItemKind::Charge, reference, gross, fee)
}

fn refund(reference: &str, gross: &str) -> PayoutItem {
    entry(PayoutItemKind::Refund, reference, gross, "0.00")
}

fn dispute(reference: &str, gross: &str, fee: &str) -> PayoutItem {
    entry(PayoutItemKind::Dispute, reference, gross, fee)
}

fn payout(amount: &str, report: &[PayoutItem]) -> Payment {
    Payment {
        payout: report.to_vec(),
        ..pay(amount, "", "PAYOUT 31")
    }
}

fn told(
    matcher: &Matcher,
    amount: &str,
    report: &[PayoutItem],
) -> (bool, Vec<(u64, String, Kind)>) {
    first(&matcher.decide(&payout(amount, report)))
}

#[test]
fn a_dispute_opens_the_document_that_was_paid() {
    // 333.33 of the third customer is paid.
    let matcher = Matcher::new(book());
    let report = [
        charge("F25/03143", "912.30", "12.30"),
        dispute("F25/02001", "-333.33", "15.00"),
    ];
    let rows = vec![
        row(3, "912.30", Kind::Payment),
        row(9, "-333.33", Kind::Payment),
        row(0, "-27.30", Kind::BankFee),
    ];
    assert_eq!(told(&matcher, "551.67", &report), (true, rows));
    let by_mail = PayoutItem {
        email: "pay@k70013.example".to_owned(),
        ..dispute("Chargeback", "-333.33", "15.00")
    };
    let rows = vec![
        row(9, "-333.33", Kind::Payment),
        row(0, "-15.00", Kind::BankFee),
    ];
    assert_eq!(told(&matcher, "-348.33", &[by_mail]), (true, rows));
}

#[test]
fn what_was_never_paid_or_went_back_does_not_go_back_again() {
    let mut matcher = Matcher::new(book());
    let open = [
        charge("F25/03143", "912.30", "0.00"),
        dispute("F25/03142", "-284.41", "0.00"),
    ];
    let waits = |matcher: &Matcher| {
        let decision = matcher.decide(&payout("627.89", &open));
        (decision.outcome, decision.waits)
    };
    let unclear = "Nothing in the books fits an entry of the report".to_owned();
    assert_eq!(waits(&matcher), (Outcome::Proposed, unclear));
    let back = payout("-333.33", &[dispute("F25/02001", "-333.33", "0.00")]);
    let decision = matcher.decide(&back);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&back, &decision);
    // It was disputed already: what else goes back to the customer, a person has to say.
    let again = vec![row(0, "-333.33", Kind::OverpaymentOnAccount)];
    assert_eq!(first(&matcher.decide(&back)), (false, again));
}

#[test]
fn a_payment_that_went_back_in_a_payout_is_returned_once() {
    let mut matcher = Matcher::new(book());
    let paid = pay("77.15", "DE11", "F25/03144");
    let decision = matcher.decide(&paid);
    matcher.record(&paid, &decision);
    let report = [
        charge("F25/03143", "912.30", "2.30"),
        dispute("F25/03144", "-77.15", "15.00"),
    ];
    let payout = payout("817.85", &report);
    let decision = matcher.decide(&payout);
    assert_eq!(decision.outcome, Outcome::Posted);
    matcher.record(&payout, &decision);
    let mut again = pay("-77.15", "DE11", "RETURN");
    again.reversal = true;
    assert_eq!(first(&matcher.decide(&again)).1, []);
}

#[test]
fn a_refund_goes_out_of_the_credit_memo_or_what_is_on_account_or_takes_back() {
    let mut own = book();
    own.history = vec![PastPayment {
        booked: jiff::civil::date(2025, 5, 1),
        payer: "Tuchweberei Lindow KG".to_owned(),
        account: "DE33".to_owned(),
        text: "zu viel".to_owned(),
        amount: eur("12.00"),
        rows: vec![PastRow {
            customer: Some(2),
            item: None,
            amount: eur("12.00"),
            kind: Kind::OverpaymentOnAccount,
        }],
    }];
    let matcher = Matcher::new(own);
    // The customer's credit memo of this amount, whichever of its documents is quoted.
    for reference in ["G25/00231", "F25/03117"] {
        let rows = vec![row(5, "-46.20", Kind::CreditMemoTaken)];
        let found = told(&matcher, "-46.20", &[refund(reference, "-46.20")]);
        assert_eq!(found, (true, rows), "{reference}");
    }
    let on_account = vec![row(0, "-12.00", Kind::OverpaymentOnAccount)];
    let found = told(&matcher, "-12.00", &[refund("F25/02001", "-12.00")]);
    assert_eq!(found, (true, on_account));
    let opened = vec![row(9, "-333.33", Kind::Payment)];
    let found = told(&matcher, "-333.33", &[refund("F25/02001", "-333.33")]);
    assert_eq!(found, (true, opened));
    // Without a credit memo a part is a person's.
    let part = vec![row(9, "-33.33", Kind::Payment)];
    let found = told(&matcher, "-33.33", &[refund("F25/02001", "-33.33")]);
    assert_eq!(found, (false, part));
}

#[test]
fn what_is_charged_and_refunded_in_one_payout_was_not_paid() {
    let matcher = Matcher::new(book());
    let report = [
        refund("F25/03144", "-77.15"),
        charge("F25/03144", "77.15", "1.00"),
        charge("F25/03143", "912.30", "0.00"),
    ];
    let rows = vec![
        row(3, "912.30", Kind::Payment),
        row(0, "-1.00", Kind::BankFee),
    ];
    assert_eq!(told(&matcher, "911.30", &report), (true, rows));
}

#[test]
fn what_is_clear_is_proposed_and_what_is_not_is_named() {
    let mut own = book();
    own.items.push(invoice(
        60,
        0,
        "F25/04000",
        jiff::civil::date(2025, 6, 1),
        "50.00",
    ));
    let matcher = Matcher::new(own);
    let mut report = vec![
        charge("F25/03143", "912.30", "12.30"),
        refund("re_77", "-19.00"),
        entry(PayoutItemKind::Fee, "Billing", "0.00", "2.00"),
    ];
    let decision = matcher.decide(&payout("879.00", &report));
    let rows = |last: (u64, String, Kind)| {
        let fee = row(0, "-14.30", Kind::BankFee);
        vec![row(3, "912.30", Kind::Payment), last, fee]
    };
    let nobody = row(0, "-19.00", Kind::Unidentifiable);
    assert_eq!(first(&decision), (false, rows(nobody)));
    let texts = decision.alternatives[0].evidence.iter();
    let named = texts.filter(|one| one.text == "In question: the refund of -19.00 EUR (re_77)");
    assert_eq!(named.count(), 1);
    // The address names a customer, of whom nothing stands on account.
    report[1].email = HANSEN.to_owned();
    let decision = matcher.decide(&payout("879.00", &report));
    let on_account = row(0, "-19.00", Kind::OverpaymentOnAccount);
    assert_eq!(first(&decision), (false, rows(on_account)));
    assert_eq!(decision.waits, "What stands on account is another amount");
}
