//! Writing: each request once by its key, each through the use case that people use.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use books::approvals::{self, Asked, Verdict, Wish};
use books::bank::import::Reading;
use books::cash;
use books::close::Closing;
use books::imports::{ImportReport, Source};
use books::ledger::periods;
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::money::{Currency, Money};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::app::{App, Door, blocking, files_read, look_ahead, read, write};
use crate::problem::{Problem, Told};
use crate::rest::reads::{asked, paged};
use crate::rest::{Caller, id_of, json_answer};
use crate::session::Fields;

pub(super) type Answer = Result<Response, Problem>;

/// A write as it came in.
pub(super) struct Asking {
    key: String,
    content: String,
    pub(super) body: Map<String, Json>,
}

pub(super) fn bad(code: &str, message: &str, hint: &str) -> Problem {
    Problem(Told::new(StatusCode::BAD_REQUEST, code, message, hint))
}

pub(super) fn field(name: &str, message: &str) -> Problem {
    let mut told = Told::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "not_a_value",
        message,
        "the API description shows what each request holds",
    );
    told.field = Some(name.to_owned());
    Problem(told)
}

pub(super) fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let key = headers.get("idempotency-key");
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default();
    if key.is_empty() {
        return Err(bad(
            "idempotency_key_missing",
            "A write needs an Idempotency-Key.",
            "send a new random key with each request, the same with its repetitions",
        ));
    }
    Ok(key.to_owned())
}

/// The headers and the body of a write.
pub(crate) struct Sent {
    headers: HeaderMap,
    bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = BytesRejection;

    async fn from_request(request: Request, state: &S) -> Result<Sent, BytesRejection> {
        let headers = request.headers().clone();
        let bytes = Bytes::from_request(request, state).await?;
        Ok(Sent { headers, bytes })
    }
}

impl Sent {
    /// Reads key and body; an empty body asks nothing in particular.
    pub(super) fn asking(&self, path: &str) -> Result<Asking, Problem> {
        let (key, bytes) = (key_of(&self.headers)?, &self.bytes);
        let body = if bytes.is_empty() {
            Map::new()
        } else {
            match serde_json::from_slice(bytes) {
                Ok(Json::Object(body)) => body,
                Ok(_) | Err(_) => {
                    return Err(bad(
                        "not_json",
                        "The body is no JSON object.",
                        "send an object with Content-Type: application/json",
                    ));
                }
            }
        };
        if bytes.windows(6).any(|part| part == b"\\u0000") || bytes.contains(&0) {
            return Err(field("body", "A text holds a zero byte."));
        }
        let content = format!("{path} {}", Json::Object(body.clone()));
        Ok(Asking { key, content, body })
    }
}

impl Asking {
    pub(super) fn text(&self, name: &'static str) -> Result<String, Problem> {
        match self.body.get(name) {
            Some(Json::String(text)) => Ok(text.clone()),
            Some(_) | None => Err(field(name, &format!("`{name}` is no text."))),
        }
    }

    pub(super) fn optional_text(&self, name: &'static str) -> Result<String, Problem> {
        match self.body.get(name) {
            None | Some(Json::Null) => Ok(String::new()),
            Some(_) => self.text(name),
        }
    }

    /// The same, where it is there and not empty.
    pub(super) fn given(&self, name: &'static str) -> Result<Option<String>, Problem> {
        Ok(Some(self.optional_text(name)?).filter(|text| !text.is_empty()))
    }

    /// What a text stands for, where it is given: a date, an id.
    pub(super) fn read<T: FromStr>(
        &self,
        name: &'static str,
        what: &str,
    ) -> Result<Option<T>, Problem> {
        let read = self.given(name)?.map(|text| {
            let read = text.parse::<T>();
            read.map_err(|_| field(name, &format!("`{text}` is no {what}.")))
        });
        read.transpose()
    }

    /// A day, where one is given.
    pub(super) fn optional_day(&self, name: &'static str) -> Result<Option<Date>, Problem> {
        self.read(name, "date")
    }

    /// A day.
    pub(super) fn day(&self, name: &'static str) -> Result<Date, Problem> {
        let day = self.optional_day(name)?;
        day.ok_or_else(|| field(name, &format!("`{name}` is no date.")))
    }

