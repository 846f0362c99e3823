//! Worked examples: OpenStax Principles of Accounting vol. 1 (modules m67862 to m67864), the slides
//! "Business Mathematics: cash discounts" (slideplayer 1588771), the documentation of Odoo
//! (payment terms) and of Microsoft Dynamics 365 Finance (settlement with discounts).

use super::*;
use crate::money::Currency;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn terms(text: &str) -> PaymentTerms {
    text.parse().unwrap_or_else(|why| panic!("{text}: {why}"))
}

fn euro(text: &str) -> Money {
    Money::parse(text, Currency::parse("EUR").expect("EUR")).expect("an amount")
}

#[test]
fn every_way_of_writing_terms_has_one_form() {
    for (text, form, due) in [
        ("NET30", "NET30", "2025-02-14"),
        ("net 30", "NET30", "2025-02-14"),
        ("n/30", "NET30", "2025-02-14"),
        ("N30", "NET30", "2025-02-14"),
        ("30 days", "NET30", "2025-02-14"),
        ("Net 30 days", "NET30", "2025-02-14"),
        ("Due on receipt", "RECEIPT", "2025-01-15"),
        ("COD", "RECEIPT", "2025-01-15"),
        ("NET0", "RECEIPT", "2025-01-15"),
        ("2/10 NET30", "2/10 NET30", "2025-02-14"),
        ("2/10, n/30", "2/10 NET30", "2025-02-14"),
        ("2% 10 days, net 30", "2/10 NET30", "2025-02-14"),
        ("1.50%/10 Net 30", "1.5/10 NET30", "2025-02-14"),
        ("3/5 2/10 NET30", "3/5 2/10 NET30", "2025-02-14"),
        ("2% 10 net 30", "2/10 NET30", "2025-02-14"),
        ("1 % 14 days, net 45", "1/14 NET45", "2025-03-01"),
        ("EOM", "EOM", "2025-01-31"),
        ("n/EOM", "EOM", "2025-01-31"),
        ("Net EOM", "EOM", "2025-01-31"),
        ("2/10 net end of month", "2/10 N/EOM", "2025-01-31"),
        ("EOM+30", "EOM+30", "2025-03-02"),
        ("EOM + 30", "EOM+30", "2025-03-02"),
        ("Net 10 EOM", "EOM+10", "2025-02-10"),
        ("10 EOM", "EOM+10", "2025-02-10"),
        ("30 days end of month", "EOM+30", "2025-03-02"),
        ("NET30+EOM", "NET30+EOM", "2025-02-28"),
        ("EOM+1M", "EOM+1M", "2025-02-28"),
        ("EOM+1M+15", "EOM+1M+15", "2025-03-15"),
        ("15 MFI", "PROX15", "2025-02-15"),
        ("PROX 25", "PROX25", "2025-02-25"),
        ("n/25 prox", "PROX25", "2025-02-25"),
        ("PROX31", "PROX31", "2025-02-28"),
        ("PROX10-CUT14", "PROX10-CUT14", "2025-03-10"),
        ("PROX10-CUT15", "PROX10-CUT15", "2025-02-10"),
        ("PROX10+1M", "PROX10+1M", "2025-03-10"),
        ("2/10 EOM", "2/EOM+10 EOM+30", "2025-03-02"),
        ("2/10, n/30 EOM", "2/EOM+10 EOM+30", "2025-03-02"),
        ("2/10 EOM NET60", "2/EOM+10 NET60", "2025-03-16"),
        ("3/20 proximo", "3/PROX20 PROX20+20", "2025-03-12"),
        ("4/15 ROG", "4/15 NET35 ROG", "2025-02-19"),
        ("1/10-60X", "1/70 NET90", "2025-04-15"),
        (
            "30% receipt; 70% EOM+1M",
            "30% RECEIPT; 70% EOM+1M",
            "2025-02-28",
        ),
        (
            "33.3% NET30, 66.7% NET60",
            "33.3% NET30; 66.7% NET60",
            "2025-03-16",
        ),
    ] {
        let read = terms(text);
        assert_eq!(read.to_string(), form, "{text}");
        assert_eq!(terms(form), read, "{text}");
        assert_eq!(read.due_on(day("2025-01-15")), day(due), "{text}");
    }
}

