//! Finding documents and their items by number or id.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use domain::documents::DocumentKind;
use domain::ids::{DocumentId, ItemId, PartyId};
use domain::refusal::Refusal;

use crate::documents::sql;
use crate::failure::Outcome;
use crate::work::Work;

/// A document by one of its items.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FoundItem {
    pub(crate) document: DocumentId,
    pub(crate) item: ItemId,
    pub(crate) kind: DocumentKind,
    pub(crate) number: String,
    pub(crate) party: Option<PartyId>,
}

/// Why a document is not found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FindRefusal {
    /// No document has that number or id.
    UnknownDocument {
        /// What was asked for.
        asked: String,
    },
    /// Several documents have that number.
    NumberNotUnique {
        /// The number.
        asked: String,
        /// Their ids.
        ids: Vec<DocumentId>,
    },
}

impl fmt::Display for FindRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FindRefusal::UnknownDocument { asked } => write!(out, "There is no document {asked}."),
            FindRefusal::NumberNotUnique { asked, .. } => {
                write!(out, "Several documents have the number {asked}.")
            }
        }
    }
}

impl Refusal for FindRefusal {
    fn code(&self) -> &'static str {
        match self {
            FindRefusal::UnknownDocument { .. } => "unknown_document",
            FindRefusal::NumberNotUnique { .. } => "number_not_unique",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            FindRefusal::UnknownDocument { .. } => {
                "look it up with `duebook report documents --party CODE`".into()
            }
            FindRefusal::NumberNotUnique { ids, .. } => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("name one by its id: {}", ids.join(", "))
            }
        })
    }
}

/// Finds the items of documents by number, `doc_…` or `itm_…`; a number of several documents is
/// refused, a document of several instalments has several items.
pub(crate) fn find(
    work: &mut Work<'_>,
    asked: &BTreeSet<&str>,
) -> Outcome<HashMap<String, Vec<FoundItem>>> {
    let (mut numbers, mut documents, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for text in asked {
        if let Ok(id) = text.parse::<DocumentId>() {
            documents.push(id.0.into());
        } else if let Ok(id) = text.parse::<ItemId>() {
            items.push(id.0.into());
        } else {
            numbers.push((*text).into());
        }
    }
    let mut found: HashMap<String, Vec<FoundItem>> = HashMap::new();
    for row in sql::items_by(work, sql::BY_NUMBER, &numbers)? {
        found.entry(row.number.clone()).or_default().push(row);
    }
    for row in sql::items_by(work, sql::BY_DOCUMENT, &documents)? {
        found.entry(row.document.to_string()).or_default().push(row);
    }
    for row in sql::items_by(work, sql::BY_ITEM, &items)? {
        found.entry(row.item.to_string()).or_default().push(row);
    }
    for text in asked {
        let ids: BTreeSet<DocumentId> = found
            .get(*text)
            .into_iter()
            .flatten()
            .map(|row| row.document)
            .collect();
        let asked = (*text).to_owned();
        match ids.len() {
            0 => return Err(FindRefusal::UnknownDocument { asked }.into()),
            1 => {}
            _ => {
                let ids = ids.into_iter().collect();
                return Err(FindRefusal::NumberNotUnique { asked, ids }.into());
            }
        }
    }
    for rows in found.values_mut() {
        rows.sort_by_key(|row| row.item);
        rows.dedup_by_key(|row| row.item);
    }
    Ok(found)
}
