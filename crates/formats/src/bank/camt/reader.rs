//! Walks through the file: envelope, message, statement, record; hands statements over.

use std::io::BufRead;

use super::entry::Entry;
use super::head::{self, Balances};
use super::remarks::Remarks;
use super::transaction::Transaction;
use super::{Context, Message, checks};
use crate::bank::fields::quoted;
use crate::bank::parts::Parts;
use crate::bank::{BankAccountId, Sink};
use crate::xml::{Builder, Element, Event, Fault, Pull, Tag};

/// Most payments in one entry: so many that no bank has more, so few that they fit in memory.
const PAYMENTS: usize = 1_000_000;

pub(super) fn read(input: &mut dyn BufRead, sink: &mut dyn Sink) -> String {
    let mut pull = Pull::new(input);
    let mut reader = Reader::new(sink);
    loop {
        let event = pull.next();
        let line = pull.line();
        let done = match event {
            Ok(Event::Done) => Ok(true),
            Ok(event) => reader.take(event, line).map(|()| false),
            Err(fault) => Err(fault),
        };
        match done {
            Ok(false) => {}
            Ok(true) => return reader.end(line, None),
            Err(fault) => return reader.end(line, Some(fault)),
        }
    }
}

/// Where in the file we are.
enum Level {
    /// Outside of any message: in an envelope, or in something else.
    Outside,
    /// In `BkToCstmr…`.
    Message(Message),
    /// In `Rpt`, `Stmt` or `Ntfctn`.
    Statement(Box<Open>),
}

/// The statement that is being read.
struct Open {
    context: Context,
    parts: Parts,
    balances: Balances,
    place: String,
    line: u64,
    entries: u64,
    /// Has the opening balance been given to the first part?
    opened: bool,
}

struct Reader<'a> {
    remarks: Remarks<'a>,
    level: Level,
    /// Elements around the one being read, with the namespaces that they declare.
    around: Vec<(String, Vec<(String, String)>)>,
    record: Builder,
    transactions: Vec<Transaction>,
    version: Option<u32>,
    namespace: String,
    found: Option<String>,
    root: Option<String>,
    header: bool,
    statements: u64,
}

