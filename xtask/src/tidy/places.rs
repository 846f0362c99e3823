//! Where SQL, drivers, HTTP and clocks may stand.

use super::text::Parts;
use super::{File, Finding};

/// Words that must stand in some places only.
struct Rule {
    tokens: &'static [&'static str],
    places: &'static [&'static str],
    message: &'static str,
}

/// Tests beside the rules may read the published examples.
const NO_FILES: &str = "domain knows no files, network or environment: pass values in";

const RULES: &[Rule] = &[
    Rule {
        tokens: &["rusqlite::", "postgres::", "use rusqlite", "use postgres"],
        places: &["crates/books/src/db/", "crates/books/src/db.rs"],
        message: "a database driver outside books/src/db: go through books::db",
    },
    Rule {
        tokens: &["axum::", "hyper::", "http::", "tower::"],
        places: &["crates/web/"],
        message: "HTTP outside web: move it there",
    },
    Rule {
        tokens: &["EntryDraft"],
        // The tests of the books hand the ledger's door what it must refuse.
        places: &["crates/domain/", "crates/books/tests/", "xtask/"],
        message: "a journal entry made outside domain: write a pure function there",
    },
    Rule {
        tokens: &[
            "Instant::now",
            "SystemTime::now",
            "Zoned::now",
            "Timestamp::now",
        ],
        places: &["crates/cli/", "xtask/"],
        message: "a clock outside cli: take the time from Work or as an argument",
    },
    Rule {
        tokens: &["std::fs", "std::net", "std::env", "std::process"],
        places: &[
            "crates/books/",
            "crates/cli/",
            "crates/web/",
            "crates/formats/",
            "crates/simulation/",
            "xtask/",
        ],
        message: NO_FILES,
    },
];

/// How a statement begins.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "DROP TABLE ",
    "ALTER TABLE ",
    "WITH RECURSIVE ",
];
/// Where statements may stand: `sql.rs`, reports, the thin runner, and tests that break in.
const SQL_PLACES: &[&str] = &[
    "/sql.rs",
    "/sql/",
    "/reports/",
    "/migrations/",
    "/db/",
    "/tests/",
    "/testing/",
];

/// Checks one Rust file.
pub(super) fn check(file: &File, parts: &Parts, findings: &mut Vec<Finding>) {
    for rule in RULES {
        let files = rule.message == NO_FILES && file.path.ends_with("/tests.rs");
        if files || rule.places.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        for (at, line) in parts.code.lines().enumerate() {
            if rule.tokens.iter().any(|token| holds(line, token)) {
                findings.push(file.finding(at + 1, rule.message));
            }
        }
    }
    let books = file.path.starts_with("crates/books/");
    if file.path.starts_with("xtask/")
        || books && SQL_PLACES.iter().any(|place| file.path.contains(place))
    {
        return;
    }
    for line in statements(&parts.strings) {
        let message = "SQL outside sql.rs: move the statement to this area's sql.rs in books";
        findings.push(file.finding(line, message));
    }
}

/// Whether the token stands there and is not the tail of a longer name.
fn holds(line: &str, token: &str) -> bool {
    line.match_indices(token).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The lines on which a string begins that reads as a statement.
fn statements(strings: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in strings.match_indices('"') {
        let (before, after) = strings.split_at(at + 1);
        let text = after.trim_start_matches([' ', '\n', '\\', '\t']);
        if SQL.iter().any(|begin| text.starts_with(begin)) {
            lines.push(before.lines().count());
        }
    }
    lines
}
