//! Who may do what, at the door of the books, whichever face the work came through.

use books::Context;
use books::access::{self, Who};
use books::ledger::periods;
use domain::documents::DocumentKind;

use crate::desk::{Desk, Paper, at_noon, day};
use crate::engines::{Fixture, by, found, on_every_engine, write};

/// Adds people, each with a role.
pub(crate) fn staff(fixture: &Fixture, people: &[(&str, &str, Option<i64>)]) {
    for (login, role, limit) in people {
        let added = write(fixture, &by("tester"), |work| {
            access::add_person(work, login, login)?;
            access::give(work, login, role, *limit)
        });
        assert_eq!(added, Ok(()), "{login}");
    }
}

#[test]
fn a_book_without_roles_is_open_and_the_first_role_claims_it() {
    on_every_engine("claims", |fixture| {
        found(&fixture.db);
        let close = |login: &str, period: &str| {
            write(fixture, &by(login), |work| periods::close(work, period))
        };
        assert_eq!(close("anybody", "2025-01"), Ok(()));
        staff(
            fixture,
            &[("ann", "controller", None), ("ben", "auditor", None)],
        );
        assert_eq!(close("anybody", "2025-02"), Err("unknown_actor"));
        assert_eq!(close("ben", "2025-02"), Err("not_allowed"));
        assert_eq!(close("ann", "2025-02"), Ok(()));
        assert_eq!(
            close("tester", "2025-03"),
            Ok(()),
            "the founder owns the book"
        );
    });
}

#[test]
fn roles_are_refused_in_order() {
    on_every_engine("refused", |fixture| {
        found(&fixture.db);
        staff(
            fixture,
            &[
                ("ann", "administrator", None),
                ("ben", "cash_application", None),
            ],
        );
        let give = |who: &str, to: &str, role: &str| {
            write(fixture, &by(who), |work| access::give(work, to, role, None))
        };
        assert_eq!(give("ben", "ben", "controller"), Err("not_allowed"));
        assert_eq!(give("ann", "nobody", "controller"), Err("no_person"));
        assert_eq!(give("ann", "ben", "emperor"), Err("no_role"));
        assert_eq!(give("ann", "ben", "owner"), Err("no_role"));
        assert_eq!(give("ann", "ann", "auditor"), Err("own_roles"));
        assert_eq!(give("ann", "tester", "auditor"), Err("own_roles"));
        assert_eq!(give("ann", "ben", "credit"), Err("duties_meet"));
        assert_eq!(give("ann", "ben", "collector"), Ok(()));
        let take = |who: &str, from: &str, role: &str| {
            write(fixture, &by(who), |work| access::take(work, from, role))
        };
        assert_eq!(take("ann", "tester", "owner"), Err("own_roles"));
        assert_eq!(take("ann", "ben", "auditor"), Err("no_role"));
        assert_eq!(take("ann", "ben", "cash_application"), Ok(()));
        assert_eq!(take("ann", "ben", "collector"), Ok(()));
        assert_eq!(take("ben", "ann", "administrator"), Err("unknown_actor"));
    });
}

#[test]
fn the_ledger_asks_for_the_permission_of_each_kind_and_for_limits() {
    on_every_engine("kinds", |fixture| {
        let desk = Desk::open(fixture);
        staff(
            fixture,
            &[
                ("cash", "cash_application", Some(10_000)),
                ("billing", "billing", None),
            ],
        );
        let post = |login: &str, kind: DocumentKind, number: &str, gross: &str| {
            let paper = Paper {
                kind,
                number,
                party: Some(0),
                on: "03-01",
                due: "03-01",
                gross,
                functional: gross,
            };
            let context = Context {
                actor: login.into(),
                ..at_noon(day("03-01"))
            };
            desk.try_issue(&paper, &context)
                .map_err(|failure| failure.code())
        };
        let (invoice, receipt) = (DocumentKind::Invoice, DocumentKind::Receipt);
        assert_eq!(post("cash", invoice, "I-1", "5.00 EUR"), Err("not_allowed"));
        assert_eq!(
            post("billing", receipt, "R-1", "5.00 EUR"),
            Err("not_allowed")
        );
        assert_eq!(
            post("cash", receipt, "R-2", "100.01 EUR"),
            Err("above_limit")
        );
        assert_eq!(post("cash", receipt, "R-3", "100.00 EUR"), Ok(()));
        assert_eq!(post("billing", invoice, "I-2", "1000.00 EUR"), Ok(()));
        // The owner, too, does not write off alone once there are others.
        let write_off = DocumentKind::WriteOff;
        assert_eq!(
            post("tester", write_off, "W-1", "5.00 EUR"),
            Err("approval_needed")
        );
    });
}

#[test]
fn sessions_and_tokens_stand_for_somebody_until_they_end() {
    on_every_engine("secrets", |fixture| {
        let entity = found(&fixture.db);
        staff(fixture, &[("ann", "controller", None)]);
        let db = &fixture.db;
        let link =
            write(fixture, &by("tester"), |work| access::invite(work, "ann")).expect("a link");
        let weak = access::accept(db, &by(""), &link, "short");
        assert!(weak.is_err_and(|failure| failure.code() == "weak_password"));
        let session = access::accept(db, &by(""), &link, "a good long word").expect("in");
        let again = access::accept(db, &by(""), &link, "a good long word");
        assert!(again.is_err_and(|failure| failure.code() == "link_used"));
        let who = Who {
            entity: entity.code.clone(),
            entity_name: entity.name.clone(),
            login: "ann".into(),
        };
        assert_eq!(
            access::who(db, &by(""), &session.secret).expect("asked"),
            Some(who)
        );
        assert_eq!(
            access::bearer(db, &by(""), &session.secret).expect("asked"),
            None
        );
        let late = Context {
            now: session.ends_at,
            ..by("")
        };
        assert_eq!(
            access::who(db, &late, &session.secret).expect("asked"),
            None
        );
        let wrong = access::log_in(db, &by("ann"), None, "a good long wort");
        assert!(wrong.is_err_and(|failure| failure.code() == "wrong_login"));
        let nobody = access::log_in(db, &by("eve"), None, "a good long word");
        assert!(nobody.is_err_and(|failure| failure.code() == "wrong_login"));
        access::log_out(db, &by("ann"), &entity.code, &session.secret).expect("out");
        assert_eq!(
            access::who(db, &by(""), &session.secret).expect("asked"),
            None
        );
        let token = write(fixture, &by("tester"), |work| {
            access::issue_token(work, "feed", "auditor", None, 30)
        });
        let token = token.expect("a token");
        assert!(
            access::bearer(db, &by(""), &token)
                .expect("asked")
                .is_some()
        );
        let revoked = write(fixture, &by("tester"), |work| {
            access::revoke_token(work, "feed")
        });
        assert_eq!(revoked, Ok(()));
        assert_eq!(access::bearer(db, &by(""), &token).expect("asked"), None);
    });
}
