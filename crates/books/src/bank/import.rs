//! Import of bank files: every line once, however often and in however many files it comes.
//!
//! A line is known again by its account, day, amount and the bank's reference (or its text
//! where the bank gives none), counted among equals of one statement. Statements stream: a
//! part is written as soon as it is read. A whole statement may come again in another form.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use domain::calendar::Date;
use domain::money::{AmountError, Currency, Money};
use formats::bank::csv::CsvProfile;
use formats::bank::{
    Balance, BankLine, BankStatement, Counterparty, LineDetail, LineStatus, References, Sink,
};
use formats::{Problem, bank as bank_files};
use sha2::{Digest, Sha256};

use crate::audit::hex;
use crate::bank::forms::{self, Booked, Form};
use crate::bank::whose::{self, Accounts, Whose};
use crate::bank::{self, BankAccount, sql};
use crate::db::Db;
use crate::failure::{Failure, Outcome};
use crate::imports::{ImportReport, NotTaken, Source, once};
use crate::work::{Context, Work};

/// One statement as stored.
pub(super) struct StatementRow {
    pub(super) id: i64,
    pub(super) file_id: i64,
    pub(super) bank_account_id: i64,
    pub(super) reference: String,
    pub(super) starts_on: Option<Date>,
    pub(super) ends_on: Option<Date>,
    pub(super) currency: String,
    pub(super) opening: Option<i64>,
    pub(super) closing: Option<i64>,
}

impl StatementRow {
    /// What lies between its balances, where both are told.
    fn moved(&self, currency: Currency) -> Option<Money> {
        let balance = |minor| Money::new(minor, currency);
        Some(balance(self.closing?) - balance(self.opening?))
    }
}

/// One line, or one payment of a line, as stored.
pub(super) struct LineRow {
    pub(super) id: i64,
    pub(super) statement_id: i64,
    pub(super) bank_account_id: i64,
    pub(super) parent_id: Option<i64>,
    pub(super) part: i64,
    pub(super) reference: String,
    pub(super) booked_on: Date,
    pub(super) value_on: Option<Date>,
    pub(super) amount: Money,
    pub(super) status: &'static str,
    pub(super) code: String,
    pub(super) is_reversal: bool,
    pub(super) counterparty: Counterparty,
    pub(super) references: References,
    pub(super) remittance: Vec<String>,
    pub(super) instructed: Option<Money>,
    pub(super) charges: Option<Money>,
    pub(super) batch_id: String,
    pub(super) batch_count: Option<i64>,
    pub(super) detail_count: i64,
    pub(super) fingerprint: String,
}

fn is_booked(row: &LineRow) -> bool {
    row.part == 0 && row.status == "booked"
}

/// The booked lines among these.
fn booked(rows: &[LineRow]) -> impl Iterator<Item = Booked> {
    let booked = rows.iter().filter(|row| is_booked(row));
    booked.map(|row| Booked {
        statement_id: row.statement_id,
        booked_on: row.booked_on,
        amount: row.amount.minor(),
        reference: row.reference.clone(),
    })
}

/// The time that holds both.
fn both((from, until): (Date, Date), other: (Date, Date)) -> (Date, Date) {
    (from.min(other.0), until.max(other.1))
}

/// How bank files are to be read, beyond what they say themselves.
#[derive(Clone, Copy, Default)]
pub struct Reading<'a> {
    /// Take the good lines even when others are refused.
    pub partial: bool,
    /// What the columns mean, where the files are CSV of no known bank.
    pub profile: Option<&'a CsvProfile>,
    /// The currency of statements that name none.
    pub currency: Option<Currency>,
}

/// Imports one bank file.
pub fn import(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    source: &Source<'_>,
    reading: Reading<'_>,
) -> Outcome<ImportReport> {
    once(
        db,
        context,
        entity,
        "statements",
        source,
        reading.partial,
        |work, report| {
            let known = bank::accounts(work)?;
            let file_id = report.file_id;
            let accounts = Accounts {
                opens_new: known.is_empty(),
                known,
                said: reading.currency.filter(|currency| !currency.is_none()),
            };
            let reader = (source.open)().map_err(crate::failure::Fault::from)?;
            let mut taker = Taker {
                work,
                accounts,
                file_id,
                report,
                statement: None,
                head: None,
                in_parts: false,
                brought: None,
                failure: None,
                occurrences: HashMap::new(),
            };
            let format = match reading.profile {
                None => bank_files::read(reader, &mut taker),
                Some(profile) => bank_files::read_with(reader, &mut taker, &|input, sink| {
                    bank_files::csv::read_profile(profile, input, sink)
                }),
            };
            let mut failure = taker.failure.take();
            if failure.is_none() {
                failure = taker.end().err();
            }
            report.format = format.unwrap_or_default();
            failure.map_or(Ok(()), Err)
        },
    )
}

