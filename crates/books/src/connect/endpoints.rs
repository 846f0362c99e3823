//! Endpoints: where events are sent, changed by whoever keeps the settings.

use domain::access::{Area, Verb};
use domain::connect::{EVERYTHING, Reach, check_url, event};
use domain::ids::{EndpointId, EventId};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access;
use crate::connect::{WebhookRefusal, sign, sql};
use crate::failure::Outcome;
use crate::keys::{self, Owner};
use crate::work::Work;

/// How long the secret before the newest one still signs, so that receivers can change over.
const OLD_SECRET_HOURS: i64 = 24;

/// Where events are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Its identity.
    pub id: EndpointId,
    /// The address.
    pub url: String,
    /// The kinds of events wanted, parted by blanks; `*` for all.
    pub events: String,
    /// What it is for, in the words of whoever added it.
    pub about: String,
    /// `enabled`, `disabled` or `removed`.
    pub state: String,
    /// Why it is disabled.
    pub why: String,
    /// Since when every attempt failed.
    pub failing_since: Option<Timestamp>,
    /// How many deliveries wait.
    pub waiting: i64,
    /// When it was added.
    pub recorded_at: Timestamp,
}

/// One attempt to deliver an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// When.
    pub recorded_at: Timestamp,
    /// Which event.
    pub event: EventId,
    /// Its kind.
    pub kind: String,
    /// Where to.
    pub endpoint: EndpointId,
    /// The status that came back, if an answer came.
    pub status: Option<i64>,
    /// What became of it, in words.
    pub outcome: String,
}

/// Something that happened and that an endpoint wanted to be told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// Its identity: the id of the message.
    pub id: EventId,
    /// Its kind.
    pub kind: String,
    /// When.
    pub recorded_at: Timestamp,
    /// The message as it is sent.
    pub content: String,
}

/// What is changed about an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Send to it again; what waits is sent now.
    Enable,
    /// Send nothing for the time being; events are kept for it.
    Disable,
    /// Send nothing any more.
    Remove,
}

/// Which events are sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replay {
    /// One.
    Event(EventId),
    /// Everything since a moment.
    Since(Timestamp),
}

/// The kinds as they are kept; refuses what does not happen here.
fn kinds(events: &[String]) -> Outcome<String> {
    let mut words: Vec<&str> = Vec::new();
    let typed = events.iter().flat_map(|text| text.split([' ', ',']));
    for word in typed.map(str::trim).filter(|word| !word.is_empty()) {
        if word != EVERYTHING && event(word).is_none() {
            let text = word.to_owned();
            return Err(WebhookRefusal::UnknownKind { text }.into());
        }
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() || words.contains(&EVERYTHING) {
        return Ok(EVERYTHING.to_owned());
    }
    Ok(words.join(" "))
}

/// Adds an endpoint; returns its secret, which is not shown again. No kinds are all kinds.
pub fn add(
    work: &mut Work<'_>,
    reach: Reach,
    url: &str,
    events: &[String],
    about: &str,
) -> Outcome<(EndpointId, String)> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    check_url(url, reach)?;
    let events = kinds(events)?;
    let secret = sign::make()?;
    let id = EndpointId(work.ids.take());
    let sealed = keys::seal(work, Owner::Endpoint(id.0), &secret)?;
    sql::insert_endpoint(work, id, url, &events, about.trim(), &sealed)?;
    work.note(
        "webhook.add",
        id.to_string(),
        json!({ "url": url, "events": events }),
    );
    Ok((id, secret))
}

/// The endpoint, unless it was removed.
fn live(work: &mut Work<'_>, id: EndpointId) -> Outcome<Endpoint> {
    let found = sql::endpoints(work)?;
    let found = found.into_iter().find(|endpoint| endpoint.id == id);
    let found = found.filter(|endpoint| endpoint.state != "removed");
    Ok(found.ok_or(WebhookRefusal::UnknownEndpoint { id })?)
}

/// Enables, disables or removes an endpoint.
pub fn change(work: &mut Work<'_>, id: EndpointId, change: Change) -> Outcome<()> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    work.gate()?;
    let endpoint = live(work, id)?;
    let (state, action) = match change {
        Change::Enable => ("enabled", "webhook.enable"),
        Change::Disable => ("disabled", "webhook.disable"),
        Change::Remove => ("removed", "webhook.remove"),
    };
    if endpoint.state == state {
        return Err(WebhookRefusal::Unchanged { id }.into());
    }
    let why = match change {
        Change::Disable => format!("by {}", work.actor()),
        Change::Enable | Change::Remove => String::new(),
    };
    sql::put_state(work, id, state, &why)?;
    if change == Change::Enable {
        // Whoever mended the receiver does not want to wait for the next turn.
        let now = work.now();
        sql::hurry(work, id, now)?;
    }
    work.note(action, id.to_string(), json!({ "url": endpoint.url }));
    Ok(())
}

/// Makes a new secret; the one before it signs for another day beside it.
pub fn new_secret(work: &mut Work<'_>, id: EndpointId) -> Outcome<String> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    work.gate()?;
    live(work, id)?;
    let secret = sign::make()?;
    let now = work.now();
    let until = now
        .checked_add(SignedDuration::from_hours(OLD_SECRET_HOURS))
        .unwrap_or(now);
    let sealed = keys::seal(work, Owner::Endpoint(id.0), &secret)?;
    sql::put_secret(work, id, &sealed, until)?;
    work.note(
        "webhook.new_secret",
        id.to_string(),
        json!({ "old_until": until.to_string() }),
    );
    Ok(secret)
}

/// Sends events to an endpoint again, under their ids; returns how many.
pub fn replay(work: &mut Work<'_>, id: EndpointId, which: Replay) -> Outcome<u64> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    work.gate()?;
    let endpoint = live(work, id)?;
    let count = match which {
        Replay::Event(event) => {
            if !sql::has_event(work, event)? {
                return Err(WebhookRefusal::UnknownEvent { id: event }.into());
            }
            sql::queue_one(work, id, event)?
        }
        Replay::Since(since) => sql::queue_since(work, id, &endpoint.events, since)?,
    };
    let which = match which {
        Replay::Event(event) => json!({ "event": event.to_string(), "count": count }),
        Replay::Since(since) => json!({ "since": since.to_string(), "count": count }),
    };
    work.note("webhook.replay", id.to_string(), which);
    Ok(count)
}

/// Every endpoint that was not removed, in the order in which they were added.
pub fn endpoints(work: &mut Work<'_>) -> Outcome<Vec<Endpoint>> {
    access::demand(work, Area::Users, Verb::See, None)?;
    let mut all = sql::endpoints(work)?;
    all.retain(|endpoint| endpoint.state != "removed");
    Ok(all)
}

/// The newest attempts, of one endpoint or all.
pub fn attempts(
    work: &mut Work<'_>,
    endpoint: Option<EndpointId>,
    limit: i64,
) -> Outcome<Vec<Attempt>> {
    access::demand(work, Area::Users, Verb::See, None)?;
    Ok(sql::attempts(work, endpoint, limit)?)
}

/// The newest events.
pub fn happened(work: &mut Work<'_>, limit: i64) -> Outcome<Vec<Happened>> {
    access::demand(work, Area::Users, Verb::See, None)?;
    Ok(sql::happened(work, limit)?)
}