    /// A claim; it does not hold where it is not named.
    pub(super) fn claim(&self, name: &'static str) -> Result<bool, Problem> {
        match self.body.get(name) {
            None | Some(Json::Null) => Ok(false),
            Some(Json::Bool(holds)) => Ok(*holds),
            Some(_) => Err(field(name, &format!("`{name}` is true or false."))),
        }
    }

    /// A list of texts; empty where there is none.
    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<String>, Problem> {
        let wrong = || field(name, &format!("`{name}` is no list of texts."));
        let list = match self.body.get(name) {
            None | Some(Json::Null) => return Ok(Vec::new()),
            Some(list) => list.as_array().ok_or_else(wrong)?,
        };
        let texts = list.iter().map(|text| text.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<String>>>().ok_or_else(wrong)
    }
}

/// Runs the write once and answers with what it answered.
pub(super) async fn once(
    app: &Arc<App>,
    caller: &Caller,
    asking: Asking,
    reason: &str,
    act: impl Fn(&mut Work<'_>, &Map<String, Json>) -> Outcome<Json> + Send + 'static,
) -> Answer {
    let answer = write(app, Door::Rest, &caller.who, reason, move |work| {
        books::requests::once(work, &asking.key, &asking.content, |work| {
            act(work, &asking.body)
        })
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// The same for what answers with a secret, which no repetition shows again.
pub(super) async fn once_showing(
    app: &Arc<App>,
    caller: &Caller,
    asking: Asking,
    act: impl Fn(&mut Work<'_>) -> Outcome<(Json, Json)> + Send + 'static,
) -> Answer {
    let answer = write(app, Door::Rest, &caller.who, "", move |work| {
        books::requests::once_showing(work, &asking.key, &asking.content, &act)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &answer))
}

/// Closes a period.
pub(crate) async fn close_period(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(period): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("close {period}"))?;
    let closing = Closing::Period(period.clone());
    let looked = look_ahead(&app, Door::Rest, &caller.who, closing).await?;
    once(&app, &caller, asking, "", move |work, _| {
        work.knows(looked.as_ref());
        periods::close(work, &period)?;
        Ok(json!({ "period": period, "state": "closed" }))
    })
    .await
}

/// What waits for approval, and what became of earlier requests.
pub(crate) async fn approvals(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let now = app.now();
    let ask = asked(query)?;
    let found = read(&app, Door::Rest, &caller.who, move |work| {
        Ok((approvals::page(work, &ask)?, work.functional()))
    })
    .await?;
    let (page, functional) = found;
    let data = page.requests.iter();
    let data = data.map(|request| request_json(request, functional, now));
    Ok(json_answer(
        StatusCode::OK,
        &paged(data.collect(), page.next),
    ))
}

/// A request with what was said to it.
pub(super) fn request_json(
    request: &approvals::Request,
    functional: Currency,
    now: Timestamp,
) -> Json {
    let amount = Money::new(request.amount, functional);
    let voices = request.voices.iter().map(|voice| {
        json!({
            "actor": voice.actor, "for": voice.stands_for, "verdict": voice.verdict,
            "reason": voice.reason, "outcome": voice.outcome,
        })
    });
    let voices: Vec<Json> = voices.collect();
    json!({
        "id": request.id.to_string(), "kind": request.kind, "subject": request.subject,
        "state": request.state(now), "maker": request.maker, "reason": request.reason,
        "amount": { "amount": amount.to_string(), "currency": functional.code() },
        "effect": request.effect, "needed": request.needed, "voices": voices,
        "expires_at": request.expires_at.to_string(),
    })
}

/// Asks for something that may need approval.
pub(crate) async fn ask(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("ask")?;
    let (kind, reason) = (asking.text("kind")?, asking.text("reason")?);
    let wish = Wish::parse(&kind, &Json::Object(asking.body.clone()))
        .ok_or_else(|| field("kind", &format!("This is no request of kind `{kind}`.")))?;
    let why = reason.clone();
    let looked = match &wish {
        Wish::ClosePeriod { period } => {
            let closing = Closing::Period(period.clone());
            look_ahead(&app, Door::Rest, &caller.who, closing).await?
        }
        _ => None,
    };
    if asking.claim("dry_run")? {
        let found = write(&app, Door::Rest, &caller.who, &reason, move |work| {
            approvals::preview(work, &wish)
        })
        .await?;
        let told = json!({
            "state": "foreseen", "would_post": found.effect, "would_wait": found.waits,
        });
        return Ok(json_answer(StatusCode::OK, &told));
    }
    once(&app, &caller, asking, &reason, move |work, _| {
        work.knows(looked.as_ref());
        Ok(match approvals::ask(work, &wish, &why)? {
            Asked::Done(outcome) => json!({ "state": "done", "outcome": outcome }),
            Asked::Waits(id) => json!({ "state": "waiting", "id": id.to_string() }),
        })
    })
    .await
}

/// Approves, denies or withdraws a request.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("decide {id}"))?;
    let verdict = match asking.text("verdict")?.as_str() {
        "approve" => Verdict::Approve,
        "deny" => Verdict::Deny,
        "withdraw" => Verdict::Withdraw,
        _ => return Err(field("verdict", "A verdict is approve, deny or withdraw.")),
    };
    let id = id_of(&id)?;
    let reason = asking.optional_text("reason")?;
    let why = reason.clone();
    let looked = match verdict {
        Verdict::Approve => {
            files_read(&app).await?;
            let closing = Closing::Request(id);
            look_ahead(&app, Door::Rest, &caller.who, closing).await?
        }
        Verdict::Deny | Verdict::Withdraw => None,
    };
    once(&app, &caller, asking, &reason, move |work, _| {
        work.knows(looked.as_ref());
        let outcome = approvals::decide(work, id, verdict, &why)?;
        Ok(json!({ "id": id.to_string(), "outcome": outcome }))
    })
    .await
}

/// Runs cash application over what waits.
pub(crate) async fn run_cash(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("run cash")?;
    let as_of = asking.optional_day("as_of")?;
    let ready = read(&app, Door::Rest, &caller.who, move |work| {
        cash::ready(work, as_of)
    })
    .await?;
    // Work that is tried again decides anew.
    let ready = Mutex::new(Some(ready));
    once(&app, &caller, asking, "", move |work, _| {
        let ready = ready.lock().unwrap_or_else(PoisonError::into_inner).take();
        let run = cash::apply_within(work, as_of, ready)?;
        let outcomes: Map<String, Json> = run
            .outcomes
            .iter()
            .map(|(outcome, count)| ((*outcome).to_owned(), json!(count.payments)))
            .collect();
        let mut answer = json!({
            "looked_at": run.looked_at, "changed": run.changed, "outcomes": outcomes,
        });
        if 0 < run.left {
            answer["left"] = run.left.into();
        }
        if let Some(id) = run.run {
            answer["run"] = id.to_string().into();
        }
        Ok(answer)
    })
    .await
}

/// Takes a bank file in: the body is the file.
pub(crate) async fn import_statement(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    // The content itself is the key under which a file is taken once.
    key_of(&headers)?;
    let currency = match fields.get("currency") {
        "" => None,
        text => {
            let wrong = || field("currency", &format!("`{text}` is no currency."));
            Some(Currency::parse(text).ok_or_else(wrong)?)
        }
    };
    let reading = Reading {
        currency,
        ..Reading::default()
    };
    let report = blocking(&app, move |app| {
        let context = app.context(Door::Rest, &caller.who.login, "");
        let open = || -> std::io::Result<Box<dyn std::io::Read>> {
            Ok(Box::new(std::io::Cursor::new(bytes.clone())))
        };
        let source = Source {
            name: "upload".to_owned(),
            open: &open,
        };
        let entity = Some(caller.who.entity.as_str());
        books::bank::import::import(&app.db, &context, entity, &source, reading)
    })
    .await?;
    import_answer(&report)
}

/// What became of a file.
pub(super) fn import_answer(report: &ImportReport) -> Answer {
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let answer = json!({
        "format": report.format, "accepted": report.accepted,
        "already_known": report.already_known, "refused": report.refused(),
        "problems": problems,
    });
    let status = if report.rolled_back {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    if report.rolled_back {
        let mut told = Told::new(
            status,
            "import_refused",
            "The file has records that cannot be taken; nothing was.",
            "mend the records named and send the file again",
        );
        told.message = format!("{} {}", told.message, problems.join("; "));
        return Err(Problem(told));
    }
    Ok(json_answer(status, &answer))
}