#[test]
fn people_write_terms_in_their_own_words_and_order() {
    for (form, due, written) in [
        (
            "NET30",
            "2025-02-14",
            &[
                "30 days net",
                "30 net",
                "Net 30 days.",
                "Payment terms: net 30 days from invoice date",
                "30 Tage netto",
                "30 Tg. netto",
                "Zahlbar innerhalb von 30 Tagen ohne Abzug",
                "netto 30 Tage nach Rechnungsdatum",
                "30 jours net",
                "30 jours date de facture",
                "30 gg d.f.",
                "30 giorni data fattura",
                "30 días",
                "30 dagen netto",
                "30 dagar netto",
                "30dni",
            ][..],
        ),
        (
            "RECEIPT",
            "2025-01-15",
            &[
                "due on receipt",
                "COD",
                "Cash on delivery",
                "prepaid",
                "payment in advance",
                "sofort netto",
                "netto sofort",
                "Zahlbar sofort ohne Abzug",
                "Vorkasse",
                "à réception",
                "Paiement comptant",
                "al contado",
                "contanti",
            ],
        ),
        (
            "2/14 NET30",
            "2025-02-14",
            &[
                "14 Tage 2 % Skonto, 30 Tage netto",
                "14 Tage 2% Skonto 30 Tage netto",
                "2 % Skonto 14 Tage, netto 30 Tage",
                "2% Skonto bei Zahlung innerhalb von 14 Tagen, sonst 30 Tage netto",
                "30 Tage netto, 14 Tage 2% Skonto",
                "30 days net 2% 14 days",
                "2% 14 Tage netto 30 Tage",
                "within 14 days less 2% discount, 30 days net",
                "2 % d’escompte à 14 jours, 30 jours net",
                "2% sconto 14 gg, 30 gg netto",
                "2 % korting binnen 14 dagen, 30 dagen netto",
            ],
        ),
        (
            "2.5/10 NET30",
            "2025-02-14",
            &["10 Tage 2,5 % Skonto, 30 Tage netto", "2,5%/10, n/30"],
        ),
        (
            "3/10 2/20 NET30",
            "2025-02-14",
            &[
                "3/10, 2/20, n/30",
                "10 Tage 3 %, 20 Tage 2 %, 30 Tage netto",
                "3% 10 days, 2% 20 days, net 30",
            ],
        ),
        (
            "EOM+30",
            "2025-03-02",
            &[
                "30 days EOM",
                "30 days after end of month",
                "30 Tage nach Monatsende",
                "fin de mois 30 jours",
                "fin de mois + 30",
            ],
        ),
        (
            "NET30+EOM",
            "2025-02-28",
            &[
                "30 jours fin de mois",
                "30 jours net fin de mois",
                "30 gg FM",
                "30 giorni d.f.f.m.",
                "30 días fin de mes",
                "30 dagen einde maand",
                "30 Tage zum Monatsende",
            ],
        ),
        (
            "EOM",
            "2025-01-31",
            &["fin de mois", "n/end of month", "fine mese"],
        ),
        (
            "EOM+1M",
            "2025-02-28",
            &["end of next month", "Ende des Folgemonats"],
        ),
        (
            "PROX25",
            "2025-02-25",
            &[
                "25th proximo",
                "25 prox.",
                "25th of next month",
                "net 25th of the following month",
                "zum 25. des Folgemonats",
                "le 25 du mois suivant",
            ],
        ),
        (
            "50% NET30; 50% NET60",
            "2025-03-16",
            &[
                "50% 30 days, 50% 60 days",
                "50 % 30 Tage netto und 50 % 60 Tage netto",
            ],
        ),
        (
            "33.333333% NET30; 33.333333% NET60; 33.333334% NET90",
            "2025-04-15",
            &["30/60/90 days", "30-60-90", "30/60/90 días"],
        ),
    ] {
        for text in written {
            let read = terms(text);
            assert_eq!(read.to_string(), form, "{text}");
            assert_eq!(terms(form), read, "{text}");
            assert_eq!(read.due_on(day("2025-01-15")), day(due), "{text}");
        }
    }
}

