//! `duebook import`: files from other systems and banks, each taken exactly once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use books::bank::import::Reading;
use books::imports::{ImportReport, Options, Source};
use clap::{Args, ValueEnum};
use domain::documents::Side;
use domain::money::Currency;
use formats::exchange::{Kind, recognise};
use formats::{Problem, Severity};
use serde::Serialize;

use super::Globals;
use super::item::currency;
use crate::errors::Failure;
use crate::output::{self, Align, Format, Table, visible};
use crate::paths;
use crate::profiles;
use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  duebook import customers customers.csv
  duebook import open-items open_items.csv.gz
  duebook import --side payable vendors.csv open_bills.csv
  duebook import statements statements/ --partial";

/// Which side opening items belong to.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SideArg {
    Receivable,
    Payable,
}

/// What to import.
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", profiles::HELP))]
pub(crate) struct ImportArgs {
    /// What it is, then files or folders; or only files and folders, told by their content:
    /// company, customers, vendors, open-items, orders, rates, history, statements, remittances
    #[arg(required = true, value_name = "WHAT|PATH")]
    what: Vec<PathBuf>,
    /// Which side opening items belong to
    #[arg(long, value_enum, default_value_t = SideArg::Receivable)]
    side: SideArg,
    /// Import the good records of a file even when others are refused
    #[arg(long)]
    partial: bool,
    /// Read the statements as CSV with this profile: a file of `key = value` lines or a known name
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
    /// The currency of statements that name none, like EUR; left out: that of the bank account
    #[arg(long, value_name = "CUR", value_parser = currency)]
    currency: Option<Currency>,
}

/// What one file is taken as, in the order in which files are taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Taken {
    Exchange(u8),
    Statements,
    Remittances,
}

/// The kinds of exchange files in an order that lets each build on those before it.
const EXCHANGE: &[(&str, Kind)] = &[
    ("company", Kind::Company),
    ("rates", Kind::Rates),
    ("customers", Kind::Customers),
    ("vendors", Kind::Vendors),
    ("open-items", Kind::OpenItems),
    ("orders", Kind::Orders),
    ("history", Kind::History),
    ("contacts", Kind::Contacts),
];

impl Taken {
    fn word(word: &str) -> Option<Taken> {
        match word {
            "statements" => Some(Taken::Statements),
            "remittances" => Some(Taken::Remittances),
            _ => EXCHANGE
                .iter()
                .position(|(known, _)| *known == word)
                .map(|place| Taken::Exchange(place as u8)),
        }
    }
}

/// Imports and prints what became of each file.
pub(crate) fn run(args: &ImportArgs, globals: &Globals) -> Result<(), Failure> {
    let profile = args.profile.as_deref().map(profiles::named).transpose()?;
    let (files, unknown) = chosen(args)?;
    let (db, context) = globals.open()?;
    let progress = Progress::new(files.len() as u64, "files");
    let side = match args.side {
        SideArg::Receivable => Side::Receivable,
        SideArg::Payable => Side::Payable,
    };
    let options = Options {
        partial: args.partial,
        side,
    };
    let reading = Reading {
        partial: args.partial,
        profile: profile.as_ref(),
        currency: args.currency,
    };
    let mut reports = Vec::new();
    for (taken, path) in &files {
        progress.doing(path.display().to_string());
        let open = || -> io::Result<Box<dyn Read>> { Ok(Box::new(File::open(path)?)) };
        let source = Source {
            name: name_of(path),
            open: &open,
        };
        let entity = globals.entity();
        let report = match taken {
            Taken::Exchange(place) => {
                let kind = EXCHANGE[usize::from(*place)].1;
                books::imports::import(&db, &context, entity, kind, &source, options)
            }
            Taken::Remittances => {
                books::remittances::import(&db, &context, entity, &source, args.partial)
            }
            Taken::Statements => {
                books::bank::import::import(&db, &context, entity, &source, reading)
            }
        };
        reports.push(report.map_err(|failure| Failure::from(failure).file(path))?);
        progress.done(1);
    }
    drop(progress);
    tell(globals, &files, &reports, &unknown)?;
    match unknown.iter().find(|path| args.what.contains(path)) {
        None => Ok(()),
        // In a folder it may be anything; a file that was named should have been something.
        Some(named) => Err(Failure::refused(
            "unknown_content",
            "The file holds nothing that is known here.",
        )
        .file(named)
        .hint("Say before it what it is, like `duebook import customers FILE`, to see what is missing.")),
    }
}

/// Files with what each is taken as.
type Files = Vec<(Taken, PathBuf)>;

/// The files to take, in order, and those whose content is not known.
fn chosen(args: &ImportArgs) -> Result<(Files, Vec<PathBuf>), Failure> {
    let first = args.what[0].to_string_lossy();
    // What a profile and a currency say is said of bank statements alone.
    let of_statements = args.profile.is_some() || args.currency.is_some();
    if let Some(taken) = Taken::word(&first) {
        if of_statements && taken != Taken::Statements {
            let problem = format!("{first} are no bank statements.");
            let hint = "Leave --profile and --currency out, or import statements with them.";
            return Err(Failure::usage("of_statements", problem).hint(hint));
        }
        if args.what.len() == 1 {
            return Err(
                Failure::usage("no_files", format!("Nothing to import {first} from."))
                    .hint("Name files or folders after it."),
            );
        }
        let files = paths::files(&args.what[1..])?;
        return Ok((
            files.into_iter().map(|path| (taken, path)).collect(),
            Vec::new(),
        ));
    }
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for path in paths::files(&args.what)? {
        // With a profile, columns that nobody else knows are those of a bank.
        let taken = told(&path)?.or(args.profile.is_some().then_some(Taken::Statements));
        match taken {
            Some(taken) => known.push((taken, path)),
            None => unknown.push(path),
        }
    }
    // Stable: files of one kind stay in the order of their names.
    known.sort_by_key(|(taken, _)| *taken);
    Ok((known, unknown))
}

