//! Certificates in the browser and through REST, on both engines.

use books::Db;
use books::open_items::{self, Apply, Settle};
use domain::deductions::Deduction;
use domain::documents::DocumentKind;
use domain::money::{Currency, Money};
use domain::settlement::Discount;

use crate::client::{Answer, Client, json, post};
use crate::server::{Fixture, context, on_every_engine};

/// A customer keeps 11.90 back of INV-1: TW-000001.
fn withhold(fixture: &Fixture) {
    let db = Db::open(&fixture.url).expect("the database opens");
    let euro = Currency::parse("EUR").expect("a currency");
    let order = Apply {
        on: "2025-03-10".parse().expect("a day"),
        settle: vec![Settle {
            document: "INV-1".into(),
            amount: None,
            deductions: vec![Deduction {
                kind: DocumentKind::TaxWithheld,
                amount: Money::new(1_190, euro),
            }],
        }],
        with: Vec::new(),
        discount: Discount::None,
        excess: None,
    };
    db.write(&context("owner"), None, |work| {
        open_items::apply(work, std::slice::from_ref(&order))
    })
    .expect("withheld");
}

fn rest(client: &Client, path: &str, key: &str, body: &str) -> (u16, serde_json::Value) {
    let answer = post(client, path, key, body);
    (answer.status, json(&answer))
}

/// Sends the form of a certificate with its paper.
fn upload(client: &Client, number: &str, amount: &str) -> Answer {
    let mark = client.get("/certificates/add").csrf();
    let fields = [
        ("csrf", mark.as_str()),
        ("party", "C-1"),
        ("kind", "withholding"),
        ("number", number),
        ("authority", "Tax office"),
        ("country", "in"),
        ("region", ""),
        ("issued_on", "2025-03-20"),
        ("valid_from", "2025-01-01"),
        ("valid_until", "2025-03-31"),
        ("amount", amount),
        ("currency", "eur"),
        ("tax_rate", "10"),
        ("only_for", ""),
        ("covering", ""),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--xyz--\r\n";
    let kind = ("Content-Type", "multipart/form-data; boundary=xyz");
    client.send("POST", "/certificates/add", &[kind], &body)
}

#[test]
fn certificates_are_asked_for_kept_and_charged_back_in_the_browser() {
    on_every_engine("certificate_pages", |fixture| {
        let owner = fixture.owner();
        withhold(fixture);
        let clerk = fixture.person(&owner, "cash", "cash_application");
        let auditor = fixture.person(&owner, "audit", "auditor");
        let page = "/certificates";
        let seen = auditor.get(page);
        assert!(seen.body.contains("TW-000001"), "{}", seen.body);
        assert!(!seen.body.contains("Ask for the certificates"));
        assert_eq!(upload(&auditor, "A/1", "5.00").status, 403);
        // Asked once, and the letter is there to be sent.
        let ask = [("back", "/parties/C-1"), ("party", "C-1")];
        let asked = clerk.submit(page, "/certificates/ask", &ask);
        assert_eq!(asked.status, 303, "{}", asked.body);
        assert!(
            asked
                .header("location")
                .is_some_and(|to| to.contains("Alpha%20Ltd"))
        );
        let letter = clerk.get(page).link("/certificate-askings/ask_");
        let letter = clerk.get(&letter);
        assert_eq!(letter.header("content-type"), Some("message/rfc822"));
        assert!(letter.body.contains("INV-1") && letter.body.contains("11,90 EUR"));
        // What is refused stands beside its field.
        let wrong = upload(&clerk, "A/1", "5,00");
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        for part in ["value=\"5,00\"", "id=\"wrong-amount\""] {
            assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
        }
        let kept = upload(&clerk, "A/1", "5.00");
        assert_eq!(kept.status, 303, "{}", kept.body);
        let to = kept.header("location").expect("a way").to_owned();
        let seen = clerk.get(&to);
        for part in ["covers TW-000001", "a.pdf", "6.90", "Used"] {
            // What is awaited still stands on the page of all of them.
            let found = seen.body.contains(part) || clerk.get(page).body.contains(part);
            assert!(found, "{part}: {}", seen.body);
        }
        let one = to.split('?').next().expect("a path").to_owned();
        assert!(clerk.get(&format!("{one}/paper")).body.contains("%PDF-1.4"));
        let again = upload(&clerk, "A/1", "5.00");
        assert!(again.body.contains("id=\"wrong-number\""), "{}", again.body);
        let party = clerk.get("/customers/C-1").body;
        assert!(party.contains("Tax withheld and certificates"), "{party}");
        // None comes for the rest.
        let tax = clerk.get(page).link("/documents/doc_");
        let charge = format!("{tax}/charge-back");
        let fields = |amount: &'static str| {
            [
                ("currency", "EUR"),
                ("amount", amount),
                ("reason", "none came"),
            ]
        };
        let beyond = clerk.submit(&tax, &charge, &fields("7.00"));
        assert_eq!(beyond.status, 422, "{}", beyond.body);
        assert!(
            beyond.body.contains("id=\"wrong-amount\""),
            "{}",
            beyond.body
        );
        let charged = clerk.submit(&tax, &charge, &fields(""));
        assert_eq!(charged.status, 303, "{}", charged.body);
        assert!(clerk.get(page).body.contains("Nothing is awaited"));
        // Withdrawn by mistake kept; what it covered is awaited again.
        let reason = [("reason", "of another year")];
        let gone = clerk.submit(&one, &format!("{one}/withdraw"), &reason);
        assert_eq!(gone.status, 303, "{}", gone.body);
        assert!(clerk.get(page).body.contains("TW-000001"));
        assert_eq!(auditor.get("/reports/withholding").status, 200);
        fixture.verify();
    });
}

