//! How customers are treated: asked for, approved, and what matching makes of it.

use books::approvals::{self, Asked, Wish};
use books::cash::tolerances;
use books::parties::{self, HandlingChange};
use formats::exchange::{ClassPolicy, Kind};

use super::{approve, import, on, read, write};
use crate::access::staff;
use crate::desk::{Desk, day};
use crate::engines::{Fixture, on_every_engine};

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::open(fixture);
    staff(
        fixture,
        &[
            ("cora", "credit", None),
            ("cleo", "controller", None),
            ("cash", "cash_application", None),
        ],
    );
    desk
}

fn rate(percent: Option<&str>, from: &str) -> Wish {
    Wish::Handling {
        party: "C-1".into(),
        change: HandlingChange::Withholding {
            percent: percent.map(|text| text.parse().expect("a rate")),
            from: day(from),
        },
    }
}

fn class(word: &str) -> Wish {
    Wish::Handling {
        party: "C-1".into(),
        change: HandlingChange::Class(word.into()),
    }
}

/// Rates come with the file of customers: at once where nobody else must approve them, otherwise
/// in a request for each; what stands already changes nothing.
#[test]
fn rates_that_come_by_import_are_taken_or_wait() {
    const CUSTOMERS: &str = "customer_id,name,country,currency,withholding_percent,\
        withholding_from\nC-1,Alpha Ltd,DE,EUR,7.5,2025-02-01\nC-2,\"Beta, Inc\",DE,EUR,,\n";
    const MORE: &str = "customer_id,name,country,currency,withholding_percent,\
        withholding_from\nC-1,Alpha Ltd,DE,EUR,7.5,2025-02-01\n\
        C-2,\"Beta, Inc\",DE,EUR,10,2025-03-01\nC-3,Gamma,DE,EUR,5,2025-03-01\n";
    on_every_engine("handling_file", |fixture| {
        let _desk = Desk::open(fixture);
        let taken = |text: &'static str| {
            let report = import(fixture, &on("tester", "04-01"), Kind::Customers, text);
            let report = report.expect("taken");
            assert_eq!(report.problems, []);
            report.notes.join("; ")
        };
        let rates = |code: &str| {
            let found = read(fixture, &on("tester", "04-01"), |work| {
                parties::handling(work, code)
            });
            let found = found.expect("known").withholding;
            found
                .into_iter()
                .map(|(from, rate)| format!("{} from {from}", rate.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(taken(CUSTOMERS), "1 rates of tax withheld were taken");
        assert_eq!(rates("C-1"), ["7.5 from 2025-02-01"]);
        staff(fixture, &[("cleo", "controller", None)]);
        assert_eq!(
            taken(MORE),
            "2 rates of tax withheld wait for approval, a request for each"
        );
        assert_eq!(rates("C-2"), Vec::<String>::new());
        let waiting = read(fixture, &on("cleo", "04-01"), |work| {
            approvals::requests(work, false)
        });
        let waiting = waiting.expect("listed");
        let subjects: Vec<&str> = waiting.iter().map(|one| one.subject.as_str()).collect();
        assert_eq!(subjects, ["C-3", "C-2"], "the newest first");
        assert!(approve(fixture, &on("cleo", "04-01"), waiting[1].id).is_ok());
        assert_eq!(rates("C-2"), ["10 from 2025-03-01"]);
        assert_eq!(rates("C-3"), Vec::<String>::new(), "it still waits");
        assert_eq!(rates("C-1").len(), 1, "it stood already");
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn class_and_rate_are_asked_for_like_terms() {
    on_every_engine("handling", |fixture| {
        let _desk = manned(fixture);
        let ask = |login: &str, wish: &Wish| {
            write(fixture, &on(login, "04-01"), |work| {
                approvals::ask(work, wish, "agreed")
            })
        };
        assert_eq!(ask("cash", &class("key")).err(), Some("not_allowed"));
        for (wish, code) in [
            (rate(Some("100"), "01-01"), "not_a_rate"),
            (class("a, b"), "not_a_class"),
            (class(""), "party_unchanged"),
        ] {
            assert_eq!(ask("cora", &wish).err(), Some(code));
        }
        for wish in [class("key"), rate(Some("7.5"), "02-01")] {
            let sent = serde_json::json!({
                "party": "C-1", "class": "key", "percent": "7.5", "from": "2025-02-01",
            });
            let again = Wish::from_json(wish.kind(), &sent);
            assert_eq!(again.ok().as_ref(), Some(&wish), "as programs send it");
            match ask("cora", &wish).expect("asked") {
                Asked::Done(_) => {}
                Asked::Waits(id) => {
                    approve(fixture, &on("cleo", "04-01"), id).expect("approved");
                }
            }
        }
        let handling = read(fixture, &on("cash", "04-02"), |work| {
            parties::handling(work, "C-1")
        });
        let handling = handling.expect("looked at");
        assert_eq!(handling.class, "key");
        assert_eq!(handling.withholding.len(), 1);
        let same = ask("cora", &rate(Some("7.5"), "03-01"));
        assert_eq!(same.err(), Some("party_unchanged"));
        let checks = read(fixture, &on("cleo", "04-02"), books::verify::verify);
        for check in checks.expect("verified") {
            assert_eq!(check.problem, None, "{}", check.name);
        }
    });
}

#[test]
fn classes_have_tolerances_of_their_own() {
    on_every_engine("tolerances", |fixture| {
        let _desk = manned(fixture);
        let set = |login: &str, name: &str, own: Option<&ClassPolicy>| {
            write(fixture, &on(login, "04-01"), |work| {
                tolerances::set_class(work, name, own, "agreed")
            })
        };
        let own = ClassPolicy {
            discount_grace_days: Some(10),
            rounding_tolerance: Some("2.50".parse().expect("an amount")),
            ..ClassPolicy::default()
        };
        assert_eq!(set("cash", "key", Some(&own)), Err("not_allowed"));
        assert_eq!(set("cleo", " ", Some(&own)), Err("not_tolerances"));
        assert_eq!(set("cleo", "key", Some(&own)), Ok(()));
        let all = read(fixture, &on("cash", "04-02"), tolerances::tolerances);
        let all = all.expect("looked at");
        let days: Vec<(&str, u16)> = all
            .iter()
            .map(|(class, own)| (class.as_str(), own.discount_grace_days))
            .collect();
        assert_eq!(days, [("", 0), ("key", 10)]);
        assert_eq!(all[1].1.rounding_tolerance.to_string(), "2.50");
        assert_eq!(set("cleo", "small", None), Err("unknown_class"));
        assert_eq!(set("cleo", "key", None), Ok(()));
    });
}
