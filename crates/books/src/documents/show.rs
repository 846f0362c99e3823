//! One document with everything around it: lines, items, what settled them, its entry.

use std::collections::BTreeSet;

use domain::calendar::Date;
use domain::documents::{Document, DocumentKind};
use domain::ids::{ApplicationId, ItemId, LineId};
use domain::money::Money;
use domain::open_items::DiscountTerms;

use crate::documents::{FindRefusal, find, sql};
use crate::failure::Outcome;
use crate::open_items::load;
use crate::work::Work;

/// A document and what hangs on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The document.
    pub document: Document,
    /// The code of its party; empty where the payer is not known.
    pub party: String,
    /// Has another document taken it back?
    pub is_taken_back: bool,
    /// Its items by due date.
    pub items: Vec<ShownItem>,
    /// What settled it, and the taking back of that, in order.
    pub applications: Vec<AppliedHere>,
    /// The entry that it posted.
    pub entry: Vec<EntryLine>,
}

/// One item of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownItem {
    /// Its identity.
    pub id: ItemId,
    /// The day it falls due.
    pub due_on: Date,
    /// The early-payment discounts.
    pub discount: Option<DiscountTerms>,
    /// What it was opened with; a debit is above zero.
    pub amount: Money,
    /// What is open.
    pub open: Money,
    /// What that is carried at.
    pub open_functional: Money,
}

/// An application that touches the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedHere {
    /// Its identity.
    pub id: ApplicationId,
    /// The day it counts.
    pub on: Date,
    /// The kind of the document on the other end.
    pub kind: DocumentKind,
    /// Its number.
    pub number: String,
    /// What it took off this document; below zero when it undoes.
    pub amount: Money,
    /// Was it taken back, or does it take back another one?
    pub is_undone: bool,
}

/// One line of the entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryLine {
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Transaction currency; a debit is above zero.
    pub amount: Money,
    /// Functional currency.
    pub functional: Money,
}

/// What a document says: its lines, when what of it is due, and the bank line that brought it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paper {
    /// The document.
    pub document: Document,
    /// Its items by due date.
    pub items: Vec<ShownItem>,
    /// The bank line whose decision issued it.
    pub line: Option<LineId>,
}

/// The paper of a document by its number or id.
pub fn paper(work: &mut Work<'_>, asked: &str) -> Outcome<Paper> {
    let (one, items) = stored(work, asked)?;
    Ok(Paper {
        document: one.document,
        items: items_of(work, &items)?,
        line: one.line,
    })
}

/// A document by its number or id, with all of its items.
fn stored(work: &mut Work<'_>, asked: &str) -> Outcome<(sql::Stored, Vec<ItemId>)> {
    let found = find::find(work, &BTreeSet::from([asked]))?;
    let unknown = || FindRefusal::UnknownDocument {
        asked: asked.to_owned(),
    };
    let rows = found.get(asked).ok_or_else(unknown)?;
    let ids: Vec<_> = rows.iter().map(|row| row.document).collect();
    let one = sql::documents(work, &ids)?.pop().ok_or_else(unknown)?;
    let whole = find::find(
        work,
        &BTreeSet::from([one.document.id.to_string().as_str()]),
    )?;
    let items = whole.into_values().flatten().map(|row| row.item).collect();
    Ok((one, items))
}

fn items_of(work: &mut Work<'_>, ids: &[ItemId]) -> Outcome<Vec<ShownItem>> {
    let states = load::states_unlocked(work, ids)?.states.into_values();
    let items = states.map(|state| ShownItem {
        id: state.item.id,
        due_on: state.item.due_on,
        discount: state.item.discount,
        amount: state.item.amount,
        open: state.open,
        open_functional: state.open_functional,
    });
    let mut items: Vec<ShownItem> = items.collect();
    items.sort_by_key(|item| (item.due_on, item.id));
    Ok(items)
}

/// Shows a document by its number or id.
pub fn show(work: &mut Work<'_>, asked: &str) -> Outcome<Shown> {
    let (one, ids) = stored(work, asked)?;
    let items = items_of(work, &ids)?;
    let applications = load::applied_here(work, &ids)?;
    let own: Vec<_> = one.document.entry.into_iter().collect();
    let entry = if one.origin == "opening" {
        Vec::new()
    } else {
        sql::entry_lines(work, &own)?
            .into_iter()
            .map(|line| EntryLine {
                account: line.account,
                name: line.name,
                amount: line.amount,
                functional: line.functional,
            })
            .collect()
    };
    let party = load::party_code(work, one.document.party)?;
    Ok(Shown {
        document: one.document,
        party,
        is_taken_back: one.is_taken_back,
        items,
        applications,
        entry,
    })
}
