//! Taking an application back: a new, opposite fact with its reason.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::ledger;
use books::open_items::{self, Unapply};

use crate::app::{App, Door, write};
use crate::html::{Sent, Tried};
use crate::pages::login::own_path;
use crate::pages::{again, done};
use crate::session::Posted;

/// Shows what taking one back posts, or takes it back, today.
pub(crate) async fn undo(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let back = match own_path(posted.get("back")) {
        path if path.starts_with("/documents/") => path.to_owned(),
        _ => "/applications".to_owned(),
    };
    let action = format!("/applications/{id}/undo");
    let sent = Sent::of(&action, &posted);
    let order = [Unapply {
        on: app.today(),
        what: id,
        with: None,
    }];
    let reason = posted.get("reason").to_owned();
    let undone = write(&app, Door::Html, &posted.signed.who, &reason, move |work| {
        let found = ledger::rehearse(work, |work| open_items::unapply(work, &order))?;
        let ahead = sent.foreseen(found);
        if sent.agrees(&ahead) {
            open_items::unapply(work, &order)?;
            return Ok(None);
        }
        Ok(Some(ahead))
    })
    .await;
    let tried = match undone {
        Ok(None) => return done(&back, "The application is undone."),
        Ok(Some(ahead)) => Tried::looked(&action, &posted, ahead),
        Err(failure) => Tried::of(&action, &posted, failure),
    };
    again(&app, &posted.signed, &back, tried).await
}
