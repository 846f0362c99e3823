//! Payments that come back with a bank fee in the sum, or only in part.

use books::cash::desk;
use books::open_items;

use crate::cash::{Statement, company, eur, is_good, line_of, outcomes, take};
use crate::dividing::open;
use crate::engines::{Fixture, context, on_every_engine};
use crate::payouts::closing;
use crate::short_pays::{day, run, write};

/// The payment of K2 comes back, and the bank states what of the sum is its fee.
const CHARGED: Statement = Statement {
    number: 2,
    day: "250122",
    balances: ("2493,90", "2240,90"),
    lines: &[(
        "D253,00NRTINONREF//R-1\n/OCMT/EUR250,00//CHGS/EUR3,00/",
        "109?00RUECKLASTSCHRIFT?20SVWZ+AC04?31FR1420041010050500013M02606?32SOREL MODE SARL",
    )],
};

/// The same without a word of the fee.
const UNSTATED: Statement = Statement {
    lines: &[(
        "D253,00NRTINONREF//R-1",
        "109?00RUECKLASTSCHRIFT?20SVWZ+AC04?31FR1420041010050500013M02606?32SOREL MODE SARL",
    )],
    ..CHARGED
};

/// Two parts of the payment of RG-2025-0101 come back, one of them with a fee.
const PARTS: Statement = Statement {
    number: 2,
    day: "250122",
    balances: ("2493,90", "2340,90"),
    lines: &[
        (
            "D100,00NRTINONREF//R-1",
            "109?00RUECKGABE?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
        (
            "D53,00NRTINONREF//R-2\n/OCMT/EUR50,00//CHGS/EUR3,00/",
            "109?00RUECKGABE?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
    ],
};

/// What is left of that payment comes back.
const REST: Statement = Statement {
    number: 3,
    day: "250123",
    balances: ("2340,90", "1324,70"),
    lines: &[(
        "D1016,20NRTINONREF//R-3",
        "109?00RUECKGABE?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

/// The company, whose January is applied.
fn applied(fixture: &Fixture) {
    company(fixture);
    run(fixture);
}

fn open_of(fixture: &Fixture, party: &str) -> Vec<String> {
    let mut rows = open(fixture);
    rows.retain(|row| row.starts_with(party));
    rows
}

#[test]
fn a_return_is_found_without_the_bank_fee_in_its_sum() {
    on_every_engine("returned_charge", |fixture| {
        applied(fixture);
        take(&fixture.db, None, "returned.sta", CHARGED);
        run(fixture);
        let outcomes = outcomes(&fixture.db);
        assert_eq!(outcomes[3..], ["R-1 -253.00 applied K2"], "{outcomes:?}");
        assert_eq!(open_of(fixture, "K2"), ["K2 RG-2025-0103 250.00"]);
        assert_eq!(closing(&fixture.db, "6800"), "6800 3.00");
        is_good(&fixture.db);
    });
}

#[test]
fn a_fee_that_the_bank_does_not_state_waits_for_a_person() {
    on_every_engine("returned_unstated", |fixture| {
        applied(fixture);
        take(&fixture.db, None, "returned.sta", UNSTATED);
        run(fixture);
        assert_eq!(outcomes(&fixture.db)[3..], ["R-1 -253.00 proposed "]);
        assert_eq!(open_of(fixture, "K2"), [""; 0]);
        let line = line_of(&fixture.db, "R-1");
        write(fixture, &context(), |work| desk::accept(work, &line, 1)).expect("accepted");
        assert_eq!(open_of(fixture, "K2"), ["K2 RG-2025-0103 250.00"]);
        assert_eq!(closing(&fixture.db, "6800"), "6800 3.00");
        is_good(&fixture.db);
    });
}

#[test]
fn a_part_that_comes_back_opens_no_more_than_itself() {
    on_every_engine("returned_part", |fixture| {
        applied(fixture);
        let settled = open_of(fixture, "K1");
        assert_eq!(settled, ["K1 RG-2025-0102 500.00"]);
        take(&fixture.db, None, "parts.sta", PARTS);
        run(fixture);
        assert_eq!(
            outcomes(&fixture.db)[3..],
            ["R-1 -100.00 applied K1", "R-2 -53.00 applied K1"]
        );
        let opened = ["K1 RG-2025-0101 150.00", "K1 RG-2025-0102 500.00"];
        assert_eq!(open_of(fixture, "K1"), opened);
        assert_eq!(closing(&fixture.db, "6800"), "6800 3.00");
        is_good(&fixture.db);

        take(&fixture.db, None, "rest.sta", REST);
        run(fixture);
        let opened = ["K1 RG-2025-0101 1166.20", "K1 RG-2025-0102 500.00"];
        assert_eq!(open_of(fixture, "K1"), opened, "the discount stands");
        is_good(&fixture.db);
    });
}

#[test]
fn a_part_that_a_person_takes_back_opens_no_more_than_itself() {
    on_every_engine("returned_part_by_hand", |fixture| {
        applied(fixture);
        let order = |amount| open_items::Returned {
            document: "RCT-000001".into(),
            on: day("2025-01-22"),
            amount: Some(eur(amount)),
            bank: None,
            fee: Some(eur("3.00")),
            reason: "chargeback".into(),
        };
        let back = |amount| {
            let order = order(amount);
            write(fixture, &context(), |work| {
                open_items::returned(work, &order)
            })
        };
        back("100.00").expect("returned");
        let opened = ["K1 RG-2025-0101 100.00", "K1 RG-2025-0102 500.00"];
        assert_eq!(open_of(fixture, "K1"), opened);
        assert!(back("1066.21").is_err(), "more than is left of it");
        back("400.00").expect("returned");
        assert_eq!(closing(&fixture.db, "6800"), "6800 6.00");
        let opened = ["K1 RG-2025-0101 500.00", "K1 RG-2025-0102 500.00"];
        assert_eq!(open_of(fixture, "K1"), opened);
        is_good(&fixture.db);
    });
}
