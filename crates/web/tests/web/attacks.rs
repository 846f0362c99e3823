//! Attempts through the browser and REST that must fail or do no harm.

use books::Db;
use domain::money::Currency;

use crate::client::{Answer, Client, json, post};
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
            ("portfolio", ""),
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
        let asked = json(&asked);
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

/// Roles by REST go through the same rules as on the page: nobody raises oneself, duties stay
/// apart, and who holds none does not come in.
#[test]
fn roles_are_given_by_rest_under_the_same_rules() {
    on_every_engine("att_roles", |fixture| {
        let owner = fixture.owner();
        let admin = fixture.program(&owner, "admin", "administrator");
        let cash = fixture.program(&owner, "cash", "cash_application");
        let agent = fixture.agent(&owner, "helper", "administrator");
        let people = "/api/v1/people";
        let mut count = 0;
        let mut sent = |client: &Client, path: &str, body: &str| {
            count += 1;
            let answer = post(client, path, &format!("k-{count}"), body);
            let json = json(&answer);
            (answer.status, json)
        };
        let code = |json: &serde_json::Value| json["code"].as_str().unwrap_or_default().to_owned();
        let bob = "{\"login\":\"bob\",\"role\":\"credit\",\
            \"limit\":{\"amount\":\"500.00\",\"currency\":\"EUR\"},\"portfolio\":\"region=North\"}";
        let (status, added) = sent(&admin, people, bob);
        assert_eq!(status, 200, "{added}");
        assert_eq!(added["roles"][0]["limit"]["amount"], "500.00");
        assert_eq!(added["roles"][0]["portfolio"], "region=North");
        assert_eq!(sent(&admin, people, bob).0, 409, "a login is one person's");
        for client in [&cash, &agent] {
            let (status, told) = sent(
                client,
                people,
                "{\"login\":\"eve\",\"role\":\"controller\"}",
            );
            assert_eq!(status, 403, "{told}");
            let (status, _) = sent(client, "/api/v1/people/bob/deactivate", "");
            assert_eq!(status, 403);
        }
        // Nobody raises oneself, makes an owner or puts duties together that must be apart.
        let own = "/api/v1/people/token:admin/roles";
        let (status, told) = sent(&admin, own, "{\"role\":\"controller\"}");
        assert_eq!((status, code(&told).as_str()), (403, "own_roles"));
        let roles = "/api/v1/people/bob/roles";
        let (status, told) = sent(&admin, roles, "{\"role\":\"owner\"}");
        assert_eq!((status, code(&told).as_str()), (422, "no_role"));
        let (status, told) = sent(&admin, roles, "{\"role\":\"cash_application\"}");
        assert_eq!(
            (status, code(&told).as_str()),
            (403, "duties_meet"),
            "{told}"
        );
        let dollars = "{\"role\":\"credit\",\"limit\":{\"amount\":\"1.00\",\"currency\":\"USD\"}}";
        assert_eq!(code(&sent(&admin, roles, dollars).1), "not_an_amount");
        assert_eq!(
            code(&sent(&admin, "/api/v1/people/owner/deactivate", "").1),
            "own_roles"
        );
        let subject = "{\"subject\":\"mine\"}";
        let link = "/api/v1/people/owner/openid-subject";
        assert_eq!(sent(&admin, link, subject).0, 403);
        // Taken away is taken away, with whatever let them in.
        let (status, told) = sent(&admin, "/api/v1/people/bob/roles/credit/take", "");
        assert_eq!(
            (status, told["roles"].as_array().map(Vec::len)),
            (200, Some(0))
        );
        assert_eq!(cash.get("/api/v1/documents").status, 200);
        let (status, told) = sent(&admin, "/api/v1/people/token:cash/deactivate", "");
        assert_eq!(status, 200, "{told}");
        assert_eq!(cash.get("/api/v1/documents").status, 401);
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        assert_eq!(clerk.get("/documents").status, 200);
        assert_eq!(sent(&admin, "/api/v1/people/clerk/deactivate", "").0, 200);
        assert_eq!(clerk.get("/documents").status, 303, "the session is over");
        let back = Client::new(fixture.address);
        let fields = [("login", "clerk"), ("password", crate::server::PASSWORD)];
        assert_ne!(
            back.post("/login", &fields).status,
            303,
            "no role, no way in"
        );
        fixture.verify();
    });
}

/// What is imported goes through the permissions of whoever sends it.
#[test]
fn imports_climb_nowhere() {
    on_every_engine("att_import", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.program(&owner, "audit", "auditor");
        let collector = fixture.program(&owner, "coll", "collector");
        let admin = fixture.program(&owner, "admin", "administrator");
        let agent = fixture.agent(&owner, "helper", "ar_senior");
        let files = [
            (
                "customers",
                "customer_id,name,country,currency\nE-1,Evil Ltd,DE,EUR\n",
            ),
            (
                "customers",
                "customer_id,name,country,currency,known_bank_accounts\n\
                 C-1,Alpha Ltd,DE,EUR,DE89370400440532013000\n",
            ),
            (
                "vendors",
                "vendor_id,name,country,currency\nE-2,Evil Ltd,DE,EUR\n",
            ),
            (
                "open-items",
                "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount\n\
                 E-3,invoice,C-1,2025-01-10,2025-02-09,EUR,9.00,9.00\n",
            ),
            (
                "rates",
                "date,from_currency,to_currency,rate,source\n2025-01-31,USD,EUR,9,me\n",
            ),
            (
                "company",
                "{\"names\":[\"Evil Ltd\"],\"accounts\":[],\"policy\":{\"rounding_tolerance\":1000}}",
            ),
        ];
        let parties = |client: &Client| client.get("/api/v1/customers?limit=500").body;
        let before = parties(&auditor);
        for (place, (what, text)) in files.iter().enumerate() {
            for (who, client) in [&auditor, &collector, &admin, &agent]
                .into_iter()
                .enumerate()
            {
                let headers = [
                    ("Content-Type", "application/octet-stream"),
                    ("Idempotency-Key", "a-key"),
                ];
                let path = format!("/api/v1/imports/{what}");
                let answer = client.send("POST", &path, &headers, text);
                assert_eq!(answer.status, 403, "{place} by {who}: {}", answer.body);
            }
        }
        assert_eq!(parties(&auditor), before);
        fixture.verify();
    });
}
