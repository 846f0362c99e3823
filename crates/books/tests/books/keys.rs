//! Secrets that are kept: a stolen database opens none of them, keys change over, and what is
//! missing or moved is told.

use books::access::{self, Provider};
use books::connect::{self, Parcel};
use books::keys::{self, Keyring};
use books::ledger::periods;
use books::{Db, Outcome};
use domain::connect::Reach;
use serde_json::json;

use crate::access::staff;
use crate::engines::{Fixture, context, found, on_every_engine};

/// A book with one secret of each sort; the secrets.
fn filled(fixture: &Fixture) -> Vec<String> {
    found(&fixture.db);
    let provider = Provider {
        name: "Example".into(),
        issuer: "https://id.example.com".into(),
        client_id: "duebook".into(),
        client_secret: "a-secret-of-the-provider".into(),
    };
    let made = fixture.db.write(&context(), None, |work| {
        let app = access::begin(work)?;
        access::set_openid(work, Some(&provider))?;
        let url = "https://hooks.example.com/";
        let (id, first) = connect::add(work, Reach::Public, url, &[], "")?;
        let second = connect::new_secret(work, id)?;
        // What a program is answered is kept for its repetition, the secret is not.
        let answer = books::requests::once_showing(work, "k-1", "add", |work| {
            let (id, secret) = connect::add(work, Reach::Public, url, &[], "")?;
            Ok((json!({ "id": id.to_string() }), json!({ "secret": secret })))
        })?;
        let again =
            books::requests::once_showing(work, "k-1", "add", |_| panic!("it was done before"))?;
        assert_eq!(answer["id"], again["id"]);
        assert!(again.get("secret").is_none());
        let third = answer["secret"].as_str().unwrap_or_default().to_owned();
        Ok(vec![
            app.secret,
            provider.client_secret.clone(),
            first,
            second,
            third,
        ])
    });
    made.expect("filled")
}

fn code<T>(outcome: Outcome<T>) -> &'static str {
    outcome.map_or_else(|failure| failure.code(), |_| "")
}

fn reopened(fixture: &Fixture, keys: Keyring) -> Db {
    Db::open(&fixture.url).expect("opened").with_keys(keys)
}

