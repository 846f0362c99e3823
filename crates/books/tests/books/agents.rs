//! Agents read and propose: whatever their roles and doors, they change and approve nothing.

use books::approvals::{self, Asked, Verdict, Wish};
use books::cash::desk;
use books::ledger::periods;
use books::{Context, access, connect};
use domain::connect::Reach;
use domain::documents::DocumentKind;
use domain::ids::RequestId;

use crate::access::staff;
use crate::desk::{Desk, Paper, day, money};
use crate::engines::{self, Fixture, on_every_engine, write};

fn by(login: &str, door: &'static str) -> Context {
    Context {
        door,
        ..engines::by(login)
    }
}

/// The book of a quarter with people, and an agent of each of these roles.
fn manned<'a>(fixture: &'a Fixture, roles: &[&str]) -> Desk<'a> {
    let desk = Desk::quarter(fixture);
    staff(
        fixture,
        &[("cora", "credit", None), ("sam", "ar_senior", None)],
    );
    for role in roles {
        let made = write(fixture, &by("tester", "test"), |work| {
            access::issue_agent(work, role, role, None, 30)
        });
        assert!(made.is_ok(), "{made:?}");
    }
    desk
}

fn write_off(desk: &Desk<'_>) -> Wish {
    Wish::WriteOff {
        item: desk.item("INV-1"),
        amount: Some(money("20.00 EUR")),
        on: day("03-31"),
    }
}

fn ask(fixture: &Fixture, context: &Context, wish: &Wish) -> Result<RequestId, &'static str> {
    let asked = write(fixture, context, |work| {
        approvals::ask(work, wish, "a duplicate")
    })?;
    match asked {
        Asked::Waits(id) => Ok(id),
        Asked::Done(done) => panic!("done at once: {done}"),
    }
}

fn decide(
    fixture: &Fixture,
    context: &Context,
    id: RequestId,
    verdict: Verdict,
) -> Result<String, &'static str> {
    write(fixture, context, |work| {
        approvals::decide(work, id, verdict, "seen")
    })
}

#[test]
fn an_agent_proposes_and_only_a_person_decides() {
    on_every_engine("agent_asks", |fixture| {
        let desk = manned(fixture, &["credit", "controller", "ar_senior"]);
        let agent = by("agent:credit", "mcp");
        let wish = write_off(&desk);
        let id = ask(fixture, &agent, &wish).expect("waits");
        // Agents whose roles approve do not, by whatever door; nor does a person through theirs.
        for approver in [
            by("agent:controller", "mcp"),
            by("agent:controller", "rest"),
            by("agent:ar_senior", "html"),
            by("agent:credit", "cli"),
            by("sam", "mcp"),
        ] {
            for verdict in [Verdict::Approve, Verdict::Deny] {
                assert_eq!(
                    decide(fixture, &approver, id, verdict),
                    Err("agent_only_proposes"),
                    "{approver:?}"
                );
            }
        }
        let done = decide(fixture, &by("sam", "html"), id, Verdict::Approve);
        assert_eq!(done.as_deref(), Ok("WO-000001"));
        let second = ask(fixture, &agent, &wish).expect("waits");
        assert!(decide(fixture, &agent, second, Verdict::Withdraw).is_ok());
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn every_other_write_of_an_agent_is_refused() {
    on_every_engine("agent_writes", |fixture| {
        let desk = manned(
            fixture,
            &["controller", "cash_application", "billing", "administrator"],
        );
        let refused = Err("agent_only_proposes");
        for door in ["mcp", "rest", "cli"] {
            let controller = by("agent:controller", door);
            let closed = write(fixture, &controller, |work| periods::close(work, "2025-01"));
            assert_eq!(closed, refused);
            let hook = write(fixture, &controller, |work| {
                connect::add(work, Reach::Public, "https://example.com/", &[], "").map(|_| ())
            });
            assert_eq!(hook, refused);
            let admin = by("agent:administrator", door);
            let given = write(fixture, &admin, |work| {
                access::give(work, "cora", "collector", None)
            });
            assert_eq!(given, refused);
            let added = write(fixture, &admin, |work| {
                access::add_person(work, "eve", "Eve")
            });
            assert_eq!(added, refused);
            let made = write(fixture, &admin, |work| {
                access::issue_token(work, "eve", "owner", None, 1).map(|_| ())
            });
            assert_eq!(made, refused);
            let invited = write(fixture, &admin, |work| {
                access::invite(work, "cora").map(|_| ())
            });
            assert_eq!(invited, refused);
            let undone = write(fixture, &by("agent:cash_application", door), |work| {
                desk::undo(work, "line_0000000000001")
            });
            assert_eq!(undone, refused);
            let invoice = desk.try_issue(
                &Paper {
                    kind: DocumentKind::Invoice,
                    number: "A-1",
                    party: Some(0),
                    on: "03-31",
                    due: "03-31",
                    gross: "1.00 EUR",
                    functional: "1.00 EUR",
                },
                &by("agent:billing", door),
            );
            assert_eq!(invoice.map_err(|failure| failure.code()), refused);
        }
        // Nor through somebody who would decide by an agent's rights.
        let lent = write(fixture, &by("tester", "html"), |work| {
            let days = (day("03-31"), day("04-30"));
            approvals::delegate(work, "agent:controller", "cora", days, "").map(|_| ())
        });
        assert_eq!(lent, Err("no_person"));
        // A role is still needed to ask, and nobody is an agent by an administrator's typing.
        let wish = write_off(&desk);
        assert_eq!(
            ask(fixture, &by("agent:billing", "mcp"), &wish),
            Err("not_allowed")
        );
        assert_eq!(
            ask(fixture, &by("agent:nobody", "mcp"), &wish),
            Err("unknown_actor")
        );
        let typed = write(fixture, &by("tester", "test"), |work| {
            access::add_person(work, "agent:x", "")
        });
        assert_eq!(typed, Err("not_a_login"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn in_an_open_book_agents_wait_too() {
    on_every_engine("agent_open", |fixture| {
        let desk = Desk::quarter(fixture);
        let wish = write_off(&desk);
        let agent = by("agent:mcp", "mcp");
        let id = ask(fixture, &agent, &wish).expect("waits");
        assert_eq!(
            decide(fixture, &agent, id, Verdict::Approve),
            Err("agent_only_proposes")
        );
        let done = decide(fixture, &by("tester", "html"), id, Verdict::Approve);
        assert_eq!(done.as_deref(), Ok("WO-000001"));
        let whoever = by("tester", "mcp");
        let id = ask(fixture, &whoever, &wish).expect("waits");
        assert_eq!(
            decide(fixture, &by("tester", "html"), id, Verdict::Approve),
            Err("own_work")
        );
        crate::verify::assert_good(fixture);
    });
}
