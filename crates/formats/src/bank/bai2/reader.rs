//! Puts records together to statements and verifies the control totals.

use domain::calendar::Date;
use domain::money::{Currency, Money};

use super::fields::{Cursor, Part, Record, code_of, records_of};
use super::text;
use super::types::{amount_of, direction, funds, is_reversal, summaries};
use crate::Problem;
use crate::bank::fields::{Day, own_account, quoted};
use crate::bank::lines::{Line, Lines};
use crate::bank::parts::Parts;
use crate::bank::{Balance, BankLine, LineStatus, Sink};

/// Lines of one record: more are refused.
const MOST: usize = 1000;

/// What stands at the end of an account, group or file, as it was read.
#[derive(Clone, Copy, Default)]
struct Control {
    total: i128,
    records: u64,
    members: u64,
}

/// `02`.
struct Group {
    currency: Option<Currency>,
    as_of: Option<Date>,
    pending: bool,
    originator: String,
    control: Control,
}

/// `03`.
struct Account {
    parts: Parts,
    currency: Currency,
    control: Control,
}

/// A file that is being read.
pub(super) struct Reader {
    record: Option<Record>,
    file_id: String,
    group: Option<Group>,
    account: Option<Account>,
    file: Control,
    /// Does the bank end texts with `/`? Until a text without one shows that it does not.
    slash_ends_text: bool,
    any_record: bool,
    ended: bool,
    line: u64,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            record: None,
            file_id: String::new(),
            group: None,
            account: None,
            file: Control::default(),
            slash_ends_text: true,
            any_record: false,
            ended: false,
            line: 0,
        }
    }
}

impl Reader {
    /// Reads a whole file.
    pub(super) fn read(from: &mut dyn std::io::BufRead, sink: &mut dyn Sink) -> String {
        let mut reader = Reader::default();
        let mut lines = Lines::of(from);
        while let Some(line) = lines.next(sink) {
            reader.line = line.number;
            reader.take_line(&line, sink);
        }
        reader.end_record(sink);
        reader.end_account(sink);
        if !reader.any_record {
            let message = "no record 01, 02, 03 or 16 was found; expected a BAI2 file";
            sink.problem(Problem::error("file", message));
        } else if !reader.ended {
            let message = "the file ends without record 99; its end may be missing";
            sink.problem(Problem::warning(format!("line {}", reader.line), message));
        }
        "bai2".to_owned()
    }

    fn take_line(&mut self, line: &Line, sink: &mut dyn Sink) {
        if line.text.trim().is_empty() {
            return;
        }
        let records = records_of(line.text.trim_start());
        if 1 < records.len() {
            sink.problem(Problem::warning(
                format!("line {}", line.number),
                format!(
                    "{} records on one line; read one after the other",
                    records.len()
                ),
            ));
        }
        let width = if records.len() == 1 {
            line.text.chars().count()
        } else {
            0
        };
        for text in records {
            self.take_text(line.number, text, width, sink);
        }
    }

    fn take_text(&mut self, number: u64, text: &str, width: usize, sink: &mut dyn Sink) {
        match code_of(text) {
            Some(("88", rest)) => self.continue_record(number, Part::of(rest, width), sink),
            Some((code, rest)) => {
                self.end_record(sink);
                self.any_record = true;
                self.record = Some(Record {
                    line: number,
                    code: code.to_owned(),
                    parts: vec![Part::of(rest, width)],
                    lines: 1,
                });
            }
            None if self.record.is_some() => {
                let message = format!(
                    "{} begins with no record code; read as a continuation (88)",
                    quoted(text)
                );
                sink.problem(Problem::warning(format!("line {number}"), message));
                self.continue_record(number, Part::of(text, width), sink);
            }
            None => sink.problem(Problem::error(
                format!("line {number}"),
                format!(
                    "{} is no record; expected one of the codes 01, 02, 03, 16, 49, 88, 98, 99",
                    quoted(text)
                ),
            )),
        }
    }

