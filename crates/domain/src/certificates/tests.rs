//! What covers what, by whom, when; what is withheld of what.

use rust_decimal::Decimal;

use super::*;
use crate::ids::{CertificateId, DocumentId, PartyId};
use crate::money::Currency;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::parse("EUR").expect("a currency"))
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn certificate(amount: i64) -> Certificate {
    Certificate {
        kind: CertificateKind::Withholding,
        number: "16A/7".into(),
        authority: "Income Tax Department".into(),
        country: "IN".into(),
        region: String::new(),
        issued_on: day("2026-04-20"),
        valid_from: day("2026-01-01"),
        valid_until: Some(day("2026-03-31")),
        amount: Some(euro(amount)),
        tax_rate: None,
        only_for: String::new(),
    }
}

fn held(amount: i64) -> Held {
    Held {
        id: CertificateId(1),
        party: PartyId(7),
        certificate: certificate(amount),
        covers: 0,
        is_withdrawn: false,
    }
}

fn deducted(id: i64, on: &str, withheld: i64) -> Deducted {
    Deducted {
        document: DocumentId(id),
        number: format!("TW-{id:06}"),
        party: PartyId(7),
        on: day(on),
        withheld: euro(withheld),
        covered: euro(0),
    }
}

fn amounts(covers: &[Cover]) -> Vec<(i64, i64)> {
    covers
        .iter()
        .map(|cover| (cover.document.0, cover.amount))
        .collect()
}

