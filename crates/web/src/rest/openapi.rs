//! The description of the API, OpenAPI 3.1, made from the lists and reports themselves.

use axum::http::StatusCode;
use axum::response::Response;
use books::reports::lists::{FilterKind, LISTS, List, MOST_ROWS};
use books::reports::{Column, ColumnKind, REPORTS};
use serde_json::{Map, Value as Json, json};

use crate::rest::{control, json_answer};

/// The document.
pub(crate) async fn show() -> Response {
    json_answer(StatusCode::OK, &document())
}

/// Everything that the API answers.
pub(crate) fn document() -> Json {
    let mut paths = Map::new();
    let mut schemas = common_schemas();
    for list in LISTS {
        schemas.insert(schema_name(list), row_schema(list.columns));
        paths.insert(
            format!("/api/v1/{}", list.name),
            json!({ "get": list_get(list) }),
        );
        paths.insert(
            format!("/api/v1/{}/{{key}}", list.name),
            json!({ "get": one_get(list) }),
        );
    }
    paths.insert(
        "/api/v1/reports".into(),
        json!({ "get": plain_get(
        "Which reports there are",
        &page_of(&json!({
            "type": "object",
            "required": ["name", "about"],
            "properties": { "name": { "type": "string" }, "about": { "type": "string" } },
        })),
    ) }),
    );
    paths.insert(
        "/api/v1/reports/{name}".into(),
        json!({ "get": report_get() }),
    );
    paths.insert(
        "/api/v1/periods".into(),
        json!({ "get": plain_get(
        "The months of the books",
        &page_of(&json!({
            "type": "object",
            "required": ["period", "state"],
            "properties": {
                "period": { "type": "string" },
                "state": { "type": "string", "enum": ["open", "closed"] },
            },
        })),
    ) }),
    );
    for (path, method, operation) in writes().into_iter().chain(of_control()) {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Duebook",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Receivables and payables: what is owed, what was paid, and the books.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// What is described beside its handlers.
fn of_control() -> impl Iterator<Item = (String, &'static str, Json)> {
    let posts = control::writes()
        .into_iter()
        .map(|(path, about, names, body, answer)| {
            (
                path.to_owned(),
                "post",
                write_post(about, names, &body, &answer),
            )
        });
    let gets = control::reads().into_iter().map(|(path, about, row)| {
        let mut get = plain_get(about, &page_of(&row));
        if path.contains("{period}") {
            get["parameters"] = json!([parameter(
                "period",
                "path",
                "Like 2026-01",
                &json!({ "type": "string" })
            )]);
            get["responses"] = responses(about, &page_of(&row), &[401, 403, 422]);
        }
        (path.to_owned(), "get", get)
    });
    posts.chain(gets)
}

fn common_schemas() -> Map<String, Json> {
    let mut schemas = Map::new();
    schemas.insert(
        "Money".into(),
        json!({
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" },
                "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
            },
            "additionalProperties": false,
        }),
    );
    schemas.insert(
        "Problem".into(),
        json!({
            "type": "object",
            "required": ["type", "title", "status", "code", "detail"],
            "properties": {
                "type": { "type": "string" }, "title": { "type": "string" },
                "status": { "type": "integer" }, "code": { "type": "string" },
                "detail": { "type": "string" }, "hint": { "type": "string" },
                "field": { "type": "string" },
            },
        }),
    );
    schemas
}

/// `bank-lines` → `BankLinesRow`.
fn schema_name(list: &List) -> String {
    let words = list.name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<String>() + "Row"
}

/// A row: only the first column is always there.
fn row_schema(columns: &[Column]) -> Json {
    let mut properties = Map::new();
    for column in columns {
        let schema = match column.kind {
            ColumnKind::Text => json!({ "type": "string" }),
            ColumnKind::Date => json!({ "type": "string", "format": "date" }),
            ColumnKind::Count => json!({ "type": "integer" }),
            ColumnKind::Money => json!({ "$ref": "#/components/schemas/Money" }),
        };
        properties.insert(column.name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "required": columns.first().map(|column| vec![column.name]).unwrap_or_default(),
        "properties": properties,
        "additionalProperties": false,
    })
}

fn page_of(row: &Json) -> Json {
    json!({
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": { "type": "array", "items": row },
            "next": { "type": "string", "description": "What to ask `after` for more" },
        },
        "additionalProperties": false,
    })
}

