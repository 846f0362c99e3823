//! What many writers, crashes and the auditor work with: seeded choices, a moment that moves on,
//! documents, and bank files in the bank's own format.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::sync::atomic::{AtomicI64, Ordering};

use books::bank::import::Reading;
use books::imports::{ImportReport, Options, Source};
use books::verify::verify;
use books::{Context, Db, Failure};
use domain::calendar::Date;
use domain::documents::{DocumentDraft, DocumentKind, DocumentReferences, Offset, Side};
use domain::ids::PartyId;
use domain::ledger::Role;
use domain::money::{Currency, Money};
use formats::exchange::Kind;
use jiff::{Timestamp, ToSpan};

/// Numbers that look random and come again with the seed (SplitMix64).
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 up to but without `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.roll(among.len() as u64) as usize]
    }
}

/// A number from the environment, for longer runs.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are lengthened by their environment"
)]
pub(crate) fn setting(name: &str, usual: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A clock of the test's own: a millisecond later each time somebody looks.
pub(crate) struct Clock(AtomicI64);

impl Clock {
    pub(crate) fn starting(at: &str) -> Clock {
        let at: Timestamp = at.parse().expect("an instant");
        Clock(AtomicI64::new(at.as_millisecond()))
    }

    /// Work by somebody, now.
    pub(crate) fn context(&self, writer: u16) -> Context {
        let now = self.0.fetch_add(1, Ordering::Relaxed);
        Context {
            actor: format!("writer {writer}"),
            door: "test",
            reason: String::new(),
            now: Timestamp::from_millisecond(now).expect("an instant"),
            writer,
        }
    }
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::parse("EUR").expect("EUR"))
}

/// The draft of an invoice, receipt, bill or payment in the functional currency.
pub(crate) fn draft(
    kind: DocumentKind,
    party: Option<PartyId>,
    on: Date,
    gross: Money,
) -> DocumentDraft {
    let side = kind.kind().side;
    let (control, offset) = match (side, kind) {
        (Side::Receivable, DocumentKind::Receipt) if party.is_none() => {
            (Role::UnidentifiedReceipts, Role::Bank)
        }
        (Side::Receivable, DocumentKind::Receipt) => (Role::Receivables, Role::Bank),
        (Side::Receivable, _) => (Role::Receivables, Role::Revenue),
        (Side::Payable, DocumentKind::Payment) => (Role::Payables, Role::Bank),
        (Side::Payable, _) => (Role::Payables, Role::Expense),
    };
    DocumentDraft {
        kind,
        number: String::new(),
        party,
        control,
        issued_on: on,
        posted_on: on,
        due_on: on.saturating_add(30.days()),
        discount: None,
        gross,
        tax: Money::zero(gross.currency()),
        functional: gross,
        references: DocumentReferences::default(),
        lines: Vec::new(),
        offsets: vec![Offset {
            account: offset.code().into(),
            amount: gross,
            functional: gross,
        }],
        reverses: None,
    }
}

/// Customers `C-1` … as a file.
pub(crate) fn customers(count: usize) -> String {
    let mut text = String::from(
        "customer_id,name,country,currency,parent_id,email,payment_terms,known_bank_accounts,aliases\n",
    );
    for place in 1..=count {
        let _ = writeln!(text, "C-{place},Customer {place} GmbH,DE,EUR,,,NET30,,");
    }
    text
}

/// Opening invoices as a file: numbers from `first`, in turn for each customer, 100.00 and more.
pub(crate) fn invoices(first: usize, count: usize, customers: usize) -> String {
    let mut text = String::from(
        "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount,po_number,\
         contract_number,discount_percent,discount_due_date,region\n",
    );
    for number in first..first + count {
        let customer = number % customers + 1;
        let amount = 10_000 + number;
        let (euros, cents) = (amount / 100, amount % 100);
        let _ = writeln!(
            text,
            "RE-{number:06},invoice,C-{customer},2025-01-15,2025-02-14,EUR,{euros}.{cents:02},\
             {euros}.{cents:02},,,,,"
        );
    }
    text
}

/// A bank statement in MT940 that pays these invoices, and one line that nobody knows.
pub(crate) fn statement(place: usize, first: usize, count: usize, customers: usize) -> String {
    let mut lines = String::new();
    let mut sum = 0;
    for number in first..first + count {
        let amount = 10_000 + number;
        sum += amount;
        let (euros, cents) = (amount / 100, amount % 100);
        let customer = number % customers + 1;
        let _ = write!(
            lines,
            ":61:2503010301C{euros},{cents:02}NTRFNONREF//B{place:04}{number:06}\r\n\
             :86:166?00GUTSCHRIFT?20RE-{number:06}?32Customer {customer} GmbH\r\n"
        );
    }
    sum += 777;
    let _ = write!(
        lines,
        ":61:2503010301C7,77NTRFNONREF//X{place:04}\r\n:86:166?00GUTSCHRIFT?20DANKE?32N N\r\n"
    );
    format!(
        ":20:STMT{place}\r\n:25:37040044/0532013000\r\n:28C:{place}/1\r\n:60F:C250301EUR0,00\r\n\
         {lines}:62F:C250301EUR{},{:02}\r\n-\r\n",
        sum / 100,
        sum % 100
    )
}

/// Imports a text as a file of a kind; bank statements where no kind is given.
pub(crate) fn import(
    db: &Db,
    context: &Context,
    kind: Option<Kind>,
    name: &str,
    text: &str,
) -> Result<ImportReport, Failure> {
    let bytes = text.as_bytes().to_vec();
    let open = || -> io::Result<Box<dyn Read>> { Ok(Box::new(io::Cursor::new(bytes.clone()))) };
    let source = Source {
        name: name.to_owned(),
        open: &open,
    };
    match kind {
        Some(kind) => {
            let options = Options {
                partial: false,
                side: Side::Receivable,
            };
            books::imports::import(db, context, None, kind, &source, options)
        }
        None => books::bank::import::import(db, context, None, &source, Reading::default()),
    }
}

/// Every promise holds; answers with the number of facts that were looked at.
pub(crate) fn assert_verified(db: &Db, context: &Context, what: &str) -> i64 {
    let checks = db.read(context, None, verify).expect("verified");
    for check in &checks {
        assert_eq!(check.problem, None, "{what}: {}", check.name);
    }
    checks.iter().map(|check| check.facts).sum()
}
