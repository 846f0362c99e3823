//! Connect: endpoints of other programs, events that are written with their facts, and delivery.
//!
//! Outgoing webhooks as Standard Webhooks 1.0 describes them. An event is a row of the same
//! transaction as its fact: what was rolled back is told to nobody, and what was committed is
//! told at least once, under one id, until the receiver takes it or three days are over.

mod deliver;
mod endpoints;
mod events;
mod refusal;
mod sign;
pub(crate) mod sql;

pub use deliver::{Parcel, Reply, claim, give_back, keep};
pub use endpoints::{
    Attempt, Change, Endpoint, Happened, Replay, add, attempts, change, endpoints, happened,
    new_secret, replay,
};
pub use refusal::WebhookRefusal;
pub use sign::signature;

pub(crate) use events::{Event, posted, write};