impl<'a> Reader<'a> {
    fn new(sink: &'a mut dyn Sink) -> Reader<'a> {
        Reader {
            remarks: Remarks::new(sink),
            level: Level::Outside,
            around: Vec::new(),
            record: Builder::default(),
            transactions: Vec::new(),
            version: None,
            namespace: String::new(),
            found: None,
            root: None,
            header: false,
            statements: 0,
        }
    }

    fn take(&mut self, event: Event, line: u64) -> Result<(), Fault> {
        match event {
            Event::Start(tag) => self.start(tag, line),
            Event::Text(text) => self.record.text(&text),
            Event::End => {
                self.close();
                Ok(())
            }
            Event::Remark(remark) => {
                self.remarks.warn(line, "", &remark);
                Ok(())
            }
            Event::Done => Ok(()),
        }
    }

    fn start(&mut self, tag: Tag, line: u64) -> Result<(), Fault> {
        if self.record.is_open() {
            return self.record.start(tag, line);
        }
        match &self.level {
            Level::Message(message) if tag.name == message.part() => {
                let message = *message;
                self.open_statement(message, line);
            }
            Level::Message(_) | Level::Statement(_) => return self.record.start(tag, line),
            Level::Outside => {
                if self.root.is_none() {
                    self.root = Some(tag.name.clone());
                }
                if let Some(message) = Message::of(&tag.name) {
                    self.open_message(message, &tag, line);
                }
            }
        }
        let namespaces = declared(&tag);
        self.around.push((tag.name, namespaces));
        Ok(())
    }

    fn open_message(&mut self, message: Message, tag: &Tag, line: u64) {
        self.level = Level::Message(message);
        self.header = false;
        let own = declared(tag);
        let outer = self.around.iter().rev().map(|(_, declared)| declared);
        let namespace = std::iter::once(&own)
            .chain(outer)
            .flatten()
            .find(|(prefix, _)| *prefix == tag.prefix)
            .map_or(String::new(), |(_, uri)| uri.clone());
        let (number, version) = identifier(&namespace);
        self.version = version;
        self.namespace = namespace;
        let exact = match version {
            Some(version) => format!("{}.001.{version:02}", message.number()),
            None => message.number().to_owned(),
        };
        let namespace = quoted(&self.namespace);
        if number != Some(message.number()) {
            let why = format!(
                "the namespace {namespace} is not that of {}; read by the names of its elements",
                message.number()
            );
            self.remarks.warn(line, &tag.name, &why);
        } else if !version.is_some_and(|version| (1..=14).contains(&version)) {
            let why = format!("{namespace} is no version that is known (001.01 to 001.14)");
            self.remarks.warn(line, &tag.name, &why);
        }
        self.found.get_or_insert(exact);
    }

    fn open_statement(&mut self, message: Message, line: u64) {
        let part = message.part();
        if !self.header {
            self.header = true;
            self.remarks.warn(
                line,
                part,
                "the message has no group header (`GrpHdr`), which camt demands before this",
            );
        }
        self.statements += 1;
        self.level = Level::Statement(Box::new(Open {
            context: Context {
                message,
                version: self.version,
                account: BankAccountId::default(),
            },
            parts: Parts::default(),
            balances: Balances::default(),
            place: part.to_owned(),
            line,
            entries: 0,
            opened: false,
        }));
    }

    fn close(&mut self) {
        if let Some(element) = self.record.end() {
            if element.name == "TxDtls" && self.in_entry() {
                self.transaction(&element);
            } else if let Some(whole) = self.record.keep(element) {
                self.record_ends(&whole);
            }
            return;
        }
        let Some((name, _)) = self.around.pop() else {
            return;
        };
        match std::mem::replace(&mut self.level, Level::Outside) {
            Level::Statement(open) => {
                let message = open.context.message;
                finish(*open, &mut self.remarks);
                self.level = Level::Message(message);
            }
            Level::Message(message) if Message::of(&name) != Some(message) => {
                self.level = Level::Message(message);
            }
            Level::Message(_) | Level::Outside => {}
        }
    }

    /// Is the innermost open element an entry, or its details?
    fn in_entry(&self) -> bool {
        let mut path = self.record.path();
        matches!(self.level, Level::Statement(_))
            && path.next() == Some("Ntry")
            && matches!((path.next(), path.next()), (Some("NtryDtls") | None, None))
    }

    fn transaction(&mut self, element: &Element) {
        self.record.forget();
        if let Level::Statement(open) = &self.level {
            let place = format!("Ntry {}/TxDtls", open.entries + 1);
            if PAYMENTS <= self.transactions.len() {
                self.remarks.error(
                    element.line,
                    &place,
                    "the entry has more than a million payments; this one was not read",
                );
                return;
            }
            checks::texts(element, &place, &mut self.remarks);
            let transaction = Transaction::of(element, &place, &mut self.remarks);
            self.transactions.push(transaction);
        }
    }

    fn record_ends(&mut self, element: &Element) {
        let Level::Statement(open) = &mut self.level else {
            self.header |= element.name == "GrpHdr";
            checks::texts(element, &element.name, &mut self.remarks);
            return;
        };
        match element.name.as_str() {
            "Ntry" => {
                let transactions = std::mem::take(&mut self.transactions);
                open.entry(element, transactions, &mut self.remarks);
            }
            _ => open.head(element, &mut self.remarks),
        }
    }

    fn end(mut self, line: u64, fault: Option<Fault>) -> String {
        let fault = fault.map(|Fault(why)| why);
        if let Some(why) = &fault {
            let kept = if self.found.is_some() {
                "; what stands before is kept"
            } else {
                ""
            };
            let path: Vec<&str> = self.record.path().collect();
            self.remarks
                .error(line, &path.join("/"), &format!("{why}{kept}"));
        }
        if let Level::Statement(open) = std::mem::replace(&mut self.level, Level::Outside) {
            finish(*open, &mut self.remarks);
        }
        if fault.is_none() && self.found.is_none() {
            let root = quoted(&self.root.unwrap_or_default());
            let why = format!(
                "no camt.052, camt.053 or camt.054 in the file, which begins with {root}; \
                 expected `BkToCstmrAcctRpt`, `BkToCstmrStmt` or `BkToCstmrDbtCdtNtfctn`"
            );
            self.remarks.error(line, "", &why);
        } else if fault.is_none() && self.statements == 0 {
            self.remarks
                .warn(line, "", "the message has no statement in it");
        }
        self.remarks.end();
        self.found.unwrap_or_else(|| "camt".to_owned())
    }
}

impl Open {
    fn head(&mut self, element: &Element, remarks: &mut Remarks<'_>) {
        checks::texts(element, &self.place, remarks);
        let statement = &mut self.parts.statement;
        match element.name.as_str() {
            "Id" => {
                statement.id = head::id(element);
                self.place = format!("{} {}", self.place, quoted(&statement.id));
            }
            "Acct" => {
                statement.account = head::account(element, &self.place, remarks);
                self.context.account = statement.account.clone();
            }
            "FrToDt" => {
                [statement.from, statement.to] = head::span(element, &self.place, remarks);
            }
            "Bal" => self.balances.take(element, &self.place, remarks),
            _ => {}
        }
    }

