//! The workloads on books, W1 to W6, each with its floor: the same rows by plain SQL.

use std::fmt::Write as _;
use std::io::{self, Read};

use books::bank::import::Reading;
use books::documents::{Content, NewDocument, issue};
use books::imports::{Options, Source};
use books::open_items::{Apply, Settle, With, apply};
use books::reports::{self, Question};
use books::testing::{Floor, Shape};
use books::{Context, Db};
use domain::calendar::Date;
use domain::documents::{DocumentKind, DocumentReferences, Side, TradeLine};
use domain::money::{Currency, Money};
use domain::settlement::Discount;
use formats::exchange::Kind;

use super::workloads::{Bench, Measured};

/// Documents of one transaction.
const BATCH: u64 = 10_000;
/// Documents of one customer or vendor.
const PAPERS_EACH: u64 = 20;

type Done<T> = Result<T, String>;

fn told<T, E: std::fmt::Display>(done: Result<T, E>) -> Done<T> {
    done.map_err(|problem| problem.to_string())
}

fn day(text: &str) -> Date {
    text.parse().unwrap_or(Date::MIN)
}

/// A book at work: each transaction a second later than the one before.
struct Book {
    db: Db,
    seconds: i64,
    parties: u64,
}

/// A document that was issued.
struct Paper {
    number: String,
    place: u64,
    gross: Money,
}

impl Book {
    /// A new book with customers who are vendors, too, and a bank account.
    fn open(bench: &Bench) -> Done<Book> {
        let mut book = Book {
            db: told(Db::open(&bench.url()?))?,
            seconds: 0,
            parties: (bench.n / PAPERS_EACH).max(1),
        };
        let founding = books::entities::Founding {
            name: "Bench".into(),
            currency: euro()?,
            country: "DE".into(),
            code: None,
        };
        let context = book.context();
        told(books::entities::found(&book.db, &context, &founding))?;
        for kind in [Kind::Customers, Kind::Vendors] {
            let id = if kind == Kind::Customers {
                "customer_id"
            } else {
                "vendor_id"
            };
            let mut text = format!(
                "{id},name,country,currency,parent_id,email,payment_terms,known_bank_accounts,aliases\n"
            );
            for place in 0..book.parties {
                let _ = writeln!(text, "P-{place},Party {place} GmbH,DE,EUR,,,NET30,,");
            }
            book.import(Some(kind), &text)?;
        }
        book.import(None, &statement(&[], 1)?)?;
        Ok(book)
    }

    fn context(&mut self) -> Context {
        self.seconds += 1;
        let start = jiff::Timestamp::UNIX_EPOCH.as_second() + 1_750_000_000;
        Context {
            actor: "bench".into(),
            door: "cli",
            reason: String::new(),
            now: jiff::Timestamp::from_second(start + self.seconds).unwrap_or_default(),
            writer: 1,
        }
    }

    /// Imports a text; a bank statement where no kind is named.
    fn import(&mut self, kind: Option<Kind>, text: &str) -> Done<()> {
        let bytes = text.as_bytes().to_vec();
        let open = || -> io::Result<Box<dyn Read>> { Ok(Box::new(io::Cursor::new(bytes.clone()))) };
        let source = Source {
            name: "bench".into(),
            open: &open,
        };
        let options = Options {
            partial: false,
            side: Side::Receivable,
        };
        let context = self.context();
        let report = told(match kind {
            Some(kind) => books::imports::import(&self.db, &context, None, kind, &source, options),
            None => {
                books::bank::import::import(&self.db, &context, None, &source, Reading::default())
            }
        })?;
        match report.problems.first() {
            Some(problem) => Err(problem.to_string()),
            None => Ok(()),
        }
    }

