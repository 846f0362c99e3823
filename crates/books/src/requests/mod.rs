//! Requests of programs, each taken once: a second delivery is answered with the first result.

mod sql;

use std::fmt;

use domain::refusal::Refusal;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::audit::hex;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// The longest key.
const LONGEST_KEY: usize = 200;

/// Why a request is not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RequestRefusal {
    /// The key is empty or too long.
    NotAKey,
    /// The key came before with another request.
    KeyReused,
}

impl fmt::Display for RequestRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestRefusal::NotAKey => {
                write!(
                    out,
                    "An idempotency key has 1 to {LONGEST_KEY} printable characters."
                )
            }
            RequestRefusal::KeyReused => {
                write!(out, "This key was used before with another request.")
            }
        }
    }
}

impl Refusal for RequestRefusal {
    fn code(&self) -> &'static str {
        match self {
            RequestRefusal::NotAKey => "not_a_key",
            RequestRefusal::KeyReused => "key_reused",
        }
    }

    fn hint(&self) -> Option<String> {
        Some("make a new key for each request, and use it again only to repeat that request".into())
    }
}

/// Does what a request asks, or answers as the first time. `content` is all that it asks.
pub fn once(
    work: &mut Work<'_>,
    key: &str,
    content: &str,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<Json>,
) -> Outcome<Json> {
    let known = |work: &mut Work<'_>| Ok((act(work)?, Json::Null));
    once_showing(work, key, content, known)
}

/// The same for what answers with a secret: `act` gives what is kept and, apart, what is shown
/// the first time alone. A repetition is answered without it.
pub fn once_showing(
    work: &mut Work<'_>,
    key: &str,
    content: &str,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<(Json, Json)>,
) -> Outcome<Json> {
    let is_printed = |letter: char| letter.is_ascii_graphic() || letter == ' ';
    if key.is_empty() || LONGEST_KEY < key.len() || !key.chars().all(is_printed) {
        return Err(RequestRefusal::NotAKey.into());
    }
    // One after the other: two deliveries at once must not both find nothing.
    work.gate()?;
    let key = format!("{} {key}", work.actor());
    let fingerprint = hex(&Sha256::digest(content.as_bytes()));
    if let Some(stored) = sql::answer(work, &key)? {
        let stored: Json = serde_json::from_str(&stored)
            .map_err(|problem| Fault::new(format!("a kept answer is no JSON: {problem}")))?;
        if stored["request"] != json!(fingerprint) {
            return Err(RequestRefusal::KeyReused.into());
        }
        return Ok(stored["answer"].clone());
    }
    let (mut answer, shown) = act(work)?;
    let kept = json!({ "request": fingerprint, "answer": answer });
    sql::insert(work, &key, &kept.to_string())?;
    work.note("request.take", key, json!({ "sha256": fingerprint }));
    if let (Json::Object(answer), Json::Object(shown)) = (&mut answer, shown) {
        answer.extend(shown);
    }
    Ok(answer)
}
