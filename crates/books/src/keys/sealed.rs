//! Everything that is sealed in a database: by which keys, and sealing it anew.

use std::collections::BTreeMap;

use domain::access::{Area, Verb};
use serde_json::json;

use crate::access;
use crate::db::Db;
use crate::entities;
use crate::failure::{Failure, Outcome};
use crate::keys::keyring::key_of;
use crate::keys::{KeyRefusal, Owner, seal, sql, unseal};
use crate::work::{Context, Work};

/// How many secrets were sealed by a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The key; none where they stand in clear, as an earlier Duebook kept them.
    pub key: Option<String>,
    /// How many.
    pub secrets: usize,
}

/// One secret as it is kept.
pub(super) struct Kept {
    pub(super) column: sql::Column,
    pub(super) text: String,
}

/// By which keys the secrets of all entities were sealed.
pub fn standing(db: &Db, context: &Context) -> Outcome<Vec<Sealed>> {
    let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for entity in entities::codes(db, context)? {
        let all = db.read(context, Some(&entity), |work| Ok(sql::all(work)?))?;
        for kept in all {
            let key = key_of(&kept.text).map(str::to_owned);
            *counts.entry(key).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    Ok(counts
        .map(|(key, secrets)| Sealed { key, secrets })
        .collect())
}

/// Refuses a database with secrets that the keys given do not open.
pub fn check(db: &Db, context: &Context) -> Outcome<()> {
    for sealed in standing(db, context)? {
        let Some(id) = sealed.key else { continue };
        if !db.keys().ids().any(|known| known == id) {
            return Err(KeyRefusal::KeyMissing { id }.into());
        }
    }
    Ok(())
}

/// Seals every secret of all entities with the first key; returns how many were not yet.
pub fn reseal(db: &Db, context: &Context) -> Outcome<usize> {
    each_entity(db, context, |work| {
        access::demand(work, Area::Settings, Verb::Do, None)?;
        reseal_of(work, |_| true)
    })
}

/// Seals what an earlier Duebook kept in clear; without a key it stays as it is.
pub fn seal_clear(db: &Db, context: &Context) -> Outcome<usize> {
    if db.keys().ids().next().is_none() {
        return Ok(0);
    }
    let is_clear = standing(db, context)?.iter().any(|one| one.key.is_none());
    if !is_clear {
        return Ok(0);
    }
    each_entity(db, context, |work| {
        reseal_of(work, |kept| key_of(kept).is_none())
    })
}

fn each_entity(
    db: &Db,
    context: &Context,
    mut act: impl FnMut(&mut Work<'_>) -> Outcome<usize>,
) -> Outcome<usize> {
    let mut count = 0;
    for entity in entities::codes(db, context)? {
        count += db.write(context, Some(&entity), &mut act)?;
    }
    Ok(count)
}

fn reseal_of(work: &mut Work<'_>, is_wanted: fn(&str) -> bool) -> Outcome<usize> {
    work.gate()?;
    let first = work.keys().ids().next().map(str::to_owned);
    let first = first.ok_or_else(|| Failure::from(KeyRefusal::NoKey))?;
    let mut count = 0;
    for kept in sql::all(work)? {
        if key_of(&kept.text) == Some(first.as_str()) || !is_wanted(&kept.text) {
            continue;
        }
        let owner = kept.column.owner();
        let secret = unseal(work, owner, &kept.text)?;
        let sealed = seal(work, owner, &secret)?;
        sql::put(work, &kept.column, &sealed)?;
        count += 1;
    }
    if 0 < count {
        work.note("keys.reseal", &first, json!({ "secrets": count }));
    }
    Ok(count)
}

impl sql::Column {
    fn owner(&self) -> Owner<'_> {
        match self {
            sql::Column::App(login) => Owner::App(login),
            sql::Column::Provider => Owner::Provider,
            sql::Column::Endpoint(id) | sql::Column::OldOfEndpoint(id) => Owner::Endpoint(*id),
        }
    }
}
