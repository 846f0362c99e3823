//! Which crate may know which: the arrows of the design, read from the manifests.

use super::{File, Finding};

/// A crate, those of ours it may know, and outside crates it must not know.
struct Room {
    manifest: &'static str,
    knows: &'static [&'static str],
    never: &'static [&'static str],
}

const DRIVERS: &[&str] = &["rusqlite", "postgres", "tokio-postgres", "sqlx", "diesel"];
const HTTP: &[&str] = &["axum", "hyper", "http", "reqwest", "ureq", "tower"];
const ROOMS: &[Room] = &[
    Room {
        manifest: "crates/domain/Cargo.toml",
        knows: &[],
        never: &[
            "serde",
            "serde_json",
            "csv",
            "tokio",
            "rand",
            "tempfile",
            "getrandom",
        ],
    },
    Room {
        manifest: "crates/formats/Cargo.toml",
        knows: &["domain"],
        never: &["tokio", "rand"],
    },
    Room {
        manifest: "crates/books/Cargo.toml",
        knows: &["domain", "formats"],
        never: &["clap", "tokio", "sqlx", "diesel"],
    },
    Room {
        manifest: "crates/simulation/Cargo.toml",
        knows: &["domain", "formats"],
        never: &["rand", "getrandom"],
    },
    Room {
        manifest: "crates/web/Cargo.toml",
        knows: &["books", "domain", "formats"],
        never: &["clap"],
    },
    Room {
        manifest: "crates/cli/Cargo.toml",
        knows: &["books", "domain", "formats", "simulation", "web"],
        never: &[],
    },
];
const OURS: &[&str] = &["domain", "formats", "books", "simulation", "web", "duebook"];

/// Checks every manifest of a crate.
pub(super) fn check(files: &[File], findings: &mut Vec<Finding>) {
    for file in files {
        if !file.path.starts_with("crates/") || !file.path.ends_with("/Cargo.toml") {
            continue;
        }
        let Some(room) = ROOMS.iter().find(|room| room.manifest == file.path) else {
            findings.push(file.finding(1, "a crate without a place: add it to tidy/arrows.rs"));
            continue;
        };
        for (line, name) in dependencies(&file.text) {
            let ours = OURS.contains(&name);
            let driver = DRIVERS.contains(&name) && !file.path.starts_with("crates/books/");
            let http = HTTP.contains(&name) && !file.path.starts_with("crates/web/");
            if ours && !room.knows.contains(&name) || room.never.contains(&name) || driver || http {
                findings.push(file.finding(
                    line,
                    format!(
                        "this crate must not know {name}; see design, section 3: move the code"
                    ),
                ));
            }
        }
    }
}

/// The names below `[dependencies]`; what only tests use is free.
fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    manifest.lines().enumerate().filter_map(move |(at, line)| {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[dependencies]";
            return None;
        }
        let name = line.split(['.', ' ', '=']).next()?;
        (inside && !name.is_empty() && !name.starts_with('#')).then_some((at + 1, name))
    })
}
