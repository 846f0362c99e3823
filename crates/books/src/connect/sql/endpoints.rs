//! Statements of endpoints: where programs want to be told.

use domain::ids::EndpointId;
use jiff::Timestamp;

use crate::connect::{Endpoint, Parcel};
use crate::failure::Fault;
use crate::work::Work;

pub(in crate::connect) fn insert_endpoint(
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

pub(in crate::connect) fn endpoints(work: &mut Work<'_>) -> Result<Vec<Endpoint>, Fault> {
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

pub(in crate::connect) fn put_state(
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

pub(in crate::connect) fn put_secret(
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
pub(in crate::connect) fn hurry(
    work: &mut Work<'_>,
    id: EndpointId,
    now: Timestamp,
) -> Result<(), Fault> {
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
pub(in crate::connect) fn put_rest(
    work: &mut Work<'_>,
    id: EndpointId,
    until: Timestamp,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE webhook_endpoint SET not_before = $1 WHERE entity_id = $2 AND id = $3",
        &[until.into(), entity.into(), id.0.into()],
    )?;
    Ok(())
}

/// Makes messages due again that were claimed and not sent.
pub(in crate::connect) fn put_back(
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
