//! REST beside the commands: files taken in, settling by hand, what the books say of themselves.

use serde_json::{Value as Json, json};

use crate::client::{self, Answer, Client, json};
use crate::server::on_every_engine;

fn post(client: &Client, path: &str, key: &str, body: &str) -> Answer {
    client::post(client, &format!("/api/v1/{path}"), key, body)
}

fn got(client: &Client, path: &str) -> Json {
    let answer = client.get(&format!("/api/v1/{path}"));
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    json(&answer)
}

const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C250330EUR100,00\r\n\
:61:2503310331C20,00NTRFNONREF//A2\r\n:86:?00UEBERWEISUNG?20HELLO?32Nobody Knows\r\n\
:62F:C250331EUR120,00\r\n-\r\n";

#[test]
fn files_come_in_and_cash_is_applied_and_taken_back() {
    on_every_engine("rest_settling", |fixture| {
        let owner = fixture.owner();
        let associate = fixture.program(&owner, "keeper", "ar_associate");
        let cash = fixture.program(&owner, "cash", "cash_application");
        let more = "customer_id,name,country,currency\nC-3,Gamma SA,FR,EUR\n";
        assert_eq!(post(&cash, "imports/customers", "i-0", more).status, 403);
        let taken = post(&associate, "imports/customers", "i-1", more);
        assert_eq!(json(&taken)["accepted"], 1, "{}", taken.body);
        let again = post(&associate, "imports/customers", "i-1", more);
        assert_eq!(json(&again)["already_known"], 1, "{}", again.body);
        assert_eq!(post(&associate, "imports/dreams", "i-2", more).status, 404);
        let side = post(&associate, "imports/customers?side=left", "i-3", more);
        assert_eq!(side.status, 422, "{}", side.body);
        // A payment is parked under its customer, applied by hand, taken back and applied again.
        assert_eq!(post(&cash, "bank-statements", "s-1", STATEMENT).status, 200);
        let lines = got(&cash, "cash-lines");
        let line = lines["data"][0]["line"]
            .as_str()
            .expect("a line")
            .to_owned();
        let shown = got(&cash, &format!("bank-lines/{line}/evidence"));
        assert_eq!(shown["line"]["amount"]["amount"], "20.00");
        let park = post(
            &cash,
            &format!("bank-lines/{line}/park"),
            "p-1",
            "{\"party\":\"C-1\"}",
        );
        assert_eq!(park.status, 200, "{}", park.body);
        let receipts = got(&cash, "receipts");
        let receipt = receipts["data"][0]["number"]
            .as_str()
            .expect("a number")
            .to_owned();
        let order = json!({
            "settle": [{ "document": "INV-2" }], "with": [{ "document": receipt }],
        });
        let applied = post(&cash, "applications", "a-1", &order.to_string());
        assert_eq!(applied.status, 200, "{}", applied.body);
        assert_eq!(
            json(&applied)["applications"].as_array().map(Vec::len),
            Some(1)
        );
        let twice = post(&cash, "applications", "a-1", &order.to_string());
        assert_eq!(twice.body, applied.body, "taken once");
        let back = json!({ "what": [receipt] }).to_string();
        assert_eq!(post(&cash, "unapplications", "u-1", &back).status, 200);
        // A dry run shows the entry, writes nothing and keeps no key.
        let seen = post(
            &cash,
            &format!("receipts/{receipt}/move"),
            "m-1",
            "{\"to\":\"C-3\",\"dry_run\":true}",
        );
        assert_eq!(seen.status, 200, "{}", seen.body);
        let seen = json(&seen);
        assert_eq!(seen["would_post"].as_array().map(Vec::len), Some(4));
        assert_eq!(seen["would_post"][0]["account"], "1200");
        assert_eq!(seen["would_post"][0]["account_name"], "Accounts receivable");
        assert_eq!(seen["documents"][0]["id"], json!(null));
        assert_eq!(got(&cash, "documents?kind=transfer_in")["data"], json!([]));
        let moved = post(
            &cash,
            &format!("receipts/{receipt}/move"),
            "m-1",
            "{\"to\":\"C-3\"}",
        );
        assert_eq!(moved.status, 200, "{}", moved.body);
        for (path, body) in [
            ("applications", "{}"),
            ("applications", "{\"settle\":[{}],\"with\":[{}]}"),
            (
                "applications",
                "{\"settle\":[1],\"with\":[{\"document\":\"x\"}]}",
            ),
            ("unapplications", "{}"),
            ("nettings", "{}"),
            ("nettings", "{\"party\":\"C-1\",\"dry_run\":1}"),
            ("nettings", "{\"party\":\"C-1\",\"currency\":\"EURO\"}"),
            ("returns", "{\"document\":\"x\",\"fee\":5}"),
            ("revaluations", "{\"on\":\"soon\"}"),
        ] {
            let refused = post(&cash, path, &format!("{path}{body}"), body);
            assert_eq!(refused.status, 422, "{path} {body}: {}", refused.body);
            assert!(json(&refused)["field"].is_string(), "{}", refused.body);
        }
        fixture.verify();
    });
}

#[test]
fn the_books_tell_of_themselves_and_every_operation_is_described() {
    on_every_engine("rest_books", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.program(&owner, "audit", "auditor");
        let controller = fixture.program(&owner, "control", "controller");
        let checks = got(&auditor, "verification");
        let checks = checks["data"].as_array().expect("a list").clone();
        assert!(10 < checks.len() && checks.iter().all(|check| check["holds"] == true));
        let journal = auditor.get("/api/v1/journal-export?as=hledger");
        assert!(
            journal.status == 200 && journal.body.contains("EUR"),
            "{}",
            journal.body
        );
        assert_eq!(auditor.get("/api/v1/journal-export?as=quicken").status, 422);
        let policy = got(&auditor, "sign-in-policy");
        assert_eq!(policy["least_length"], 10);
        let body = json!({
            "least_length": 12, "session_hours": 8, "idle_minutes": 0, "code_for": [],
        });
        assert_eq!(
            post(&auditor, "sign-in-policy", "s-1", &body.to_string()).status,
            403
        );
        assert_eq!(
            post(&controller, "sign-in-policy", "s-1", &body.to_string()).status,
            200
        );
        let revalued = post(
            &controller,
            "revaluations",
            "r-1",
            "{\"on\":\"2025-03-31\"}",
        );
        assert_eq!(revalued.status, 200, "{}", revalued.body);
        let described = auditor.get("/api/openapi.json");
        let described = json(&described);
        for (path, method) in [
            ("applications", "post"),
            ("imports/{what}", "post"),
            ("verification", "get"),
            ("sign-in-policy", "post"),
            ("webhook-endpoints/{id}/{verb}", "post"),
        ] {
            let operation = &described["paths"][format!("/api/v1/{path}")][method];
            assert!(operation["responses"]["200"].is_object(), "{path}");
        }
        fixture.verify();
    });
}
