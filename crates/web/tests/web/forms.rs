//! What forms refuse stands beside the field, and what was typed is kept; nothing is taken for
//! granted that a form did not send.

use crate::client::{Answer, Client, post};
use crate::server::on_every_engine;
use crate::work::take_statement;

/// Refused on the page of the form: the message by its field, and all that was typed.
fn stands(answer: &Answer, status: u16, field: &str, typed: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let beside = match field {
        "" => "class=\"error\" id=\"wrong\"".to_owned(),
        field => format!("id=\"wrong-{field}\""),
    };
    assert!(answer.body.contains(&beside), "{beside}: {}", answer.body);
    assert!(answer.body.contains("aria-label=\"Places\""), "the page");
    for text in typed {
        assert!(answer.body.contains(text), "{text}: {}", answer.body);
    }
}

#[test]
fn what_the_office_refuses_stands_beside_its_field() {
    on_every_engine("forms_office", |fixture| {
        let owner = fixture.owner();
        let path = "/approvals/policies";
        let policy = |name: &str, value: &str| {
            let mut fields = vec![
                ("area", "credit"),
                ("above", "77.00"),
                ("approvers", "1"),
                ("days", "7"),
                ("roles", "any"),
                ("others", "replace"),
                ("reason", "kept as typed"),
            ];
            fields.retain(|(known, _)| *known != name);
            fields.push((name, value));
            owner.submit(path, path, &fields)
        };
        for (name, value) in [
            ("above", "many"),
            ("approvers", "no"),
            ("days", "999999"),
            ("roles", "nobody"),
            ("others", ""),
            ("reason", ""),
        ] {
            let kept = if name == "reason" {
                "77.00"
            } else {
                "kept as typed"
            };
            stands(&policy(name, value), 422, name, &[kept]);
        }
        let to = "/approvals/policies/credit";
        let credit = [("over_limit", "perhaps"), ("reason", "kept as typed")];
        stands(
            &owner.submit(path, to, &credit),
            422,
            "over_limit",
            &["kept as typed"],
        );

        let path = "/approvals/delegations";
        let away = [
            ("delegator", "owner"),
            ("to", "owner"),
            ("from", "2025-04-01"),
            ("until", "2025-04-04"),
            ("reason", "on leave"),
        ];
        stands(&owner.submit(path, path, &away), 422, "to", &["on leave"]);
        let end = owner.submit(path, "/approvals/delegations/none/end", &[]);
        stands(&end, 422, "", &[]);

        let hook = [
            ("url", "https://example.com/x"),
            ("events", "no.such"),
            ("about", "kept as typed"),
        ];
        let refused = owner.submit("/webhooks", "/webhooks", &hook);
        stands(
            &refused,
            422,
            "events",
            &["https://example.com/x", "kept as typed"],
        );
        let hook = [("url", "https://example.com/x"), ("about", "")];
        assert_eq!(owner.submit("/webhooks", "/webhooks", &hook).status, 200);
        let to = owner.get("/webhooks").link("/replay");
        let refused = owner.submit("/webhooks", &to, &[("since", "yesterday")]);
        stands(&refused, 422, "since", &["yesterday"]);

        let path = "/people/openid";
        let provider = [
            ("name", "kept as typed"),
            ("issuer", "https://id.example"),
            ("client_id", ""),
        ];
        let refused = owner.submit(path, path, &provider);
        stands(&refused, 422, "", &["kept as typed", "https://id.example"]);

        let policy = [
            ("least_length", "many"),
            ("session_hours", "8"),
            ("idle_minutes", "61"),
        ];
        let refused = owner.submit("/account", "/people/policy", &policy);
        stands(&refused, 422, "least_length", &["many", "61"]);
        fixture.verify();
    });
}

