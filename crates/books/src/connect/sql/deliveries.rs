//! Statements of deliveries: events on their way, and how each try ended.

use std::collections::HashMap;

use domain::ids::{AttemptId, EndpointId, EventId};
use jiff::Timestamp;

use crate::connect::{Attempt, Happened, Parcel};
use crate::failure::Fault;
use crate::work::Work;

pub(in crate::connect) fn has_event(work: &mut Work<'_>, id: EventId) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM webhook_event WHERE entity_id = $1 AND id = $2",
        &[entity.into(), id.0.into()],
    )?;
    Ok(0 < found)
}

pub(in crate::connect) fn queue_one(
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
pub(in crate::connect) fn queue_since(
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

pub(in crate::connect) fn attempts(
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

pub(in crate::connect) fn happened(
    work: &mut Work<'_>,
    limit: i64,
) -> Result<Vec<Happened>, Fault> {
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
pub(in crate::connect) fn is_due(work: &mut Work<'_>) -> Result<bool, Fault> {
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
pub(in crate::connect) struct Claimed {
    pub(in crate::connect) endpoint: EndpointId,
    pub(in crate::connect) event: EventId,
    pub(in crate::connect) attempts: i64,
}

/// Claims what is due until a moment. Two who claim at once get different deliveries: the second
/// finds the row moved on when its lock is given.
pub(in crate::connect) fn claim(
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

pub(in crate::connect) fn contents(
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
pub(in crate::connect) struct Keys {
    pub(in crate::connect) url: String,
    pub(in crate::connect) secret: String,
    pub(in crate::connect) old: Option<(String, Timestamp)>,
}

pub(in crate::connect) fn secrets(work: &mut Work<'_>) -> Result<HashMap<EndpointId, Keys>, Fault> {
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

pub(in crate::connect) fn insert_attempt(
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
pub(in crate::connect) fn put_delivery(
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
pub(in crate::connect) fn put_failing(
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

pub(in crate::connect) fn failing_since(
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