    fn entry(
        &mut self,
        element: &Element,
        transactions: Vec<Transaction>,
        remarks: &mut Remarks<'_>,
    ) {
        self.entries += 1;
        if self.entries == 1 {
            // Balances stand before entries: the first part is to have the opening one.
            self.parts.statement.opening = self.balances.ends(self.context.account.currency).0;
            self.opened = self.parts.statement.opening.is_some();
        }
        let place = format!("Ntry {}", self.entries);
        checks::entry(element, &place, remarks);
        checks::texts(element, &place, remarks);
        let entry = Entry {
            element,
            transactions,
            place: &place,
        };
        if let Some(line) = entry.line(&self.context, remarks) {
            self.parts.push(line, remarks.sink);
        }
    }
}

fn finish(mut open: Open, remarks: &mut Remarks<'_>) {
    let (opening, closing) = open.balances.ends(open.context.account.currency);
    let statement = &mut open.parts.statement;
    statement.closing = closing;
    if !open.opened {
        statement.opening = opening;
    }
    if let (Some(opening), Some(closing)) = (opening, closing)
        && opening.amount.currency() != closing.amount.currency()
    {
        let why = format!(
            "the opening balance is in {}, the closing balance in {}; nothing ties out",
            opening.amount.currency(),
            closing.amount.currency()
        );
        remarks.warn(open.line, &open.place, &why);
    }
    if open.context.account == BankAccountId::default() {
        remarks.warn(
            open.line,
            &open.place,
            "the statement does not say of which account it is (`Acct`)",
        );
    }
    let place = format!("line {}, {}", open.line, open.place);
    open.parts.finish(&place, remarks.sink);
}

/// Prefixes with the namespaces that a tag declares for them.
fn declared(tag: &Tag) -> Vec<(String, String)> {
    let declared = tag.attributes.iter().filter_map(|(name, value)| {
        let prefix = match name.strip_prefix("xmlns")? {
            "" => "",
            rest => rest.strip_prefix(':')?,
        };
        Some((prefix.to_owned(), value.trim().to_owned()))
    });
    declared.collect()
}

/// The number of the message and its version, from `…:camt.053.001.08`.
fn identifier(namespace: &str) -> (Option<&'static str>, Option<u32>) {
    for number in ["camt.052", "camt.053", "camt.054"] {
        if let Some((_, rest)) = namespace.split_once(number) {
            let version = rest
                .strip_prefix(".001.")
                .and_then(|rest| rest.get(..2))
                .and_then(|digits| digits.parse().ok());
            return (Some(number), version);
        }
    }
    (None, None)
}
