//! Statements of endpoints, events and their delivery.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{AttemptId, EndpointId, EventId, ItemId, PartyId};
use jiff::Timestamp;

use crate::connect::{Attempt, Endpoint, Happened, Parcel};
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

pub(super) fn insert_endpoint(
    work: &mut Work<'_>,
    id: EndpointId,
    url: &str,
    events: &str,
    about: &str,
    secret: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "INSERT INTO webhook_endpoint (entity_id, id, url, events, about, secret, state, why,
           recorded_at) VALUES ($1, $2, $3, $4, $5, $6, 'enabled', '', $7)",
        &[
            entity.into(),
            id.0.into(),
            url.into(),
            events.into(),
            about.into(),
            secret.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn endpoints(work: &mut Work<'_>) -> Result<Vec<Endpoint>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT e.id, e.url, e.events, e.about, e.state, e.why, e.recorded_at,
           COALESCE(w.waiting, 0), CAST(CASE WHEN e.failing_since IS NULL THEN 0 ELSE 1 END AS BIGINT),
           COALESCE(e.failing_since, e.recorded_at)
         FROM webhook_endpoint e
         LEFT JOIN (SELECT endpoint_id, COUNT(*) AS waiting FROM webhook_delivery
             WHERE entity_id = $1 AND state = 'waiting' GROUP BY endpoint_id) w
           ON w.endpoint_id = e.id
         WHERE e.entity_id = $2 ORDER BY e.id",
        &[entity.into(), entity.into()],
        |row| {
            Ok(Endpoint {
                id: EndpointId(row.int(0)?),
                url: row.text(1)?,
                events: row.text(2)?,
                about: row.text(3)?,
                state: row.text(4)?,
                why: row.text(5)?,
                recorded_at: row.at(6)?,
                waiting: row.int(7)?,
                failing_since: if row.opt_int(8)? == Some(1) {
                    Some(row.at(9)?)
                } else {
                    None
                },
            })
        },
    )
}

pub(super) fn put_state(
    work: &mut Work<'_>,
    id: EndpointId,
    state: &str,
    why: &str,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_endpoint SET state = $1, why = $2, failing_since = NULL
         WHERE entity_id = $3 AND id = $4",
        &[state.into(), why.into(), entity.into(), id.0.into()],
    )?;
    Ok(())
}

pub(super) fn put_secret(
    work: &mut Work<'_>,
    id: EndpointId,
    secret: &str,
    old_until: Timestamp,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_endpoint SET old_secret = secret, secret = $1, old_until = $2
         WHERE entity_id = $3 AND id = $4",
        &[secret.into(), old_until.into(), entity.into(), id.0.into()],
    )?;
    Ok(())
}

/// Makes everything that waits for an endpoint due, whatever rest it asked for.
pub(super) fn hurry(work: &mut Work<'_>, id: EndpointId, now: Timestamp) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_endpoint SET not_before = NULL WHERE entity_id = $1 AND id = $2",
        &[entity.into(), id.0.into()],
    )?;
    work.execute(
        "UPDATE webhook_delivery SET next_at = $1
         WHERE entity_id = $2 AND endpoint_id = $3 AND state = 'waiting'",
        &[now.into(), entity.into(), id.0.into()],
    )?;
    Ok(())
}

/// Sends nothing to an endpoint before a moment.
pub(super) fn put_rest(work: &mut Work<'_>, id: EndpointId, until: Timestamp) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_endpoint SET not_before = $1 WHERE entity_id = $2 AND id = $3",
        &[until.into(), entity.into(), id.0.into()],
    )?;
    Ok(())
}

/// Makes messages due again that were claimed and not sent.
pub(super) fn put_back(
    work: &mut Work<'_>,
    parcels: &[Parcel],
    until: Timestamp,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    for parcel in parcels {
        work.execute(
            "UPDATE webhook_delivery SET next_at = $1
             WHERE entity_id = $2 AND endpoint_id = $3 AND event_id = $4 AND state = 'waiting'",
            &[
                until.into(),
                entity.into(),
                parcel.endpoint.0.into(),
                parcel.event.0.into(),
            ],
        )?;
    }
    Ok(())
}

pub(super) fn has_event(work: &mut Work<'_>, id: EventId) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM webhook_event WHERE entity_id = $1 AND id = $2",
        &[entity.into(), id.0.into()],
    )?;
    Ok(0 < found)
}

