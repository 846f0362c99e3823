//! Control: what waits for others and how it is done, who stands in for whom, what holds a
//! close back, and what must not pass, on both engines.

mod absence;
mod attacks;
mod closing;
mod credit;
mod handling;
mod matrix;
mod newcomers;
mod portfolio;
mod wishes;

use books::Context;
use books::approvals::policy::{self, Rule};
use books::approvals::{self, Asked, Verdict, Wish};
use books::audit;
use domain::access::Area;
use domain::ids::RequestId;

use crate::access::staff;
use crate::desk::{Desk, at_noon, day};
use crate::engines::{Fixture, by, on_every_engine, read, write};

/// Somebody at the noon of a day.
pub(crate) fn on(login: &str, on: &str) -> Context {
    Context {
        actor: login.into(),
        ..at_noon(day(on))
    }
}

/// Asks, and expects it to wait.
pub(crate) fn waits(fixture: &Fixture, context: &Context, wish: &Wish) -> RequestId {
    let asked = write(fixture, context, |work| {
        approvals::ask(work, wish, "there is a reason")
    });
    match asked {
        Ok(Asked::Waits(id)) => id,
        other => panic!("expected to wait: {other:?}"),
    }
}

/// Approves.
pub(crate) fn approve(
    fixture: &Fixture,
    context: &Context,
    id: RequestId,
) -> Result<String, &'static str> {
    write(fixture, context, |work| {
        approvals::decide(work, id, Verdict::Approve, "seen")
    })
}

/// Work of an area above an amount is approved by one other person.
pub(crate) fn rule(area: Area, above: i64) -> Rule {
    Rule {
        area,
        above,
        approvers: 1,
        days: 14,
        roles: Vec::new(),
    }
}

/// Makes this the policy of its area.
pub(crate) fn set_rule(fixture: &Fixture, login: &str, rule: Rule) {
    let rules = [rule];
    let set = write(fixture, &by(login), |work| {
        policy::set(work, rules[0].area, &rules, "four eyes").map(|_| ())
    });
    assert_eq!(set, Ok(()));
}

/// Imports a file of master data.
pub(crate) fn import(
    fixture: &Fixture,
    context: &Context,
    kind: formats::exchange::Kind,
    text: &'static str,
) -> Result<books::imports::ImportReport, &'static str> {
    let open = || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(text.as_bytes())) };
    let source = books::imports::Source {
        name: "test.csv".into(),
        open: &open,
    };
    let options = books::imports::Options {
        partial: false,
        side: domain::documents::Side::Receivable,
    };
    books::imports::import(&fixture.db, context, None, kind, &source, options)
        .map_err(|failure| failure.code())
}

#[test]
fn the_audit_log_is_searched_and_sampled() {
    on_every_engine("ctl_audit", |fixture| {
        let _desk = Desk::quarter(fixture);
        staff(
            fixture,
            &[
                ("cleo", "controller", None),
                ("cash", "cash_application", None),
            ],
        );
        let close = write(fixture, &by("cleo"), |work| {
            books::ledger::periods::close(work, "2024-12")
        });
        assert_eq!(close, Ok(()));
        let of = |login: &str, filters: &[(&str, &str)]| {
            let filters: Vec<(String, String)> = filters
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            read(fixture, &by(login), |work| audit::table(work, &filters))
        };
        assert!(of("cash", &[]).is_err_and(|code| code == "not_allowed"));
        let count = |filters: &[(&str, &str)]| of("cleo", filters).expect("read").rows.len();
        let all = count(&[]);
        assert_eq!(count(&[("text", "CLOSE CHECKS")]), 0);
        assert_eq!(count(&[("text", "promises OF the ledger")]), 1);
        assert_eq!(count(&[("action", "period.close"), ("actor", "cleo")]), 1);
        assert_eq!(count(&[("from", "2025-04-01")]), 0);
        let until = count(&[("to", "2025-03-30")]);
        assert_eq!(until + count(&[("from", "2025-03-31")]), all);
        assert_eq!(count(&[("text", "100%")]), 0, "signs stand for themselves");
        let draw = |seed: u64, size: usize| {
            read(fixture, &by("cleo"), |work| {
                audit::sample(work, &[], seed, size)
            })
            .expect("drawn")
        };
        let one = draw(7, 5);
        assert_eq!(
            (one.population, one.table.rows.len(), one.broken.clone()),
            (all, 5, None)
        );
        assert_eq!(one.links, all as i64);
        assert_eq!(draw(7, 5), one, "the same again");
        assert_ne!(draw(8, 5).table.rows, one.table.rows);
        assert_eq!(draw(7, 10_000).table.rows.len(), all);
    });
}
