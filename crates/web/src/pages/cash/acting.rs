//! What is done at the desk: to a line, and to all that waits.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use books::approvals::Asked;
use books::cash::{self, desk};
use books::{Failure, Outcome, Work, ledger};
use domain::ids::NoteId;
use domain::money::Currency;

use super::dividing::{self, Typed};
use super::line::Tried;
use super::{Ask, load, page};
use crate::app::{App, Door, blocking, files_read, read_with, write};
use crate::html::{Ahead, Sent, encoded};
use crate::pages::reports::NotAValue;
use crate::pages::{done, refused};
use crate::session::{Posted, Signed};

/// What can be done to a line.
const VERBS: [&str; 8] = [
    "accept", "apply", "check", "park", "move", "undo", "release", "note",
];

/// Does something to a line and goes to the next that waits.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((name, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    if !VERBS.contains(&verb.as_str()) {
        return refused(&posted.signed, Failure::from(NoSuchAction));
    }
    let order = Order {
        line: name.clone(),
        verb: verb.clone(),
        rank: posted.get("rank").to_owned(),
        party: posted.get("party").to_owned(),
        typed: Typed::of(&posted),
        note: posted.get("text").to_owned(),
        corrects: posted.get("corrects").to_owned(),
        sent: Sent::of(&format!("/cash/{name}/{verb}"), &posted),
    };
    let meant = order.clone();
    let acted = match files_read(&app).await {
        Ok(()) => {
            let act = move |work: &mut Work<'_>| meant.act(work);
            write(&app, Door::Html, &posted.signed.who, "", act).await
        }
        Err(failure) => Err(failure),
    };
    let mut tried = Tried {
        verb: order.verb,
        typed: order.typed,
        party: order.party,
        note: order.note,
        told: None,
        tested: None,
        ahead: None,
    };
    match acted {
        // What was taken back or noted is looked at again; else the next line is at hand.
        Ok(Acted::Done(told)) if verb == "undo" || verb == "note" => {
            return done(&format!("/cash?line={}", encoded(&name)), told);
        }
        Ok(Acted::Done(told)) => {
            return done(&format!("/cash?next={}", encoded(posted.get("next"))), told);
        }
        Ok(Acted::Tested(tested)) => tried.tested = Some(tested),
        Ok(Acted::Looked(ahead)) => tried.ahead = Some(ahead),
        Err(failure @ Failure::Fault(_)) => return refused(&posted.signed, failure),
        Err(failure) => tried.told = Some(failure.into()),
    }
    again(&app, &posted.signed, name, tried).await
}

/// What is to be done to a line, as it was sent.
#[derive(Clone)]
struct Order {
    line: String,
    verb: String,
    rank: String,
    party: String,
    typed: Typed,
    note: String,
    corrects: String,
    sent: Sent,
}

impl Order {
    fn act(&self, work: &mut Work<'_>) -> Outcome<Acted> {
        let line = self.line.as_str();
        let told = match self.verb.as_str() {
            "accept" => {
                desk::accept(work, line, ranked(&self.rank)?)?;
                "Applied."
            }
            "apply" => {
                let division = self.typed.division(currency_of(work, line)?)?;
                match desk::apply_or_ask(work, line, &division, &self.typed.reason())? {
                    Asked::Done(_) => "Applied.",
                    Asked::Waits(_) => "It waits for approval by somebody else.",
                }
            }
            "check" => {
                let division = self.typed.division(currency_of(work, line)?)?;
                return dividing::test(work, line, division).map(Acted::Tested);
            }
            verb @ ("park" | "move") => {
                let parks = verb == "park";
                let assign = |work: &mut Work<'_>| desk::assign(work, line, &self.party, parks);
                if self.sent.looks() {
                    let found = ledger::rehearse(work, assign)?;
                    return Ok(Acted::Looked(self.sent.foreseen(found)));
                }
                assign(work)?;
                if parks {
                    "Parked on account."
                } else {
                    "Moved; it is unapplied with its party."
                }
            }
            "note" => {
                let corrects = noted(&self.corrects)?;
                desk::note(work, line, &self.party, &self.note, corrects)?;
                "The note is kept."
            }
            "undo" => {
                let found = ledger::rehearse(work, |work| desk::undo(work, line))?;
                let ahead = self.sent.foreseen(found);
                if !self.sent.agrees(&ahead) {
                    return Ok(Acted::Looked(ahead));
                }
                desk::undo(work, line)?;
                "Undone."
            }
            _ => {
                desk::release(work, line)?;
                "The next run decides."
            }
        };
        Ok(Acted::Done(told))
    }
}

/// Which proposal is meant; none is taken for granted.
fn ranked(text: &str) -> Outcome<i64> {
    let rank = text.parse();
    Ok(rank.map_err(|_| NotAValue::of("rank", text))?)
}

/// The note that another corrects, where one is named.
fn noted(text: &str) -> Outcome<Option<NoteId>> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = text.parse().map_err(|_| NotAValue::of("corrects", text))?;
    Ok(Some(id))
}

/// What became of an action.
enum Acted {
    /// It was done, or asked for; in these words.
    Done(&'static str),
    /// It was only looked at.
    Tested(dividing::Tested),
    /// The same of what is not divided.
    Looked(Ahead),
}

/// The desk as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, signed: &Signed, line: String, tried: Tried) -> Response {
    let ask = Ask {
        line,
        ..Ask::default()
    };
    let facts = read_with(app, &signed.who, move |app, work| load(app, work, ask)).await;
    match facts {
        Ok(facts) => {
            let page = page(&facts, None, Some(&tried), signed);
            let status = tried.told.map_or(StatusCode::OK, |told| told.status);
            (status, Html(page.0)).into_response()
        }
        Err(failure) => refused(signed, failure),
    }
}

/// Amounts are in the currency of the line.
fn currency_of(work: &mut Work<'_>, line: &str) -> Outcome<Currency> {
    let shown = desk::show(work, line)?;
    let code = shown["line"]["amount"]["currency"].as_str();
    let currency = code.and_then(Currency::parse);
    Ok(currency.unwrap_or(work.functional()))
}

/// Runs cash application over everything that waits.
pub(crate) async fn run(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let who = posted.signed.who.clone();
    let ran = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        cash::apply(&app.db, &context, Some(&who.entity), None, true)
    })
    .await;
    match ran {
        Ok(run) => {
            let applied = run
                .outcomes
                .get("applied")
                .map_or(0, |count| count.payments);
            let told = format!(
                "{} payments looked at, {applied} applied, {} decisions changed.",
                run.looked_at, run.changed
            );
            done("/cash", &told)
        }
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// A verb that the desk does not know.
#[derive(Debug)]
struct NoSuchAction;

impl std::fmt::Display for NoSuchAction {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "The cash desk does not know this action.")
    }
}

impl domain::refusal::Refusal for NoSuchAction {
    fn code(&self) -> &'static str {
        "not_found"
    }
}
