//! Import of bank files: every line once, however often and in however many files it comes.
//!
//! A line is known again by its account, day, amount and the bank's reference (or its text
//! where the bank gives none), counted among equals of one statement. Statements stream: a
//! part is written as soon as it is read.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::money::{Currency, Money};
use formats::bank::{
    BankLine, BankStatement, Counterparty, LineDetail, LineStatus, References, Sink,
};
use formats::{Problem, bank as bank_files};
use sha2::{Digest, Sha256};

use crate::audit::hex;
use crate::bank::{self, BankAccount, sql};
use crate::db::Db;
use crate::failure::{Failure, Outcome};
use crate::imports::{ImportReport, Source, once};
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

/// Imports one bank file.
pub fn import(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    source: &Source<'_>,
    partial: bool,
) -> Outcome<ImportReport> {
    once(
        db,
        context,
        entity,
        "statements",
        source,
        partial,
        |work, report| {
            let accounts = bank::accounts(work)?;
            let file_id = report.file_id;
            let may_register = accounts.is_empty();
            let reader = (source.open)().map_err(crate::failure::Fault::from)?;
            let mut taker = Taker {
                work,
                accounts,
                may_register,
                file_id,
                report,
                statement: None,
                failure: None,
                occurrences: HashMap::new(),
            };
            let format = bank_files::read(reader, &mut taker);
            let failure = taker.failure.take();
            report.format = format.unwrap_or_default();
            failure.map_or(Ok(()), Err)
        },
    )
}

/// Writes statements as they are read.
struct Taker<'t, 'w> {
    work: &'t mut Work<'w>,
    accounts: Vec<BankAccount>,
    may_register: bool,
    file_id: i64,
    report: &'t mut ImportReport,
    /// The statement at hand and its account; nothing when its account is not ours.
    statement: Option<(i64, BankAccount)>,
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
        if !continues {
            self.statement = self.begin(statement)?;
            self.occurrences.clear();
        }
        let Some((statement_id, account)) = self.statement.clone() else {
            return Ok(());
        };
        let mut rows = Vec::new();
        for (place, line) in statement.lines.iter().enumerate() {
            self.add_line(statement, statement_id, &account, place, line, &mut rows);
        }
        let fingerprints: Vec<String> = rows.iter().map(|row| row.fingerprint.clone()).collect();
        let known = sql::known_fingerprints(self.work, account.id, &fingerprints)?;
        let whole = rows.iter().filter(|row| row.part == 0);
        self.report.already_known +=
            whole.filter(|row| known.contains(&row.fingerprint)).count() as u64;
        rows.retain(|row| !known.contains(&row.fingerprint));
        self.report.accepted += rows.iter().filter(|row| row.part == 0).count() as u64;
        sql::insert_lines(self.work, &rows)?;
        Ok(())
    }

    fn begin(&mut self, statement: &BankStatement) -> Outcome<Option<(i64, BankAccount)>> {
        let id = &statement.account;
        let currency = id.currency.or_else(|| currency_of(statement));
        let found = bank::find(&self.accounts, &id.id, id.bank.as_deref(), currency).cloned();
        let account = match (found, currency) {
            (Some(account), _) => account,
            (None, Some(currency)) if self.may_register && !id.id.is_empty() => {
                self.register(statement, currency)?
            }
            (None, _) => {
                let known: Vec<String> = self
                    .accounts
                    .iter()
                    .map(|account| format!("{} {}", account.number, account.currency))
                    .collect();
                self.report.problems.push(Problem::error(
                    format!("statement {}", statement.id),
                    format!(
                        "account {} {} is none of our bank accounts ({}); add it with \
                         `import company` or leave the statement out",
                        id.id,
                        currency.map_or_else(String::new, |currency| currency.to_string()),
                        known.join(", ")
                    ),
                ));
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
            opening: statement.opening.map(|balance| balance.amount.minor()),
            closing: statement.closing.map(|balance| balance.amount.minor()),
        };
        sql::insert_statement(self.work, &row)?;
        Ok(Some((row.id, account)))
    }

    /// The first statements of a book without bank accounts name them.
    fn register(&mut self, statement: &BankStatement, currency: Currency) -> Outcome<BankAccount> {
        let id = &statement.account;
        let bank = id.bank.clone().unwrap_or_default();
        let code = format!("{}{}", currency, self.accounts.len() + 1);
        let account = bank::open_account(self.work, &code, &id.id, currency, "", &bank)?;
        self.report
            .notes
            .push(format!("bank account {} {currency} was registered", id.id));
        self.accounts.push(account.clone());
        Ok(account)
    }

    fn add_line(
        &mut self,
        statement: &BankStatement,
        statement_id: i64,
        account: &BankAccount,
        place: usize,
        line: &BankLine,
        rows: &mut Vec<LineRow>,
    ) {
        let booked_on = match booked_on(statement, account, line) {
            Ok(day) => day,
            Err(message) => {
                let place = format!("statement {}, line {}", statement.id, place + 1);
                self.report.problems.push(Problem::error(place, message));
                return;
            }
        };
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
            statement_id,
            bank_account_id: account.id,
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

/// The day of a line, or why it cannot be taken.
fn booked_on(
    statement: &BankStatement,
    account: &BankAccount,
    line: &BankLine,
) -> Result<Date, String> {
    if line.amount.currency() != account.currency {
        let own = line.amount.currency();
        return Err(format!("is in {own} on an account in {}", account.currency));
    }
    let day = line.booked_on.or(line.value_on).or(statement.to);
    day.ok_or_else(|| "has no date; expected a booking or value date".to_owned())
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

fn currency_of(statement: &BankStatement) -> Option<Currency> {
    let balance = statement.closing.or(statement.opening);
    balance
        .map(|balance| balance.amount.currency())
        .or_else(|| statement.lines.first().map(|line| line.amount.currency()))
}

fn told_apart_by(reference: &str, counterparty: &Counterparty, remittance: &[String]) -> String {
    if !reference.is_empty() && reference != "NONREF" {
        return reference.to_owned();
    }
    let name = counterparty.name.as_deref().unwrap_or_default();
    let account = counterparty.account.as_deref().unwrap_or_default();
    format!("{name}|{account}|{}", remittance.join("|"))
}
