//! `duebook receipt …`: receipts that belong to somebody else, receipts and payments that come back.

mod r#move;
mod r#return;

use clap::Subcommand;

use super::Globals;
use crate::errors::Failure;

/// What can be done with receipts.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Move what is open on receipts to another party
    Move(r#move::MoveArgs),
    /// Record a returned receipt or payment: what it settled is open again
    Return(r#return::ReturnArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Move(args) => r#move::run(&args, globals),
            Command::Return(args) => r#return::run(&args, globals),
        }
    }
}
