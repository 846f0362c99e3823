//! OFX and QFX: Open Financial Exchange 1.x (SGML) and 2.x (XML), as downloaded from banks.
//!
//! Reads `STMTRS` and `CCSTMTRS`; passes investment statements and the sign-on over. OFX has no
//! opening balance and no statement id; `LEDGERBAL` is taken as the closing balance. Days are
//! those that the bank wrote, whatever the zone. `ORIGCURRENCY` gives a rate but no amount, so no
//! instructed amount is made of it. Where a file names no currency, sums are in `XXX` (ISO 4217
//! "no currency") and a warning says so.

mod fields;
mod header;
mod lines;
mod markup;
mod record;

use std::io::BufRead;

use domain::money::Currency;

use super::fields::own_account;
use super::lines::without_mark;
use super::parts::Parts;
use super::{Balance, Sink, StatementFormat};
use crate::Problem;
use fields::Day;
use header::Header;
use markup::{Kind, Piece, Pieces};
use record::{Record, Value};

/// OFX in [`super::ALL`].
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "ofx",
    title: "OFX and QFX 1.x and 2.x",
    recognises,
    read,
};

/// Aggregates that are read as one record.
const RECORDS: &[&str] = &[
    "STMTTRN",
    "STMTTRNP",
    "LEDGERBAL",
    "AVAILBAL",
    "BANKACCTFROM",
    "CCACCTFROM",
    "STATUS",
];

/// Aggregates that a record never holds: one of these ends it, where its end tag is missing.
const FRAMES: &[&str] = &[
    "BANKTRANLIST",
    "BANKTRANLISTP",
    "STMTRS",
    "CCSTMTRS",
    "STMTTRNRS",
    "CCSTMTTRNRS",
    "BANKMSGSRSV1",
    "CREDITCARDMSGSRSV1",
    "INVSTMTRS",
    "INVSTMTMSGSRSV1",
    "OFX",
];

fn recognises(head: &[u8]) -> bool {
    let head = without_mark(head).trim_ascii_start().to_ascii_uppercase();
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    head.starts_with(b"OFXHEADER") || head.starts_with(b"<") && (holds(b"<OFX>") || holds(b"<?OFX"))
}

fn read(input: &mut dyn BufRead, sink: &mut dyn Sink) -> String {
    let mut reader = Reader::new(sink);
    let mut pieces = Pieces::new(input);
    for piece in pieces.by_ref() {
        reader.take(piece);
    }
    reader.end(pieces.line());
    match reader.header.version {
        Some(version) => format!("ofx.{version}"),
        None => "ofx".to_owned(),
    }
}

/// A statement between its start and its end.
#[derive(Default)]
struct Open {
    parts: Parts,
    line: u64,
    has_account: bool,
    currency_told: bool,
}

struct Reader<'a> {
    sink: &'a mut dyn Sink,
    header: Header,
    begun: bool,
    ended: bool,
    /// In an investment statement.
    passing_over: bool,
    statement: Option<Open>,
    statements: usize,
    record: Option<Record>,
    /// The element outside records whose text may follow.
    leaf: Option<(String, u64)>,
}

