//! What tests of any crate need of the engines; nothing here is used by the program.

mod floor;

pub use floor::{Floor, Shape};

use std::collections::HashMap;

use domain::ids::{ItemId, PartyId};
use domain::open_items::ItemState;
use jiff::Timestamp;

use crate::audit;
use crate::db::{Connection, Db, Engine};
use crate::failure::{Fault, Outcome};
use crate::keys::Keyring;
use crate::parties::sql::PARTY;
use crate::reports::lists::{self, Ask, List};
use crate::work::{Context, Work};

/// Makes an empty database on a PostgreSQL server, dropping one of that name.
pub fn fresh_database(server: &str, name: &str) -> Result<(), Fault> {
    let mut connection = Connection::postgres(server)?;
    connection.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    connection.batch(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
    ))?;
    Ok(())
}

/// Takes a database away.
pub fn drop_database(server: &str, name: &str) -> Result<(), Fault> {
    let mut connection = Connection::postgres(server)?;
    connection.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
}

/// The keys of tests: two, the first of which seals.
pub fn keys() -> Keyring {
    let text = format!("{}\n{}\n", "5a".repeat(32), "c3".repeat(32));
    Keyring::parse(&text).expect("keys")
}

/// Everything that is written in a database, as whoever steals it would see it: on SQLite the
/// bytes of its files, on PostgreSQL every row as text.
pub fn all_text(url: &str) -> Result<String, Fault> {
    let broken = |problem: std::io::Error| Fault::new(problem.to_string());
    if let Some(path) = url.strip_prefix("sqlite:") {
        let mut all = String::new();
        for end in ["", "-wal"] {
            let file = format!("{path}{end}");
            if std::path::Path::new(&file).exists() {
                let bytes = std::fs::read(&file).map_err(broken)?;
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        return Ok(all);
    }
    let mut connection = open(url)?;
    let mut tables = Vec::new();
    connection.each(
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
         WHERE table_schema = CURRENT_SCHEMA()",
        &[],
        |row| {
            tables.push(row.text(0)?);
            Ok(())
        },
    )?;
    let mut all = String::new();
    for table in tables {
        let sql = format!("SELECT CAST(t AS TEXT) FROM {table} t");
        connection.each(&sql, &[], |row| {
            all.push_str(&row.text(0)?);
            Ok(())
        })?;
    }
    Ok(all)
}

/// Arranges parties by statements of a test's own, as if that had come through a door: the audit
/// log knows of it.
pub fn arrange_parties(db: &Db, sql: &str) -> Outcome<()> {
    let context = Context {
        actor: "tester".to_owned(),
        door: "test",
        reason: String::new(),
        now: Timestamp::UNIX_EPOCH,
        writer: 1,
    };
    db.write(&context, None, |work| {
        work.gate()?;
        let mut change = audit::whole_of(work, &PARTY)?.turned();
        work.connection.batch(sql)?;
        change.add(audit::whole_of(work, &PARTY)?);
        work.connection.add_sum(&PARTY, change);
        work.names_change();
        work.note("test.parties", "", serde_json::Value::Null);
        Ok(())
    })
}

/// Runs statements behind the books' back, as an intruder with the database in hand would.
pub fn tamper(url: &str, sql: &str) -> Result<(), Fault> {
    open(url)?.batch(sql)
}

/// Does the same while the guards of facts are away, and puts them back as they were.
pub fn tamper_unseen(url: &str, sql: &str) -> Result<(), Fault> {
    let mut connection = open(url)?;
    if connection.engine() == Engine::Postgres {
        return connection.batch(&format!(
            "SET session_replication_role = replica; {sql}; SET session_replication_role = DEFAULT"
        ));
    }
    let (mut away, mut back) = (String::new(), String::new());
    connection.each(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
        &[],
        |row| {
            away.push_str(&format!("DROP TRIGGER {};", row.text(0)?));
            back.push_str(&format!("{};", row.text(1)?));
            Ok(())
        },
    )?;
    connection.batch(&format!("{away} {sql}; {back}"))
}

/// The whole number that a query answers.
pub fn count(url: &str, sql: &str) -> Result<i64, Fault> {
    let mut count = 0;
    open(url)?.each(sql, &[], |row| {
        count = row.int(0)?;
        Ok(())
    })?;
    Ok(count)
}

/// Prepares statements without running them; tells the first that the engine does not take.
pub fn prepare(url: &str, statements: &[String]) -> Result<(), (String, Fault)> {
    let mut connection = open(url).map_err(|fault| (String::new(), fault))?;
    for sql in statements {
        let last = (1..100)
            .take_while(|place| sql.contains(&format!("${place}")))
            .last()
            .unwrap_or(0);
        let text = sql.replace("/*keys*/", &format!("${}", last + 1));
        connection
            .prepare(&text)
            .map_err(|fault| (sql.clone(), fault))?;
    }
    Ok(())
}

/// How the engine answers a question of a list: the steps of its plan, scans of whole tables and
/// sorting only where nothing else is possible.
pub fn plan(work: &mut Work<'_>, list: &List, ask: &Ask) -> Outcome<Vec<String>> {
    let (sql, values) = lists::statement(work, list, ask, 50)?;
    let (explain, place) = match work.connection.engine() {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Engine::Postgres => {
            work.execute("SET LOCAL enable_seqscan = off", &[])?;
            work.execute("SET LOCAL enable_sort = off", &[])?;
            ("EXPLAIN", 0)
        }
    };
    let sql = format!("{explain} {sql}");
    Ok(work.rows(&sql, &values, |row| row.text(place))?)
}

/// A column as the catalog of the engine tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CatalogColumn {
    /// Its name.
    pub name: String,
    /// Its type in the engine's words, lower case.
    pub kind: String,
    /// Whether a row cannot do without it.
    pub required: bool,
}

/// The columns of a table by the catalog; none where there is no such table.
pub fn columns(url: &str, table: &str) -> Result<Vec<CatalogColumn>, Fault> {
    let mut connection = open(url)?;
    let sql = match connection.engine() {
        Engine::Sqlite => {
            "SELECT name, LOWER(type), \"notnull\" FROM pragma_table_info($1) ORDER BY cid"
        }
        Engine::Postgres => {
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT),
               CAST(CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS BIGINT)
             FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA()
               AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let mut all = Vec::new();
    connection.each(sql, &[table.into()], |row| {
        all.push(CatalogColumn {
            name: row.text(0)?,
            kind: row.text(1)?,
            required: row.int(2)? == 1,
        });
        Ok(())
    })?;
    Ok(all)
}

/// The statements that make the database of a book on SQLite: each table with its indexes and guards.
pub fn schema(url: &str) -> Result<Vec<String>, Fault> {
    let mut all = Vec::new();
    open(url)?.each(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
         ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name",
        &[],
        |row| {
            all.push(row.text(0)?);
            Ok(())
        },
    )?;
    Ok(all)
}

/// The parties of all entities, in the order of their codes.
pub fn party_ids(url: &str) -> Result<Vec<PartyId>, Fault> {
    let mut all = Vec::new();
    open(url)?.each("SELECT id FROM party ORDER BY code", &[], |row| {
        all.push(PartyId(row.int(0)?));
        Ok(())
    })?;
    Ok(all)
}

/// The items named, locked until the work commits, as use cases load them.
pub fn lock_items(
    work: &mut Work<'_>,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, ItemState>, Fault> {
    crate::open_items::sql::lock(work, ids)
}

fn open(url: &str) -> Result<Connection, Fault> {
    match url.strip_prefix("sqlite:") {
        Some(path) => Connection::sqlite(std::path::Path::new(path)),
        None => Connection::postgres(url),
    }
}