    /// Issues documents in batches.
    fn issue(&mut self, n: u64, make: impl Fn(u64) -> NewDocument) -> Done<Vec<Paper>> {
        let mut papers = Vec::with_capacity(n as usize);
        for first in (0..n).step_by(BATCH as usize) {
            let orders: Vec<NewDocument> = (first..(first + BATCH).min(n)).map(&make).collect();
            let context = self.context();
            let all = told(self.db.write(&context, None, |work| issue(work, &orders)))?;
            papers.extend((first..).zip(all).map(|(place, document)| Paper {
                number: document.number,
                place,
                gross: document.gross,
            }));
        }
        Ok(papers)
    }

    /// Applies each to its counterpart.
    fn apply(&mut self, settled: &[Paper], with: &[Paper]) -> Done<()> {
        let pairs: Vec<(&Paper, &Paper)> = settled.iter().zip(with).collect();
        for chunk in pairs.chunks(BATCH as usize) {
            let orders: Vec<Apply> = chunk
                .iter()
                .map(|(settled, with)| Apply {
                    on: day("2025-06-20"),
                    settle: vec![Settle {
                        document: settled.number.clone(),
                        amount: None,
                        deductions: Vec::new(),
                    }],
                    with: vec![With {
                        document: with.number.clone(),
                        amount: None,
                    }],
                    discount: Discount::None,
                    excess: None,
                })
                .collect();
            let context = self.context();
            told(self.db.write(&context, None, |work| apply(work, &orders)))?;
        }
        Ok(())
    }
}

fn euro() -> Done<Currency> {
    Currency::parse("EUR").ok_or_else(|| "EUR is a currency".to_owned())
}

/// A trade document of some lines with tax; hardly two of one amount.
fn paper(kind: DocumentKind, place: u64, parties: u64, lines: i64) -> NewDocument {
    let line = |line: i64| TradeLine {
        description: format!("Position {line}"),
        account: None,
        quantity: line.into(),
        unit_price: (1_000 + (place * 7_919 % 90_001) as i64).into(),
        tax_rate: 19.into(),
        tax_category: "S".into(),
    };
    NewDocument {
        kind,
        number: (kind == DocumentKind::Bill).then(|| format!("B-{place}")),
        party: Some(format!("P-{}", place % parties)),
        issued_on: day("2025-06-02"),
        posted_on: None,
        terms: None,
        due_on: None,
        goods_received_on: None,
        currency: None,
        rate: None,
        references: DocumentReferences::default(),
        no_duplicate: None,
        content: Content::Lines((1..=lines).map(line).collect()),
    }
}

/// The cash that settles a paper.
fn cash(kind: DocumentKind, paper: &Paper, parties: u64) -> NewDocument {
    NewDocument {
        issued_on: day("2025-06-20"),
        content: Content::Amount {
            amount: paper.gross,
            bank: None,
        },
        ..self::paper(kind, paper.place, parties, 0)
    }
}

/// A statement that pays these invoices, in MT940.
fn statement(papers: &[Paper], parties: u64) -> Done<String> {
    let mut text = String::from(":20:BENCH\r\n:25:37040044/0532013000\r\n");
    let _ = write!(text, ":28C:{}/1\r\n:60F:C250620EUR0,00\r\n", papers.len());
    let mut sum = Money::zero(euro()?);
    for paper in papers {
        sum += paper.gross;
        let (place, party, amount) = (paper.place, paper.place % parties, comma(paper.gross));
        let _ = write!(
            text,
            ":61:2506200620C{amount}NTRFNONREF//B{place:012}\r\n\
             :86:166?00GUTSCHRIFT?20{}?32Party {party} GmbH\r\n",
            paper.number
        );
    }
    let _ = write!(text, ":62F:C250620EUR{}\r\n-\r\n", comma(sum));
    Ok(text)
}

fn comma(money: Money) -> String {
    format!("{},{:02}", money.minor() / 100, money.minor() % 100)
}

/// W1: invoices of three lines with tax.
pub(super) fn invoices(bench: &Bench) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    Ok(Box::new(move || {
        book.issue(n, |place| paper(DocumentKind::Invoice, place, parties, 3))?;
        Ok(n)
    }))
}

