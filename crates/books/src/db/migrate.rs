//! Brings the schema up to date: one set of migrations, turned into each engine's dialect, and
//! the guards that make posted facts append-only in the database itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::db::{Connection, Engine, Value};
use crate::failure::Fault;

/// The migrations in order; a number never changes once released.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_books.sql")),
    (2, include_str!("../../migrations/0002_access.sql")),
    (3, include_str!("../../migrations/0003_control.sql")),
    (4, include_str!("../../migrations/0004_connect.sql")),
    (5, include_str!("../../migrations/0005_sign_in.sql")),
    (6, include_str!("../../migrations/0006_pages.sql")),
    (7, include_str!("../../migrations/0007_lookups.sql")),
    (8, include_str!("../../migrations/0008_whose_requests.sql")),
    (9, include_str!("../../migrations/0009_credit_holds.sql")),
    (10, include_str!("../../migrations/0010_carried.sql")),
    (11, include_str!("../../migrations/0011_contacts.sql")),
    (12, include_str!("../../migrations/0012_rest.sql")),
    (13, include_str!("../../migrations/0013_short_pays.sql")),
    (14, include_str!("../../migrations/0014_certificates.sql")),
    (15, include_str!("../../migrations/0015_unvalued.sql")),
    (16, include_str!("../../migrations/0016_vendor_numbers.sql")),
    (
        17,
        include_str!("../../migrations/0017_statements_by_day.sql"),
    ),
    (
        18,
        include_str!("../../migrations/0018_later_discounts.sql"),
    ),
    (19, include_str!("../../migrations/0019_advices.sql")),
];

/// Tables whose rows are facts: never updated, never deleted.
pub(crate) const FACTS: &[&str] = &[
    "application",
    "audit_log",
    "bank_line",
    "bank_statement",
    "cash_decision",
    "cash_decision_document",
    "cash_proposal",
    "document",
    "document_line",
    "item_valuation",
    "journal_entry",
    "journal_line",
    "period_event",
    "revaluation",
    "run",
    "source_file",
    "taken_request",
];

/// Tables of facts that came with a later migration.
const LATER_FACTS: &[(i64, &[&str])] = &[
    (2, &["approval_request", "approval_voice", "role_event"]),
    (
        3,
        &[
            "approval_policy",
            "credit_limit",
            "delegation",
            "delegation_end",
            "reminder",
        ],
    ),
    (4, &["webhook_attempt", "webhook_event"]),
    (9, &["credit_hold"]),
    (11, &["party_contact", "party_note"]),
    (13, &["short_pay", "short_pay_event"]),
    (
        14,
        &[
            "certificate",
            "certificate_asked",
            "certificate_asking",
            "certificate_cover",
            "certificate_withdrawal",
            "party_withholding",
        ],
    ),
    (18, &["later_discount"]),
];

/// What SQLite is to think of the large tables before anybody counted: many rows of one entity,
/// few of each further column. By itself it takes the first column of a key for selective, and
/// reads the whole table for every few rows; PostgreSQL counts for itself. What has an
/// index of its own because there is little of it is few; of one kind there are many documents.
const STATISTICS: &str = "
    ANALYZE;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT k.tbl, k.idx, '1000000 1000000' || REPLACE(HEX(ZEROBLOB(k.columns - 2)), '00', ' 10')
        || CASE k.is_unique WHEN 1 THEN ' 1' ELSE ' 10' END
    FROM (SELECT m.name AS tbl, CASE l.origin WHEN 'pk' THEN m.name ELSE l.name END AS idx,
            COUNT(*) AS columns, MAX(l.[unique]) AS is_unique
        FROM sqlite_schema m
        JOIN pragma_index_list(m.name) l
        JOIN pragma_index_info(l.name) i
        WHERE m.type = 'table' AND m.name IN ('application', 'audit_log', 'bank_line',
            'cash_decision', 'cash_decision_document', 'cash_proposal', 'document',
            'document_line', 'journal_entry', 'journal_line', 'open_item', 'party',
            'past_application')
        GROUP BY m.name, l.name) k
    WHERE 1 < k.columns;
    UPDATE sqlite_stat1 SET stat = '1000 1000 1'
    WHERE idx IN ('party_vendors', 'document_payable', 'open_item_payable',
        'open_item_unvalued');
    UPDATE sqlite_stat1 SET stat = '1000000 1000000 200000 1' WHERE idx = 'document_of_kind';
    ANALYZE sqlite_schema;";

/// Runs the migrations that this database has not seen, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let engine = connection.engine();
    // Most openings find the schema as it should be and need not wait for a writer to see it.
    let latest = MIGRATIONS.last().map(|(last, _)| *last);
    if version(connection).ok() == latest {
        return Ok(());
    }
    connection.begin_write()?;
    let done = migrate_within(connection, engine);
    match done {
        Ok(()) => connection.commit(),
        Err(fault) => {
            connection.rollback()?;
            Err(fault)
        }
    }
}

/// The last migration that this database has seen.
fn version(connection: &mut Connection) -> Result<i64, Fault> {
    let mut version = 0;
    connection.each(
        "SELECT COALESCE(MAX(version), 0) FROM schema_version",
        &[],
        |row| {
            version = row.int(0)?;
            Ok(())
        },
    )?;
    Ok(version)
}

