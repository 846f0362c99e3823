//! Pages offer what whoever looks may do, and lead to what their figures are made of.

use crate::server::on_every_engine;

#[test]
fn nobody_is_offered_what_they_may_not_do() {
    on_every_engine("offers", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.person(&owner, "ari", "auditor");
        let specialist = fixture.person(&owner, "anna", "ap_specialist");
        let credit = fixture.person(&owner, "carl", "credit");
        let controller = fixture.person(&owner, "cora", "controller");
        let customer = "/customers/C-1";
        for (client, offered) in [
            (&auditor, ""),
            (&credit, "/ask/terms"),
            (&owner, "/ask/terms"),
        ] {
            let page = client.get(customer).body;
            assert_eq!(
                page.contains("action=\"/ask/"),
                !offered.is_empty(),
                "{page}"
            );
            assert!(page.contains(offered), "{page}");
        }
        assert!(auditor.get("/reports").body.contains("access-review"));
        assert!(!specialist.get("/reports").body.contains("access-review"));
        assert!(!specialist.get("/approvals").body.contains("/journal/new"));
        assert!(controller.get("/approvals").body.contains("/journal/new"));
        let bill = specialist.get("/documents/new?kind=bill").body;
        assert!(!bill.contains("/journal/new"), "{bill}");
        let imports = specialist.get("/imports").body;
        assert!(!imports.contains("href=\"/bank\" class"), "{imports}");
        // A request is decided by those whose turn it is, and withdrawn by who made it.
        let asked = [("party", "C-1"), ("amount", "5000"), ("reason", "grows")];
        let waits = credit.submit(customer, "/ask/credit_limit", &asked);
        assert_eq!(waits.status, 303, "{}", waits.body);
        let offers = |client: &crate::client::Client, verdict: &str| {
            let page = client.get("/approvals").body;
            assert!(page.contains("grows"), "{page}");
            page.contains(&format!("value=\"{verdict}\""))
        };
        assert!(offers(&controller, "approve") && !offers(&controller, "withdraw"));
        assert!(offers(&credit, "withdraw") && !offers(&credit, "approve"));
        for client in [&auditor, &specialist] {
            assert!(!offers(client, "approve") && !offers(client, "withdraw"));
        }
        // Nobody changes their own roles or the owner's.
        let administrator = fixture.person(&owner, "adam", "administrator");
        let people = administrator.get("/people").body;
        let choices = people
            .split("name=\"login\"")
            .filter(|part| part.contains("<option"));
        let choices: String = choices.collect();
        assert!(choices.contains("value=\"anna\""), "{people}");
        for login in ["owner", "adam"] {
            let option = format!("value=\"{login}\">{login}</option>");
            assert!(!people.contains(&option), "{people}");
        }
    });
}

#[test]
fn figures_lead_to_what_they_are_made_of() {
    on_every_engine("leads", |fixture| {
        let owner = fixture.owner();
        crate::work::take_statement(&owner);
        let balance = owner
            .get("/reports/trial-balance?from=2025-01-01&as_of=2025-01-31")
            .body;
        let lines = "/journal-lines?from=2025-01-01&amp;to=2025-01-31&amp;account=1200";
        assert!(balance.contains(lines), "{balance}");
        let journal = owner.get("/reports/journal").body;
        assert!(journal.contains("/search?q=INV-1\""), "{journal}");
        assert!(!journal.contains("/search?q=1\""), "{journal}");
        let lines = owner.get("/bank/lines").body;
        let line = lines
            .split("href=\"/cash/")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let opened = owner.get(&format!("/cash/{}", line.expect("a line")));
        let desk = opened.header("location").unwrap_or_default().to_owned();
        let line = owner.get(&desk).body;
        assert!(line.contains("<dt>From</dt>"), "{desk}: {line}");
        let bill = owner.get("/documents/new?kind=bill").body;
        for page in [bill, owner.get("/journal/new").body] {
            assert!(page.contains("list=\"accounts\""), "{page}");
            assert!(page.contains("5000 Purchases</option>"), "{page}");
            assert!(!page.contains("2000 Accounts payable</option>"), "{page}");
        }
        let invoices = owner.get("/documents?kind=invoice").body;
        assert!(invoices.contains("INV-1"), "{invoices}");
        assert!(invoices.contains("<option value=\"vendor_credit\">Vendor credit</option>"));
        assert!(owner.get("/audit").body.contains("/audit/log.xlsx"));
        let attempts = owner.get("/webhook-attempts").body;
        assert!(!attempts.contains("/audit/log"), "{attempts}");
        let review = owner.get("/reports/access-review").body;
        fixture.person(&owner, "anna", "ap_specialist");
        assert!(!review.contains("Ap specialist"), "{review}");
        let review = owner.get("/reports/access-review").body;
        assert!(review.contains("A/P specialist"), "{review}");
    });
}
