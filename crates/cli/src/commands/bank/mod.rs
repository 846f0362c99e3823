//! `duebook bank …`: bank files without a book.

mod inspect;

use clap::Subcommand;

use super::Globals;
use crate::errors::Failure;

/// What can be done with bank files.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Read bank files without a book and print what was understood
    Inspect(inspect::InspectArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Inspect(args) => inspect::run(&args, globals),
        }
    }
}
