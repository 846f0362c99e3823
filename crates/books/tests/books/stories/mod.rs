//! Stories: what happens at the desk, day by day, with what the books must show then.
//!
//! Each `scenarios/*.story` runs on every engine, and the engines must agree; each ends with
//! `verify`. `UPDATE=1` rewrites the expected views. How a story is written stands in
//! `scenarios/README.md`.

mod advices;
mod certificates;
mod credit;
mod lines;
mod steps;
mod views;

use std::path::{Path, PathBuf};

use books::reports::Carried;

use crate::carried;
use crate::engines::{Fixture, on_every_engine};
use steps::Desk;

/// One piece of a story.
enum Piece<'a> {
    /// Comments and empty lines.
    Other,
    /// Something happens.
    Step(&'a str),
    /// The books are looked at.
    View(&'a str),
    /// A line of an expected view.
    Expected,
}

fn pieces(text: &str) -> impl Iterator<Item = (&str, Piece<'_>)> {
    text.lines().map(|line| {
        let piece = match line.trim_end() {
            "" => Piece::Other,
            line if line.starts_with('#') => Piece::Other,
            line if line.starts_with("    ") => Piece::Expected,
            line => match line.strip_prefix("> ") {
                Some(view) => Piece::View(view),
                None => Piece::Step(line),
            },
        };
        (line, piece)
    })
}

/// Plays a story; the text comes back with the views that the books show.
fn play(name: &str, text: &str, fixture: &Fixture) -> String {
    let mut desk = Desk::open(fixture);
    let mut played = String::new();
    let sums = Carried::default();
    let days = ["2025-02-15", "2025-06-30", "2027-12-31"];
    let days = days.map(|day| day.parse().expect("a day"));
    for (place, (line, piece)) in pieces(text).enumerate() {
        let at = format!("{name}, line {}: {line}", place + 1);
        match piece {
            Piece::Expected => continue,
            Piece::Other | Piece::View(_) => {}
            Piece::Step(step) => {
                desk.step(step, &at);
                carried::agrees(&fixture.db, &sums, &days, &at);
            }
        }
        played.push_str(line.trim_end());
        played.push('\n');
        if let Piece::View(view) = piece {
            for shown in desk.view(view, &at) {
                played.push_str("    ");
                played.push_str(shown.trim_end());
                played.push('\n');
            }
        }
    }
    desk.verify(name);
    played
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

/// Is the text of the stories to be rewritten?
#[expect(
    clippy::disallowed_methods,
    reason = "whether expectations are rewritten is asked of the environment"
)]
fn updates() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

#[test]
fn stories_end_as_they_are_told() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of stories")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "story"))
        .collect();
    paths.sort();
    assert!(20 <= paths.len(), "{} stories", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let stem = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a story");
        let first = std::cell::OnceCell::new();
        on_every_engine(&format!("story_{}", stem.replace('-', "_")), |fixture| {
            let played = play(&stem, &text, fixture);
            let told = first.get_or_init(|| played.clone());
            assert_eq!(*told, played, "{stem}: the engines part");
        });
        let played = first.into_inner().expect("it was played");
        if played != text && updates() {
            std::fs::write(&path, &played).expect("the story is rewritten");
        } else if played != text {
            wrong.push(format!("{stem}:\n{}", difference(&text, &played)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let pairs = expected.lines().zip(found.lines());
    let place = pairs.take_while(|(one, other)| one == other).count();
    let from = |text: &str| -> String {
        text.lines()
            .skip(place)
            .take(6)
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!("expected\n{}\nfound\n{}", from(expected), from(found))
}
