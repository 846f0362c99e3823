//! The one door to the books: everything with an accounting effect is a [`Posting`], and
//! [`post`] is the only function that writes one.

pub mod periods;
pub(crate) mod rehearsal;
pub(crate) mod sql;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::documents::{Document, DocumentKind, Issued};
use domain::ids::{DocumentId, ItemId};
use domain::ledger::JournalEntry;
use domain::open_items::{Application, Applied, OpenItem};

use crate::access;
use crate::certificates;
use crate::connect;
use crate::credit;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

pub use rehearsal::{Foreseen, rehearse};

/// Where documents came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Origin {
    /// Issued here, numbered by a series without gaps.
    #[default]
    Issued,
    /// Taken over from another system with its own number.
    Opening,
    /// Received from a vendor with the vendor's number.
    Vendor,
}

impl Origin {
    fn code(self) -> &'static str {
        match self {
            Origin::Issued => "issued",
            Origin::Opening => "opening",
            Origin::Vendor => "vendor",
        }
    }
}

/// What gets written in one go: made by pure rules of `domain` from facts.
#[derive(Clone, Debug, Default)]
pub struct Posting {
    /// Where the documents came from.
    pub origin: Origin,
    /// Documents issued.
    pub documents: Vec<Document>,
    /// Items that they open.
    pub items: Vec<OpenItem>,
    /// Applications, and the undoing of applications.
    pub applications: Vec<Application>,
    /// The entries that follow.
    pub entries: Vec<JournalEntry>,
}

impl Posting {
    /// Adds issued documents with their items and entries.
    pub fn issued(&mut self, all: impl IntoIterator<Item = Issued>) {
        for issued in all {
            self.documents.push(issued.document);
            self.items.push(issued.item);
            self.items.extend(issued.further);
            self.entries.extend(issued.entry);
        }
    }

    /// Adds applications and their entries.
    pub fn applied(&mut self, applied: Applied) {
        self.applications.extend(applied.applications);
        self.entries.extend(applied.entries);
    }

    /// What each document is worth, unsigned, in minor units of the functional currency; one that
    /// is due in instalments is worth all of them.
    pub(crate) fn values(&self) -> HashMap<DocumentId, i64> {
        let mut values: HashMap<DocumentId, i64> = HashMap::new();
        for item in &self.items {
            let value = values.entry(item.document).or_default();
            *value = value.saturating_add(item.functional.minor().saturating_abs());
        }
        values
    }

    fn days(&self) -> BTreeSet<Date> {
        let entries = self.entries.iter().map(|entry| entry.posted_on);
        let items = self.items.iter().map(|item| item.opened_on);
        let applications = self
            .applications
            .iter()
            .map(|application| application.applied_on);
        entries.chain(items).chain(applications).collect()
    }
}

/// Writes a posting, or refuses it whole: documents without a number get the next of their
/// series, entries are numbered without a gap; items, applications, and the cached open amounts
/// of the items they touch.
pub fn post(work: &mut Work<'_>, posting: &mut Posting) -> Outcome<()> {
    access::check_posting(work, posting)?;
    credit::check(work, posting)?;
    if let Some(empty) = posting
        .entries
        .iter()
        .find(|entry| entry.lines().is_empty())
    {
        return Err(Fault::new(format!("an entry without lines: {}", empty.memo)).into());
    }
    periods::require_open(work, &posting.days())?;
    number(work, &mut posting.documents)?;
    sql::insert_documents(work, posting.origin.code(), &posting.documents)?;
    let marks = opening_marks(posting);
    sql::insert_items(work, &posting.items, &marks)?;
    let first = next_numbers(work, "journal_entry", posting.entries.len())?;
    sql::insert_entries(work, &posting.entries, first)?;
    sql::insert_applications(work, &posting.applications)?;
    let moves = moves(posting);
    sql::move_open_amounts(work, &moves)?;
    certificates::taken_back(work, &posting.documents)?;
    connect::posted(work, posting)?;
    Ok(())
}

/// Numbers and names of the accounts that lines of documents and entries by hand may name.
pub fn plain_accounts(work: &mut Work<'_>) -> Outcome<Vec<(String, String)>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    Ok(sql::plain_accounts(work)?)
}

/// Gives documents without a number the next of their series: `RCT-000001`.
fn number(work: &mut Work<'_>, documents: &mut [Document]) -> Result<(), Fault> {
    let mut counts: BTreeMap<DocumentKind, usize> = BTreeMap::new();
    for document in documents
        .iter()
        .filter(|document| document.number.is_empty())
    {
        *counts.entry(document.kind).or_default() += 1;
    }
    let mut next: BTreeMap<DocumentKind, i64> = BTreeMap::new();
    for (kind, count) in counts {
        next.insert(kind, next_numbers(work, kind.code(), count)?);
    }
    for document in documents
        .iter_mut()
        .filter(|document| document.number.is_empty())
    {
        let number = next.entry(document.kind).or_default();
        document.number = format!("{}-{number:06}", document.kind.kind().prefix);
        *number += 1;
    }
    Ok(())
}

/// The first of `count` numbers of a series, which is locked until the work commits.
fn next_numbers(work: &mut Work<'_>, kind: &str, count: usize) -> Result<i64, Fault> {
    sql::next_numbers(work, kind, count as i64)
}

/// What applications of this posting take off items of this posting, so that a new item is
/// written with the amount that is left.
fn opening_marks(posting: &Posting) -> BTreeMap<ItemId, (i64, i64)> {
    let new: BTreeSet<ItemId> = posting.items.iter().map(|item| item.id).collect();
    sums(posting, |item| new.contains(&item))
}

/// What applications of this posting take off items that were there before, in key order.
fn moves(posting: &Posting) -> BTreeMap<ItemId, (i64, i64)> {
    let new: BTreeSet<ItemId> = posting.items.iter().map(|item| item.id).collect();
    sums(posting, |item| !new.contains(&item))
}

fn sums(posting: &Posting, wanted: impl Fn(ItemId) -> bool) -> BTreeMap<ItemId, (i64, i64)> {
    let mut sums: BTreeMap<ItemId, (i64, i64)> = BTreeMap::new();
    let mut add = |item: ItemId, amount: i64, functional: i64| {
        if wanted(item) {
            let sum = sums.entry(item).or_default();
            sum.0 += amount;
            sum.1 += functional;
        }
    };
    for application in &posting.applications {
        let (amount, functional) = (application.debit_amount, application.debit_functional);
        add(application.debit, -amount.minor(), -functional.minor());
        let (amount, functional) = (application.credit_amount, application.credit_functional);
        add(application.credit, amount.minor(), functional.minor());
    }
    sums
}
