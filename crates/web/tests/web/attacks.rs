//! Attempts through the browser and REST that must fail or do no harm.

use books::Db;
use domain::money::Currency;

use crate::client::{Answer, Client};
use crate::server::{Fixture, context, on_every_engine};

const NASTY: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE party; --",
    "' OR 1=1 --",
    "{{7*7}}",
    "=HYPERLINK(\"http://example.com\")",
    "../../../etc/passwd",
    "%00",
];

fn post(client: &Client, path: &str, key: &str, body: &str) -> Answer {
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    client.send("POST", path, &headers, body)
}

fn escaped(text: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    digits.concat()
}

/// Nothing of what was sent became more than text.
fn is_harmless(answer: &Answer, sent: &str) {
    let what = format!("{sent}: {}", answer.body);
    assert!(answer.status < 500, "{what}");
    for mark in ["<script>alert", "<img src=x", "<svg onload"] {
        assert!(!answer.body.contains(mark), "{what}");
    }
    assert!(!answer.body.contains(">49<"), "{what}");
}

#[test]
fn what_is_typed_stays_text_on_every_page() {
    on_every_engine("att_typed", |fixture| {
        let owner = fixture.owner();
        let paths = [
            "/search?q=",
            "/customers?name=",
            "/customers/",
            "/documents?party=",
            "/documents?number=",
            "/documents/",
            "/journal-lines?account=",
            "/audit?text=",
            "/audit?actor=",
            "/audit/log.csv?text=",
            "/approvals?told=",
            "/approvals?show=",
            "/periods/",
            "/periods?told=",
            "/reports/",
            "/reports/statement-of-account?party=",
            "/login?then=",
        ];
        for text in NASTY {
            for path in paths {
                is_harmless(&owner.get(&format!("{path}{}", escaped(text))), text);
            }
            let person = [
                ("login", *text),
                ("name", *text),
                ("role", "auditor"),
                ("limit", *text),
                ("portfolio", *text),
            ];
            is_harmless(&owner.submit("/people", "/people/add", &person), text);
            let customer = "/customers/C-1";
            for (kind, field) in [
                ("credit_memo", "amount"),
                ("terms", "terms"),
                ("bank_details", "number"),
            ] {
                let wish = [
                    ("party", "C-1"),
                    (field, *text),
                    ("reason", *text),
                    ("back", *text),
                ];
                is_harmless(
                    &owner.submit(customer, &format!("/ask/{kind}"), &wish),
                    text,
                );
            }
        }
        // What was kept is shown as text, also where it is a name or a reason.
        let named = [
            ("login", "mallory"),
            ("name", "<script>alert(1)</script>"),
            ("role", "auditor"),
            ("limit", ""),
        ];
        assert_eq!(owner.submit("/people", "/people/add", &named).status, 200);
        for path in [
            "/people",
            "/approvals?show=all",
            "/audit",
            "/customers/C-1",
            "/",
        ] {
            is_harmless(&owner.get(path), path);
        }
        assert!(owner.get("/people").body.contains("&lt;script&gt;"));
        assert_eq!(
            owner.get("/customers/C-1").status,
            200,
            "the tables are there"
        );
        fixture.verify();
    });
}

/// A second company in the same database, with a customer of its own; tells a document of it.
fn neighbour(fixture: &Fixture) -> String {
    let db = Db::open(&fixture.url).expect("the database opens");
    let founding = books::entities::Founding {
        name: "Neighbour Ltd".into(),
        currency: Currency::parse("EUR").expect("EUR"),
        country: "DE".into(),
        code: Some("NEXT".into()),
    };
    books::entities::found(&db, &context("boss"), &founding).expect("founded");
    let files = [
        (
            formats::exchange::Kind::Customers,
            "customer_id,name,country,currency\nX-1,Secret Customer,DE,EUR\n",
        ),
        (
            formats::exchange::Kind::OpenItems,
            "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount\n\
             SECRET-1,invoice,X-1,2025-01-10,2025-02-09,EUR,77.77,77.77\n",
        ),
    ];
    for (kind, text) in files {
        let open = || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(text.as_bytes())) };
        let source = books::imports::Source {
            name: "next.csv".into(),
            open: &open,
        };
        let options = books::imports::Options {
            partial: false,
            side: domain::documents::Side::Receivable,
        };
        books::imports::import(&db, &context("boss"), Some("NEXT"), kind, &source, options)
            .expect("imported");
    }
    db.read(&context("boss"), Some("NEXT"), |work| {
        let list = books::reports::lists::find("documents").expect("the list");
        let page = books::reports::lists::page(work, list, &books::reports::lists::Ask::default())?;
        Ok(page.rows[0][0].to_string())
    })
    .expect("read")
}

