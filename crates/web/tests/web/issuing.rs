//! Documents by hand in the browser: the entry is seen before anything is posted.

use crate::client::Answer;
use crate::server::on_every_engine;

const NEW: &str = "/documents/new";

/// The proof that the entry was shown.
fn seen(answer: &Answer) -> String {
    let after = answer.body.split("name=\"seen\" value=\"").nth(1);
    let seen = after.and_then(|rest| rest.split('"').next());
    seen.expect("the entry was shown").to_owned()
}

fn invoice<'a>(act: &'a str, seen: &'a str, price: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "invoice"),
        ("party", "C-1"),
        ("issued_on", "2025-03-31"),
        ("terms", "NET30"),
        ("memo", "as ordered"),
        ("description", "Paper"),
        ("quantity", "2"),
        ("unit_price", price),
        ("tax_rate", "19"),
        ("description", ""),
        ("quantity", ""),
        ("unit_price", ""),
        ("tax_rate", ""),
        ("act", act),
        ("seen", seen),
    ]
}

#[test]
fn an_invoice_is_looked_at_and_then_issued() {
    on_every_engine("issue_invoice", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person(&owner, "clerk", "billing");
        assert!(clerk.get("/documents").body.contains(NEW));
        let form = clerk.get("/documents/new?kind=invoice&party=C-1");
        assert_eq!(form.status, 200, "{}", form.body);
        assert!(form.body.contains("value=\"C-1\""), "{}", form.body);
        assert!(
            !form.body.contains("value=\"do\""),
            "not before the entry was seen"
        );
        let shown = clerk.submit(NEW, NEW, &invoice("check", "", "100.00"));
        assert_eq!(shown.status, 200, "{}", shown.body);
        for part in [
            "238.00",
            "38.00",
            "Would be posted",
            "as ordered",
            "value=\"do\"",
        ] {
            assert!(shown.body.contains(part), "{part}: {}", shown.body);
        }
        // Nothing else is posted than what was seen.
        let seen = seen(&shown);
        let other = clerk.submit(NEW, NEW, &invoice("do", &seen, "200.00"));
        assert_eq!(other.status, 200, "{}", other.body);
        assert!(other.body.contains("476.00"), "{}", other.body);
        assert!(!clerk.get("/documents").body.contains("238.00"));
        let issued = clerk.submit(NEW, NEW, &invoice("do", &seen, "100.00"));
        assert_eq!(issued.status, 303, "{}", issued.body);
        let to = issued.header("location").unwrap_or_default().to_owned();
        assert!(to.starts_with("/documents/doc_"), "{to}");
        let page = clerk.get(&to).body;
        for part in ["238.00", "aria-label=\"Lines\"", "Paper"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let more = clerk.submit(NEW, NEW, &invoice("lines", "", "100.00"));
        assert_eq!(
            more.body.matches("name=\"unit_price\"").count(),
            6,
            "{}",
            more.body
        );
        fixture.verify();
    });
}

#[test]
fn what_a_document_lacks_is_told_beside_its_field() {
    on_every_engine("issue_refused", |fixture| {
        let owner = fixture.owner();
        let with = |name: &'static str, value: &'static str| {
            let mut fields = invoice("check", "", "100.00");
            fields.retain(|(known, _)| *known != name);
            fields.insert(0, (name, value));
            owner.submit(NEW, NEW, &fields)
        };
        for (name, value, place) in [
            ("party", "nobody", "wrong-party"),
            ("issued_on", "", "wrong-issued_on"),
            ("issued_on", "soon", "wrong-issued_on"),
            ("terms", "whenever", "wrong-terms"),
            ("due_on", "2025-01-01", "wrong-due_on"),
            ("currency", "XX", "wrong-currency"),
            ("rate", "much", "wrong-rate"),
            ("unit_price", "cheap", "wrong-unit_price-1"),
            ("quantity", "few", "wrong-quantity-1"),
            ("account", "9999", "wrong-lines"),
        ] {
            let refused = with(name, value);
            let status = if value == "nobody" { 404 } else { 422 };
            assert_eq!(refused.status, status, "{name}: {}", refused.body);
            let place = format!("id=\"{place}\"");
            assert!(refused.body.contains(&place), "{place}: {}", refused.body);
            assert!(refused.body.contains("as ordered"), "{}", refused.body);
        }
        assert_eq!(with("kind", "returned_receipt").status, 422);
        assert_eq!(with("act", "").status, 422);
    });
}

#[test]
fn nobody_is_offered_what_they_may_not_issue() {
    on_every_engine("issue_roles", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.person(&owner, "audit", "auditor");
        assert!(!auditor.get("/documents").body.contains(NEW));
        let page = auditor.get(NEW);
        assert!(!page.body.contains("unit_price"), "{}", page.body);
        let credit = fixture.person(&owner, "cora", "credit");
        let page = credit.get("/documents/new?kind=bill");
        assert!(!page.body.contains("unit_price"), "{}", page.body);
        // What others must approve waits, with its entry.
        let memo = |act: &'static str, seen: &str| {
            let mut fields = invoice(act, seen, "100.00");
            fields[0] = ("kind", "credit_memo");
            fields.push(("reason", "spoiled"));
            let answer = credit.submit("/approvals/delegations", NEW, &fields);
            assert!(answer.status < 400, "{}", answer.body);
            answer
        };
        let shown = memo("check", "");
        assert!(
            shown.body.contains("once somebody else approves it"),
            "{}",
            shown.body
        );
        let asked = memo("do", &seen(&shown));
        let to = asked.header("location").unwrap_or_default();
        assert!(to.starts_with("/approvals?"), "{to}");
        assert!(owner.get("/approvals").body.contains("spoiled"));
    });
}

#[test]
fn what_is_above_a_limit_is_refused_before_it_is_offered() {
    on_every_engine("issue_limited", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person_within(&owner, "clerk", ("billing", "100.00"));
        let shown = clerk.submit(NEW, NEW, &invoice("check", "", "20.00"));
        assert!(shown.body.contains("Would be posted:"), "{}", shown.body);
        // It would not wait for others: nobody can ask for what is above the own limit.
        let refused = clerk.submit(NEW, NEW, &invoice("check", "", "100.00"));
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(refused.body.contains("above the limit"), "{}", refused.body);
        assert!(!refused.body.contains("value=\"do\""), "{}", refused.body);
    });
}
