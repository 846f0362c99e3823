//! Files for programs: taken in of every kind, and the ledger for other programs; and what the
//! books say of themselves.

use std::io::{Cursor, Read};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use books::access;
use books::cash::{desk, queue};
use books::exports::{JournalFormat, journal};
use books::imports::{Options, Source};
use domain::access::{Area, Verb};
use domain::documents::Side;
use formats::exchange::Kind;
use serde_json::json;

use crate::app::{App, Door, blocking, read};
use crate::rest::reads::{asked, paged};
use crate::rest::writes::{Answer, field, import_answer, key_of};
use crate::rest::{Caller, json_answer, not_found};
use crate::session::Fields;

/// What a file can hold; statements have a place of their own.
const KINDS: &[(&str, Option<Kind>)] = &[
    ("company", Some(Kind::Company)),
    ("customers", Some(Kind::Customers)),
    ("vendors", Some(Kind::Vendors)),
    ("open-items", Some(Kind::OpenItems)),
    ("orders", Some(Kind::Orders)),
    ("rates", Some(Kind::Rates)),
    ("history", Some(Kind::History)),
    ("contacts", Some(Kind::Contacts)),
    ("remittances", None),
];

/// How a program calls the file that it sends.
pub(super) fn file_name(fields: &Fields) -> String {
    match fields.get("name") {
        "" => "upload".to_owned(),
        name => name.replace(|letter: char| letter.is_control(), " "),
    }
}

/// Takes a file in: the body is the file.
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(what): Path<String>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    // The content itself is the key under which a file is taken once.
    key_of(&headers)?;
    let found = KINDS.iter().find(|(word, _)| *word == what);
    let (_, kind) = found.ok_or_else(not_found)?;
    let side = match fields.get("side") {
        "" => Side::Receivable,
        text => {
            Side::parse(text).ok_or_else(|| field("side", "A side is receivable or payable."))?
        }
    };
    let partial = match fields.get("partial") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(field("partial", "`partial` is true or false.")),
    };
    let name = file_name(&fields);
    let report = blocking(&app, move |app| {
        let context = app.context(Door::Rest, &caller.who.login, "");
        let open =
            || -> std::io::Result<Box<dyn Read>> { Ok(Box::new(Cursor::new(bytes.clone()))) };
        let source = Source { name, open: &open };
        let entity = Some(caller.who.entity.as_str());
        match kind {
            Some(kind) => {
                let options = Options { partial, side };
                books::imports::import(&app.db, &context, entity, *kind, &source, options)
            }
            None => books::remittances::import(&app.db, &context, entity, &source, partial),
        }
    })
    .await?;
    import_answer(&report)
}

/// The ledger for another program.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(fields): Query<Fields>,
) -> Answer {
    let format = JournalFormat::parse(fields.get("as"));
    let format = format.ok_or_else(|| field("as", "`as` is hledger, beancount or csv."))?;
    let text = read(&app, Door::Rest, &caller.who, move |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        let mut text = Vec::new();
        journal(work, format, &mut text)?;
        Ok(text)
    })
    .await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((StatusCode::OK, kind, text).into_response())
}

/// Recomputes the promises of the books.
pub(crate) async fn verify(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let checks = read(&app, Door::Rest, &caller.who, |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        books::verify::verify(work)
    })
    .await?;
    let rows = checks.into_iter().map(|check| {
        let mut row = json!({
            "promise": check.promise, "name": check.name, "facts": check.facts,
            "holds": check.problem.is_none(),
        });
        if let Some(problem) = check.problem {
            row["problem"] = problem.into();
        }
        row
    });
    Ok(json_answer(StatusCode::OK, &paged(rows.collect(), None)))
}

/// Bank lines that wait, or all, with what was decided.
pub(crate) async fn lines(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let ask = asked(query)?;
    let page = read(&app, Door::Rest, &caller.who, move |work| {
        queue::page(work, &ask)
    })
    .await?;
    let rows = page.lines.iter().map(crate::mcp::desk_line);
    Ok(json_answer(
        StatusCode::OK,
        &paged(rows.collect(), page.next),
    ))
}

/// Everything about one bank line, with its evidence and proposals.
pub(crate) async fn evidence(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(line): Path<String>,
) -> Answer {
    let shown = read(&app, Door::Rest, &caller.who, move |work| {
        access::demand(work, Area::Cash, Verb::See, None)?;
        desk::show(work, &line)
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &shown))
}