    fn continue_record(&mut self, number: u64, part: Part, sink: &mut dyn Sink) {
        let Some(record) = &mut self.record else {
            let message = "continues nothing; left out";
            sink.problem(Problem::error(format!("line {number} record 88"), message));
            return;
        };
        record.lines += 1;
        if record.parts.len() < MOST {
            record.parts.push(part);
        } else if record.lines == MOST as u64 + 1 {
            let message = format!("more than {MOST} lines; the rest is not read");
            sink.problem(Problem::error(record.place(), message));
        }
    }

    fn end_record(&mut self, sink: &mut dyn Sink) {
        let Some(record) = self.record.take() else {
            return;
        };
        match record.code.as_str() {
            "01" => {
                let fields = record.fields();
                fields
                    .get(4)
                    .copied()
                    .unwrap_or_default()
                    .clone_into(&mut self.file_id);
                self.file = Control {
                    records: record.lines,
                    ..Control::default()
                };
            }
            "02" => self.group(&record, sink),
            "03" => self.account(&record, sink),
            "16" => self.transaction(&record, sink),
            "49" => self.account_trailer(&record, sink),
            "98" => self.group_trailer(&record, sink),
            "99" => self.file_trailer(&record, sink),
            _ => {}
        }
    }

    fn group(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_account(sink);
        let fields = record.fields();
        let field = |index: usize| fields.get(index).copied().unwrap_or_default();
        let as_of = Day::yymmdd(field(3));
        match as_of {
            None => sink.problem(Problem::warning(
                record.place(),
                format!("as-of date {} is not a day YYMMDD", quoted(field(3))),
            )),
            Some(day) if day.moved => sink.problem(Problem::error(
                record.place(),
                format!(
                    "as-of date {} does not exist, and nothing shows which day is meant",
                    quoted(field(3))
                ),
            )),
            Some(_) => {}
        }
        let currency = Currency::parse(field(5));
        if currency.is_none() && !field(5).is_empty() {
            sink.problem(Problem::warning(
                record.place(),
                format!("{} is not a currency of ISO 4217", quoted(field(5))),
            ));
        }
        self.group = Some(Group {
            // The standard: a group without a currency is in US dollars.
            currency: currency.or_else(|| Currency::parse("USD").filter(|_| field(5).is_empty())),
            as_of: as_of.filter(|day| !day.moved).map(|day| day.date),
            pending: field(6) == "3",
            originator: field(1).to_owned(),
            control: Control {
                records: record.lines,
                ..Control::default()
            },
        });
    }

    fn account(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_account(sink);
        let fields = record.fields();
        let field = |index: usize| fields.get(index).copied().unwrap_or_default();
        let currency = if field(1).is_empty() {
            self.group
                .as_ref()
                .map_or(Currency::parse("USD"), |group| group.currency)
        } else {
            Currency::parse(field(1))
        };
        let Some(currency) = currency else {
            sink.problem(Problem::error(
                record.place(),
                format!(
                    "{} is not a currency of ISO 4217; the account is not taken",
                    quoted(field(1))
                ),
            ));
            return;
        };
        let bank = self.group.as_ref().map(|group| group.originator.clone());
        let as_of = self.group.as_ref().and_then(|group| group.as_of);
        let mut account = Account {
            parts: Parts::default(),
            currency,
            control: Control {
                records: record.lines,
                ..Control::default()
            },
        };
        let statement = &mut account.parts.statement;
        statement.id.clone_from(&self.file_id);
        statement.account = own_account(field(0), bank.as_deref(), Some(currency));
        (statement.from, statement.to) = (as_of, as_of);
        for (code, sum) in summaries(&fields, record, sink) {
            account.control.total += i128::from(sum);
            let balance = Balance {
                amount: Money::new(sum, currency),
                on: as_of,
            };
            match code {
                "010" => statement.opening = Some(balance),
                "015" => statement.closing = Some(balance),
                _ => {}
            }
        }
        self.account = Some(account);
    }