#[test]
fn what_is_no_terms_is_refused() {
    for (text, told) in [
        ("", "do not say when"),
        ("2/10", "do not say when"),
        ("NET", "`NET`"),
        ("30", "`30`"),
        ("soon", "`SOON`"),
        ("NET99999", "`NET99999`"),
        ("0/10 NET30", "`0/10`"),
        ("100/10 NET30", "`100/10`"),
        ("-2/10 NET30", "`-2/10`"),
        ("PROX 32", "`PROX`"),
        ("PROX10-CUT0", "`PROX10-CUT0`"),
        ("NET30 NET60", "two due dates"),
        ("30 days, 60 days", "two due dates"),
        (
            "30 Tage netto 10 Tage 2%",
            "2 % for 30 days on what is due after 10",
        ),
        (
            "14 Tage 2% 30 Tage netto",
            "2 % for 30 days on what is due after 14",
        ),
        ("2/30 NET10", "2 % for 30 days on what is due after 10"),
        (
            "3/10 2/20 1/25 NET30",
            "more than 2 early-payment discounts",
        ),
        ("2/10/30", "`2/10/30`"),
        ("2% 30 Tage netto", "do not say when"),
        ("30/60 days", "do not say when"),
        ("30 days after receipt of invoice", "`AFTER`"),
        ("30 Tage nach Erhalt der Rechnung", "`NACH`"),
        ("NET30+5", "`NET30+5`"),
        ("EOM+1+2", "`EOM+1+2`"),
        ("30% NET30; 60% NET60", "are 90 %"),
        ("30% 2/10 NET30; 70% NET60", "`2/10 NET30`"),
        ("2/% NET30", "`2/%`"),
        ("½/10 NET30", "`½/10`"),
    ] {
        let why = text.parse::<PaymentTerms>().expect_err(text).to_string();
        assert!(why.contains(told), "{text}: {why}");
    }
}

#[test]
fn discount_dates_of_ordinary_eom_rog_and_extra_dating() {
    for (text, from, until, due) in [
        ("2/10 EOM", "2011-02-15", "2011-03-10", Some("2011-03-30")),
        ("4/15 ROG", "2011-07-25", "2011-08-09", None),
        ("1/10-60X", "2011-07-07", "2011-09-15", None),
        ("2/10 EOM", "2011-03-14", "2011-04-10", None),
        ("2/10 ROG", "2011-03-28", "2011-04-07", None),
        ("2/10 NET30", "2011-05-01", "2011-05-11", None),
        ("3/20 prox", "2011-10-17", "2011-11-20", None),
        ("1/14 NET30", "2015-06-29", "2015-07-13", None),
        ("1/14 NET30", "2015-06-28", "2015-07-12", None),
        ("2/7 NET30", "2024-01-01", "2024-01-08", None),
    ] {
        let read = terms(text);
        let offers = read.discounts(day(from));
        assert_eq!(offers.len(), 1, "{text}");
        assert_eq!(offers[0].until, day(until), "{text} {from}");
        if let Some(due) = due {
            assert_eq!(read.due_on(day(from)), day(due), "{text} {from}");
        }
    }
    assert_eq!(terms("4/15 ROG").base(), TermsBase::GoodsReceived);
}

#[test]
fn discount_is_on_what_is_left_after_returns_and_allowances() {
    for (gross, returned, text, issued, paid, discount) in [
        (
            "1000",
            "0",
            "2/10 n/30",
            "2018-01-01",
            "2018-01-08",
            "20.00",
        ),
        ("1000", "0", "2/10 n/30", "2018-01-01", "2018-01-25", "0.00"),
        (
            "19250",
            "3800",
            "10/15 n/40",
            "2018-10-01",
            "2018-10-15",
            "1545.00",
        ),
        (
            "2450",
            "500",
            "2/10 n/30",
            "2018-01-05",
            "2018-01-14",
            "39.00",
        ),
        (
            "8600",
            "1480",
            "5/10 n/30",
            "2018-05-10",
            "2018-05-20",
            "356.00",
        ),
        (
            "8700",
            "1740",
            "5/10 n/60",
            "2018-11-07",
            "2018-11-21",
            "0.00",
        ),
        (
            "9600",
            "500",
            "5/15 n/40",
            "2018-05-09",
            "2018-05-21",
            "455.00",
        ),
        (
            "21660",
            "2660",
            "3/10 n/30",
            "2018-03-08",
            "2018-03-18",
            "570.00",
        ),
        ("4216", "0", "2/15 n/45", "2018-07-06", "2018-07-24", "0.00"),
        ("1600", "0", "2/10 n/30", "2018-09-01", "2018-09-30", "0.00"),
        (
            "8000",
            "1620",
            "5/15 n/40",
            "2018-07-01",
            "2018-07-15",
            "319.00",
        ),
        (
            "500",
            "150",
            "2/10 n/30",
            "2018-12-03",
            "2018-12-09",
            "7.00",
        ),
        (
            "750",
            "125",
            "2/10 n/60",
            "2018-01-01",
            "2018-01-08",
            "12.50",
        ),
        (
            "680",
            "190",
            "3/10 n/60",
            "2018-01-01",
            "2018-01-08",
            "14.70",
        ),
        (
            "17250",
            "800",
            "10/15 n/40",
            "2018-04-20",
            "2018-04-30",
            "1645.00",
        ),
        (
            "1475",
            "0",
            "3/20 prox",
            "2011-10-17",
            "2011-11-18",
            "44.25",
        ),
        ("1075", "0", "2/10 EOM", "2011-02-15", "2011-03-10", "21.50"),
    ] {
        let offer = terms(text).discount_on(day(issued), day(paid));
        let percent = offer.map_or(Decimal::ZERO, |offer| offer.percent);
        let taken = discount_of(euro(gross) - euro(returned), percent).expect("in range");
        assert_eq!(taken, euro(discount), "{gross} {text} paid {paid}");
    }
}

