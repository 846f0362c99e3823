//! Killed at any moment, on both engines: what was acknowledged is there, what was not is there
//! whole or not at all, and doing it again does nothing twice.
//!
//! The writer is this very test program, started again for [`victim`] alone. On PostgreSQL the
//! server is one of our own that waits for the disk, and is killed with its children now and then.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use books::ledger::{Posting, post};
use books::{Db, Engine};
use domain::documents::{DocumentKind, issue};
use domain::ids::{Ids, PartyId};
use formats::exchange::Kind;
use serde_json::json;

use crate::engines::found;
use crate::traffic::{
    Clock, Dice, assert_verified, customers, draft, euros, import, invoices, setting, statement,
};

const CUSTOMERS: usize = 6;
/// Invoices of one file, and lines of the statement that pays them.
const PART: usize = 12;
/// Documents of one batch.
const BATCH: usize = 20;

fn items_of(place: usize) -> String {
    invoices(1 + place * PART, PART, CUSTOMERS)
}

fn statement_of(place: usize) -> String {
    statement(place, 1 + place * PART, PART, CUSTOMERS)
}

/// Posts a batch that is known again by its purchase order.
fn post_batch(db: &Db, clock: &Clock, place: usize, party: PartyId) {
    let on = "2025-03-05".parse().expect("a day");
    let mut ids = Ids::starting(100_000_000_000 + place as i64 * 1000, 77);
    let mut posting = Posting::default();
    for _ in 0..BATCH {
        let mut draft = draft(DocumentKind::Invoice, Some(party), on, euros(100));
        draft.references.purchase_order = format!("BATCH-{place}");
        posting.issued([issue(draft, &mut ids)]);
    }
    let done = db.write(&clock.context(5), None, |work| {
        post(work, &mut posting.clone())?;
        work.note("test.batch", place.to_string(), json!({}));
        Ok(())
    });
    if let Err(failure) = done {
        panic!("batch {place}: {failure}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the killed program is told by its environment what to do"
)]
fn order() -> Option<(String, usize)> {
    let url = std::env::var("DUEBOOK_TEST_VICTIM").ok()?;
    let first = std::env::var("DUEBOOK_TEST_FIRST").ok()?.parse().ok()?;
    Some((url, first))
}

/// Works until it is killed, and says what was kept. Does nothing unless told to.
#[test]
fn victim() {
    let Some((url, first)) = order() else { return };
    let db = Db::open(&url).expect("opened");
    let parties = books::testing::party_ids(&url).expect("parties");
    let say = |what: &str, place: usize| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {what} {place}")
            .and_then(|()| out.flush())
            .expect("a listener");
    };
    for place in first..first + 1000 {
        let clock = Clock::starting(&format!(
            "2025-04-{:02}T{:02}:00:00Z",
            1 + place / 24 % 28,
            place % 24
        ));
        let open_items = (
            Some(Kind::OpenItems),
            format!("{place}.csv"),
            items_of(place),
        );
        let bank = (None, format!("{place}.sta"), statement_of(place));
        for (kind, name, text) in [open_items, bank] {
            let report = import(&db, &clock.context(5), kind, &name, &text).expect("imported");
            assert_eq!(report.problems, [], "{name}");
            say(&name, place);
        }
        post_batch(&db, &clock, place, parties[place % parties.len()]);
        say("batch", place);
        books::cash::apply(&db, &clock.context(5), None, None, true).expect("applied");
        say("cash", place);
    }
}

/// A victim at work, and what it says was kept.
struct Victim {
    child: Child,
    said: Receiver<(String, usize)>,
}

