//! `duebook simulate`: a made-up company's files in real formats, with the truth beside them.

use std::path::PathBuf;

use clap::Args;
use domain::calendar::Date;
use serde::Serialize;
use simulation::Company;

use super::{Globals, date};
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// Which company.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook simulate --customers 50 --months 2 --seed 7 --out company")]
pub(crate) struct SimulateArgs {
    /// How many customers
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    customers: u32,
    /// How many months it trades after the cut-over
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=36))]
    months: u32,
    /// The last day of its previous system; it trades from the next day
    #[arg(long, value_name = "DATE", value_parser = near, default_value_t = simulation::CUT_OVER)]
    cut_over: Date,
    /// Chooses the company; the same seed makes the same files
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Made {
    folder: String,
    files: usize,
    open_items: usize,
    bank_lines: usize,
    cut_over: String,
    last_day: String,
}

/// A day of this century, so that all that is made up around it is a date.
fn near(text: &str) -> Result<Date, String> {
    let day = date(text)?;
    if (2000..2100).contains(&day.year()) {
        Ok(day)
    } else {
        Err(format!("`{text}` is not between 2000 and 2099"))
    }
}

/// Writes the files.
pub(crate) fn run(args: &SimulateArgs, globals: &Globals) -> Result<(), Failure> {
    let company = Company::taken_over(
        args.cut_over,
        args.seed,
        args.customers as usize,
        args.months,
    );
    simulation::write(&args.out, &company).map_err(|error| {
        Failure::fault(
            "output_failed",
            format!("The files cannot be written: {error}."),
        )
        .file(&args.out)
        .hint("Check the folder and the rights to write there.")
    })?;
    let made = Made {
        folder: args.out.display().to_string(),
        files: company.files().len(),
        open_items: company.open_items(),
        bank_lines: company.bank_lines(),
        cut_over: company.cut_over().to_string(),
        last_day: company.last_day().to_string(),
    };
    let mut table = Table::new(&[
        ("folder", Align::Left),
        ("files", Align::Right),
        ("open_items", Align::Right),
        ("bank_lines", Align::Right),
        ("cut_over", Align::Left),
        ("last_day", Align::Left),
    ]);
    table.row([
        made.folder.clone(),
        made.files.to_string(),
        made.open_items.to_string(),
        made.bank_lines.to_string(),
        made.cut_over.clone(),
        made.last_day.clone(),
    ]);
    output::print(globals.format, &[table], &made)
}
