//! `duebook contact …`: whom to talk to at a customer or vendor.

use books::parties::{self, Kept};
use clap::{Args, Subcommand};
use domain::calendar::Date;
use domain::ids::ContactId;
use domain::parties::{Contact, Task, Way};
use serde::Serialize;

use super::{Globals, date, today};
use crate::errors::Failure;
use crate::output::{self, Align, Table, visible};

/// What can be done with contacts.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the contacts of a party
    List {
        /// The party's code
        party: String,
        /// Also those no longer valid
        #[arg(long)]
        all: bool,
    },
    /// Add a contact
    Add {
        /// The party's code
        party: String,
        #[command(flatten)]
        who: Who,
    },
    /// Replace a contact's data
    Change {
        /// The contact, as `contact list` shows it
        id: ContactId,
        #[command(flatten)]
        who: Who,
    },
    /// End a contact; it remains in the history
    End {
        /// The contact, as `contact list` shows it
        id: ContactId,
        /// The last day on which it is valid; today when left out
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: Option<Date>,
    },
    /// Erase a contact's personal data on request
    Erase {
        /// The contact, as `contact list` shows it
        id: ContactId,
        /// Why; without naming them, it stays in the audit log
        #[arg(long)]
        reason: String,
    },
}

/// Who, what for, and how.
#[derive(Args)]
pub(crate) struct Who {
    /// The name of a person or department
    #[arg(long)]
    name: String,
    /// Their role: accounts_payable, accounts_receivable, billing, treasurer, trade, other
    #[arg(long, value_parser = task)]
    role: Task,
    /// The e-mail address
    #[arg(long, default_value = "")]
    email: String,
    /// The telephone number
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    telephone: String,
    /// The language, like de or pt-BR
    #[arg(long, default_value = "")]
    language: String,
    /// How they want to be reached: email, telephone, post
    #[arg(long, value_parser = way)]
    preferred: Option<Way>,
    /// The first day on which it is valid
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// The last day on which it is valid
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,
}

fn task(text: &str) -> Result<Task, String> {
    let words: Vec<&str> = Task::ALL.iter().map(|(word, _)| *word).collect();
    Task::parse(text).ok_or_else(|| format!("`{text}` is none of {}", words.join(", ")))
}

fn way(text: &str) -> Result<Way, String> {
    let words: Vec<&str> = Way::ALL.iter().map(|(word, _)| *word).collect();
    Way::parse(text).ok_or_else(|| format!("`{text}` is none of {}", words.join(", ")))
}

impl Who {
    fn contact(&self) -> Contact {
        Contact {
            name: self.name.trim().to_owned(),
            task: self.role,
            email: self.email.trim().to_owned(),
            telephone: self.telephone.trim().to_owned(),
            language: self.language.trim().to_owned(),
            preferred: self.preferred,
            valid_from: self.from,
            valid_until: self.until,
        }
    }
}

#[derive(Serialize)]
struct ContactJson {
    id: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    actor: String,
    recorded_at: String,
}

impl ContactJson {
    fn of(kept: &Kept, day: Date) -> ContactJson {
        let contact = kept.contact.as_ref();
        let text = |text: fn(&Contact) -> &String| {
            let text = contact.map(text).filter(|text| !text.is_empty());
            text.cloned()
        };
        ContactJson {
            id: kept.id.to_string(),
            state: kept.state(day),
            name: text(|contact| &contact.name),
            role: contact.map(|contact| contact.task.code()),
            email: text(|contact| &contact.email),
            telephone: text(|contact| &contact.telephone),
            language: text(|contact| &contact.language),
            preferred: contact.and_then(|contact| Some(contact.preferred?.code())),
            valid_from: contact.and_then(|contact| Some(contact.valid_from?.to_string())),
            valid_until: contact.and_then(|contact| Some(contact.valid_until?.to_string())),
            actor: kept.actor.clone(),
            recorded_at: kept.recorded_at.to_string(),
        }
    }
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        let day = today(&context);
        match self {
            Command::List { party, all } => {
                let on = (!all).then_some(day);
                let found =
                    db.read(&context, entity, |work| parties::contacts(work, &party, on))?;
                list(globals, &found, day)
            }
            Command::Add { party, who } => {
                let contact = who.contact();
                let id = db.write(&context, entity, |work| {
                    parties::add_contact(work, &party, &contact)
                })?;
                told(globals, &id, "added")
            }
            Command::Change { id, who } => {
                let contact = who.contact();
                let id = db.write(&context, entity, |work| {
                    parties::change_contact(work, id, &contact)
                })?;
                told(globals, &id, "changed")
            }
            Command::End { id, on } => {
                let on = on.unwrap_or(day);
                let id = db.write(&context, entity, |work| parties::end_contact(work, id, on))?;
                told(globals, &id, "ended")
            }
            Command::Erase { id, reason } => {
                db.write(&context, entity, |work| {
                    parties::erase_contact(work, id, &reason)
                })?;
                told(globals, &id, "erased")
            }
        }
    }
}

fn told(globals: &Globals, id: &impl ToString, state: &str) -> Result<(), Failure> {
    let id = id.to_string();
    let mut table = Table::new(&[("id", Align::Left), ("state", Align::Left)]);
    table.row([id.as_str(), state]);
    let told = serde_json::json!({ "id": id, "state": state });
    output::print(globals.format, &[table], &told)
}

fn list(globals: &Globals, found: &[Kept], day: Date) -> Result<(), Failure> {
    let told: Vec<ContactJson> = found
        .iter()
        .map(|kept| ContactJson::of(kept, day))
        .collect();
    let mut table = Table::new(&[
        ("contact", Align::Left),
        ("name", Align::Left),
        ("role", Align::Left),
        ("email", Align::Left),
        ("telephone", Align::Left),
        ("language", Align::Left),
        ("preferred", Align::Left),
        ("from", Align::Left),
        ("until", Align::Left),
        ("state", Align::Left),
    ]);
    let plain = |text: &Option<String>| visible(text.as_deref().unwrap_or_default());
    for one in &told {
        table.row([
            one.id.clone(),
            plain(&one.name),
            one.role.unwrap_or_default().replace('_', " "),
            plain(&one.email),
            plain(&one.telephone),
            plain(&one.language),
            one.preferred.unwrap_or_default().to_owned(),
            plain(&one.valid_from),
            plain(&one.valid_until),
            one.state.to_owned(),
        ]);
    }
    output::print(globals.format, &[table], &told)
}
