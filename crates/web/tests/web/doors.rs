//! Coming in, staying in, and what must not work.

use crate::client::{Client, json, post};
use crate::server::{PASSWORD, on_every_engine};

/// Every page that needs no more than to be somebody.
const PAGES: &[&str] = &[
    "/",
    "/customers",
    "/customers?name=al",
    "/customers/C-1",
    "/customers/C-2",
    "/vendors",
    "/documents",
    "/documents?party=C-1&open=yes",
    "/open-items",
    "/aging",
    "/aging?by=document",
    "/aging?side=payable",
    "/reports",
    "/reports/trial-balance",
    "/reports/tie-out",
    "/reports/statement-of-account",
    "/reports/statement-of-account?party=C-1",
    "/journal",
    "/imports",
    "/documents/new",
    "/documents/new?kind=bill",
    "/documents/new?kind=receipt",
    "/parties/C-1/settle",
    "/parties/C-1/settle?side=payable",
    "/journal-lines?account=1200",
    "/bank/statements",
    "/bank/lines",
    "/remittances",
    "/remittances?explains=nothing&text=alpha",
    "/approvals",
    "/approvals/policies",
    "/approvals/delegations",
    "/periods",
    "/periods/2025-01",
    "/runs",
    "/search?q=alpha+ltd",
];

#[test]
fn every_page_opens_and_says_who_may_not_see_it() {
    on_every_engine("pages", |fixture| {
        let stranger = Client::new(fixture.address);
        for path in PAGES {
            let answer = stranger.get(path);
            assert_eq!(answer.status, 303, "{path}");
            let to = answer.header("location").unwrap_or_default();
            assert!(to.starts_with("/login"), "{path}: {to}");
        }
        let owner = fixture.owner();
        let control = [
            "/people",
            "/audit",
            "/audit?text=found&from=2025-01-01",
            "/audit/log.csv?text=found",
            "/audit/sample.csv?seed=7&size=2",
        ];
        for path in PAGES.iter().chain(&control) {
            let answer = owner.get(path);
            let is_search = path.starts_with("/search");
            assert_eq!(
                answer.status,
                if is_search { 303 } else { 200 },
                "{path}: {}",
                answer.body
            );
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(policy.starts_with("default-src 'none'"), "{path}");
            assert!(!answer.body.contains("<script>alert"), "{path}");
        }
        for path in [
            "/customers/nobody",
            "/documents/doc_0",
            "/journal/je_0",
            "/nowhere",
        ] {
            assert_eq!(owner.get(path).status, 404, "{path}");
        }
        for path in [
            "/aging?as_of=never",
            "/documents?from=x",
            "/documents?color=red",
            "/audit/sample.csv?seed=x",
        ] {
            assert_eq!(owner.get(path).status, 422, "{path}");
        }
        fixture.verify();
    });
}

#[test]
fn amounts_are_found_from_the_aging_down_to_the_journal() {
    on_every_engine("down", |fixture| {
        let owner = fixture.owner();
        let aging = owner.get("/aging");
        assert!(aging.body.contains("139.00"), "{}", aging.body);
        let party = owner.get(&aging.link("/customers/C-1"));
        assert!(party.body.contains("Alpha Ltd"));
        let document = owner.get(&party.link("/documents/doc_"));
        assert!(
            document.body.contains("Accounts receivable"),
            "{}",
            document.body
        );
        let entry = owner.get(&document.link("/journal/je_"));
        assert!(entry.body.contains("Opening balances"), "{}", entry.body);
        let sheet = owner.get("/reports/aging.csv");
        assert!(
            sheet.body.starts_with("party_id,party_name,currency"),
            "{}",
            sheet.body
        );
    });
}

#[test]
fn sessions_end_and_forms_cannot_be_forged() {
    on_every_engine("sessions", |fixture| {
        let owner = fixture.owner();
        // The first link works once.
        let path = format!("/welcome/{}", fixture.first);
        assert_eq!(owner.get(&path).status, 422);
        // No form without the mark of this very session, none from another site.
        let close = "/periods/2025-01/close";
        assert_eq!(owner.post(close, &[]).status, 403);
        assert_eq!(owner.post(close, &[("csrf", "x")]).status, 403);
        let mark = owner.get("/periods").csrf();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let body = format!("csrf={mark}");
        let other = [kind, ("Sec-Fetch-Site", "cross-site")];
        assert_eq!(owner.send("POST", close, &other, &body).status, 403);
        assert_eq!(owner.submit("/periods", close, &[]).status, 303);
        // Logged out is logged out, whoever kept the cookie.
        let kept = owner.clone();
        assert_eq!(owner.submit("/", "/logout", &[]).status, 303);
        assert_eq!(kept.get("/").status, 303);
        let mut again = Client::new(fixture.address);
        let answer = again.post("/login", &[("login", "owner"), ("password", PASSWORD)]);
        assert_eq!(answer.header("location"), Some("/"));
        let cookie = answer.header("set-cookie").unwrap_or_default().to_owned();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        again.keep(&answer);
        assert_eq!(again.get("/").status, 200);
    });
}