/// A statement that is being taken in.
#[derive(Clone)]
struct Begun {
    id: i64,
    account: BankAccount,
    /// How its lines are named in problems.
    place: String,
    /// Whether its sums are in no currency until they are taken in that of the account.
    is_unnamed: bool,
    /// Whether the account had no line before it: then none of its own can be known, for equals
    /// of one statement are counted.
    is_first: bool,
}

/// A balance in minor units of the account's currency.
fn minor(balance: Balance, account: &BankAccount, is_unnamed: bool) -> Result<i64, AmountError> {
    if !is_unnamed {
        return Ok(balance.amount.minor());
    }
    Money::exactly(balance.amount.decimal(), account.currency).map(Money::minor)
}

/// Writes statements as they are read.
struct Taker<'t, 'w> {
    work: &'t mut Work<'w>,
    accounts: Accounts,
    file_id: i64,
    report: &'t mut ImportReport,
    /// The statement at hand; nothing when it is not taken.
    statement: Option<Begun>,
    /// Its row, written once its last part told the balance in the end.
    head: Option<StatementRow>,
    /// Whether it is so long that it comes in parts.
    in_parts: bool,
    /// The first and last day of its booked lines that were not there.
    brought: Option<(Date, Date)>,
    failure: Option<Failure>,
    occurrences: HashMap<[u8; 32], u32>,
}

impl Sink for Taker<'_, '_> {
    fn statement(&mut self, statement: BankStatement, continues: bool) {
        if self.failure.is_some() {
            return;
        }
        if let Err(failure) = self.take(&statement, continues) {
            self.failure = Some(failure);
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.report.problems.push(problem);
    }
}

impl Taker<'_, '_> {
    fn take(&mut self, statement: &BankStatement, continues: bool) -> Outcome<()> {
        if continues {
            self.go_on(statement);
        } else {
            self.end()?;
            (self.statement, self.head) = self.begin(statement)?.unzip();
            (self.in_parts, self.brought) = (false, None);
            self.occurrences.clear();
        }
        let Some(begun) = self.statement.clone() else {
            return Ok(());
        };
        let mut rows = Vec::new();
        for (place, line) in statement.lines.iter().enumerate() {
            let taken = taken(&begun, statement, line);
            match taken {
                Ok((line, booked_on)) => self.add_line(&begun, &line, booked_on, &mut rows),
                Err(message) => {
                    let place = format!("{}, line {}", begun.place, place + 1);
                    self.report.problems.push(Problem::error(place, message));
                }
            }
        }
        let mut known = if begun.is_first {
            HashSet::new()
        } else {
            let own: Vec<&str> = rows.iter().map(|row| row.fingerprint.as_str()).collect();
            sql::known_fingerprints(self.work, begun.account.id, &own)?
        };
        let is_new = !continues && !begun.is_first;
        if is_new && let Some(message) = self.differs(&begun, &rows, &mut known)? {
            let problem = Problem::error(begun.place, message);
            self.report.problems.push(problem);
            (self.statement, self.head) = (None, None);
            return Ok(());
        }
        let whole = rows.iter().filter(|row| row.part == 0);
        self.report.already_known +=
            whole.filter(|row| known.contains(&row.fingerprint)).count() as u64;
        rows.retain(|row| !known.contains(&row.fingerprint));
        self.report.accepted += rows.iter().filter(|row| row.part == 0).count() as u64;
        let days = booked(&rows).map(|line| (line.booked_on, line.booked_on));
        self.brought = self.brought.into_iter().chain(days).reduce(both);
        sql::insert_lines(self.work, &rows)?;
        Ok(())
    }

    /// A further part of the statement at hand: the last one has its end.
    fn go_on(&mut self, part: &BankStatement) {
        self.in_parts = true;
        let (Some(head), Some(begun)) = (&mut self.head, &self.statement) else {
            return;
        };
        let ends_on = part.to.or(part.closing.and_then(|balance| balance.on));
        head.ends_on = head.ends_on.max(ends_on);
        if let Some(balance) = part.closing {
            match minor(balance, &begun.account, begun.is_unnamed) {
                Ok(closing) => head.closing = Some(closing),
                Err(error) => {
                    let message = format!("has a balance that cannot be its account's: {error}");
                    let problem = Problem::error(begun.place.clone(), message);
                    self.report.problems.push(problem);
                }
            }
        }
    }

