//! `docs/reference` is made from the program itself and held equal to it: commands from their own
//! help, refusals from their rules, formats, kinds of documents, reports and REST from the lists
//! that the program works by. `cargo xtask reference` rewrites it.

mod named;
mod refusals;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{duebook, text};

#[test]
fn commands_are_described_as_they_are() {
    let mut page = page(
        "Commands",
        "What each command says of itself with `--help`.",
    );
    describe(&[], &mut page);
    same("commands.md", &page);
}

#[test]
fn refusals_are_described_as_they_are() {
    same("refusals.md", &refusals::page(&root().join("crates")));
}

#[test]
fn formats_are_described_as_they_are() {
    let mut page = page(
        "Formats",
        "What is read, in the order in which it is tried.",
    );
    page.push_str("\n## Bank files\n\n| key | format |\n|---|---|\n");
    for format in formats::bank::ALL {
        let _ = writeln!(page, "| `{}` | {} |", format.code, format.title);
    }
    page.push_str("\n## Remittance advices\n\n| key | format |\n|---|---|\n");
    for format in formats::remittance::ALL {
        let _ = writeln!(page, "| `{}` | {} |", format.code, format.title);
    }
    same("formats.md", &page);
}

#[test]
fn kinds_of_documents_are_described_as_they_are() {
    let mut page = page(
        "Kinds of documents",
        "Each opens an item on one column of its side's control account.",
    );
    page.push_str("\n| key | name | numbers | side | column |\n|---|---|---|---|---|\n");
    for kind in domain::documents::KINDS {
        let _ = writeln!(
            page,
            "| `{}` | {} | {}-… | {} | {} |",
            kind.code,
            kind.title,
            kind.prefix,
            kind.side.code(),
            format!("{:?}", kind.direction).to_lowercase()
        );
    }
    same("documents.md", &page);
}

#[test]
fn operations_are_described_as_they_are() {
    let document = web::openapi();
    let mut page = page(
        "REST",
        "Every operation; `/api/openapi.json` says what each takes and answers.",
    );
    page.push_str("\n| operation | does |\n|---|---|\n");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let Some(summary) = operation["summary"].as_str() else {
                continue;
            };
            let _ = writeln!(
                page,
                "| `{} {path}` | {summary} |",
                method.to_ascii_uppercase()
            );
        }
    }
    same("rest.md", &page);
}

/// A command's own help, then that of the commands below it.
fn describe(words: &[String], page: &mut String) {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    let output = duebook(&root(), &arguments);
    let help: Vec<&str> = text(&output.stdout).lines().map(str::trim_end).collect();
    let help = help.join("\n").trim_end().to_owned();
    assert!(!help.is_empty(), "{words:?} has no help");
    let own = if words.is_empty() {
        help.clone()
    } else {
        without_common(&help)
    };
    let name = [&["duebook".to_owned()], words].concat().join(" ");
    let depth = "#".repeat(words.len().min(2) + 2);
    let _ = write!(page, "\n{depth} {name}\n\n```text\n{own}\n```\n");
    for below in commands_below(&help) {
        describe(&[words, &[below]].concat(), page);
    }
}

/// The options that every command has are told once, with `duebook` itself.
fn without_common(help: &str) -> String {
    const COMMON: &[&str] = &[
        "--db <",
        "--entity <",
        "--as <",
        "--format <",
        "-h, --help",
        "-V, --version",
    ];
    let mut common = false;
    let mut parts = Vec::new();
    for part in help.split("\n\n") {
        let option = part.trim_start_matches("Options:").trim_start();
        // What is said of an option stands deeper than its name, after an empty line, too.
        let goes_on = part.starts_with("          ");
        common = (common && goes_on) || COMMON.iter().any(|name| option.starts_with(name));
        if !common {
            parts.push(part);
        }
    }
    parts.join("\n\n")
}

fn commands_below(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| *word != "help")
        .map(str::to_owned)
        .collect()
}

fn page(title: &str, about: &str) -> String {
    format!("# {title}\n\n{about}\nMade by `cargo xtask reference`; a test keeps it true.\n")
}

/// Compares a page with what stands in `docs/reference`; `UPDATE=1` rewrites it.
fn same(name: &str, page: &str) {
    let path = root().join("docs/reference").join(name);
    if update() {
        fs::write(&path, page).expect("written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == page,
        "docs/reference/{name} is not what the program says: run `cargo xtask reference`"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace")
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests rewrite what they expect on demand"
)]
fn update() -> bool {
    std::env::var("UPDATE").is_ok()
}