/// Tells from the beginning of a file what it is.
fn told(path: &Path) -> Result<Option<Taken>, Failure> {
    let unreadable =
        |error: io::Error| Failure::refused("file_not_readable", format!("{error}.")).file(path);
    let mut head = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(8192).read_to_end(&mut head).map_err(unreadable)?;
    let name = name_of(path);
    if let Some(kind) = recognise(&head, &name) {
        let place = EXCHANGE.iter().position(|(_, known)| *known == kind);
        return Ok(place.map(|place| Taken::Exchange(place as u8)));
    }
    if formats::remittance::recognises(&head) {
        return Ok(Some(Taken::Remittances));
    }
    Ok(formats::bank::recognises(&head).then_some(Taken::Statements))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[derive(Serialize)]
struct Told<'a> {
    files: Vec<FileTold<'a>>,
    unknown: Vec<String>,
    accepted: u64,
    already_known: u64,
    refused: usize,
}

#[derive(Serialize)]
struct FileTold<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    format: &'a str,
    accepted: u64,
    already_known: u64,
    refused: usize,
    known_file: bool,
    problems: Vec<ProblemTold<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct ProblemTold<'a> {
    severity: &'static str,
    r#where: &'a str,
    message: &'a str,
}

/// More files than this are told by kind and format; JSON always tells each.
const FILES_TOLD: usize = 12;

fn table_of(reports: &[ImportReport], unknown: &[PathBuf]) -> Table {
    let mut table = Table::new(&[
        ("file", Align::Left),
        ("kind", Align::Left),
        ("format", Align::Left),
        ("accepted", Align::Right),
        ("already_known", Align::Right),
        ("refused", Align::Right),
    ]);
    if reports.len() <= FILES_TOLD {
        for report in reports {
            table.row([
                visible(&report.name),
                report.kind.clone(),
                report.format.clone(),
                report.accepted.to_string(),
                report.already_known.to_string(),
                report.refused().to_string(),
            ]);
        }
        for path in unknown {
            table.row([
                visible(&name_of(path)).as_str(),
                "unknown",
                "",
                "0",
                "0",
                "0",
            ]);
        }
        return table;
    }
    let mut groups: BTreeMap<(&str, &str), (usize, u64, u64, usize)> = BTreeMap::new();
    for report in reports {
        let group = groups.entry((&report.kind, &report.format)).or_default();
        group.0 += 1;
        group.1 += report.accepted;
        group.2 += report.already_known;
        group.3 += report.refused();
    }
    for ((kind, format), (files, accepted, known, refused)) in groups {
        table.row([
            format!("{files} files"),
            kind.to_owned(),
            format.to_owned(),
            accepted.to_string(),
            known.to_string(),
            refused.to_string(),
        ]);
    }
    if !unknown.is_empty() {
        let files = format!("{} files", unknown.len());
        table.row([files.as_str(), "unknown", "", "0", "0", "0"]);
    }
    table
}

fn tell(
    globals: &Globals,
    files: &Files,
    reports: &[ImportReport],
    unknown: &[PathBuf],
) -> Result<(), Failure> {
    let table = table_of(reports, unknown);
    let told = Told {
        files: reports.iter().map(file_told).collect(),
        unknown: unknown
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        accepted: reports.iter().map(|report| report.accepted).sum(),
        already_known: reports.iter().map(|report| report.already_known).sum(),
        refused: reports.iter().map(ImportReport::refused).sum(),
    };
    output::print(globals.format, &[table], &told)?;
    // In JSON the problems and notes stand in the document.
    if globals.format != Format::Json {
        for report in reports {
            let name = visible(&report.name);
            for problem in &report.problems {
                eprintln!("{name}: {}", visible(&problem.to_string()));
            }
            for note in &report.notes {
                output::note(format!("{name}: {note}"));
            }
        }
    }
    let refusing = files.iter().zip(reports);
    match refusing
        .into_iter()
        .find(|(_, report)| 0 < report.refused())
    {
        None => Ok(()),
        Some(((_, path), report)) => Err(refusal(path, report, told.refused)),
    }
}

/// Why the import failed: the first record that was refused, at its place, and how many there are.
fn refusal(path: &Path, first: &ImportReport, refused: usize) -> Failure {
    let of_error = |problem: &&Problem| problem.severity == Severity::Error;
    let problem = first.problems.iter().find(of_error);
    let (records, were) = if refused == 1 {
        ("record", "was")
    } else {
        ("records", "were")
    };
    let rest = if first.rolled_back {
        "its file was not taken"
    } else {
        "the others were taken"
    };
    let message = problem.map_or_else(String::new, |problem| format!("{}; ", problem.message));
    let failure = Failure::refused(
        "import_refused",
        format!("{message}{refused} {records} {were} refused, {rest}."),
    )
    .hint("Mend the records named and import again; --partial takes the good ones.")
    .file(path);
    problem.map_or(failure.clone(), |problem| failure.at(&problem.place))
}

fn file_told(report: &ImportReport) -> FileTold<'_> {
    FileTold {
        name: &report.name,
        kind: &report.kind,
        format: &report.format,
        accepted: report.accepted,
        already_known: report.already_known,
        refused: report.refused(),
        known_file: report.known_file,
        problems: report
            .problems
            .iter()
            .map(|problem| ProblemTold {
                severity: match problem.severity {
                    Severity::Warning => "warning",
                    Severity::Error => "error",
                },
                r#where: &problem.place,
                message: &problem.message,
            })
            .collect(),
        notes: &report.notes,
    }
}
