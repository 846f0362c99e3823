//! A second pair of eyes: who asks, who approves, what is posted by it, on both engines.

use books::approvals::policy::{self, Rule};
use books::approvals::{self, Asked, Verdict, Wish};
use books::{Context, access};
use domain::access::Area;
use domain::ids::{ItemId, RequestId};
use domain::money::Money;

use crate::access::staff;
use crate::desk::{Desk, day, money};
use crate::engines::{Fixture, by, on_every_engine, write};

fn ask(fixture: &Fixture, login: &str, wish: &Wish) -> Result<Asked, &'static str> {
    write(fixture, &by(login), |work| {
        approvals::ask(work, wish, "they are bankrupt")
    })
}

fn waits(asked: Result<Asked, &'static str>) -> RequestId {
    match asked {
        Ok(Asked::Waits(id)) => id,
        other => panic!("expected to wait: {other:?}"),
    }
}

fn decide(
    fixture: &Fixture,
    login: &str,
    id: RequestId,
    verdict: Verdict,
) -> Result<String, &'static str> {
    write(fixture, &by(login), |work| {
        approvals::decide(work, id, verdict, "seen")
    })
}

/// The book of a quarter with its people.
fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::quarter(fixture);
    staff(
        fixture,
        &[
            ("cora", "credit", Some(1_000_000)),
            ("sam", "ar_senior", None),
            ("cleo", "controller", None),
            ("cash", "cash_application", None),
        ],
    );
    desk
}

fn write_off(item: ItemId, amount: Option<Money>) -> Wish {
    let on = day("03-31");
    Wish::WriteOff { item, amount, on }
}