#[test]
fn programs_do_the_same() {
    on_every_engine("certificate_rest", |fixture| {
        let owner = fixture.owner();
        withhold(fixture);
        let program = fixture.program(&owner, "robot", "ar_specialist");
        let new = |number: &str, more: &str| {
            format!(
                r#"{{"party":"C-1","kind":"withholding","number":"{number}","authority":"TO",
                "country":"IN","issued_on":"2025-03-20","valid_from":"2025-01-01",
                "valid_until":"2025-03-31","amount":{{"amount":"5.00","currency":"EUR"}}{more}}}"#
            )
        };
        let path = "/api/v1/certificates";
        let (status, asked) = rest(&program, "/api/v1/certificate-askings", "k1", "{}");
        assert_eq!(status, 200, "{asked}");
        let asked = asked["asked"][0].clone();
        assert_eq!(asked["awaited"][0]["amount"], "11.90", "{asked}");
        let id = asked["id"].as_str().expect("an id");
        let letter = program.get(&format!("/api/v1/certificate-askings/{id}/letter"));
        assert!(letter.body.contains("TW-000001"), "{}", letter.body);
        let (status, kept) = rest(&program, path, "k2", &new("A/1", r#","file":"JVBERg==""#));
        assert_eq!(status, 200, "{kept}");
        assert_eq!(kept["covers"][0]["amount"]["amount"], "5.00", "{kept}");
        let (_, again) = rest(&program, path, "k2", &new("A/1", r#","file":"JVBERg==""#));
        assert_eq!(kept, again, "taken once");
        let (status, refused) = rest(&program, path, "k3", &new("A/1", ""));
        assert_eq!(
            (status, &refused["code"]),
            (422, &"certificate_known".into()),
            "{refused}"
        );
        let (_, second) = rest(&program, path, "k4", &new("A/2", r#","documents":[]"#));
        assert_eq!(second["covers"], serde_json::json!([]));
        let id = second["id"].as_str().expect("an id");
        let cover = r#"{"documents":[{"document":"TW-000001","amount":{"amount":"2.00","currency":"EUR"}}]}"#;
        let (status, covered) = rest(&program, &format!("{path}/{id}/cover"), "k5", cover);
        assert_eq!(status, 200, "{covered}");
        let covers = program.get(&format!("{path}/{id}/covers")).body;
        assert!(covers.contains("2.00"), "{covers}");
        let (status, _) = rest(
            &program,
            &format!("{path}/{id}/withdraw"),
            "k6",
            r#"{"reason":"x"}"#,
        );
        assert_eq!(status, 200);
        let list = program.get(&format!("{path}?party=C-1")).body;
        assert!(list.contains("\"withdrawn\":\"x\""), "{list}");
        let charge = r#"{"reason":"none came"}"#;
        let (status, charged) = rest(
            &program,
            "/api/v1/documents/TW-000001/charge-back",
            "k7",
            charge,
        );
        assert_eq!(status, 200, "{charged}");
        let report = program.get("/api/v1/reports/withholding").body;
        assert!(report.contains("\"covered\""), "{report}");
        let policy = program.get("/api/v1/certificate-policy").body;
        assert_eq!(policy, r#"{"ask_again_after_days":30}"#);
        fixture.verify();
    });
}
