//! The tools of agents, made from the lists and reports that people and programs see.

use books::cash::{desk, queue};
use books::reports::lists::{self, LISTS, List, MOST_ROWS};
use books::reports::{self, REPORTS};
use books::{Failure, Outcome, approvals};
use domain::money::Money;
use serde_json::{Map, Value as Json, json};

use crate::mcp::Desk;
use crate::mcp::proposals::{self, PROPOSALS};
use crate::pages::reports::question_on;
use crate::rest::object;
use crate::rest::openapi::filter_schema;
use crate::rest::reads::paged;
use crate::rest::shape::{Field, Holds, MoneyAs, may, must, object_schema};
use crate::session::Fields;

/// A tool that reads, beside those of the lists.
struct Reading {
    name: &'static str,
    about: &'static str,
    takes: &'static [Field],
    call: fn(&Desk<'_>, &Json) -> Outcome<Json>,
}

const AFTER: Field = may("after", Holds::Text, "`next` of the page before");
const LIMIT: Field = may("limit", Holds::Rows, "Rows of the page; 50 where not named");

const READINGS: &[Reading] = &[
    Reading {
        name: "waiting_bank_lines",
        about: "Bank lines that wait at the cash desk: whose money it may be, how sure, and why \
                they wait",
        takes: &[AFTER, LIMIT],
        call: waiting,
    },
    Reading {
        name: "show_bank_line",
        about: "Everything about one bank line: what the bank said, what was decided on which \
                evidence, and the proposals with their confidence",
        takes: &[must("line", Holds::Text, "line_… or line_….unit")],
        call: show_line,
    },
    Reading {
        name: "list_approvals",
        about: "Requests for approval: who asked for what, with the journal lines that each would \
                post and when it lapses",
        takes: &[may("all", Holds::Claim, "Decided ones, too"), AFTER, LIMIT],
        call: requests,
    },
    Reading {
        name: "get_report",
        about: "A report as of a date: aging, trial balance, tie-out, statement of account, …",
        takes: &[
            must("name", Holds::Text, "Its name; list_reports tells them"),
            may(
                "as_of",
                Holds::Date,
                "The date it is about; today where not named",
            ),
            may("from", Holds::Date, "The first date of a span"),
            may("known_at", Holds::Instant, "The moment of knowledge"),
            may("side", Holds::OneOf(&["receivable", "payable"]), ""),
            may(
                "by",
                Holds::OneOf(&[
                    "party", "region", "currency", "document", "reason", "owner", "age",
                ]),
                "How the rows are grouped",
            ),
            may("party", Holds::Text, "Code of the party"),
        ],
        call: report,
    },
    Reading {
        name: "list_reports",
        about: "Which reports there are",
        takes: &[],
        call: |_, _| {
            let all = REPORTS.iter();
            let all = all.map(|report| json!({ "name": report.name, "about": report.about }));
            Ok(paged(all.collect(), None))
        },
    },
];

/// Lists that agents read: all but those that show who may do what.
fn readable() -> impl Iterator<Item = &'static List> {
    LISTS.iter().copied().filter(|list| !list.is_control)
}

fn tool_name(list: &List) -> String {
    format!("list_{}", list.name.replace('-', "_"))
}

/// Every tool as the protocol describes tools.
pub(super) fn described() -> Vec<Json> {
    let lists = readable().map(|list| tool(&tool_name(list), list.about, &list_schema(list), true));
    let readings = READINGS.iter().map(|reading| {
        let schema = object_schema(reading.takes, MoneyAs::Whole);
        tool(reading.name, reading.about, &schema, true)
    });
    let proposals = PROPOSALS.iter().map(|proposal| {
        let schema = object_schema(proposal.takes, MoneyAs::Whole);
        tool(proposal.name, proposal.about, &schema, false)
    });
    lists.chain(readings).chain(proposals).collect()
}

fn tool(name: &str, about: &str, schema: &Json, is_reading: bool) -> Json {
    let mut schema = schema.clone();
    schema["additionalProperties"] = false.into();
    json!({
        "name": name, "description": about, "inputSchema": schema,
        "annotations": {
            "readOnlyHint": is_reading, "destructiveHint": false, "idempotentHint": true,
            "openWorldHint": false,
        },
    })
}

fn list_schema(list: &List) -> Json {
    let mut properties = Map::new();
    for filter in list.filters {
        let mut schema = filter_schema(filter.kind);
        schema["description"] = filter.about.into();
        properties.insert(filter.name.to_owned(), schema);
    }
    let after = json!({ "type": "string", "description": "`next` of the page before" });
    properties.insert("after".into(), after);
    properties.insert(
        "limit".into(),
        json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50 }),
    );
    json!({ "type": "object", "properties": properties })
}

