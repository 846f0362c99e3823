//! `duebook report`: questions about the books, as tables, CSV, JSON or XLSX.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use books::reports::{self, By, ColumnKind, Question, REPORTS, WriteFailure};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use domain::calendar::Date;
use domain::documents::Side;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Format, Table};

/// Receivable or payable.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SideArg {
    Receivable,
    Payable,
}

/// How the rows are grouped.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByArg {
    Party,
    Region,
    Currency,
    Document,
    Reason,
    Owner,
    Age,
}

/// Which report, about what.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook report aging --as-of 2026-01-31 --by document
  duebook report aging --side payable --known-at 2026-02-05T18:00:00Z
  duebook report statement-of-account --party C-100 --out statement.xlsx")]
pub(crate) struct ReportArgs {
    /// The report
    #[arg(value_parser = PossibleValuesParser::new(REPORTS.iter().map(|report| {
        clap::builder::PossibleValue::new(report.name).help(report.about)
    })))]
    report: String,
    /// The date that it is about; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// The first date of a span (trial-balance, statement-of-account, journal)
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// As known at this moment: RFC 3339, or a date for the end of that day (UTC)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    known_at: Option<Timestamp>,
    /// Receivable or payable
    #[arg(long, value_enum, default_value_t = SideArg::Receivable)]
    side: SideArg,
    /// How the rows are grouped
    #[arg(long, value_enum)]
    by: Option<ByArg>,
    /// The party's code
    #[arg(long, value_name = "CODE")]
    party: Option<String>,
    /// Writes it to a file: .xlsx, .csv or .json
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A civil date: `2026-01-31`.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no date; write it like 2026-01-31"))
}

/// An instant, or the end of a day.
fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let wrong = || format!("`{text}` is no moment; write it like 2026-01-31T18:00:00Z");
    let day: Date = text.parse().map_err(|_| wrong())?;
    let end = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    end.and_then(|end| {
        end.timestamp()
            .checked_sub(jiff::Span::new().microseconds(1))
    })
    .map_err(|_| wrong())
}

/// How a file is written, told by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Xlsx,
    Csv,
    Json,
}

impl FileKind {
    fn of(path: &Path) -> Result<FileKind, Failure> {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("xlsx") => Ok(FileKind::Xlsx),
            Some("csv") => Ok(FileKind::Csv),
            Some("json") => Ok(FileKind::Json),
            Some(_) | None => Err(Failure::usage(
                "unknown_file_kind",
                "The name of the file does not say how to write it.",
            )
            .file(path)
            .hint("Let it end in .xlsx, .csv or .json.")),
        }
    }
}

/// Answers, on stdout or into a file.
pub(crate) fn run(args: &ReportArgs, globals: &Globals) -> Result<(), Failure> {
    let kind = args.out.as_deref().map(FileKind::of).transpose()?;
    let report = reports::find(&args.report).ok_or_else(|| {
        Failure::usage(
            "unknown_report",
            format!("There is no report {}.", args.report),
        )
    })?;
    let (db, context) = globals.open()?;
    let question = Question {
        as_of: args
            .as_of
            .unwrap_or_else(|| context.now.to_zoned(TimeZone::UTC).date()),
        from: args.from,
        known_at: args.known_at,
        side: match args.side {
            SideArg::Receivable => Side::Receivable,
            SideArg::Payable => Side::Payable,
        },
        by: args.by.map(|by| match by {
            ByArg::Party => By::Party,
            ByArg::Region => By::Region,
            ByArg::Currency => By::Currency,
            ByArg::Document => By::Document,
            ByArg::Reason => By::Reason,
            ByArg::Owner => By::Owner,
            ByArg::Age => By::Age,
        }),
        party: args.party.clone(),
        most: None,
    };
    let table = db.read(&context, globals.entity(), |work| {
        report.answer(work, &question)
    })?;
    match (&args.out, kind) {
        (Some(path), Some(kind)) => {
            to_file(&table, path, kind)?;
            output::wrote(globals.format, path, table.rows.len() as u64)
        }
        (Some(_) | None, _) => to_stdout(&table, globals.format),
    }
}

/// Writes a table to the file named, or on stdout.
pub(super) fn table_out(
    table: &reports::Table,
    out: Option<&Path>,
    format: Format,
) -> Result<(), Failure> {
    match out {
        Some(path) => {
            to_file(table, path, FileKind::of(path)?)?;
            output::wrote(format, path, table.rows.len() as u64)
        }
        None => to_stdout(table, format),
    }
}

fn to_file(table: &reports::Table, path: &Path, kind: FileKind) -> Result<(), Failure> {
    let failed = |failure: WriteFailure| {
        match failure {
            WriteFailure::Io(error) => Failure::fault(
                "output_failed",
                format!("The report cannot be written: {error}."),
            ),
            WriteFailure::Unsuitable(why) => Failure::refused("unsuitable_format", why),
        }
        .file(path)
    };
    let file = File::create(path).map_err(|error| failed(error.into()))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    match kind {
        FileKind::Xlsx => reports::xlsx(table, &mut out),
        FileKind::Csv => reports::csv(table, &mut out),
        FileKind::Json => reports::json(table, &mut out),
    }
    .and_then(|()| Ok(out.flush()?))
    .map_err(failed)
}

fn to_stdout(table: &reports::Table, format: Format) -> Result<(), Failure> {
    let mut out = output::stdout();
    let written = match format {
        Format::Json => reports::json(table, &mut out),
        Format::Csv => reports::csv(table, &mut out),
        Format::Table => out
            .write_all(as_text(table).as_bytes())
            .map_err(WriteFailure::Io),
    };
    let written = match written.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => Ok(()),
        Err(WriteFailure::Io(error)) => Err(error),
        Err(WriteFailure::Unsuitable(why)) => Err(std::io::Error::other(why)),
    };
    output::written(written)
}

/// The title and the table for people.
fn as_text(table: &reports::Table) -> String {
    let columns: Vec<(&'static str, Align)> = table
        .columns
        .iter()
        .map(|column| {
            let align = match column.kind {
                ColumnKind::Text | ColumnKind::Date => Align::Left,
                ColumnKind::Money => Align::Money,
                ColumnKind::Count | ColumnKind::Percent => Align::Right,
            };
            (column.name, align)
        })
        .collect();
    let mut drawn = Table::new(&columns);
    for row in &table.rows {
        drawn.row(row);
    }
    format!("{}\n{}", table.title, drawn.text())
}
