//! The page of the provider of log-ins: who may change it, and that its secret never comes out.

use crate::server::{context, on_every_engine};
use books::Db;

const SECRET: &str = "the-secret-at-the-provider";

#[test]
fn the_provider_is_set_by_its_page_and_its_secret_is_never_shown_again() {
    on_every_engine("provider", |fixture| {
        let owner = fixture.owner();
        let auditor = fixture.person(&owner, "audrey", "auditor");
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let page = "/people/openid";
        assert!(owner.get(page).body.contains("No provider"));
        let issuer = "https://id.example.com";
        let set = |name: &str, issuer: &str, secret: &str| {
            let fields = [
                ("name", name),
                ("issuer", issuer),
                ("client_id", "duebook"),
                ("client_secret", secret),
            ];
            owner.submit(page, page, &fields)
        };
        assert_eq!(set("Example", issuer, "").status, 422, "no secret yet");
        assert_eq!(set("Example", issuer, SECRET).status, 303);
        let shown = owner.get(page);
        assert!(shown.body.contains(issuer) && shown.body.contains("stored encrypted"));
        assert!(!shown.body.contains(SECRET));
        // Another name keeps the secret; another issuer must not get it.
        assert_eq!(set("Example & Co", issuer, "").status, 303);
        assert!(owner.get(page).body.contains("Example &amp; Co"));
        let elsewhere = set("Elsewhere", "https://id.elsewhere.example", "");
        assert_eq!(elsewhere.status, 422, "{}", elsewhere.body);
        let db = Db::open(&fixture.url).expect("opened");
        let db = db.with_keys(books::testing::keys());
        let kept = books::access::openid(&db, &context("owner"), None).expect("read");
        assert_eq!(kept.expect("there").1.client_secret, SECRET);
        // Who only looks sees no form; who may not look sees nothing; nobody writes for them.
        let seen = auditor.get(page);
        assert_eq!(seen.status, 200);
        assert!(seen.body.contains(issuer) && !seen.body.contains("client_secret"));
        assert_eq!(clerk.get(page).status, 403);
        for other in [&auditor, &clerk] {
            let mark = other.get("/account").csrf();
            let fields = [
                ("csrf", mark.as_str()),
                ("name", "Evil"),
                ("issuer", "https://evil.example"),
                ("client_id", "x"),
                ("client_secret", "y"),
            ];
            assert_eq!(other.post(page, &fields).status, 403);
            let remove = [("csrf", mark.as_str())];
            assert_eq!(other.post("/people/openid/remove", &remove).status, 403);
            let link = [
                ("csrf", mark.as_str()),
                ("login", "owner"),
                ("subject", "1"),
            ];
            assert_eq!(other.post("/people/openid/link", &link).status, 403);
        }
        let forged = [("csrf", "0000"), ("name", "Evil")];
        assert_eq!(owner.post(page, &forged).status, 403);
        let link = [("login", "clerk"), ("subject", "00u<b>1</b>")];
        assert_eq!(owner.submit(page, "/people/openid/link", &link).status, 303);
        assert!(owner.get(page).body.contains("00u&lt;b&gt;1"));
        assert!(!owner.get("/audit").body.contains(SECRET));
        let stolen = books::testing::all_text(&fixture.url).expect("read");
        assert!(!stolen.contains(SECRET));
        assert_eq!(owner.submit(page, "/people/openid/remove", &[]).status, 303);
        assert!(owner.get(page).body.contains("No provider"));
        fixture.verify();
    });
}
