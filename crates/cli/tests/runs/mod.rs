//! Bank lines that come day by day: a run that paused goes on to decide what a run that begins
//! anew decides, line by line, with the same words for and against.

use std::io::{Cursor, Read};

use books::bank::import::Reading;
use books::cash::desk;
use books::cash::{CashRun, export};
use books::imports::{Options, Source};
use books::{Context, Db, Outcome, Work};
use domain::documents::Side;
use domain::money::Currency;
use formats::exchange::Kind;
use simulation::{Company, File};

/// Two books of one company, on one engine.
struct Twins {
    pausing: Db,
    anew: Db,
    minutes: std::cell::Cell<i64>,
}

impl Twins {
    fn context(&self) -> Context {
        let begun: jiff::Timestamp = "2025-12-01T08:00:00Z".parse().expect("an instant");
        Context {
            actor: "tester".into(),
            door: "test",
            reason: String::new(),
            now: begun + jiff::SignedDuration::from_mins(self.minutes.get()),
            writer: 1,
        }
    }

    /// Does the same in both.
    fn both<T>(&self, act: impl Fn(&Db, &Context) -> T) -> [T; 2] {
        self.minutes.set(self.minutes.get() + 1);
        [&self.pausing, &self.anew].map(|db| act(db, &self.context()))
    }

    fn take(&self, file: &File) {
        let open = || -> std::io::Result<Box<dyn Read>> {
            Ok(Box::new(Cursor::new(file.text.clone().into_bytes())))
        };
        let source = Source {
            name: file.path.rsplit('/').next().expect("a name").to_owned(),
            open: &open,
        };
        let options = Options {
            partial: false,
            side: Side::Receivable,
        };
        let reports = self.both(|db, context| {
            match kind_of(&file.path) {
                Some(kind) => books::imports::import(db, context, None, kind, &source, options),
                None if file.path.starts_with("statements/") => {
                    books::bank::import::import(db, context, None, &source, Reading::default())
                }
                None => books::remittances::import(db, context, None, &source, false),
            }
            .expect("taken")
        });
        for report in reports {
            assert_eq!(report.refused(), 0, "{}: {:?}", file.path, report.problems);
        }
    }

    /// Lets a run begin in one of them.
    fn begin(&self) {
        self.minutes.set(self.minutes.get() + 1);
        let begun = |work: &mut Work<'_>| books::cash::begin(work);
        let db = &self.pausing;
        db.read(&self.context(), None, begun).expect("begun");
    }

    /// Runs both, and answers whether the one went on. They say the same.
    fn run(&self, commit: bool, at: &str) -> bool {
        let runs = self.both(|db, context| {
            books::cash::apply(db, context, None, None, commit).expect("applied")
        });
        let went_on = runs[0].went_on;
        let [one, other] = runs.map(|run| CashRun {
            run: None,
            went_on: false,
            ..run
        });
        assert_eq!(one, other, "{at}");
        let [one, other] = self.both(|db, context| db.read(context, None, told).expect("told"));
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one, other, "{at}");
        }
        assert_eq!(one.len(), other.len(), "{at}");
        went_on
    }
}

fn kind_of(path: &str) -> Option<Kind> {
    match path {
        "company.json" => Some(Kind::Company),
        "customers.csv" => Some(Kind::Customers),
        "open_items.csv" => Some(Kind::OpenItems),
        "orders.csv" => Some(Kind::Orders),
        "history.csv" => Some(Kind::History),
        "fx_rates.csv" => Some(Kind::Rates),
        _ => None,
    }
}

/// Every line with all decisions about it and their grounds, and what is exported of them.
fn told(work: &mut Work<'_>) -> Outcome<Vec<String>> {
    let mut told = Vec::new();
    for line in desk::lines(work, true)? {
        let mut shown = desk::show(work, &line.name())?;
        shown["line"]["line"] = line.unit.clone().into();
        for decision in shown["decisions"].as_array_mut().into_iter().flatten() {
            decision["decided_at"] = "".into();
            // Each book counts its files by itself.
            if let Some(id) = decision.pointer_mut("/advice/id") {
                *id = "".into();
            }
        }
        told.push(shown.to_string());
    }
    let mut out = Vec::new();
    export::csv(work, &mut out)?;
    let text = String::from_utf8(out).expect("text");
    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
    // Within a statement rows stand in the order of ids.
    rows.sort_unstable();
    told.extend(rows);
    Ok(told)
}

