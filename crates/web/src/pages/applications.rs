//! Taking an application back: a new, opposite fact with its reason.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::open_items::{self, Unapply};

use crate::app::{App, Door, write};
use crate::html::Tried;
use crate::pages::login::own_path;
use crate::pages::{again, done};
use crate::session::Posted;

/// Takes one back, today.
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
    let order = Unapply {
        on: app.today(),
        what: id,
        with: None,
    };
    let reason = posted.get("reason").to_owned();
    let undone = write(&app, Door::Html, &posted.signed.who, &reason, move |work| {
        open_items::unapply(work, std::slice::from_ref(&order))
    })
    .await;
    match undone {
        Ok(_) => done(&back, "The application was taken back."),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            again(&app, &posted.signed, &back, tried).await
        }
    }
}