/// Calls a tool; nothing where there is none of this name. A refusal is a result that agents read.
pub(super) fn call(desk: &Desk<'_>, name: &str, arguments: &Json) -> Option<Json> {
    let outcome = if let Some(list) = readable().find(|list| tool_name(list) == name) {
        page(desk, list, arguments)
    } else if let Some(reading) = READINGS.iter().find(|reading| reading.name == name) {
        (reading.call)(desk, arguments)
    } else if let Some(proposal) = PROPOSALS.iter().find(|proposal| proposal.name == name) {
        proposals::call(desk, proposal, arguments)
    } else {
        return None;
    };
    Some(match outcome {
        Ok(content) => result(&content, false),
        Err(failure) => result(&told(&failure), true),
    })
}

fn result(content: &Json, is_error: bool) -> Json {
    let text = content.to_string();
    json!({
        "content": [{ "type": "text", "text": text }],
        "structuredContent": content,
        "isError": is_error,
    })
}

/// A refusal for agents; of a fault they learn no more than that there was one.
fn told(failure: &Failure) -> Json {
    let mut body = match failure {
        Failure::Refused(refusal) => {
            json!({ "code": refusal.code(), "message": refusal.to_string() })
        }
        Failure::Fault(fault) => {
            eprintln!("fault: {fault}");
            json!({ "code": "fault", "message": "The machinery broke. Nothing was changed." })
        }
    };
    if let (Failure::Refused(_), Some(hint)) = (failure, failure.hint()) {
        body["hint"] = hint.into();
    }
    body
}

/// Arguments as they would stand in a query.
fn pairs(arguments: &Json) -> Vec<(String, String)> {
    let fields = arguments.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let text = match value {
                Json::String(text) => text.clone(),
                other => other.to_string(),
            };
            (name.clone(), text)
        })
        .collect()
}

fn page(desk: &Desk<'_>, list: &'static List, arguments: &Json) -> Outcome<Json> {
    let ask = crate::rest::reads::asked(pairs(arguments))?;
    let entity = desk.entity.as_deref();
    let page = desk
        .db
        .read(&desk.context, entity, |work| lists::page(work, list, &ask))?;
    let rows = page.rows.iter().map(|row| object(list.columns, row));
    Ok(paged(rows.collect(), page.next))
}

fn waiting(desk: &Desk<'_>, arguments: &Json) -> Outcome<Json> {
    let ask = crate::rest::reads::asked(pairs(arguments))?;
    let entity = desk.entity.as_deref();
    let page = desk
        .db
        .read(&desk.context, entity, |work| queue::page(work, &ask))?;
    let rows = page.lines.iter().map(desk_line);
    Ok(paged(rows.collect(), page.next))
}

/// A line of the cash desk for programs.
pub(crate) fn desk_line(line: &desk::DeskLine) -> Json {
    json!({
        "line": line.name(), "booked_on": line.booked_on.to_string(), "account": line.account,
        "reference": line.reference, "amount": money(line.amount), "payer": line.payer,
        "outcome": line.outcome, "party": line.party,
        "confidence_millionths": line.confidence, "reason": line.reason,
    })
}

fn show_line(desk: &Desk<'_>, arguments: &Json) -> Outcome<Json> {
    let line = arguments.get("line").and_then(Json::as_str);
    let line = line.unwrap_or_default();
    let entity = desk.entity.as_deref();
    desk.db
        .read(&desk.context, entity, |work| desk::show(work, line))
}

fn requests(desk: &Desk<'_>, arguments: &Json) -> Outcome<Json> {
    let all = arguments.get("all").and_then(Json::as_bool) == Some(true);
    let mut ask = crate::rest::reads::asked(pairs(arguments))?;
    ask.filters.retain(|(name, _)| name != "all");
    let show = if all { "all" } else { "waiting" };
    ask.filters.push(("show".to_owned(), show.to_owned()));
    let entity = desk.entity.as_deref();
    let now = desk.context.now;
    let (page, functional) = desk.db.read(&desk.context, entity, |work| {
        Ok((approvals::page(work, &ask)?, work.functional()))
    })?;
    let rows = page
        .requests
        .iter()
        .map(|request| proposals::shown(request, functional, now));
    Ok(paged(rows.collect(), page.next))
}

fn report(desk: &Desk<'_>, arguments: &Json) -> Outcome<Json> {
    let name = arguments.get("name").and_then(Json::as_str);
    let found = name.and_then(reports::find);
    let report = found.ok_or_else(|| proposals::NotAnArgument::of("name", "no such report"))?;
    let mut fields = pairs(arguments);
    fields.retain(|(name, _)| name != "name");
    let question = question_on(desk.today(), &Fields::from(fields))?;
    let entity = desk.entity.as_deref();
    let table = desk
        .db
        .read(&desk.context, entity, |work| report.answer(work, &question))?;
    let rows = table.rows.iter().take(2_000);
    let rows: Vec<Json> = rows.map(|row| object(&table.columns, row)).collect();
    Ok(json!({
        "title": table.title, "rows": rows, "rows_left_out": table.rows.len() - rows.len(),
    }))
}

pub(super) fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}