/// W2: receipts recorded and applied.
pub(super) fn receipts(bench: &Bench) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    let invoices = book.issue(n, |place| paper(DocumentKind::Invoice, place, parties, 3))?;
    Ok(Box::new(move || {
        let receipts = book.issue(n, |place| {
            cash(DocumentKind::Receipt, &invoices[place as usize], parties)
        })?;
        book.apply(&invoices, &receipts)?;
        Ok(n)
    }))
}

/// W3: a statement of n lines imported and matched against twice as many open items.
pub(super) fn bank_lines(bench: &Bench) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    let invoices = book.issue(2 * n, |place| {
        paper(DocumentKind::Invoice, place, parties, 3)
    })?;
    let text = statement(&invoices[..n as usize], parties)?;
    drop(invoices);
    Ok(Box::new(move || {
        book.import(None, &text)?;
        let context = book.context();
        told(books::cash::apply(&book.db, &context, None, None, true))?;
        Ok(n)
    }))
}

/// W7: one new line on a book of twice as many open items, of whose n earlier lines each tenth
/// waits, as a command decides it.
pub(super) fn new_line(bench: &Bench) -> Done<Measured> {
    one_line(bench, false)
}

/// W7S: the same as a server decides it, where a run of its own pauses.
pub(super) fn new_line_served(bench: &Bench) -> Done<Measured> {
    one_line(bench, true)
}

fn one_line(bench: &Bench, is_served: bool) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    let invoices = book.issue(2 * n, |place| {
        paper(DocumentKind::Invoice, place, parties, 3)
    })?;
    let (paid, rest) = invoices.split_at((n - n / 10) as usize);
    let (unknown, rest) = rest.split_at((n / 10) as usize);
    let nobody = statement(unknown, parties)?.replace("?32Party", "?32Nobody");
    for text in [statement(paid, parties)?, nobody] {
        book.import(None, &text)?;
    }
    let context = book.context();
    told(books::cash::apply(&book.db, &context, None, None, true))?;
    if is_served {
        told(book.db.read(&context, None, books::cash::begin))?;
    }
    let text = statement(rest.get(..1).ok_or("a book of some lines")?, parties)?;
    Ok(Box::new(move || {
        book.import(None, &text)?;
        let context = book.context();
        let run = told(books::cash::apply(&book.db, &context, None, None, true))?;
        if run.went_on != is_served || run.run.is_none() {
            return Err(format!("the line was not decided: {run:?}"));
        }
        Ok(1)
    }))
}

/// W4: aging over n open items, now and as of a day when all were open, after half were paid.
pub(super) fn aging_now(bench: &Bench) -> Done<Measured> {
    aging(bench, day("2025-07-31"))
}

/// See [`aging_now`].
pub(super) fn aging_then(bench: &Bench) -> Done<Measured> {
    aging(bench, day("2025-06-10"))
}

fn aging(bench: &Bench, as_of: Date) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    let invoices = book.issue(n, |place| paper(DocumentKind::Invoice, place, parties, 3))?;
    let receipts = book.issue(n / 10, |place| {
        cash(DocumentKind::Receipt, &invoices[place as usize], parties)
    })?;
    book.apply(&invoices, &receipts)?;
    let report = reports::find("aging").ok_or("there is an aging report")?;
    Ok(Box::new(move || {
        let context = book.context();
        let question = Question::as_of(as_of);
        told(
            book.db
                .read(&context, None, |work| report.answer(work, &question)),
        )?;
        Ok(n)
    }))
}

/// W5: bills and the payments that settle them.
pub(super) fn bills(bench: &Bench) -> Done<Measured> {
    let (mut book, n) = (Book::open(bench)?, bench.n);
    let parties = book.parties;
    Ok(Box::new(move || {
        let bills = book.issue(n, |place| paper(DocumentKind::Bill, place, parties, 3))?;
        let payments = book.issue(n, |place| {
            cash(DocumentKind::Payment, &bills[place as usize], parties)
        })?;
        book.apply(&bills, &payments)?;
        Ok(n)
    }))
}

