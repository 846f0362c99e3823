//! Puts records together to movements and statements.

use domain::money::{Currency, Money};

use super::communication::{self, Communication};
use super::record::Record;
use crate::Problem;
use crate::bank::fields::{filled, own_account, quoted};
use crate::bank::lines::Lines;
use crate::bank::parts::Parts;
use crate::bank::places::Places;
use crate::bank::{Balance, BankLine, Counterparty, LineDetail, References, Sink};

/// One record 2.1 with what follows it.
#[derive(Default)]
struct Movement {
    place: String,
    number: String,
    /// First digit of the transaction code: 0–3 a line, 5–9 a detail.
    kind: char,
    line: Option<BankLine>,
    is_structured: bool,
    fields: Vec<String>,
    informations: Vec<Information>,
    /// The last 3.1 was of this movement: 3.2 and 3.3 go on there.
    globalised: bool,
}

/// One record 3.1 with its 3.2 and 3.3.
#[derive(Default)]
struct Information {
    is_structured: bool,
    text: String,
}

/// One statement, from record 0 to record 9.
#[derive(Default)]
struct Statement {
    parts: Parts,
    version: char,
    currency: Option<Currency>,
    bank: String,
    line: Option<BankLine>,
    line_place: String,
    line_number: String,
    expects_details: bool,
    details_break_down: bool,
    movement: Option<Movement>,
    records: u64,
    debits: i128,
    credits: i128,
    told_no_currency: bool,
}

/// A file that is being read.
#[derive(Default)]
pub(super) struct Reader {
    statement: Option<Statement>,
    /// A statement that was refused: its records are passed over.
    refused: bool,
    any: bool,
}

impl Reader {
    /// Reads a whole file.
    pub(super) fn read(from: &mut dyn std::io::BufRead, sink: &mut dyn Sink) -> String {
        let mut reader = Reader::default();
        let mut lines = Lines::of(from);
        let mut last = 0;
        while let Some(line) = lines.next(sink) {
            last = line.number;
            if !line.text.trim().is_empty() {
                let record = Record(Places::of(&line));
                reader.take(&record, sink);
            }
        }
        reader.end(&format!("line {last}"), sink);
        if !reader.any {
            let message = "no record 0 begins a statement; expected a CODA file";
            sink.problem(Problem::error("file", message));
        }
        "coda".to_owned()
    }

    fn take(&mut self, record: &Record, sink: &mut dyn Sink) {
        let code = record.code();
        if code == "0" {
            self.end(&record.place(), sink);
            self.begin(record, sink);
            return;
        }
        if self.refused {
            return;
        }
        let Some(statement) = &mut self.statement else {
            let message = "stands before any record 0; left out";
            sink.problem(Problem::error(record.place(), message));
            return;
        };
        statement.records += u64::from(code != "9");
        let taken = match code.as_str() {
            "1" => statement.old_balance(record),
            "21" => statement.movement(record, sink),
            "22" | "23" => statement.goes_on(record),
            "31" | "32" | "33" => statement.information(record),
            "8" => statement.new_balance(record, sink),
            "4" => Ok(()),
            "9" => {
                statement.trailer(record, sink);
                self.end(&record.place(), sink);
                Ok(())
            }
            other => Err(format!("record {} is unknown; left out", quoted(other))),
        };
        if let Err(message) = taken {
            sink.problem(Problem::error(record.place(), message));
        }
    }

    fn begin(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.any = true;
        let version = record.raw(127, 128).chars().next().unwrap_or(' ');
        self.refused = version != '1' && version != '2';
        if self.refused {
            sink.problem(Problem::error(
                record.place(),
                format!(
                    "CODA version {} is not known, expected 1 or 2; the statement is not taken",
                    quoted(&version.to_string())
                ),
            ));
            return;
        }
        self.statement = Some(Statement {
            version,
            bank: record.text(60, 71),
            ..Statement::default()
        });
    }

    fn end(&mut self, place: &str, sink: &mut dyn Sink) {
        let Some(mut statement) = self.statement.take() else {
            return;
        };
        statement.end_line(sink);
        if statement.parts.statement.closing.is_none() {
            let message = "the statement ends without record 8; its end may be missing";
            sink.problem(Problem::warning(place, message));
        }
        statement.parts.finish(place, sink);
    }
}

impl Statement {
    fn old_balance(&mut self, record: &Record) -> Result<(), String> {
        let kind = record.raw(1, 2);
        let is_old = self.version == '1' || kind == "0";
        let (account, code) = if is_old {
            (record.text(5, 17), record.text(18, 21))
        } else {
            (record.text(5, 39), record.text(39, 42))
        };
        let currency = Currency::parse(&code).ok_or_else(|| {
            format!(
                "{} is not a currency of ISO 4217; no line is taken",
                quoted(&code)
            )
        })?;
        self.currency = Some(currency);
        let statement = &mut self.parts.statement;
        statement.account = own_account(&account, Some(&self.bank), Some(currency));
        let sequence = record.text(125, 128);
        statement.id = if sequence.is_empty() {
            record.text(2, 5)
        } else {
            sequence
        };
        statement.opening = Some(Balance {
            amount: record.money(42, currency)?,
            on: record.day(58)?,
        });
        Ok(())
    }