impl Victim {
    fn start(url: &str, first: usize) -> Victim {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .args(["--exact", "crashes::victim", "--nocapture"])
            .env("DUEBOOK_TEST_VICTIM", url)
            .env("DUEBOOK_TEST_FIRST", first.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let out = child.stdout.take().expect("a pipe");
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                // The first line shares its row with the name of the test.
                let Some((_, words)) = line.split_once("kept ") else {
                    continue;
                };
                if let Some((what, place)) = words.split_once(' ') {
                    let place = place.parse().expect("a number");
                    if sender.send((what.to_owned(), place)).is_err() {
                        return;
                    }
                }
            }
        });
        Victim { child, said }
    }

    /// Lets it work, then kills it within the time of one step more; answers what it kept.
    fn kill_after(
        mut self,
        steps: u64,
        moment: Duration,
        mut kill: impl FnMut(),
    ) -> Vec<(String, usize)> {
        let mut kept = Vec::new();
        for _ in 0..steps {
            match self.said.recv_timeout(Duration::from_mins(1)) {
                Ok(step) => kept.push(step),
                Err(_) => break,
            }
        }
        if let Ok(step) = self.said.recv_timeout(moment) {
            kept.push(step);
        }
        kill();
        // Gone already where the server was killed under it.
        let _ = self.child.kill();
        self.child.wait().expect("it ended");
        kept.extend(self.said.iter());
        kept
    }
}

/// What a test run counted.
#[derive(Default, Debug)]
struct Counts {
    kills: u64,
    server_kills: u64,
    kept_steps: usize,
    found_whole: u64,
    found_absent: u64,
    facts: i64,
}

/// Kills again and again; `server` kills the server as well and brings it back.
fn kill_and_look(url: &str, kills: u64, mut server: Option<&mut Server>) -> Counts {
    let db = Db::open(url).expect("opened");
    let clock = Clock::starting("2025-03-20T08:00:00Z");
    found(&db);
    let file = customers(CUSTOMERS);
    import(
        &db,
        &clock.context(1),
        Some(Kind::Customers),
        "c.csv",
        &file,
    )
    .expect("taken");
    let seed = setting("DUEBOOK_TEST_SEED", 20_250_301);
    eprintln!("seed {seed}");
    let mut dice = Dice::new(seed);
    let mut counts = Counts::default();
    let mut place = 0;
    while counts.kills < kills {
        let victim = Victim::start(url, place);
        // Steps take some milliseconds each; the start of the program takes longer.
        let moment = Duration::from_micros(dice.roll(40_000));
        let strikes_server = server.is_some() && counts.kills % 8 == 7;
        let kept = victim.kill_after(dice.roll(6), moment, || {
            if let (true, Some(server)) = (strikes_server, server.as_deref_mut()) {
                server.kill_and_restart();
            }
        });
        counts.kills += 1;
        counts.server_kills += u64::from(strikes_server);
        counts.kept_steps += kept.len();
        let last = kept.iter().map(|(_, at)| *at).max().unwrap_or(place);
        // What was begun after the last word may be there, whole.
        for at in place..=last + 1 {
            look(&db, url, &kept, at, &mut counts);
        }
        let day = Clock::starting("2025-05-20T08:00:00Z").context(1);
        books::cash::apply(&db, &day, None, None, true).expect("applied");
        let again = books::cash::apply(&db, &day, None, None, true).expect("applied again");
        assert_eq!(again.changed, 0, "a second run changes nothing");
        counts.facts += assert_verified(&db, &day, &format!("kill {}, seed {seed}", counts.kills));
        place = last + 2;
    }
    counts
}

/// Looks at one round: every file and batch whole or absent, and there where it was kept.
fn look(db: &Db, url: &str, kept: &[(String, usize)], place: usize, counts: &mut Counts) {
    let was_kept = |what: &str| kept.contains(&(what.to_owned(), place));
    let clock = Clock::starting(&format!(
        "2025-05-{:02}T{:02}:30:00Z",
        1 + place / 24 % 28,
        place % 24
    ));
    let open_items = (
        Some(Kind::OpenItems),
        format!("{place}.csv"),
        items_of(place),
        PART as u64,
    );
    let bank = (
        None,
        format!("{place}.sta"),
        statement_of(place),
        PART as u64 + 1,
    );
    for (kind, name, text, records) in [open_items, bank] {
        let again = import(db, &clock.context(2), kind, &name, &text).expect("imported again");
        if again.known_file {
            assert_eq!(again.already_known, records, "{name} is whole");
            counts.found_whole += 1;
        } else {
            assert!(!was_kept(&name), "{name} was kept and is gone");
            assert_eq!(again.accepted, records, "nothing of {name} was there");
            counts.found_absent += 1;
            let twice = import(db, &clock.context(2), kind, &name, &text).expect("imported twice");
            assert!(twice.known_file, "{name} is known");
        }
    }
    let sql = format!("SELECT COUNT(*) FROM document WHERE purchase_order = 'BATCH-{place}'");
    let batch = books::testing::count(url, &sql).expect("counted");
    if was_kept("batch") || batch != 0 {
        assert_eq!(batch, BATCH as i64, "batch {place} is whole");
        counts.found_whole += 1;
    }
}

