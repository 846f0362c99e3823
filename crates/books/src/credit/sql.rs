//! Statements of credit: limits, holds and what is open.

use std::collections::{BTreeSet, HashMap};

use domain::credit::Hold;
use domain::ids::PartyId;

use crate::db::Value;
use crate::failure::Fault;
use crate::work::Work;

fn keys(parties: &BTreeSet<PartyId>) -> Vec<Value<'static>> {
    parties.iter().map(|party| Value::from(party.0)).collect()
}

/// The latest limits; none is no limit.
pub(super) fn limits(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, i64>, Fault> {
    let entity = work.entity_id();
    let mut found: HashMap<PartyId, (i64, Option<i64>)> = HashMap::new();
    work.connection.each_in(
        "SELECT party_id, id, amount FROM credit_limit
         WHERE entity_id = $1 AND party_id IN (/*keys*/)",
        &[entity.into()],
        &keys(parties),
        |row| {
            let (party, id, amount) = (PartyId(row.int(0)?), row.int(1)?, row.opt_int(2)?);
            let latest = found.entry(party).or_insert((id, amount));
            if latest.0 <= id {
                *latest = (id, amount);
            }
            Ok(())
        },
    )?;
    let found = found.into_iter();
    Ok(found
        .filter_map(|(party, (_, amount))| Some((party, amount?)))
        .collect())
}

/// Who is held, by their latest fact.
pub(super) fn holds(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, Hold>, Fault> {
    let entity = work.entity_id();
    let mut found: HashMap<PartyId, (i64, Option<Hold>)> = HashMap::new();
    work.connection.each_in(
        "SELECT party_id, id, action, actor, reason FROM credit_hold
         WHERE entity_id = $1 AND party_id IN (/*keys*/)",
        &[entity.into()],
        &keys(parties),
        |row| {
            let (party, id) = (PartyId(row.int(0)?), row.int(1)?);
            let hold = match row.text(2)?.as_str() {
                "held" => Some(Hold {
                    actor: row.text(3)?,
                    reason: row.text(4)?,
                }),
                _ => None,
            };
            let latest = found.entry(party).or_insert((id, None));
            if latest.0 <= id {
                *latest = (id, hold);
            }
            Ok(())
        },
    )?;
    let found = found.into_iter();
    Ok(found
        .filter_map(|(party, (_, hold))| Some((party, hold?)))
        .collect())
}

/// What is open of parties, in functional currency.
pub(super) fn exposures(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, i64>, Fault> {
    let entity = work.entity_id();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT party_id, CAST(SUM(open_functional) AS BIGINT) FROM open_item
         WHERE entity_id = $1 AND open_amount <> 0 AND side = 'receivable'
           AND party_id IN (/*keys*/)
         GROUP BY party_id",
        &[entity.into()],
        &keys(parties),
        |row| {
            found.insert(PartyId(row.int(0)?), row.int(1)?);
            Ok(())
        },
    )?;
    Ok(found)
}

pub(super) fn insert_hold(
    work: &mut Work<'_>,
    party: PartyId,
    action: &str,
    reason: &str,
) -> Result<(), Fault> {
    let (entity, now, id) = (work.entity_id(), work.now(), work.ids.take());
    let actor = work.actor().to_owned();
    work.execute(
        "INSERT INTO credit_hold (entity_id, id, party_id, action, actor, reason, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            entity.into(),
            id.into(),
            party.0.into(),
            action.into(),
            actor.into(),
            reason.into(),
            now.into(),
        ],
    )?;
    Ok(())
}
