//! Short-pays whose payment comes back: taken along, or left as they were settled, with what a
//! person must do.

use books::Context;
use books::cash::desk::{self, Division, Part};
use books::open_items::{self, Unapply};
use books::short_pays::{self, State};
use domain::cash::Kind;

use crate::cash::{Statement, company, eur, is_good, line_of, outcomes, take};
use crate::dividing::taken;
use crate::engines::{Fixture, context, on_every_engine};
use crate::short_pays::{
    by_hand, cases, day, one, open_of_k1, pay_in_part, pay_short_in_february, run, write,
};

/// The customer pays RG-2025-0102 once more, after the first payment came back.
const AGAIN: Statement = Statement {
    number: 3,
    day: "250310",
    balances: ("2493,90", "2973,90"),
    lines: &[(
        "C480,00NTRFNONREF//A-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0102?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

/// The payment of February comes back.
const BOUNCED: Statement = Statement {
    number: 3,
    day: "250310",
    balances: ("2973,90", "2493,90"),
    lines: &[(
        "D480,00NRTINONREF//R-1",
        "109?00RUECKLASTSCHRIFT?20SVWZ+RUECKGABE RG-2025-0102 ABZUEGL. 2?210,00 BESCHAEDIGTE WARE?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH?34914",
    )],
};

/// Two payments of one run on one invoice, each short for a reason of its own.
const TWO: Statement = Statement {
    number: 2,
    day: "250210",
    balances: ("2493,90", "2923,90"),
    lines: &[
        (
            "C280,00NTRFNONREF//F-1",
            "166?00GUTSCHRIFT?20SVWZ+TEILZAHLUNG 1?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
        (
            "C150,00NTRFNONREF//F-2",
            "166?00GUTSCHRIFT?20SVWZ+TEILZAHLUNG 2?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
    ],
};

/// Pays a part of RG-2025-0102 with a line and holds a part back.
fn pay_short(fixture: &Fixture, line: &str, (paid, held): (&str, &str)) {
    let line = line_of(&fixture.db, line);
    let division = Division::from(vec![Part {
        document: "RG-2025-0102".into(),
        amount: Some(eur(paid)),
        deductions: vec![taken(Kind::ShortPayDispute, held, "zu wenig")],
    }]);
    write(fixture, &context(), |work| {
        desk::apply(work, &line, &division)
    })
    .expect("applied");
}

/// The number of the receipt that settles so much of RG-2025-0102.
fn receipt_of(fixture: &Fixture, amount: &str) -> String {
    let shown = fixture.db.read(&context(), None, |work| {
        books::documents::show(work, "RG-2025-0102")
    });
    let shown = shown.expect("the invoice");
    let mut all = shown.applications.iter().filter(|one| !one.is_undone);
    let found = all.find(|one| one.amount == eur(amount));
    found
        .unwrap_or_else(|| panic!("{:?}", shown.applications))
        .number
        .clone()
}

/// Takes back what the receipt of so much settled of RG-2025-0102.
fn unapply(fixture: &Fixture, amount: &str) {
    let order = Unapply {
        on: day("2025-03-31"),
        what: "RG-2025-0102".into(),
        with: Some(receipt_of(fixture, amount)),
    };
    write(fixture, &context(), |work| {
        open_items::unapply(work, std::slice::from_ref(&order))
    })
    .expect("taken back");
}

fn states(fixture: &Fixture) -> Vec<State> {
    cases(fixture).iter().map(|one| one.state).collect()
}

/// The whole receipt comes back on the first of March.
fn bounce(fixture: &Fixture, document: String) {
    let order = open_items::Returned {
        document,
        on: day("2025-03-01"),
        amount: None,
        bank: None,
        fee: None,
        reason: "R01".into(),
    };
    write(fixture, &context(), |work| {
        open_items::returned(work, &order)
    })
    .expect("returned");
}

#[test]
fn money_that_comes_back_takes_an_unsettled_short_pay_along() {
    on_every_engine("sp_return", |fixture| {
        pay_short_in_february(fixture);
        let receipt = one(fixture).receipt.expect("a receipt").1;
        bounce(fixture, receipt);
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()));
        is_good(&fixture.db);
    });
}

#[test]
fn money_that_comes_back_leaves_a_settled_short_pay_settled() {
    on_every_engine("sp_return_settled", |fixture| {
        pay_short_in_february(fixture);
        let receipt = one(fixture).receipt.expect("a receipt").1;
        write(fixture, &context(), |work| {
            short_pays::write_off(work, "SP-000001", None, Some(day("2025-02-20")), "small")
        })
        .expect("given up");
        bounce(fixture, receipt);
        let case = one(fixture);
        assert_eq!((case.state, case.payment_gone), (State::WrittenOff, true));
        let to_do = case.to_do().expect("a person must do something");
        assert!(
            to_do.contains("write-off WO-000001 stands"),
            "what stands: {to_do}"
        );
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 480.00".to_owned()));
        is_good(&fixture.db);
        // Paid anew, there is nothing to do any more.
        take(&fixture.db, None, "again.sta", AGAIN);
        run(fixture);
        assert!(
            !open_of_k1(fixture)
                .iter()
                .any(|row| row.contains("RG-2025-0102"))
        );
        assert_eq!(one(fixture).to_do(), None);
        is_good(&fixture.db);
    });
}

#[test]
fn a_payment_that_bounces_takes_the_short_pay_along_in_a_run() {
    on_every_engine("sp_bounce", |fixture| {
        pay_short_in_february(fixture);
        take(&fixture.db, None, "bounced.sta", BOUNCED);
        run(fixture);
        assert_eq!(
            one(fixture).state,
            State::TakenBack,
            "{:?}",
            outcomes(&fixture.db)
        );
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()));
        is_good(&fixture.db);
    });
}

#[test]
fn what_a_person_parted_off_goes_back_with_the_last_payment() {
    on_every_engine("sp_hand_return", |fixture| {
        let later = Context {
            now: "2025-03-31T13:00:00Z".parse().expect("an instant"),
            ..context()
        };
        let part_off = || {
            let new = by_hand("RG-2025-0102", "22.30", "Preisdifferenz lt. Angebot");
            write(fixture, &later, |work| short_pays::part_off(work, &new)).expect("parted off");
        };
        company(fixture);
        pay_in_part(fixture);
        part_off();
        let line = line_of(&fixture.db, "B-3");
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()));
        is_good(&fixture.db);
        pay_in_part(fixture);
        part_off();
        unapply(fixture, "77.70");
        assert_eq!(states(fixture), [State::TakenBack, State::TakenBack]);
        is_good(&fixture.db);
    });
}

#[test]
fn of_two_payments_of_one_run_each_has_its_own_short_pay() {
    on_every_engine("sp_two", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", TWO);
        // One moment, as of one run: the clock of the tests stands.
        pay_short(fixture, "F-1", ("300.00", "20.00"));
        pay_short(fixture, "F-2", ("200.00", "50.00"));
        assert_eq!(states(fixture), [State::Open, State::Open]);
        assert_eq!(
            open_of_k1(fixture)[1..],
            ["K1 SP-000001 20.00", "K1 SP-000002 50.00"]
        );
        let second = receipt_of(fixture, "150.00");
        bounce(fixture, second);
        assert_eq!(states(fixture), [State::Open, State::TakenBack]);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 200.00".to_owned()));
        unapply(fixture, "280.00");
        assert_eq!(states(fixture), [State::TakenBack, State::TakenBack]);
        is_good(&fixture.db);
    });
}
