//! What holds a close back, each check by itself, and closing all the same by approval.

use books::approvals::{self, Wish};
use books::close::{self, CloseCheck, Closing};
use books::documents::{self, Content};
use books::ledger::periods;
use books::reports::lists::Ask;
use domain::documents::DocumentKind;
use formats::exchange::Kind;

use super::{approve, by, import, on, read, waits, write};
use crate::access::staff;
use crate::desk::{Desk, day, line, money, order};
use crate::engines::{Fixture, on_every_engine};

fn failed(fixture: &Fixture, period: &str) -> Vec<CloseCheck> {
    let checks = read(fixture, &by("cleo"), |work| close::checks(work, period)).expect("looked at");
    assert_eq!(checks.len(), close::names().count());
    checks.into_iter().filter(|check| !check.passed).collect()
}

fn close_it(fixture: &Fixture, period: &str) -> Result<(), &'static str> {
    write(fixture, &by("cleo"), |work| periods::close(work, period))
}

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::quarter(fixture);
    staff(
        fixture,
        &[
            ("cora", "credit", None),
            ("sam", "ar_senior", None),
            ("cleo", "controller", None),
        ],
    );
    desk
}

#[test]
fn a_request_that_waits_and_a_foreign_item_hold_the_close_back() {
    on_every_engine("ctl_close", |fixture| {
        let desk = manned(fixture);
        assert_eq!(close_it(fixture, "2024-13"), Err("not_a_period"));
        assert_eq!(failed(fixture, "2024-12"), []);
        assert_eq!(close_it(fixture, "2024-12"), Ok(()));
        assert_eq!(close_it(fixture, "2024-12"), Err("period_unchanged"));
        // In January an invoice in dollars was open, and the books know no rate.
        let january = failed(fixture, "2025-01");
        assert_eq!(january.len(), 1, "{january:?}");
        assert_eq!(january[0].name, "open foreign items are revalued");
        assert_eq!(close_it(fixture, "2025-01"), Err("close_checks_failed"));
        let rate = "date,from_currency,to_currency,rate\n2025-01-31,USD,EUR,0.9\n";
        let taken = import(fixture, &by("tester"), Kind::Rates, rate);
        assert_eq!(taken.map(|report| report.accepted), Ok(1));
        assert_eq!(
            failed(fixture, "2025-01"),
            [],
            "180.00 at 0.9 makes no difference"
        );
        assert_eq!(close_it(fixture, "2025-01"), Ok(()));
        let id = waits(
            fixture,
            &by("cora"),
            &Wish::WriteOff {
                item: desk.item("INV-1"),
                amount: Some(money("1.00 EUR")),
                on: day("02-28"),
            },
        );
        let february = failed(fixture, "2025-02");
        assert!(
            february
                .iter()
                .any(|check| check.name.contains("waits for approval"))
        );
        let withdrawn = write(fixture, &by("cora"), |work| {
            approvals::decide(work, id, approvals::Verdict::Withdraw, "")
        });
        assert_eq!(withdrawn, Ok(String::new()));
        let february = failed(fixture, "2025-02");
        assert!(
            february
                .iter()
                .all(|check| !check.name.contains("waits for approval"))
        );
        crate::verify::assert_good(fixture);
    });
}

