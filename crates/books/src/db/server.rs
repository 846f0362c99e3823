//! What is PostgreSQL's own: statements that stay prepared, arrays of keys and of rows.

use std::collections::HashMap;

use domain::calendar::Date;
use jiff::Timestamp;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};

use crate::db::row::Row;
use crate::db::{ColumnType, Table, Value};
use crate::failure::Fault;

/// Rows of one bulk statement on PostgreSQL: enough to amortise the round trip.
pub(super) const BULK_ROWS: usize = 5_000;

/// So many new rows of one table change how a statement is best run.
const GROWN_ROWS: u64 = 10_000;

/// A connection with what it prepared.
pub(super) struct PostgresConnection {
    pub(super) client: postgres::Client,
    pub(super) statements: HashMap<String, postgres::Statement>,
    /// Of each table: rows inserted here, and how many make it worth looking at again.
    pub(super) grown: HashMap<&'static str, (u64, u64)>,
}

impl PostgresConnection {
    pub(super) fn statement(&mut self, sql: &str) -> Result<postgres::Statement, Fault> {
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
    pub(super) fn each_in(
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

    pub(super) fn insert(&mut self, table: &Table, bulk: &mut Bulk) -> Result<u64, Fault> {
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

    pub(super) fn add_to(
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
pub(super) struct Bulk {
    columns: Vec<Array>,
    pub(super) rows: usize,
}

enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Date(Vec<Option<Date>>),
    At(Vec<Option<Timestamp>>),
}

impl Bulk {
    pub(super) fn new(kinds: Vec<ColumnType>) -> Bulk {
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

    pub(super) fn push(&mut self, row: Vec<Value<'_>>) {
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

    pub(super) fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
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

    pub(super) fn clear(&mut self) {
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
