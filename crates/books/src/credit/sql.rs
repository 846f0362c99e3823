//! Statements of credit: limits, holds and what is open.

use std::collections::{BTreeSet, HashMap};

use domain::credit::{Covers, Hold, Limit};
use domain::ids::PartyId;
use domain::money::{Currency, Money};

use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::work::Work;

const HOLD: Table = table!("credit_hold": entity_id Int, id Int, party_id Int, action Text,
    actor Text, reason Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&HOLD];

fn keys(parties: &BTreeSet<PartyId>) -> Vec<Value<'static>> {
    parties.iter().map(|party| Value::from(party.0)).collect()
}

/// The latest limit of each, while it is read.
#[derive(Default)]
struct Latest(HashMap<PartyId, (i64, Option<Limit>)>);

impl Latest {
    fn take(&mut self, row: &Row<'_>, functional: Currency) -> Result<(), Fault> {
        let (party, id) = (PartyId(row.int(0)?), row.int(1)?);
        let limit = limit(row.opt_int(2)?, &row.text(3)?, functional)?;
        let latest = self.0.entry(party).or_insert((id, limit));
        if latest.0 <= id {
            *latest = (id, limit);
        }
        Ok(())
    }

    /// None is no limit.
    fn limits(self) -> HashMap<PartyId, Limit> {
        let all = self.0.into_iter();
        all.filter_map(|(party, (_, limit))| Some((party, limit?)))
            .collect()
    }
}

/// A limit as it is stored.
pub(crate) fn limit(
    amount: Option<i64>,
    covers: &str,
    functional: Currency,
) -> Result<Option<Limit>, Fault> {
    let covers = Covers::parse(covers)
        .ok_or_else(|| Fault::new(format!("`{covers}` is nobody whom a limit covers")))?;
    let limit = |minor| Limit {
        amount: Money::new(minor, functional),
        covers,
    };
    Ok(amount.map(limit))
}

/// The latest limits of parties.
pub(super) fn limits(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, Limit>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let mut latest = Latest::default();
    work.connection.each_in(
        "SELECT party_id, id, amount, covers FROM credit_limit
         WHERE entity_id = $1 AND party_id IN (/*keys*/)",
        &[entity.into()],
        &keys(parties),
        |row| latest.take(row, functional),
    )?;
    Ok(latest.limits())
}

/// The latest limits of everybody.
pub(super) fn all_limits(work: &mut Work<'_>) -> Result<HashMap<PartyId, Limit>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let mut latest = Latest::default();
    work.connection.each(
        "SELECT party_id, id, amount, covers FROM credit_limit WHERE entity_id = $1",
        &[entity.into()],
        |row| latest.take(row, functional),
    )?;
    Ok(latest.limits())
}

/// The latest limits of everybody that ever had one for a group.
pub(super) fn limits_of_groups(work: &mut Work<'_>) -> Result<HashMap<PartyId, Limit>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let mut latest = Latest::default();
    work.connection.each(
        "SELECT party_id, id, amount, covers FROM credit_limit
         WHERE entity_id = $1 AND party_id IN (SELECT party_id FROM credit_limit
             WHERE entity_id = $1 AND covers = 'group')",
        &[entity.into()],
        |row| latest.take(row, functional),
    )?;
    Ok(latest.limits())
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
    let row = vec![
        entity.into(),
        id.into(),
        party.0.into(),
        action.into(),
        actor.into(),
        reason.into(),
        now.into(),
    ];
    work.connection.insert(&HOLD, [row])?;
    Ok(())
}