/// The answers of an operation: the good one and the problems.
pub(crate) fn responses(about: &str, schema: &Json, problems: &[u16]) -> Json {
    let mut responses = Map::new();
    responses.insert(
        "200".into(),
        json!({
            "description": about,
            "content": { "application/json": { "schema": schema } },
        }),
    );
    for status in problems {
        responses.insert(
            status.to_string(),
            json!({
                "description": "Refused",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" },
                } },
            }),
        );
    }
    Json::Object(responses)
}

fn parameter(name: &str, place: &str, about: &str, schema: &Json) -> Json {
    json!({
        "name": name, "in": place, "description": about, "required": place == "path",
        "schema": schema,
    })
}

fn list_get(list: &List) -> Json {
    let mut parameters = vec![
        parameter(
            "after",
            "query",
            "`next` of the page before",
            &json!({ "type": "string" }),
        ),
        parameter(
            "limit",
            "query",
            "Rows of the page",
            &json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50 }),
        ),
    ];
    for filter in list.filters {
        let schema = match filter.kind {
            FilterKind::Text | FilterKind::Prefix | FilterKind::Contains | FilterKind::Id => {
                json!({ "type": "string" })
            }
            FilterKind::Date | FilterKind::Since | FilterKind::Until => {
                json!({ "type": "string", "format": "date" })
            }
            FilterKind::OneOf(words) => json!({ "type": "string", "enum": words }),
        };
        parameters.push(parameter(filter.name, "query", filter.about, &schema));
    }
    let row = json!({ "$ref": format!("#/components/schemas/{}", schema_name(list)) });
    json!({
        "summary": list.about,
        "operationId": format!("list_{}", list.name.replace('-', "_")),
        "parameters": parameters,
        "responses": responses("A page", &page_of(&row), &[400, 401, 403, 422]),
    })
}

fn one_get(list: &List) -> Json {
    let row = json!({ "$ref": format!("#/components/schemas/{}", schema_name(list)) });
    json!({
        "summary": format!("One row: {}", list.about),
        "operationId": format!("get_{}", list.name.replace('-', "_")),
        "parameters": [parameter("key", "path", "Its first column", &json!({ "type": "string" }))],
        "responses": responses("The row", &row, &[400, 401, 403, 404]),
    })
}

fn plain_get(about: &str, schema: &Json) -> Json {
    json!({ "summary": about, "responses": responses(about, schema, &[401, 403]) })
}

fn report_get() -> Json {
    let names: Vec<&str> = REPORTS.iter().map(|report| report.name).collect();
    let day = json!({ "type": "string", "format": "date" });
    let row = json!({ "type": "object", "additionalProperties": true });
    let schema = json!({
        "type": "object",
        "required": ["title", "rows"],
        "properties": {
            "title": { "type": "string" },
            "rows": { "type": "array", "items": row },
        },
        "additionalProperties": false,
    });
    json!({
        "summary": "One report",
        "operationId": "get_report",
        "parameters": [
            parameter("name", "path", "Which", &json!({ "type": "string", "enum": names })),
            parameter("as_of", "query", "The date it is about", &day),
            parameter("from", "query", "The first date of a span", &day),
            parameter("known_at", "query", "The moment of knowledge",
                &json!({ "type": "string", "format": "date-time" })),
            parameter("side", "query", "The side of the house",
                &json!({ "type": "string", "enum": ["receivable", "payable"] })),
            parameter("by", "query", "Into what the rows are cut",
                &json!({ "type": "string", "enum": ["party", "region", "currency", "document"] })),
            parameter("party", "query", "Code of the party", &json!({ "type": "string" })),
        ],
        "responses": responses("The report", &schema, &[400, 401, 403, 404, 422]),
    })
}

/// A write: its body, its key, its answers.
fn write_post(about: &str, path: &[&str], body: &Json, answer: &Json) -> Json {
    let key = json!({
        "name": "Idempotency-Key", "in": "header", "required": true,
        "description": "New for each request, the same for its repetitions",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
    });
    let mut parameters = vec![key];
    for name in path {
        let schema = json!({ "type": "string" });
        parameters.push(parameter(name, "path", "Which", &schema));
    }
    json!({
        "summary": about,
        "parameters": parameters,
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": body } },
        },
        "responses": responses("Done", answer, &[400, 401, 403, 404, 409, 413, 422]),
    })
}

