//! `duebook cash …`: find who paid what, apply it, work what waits.

mod apply;
mod desk;
mod export;
mod replay;

use clap::Subcommand;

use super::Globals;
use crate::errors::Failure;

/// What can be done with cash.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Match the bank lines that wait, post what is sure, propose the rest; or apply one by hand
    Apply(apply::ApplyArgs),
    /// Write what was applied and proposed, row by row
    Export(export::ExportArgs),
    /// The lines that wait, with their reasons
    Lines(desk::LinesArgs),
    /// Everything about one line: evidence, alternatives, what was decided
    Show(desk::LineArg),
    /// Apply a line as proposed
    Accept(desk::AcceptArgs),
    /// Put a line on account of a party
    Park(desk::AssignArgs),
    /// Assign a line to a party, unapplied
    Move(desk::AssignArgs),
    /// Undo a decision; the money waits, and runs leave it alone
    Undo(desk::UndoArgs),
    /// Release a line, so that the next run decides it again
    Release(desk::LineArg),
    /// Add a note to a line
    Note(desk::NoteArgs),
    /// Show which decisions would change if all lines were matched again, or under a new policy
    Replay(replay::ReplayArgs),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Apply(args) => apply::run(&args, globals),
            Command::Export(args) => export::run(&args, globals),
            Command::Lines(args) => desk::lines(&args, globals),
            Command::Show(args) => desk::show(&args, globals),
            Command::Accept(args) => desk::accept(&args, globals),
            Command::Park(args) => desk::park(&args, globals),
            Command::Move(args) => desk::assign(&args, globals),
            Command::Undo(args) => desk::undo(&args, globals),
            Command::Release(args) => desk::release(&args, globals),
            Command::Note(args) => desk::note(&args, globals),
            Command::Replay(args) => replay::run(&args, globals),
        }
    }
}
