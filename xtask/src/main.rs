//! The project workbench: `cargo xtask test | tidy | reference | postgres | bench | pages | load`.
//!
//! It sets up what the tests need by itself, so that a fresh machine with Rust alone can run them.
//! It is no part of the product, so it may read clocks and the environment and print.
#![expect(clippy::print_stdout, reason = "a workbench talks to the terminal")]

mod bench;
mod browser;
mod machine;
mod server;
mod serving;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use server::{Durability, Server};

/// As the program itself does.
#[cfg(feature = "workloads")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage:
  cargo xtask test [--only fmt,clippy,tidy,unit] [-- FILTER…]   everything CI runs
  cargo xtask tidy                                              the house rules alone
  cargo xtask reference                                         rewrites docs/reference from the program
  cargo xtask postgres -- COMMAND…     a command with a PostgreSQL server of its own
  cargo xtask bench [--engine sqlite|postgres] [--only W1,W4] [--n N]
  cargo xtask pages --book DB | --at HOST:PORT  how long each page takes for several users at once
      [--login L] [--password P] [--program PATH] [--serve OPTIONS] [--users 8]
      [--n 80] [--limit-ms 100] [--only TEXT] [--after-writes] [--json FILE]
  cargo xtask load --book DB | --at HOST:PORT   mixed work of eight users, then verify
      [--login L] [--password P] [--program PATH] [--serve OPTIONS] [--minutes 10]
      [--pause-ms 100] [--json FILE]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", [].as_slice()),
    };
    let done = match command {
        "test" => test::run(rest),
        "tidy" => tidy::run(),
        "reference" => reference(),
        "postgres" => with_postgres(rest),
        "bench" => bench::run(rest),
        "pages" => serving::pages(rest),
        "load" => serving::load(rest),
        "bench-one" => bench::run_one(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(3)
        }
    }
}

/// Rewrites `docs/reference`: the tests that hold it to the program write what they find.
fn reference() -> Result<bool, String> {
    let status = cargo()
        .args(["test", "--package", "duebook", "--package", "duebook-books"])
        .args(["--test", "commands", "--test", "books", "--", "reference::"])
        .env("UPDATE", "1")
        .status()
        .map_err(|error| format!("cannot run cargo test: {error}"))?;
    Ok(status.success())
}

/// Runs a command with a server up; its address stands in `DUEBOOK_TEST_POSTGRES`.
fn with_postgres(arguments: &[String]) -> Result<bool, String> {
    let words = match arguments.split_first() {
        Some((dashes, rest)) if dashes == "--" => rest,
        _ => arguments,
    };
    let Some((program, rest)) = words.split_first() else {
        return Err("which command? cargo xtask postgres -- COMMAND…".to_owned());
    };
    let server = Server::start(Durability::Real)?;
    let status = Command::new(program)
        .args(rest)
        .env("DUEBOOK_TEST_POSTGRES", server.url())
        .status()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    Ok(status.success())
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The cargo that runs us.
fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}
