//! A line divided by a person: deductions with reasons, several customers, money on account; and
//! what is given up with it, which others approve.

use books::Failure;
use books::approvals::{self, Asked};
use books::cash::desk::{self, Division, OnAccount, Part, Taken};
use books::open_items::{self, Apply, Settle, With};
use books::reports::lists;
use domain::access::Area;
use domain::cash::Kind;
use domain::deductions::Deduction;
use domain::documents::DocumentKind;
use domain::money::Money;
use domain::settlement::Discount;

use crate::access::staff;
use crate::cash::{company, eur, is_good, line_of, outcomes};
use crate::control::{approve, on, rule, set_rule};
use crate::desk::{Desk, day, money};
use crate::engines::{Fixture, by, context, on_every_engine};
use crate::short_pays::write;

pub(crate) fn taken(kind: Kind, amount: &str, reason: &str) -> Taken {
    Taken {
        kind,
        amount: eur(amount),
        reason: reason.into(),
    }
}

fn part(document: &str, amount: Option<&str>, deductions: Vec<Taken>) -> Part {
    Part {
        document: document.into(),
        amount: amount.map(eur),
        deductions,
    }
}

fn on_account(party: &str, amount: Option<&str>) -> OnAccount {
    OnAccount {
        party: party.into(),
        amount: amount.map(eur),
    }
}

/// Party, number and what is open of it, of everything that is open.
pub(crate) fn open(fixture: &Fixture) -> Vec<String> {
    let rows = fixture.db.read(&context(), None, |work| {
        let list = lists::find("open-items").expect("a list");
        let page = lists::page(work, list, &lists::Ask::default())?;
        let place = |name: &str| list.columns.iter().position(|column| column.name == name);
        let places = ["party_code", "number", "open"].map(|name| place(name).expect(name));
        let text = |row: &Vec<books::reports::Cell>| places.map(|at| row[at].to_string()).join(" ");
        Ok(page.rows.iter().map(text).collect::<Vec<_>>())
    });
    let mut rows = rows.expect("listed");
    rows.sort();
    rows
}

#[test]
fn a_line_is_divided_with_deductions_among_customers_and_on_account() {
    on_every_engine("divide", |fixture| {
        company(fixture);
        staff(fixture, &[("clerk", "cash_application", None)]);
        let line = line_of(&fixture.db, "B-3");
        let division = Division {
            parts: vec![
                part(
                    "RG-2025-0102",
                    Some("60.00"),
                    vec![
                        taken(Kind::BankFee, "5.00", ""),
                        taken(Kind::ShortPayDispute, "10.00", "two were damaged"),
                    ],
                ),
                part(
                    "K2/RG-2025-0103",
                    Some("20.00"),
                    vec![taken(Kind::EarlyPaymentDiscount, "2.00", "")],
                ),
            ],
            on_account: vec![on_account("K2", Some("4.70"))],
        };
        assert_eq!(
            Division::from_json(&division.to_json()),
            Some(division.clone()),
            "kept as it was"
        );
        let done = write(fixture, &by("clerk"), |work| {
            desk::apply_or_ask(work, &line, &division, "")
        });
        assert!(matches!(done, Ok(Asked::Done(_))), "{done:?}");
        // 60.00 less 10.00 that are parted off; 20.00; 4.70 stay with K2 and the rest with K1.
        let open = open(fixture);
        for row in [
            "K1 RG-2025-0102 440.00",
            "K1 SP-000001 10.00",
            "K2 RG-2025-0103 230.00",
        ] {
            assert!(open.iter().any(|known| known == row), "{row}: {open:?}");
        }
        let receipts: Vec<&str> = open
            .iter()
            .filter(|row| row.contains("RCT-"))
            .filter_map(|row| row.rsplit(' ').next())
            .collect();
        assert_eq!(receipts, ["-10.00", "-4.70"], "{open:?}");
        let shown = fixture
            .db
            .read(&context(), None, |work| desk::show(work, &line))
            .expect("shown");
        let told = shown["decisions"][0]["evidence"].to_string();
        assert!(
            told.contains("short-pay of 10.00 EUR on RG-2025-0102: two were damaged"),
            "{told}"
        );
        is_good(&fixture.db);
    });
}

