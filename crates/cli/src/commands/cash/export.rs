//! `duebook cash export`: applications and proposals as CSV.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use clap::Args;

use super::Globals;
use crate::errors::Failure;

/// Where to.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

const COLUMNS: [&str; 9] = [
    "statement",
    "entry_ref",
    "status",
    "rank",
    "customer_id",
    "document_number",
    "applied_amount",
    "kind",
    "confidence",
];

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
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    writer
        .write_record(COLUMNS)
        .map_err(|problem| broken(&problem))?;
    let mut count: u64 = 0;
    db.read(&context, globals.entity(), |work| {
        books::cash::export::each(work, |row| {
            count += 1;
            let record = [
                row.statement.clone(),
                row.entry_ref.clone(),
                row.status.to_owned(),
                row.rank.to_string(),
                row.party_code.clone(),
                row.document_number.clone(),
                row.amount.to_string(),
                row.kind.clone(),
                confidence(row.confidence),
            ];
            writer
                .write_record(&record)
                .map_err(|problem| books::Fault::new(problem.to_string()))
        })
    })?;
    writer.flush().map_err(|problem| broken(&problem))?;
    std::fs::rename(&partial, &args.out).map_err(|problem| broken(&problem))?;
    eprintln!("{count} rows written to {}", args.out.display());
    Ok(())
}

/// Millionths as a fraction of one; nothing where nothing is claimed.
fn confidence(millionths: i64) -> String {
    match millionths {
        0 => String::new(),
        _ => format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000),
    }
}
