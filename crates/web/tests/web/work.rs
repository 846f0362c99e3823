//! A day of work through the browser and through REST: take in, apply, approve, and what must
//! not pass.

use crate::client::{Answer, Client};
use crate::server::{Fixture, on_every_engine};

/// A statement with one payment that quotes its invoice and one that says nothing.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C250330EUR100,00\r\n\
:61:2503310331C119,00NTRFNONREF//A1\r\n:86:?00UEBERWEISUNG?20INV-1?32Alpha Ltd\r\n\
:61:2503310331C7,77NTRFNONREF//A2\r\n:86:?00UEBERWEISUNG?20HELLO?32Nobody Knows\r\n\
:62F:C250331EUR226,77\r\n-\r\n";

fn upload(client: &Client, statement: &str) -> Answer {
    let mark = client.get("/bank").csrf();
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{mark}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.sta\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{statement}\r\n--x--\r\n"
    );
    let kind = ("Content-Type", "multipart/form-data; boundary=x");
    client.send("POST", "/bank/import", &[kind], &body)
}

fn post(client: &Client, path: &str, key: &str, body: &str) -> Answer {
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    client.send("POST", path, &headers, body)
}

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body))
}

/// The item of the open invoice.
fn item_of(fixture: &Fixture, owner: &Client, number: &str) -> String {
    let reader = fixture.program(owner, &format!("reader-{number}"), "auditor");
    let answer = reader.get(&format!("/api/v1/documents?number={number}"));
    json(&answer)["data"][0]["item_id"]
        .as_str()
        .expect("an item")
        .to_owned()
}

#[test]
fn a_day_at_the_cash_desk() {
    on_every_engine("desk", |fixture| {
        let owner = fixture.owner();
        let answer = upload(&owner, STATEMENT);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("mt940"), "{}", answer.body);
        let forged = Client {
            cookie: owner.cookie.clone(),
            ..Client::new(fixture.address)
        };
        let kind = ("Content-Type", "multipart/form-data; boundary=x");
        let part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--x--\r\n";
        assert_eq!(
            forged.send("POST", "/bank/import", &[kind], part).status,
            403
        );
        assert_eq!(owner.get("/bank").status, 200);
        let run = owner.submit("/cash", "/cash/run", &[]);
        assert_eq!(run.status, 303, "{}", run.body);
        let desk = owner.get("/cash");
        assert!(desk.body.contains("Nobody Knows"), "{}", desk.body);
        let park = desk.link("/park");
        let parked = owner.submit("/cash", &park, &[("party", "C-1")]);
        assert_eq!(parked.status, 303, "{}", parked.body);
        let all = owner.get("/cash?show=all");
        assert_eq!(all.status, 200);
        let refused = owner.submit("/cash?show=all", &park, &[("party", "nobody")]);
        assert_eq!(refused.status, 404, "{}", refused.body);
        fixture.verify();
    });
}

#[test]
fn a_write_off_goes_through_two_hands_and_every_short_cut_is_refused() {
    on_every_engine("two_hands", |fixture| {
        let owner = fixture.owner();
        let credit = fixture.person(&owner, "cora", "credit");
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let clerk = fixture.person(&owner, "cash", "cash_application");
        let item = item_of(fixture, &owner, "INV-1");
        let wish = [
            ("item", item.as_str()),
            ("amount", "19.00"),
            ("reason", "lost"),
            ("currency", "EUR"),
        ];
        let refused = clerk.submit("/approvals", "/ask/write_off", &wish);
        assert_eq!(refused.status, 403, "{}", refused.body);
        let asked = credit.submit("/approvals", "/ask/write_off", &wish);
        assert_eq!(asked.status, 303, "{}", asked.body);
        let page = senior.get("/approvals");
        assert!(
            page.body.contains("lost") && page.body.contains("19.00"),
            "{}",
            page.body
        );
        let path = page.link("/approvals/req_");
        let approve = [("verdict", "approve"), ("reason", "")];
        assert_eq!(
            credit.submit("/approvals", &path, &approve).status,
            403,
            "own work"
        );
        assert_eq!(
            clerk.submit("/approvals", &path, &approve).status,
            403,
            "no role for it"
        );
        assert_eq!(senior.submit("/approvals", &path, &approve).status, 303);
        assert_eq!(
            senior.submit("/approvals", &path, &approve).status,
            422,
            "once"
        );
        let aging = owner.get("/aging");
        assert!(
            aging.body.contains("120.00"),
            "139.00 less 19.00: {}",
            aging.body
        );
        fixture.verify();
    });
}

