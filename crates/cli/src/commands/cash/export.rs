//! `duebook cash export`: applications and proposals as CSV.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use super::Globals;
use crate::errors::Failure;
use crate::output;

/// Where to.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook cash export --out applications.csv")]
pub(crate) struct ExportArgs {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the file; it is there whole or not at all.
pub(crate) fn run(args: &ExportArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let broken = |problem: &dyn std::fmt::Display| {
        Failure::fault(
            "output_failed",
            format!("The file cannot be written: {problem}."),
        )
        .file(&args.out)
        .hint("Check the folder and the rights to write there.")
    };
    let partial = args.out.with_extension("partial");
    let file = File::create(&partial).map_err(|problem| broken(&problem))?;
    let mut out = BufWriter::new(file);
    let count = db.read(&context, globals.entity(), |work| {
        books::cash::export::csv(work, &mut out)
    })?;
    out.flush().map_err(|problem| broken(&problem))?;
    std::fs::rename(&partial, &args.out).map_err(|problem| broken(&problem))?;
    output::wrote(globals.format, &args.out, count)
}
