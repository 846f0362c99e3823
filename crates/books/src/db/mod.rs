//! One SQL text, two engines: statements, typed rows and bulk insert over SQLite and PostgreSQL.
//!
//! The only folder that names a database driver. Dialect of the statements: placeholders `$1`
//! in rising order, each once; `/*lock*/` stands where PostgreSQL locks rows (`FOR UPDATE`) and
//! SQLite, with its single writer, needs nothing; `/*share*/` likewise for `FOR SHARE`.

mod connection;
mod migrate;
mod row;
mod server;
mod sums;
mod turns;
mod values;

pub(crate) use connection::Connection;
pub(crate) use row::{Row, postgres_kind, sqlite_kind};
#[cfg(test)]
pub(crate) use sums::SUMMED;
pub(crate) use sums::{CHANGING, Sum, Sums};
pub(crate) use turns::Turn;
pub(crate) use values::table;
pub(crate) use values::{Column, ColumnType, Table, Value};

/// The drivers' errors, named here so that no other file needs to.
pub(crate) type SqliteError = rusqlite::Error;
/// See [`SqliteError`].
pub(crate) type PostgresError = postgres::Error;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use turns::Turns;

use crate::cash::PausedRuns;
use crate::failure::Fault;
use crate::keys::Keyring;
use crate::remittances::ReadFiles;

/// Which engine keeps the books.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Embedded: one file, one writer.
    Sqlite,
    /// A server for a team.
    Postgres,
}

impl Engine {
    /// The engine that `sqlite:PATH` or `postgres://…` names; none for anything else.
    pub fn of(url: &str) -> Option<Engine> {
        Some(Place::of(url)?.engine())
    }

    /// The word in reports and benchmarks.
    pub fn code(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

#[derive(Clone, Debug)]
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Place {
    fn of(url: &str) -> Option<Place> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Some(Place::Sqlite(PathBuf::from(path)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(Place::Postgres(url.to_owned()))
        } else {
            None
        }
    }

    fn engine(&self) -> Engine {
        match self {
            Place::Sqlite(_) => Engine::Sqlite,
            Place::Postgres(_) => Engine::Postgres,
        }
    }
}

/// A database and its idle connections.
pub struct Db {
    place: Place,
    idle: Mutex<Vec<Connection>>,
    works: AtomicU32,
    turns: Turns,
    keys: Keyring,
    /// What this process has read of remittance files.
    pub(crate) read_files: ReadFiles,
    /// Runs of cash application of this process that pause.
    pub(crate) paused: PausedRuns,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…` and brings its schema up to date.
    pub fn open(url: &str) -> Result<Db, Fault> {
        let place = Place::of(url).ok_or_else(|| {
            Fault::new(format!(
                "`{url}` is no database: expected sqlite:PATH or postgres://…"
            ))
        })?;
        let db = Db {
            place,
            idle: Mutex::new(Vec::new()),
            works: AtomicU32::new(0),
            turns: Turns::default(),
            keys: Keyring::default(),
            read_files: ReadFiles::default(),
            paused: PausedRuns::default(),
        };
        let mut connection = db.connection()?;
        migrate::migrate(&mut connection)?;
        db.give_back(connection);
        Ok(db)
    }

    /// Gives the keys that seal and open its secrets. Without them everything else works.
    #[must_use]
    pub fn with_keys(self, keys: Keyring) -> Db {
        Db { keys, ..self }
    }

    /// The keys that were given.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// Is the database there and answering?
    pub fn ping(&self) -> Result<(), Fault> {
        let mut connection = self.connection()?;
        connection.each("SELECT 1", &[], |_| Ok(()))?;
        self.give_back(connection);
        Ok(())
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.place.engine()
    }

    /// Counts the works of this process, so that each makes ids of its own.
    pub(crate) fn count(&self) -> u32 {
        self.works.fetch_add(1, Ordering::Relaxed)
    }

    /// Takes an idle connection or makes one.
    pub(crate) fn connection(&self) -> Result<Connection, Fault> {
        let idle = self
            .idle
            .lock()
            .expect("no thread panics holding the pool")
            .pop();
        match (idle, &self.place) {
            (Some(connection), _) => Ok(connection),
            (None, Place::Sqlite(path)) => Connection::sqlite(path),
            (None, Place::Postgres(url)) => Connection::postgres(url),
        }
    }

    /// Waits for the turn to write, where one writes at a time.
    pub(crate) fn turn(&self) -> Option<Turn<'_>> {
        match self.engine() {
            Engine::Sqlite => self.turns.wait(),
            Engine::Postgres => None,
        }
    }

    /// Drops the idle connections; the next work makes a new one.
    pub(crate) fn forget_idle(&self) {
        self.idle
            .lock()
            .expect("no thread panics holding the pool")
            .clear();
    }

    /// Puts a healthy connection back for the next work.
    pub(crate) fn give_back(&self, connection: Connection) {
        self.idle
            .lock()
            .expect("no thread panics holding the pool")
            .push(connection);
    }
}
