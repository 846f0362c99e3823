//! A connection to either engine, its transactions, statements and rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use domain::calendar::Date;
use jiff::Timestamp;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::db::row::Row;
use crate::db::server::{BULK_ROWS, Bulk, PostgresConnection};
use crate::db::{Engine, Sum, Sums, Table, Value};
use crate::failure::Fault;

/// Keys of one `IN` list on SQLite. Shorter lists are padded, so that the statement stays cached.
const LIST_KEYS: usize = 400;

/// Pages that a connection to SQLite keeps, in KiB.
const CACHE: u32 = 128 << 10;

/// Pages that a large run keeps until it commits, in KiB. It comes to the customers again and
/// again, each time at other pages of what is found by customer; where these do not all fit, each
/// is written out and read back every time.
const CACHE_OF_A_RUN: u32 = 384 << 10;

/// An open connection. Transactions are plain statements on it, so that `Work` can own it.
pub(crate) struct Connection {
    inner: Inner,
    /// What was written since the transaction began.
    sums: Sums,
    /// Whether it keeps as many pages as a large run.
    keeps_more: bool,
}

enum Inner {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PostgresConnection>),
}

impl Connection {
    pub(crate) fn sqlite(path: &Path) -> Result<Connection, Fault> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(30))?;
        connection.set_prepared_statement_cache_capacity(512);
        keep_a_log(&connection)?;
        connection.execute_batch(&format!(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -{CACHE}; PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = 268435456;"
        ))?;
        Ok(Connection {
            inner: Inner::Sqlite(connection),
            sums: Sums::default(),
            keeps_more: false,
        })
    }

    pub(crate) fn postgres(url: &str) -> Result<Connection, Fault> {
        let client = postgres::Client::connect(url, postgres::NoTls)?;
        let inner = PostgresConnection {
            client,
            statements: HashMap::new(),
            grown: HashMap::new(),
        };
        Ok(Connection {
            inner: Inner::Postgres(Box::new(inner)),
            sums: Sums::default(),
            keeps_more: false,
        })
    }

    /// Which engine it is.
    pub(crate) fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    pub(crate) fn begin_write(&mut self) -> Result<(), Fault> {
        self.sums = Sums::default();
        self.batch(match self.engine() {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        })
    }

    /// Lets SQLite keep as many pages as a large run needs, until the transaction ends.
    pub(crate) fn keep_more(&mut self) -> Result<(), Fault> {
        if self.engine() == Engine::Sqlite {
            self.batch(&format!("PRAGMA cache_size = -{CACHE_OF_A_RUN}"))?;
            self.keeps_more = true;
        }
        Ok(())
    }

    /// Lets SQLite keep no more pages than others do. The transaction has ended by then, and did so
    /// whether or not this succeeds.
    fn keep_less(&mut self) {
        if self.keeps_more {
            let done = self.batch(&format!("PRAGMA cache_size = -{CACHE}"));
            self.keeps_more = done.is_err();
        }
    }

    pub(crate) fn begin_read(&mut self) -> Result<(), Fault> {
        self.batch(match self.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT")?;
        self.keep_less();
        Ok(())
    }

    pub(crate) fn rollback(&mut self) -> Result<(), Fault> {
        self.batch("ROLLBACK")?;
        self.keep_less();
        Ok(())
    }

    /// What facts were written since the transaction began.
    pub(crate) fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Sums up a row of facts that goes in by a statement of its own.
    pub(crate) fn watch(&mut self, table: &Table, row: Vec<Value<'_>>) {
        self.sums.watch(table, std::iter::once(row)).for_each(drop);
    }

    /// Adds rows of a table to what was written.
    pub(crate) fn add_sum(&mut self, table: &Table, sum: Sum) {
        self.sums.add(table, sum);
    }

    /// Goes back to what had been written, where the rest was taken back.
    pub(crate) fn forget_sums(&mut self, back_to: Sums) {
        self.sums = back_to;
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.inner {
            Inner::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Inner::Postgres(postgres) => Ok(postgres.client.batch_execute(sql)?),
        }
    }

    /// Runs one statement; returns the number of rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, Fault> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Inner::Postgres(postgres) => {
                let statement = postgres.statement(sql)?;
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
                Ok(postgres.client.execute(&statement, &params)?)
            }
        }
    }

    /// Runs a query and hands each row over; rows stream on both engines.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    take(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Inner::Postgres(postgres) => {
                let statement = postgres.statement(sql)?;
                let params = params.iter().map(|p| p as &(dyn ToSql + Sync));
                let mut rows = postgres.client.query_raw(&statement, params)?;
                while let Some(row) = rows.next()? {
                    take(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    /// Runs a query whose last condition is `… IN (/*keys*/)` for any number of keys, which are
    /// all whole numbers or all texts.
    pub(crate) fn each_in(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        keys: &[Value<'_>],
        mut take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if keys.is_empty() {
            return Ok(());
        }
        if let Inner::Postgres(postgres) = &mut self.inner {
            return postgres.each_in(sql, params, keys, &mut take);
        }
        let mut list = String::new();
        for place in 0..LIST_KEYS {
            let comma = if place == 0 { "" } else { ", " };
            let _ = write!(list, "{comma}${}", params.len() + place + 1);
        }
        let sql = sql.replace("/*keys*/", &list);
        for chunk in keys.chunks(LIST_KEYS) {
            let mut all: Vec<Value<'_>> = params.to_vec();
            all.extend_from_slice(chunk);
            if let Some(last) = chunk.last() {
                all.resize(params.len() + LIST_KEYS, last.clone());
            }
            self.each(&sql, &all, &mut take)?;
        }
        Ok(())
    }

    /// Inserts rows in bulk; each row has one value for each column of the table.
    pub(crate) fn insert<'a>(
        &mut self,
        table: &Table,
        rows: impl IntoIterator<Item = Vec<Value<'a>>>,
    ) -> Result<u64, Fault> {
        let rows = self.sums.watch(table, rows.into_iter());
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
                let marks = vec!["?"; names.len()].join(", ");
                let names = names.join(", ");
                let sql = format!("INSERT INTO {} ({names}) VALUES ({marks})", table.name);
                let mut statement = connection.prepare_cached(&sql)?;
                let (mut count, mut texts) = (0, Texts::default());
                for row in rows {
                    debug_assert_eq!(row.len(), table.columns.len(), "{}", table.name);
                    for (place, value) in (1..).zip(&row) {
                        match texts.of(value) {
                            Some(text) => statement.raw_bind_parameter(place, text)?,
                            None => statement.raw_bind_parameter(place, value)?,
                        }
                    }
                    statement.raw_execute()?;
                    count += 1;
                }
                Ok(count)
            }
            Inner::Postgres(postgres) => {
                let mut bulk = Bulk::new(table.columns.iter().map(|column| column.kind).collect());
                let mut count = 0;
                for row in rows {
                    bulk.push(row);
                    if bulk.rows == BULK_ROWS {
                        count += postgres.insert(table, &mut bulk)?;
                    }
                }
                Ok(count + postgres.insert(table, &mut bulk)?)
            }
        }
    }

    /// Adds to counting columns of rows told by `entity_id` and `id`, in bulk and in the order
    /// given. `columns` are names, each row an id and one summand for each column.
    pub(crate) fn add_to(
        &mut self,
        table: &str,
        entity: i64,
        columns: &[&str],
        rows: &[(i64, Vec<i64>)],
    ) -> Result<u64, Fault> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let sets: Vec<String> = columns
                    .iter()
                    .map(|name| format!("{name} = {name} + ?"))
                    .collect();
                let sets = sets.join(", ");
                let sql = format!("UPDATE {table} SET {sets} WHERE entity_id = ? AND id = ?");
                let mut statement = connection.prepare_cached(&sql)?;
                let mut count = 0;
                for (id, summands) in rows {
                    let mut params = summands.clone();
                    params.extend([entity, *id]);
                    count += statement.execute(rusqlite::params_from_iter(params))? as u64;
                }
                Ok(count)
            }
            Inner::Postgres(postgres) => postgres.add_to(table, entity, columns, rows),
        }
    }

    /// How many guards of facts there must be, and the first that is missing or switched off.
    pub(crate) fn guards(&mut self) -> Result<(i64, Option<String>), Fault> {
        crate::db::migrate::check_guards(self)
    }

    /// Prepares a statement without running it; the check that every text suits both engines.
    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                connection.prepare(&sqlite_text(sql))?;
            }
            Inner::Postgres(postgres) => {
                postgres.statement(sql)?;
            }
        }
        Ok(())
    }
}