#[test]
fn a_certificate_is_checked_before_it_is_kept() {
    assert_eq!(certificate(10).check(), Ok(()));
    let refused = |change: fn(&mut Certificate)| {
        let mut one = certificate(10);
        change(&mut one);
        let why = one.check().expect_err("refused");
        (
            crate::refusal::Refusal::code(&why),
            crate::refusal::Refusal::field(&why),
        )
    };
    for (found, expected) in [
        (
            refused(|c| c.number.clear()),
            ("text_missing", Some("number")),
        ),
        (
            refused(|c| c.country = "India".into()),
            ("not_a_country", Some("country")),
        ),
        (
            refused(|c| c.valid_until = Some(day("2025-12-31"))),
            ("ends_before_it_begins", Some("valid_until")),
        ),
        (
            refused(|c| c.valid_until = None),
            ("period_missing", Some("valid_until")),
        ),
        (
            refused(|c| c.amount = None),
            ("amount_missing", Some("amount")),
        ),
        (
            refused(|c| c.amount = Some(euro(0))),
            ("amount_missing", Some("amount")),
        ),
        (
            refused(|c| c.tax_rate = Some(Decimal::ONE_HUNDRED)),
            ("not_a_rate", Some("tax_rate")),
        ),
        (
            refused(|c| c.kind = CertificateKind::Exemption),
            ("amount_of_exemption", Some("amount")),
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn by_hand_as_much_is_covered_as_both_leave() {
    let one = deducted(1, "2026-02-10", 500);
    let code =
        |held: &Held, one: &Deducted, amount: Option<i64>| match cover(held, one, amount.map(euro))
        {
            Ok(cover) => format!("{}", cover.amount),
            Err(why) => crate::refusal::Refusal::code(&why).to_owned(),
        };
    assert_eq!(code(&held(300), &one, None), "300");
    assert_eq!(code(&held(900), &one, None), "500");
    assert_eq!(code(&held(900), &one, Some(200)), "200");
    assert_eq!(code(&held(900), &one, Some(501)), "beyond_deduction");
    assert_eq!(code(&held(100), &one, Some(101)), "beyond_certificate");
    let covered = Deducted {
        covered: euro(500),
        ..one.clone()
    };
    assert_eq!(code(&held(100), &covered, None), "covered_already");
    let used = Held {
        covers: 300,
        ..held(300)
    };
    assert_eq!(code(&used, &one, None), "beyond_certificate");
    let late = deducted(1, "2026-04-01", 500);
    assert_eq!(code(&held(300), &late, None), "outside_certificate_period");
    let other = Deducted {
        party: PartyId(8),
        ..one.clone()
    };
    assert_eq!(code(&held(300), &other, None), "certificate_of_other_party");
    let dollars = Money::new(500, Currency::parse("USD").expect("a currency"));
    let foreign = Deducted {
        withheld: dollars,
        covered: Money::zero(dollars.currency()),
        ..one.clone()
    };
    assert_eq!(
        code(&held(300), &foreign, None),
        "certificate_in_other_currency"
    );
    let gone = Held {
        is_withdrawn: true,
        ..held(300)
    };
    assert_eq!(code(&gone, &one, None), "certificate_withdrawn");
}

#[test]
fn by_itself_it_covers_what_makes_its_sum_or_the_oldest_first() {
    let all = [
        deducted(3, "2026-03-01", 400),
        deducted(1, "2026-01-10", 500),
        deducted(2, "2026-02-10", 250),
        deducted(4, "2026-04-02", 999),
    ];
    assert_eq!(
        amounts(&by_itself(&held(250), &all)),
        [(2, 250)],
        "one of its sum"
    );
    assert_eq!(
        amounts(&by_itself(&held(650), &all)),
        [(2, 250), (3, 400)],
        "a set of its sum"
    );
    assert_eq!(
        amounts(&by_itself(&held(600), &all)),
        [(1, 500), (2, 100)],
        "the oldest first"
    );
    assert_eq!(
        amounts(&by_itself(&held(5000), &all)),
        [(1, 500), (2, 250), (3, 400)],
        "never what lies outside its period"
    );
    // Two sets make the sum: nothing tells which, so the oldest are taken.
    let alike = [
        deducted(1, "2026-01-10", 100),
        deducted(2, "2026-01-11", 200),
        deducted(3, "2026-01-12", 200),
    ];
    assert_eq!(
        amounts(&by_itself(&held(300), &alike)),
        [(1, 100), (2, 200)]
    );
}

#[test]
fn what_is_taken_back_lets_certificates_go() {
    let (a, b) = (CertificateId(1), CertificateId(2));
    let standing = [(a, 300), (b, 200)];
    let of = |left: i64| {
        let all = released(DocumentId(1), left, &standing);
        all.iter()
            .map(|cover| (cover.certificate.0, cover.amount))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(500), []);
    assert_eq!(of(400), [(2, -100)]);
    assert_eq!(of(100), [(2, -200), (1, -200)]);
    assert_eq!(of(0), [(2, -200), (1, -300)]);
}

#[test]
fn an_exemption_holds_on_the_day_of_the_sale_in_its_state() {
    let exemption = Certificate {
        kind: CertificateKind::Exemption,
        country: "US".into(),
        region: "TX".into(),
        amount: None,
        tax_rate: Some("8.25".parse().expect("a rate")),
        ..certificate(0)
    };
    assert_eq!(exemption.check(), Ok(()));
    assert!(exemption.exempts(day("2026-03-31"), "TX", "INV-1"));
    assert!(
        !exemption.exempts(day("2026-04-01"), "TX", "INV-1"),
        "the day"
    );
    assert!(
        !exemption.exempts(day("2026-03-31"), "CA", "INV-1"),
        "the state"
    );
    assert!(
        !exemption.exempts(day("2026-03-31"), "", "INV-1"),
        "no state"
    );
    let of = |id: i64, only_for: &str| Held {
        id: CertificateId(id),
        certificate: Certificate {
            only_for: only_for.into(),
            ..exemption.clone()
        },
        ..held(0)
    };
    let all = [of(1, ""), of(2, "INV-1"), of(3, "")];
    let found = |number: &str| exempting(&all, day("2026-02-01"), "TX", number).map(|h| h.id.0);
    assert_eq!(found("INV-1"), Some(2), "the one for this sale");
    assert_eq!(found("INV-9"), Some(3), "the latest for many");
}

#[test]
fn what_is_withheld_is_of_the_net() {
    let ten: Decimal = "10".parse().expect("a rate");
    let of = |part, whole| withheld(part, whole, ten).normalize().to_string();
    assert_eq!(of(10_000, (10_000, 10_000)), "1000");
    assert_eq!(of(11_900, (10_000, 11_900)), "1000");
    assert_eq!(of(5_950, (10_000, 11_900)), "500", "of a part");
    assert_eq!(of(999, (999, 999)), "99.9");
    assert_eq!(grossed_up(euro(9_000), ten), Some(euro(10_000)));
}

#[test]
fn the_rate_is_that_of_the_day() {
    let ten: Option<Decimal> = Some("10".parse().expect("a rate"));
    let agreed = [
        (day("2026-01-01"), ten),
        (day("2026-07-01"), None),
        (day("2026-02-01"), Some(Decimal::ZERO)),
    ];
    assert_eq!(rate_on(&agreed, day("2025-12-31")), None);
    assert_eq!(rate_on(&agreed, day("2026-01-31")), ten);
    assert_eq!(rate_on(&agreed, day("2026-02-01")), Some(Decimal::ZERO));
    assert_eq!(rate_on(&agreed, day("2026-07-01")), None);
}

#[test]
fn asking_comes_again_after_some_days() {
    let asked = Some(day("2026-03-01"));
    assert!(is_due(None, day("2026-03-01"), 30));
    assert!(!is_due(asked, day("2026-03-30"), 30));
    assert!(is_due(asked, day("2026-03-31"), 30));
    let of = |awaited: i64, asked| Standing::of(euro(awaited), asked, day("2026-03-20"), 10);
    assert_eq!(of(0, None), Standing::Covered);
    assert_eq!(of(5, None), Standing::Awaited);
    assert_eq!(of(5, asked), Standing::Overdue);
    assert_eq!(of(5, Some(day("2026-03-15"))), Standing::Asked);
}
