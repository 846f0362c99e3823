//! `duebook webhooks …`: where events are sent, and how that goes.

use books::connect::{self, Attempt, Change, Endpoint, Happened, Replay};
use clap::{Args, Subcommand};
use domain::connect::Reach;
use domain::ids::{EndpointId, EventId};
use jiff::Timestamp;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done with webhooks.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add an address and show its secret, once
    Add(AddArgs),
    /// List endpoints
    List,
    /// Enable an endpoint again
    Enable {
        /// Its id
        #[arg(value_name = "ENDPOINT")]
        id: EndpointId,
    },
    /// Disable an endpoint; events are kept for it
    Disable {
        /// Its id
        #[arg(value_name = "ENDPOINT")]
        id: EndpointId,
    },
    /// Remove an endpoint
    Remove {
        /// Its id
        #[arg(value_name = "ENDPOINT")]
        id: EndpointId,
    },
    /// Make a new secret; the old one remains valid for another day
    NewSecret {
        /// Its id
        #[arg(value_name = "ENDPOINT")]
        id: EndpointId,
    },
    /// List the newest events
    Events {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 50,
            value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// List the newest delivery attempts
    Attempts {
        /// To this endpoint only
        #[arg(long, value_name = "ENDPOINT")]
        endpoint: Option<EndpointId>,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 50,
            value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// Send events to an endpoint again, under their ids
    Replay(ReplayArgs),
    /// Send whatever is due, once; `serve` does this by itself
    Deliver {
        /// Allow addresses in one's own network
        #[arg(long)]
        to_private: bool,
    },
}

/// An endpoint to add.
#[derive(Args)]
pub(crate) struct AddArgs {
    /// https; http within one's own network, with --to-private
    #[arg(value_name = "URL")]
    url: String,
    /// A kind of event, as often as wanted; all when none is named
    #[arg(long = "event", value_name = "KIND")]
    events: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    about: String,
    /// Allow http to addresses in one's own network; sending there must be allowed, too
    #[arg(long)]
    to_private: bool,
}

/// What to send again.
#[derive(Args)]
pub(crate) struct ReplayArgs {
    /// The endpoint
    #[arg(value_name = "ENDPOINT")]
    id: EndpointId,
    /// One event
    #[arg(
        long,
        value_name = "EVENT",
        required_unless_present = "since",
        conflicts_with = "since"
    )]
    event: Option<EventId>,
    /// Everything since a moment, like 2026-01-31T00:00:00Z
    #[arg(long, value_name = "MOMENT")]
    since: Option<Timestamp>,
}

#[derive(Serialize)]
struct SecretJson {
    id: String,
    secret: String,
}

#[derive(Serialize)]
struct EndpointJson {
    id: String,
    url: String,
    events: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since: Option<String>,
    waiting: i64,
}

#[derive(Serialize)]
struct EndpointsJson {
    endpoints: Vec<EndpointJson>,
}

#[derive(Serialize)]
struct EventJson {
    id: String,
    kind: String,
    recorded_at: String,
    message: serde_json::Value,
}

#[derive(Serialize)]
struct EventsJson {
    events: Vec<EventJson>,
}

#[derive(Serialize)]
struct AttemptJson {
    recorded_at: String,
    event: String,
    kind: String,
    endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    outcome: String,
}

#[derive(Serialize)]
struct AttemptsJson {
    attempts: Vec<AttemptJson>,
}

#[derive(Serialize)]
struct CountsJson {
    taken: usize,
    failed: usize,
}

#[derive(Serialize)]
struct QueuedJson {
    queued: u64,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Add(args) => add(&args, globals),
            Command::List => list(globals),
            Command::Enable { id } => change(globals, id, Change::Enable),
            Command::Disable { id } => change(globals, id, Change::Disable),
            Command::Remove { id } => change(globals, id, Change::Remove),
            Command::NewSecret { id } => {
                let (db, context) = globals.open()?;
                let secret = db.write(&context, globals.entity(), |work| {
                    connect::new_secret(work, id)
                })?;
                show_secret(globals, id, secret)
            }
            Command::Events { limit } => events(globals, limit),
            Command::Attempts { endpoint, limit } => attempts(globals, endpoint, limit),
            Command::Replay(args) => replay(&args, globals),
            Command::Deliver { to_private } => deliver(globals, to_private),
        }
    }
}

fn add(args: &AddArgs, globals: &Globals) -> Result<(), Failure> {
    let reach = Reach::allowing_own_network(args.to_private);
    let (db, context) = globals.open()?;
    let (id, secret) = db.write(&context, globals.entity(), |work| {
        connect::add(work, reach, &args.url, &args.events, &args.about)
    })?;
    show_secret(globals, id, secret)
}

