//! The papers of the house: what must exist, how decisions are numbered, how full the root is.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding};

const PAPERS: &[&str] = &[
    "README.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
    "ARCHITECTURE.md",
    "LICENSE",
];
const ROOT_ENTRIES: usize = 18;

/// Checks the list of files as a whole.
pub(super) fn check(files: &[File], findings: &mut Vec<Finding>) {
    let mut about = |path: &str, message: String| {
        findings.push(Finding {
            path: path.to_owned(),
            line: 1,
            message,
        });
    };
    for paper in PAPERS {
        if !files.iter().any(|file| file.path == *paper) {
            about(paper, "is missing: write it".to_owned());
        }
    }
    let root: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .collect();
    if root.len() >= ROOT_ENTRIES {
        about(
            ".",
            format!(
                "{} entries in the root; fewer than {ROOT_ENTRIES} fit",
                root.len()
            ),
        );
    }
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files {
        let Some(name) = file.path.strip_prefix("docs/decisions/") else {
            continue;
        };
        let number = name.split('-').next().unwrap_or("");
        if number.len() != 4 || !number.bytes().all(|b| b.is_ascii_digit()) {
            about(
                &file.path,
                "name it by number: 0001-what-was-decided.md".to_owned(),
            );
        } else if let Some(twin) = numbers.insert(number, &file.path) {
            about(
                &file.path,
                format!("has the number of {twin}; take the next free one"),
            );
        }
        if !file.text.starts_with("# ") {
            about(
                &file.path,
                "begins without a heading: say what was decided".to_owned(),
            );
        }
    }
}

/// Folders of one person's machine mean nothing to others.
pub(super) fn no_machine_paths(file: &File, findings: &mut Vec<Finding>) {
    // Put together here, so that this file does not hold them.
    let folders = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
    ];
    for (at, line) in file.text.lines().enumerate() {
        let names_one = folders.iter().any(|folder| {
            line.match_indices(folder).any(|(start, _)| {
                let before = line.get(..start).and_then(|text| text.chars().next_back());
                !before.is_some_and(|c| c.is_alphanumeric() || "._-/}".contains(c))
            })
        });
        if names_one {
            findings.push(file.finding(at + 1, "a path of one machine: make it relative"));
        }
    }
}
