//! `duebook`: the commands. Reads arguments, calls `books` and `formats`, prints the answer.
//!
//! What people and scripts rely on: stdout carries the result alone, notes go to stderr, the
//! exit status is 0 done, 1 refused, 2 wrong usage, 3 broken machinery.

mod books;
mod commands;
mod errors;
mod keys;
mod output;
mod paths;
mod profiles;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use commands::{Command, Globals};

/// A run over a large book makes and drops millions of small texts, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Accounts receivable and payable with subledgers, bank files and cash application.
#[derive(Parser)]
#[command(name = "duebook", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let format = arguments.globals.format;
    match arguments.command.run(&arguments.globals) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(format),
    }
}
