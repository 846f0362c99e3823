//! A server over a small book of its own, on each engine.

use std::net::SocketAddr;

use books::{Context, Db};
use domain::documents::Side;
use domain::money::Currency;
use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::client::{Answer, Client};

/// What tests write down as password.
pub(crate) const PASSWORD: &str = "three words in a row";

/// A server that runs until it is dropped.
pub(crate) struct Fixture {
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    /// The founder's one-time link.
    pub(crate) first: String,
    // Dropping the sender ends the server, with its connections to the database.
    _running: oneshot::Sender<()>,
    _folder: tempfile::TempDir,
}

/// The time of all tests.
fn now() -> Timestamp {
    "2025-03-31T12:00:00Z".parse().expect("an instant")
}

pub(crate) fn context(actor: &str) -> Context {
    Context {
        actor: actor.into(),
        door: "test",
        reason: String::new(),
        now: now(),
        writer: 1,
    }
}

/// Runs the test against a server on SQLite and, where one is offered, on PostgreSQL.
pub(crate) fn on_every_engine(name: &str, test: impl Fn(&Fixture)) {
    on_every_engine_sending(name, true, test);
}

/// The same with a server that sends webhooks into the own network, or does not.
pub(crate) fn on_every_engine_sending(name: &str, to_private: bool, test: impl Fn(&Fixture)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    test(&serve(url, folder, to_private));
    match postgres_url(name) {
        Some(url) => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            test(&serve(url, folder, to_private));
        }
        None => eprintln!("skipped on PostgreSQL: DUEBOOK_TEST_POSTGRES names no server"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests find the server by their environment"
)]
fn postgres_url(name: &str) -> Option<String> {
    let server = std::env::var("DUEBOOK_TEST_POSTGRES").ok()?;
    let base = server
        .rsplit_once('/')
        .map_or(server.as_str(), |(base, _)| base);
    let name = format!("w_{name}_{}", std::process::id());
    books::testing::fresh_database(&server, &name).expect("a fresh database");
    Some(format!("{base}/{name}"))
}

fn serve(url: String, folder: tempfile::TempDir, to_private: bool) -> Fixture {
    let db = Db::open(&url).expect("the database opens");
    let db = db.with_keys(books::testing::keys());
    let founding = books::entities::Founding {
        name: "Nordlicht GmbH".into(),
        currency: Currency::parse("EUR").expect("EUR"),
        country: "DE".into(),
        code: None,
    };
    books::entities::found(&db, &context("owner"), &founding).expect("founded");
    fill(&db);
    let first = books::access::first_link(&db, &context("owner"), None).expect("asked");
    let options = web::Options {
        listen: "127.0.0.1:0".parse().expect("an address"),
        context: context("owner"),
        clock: now,
        webhooks_to_private: to_private,
        paused_runs: true,
    };
    let server = web::Server::bind(db, options).expect("bound");
    let address = server.address().expect("an address");
    let (running, ended) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        server.run_until(async {
            let _dropped = ended.await;
        })
    });
    Fixture {
        address,
        url,
        first: first.expect("nobody logged in yet").1,
        _running: running,
        _folder: folder,
    }
}

/// A book with customers and opening items; one name tries to be more than a name.
fn fill(db: &Db) {
    const CUSTOMERS: &str = "customer_id,name,country,currency\n\
        C-1,Alpha Ltd,DE,EUR\nC-2,\"<script>alert(1)</script> & 'Beta' --\",US,USD\n";
    const ITEMS: &str = "document_number,type,customer_id,issue_date,due_date,currency,\
        amount,open_amount\n\
        INV-1,invoice,C-1,2025-01-10,2025-02-09,EUR,119.00,119.00\n\
        INV-2,invoice,C-1,2025-03-20,2025-04-19,EUR,50.00,20.00\n";
    import(db, formats::exchange::Kind::Customers, CUSTOMERS);
    import(db, formats::exchange::Kind::OpenItems, ITEMS);
}

fn import(db: &Db, kind: formats::exchange::Kind, text: &'static str) {
    let open = || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(text.as_bytes())) };
    let source = books::imports::Source {
        name: "test.csv".into(),
        open: &open,
    };
    let options = books::imports::Options {
        partial: false,
        side: Side::Receivable,
    };
    let report = books::imports::import(db, &context("owner"), None, kind, &source, options)
        .expect("imported");
    assert_eq!(report.refused(), 0, "{:?}", report.problems);
}

impl Fixture {
    /// The founder, logged in by the first link.
    pub(crate) fn owner(&self) -> Client {
        let mut client = Client::new(self.address);
        let path = format!("/welcome/{}", self.first);
        let answer = client.post(&path, &[("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        client.keep(&answer);
        client
    }

    /// Somebody with a role, added by the owner and logged in by the link given.
    pub(crate) fn person(&self, owner: &Client, login: &str, role: &str) -> Client {
        self.person_within(owner, login, (role, ""))
    }

    /// The same with a limit.
    pub(crate) fn person_within(
        &self,
        owner: &Client,
        login: &str,
        (role, limit): (&str, &str),
    ) -> Client {
        let fields = [
            ("login", login),
            ("name", login),
            ("role", role),
            ("limit", limit),
            ("portfolio", ""),
        ];
        let answer = owner.submit("/people", "/people/add", &fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let link = answer.link("/welcome/");
        let path = link.split_once("/welcome/").expect("a link").1;
        let mut client = Client::new(self.address);
        let answer = client.post(&format!("/welcome/{path}"), &[("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        client.keep(&answer);
        client
    }

    /// A program with a role.
    pub(crate) fn program(&self, owner: &Client, name: &str, role: &str) -> Client {
        let fields = [("name", name), ("role", role), ("days", "30")];
        let answer = owner.submit("/people", "/people/token", &fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut client = Client::new(self.address);
        client.token = secret_in(&answer);
        client
    }

    /// Does the book keep its promises?
    pub(crate) fn verify(&self) {
        let db = Db::open(&self.url).expect("the database opens");
        let checks = db
            .read(&context("owner"), None, books::verify::verify)
            .expect("verified");
        let broken: Vec<_> = checks
            .iter()
            .filter(|check| check.problem.is_some())
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

impl Fixture {
    /// An agent with a role.
    pub(crate) fn agent(&self, owner: &Client, name: &str, role: &str) -> Client {
        let fields = [
            ("name", name),
            ("role", role),
            ("days", "30"),
            ("is_agent", "yes"),
        ];
        let answer = owner.submit("/people", "/people/token", &fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut client = Client::new(self.address);
        client.token = secret_in(&answer);
        client
    }
}

fn secret_in(answer: &Answer) -> String {
    let is_secret =
        |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut found = answer.body.split(['<', '>', '"']).filter(is_secret);
    // The page's forms bear the mark of the session; the secret stands in the text.
    let text = answer
        .body
        .split("class=\"mono\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    text.or_else(|| found.next()).expect("a secret").to_owned()
}
