//! The description of the API, OpenAPI 3.1, made from the lists and reports themselves.

use axum::http::StatusCode;
use axum::response::Response;
use books::reports::lists::{FilterKind, LISTS, List, MOST_ROWS};
use books::reports::{Column, ColumnKind, REPORTS};
use serde_json::{Map, Value as Json, json};

use crate::rest::described::{self, Answers, Body, Described};
use crate::rest::shape::{MoneyAs, money_schema, object_schema};
use crate::rest::{control, examples, json_answer, links};

/// The document.
pub(crate) async fn show() -> Response {
    json_answer(StatusCode::OK, &document())
}

/// Everything that the API answers.
pub fn document() -> Json {
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
    for (path, method, operation) in of_control() {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation;
    }
    for operation in described::all() {
        let path = format!("/api/v1/{}", operation.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method] = described(operation);
    }
    let mut document = whole(&paths, &schemas);
    examples::add(&mut document);
    let lists = LISTS
        .iter()
        .filter_map(|list| Some((list.name, list.columns.first()?.name)));
    links::add(&mut document, &lists.collect::<Vec<_>>());
    document
}

/// The frame around paths and schemas.
fn whole(paths: &Map<String, Json>, schemas: &Map<String, Json>) -> Json {
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
    schemas.insert("Money".into(), money_schema());
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
            "examples": [{
                "type": "about:blank", "title": "Unprocessable Entity", "status": 422,
                "code": "period_closed", "detail": "Period 2026-01 is closed.",
                "hint": "issue on 2026-02-01 or later, or reopen the period",
            }],
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
            ColumnKind::Text | ColumnKind::Percent => json!({ "type": "string" }),
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

/// What a filter takes.
pub(crate) fn filter_schema(kind: FilterKind) -> Json {
    match kind {
        FilterKind::Text | FilterKind::Prefix | FilterKind::Contains | FilterKind::Id => {
            json!({ "type": "string" })
        }
        FilterKind::Date | FilterKind::Since | FilterKind::Until => {
            json!({ "type": "string", "format": "date" })
        }
        FilterKind::OneOf(words) => json!({ "type": "string", "enum": words }),
    }
}

fn list_get(list: &List) -> Json {
    let mut parameters = vec![
        parameter(
            "after",
            "query",
            "`next` of the page before",
            &json!({ "type": "string", "minLength": 1 }),
        ),
        parameter(
            "limit",
            "query",
            "Rows of the page",
            &json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50 }),
        ),
    ];
    for filter in list.filters {
        let schema = filter_schema(filter.kind);
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
            parameter("by", "query", "How the rows are grouped",
                &json!({ "type": "string", "enum": ["party", "region", "currency", "document", "reason", "owner", "age"] })),
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
    let needs_body = body["required"]
        .as_array()
        .is_some_and(|names| !names.is_empty());
    json!({
        "summary": about,
        "parameters": parameters,
        "requestBody": {
            "required": needs_body,
            "content": { "application/json": { "schema": body } },
        },
        "responses": responses("Done", answer, &[400, 401, 403, 404, 409, 413, 422]),
    })
}

/// An operation of the table: its parameters, its body, its answers.
fn described(operation: &Described) -> Json {
    let problems: &[u16] = match (operation.is_write, operation.body) {
        (true, _) => &[400, 401, 403, 404, 409, 413, 422],
        (false, Body::File) => &[400, 401, 403, 413, 422],
        (false, Body::Fields(_)) => &[400, 401, 403, 404, 422],
    };
    let row = |fields| object_schema(fields, MoneyAs::Reference);
    let answers = match operation.answer {
        Answers::Page(fields) => responses("Done", &page_of(&row(fields)), problems),
        Answers::One(fields) => responses("Done", &row(fields), problems),
        Answers::Text(kind) => {
            let mut answers = responses("Done", &json!({}), problems);
            answers["200"]["content"] = json!({ kind: { "schema": { "type": "string" } } });
            answers
        }
    };
    let mut described = json!({
        "summary": operation.about,
        "parameters": parameters(operation),
        "responses": answers,
    });
    if operation.method != "get" {
        let content = match operation.body {
            Body::Fields(fields) => {
                let schema = object_schema(fields, MoneyAs::Reference);
                json!({ "application/json": { "schema": schema } })
            }
            Body::File => json!({ "application/octet-stream": {} }),
        };
        let is_required = match operation.body {
            Body::Fields(fields) => fields.iter().any(|field| field.is_required),
            Body::File => operation.is_write,
        };
        described["requestBody"] = json!({ "required": is_required, "content": content });
    }
    described
}

/// The key, the parts of the path and the query of an operation.
fn parameters(operation: &Described) -> Vec<Json> {
    let mut parameters = Vec::new();
    if operation.is_write {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "New for each request, the same for its repetitions",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
        }));
    }
    let names = operation.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?;
        name.strip_suffix('}')
    });
    for name in names {
        let words = operation.words.iter().find(|(known, _)| *known == name);
        let schema = match words {
            Some((_, words)) => json!({ "type": "string", "enum": words }),
            None => json!({ "type": "string" }),
        };
        parameters.push(parameter(name, "path", "Which", &schema));
    }
    let query = object_schema(operation.query, MoneyAs::Reference);
    for field in operation.query {
        let schema = &query["properties"][field.name];
        let mut schema = schema.clone();
        if field.name == "after" {
            schema["minLength"] = 1.into();
        }
        let mut query = parameter(field.name, "query", field.about, &schema);
        query["required"] = field.is_required.into();
        parameters.push(query);
    }
    parameters
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
