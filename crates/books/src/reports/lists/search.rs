//! Search over parties and documents by what people type.

use domain::ids::DocumentId;

use crate::db::Value;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// Something that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// A party: code, name, and whether it is a customer.
    Party {
        /// Its code.
        code: String,
        /// Its name.
        name: String,
        /// Whether it is a customer; otherwise it is a vendor.
        is_customer: bool,
    },
    /// A document.
    Document {
        /// Its identity.
        id: DocumentId,
        /// Its kind's key.
        kind: String,
        /// Its number.
        number: String,
        /// The party's name.
        party: String,
    },
}

/// How much of each kind is shown.
pub(crate) const MOST_FOUND: usize = 20;

/// Finds parties by code or a part of their name, documents by the beginning of their number.
pub fn search(work: &mut Work<'_>, text: &str) -> Outcome<Vec<Found>> {
    search_with(work, text, parties)
}

/// The same with another way to find parties by a text in lower case.
pub(crate) fn search_with(
    work: &mut Work<'_>,
    text: &str,
    parties: impl FnOnce(&mut Work<'_>, &str) -> Result<Vec<Found>, Fault>,
) -> Outcome<Vec<Found>> {
    let text = text.trim().replace('\0', "");
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = parties(work, &text.to_lowercase())?;
    found.extend(documents(work, &text)?);
    Ok(found)
}

fn parties(work: &mut Work<'_>, lower: &str) -> Result<Vec<Found>, Fault> {
    let plain = lower
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    work.rows(
        "SELECT p.code, p.name, p.is_customer FROM party p
         WHERE p.entity_id = $1 AND (LOWER(p.code) = $2 OR LOWER(p.name) LIKE $3 ESCAPE '\\')
         ORDER BY p.code LIMIT $4",
        &[
            work.entity_id().into(),
            lower.into(),
            format!("%{plain}%").into(),
            Value::Int(MOST_FOUND as i64),
        ],
        |row| {
            Ok(Found::Party {
                code: row.text(0)?,
                name: row.text(1)?,
                is_customer: row.int(2)? == 1,
            })
        },
    )
}

fn documents(work: &mut Work<'_>, text: &str) -> Result<Vec<Found>, Fault> {
    let typed = text.to_owned();
    let beyond = format!("{typed}\u{10ffff}");
    work.rows(
        "SELECT d.id, d.kind, d.number, p.name FROM document d
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE d.entity_id = $1 AND d.number >= $2 AND d.number < $3
         ORDER BY d.number LIMIT $4",
        &[
            work.entity_id().into(),
            typed.into(),
            beyond.into(),
            Value::Int(MOST_FOUND as i64),
        ],
        |row| {
            Ok(Found::Document {
                id: DocumentId(row.int(0)?),
                kind: row.text(1)?,
                number: row.text(2)?,
                party: row.opt_text(3)?.unwrap_or_default(),
            })
        },
    )
}