fn text_of(names: &[&str]) -> Map<String, Json> {
    let text = json!({ "type": "string" });
    names
        .iter()
        .map(|name| ((*name).to_owned(), text.clone()))
        .collect()
}

fn open_object(required: &[&str], properties: Map<String, Json>) -> Json {
    let properties = Json::Object(properties);
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Path, method and description of every write, and of what they are about.
fn writes() -> Vec<(String, &'static str, Json)> {
    let money = json!({ "$ref": "#/components/schemas/Money" });
    let mut request = text_of(&[
        "reason",
        "item",
        "party",
        "bank_account",
        "period",
        "number",
    ]);
    request.insert("kind".into(), control::kinds());
    request.extend(control::wish_fields());
    request.insert("amount".into(), money.clone());
    request.insert("on".into(), json!({ "type": "string", "format": "date" }));
    request.insert(
        "legs".into(),
        json!({ "type": "array", "items": open_object(
        &["account", "amount"],
        [("account".to_owned(), json!({ "type": "string" })), ("amount".to_owned(), money.clone())]
            .into_iter()
            .collect(),
    ) }),
    );
    let mut decision = text_of(&["reason"]);
    let verdicts = json!({ "type": "string", "enum": ["approve", "deny", "withdraw"] });
    decision.insert("verdict".into(), verdicts);
    let mut line = text_of(&["party"]);
    line.insert("rank".into(), json!({ "type": "integer" }));
    line.insert(
        "parts".into(),
        json!({ "type": "array", "items": open_object(
        &["document"],
        [("document".to_owned(), json!({ "type": "string" })), ("amount".to_owned(), money)]
            .into_iter()
            .collect(),
    ) }),
    );
    let any = json!({ "type": "object" });
    let nothing = open_object(&[], Map::new());
    let mut run = Map::new();
    run.insert(
        "as_of".into(),
        json!({ "type": "string", "format": "date" }),
    );
    let v1 = |path: &str| format!("/api/v1/{path}");
    let mut line_post = write_post(
        "Decide about a bank line",
        &["key", "verb"],
        &open_object(&[], line),
        &any,
    );
    line_post["parameters"][2]["schema"]["enum"] =
        json!(["accept", "apply", "park", "undo", "release"]);
    let request_page = page_of(&open_object(
        &["id", "kind", "state"],
        text_of(&["id", "kind", "state"]),
    ));
    vec![
        (
            v1("approvals"),
            "get",
            plain_get("Requests for approval", &request_page),
        ),
        (
            v1("approvals"),
            "post",
            write_post(
                "Ask for something that may need approval",
                &[],
                &open_object(&["kind", "reason"], request),
                &any,
            ),
        ),
        (
            v1("approvals/{id}/decision"),
            "post",
            write_post(
                "Approve, deny or withdraw",
                &["id"],
                &open_object(&["verdict"], decision),
                &any,
            ),
        ),
        (
            v1("periods/{period}/close"),
            "post",
            write_post("Close a period", &["period"], &nothing, &any),
        ),
        (
            v1("cash-runs"),
            "post",
            write_post(
                "Apply cash to what waits",
                &[],
                &open_object(&[], run),
                &any,
            ),
        ),
        (v1("bank-lines/{key}/{verb}"), "post", line_post),
        (v1("bank-statements"), "post", file_post(&any)),
    ]
}

/// The import of a bank file: the body is the file.
fn file_post(answer: &Json) -> Json {
    let mut post = write_post("Take a bank file in", &[], answer, answer);
    post["requestBody"]["content"] = json!({ "application/octet-stream": {} });
    post
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_described() {
        let document = document();
        for list in LISTS {
            let path = format!("/api/v1/{}", list.name);
            assert!(
                document["paths"][&path]["get"]["responses"]["200"].is_object(),
                "{path}"
            );
            let schema = &document["components"]["schemas"][schema_name(list)];
            let properties = schema["properties"].as_object().expect("properties");
            assert_eq!(properties.len(), list.columns.len(), "{path}");
        }
    }
}