/// Nobody opens a book more often while somebody waits for the figure.
const MOST_STARTS: u64 = 1_000;

/// W6: a book is opened and asked something, n times, and no more than a thousand: beyond that n
/// makes only the book larger, by its customers.
pub(super) fn start_up(bench: &Bench) -> Done<Measured> {
    let n = bench.n.min(MOST_STARTS);
    let (mut book, url) = (Book::open(bench)?, bench.url()?);
    Ok(Box::new(move || {
        for _ in 0..n {
            let db = told(Db::open(&url))?;
            let context = book.context();
            told(db.read(&context, None, |work| Ok(work.entity().id)))?;
        }
        Ok(n)
    }))
}

const INVOICE: Shape = Shape {
    kind: DocumentKind::Invoice,
    first: 1,
    lines: 3,
    legs: 3,
    open: true,
};

fn floor(bench: &Bench) -> Done<(Floor, i64)> {
    let url = bench.url()?;
    told(Db::open(&url))?;
    Ok((told(Floor::open(&url, day("2025-06-02")))?, bench.n as i64))
}

/// The cash that settles papers of the floor.
fn floor_cash(kind: DocumentKind, n: i64) -> Shape {
    Shape {
        kind,
        first: n + 1,
        lines: 0,
        legs: 2,
        open: false,
    }
}

/// The floor of W1.
pub(super) fn floor_invoices(bench: &Bench) -> Done<Measured> {
    let (mut floor, n) = floor(bench)?;
    Ok(Box::new(move || {
        told(floor.transaction(|floor| floor.documents(n, INVOICE)))?;
        Ok(n as u64)
    }))
}

/// The floor of W2.
pub(super) fn floor_receipts(bench: &Bench) -> Done<Measured> {
    let (mut floor, n) = floor(bench)?;
    told(floor.transaction(|floor| floor.documents(n, INVOICE)))?;
    let receipts = floor_cash(DocumentKind::Receipt, n);
    Ok(Box::new(move || {
        told(floor.transaction(|floor| {
            floor.documents(n, receipts)?;
            floor.settle(n, INVOICE, 1, n + 1)
        }))?;
        Ok(n as u64)
    }))
}

/// The floor of W3: bank lines, receipts and applications, matched by nobody.
pub(super) fn floor_bank_lines(bench: &Bench) -> Done<Measured> {
    let (mut floor, n) = floor(bench)?;
    told(floor.transaction(|floor| floor.documents(2 * n, INVOICE)))?;
    let receipts = floor_cash(DocumentKind::Receipt, 2 * n);
    Ok(Box::new(move || {
        told(floor.transaction(|floor| {
            floor.bank_lines(n)?;
            floor.documents(n, receipts)?;
            floor.settle(n, INVOICE, 1, 2 * n + 1)
        }))?;
        Ok(n as u64)
    }))
}

/// The floor of W4.
pub(super) fn floor_aging(bench: &Bench) -> Done<Measured> {
    let (mut floor, n) = floor(bench)?;
    told(floor.transaction(|floor| floor.documents(n, INVOICE)))?;
    Ok(Box::new(move || {
        told(floor.open_by_party(Side::Receivable))?;
        Ok(n as u64)
    }))
}

/// The floor of W5.
pub(super) fn floor_bills(bench: &Bench) -> Done<Measured> {
    let (mut floor, n) = floor(bench)?;
    let bill = Shape {
        kind: DocumentKind::Bill,
        ..INVOICE
    };
    let payments = floor_cash(DocumentKind::Payment, n);
    Ok(Box::new(move || {
        told(floor.transaction(|floor| {
            floor.documents(n, bill)?;
            floor.documents(n, payments)?;
            floor.settle(n, bill, n + 1, 1)
        }))?;
        Ok(n as u64)
    }))
}
