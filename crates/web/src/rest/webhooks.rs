//! Endpoints of webhooks for programs; lists of them, of events and attempts are lists as others.

use std::sync::Arc;

use axum::extract::{Path, State};
use books::connect::{self, Change, Replay};
use domain::connect::Reach;
use domain::ids::EndpointId;
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::problem::Problem;
use crate::rest::writes::{Answer, Asking, Sent, field, once, once_showing};
use crate::rest::{Caller, id_of, not_found};

/// Adds one.
pub(crate) async fn add(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("add endpoint")?;
    let (url, about) = (asking.text("url")?, asking.optional_text("about")?);
    let events = asking.texts("events")?;
    let reach = Reach::allowing_own_network(app.to_private);
    once_showing(&app, &caller, asking, move |work| {
        let (id, secret) = connect::add(work, reach, &url, &events, &about)?;
        Ok((json!({ "id": id.to_string() }), json!({ "secret": secret })))
    })
    .await
}

/// Enables, disables, removes, makes a new secret or sends again.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let endpoint: EndpointId = id_of(&id)?;
    let asking = sent.asking(&format!("{verb} {id}"))?;
    let change = match verb.as_str() {
        "enable" => Change::Enable,
        "disable" => Change::Disable,
        "remove" => Change::Remove,
        "secrets" => {
            return once_showing(&app, &caller, asking, move |work| {
                let secret = connect::new_secret(work, endpoint)?;
                Ok((json!({ "id": id }), json!({ "secret": secret })))
            })
            .await;
        }
        "replays" => {
            let which = which(&asking)?;
            return once(&app, &caller, asking, "", move |work, _| {
                let count = connect::replay(work, endpoint, which)?;
                Ok(json!({ "id": id, "count": count }))
            })
            .await;
        }
        _ => return Err(not_found()),
    };
    once(&app, &caller, asking, "", move |work, _| {
        connect::change(work, endpoint, change)?;
        Ok(json!({ "id": id, "done": verb }))
    })
    .await
}

fn which(asking: &Asking) -> Result<Replay, Problem> {
    let event = asking.optional_text("event")?;
    let since = asking.optional_text("since")?;
    match (event.as_str(), since.as_str()) {
        ("", "") => Err(field("event", "Name an event or a moment since when.")),
        (event, "") => {
            let id = event.parse();
            let id = id.map_err(|_| field("event", &format!("`{event}` is no id of an event.")))?;
            Ok(Replay::Event(id))
        }
        ("", since) => {
            let moment = since.parse::<Timestamp>();
            let moment =
                moment.map_err(|_| field("since", &format!("`{since}` is no instant.")))?;
            Ok(Replay::Since(moment))
        }
        _ => Err(field("since", "Name an event or a moment, not both.")),
    }
}
