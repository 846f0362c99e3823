//! Invoices beyond a credit limit and customers who are held: warned of, asked for, refused.

use books::approvals::policy;
use books::approvals::{self, Asked, Wish};
use books::credit;
use books::documents::{self, Content, Issuing, NewDocument};
use books::reports::{self, Question};
use domain::access::Area;
use domain::credit::{Covers, Limit};
use domain::documents::DocumentKind;

use super::{approve, by, import, on, read, rule, set_rule, waits, write};
use crate::access::staff;
use crate::desk::{Desk, day, line, money, order};
use crate::engines::{Fixture, on_every_engine};

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::open(fixture);
    staff(
        fixture,
        &[
            ("bill", "billing", None),
            ("cora", "credit", None),
            ("cleo", "controller", None),
            ("sam", "ar_senior", None),
        ],
    );
    desk
}

fn invoice(party: &str, price: &str) -> NewDocument {
    NewDocument {
        party: Some(party.into()),
        ..order(
            DocumentKind::Invoice,
            "06-30",
            Content::Lines(vec![line(price)]),
        )
    }
}

fn issue(fixture: &Fixture, login: &str, orders: &[NewDocument]) -> Result<Issuing, &'static str> {
    write(fixture, &on(login, "06-30"), |work| {
        documents::issue_or_ask(work, orders, "")
    })
}

fn set_policy(fixture: &Fixture, login: &str, word: &str) -> Result<(), &'static str> {
    write(fixture, &on(login, "06-30"), |work| {
        credit::set_policy(work, word, "as agreed").map(|_| ())
    })
}

fn limit(fixture: &Fixture, party: &str, amount: &str) {
    limit_covering(fixture, party, amount, Covers::Own);
}

fn limit_covering(fixture: &Fixture, party: &str, amount: &str, covers: Covers) {
    let limit = Limit {
        amount: money(amount),
        covers,
    };
    let wish = Wish::CreditLimit {
        changes: vec![(party.into(), Some(limit))],
    };
    let id = waits(fixture, &on("cora", "06-30"), &wish);
    assert!(approve(fixture, &on("cleo", "06-30"), id).is_ok());
}

