//! Puts the fixed places of lockbox records together to batches and deposits.

use domain::calendar::Date;
use domain::money::{Currency, Money};

use crate::Problem;
use crate::bank::fields::{Day, filled, own_account, quoted};
use crate::bank::lines::Lines;
use crate::bank::parts::Parts;
use crate::bank::places::Places;
use crate::bank::{
    BankLine, Counterparty, LineDetail, LineStatus, ListedDocument, References, Sink,
};

/// Checks of one batch: their numbers have three digits, a few more are forgiven.
const MOST: usize = 10_000;

/// One line.
struct Record(Places);

impl Record {
    fn code(&self) -> char {
        self.0.raw(0, 1).chars().next().unwrap_or(' ')
    }

    fn place(&self) -> String {
        format!("line {} record {}", self.0.line, self.code())
    }

    /// Places counted from 0, without blanks around them.
    fn text(&self, from: usize, to: usize) -> String {
        self.0.text(from, to)
    }

    /// A number of cents or records.
    fn number(&self, from: usize, to: usize) -> Option<i64> {
        let text = self.text(from, to);
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| plain)
    }
}

/// The checks between two totals.
#[derive(Default)]
struct Batch {
    number: String,
    checks: Vec<LineDetail>,
    /// Item number of the last check, for the overflow records behind it.
    last_item: Option<String>,
    sum: i64,
    is_full: bool,
}

/// Record 5 to record 8.
#[derive(Default)]
struct Deposit {
    parts: Parts,
    lockbox: String,
    on: Option<Date>,
    count: i64,
    sum: i64,
}

/// A file that is being read.
#[derive(Default)]
pub(super) struct Reader {
    bank: String,
    deposit: Option<Deposit>,
    batch: Option<Batch>,
    records: i64,
    ended: bool,
}

impl Reader {
    /// Reads a whole file.
    pub(super) fn read(from: &mut dyn std::io::BufRead, sink: &mut dyn Sink) -> String {
        let mut reader = Reader::default();
        let mut lines = Lines::of(from);
        let mut last = String::from("file");
        while let Some(line) = lines.next(sink) {
            if line.text.trim().is_empty() {
                continue;
            }
            let record = Record(Places::of(&line));
            last = record.place();
            reader.records += 1;
            reader.take(&record, sink);
        }
        reader.end_deposit(&last, sink);
        if !reader.ended {
            let message = "the file ends without record 9; its end may be missing";
            sink.problem(Problem::warning(last, message));
        }
        "lockbox".to_owned()
    }

    fn take(&mut self, record: &Record, sink: &mut dyn Sink) {
        match record.code() {
            '1' => self.bank = record.text(13, 23),
            '2' => {}
            '5' => self.begin(record, sink),
            '6' => self.check(record, sink),
            '4' => self.overflow(record, sink),
            '7' => self.batch_total(record, sink),
            '8' => self.lockbox_total(record, sink),
            '9' => self.trailer(record, sink),
            other => sink.problem(Problem::error(
                record.place(),
                format!(
                    "{} is no record of a lockbox file; expected one of 1, 2, 4, 5, 6, 7, 8, 9",
                    quoted(&other.to_string())
                ),
            )),
        }
    }

    fn begin(&mut self, record: &Record, sink: &mut dyn Sink) {
        let (lockbox, day) = (record.text(7, 14), record.text(14, 20));
        let on = Day::yymmdd(&day).map(|day| day.date);
        if on.is_none() {
            let message = format!("deposit date {} is not a day YYMMDD", quoted(&day));
            sink.problem(Problem::warning(record.place(), message));
        }
        let same = self
            .deposit
            .as_ref()
            .is_some_and(|deposit| deposit.lockbox == lockbox && deposit.on == on);
        if same {
            // Each batch of a lockbox may have a record 5 of its own.
            self.end_batch(&record.place(), sink);
            return;
        }
        self.end_deposit(&record.place(), sink);
        let mut parts = Parts::default();
        parts.statement.id = format!("{lockbox}/{day}");
        parts.statement.account = own_account(&lockbox, Some(&self.bank), Currency::parse("USD"));
        (parts.statement.from, parts.statement.to) = (on, on);
        self.deposit = Some(Deposit {
            parts,
            lockbox,
            on,
            ..Deposit::default()
        });
    }

