//! `duebook bank inspect`: what a bank file says, as far as it was understood.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use books::reports::safe_text;
use clap::Args;
use formats::bank::csv::CsvProfile;
use formats::bank::{self, BankLine, BankStatement, Collected, LineStatus, Sink};
use formats::{Problem, Severity};

use crate::commands::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Format, Table};
use crate::paths;
use crate::profiles;
use crate::progress::Progress;

/// Which files to read.
#[derive(Args)]
#[command(after_long_help = profiles::HELP)]
pub(crate) struct InspectArgs {
    /// Bank files or folders, plain or gzip-compressed
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read the files as CSV with this profile: a file of `key = value` lines or a known name
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
}

/// Prints every good record of every file; fails when a file has problems of severity error.
pub(crate) fn run(args: &InspectArgs, globals: &Globals) -> Result<(), Failure> {
    let files = paths::files(&args.paths)?;
    let profile = args.profile.as_deref().map(profiles::named).transpose()?;
    let reader = Reader {
        profile: profile.as_ref(),
    };
    let progress = Progress::new(files.len() as u64, "files");
    let mut out = output::stdout();
    let mut faulty = Vec::new();
    let mut result = begin(&mut out, globals.format);
    for (index, path) in files.iter().enumerate() {
        progress.doing(path.display().to_string());
        if result.is_ok() {
            let (errors, written) = one(&mut out, globals.format, reader, path, index == 0);
            result = written;
            if errors {
                faulty.push(path);
            }
        }
        progress.done(1);
    }
    result = result
        .and_then(|()| end(&mut out, globals.format))
        .and_then(|()| out.flush());
    output::written(result)?;
    match faulty.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(Failure::refused(
            "file_has_errors",
            format!(
                "{} of {} files have records that cannot be read.",
                faulty.len(),
                files.len()
            ),
        )
        .file(first)
        .hint("See the problems listed for each file; every good record was printed.")),
    }
}

fn begin(out: &mut dyn Write, format: Format) -> io::Result<()> {
    match format {
        Format::Table => Ok(()),
        Format::Json => out.write_all(b"{\"files\":["),
        Format::Csv => lines_table().csv(out),
    }
}

fn end(out: &mut dyn Write, format: Format) -> io::Result<()> {
    match format {
        Format::Table | Format::Csv => Ok(()),
        Format::Json => out.write_all(b"]}\n"),
    }
}

/// Prints one file; tells whether it has errors.
fn one(
    out: &mut dyn Write,
    format: Format,
    reader: Reader<'_>,
    path: &Path,
    first: bool,
) -> (bool, io::Result<()>) {
    match format {
        Format::Table => as_text(out, reader, path, first),
        Format::Json => as_json(out, reader, path, first),
        Format::Csv => as_csv(out, reader, path),
    }
}

/// Reads files of every format, or all of them with one CSV profile.
#[derive(Clone, Copy)]
struct Reader<'a> {
    profile: Option<&'a CsvProfile>,
}

impl Reader<'_> {
    fn read(self, path: &Path, sink: &mut dyn Sink) -> Option<String> {
        let file = match File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => {
                let why = format!("the file cannot be opened: {error}");
                sink.problem(Problem::error("file", why));
                return None;
            }
        };
        match self.profile {
            None => bank::read(file, sink),
            Some(profile) => bank::read_with(file, sink, &|input, sink| {
                bank::csv::read_profile(profile, input, sink)
            }),
        }
    }
}

// JSON ---------------------------------------------------------------------------------------

fn as_json(
    out: &mut dyn Write,
    reader: Reader<'_>,
    path: &Path,
    first: bool,
) -> (bool, io::Result<()>) {
    let parted = if first { Ok(()) } else { out.write_all(b",\n") };
    let mut read = |sink: &mut dyn Sink| reader.read(path, sink);
    let (errors, written) = web::inspect::file(out, &path.display().to_string(), &mut read);
    (errors, parted.and(written))
}

// CSV ----------------------------------------------------------------------------------------

struct CsvSink<'a> {
    out: csv::Writer<&'a mut dyn Write>,
    path: String,
    errors: bool,
    written: io::Result<()>,
}

impl Sink for CsvSink<'_> {
    fn statement(&mut self, statement: BankStatement, _continues: bool) {
        for line in &statement.lines {
            if self.written.is_ok() {
                let cells = line_cells(&self.path, &statement, line);
                let cells = cells.iter().map(|cell| safe_text(cell).into_owned());
                self.written = self.out.write_record(cells).map_err(io::Error::from);
            }
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.errors |= problem.severity == Severity::Error;
        // stdout is for rows alone; a closed stderr is no reason to stop.
        let _told = writeln!(io::stderr(), "{}: {problem}", self.path);
    }
}

fn as_csv(out: &mut dyn Write, reader: Reader<'_>, path: &Path) -> (bool, io::Result<()>) {
    let mut sink = CsvSink {
        out: csv::Writer::from_writer(out),
        path: path.display().to_string(),
        errors: false,
        written: Ok(()),
    };
    reader.read(path, &mut sink);
    let flushed = sink.out.flush();
    (sink.errors, sink.written.and(flushed))
}

