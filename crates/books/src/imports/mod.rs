//! Imports: master data, opening items, orders, rates and history from files.
//!
//! The same content twice changes nothing and says so. A file is taken whole or not at all,
//! unless the caller asks for the good rows alone.

mod company;
mod contacts;
mod history;
mod open_items;
mod orders;
mod parties;
mod rates;
pub(crate) mod sql;
mod withheld;

use std::fmt;
use std::io::{self, BufReader, Read};

use domain::access::{Area, Verb};
use domain::documents::Side;
use domain::refusal::Refusal;
use formats::Problem;
use formats::exchange::Kind;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::access;
use crate::audit::hex;
use crate::db::Db;
use crate::failure::{Failure, Fault, Outcome};
use crate::work::{Context, Work};

pub(crate) use company::currency;
pub use company::{Settings, settings};
pub(crate) use parties::{add_parties, not_yet};

/// Something to import: a name for people, and a way to read it from the start again.
pub struct Source<'a> {
    /// The file's name.
    pub name: String,
    /// Opens the content.
    pub open: &'a dyn Fn() -> io::Result<Box<dyn Read>>,
}

impl Source<'_> {
    pub(crate) fn reader(&self) -> Result<BufReader<Box<dyn Read>>, Fault> {
        Ok(BufReader::with_capacity(1 << 18, (self.open)()?))
    }

    /// The hash by which the content is known again.
    pub(crate) fn sha256(&self) -> Result<String, Fault> {
        let mut hasher = Sha256::new();
        let mut reader = (self.open)()?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = reader.read(&mut buffer)?;
            if count == 0 {
                return Ok(hex(&hasher.finalize()));
            }
            hasher.update(&buffer[..count]);
        }
    }
}

/// How a file is to be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Take the good rows even when others are refused.
    pub partial: bool,
    /// Which side opening items belong to.
    pub side: Side,
}

/// What became of one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportReport {
    /// The file's name.
    pub name: String,
    /// What it holds: `customers`, `statements`, …
    pub kind: String,
    /// The exact format, where there are several.
    pub format: String,
    /// Records taken.
    pub accepted: u64,
    /// Records that were there already.
    pub already_known: u64,
    /// Records refused, each with its place, and remarks about taken ones.
    pub problems: Vec<Problem>,
    /// Whether this very content had been taken before.
    pub known_file: bool,
    /// Whether nothing was taken because of the refusals.
    pub rolled_back: bool,
    /// Remarks for people.
    pub notes: Vec<String>,
    /// Under which id the file is kept.
    pub(crate) file_id: i64,
    /// The content, where it is kept.
    pub(crate) content: Option<Vec<u8>>,
}

impl ImportReport {
    /// Refused records.
    pub fn refused(&self) -> usize {
        let is_error = |problem: &&Problem| problem.severity == formats::Severity::Error;
        self.problems.iter().filter(is_error).count()
    }
}

/// Inside an import: the file had refusals and is not taken.
#[derive(Debug)]
pub(crate) struct NotTaken;

impl fmt::Display for NotTaken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "The file has records that cannot be imported.")
    }
}

impl Refusal for NotTaken {
    fn code(&self) -> &'static str {
        "import_refused"
    }

    fn hint(&self) -> Option<String> {
        Some("correct the records named, or import the good ones with --partial".into())
    }
}

/// Imports one file of master data, opening items, orders, rates or history.
pub fn import(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    kind: Kind,
    source: &Source<'_>,
    options: Options,
) -> Outcome<ImportReport> {
    once(
        db,
        context,
        entity,
        word(kind),
        source,
        options.partial,
        |work, report| match kind {
            Kind::Company => company::take(work, source, report),
            Kind::Customers => parties::take(work, source, parties::Role::Customer, report),
            Kind::Vendors => parties::take(work, source, parties::Role::Vendor, report),
            Kind::OpenItems => open_items::take(work, source, options.side, report),
            Kind::Orders => orders::take(work, source, report),
            Kind::Rates => rates::take(work, source, report),
            Kind::History => history::take(work, source, report),
            Kind::Contacts => contacts::take(work, source, report),
        },
    )
}