pub(super) fn queue_one(
    work: &mut Work<'_>,
    endpoint: EndpointId,
    event: EventId,
) -> Result<u64, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "INSERT INTO webhook_delivery (entity_id, endpoint_id, event_id, state, attempts, next_at)
         VALUES ($1, $2, $3, 'waiting', 0, $4)
         ON CONFLICT (entity_id, endpoint_id, event_id)
         DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at",
        &[entity.into(), endpoint.0.into(), event.0.into(), now.into()],
    )
}

/// Queues what happened since a moment and is wanted; it is due since it happened.
pub(super) fn queue_since(
    work: &mut Work<'_>,
    endpoint: EndpointId,
    wanted: &str,
    since: Timestamp,
) -> Result<u64, Fault> {
    let entity = work.entity_id();
    let since = Timestamp::from_microsecond(since.as_microsecond()).unwrap_or(since);
    let padded = format!(" {wanted} ");
    work.execute(
        "INSERT INTO webhook_delivery (entity_id, endpoint_id, event_id, state, attempts, next_at)
         SELECT v.entity_id, e.id, v.id, 'waiting', 0, v.recorded_at
         FROM webhook_event v JOIN webhook_endpoint e ON e.entity_id = v.entity_id AND e.id = $1
         WHERE v.entity_id = $2 AND v.recorded_at >= $3
           AND (e.events = '*' OR CAST($4 AS TEXT) LIKE '% ' || v.kind || ' %')
         ON CONFLICT (entity_id, endpoint_id, event_id)
         DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at",
        &[
            endpoint.0.into(),
            entity.into(),
            since.into(),
            padded.into(),
        ],
    )
}

pub(super) fn attempts(
    work: &mut Work<'_>,
    endpoint: Option<EndpointId>,
    limit: i64,
) -> Result<Vec<Attempt>, Fault> {
    let entity = work.entity_id();
    let (lowest, highest) = endpoint.map_or((i64::MIN, i64::MAX), |id| (id.0, id.0));
    work.rows(
        "SELECT a.recorded_at, a.event_id, v.kind, a.endpoint_id, a.status, a.outcome
         FROM webhook_attempt a
         JOIN webhook_event v ON v.entity_id = a.entity_id AND v.id = a.event_id
         WHERE a.entity_id = $1 AND a.endpoint_id >= $2 AND a.endpoint_id <= $3
         ORDER BY a.id DESC LIMIT $4",
        &[entity.into(), lowest.into(), highest.into(), limit.into()],
        |row| {
            Ok(Attempt {
                recorded_at: row.at(0)?,
                event: EventId(row.int(1)?),
                kind: row.text(2)?,
                endpoint: EndpointId(row.int(3)?),
                status: row.opt_int(4)?,
                outcome: row.text(5)?,
            })
        },
    )
}

pub(super) fn happened(work: &mut Work<'_>, limit: i64) -> Result<Vec<Happened>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, kind, recorded_at, content FROM webhook_event
         WHERE entity_id = $1 ORDER BY id DESC LIMIT $2",
        &[entity.into(), limit.into()],
        |row| {
            Ok(Happened {
                id: EventId(row.int(0)?),
                kind: row.text(1)?,
                recorded_at: row.at(2)?,
                content: row.text(3)?,
            })
        },
    )
}

/// Is anything to be sent now?
pub(super) fn is_due(work: &mut Work<'_>) -> Result<bool, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let found = work.count(
        "SELECT COUNT(*) FROM (SELECT d.event_id FROM webhook_delivery d
         JOIN webhook_endpoint e ON e.entity_id = d.entity_id AND e.id = d.endpoint_id
         WHERE d.entity_id = $1 AND d.state = 'waiting' AND d.next_at <= $2
           AND e.state = 'enabled' AND COALESCE(e.not_before, e.recorded_at) <= $3 LIMIT 1) w",
        &[entity.into(), now.into(), now.into()],
    )?;
    Ok(0 < found)
}

/// A delivery that was claimed.
pub(super) struct Claimed {
    pub(super) endpoint: EndpointId,
    pub(super) event: EventId,
    pub(super) attempts: i64,
}

