//! What is agreed with parties and changed by decision: payment terms, credit limits; whom we
//! talk to there, and what is noted and happened about them.
//!
//! Terms and limits are asked for and approved (see `approvals`); new parties come by import with the terms
//! of their contract.

mod contacts;
mod handling;
mod history;
mod notes;
mod people;
pub(crate) mod sql;

pub use contacts::{Kept, add_contact, change_contact, contacts, end_contact, erase_contact};
pub(crate) use contacts::{contact, standing_contacts, take_contacts};
pub(crate) use handling::{
    Change, Checked, NewRate, class_of, record, take_rates, unknown_rates, works_out,
};
pub use handling::{Handling, HandlingChange, handling};
pub(crate) use history::accounts_of;
pub use history::{Aged, Event, aging, bank_accounts, history};
pub(crate) use notes::notes_on_line;
pub use notes::{NewNote, Note, note, notes};
pub use people::PeopleRefusal;
use sql::people as people_sql;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use domain::access::{Area, PORTFOLIO_BY};
use domain::calendar::PaymentTerms;
use domain::credit::Limit;
use domain::ids::PartyId;
use domain::parties::Tree;
use domain::refusal::Refusal;
use serde_json::{Value as Json, json};

use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// Why something agreed with a party is not changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartyRefusal {
    /// There is no party of this code.
    Unknown {
        /// The code.
        code: String,
    },
    /// The terms are not understood.
    Terms {
        /// The party.
        code: String,
        /// What is wrong with them.
        problem: String,
    },
    /// The terms are so already.
    Unchanged {
        /// The party.
        code: String,
    },
    /// The class is no short word.
    Class {
        /// What stood there.
        class: String,
    },
    /// It is so already.
    SoAlready {
        /// The party.
        code: String,
    },
}

impl fmt::Display for PartyRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartyRefusal::Unknown { code } => write!(out, "There is no party {code}."),
            PartyRefusal::Terms { code, problem } => {
                write!(out, "The terms of {code} are not understood: {problem}.")
            }
            PartyRefusal::Unchanged { code } => write!(out, "The terms of {code} are so already."),
            PartyRefusal::Class { class } => write!(out, "`{class}` is not a class."),
            PartyRefusal::SoAlready { code } => write!(out, "It is so with {code} already."),
        }
    }
}

impl Refusal for PartyRefusal {
    fn code(&self) -> &'static str {
        match self {
            PartyRefusal::Unknown { .. } => "unknown_party",
            PartyRefusal::Terms { .. } => "wrong_terms",
            PartyRefusal::Unchanged { .. } => "terms_unchanged",
            PartyRefusal::Class { .. } => "not_a_class",
            PartyRefusal::SoAlready { .. } => "party_unchanged",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            PartyRefusal::Unknown { .. } => "look at the lists of customers and vendors".into(),
            PartyRefusal::Terms { .. } => "write them like `NET30` or `2/10 NET30`".into(),
            PartyRefusal::Unchanged { .. } | PartyRefusal::SoAlready { .. } => {
                "nothing to do".into()
            }
            PartyRefusal::Class { .. } => {
                "give a short word, such as key or public; leave it empty for none".into()
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            PartyRefusal::Unknown { .. } | PartyRefusal::SoAlready { .. } => "party",
            PartyRefusal::Class { .. } => "class",
            PartyRefusal::Terms { .. } | PartyRefusal::Unchanged { .. } => "terms",
        })
    }
}

/// Other terms of one party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TermsChange {
    pub(crate) code: String,
    pub(crate) party: PartyId,
    before: String,
    after: String,
}

impl TermsChange {
    /// For whoever approves it.
    pub(crate) fn shown(&self) -> Json {
        json!({ "party": self.code, "before": self.before, "after": self.after })
    }
}

/// Checks changes of terms against what stands. Writes nothing.
pub(crate) fn terms_changes(
    work: &mut Work<'_>,
    changes: &[(String, String)],
) -> Outcome<Vec<TermsChange>> {
    let codes: Vec<&str> = changes.iter().map(|(code, _)| code.as_str()).collect();
    let known = sql::terms(work, &codes)?;
    let mut all = Vec::with_capacity(changes.len());
    for (code, after) in changes {
        let code = || code.clone();
        let (party, before) = known
            .get(&code())
            .cloned()
            .ok_or_else(|| PartyRefusal::Unknown { code: code() })?;
        if let Err(problem) = after.parse::<PaymentTerms>() {
            let problem = problem.to_string();
            return Err(PartyRefusal::Terms {
                code: code(),
                problem,
            }
            .into());
        }
        if before == *after {
            return Err(PartyRefusal::Unchanged { code: code() }.into());
        }
        all.push(TermsChange {
            code: code(),
            party,
            before,
            after: after.clone(),
        });
    }
    Ok(all)
}

