//! Why a contact or note is not kept.

use std::fmt;

use domain::ids::{ContactId, LineId, NoteId};
use domain::refusal::Refusal;

/// Why a contact or note is not kept, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleRefusal {
    /// The party is neither customer nor vendor.
    NoParty {
        /// The code.
        code: String,
    },
    /// There is no such contact.
    NoContact {
        /// The id asked for.
        id: ContactId,
    },
    /// Another stands in its place.
    Replaced {
        /// The contact.
        id: ContactId,
    },
    /// Who it was is erased.
    Erased {
        /// The contact.
        id: ContactId,
    },
    /// Erasing needs a reason.
    NoReason,
    /// A note is empty or too long.
    NotANote {
        /// The longest.
        longest: usize,
    },
    /// A note is about a party or a bank line.
    AboutNothing,
    /// The party has no such document.
    NoDocument {
        /// What was asked for.
        document: String,
    },
    /// There is no such bank line.
    NoLine {
        /// The line.
        line: LineId,
    },
    /// The party has no such note.
    NoNote {
        /// The id asked for.
        id: NoteId,
    },
    /// Another note stands in its place.
    CorrectedAlready {
        /// The note.
        id: NoteId,
    },
}

impl fmt::Display for PeopleRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeopleRefusal::NoParty { code } => {
                write!(out, "{code} is neither customer nor vendor.")
            }
            PeopleRefusal::NoContact { id } => write!(out, "There is no contact {id}."),
            PeopleRefusal::Replaced { id } => write!(out, "Another contact has replaced {id}."),
            PeopleRefusal::Erased { id } => write!(out, "Who {id} was is erased."),
            PeopleRefusal::NoReason => write!(out, "Erasing needs a reason."),
            PeopleRefusal::NotANote { longest } => {
                write!(out, "A note has 1 to {longest} characters.")
            }
            PeopleRefusal::AboutNothing => {
                write!(
                    out,
                    "A note is about a party or a bank line, and none is named."
                )
            }
            PeopleRefusal::NoDocument { document } => {
                write!(out, "The party has no document {document}.")
            }
            PeopleRefusal::NoLine { line } => write!(out, "There is no bank line {line}."),
            PeopleRefusal::NoNote { id } => write!(out, "There is no note {id} about this."),
            PeopleRefusal::CorrectedAlready { id } => write!(out, "{id} was corrected already."),
        }
    }
}

impl Refusal for PeopleRefusal {
    fn code(&self) -> &'static str {
        match self {
            PeopleRefusal::NoParty { .. } => "unknown_party",
            PeopleRefusal::NoContact { .. } | PeopleRefusal::NoNote { .. } => "not_found",
            PeopleRefusal::Replaced { .. } => "contact_replaced",
            PeopleRefusal::Erased { .. } => "contact_erased",
            PeopleRefusal::NoReason => "reason_missing",
            PeopleRefusal::NotANote { .. } => "not_a_note",
            PeopleRefusal::AboutNothing => "note_about_nothing",
            PeopleRefusal::NoDocument { .. } => "unknown_document",
            PeopleRefusal::NoLine { .. } => "unknown_line",
            PeopleRefusal::CorrectedAlready { .. } => "note_corrected",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            PeopleRefusal::NoParty { .. } => "look at the lists of customers and vendors".into(),
            PeopleRefusal::NoContact { .. } => {
                "list them with `duebook contact list PARTY --all`".into()
            }
            PeopleRefusal::Replaced { .. } => "change the current one".into(),
            PeopleRefusal::Erased { .. } => "add a new contact".into(),
            PeopleRefusal::NoReason => "say why".into(),
            PeopleRefusal::NotANote { .. } => "write it in fewer words, or in several".into(),
            PeopleRefusal::AboutNothing => "name the party".into(),
            PeopleRefusal::NoDocument { .. } => "use the number or id of its document".into(),
            PeopleRefusal::NoLine { .. } => "list lines with `duebook cash lines --all`".into(),
            PeopleRefusal::NoNote { .. } => "list them with `duebook note list PARTY`".into(),
            PeopleRefusal::CorrectedAlready { .. } => "correct the latest of them".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            PeopleRefusal::NoParty { .. } | PeopleRefusal::AboutNothing => Some("party"),
            PeopleRefusal::NoReason => Some("reason"),
            PeopleRefusal::NotANote { .. } => Some("text"),
            PeopleRefusal::NoDocument { .. } => Some("document"),
            PeopleRefusal::NoLine { .. } => Some("line"),
            PeopleRefusal::NoNote { .. } | PeopleRefusal::CorrectedAlready { .. } => {
                Some("corrects")
            }
            PeopleRefusal::NoContact { .. }
            | PeopleRefusal::Replaced { .. }
            | PeopleRefusal::Erased { .. } => None,
        }
    }
}
