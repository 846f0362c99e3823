//! Runs a test on a fresh SQLite database and, where a server is offered, on PostgreSQL.

use books::{Context, Db, Entity, Failure, Outcome, Work};
use domain::money::Currency;

/// A database of its own for one test.
pub(crate) struct Fixture {
    /// The open database.
    pub(crate) db: Db,
    /// Its URL, for a second way in.
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

/// Runs the test on every engine. PostgreSQL is the server of `DUEBOOK_TEST_POSTGRES`.
pub(crate) fn on_every_engine(name: &str, test: impl Fn(&Fixture)) {
    for fixture in fixtures(name) {
        test(&fixture);
    }
}

/// A fresh database of each engine.
pub(crate) fn fixtures(name: &str) -> Vec<Fixture> {
    let fixture = |url: Option<String>| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url =
            url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("books.db").display()));
        Fixture {
            db: Db::open(&url)
                .expect("the database opens")
                .with_keys(books::testing::keys()),
            url,
            _folder: folder,
        }
    };
    let postgres = postgres_url(name);
    if postgres.is_none() {
        eprintln!("skipped on PostgreSQL: DUEBOOK_TEST_POSTGRES names no server");
    }
    let postgres = postgres.map(|url| fixture(Some(url)));
    [fixture(None)].into_iter().chain(postgres).collect()
}

/// Makes a database of its own on the test server.
#[expect(
    clippy::disallowed_methods,
    reason = "tests find the server by their environment"
)]
fn postgres_url(name: &str) -> Option<String> {
    let server = std::env::var("DUEBOOK_TEST_POSTGRES").ok()?;
    let base = server
        .rsplit_once('/')
        .map_or(server.as_str(), |(base, _)| base);
    let name = format!("t_{name}_{}", std::process::id());
    books::testing::fresh_database(&server, &name).expect("a fresh database");
    Some(format!("{base}/{name}"))
}

/// Work by a tester at a fixed moment.
pub(crate) fn context() -> Context {
    Context {
        actor: "tester".into(),
        door: "test",
        reason: String::new(),
        now: "2025-03-31T12:00:00Z".parse().expect("an instant"),
        writer: 1,
    }
}

/// Work by somebody at that moment.
pub(crate) fn by(login: &str) -> Context {
    Context {
        actor: login.into(),
        ..context()
    }
}

/// Writes, or tells the code of the refusal.
pub(crate) fn write<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, &'static str> {
    or_code(fixture.db.write(context, None, act))
}

/// Reads, or tells the code of the refusal.
pub(crate) fn read<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, &'static str> {
    or_code(fixture.db.read(context, None, act))
}

/// What came of it, or the code of the refusal.
pub(crate) fn or_code<T>(outcome: Outcome<T>) -> Result<T, &'static str> {
    outcome.map_err(|failure| {
        assert!(matches!(failure, Failure::Refused(_)), "{failure}");
        failure.code()
    })
}

/// Founds a company in euros, before all that tests do: books are never recorded backward.
pub(crate) fn found(db: &Db) -> Entity {
    let founding = books::entities::Founding {
        name: "Nordlicht GmbH".into(),
        currency: Currency::parse("EUR").expect("EUR"),
        country: "DE".into(),
        code: None,
    };
    let context = Context {
        now: "2024-01-01T12:00:00Z".parse().expect("an instant"),
        ..context()
    };
    books::entities::found(db, &context, &founding).expect("founded")
}

#[test]
fn a_book_is_founded_once() {
    on_every_engine("founded", |fixture| {
        let entity = found(&fixture.db);
        assert_eq!(entity.code, "NORDLICHT");
        let again = books::entities::Founding {
            name: "Nordlicht GmbH".into(),
            currency: entity.currency,
            country: "DE".into(),
            code: None,
        };
        let refused = books::entities::found(&fixture.db, &context(), &again);
        assert!(refused.is_err_and(|failure| failure.code() == "entity_exists"));
    });
}