/// Changes terms; documents issued before keep theirs.
pub(crate) fn change_terms(work: &mut Work<'_>, changes: &[TermsChange]) -> Outcome<()> {
    for change in changes {
        sql::update_terms(work, change.party, &change.after)?;
        work.note("party.terms", &change.code, change.shown());
    }
    Ok(())
}

/// The parties of some codes, in their order.
pub(crate) fn ids(work: &mut Work<'_>, codes: &[&str]) -> Outcome<Vec<PartyId>> {
    let known = sql::terms(work, codes)?;
    let id = |code: &&str| known.get(*code).map(|(party, _)| *party);
    let found = codes.iter().map(|code| {
        id(code).ok_or_else(|| PartyRefusal::Unknown {
            code: (*code).to_owned(),
        })
    });
    Ok(found.collect::<Result<_, _>>()?)
}

/// Who belongs to whom.
pub(crate) fn tree(work: &mut Work<'_>) -> Result<Tree, Fault> {
    Ok(sql::parents(work)?.into_iter().collect())
}

/// The party of a code.
fn id(work: &mut Work<'_>, code: &str) -> Outcome<PartyId> {
    let found = ids(work, &[code])?.into_iter().next();
    found.ok_or_else(|| Fault::new("a code names no party").into())
}

/// Whose work the terms of some parties are: of vendors alone whoever keeps vendors, of customers
/// whoever answers for credit. A party that is both has one set of terms.
pub fn terms_area(work: &mut Work<'_>, codes: &[&str]) -> Outcome<Area> {
    let known = sql::terms(work, codes)?;
    let found: Option<BTreeSet<PartyId>> = codes
        .iter()
        .map(|code| known.get(*code).map(|(party, _)| *party))
        .collect();
    let Some(found) = found else {
        return Ok(Area::Credit);
    };
    let sides = sides(work, &found)?;
    let are_vendors = sides.values().all(|side| *side == (false, true));
    Ok(if are_vendors {
        Area::Vendors
    } else {
        Area::Credit
    })
}

/// Whether each of some parties is customer and vendor.
pub(crate) fn sides(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, (bool, bool)>, Fault> {
    people_sql::sides(work, parties)
}

/// Whether a party is customer and vendor.
fn side_of(work: &mut Work<'_>, party: PartyId) -> Outcome<(bool, bool)> {
    let mut found = sides(work, &[party].into())?;
    Ok(found.remove(&party).unwrap_or_default())
}

/// How much a party may owe by the latest decision; none is no limit.
pub(crate) fn credit_limit(work: &mut Work<'_>, party: PartyId) -> Result<Option<Limit>, Fault> {
    sql::credit_limit(work, party)
}

/// How much the party of a code may owe; none is no limit.
pub fn credit_limit_of(work: &mut Work<'_>, code: &str) -> Outcome<Option<Limit>> {
    let known = sql::terms(work, &[code])?;
    let party = known.get(code).map(|(party, _)| *party);
    let party = party.ok_or_else(|| PartyRefusal::Unknown {
        code: code.to_owned(),
    })?;
    Ok(credit_limit(work, party)?)
}

/// Keeps a limit.
pub(crate) fn set_credit_limit(
    work: &mut Work<'_>,
    party: PartyId,
    limit: Option<Limit>,
    reason: &str,
) -> Outcome<()> {
    Ok(sql::insert_credit_limit(work, party, limit, reason)?)
}

/// Id, code and further fields of some parties: what imports keep beside the columns they know.
pub(crate) fn fields(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<Vec<(PartyId, String, Json)>, Fault> {
    sql::fields(work, parties)
}

/// By what a party is told to be in a portfolio: field and value.
pub fn portfolio_fields(work: &mut Work<'_>, code: &str) -> Outcome<Vec<(&'static str, String)>> {
    let party = ids(work, &[code])?.into_iter().collect();
    let found = fields(work, &party)?.into_iter().next();
    let value = |name: &&'static str| {
        let value = found.as_ref()?.2.get(*name)?.as_str()?.trim();
        (!value.is_empty()).then(|| (*name, value.to_owned()))
    };
    Ok(PORTFOLIO_BY.iter().filter_map(value).collect())
}
