//! Notes about parties and bank lines: dated, by somebody, on a document or line where wanted. They
//! stay as they were written; a correction is another note.
//!
//! A bank line whose payer nobody knows has notes, too. They come into the picture of the party that
//! the line turns out to be of.

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{DocumentId, LineId, NoteId, PartyId};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::parties::PeopleRefusal;
use crate::parties::people_sql as sql;
use crate::work::Work;

/// The longest note.
const LONGEST: usize = 4_000;

/// A note to keep.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewNote {
    /// The party's code; empty for a note about a bank line alone.
    pub party: String,
    /// The note.
    pub content: String,
    /// The day that it is about; today where not named.
    pub on: Option<Date>,
    /// A document of the party: its number or id.
    pub document: Option<String>,
    /// A bank line.
    pub line: Option<LineId>,
    /// The note that it corrects.
    pub corrects: Option<NoteId>,
}

/// A note that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// Its identity.
    pub id: NoteId,
    /// The party's code; empty where it is about a bank line alone.
    pub party: String,
    /// The day that it is about.
    pub on: Date,
    /// The note.
    pub content: String,
    /// The document with its number.
    pub document: Option<(DocumentId, String)>,
    /// The bank line.
    pub line: Option<LineId>,
    /// The note that it corrects.
    pub corrects: Option<NoteId>,
    /// The note that corrects it.
    pub corrected_by: Option<NoteId>,
    /// Who wrote it.
    pub actor: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// Keeps a note. Everybody writes notes who works on something; who only looks does not.
pub fn note(work: &mut Work<'_>, new: &NewNote) -> Outcome<NoteId> {
    access::demand_hand(work)?;
    let content = new.content.trim();
    if content.is_empty() || LONGEST < content.len() || content.contains('\0') {
        return Err(PeopleRefusal::NotANote { longest: LONGEST }.into());
    }
    work.gate()?;
    let party = match (new.party.as_str(), new.line) {
        ("", None) => return Err(PeopleRefusal::AboutNothing.into()),
        ("", Some(_)) => None,
        (code, _) => Some(super::id(work, code)?),
    };
    let document = match &new.document {
        None => None,
        Some(document) => {
            let found = match party {
                None => None,
                Some(party) => sql::document_of(work, party, document)?,
            };
            Some(found.ok_or_else(|| PeopleRefusal::NoDocument {
                document: document.clone(),
            })?)
        }
    };
    if let Some(line) = new.line
        && !sql::has_line(work, line)?
    {
        return Err(PeopleRefusal::NoLine { line }.into());
    }
    if let Some(id) = new.corrects {
        may_correct(work, party, new.line, id)?;
    }
    let id = NoteId(work.ids.take());
    let on = new.on.unwrap_or(work.day());
    let row = sql::FreshNote {
        id,
        party,
        on,
        content,
        document,
        line: new.line,
        corrects: new.corrects,
    };
    sql::insert_note(work, &row)?;
    let corrects = new.corrects.map(|id| id.to_string());
    let detail = json!({ "note": id.to_string(), "corrects": corrects });
    match new.line.filter(|_| new.party.is_empty()) {
        Some(line) => work.note("bank_line.note", line.to_string(), detail),
        None => work.note("party.note", &new.party, detail),
    }
    Ok(id)
}

/// Refuses to correct what is about something else, or was corrected before.
fn may_correct(
    work: &mut Work<'_>,
    party: Option<PartyId>,
    line: Option<LineId>,
    id: NoteId,
) -> Outcome<()> {
    let known = match (party, line) {
        (Some(party), _) => sql::notes(work, party)?,
        (None, Some(line)) => sql::notes_on_line(work, line)?,
        (None, None) => Vec::new(),
    };
    let known = known.iter().find(|note| note.id == id);
    let known = known.ok_or(PeopleRefusal::NoNote { id })?;
    if known.corrected_by.is_some() {
        return Err(PeopleRefusal::CorrectedAlready { id }.into());
    }
    Ok(())
}

/// The notes about a party and about bank lines that turned out to be of it, the latest first.
pub fn notes(work: &mut Work<'_>, code: &str) -> Outcome<Vec<Note>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = super::id(work, code)?;
    Ok(sql::notes(work, party)?)
}

/// The notes on a bank line, the latest first, as they stand in its evidence.
pub(crate) fn notes_on_line(work: &mut Work<'_>, line: LineId) -> Result<Vec<Json>, Fault> {
    let found = sql::notes_on_line(work, line)?;
    let told = found.iter().map(|note| {
        json!({
            "id": note.id.to_string(), "party": note.party, "on": note.on.to_string(),
            "text": note.content, "actor": note.actor,
            "recorded_at": note.recorded_at.to_string(),
            "corrects": note.corrects.map(|id| id.to_string()),
            "corrected_by": note.corrected_by.map(|id| id.to_string()),
        })
    });
    Ok(told.collect())
}
