//! `duebook demo`: the main job on a made-up company, with the commands that do it.

#![expect(
    clippy::print_stdout,
    reason = "the demo talks to a person at a terminal between the results of its commands"
)]

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use clap::{Args, Parser};
use domain::calendar::Date;
use jiff::ToSpan as _;
use simulation::Company;

use super::{Globals, today};
use crate::Arguments;
use crate::errors::Failure;

/// Which made-up company.
const SEED: u64 = 20_250_901;
/// How long it trades.
const MONTHS: u32 = 2;

/// Where and how.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook demo
  duebook demo --no-serve --dir demo")]
pub(crate) struct DemoArgs {
    /// The folder for the company's files and its book; a new one when left out
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// How many customers the company has
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    customers: u32,
    /// Do the work only, without serving
    #[arg(long)]
    no_serve: bool,
    /// The address and port to serve on; 127.0.0.1:8080 or, where that is taken, a free one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
}

/// Makes a company, works its bank files, and says how to go on.
pub(crate) fn run(args: &DemoArgs, globals: &Globals) -> Result<(), Failure> {
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => free_folder(),
    };
    let book = folder.join("book.db");
    if book.exists() {
        return Err(
            Failure::refused("book_exists", "There is a book in the folder already.")
                .file(&book)
                .hint("Name another folder with --dir, or delete this one."),
        );
    }
    let cut_over = cut_over(today(&globals.context()))?;
    let company = Company::taken_over(cut_over, SEED, args.customers as usize, MONTHS);
    heading("A company trades for two months and gets its bank files");
    simulation::write(&folder, &company).map_err(|error| {
        Failure::fault(
            "output_failed",
            format!("The files cannot be written: {error}."),
        )
        .file(&folder)
    })?;
    println!(
        "{} customers, {} open items, {} bank lines, in {}",
        args.customers,
        company.open_items(),
        company.bank_lines(),
        folder.display()
    );
    let db = format!("sqlite:{}", book.display());
    let user = globals.user.clone().unwrap_or_else(|| "demo".to_owned());
    let day = company.last_day().to_string();
    trade(&folder, |title, words| step(&db, &user, title, words))?;
    ask(&day, |title, words| step(&db, &user, title, words))?;
    go_on(&folder, &db, &day);
    if args.no_serve {
        return Ok(());
    }
    let listen = args.listen.unwrap_or_else(free_address).to_string();
    let words = ["serve", "--listen", &listen];
    step(&db, &user, "And in the browser; Ctrl-C ends it", &words)
}

/// The day after which the company must trade so that yesterday is its last day: what the pages
/// show as of today is as fresh as in a company that works.
fn cut_over(today: Date) -> Result<Date, Failure> {
    let days = 1 + Company::days_of_trade(MONTHS);
    today
        .checked_sub(days.days())
        .map_err(|error| Failure::fault("clock_wrong", format!("{error}.")))
}

/// The usual address, or one with a port that the system chooses where something else is there.
fn free_address() -> SocketAddr {
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let is_free = TcpListener::bind(at(8080)).is_ok();
    at(if is_free { 8080 } else { 0 })
}

/// From an empty book to applied cash.
fn trade(
    folder: &Path,
    step: impl Fn(&str, &[&str]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let path = |name: &str| folder.join(name).display().to_string();
    let name = "Brightwater Instruments GmbH";
    let init = [
        "init",
        "--name",
        name,
        "--currency",
        "EUR",
        "--country",
        "DE",
    ];
    step("A new book", &init)?;
    let master = [
        "company.json",
        "fx_rates.csv",
        "customers.csv",
        "open_items.csv",
        "orders.csv",
        "history.csv",
    ]
    .map(path);
    let mut words = vec!["import"];
    words.extend(master.iter().map(String::as_str));
    step("Master data, opening items, what was paid before", &words)?;
    let owed = ["vendors.csv", "open_bills.csv"].map(path);
    let mut words = vec!["import", "--side", "payable"];
    words.extend(owed.iter().map(String::as_str));
    step("What is owed to vendors", &words)?;
    let statements = path("statements");
    let words = ["import", "statements", &statements];
    step("Bank files in three formats, each line once", &words)?;
    let remittance = path("remittance");
    let words = ["import", "remittances", &remittance];
    step("What payers said apart from their payments", &words)?;
    step("Find who paid what, and apply it", &["cash", "apply"])?;
    let invoices = path("invoices.csv");
    let words = ["document", "issue", &invoices];
    step("What was sold in the last weeks", &words)
}

/// The questions of the day after.
fn ask(day: &str, step: impl Fn(&str, &[&str]) -> Result<(), Failure>) -> Result<(), Failure> {
    let aging = ["report", "aging", "--by", "currency", "--as-of", day];
    step("Who owes what, by age", &aging)?;
    let position = ["report", "cash-position", "--as-of", day];
    step("What came in and what waits", &position)?;
    let tie_out = ["report", "tie-out", "--as-of", day];
    step("Control accounts and their open items", &tie_out)?;
    step("Every promise of the books, recomputed", &["verify"])
}

/// The first folder of the name that is not there yet.
fn free_folder() -> PathBuf {
    let mut folder = PathBuf::from("demo");
    let mut count = 1;
    while folder.exists() {
        count += 1;
        folder = PathBuf::from(format!("demo-{count}"));
    }
    folder
}

fn heading(title: &str) {
    println!("\n── {title}");
}

/// Runs one command as a person would type it, and shows it.
fn step(db: &str, user: &str, title: &str, words: &[&str]) -> Result<(), Failure> {
    heading(title);
    println!("$ duebook {}", shown(words));
    let globals = ["duebook", "--db", db, "--as", user];
    let arguments = Arguments::try_parse_from(globals.iter().chain(words))
        .map_err(|error| Failure::usage("demo_step", error.to_string()))?;
    arguments.command.run(&arguments.globals)
}

/// The words of a command, quoted where a shell needs it, long lists of files shortened.
fn shown(words: &[&str]) -> String {
    let quoted = words.iter().map(|word| {
        if word.contains(' ') {
            format!("\"{word}\"")
        } else {
            (*word).to_owned()
        }
    });
    let words: Vec<String> = quoted.collect();
    if words.len() <= 8 || words.iter().any(|word| word.starts_with("--")) {
        return words.join(" ");
    }
    format!("{} {} {} …", words[0], words[1], words[2])
}

fn go_on(folder: &Path, db: &str, day: &str) {
    heading("How to go on");
    println!("export DUEBOOK_DB={db}");
    println!("duebook cash lines                 # what waits, and why");
    println!("duebook cash show LINE             # evidence and alternatives of one line");
    println!("duebook cash accept LINE           # apply it as proposed");
    println!("duebook report aging --as-of {day} --out aging.xlsx");
    println!("duebook export journal --as hledger --out journal.hledger");
    println!(
        "the company's files, and the truth about them, are in {}",
        folder.display()
    );
}