impl<'a> Reader<'a> {
    fn new(sink: &'a mut dyn Sink) -> Reader<'a> {
        Reader {
            sink,
            header: Header::unsaid(),
            begun: false,
            ended: false,
            passing_over: false,
            statement: None,
            statements: 0,
            record: None,
            leaf: None,
        }
    }

    fn warn(&mut self, line: u64, name: &str, message: impl Into<String>) {
        self.sink
            .problem(Problem::warning(place(line, name), message));
    }

    fn take(&mut self, piece: Piece) {
        let line = piece.line;
        match piece.kind {
            Kind::Text { bytes, whole } => self.text(line, &bytes, whole),
            Kind::Instruction(inside) => {
                if let Some(remark) = self.header.instruction(&inside) {
                    self.warn(line, "header", remark);
                }
            }
            Kind::Open(name) => self.open(name, line, false),
            Kind::Empty(name) => self.open(name, line, true),
            Kind::Close(name) => self.close(&name, line),
        }
    }

    fn text(&mut self, line: u64, bytes: &[u8], whole: bool) {
        if !self.begun {
            if let Some(remark) = self.header.lines(bytes) {
                self.warn(line, "header", remark);
            }
            return;
        }
        let (text, right) = fields::text(bytes, self.header.encoding);
        if let Some(record) = &mut self.record {
            record.text(&text);
        } else if let Some((name, line)) = self.leaf.take() {
            self.value(&name, Value { text: &text, line });
        }
        if !right && !self.passing_over {
            let encoding = self.header.encoding.name();
            let remark = format!("\"{text}\" has letters that are not {encoding}");
            self.warn(line, "text", remark);
        }
        if !whole {
            self.sink.problem(Problem::error(
                place(line, "text"),
                "a value is longer than 64 KiB and was cut; is a `<` missing?",
            ));
        }
    }

    fn open(&mut self, name: String, line: u64, closed: bool) {
        self.begun = true;
        self.empty_leaf();
        if FRAMES.contains(&name.as_str()) || self.ends_record(&name) {
            self.finish_record();
        }
        if let Some(record) = &mut self.record {
            record.open(name, line, closed);
            return;
        }
        match name.as_str() {
            "STMTRS" | "CCSTMTRS" => {
                self.passing_over = false;
                self.finish_statement();
                self.begin(line);
            }
            "INVSTMTRS" => {
                self.finish_statement();
                self.passing_over = true;
                self.statements += 1;
                self.warn(
                    line,
                    &name,
                    "an investment statement is no bank statement and is passed over",
                );
            }
            _ if self.passing_over => {}
            _ if RECORDS.contains(&name.as_str()) && !closed => {
                self.record = Some(Record::new(name, line));
            }
            _ if closed => self.value(&name, Value { text: "", line }),
            _ => self.leaf = Some((name, line)),
        }
    }

    /// Does an open tag end the record, because its own end tag is missing?
    fn ends_record(&self, name: &str) -> bool {
        let line_record = |name: &str| name.starts_with("STMTTRN");
        self.record.as_ref().is_some_and(|record| {
            line_record(name) || name == "LEDGERBAL" || name == "AVAILBAL" || name == record.name
        })
    }

    fn close(&mut self, name: &str, line: u64) {
        self.empty_leaf();
        match &mut self.record {
            Some(record) if record.name == name => self.finish_record(),
            Some(_) if FRAMES.contains(&name) => self.finish_record(),
            Some(record) => record.close(name),
            None => {}
        }
        match name {
            "STMTRS" | "CCSTMTRS" => self.finish_statement(),
            "INVSTMTRS" | "INVSTMTMSGSRSV1" => self.passing_over = false,
            "OFX" => {
                self.finish_statement();
                self.ended = true;
                if self.statements == 0 {
                    self.warn(line, "OFX", "the file holds no bank statement");
                    self.statements = 1;
                }
            }
            _ => {}
        }
    }

    /// An element outside records that was followed by a tag at once.
    fn empty_leaf(&mut self) {
        if let Some((name, line)) = self.leaf.take() {
            self.value(&name, Value { text: "", line });
        }
    }

    /// A value outside records.
    fn value(&mut self, name: &str, value: Value<'_>) {
        if !matches!(name, "CURDEF" | "DTSTART" | "DTEND") || self.statement.is_none() {
            return;
        }
        match name {
            "CURDEF" => {
                let currency = self.currency(name, value);
                if let Some(open) = &mut self.statement {
                    open.parts.statement.account.currency = currency;
                }
            }
            "DTSTART" => {
                let day = self.day(name, value);
                if let Some(open) = &mut self.statement {
                    // Some banks write one list a line: the first day of all counts.
                    let from = &mut open.parts.statement.from;
                    *from = [*from, day].into_iter().flatten().min();
                }
            }
            _ => {
                let day = self.day(name, value);
                if let Some(open) = &mut self.statement {
                    let to = &mut open.parts.statement.to;
                    *to = [*to, day].into_iter().flatten().max();
                }
            }
        }
    }

    /// A currency code, or a warning.
    fn currency(&mut self, name: &str, value: Value<'_>) -> Option<Currency> {
        let found = Currency::parse(&value.text.to_ascii_uppercase());
        if found.is_none() && !value.text.is_empty() {
            let remark = format!("\"{}\" is no currency of ISO 4217", value.text);
            self.warn(value.line, name, remark);
        }
        found
    }

    /// A day, or a warning that there is none.
    fn day(&mut self, name: &str, value: Value<'_>) -> Option<domain::calendar::Date> {
        match fields::day(value.text) {
            Day::On(day) => Some(day),
            Day::Unsaid => {
                if value.text.starts_with('0') {
                    self.warn(value.line, name, "the date is all zeros and is left out");
                }
                None
            }
            Day::Wrong => {
                let remark = format!(
                    "\"{}\" is no date and is left out; expected YYYYMMDD",
                    value.text
                );
                self.warn(value.line, name, remark);
                None
            }
        }
    }

    fn begin(&mut self, line: u64) {
        self.statements += 1;
        self.statement = Some(Open {
            line,
            ..Open::default()
        });
    }

    fn finish_statement(&mut self) {
        let Some(open) = self.statement.take() else {
            return;
        };
        if !open.has_account {
            self.sink.problem(Problem::error(
                place(open.line, "STMTRS"),
                "the statement does not say which account it is about; expected BANKACCTFROM or \
                 CCACCTFROM with ACCTID",
            ));
        }
        open.parts.finish(&place(open.line, "STMTRS"), self.sink);
    }

    fn finish_record(&mut self) {
        let Some(record) = self.record.take() else {
            return;
        };
        if record.too_long {
            self.sink.problem(Problem::error(
                place(record.line, &record.name),
                "it has more elements than can be; is its end tag missing? It is left out",
            ));
            return;
        }
        match record.name.as_str() {
            "STATUS" => self.status(&record),
            "AVAILBAL" => {}
            "LEDGERBAL" => self.closing(&record),
            "BANKACCTFROM" | "CCACCTFROM" => self.account(&record),
            _ => self.line(&record),
        }
    }

    /// The bank's answer to the request: anything but success is told.
    fn status(&mut self, record: &Record) {
        let severity = record.said("SEVERITY").unwrap_or_default();
        if severity.eq_ignore_ascii_case("ERROR") || severity.eq_ignore_ascii_case("WARN") {
            let code = record.said("CODE").unwrap_or("without code");
            let message = record.said("MESSAGE").unwrap_or("no message");
            let remark = format!("the bank answered {severity} {code}: {message}");
            self.warn(record.line, "STATUS", remark);
        }
    }

    fn account(&mut self, record: &Record) {
        let Some(open) = &mut self.statement else {
            return;
        };
        let Some(id) = record.said("ACCTID") else {
            self.sink.problem(Problem::error(
                place(record.line, &record.name),
                "ACCTID is empty; the statement does not say which account it is about",
            ));
            open.has_account = true;
            return;
        };
        let currency = open.parts.statement.account.currency;
        open.parts.statement.account = own_account(id, record.said("BANKID"), currency);
        open.has_account = true;
    }

    /// The currency of the statement, or `XXX` and, once, a warning.
    fn statement_currency(&mut self, line: u64) -> Option<Currency> {
        let open = self.statement.as_mut()?;
        if let Some(currency) = open.parts.statement.account.currency {
            return Some(currency);
        }
        if !open.currency_told {
            open.currency_told = true;
            self.warn(
                line,
                "CURDEF",
                "the statement does not say its currency; its sums are given in XXX (none)",
            );
        }
        Currency::parse("XXX")
    }

    fn closing(&mut self, record: &Record) {
        if self.statement.is_none() {
            return;
        }
        if record.is_silent() {
            self.warn(
                record.line,
                "LEDGERBAL",
                "the balance is empty and is left out",
            );
            return;
        }
        let Some(currency) = self.statement_currency(record.line) else {
            return;
        };
        let amount = match record.value("BALAMT") {
            Some(value) => fields::amount(value.text, currency).map_err(|why| (value.line, why)),
            None => Err((record.line, "BALAMT is missing".to_owned())),
        };
        let on = record
            .value("DTASOF")
            .and_then(|value| self.day("DTASOF", value));
        match amount {
            Ok(amount) => {
                if let Some(open) = &mut self.statement {
                    open.parts.statement.closing = Some(Balance { amount, on });
                }
            }
            Err((line, why)) => self.sink.problem(Problem::error(
                place(line, "LEDGERBAL/BALAMT"),
                format!("{why}. The balance is left out"),
            )),
        }
    }

    fn end(&mut self, line: u64) {
        self.empty_leaf();
        let cut = self.record.is_some();
        if let Some(record) = self.record.take() {
            self.sink.problem(Problem::error(
                place(record.line, &record.name),
                "the file ends inside this record, which is left out; fetch the file again",
            ));
        }
        self.finish_statement();
        if !self.ended && !cut {
            self.sink.problem(Problem::error(
                place(line, "OFX"),
                "the file ends before </OFX>: what follows is lost; fetch the file again",
            ));
        }
    }
}

fn place(line: u64, name: &str) -> String {
    format!("line {line} {name}")
}
