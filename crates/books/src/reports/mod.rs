//! Reports: questions about the books as of a date, as known at a moment.
//!
//! One file for each report and one row in [`REPORTS`]. Every report answers with a [`Table`];
//! the writers turn a table into CSV, JSON or XLSX. Signs live in the report: a receivable is
//! above zero when it is owed to us, a payable when we owe it.

mod aging;
mod bank_reconciliation;
mod carried;
mod cash_confidence;
mod cash_position;
pub mod controls;
mod credit;
mod documents;
mod journal;
mod known;
pub mod lists;
mod short_pays;
mod statement;
mod table;
mod tie_out;
mod trial_balance;
mod withholding;
mod write;

use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::documents::Side;
use domain::refusal::Refusal;
use jiff::Timestamp;

pub use carried::{Carried, Window};
pub use table::{Cell, Column, ColumnKind, Table};
pub use write::{WriteFailure, csv, json, safe_text, xlsx};

use crate::access;
use crate::failure::Outcome;
use crate::work::Work;

/// How the rows are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// One row for each party and currency.
    Party,
    /// One row for each party, region and currency.
    Region,
    /// One row for each currency.
    Currency,
    /// One row for each document.
    Document,
    /// One row for each reason and currency.
    Reason,
    /// One row for each owner and currency.
    Owner,
    /// One row for each span of days and currency.
    Age,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The date that it is about.
    pub as_of: Date,
    /// The first date, where a report has a span; each report says what it begins with else.
    pub from: Option<Date>,
    /// The moment of knowledge that it is asked with; none is now.
    pub known_at: Option<Timestamp>,
    /// The side of the house.
    pub side: Side,
    /// How the rows are grouped.
    pub by: Option<By>,
    /// The code of the party.
    pub party: Option<String>,
    /// How many rows are wanted of a journal, which has millions; none is all.
    pub most: Option<usize>,
}

impl Question {
    /// What is known of receivables at a date.
    pub fn as_of(as_of: Date) -> Question {
        Question {
            as_of,
            from: None,
            known_at: None,
            side: Side::Receivable,
            by: None,
            party: None,
            most: None,
        }
    }
}

/// What a report can be asked beside its date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    /// The first date of a span.
    From,
    /// The moment of knowledge.
    KnownAt,
    /// The side of the house.
    Side,
    /// How the rows are grouped.
    By,
    /// The party that it is about.
    Party,
}

impl Ask {
    /// The word in commands and URLs.
    pub fn word(self) -> &'static str {
        match self {
            Ask::From => "from",
            Ask::KnownAt => "known_at",
            Ask::Side => "side",
            Ask::By => "by",
            Ask::Party => "party",
        }
    }
}

/// One report.
pub struct Report {
    /// The word in commands and URLs.
    pub name: &'static str,
    /// What it shows, for people.
    pub about: &'static str,
    /// What it can be asked beside its date.
    pub asks: &'static [Ask],
    pub(crate) run: fn(&mut Work<'_>, &Question) -> Outcome<Table>,
}

impl Report {
    /// Answers it, for who may see it; what it cannot be asked is refused, never left out.
    pub fn answer(&self, work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
        demand(work, self, question)?;
        (self.run)(work, question)
    }

