//! Connect: messages that leave the house. Endpoints and events stand in `books`; this sends.

mod guard;
mod sender;

use std::sync::Arc;
use std::time::Duration;

use books::{Context, Db, Outcome};
use jiff::Timestamp;

use crate::app::App;

pub use sender::Sent;

/// How often the server looks for something to send.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Sends what is due, until nothing is; `to_private` lets messages go into the own network.
pub fn deliver(
    db: &Db,
    context: &Context,
    clock: fn() -> Timestamp,
    to_private: bool,
) -> Outcome<Sent> {
    sender::Sender::new(to_private).send_due(db, context, clock)
}

/// Sends for as long as the server runs.
pub(crate) async fn watch(app: Arc<App>) {
    let sender = Arc::new(sender::Sender::new(app.to_private));
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut troubles: u32 = 0;
    loop {
        ticks.tick().await;
        let sender = Arc::clone(&sender);
        let sent = crate::app::blocking(&app, move |app| {
            sender.send_due(&app.db, &app.job_context(), app.clock())
        })
        .await;
        // Told once and tried again: the database may be away for a while.
        if let Err(failure) = sent {
            eprintln!("webhooks: {failure}");
            troubles = troubles.saturating_add(1);
            tokio::time::sleep(LOOK_EVERY * troubles.min(30)).await;
        } else {
            troubles = 0;
        }
    }
}
