//! Contacts: whom to talk to at a customer or vendor, and how.

use std::io::BufRead;

use domain::parties::{Contact, Task, Way};
use domain::refusal::Refusal;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// Somebody at a party, as another system knows them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactRow {
    /// The customer's or vendor's number.
    pub party_id: String,
    /// Who, what for, and how.
    pub contact: Contact,
}

pub(super) static CONTACTS: Layout = Layout {
    title: "contacts",
    required: &["party_id", "name", "role"],
    one_of: &["email", "telephone"],
    optional: &["language", "preferred", "valid_from", "valid_until"],
};

/// Reads `contacts.csv`: `party_id`, `name`, `role` and how to reach each.
pub fn contacts<'r>(input: impl BufRead + 'r) -> Rows<'r, ContactRow> {
    Rows::new(input, &CONTACTS, contact)
}

fn contact(fields: &Fields<'_>) -> Result<ContactRow, Problem> {
    let text = |column: &str| fields.text(column).unwrap_or_default().to_owned();
    let preferred = match fields.text("preferred") {
        None => None,
        Some(_) => Some(fields.word("preferred", Way::ALL)?),
    };
    let row = ContactRow {
        party_id: fields.required("party_id")?.to_owned(),
        contact: Contact {
            name: fields.required("name")?.to_owned(),
            task: fields.word("role", Task::ALL)?,
            email: text("email"),
            telephone: text("telephone"),
            language: text("language"),
            preferred,
            valid_from: fields.date("valid_from")?,
            valid_until: fields.date("valid_until")?,
        },
    };
    match row.contact.check() {
        Ok(()) => Ok(row),
        Err(refusal) => {
            let column = refusal.field().unwrap_or_default();
            let hint = refusal.hint().unwrap_or_default();
            Err(fields.problem(column, format!("{refusal} {hint}")))
        }
    }
}