    /// Refuses what this report does not look at: an answer to another question would be wrong.
    fn understands(&self, question: &Question) -> Result<(), ReportRefusal> {
        let asked = [
            (Ask::From, question.from.is_some()),
            (Ask::KnownAt, question.known_at.is_some()),
            (Ask::Side, question.side != Side::Receivable),
            (Ask::By, question.by.is_some()),
            (Ask::Party, question.party.is_some()),
        ];
        let mut strange = asked
            .into_iter()
            .filter(|(ask, _)| !self.asks.contains(ask));
        match strange.find(|(_, is_asked)| *is_asked) {
            Some((ask, _)) => Err(ReportRefusal::NotAsked {
                report: self.name,
                ask,
                asks: self.asks,
            }),
            None => Ok(()),
        }
    }
}

/// Every report.
pub const REPORTS: &[Report] = &[
    Report {
        name: "aging",
        about: "Open items by days past due",
        asks: &[Ask::KnownAt, Ask::Side, Ask::By],
        run: aging::run,
    },
    Report {
        name: "trial-balance",
        about: "Opening, debits, credits and closing of every account",
        asks: &[Ask::From, Ask::KnownAt, Ask::By],
        run: trial_balance::run,
    },
    Report {
        name: "tie-out",
        about: "Control accounts and their open items, shown equal",
        asks: &[Ask::KnownAt],
        run: tie_out::run,
    },
    Report {
        name: "statement-of-account",
        about: "What a party was charged, has paid and owes",
        asks: &[Ask::From, Ask::KnownAt, Ask::Side, Ask::Party],
        run: statement::run,
    },
    Report {
        name: "journal",
        about: "Every line of the journal",
        asks: &[Ask::From, Ask::KnownAt],
        run: journal::run,
    },
    Report {
        name: "bank-reconciliation",
        about: "Each bank account and day: the bank's balance and the books', to zero",
        asks: &[],
        run: bank_reconciliation::run,
    },
    Report {
        name: "short-pays",
        about: "Open short-pays by reason, owner or age",
        asks: &[Ask::KnownAt, Ask::By],
        run: short_pays::run,
    },
    Report {
        name: "cash-position",
        about: "Cash received, applied and waiting, by age",
        asks: &[],
        run: cash_position::run,
    },
    Report {
        name: "cash-confidence",
        about: "Confidence of cash application by ground, as measured on earlier payments",
        asks: &[],
        run: cash_confidence::run,
    },
    Report {
        name: "documents",
        about: "Documents of one party with their open amounts",
        asks: &[Ask::KnownAt, Ask::Side, Ask::Party],
        run: documents::run,
    },
    Report {
        name: "credit",
        about: "Limit, exposure, overdue amount and hold of each customer",
        asks: &[Ask::KnownAt],
        run: credit::run,
    },
    Report {
        name: "withholding",
        about: "Tax withheld by customers: covered, awaited, and since when",
        asks: &[Ask::KnownAt, Ask::Party],
        run: withholding::run,
    },
    Report {
        name: "controls",
        about: "Key controls with their status, mechanism and gap",
        asks: &[],
        run: controls::run,
    },
    Report {
        name: "access-review",
        about: "Who holds which roles, conflicts of duties, and when each person last wrote",
        asks: &[],
        run: controls::access_review,
    },
];

/// Reports that show who does what, which few may see.
const OF_CONTROL: &[&str] = &["access-review"];

/// Refuses a report that the actor may not see, and what it cannot be asked: also where its answer
/// is at hand already.
pub fn demand(work: &mut Work<'_>, report: &Report, question: &Question) -> Outcome<()> {
    let area = if OF_CONTROL.contains(&report.name) {
        Area::Users
    } else {
        Area::Cash
    };
    access::demand(work, area, Verb::See, None)?;
    Ok(report.understands(question)?)
}

/// The report of a name.
pub fn find(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.name == name)
}

/// Why a question is not answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReportRefusal {
    /// The report is about one party and none was named.
    PartyMissing,
    /// There is no party of this code.
    UnknownParty {
        /// The code.
        code: String,
    },
    /// The report cannot be grouped that way.
    NotBy {
        /// The ways in which it can.
        known: &'static str,
    },
    /// The report does not look at that.
    NotAsked {
        /// The report.
        report: &'static str,
        /// What was asked.
        ask: Ask,
        /// What it can be asked beside its date.
        asks: &'static [Ask],
    },
    /// The span ends before it begins.
    EmptySpan {
        /// Its first day.
        from: Date,
        /// Its last day.
        as_of: Date,
    },
}

impl fmt::Display for ReportRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportRefusal::PartyMissing => write!(out, "The report is about one party."),
            ReportRefusal::UnknownParty { code } => write!(out, "There is no party {code}."),
            ReportRefusal::NotBy { .. } => write!(out, "The report cannot be grouped that way."),
            ReportRefusal::NotAsked { report, ask, .. } => {
                write!(out, "The report {report} cannot be asked {}.", ask.word())
            }
            ReportRefusal::EmptySpan { from, as_of } => {
                write!(
                    out,
                    "The period from {from} ends before it begins, on {as_of}."
                )
            }
        }
    }
}

impl Refusal for ReportRefusal {
    fn code(&self) -> &'static str {
        match self {
            ReportRefusal::PartyMissing => "party_missing",
            ReportRefusal::UnknownParty { .. } => "unknown_party",
            ReportRefusal::NotBy { .. } => "not_by",
            ReportRefusal::NotAsked { .. } => "not_asked",
            ReportRefusal::EmptySpan { .. } => "empty_span",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ReportRefusal::PartyMissing => "name it with --party CODE".into(),
            ReportRefusal::UnknownParty { .. } => "see the codes in `duebook report aging`".into(),
            ReportRefusal::NotBy { known } => format!("ask --by {known}"),
            ReportRefusal::NotAsked { asks: [], .. } => "ask it by its date alone".into(),
            ReportRefusal::NotAsked { asks, .. } => {
                let words: Vec<&str> = asks.iter().map(|ask| ask.word()).collect();
                format!("beside its date it can be asked {}", words.join(", "))
            }
            ReportRefusal::EmptySpan { .. } => "choose --from no later than --as-of".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            ReportRefusal::PartyMissing | ReportRefusal::UnknownParty { .. } => "party",
            ReportRefusal::NotBy { .. } => "by",
            ReportRefusal::NotAsked { ask, .. } => ask.word(),
            ReportRefusal::EmptySpan { .. } => "from",
        })
    }
}