/// Limit, exposure and headroom of a party as the report shows them, and its overdue.
fn shown(fixture: &Fixture, party: &str) -> Vec<String> {
    let table = read(fixture, &on("sam", "06-30"), |work| {
        let report = reports::find("credit").expect("a report");
        report.answer(work, &Question::as_of(day("06-30")))
    });
    let table = table.expect("shown");
    let row = table.rows.iter().find(|row| row[0].to_string() == party);
    row.map(|row| row[3..7].iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

#[test]
fn what_goes_beyond_the_limit_waits_for_authority_over_credit() {
    on_every_engine("ctl_credit", |fixture| {
        let _desk = manned(fixture);
        assert!(issue(fixture, "bill", &[invoice("C-1", "100.00")]).is_ok());
        limit(fixture, "C-1", "150.00 EUR");
        assert_eq!(shown(fixture, "C-1"), ["150.00", "100.00", "50.00", "0.00"]);
        assert_eq!(set_policy(fixture, "cora", "ask"), Err("not_allowed"));
        assert_eq!(set_policy(fixture, "cleo", "perhaps"), Err("not_a_policy"));
        // To begin with it is warned of.
        let warned = issue(fixture, "bill", &[invoice("C-1", "50.01")]).expect("issued");
        assert_eq!((warned.documents.len(), warned.warnings.len()), (1, 1));
        assert!(
            warned.warnings[0].contains("150.01"),
            "{:?}",
            warned.warnings
        );
        assert_eq!(set_policy(fixture, "cleo", "ask"), Ok(()));
        limit(fixture, "C-1", "200.01 EUR");
        // 40.00 fit, 20.00 wait, and what waits leaves its room to those after it; another
        // customer's have no limit.
        let batch = ["40.00", "20.00", "10.00"].map(|price| invoice("C-1", price));
        let batch = [&batch[..], &[invoice("C-2", "9999.00")]].concat();
        let strict = write(fixture, &on("bill", "06-30"), |work| {
            documents::issue(work, &batch).map(|_| ())
        });
        assert_eq!(strict, Err("over_credit_limit"));
        let done = issue(fixture, "bill", &batch).expect("asked");
        assert_eq!((done.documents.len(), done.waiting.len()), (3, 1));
        let id = done.waiting[0];
        let request = read(fixture, &by("sam"), |work| approvals::request(work, id));
        let request = request.expect("there");
        assert_eq!(
            (request.kind.as_str(), request.amount),
            ("over_limit", 2_000)
        );
        let effect = request.effect.to_string();
        for part in ["200.01 EUR", "220.01 EUR", "\"account\""] {
            assert!(effect.contains(part), "{part}: {effect}");
        }
        let late = |login: &str| on(login, "06-30");
        assert_eq!(approve(fixture, &late("bill"), id), Err("own_work"));
        assert_eq!(approve(fixture, &late("sam"), id), Err("not_allowed"));
        assert!(approve(fixture, &late("cleo"), id).is_ok());
        assert_eq!(shown(fixture, "C-1")[1], "220.01");
        // The other way to ask leads to the same desk.
        let wish = Wish::Document(Box::new(invoice("C-1", "1.00")));
        let id = waits(fixture, &late("bill"), &wish);
        let request = read(fixture, &by("sam"), |work| approvals::request(work, id));
        assert_eq!(request.expect("there").kind, "over_limit");
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn credit_takes_no_other_approval_away_and_refuses_where_it_must() {
    on_every_engine("ctl_credit2", |fixture| {
        let _desk = manned(fixture);
        for party in ["C-1", "C-2"] {
            limit(fixture, party, "1.00 EUR");
        }
        assert_eq!(set_policy(fixture, "cleo", "ask"), Ok(()));
        set_rule(fixture, "cleo", rule(Area::Billing, 0));
        // One request for each customer; invoices themselves need approval here, too.
        let batch = [
            invoice("C-1", "5.00"),
            invoice("C-2", "6.00"),
            invoice("C-1", "7.00"),
        ];
        let done = issue(fixture, "bill", &batch).expect("asked");
        assert_eq!((done.documents.len(), done.waiting.len()), (0, 2));
        let late = |login: &str| on(login, "06-30");
        let first = done.waiting[0];
        assert_eq!(approve(fixture, &late("cleo"), first), Err("not_allowed"));
        let turns = read(fixture, &late("sam"), |work| {
            let request = approvals::request(work, first)?;
            approvals::turns(work, &[request])
        });
        let turns = turns.expect("told").remove(0);
        assert_eq!(turns.len(), 1, "{turns:?}");
        assert_eq!(
            approve(fixture, &late("tester"), first).as_deref(),
            Ok("INV-000001, INV-000002")
        );
        assert_eq!(set_policy(fixture, "cleo", "refuse"), Ok(()));
        assert_eq!(
            issue(fixture, "bill", &batch[..1]).map(|done| done.waiting.len()),
            Err("over_credit_limit")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn who_is_held_is_released_by_somebody_else() {
    on_every_engine("ctl_hold", |fixture| {
        let _desk = manned(fixture);
        let late = |login: &str| on(login, "06-30");
        let hold = |login: &str, reason: &str| {
            write(fixture, &late(login), |work| {
                credit::hold(work, "C-1", reason)
            })
        };
        assert_eq!(hold("bill", "x"), Err("not_allowed"));
        assert_eq!(hold("cora", " "), Err("reason_missing"));
        assert_eq!(hold("cora", "insolvent"), Ok(()));
        assert_eq!(hold("cora", "again"), Err("held_already"));
        let order = [invoice("C-1", "1.00")];
        assert_eq!(
            issue(fixture, "bill", &order).map(|done| done.waiting.len()),
            Err("credit_hold"),
            "a hold is never only warned of"
        );
        assert_eq!(set_policy(fixture, "cleo", "ask"), Ok(()));
        let asked = issue(fixture, "bill", &order).expect("asked").waiting;
        assert!(approve(fixture, &late("cleo"), asked[0]).is_ok());
        // Even where the policy lets everything of credit pass, who holds releases nothing alone.
        let lifted = write(fixture, &late("cleo"), |work| {
            policy::set(work, Area::Credit, &[], "trust").map(|_| ())
        });
        assert_eq!(lifted, Ok(()));
        let release = Wish::ReleaseHold {
            party: "C-1".into(),
        };
        let id = waits(fixture, &late("cora"), &release);
        assert_eq!(approve(fixture, &late("cora"), id), Err("own_work"));
        assert!(approve(fixture, &late("cleo"), id).is_ok());
        let again = write(fixture, &late("cora"), |work| {
            approvals::ask(work, &release, "again").map(|_| ())
        });
        assert_eq!(again, Err("not_held"));
        assert_eq!(
            issue(fixture, "bill", &order)
                .expect("issued")
                .documents
                .len(),
            1
        );
        // Another one than who holds may release alone then.
        assert_eq!(hold("cora", "late"), Ok(()));
        let other = write(fixture, &late("tester"), |work| {
            approvals::ask(work, &release, "paid")
        });
        assert!(matches!(other, Ok(Asked::Done(_))), "{other:?}");
        let gone = books::testing::tamper(&fixture.url, "UPDATE credit_hold SET action = 'held'");
        assert!(gone.is_err(), "holds are facts");
        crate::verify::assert_good(fixture);
    });
}

/// C-2 belongs to C-1, whose limit is for both: what one is invoiced leaves less to the other.
#[test]
fn a_limit_of_the_group_holds_whoever_is_invoiced() {
    on_every_engine("ctl_group", |fixture| {
        let desk = manned(fixture);
        let child = format!(
            "UPDATE party SET parent_code = 'C-1' WHERE entity_id = {} AND code = 'C-2'",
            desk.entity.id.0
        );
        books::testing::arrange_parties(&fixture.db, &child).expect("a child");
        assert_eq!(set_policy(fixture, "cleo", "refuse"), Ok(()));
        limit_covering(fixture, "C-1", "100.00 EUR", Covers::Group);
        let done = |party: &str, price: &str| {
            issue(fixture, "bill", &[invoice(party, price)]).map(|done| done.documents.len())
        };
        assert_eq!(done("C-1", "60.00"), Ok(1));
        assert_eq!(done("C-2", "40.01"), Err("over_credit_limit"));
        assert_eq!(done("C-2", "40.00"), Ok(1));
        assert_eq!(done("C-1", "0.01"), Err("over_credit_limit"));
        assert_eq!(shown(fixture, "C-1"), ["100.00", "60.00", "0.00", "0.00"]);
        assert_eq!(shown(fixture, "C-2"), ["", "40.00", "0.00", "0.00"]);
        let told = read(fixture, &on("sam", "06-30"), |work| {
            credit::standing(work, "C-2")
        });
        let told = told.expect("told");
        assert_eq!(told.limit, None);
        assert_eq!(told.above[0].0, "C-1");
        assert_eq!(told.above[0].1.exposure, money("100.00 EUR"));
        // A credit of the child leaves room to the parent.
        let mut memo = invoice("C-2", "15.00");
        memo.kind = DocumentKind::CreditMemo;
        let late = |login: &str| on(login, "06-30");
        let id = waits(fixture, &late("cora"), &Wish::Document(Box::new(memo)));
        assert!(approve(fixture, &late("cleo"), id).is_ok());
        assert_eq!(done("C-1", "15.01"), Err("over_credit_limit"));
        assert_eq!(done("C-1", "15.00"), Ok(1));
        // A limit that is for the parent alone covers no child.
        limit_covering(fixture, "C-1", "100.00 EUR", Covers::Own);
        assert_eq!(done("C-2", "5000.00"), Ok(1));
        crate::verify::assert_good(fixture);
    });
}

/// Limits come with the file of customers and wait for approval, all in one request.
#[test]
fn limits_that_come_by_import_wait_for_others() {
    const AGAIN: &str = "customer_id,name,country,currency,parent_id,credit_limit,\
        credit_limit_covers,note\n\
        C-1,\"Alpha Ltd\",DE,EUR,,500.00,group,x\n";
    const CUSTOMERS: &str = "customer_id,name,country,currency,parent_id,credit_limit,\
        credit_limit_covers\n\
        C-1,\"Alpha Ltd\",DE,EUR,,500.00,group\n\
        C-2,\"Beta, Inc\",DE,EUR,C-1,,\n";
    on_every_engine("ctl_limits", |fixture| {
        let _desk = manned(fixture);
        let kind = formats::exchange::Kind::Customers;
        let taken = import(fixture, &on("cleo", "06-30"), kind, CUSTOMERS);
        assert!(taken.is_err_and(|code| code == "not_allowed"));
        let report = import(fixture, &on("tester", "06-30"), kind, CUSTOMERS).expect("taken");
        assert_eq!(report.refused(), 0, "{:?}", report.problems);
        let note = report.notes.join("; ");
        assert!(note.contains("1 credit limits wait for approval"), "{note}");
        let waiting = read(fixture, &by("sam"), |work| approvals::requests(work, false));
        let request = waiting.expect("listed").remove(0);
        assert!(
            request
                .effect
                .to_string()
                .contains("500.00 EUR for the group")
        );
        assert!(approve(fixture, &on("cleo", "06-30"), request.id).is_ok());
        let limit = read(fixture, &by("sam"), |work| {
            books::parties::credit_limit_of(work, "C-1")
        });
        let expected = Limit {
            amount: money("500.00 EUR"),
            covers: Covers::Group,
        };
        assert_eq!(limit, Ok(Some(expected)));
        // The same limit again changes nothing.
        let report = import(fixture, &on("tester", "06-30"), kind, AGAIN).expect("taken");
        assert_eq!(report.notes, Vec::<String>::new());
        crate::verify::assert_good(fixture);
    });
}
