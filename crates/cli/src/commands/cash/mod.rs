//! `duebook cash …`: find who paid what, apply it, work what waits.

mod apply;
mod export;

use clap::Subcommand;

use super::Globals;
use crate::errors::Failure;

/// What can be done with cash.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Match the bank lines that wait; post what is sure, propose the rest
    Apply(apply::ApplyArgs),
    /// Write what was applied and proposed, row by row
    Export(export::ExportArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Apply(args) => apply::run(&args, globals),
            Command::Export(args) => export::run(&args, globals),
        }
    }
}