    /// Keeps the statement at hand.
    fn end(&mut self) -> Outcome<()> {
        let Some(head) = self.head.take() else {
            return Ok(());
        };
        if self.in_parts
            && let Some(days) = self.brought
            && let Some(begun) = self.statement.clone()
            && let Some(message) = self.is_there(&head, &begun, days)?
        {
            self.report
                .problems
                .push(Problem::error(begun.place, message));
            return Err(NotTaken.into());
        }
        Ok(sql::insert_statement(self.work, &head)?)
    }

    /// Says that a statement whose lines are written is there in another form: it is too long to
    /// tell before.
    fn is_there(
        &mut self,
        head: &StatementRow,
        begun: &Begun,
        days: (Date, Date),
    ) -> Outcome<Option<String>> {
        let Some(moved) = head.moved(begun.account.currency) else {
            return Ok(None);
        };
        let Some(there) = sql::known_statement(self.work, head)? else {
            return Ok(None);
        };
        let lines = sql::booked_between(self.work, begun.account.id, days)?;
        let (own, others): (Vec<Booked>, Vec<Booked>) = lines
            .into_iter()
            .partition(|line| line.statement_id == head.id);
        Ok(match forms::compare(&there, &own, others, moved) {
            Form::Another => None,
            Form::Differs(message) => Some(message),
            Form::Same => Some(format!(
                "is there already as statement {}, in another form; leave it out, or its money \
                 comes twice",
                there.name()
            )),
        })
    }

    /// Adds the lines of a statement that is there in another form to those that are known; says
    /// what differs where they are other lines with the same sum.
    fn differs(
        &mut self,
        begun: &Begun,
        rows: &[LineRow],
        known: &mut HashSet<String>,
    ) -> Outcome<Option<String>> {
        let Some(head) = &self.head else {
            return Ok(None);
        };
        let (Some(last), Some(moved)) = (head.ends_on, head.moved(begun.account.currency)) else {
            return Ok(None);
        };
        let is_new = |row: &LineRow| is_booked(row) && !known.contains(&row.fingerprint);
        if !rows.iter().any(is_new) {
            return Ok(None);
        }
        let Some(there) = sql::known_statement(self.work, head)? else {
            return Ok(None);
        };
        let own: Vec<Booked> = booked(rows).collect();
        let days = own.iter().map(|line| line.booked_on);
        let days = days.chain(head.starts_on).map(|day| (day, day));
        let days = days.fold((last, last), both);
        let lines = sql::booked_between(self.work, begun.account.id, days)?;
        match forms::compare(&there, &own, lines, moved) {
            Form::Another => Ok(None),
            Form::Differs(message) => Ok(Some(message)),
            Form::Same => {
                let booked = rows.iter().filter(|row| row.status == "booked");
                known.extend(booked.map(|row| row.fingerprint.clone()));
                Ok(None)
            }
        }
    }

    fn begin(&mut self, statement: &BankStatement) -> Outcome<Option<(Begun, StatementRow)>> {
        let place = whose::place(statement);
        let account = match self.accounts.whose(statement) {
            Whose::Ours { account, remark } => {
                let remark = remark.map(|remark| Problem::warning(place.clone(), remark));
                self.report.problems.extend(remark);
                account
            }
            Whose::New(currency) => self.register(statement, currency)?,
            Whose::Nobody(message) => {
                self.report.problems.push(Problem::error(place, message));
                return Ok(None);
            }
        };
        let is_unnamed = whose::named(statement).is_none();
        let balance = |balance: Option<Balance>| -> Result<Option<i64>, AmountError> {
            balance
                .map(|balance| minor(balance, &account, is_unnamed))
                .transpose()
        };
        let balances = balance(statement.opening)
            .and_then(|opening| Ok((opening, balance(statement.closing)?)));
        let (opening, closing) = match balances {
            Ok(balances) => balances,
            Err(error) => {
                let message = format!("has a balance that cannot be its account's: {error}");
                self.report.problems.push(Problem::error(place, message));
                return Ok(None);
            }
        };
        let row = StatementRow {
            id: self.work.ids.take(),
            file_id: self.file_id,
            bank_account_id: account.id,
            reference: statement.id.clone(),
            starts_on: statement
                .from
                .or(statement.opening.and_then(|balance| balance.on)),
            ends_on: statement
                .to
                .or(statement.closing.and_then(|balance| balance.on)),
            currency: account.currency.code().to_owned(),
            opening,
            closing,
        };
        let begun = Begun {
            id: row.id,
            is_first: !sql::has_lines(self.work, account.id)?,
            account,
            place,
            is_unnamed,
        };
        Ok(Some((begun, row)))
    }

