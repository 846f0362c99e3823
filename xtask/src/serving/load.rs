//! `cargo xtask load`: eight people and programs work on one book for some minutes, reading and
//! writing; then `verify` says whether the books are whole.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::client::Answer;
use super::host::{Host, Site};
use super::work::{Staff, Worker, hire};
use super::{machine_load, percentile, tenths};

/// What to do, and for how long.
struct Options {
    site: Site,
    time: Duration,
    pause: Duration,
    json: Option<PathBuf>,
}

/// What became of the requests of one kind.
#[derive(Default)]
struct Kind {
    times: Vec<Duration>,
    /// What took longest, and when it was answered.
    slowest: Option<(Duration, String, Duration)>,
    refused: BTreeMap<String, usize>,
    errors: usize,
}

/// What became of all requests.
pub(super) struct Tally {
    begun: Instant,
    kinds: Mutex<BTreeMap<&'static str, Kind>>,
    errors: Mutex<Vec<String>>,
}

impl Tally {
    #[expect(
        clippy::disallowed_methods,
        reason = "the workbench tells when something took long"
    )]
    fn new() -> Tally {
        Tally {
            begun: Instant::now(),
            kinds: Mutex::default(),
            errors: Mutex::default(),
        }
    }

    /// Counts an answer; hands it back when it was no refusal. A refusal whose code or status is
    /// not expected is an error.
    pub(super) fn count(
        &self,
        kind: &'static str,
        answer: Result<Answer, String>,
        expected: &[&str],
    ) -> Option<Answer> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = kinds.entry(kind).or_default();
        let problem = match answer {
            Ok(answer) => {
                counted.times.push(answer.took);
                let is_slower = |(most, _, _): &(Duration, _, _)| *most < answer.took;
                if counted.slowest.as_ref().is_none_or(is_slower) {
                    let at = self.begun.elapsed();
                    counted.slowest = Some((answer.took, answer.asked.clone(), at));
                }
                if answer.status < 400 {
                    return Some(answer);
                }
                let (status, code) = (answer.status.to_string(), answer.code().to_owned());
                let found = [&*code, &*status];
                if let Some(known) = found.into_iter().find(|found| expected.contains(found)) {
                    *counted.refused.entry(known.to_owned()).or_default() += 1;
                    return None;
                }
                // A page tells what it refuses in an alert.
                let alert = answer.between("role=\"alert\">", "</main>");
                let said = alert.unwrap_or(&answer.body).chars().take(300);
                format!("{kind}: {status} {}", said.collect::<String>())
            }
            Err(problem) => format!("{kind}: {problem}"),
        };
        counted.errors += 1;
        drop(kinds);
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.push(problem);
        None
    }
}

/// Works for some minutes; whether nothing went wrong and the books are whole.
#[expect(
    clippy::disallowed_methods,
    reason = "the workbench works until the time is over"
)]
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let options = read(arguments)?;
    let host = Host::open(&options.site)?;
    let owner = host.enter(&options.site)?;
    let staff = hire(&owner)?;
    println!(
        "{} users for {} s, load of the machine {}",
        staff.len(),
        options.time.as_secs(),
        machine_load()
    );
    let tally = Tally::new();
    let end = Instant::now() + options.time;
    work(&staff, &tally, end, options.pause);
    let good = report(&options, &tally)?;
    let whole = verify(&options, &owner)?;
    println!("load of the machine at the end: {}", machine_load());
    Ok(good && whole)
}

#[expect(
    clippy::disallowed_methods,
    reason = "people pause between two things; the workbench works until the time is over"
)]
fn work(staff: &Staff, tally: &Tally, end: Instant, pause: Duration) {
    std::thread::scope(|scope| {
        for (seed, worker) in staff.iter().enumerate() {
            scope.spawn(move || {
                let mut worker: Worker = worker.clone();
                worker.dice = seed as u64 + 1;
                while Instant::now() < end {
                    worker.act(tally);
                    std::thread::sleep(pause);
                }
            });
        }
    });
}

fn report(options: &Options, tally: &Tally) -> Result<bool, String> {
    let mut kinds = tally.kinds.lock().unwrap_or_else(PoisonError::into_inner);
    println!(
        "{:<28} {:>7} {:>8} {:>7} {:>9} {:>9} {:>9}  refusals expected",
        "kind", "count", "refused", "errors", "median", "p95", "longest"
    );
    let (mut all, mut wrong) = (0, 0);
    let mut lines = String::new();
    for (name, kind) in kinds.iter_mut() {
        kind.times.sort_unstable();
        let of = |percent| tenths(percentile(&kind.times, percent));
        let refused: usize = kind.refused.values().sum();
        let told: Vec<String> = kind
            .refused
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect();
        println!(
            "{name:<28} {:>7} {refused:>8} {:>7} {:>9} {:>9} {:>9}  {}",
            kind.times.len(),
            kind.errors,
            of(50),
            of(95),
            of(100),
            told.join(", ")
        );
        lines.push_str(&format!(
            "{{\"program\":\"duebook\",\"version\":\"{}\",\"workload\":\"load\",\"kind\":{name:?},\
             \"count\":{},\"refused\":{refused},\"errors\":{},\"median_ms\":{},\"p95_ms\":{},\
             \"longest_ms\":{}}}\n",
            env!("CARGO_PKG_VERSION"),
            kind.times.len(),
            kind.errors,
            of(50),
            of(95),
            of(100),
        ));
        all += kind.times.len();
        wrong += kind.errors;
    }
    println!("what took longest of each kind, and when it was answered:");
    for (name, kind) in kinds.iter() {
        if let Some((took, asked, at)) = &kind.slowest {
            println!(
                "{:>9} {name:<28} {:>4} s  {asked}",
                tenths(*took),
                at.as_secs()
            );
        }
    }
    let errors = tally.errors.lock().unwrap_or_else(PoisonError::into_inner);
    for error in errors.iter().take(20) {
        println!("error: {error}");
    }
    println!("{all} requests, {wrong} errors");
    if let Some(path) = &options.json {
        std::fs::write(path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(wrong == 0 && 0 < all)
}

/// Recomputes the promises: by the program where the book is known, else by REST.
fn verify(options: &Options, owner: &super::client::Client) -> Result<bool, String> {
    let Some(book) = &options.site.book else {
        let token = super::work::token(owner, "verifier", "auditor")?;
        let answer = token.get("/api/v1/verification")?;
        let whole = answer.status == 200 && !answer.body.contains("\"holds\":false");
        println!("verify: {}", if whole { "whole" } else { &*answer.body });
        return Ok(whole);
    };
    let status = Command::new(&options.site.program)
        .args(["--db", book, "verify"])
        .status()
        .map_err(|error| format!("cannot run verify: {error}"))?;
    Ok(status.success())
}

fn read(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        site: Site::new(),
        time: Duration::from_mins(10),
        pause: Duration::from_millis(100),
        json: None,
    };
    let mut rest = arguments;
    while let [option, value, more @ ..] = rest {
        let number = || value.parse().map_err(|_| format!("{value} is no number"));
        match option.as_str() {
            "--minutes" => options.time = Duration::from_mins(number()?),
            "--seconds" => options.time = Duration::from_secs(number()?),
            "--pause-ms" => options.pause = Duration::from_millis(number()?),
            "--json" => options.json = Some(PathBuf::from(value)),
            _ if options.site.takes(option, value) => {}
            _ => return Err(format!("cannot read {option} {value}")),
        }
        rest = more;
    }
    match rest {
        [] => Ok(options),
        _ => Err(format!("cannot read {}", rest.join(" "))),
    }
}
