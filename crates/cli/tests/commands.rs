//! The built command from outside: what it prints, where, and its exit status.

mod browser;
mod certificates;
mod connect;
mod control;
mod demo;
mod documents;
mod faults;
mod imports;
mod inspect;
mod mcp;
mod parties;
mod reference;
mod reports;
mod runs;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs `duebook` in a folder.
fn duebook(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duebook"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DUEBOOK_DB")
        .output()
        .expect("the command is built")
}

/// Founds a book of euros in Germany.
const FOUNDING: [&str; 7] = [
    "init",
    "--name",
    "Nordlicht",
    "--currency",
    "EUR",
    "--country",
    "DE",
];

/// A folder with a new book founded by somebody, and files beside it: their names and contents.
fn founded(login: &str, files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    json(folder.path(), login, &FOUNDING);
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("written");
    }
    folder
}

/// Runs as somebody and reads the JSON of the result.
fn json(folder: &Path, login: &str, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["--format", "json", "--as", login];
    all.extend(arguments);
    let output = duebook(folder, &all);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{errors}");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// Runs as somebody who must be refused, and gives the code.
fn refused(folder: &Path, login: &str, arguments: &[&str]) -> String {
    let mut all = vec!["--format", "json", "--as", login];
    all.extend(arguments);
    let output = duebook(folder, &all);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).expect("a JSON error");
    assert!(error["error"]["hint"].is_string(), "{error}");
    error["error"]["code"].as_str().expect("a code").to_owned()
}

/// Every promise of the book holds.
fn assert_good(folder: &Path) {
    let verified = duebook(folder, &["verify"]);
    let told = text(&verified.stdout);
    assert_eq!(verified.status.code(), Some(0), "{told}");
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

#[test]
fn wrong_usage_exits_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["bank"][..], &["bank", "inspect"], &["no-such-noun"]] {
        let output = duebook(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