#[test]
fn a_write_off_is_posted_by_the_approval_of_somebody_else() {
    on_every_engine("write_off", |fixture| {
        let desk = manned(fixture);
        let item = desk.item("INV-1");
        let wish = write_off(item, Some(money("20.00 EUR")));
        assert_eq!(ask(fixture, "cash", &wish), Err("not_allowed"));
        let id = waits(ask(fixture, "cora", &wish));
        let seen = fixture
            .db
            .read(&by("sam"), None, |work| approvals::requests(work, false));
        let seen = seen.expect("listed");
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].amount, 2_000);
        assert_eq!(
            seen[0].effect.as_array().map(Vec::len),
            Some(2),
            "the effect is shown"
        );
        assert_eq!(
            decide(fixture, "cora", id, Verdict::Approve),
            Err("own_work")
        );
        assert_eq!(
            decide(fixture, "cash", id, Verdict::Approve),
            Err("not_allowed")
        );
        assert_eq!(
            decide(fixture, "sam", id, Verdict::Approve).as_deref(),
            Ok("WO-000001")
        );
        assert_eq!(
            decide(fixture, "cleo", id, Verdict::Approve),
            Err("request_closed")
        );
        // 120.00 less the receipt of 70.00 and the 20.00 given up.
        let open = fixture.db.read(&by("sam"), None, |work| {
            let list = books::reports::lists::find("open-items").expect("the list");
            books::reports::lists::one(work, list, &item.to_string())
        });
        let open = open.expect("found").expect("still open");
        assert!(
            open.iter().any(|cell| cell.to_string() == "30.00"),
            "{open:?}"
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn requests_are_refused_in_order_and_denial_ends_them() {
    on_every_engine("denied", |fixture| {
        let desk = manned(fixture);
        let item = desk.item("INV-1");
        let none = write(fixture, &by("cora"), |work| {
            approvals::ask(work, &write_off(item, None), " ")
        });
        assert_eq!(none.map(|_| ()), Err("reason_missing"));
        let too_much = write_off(item, Some(money("50.01 EUR")));
        assert_eq!(ask(fixture, "cora", &too_much), Err("exceeds_open"));
        let receipt = write_off(desk.item("RCT-1"), None);
        assert_eq!(ask(fixture, "cora", &receipt), Err("wrong_item"));
        let denied = waits(ask(fixture, "cora", &write_off(item, None)));
        assert_eq!(
            decide(fixture, "sam", denied, Verdict::Withdraw),
            Err("not_yours")
        );
        assert_eq!(
            decide(fixture, "sam", denied, Verdict::Deny),
            Ok(String::new())
        );
        assert_eq!(
            decide(fixture, "cleo", denied, Verdict::Approve),
            Err("request_closed")
        );
        let taken_back = waits(ask(fixture, "cora", &write_off(item, None)));
        assert_eq!(
            decide(fixture, "cora", taken_back, Verdict::Withdraw),
            Ok(String::new())
        );
        assert_eq!(
            decide(fixture, "sam", taken_back, Verdict::Approve),
            Err("request_closed")
        );
        let late = waits(ask(fixture, "cora", &write_off(item, None)));
        let after = Context {
            actor: "sam".into(),
            now: "2025-04-14T12:00:00Z".parse().expect("an instant"),
            ..by("sam")
        };
        let lapsed = write(fixture, &after, |work| {
            approvals::decide(work, late, Verdict::Approve, "")
        });
        assert_eq!(lapsed, Err("request_closed"));
        assert_eq!(
            decide(fixture, "sam", RequestId(1), Verdict::Deny),
            Err("not_found")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn what_changed_since_is_not_done_and_roles_taken_away_count() {
    on_every_engine("changed", |fixture| {
        let desk = manned(fixture);
        let whole = waits(ask(fixture, "cora", &write_off(desk.item("INV-3"), None)));
        let part = write_off(desk.item("INV-3"), Some(money("10.00 EUR")));
        let second = waits(ask(fixture, "cora", &part));
        assert!(decide(fixture, "sam", second, Verdict::Approve).is_ok());
        assert_eq!(
            decide(fixture, "sam", whole, Verdict::Approve),
            Err("request_changed")
        );
        let third = waits(ask(fixture, "cora", &write_off(desk.item("INV-1"), None)));
        let taken = write(fixture, &by("tester"), |work| {
            access::take(work, "cora", "credit")
        });
        assert_eq!(taken, Ok(()));
        assert_eq!(
            decide(fixture, "sam", third, Verdict::Approve),
            Err("unknown_actor")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn policies_say_how_many_and_above_how_much() {
    on_every_engine("policies", |fixture| {
        let desk = manned(fixture);
        let rule = |above: i64, approvers: i64| Rule {
            approvers,
            ..crate::control::rule(Area::WriteOffs, above)
        };
        let change = |login: &str, rule: Rule| {
            write(fixture, &by(login), |work| {
                let rules = std::slice::from_ref(&rule);
                policy::set(work, Area::WriteOffs, rules, "small ones are not worth it").map(|_| ())
            })
        };
        assert_eq!(change("cora", rule(1_000, 2)), Err("not_allowed"));
        assert_eq!(change("cleo", rule(1_000, 2)), Ok(()));
        let small = write_off(desk.item("INV-1"), Some(money("10.00 EUR")));
        let done = Ok(Asked::Done("WO-000001".to_owned()));
        assert_eq!(ask(fixture, "cora", &small), done);
        let large = waits(ask(fixture, "cora", &write_off(desk.item("INV-1"), None)));
        assert_eq!(
            decide(fixture, "sam", large, Verdict::Approve),
            Ok(String::new())
        );
        assert_eq!(
            decide(fixture, "sam", large, Verdict::Approve),
            Err("said_already")
        );
        assert_eq!(
            decide(fixture, "cleo", large, Verdict::Approve).as_deref(),
            Ok("WO-000002")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn journals_periods_refunds_and_bank_details_wait_too() {
    on_every_engine("others", |fixture| {
        let desk = manned(fixture);
        let on = day("03-31");
        let leg = |account: &str, amount: &str| (account.to_owned(), money(amount));
        let journal = |one: &str, other: &str| Wish::Journal {
            legs: vec![leg(one, "5.00 EUR"), leg(other, "-5.00 EUR")],
            on,
        };
        assert_eq!(
            ask(fixture, "cleo", &journal("1200", "4000")),
            Err("control_account")
        );
        assert_eq!(
            ask(fixture, "cleo", &journal("9999", "4000")),
            Err("missing")
        );
        let entry = waits(ask(fixture, "cleo", &journal("7000", "4000")));
        assert_eq!(
            decide(fixture, "cleo", entry, Verdict::Approve),
            Err("own_work")
        );
        assert!(decide(fixture, "tester", entry, Verdict::Approve).is_ok());
        let close = write(fixture, &by("cleo"), |work| {
            books::ledger::periods::close(work, "2024-12")
        });
        assert_eq!(close, Ok(()));
        let alone = write(fixture, &by("cleo"), |work| {
            books::ledger::periods::reopen(work, "2024-12", "a late bill")
        });
        assert_eq!(alone, Err("approval_needed"));
        let period = "2024-12".to_owned();
        let reopen = waits(ask(fixture, "cleo", &Wish::ReopenPeriod { period }));
        assert_eq!(
            decide(fixture, "tester", reopen, Verdict::Approve).as_deref(),
            Ok("2024-12")
        );
        let details = Wish::BankDetails {
            accounts: vec![("V-1".into(), "DE00 1234".into())],
        };
        let details = waits(ask(fixture, "tester", &details));
        let seen = write(fixture, &by("cleo"), |work| {
            approvals::request(work, details)
        });
        let effect = seen.expect("the request").effect.to_string();
        assert!(
            effect.contains("no bank account") && effect.contains("DE001234"),
            "{effect}"
        );
        assert!(decide(fixture, "cleo", details, Verdict::Approve).is_ok());
        let refund = Wish::Refund {
            item: desk.item("CM-1"),
            amount: None,
            bank_account: "none".into(),
            on,
        };
        assert_eq!(ask(fixture, "tester", &refund), Err("missing"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_credit_memo_waits_and_gets_the_next_number() {
    on_every_engine("credit_memo", |fixture| {
        let _desk = Desk::open(fixture);
        staff(
            fixture,
            &[("cora", "credit", None), ("sam", "ar_senior", None)],
        );
        let on = day("03-31");
        let credit = Wish::CreditMemo {
            party: "C-1".into(),
            amount: money("7.00 EUR"),
            on,
        };
        let credit = waits(ask(fixture, "cora", &credit));
        assert_eq!(
            decide(fixture, "sam", credit, Verdict::Approve).as_deref(),
            Ok("CM-000001")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_request_is_taken_once() {
    on_every_engine("once", |fixture| {
        let desk = Desk::quarter(fixture);
        let wish = write_off(desk.item("INV-1"), Some(money("1.00 EUR")));
        let send = |key: &str, content: &str| {
            write(fixture, &by("tester"), |work| {
                books::requests::once(work, key, content, |work| {
                    let asked = approvals::ask(work, &wish, "rounding")?;
                    Ok(serde_json::json!(format!("{asked:?}")))
                })
            })
        };
        let first = send("k-1", "a").expect("done");
        assert_eq!(send("k-1", "a"), Ok(first.clone()));
        assert_eq!(send("k-1", "b"), Err("key_reused"));
        assert_eq!(send("", "a"), Err("not_a_key"));
        assert_ne!(send("k-2", "a"), Ok(first));
        crate::verify::assert_good(fixture);
    });
}
