//! `duebook export …`: the books for other programs.
//!
//! `--as` names the program here, while everywhere else it says who works: an export changes
//! nothing, so nobody needs to be named.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use books::exports::{JournalFormat, journal};
use clap::{Args, Subcommand};

use super::Globals;
use crate::errors::Failure;
use crate::output;

/// What can be exported.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The journal, `--as hledger`, `--as beancount` or `--as csv`
    Journal(JournalArgs),
}

/// Where the journal goes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook export journal --as hledger --out journal.hledger
  duebook export journal --as beancount --out journal.beancount")]
pub(crate) struct JournalArgs {
    /// The file; stdout when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let Command::Journal(args) = self;
        let format = globals.user.as_deref().and_then(JournalFormat::parse);
        let format = format.ok_or_else(|| {
            let known: Vec<&str> = JournalFormat::ALL.iter().map(|(name, _)| *name).collect();
            Failure::usage("unknown_journal_format", "The program is not named.")
                .field("as")
                .hint(format!("Say --as {}.", known.join(", --as ")))
        })?;
        let (db, context) = globals.open()?;
        let mut out: Box<dyn Write> = match &args.out {
            None => Box::new(output::stdout()),
            Some(path) => {
                let file = File::create(path).map_err(|error| {
                    Failure::fault(
                        "output_failed",
                        format!("The journal cannot be written: {error}."),
                    )
                    .file(path)
                })?;
                Box::new(BufWriter::with_capacity(1 << 16, file))
            }
        };
        let rows = db.read(&context, globals.entity(), |work| {
            journal(work, format, &mut *out)
        })?;
        output::written(out.flush())?;
        drop(out);
        match &args.out {
            None => Ok(()),
            Some(path) => output::wrote(globals.format, path, rows),
        }
    }
}
