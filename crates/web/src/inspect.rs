//! Bank statements as JSON: the shape of `bank inspect --format json` and of its operation in
//! REST, written as it is read.
//!
//! What a file does not say is left out. A statement that comes in parts is written as one, so
//! that a file never stands in memory whole; what only the end tells follows the lines.

use std::io::{self, Write};

use domain::calendar::Date;
use domain::money::Money;
use formats::bank::{
    BankAccountId, BankLine, BankStatement, Counterparty, LineDetail, LineStatus, References,
    Scheme, Sink,
};
use formats::{Problem, Severity};
use serde::Serialize;

/// Money in JSON.
#[derive(Serialize)]
struct MoneyJson {
    amount: String,
    currency: String,
}

impl From<Money> for MoneyJson {
    fn from(money: Money) -> MoneyJson {
        MoneyJson {
            amount: money.to_string(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// Writes what one file says: `{"path":…,"statements":[…],"format":…,"problems":[…]}`. `read`
/// reads the file into the sink and tells its format; tells whether there are errors.
pub fn file(
    out: &mut dyn Write,
    path: &str,
    read: &mut dyn FnMut(&mut dyn Sink) -> Option<String>,
) -> (bool, io::Result<()>) {
    let mut sink = JsonSink {
        written: head(out, path),
        out,
        statements: StatementWriter::new(),
        problems: Vec::new(),
    };
    let format = read(&mut sink);
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    let errors = sink.problems.iter().any(is_error);
    let written = sink
        .written
        .and_then(|()| sink.statements.end(sink.out))
        .and_then(|()| tail(sink.out, format.as_deref(), &sink.problems));
    (errors, written)
}

struct JsonSink<'a> {
    out: &'a mut dyn Write,
    statements: StatementWriter,
    problems: Vec<Problem>,
    written: io::Result<()>,
}

impl Sink for JsonSink<'_> {
    fn statement(&mut self, statement: BankStatement, continues: bool) {
        if self.written.is_ok() {
            self.written = self.statements.write(self.out, statement, continues);
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

fn head(out: &mut dyn Write, path: &str) -> io::Result<()> {
    out.write_all(b"{\"path\":")?;
    serde_json::to_writer(&mut *out, path)?;
    out.write_all(b",\"statements\":[")
}

fn tail(out: &mut dyn Write, format: Option<&str>, problems: &[Problem]) -> io::Result<()> {
    out.write_all(b"]")?;
    if let Some(format) = format {
        out.write_all(b",\"format\":")?;
        serde_json::to_writer(&mut *out, format)?;
    }
    let problems: Vec<ProblemJson> = problems.iter().map(ProblemJson::of).collect();
    out.write_all(b",\"problems\":")?;
    serde_json::to_writer(&mut *out, &problems)?;
    out.write_all(b"}")
}

fn text(date: Date) -> String {
    date.to_string()
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    severity: &'static str,
    #[serde(rename = "where")]
    place: &'a str,
    message: &'a str,
}

impl<'a> ProblemJson<'a> {
    fn of(problem: &'a Problem) -> ProblemJson<'a> {
        ProblemJson {
            severity: match problem.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            place: &problem.place,
            message: &problem.message,
        }
    }
}

#[derive(Serialize)]
struct AccountJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank: Option<&'a str>,
}

impl<'a> AccountJson<'a> {
    fn of(account: &'a BankAccountId) -> AccountJson<'a> {
        let id = filled(&account.id);
        AccountJson {
            id,
            scheme: id.map(|_| match account.scheme {
                Scheme::Iban => "iban",
                Scheme::Other => "other",
            }),
            currency: account.currency.as_ref().map(domain::money::Currency::code),
            bank: account.bank.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct BalanceJson {
    #[serde(flatten)]
    amount: MoneyJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
}

#[derive(Serialize)]
struct LineJson<'a> {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    booked_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_on: Option<String>,
    #[serde(flatten)]
    amount: MoneyJson,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    reversal: bool,
    #[serde(skip_serializing_if = "CounterpartyJson::is_empty")]
    counterparty: CounterpartyJson<'a>,
    #[serde(skip_serializing_if = "ReferencesJson::is_empty")]
    references: ReferencesJson<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    remittance: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    instructed: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    charges: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<DetailJson<'a>>,
}

impl<'a> LineJson<'a> {
    fn of(line: &'a BankLine) -> LineJson<'a> {
        LineJson {
            reference: filled(&line.reference),
            booked_on: line.booked_on.map(text),
            value_on: line.value_on.map(text),
            amount: line.amount.into(),
            status: match line.status {
                LineStatus::Booked => "booked",
                LineStatus::Pending => "pending",
            },
            code: filled(&line.code),
            reversal: line.reversal,
            counterparty: CounterpartyJson::of(&line.counterparty),
            references: ReferencesJson::of(&line.references),
            remittance: &line.remittance,
            instructed: line.instructed.map(MoneyJson::from),
            charges: line.charges.map(MoneyJson::from),
            batch_count: line.batch_count,
            batch_id: line.batch_id.as_deref(),
            details: line.details.iter().map(DetailJson::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct DetailJson<'a> {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(flatten)]
    amount: MoneyJson,
    reversal: bool,
    #[serde(skip_serializing_if = "CounterpartyJson::is_empty")]
    counterparty: CounterpartyJson<'a>,
    #[serde(skip_serializing_if = "ReferencesJson::is_empty")]
    references: ReferencesJson<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    remittance: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    instructed: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    charges: Option<MoneyJson>,
}

impl<'a> DetailJson<'a> {
    fn of(detail: &'a LineDetail) -> DetailJson<'a> {
        DetailJson {
            reference: filled(&detail.reference),
            amount: detail.amount.into(),
            reversal: detail.reversal,
            counterparty: CounterpartyJson::of(&detail.counterparty),
            references: ReferencesJson::of(&detail.references),
            remittance: &detail.remittance,
            instructed: detail.instructed.map(MoneyJson::from),
            charges: detail.charges.map(MoneyJson::from),
        }
    }
}

#[derive(Serialize)]
struct CounterpartyJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ultimate: Option<&'a str>,
}

impl<'a> CounterpartyJson<'a> {
    fn of(party: &'a Counterparty) -> CounterpartyJson<'a> {
        CounterpartyJson {
            name: party.name.as_deref(),
            account: party.account.as_deref(),
            bank: party.bank.as_deref(),
            ultimate: party.ultimate.as_deref(),
        }
    }

    fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.account.is_none()
            && self.bank.is_none()
            && self.ultimate.is_none()
    }
}

#[derive(Serialize)]
struct ReferencesJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    end_to_end: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creditor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandate: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    documents: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    return_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    traces: &'a [String],
}

impl<'a> ReferencesJson<'a> {
    fn of(references: &'a References) -> ReferencesJson<'a> {
        ReferencesJson {
            end_to_end: references.end_to_end.as_deref(),
            creditor: references.creditor.as_deref(),
            check: references.check.as_deref(),
            mandate: references.mandate.as_deref(),
            documents: &references.documents,
            return_reason: references.return_reason.as_deref(),
            traces: &references.traces,
        }
    }

    fn is_empty(&self) -> bool {
        self.end_to_end.is_none()
            && self.creditor.is_none()
            && self.check.is_none()
            && self.mandate.is_none()
            && self.documents.is_empty()
            && self.return_reason.is_none()
            && self.traces.is_empty()
    }
}

/// Writes the statements of one file as the elements of a JSON array.
struct StatementWriter {
    begun: Option<Begun>,
    count: usize,
}

/// A statement whose lines are being written; what follows them is kept here.
struct Begun {
    /// Everything but the lines.
    frame: BankStatement,
    lines: usize,
    booked: i128,
    mixed: bool,
}

impl StatementWriter {
    fn new() -> StatementWriter {
        StatementWriter {
            begun: None,
            count: 0,
        }
    }

    /// Writes a statement, or the next part of the one before.
    fn write(
        &mut self,
        out: &mut dyn Write,
        mut part: BankStatement,
        continues: bool,
    ) -> io::Result<()> {
        let lines = std::mem::take(&mut part.lines);
        let same = self.begun.as_ref().is_some_and(|begun| {
            continues && begun.frame.id == part.id && begun.frame.account == part.account
        });
        if !same {
            self.end(out)?;
        }
        match &mut self.begun {
            Some(begun) => {
                begun.frame.from = begun.frame.from.or(part.from);
                begun.frame.to = begun.frame.to.or(part.to);
                begun.frame.opening = begun.frame.opening.or(part.opening);
                begun.frame.closing = part.closing.or(begun.frame.closing);
            }
            None => self.begin(out, part)?,
        }
        if let Some(begun) = &mut self.begun {
            for line in &lines {
                begun.line(out, line)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, out: &mut dyn Write, frame: BankStatement) -> io::Result<()> {
        out.write_all(if self.count > 0 { b",{" } else { b"{" })?;
        self.count += 1;
        if let Some(id) = filled(&frame.id) {
            out.write_all(b"\"id\":")?;
            serde_json::to_writer(&mut *out, id)?;
            out.write_all(b",")?;
        }
        out.write_all(b"\"account\":")?;
        serde_json::to_writer(&mut *out, &AccountJson::of(&frame.account))?;
        out.write_all(b",\"lines\":[")?;
        self.begun = Some(Begun {
            frame,
            lines: 0,
            booked: 0,
            mixed: false,
        });
        Ok(())
    }

    /// Ends the last statement.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.begun.take() {
            Some(begun) => begun.end(out),
            None => Ok(()),
        }
    }
}

impl Begun {
    fn line(&mut self, out: &mut dyn Write, line: &BankLine) -> io::Result<()> {
        if line.status == LineStatus::Booked {
            self.booked += i128::from(line.amount.minor());
            let currency = self.frame.opening.map(|opening| opening.amount.currency());
            self.mixed |= currency.is_some_and(|currency| currency != line.amount.currency());
        }
        if self.lines > 0 {
            out.write_all(b",")?;
        }
        self.lines += 1;
        serde_json::to_writer(&mut *out, &LineJson::of(line))?;
        Ok(())
    }

    fn end(self, out: &mut dyn Write) -> io::Result<()> {
        let balance = |balance: formats::bank::Balance| BalanceJson {
            amount: balance.amount.into(),
            on: balance.on.map(text),
        };
        out.write_all(b"]")?;
        field(out, "from", self.frame.from.map(text))?;
        field(out, "to", self.frame.to.map(text))?;
        field(out, "opening", self.frame.opening.map(balance))?;
        field(out, "closing", self.frame.closing.map(balance))?;
        field(out, "ties_out", self.ties_out())?;
        out.write_all(b"}")
    }

    /// The rule of `BankStatement::ties_out`, over lines that are no longer in memory.
    fn ties_out(&self) -> Option<bool> {
        let opening: Money = self.frame.opening?.amount;
        let closing: Money = self.frame.closing?.amount;
        let sum = i128::from(opening.minor()) + self.booked;
        let same = opening.currency() == closing.currency() && !self.mixed;
        Some(same && sum == i128::from(closing.minor()))
    }
}

fn field(out: &mut dyn Write, name: &str, value: Option<impl Serialize>) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    write!(out, ",\"{name}\":")?;
    serde_json::to_writer(out, &value)?;
    Ok(())
}