/// Claims what is due until a moment. Two who claim at once get different deliveries: the second
/// finds the row moved on when its lock is given.
pub(super) fn claim(
    work: &mut Work<'_>,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Claimed>, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.rows(
        "UPDATE webhook_delivery SET next_at = $1
         WHERE entity_id = $2 AND state = 'waiting' AND next_at <= $3
           AND (endpoint_id, event_id) IN (SELECT d.endpoint_id, d.event_id
             FROM webhook_delivery d
             JOIN webhook_endpoint e ON e.entity_id = d.entity_id AND e.id = d.endpoint_id
             WHERE d.entity_id = $4 AND d.state = 'waiting' AND d.next_at <= $5
               AND e.state = 'enabled' AND COALESCE(e.not_before, e.recorded_at) <= $6
             ORDER BY d.next_at, d.event_id LIMIT $7)
         RETURNING endpoint_id, event_id, attempts",
        &[
            until.into(),
            entity.into(),
            now.into(),
            entity.into(),
            now.into(),
            now.into(),
            limit.into(),
        ],
        |row| {
            Ok(Claimed {
                endpoint: EndpointId(row.int(0)?),
                event: EventId(row.int(1)?),
                attempts: row.int(2)?,
            })
        },
    )
}

pub(super) fn contents(
    work: &mut Work<'_>,
    ids: &[EventId],
) -> Result<HashMap<EventId, String>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<_> = ids.iter().map(|id| id.0.into()).collect();
    let mut contents = HashMap::new();
    work.connection.each_in(
        "SELECT id, content FROM webhook_event WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            contents.insert(EventId(row.int(0)?), row.text(1)?);
            Ok(())
        },
    )?;
    Ok(contents)
}

/// Where to send and with which secrets.
pub(super) struct Keys {
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) old: Option<(String, Timestamp)>,
}

pub(super) fn secrets(work: &mut Work<'_>) -> Result<HashMap<EndpointId, Keys>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT id, url, secret, old_secret, COALESCE(old_until, recorded_at)
         FROM webhook_endpoint WHERE entity_id = $1 AND state = 'enabled'",
        &[entity.into()],
        |row| {
            let until = row.at(4)?;
            let keys = Keys {
                url: row.text(1)?,
                secret: row.text(2)?,
                old: row.opt_text(3)?.map(|old| (old, until)),
            };
            Ok((EndpointId(row.int(0)?), keys))
        },
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn insert_attempt(
    work: &mut Work<'_>,
    parcel: &Parcel,
    status: Option<i64>,
    outcome: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let id = AttemptId(work.ids.take());
    work.execute(
        "INSERT INTO webhook_attempt (entity_id, id, endpoint_id, event_id, status, outcome,
           recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            entity.into(),
            id.0.into(),
            parcel.endpoint.0.into(),
            parcel.event.0.into(),
            status.into(),
            outcome.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// A delivery that another process finished or claimed in the meantime, or that somebody wants
/// sent again, stays as it is: the claim under which this was sent no longer stands.
pub(super) fn put_delivery(
    work: &mut Work<'_>,
    parcel: &Parcel,
    state: &str,
    next_at: Timestamp,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_delivery SET state = $1, attempts = $2, next_at = $3
         WHERE entity_id = $4 AND endpoint_id = $5 AND event_id = $6 AND state = 'waiting'
           AND next_at = $7",
        &[
            state.into(),
            parcel.attempt.into(),
            next_at.into(),
            entity.into(),
            parcel.endpoint.0.into(),
            parcel.event.0.into(),
            parcel.claimed_until.into(),
        ],
    )?;
    Ok(())
}

/// Notes that an endpoint failed, from the first time on, or that it took something.
pub(super) fn put_failing(
    work: &mut Work<'_>,
    id: EndpointId,
    is_failing: bool,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    if is_failing {
        work.execute(
            "UPDATE webhook_endpoint SET failing_since = $1
             WHERE entity_id = $2 AND id = $3 AND failing_since IS NULL",
            &[now.into(), entity.into(), id.0.into()],
        )?;
    } else {
        work.execute(
            "UPDATE webhook_endpoint SET failing_since = NULL
             WHERE entity_id = $1 AND id = $2 AND failing_since IS NOT NULL",
            &[entity.into(), id.0.into()],
        )?;
    }
    Ok(())
}

pub(super) fn failing_since(
    work: &mut Work<'_>,
    id: EndpointId,
) -> Result<Option<Timestamp>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT failing_since FROM webhook_endpoint
         WHERE entity_id = $1 AND id = $2 AND failing_since IS NOT NULL AND state = 'enabled'",
        &[entity.into(), id.0.into()],
        |row| row.at(0),
    )
}