#[test]
fn programs_write_once_and_never_more_than_their_role() {
    on_every_engine("rest_writes", |fixture| {
        let owner = fixture.owner();
        let item = item_of(fixture, &owner, "INV-1");
        let cash = fixture.program(&owner, "cash", "cash_application");
        let credit = fixture.program(&owner, "credit", "credit");
        let auditor = fixture.program(&owner, "audit", "auditor");
        let controller = fixture.program(&owner, "control", "controller");
        let key = ("Idempotency-Key", "f-1");
        let sent = cash.send("POST", "/api/v1/bank-statements", &[key], STATEMENT);
        assert_eq!(sent.status, 200, "{}", sent.body);
        assert_eq!(json(&sent)["accepted"], 2);
        let again = cash.send("POST", "/api/v1/bank-statements", &[key], STATEMENT);
        assert_eq!(json(&again)["accepted"], 0);
        let path = "/api/v1/cash-runs";
        assert_eq!(post(&auditor, path, "r-1", "{}").status, 403);
        assert_eq!(cash.send("POST", path, &[], "{}").status, 400, "no key");
        let run = post(&cash, path, "r-1", "{}");
        assert_eq!(run.status, 200, "{}", run.body);
        assert_eq!(json(&run)["looked_at"], 2);
        let again = post(&cash, path, "r-1", "{}");
        assert_eq!(again.body, run.body, "the first answer again");
        assert_eq!(
            post(&cash, path, "r-1", "{\"as_of\":\"2025-01-01\"}").status,
            409
        );
        assert_eq!(post(&cash, path, "r-2", "[").status, 400);
        assert_eq!(post(&cash, path, "r-3", "{\"as_of\":\"soon\"}").status, 422);
        // Escalation: each verb with a role that has no business with it.
        let wish = format!(
            "{{\"kind\":\"write_off\",\"item\":\"{item}\",\"on\":\"2025-03-31\",\"reason\":\"x\",\
             \"amount\":{{\"amount\":\"1.00\",\"currency\":\"EUR\"}}}}"
        );
        assert_eq!(post(&cash, "/api/v1/approvals", "w-1", &wish).status, 403);
        assert_eq!(
            post(&cash, "/api/v1/periods/2025-01/close", "p-1", "").status,
            403
        );
        let asked = post(&credit, "/api/v1/approvals", "w-1", &wish);
        let waits = json(&asked)["state"] == "waiting";
        if asked.status == 200 {
            assert!(waits, "{}", asked.body);
            let id = json(&asked)["id"].as_str().expect("an id").to_owned();
            let decide = format!("/api/v1/approvals/{id}/decision");
            let approve = "{\"verdict\":\"approve\"}";
            assert_eq!(
                post(&credit, &decide, "d-1", approve).status,
                403,
                "own work"
            );
            assert_eq!(post(&auditor, &decide, "d-1", approve).status, 403);
            assert_eq!(post(&controller, &decide, "d-1", approve).status, 200);
        } else {
            // The payment was applied by the run: nothing is left to give up.
            assert_eq!(asked.status, 422, "{}", asked.body);
        }
        assert_eq!(
            post(&controller, "/api/v1/periods/2025-01/close", "p-1", "").status,
            200
        );
        fixture.verify();
    });
}