#[test]
fn killed_at_any_moment_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    let counts = kill_and_look(&url, setting("DUEBOOK_TEST_KILLS", 40), None);
    eprintln!("{:?}: {counts:?}", Engine::Sqlite);
}

#[test]
fn killed_at_any_moment_on_postgres() {
    let Some(mut server) = Server::start() else {
        eprintln!("skipped on PostgreSQL: initdb is not to be found");
        return;
    };
    let url = server.url();
    let counts = kill_and_look(&url, setting("DUEBOOK_TEST_KILLS", 16), Some(&mut server));
    eprintln!("{:?}: {counts:?}", Engine::Postgres);
}

/// A PostgreSQL server that waits for the disk, kept by a shell that starts it again when told.
struct Server {
    keeper: Child,
    tell: Option<ChildStdin>,
    hear: BufReader<ChildStdout>,
    port: u16,
    _folder: tempfile::TempDir,
}

/// `$1` folder, `$2` binaries, `$3` port. Each line on stdin kills and restarts; its end stops.
const KEEPER: &str = r#"
data=$1/data bin=$2 port=$3
cd "$1" || exit 1
start() {
    "$bin/pg_ctl" start -w -t 120 -D "$data" -l "$data.log" \
        -o "-h 127.0.0.1 -p $port -c unix_socket_directories=" >/dev/null 2>&1 && echo ready || echo failed
}
"$bin/initdb" -D "$data" -U duebook -A trust -E UTF8 --locale=C >/dev/null 2>&1
start
while read -r _; do
    main=$(head -1 "$data/postmaster.pid")
    children=$(ps -o pid= --ppid "$main")
    kill -9 $main $children
    while kill -0 $main 2>/dev/null; do sleep 0.05; done
    rm -f "$data/postmaster.pid"
    start
done
"$bin/pg_ctl" stop -m immediate -D "$data" >/dev/null 2>&1
"#;

impl Server {
    fn start() -> Option<Server> {
        let binaries = binaries()?;
        let folder = tempfile::Builder::new()
            .prefix("duebook-crash")
            .tempdir_in("/tmp")
            .ok()?;
        let port = TcpListener::bind("127.0.0.1:0")
            .ok()?
            .local_addr()
            .ok()?
            .port();
        let mut command = shell(folder.path());
        command.args(["-c", KEEPER, "keeper"]);
        command
            .arg(folder.path())
            .arg(&binaries)
            .arg(port.to_string());
        let mut keeper = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let tell = keeper.stdin.take();
        let hear = BufReader::new(keeper.stdout.take()?);
        let mut server = Server {
            keeper,
            tell,
            hear,
            port,
            _folder: folder,
        };
        server.wait_until_ready();
        Some(server)
    }

    fn url(&self) -> String {
        format!("postgres://duebook@127.0.0.1:{}/postgres", self.port)
    }

    fn kill_and_restart(&mut self) {
        let tell = self.tell.as_mut().expect("the keeper listens");
        writeln!(tell, "kill")
            .and_then(|()| tell.flush())
            .expect("the keeper listens");
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        self.hear.read_line(&mut line).expect("the keeper speaks");
        assert_eq!(line.trim(), "ready", "PostgreSQL starts");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.tell.take());
        // The folder goes in any case.
        let _ = self.keeper.wait();
    }
}

/// A shell of a user whom PostgreSQL accepts; the folder is theirs then.
fn shell(folder: &Path) -> Command {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    if !is_root {
        return Command::new("sh");
    }
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder, open).expect("our own folder");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh"]);
    command
}

/// The newest PostgreSQL on this machine.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions
        .filter_map(Result::ok)
        .map(|version| version.path().join("bin"));
    folders
        .filter(|folder| folder.join("initdb").is_file())
        .max()
}
