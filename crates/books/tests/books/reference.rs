//! `docs/reference/schema.sql` is what the migrations make; `cargo xtask reference` rewrites it.

use std::path::Path;

use books::testing;

use crate::engines::fixtures;

const ABOUT: &str = "\
-- The database of a book as all migrations leave it, in the words of SQLite; PostgreSQL has the same
-- tables, indexes and guards with its own types (DATE, TIMESTAMPTZ, NUMERIC).
-- Made by `cargo xtask reference`; a test keeps it true.
";

#[test]
fn the_schema_is_described_as_it_is() {
    let sqlite = fixtures("reference").swap_remove(0);
    let statements = testing::schema(&sqlite.url).expect("a schema");
    let page = format!("{ABOUT}\n{};\n", statements.join(";\n\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/schema.sql");
    if update() {
        std::fs::write(&path, &page).expect("written");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == page,
        "docs/reference/schema.sql is not what the migrations make: run `cargo xtask reference`"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests rewrite what they expect on demand"
)]
fn update() -> bool {
    std::env::var("UPDATE").is_ok()
}
