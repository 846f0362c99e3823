//! The matrix of controls: every control has a mapping, and whatever a mapping names exists.

use std::path::{Path, PathBuf};

use books::access;
use books::approvals::policy::{self, AREAS};
use books::reports::controls::{MAPPINGS, Means, Status, controls};
use books::reports::{self, Cell, Question, lists};
use domain::access::{Area, CONFLICTS, ROLES, Role, Verb};

use super::{by, read, write};
use crate::access::staff;
use crate::desk::{Desk, day};
use crate::engines::{found, on_every_engine};

/// The texts of all Rust files under a folder.
fn texts(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// Sources of some crates, or their tests.
fn sources(part: &str) -> String {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let crates = crates.parent().expect("the crates").to_owned();
    let mut all = String::new();
    for name in ["domain", "formats", "books", "web", "cli"] {
        let folder = crates.join(name).join(part);
        if folder.is_dir() {
            texts(&folder, &mut all);
        }
    }
    all
}

#[test]
fn every_control_is_mapped_to_things_that_exist() {
    let controls = controls().expect("the matrix is readable");
    let ids: Vec<&str> = controls.iter().map(|control| control.id.as_str()).collect();
    let mapped: Vec<&str> = MAPPINGS.iter().map(|mapping| mapping.id).collect();
    assert_eq!(ids, mapped, "each control once, in the order of the matrix");
    assert!(ids.len() > 40);
    let (code, tests) = (sources("src"), sources("tests"));
    for mapping in MAPPINGS {
        let id = mapping.id;
        match mapping.status {
            Status::Enforced => assert_eq!(mapping.gap, "", "{id} is enforced and has a gap"),
            Status::Partly | Status::Evidenced | Status::NotCovered => {
                assert_ne!(mapping.gap, "", "{id} says what is missing");
            }
        }
        let is_bare = mapping.by.is_empty();
        assert!(
            !is_bare || mapping.status == Status::NotCovered,
            "{id} is kept by something"
        );
        let is_tested = mapping.by.iter().any(|by| matches!(by, Means::Test(_)));
        assert!(
            is_tested || mapping.status == Status::NotCovered,
            "{id} has a test that shows it"
        );
        for means in mapping.by {
            let exists = match means {
                Means::Verify(name) => books::verify::names().any(|known| known == *name),
                Means::Close(name) => books::close::names().any(|known| known == *name),
                Means::Apart(one, other) => CONFLICTS.iter().any(|conflict| {
                    let both = [conflict.one, conflict.other];
                    both.contains(&(*one, Verb::Do)) && both.contains(&(*other, Verb::Do))
                }),
                Means::Policy(area) => AREAS.contains(area),
                Means::Refusal(word) => code.contains(&format!("=> \"{word}\"")),
                Means::Report(name) => reports::find(name).is_some(),
                Means::List(name) => lists::find(name).is_some(),
                Means::Test(name) => {
                    let named = format!("fn {name}()");
                    tests.contains(&named) || code.contains(&named)
                }
            };
            assert!(exists, "{id} names {means}, which is not there");
        }
    }
}

/// Each pair of duties in two roles: whoever holds one does not get the other.
#[test]
fn duties_that_must_be_apart_are_refused_together() {
    on_every_engine("ctl_apart", |fixture| {
        found(&fixture.db);
        staff(fixture, &[("cleo", "administrator", None)]);
        let mut tried = 0;
        for (place, conflict) in CONFLICTS.iter().enumerate() {
            let roles = || ROLES.iter().filter(|role| !role.is_owner());
            let with = |duty| roles().filter(move |role: &&Role| role.allows(duty));
            let pairs =
                with(conflict.one).flat_map(|one| with(conflict.other).map(move |two| (one, two)));
            for (number, (one, other)) in pairs.enumerate() {
                let login = format!("p{place}x{number}");
                let given = write(fixture, &by("cleo"), |work| {
                    access::add_person(work, &login, &login)?;
                    access::give(work, &login, one.code, None)
                });
                assert_eq!(given, Ok(()), "{}", one.code);
                let refused = write(fixture, &by("cleo"), |work| {
                    access::give(work, &login, other.code, None)
                });
                assert_eq!(
                    refused,
                    Err("duties_meet"),
                    "{} and {}",
                    one.code,
                    other.code
                );
                tried += 1;
            }
        }
        assert!(CONFLICTS.len() <= tried, "{tried} pairs");
    });
}

#[test]
fn what_a_book_switched_off_is_not_called_enforced() {
    on_every_engine("ctl_controls", |fixture| {
        let _desk = Desk::quarter(fixture);
        let row = |login: &str, report: &str, key: &str| {
            let table = read(fixture, &by(login), |work| {
                let report = reports::find(report).expect("the report");
                report.answer(work, &Question::as_of(day("03-31")))
            });
            let table = table.expect("answered");
            let found = table.rows.iter().find(|row| row[0].to_string() == key);
            found.unwrap_or_else(|| panic!("{key}")).clone()
        };
        let status = |key: &str| row("tester", "controls", key)[5].to_string();
        assert_eq!(
            status("O2C-09"),
            "partly enforced",
            "nobody claimed the book"
        );
        assert_eq!(status("O2C-08"), "enforced");
        staff(
            fixture,
            &[
                ("cleo", "controller", None),
                ("cash", "cash_application", None),
            ],
        );
        assert_eq!(status("O2C-09"), "enforced");
        assert_eq!(status("O2C-03"), "not covered");
        let lifted = write(fixture, &by("cleo"), |work| {
            policy::set(work, Area::WriteOffs, &[], "in a hurry").map(|_| ())
        });
        assert_eq!(lifted, Ok(()));
        assert_eq!(status("O2C-09"), "partly enforced");
        let gap = row("tester", "controls", "O2C-09")[7].to_string();
        assert!(gap.contains("write-offs asks for nothing"), "{gap}");
        let review = row("cleo", "access-review", "cleo");
        assert_eq!(review[3].to_string(), "controller");
        assert_eq!(review[7], Cell::Count(1));
        let refused = read(fixture, &by("cash"), |work| {
            let report = reports::find("access-review").expect("the report");
            report
                .answer(work, &Question::as_of(day("03-31")))
                .map(|_| ())
        });
        assert_eq!(refused, Err("not_allowed"));
    });
}