    /// The first statements of a book without bank accounts name them.
    fn register(&mut self, statement: &BankStatement, currency: Currency) -> Outcome<BankAccount> {
        let id = &statement.account;
        let bank = id.bank.clone().unwrap_or_default();
        let code = format!("{}{}", currency, self.accounts.known.len() + 1);
        let account = bank::open_account(self.work, &code, &id.id, currency, "", &bank)?;
        self.report
            .notes
            .push(format!("bank account {} {currency} was registered", id.id));
        self.accounts.known.push(account.clone());
        Ok(account)
    }

    fn add_line(
        &mut self,
        begun: &Begun,
        line: &BankLine,
        booked_on: Date,
        rows: &mut Vec<LineRow>,
    ) {
        let status = match line.status {
            LineStatus::Booked => "booked",
            LineStatus::Pending => "pending",
        };
        let key = [
            booked_on.to_string(),
            line.amount.minor().to_string(),
            status.to_owned(),
            told_apart_by(&line.reference, &line.counterparty, &line.remittance),
        ];
        let fingerprint = self.fingerprint(&key);
        let id = self.work.ids.take();
        rows.push(LineRow {
            id,
            statement_id: begun.id,
            bank_account_id: begun.account.id,
            parent_id: None,
            part: 0,
            reference: line.reference.clone(),
            booked_on,
            value_on: line.value_on,
            amount: line.amount,
            status,
            code: line.code.clone(),
            is_reversal: line.reversal,
            counterparty: line.counterparty.clone(),
            references: line.references.clone(),
            remittance: line.remittance.clone(),
            instructed: line.instructed,
            charges: line.charges,
            batch_id: line.batch_id.clone().unwrap_or_default(),
            batch_count: line.batch_count.map(i64::from),
            detail_count: line.details.len() as i64,
            fingerprint,
        });
        for (part, detail) in line.details.iter().enumerate() {
            let detail_id = self.work.ids.take();
            let whole = rows.iter().rev().find(|row| row.id == id);
            let row = whole.map(|whole| detail_row(whole, detail_id, part as i64 + 1, detail));
            rows.extend(row);
        }
    }

    /// The hash of what tells a line apart, and its place among equals of the statement.
    fn fingerprint(&mut self, key: &[String]) -> String {
        let mut hasher = Sha256::new();
        for part in key {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let occurrence = self.occurrences.entry(hash).or_default();
        *occurrence += 1;
        format!("{}:{occurrence}", hex(&hash[..16]))
    }
}

/// A line in the currency of its account, with its day, or why it cannot be taken.
fn taken<'l>(
    begun: &Begun,
    statement: &BankStatement,
    line: &'l BankLine,
) -> Result<(Cow<'l, BankLine>, Date), String> {
    let own = begun.account.currency;
    let line = if begun.is_unnamed {
        let named = line.clone().with_currency(own);
        Cow::Owned(named.map_err(|error| error.to_string())?)
    } else {
        Cow::Borrowed(line)
    };
    let currency = line.amount.currency();
    if currency != own {
        return Err(format!("is in {currency} on an account in {own}"));
    }
    let day = line.booked_on.or(line.value_on).or(statement.to);
    let day = day.ok_or_else(|| "has no date; expected a booking or value date".to_owned())?;
    Ok((line, day))
}

/// One payment of a line that sums up several; what it does not say itself it has from the line.
fn detail_row(whole: &LineRow, id: i64, part: i64, detail: &LineDetail) -> LineRow {
    LineRow {
        id,
        statement_id: whole.statement_id,
        bank_account_id: whole.bank_account_id,
        parent_id: Some(whole.id),
        part,
        reference: detail.reference.clone(),
        booked_on: whole.booked_on,
        value_on: whole.value_on,
        amount: detail.amount,
        status: whole.status,
        code: whole.code.clone(),
        is_reversal: detail.reversal || whole.is_reversal,
        counterparty: detail.counterparty.clone(),
        references: detail.references.clone(),
        remittance: detail.remittance.clone(),
        instructed: detail.instructed,
        charges: detail.charges,
        batch_id: String::new(),
        batch_count: None,
        detail_count: 0,
        fingerprint: format!("{}.{part}", whole.fingerprint),
    }
}

fn told_apart_by(reference: &str, counterparty: &Counterparty, remittance: &[String]) -> String {
    if !reference.is_empty() && reference != "NONREF" {
        return reference.to_owned();
    }
    let name = counterparty.name.as_deref().unwrap_or_default();
    let account = counterparty.account.as_deref().unwrap_or_default();
    format!("{name}|{account}|{}", remittance.join("|"))
}