#[test]
fn periods_and_requests_say_what_is_refused_where_it_was_sent() {
    on_every_engine("forms_periods", |fixture| {
        let owner = fixture.owner();
        let close = "/periods/2025-01/close";
        assert_eq!(owner.submit("/periods", close, &[]).status, 303);
        let again = owner.submit("/periods", close, &[]);
        stands(&again, 409, "", &["2025-01"]);
        let reopen = |period: &'static str, reason: &'static str| {
            let fields = [("period", period), ("back", "/periods"), ("reason", reason)];
            owner.submit("/periods", "/ask/reopen_period", &fields)
        };
        stands(&reopen("2025-01", ""), 422, "reason", &["2025-01"]);
        assert!(400 <= reopen("2025-02", "not closed").status);
        // Who may not close is not offered it.
        let clerk = fixture.person(&owner, "clerk", "collector");
        assert!(!clerk.get("/periods").body.contains("/close\""));
        let refused = clerk.submit("/periods", "/periods/2025-02/close", &[]);
        stands(&refused, 403, "", &[]);
        // A verdict that is none withdraws nothing.
        let cora = fixture.person(&owner, "cora", "credit");
        let terms = [
            ("party", "C-1"),
            ("terms", "net 60"),
            ("reason", "a good one"),
        ];
        assert_eq!(
            cora.submit("/customers/C-1", "/ask/terms", &terms).status,
            303
        );
        let request = cora.get("/approvals").link("/approvals/req_");
        let refused = cora.submit("/approvals", &request, &[("reason", "kept as typed")]);
        stands(&refused, 422, "", &["kept as typed"]);
        assert!(cora.get("/approvals").body.contains(&request), "it waits");
    });
}

#[test]
fn nothing_is_taken_for_granted_that_a_form_did_not_send() {
    on_every_engine("forms_silent", |fixture| {
        let owner = fixture.owner();
        take_statement(&owner);
        owner.submit("/cash", "/cash/run", &[]);
        let line = owner.get("/cash").link("/cash?line=line_");
        let line = line.split("line=").nth(1).expect("a line").to_owned();
        let accept = format!("/cash/{line}/accept");
        for rank in ["", "first"] {
            let refused = owner.submit("/cash", &accept, &[("rank", rank)]);
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.body.contains("`rank`"), "{}", refused.body);
        }
        let program = fixture.program(&owner, "desk", "cash_application");
        let refused = rest(&program, &format!("/api/v1/bank-lines/{line}/accept"), "{}");
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(
            refused.body.contains("\"field\":\"rank\""),
            "{}",
            refused.body
        );
        let apply = "{\"settle\":[{\"document\":\"INV-1\"}],\"with\":[{\"document\":\"INV-2\"}],\
            \"no_discount\":\"yes\"}";
        let refused = post(&program, "/api/v1/applications", "twice", apply);
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(
            refused.body.contains("\"field\":\"no_discount\""),
            "{}",
            refused.body
        );
        // A role without its limit would be one without any.
        let add = [("login", "dan"), ("name", "Dan"), ("role", "credit")];
        stands(
            &owner.submit("/people", "/people/add", &add),
            422,
            "limit",
            &["Dan"],
        );
        let give = [("login", "dan"), ("role", "credit"), ("limit", "5.00")];
        stands(
            &owner.submit("/people", "/people/give", &give),
            422,
            "portfolio",
            &["5.00"],
        );
        let token = [("name", "robot"), ("role", "credit")];
        stands(
            &owner.submit("/people", "/people/token", &token),
            422,
            "days",
            &["robot"],
        );
    });
}

fn rest(program: &Client, path: &str, body: &str) -> Answer {
    post(program, path, "once", body)
}

/// Whoever may only look is shown no form, and told at the head of the page.
#[test]
fn what_no_form_tells_stands_above() {
    on_every_engine("forms_none", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.person(&owner, "audit", "auditor");
        let add = [
            ("login", "dan"),
            ("name", "Dan"),
            ("role", "credit"),
            ("limit", ""),
            ("portfolio", ""),
        ];
        stands(
            &auditor.submit("/people", "/people/add", &add),
            403,
            "",
            &[],
        );
        let path = "/certificates/ask";
        let all = [("party", "")];
        stands(&auditor.submit("/certificates", path, &all), 403, "", &[]);
    });
}
