//! `cargo xtask test`: everything CI runs, each step with its duration.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::{Durability, Server};
use crate::{browser, cargo, machine, tidy};

/// One step of the run.
struct Step {
    name: &'static str,
    run: fn(&[String]) -> Result<bool, String>,
}

const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        run: |_| succeed(cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "clippy",
        run: |_| {
            succeed(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--locked",
                "--",
                "-D",
                "warnings",
            ]))
        },
    },
    Step {
        name: "tidy",
        run: |_| tidy::run(),
    },
    Step {
        name: "unit",
        run: unit,
    },
];

/// Runs the steps, all of them even when one fails, and says how long each took.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let (only, passed_on) = read(arguments)?;
    components()?;
    let mut lines = Vec::new();
    let mut good = true;
    for step in STEPS {
        if !only.is_empty() && !only.iter().any(|name| name == step.name) {
            continue;
        }
        println!("── {}", step.name);
        let started = now();
        let done = (step.run)(passed_on);
        let took = started.elapsed();
        let passed = match done {
            Ok(passed) => passed,
            Err(message) => {
                println!("{message}");
                false
            }
        };
        lines.push(closing(step.name, passed, took));
        println!("{}", closing(step.name, passed, took));
        good &= passed;
    }
    println!("── summary");
    for line in lines {
        println!("{line}");
    }
    Ok(good)
}

fn closing(name: &str, passed: bool, took: Duration) -> String {
    let word = if passed { "ok" } else { "FAILED" };
    let tenths = took.as_millis() / 100;
    format!("{name:<8} {word:<7} {}.{} s", tenths / 10, tenths % 10)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workbench tells how long steps take"
)]
fn now() -> Instant {
    Instant::now()
}

/// Parts our own options from those of `cargo test`.
fn read(arguments: &[String]) -> Result<(Vec<String>, &[String]), String> {
    let mut only = Vec::new();
    let mut rest = arguments;
    loop {
        match rest {
            [] => return Ok((only, &[])),
            [dashes, passed_on @ ..] if dashes == "--" => return Ok((only, passed_on)),
            [option, names, more @ ..] if option == "--only" => {
                for name in names.split(',') {
                    let name = if name == "test" { "unit" } else { name };
                    if !STEPS.iter().any(|step| step.name == name) {
                        return Err(format!("no step {name}; there are fmt, clippy, tidy, unit"));
                    }
                    only.push(name.to_owned());
                }
                rest = more;
            }
            [other, ..] => return Err(format!("what is {other}? Options of cargo go after --")),
        }
    }
}

/// A Rust without rustfmt or clippy gets them, where rustup can bring them.
fn components() -> Result<(), String> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let mut asked = cargo();
        asked.args([command, "--version"]);
        asked.stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().is_ok_and(|status| status.success()) {
            continue;
        }
        let mut rustup = Command::new("rustup");
        rustup.args(["component", "add", component]);
        if !succeed(&mut rustup).unwrap_or(false) {
            return Err(format!("cargo {command} is missing; install {component}"));
        }
    }
    Ok(())
}

fn succeed(command: &mut Command) -> Result<bool, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("cannot run {name}: {error}"))?;
    Ok(status.success())
}

/// The tests of all crates on both engines; ends with one line that sums up cargo's own.
fn unit(passed_on: &[String]) -> Result<bool, String> {
    accountants_tools();
    let checker = browser::ready();
    let server = Server::start(Durability::None)?;
    let mut command = cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    if !passed_on.is_empty() {
        command.arg("--").args(passed_on);
    }
    command.env("DUEBOOK_TEST_POSTGRES", server.url());
    if let Some(checker) = checker {
        command.env("DUEBOOK_TEST_AXE", checker);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = command
        .spawn()
        .map_err(|error| format!("cannot run cargo test: {error}"))?;
    let mut totals = [0_u64; 3];
    let stdout = running.stdout.take().map(BufReader::new);
    for line in stdout.into_iter().flat_map(BufRead::lines) {
        let line = line.map_err(|error| format!("cargo test fell silent: {error}"))?;
        // Written at once, so that a stuck test can be seen.
        let _ = writeln!(std::io::stdout(), "{line}");
        add_closing_line(&line, &mut totals);
    }
    let status = running
        .wait()
        .map_err(|error| format!("cargo test was lost: {error}"))?;
    let [passed, failed, ignored] = totals;
    println!("all tests: {passed} passed, {failed} failed, {ignored} ignored");
    Ok(status.success())
}

/// Adds up `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn add_closing_line(line: &str, totals: &mut [u64; 3]) {
    let Some(counts) = line.strip_prefix("test result: ") else {
        return;
    };
    for (total, word) in totals.iter_mut().zip([" passed", " failed", " ignored"]) {
        let number = counts
            .find(word)
            .and_then(|end| counts.get(..end))
            .and_then(|before| before.rsplit(' ').next())
            .and_then(|digits| digits.parse::<u64>().ok());
        *total += number.unwrap_or(0);
    }
}

/// Other people's programs that judge what we export; tests say when they do without one.
fn accountants_tools() {
    for (program, package) in [("hledger", "hledger"), ("bean-check", "beancount")] {
        if machine::on_path(program).is_none()
            && let Err(message) = machine::install(&[package])
        {
            println!("without {program}: {message}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_add_up() {
        let mut totals = [0; 3];
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
        add_closing_line(line, &mut totals);
        add_closing_line(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored",
            &mut totals,
        );
        add_closing_line("running 3 tests", &mut totals);
        assert_eq!(totals, [15, 2, 1]);
    }

    #[test]
    fn options_of_cargo_stand_after_the_dashes() {
        let words: Vec<String> = ["--only", "tidy,test", "--", "aging"]
            .map(String::from)
            .into();
        let (only, passed_on) = read(&words).unwrap();
        assert_eq!(only, ["tidy", "unit"]);
        assert_eq!(passed_on, ["aging"]);
        assert!(read(&["--fast".to_owned()]).is_err());
    }
}
