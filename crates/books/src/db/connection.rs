//! A connection to either engine, its transactions, statements and rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use domain::calendar::Date;
use jiff::Timestamp;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::db::row::Row;
use crate::db::{ColumnType, Engine, Table, Value};
use crate::failure::Fault;

/// Rows of one bulk statement on PostgreSQL: enough to amortise the round trip.
const BULK_ROWS: usize = 5_000;

/// So many new rows of one table change how a statement is best run.
const GROWN_ROWS: u64 = 10_000;

/// Keys of one `IN` list on SQLite. Shorter lists are padded, so that the statement stays cached.
const LIST_KEYS: usize = 400;

/// An open connection. Transactions are plain statements on it, so that `Work` can own it.
pub(crate) struct Connection {
    inner: Inner,
}

enum Inner {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PostgresConnection>),
}

struct PostgresConnection {
    client: postgres::Client,
    statements: HashMap<String, postgres::Statement>,
    /// Of each table: rows inserted here, and how many make it worth looking at again.
    grown: HashMap<&'static str, (u64, u64)>,
}

impl Connection {
    pub(crate) fn sqlite(path: &Path) -> Result<Connection, Fault> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(30))?;
        connection.set_prepared_statement_cache_capacity(512);
        keep_a_log(&connection)?;
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = 268435456;",
        )?;
        Ok(Connection {
            inner: Inner::Sqlite(connection),
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
        self.batch(match self.engine() {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        })
    }

    pub(crate) fn begin_read(&mut self) -> Result<(), Fault> {
        self.batch(match self.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT")
    }

    pub(crate) fn rollback(&mut self) -> Result<(), Fault> {
        self.batch("ROLLBACK")
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
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
                let marks = vec!["?"; names.len()].join(", ");
                let names = names.join(", ");
                let sql = format!("INSERT INTO {} ({names}) VALUES ({marks})", table.name);
                let mut statement = connection.prepare_cached(&sql)?;
                let mut count = 0;
                for row in rows {
                    debug_assert_eq!(row.len(), table.columns.len(), "{}", table.name);
                    statement.execute(rusqlite::params_from_iter(&row))?;
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

impl PostgresConnection {
    fn statement(&mut self, sql: &str) -> Result<postgres::Statement, Fault> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let text = sql
            .replace("/*lock*/", " FOR UPDATE")
            .replace("/*share*/", " FOR SHARE");
        let statement = self.client.prepare(&text)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Keys go as one array: planning a list of hundreds takes longer than answering it. And as
    /// `= ANY`, which looks every key up or hashes them all; a join with an unnested array is
    /// run key by key over the whole table while the planner knows nothing about the table yet.
    fn each_in(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        keys: &[Value<'_>],
        take: &mut impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let numbers = keys.iter().all(|key| matches!(key, Value::Int(_)));
        let (place, kind) = (params.len() + 1, if numbers { "bigint" } else { "text" });
        let any = format!("= ANY(${place}::{kind}[])");
        let statement = self.statement(&sql.replace("IN (/*keys*/)", &any))?;
        for chunk in keys.chunks(BULK_ROWS) {
            let (mut ints, mut texts): (Vec<i64>, Vec<&str>) = (Vec::new(), Vec::new());
            for key in chunk {
                match key {
                    Value::Int(key) if numbers => ints.push(*key),
                    Value::Text(key) if !numbers => texts.push(key),
                    other => return Err(Fault::new(format!("{other:?} is no key of this list"))),
                }
            }
            let mut all: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
            all.push(if numbers { &ints } else { &texts });
            let mut rows = self.client.query_raw(&statement, all)?;
            while let Some(row) = rows.next()? {
                take(&Row::Postgres(&row))?;
            }
        }
        Ok(())
    }

    fn insert(&mut self, table: &Table, bulk: &mut Bulk) -> Result<u64, Fault> {
        if bulk.rows == 0 {
            return Ok(0);
        }
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let arrays: Vec<String> = table
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| format!("${}::{}[]", place + 1, postgres_type(column.kind)))
            .collect();
        let (names, arrays) = (names.join(", "), arrays.join(", "));
        let sql = format!(
            "INSERT INTO {} ({names}) SELECT * FROM UNNEST({arrays})",
            table.name
        );
        let statement = self.statement(&sql)?;
        let count = self.client.execute(&statement, &bulk.params())?;
        bulk.clear();
        self.look_at_growth(table.name, count)?;
        Ok(count)
    }

    /// Has the server look at a table that grew fast: until it does, it plans as if the table
    /// were empty, and its own look comes a minute after the commit.
    fn look_at_growth(&mut self, table: &'static str, count: u64) -> Result<(), Fault> {
        let (rows, worth) = self.grown.entry(table).or_insert((0, GROWN_ROWS));
        *rows += count;
        if *rows >= *worth {
            *worth = *rows * 4;
            let sql = format!("ANALYZE (SKIP_LOCKED) {table}");
            self.client.batch_execute(&sql)?;
        }
        Ok(())
    }

    fn add_to(
        &mut self,
        table: &str,
        entity: i64,
        columns: &[&str],
        rows: &[(i64, Vec<i64>)],
    ) -> Result<u64, Fault> {
        let sets: Vec<String> = columns
            .iter()
            .map(|name| format!("{name} = {table}.{name} + v.{name}"))
            .collect();
        let arrays: Vec<String> = (0..=columns.len())
            .map(|place| format!("${}::bigint[]", place + 2))
            .collect();
        let (sets, names, arrays) = (sets.join(", "), columns.join(", "), arrays.join(", "));
        let sql = format!(
            "UPDATE {table} SET {sets} FROM UNNEST({arrays}) AS v (id, {names})
             WHERE {table}.entity_id = $1 AND {table}.id = v.id"
        );
        let statement = self.statement(&sql)?;
        let mut count = 0;
        for chunk in rows.chunks(BULK_ROWS) {
            let ids: Vec<i64> = chunk.iter().map(|(id, _)| *id).collect();
            let summands: Vec<Vec<i64>> = (0..columns.len())
                .map(|place| {
                    chunk
                        .iter()
                        .filter_map(|(_, row)| row.get(place).copied())
                        .collect()
                })
                .collect();
            let mut params: Vec<&(dyn ToSql + Sync)> = vec![&entity, &ids];
            params.extend(summands.iter().map(|column| column as &(dyn ToSql + Sync)));
            count += self.client.execute(&statement, &params)?;
        }
        Ok(count)
    }
}

fn postgres_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int => "bigint",
        ColumnType::Text => "text",
        ColumnType::Date => "date",
        ColumnType::At => "timestamptz",
    }
}

/// Rows turned into columns, for `UNNEST`.
struct Bulk {
    columns: Vec<Array>,
    rows: usize,
}

enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Date(Vec<Option<Date>>),
    At(Vec<Option<Timestamp>>),
}

impl Bulk {
    fn new(kinds: Vec<ColumnType>) -> Bulk {
        let columns = kinds
            .into_iter()
            .map(|kind| match kind {
                ColumnType::Int => Array::Int(Vec::new()),
                ColumnType::Text => Array::Text(Vec::new()),
                ColumnType::Date => Array::Date(Vec::new()),
                ColumnType::At => Array::At(Vec::new()),
            })
            .collect();
        Bulk { columns, rows: 0 }
    }

    fn push(&mut self, row: Vec<Value<'_>>) {
        assert_eq!(row.len(), self.columns.len(), "a value for each column");
        for (array, value) in self.columns.iter_mut().zip(row) {
            match (array, value) {
                (Array::Int(array), Value::Int(value)) => array.push(Some(value)),
                (Array::Text(array), Value::Text(value)) => array.push(Some(value.into_owned())),
                (Array::Date(array), Value::Date(value)) => array.push(Some(value)),
                (Array::At(array), Value::At(value)) => array.push(Some(value)),
                (Array::Int(array), Value::Null) => array.push(None),
                (Array::Text(array), Value::Null) => array.push(None),
                (Array::Date(array), Value::Null) => array.push(None),
                (Array::At(array), Value::Null) => array.push(None),
                (_, value) => panic!("{value:?} does not suit its column"),
            }
        }
        self.rows += 1;
    }

    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.columns
            .iter()
            .map(|array| match array {
                Array::Int(array) => array as &(dyn ToSql + Sync),
                Array::Text(array) => array,
                Array::Date(array) => array,
                Array::At(array) => array,
            })
            .collect()
    }

    fn clear(&mut self) {
        for array in &mut self.columns {
            match array {
                Array::Int(array) => array.clear(),
                Array::Text(array) => array.clear(),
                Array::Date(array) => array.clear(),
                Array::At(array) => array.clear(),
            }
        }
        self.rows = 0;
    }
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

/// Microseconds always, so that text order is time order.
fn instant_text(at: Timestamp) -> String {
    format!("{at:.6}")
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(postgres::types::IsNull::Yes),
            Value::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Value::Int(value) => value.to_sql(kind, out),
            Value::Text(value) => value.to_sql(kind, out),
            Value::Date(value) => value.to_sql(kind, out),
            Value::At(value) => value.to_sql(kind, out),
            Value::Bytes(value) => value.as_ref().to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}
