//! What is decided about bank lines, for programs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::approvals::{self, Asked, Wish};
use books::cash::desk;
use books::{Outcome, Work, ledger};
use domain::ids::NoteId;
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, files_read, write};
use crate::problem::Problem;
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, json_answer, not_found};

/// Decides about a bank line: accept, apply, park, move, undo, release; or keeps a note on it.
pub(crate) async fn decide_line(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((line, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("{verb} {line}"))?;
    let order = LineOrder::of(line, &verb, &asking)?;
    files_read(&app).await?;
    if asking.claim("dry_run")? {
        if verb == "note" {
            return Err(field("dry_run", "A note posts nothing."));
        }
        let found = write(&app, Door::Rest, &caller.who, "", move |work| {
            order.foreseen(work)
        })
        .await?;
        return Ok(json_answer(StatusCode::OK, &found));
    }
    once(&app, &caller, asking, "", move |work, _| order.done(work)).await
}

/// What is to be done about a bank line.
struct LineOrder {
    line: String,
    act: LineAct,
}

enum LineAct {
    Accept(i64),
    Apply(desk::Division, String),
    /// To whom, and whether on account by decision.
    Assign(String, bool),
    Note {
        party: String,
        text: String,
        corrects: Option<NoteId>,
    },
    Undo,
    Release,
}

impl LineOrder {
    fn of(line: String, verb: &str, asking: &Asking) -> Result<LineOrder, Problem> {
        let act = match verb {
            "accept" => {
                let rank = asking.body.get("rank").and_then(Json::as_i64);
                let wrong = "`rank` names the proposal to accept, a whole number.";
                LineAct::Accept(rank.ok_or_else(|| field("rank", wrong))?)
            }
            "apply" => LineAct::Apply(division_of(&asking.body)?, asking.optional_text("reason")?),
            "park" | "move" => LineAct::Assign(asking.text("party")?, verb == "park"),
            "note" => LineAct::Note {
                party: asking.optional_text("party")?,
                text: asking.text("text")?,
                corrects: corrected(asking)?,
            },
            "undo" => LineAct::Undo,
            "release" => LineAct::Release,
            _ => return Err(not_found()),
        };
        Ok(LineOrder { line, act })
    }

    /// Does it.
    fn done(&self, work: &mut Work<'_>) -> Outcome<Json> {
        let line = self.line.as_str();
        let done = match &self.act {
            LineAct::Accept(rank) => {
                desk::accept(work, line, *rank)?;
                "accept"
            }
            LineAct::Apply(division, reason) => {
                let asked = desk::apply_or_ask(work, line, division, reason)?;
                if let Asked::Waits(id) = asked {
                    let id = id.to_string();
                    return Ok(json!({ "line": line, "done": "waiting", "request": id }));
                }
                "apply"
            }
            LineAct::Assign(party, on_account) => {
                desk::assign(work, line, party, *on_account)?;
                if *on_account { "park" } else { "move" }
            }
            LineAct::Note {
                party,
                text,
                corrects,
            } => {
                let id = desk::note(work, line, party, text, *corrects)?;
                return Ok(json!({ "line": line, "done": "note", "note": id.to_string() }));
            }
            LineAct::Undo => {
                desk::undo(work, line)?;
                "undo"
            }
            LineAct::Release => {
                desk::release(work, line)?;
                "release"
            }
        };
        Ok(json!({ "line": line, "done": done }))
    }

    /// What it would post, done and taken back.
    fn foreseen(&self, work: &mut Work<'_>) -> Outcome<Json> {
        let (effect, waits) = if let LineAct::Apply(division, _) = &self.act {
            let wish = Wish::ApplyLine {
                line: self.line.clone(),
                division: division.clone(),
            };
            let found = approvals::preview(work, &wish)?;
            (found.effect, division.gives_up() && found.waits)
        } else {
            let found = ledger::rehearse(work, |work| self.done(work))?;
            (found.effect, false)
        };
        Ok(json!({
            "line": self.line, "done": "nothing", "would_post": effect, "would_wait": waits,
        }))
    }
}

/// The note that another corrects, where one is named.
pub(super) fn corrected(asking: &Asking) -> Result<Option<NoteId>, Problem> {
    asking.read("corrects", "id")
}

fn division_of(body: &Map<String, Json>) -> Result<desk::Division, Problem> {
    desk::Division::from_json(&Json::Object(body.clone())).ok_or_else(|| {
        field(
            "parts",
            "`parts` is a list of document and, where wanted, amount and deductions; `on_account` \
             one of party and amount; amounts come with their currency.",
        )
    })
}
