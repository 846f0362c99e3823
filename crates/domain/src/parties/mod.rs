//! Who belongs to whom; whom we talk to at a party, and how: contacts are facts with a time in which they hold; a
//! change is a new contact in the place of the old one.
//!
//! What is kept is what the work needs: a name, a task, a way to reach somebody. Language tags
//! follow BCP 47 in their plain form (`de`, `pt-BR`).

mod accounts;
mod tree;

pub(crate) use accounts::rest_of_97;
pub use accounts::{is_iban, is_mistyped_iban, looks_like_iban};
pub use tree::Tree;

use std::fmt;

use crate::calendar::Date;
use crate::refusal::Refusal;

/// What somebody does at the party.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Task {
    /// Pays bills.
    AccountsPayable,
    /// Collects invoices.
    AccountsReceivable,
    /// Receives invoices.
    Billing,
    /// Looks after the money.
    Treasurer,
    /// Bought or sold.
    Trade,
    /// Anything else.
    Other,
}

impl Task {
    /// All of them with their words in tables, files and URLs.
    pub const ALL: &'static [(&'static str, Task)] = &[
        ("accounts_payable", Task::AccountsPayable),
        ("accounts_receivable", Task::AccountsReceivable),
        ("billing", Task::Billing),
        ("treasurer", Task::Treasurer),
        ("trade", Task::Trade),
        ("other", Task::Other),
    ];

    /// The word.
    pub fn code(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, task)| *task == self);
        found.map_or("", |(word, _)| word)
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Task> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        found.map(|(_, task)| *task)
    }
}

/// How somebody wants to be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Way {
    /// By e-mail.
    Email,
    /// By telephone.
    Telephone,
    /// By letter.
    Post,
}

impl Way {
    /// All of them with their words in tables, files and URLs.
    pub const ALL: &'static [(&'static str, Way)] = &[
        ("email", Way::Email),
        ("telephone", Way::Telephone),
        ("post", Way::Post),
    ];

    /// The word.
    pub fn code(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, way)| *way == self);
        found.map_or("", |(word, _)| word)
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Way> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        found.map(|(_, way)| *way)
    }
}

/// Somebody at a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// The name, or that of a desk: `Accounts payable`.
    pub name: String,
    /// What they do there.
    pub task: Task,
    /// The e-mail address; empty where there is none.
    pub email: String,
    /// The telephone number, as it is dialled; empty where there is none.
    pub telephone: String,
    /// The language to use, like `de`; empty where nobody said.
    pub language: String,
    /// How they want to be reached, where somebody said.
    pub preferred: Option<Way>,
    /// The first day on which it holds; none is always.
    pub valid_from: Option<Date>,
    /// The last day on which it holds; none is until further notice.
    pub valid_until: Option<Date>,
}

/// Why a contact or note is not kept, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContactRefusal {
    /// Somebody without a name.
    NoName,
    /// A text is longer than it may be, or has signs that no such text has.
    NotAText {
        /// Which.
        field: &'static str,
    },
    /// The e-mail address is none.
    NotAnAddress {
        /// What stood there.
        text: String,
    },
    /// The telephone number is none.
    NotANumber {
        /// What stood there.
        text: String,
    },
    /// The language is no tag.
    NotALanguage {
        /// What stood there.
        text: String,
    },
    /// They want to be reached in a way that is not known.
    NoSuchWay {
        /// The way.
        way: Way,
    },
    /// It would end before it begins.
    EndsBefore {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
}

/// The longest name, address or number.
const LONGEST: usize = 200;

impl Contact {
    /// Refuses what cannot be a contact.
    pub fn check(&self) -> Result<(), ContactRefusal> {
        if self.name.trim().is_empty() {
            return Err(ContactRefusal::NoName);
        }
        for (field, text) in [
            ("name", &self.name),
            ("email", &self.email),
            ("telephone", &self.telephone),
            ("language", &self.language),
        ] {
            if LONGEST < text.len() || text.chars().any(char::is_control) {
                return Err(ContactRefusal::NotAText { field });
            }
        }
        let text = |text: &String| text.clone();
        if !self.email.is_empty() && !is_address(&self.email) {
            let text = text(&self.email);
            return Err(ContactRefusal::NotAnAddress { text });
        }
        if !self.telephone.is_empty() && !is_number(&self.telephone) {
            let text = text(&self.telephone);
            return Err(ContactRefusal::NotANumber { text });
        }
        if !self.language.is_empty() && !is_language(&self.language) {
            let text = text(&self.language);
            return Err(ContactRefusal::NotALanguage { text });
        }
        match self.preferred {
            Some(way @ Way::Email) if self.email.is_empty() => {
                return Err(ContactRefusal::NoSuchWay { way });
            }
            Some(way @ Way::Telephone) if self.telephone.is_empty() => {
                return Err(ContactRefusal::NoSuchWay { way });
            }
            Some(_) | None => {}
        }
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if until < from => {
                Err(ContactRefusal::EndsBefore { from, until })
            }
            _ => Ok(()),
        }
    }

    /// The names of the fields in which it is other than one before.
    pub fn differs_from(&self, before: &Contact) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != before.name),
            ("role", self.task != before.task),
            ("email", self.email != before.email),
            ("telephone", self.telephone != before.telephone),
            ("language", self.language != before.language),
            ("preferred", self.preferred != before.preferred),
            ("valid_from", self.valid_from != before.valid_from),
            ("valid_until", self.valid_until != before.valid_until),
        ];
        let other = fields.into_iter().filter(|(_, is_other)| *is_other);
        other.map(|(name, _)| name).collect()
    }

    /// Does it hold on a day?
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day)
            && self.valid_until.is_none_or(|until| day <= until)
    }
}

fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let is_plain = |sign: char| !sign.is_whitespace() && !"<>,;\"".contains(sign);
    !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.chars().all(is_plain)
}

fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |sign: char| sign.is_ascii_digit() || "+-/(). ".contains(sign);
    3 <= digits && text.chars().all(is_plain)
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|letter| letter.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_alphanumeric())
        })
}

impl fmt::Display for ContactRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ContactRefusal::NoName => write!(out, "A contact needs a name."),
            ContactRefusal::NotAText { field } => {
                write!(
                    out,
                    "`{field}` is too long or has characters that are not allowed."
                )
            }
            ContactRefusal::NotAnAddress { text } => {
                write!(out, "`{text}` is no e-mail address.")
            }
            ContactRefusal::NotANumber { text } => write!(out, "`{text}` is no telephone number."),
            ContactRefusal::NotALanguage { text } => write!(out, "`{text}` is no language."),
            ContactRefusal::NoSuchWay { way } => {
                write!(
                    out,
                    "The preferred way is {}, which is missing.",
                    way.code()
                )
            }
            ContactRefusal::EndsBefore { from, until } => {
                write!(out, "It would end on {until}, before it begins on {from}.")
            }
        }
    }
}

impl Refusal for ContactRefusal {
    fn code(&self) -> &'static str {
        match self {
            ContactRefusal::NoName => "name_missing",
            ContactRefusal::NotAText { .. } => "not_a_text",
            ContactRefusal::NotAnAddress { .. } => "not_an_address",
            ContactRefusal::NotANumber { .. } => "not_a_number",
            ContactRefusal::NotALanguage { .. } => "not_a_language",
            ContactRefusal::NoSuchWay { .. } => "no_such_way",
            ContactRefusal::EndsBefore { .. } => "ends_before",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ContactRefusal::NoName => {
                "name a person, or a department such as `Accounts payable`".into()
            }
            ContactRefusal::NotAText { .. } => {
                format!("write at most {LONGEST} characters in one line")
            }
            ContactRefusal::NotAnAddress { .. } => "write it like ap@example.com".into(),
            ContactRefusal::NotANumber { .. } => "write it like +49 30 1234567".into(),
            ContactRefusal::NotALanguage { .. } => "write it like de or pt-BR".into(),
            ContactRefusal::NoSuchWay { .. } => "give the address or number, too".into(),
            ContactRefusal::EndsBefore { .. } => "let it end later".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            ContactRefusal::NoName => "name",
            ContactRefusal::NotAText { field } => field,
            ContactRefusal::NotAnAddress { .. } => "email",
            ContactRefusal::NotANumber { .. } => "telephone",
            ContactRefusal::NotALanguage { .. } => "language",
            ContactRefusal::NoSuchWay { .. } => "preferred",
            ContactRefusal::EndsBefore { .. } => "valid_until",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> Contact {
        Contact {
            name: "Ann Miller".into(),
            task: Task::AccountsPayable,
            email: "ann@example.com".into(),
            telephone: "+44 (20) 7946-0000".into(),
            language: "en-GB".into(),
            preferred: Some(Way::Email),
            valid_from: None,
            valid_until: None,
        }
    }

    #[test]
    fn every_refusal_has_its_case() {
        let day = |text: &str| text.parse::<Date>().ok();
        let cases: Vec<(Contact, &str)> = vec![
            (contact(), ""),
            (
                Contact {
                    name: " ".into(),
                    ..contact()
                },
                "name_missing",
            ),
            (
                Contact {
                    name: "a\nb".into(),
                    ..contact()
                },
                "not_a_text",
            ),
            (
                Contact {
                    name: "x".repeat(201),
                    ..contact()
                },
                "not_a_text",
            ),
            (
                Contact {
                    email: "ann at example".into(),
                    ..contact()
                },
                "not_an_address",
            ),
            (
                Contact {
                    email: "ann@example".into(),
                    ..contact()
                },
                "not_an_address",
            ),
            (
                Contact {
                    email: "Ann <a@b.c>".into(),
                    ..contact()
                },
                "not_an_address",
            ),
            (
                Contact {
                    telephone: "call me".into(),
                    ..contact()
                },
                "not_a_number",
            ),
            (
                Contact {
                    language: "English".into(),
                    ..contact()
                },
                "not_a_language",
            ),
            (
                Contact {
                    email: String::new(),
                    ..contact()
                },
                "no_such_way",
            ),
            (
                Contact {
                    valid_from: day("2025-02-02"),
                    valid_until: day("2025-02-01"),
                    ..contact()
                },
                "ends_before",
            ),
        ];
        for (contact, code) in cases {
            let found = contact
                .check()
                .map_or_else(|refusal| refusal.code(), |()| "");
            assert_eq!(found, code, "{contact:?}");
        }
    }

    #[test]
    fn the_first_and_the_last_day_belong_to_it() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let contact = Contact {
            valid_from: Some(day("2025-02-01")),
            valid_until: Some(day("2025-02-28")),
            ..contact()
        };
        let holds = ["2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01"];
        let holds = holds.map(|text| contact.holds_on(day(text)));
        assert_eq!(holds, [false, true, true, false]);
    }
}