    fn check(&mut self, record: &Record, sink: &mut dyn Sink) {
        if self.deposit.is_none() {
            let message = "stands behind no lockbox record 5; the check is not taken";
            sink.problem(Problem::error(record.place(), message));
            return;
        }
        let number = record.text(1, 4);
        if self
            .batch
            .as_ref()
            .is_some_and(|batch| batch.number != number)
        {
            self.end_batch(&record.place(), sink);
        }
        let batch = self.batch.get_or_insert_with(|| Batch {
            number,
            ..Batch::default()
        });
        batch.last_item = None;
        match check_of(record, sink) {
            Ok(check) if batch.checks.len() < MOST => {
                batch.sum = batch.sum.saturating_add(check.amount.minor());
                batch.last_item = Some(record.text(4, 7));
                batch.checks.push(check);
            }
            Ok(_) if batch.is_full => {}
            Ok(_) => {
                batch.is_full = true;
                let message = format!("more than {MOST} checks in one batch; the rest is lost");
                sink.problem(Problem::error(record.place(), message));
            }
            Err(problem) => sink.problem(Problem::error(
                record.place(),
                format!("{problem}; the check is not taken"),
            )),
        }
    }

    fn overflow(&mut self, record: &Record, sink: &mut dyn Sink) {
        let item = record.text(4, 7);
        let check = self
            .batch
            .as_mut()
            .filter(|batch| batch.last_item.as_deref() == Some(item.as_str()))
            .and_then(|batch| batch.checks.last_mut());
        let Some(check) = check else {
            let message = format!("belongs to no check with the item number {}", quoted(&item));
            sink.problem(Problem::error(record.place(), message));
            return;
        };
        let (invoice, paid) = (record.text(11, 27), record.number(27, 37));
        match (filled(&invoice), paid) {
            (Some(invoice), Some(paid)) => {
                check.remittance.push(invoice_text(&invoice, paid, record));
                check.references.listed.push(listed(&invoice, paid, record));
                check.references.documents.push(invoice);
            }
            _ => check.remittance.extend(filled(&record.text(11, 104))),
        }
    }

    fn batch_total(&mut self, record: &Record, sink: &mut dyn Sink) {
        if let Some(batch) = &self.batch {
            let stated = (record.number(20, 23), record.number(23, 33));
            compare(record, stated, (batch.checks.len() as i64, batch.sum), sink);
        }
        self.push_batch(sink);
    }

    fn lockbox_total(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_batch(&record.place(), sink);
        if let Some(deposit) = &self.deposit {
            let stated = (record.number(20, 24), record.number(24, 34));
            compare(record, stated, (deposit.count, deposit.sum), sink);
        }
        self.end_deposit(&record.place(), sink);
    }

    fn trailer(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_deposit(&record.place(), sink);
        self.ended = true;
        let stated = record.number(1, 7);
        if stated != Some(self.records) {
            sink.problem(Problem::warning(
                record.place(),
                format!(
                    "states {} records, read were {}; a record may be missing",
                    quoted(&record.text(1, 7)),
                    self.records
                ),
            ));
        }
    }

    /// Ends a batch that no record 7 ended.
    fn end_batch(&mut self, place: &str, sink: &mut dyn Sink) {
        if let Some(batch) = &self.batch {
            let message = format!("batch {} ends without its total (record 7)", batch.number);
            sink.problem(Problem::warning(place, message));
        }
        self.push_batch(sink);
    }

    fn push_batch(&mut self, sink: &mut dyn Sink) {
        let (Some(batch), Some(deposit)) = (self.batch.take(), &mut self.deposit) else {
            return;
        };
        let Some(first) = batch.checks.first() else {
            return;
        };
        let mut line = BankLine::of(Money::new(batch.sum, first.amount.currency()));
        line.status = LineStatus::Pending;
        line.booked_on = deposit.on;
        line.reference = batch.number;
        line.batch_id = Some(deposit.lockbox.clone());
        line.batch_count = u32::try_from(batch.checks.len()).ok();
        deposit.count += batch.checks.len() as i64;
        deposit.sum = deposit.sum.saturating_add(batch.sum);
        line.details = batch.checks;
        deposit.parts.push(line, sink);
    }

    fn end_deposit(&mut self, place: &str, sink: &mut dyn Sink) {
        self.end_batch(place, sink);
        if let Some(deposit) = self.deposit.take() {
            deposit.parts.finish(place, sink);
        }
    }
}

