//! Control in the browser and through REST: policies, standing in, what holds a close back, and
//! what must not pass.

use crate::client::{json, post};
use crate::server::on_every_engine;

#[test]
fn policies_and_absences_are_kept_in_the_browser() {
    on_every_engine("ctl_pages", |fixture| {
        let owner = fixture.owner();
        let credit = fixture.person(&owner, "credit", "credit");
        let control = fixture.person(&owner, "control", "controller");
        let fields = |above: &'static str, reason: &'static str| {
            [
                ("area", "credit"),
                ("above", above),
                ("approvers", "1"),
                ("days", "7"),
                ("roles", "controller"),
                ("others", "replace"),
                ("reason", reason),
            ]
        };
        let path = "/approvals/policies";
        let refused = credit.submit("/approvals/delegations", path, &fields("5", "x"));
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert_eq!(control.submit(path, path, &fields("many", "x")).status, 422);
        let set = control.submit(path, path, &fields("1000.00", "small ones pass"));
        assert_eq!(set.status, 303, "{}", set.body);
        let page = credit.get(path);
        for part in ["1,000.00", "small ones pass", "Controller"] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        // Terms wait, a small credit limit passes, a large one waits.
        let customer = "/customers/C-1";
        let ask = |kind: &str, name: &str, value: &str| {
            let fields = [("party", "C-1"), (name, value), ("reason", "a good one")];
            credit.submit(customer, &format!("/ask/{kind}"), &fields)
        };
        assert_eq!(ask("terms", "terms", "whenever").status, 422);
        let small = ask("credit_limit", "amount", "999.00");
        let to = small.header("location").unwrap_or_default();
        assert!(to.starts_with("/approvals?told=Done"), "{to}");
        assert!(credit.get(customer).body.contains("999.00"));
        assert_eq!(ask("credit_limit", "amount", "5000.00").status, 303);
        let home = control.get("/");
        assert!(home.body.contains("Your turn"), "{}", home.body);
        assert!(!credit.get("/").body.contains("Your turn"));
        // While the controller is away the owner's clerk decides, and it shows for whom.
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let away = [
            ("to", "clerk"),
            ("from", "2025-03-31"),
            ("until", "2025-04-04"),
            ("reason", "on leave"),
        ];
        let path = "/approvals/delegations";
        let own = [
            ("to", "control"),
            ("from", "2025-03-31"),
            ("until", "2025-04-04"),
        ];
        assert_eq!(control.submit(path, path, &own).status, 422);
        assert_eq!(control.submit(path, path, &away).status, 303);
        let waiting = clerk.get("/approvals").link("/approvals/req_");
        let approve = [("verdict", "approve"), ("reason", "")];
        let decided = clerk.submit("/approvals", &waiting, &approve);
        assert_eq!(decided.status, 303, "{}", decided.body);
        let all = owner.get("/approvals?show=all");
        assert!(
            all.body.contains("clerk for control approved"),
            "{}",
            all.body
        );
        fixture.verify();
    });
}

#[test]
fn a_close_shows_its_checks_and_programs_see_them() {
    on_every_engine("ctl_close", |fixture| {
        let owner = fixture.owner();
        let control = fixture.program(&owner, "control", "controller");
        let auditor = fixture.program(&owner, "audit", "auditor");
        // Who may not see who holds what does not see it either when it is at hand.
        let review = "/api/v1/reports/access-review";
        let clerk = fixture.program(&owner, "clerk", "cash_application");
        assert_eq!(auditor.get(review).status, 200);
        assert_eq!(clerk.get(review).status, 403);
        assert_eq!(clerk.get("/api/v1/reports/controls").status, 200);
        let page = owner.get("/periods/2025-01");
        assert!(
            page.body.contains("control accounts tie out"),
            "{}",
            page.body
        );
        assert_eq!(owner.get("/periods/soon").status, 422);
        let checks = auditor.get("/api/v1/periods/2025-01/checks");
        let checks = json(&checks);
        let rows = checks["data"].as_array().expect("checks");
        assert!(rows.iter().all(|row| row["holds"] == true), "{checks}");
        assert_eq!(auditor.get("/api/v1/periods/x/checks").status, 422);
        let rules = "{\"area\":\"write_offs\",\"reason\":\"small\",\
            \"rules\":[{\"above\":\"10.00\"},{\"above\":\"100\",\"approvers\":2}]}";
        let path = "/api/v1/approval-policies";
        assert_eq!(post(&auditor, path, "p-1", rules).status, 403);
        let set = post(&control, path, "p-1", rules);
        assert_eq!(set.status, 200, "{}", set.body);
        assert_eq!(json(&set)["rules"][1]["approvers"], 2);
        for wrong in [
            "{\"area\":\"weather\",\"reason\":\"x\",\"rules\":[]}",
            "{\"area\":\"write_offs\",\"reason\":\"x\",\"rules\":[{\"above\":\"x\"}]}",
            "{\"area\":\"write_offs\",\"reason\":\"x\",\"rules\":[{\"roles\":[\"billing\"]}]}",
            "{\"area\":\"write_offs\",\"reason\":\"x\",\"rules\":[7]}",
            "{\"area\":\"write_offs\",\"reason\":\"x\"}",
        ] {
            let answer = post(&control, path, "p-2", wrong);
            assert_eq!(answer.status, 422, "{wrong}: {}", answer.body);
        }
        let remind = post(&control, "/api/v1/approval-reminders", "r-1", "{}");
        assert_eq!(remind.status, 200, "{}", remind.body);
        assert_eq!(json(&remind)["waiting"], 0);
        // A program stands in for nobody.
        let away = "{\"delegator\":\"owner\",\"delegate\":\"token:control\",\
            \"from\":\"2025-03-31\",\"until\":\"2025-04-01\"}";
        assert_eq!(
            post(&control, "/api/v1/delegations", "d-1", away).status,
            422
        );
        fixture.verify();
    });
}