    fn transaction(&mut self, record: &Record, sink: &mut dyn Sink) {
        let pending = self.group.as_ref().is_some_and(|group| group.pending);
        let as_of = self.group.as_ref().and_then(|group| group.as_of);
        let slash_ends_text = self.slash_ends_text(record);
        let Some(account) = &mut self.account else {
            let message = "stands behind no account record 03; the line is not taken";
            sink.problem(Problem::error(record.place(), message));
            return;
        };
        account.control.records += record.lines;
        let mut cursor = Cursor::of(record);
        let code = cursor.field();
        let sum = match amount_of(cursor.field()) {
            Ok(sum) => sum,
            Err(_) if code == "890" => return,
            Err(problem) => {
                let message = format!("{problem}; the line is not taken");
                sink.problem(Problem::error(record.place(), message));
                return;
            }
        };
        account.control.total += i128::from(sum);
        let sign = match direction(code) {
            Ok(Some(sign)) => sign,
            Ok(None) => return,
            Err(problem) => {
                let message = format!("{problem}; the line is not taken");
                sink.problem(Problem::error(record.place(), message));
                return;
            }
        };
        let value_on = funds(&mut cursor, as_of, record, sink);
        // A sum of i64::MIN has no other sign; `amount_of` refuses it.
        let mut line = BankLine::of(Money::new(sum * sign, account.currency));
        line.booked_on = as_of;
        line.value_on = value_on;
        code.clone_into(&mut line.code);
        if pending {
            line.status = LineStatus::Pending;
        }
        let number: u16 = code.parse().unwrap_or_default();
        line.reversal = is_reversal(number);
        cursor.field().clone_into(&mut line.reference);
        let customer_reference = cursor.field();
        let words = cursor.text(slash_ends_text);
        text::fill(&mut line, number, customer_reference, &words);
        account.parts.push(line, sink);
    }

    /// Learns from a text that ends without `/` that this bank does not end texts with one.
    fn slash_ends_text(&mut self, record: &Record) -> bool {
        if record.parts.last().is_some_and(|part| !part.ended) {
            self.slash_ends_text = false;
        }
        self.slash_ends_text
    }

    fn account_trailer(&mut self, record: &Record, sink: &mut dyn Sink) {
        let Some(account) = &mut self.account else {
            // An account that was refused said so already.
            self.count(record);
            return;
        };
        account.control.records += record.lines;
        let control = account.control;
        let fields = record.fields();
        check(record, "amounts", fields.first(), control.total, sink);
        check(
            record,
            "records",
            fields.get(1),
            control.records.into(),
            sink,
        );
        self.end_account(sink);
    }

    fn group_trailer(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_account(sink);
        let Some(mut group) = self.group.take() else {
            let message = "ends a group that did not begin (02 is missing)";
            sink.problem(Problem::warning(record.place(), message));
            return;
        };
        group.control.records += record.lines;
        let fields = record.fields();
        check(record, "amounts", fields.first(), group.control.total, sink);
        check(
            record,
            "accounts",
            fields.get(1),
            group.control.members.into(),
            sink,
        );
        check(
            record,
            "records",
            fields.get(2),
            group.control.records.into(),
            sink,
        );
        self.file.total += group.control.total;
        self.file.records += group.control.records;
        self.file.members += 1;
    }

    fn file_trailer(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_account(sink);
        self.ended = true;
        self.file.records += record.lines;
        let (control, fields) = (self.file, record.fields());
        check(record, "amounts", fields.first(), control.total, sink);
        check(
            record,
            "groups",
            fields.get(1),
            control.members.into(),
            sink,
        );
        check(
            record,
            "records",
            fields.get(2),
            control.records.into(),
            sink,
        );
    }

    fn count(&mut self, record: &Record) {
        if let Some(group) = &mut self.group {
            group.control.records += record.lines;
        }
    }

    fn end_account(&mut self, sink: &mut dyn Sink) {
        let Some(account) = self.account.take() else {
            return;
        };
        if let Some(group) = &mut self.group {
            group.control.total += account.control.total;
            group.control.records += account.control.records;
            group.control.members += 1;
        }
        let place = format!("line {}", self.line);
        account.parts.finish(&place, sink);
    }
}

/// Compares a control number with what was read.
fn check(record: &Record, what: &str, stated: Option<&&str>, read: i128, sink: &mut dyn Sink) {
    let stated = stated.copied().unwrap_or_default();
    if stated.strip_prefix('+').unwrap_or(stated).parse() != Ok(read) {
        sink.problem(Problem::warning(
            record.place(),
            format!(
                "control total of {what} is {}, read were {read}; a record may be missing or \
                 doubled",
                quoted(stated)
            ),
        ));
    }
}