const LINE_COLUMNS: &[(&str, Align)] = &[
    ("path", Align::Left),
    ("statement", Align::Left),
    ("account", Align::Left),
    ("booked_on", Align::Left),
    ("value_on", Align::Left),
    ("amount", Align::Money),
    ("currency", Align::Left),
    ("status", Align::Left),
    ("code", Align::Left),
    ("reversal", Align::Left),
    ("ref", Align::Left),
    ("counterparty_name", Align::Left),
    ("counterparty_account", Align::Left),
    ("counterparty_bank", Align::Left),
    ("end_to_end", Align::Left),
    ("creditor_reference", Align::Left),
    ("check", Align::Left),
    ("mandate", Align::Left),
    ("payments", Align::Right),
    ("remittance", Align::Left),
];

fn lines_table() -> Table {
    Table::new(LINE_COLUMNS)
}

fn line_cells(path: &str, statement: &BankStatement, line: &BankLine) -> Vec<String> {
    let day = |day: Option<domain::calendar::Date>| day.map(|day| day.to_string());
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        path.to_owned(),
        statement.id.clone(),
        statement.account.id.clone(),
        day(line.booked_on).unwrap_or_default(),
        day(line.value_on).unwrap_or_default(),
        line.amount.to_string(),
        line.amount.currency().code().to_owned(),
        status(line).to_owned(),
        line.code.clone(),
        if line.reversal { "yes" } else { "" }.to_owned(),
        line.reference.clone(),
        said(&line.counterparty.name),
        said(&line.counterparty.account),
        said(&line.counterparty.bank),
        said(&line.references.end_to_end),
        said(&line.references.creditor),
        said(&line.references.check),
        said(&line.references.mandate),
        line.details.len().max(1).to_string(),
        line.remittance.join(" "),
    ]
}

fn status(line: &BankLine) -> &'static str {
    match line.status {
        LineStatus::Booked => "booked",
        LineStatus::Pending => "pending",
    }
}

// Tables -------------------------------------------------------------------------------------

fn as_text(
    out: &mut dyn Write,
    reader: Reader<'_>,
    path: &Path,
    first: bool,
) -> (bool, io::Result<()>) {
    let mut file = Collected::default();
    file.format = reader.read(path, &mut file);
    (file.has_errors(), text(out, path, &file, first))
}

fn text(out: &mut dyn Write, path: &Path, file: &Collected, first: bool) -> io::Result<()> {
    if !first {
        writeln!(out)?;
    }
    let format = file.format.as_deref().unwrap_or("format unknown");
    writeln!(out, "{}: {format}", path.display())?;
    for statement in &file.statements {
        writeln!(out, "\n{}", output::visible(&heading(statement)))?;
        let lines = statement_table(statement);
        if !lines.is_empty() {
            out.write_all(lines.text().as_bytes())?;
        }
        writeln!(out, "{}", balances(statement))?;
    }
    if !file.problems.is_empty() {
        writeln!(out)?;
    }
    for problem in &file.problems {
        writeln!(out, "{}", output::visible(&problem.to_string()))?;
    }
    Ok(())
}

fn heading(statement: &BankStatement) -> String {
    let mut words = vec!["statement".to_owned()];
    if !statement.id.is_empty() {
        words.push(statement.id.clone());
    }
    if !statement.account.id.is_empty() {
        words.push(format!("of {}", statement.account.id));
    }
    if let Some(currency) = statement.account.currency {
        words.push(currency.code().to_owned());
    }
    if let Some(from) = statement.from {
        words.push(format!("from {from}"));
    }
    if let Some(to) = statement.to {
        words.push(format!("to {to}"));
    }
    words.join(" ")
}

fn balances(statement: &BankStatement) -> String {
    let mut parts = Vec::new();
    if let Some(opening) = statement.opening {
        parts.push(format!("opening {}", opening.amount));
    }
    if let Some(closing) = statement.closing {
        parts.push(format!("closing {}", closing.amount));
    }
    parts.push(match statement.lines.len() {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    });
    match statement.ties_out() {
        Some(true) => parts.push("ties out".to_owned()),
        Some(false) => parts.push("does not tie out".to_owned()),
        None => {}
    }
    parts.join(", ")
}

fn statement_table(statement: &BankStatement) -> Table {
    let mut table = Table::new(&[
        ("booked_on", Align::Left),
        ("amount", Align::Money),
        ("currency", Align::Left),
        ("status", Align::Left),
        ("code", Align::Left),
        ("counterparty", Align::Left),
        ("ref", Align::Left),
        ("remittance", Align::Left),
    ]);
    for line in &statement.lines {
        table.row([
            line.booked_on.map(|on| on.to_string()).unwrap_or_default(),
            line.amount.to_string(),
            line.amount.currency().code().to_owned(),
            status(line).to_owned(),
            line.code.clone(),
            line.counterparty.name.clone().unwrap_or_default(),
            line.reference.clone(),
            line.remittance.join(" "),
        ]);
        for detail in &line.details {
            table.row([
                String::new(),
                detail.amount.to_string(),
                detail.amount.currency().code().to_owned(),
                "of which".to_owned(),
                String::new(),
                detail.counterparty.name.clone().unwrap_or_default(),
                detail.reference.clone(),
                detail.remittance.join(" "),
            ]);
        }
    }
    table
}
