//! The workloads, one line each in [`WORKLOADS`]; a new one is a function and a line.

use std::fmt::Write as _;

use super::{books as on_books, measure};

/// What a workload may use.
pub(super) struct Bench {
    /// The server, as `--db` understands it, or the SQLite file that is to be made.
    db: String,
    /// How many.
    pub(super) n: u64,
}

impl Bench {
    /// The book, as `--db` understands it; nothing is there at the first call.
    pub(super) fn url(&self) -> Result<String, String> {
        let Some((server, _)) = self
            .db
            .rsplit_once('/')
            .filter(|_| self.db.starts_with("postgres"))
        else {
            return Ok(self.db.clone());
        };
        let name = database();
        let url = format!("{server}/{name}");
        if books::Db::open(&url).is_err() {
            books::testing::fresh_database(&self.db, &name).map_err(|fault| fault.to_string())?;
        }
        Ok(url)
    }
}

/// The database of this process.
fn database() -> String {
    format!("bench_{}", std::process::id())
}

/// One workload: prepares unmeasured, then returns what is measured.
struct Workload {
    name: &'static str,
    usual_n: u64,
    prepare: fn(&Bench) -> Result<Measured, String>,
}

/// The part that is measured; it answers how many things it did.
pub(super) type Measured = Box<dyn FnOnce() -> Result<u64, String>>;

const fn workload(
    name: &'static str,
    usual_n: u64,
    prepare: fn(&Bench) -> Result<Measured, String>,
) -> Workload {
    Workload {
        name,
        usual_n,
        prepare,
    }
}

/// Those that end in F are floors: the same rows by plain SQL.
const WORKLOADS: &[Workload] = &[
    workload("W1", 100_000, on_books::invoices),
    workload("W1F", 100_000, on_books::floor_invoices),
    workload("W2", 100_000, on_books::receipts),
    workload("W2F", 100_000, on_books::floor_receipts),
    workload("W3", 100_000, on_books::bank_lines),
    workload("W3F", 100_000, on_books::floor_bank_lines),
    workload("W4", 100_000, on_books::aging_now),
    workload("W4P", 100_000, on_books::aging_then),
    workload("W4F", 100_000, on_books::floor_aging),
    workload("W5", 100_000, on_books::bills),
    workload("W5F", 100_000, on_books::floor_bills),
    workload("W6", 20, on_books::start_up),
    workload("W7", 100_000, on_books::new_line),
    workload("W7S", 100_000, on_books::new_line_served),
    workload("read-statements", 100_000, read_statements),
];

/// Runs one workload in this process and prints its line, or lists the names.
pub(super) fn run_one(arguments: &[String]) -> Result<bool, String> {
    if arguments.first().is_some_and(|word| word == "list") {
        for workload in WORKLOADS {
            println!("{}", workload.name);
        }
        return Ok(true);
    }
    let [name, n, server @ ..] = arguments else {
        return Err("bench-one NAME N [SERVER]".to_owned());
    };
    let workload = WORKLOADS
        .iter()
        .find(|workload| workload.name == name)
        .ok_or_else(|| format!("no workload {name}"))?;
    let folder = std::env::temp_dir().join(format!("duebook-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).map_err(|error| format!("no temporary folder: {error}"))?;
    let (engine, db) = match server.first() {
        Some(url) => ("postgres", url.clone()),
        None => (
            "sqlite",
            format!("sqlite:{}", folder.join("bench.db").display()),
        ),
    };
    let bench = Bench {
        db,
        n: n.parse().unwrap_or(workload.usual_n),
    };
    let done = (workload.prepare)(&bench).and_then(|work| {
        let (done, cost) = measure::measure(work);
        done.map(|n| measure::line(engine, workload.name, n, &cost))
    });
    // What cannot be removed is left to the system's own sweeping. A million documents take
    // gigabytes, and the next workload has a database of its own.
    let _ = std::fs::remove_dir_all(&folder);
    if engine == "postgres" {
        let _ = books::testing::drop_database(&bench.db, &database());
    }
    println!("{}", done?);
    Ok(true)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "workloads on books can fail to prepare"
)]
/// Bank lines of a BAI2 file read into statements, no book involved.
fn read_statements(bench: &Bench) -> Result<Measured, String> {
    let n = bench.n;
    let mut file = String::from("01,021000021,DUEBOOK,250901,2359,1,,,2/\n");
    file += "02,DUEBOOK,021000021,1,250901,2359,USD,2/\n";
    let _ = writeln!(file, "03,746630596,USD,010,0,,,015,{},,/", n * 100);
    for line in 1..=n {
        let _ = writeln!(
            file,
            "16,195,100,Z,{line:013},,WIRE TYPE:WIRE IN ORIG:PAYER {line}"
        );
    }
    let _ = writeln!(file, "49,{},{}/", n * 200, n + 2);
    let _ = writeln!(
        file,
        "98,{},1,{}/\n99,{},1,{}/",
        n * 200,
        n + 4,
        n * 200,
        n + 6
    );
    Ok(Box::new(move || {
        let read = formats::bank::collect(Box::new(file.as_bytes()));
        Ok(read
            .statements
            .iter()
            .map(|one| one.lines.len() as u64)
            .sum())
    }))
}
