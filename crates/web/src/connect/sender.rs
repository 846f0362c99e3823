//! Sends messages: one thread for each endpoint, fifteen seconds at most, no redirects.

use std::time::Duration;

use books::connect::{Parcel, Reply, claim, give_back, keep};
use books::{Context, Db, Failure, Outcome};
use jiff::Timestamp;
use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;

use crate::connect::guard::Guard;

/// How much is claimed at once; the lease of a claim outlasts so many answers that time out.
const AT_ONCE: i64 = 30;

/// What became of messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sent {
    /// How many were taken.
    pub taken: usize,
    /// How many were not.
    pub failed: usize,
}

/// The client and its rules.
pub(crate) struct Sender {
    agent: Agent,
}

impl Sender {
    pub(crate) fn new(to_private: bool) -> Sender {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(15)))
            .timeout_connect(Some(Duration::from_secs(5)))
            .max_redirects(0)
            .http_status_as_error(false)
            // A proxy would look names up for itself, past the guard.
            .proxy(None)
            .user_agent(concat!("Duebook/", env!("CARGO_PKG_VERSION")))
            .build();
        let guard = Guard::new(to_private);
        Sender {
            agent: Agent::with_parts(config, DefaultConnector::default(), guard),
        }
    }

    /// Claims and sends until nothing is due.
    pub(crate) fn send_due(
        &self,
        db: &Db,
        context: &Context,
        clock: fn() -> Timestamp,
    ) -> Outcome<Sent> {
        let mut sent = Sent::default();
        loop {
            let at = |now: Timestamp| Context {
                now,
                ..context.clone()
            };
            let parcels = claim(db, &at(clock()), AT_ONCE)?;
            let is_last = (parcels.len() as i64) < AT_ONCE;
            let by_endpoint: Vec<&[Parcel]> = parcels
                .chunk_by(|one, next| one.endpoint == next.endpoint && one.entity == next.entity)
                .collect();
            let outcomes = std::thread::scope(|scope| {
                let threads: Vec<_> = by_endpoint
                    .into_iter()
                    .map(|parcels| scope.spawn(|| self.send_all(db, &at, clock, parcels)))
                    .collect();
                let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
                joined.collect::<Vec<_>>()
            });
            for outcome in outcomes {
                let part = outcome.map_err(|_| {
                    Failure::from(books::Fault::new("a message ended in a bug of the sender"))
                })??;
                sent.taken += part.taken;
                sent.failed += part.failed;
            }
            if is_last {
                return Ok(sent);
            }
        }
    }

    /// Sends the messages of one endpoint in their order.
    fn send_all(
        &self,
        db: &Db,
        at: &(impl Fn(Timestamp) -> Context + Sync),
        clock: fn() -> Timestamp,
        parcels: &[Parcel],
    ) -> Outcome<Sent> {
        let mut sent = Sent::default();
        for (place, parcel) in parcels.iter().enumerate() {
            let answer = self.send(parcel);
            if answer
                .as_ref()
                .is_ok_and(|reply| (200..300).contains(&reply.status))
            {
                sent.taken += 1;
            } else {
                sent.failed += 1;
            }
            let rest = keep(db, &at(clock()), parcel, &answer)?;
            if let Some(until) = rest {
                let unsent = parcels.get(place + 1..).unwrap_or_default();
                give_back(db, &at(clock()), unsent, until)?;
                break;
            }
        }
        Ok(sent)
    }

    /// What came back, or why nothing did. The answer's body is not read.
    fn send(&self, parcel: &Parcel) -> Result<Reply, String> {
        let mut request = self
            .agent
            .post(&parcel.url)
            .header("content-type", "application/json");
        for (name, value) in &parcel.headers {
            request = request.header(*name, value.as_str());
        }
        match request.send(parcel.body.as_str()) {
            Ok(answer) => {
                let asked = answer.headers().get("retry-after");
                let asked = asked.and_then(|value| value.to_str().ok());
                Ok(Reply {
                    status: answer.status().as_u16(),
                    retry_after: asked.map(str::to_owned),
                })
            }
            Err(problem) => Err(problem.to_string()),
        }
    }
}