/// Turns on the write-ahead log. Of several programs that do it to one new file at once, SQLite
/// refuses all but one without waiting.
fn keep_a_log(connection: &rusqlite::Connection) -> Result<(), rusqlite::Error> {
    let mut tries = 0;
    loop {
        let done = connection.execute_batch("PRAGMA journal_mode = WAL");
        let busy = rusqlite::ErrorCode::DatabaseBusy;
        match done {
            Err(problem) if tries < 600 && problem.sqlite_error_code() == Some(busy) => {
                tries += 1;
                pause();
            }
            done => return done,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "SQLite tells nobody when another program has done it"
)]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(50));
}

/// SQLite numbers `$n` by first appearance and has no row locks.
fn sqlite_text(sql: &str) -> Cow<'_, str> {
    Cow::Owned(sql.replace('$', "?"))
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(rusqlite::types::Value::Null),
            Value::Int(value) => ToSqlOutput::Owned((*value).into()),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Date(value) => ToSqlOutput::Owned(value.to_string().into()),
            Value::At(value) => ToSqlOutput::Owned(instant_text(*value).into()),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

/// The days and moments of the rows before, as SQLite keeps them: rows of a batch share them.
#[derive(Default)]
struct Texts {
    date: Option<(Date, String)>,
    at: Option<(Timestamp, String)>,
}