/// After a log-in or a form, one is led on within this server alone, whatever browsers make of tabs,
/// line ends and the other slash in an address.
#[test]
fn nobody_is_led_to_another_site() {
    on_every_engine("led_on", |fixture| {
        let owner = fixture.owner();
        let places = [
            "//evil.example/",
            "/\t/evil.example/",
            "/\n/evil.example/",
            "/\r\nSet-Cookie: a=b",
            "/\\evil.example/",
            "\\\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "evil.example",
            " /\t/evil.example",
        ];
        for then in places {
            let client = Client::new(fixture.address);
            let fields = [("login", "owner"), ("password", PASSWORD), ("then", then)];
            let answer = client.post("/login", &fields);
            assert_eq!(answer.status, 303, "{then:?}: {}", answer.body);
            assert_eq!(answer.header("location"), Some("/"), "{then:?}");
            assert!(!answer.head.contains("a=b"), "{then:?}: {}", answer.head);
            let document = owner.get("/search?q=INV-2");
            let to = document.header("location").expect("a document").to_owned();
            let page = owner.get(&to).body;
            let item = page.split("name=\"item\" value=\"").nth(1);
            let item = item.and_then(|rest| rest.split('"').next());
            let item = item.expect("an item").to_owned();
            let fields = [
                ("item", &*item),
                ("amount", "1.00"),
                ("reason", "small"),
                ("back", then),
            ];
            let asked = owner.submit(&to, "/ask/write_off", &fields);
            let led = asked.header("location").unwrap_or_default();
            assert!(led.starts_with("/approvals"), "{then:?}: {led}");
        }
        let client = Client::new(fixture.address);
        let fields = [
            ("login", "owner"),
            ("password", PASSWORD),
            ("then", "/aging?by=region"),
        ];
        let answer = client.post("/login", &fields);
        assert_eq!(answer.header("location"), Some("/aging?by=region"));
    });
}

/// What was done is told by our own pages; a link from elsewhere puts no words into our mouth.
#[test]
fn others_put_no_words_into_our_mouth() {
    on_every_engine("told", |fixture| {
        let owner = fixture.owner();
        let from = |site: &str, path: &str| {
            owner
                .send("GET", path, &[("Sec-Fetch-Site", site)], "")
                .body
        };
        let path = "/cash?told=Call%200900-1234&show=all";
        assert!(from("same-origin", path).contains("Call 0900"));
        for site in ["cross-site", "same-site", "none"] {
            let body = from(site, path);
            assert!(!body.contains("Call 0900"), "{site}");
            assert!(body.contains("What waits"), "the rest is heard: {site}");
        }
    });
}

/// Headers that guard every answer, and the flags of the cookie.
#[test]
fn answers_bear_what_guards_them() {
    on_every_engine("guards", |fixture| {
        let owner = fixture.owner();
        for path in [
            "/",
            "/login",
            "/assets/style.css",
            "/api/v1/documents",
            "/nowhere",
        ] {
            let answer = owner.get(path);
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("strict-transport-security"), None);
            // Nothing inline stands in a page that the policy would have to let pass.
            for part in ["<script>", " style=\"", " onclick=", "<style"] {
                assert!(!answer.body.contains(part), "{path}: {part}");
            }
        }
        let client = Client::new(fixture.address);
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let body = "login=owner&password=three+words+in+a+row";
        let proxied = [kind, ("X-Forwarded-Proto", "https")];
        let answer = client.send("POST", "/login", &proxied, body);
        let cookie = answer.header("set-cookie").unwrap_or_default();
        for part in ["; Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(answer.header("strict-transport-security").is_some());
        // A session that somebody else began is not taken over at log-in.
        let mut fixed = Client::new(fixture.address);
        fixed.cookie = format!("duebook_session={}", "a".repeat(64));
        let answer = fixed.send("POST", "/login", &[kind], body);
        let cookie = answer.header("set-cookie").unwrap_or_default();
        assert!(!cookie.contains(&"a".repeat(64)), "{cookie}");
        assert_eq!(fixed.get("/").status, 303, "what was chosen opens nothing");
        // Paths name pages, no files.
        for path in [
            "/assets/../Cargo.toml",
            "/assets/..%2f..%2fetc%2fpasswd",
            "/assets/%2e%2e/style.css",
            "/reports/..%2f..%2fetc%2fpasswd",
            "/reports/aging.%0d%0aX-Evil:%201",
        ] {
            let answer = owner.get(path);
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.head.to_lowercase().contains("x-evil"), "{path}");
        }
    });
}