#[test]
fn several_discount_periods_settle_at_the_best_one_open() {
    let invoices = [
        ("NET30", "2015-05-15"),
        ("1/14 NET30", "2015-06-25"),
        ("2/5 1/14 NET30", "2015-06-25"),
    ];
    for (paid, gross, expected) in [
        ("2015-06-29", "1000", ["1000", "990", "980"]),
        ("2015-07-01", "1000", ["1000", "990", "990"]),
        ("2015-06-29", "500", ["500", "495", "490"]),
    ] {
        for ((text, issued), expected) in invoices.iter().zip(expected) {
            let offer = terms(text).discount_on(day(issued), day(paid));
            let percent = offer.map_or(Decimal::ZERO, |offer| offer.percent);
            let discount = discount_of(euro(gross), percent).expect("in range");
            assert_eq!(euro(gross) - discount, euro(expected), "{text} paid {paid}");
        }
    }
}

#[test]
fn cash_in_part_carries_its_discount() {
    for (cash, percent, discount) in [("500", 1, "5.05"), ("485", 2, "9.90"), ("198", 1, "2.00")] {
        let found = discount_for_cash(euro(cash), Decimal::from(percent)).expect("in range");
        assert_eq!(found, euro(discount), "{cash} at {percent} %");
    }
    let everything = discount_for_cash(euro("1"), Decimal::ONE_HUNDRED);
    assert!(matches!(everything, Err(AmountError::TooLarge { .. })));
}

#[test]
fn instalments_add_up_and_months_end_where_they_do() {
    // Odoo: 30 % now, 70 % at the end of the following month.
    let parts = terms("30% now; 70% EOM+1M").instalments(euro("1000"), day("2024-02-21"));
    assert_eq!(
        parts,
        [("2024-02-21", "300"), ("2024-03-31", "700")].map(|(due_on, amount)| DueInstalment {
            due_on: day(due_on),
            amount: euro(amount),
        })
    );
    // Odoo: 5 days, end of month, on the 1st.
    assert_eq!(
        terms("NET5+EOM+1").due_on(day("2024-03-28")),
        day("2024-05-01")
    );

    let thirds = terms("33.33% NET30; 33.33% NET60; 33.34% NET90");
    let amounts: Vec<Money> = thirds
        .instalments(euro("-100.01"), day("2024-01-31"))
        .into_iter()
        .map(|part| part.amount)
        .collect();
    assert_eq!(amounts, ["-33.33", "-33.33", "-33.35"].map(euro));
    let whole = PaymentTerms::due(DueRule::ON_RECEIPT).instalments(euro("5"), Date::MAX);
    assert_eq!(whole[0].amount, euro("5"));
    assert_eq!(terms("NET30").due_on(Date::MAX), Date::MAX);
}

#[test]
fn no_text_breaks_the_reader() {
    let words = [
        "2/10", "NET", "30", "EOM", "+", "PROX", "25", "%", "/", "-CUT", "M", "é", ";",
    ];
    for first in words {
        for second in words {
            for third in words {
                for text in [
                    format!("{first}{second}{third}"),
                    format!("{first} {second} {third}"),
                ] {
                    if let Ok(read) = text.parse::<PaymentTerms>() {
                        assert_eq!(terms(&read.to_string()), read, "{text}");
                    }
                }
            }
        }
    }
}