/// Was a file of this content taken before?
pub(crate) fn is_known(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    purpose: &'static str,
    source: &Source<'_>,
) -> Outcome<bool> {
    let sha256 = source.sha256()?;
    db.read(context, entity, |work| {
        Ok(sql::known_file(work, purpose, &sha256)?.is_some())
    })
}

/// Takes a file exactly once: known content is answered at once, a file with refusals leaves
/// nothing behind unless `partial`.
pub(crate) fn once(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    purpose: &'static str,
    source: &Source<'_>,
    partial: bool,
    take: impl Fn(&mut Work<'_>, &mut ImportReport) -> Outcome<()>,
) -> Outcome<ImportReport> {
    let sha256 = source.sha256()?;
    let mut last = ImportReport::default();
    let done = db.write(context, entity, |work| {
        let mut report = ImportReport {
            name: source.name.clone(),
            kind: purpose.to_owned(),
            file_id: work.ids.take(),
            ..ImportReport::default()
        };
        if let Some((accepted, format)) = sql::known_file(work, purpose, &sha256)? {
            report.known_file = true;
            report.already_known = accepted.cast_unsigned();
            report.format = format;
            last = report;
            return Ok(());
        }
        match purpose {
            // Whose contacts they are decides, row by row.
            "contacts" => access::demand_hand(work)?,
            _ => access::demand(work, area_of(purpose), Verb::Do, None)?,
        }
        let taken = take(work, &mut report);
        let refused = report.refused();
        last = report;
        taken?;
        if 0 < refused && (!partial || last.accepted + last.already_known == 0) {
            return Err(Failure::from(NotTaken));
        }
        sql::insert_file(work, purpose, &sha256, &last)?;
        let detail = json!({
            "sha256": sha256, "accepted": last.accepted, "already_known": last.already_known,
            "refused": refused,
        });
        work.note("import", format!("{purpose} {}", last.name), detail);
        Ok(())
    });
    match done {
        Ok(()) => Ok(last),
        Err(Failure::Refused(refusal)) if refusal.code() == "import_refused" => {
            last.rolled_back = true;
            last.accepted = 0;
            Ok(last)
        }
        Err(failure) => Err(failure),
    }
}

/// May the actor take files of this kind in? `purpose` is the word of commands.
pub fn may_take(work: &mut Work<'_>, purpose: &str) -> Outcome<bool> {
    match purpose {
        "contacts" => Ok(access::demand_hand(work).is_ok()),
        _ => access::may(work, area_of(purpose), Verb::Do),
    }
}

/// Keeps a paper that something else rests on, as it came, and answers with its id; the same
/// content is kept once.
pub(crate) fn keep_paper(
    work: &mut Work<'_>,
    purpose: &'static str,
    (name, content): (&str, &[u8]),
) -> Result<i64, Fault> {
    let sha256 = crate::audit::hex(&Sha256::digest(content));
    if let Some(known) = sql::paper(work, purpose, &sha256)? {
        return Ok(known);
    }
    let report = ImportReport {
        name: name.to_owned(),
        kind: purpose.to_owned(),
        accepted: 1,
        file_id: work.ids.take(),
        content: Some(content.to_vec()),
        ..ImportReport::default()
    };
    sql::insert_file(work, purpose, &sha256, &report)?;
    Ok(report.file_id)
}

/// The area whose permission an import needs.
fn area_of(purpose: &str) -> Area {
    match purpose {
        "customers" => Area::Customers,
        "vendors" => Area::Vendors,
        "statements" | "remittances" => Area::Statements,
        "company" => Area::Settings,
        "rates" => Area::Journals,
        _ => Area::TakeOver,
    }
}

/// The word of a kind in commands and reports.
pub fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Company => "company",
        Kind::Customers => "customers",
        Kind::Vendors => "vendors",
        Kind::OpenItems => "open-items",
        Kind::Orders => "orders",
        Kind::Rates => "rates",
        Kind::History => "history",
        Kind::Contacts => "contacts",
    }
}