/// What is asked, the code of the refusal, and the row that it names.
type Case = (Vec<Part>, Vec<OnAccount>, &'static str, Option<usize>);

#[test]
fn every_refusal_of_a_division_names_its_row() {
    on_every_engine("divide_refused", |fixture| {
        company(fixture);
        let line = line_of(&fixture.db, "B-3");
        let fee = |amount: &str| vec![taken(Kind::BankFee, amount, "")];
        let good = || part("RG-2025-0103", Some("5.00"), Vec::new());
        let dollars = Money::new(100, domain::money::Currency::parse("USD").expect("USD"));
        let in_dollars = Part {
            amount: Some(dollars),
            ..good()
        };
        let cases: Vec<Case> = vec![
            (
                vec![good(), part("RG-9", None, Vec::new())],
                vec![],
                "unknown_document",
                Some(2),
            ),
            (vec![in_dollars], vec![], "wrong_currency", Some(1)),
            (
                vec![part("RG-2025-0103", Some("0.00"), Vec::new())],
                vec![],
                "amount_not_positive",
                Some(1),
            ),
            (
                vec![part("RG-2025-0103", Some("5.00"), fee("-1.00"))],
                vec![],
                "amount_not_positive",
                Some(1),
            ),
            (
                vec![part("RG-2025-0103", Some("250.01"), Vec::new())],
                vec![],
                "more_than_open",
                Some(1),
            ),
            (
                vec![part("RG-2025-0103", Some("5.00"), fee("5.01"))],
                vec![],
                "deductions_exceed",
                Some(1),
            ),
            (
                vec![
                    part("RG-2025-0102", Some("77.70"), Vec::new()),
                    part("RG-2025-0103", None, Vec::new()),
                ],
                vec![],
                "nothing_left",
                Some(2),
            ),
            (
                vec![good()],
                vec![on_account("K9", None)],
                "unknown_party",
                Some(1),
            ),
            (
                vec![good()],
                vec![on_account("K2", Some("72.71"))],
                "too_much",
                None,
            ),
            (
                vec![part("RG-2025-0102", Some("77.71"), Vec::new())],
                vec![],
                "too_much",
                None,
            ),
        ];
        for (parts, on_account, code, place) in cases {
            let division = Division { parts, on_account };
            let refused = write(fixture, &context(), |work| {
                desk::apply(work, &line, &division)
            });
            match refused {
                Err(Failure::Refused(refusal)) => {
                    assert_eq!(
                        (refusal.code(), refusal.place()),
                        (code, place),
                        "{refusal}"
                    );
                    assert!(refusal.hint().is_some(), "{code}");
                }
                other => panic!("{code}: {other:?}"),
            }
        }
        assert!(
            outcomes(&fixture.db)
                .iter()
                .all(|line| line.contains(" new "))
        );
        is_good(&fixture.db);
    });
}

fn lift(fixture: &Fixture, above: i64) {
    set_rule(fixture, "tester", rule(Area::WriteOffs, above));
}

#[test]
fn what_is_given_up_at_the_desk_waits_with_its_entry() {
    on_every_engine("divide_off", |fixture| {
        company(fixture);
        let people = [
            ("clerk", "cash_application", None),
            ("sam", "ar_senior", Some(5_000)),
            ("bill", "billing", None),
        ];
        staff(fixture, &people);
        let line = line_of(&fixture.db, "B-1");
        let off = vec![taken(Kind::WriteOff, "23.80", "too small to pursue")];
        let division = Division::from(vec![part("RG-2025-0101", None, off)]);
        let strict = write(fixture, &by("clerk"), |work| {
            desk::apply(work, &line, &division)
        });
        assert!(strict.is_err_and(|failure| failure.code() == "not_allowed"));
        let ask = |login: &str, reason: &str| {
            let asked = write(fixture, &by(login), |work| {
                desk::apply_or_ask(work, &line, &division, reason)
            });
            asked.map_err(|failure| failure.code())
        };
        assert_eq!(ask("bill", "x"), Err("not_allowed"));
        assert_eq!(ask("clerk", " "), Err("reason_missing"));
        // The policy lets small ones pass; who applies cash gives nothing up alone all the same.
        lift(fixture, 10_000);
        let Ok(Asked::Waits(id)) = ask("clerk", "too small to pursue") else {
            panic!("it waits");
        };
        assert!(
            outcomes(&fixture.db)[0].contains(" new "),
            "nothing is posted meanwhile"
        );
        let request = fixture
            .db
            .read(&by("sam"), None, |work| approvals::request(work, id))
            .expect("there");
        assert_eq!(
            (request.kind.as_str(), request.amount),
            ("apply_line", 2_380)
        );
        let effect = request.effect.to_string();
        assert!(
            effect.contains("23.80") && effect.contains("1166.20"),
            "{effect}"
        );
        assert_eq!(approve(fixture, &by("clerk"), id), Err("own_work"));
        assert_eq!(approve(fixture, &by("bill"), id), Err("not_allowed"));
        assert!(approve(fixture, &by("sam"), id).is_ok());
        assert_eq!(outcomes(&fixture.db)[0], "B-1 1166.20 applied_by_hand K1");
        assert!(!open(fixture).iter().any(|row| row.contains("RG-2025-0101")));
        assert_eq!(ask("clerk", "again"), Err("line_settled"));
        is_good(&fixture.db);
    });
}

#[test]
fn what_is_given_up_while_settling_by_hand_waits_too() {
    on_every_engine("settle_off", |fixture| {
        let _desk = Desk::quarter(fixture);
        let people = [
            ("clerk", "cash_application", Some(1_500)),
            ("sam", "ar_senior", None),
        ];
        staff(fixture, &people);
        let on = |login: &str| on(login, "06-30");
        let order = |amount: &str, off: &str| Apply {
            on: day("03-31"),
            settle: vec![Settle {
                document: "INV-3".into(),
                amount: Some(money(amount)),
                deductions: vec![Deduction {
                    kind: DocumentKind::WriteOff,
                    amount: money(off),
                }],
            }],
            with: vec![With {
                document: "CM-1".into(),
                amount: Some(money("4.00 EUR")),
            }],
            discount: Discount::None,
            excess: None,
        };
        let apply = |login: &str, order: &Apply| {
            let done = write(fixture, &on(login), |work| {
                open_items::apply_or_ask(work, std::slice::from_ref(order), "a chip")
            });
            done.map_err(|failure| failure.code())
        };
        let small = order("6.00 EUR", "2.00 EUR");
        let asked = apply("clerk", &small).expect("asked");
        assert_eq!((asked.settled.documents.len(), asked.waiting.len()), (0, 1));
        assert_eq!(
            approve(fixture, &on("clerk"), asked.waiting[0]),
            Err("own_work")
        );
        assert!(approve(fixture, &on("sam"), asked.waiting[0]).is_ok());
        assert!(
            open(fixture).contains(&"C-1 INV-3 54.00".to_owned()),
            "{:?}",
            open(fixture)
        );
        // What is paid is the clerk's own work, within their own limit.
        assert_eq!(
            apply("clerk", &order("19.01 EUR", "15.01 EUR")),
            Err("above_limit")
        );
        // The owner may give up small ones alone, once the policy lets them pass.
        lift(fixture, 500);
        let done = apply("tester", &small).expect("done");
        assert_eq!((done.settled.documents.len(), done.waiting.len()), (1, 0));
        assert!(open(fixture).contains(&"C-1 INV-3 48.00".to_owned()));
        crate::verify::assert_good(fixture);
    });
}
