//! Short-pays in the browser and through REST: seen, worked, refused beside their fields, settled.

use crate::client::{Client, json, post};
use crate::server::{Fixture, on_every_engine};
use crate::work::{line_of, take_statement};

/// Pays INV-1 of 119.00 with 109.00: 10.00 are held back for a reason.
pub(crate) fn held_back(fixture: &Fixture, owner: &Client) -> String {
    take_statement(owner);
    let cash = fixture.program(owner, "applier", "cash_application");
    let line = line_of(&cash, "119.00");
    let eur = |amount: &str| format!("{{\"amount\":\"{amount}\",\"currency\":\"EUR\"}}");
    let body = format!(
        "{{\"parts\":[{{\"document\":\"INV-1\",\"amount\":{},\"deductions\":[{{\
         \"kind\":\"short_pay_dispute\",\"amount\":{},\"reason\":\"one was damaged\"}}]}}],\
         \"on_account\":[{{\"party\":\"C-2\"}}]}}",
        eur("119.00"),
        eur("10.00")
    );
    let path = format!("/api/v1/bank-lines/{line}/apply");
    let applied = post(&cash, &path, "hb-1", &body);
    assert_eq!(applied.status, 200, "{}", applied.body);
    let list = json(&cash.get("/api/v1/short-pays?open=true"));
    assert_eq!(list["data"][0]["reason"], "damaged", "{list}");
    assert_eq!(list["data"][0]["document_number"], "INV-1", "{list}");
    list["data"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_short_pay_is_worked_in_the_browser() {
    on_every_engine("sp_web", |fixture| {
        let owner = fixture.owner();
        let id = held_back(fixture, &owner);
        let cora = fixture.person(&owner, "cora", "collector");
        let page = format!("/short-pays/{id}");
        let to = |verb: &str| format!("{page}/{verb}");
        let list = cora.get("/short-pays");
        for part in ["SP-000001", "INV-1", "damaged", &page] {
            assert!(list.body.contains(part), "{part}: {}", list.body);
        }
        let shown = cora.get(&page);
        for part in [
            "one was damaged",
            "Damaged or faulty goods",
            "unassigned",
            "Who is right?",
            "1200",
            "/cash/line_",
        ] {
            assert!(shown.body.contains(part), "{part}: {}", shown.body);
        }
        // Both sides of its entry are seen.
        let legs = shown.body.matches("/journal-lines?account=").count();
        assert!(2 <= legs, "{legs} legs: {}", shown.body);
        assert!(!shown.body.contains("Give it up"), "not a collector's");
        assert!(cora.get("/").body.contains("to decide"));
        let refused = cora.submit(
            &page,
            &to("decide"),
            &[("verdict", "justified"), ("why", " ")],
        );
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(
            refused.body.contains("id=\"wrong-why\""),
            "{}",
            refused.body
        );
        let refused = cora.submit(&page, &to("put-off"), &[("until", "soon"), ("why", "")]);
        assert!(
            refused.body.contains("id=\"wrong-until\""),
            "{}",
            refused.body
        );
        for (verb, fields) in [
            ("assign", [("owner", "cora"), ("why", "her customer")]),
            (
                "reason",
                [("reason", "quantity"), ("why", "one was missing")],
            ),
            (
                "put-off",
                [("until", "2025-05-02"), ("why", "photos are on their way")],
            ),
            ("note", [("why", "called them"), ("owner", "")]),
            (
                "decide",
                [("verdict", "justified"), ("why", "the photos show it")],
            ),
        ] {
            let done = cora.submit(&page, &to(verb), &fields);
            assert_eq!(done.status, 303, "{verb}: {}", done.body);
        }
        let shown = cora.get(&page).body;
        for part in [
            "photos are on their way",
            "called them",
            "Quantity",
            "2025-05-02",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert_eq!(cora.submit(&page, &to("dance"), &[]).status, 404);
        assert_eq!(cora.get("/short-pays/SP-77").status, 404);
        // The owner of the book credits it; the policy lets others approve.
        let wrong = [("amount", ""), ("tax_rate", "x"), ("why", "")];
        let refused = owner.submit(&page, &to("credit"), &wrong);
        assert!(
            refused.body.contains("id=\"wrong-tax_rate\""),
            "{}",
            refused.body
        );
        let asked = owner.submit(
            &page,
            &to("credit"),
            &[("amount", ""), ("tax_rate", "19"), ("why", "as decided")],
        );
        assert_eq!(asked.status, 303, "{}", asked.body);
        fixture.verify();
    });
}

#[test]
fn a_short_pay_is_parted_off_on_the_page_of_its_document() {
    on_every_engine("sp_part_off", |fixture| {
        let owner = fixture.owner();
        take_statement(&owner);
        let line = line_of(&owner_program(fixture, &owner), "7.77");
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let paid = [("document", "INV-1"), ("amount", "7.77")];
        let path = format!("/cash/{line}/apply");
        let done = clerk.submit(&format!("/cash?line={line}"), &path, &paid);
        assert_eq!(done.status, 303, "{}", done.body);
        let reader = owner_program(fixture, &owner);
        let found = json(&reader.get("/api/v1/documents?number=INV-1"));
        let id = found["data"][0]["id"].as_str().expect("an id").to_owned();
        let page = format!("/documents/{id}");
        assert!(
            clerk
                .get(&page)
                .body
                .contains("Part off what was held back")
        );
        let ask = |amount: &'static str| {
            [
                ("document", id.clone()),
                ("currency", "EUR".to_owned()),
                ("amount", amount.to_owned()),
                ("stated", "Fracht".to_owned()),
                ("reason", String::new()),
            ]
        };
        let send = |amount: &'static str| {
            let fields = ask(amount);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            clerk.submit(&page, "/short-pays", &fields)
        };
        for amount in ["12x", "500.00"] {
            let refused = send(amount);
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(
                refused.body.contains("id=\"wrong-amount\""),
                "{}",
                refused.body
            );
        }
        assert_eq!(send("11.23").status, 303);
        let shown = clerk.get(&page).body;
        assert!(
            shown.contains("Held back") && shown.contains("SP-000001"),
            "{shown}"
        );
        let case = clerk.get("/short-pays/SP-000001").body;
        assert!(
            case.contains("Freight") && case.contains("Undo it"),
            "{case}"
        );
        let back = clerk.submit(
            "/short-pays/SP-000001",
            "/short-pays/SP-000001/take-back",
            &[("why", "not theirs")],
        );
        assert_eq!(back.status, 303, "{}", back.body);
        fixture.verify();
    });
}

fn owner_program(fixture: &Fixture, owner: &Client) -> Client {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let place = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    fixture.program(owner, &format!("reader-{place}"), "auditor")
}

#[test]
fn programs_work_short_pays() {
    on_every_engine("sp_rest", |fixture| {
        let owner = fixture.owner();
        let id = held_back(fixture, &owner);
        let cash = fixture.program(&owner, "cash", "cash_application");
        let cora = fixture.program(&owner, "cora", "collector");
        let boss = fixture.program(&owner, "boss", "controller");
        fixture.person(&owner, "dora", "collector");
        let path = |verb: &str| format!("/api/v1/short-pays/{id}/{verb}");
        let verdict = "{\"verdict\":\"unjustified\",\"why\":\"they are whole\"}";
        assert_eq!(post(&cash, &path("decide"), "s-1", verdict).status, 403);
        let assigned = post(&cash, &path("assign"), "s-2", "{\"owner\":\"dora\"}");
        assert_eq!(json(&assigned)["owner"], "dora", "{}", assigned.body);
        let ghost = post(&cash, &path("assign"), "s-3", "{\"owner\":\"ghost\"}");
        assert_eq!(
            (ghost.status, json(&ghost)["field"].as_str()),
            (422, Some("owner"))
        );
        let decided = post(&cora, &path("decide"), "s-4", verdict);
        assert_eq!(json(&decided)["state"], "unjustified", "{}", decided.body);
        let again = post(&cora, &path("decide"), "s-4", verdict);
        assert_eq!(again.body, decided.body, "taken once");
        let events = json(&cora.get(&path("events")));
        assert_eq!(events["data"].as_array().map(Vec::len), Some(2), "{events}");
        let back = post(&cash, &path("take-back"), "s-5", "{\"why\":\"x\"}");
        assert_eq!(json(&back)["code"], "of_bank_line", "{}", back.body);
        let unknown = post(
            &cora,
            "/api/v1/short-pays/SP-9/note",
            "s-6",
            "{\"text\":\"x\"}",
        );
        assert_eq!(
            json(&unknown)["code"],
            "unknown_short_pay",
            "{}",
            unknown.body
        );
        let defaults = "{\"owner\":\"dora\",\"answer_days\":7}";
        assert_eq!(
            post(&cora, "/api/v1/short-pay-defaults", "s-7", defaults).status,
            403
        );
        let set = post(&boss, "/api/v1/short-pay-defaults", "s-8", defaults);
        assert_eq!(set.status, 200, "{}", set.body);
        assert_eq!(
            json(&cora.get("/api/v1/short-pay-defaults"))["owner"],
            "dora"
        );
        let one = json(&cora.get(&format!("/api/v1/short-pays/{id}")));
        assert_eq!(one["number"], "SP-000001", "{one}");
        fixture.verify();
    });
}
