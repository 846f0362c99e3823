//! Advices: which payment one belongs to, and what it says of documents.

use jiff::civil::date;

use super::tests::{book, eur, first, pay, row};
use super::*;

/// An advice of nobody, sent two days after its payment.
fn advice(total: &str, lines: Vec<AdviceLine>) -> Advice {
    Advice {
        id: 5,
        received: date(2025, 5, 24),
        sender: String::new(),
        payer: String::new(),
        references: Vec::new(),
        value_date: Some(date(2025, 5, 22)),
        total: Some(eur(total)),
        lines,
    }
}

fn line(reference: &str, gross: &str, deduction: &str, reason: &str) -> AdviceLine {
    AdviceLine {
        reference: reference.to_owned(),
        gross: Some(eur(gross)),
        deduction: Some(eur(deduction)),
        net: None,
        reason: reason.to_owned(),
        parts: Vec::new(),
    }
}

#[test]
fn an_advice_from_elsewhere_explains_a_payment_once() {
    let mut matcher = Matcher::new(book());
    let lines = vec![
        line("F25/03117", "1190.00", "97.70", "damaged"),
        line("F25/03142", "284.41", "0.00", ""),
    ];
    matcher.add_advices(vec![Advice {
        sender: "pay@k70011.example".to_owned(),
        payer: "Bootswerft Hansen GmbH".to_owned(),
        references: vec!["880012".to_owned()],
        ..advice("1376.71", lines)
    }]);
    let decision = matcher.decide(&pay("1376.71", "DE11", "Avis 880012"));
    let expected = (
        true,
        vec![
            row(1, "1190.00", Kind::Payment),
            row(1, "-97.70", Kind::ShortPayDispute),
            row(2, "284.41", Kind::Payment),
        ],
    );
    assert_eq!(first(&decision), expected);
    assert_eq!(decision.advice, Some(5));
}

#[test]
fn an_advice_is_used_up_at_the_place_of_its_payment() {
    let payment = |id| {
        let payment = pay("1376.71", "DE11", "Avis 880012");
        Payment { id, ..payment }
    };
    let decided = |id| {
        let mut book = book();
        let on_account = Row {
            customer: Some(0),
            item: None,
            amount: eur("1376.71"),
            document_amount: None,
            kind: Kind::OverpaymentOnAccount,
        };
        book.settled.push(Settled {
            payment: payment(4),
            rows: vec![on_account],
            advice: Some(5),
            is_closed: false,
        });
        let mut matcher = Matcher::new(book);
        let lines = vec![
            line("F25/03117", "1190.00", "97.70", "damaged"),
            line("F25/03142", "284.41", "0.00", ""),
        ];
        matcher.add_advices(vec![Advice {
            references: vec!["880012".to_owned()],
            ..advice("1376.71", lines)
        }]);
        matcher.run(&[&payment(id)])[0].advice
    };
    assert_eq!(decided(3), Some(5), "as it was before that payment came");
    assert_eq!(decided(9), None);
}

/// Nobody knows the payer of two customers' documents, and the advice does not say who sent it.
#[test]
fn an_advice_belongs_to_the_payment_that_quotes_its_documents() {
    let decide = |text: &str| {
        let mut matcher = Matcher::new(book());
        let lines = vec![
            line("F25/03117", "1190.00", "97.70", "damaged"),
            line("F25/03251", "640.05", "0.00", ""),
        ];
        matcher.add_advices(vec![advice("1732.35", lines)]);
        matcher.decide(&pay("1732.35", "", text))
    };
    let quoted = decide("F25/03117 F25/03251");
    let expected = (
        true,
        vec![
            row(1, "1190.00", Kind::Payment),
            row(1, "-97.70", Kind::ShortPayDispute),
            row(7, "640.05", Kind::Payment),
        ],
    );
    assert_eq!(first(&quoted), expected);
    assert_eq!(quoted.advice, Some(5));
    assert_eq!(decide("F25/03117").advice, None);
}

#[test]
fn a_document_is_short_for_each_reason_that_an_advice_names() {
    let taken = |amount: &str, reason: &str| Deducted {
        amount: eur(amount),
        reason: reason.to_owned(),
    };
    let rows_of = |parts: Vec<Deducted>| {
        let mut payment = pay("952.00", "DE11", "F25/03117");
        let short = AdviceLine {
            parts,
            ..line("F25/03117", "1190.00", "238.00", "damaged")
        };
        payment.advices = vec![advice("952.00", vec![short])];
        first(&Matcher::new(book()).decide(&payment)).1
    };
    let paid = row(1, "1190.00", Kind::Payment);
    let dispute = |amount| row(1, amount, Kind::ShortPayDispute);
    let tax = row(1, "-119.00", Kind::WithholdingTax);
    assert_eq!(
        rows_of(vec![taken("119.00", "WHT"), taken("119.00", "damaged")]),
        [paid.clone(), tax.clone(), dispute("-119.00")]
    );
    assert_eq!(
        rows_of(vec![
            taken("119.00", "withholding tax"),
            taken("100.00", "damaged"),
            taken("19.00", "price"),
        ]),
        [paid.clone(), tax, dispute("-100.00"), dispute("-19.00")]
    );
    // Parts that do not add up to the deduction say nothing.
    assert_eq!(
        rows_of(vec![taken("119.00", "WHT"), taken("100.00", "damaged")]),
        [paid, dispute("-238.00")]
    );
}