#[test]
fn one_company_sees_nothing_of_its_neighbour() {
    on_every_engine("att_neighbour", |fixture| {
        let document = neighbour(fixture);
        let owner = fixture.owner();
        let program = fixture.program(&owner, "reader", "auditor");
        for path in [
            "/customers",
            "/documents",
            "/open-items",
            "/aging?by=document",
            "/journal",
            "/audit",
            "/search?q=SECRET-1",
            "/reports/documents?party=X-1",
            "/reports/statement-of-account?party=X-1",
        ] {
            let answer = owner.get(path);
            assert!(!answer.body.contains("Secret Customer"), "{path}");
            assert!(!answer.body.contains("77.77"), "{path}");
        }
        assert_eq!(owner.get("/customers/X-1").status, 404);
        assert_eq!(owner.get(&format!("/documents/{document}")).status, 404);
        let one = program.get(&format!("/api/v1/documents/{document}"));
        assert_eq!(one.status, 404, "{}", one.body);
        for list in [
            "customers",
            "documents",
            "open-items",
            "journal-lines",
            "audit",
        ] {
            let answer = program.get(&format!("/api/v1/{list}?limit=500"));
            assert!(!answer.body.contains("SECRET"), "{list}");
        }
        for entity in ["NORDLICHT", "NEXT"] {
            let db = Db::open(&fixture.url).expect("the database opens");
            let checks = db.read(&context("owner"), Some(entity), books::verify::verify);
            let checks = checks.expect("verified");
            assert!(
                checks.iter().all(|check| check.problem.is_none()),
                "{checks:?}"
            );
        }
    });
}

#[test]
fn programs_climb_nowhere() {
    on_every_engine("att_climb", |fixture| {
        let owner = fixture.owner();
        let cash = fixture.program(&owner, "cash", "cash_application");
        let credit = fixture.program(&owner, "credit", "credit");
        let wish =
            |kind: &str, rest: &str| format!("{{\"kind\":\"{kind}\",\"reason\":\"x\",{rest}}}");
        let document = "\"document\":{\"kind\":\"credit_memo\",\"party\":\"C-1\",\
            \"issued_on\":\"2025-03-31\",\"lines\":[{\"unit_price\":\"5.00\"}]}";
        let tries = [
            wish("terms", "\"party\":\"C-1\",\"terms\":\"NET90\""),
            wish("credit_limit", "\"party\":\"C-1\""),
            wish("bank_details", "\"party\":\"C-1\",\"number\":\"DE1\""),
            wish("close_period", "\"period\":\"2025-01\""),
            wish("reopen_period", "\"period\":\"2025-01\""),
            wish("document", document),
            wish(
                "reverse",
                "\"document\":\"INV-1\",\"document_kind\":\"credit_memo\",\"on\":\"2025-03-31\"",
            ),
        ];
        for (place, body) in tries.iter().enumerate() {
            let answer = post(&cash, "/api/v1/approvals", &format!("k-{place}"), body);
            assert_eq!(answer.status, 403, "{body}: {}", answer.body);
        }
        // A kind that is called another to get under another permission is refused, too.
        let lie = wish(
            "reverse",
            "\"document\":\"INV-1\",\"document_kind\":\"receipt\",\"on\":\"2025-03-31\"",
        );
        let answer = post(&cash, "/api/v1/approvals", "lie", &lie);
        assert_eq!(answer.status, 422, "{}", answer.body);
        // A document with lines waits through REST, and its maker does not approve it.
        let asked = post(
            &credit,
            "/api/v1/approvals",
            "doc",
            &wish("document", document),
        );
        assert_eq!(asked.status, 200, "{}", asked.body);
        let asked: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
        assert_eq!(asked["state"], "waiting");
        let id = asked["id"].as_str().expect("an id");
        let approve = format!("/api/v1/approvals/{id}/decision");
        let own = post(&credit, &approve, "a-1", "{\"verdict\":\"approve\"}");
        assert_eq!(own.status, 403, "{}", own.body);
        let rules = "{\"area\":\"credit_memos\",\"reason\":\"me\",\"rules\":[]}";
        let lifted = post(&credit, "/api/v1/approval-policies", "p-1", rules);
        assert_eq!(lifted.status, 403, "{}", lifted.body);
        // What is no wish at all breaks nothing.
        for body in [
            wish("document", "\"document\":{\"kind\":\"credit_memo\"}"),
            wish("terms", "\"changes\":[]"),
            wish("bank_details", "\"accounts\":[{\"party\":7}]"),
            wish(
                "credit_limit",
                "\"party\":\"C-1\",\"amount\":{\"amount\":\"lots\",\"currency\":\"EUR\"}",
            ),
            wish("owner", "\"party\":\"C-1\""),
        ] {
            let answer = post(&credit, "/api/v1/approvals", &body.len().to_string(), &body);
            assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        }
        fixture.verify();
    });
}
