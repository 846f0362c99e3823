//! Legal entities: founding a book, and choosing whose books a work is on.

pub(crate) mod sql;

use std::fmt;

use domain::ids::EntityId;
use domain::ledger::STANDARD_CHART;
use domain::money::Currency;
use domain::refusal::Refusal;
use serde_json::json;

use crate::db::Db;
use crate::failure::Outcome;
use crate::work::{Context, Entity, Work};

/// What a new book needs to know.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The company's name.
    pub name: String,
    /// Its functional currency.
    pub currency: Currency,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The short code for commands; made from the name when absent.
    pub code: Option<String>,
}

/// Why no entity is founded or chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntityRefusal {
    /// There is one with this code.
    Exists {
        /// The code.
        code: String,
    },
    /// The name has no letter or digit to make a code from.
    NoName,
    /// The country is no two-letter code.
    NotACountry {
        /// What stood there.
        text: String,
    },
    /// The database holds no book yet.
    NoBook,
    /// There is none with this code.
    Unknown {
        /// The code.
        code: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There are several and none was named.
    Several {
        /// Those that there are.
        known: Vec<String>,
    },
}

impl fmt::Display for EntityRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntityRefusal::Exists { code } => write!(out, "There is an entity {code} already."),
            EntityRefusal::NoName => write!(out, "The name has no letter or digit."),
            EntityRefusal::NotACountry { text } => {
                write!(out, "`{text}` is not a country code of two letters.")
            }
            EntityRefusal::NoBook => write!(out, "This database holds no book yet."),
            EntityRefusal::Unknown { code, .. } => write!(out, "There is no entity {code}."),
            EntityRefusal::Several { .. } => write!(out, "This database holds several entities."),
        }
    }
}

impl Refusal for EntityRefusal {
    fn code(&self) -> &'static str {
        match self {
            EntityRefusal::Exists { .. } => "entity_exists",
            EntityRefusal::NoName => "name_missing",
            EntityRefusal::NotACountry { .. } => "not_a_country",
            EntityRefusal::NoBook => "no_book",
            EntityRefusal::Unknown { .. } => "unknown_entity",
            EntityRefusal::Several { .. } => "entity_not_named",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            EntityRefusal::Exists { .. } => {
                "give another --entity code, or use the book as it is".into()
            }
            EntityRefusal::NoName => "give the company's name with --name".into(),
            EntityRefusal::NotACountry { .. } => "write it like DE or US".into(),
            EntityRefusal::NoBook => {
                "create one: `duebook init --name NAME --currency CUR --country CC`".into()
            }
            EntityRefusal::Unknown { known, .. } | EntityRefusal::Several { known } => {
                format!("name one with --entity: {}", known.join(", "))
            }
        })
    }
}

/// Founds a book: the entity, its chart of accounts and its first user.
pub fn found(db: &Db, context: &Context, founding: &Founding) -> Outcome<Entity> {
    db.found(context, |work| {
        let country = founding.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(EntityRefusal::NotACountry {
                text: founding.country.clone(),
            }
            .into());
        }
        let code = match &founding.code {
            Some(code) => code.clone(),
            None => code_of(&founding.name),
        };
        if code.is_empty() {
            return Err(EntityRefusal::NoName.into());
        }
        if sql::all(work)?.iter().any(|known| known.code == code) {
            return Err(EntityRefusal::Exists { code }.into());
        }
        let entity = Entity {
            id: EntityId(work.ids.take()),
            code,
            name: founding.name.trim().to_owned(),
            currency: founding.currency,
            country,
        };
        sql::insert(work, &entity)?;
        work.choose(entity.clone());
        sql::insert_accounts(work, STANDARD_CHART)?;
        let founder = work.actor().to_owned();
        sql::insert_person(work, &founder, &founder)?;
        work.note(
            "entity.found",
            entity.id.to_string(),
            json!({ "name": entity.name, "currency": entity.currency.code() }),
        );
        Ok(entity)
    })
}

/// The codes of all entities of a database.
pub fn codes(db: &Db, context: &Context) -> Outcome<Vec<String>> {
    let all = db.look(context, |work| Ok(sql::all(work)?))?;
    Ok(all.into_iter().map(|entity| entity.code).collect())
}

/// Chooses the entity by its code; the only one needs no name.
pub(crate) fn choose(work: &mut Work<'_>, code: Option<&str>) -> Outcome<()> {
    let mut all = sql::all(work)?;
    let known = || {
        all.iter()
            .map(|entity| entity.code.clone())
            .collect::<Vec<_>>()
    };
    let place = match code {
        Some(code) => all
            .iter()
            .position(|entity| entity.code == code)
            .ok_or_else(|| EntityRefusal::Unknown {
                code: code.to_owned(),
                known: known(),
            })?,
        None if all.is_empty() => return Err(EntityRefusal::NoBook.into()),
        None if 1 < all.len() => return Err(EntityRefusal::Several { known: known() }.into()),
        None => 0,
    };
    work.choose(all.swap_remove(place));
    Ok(())
}

/// A short code from the first word of a name.
fn code_of(name: &str) -> String {
    let word = name.split_whitespace().next().unwrap_or_default();
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect::<String>()
        .to_ascii_uppercase()
}
