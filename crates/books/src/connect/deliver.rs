//! Delivery: claim what is due, let somebody send it, keep what became of it.
//!
//! A claim is a lease: whoever dies with it leaves the delivery to the next after ten minutes,
//! under the same id. Receivers tell a second delivery by that id.

use domain::connect::{Answer, PATIENCE, meaning, rest_asked, wait_after};
use domain::ids::{EndpointId, EventId};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::connect::{sign, sql};
use crate::db::Db;
use crate::entities;
use crate::failure::{Fault, Outcome};
use crate::keys::{self, Owner};
use crate::work::{Context, Work};

/// How long a claim holds: longer than everything claimed can take to send.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// One message to send, signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parcel {
    /// The code of the entity.
    pub entity: String,
    /// Where to.
    pub endpoint: EndpointId,
    /// The event.
    pub event: EventId,
    /// The address.
    pub url: String,
    /// Header names and values: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON, byte for byte as signed.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// Until when the claim holds; what was asked for since changed it.
    pub claimed_until: Timestamp,
}

/// What a receiver answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `Retry-After`, as it came.
    pub retry_after: Option<String>,
}

/// Claims what is due, of all entities, `limit` of each at most.
pub fn claim(db: &Db, context: &Context, limit: i64) -> Outcome<Vec<Parcel>> {
    let mut parcels = Vec::new();
    for entity in entities::codes(db, context)? {
        // Looking takes no lock; only where something is due a writer is needed.
        let is_due = db.read(context, Some(&entity), |work| Ok(sql::is_due(work)?))?;
        if is_due {
            let found = db.write(context, Some(&entity), |work| claim_of(work, limit))?;
            parcels.extend(found);
        }
    }
    Ok(parcels)
}

fn claim_of(work: &mut Work<'_>, limit: i64) -> Outcome<Vec<Parcel>> {
    let now = work.now();
    let until = now.checked_add(LEASE).unwrap_or(now);
    let claimed = sql::claim(work, until, limit)?;
    let events: Vec<EventId> = claimed.iter().map(|one| one.event).collect();
    let contents = sql::contents(work, &events)?;
    let secrets = sql::secrets(work)?;
    let (entity, seconds) = (work.entity().code.clone(), now.as_second());
    let mut parcels = Vec::with_capacity(claimed.len());
    for one in claimed {
        let content = contents.get(&one.event);
        let body = content.ok_or_else(|| Fault::new("an event to deliver is not there"))?;
        let kept = secrets.get(&one.endpoint);
        let kept = kept.ok_or_else(|| Fault::new("an endpoint to deliver to is not there"))?;
        let id = one.event.to_string();
        let owner = Owner::Endpoint(one.endpoint.0);
        let secret = keys::unseal(work, owner, &kept.secret)?;
        let mut signatures = vec![sign::signature(&secret, &id, seconds, body)?];
        if let Some((old, _)) = kept.old.as_ref().filter(|(_, until)| now < *until) {
            let old = keys::unseal(work, owner, old)?;
            signatures.push(sign::signature(&old, &id, seconds, body)?);
        }
        parcels.push(Parcel {
            entity: entity.clone(),
            endpoint: one.endpoint,
            event: one.event,
            url: kept.url.clone(),
            headers: vec![
                ("webhook-id", id),
                ("webhook-timestamp", seconds.to_string()),
                ("webhook-signature", signatures.join(" ")),
            ],
            body: body.clone(),
            attempt: one.attempts + 1,
            claimed_until: until,
        });
    }
    parcels.sort_by_key(|parcel| (parcel.endpoint, parcel.event));
    Ok(parcels)
}

/// Keeps what became of a message: what came back, or why nothing did. Tells until when the
/// receiver wants to be left alone, where it asked for it.
pub fn keep(
    db: &Db,
    context: &Context,
    parcel: &Parcel,
    answer: &Result<Reply, String>,
) -> Outcome<Option<Timestamp>> {
    db.write(context, Some(&parcel.entity), |work| {
        let status = answer.as_ref().ok().map(|reply| reply.status);
        let meaning = meaning(status);
        let outcome = match (answer, meaning) {
            (_, Answer::Taken) => "delivered".to_owned(),
            (_, Answer::Gone) => "the receiver wants no more".to_owned(),
            (Ok(reply), Answer::Failed) => format!("answered {}", reply.status),
            (Err(problem), Answer::Failed) => problem.chars().take(300).collect(),
        };
        sql::insert_attempt(work, parcel, status.map(i64::from), &outcome)?;
        match meaning {
            Answer::Taken => {
                sql::put_delivery(work, parcel, "delivered", work.now())?;
                sql::put_failing(work, parcel.endpoint, false)?;
                Ok(None)
            }
            Answer::Gone => {
                sql::put_delivery(work, parcel, "given_up", work.now())?;
                disable(work, parcel.endpoint, "the receiver answered 410")?;
                Ok(None)
            }
            Answer::Failed => {
                let now = work.now();
                let asked = answer.as_ref().ok().and_then(|reply| {
                    let rest = rest_asked(reply.retry_after.as_deref()?, now)?;
                    now.checked_add(rest).ok()
                });
                failed(work, parcel, asked)?;
                Ok(asked)
            }
        }
    })
}

/// Gives claimed messages back unsent: their receiver asked to be left alone.
pub fn give_back(db: &Db, context: &Context, parcels: &[Parcel], until: Timestamp) -> Outcome<()> {
    let Some(first) = parcels.first() else {
        return Ok(());
    };
    db.write(context, Some(&first.entity), |work| {
        Ok(sql::put_back(work, parcels, until)?)
    })
}

/// Puts the next try off by its turn, or until the receiver wants to hear of us again.
fn failed(work: &mut Work<'_>, parcel: &Parcel, asked: Option<Timestamp>) -> Outcome<()> {
    let now = work.now();
    match wait_after(parcel.attempt, parcel.event.0 ^ parcel.endpoint.0) {
        Some(wait) => {
            let next = now.checked_add(wait).unwrap_or(now);
            let next = asked.map_or(next, |asked| next.max(asked));
            sql::put_delivery(work, parcel, "waiting", next)?;
        }
        None => sql::put_delivery(work, parcel, "given_up", now)?,
    }
    if let Some(until) = asked {
        sql::put_rest(work, parcel.endpoint, until)?;
    }
    sql::put_failing(work, parcel.endpoint, true)?;
    let since = sql::failing_since(work, parcel.endpoint)?;
    if since.is_some_and(|since| PATIENCE < now.duration_since(since)) {
        disable(work, parcel.endpoint, "nothing was taken for five days")?;
    }
    Ok(())
}

fn disable(work: &mut Work<'_>, endpoint: EndpointId, why: &str) -> Outcome<()> {
    sql::put_state(work, endpoint, "disabled", why)?;
    work.note(
        "webhook.disable",
        endpoint.to_string(),
        json!({ "why": why }),
    );
    Ok(())
}