fn founded(url: &str) -> Db {
    let db = Db::open(url).expect("the database opens");
    let founding = books::entities::Founding {
        name: "Brightwater Instruments GmbH".into(),
        currency: Currency::parse("EUR").expect("EUR"),
        country: "DE".into(),
        code: None,
    };
    let context = Context {
        actor: "tester".into(),
        door: "test",
        reason: String::new(),
        now: "2025-08-01T12:00:00Z".parse().expect("an instant"),
        writer: 1,
    };
    books::entities::found(&db, &context, &founding).expect("founded");
    db
}

/// The day a statement is of, and the name of its account.
fn day_of(file: &File) -> (String, std::cmp::Reverse<String>) {
    let name = file.path.trim_start_matches("statements/");
    let day = name.rsplit('_').next().unwrap_or_default();
    (day.to_owned(), std::cmp::Reverse(name.to_owned()))
}

fn days(twins: &Twins) {
    let files = Company::new(11, 24, 1).files();
    let master = files.iter().filter(|file| kind_of(&file.path).is_some());
    let (mut master, mut advices): (Vec<&File>, Vec<&File>) = (master.collect(), Vec::new());
    let order = [
        "company",
        "fx_rates",
        "customers",
        "open_items",
        "orders",
        "history",
    ];
    master.sort_by_key(|file| order.iter().position(|name| file.path.starts_with(name)));
    advices.extend(
        files
            .iter()
            .filter(|file| file.path.starts_with("remittance/")),
    );
    let statements = files
        .iter()
        .filter(|file| file.path.starts_with("statements/"));
    let mut statements: Vec<&File> = statements.collect();
    statements.sort_by_key(|file| day_of(file));
    assert_eq!(master.len(), order.len());
    assert!(statements.len() > 20 && advices.len() > 10);

    // Some advices come later than their payments, and one statement comes late.
    let late = advices.split_off(advices.len() / 2);
    master
        .into_iter()
        .chain(advices)
        .for_each(|file| twins.take(file));
    let mut late = late.into_iter();
    let held_back = statements.remove(4);
    let (mut went_on, mut begun_anew) = (0, 0);
    for (at, statement) in statements.iter().enumerate() {
        twins.begin();
        let is_touched = match at % 15 {
            3 => late.by_ref().take(3).map(|file| twins.take(file)).count() > 0,
            8 => {
                let done = twins.both(|db, context| db.write(context, None, accept));
                done.map(|done| done.expect("accepted"))[0]
            }
            13 if at < 15 => {
                twins.take(held_back);
                true
            }
            _ => false,
        };
        twins.take(statement);
        if at % 9 == 5 {
            twins.run(false, &format!("before {}", statement.path));
            twins.begin();
        }
        let did = twins.run(true, &statement.path);
        went_on += u32::from(did);
        begun_anew += u32::from(!did);
        assert!(!did || !is_touched || at % 9 == 5, "{}", statement.path);
    }
    assert!(went_on > 10 && begun_anew > 3, "{went_on} {begun_anew}");
}

/// A person accepts what the first line that waits is proposed, if one is.
fn accept(work: &mut Work<'_>) -> Outcome<bool> {
    let lines = desk::lines(work, false)?;
    let proposed = lines.iter().find(|line| line.outcome == "proposed");
    if let Some(line) = proposed {
        desk::accept(work, &line.name(), 1)?;
    }
    Ok(proposed.is_some())
}

fn twins(urls: [String; 2]) -> Twins {
    let [pausing, anew] = urls.map(|url| founded(&url));
    Twins {
        pausing,
        anew,
        minutes: std::cell::Cell::new(0),
    }
}

#[test]
fn a_run_that_paused_goes_on_as_one_that_begins_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    days(&twins([place("pausing.db"), place("anew.db")]));
}

#[test]
fn a_run_that_paused_goes_on_alike_on_postgres() {
    let urls = ["pausing", "anew"].map(crate::browser::postgres);
    let [Some(pausing), Some(anew)] = urls else {
        return;
    };
    days(&twins([pausing, anew]));
}