/// Number of checks and their sum, stated and read.
fn compare(
    record: &Record,
    stated: (Option<i64>, Option<i64>),
    read: (i64, i64),
    sink: &mut dyn Sink,
) {
    if stated == (Some(read.0), Some(read.1)) {
        return;
    }
    let shown = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |n| n.to_string());
    sink.problem(Problem::warning(
        record.place(),
        format!(
            "states {} checks of {} cents in sum, read were {} of {}; a check may be missing",
            shown(stated.0),
            shown(stated.1),
            read.0,
            read.1
        ),
    ));
}

/// Record 6.
fn check_of(record: &Record, sink: &mut dyn Sink) -> Result<LineDetail, String> {
    let cents = record.number(7, 17).ok_or_else(|| {
        format!(
            "check amount {} is not a number of cents",
            quoted(&record.text(7, 17))
        )
    })?;
    let dollars = Currency::parse("USD").ok_or("US dollars are not known")?;
    let shift = usize::from(!is_routing(&record.text(17, 26)) && is_routing(&record.text(18, 27)));
    let routing = record.text(17 + shift, 26 + shift);
    if !is_routing(&routing) {
        let message = format!(
            "routing number {} has a wrong check digit",
            quoted(&routing)
        );
        sink.problem(Problem::warning(record.place(), message));
    }
    // Numbers are filled up with zeros to their places; checks themselves have none.
    let number = |from: usize, to: usize| {
        let text = record.text(from + shift, to + shift);
        filled(text.trim_start_matches('0'))
    };
    let account = number(26, 36);
    let (name, other) = names(record, 46 + shift);
    Ok(LineDetail {
        reference: record.text(4, 7),
        amount: Money::new(cents, dollars),
        reversal: false,
        counterparty: Counterparty {
            name,
            account: account.map(|account| format!("{routing}-{account}")),
            bank: filled(&routing),
            ultimate: None,
        },
        references: References {
            check: number(36, 46),
            ..References::default()
        },
        remittance: other.into_iter().collect(),
        instructed: None,
        charges: None,
    })
}

/// Remitter behind the date of the check `MMDDYY`; without one, all of it is text.
fn names(record: &Record, from: usize) -> (Option<String>, Option<String>) {
    let date = record.text(from, from + 6);
    if date.len() == 6 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        // The payee behind the remitter is ourselves.
        (filled(&record.text(from + 6, from + 36)), None)
    } else {
        (None, filled(&record.text(from, 104)))
    }
}

/// What record 4 says of one invoice; its sum is not in the layout.
fn listed(invoice: &str, paid: i64, record: &Record) -> ListedDocument {
    let dollars = |cents: i64| Some(Money::new(cents, Currency::parse("USD")?));
    let deducted = record.number(37, 47).filter(|cents| *cents != 0);
    let why = [record.text(47, 50), record.text(50, 80)].join(" ");
    ListedDocument {
        number: invoice.to_owned(),
        gross: None,
        deduction: deducted.and_then(dollars),
        paid: dollars(paid),
        reason: deducted.and_then(|_| filled(&why)),
        parts: Vec::new(),
    }
}

/// Invoice, what is paid of it, what the payer deducted and why.
fn invoice_text(invoice: &str, paid: i64, record: &Record) -> String {
    let dollars = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let mut text = format!("{invoice} {}", dollars(paid));
    if let Some(deducted) = record.number(37, 47).filter(|cents| *cents != 0) {
        text.push_str(" deducted ");
        text.push_str(&dollars(deducted));
    }
    if let Some(reason) = filled(&record.text(47, 50)) {
        text.push_str(" reason ");
        text.push_str(&reason);
    }
    if let Some(more) = filled(&record.text(50, 80)) {
        text.push(' ');
        text.push_str(&more);
    }
    text
}

/// Nine digits weighed 3, 7, 1 add up to a multiple of ten (ABA).
fn is_routing(text: &str) -> bool {
    if text.len() != 9 {
        return false;
    }
    let mut sum = 0;
    for (digit, weight) in text.chars().zip([3, 7, 1].into_iter().cycle()) {
        match digit.to_digit(10) {
            Some(digit) => sum += digit * weight,
            None => return false,
        }
    }
    sum != 0 && sum % 10 == 0
}
