//! MCP, the Model Context Protocol: agents read the books and propose; they never approve.
//!
//! JSON-RPC 2.0 over stdio (a message a line) and streamable HTTP (`POST /mcp`, answered at once,
//! without sessions). Written plainly over `serde_json`: the surface is five methods, and what
//! agents may do is decided in `books`, which knows an agent by its login and by this door.

pub(crate) mod http;
mod proposals;
mod stdio;
mod tools;

use books::{Context, Db};
use domain::calendar::Date;
use serde_json::{Value as Json, json};

pub use stdio::serve as serve_stdio;
pub(crate) use tools::desk_line;

/// Versions of the protocol that are spoken here, the newest first.
const VERSIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// What an agent is told about its place.
const INSTRUCTIONS: &str = "Books of receivables and payables. Read with the list, report and \
    show tools. Whatever changes the books is proposed with a reason and evidence and waits for a \
    person; nothing is posted before. Money is an exact decimal text with its currency.";

/// On whose books an agent works.
pub(crate) struct Desk<'a> {
    pub(crate) db: &'a Db,
    /// Who, when, by which door; the reason is filled in by proposals.
    pub(crate) context: Context,
    /// The code of the entity; the only one where not named.
    pub(crate) entity: Option<String>,
}

impl Desk<'_> {
    fn today(&self) -> Date {
        self.context.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

/// Why a message cannot be answered as it should: codes of JSON-RPC 2.0.
struct Wrong {
    code: i64,
    message: String,
}

impl Wrong {
    fn of(code: i64, message: impl Into<String>) -> Wrong {
        let message = message.into();
        Wrong { code, message }
    }
}

fn failed(id: &Json, wrong: &Wrong) -> Json {
    json!({
        "jsonrpc": "2.0", "id": id,
        "error": { "code": wrong.code, "message": wrong.message },
    })
}

/// Answers a text: one message, or several in a list as the protocol of March 2025 allows.
/// Nothing where nothing is to be answered.
pub(crate) fn answer(desk: &Desk<'_>, text: &[u8]) -> Option<Json> {
    let Ok(message) = serde_json::from_slice::<Json>(text) else {
        let wrong = Wrong::of(-32700, "This is no JSON.");
        return Some(failed(&Json::Null, &wrong));
    };
    match message {
        Json::Array(all) if all.is_empty() || MOST_AT_ONCE < all.len() => {
            let told = "A list has 1 to 50 messages.";
            Some(failed(&Json::Null, &Wrong::of(-32600, told)))
        }
        Json::Array(all) => {
            let answers: Vec<Json> = all.iter().filter_map(|one| answer_one(desk, one)).collect();
            (!answers.is_empty()).then_some(Json::Array(answers))
        }
        one => answer_one(desk, &one),
    }
}

/// The most messages of one list.
const MOST_AT_ONCE: usize = 50;

fn answer_one(desk: &Desk<'_>, message: &Json) -> Option<Json> {
    let id = message.get("id").cloned();
    let method = message.get("method").and_then(Json::as_str);
    let is_request = message.get("jsonrpc").and_then(Json::as_str) == Some("2.0");
    let is_id = id
        .as_ref()
        .is_none_or(|id| id.is_string() || id.is_i64() || id.is_u64());
    let (Some(method), true, true) = (method, is_request, is_id) else {
        // An answer to something that we never ask is nothing to answer.
        let is_answer = message.get("result").is_some() || message.get("error").is_some();
        let wrong = Wrong::of(-32600, "This is no request of JSON-RPC 2.0.");
        return (!is_answer).then(|| failed(&Json::Null, &wrong));
    };
    let id = id?;
    let params = message.get("params").cloned().unwrap_or_else(|| json!({}));
    Some(match call(desk, method, &params) {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(wrong) => failed(&id, &wrong),
    })
}

fn call(desk: &Desk<'_>, method: &str, params: &Json) -> Result<Json, Wrong> {
    match method {
        "initialize" => Ok(initialize(params)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools::described() })),
        "tools/call" => {
            let name = params.get("name").and_then(Json::as_str);
            let name = name.ok_or_else(|| Wrong::of(-32602, "A call names its tool."))?;
            let empty = json!({});
            let arguments = match params.get("arguments") {
                None | Some(Json::Null) => &empty,
                Some(arguments) if arguments.is_object() => arguments,
                Some(_) => return Err(Wrong::of(-32602, "Arguments are an object.")),
            };
            tools::call(desk, name, arguments)
                .ok_or_else(|| Wrong::of(-32602, format!("There is no tool `{name}`.")))
        }
        _ => Err(Wrong::of(-32601, format!("There is no method `{method}`."))),
    }
}

/// The version that both sides speak: the one asked for, or our newest for the other to refuse.
fn initialize(params: &Json) -> Json {
    let asked = params.get("protocolVersion").and_then(Json::as_str);
    let version = VERSIONS.iter().find(|known| Some(**known) == asked);
    json!({
        "protocolVersion": version.unwrap_or(&VERSIONS[0]),
        "capabilities": { "tools": { "listChanged": false } },
        "serverInfo": {
            "name": "duebook", "title": "Duebook", "version": env!("CARGO_PKG_VERSION"),
        },
        "instructions": INSTRUCTIONS,
    })
}