#[test]
fn customers_are_held_and_limits_hold_invoices() {
    on_every_engine("web_credit", |fixture| {
        let owner = fixture.owner();
        let credit = fixture.person(&owner, "cora", "credit");
        let control = fixture.person(&owner, "cleo", "controller");
        let billing = fixture.program(&owner, "bill", "billing");
        let set = "/approvals/policies/credit";
        let fields = [("over_limit", "ask"), ("reason", "as agreed")];
        assert_eq!(
            credit.submit("/approvals/policies", set, &fields).status,
            403
        );
        assert_eq!(
            control.submit("/approvals/policies", set, &fields).status,
            303
        );
        assert!(
            control
                .get("/approvals/policies")
                .body
                .contains("waits for somebody else")
        );
        let policy = billing.get("/api/v1/credit-policy");
        assert_eq!(json(&policy)["over_limit"], "ask");
        let limit = [("party", "C-1"), ("amount", "150.00"), ("reason", "new")];
        credit.submit("/customers/C-1", "/ask/credit_limit", &limit);
        let approve = [("verdict", "approve"), ("reason", "")];
        let path = control.get("/approvals").link("/approvals/req_");
        assert_eq!(control.submit("/approvals", &path, &approve).status, 303);
        let page = credit.get("/customers/C-1");
        // 119.00 and 20.00 are open.
        for part in ["150.00", "139.00", "11.00"] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        let standing = json(&billing.get("/api/v1/customers/C-1/credit"));
        assert_eq!(standing["headroom"]["amount"], "11.00", "{standing}");
        let invoice = "{\"kind\":\"document\",\"reason\":\"sold\",\"document\":{\
            \"kind\":\"invoice\",\"party\":\"C-1\",\"issued_on\":\"2025-03-31\",\
            \"lines\":[{\"description\":\"Paper\",\"quantity\":\"1\",\"unit_price\":\"11.01\",\
            \"tax_rate\":\"0\",\"tax_category\":\"Z\"}]}}";
        let asked = post(&billing, "/api/v1/approvals", "i-1", invoice);
        assert_eq!(json(&asked)["state"], "waiting", "{}", asked.body);
        let page = control.get("/approvals");
        assert!(page.body.contains("beyond credit"), "{}", page.body);
        // A hold is set on the page, and released by somebody else.
        let hold = [("reason", "insolvent")];
        assert_eq!(billing.get("/api/v1/customers/C-9/credit").status, 404);
        let held = credit.submit("/customers/C-1", "/parties/C-1/hold", &hold);
        assert_eq!(held.status, 303, "{}", held.body);
        assert!(credit.get("/customers/C-1").body.contains("insolvent"));
        let again = post(
            &billing,
            "/api/v1/customers/C-1/hold",
            "h-1",
            "{\"reason\":\"x\"}",
        );
        assert_eq!(again.status, 403, "{}", again.body);
        let release = [("party", "C-1"), ("reason", "paid")];
        let asked = credit.submit("/customers/C-1", "/ask/release_hold", &release);
        assert_eq!(
            asked.header("location"),
            Some("/approvals?told=It%20waits%20for%20approval%20by%20somebody%20else."),
            "{}",
            asked.body
        );
        let report = control.get("/reports/credit");
        assert!(report.body.contains("insolvent"), "{}", report.body);
        fixture.verify();
    });
}
