//! Coming in: codes of an app, recovery codes, policies of passwords and sessions.

use books::Context;
use books::access::{self, LogIn, Session, SignIn};
use domain::access::find;
use jiff::SignedDuration;

use crate::access::staff;
use crate::engines::{self, Fixture, found, on_every_engine, or_code, write};

const PASSWORD: &str = "a good long word";

fn by(login: &str, minutes: i64) -> Context {
    let context = engines::by(login);
    let now = context.now.checked_add(SignedDuration::from_mins(minutes));
    Context {
        now: now.expect("an instant"),
        ..context
    }
}

/// A book with a controller called ann, who has a password.
fn with_ann(fixture: &Fixture) -> Session {
    found(&fixture.db);
    staff(
        fixture,
        &[("ann", "controller", None), ("ben", "administrator", None)],
    );
    let link = write(fixture, &by("tester", 0), |work| {
        access::invite(work, "ann")
    });
    access::accept(&fixture.db, &by("", 0), &link.expect("a link"), PASSWORD).expect("in")
}

fn log_in(fixture: &Fixture, minutes: i64) -> LogIn {
    access::log_in(&fixture.db, &by("ann", minutes), None, PASSWORD).expect("the password")
}

fn half(fixture: &Fixture, minutes: i64) -> String {
    match log_in(fixture, minutes) {
        LogIn::NeedsCode(half) => half.secret,
        LogIn::In(_) => panic!("in without a code"),
    }
}

fn app_code(secret: &str, minutes: i64) -> String {
    access::code_at(secret, by("", minutes).now.as_second())
}

fn enter(
    fixture: &Fixture,
    half: &str,
    typed: &str,
    minutes: i64,
) -> Result<Session, &'static str> {
    or_code(access::enter_code(
        &fixture.db,
        &by("", minutes),
        half,
        typed,
    ))
}

/// Enrols an app for ann; its secret and the recovery codes.
fn enrol(fixture: &Fixture) -> (String, Vec<String>) {
    let begun = write(fixture, &by("ann", 1), access::begin).expect("begun");
    assert!(
        begun.uri.starts_with("otpauth://totp/Duebook:ann?secret="),
        "{}",
        begun.uri
    );
    let wrong = write(fixture, &by("ann", 1), |work| {
        access::confirm(work, "000000")
    });
    assert_eq!(wrong, Err("wrong_code"));
    assert!(
        matches!(log_in(fixture, 1), LogIn::In(_)),
        "not asked for before it is confirmed"
    );
    let typed = app_code(&begun.secret, 2);
    let codes = write(fixture, &by("ann", 2), |work| access::confirm(work, &typed));
    let again = write(fixture, &by("ann", 2), access::begin);
    assert_eq!(again.map(|_| ()), Err("has_second_factor"));
    (begun.secret, codes.expect("confirmed"))
}

#[test]
fn a_code_is_owed_after_the_password_and_works_once() {
    on_every_engine("codes", |fixture| {
        with_ann(fixture);
        let (secret, recovery) = enrol(fixture);
        assert_eq!(recovery.len(), 10);
        let first = half(fixture, 3);
        let typed = app_code(&secret, 3);
        assert_eq!(enter(fixture, "nothing", &typed, 3), Err("log_in_again"));
        assert_eq!(enter(fixture, &first, "123", 3), Err("wrong_code"));
        let session = enter(fixture, &first, &typed, 3).expect("in");
        assert!(
            access::who(&fixture.db, &by("", 3), &session.secret)
                .expect("asked")
                .is_some()
        );
        assert_eq!(
            enter(fixture, &first, &typed, 3),
            Err("log_in_again"),
            "the half is used"
        );
        // The same code again, by somebody who looked over a shoulder and knows the password.
        let second = half(fixture, 3);
        assert_eq!(enter(fixture, &second, &typed, 3), Err("wrong_code"));
        assert_eq!(
            enter(fixture, &second, &app_code(&secret, 9), 9),
            Err("log_in_again"),
            "late"
        );
        // A recovery code works once, however it is typed.
        let third = half(fixture, 10);
        let shouted = recovery[0].to_uppercase().replace('-', " ");
        assert!(enter(fixture, &third, &shouted, 10).is_ok());
        let fourth = half(fixture, 10);
        assert_eq!(enter(fixture, &fourth, &recovery[0], 10), Err("wrong_code"));
        // A one-time link replaces the password, not the code.
        let link = write(fixture, &by("tester", 11), |work| {
            access::invite(work, "ann")
        });
        let link = link.expect("a link");
        let further = access::accept_link(&fixture.db, &by("", 11), &link, PASSWORD);
        assert!(matches!(further, Ok(LogIn::NeedsCode(_))));
    });
}

#[test]
fn guessing_codes_is_paused_for_the_login_whatever_half_is_used() {
    on_every_engine("code_guessing", |fixture| {
        with_ann(fixture);
        let (secret, _) = enrol(fixture);
        for _ in 0..8 {
            let half = half(fixture, 3);
            assert_eq!(enter(fixture, &half, "000000", 3), Err("wrong_code"));
        }
        let ready = half(fixture, 4);
        assert_eq!(
            enter(fixture, &ready, &app_code(&secret, 4), 4),
            Err("codes_paused")
        );
        let later = half(fixture, 19);
        assert!(enter(fixture, &later, &app_code(&secret, 19), 19).is_ok());
    });
}

