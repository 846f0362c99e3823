//! Every statement suits both engines, every bulk insert suits its table.
//!
//! The statements are found in the source, so that a new one is checked without being listed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use books::{Engine, testing};

use crate::engines::on_every_engine;

/// A source file and its text without comments.
struct Source {
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let mut all = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the source is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                let lines = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"));
                let text = lines.collect::<Vec<_>>().join("\n");
                all.push(Source { path, text });
            }
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// The string literals of a text with what stands before each, as written.
fn literals(text: &str) -> Vec<(&str, String)> {
    let mut all = Vec::new();
    let mut from = 0;
    let bytes = text.as_bytes();
    let mut place = 0;
    while place < bytes.len() {
        match bytes[place] {
            b'\'' if bytes.get(place + 2) == Some(&b'\'') => place += 3,
            b'\'' if bytes.get(place + 1) == Some(&b'\\') => place += 4,
            b'"' => {
                let before = &text[from..place];
                let start = place + 1;
                place = start;
                while bytes[place] != b'"' {
                    place += if bytes[place] == b'\\' { 2 } else { 1 };
                }
                let literal = text[start..place]
                    .replace("\\\"", "\"")
                    .replace("\\n", "\n");
                all.push((before, literal));
                place += 1;
                from = place;
            }
            _ => place += 1,
        }
    }
    all
}

/// Whether a literal is the text of a whole statement.
fn is_statement(literal: &str) -> bool {
    let text = literal.trim();
    let begins = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "WITH ",
    ]
    .iter()
    .any(|verb| text.starts_with(verb));
    // Pieces of a longer text, and words that are no statement.
    begins && !text.ends_with(" FROM") && !text.ends_with(',') && text.contains(' ')
}

/// Names of texts and the texts, for `{NAME}` in `format!`.
fn constants(sources: &[Source]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for source in sources {
        for (before, literal) in literals(&source.text) {
            let declared = before.trim_end().strip_suffix(": &str =");
            if let Some(name) = declared.and_then(|before| before.split_whitespace().next_back()) {
                all.insert(format!("{}:{name}", source.path.display()), literal.clone());
                all.insert(name.to_owned(), literal);
            }
        }
    }
    all
}

/// Every statement that is written out whole or out of named pieces, and how many are not.
fn statements(sources: &[Source]) -> (Vec<String>, Vec<String>) {
    let constants = constants(sources);
    let (mut whole, mut composed) = (Vec::new(), Vec::new());
    for source in sources {
        let path = source.path.display();
        // Catalogs differ between the engines: these files choose among texts by engine.
        if ["testing/mod.rs", "migrate.rs", "connection.rs"]
            .iter()
            .any(|name| source.path.ends_with(name))
        {
            continue;
        }
        for (_, literal) in literals(&source.text) {
            if !is_statement(&literal) {
                continue;
            }
            let mut text = literal;
            for _ in 0..3 {
                let Some((name, range)) = placeholder(&text) else {
                    break;
                };
                let piece = constants
                    .get(&format!("{path}:{name}"))
                    .or_else(|| constants.get(&name));
                match piece {
                    Some(piece) => text.replace_range(range, piece),
                    None => break,
                }
            }
            if placeholder(&text).is_some() {
                composed.push(format!(
                    "{path}: {}",
                    text.split('\n').next().unwrap_or_default()
                ));
            } else {
                whole.push(text);
            }
        }
    }
    (whole, composed)
}

/// The first `{name}` of a text and where it stands.
fn placeholder(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let start = text.find('{')?;
    let end = start + text[start..].find('}')?;
    Some((text[start + 1..end].to_owned(), start..end + 1))
}

#[test]
fn every_statement_suits_both_engines() {
    let (whole, composed) = statements(&sources());
    assert!(
        60 < whole.len(),
        "only {} statements were found",
        whole.len()
    );
    on_every_engine("statements", |fixture| {
        if let Err((sql, fault)) = testing::prepare(&fixture.url, &whole) {
            panic!("{:?}: {fault}\n{sql}", fixture.db.engine());
        }
    });
    eprintln!(
        "{} statements prepared; composed, left to their own tests:",
        whole.len()
    );
    for text in composed {
        eprintln!("  {text}");
    }
}

/// The bulk inserts of the source: table, and its columns with their types.
fn bulk_inserts(sources: &[Source]) -> Vec<(String, Vec<(String, String)>)> {
    let mut all = Vec::new();
    for source in sources {
        for piece in source.text.split("table!(\"").skip(1) {
            let (name, rest) = piece.split_once("\":").expect("a name and columns");
            let (columns, _) = rest.split_once(')').expect("an end");
            let columns = columns
                .split(',')
                .filter(|column| !column.trim().is_empty());
            let columns = columns.map(|column| {
                let mut words = column.split_whitespace();
                let mut word = || words.next().expect("name and type").to_owned();
                (word(), word())
            });
            all.push((name.to_owned(), columns.collect()));
        }
    }
    all
}

fn kind_of(engine: Engine, kind: &str) -> &'static str {
    match (engine, kind) {
        (Engine::Sqlite, "Int") => "integer",
        (Engine::Sqlite, "Bytes") => "blob",
        (Engine::Sqlite, _) | (Engine::Postgres, "Text") => "text",
        (Engine::Postgres, "Int") => "bigint",
        (Engine::Postgres, "Date") => "date",
        (Engine::Postgres, "At") => "timestamp with time zone",
        (Engine::Postgres, "Bytes") => "bytea",
        (Engine::Postgres, other) => panic!("{other} is no type"),
    }
}

#[test]
fn every_bulk_insert_suits_its_table() {
    let tables = bulk_inserts(&sources());
    assert!(
        15 < tables.len(),
        "only {} bulk inserts were found",
        tables.len()
    );
    on_every_engine("bulk_inserts", |fixture| {
        let engine = fixture.db.engine();
        for (table, columns) in &tables {
            let catalog = testing::columns(&fixture.url, table).expect("the catalog");
            assert!(!catalog.is_empty(), "there is no table {table}");
            for (name, kind) in columns {
                let found = catalog.iter().find(|column| column.name == *name);
                let found = found.unwrap_or_else(|| panic!("{table} has no column {name}"));
                assert_eq!(
                    found.kind,
                    kind_of(engine, kind),
                    "{engine:?} {table}.{name}"
                );
            }
            for column in catalog.iter().filter(|column| column.required) {
                let given = columns.iter().any(|(name, _)| *name == column.name);
                assert!(given, "{table}.{} is never filled", column.name);
            }
        }
    });
}