impl Texts {
    /// The text of a day or a moment.
    fn of(&mut self, value: &Value<'_>) -> Option<&str> {
        match value {
            Value::Date(date) => Some(known(&mut self.date, *date, |date| date.to_string())),
            Value::At(at) => Some(known(&mut self.at, *at, instant_text)),
            _ => None,
        }
    }
}

/// The text of the last value, or of another one from now on.
fn known<T: Copy + PartialEq>(
    last: &mut Option<(T, String)>,
    value: T,
    write: impl FnOnce(T) -> String,
) -> &str {
    if last.as_ref().is_none_or(|(known, _)| *known != value) {
        *last = None;
    }
    &last.get_or_insert_with(|| (value, write(value))).1
}

/// Microseconds always, so that text order is time order.
fn instant_text(at: Timestamp) -> String {
    format!("{at:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_run_keeps_more_pages_until_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut connection = Connection::sqlite(&folder.path().join("b.db")).expect("opened");
        let kept = |connection: &mut Connection| {
            let mut pages = 0;
            connection
                .each("PRAGMA cache_size", &[], |row| {
                    pages = row.int(0)?;
                    Ok(())
                })
                .expect("told");
            -pages
        };
        let (few, many) = (i64::from(CACHE), i64::from(CACHE_OF_A_RUN));
        connection.begin_write().expect("begun");
        assert_eq!(kept(&mut connection), few);
        connection.keep_more().expect("more kept");
        assert_eq!(kept(&mut connection), many);
        connection.commit().expect("kept");
        assert_eq!(kept(&mut connection), few);
        connection.begin_write().expect("begun");
        connection.keep_more().expect("more kept");
        connection.rollback().expect("taken back");
        assert_eq!(kept(&mut connection), few);
    }
}