    fn new_balance(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<(), String> {
        self.end_line(sink);
        let currency = self
            .currency
            .ok_or("no record 1 says the currency; left out")?;
        let on = record.day(57)?;
        self.parts.statement.closing = Some(Balance {
            amount: record.money(41, currency)?,
            on,
        });
        self.parts.statement.to = on;
        Ok(())
    }

    /// Number of records and sums of debits and credits.
    fn trailer(&mut self, record: &Record, sink: &mut dyn Sink) {
        self.end_line(sink);
        let records = record.text(16, 22).parse::<u64>().ok();
        let exponent = self.currency.map_or(2, Currency::exponent);
        let in_minor = |value: Option<i64>| {
            value.map(|value| i128::from(value) * 10_i128.pow(exponent) / 1000)
        };
        for (what, stated, read) in [
            ("records", records.map(i128::from), i128::from(self.records)),
            ("debits", in_minor(record.thousandths(22)), self.debits),
            ("credits", in_minor(record.thousandths(37)), self.credits),
        ] {
            if stated != Some(read) {
                let stated = stated.map_or_else(|| "nothing".to_owned(), |n| n.to_string());
                sink.problem(Problem::warning(
                    record.place(),
                    format!(
                        "control total of {what} states {stated}, read were {read}; a record may \
                         be missing"
                    ),
                ));
            }
        }
    }

    fn movement(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<(), String> {
        self.end_movement(sink);
        let mut movement = Movement {
            place: record.place(),
            number: record.raw(2, 6),
            kind: record.raw(53, 54).chars().next().unwrap_or('0'),
            line: None,
            is_structured: record.raw(61, 62) == "1",
            fields: vec![padded(&record.raw(62, 115), 53)],
            informations: Vec::new(),
            globalised: record.raw(124, 125) != "0",
        };
        let line = match self.currency {
            Some(currency) => line_of(record, currency)
                .map_err(|problem| format!("{problem}; the line is not taken")),
            None if self.told_no_currency => Ok(None),
            None => {
                self.told_no_currency = true;
                Err("no record 1 says the currency; no line is taken".to_owned())
            }
        };
        // The records that go on a refused movement belong to it, without a further word.
        let (line, taken) = match line {
            Ok(line) => (line, Ok(())),
            Err(problem) => (None, Err(problem)),
        };
        movement.line = line;
        self.movement = Some(movement);
        taken
    }

    /// Records 2.2 and 2.3 of the movement before.
    fn goes_on(&mut self, record: &Record) -> Result<(), String> {
        let old = self.version == '1';
        let movement = belongs(&mut self.movement, record)?;
        let Some(line) = &mut movement.line else {
            return Ok(());
        };
        if record.code() == "22" {
            movement.fields.push(padded(&record.raw(10, 63), 53));
            line.references.end_to_end =
                filled(&record.raw(63, 98)).filter(|id| id != "NOTPROVIDED");
            line.counterparty.bank = filled(&record.raw(98, 109));
            line.reversal = filled(&record.raw(112, 113)).is_some_and(|kind| kind != "0");
            line.references.return_reason = filled(&record.raw(113, 117));
            return Ok(());
        }
        let is_short = old || record.raw(22, 23) == " ";
        let account = if is_short {
            record.text(10, 22)
        } else {
            record.text(10, 44)
        };
        let account: String = account.chars().filter(|letter| *letter != ' ').collect();
        line.counterparty.account = filled(&account);
        line.counterparty.name = filled(&record.raw(47, if old { 73 } else { 82 }));
        if !old {
            movement.fields.push(padded(&record.raw(82, 125), 43));
        }
        Ok(())
    }

    /// Records 3.1 to 3.3 of the movement before.
    fn information(&mut self, record: &Record) -> Result<(), String> {
        let movement = belongs(&mut self.movement, record)?;
        if record.code() == "31" {
            movement.informations.push(Information {
                is_structured: record.raw(39, 40) == "1",
                text: padded(&record.raw(40, 113), 73),
            });
            return Ok(());
        }
        let (to, width) = if record.code() == "32" {
            (115, 105)
        } else {
            (100, 90)
        };
        let information = movement
            .informations
            .last_mut()
            .ok_or("continues no record 3.1; left out")?;
        information
            .text
            .push_str(&padded(&record.raw(10, to), width));
        Ok(())
    }

    /// Makes a line of the movement, or a detail of the line before.
    fn end_movement(&mut self, sink: &mut dyn Sink) {
        let Some(mut movement) = self.movement.take() else {
            return;
        };
        let Some(mut line) = movement.line.take() else {
            return;
        };
        let found = if movement.is_structured {
            communication::structured(&movement.fields.concat())
        } else {
            communication::free(&movement.fields)
        };
        say(&mut line, found);
        for information in &movement.informations {
            inform(&mut line, information);
        }
        if !matches!(movement.kind, '5'..='9') {
            self.end_only_line(sink);
            self.expects_details = movement.globalised && matches!(movement.kind, '1' | '2');
            self.details_break_down = false;
            self.line_number = movement.number;
            self.line_place = movement.place;
            self.line = Some(line);
            return;
        }
        let whole = self
            .line
            .as_mut()
            .filter(|_| self.line_number == movement.number);
        match whole {
            None => sink.problem(Problem::error(
                movement.place,
                "is a detail of a movement that does not stand before it; left out",
            )),
            Some(whole) if matches!(movement.kind, '8' | '9') => {
                whole.remittance.extend(line.remittance);
                self.details_break_down = true;
            }
            Some(whole) => whole.details.push(detail(line)),
        }
    }

    fn end_line(&mut self, sink: &mut dyn Sink) {
        self.end_movement(sink);
        self.end_only_line(sink);
    }

    fn end_only_line(&mut self, sink: &mut dyn Sink) {
        let Some(line) = self.line.take() else {
            return;
        };
        let minor = i128::from(line.amount.minor());
        if minor < 0 {
            self.debits -= minor;
        } else {
            self.credits += minor;
        }
        let place = std::mem::take(&mut self.line_place);
        if line.details.is_empty() {
            if self.expects_details && !self.details_break_down {
                let message = "announces the single payments of a total (globalisation code), and \
                               none follows; ask the bank for the file again";
                sink.problem(Problem::error(place, message));
            }
        } else {
            let sum: i128 = line
                .details
                .iter()
                .map(|one| i128::from(one.amount.minor()))
                .sum();
            if sum != minor {
                sink.problem(Problem::warning(
                    place,
                    format!(
                        "is {}, its payments add up to {}",
                        line.amount,
                        shown(sum, &line)
                    ),
                ));
            }
        }
        self.parts.push(line, sink);
    }
}

/// What record 2.1 itself says.
fn line_of(record: &Record, currency: Currency) -> Result<Option<BankLine>, String> {
    let mut line = BankLine::of(record.money(31, currency)?);
    line.reference = record.text(10, 31);
    line.value_on = record.day(47)?;
    line.code = record.text(53, 61);
    line.booked_on = record.day(115)?;
    Ok(Some(line))
}

fn shown(sum: i128, line: &BankLine) -> String {
    i64::try_from(sum).map_or_else(
        |_| sum.to_string(),
        |minor| Money::new(minor, line.amount.currency()).to_string(),
    )
}

/// The movement that a further record of the same number belongs to.
fn belongs<'a>(
    movement: &'a mut Option<Movement>,
    record: &Record,
) -> Result<&'a mut Movement, String> {
    let number = record.raw(2, 6);
    movement
        .as_mut()
        .filter(|movement| movement.number == number)
        .ok_or_else(|| {
            format!(
                "belongs to no record 2.1 with the number {}; left out",
                quoted(&number)
            )
        })
}