/// The message of a closed period for the first endpoint, and whether a secret signed it.
fn is_signed(parcel: &Parcel, secret: &str) -> bool {
    let header = |name: &str| {
        let found = parcel.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let seconds = header("webhook-timestamp").parse().expect("seconds");
    let expected = connect::signature(secret, header("webhook-id"), seconds, &parcel.body);
    header("webhook-signature").contains(&expected.expect("signed"))
}

#[test]
fn a_stolen_database_tells_no_secret() {
    on_every_engine("keys_stolen", |fixture| {
        let secrets = filled(fixture);
        assert_eq!(secrets.len(), 5);
        let stolen = books::testing::all_text(&fixture.url).expect("read");
        assert!(stolen.contains("hooks.example.com"), "it is the book");
        for secret in &secrets {
            assert!(secret.len() >= 20, "{secret}");
            assert!(!stolen.contains(secret.as_str()), "{secret}");
            // Neither without what begins every secret of its sort.
            let bare = secret.trim_start_matches("whsec_");
            assert!(!stolen.contains(bare), "{secret}");
        }
        assert!(stolen.contains("sealed:1:"));
        for key in books::testing::keys().text().lines() {
            assert!(!stolen.contains(key), "no key stands there");
        }
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_missing_key_is_told_and_the_rest_of_the_book_works() {
    on_every_engine("keys_missing", |fixture| {
        let secrets = filled(fixture);
        let begin = |db: &Db| {
            let mut context = context();
            context.actor = "somebody".into();
            code(db.write(&context, None, access::begin))
        };
        let confirm = |db: &Db| {
            let typed = access::code_at(&secrets[0], context().now.as_second());
            code(db.write(&context(), None, |work| access::confirm(work, &typed)))
        };
        let without = reopened(fixture, Keyring::default());
        assert_eq!(begin(&without), "no_key");
        assert_eq!(confirm(&without), "key_missing");
        assert_eq!(
            code(access::openid(&without, &context(), None)),
            "key_missing"
        );
        assert_eq!(code(keys::check(&without, &context())), "key_missing");
        let closed = without.write(&context(), None, |work| periods::close(work, "2024-12"));
        assert_eq!(code(closed), "");
        assert_eq!(
            code(connect::claim(&without, &context(), 10)),
            "key_missing"
        );
        let other = Keyring::default().with_new().expect("a key");
        let other = reopened(fixture, other);
        assert_eq!(code(keys::check(&other, &context())), "key_missing");
        // Whoever copies a sealed text to another row opens nothing with it.
        assert_eq!(begin(&fixture.db), "");
        let moved = "UPDATE second_factor SET secret = (SELECT client_secret FROM openid_provider)
                     WHERE login = 'tester'";
        books::testing::tamper(&fixture.url, moved).expect("moved");
        assert_eq!(confirm(&fixture.db), "secret_not_opened");
        assert_eq!(code(keys::check(&fixture.db, &context())), "");
    });
}

#[test]
fn keys_change_over_and_what_stood_in_clear_is_sealed() {
    on_every_engine("keys_rotate", |fixture| {
        let secrets = filled(fixture);
        staff(
            fixture,
            &[("cleo", "controller", None), ("audrey", "auditor", None)],
        );
        let by = |login: &str| {
            let mut context = context();
            context.actor = login.into();
            context
        };
        let old = books::testing::keys();
        let new = old.with_new().expect("a key");
        let first = new.ids().next().expect("a key").to_owned();
        let db = reopened(fixture, new.clone());
        assert_eq!(code(keys::reseal(&db, &by("audrey"))), "not_allowed");
        assert_eq!(keys::reseal(&db, &by("cleo")).expect("sealed"), 5);
        assert_eq!(keys::reseal(&db, &by("cleo")).expect("sealed"), 0);
        let standing = keys::standing(&db, &by("cleo")).expect("counted");
        assert_eq!(standing.len(), 1);
        assert_eq!(
            (standing[0].key.as_ref(), standing[0].secrets),
            (Some(&first), 5)
        );
        assert_eq!(code(keys::check(&fixture.db, &by("cleo"))), "key_missing");
        // The new key alone opens everything: the old ones may go when no backup needs them.
        let alone = new.text().lines().next().expect("a key").to_owned();
        let alone = reopened(fixture, Keyring::parse(&alone).expect("a ring"));
        let provider = access::openid(&alone, &context(), None).expect("opened");
        assert_eq!(provider.expect("there").1.client_secret, secrets[1]);
        let clear = format!(
            "UPDATE webhook_endpoint SET secret = '{}' WHERE old_secret IS NOT NULL",
            secrets[3]
        );
        books::testing::tamper(&fixture.url, &clear).expect("an earlier Duebook");
        let closed = alone.write(&by("cleo"), None, |work| periods::close(work, "2024-12"));
        assert_eq!(code(closed), "");
        assert_eq!(keys::seal_clear(&alone, &context()).expect("sealed"), 1);
        assert_eq!(keys::seal_clear(&alone, &context()).expect("sealed"), 0);
        let stolen = books::testing::all_text(&fixture.url).expect("read");
        let is_sqlite = fixture.url.starts_with("sqlite:");
        assert!(
            is_sqlite || !stolen.contains(&secrets[3]),
            "free pages may remember"
        );
        let parcels = connect::claim(&alone, &context(), 10).expect("claimed");
        let both = |secret: &str| parcels.iter().any(|parcel| is_signed(parcel, secret));
        assert!(both(&secrets[2]) && both(&secrets[3]) && both(&secrets[4]));
        crate::verify::assert_good(fixture);
    });
}
