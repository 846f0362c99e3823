//! Roles for some customers alone: the books refuse what lies outside, whichever way it comes.

use books::access;
use books::approvals::{self, Wish};
use domain::access::Portfolio;
use domain::documents::DocumentKind;
use formats::exchange::Kind;

use super::{approve, by, import, read, waits, write};
use crate::access::staff;
use crate::desk::{Desk, Paper, day, money, settling};
use crate::engines::{Fixture, on_every_engine};

/// The book of a quarter: C-1 is in the North, C-2 in the South.
fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::quarter(fixture);
    for (code, region) in [("C-1", "North"), ("C-2", "South")] {
        let sql =
            format!("UPDATE party SET extra = '{{\"region\":\"{region}\"}}' WHERE code = '{code}'");
        books::testing::arrange_parties(&fixture.db, &sql).expect("a region");
    }
    staff(fixture, &[("cleo", "controller", None)]);
    for (login, role, within) in [
        ("nora", "credit", "region=North"),
        ("cash", "cash_application", "region=North"),
        ("bill", "billing", "region=North,West"),
        ("asso", "ar_associate", "region=North"),
        ("sam", "ar_senior", "region=South"),
    ] {
        let within = Portfolio::parse(within).expect("a portfolio");
        let given = write(fixture, &by("tester"), |work| {
            access::add_person(work, login, login)?;
            access::give_within(work, login, role, None, Some(&within))
        });
        assert_eq!(given, Ok(()), "{login}");
    }
    desk
}

#[test]
fn work_outside_the_portfolio_is_refused_at_every_door() {
    on_every_engine("ctl_portfolio", |fixture| {
        let desk = manned(fixture);
        // Documents at the ledger's door.
        let issue = |login: &str, party: usize, number: &str| {
            let paper = Paper {
                kind: DocumentKind::Invoice,
                number,
                party: Some(party),
                on: "03-31",
                due: "03-31",
                gross: "5.00 EUR",
                functional: "5.00 EUR",
            };
            let issued = desk.try_issue(&paper, &by(login));
            issued.map_err(|failure| failure.code())
        };
        assert_eq!(issue("bill", 0, "I-1"), Ok(()));
        assert_eq!(issue("bill", 1, "I-2"), Err("outside_portfolio"));
        assert_eq!(
            issue("bill", 2, "I-3"),
            Err("outside_portfolio"),
            "no region, no portfolio"
        );
        // Applications of items that are there.
        let apply = |login: &str, settle: &str, with: &str| {
            let order = settling("03-31", settle, with);
            write(fixture, &by(login), |work| {
                books::open_items::apply(work, std::slice::from_ref(&order)).map(|_| ())
            })
        };
        assert_eq!(apply("cash", "INV-3", "CM-1"), Ok(()));
        let unapply = |login: &str| {
            let order = books::open_items::Unapply {
                on: day("03-31"),
                what: "RCT-2".into(),
                with: None,
            };
            write(fixture, &by(login), |work| {
                books::open_items::unapply(work, std::slice::from_ref(&order)).map(|_| ())
            })
        };
        assert_eq!(unapply("cash"), Err("outside_portfolio"));
        // Wishes: of the maker and of the approver.
        let terms = |party: &str| Wish::Terms {
            changes: vec![(party.into(), "NET30".into())],
        };
        let ask = |wish: &Wish| {
            write(fixture, &by("nora"), |work| {
                approvals::ask(work, wish, "why not").map(|_| ())
            })
        };
        assert_eq!(ask(&terms("C-2")), Err("outside_portfolio"));
        let own = waits(fixture, &by("nora"), &terms("C-1"));
        assert!(approve(fixture, &by("cleo"), own).is_ok());
        let write_off = Wish::WriteOff {
            item: desk.item("INV-1"),
            amount: Some(money("1.00 EUR")),
            on: day("03-31"),
        };
        let id = waits(fixture, &by("nora"), &write_off);
        // Who looks after the South is neither shown nor reminded of it.
        let reminded = read(fixture, &by("cleo"), |work| {
            approvals::preview_reminders(work, 0)
        });
        let reminded = reminded.expect("shown").due;
        let logins: Vec<&str> = reminded.iter().map(|due| due.login.as_str()).collect();
        assert_eq!(logins, ["cleo", "tester"]);
        let sams = read(fixture, &by("sam"), approvals::yours).expect("listed");
        assert!(sams.is_empty(), "{sams:?}");
        stands_in_for_the_south_and_the_controller(fixture, id);
        assert_eq!(approve(fixture, &by("sam"), id), Err("outside_portfolio"));
        assert!(approve(fixture, &by("cleo"), id).is_ok());
        // Reading stays open.
        let aging = read(fixture, &by("nora"), |work| {
            let report = books::reports::find("aging").expect("the aging");
            report.answer(work, &books::reports::Question::as_of(day("03-31")))
        });
        assert!(
            aging
                .expect("read")
                .rows
                .iter()
                .any(|row| row[0].to_string() == "C-2")
        );
        crate::verify::assert_good(fixture);
    });
}

/// Who stands in for two decides by the rights of the one in whose portfolio it is.
fn stands_in_for_the_south_and_the_controller(fixture: &Fixture, id: domain::ids::RequestId) {
    for delegator in ["sam", "cleo"] {
        let days = (day("03-30"), day("04-02"));
        let given = write(fixture, &by(delegator), |work| {
            approvals::delegate(work, delegator, "bill", days, "away")
        });
        let given = given.expect("given");
        let turns = read(fixture, &by("cleo"), |work| {
            let requests = approvals::requests(work, false)?;
            let turns = approvals::turns(work, &requests)?;
            let place = requests.iter().position(|request| request.id == id);
            Ok(turns[place.expect("it waits")].clone())
        });
        let through: Vec<String> = turns
            .expect("told")
            .into_iter()
            .filter(|turn| turn.login == "bill")
            .map(|turn| turn.stands_for)
            .collect();
        let expected: &[&str] = if delegator == "cleo" { &["cleo"] } else { &[] };
        assert_eq!(through, expected, "{delegator}");
        if delegator == "cleo" {
            let ended = write(fixture, &by("cleo"), |work| {
                approvals::end_delegation(work, given)
            });
            assert_eq!(ended, Ok(()));
        }
    }
}

/// Their own party, somebody else's, one of theirs by birth and one of nobody.
const CUSTOMERS: [(&str, bool); 4] = [
    (
        "customer_id,name,country,currency,region\nC-1,Alpha Limited,DE,EUR,North\n",
        true,
    ),
    (
        "customer_id,name,country,currency,region\nC-2,Beta,DE,EUR,North\n",
        false,
    ),
    (
        "customer_id,name,country,currency,region\nC-8,New,DE,EUR,North\n",
        true,
    ),
    ("customer_id,name,country,currency\nC-9,New,DE,EUR\n", false),
];

#[test]
fn imports_take_nobody_into_a_portfolio() {
    on_every_engine("ctl_take", |fixture| {
        let _desk = manned(fixture);
        for (text, is_taken) in CUSTOMERS {
            let report = import(fixture, &by("asso"), Kind::Customers, text).expect("answered");
            assert_eq!(
                !report.rolled_back, is_taken,
                "{text}: {:?}",
                report.problems
            );
        }
        crate::verify::assert_good(fixture);
    });
}
