//! `cargo xtask pages`: how long each page of a server takes with several users at once.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::client::Client;
use super::host::{Host, Site};
use super::statement::{Payment, mt940, own_account};
use super::{machine_load, mark_of_now, percentile, places, tenths};

/// What to ask, and how.
struct Options {
    site: Site,
    users: usize,
    n: usize,
    limit: Duration,
    only: Option<String>,
    json: Option<PathBuf>,
    writes: bool,
}

/// How one page did.
struct Measured {
    page: String,
    /// The first answer: after a write, where writes are wanted.
    first: Duration,
    median: Duration,
    p95: Duration,
    bytes: usize,
    problem: Option<String>,
}

/// Measures the pages; whether each answered in time.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let options = read(arguments)?;
    let host = Host::open(&options.site)?;
    let client = host.enter(&options.site)?;
    let (mut pages, without) = places::all(&client)?;
    if let Some(only) = &options.only {
        pages.retain(|page| page.contains(only));
    }
    let first = if options.writes {
        "after write"
    } else {
        "first"
    };
    println!(
        "{} pages, {} users, load of the machine {}; milliseconds",
        pages.len(),
        options.users,
        machine_load()
    );
    println!(
        "{first:>11} {:>9} {:>9} {:>9}  page",
        "median", "p95", "bytes"
    );
    let mut good = true;
    let mut lines = String::new();
    for page in pages {
        let one = measure(&options, &client, page)?;
        let is_late = options.limit < one.median;
        good &= one.problem.is_none() && !is_late;
        println!(
            "{:>11} {:>9} {:>9} {:>9}  {}{}{}",
            tenths(one.first),
            tenths(one.median),
            tenths(one.p95),
            one.bytes,
            one.page,
            if is_late { "  TOO LATE" } else { "" },
            one.problem
                .as_ref()
                .map_or(String::new(), |what| format!("  {what}")),
        );
        write_line(&mut lines, &options, &one);
    }
    for route in without {
        println!("not asked, as the book has nothing for it: {route}");
    }
    println!("load of the machine at the end: {}", machine_load());
    if let Some(path) = &options.json {
        std::fs::write(path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(good)
}

fn write_line(lines: &mut String, options: &Options, one: &Measured) {
    // Writing to a text does not fail.
    let _ = writeln!(
        lines,
        "{{\"program\":\"duebook\",\"version\":\"{}\",\"workload\":\"pages\",\"page\":{:?},\
         \"n\":{},\"users\":{},\"after_write\":{},\"first_ms\":{},\"median_ms\":{},\"p95_ms\":{},\
         \"bytes\":{},\"load\":{},\"good\":{}}}",
        env!("CARGO_PKG_VERSION"),
        one.page,
        options.n,
        options.users,
        options.writes,
        tenths(one.first),
        tenths(one.median),
        tenths(one.p95),
        one.bytes,
        machine_load(),
        one.problem.is_none() && one.median <= options.limit,
    );
}

fn read(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        site: Site::new(),
        users: 8,
        n: 80,
        limit: Duration::from_millis(100),
        only: None,
        json: None,
        writes: false,
    };
    let mut rest = arguments;
    while let Some((option, more)) = rest.split_first() {
        if option == "--after-writes" {
            options.writes = true;
            rest = more;
            continue;
        }
        let Some((value, more)) = more.split_first() else {
            return Err(format!("{option} needs a value"));
        };
        let number = || value.parse().map_err(|_| format!("{value} is no number"));
        match option.as_str() {
            "--users" => options.users = number()?,
            "--n" => options.n = number()?,
            "--limit-ms" => options.limit = Duration::from_millis(number()? as u64),
            "--only" => options.only = Some(value.clone()),
            "--json" => options.json = Some(PathBuf::from(value)),
            _ if options.site.takes(option, value) => {}
            _ => return Err(format!("cannot read {option} {value}")),
        }
        rest = more;
    }
    Ok(options)
}

fn measure(options: &Options, client: &Client, page: String) -> Result<Measured, String> {
    if options.writes {
        write_something(client)?;
    }
    // The first answer may be worked out, the others are what people see between two writes.
    let first = client.get(&page)?;
    let mut one = Measured {
        first: first.took,
        median: Duration::ZERO,
        p95: Duration::ZERO,
        bytes: first.body.len(),
        problem: None,
        page,
    };
    if 400 <= first.status {
        one.problem = Some(format!("answered {}", first.status));
        return Ok(one);
    }
    match ask_at_once(options, client, &one.page) {
        Ok(mut times) => {
            times.sort_unstable();
            one.median = percentile(&times, 50);
            one.p95 = percentile(&times, 95);
        }
        Err(problem) => one.problem = Some(problem),
    }
    Ok(one)
}

fn ask_at_once(options: &Options, client: &Client, page: &str) -> Result<Vec<Duration>, String> {
    let each = options.n.div_ceil(options.users.max(1));
    let ask = || -> Result<Vec<Duration>, String> {
        let times = (0..each).map(|_| {
            let answer = client.get(page)?;
            match answer.status {
                400.. => Err(format!("answered {}", answer.status)),
                _ => Ok(answer.took),
            }
        });
        times.collect()
    };
    std::thread::scope(|scope| {
        let users: Vec<_> = (0..options.users).map(|_| scope.spawn(ask)).collect();
        let mut times = Vec::new();
        for user in users {
            times.extend(user.join().map_err(|_| "a user broke off".to_owned())??);
        }
        Ok(times)
    })
}

/// Takes a statement of one payment in, so that the books have changed.
fn write_something(client: &Client) -> Result<(), String> {
    let page = client.get("/bank")?;
    let payment = Payment {
        cents: 100,
        quotes: "measuring".to_owned(),
        payer: "Nobody".to_owned(),
    };
    let account = own_account(client)?;
    let file = mt940(&account, mark_of_now(), "2025-09-30", &[payment]);
    let answer = client.upload("/bank/import", page.mark(), &file)?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(format!("a statement was answered {}", answer.status))
    }
}