#[test]
fn a_lost_app_is_reset_by_an_administrator_and_leaves_a_mark() {
    on_every_engine("code_reset", |fixture| {
        with_ann(fixture);
        let (secret, _) = enrol(fixture);
        let reset = |login: &str, minutes: i64| {
            write(fixture, &by(login, minutes), |work| {
                access::reset(work, "ann")
            })
        };
        assert_eq!(reset("ann", 3), Err("not_allowed"));
        let half = half(fixture, 3);
        let session = enter(fixture, &half, &app_code(&secret, 3), 3).expect("in");
        assert_eq!(reset("ben", 4), Ok(()));
        assert_eq!(reset("ben", 4), Err("no_second_factor"));
        let who = access::who(&fixture.db, &by("", 4), &session.secret).expect("asked");
        assert_eq!(who, None, "sessions end with it");
        assert!(matches!(log_in(fixture, 5), LogIn::In(_)));
        let links = fixture
            .db
            .read(&by("tester", 5), None, |work| books::audit::latest(work, 9));
        let links = links.expect("listed");
        assert!(links.iter().any(|link| link["action"] == "code.reset"));
        assert!(
            !format!("{links:?}").contains(&secret),
            "secrets are not told"
        );
    });
}

#[test]
fn a_role_that_owes_codes_must_enrol_and_cannot_go_without() {
    on_every_engine("code_policy", |fixture| {
        let session = with_ann(fixture);
        let seen = |minutes: i64| {
            let seen = access::seen(&fixture.db, &by("", minutes), &session.secret);
            seen.expect("asked").expect("in").must_enrol
        };
        assert!(!seen(1));
        let policy = SignIn {
            code_for: vec![find("controller").expect("a role")],
            ..SignIn::default()
        };
        let set = |login: &str, policy: &SignIn| {
            write(fixture, &by(login, 1), |work| {
                access::set_sign_in(work, policy)
            })
        };
        assert_eq!(set("ben", &policy), Err("not_allowed"));
        assert_eq!(set("ann", &policy), Ok(()));
        assert!(seen(1));
        let (secret, _) = enrol(fixture);
        assert!(!seen(3));
        let typed = app_code(&secret, 3);
        let entity = fixture
            .db
            .read(&by("ann", 3), None, |work| Ok(work.entity().code.clone()));
        let entity = entity.expect("the entity");
        let removed = access::remove(&fixture.db, &by("ann", 3), &entity, &typed);
        assert_eq!(or_code(removed), Err("second_factor_required"));
        assert_eq!(set("ann", &SignIn::default()), Ok(()));
        let removed = access::remove(&fixture.db, &by("ann", 4), &entity, &app_code(&secret, 4));
        assert_eq!(or_code(removed), Ok(()));
    });
}

#[test]
fn passwords_and_sessions_follow_the_policy() {
    on_every_engine("sign_in_policy", |fixture| {
        let session = with_ann(fixture);
        let set = |policy: SignIn| {
            write(fixture, &by("ann", 0), |work| {
                access::set_sign_in(work, &policy)
            })
        };
        let usual = SignIn::default;
        for wrong in [
            SignIn {
                least_length: 7,
                ..usual()
            },
            SignIn {
                session_hours: 0,
                ..usual()
            },
            SignIn {
                idle_minutes: -1,
                ..usual()
            },
        ] {
            assert_eq!(set(wrong), Err("not_a_policy"));
        }
        let strict = SignIn {
            least_length: 14,
            session_hours: 2,
            idle_minutes: 30,
            code_for: Vec::new(),
        };
        assert_eq!(set(strict), Ok(()));
        let link = write(fixture, &by("tester", 0), |work| {
            access::invite(work, "ben")
        });
        let link = link.expect("a link");
        let accept =
            |password: &str| or_code(access::accept(&fixture.db, &by("", 0), &link, password));
        assert_eq!(accept("thirteen sign").map(|_| ()), Err("weak_password"));
        assert_eq!(
            accept("qwertyuiop1234").map(|_| ()),
            Ok(()),
            "long enough and not listed"
        );
        let in_at = |secret: &str, minutes: i64| {
            let who = access::who(&fixture.db, &by("", minutes), secret);
            who.expect("asked").is_some()
        };
        // Used every twenty minutes it lives, but for two hours only.
        let LogIn::In(short) = log_in(fixture, 0) else {
            panic!("a code is owed");
        };
        assert!((1..6).all(|turn| in_at(&short.secret, 20 * turn)));
        assert!(!in_at(&short.secret, 120));
        // Left alone it ends after half an hour; the older one did, too.
        assert!(!in_at(&session.secret, 31));
        let LogIn::In(idle) = log_in(fixture, 0) else {
            panic!("a code is owed");
        };
        assert!(in_at(&idle.secret, 29));
        assert!(!in_at(&idle.secret, 60));
        // Everywhere out: one's own, or by whoever keeps users.
        let LogIn::In(again) = log_in(fixture, 0) else {
            panic!("a code is owed");
        };
        let sign_out = |login: &str, whom: &str| {
            write(fixture, &by(login, 1), |work| {
                access::sign_out(work, whom).map(|_| ())
            })
        };
        assert_eq!(sign_out("ann", "ben"), Err("not_allowed"));
        assert_eq!(sign_out("ben", "nobody"), Err("no_person"));
        assert_eq!(sign_out("ann", "ann"), Ok(()));
        assert!(!in_at(&again.secret, 1));
    });
}