/// Filled up to its width, so that what follows keeps its place.
fn padded(text: &str, width: usize) -> String {
    format!("{text:width$}")
}

fn say(line: &mut BankLine, found: Communication) {
    let references = &mut line.references;
    references.creditor = found.creditor;
    references.mandate = found.mandate;
    if references.return_reason.is_none() {
        references.return_reason = found.return_reason;
    }
    line.instructed = found.instructed.filter(|sum| *sum != line.amount.abs());
    line.remittance = found.text;
}

/// Information records: 001 names the other side in full, 008 and 009 for whom it is paid;
/// free ones speak. The others repeat the bank's own data.
fn inform(line: &mut BankLine, information: &Information) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !information.is_structured {
        line.remittance.extend(filled(&words(&information.text)));
        return;
    }
    let text: String = information.text.chars().skip(3).collect();
    let name: String = text.chars().take(70).collect();
    match information.text.get(..3) {
        Some("001") => {
            if let Some(name) = filled(&words(&name)) {
                line.counterparty.name = Some(name);
            }
        }
        Some("008" | "009") => line.counterparty.ultimate = filled(&words(&name)),
        _ => {}
    }
}

fn detail(line: BankLine) -> LineDetail {
    let BankLine {
        reference,
        amount,
        reversal,
        counterparty,
        references,
        remittance,
        instructed,
        charges,
        ..
    } = line;
    let counterparty: Counterparty = counterparty;
    let references: References = references;
    LineDetail {
        reference,
        amount,
        reversal,
        counterparty,
        references,
        remittance,
        instructed,
        charges,
    }
}
