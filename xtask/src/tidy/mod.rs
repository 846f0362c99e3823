//! `cargo xtask tidy`: the house rules that a compiler does not know, checked by reading the text.
//!
//! Each finding names the place, what is wrong and what to do. The rules stand in [`arrows`]
//! (crates), [`places`] (SQL, drivers, HTTP, clocks), [`shape`] (lengths, module docs, words) and
//! [`papers`] (documents and the root folder).

mod arrows;
mod papers;
mod places;
mod shape;
mod text;
mod words;

use std::fmt;
use std::path::Path;
use std::process::Command;

/// A tracked text file, its path relative to the root.
struct File {
    path: String,
    text: String,
}

/// Something to mend.
struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|end| end == "rs")
    }

    fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}

/// Prints the findings; `true` when there are none.
pub(crate) fn run() -> Result<bool, String> {
    let files = tracked_files()?;
    let (findings, warnings) = findings(&files);
    for warning in &warnings {
        println!("warning: {warning}");
    }
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} files, {} findings", files.len(), findings.len());
    Ok(findings.is_empty())
}

fn findings(files: &[File]) -> (Vec<Finding>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut warnings = Vec::new();
    arrows::check(files, &mut findings);
    papers::check(files, &mut findings);
    for file in files {
        papers::no_machine_paths(file, &mut findings);
        if file.is_rust() {
            let parts = text::part(&file.text);
            places::check(file, &parts, &mut findings);
            shape::check(file, &parts, &mut findings, &mut warnings);
            words::check(file, &parts, &mut findings);
        }
    }
    (findings, warnings)
}

/// The files that are or would be committed, those that are no text left out.
fn tracked_files() -> Result<Vec<File>, String> {
    let root = crate::root();
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&root)
        .output()
        .map_err(|error| format!("cannot run git: {error}"))?;
    let mut paths: Vec<String> = if output.status.success() {
        let list = String::from_utf8_lossy(&output.stdout).into_owned();
        list.split('\0').map(str::to_owned).collect()
    } else {
        // An unpacked archive has no history; everything in it counts.
        let mut paths = Vec::new();
        walk(&root, "", &mut paths);
        paths
    };
    paths.sort();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(root.join(&path)).ok()?;
            Some(File { path, text })
        })
        .collect())
}

fn walk(root: &Path, below: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        if entry.path().is_dir() {
            if name != "target" && name != ".git" {
                walk(root, &path, paths);
            }
        } else {
            paths.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let files = tracked_files().unwrap();
        let (findings, _) = findings(&files);
        let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(list.is_empty(), "\n{}", list.join("\n"));
    }

    /// What the rules say of one file.
    pub(super) fn said(path: &str, text: &str) -> Vec<String> {
        let files = [File {
            path: path.to_owned(),
            text: text.to_owned(),
        }];
        let (findings, _) = findings(&files);
        let about_it = findings.into_iter().filter(|finding| finding.path == path);
        about_it
            .map(|finding| format!("{}: {}", finding.line, finding.message))
            .collect()
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        let long = format!("//! Doc.\nfn f() {{\n{}}}\n", "    g();\n".repeat(70));
        let cases: &[(&str, &str, &str)] = &[
            (
                "crates/books/src/a.rs",
                "//! D.\nconst A: &str = \"SELECT 1\";\n",
                "SQL",
            ),
            (
                "crates/web/src/a.rs",
                "//! D.\nuse rusqlite::Row;\n",
                "driver",
            ),
            (
                "crates/books/src/a.rs",
                "//! D.\nuse axum::Router;\n",
                "HTTP",
            ),
            (
                "crates/books/src/a.rs",
                "//! D.\nfn f() { Instant::now() }\n",
                "clock",
            ),
            ("crates/domain/src/a.rs", "fn f() {}\n", "module doc"),
            ("crates/domain/src/a.rs", &long, "lines"),
            (
                "crates/domain/src/a.rs",
                "//! D.\nstruct SupplierName;\n",
                "vendor",
            ),
            ("crates/domain/src/a.rs", "//! D.\n// ageing\n", "aging"),
            (
                "crates/domain/src/a.rs",
                concat!("//! D.\n// TO", "DO more\n"),
                "finish",
            ),
            ("docs/a.md", concat!("see /ho", "me/me/x\n"), "machine"),
            (
                "crates/domain/Cargo.toml",
                "[dependencies]\nbooks.workspace = true\n",
                "must not know",
            ),
        ];
        for (path, text, expected) in cases {
            let said = said(path, text);
            assert!(
                said.iter().any(|line| line.contains(expected)),
                "{path}: {said:?} lacks {expected}"
            );
        }
    }

    #[test]
    fn strings_and_samples_are_left_alone() {
        let text = "//! Doc.\nconst A: &str = \"SupplierParty ageing\";\n";
        assert_eq!(said("crates/formats/src/a.rs", text), Vec::<String>::new());
    }
}
