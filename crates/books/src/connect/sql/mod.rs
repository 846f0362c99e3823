//! Statements of endpoints, events and their delivery.

mod deliveries;
mod endpoints;

pub(super) use deliveries::*;
pub(super) use endpoints::*;

use std::collections::{BTreeSet, HashMap};

use domain::ids::{EndpointId, EventId, ItemId, PartyId};

use crate::db::{Table, table};
use crate::failure::Fault;
use crate::work::Work;

const WEBHOOK_EVENT: Table = table!("webhook_event": entity_id Int, id Int, kind Text,
    content Text, recorded_at At);
const WEBHOOK_DELIVERY: Table = table!("webhook_delivery": entity_id Int, endpoint_id Int,
    event_id Int, state Text, attempts Int, next_at At);

/// The kinds of events that endpoints want; asked once for each work.
pub(super) fn wanted(work: &mut Work<'_>) -> Result<Vec<String>, Fault> {
    if let Some(known) = &work.wanted {
        return Ok(known.clone());
    }
    let found: Vec<String> = listeners(work)?
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    work.wanted = Some(found.clone());
    Ok(found)
}

/// Endpoints for which events are kept, and the kinds that each wants.
pub(super) fn listeners(work: &mut Work<'_>) -> Result<Vec<(EndpointId, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, events FROM webhook_endpoint
         WHERE entity_id = $1 AND state IN ('enabled', 'disabled') ORDER BY id",
        &[entity.into()],
        |row| Ok((EndpointId(row.int(0)?), row.text(1)?)),
    )
}

pub(super) fn party_codes(
    work: &mut Work<'_>,
    ids: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, String>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<_> = ids.iter().map(|id| id.0.into()).collect();
    let mut codes = HashMap::new();
    work.connection.each_in(
        "SELECT id, code FROM party WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            codes.insert(PartyId(row.int(0)?), row.text(1)?);
            Ok(())
        },
    )?;
    Ok(codes)
}

/// The number of each item's document, and the code of its party.
pub(super) fn documents_of(
    work: &mut Work<'_>,
    ids: &BTreeSet<ItemId>,
) -> Result<HashMap<ItemId, (String, String)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<_> = ids.iter().map(|id| id.0.into()).collect();
    let mut documents = HashMap::new();
    work.connection.each_in(
        "SELECT i.id, d.number, COALESCE(p.code, '') FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         LEFT JOIN party p ON p.entity_id = i.entity_id AND p.id = i.party_id
         WHERE i.entity_id = $1 AND i.id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            documents.insert(ItemId(row.int(0)?), (row.text(1)?, row.text(2)?));
            Ok(())
        },
    )?;
    Ok(documents)
}

pub(super) fn insert_events(
    work: &mut Work<'_>,
    events: &[(EventId, &'static str, String)],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = events.iter().map(|(id, kind, content)| {
        vec![
            entity.into(),
            id.0.into(),
            (*kind).into(),
            content.into(),
            now.into(),
        ]
    });
    work.connection.insert(&WEBHOOK_EVENT, rows)?;
    Ok(())
}

pub(super) fn insert_deliveries(
    work: &mut Work<'_>,
    deliveries: &[(i64, EventId)],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = deliveries.iter().map(|(endpoint, event)| {
        vec![
            entity.into(),
            (*endpoint).into(),
            event.0.into(),
            "waiting".into(),
            0.into(),
            now.into(),
        ]
    });
    work.connection.insert(&WEBHOOK_DELIVERY, rows)?;
    Ok(())
}