/// More requests than any page has: the oldest is seen by whoever must see all of them.
#[test]
fn the_oldest_of_many_requests_holds_the_close_back_and_lists_go_on_to_it() {
    const MANY: usize = 520;
    on_every_engine("ctl_many", |fixture| {
        let desk = manned(fixture);
        let item = desk.item("INV-1");
        let wish = |on: &str| Wish::WriteOff {
            item,
            amount: Some(money("1.00 EUR")),
            on: day(on),
        };
        let oldest = waits(fixture, &by("cora"), &wish("02-28"));
        let asked = write(fixture, &by("cora"), |work| {
            for _ in 0..MANY {
                approvals::ask(work, &wish("03-31"), "once more")?;
            }
            Ok(())
        });
        assert_eq!(asked, Ok(()));
        let february = failed(fixture, "2025-02");
        let found = february.iter().map(|check| check.found.as_str());
        let said = found.collect::<Vec<_>>().join("; ");
        assert!(
            said.contains(&format!("1 request, the first {oldest}")),
            "{said}"
        );
        let yours = read(fixture, &by("sam"), approvals::yours).expect("listed");
        assert_eq!((yours.len(), yours[0].request.id), (MANY + 1, oldest));
        let reminding = read(fixture, &by("sam"), |work| {
            approvals::preview_reminders(work, 0)
        });
        assert_eq!(reminding.expect("previewed").waiting, MANY + 1);
        let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
        loop {
            let ask = Ask {
                after,
                limit: Some(100),
                filters: vec![("show".to_owned(), "waiting".to_owned())],
            };
            let page = read(fixture, &by("sam"), |work| approvals::page(work, &ask));
            let page = page.expect("a page");
            seen.extend(page.requests.iter().map(|request| request.id));
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(
            (pages, seen.len(), seen.last()),
            (6, MANY + 1, Some(&oldest))
        );
        let mut sorted = seen.clone();
        sorted.sort_unstable_by(|one, other| other.cmp(one));
        sorted.dedup();
        assert_eq!(sorted, seen, "newest first, none twice");
        // What was decided stands on the list of all, not on that of what waits.
        let withdrawn = write(fixture, &by("cora"), |work| {
            approvals::decide(work, oldest, approvals::Verdict::Withdraw, "")
        });
        assert_eq!(withdrawn, Ok(String::new()));
        let count = |all: bool| {
            let found = read(fixture, &by("sam"), |work| approvals::requests(work, all));
            found.expect("listed").len()
        };
        assert_eq!((count(false), count(true)), (MANY, MANY + 1));
        for (name, value, code) in [
            ("show", "some", "not_a_value"),
            ("kind", "journal", "unknown_filter"),
        ] {
            let ask = Ask {
                filters: vec![(name.to_owned(), value.to_owned())],
                ..Ask::default()
            };
            let page = read(fixture, &by("sam"), |work| approvals::page(work, &ask));
            assert!(page.is_err_and(|refused| refused == code), "{name}");
        }
    });
}

#[test]
fn a_period_is_closed_all_the_same_by_approval_and_reopening_leaves_its_mark() {
    on_every_engine("ctl_despite", |fixture| {
        let _desk = manned(fixture);
        let period = || "2025-01".to_owned();
        let wish = Wish::ClosePeriod { period: period() };
        let id = waits(fixture, &by("cleo"), &wish);
        let seen = read(fixture, &by("sam"), |work| approvals::requests(work, false));
        let effect = seen.expect("listed")[0].effect.to_string();
        assert!(
            effect.contains("open foreign items are revalued"),
            "{effect}"
        );
        assert_eq!(approve(fixture, &by("cleo"), id), Err("own_work"));
        assert_eq!(
            approve(fixture, &by("tester"), id).as_deref(),
            Ok("2025-01")
        );
        let reopen = waits(
            fixture,
            &by("cleo"),
            &Wish::ReopenPeriod { period: period() },
        );
        assert!(approve(fixture, &by("tester"), reopen).is_ok());
        let log = read(fixture, &by("cleo"), |work| books::audit::latest(work, 50)).expect("read");
        let of = |action: &str| log.iter().find(|link| link["action"] == action);
        let close = of("period.close").expect("closed").to_string();
        assert!(
            close.contains("despite") && close.contains("foreign"),
            "{close}"
        );
        let reopened = of("period.reopen").expect("reopened").to_string();
        assert!(reopened.contains("there is a reason"), "{reopened}");
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_ledger_that_was_tampered_with_is_not_closed() {
    on_every_engine("ctl_tampered", |fixture| {
        let _desk = manned(fixture);
        assert_eq!(failed(fixture, "2024-12"), []);
        let sql = "UPDATE open_item SET open_amount = open_amount - 1 WHERE open_amount > 1";
        books::testing::tamper(&fixture.url, sql).expect("cached sums are no facts");
        let failed = failed(fixture, "2024-12");
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!(failed[0].name, "the promises of the ledger hold");
        assert_eq!(close_it(fixture, "2024-12"), Err("close_checks_failed"));
    });
}

#[test]
fn a_revaluation_waits_with_its_entry_and_is_done_once() {
    on_every_engine("ctl_revalue", |fixture| {
        let _desk = manned(fixture);
        let rate = "date,from_currency,to_currency,rate\n2025-01-31,USD,EUR,0.95\n";
        let taken = import(fixture, &by("tester"), Kind::Rates, rate);
        assert_eq!(taken.map(|report| report.accepted), Ok(1));
        let revalue = |login: &str| {
            write(fixture, &by(login), |work| {
                books::revaluation::commit_or_ask(work, day("01-31"), "")
            })
        };
        assert!(revalue("sam").is_err_and(|code| code == "not_allowed"));
        let (report, waiting) = revalue("cleo").expect("asked");
        assert_eq!((report.items.len(), report.run), (1, None));
        assert_eq!(report.total(), Some(money("10.00 EUR")));
        let id = waiting.expect("it waits");
        let seen = read(fixture, &by("sam"), |work| approvals::requests(work, false));
        let seen = seen.expect("listed").remove(0);
        // 200.00 dollars at 0.95 are 190.00, carried at 180.00.
        assert_eq!(
            (seen.amount, seen.effect.as_array().map(Vec::len)),
            (1_000, Some(2))
        );
        assert_eq!(approve(fixture, &by("cleo"), id), Err("own_work"));
        assert!(approve(fixture, &by("tester"), id).is_ok());
        assert_eq!(failed(fixture, "2025-01"), []);
        let (report, waiting) = revalue("cleo").expect("again");
        assert!(report.is_repeated && waiting.is_none());
        crate::verify::assert_good(fixture);
    });
}

/// What somebody does between the look and the close, and what the close must say of it.
const BETWEEN: &[(&str, &str)] = &[
    (
        "UPDATE journal_line SET amount = amount + 1, functional = functional + 1
         WHERE entry_id = (SELECT MAX(id) FROM journal_entry) AND account = '4000'",
        "does not balance: off by 0.01 EUR",
    ),
    (
        "UPDATE open_item SET open_amount = open_amount - 1
         WHERE id = (SELECT MAX(id) FROM open_item)",
        "is cached with another open amount",
    ),
    (
        "UPDATE open_item SET amount = amount + 1 WHERE id = (SELECT MAX(id) FROM open_item)",
        "and the open items of C-1 in EUR part on 2025-06-30",
    ),
    (
        "UPDATE number_series SET next = next + 1 WHERE kind = 'debit_memo'",
        "the series of debit_memo",
    ),
    (
        "UPDATE document SET number = 'DM-000099' WHERE id = (SELECT MAX(id) FROM document)",
        "is missing",
    ),
    (
        "UPDATE journal_entry SET number = number + 1
         WHERE id = (SELECT MAX(id) FROM journal_entry)",
        "journal entry",
    ),
    (
        "UPDATE audit_log SET subject = 'nothing'
         WHERE sequence = (SELECT MAX(sequence) FROM audit_log)",
        "does not hash to its successor",
    ),
];

/// Looks at December, lets somebody issue a debit memo and do more, and closes.
fn close_after(fixture: &Fixture, between: impl FnOnce()) -> Result<(), String> {
    let late = |login: &str| on(login, "06-30");
    let closing = Closing::Period("2024-12".to_owned());
    let looked = close::ahead(&fixture.db, &late("cleo"), None, &closing).expect("looked at");
    assert!(looked.is_some());
    let lines = Content::Lines(vec![line("7.00")]);
    let debit_memo = order(DocumentKind::DebitMemo, "06-30", lines);
    write(fixture, &late("tester"), |work| {
        documents::issue(work, std::slice::from_ref(&debit_memo)).map(|_| ())
    })
    .expect("issued");
    between();
    let closed = fixture.db.write(&late("cleo"), None, |work| {
        work.knows(looked.as_ref());
        periods::close(work, "2024-12")
    });
    closed.map_err(|failure| failure.to_string())
}

#[test]
fn what_was_written_since_the_look_is_looked_at_before_the_close() {
    on_every_engine("ctl_since", |fixture| {
        let desk = manned(fixture);
        assert_eq!(close_after(fixture, || {}), Ok(()));
        let log = read(fixture, &by("cleo"), |work| books::audit::latest(work, 5)).expect("read");
        let close = log.iter().find(|link| link["action"] == "period.close");
        let close = close.expect("closed").to_string();
        assert!(close.contains("made since"), "{close}");
        crate::verify::assert_good(fixture);
        drop(desk);
    });
    on_every_engine("ctl_asked", |fixture| {
        let desk = manned(fixture);
        let refused = close_after(fixture, || {
            let wish = Wish::WriteOff {
                item: desk.item("OLD-7"),
                amount: Some(money("1.00 EUR")),
                on: day("12-31"),
            };
            waits(fixture, &on("cora", "06-30"), &wish);
        });
        let refused = refused.expect_err("a request waits");
        assert!(refused.contains("waits for approval"), "{refused}");
    });
}

#[test]
fn what_was_changed_since_the_look_holds_the_close_back() {
    for (sql, words) in BETWEEN {
        on_every_engine("ctl_between", |fixture| {
            let _desk = manned(fixture);
            let refused = close_after(fixture, || {
                books::testing::tamper_unseen(&fixture.url, sql).expect("changed");
            });
            let refused = refused.expect_err(sql);
            assert!(refused.contains(words), "{sql}: {refused}");
        });
    }
}