fn migrate_within(connection: &mut Connection, engine: Engine) -> Result<(), Fault> {
    if engine == Engine::Postgres {
        // Two processes that start at once must not both create the tables.
        connection.batch("SELECT pg_advisory_xact_lock(4208155601)")?;
    }
    connection.batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let version = version(connection)?;
    if MIGRATIONS.last().is_some_and(|(last, _)| *last < version) {
        return Err(Fault::new(format!(
            "the database has schema version {version}, made by a newer Duebook; use that one"
        )));
    }
    for (number, text) in MIGRATIONS {
        if *number <= version {
            continue;
        }
        connection.batch(&dialect(text, engine))?;
        if *number == 1 {
            connection.batch(&first_guards(engine))?;
        }
        for (since, tables) in LATER_FACTS {
            if since == number {
                connection.batch(&fact_guards(engine, tables))?;
            }
        }
        let params = [Value::Int(*number)];
        connection.execute("INSERT INTO schema_version (version) VALUES ($1)", &params)?;
    }
    if engine == Engine::Sqlite {
        connection.batch(STATISTICS)?;
    }
    Ok(())
}

/// The text of a migration as an engine reads it.
fn dialect(text: &str, engine: Engine) -> String {
    let text: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .flat_map(|line| [line, "\n"])
        .collect();
    match engine {
        Engine::Sqlite => text
            .replace("/*table*/", " STRICT, WITHOUT ROWID")
            .replace("TIMESTAMPTZ", "TEXT")
            .replace(" DATE", " TEXT")
            .replace("BIGINT", "INTEGER")
            .replace("BYTEA", "BLOB"),
        Engine::Postgres => text
            .replace("/*table*/", "")
            .replace(" TEXT", " TEXT COLLATE \"C\""),
    }
}

/// How many guards there must be, and the first that is missing, switched off or changed.
pub(super) fn check_guards(connection: &mut Connection) -> Result<(i64, Option<String>), Fault> {
    let engine = connection.engine();
    let mut present = BTreeSet::new();
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE tbl_name || '%'
             AND sql LIKE '%RAISE(ABORT%' AND sql NOT LIKE '% WHEN %'"
        }
        Engine::Postgres => {
            "SELECT CAST(t.tgname AS TEXT) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND NOT t.tgisinternal
             AND pg_table_is_visible(c.oid) AND t.tgname LIKE c.relname || '%'
             AND p.proname IN ('refuse_change', 'refuse_item_change')
             AND p.prosrc LIKE '%RAISE EXCEPTION%'"
        }
    };
    connection.each(sql, &[], |row| {
        present.insert(row.text(0)?);
        Ok(())
    })?;
    let text = guards(engine);
    let mut expected: Vec<&str> = text
        .split("CREATE TRIGGER ")
        .skip(1)
        .filter_map(|trigger| trigger.split_whitespace().next())
        .collect();
    expected.sort_unstable();
    let missing = expected.iter().find(|name| !present.contains(**name));
    Ok((expected.len() as i64, missing.map(ToString::to_string)))
}

/// All guards that there must be.
fn guards(engine: Engine) -> String {
    let later = LATER_FACTS.iter();
    later.fold(first_guards(engine), |sql, (_, tables)| {
        sql + &fact_guards(engine, tables)
    })
}

/// Triggers that refuse to change facts. Of an open item only the cached sums may move.
fn first_guards(engine: Engine) -> String {
    let mut sql = String::new();
    if engine == Engine::Postgres {
        sql.push_str(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               RAISE EXCEPTION 'facts of % are never changed', TG_TABLE_NAME; END $$;
             CREATE FUNCTION refuse_item_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF (to_jsonb(OLD) - 'open_amount' - 'open_functional')
                 IS DISTINCT FROM (to_jsonb(NEW) - 'open_amount' - 'open_functional')
               THEN RAISE EXCEPTION 'facts of open_item are never changed'; END IF;
               RETURN NEW; END $$;
             CREATE TRIGGER open_item_never_changed BEFORE UPDATE OF entity_id, id, document_id,
               side, party_id, account, currency, amount, functional, opened_on, due_on,
               discount_points, discount_until, recorded_at ON open_item
               FOR EACH ROW EXECUTE FUNCTION refuse_item_change();
             CREATE TRIGGER open_item_never_deleted BEFORE DELETE ON open_item
               FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        );
    } else {
        sql.push_str(
            "CREATE TRIGGER open_item_never_changed BEFORE UPDATE OF entity_id, id, document_id,
               side, party_id, account, currency, amount, functional, opened_on, due_on,
               discount_points, discount_until, recorded_at ON open_item
               BEGIN SELECT RAISE(ABORT, 'facts of open_item are never changed'); END;
             CREATE TRIGGER open_item_never_deleted BEFORE DELETE ON open_item
               BEGIN SELECT RAISE(ABORT, 'facts of open_item are never deleted'); END;",
        );
    }
    sql + &fact_guards(engine, FACTS)
}

fn fact_guards(engine: Engine, tables: &[&str]) -> String {
    let mut sql = String::new();
    for table in tables {
        let _ = match engine {
            Engine::Sqlite => write!(
                sql,
                "CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table}
                   BEGIN SELECT RAISE(ABORT, 'facts of {table} are never changed'); END;
                 CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
                   BEGIN SELECT RAISE(ABORT, 'facts of {table} are never deleted'); END;"
            ),
            Engine::Postgres => write!(
                sql,
                "CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table}
                   FOR EACH ROW EXECUTE FUNCTION refuse_change();
                 CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
                   EXECUTE FUNCTION refuse_change();"
            ),
        };
    }
    sql
}
