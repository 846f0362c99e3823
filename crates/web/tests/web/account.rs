//! An app that makes codes, in the browser; sessions that end everywhere.

use crate::client::Client;
use crate::server::{PASSWORD, context, on_every_engine};

/// The secret that the page of an enrolment shows.
fn secret_of(body: &str) -> String {
    let text = body.split("class=\"mono\">").nth(1).expect("a secret");
    text.split('<').next().expect("its end").to_owned()
}

/// What the app shows now, or some half minutes later.
fn code(secret: &str, steps: i64) -> String {
    books::access::code_at(secret, context("").now.as_second() + 30 * steps)
}

#[test]
fn an_app_is_enrolled_and_asked_for_at_the_next_log_in() {
    on_every_engine("account", |fixture| {
        let owner = fixture.owner();
        let enrolment = owner.submit("/account", "/account/code", &[]);
        assert_eq!(enrolment.status, 200, "{}", enrolment.body);
        assert!(enrolment.body.contains("<svg"), "{}", enrolment.body);
        let secret = secret_of(&enrolment.body);
        let confirm = "/account/code/confirm";
        let wrong = owner.submit("/account", confirm, &[("code", "12345")]);
        assert_eq!(wrong.status, 401);
        let typed = code(&secret, -1);
        let confirmed = owner.submit("/account", confirm, &[("code", &typed)]);
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
        assert_eq!(owner.submit("/", "/account/sign-out", &[]).status, 303);
        assert_eq!(owner.get("/").status, 303, "signed out everywhere");
        let mut client = Client::new(fixture.address);
        let fields = [
            ("login", "owner"),
            ("password", PASSWORD),
            ("then", "/aging"),
        ];
        let asked = client.post("/login", &fields);
        assert_eq!(asked.status, 200);
        assert!(
            asked.header("set-cookie").is_none(),
            "no session before the code"
        );
        let half = asked
            .body
            .split("name=\"half\" value=\"")
            .nth(1)
            .expect("a half");
        let half = half.split('"').next().expect("its end").to_owned();
        let replayed = [("half", half.as_str()), ("code", typed.as_str())];
        assert_eq!(
            client.post("/login/code", &replayed).status,
            401,
            "a code works once"
        );
        let fresh = code(&secret, 0);
        let fields = [
            ("half", half.as_str()),
            ("code", &fresh),
            ("then", "/aging"),
        ];
        let answer = client.post("/login/code", &fields);
        assert_eq!(answer.header("location"), Some("/aging"));
        let cookie = answer.header("set-cookie").unwrap_or_default();
        assert!(cookie.contains("Max-Age=43200"), "{cookie}");
        client.keep(&answer);
        assert_eq!(client.get("/").status, 200);
        assert_eq!(
            client.post("/login/code", &fields).status,
            401,
            "the half is used"
        );
    });
}

#[test]
fn a_role_that_owes_codes_sees_nothing_before_it_enrols() {
    on_every_engine("must_enrol", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person(&owner, "clerk", "collector");
        let policy = [
            ("least_length", "12"),
            ("session_hours", "8"),
            ("idle_minutes", "60"),
            ("code_for", "collector"),
        ];
        let refused = clerk.submit("/account", "/people/policy", &policy);
        assert_eq!(refused.status, 403, "{}", refused.body);
        let kept = owner.submit("/account", "/people/policy", &policy);
        assert_eq!(kept.status, 303, "{}", kept.body);
        let sent = clerk.get("/aging");
        assert_eq!(sent.header("location"), Some("/account"));
        let enrolment = clerk.submit("/account", "/account/code", &[]);
        let typed = code(&secret_of(&enrolment.body), 0);
        clerk.submit("/account", "/account/code/confirm", &[("code", &typed)]);
        assert_eq!(clerk.get("/aging").status, 200);
        let reset = owner.submit("/people", "/people/reset-code", &[("login", "clerk")]);
        assert_eq!(reset.status, 303, "{}", reset.body);
        assert_eq!(
            clerk.get("/aging").header("location"),
            Some("/login?then=%2Faging")
        );
        fixture.verify();
    });
}
