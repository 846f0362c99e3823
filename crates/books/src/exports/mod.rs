//! The ledger for other programs: hledger and beancount journals, and CSV.
//!
//! Amounts are functional, so that every program finds the balances of our trial balance; the
//! transaction amount goes along as a tag. Rows stream: a large journal needs no memory.

mod beancount;
mod csv;
mod hledger;
mod sql;

use std::collections::BTreeMap;
use std::io::Write;

use domain::calendar::Date;
use domain::money::{Currency, Money};

use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// For which program a journal is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JournalFormat {
    /// hledger's journal format.
    Hledger,
    /// Beancount, version 2 or 3.
    Beancount,
    /// Comma-separated values, a row for each line.
    Csv,
}

impl JournalFormat {
    /// Every format with the word that names it.
    pub const ALL: &[(&str, JournalFormat)] = &[
        ("hledger", JournalFormat::Hledger),
        ("beancount", JournalFormat::Beancount),
        ("csv", JournalFormat::Csv),
    ];

    /// The format of a word.
    pub fn parse(word: &str) -> Option<JournalFormat> {
        let known = JournalFormat::ALL.iter().find(|(name, _)| *name == word);
        known.map(|(_, format)| *format)
    }
}

/// What stands before the entries.
struct Head {
    entity: String,
    functional: Currency,
    accounts: BTreeMap<String, Account>,
    first_day: Date,
}

/// An account of the chart.
struct Account {
    code: String,
    name: String,
    class: String,
}

/// One line of the journal with its entry's head.
struct Leg<'a> {
    number: i64,
    posted_on: Date,
    source: String,
    memo: String,
    /// The number of the document whose item the line is the consequence of.
    document: String,
    /// Is it the first of its entry?
    is_first: bool,
    account: &'a Account,
    party: String,
    amount: Money,
    functional: Money,
}

impl Leg<'_> {
    /// The memo of the entry, with the number of the document that it is the consequence of.
    fn title(&self) -> String {
        if self.source == "document" {
            one_line(&format!("{} {}", self.memo, self.document))
        } else {
            one_line(&self.memo)
        }
    }
}

/// Writes the whole journal by day and number; returns the number of entries.
pub fn journal(work: &mut Work<'_>, format: JournalFormat, out: &mut dyn Write) -> Outcome<u64> {
    let head = Head {
        entity: work.entity().name.clone(),
        functional: work.functional(),
        accounts: sql::accounts(work)?,
        first_day: sql::first_day(work)?.unwrap_or_else(|| work.day()),
    };
    match format {
        JournalFormat::Hledger => hledger::head(out, &head),
        JournalFormat::Beancount => beancount::head(out, &head),
        JournalFormat::Csv => csv::head(out),
    }
    .map_err(Fault::from)?;
    let mut entries = 0;
    sql::each_leg(work, &head, |leg| {
        entries += u64::from(leg.is_first);
        match format {
            JournalFormat::Hledger => hledger::leg(out, leg),
            JournalFormat::Beancount => beancount::leg(out, leg),
            JournalFormat::Csv => csv::leg(out, leg),
        }
        .map_err(Fault::from)
    })?;
    out.flush().map_err(Fault::from)?;
    Ok(entries)
}

/// Text on one line.
fn one_line(text: &str) -> String {
    let spaced = text.replace(|sign: char| sign.is_control(), " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