fn show_secret(globals: &Globals, id: EndpointId, secret: String) -> Result<(), Failure> {
    let mut table = Table::new(&[("id", Align::Left), ("secret", Align::Left)]);
    let id = id.to_string();
    table.row([&id, &secret]);
    output::print(globals.format, &[table], &SecretJson { id, secret })
}

fn change(globals: &Globals, id: EndpointId, change: Change) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    db.write(&context, globals.entity(), |work| {
        connect::change(work, id, change)
    })?;
    list(globals)
}

fn list(globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let all: Vec<Endpoint> = db.read(&context, globals.entity(), connect::endpoints)?;
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("url", Align::Left),
        ("events", Align::Left),
        ("state", Align::Left),
        ("waiting", Align::Right),
        ("why", Align::Left),
    ]);
    let endpoints: Vec<EndpointJson> = all
        .into_iter()
        .map(|endpoint| EndpointJson {
            id: endpoint.id.to_string(),
            url: endpoint.url,
            events: endpoint.events,
            about: endpoint.about,
            state: endpoint.state,
            why: endpoint.why,
            failing_since: endpoint.failing_since.map(|since| since.to_string()),
            waiting: endpoint.waiting,
        })
        .collect();
    for endpoint in &endpoints {
        table.row([
            &endpoint.id,
            &endpoint.url,
            &endpoint.events,
            &endpoint.state,
            &endpoint.waiting.to_string(),
            &endpoint.why,
        ]);
    }
    output::print(globals.format, &[table], &EndpointsJson { endpoints })
}

fn events(globals: &Globals, limit: i64) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let all: Vec<Happened> = db.read(&context, globals.entity(), |work| {
        connect::happened(work, limit)
    })?;
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("kind", Align::Left),
        ("recorded_at", Align::Left),
        ("message", Align::Left),
    ]);
    let mut events = Vec::new();
    for one in all {
        let (id, at) = (one.id.to_string(), one.recorded_at.to_string());
        table.row([&id, &one.kind, &at, &one.content]);
        events.push(EventJson {
            id,
            kind: one.kind,
            recorded_at: at,
            message: serde_json::from_str(&one.content).unwrap_or(one.content.into()),
        });
    }
    output::print(globals.format, &[table], &EventsJson { events })
}

fn attempts(globals: &Globals, endpoint: Option<EndpointId>, limit: i64) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let all: Vec<Attempt> = db.read(&context, globals.entity(), |work| {
        connect::attempts(work, endpoint, limit)
    })?;
    let mut table = Table::new(&[
        ("recorded_at", Align::Left),
        ("event", Align::Left),
        ("kind", Align::Left),
        ("endpoint", Align::Left),
        ("status", Align::Right),
        ("outcome", Align::Left),
    ]);
    let attempts: Vec<AttemptJson> = all
        .into_iter()
        .map(|one| AttemptJson {
            recorded_at: one.recorded_at.to_string(),
            event: one.event.to_string(),
            kind: one.kind,
            endpoint: one.endpoint.to_string(),
            status: one.status,
            outcome: one.outcome,
        })
        .collect();
    for one in &attempts {
        let status = one.status.map(|status| status.to_string());
        table.row([
            &one.recorded_at,
            &one.event,
            &one.kind,
            &one.endpoint,
            &status.unwrap_or_default(),
            &one.outcome,
        ]);
    }
    output::print(globals.format, &[table], &AttemptsJson { attempts })
}

fn replay(args: &ReplayArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let which = match (args.event, args.since) {
        (Some(event), _) => Replay::Event(event),
        (None, since) => Replay::Since(since.unwrap_or(context.now)),
    };
    let queued = db.write(&context, globals.entity(), |work| {
        connect::replay(work, args.id, which)
    })?;
    let mut table = Table::new(&[("queued", Align::Right)]);
    table.row([&queued.to_string()]);
    output::print(globals.format, &[table], &QueuedJson { queued })
}

fn deliver(globals: &Globals, to_private: bool) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let sent = web::deliver(&db, &context, super::serve::now, to_private)?;
    let mut table = Table::new(&[("taken", Align::Right), ("failed", Align::Right)]);
    table.row([&sent.taken.to_string(), &sent.failed.to_string()]);
    let counts = CountsJson {
        taken: sent.taken,
        failed: sent.failed,
    };
    output::print(globals.format, &[table], &counts)
}