/// Too large is told before it is read, with or without a length.
#[test]
fn what_is_too_large_is_refused() {
    on_every_engine("large", |fixture| {
        let owner = fixture.owner();
        let mark = owner.get("/people").csrf();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let body = format!("csrf={mark}&login={}", "x".repeat(300 * 1024));
        let answer = owner.send("POST", "/people/add", &[kind], &body);
        assert_eq!(answer.status, 413, "{}", answer.head);
        let program = fixture.program(&owner, "prog", "cash_application");
        let body = format!("{{\"as_of\":\"{}\"}}", "x".repeat(300 * 1024));
        let answer = post(&program, "/api/v1/cash-runs", "k", &body);
        assert_eq!(answer.status, 413, "{}", answer.head);
        let deep = format!("{{\"as_of\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
        let answer = post(&program, "/api/v1/cash-runs", "k", &deep);
        assert!([400, 422].contains(&answer.status), "{}", answer.head);
    });
}

#[test]
fn guessing_at_the_same_moment_is_slowed_down() {
    on_every_engine("at_once", |fixture| {
        let address = fixture.address;
        let attempt = move || {
            let fields = [("login", "owner"), ("password", "wrong")];
            Client::new(address).post("/login", &fields).status
        };
        let all: Vec<_> = (0..24).map(|_| std::thread::spawn(attempt)).collect();
        let all = all.into_iter().map(|one| one.join().expect("answered"));
        let looked_at = all.filter(|status| *status == 401).count();
        assert_eq!(looked_at, 8, "no more than one after the other");
    });
}

#[test]
fn guessing_is_slowed_down() {
    on_every_engine("guessing", |fixture| {
        let client = Client::new(fixture.address);
        let attempt = || client.post("/login", &[("login", "owner"), ("password", "wrong")]);
        for _ in 0..8 {
            assert_eq!(attempt().status, 401);
        }
        let refused = attempt();
        assert_eq!(refused.status, 429);
        assert!(refused.header("retry-after").is_some());
    });
}

#[test]
fn roles_hold_in_the_browser() {
    on_every_engine("roles", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let admin = fixture.person(&owner, "admin", "administrator");
        // The clerk closes no period and sees no roles.
        assert_eq!(
            clerk
                .submit("/periods", "/periods/2025-01/close", &[])
                .status,
            403
        );
        assert_eq!(clerk.get("/people").status, 403);
        let way = "href=\"/people\"";
        assert!(!clerk.get("/").body.contains(way), "led to a refusal");
        assert!(owner.get("/").body.contains(way));
        assert_eq!(clerk.get("/audit").status, 403);
        // Nobody raises themselves, nobody is given what must be apart.
        let fields = [
            ("login", "admin"),
            ("role", "cash_application"),
            ("limit", ""),
            ("portfolio", ""),
        ];
        let own = admin.submit("/people", "/people/give", &fields);
        assert_eq!(own.status, 403, "{}", own.body);
        let give = |role: &'static str| {
            [
                ("login", "clerk"),
                ("role", role),
                ("limit", ""),
                ("portfolio", ""),
            ]
        };
        let fields = give("credit");
        let both = admin.submit("/people", "/people/give", &fields);
        assert_eq!(both.status, 403);
        assert!(both.body.contains("O2C-13"), "{}", both.body);
        let fields = give("owner");
        assert_eq!(admin.submit("/people", "/people/give", &fields).status, 422);
        let fields = [("login", "owner")];
        assert_eq!(
            admin.submit("/people", "/people/invite", &fields).status,
            403
        );
        // Whose last role was taken is nobody at once.
        let fields = [("login", "clerk"), ("role", "cash_application")];
        assert_eq!(admin.submit("/people", "/people/take", &fields).status, 303);
        assert_eq!(clerk.get("/").status, 303);
        fixture.verify();
    });
}

#[test]
fn programs_read_with_a_token() {
    on_every_engine("programs", |fixture| {
        let owner = fixture.owner();
        let nobody = Client::new(fixture.address);
        assert_eq!(nobody.get("/api/v1/customers").status, 401);
        let program = fixture.program(&owner, "reader", "auditor");
        let answer = program.get("/api/v1/customers?limit=1");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let page = json(&answer);
        assert_eq!(page["data"][0]["code"], "C-1");
        assert_eq!(page["data"][0]["open_functional"]["amount"], "139.00");
        let next = page["next"].as_str().expect("a next page");
        let answer = program.get(&format!("/api/v1/customers?limit=1&after={next}"));
        let page = json(&answer);
        assert_eq!(page["data"][0]["code"], "C-2");
        assert!(page.get("next").is_none());
        for path in [
            "documents",
            "open-items",
            "journal-lines",
            "audit",
            "reports/aging",
            "periods",
        ] {
            let answer = program.get(&format!("/api/v1/{path}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
        let refused = program.get("/api/v1/documents?limit=0");
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json")
        );
        // A token is no session and a session no token.
        assert_eq!(program.get("/customers").status, 303);
        assert_eq!(owner.get("/api/v1/customers").status, 401);
    });
}
