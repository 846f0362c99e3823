//! Examples of what is sent and answered, made from the schemas; where fields exclude each other, the
//! request is written by hand.

use serde_json::{Map, Value as Json, json};

/// Requests whose fields exclude each other: the path below `/api/v1/`, and an example.
const BY_HAND: &[(&str, &str)] = &[
    (
        "approvals",
        r#"{"kind":"terms","reason":"agreed by telephone","party":"C-100","terms":"2/10 NET30"}"#,
    ),
    (
        "bank-lines/{key}/{verb}",
        r#"{"parts":[{"document":"C-100/INV-000017","amount":{"amount":"119.00","currency":"EUR"}}]}"#,
    ),
    (
        "contacts/{key}/{verb}",
        r#"{"name":"Ann Miller","role":"accounts_payable","email":"ann@example.com"}"#,
    ),
    (
        "approval-policies",
        r#"{"area":"write_offs","reason":"as decided","rules":[{"above":"100.00","approvers":1}]}"#,
    ),
    (
        "sign-in-policy",
        r#"{"least_length":12,"session_hours":10,"idle_minutes":30,"code_for":["controller"]}"#,
    ),
    (
        "delegations",
        r#"{"delegator":"ann","delegate":"bob","from":"2026-04-01","until":"2026-04-14","reason":"holiday"}"#,
    ),
    (
        "webhook-endpoints/{id}/replays",
        r#"{"since":"2026-03-31T09:00:00Z"}"#,
    ),
];

/// Adds an example to every request and answer of a description.
pub(super) fn add(document: &mut Json) {
    let schemas = document["components"]["schemas"].clone();
    let paths = document["paths"].as_object_mut();
    for (path, item) in paths.into_iter().flatten() {
        let path = path.trim_start_matches("/api/v1/").to_owned();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation.get("operationId").is_none() {
                operation["operationId"] = id_of(method, &path).into();
            }
            if let Some(content) = operation.pointer_mut("/requestBody/content/application~1json") {
                let by_hand = BY_HAND.iter().find(|(known, _)| *known == path);
                let written = by_hand.and_then(|(_, text)| serde_json::from_str(text).ok());
                let example =
                    written.unwrap_or_else(|| of(&schemas, &content["schema"], "", false));
                content["example"] = example;
            }
            if let Some(content) = operation.pointer_mut("/responses/200/content/application~1json")
            {
                content["example"] = of(&schemas, &content["schema"], "", true);
            }
        }
    }
}

/// `post`, `cash-runs` → `post_cash_runs`.
fn id_of(method: &str, path: &str) -> String {
    let plain = path.replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{method}_{plain}")
}

/// What a schema describes, with all fields or only those that must be there.
fn of(schemas: &Json, schema: &Json, name: &str, is_whole: bool) -> Json {
    if let Some(reference) = schema["$ref"].as_str() {
        let known = reference.rsplit('/').next().unwrap_or_default();
        return match known {
            "Money" => json!({ "amount": "119.00", "currency": "EUR" }),
            known => of(schemas, &schemas[known], name, is_whole),
        };
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.first().cloned().unwrap_or_default();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date")) => "2026-03-31".into(),
        (Some("string"), Some(_)) => "2026-03-31T09:12:00Z".into(),
        (Some("string"), None) => text(name).into(),
        (Some("integer"), _) => schema["minimum"].as_i64().unwrap_or(1).into(),
        (Some("boolean"), _) => true.into(),
        (Some("array"), _) => json!([of(schemas, &schema["items"], name, is_whole)]),
        _ => {
            let required = schema["required"].as_array();
            let is_needed =
                |name: &String| required.is_some_and(|all| all.iter().any(|one| one == name));
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields.filter(|(name, _)| is_whole || is_needed(name));
            let fields = fields.map(|(name, field)| {
                let value = of(schemas, field, name, is_whole);
                (name.clone(), value)
            });
            Json::Object(fields.collect::<Map<_, _>>())
        }
    }
}

/// A text as it stands in a field of this name.
fn text(name: &str) -> &'static str {
    match name {
        "party" | "party_code" | "code" | "to" => "C-100",
        "name" | "party_name" | "counterparty" => "Alpha Ltd",
        "document" | "number" | "document_number" | "debit_number" => "INV-000017",
        "credit_number" | "with" | "what" => "RCT-000004",
        "login" | "actor" | "maker" | "delegator" => "ann",
        "delegate" => "bob",
        "role" => "cash_application",
        "reason" => "agreed by telephone",
        "text" => "promised to pay on Friday",
        "currency" => "EUR",
        "country" => "DE",
        "email" => "ann@example.com",
        "language" => "en",
        "terms" => "NET30",
        "period" => "2026-03",
        "account" => "1200",
        "bank_account" | "bank" => "EUR1",
        "url" => "https://example.com/duebook",
        "subject" => "248289761001",
        "events" => "document.issued",
        "portfolio" => "region=North",
        "line" => "line_0sc8qfqg868xx",
        "id" | "next" | "run" | "request" | "note" | "corrects" => "doc_0sc8qfqg868xx",
        "state" | "done" => "done",
        "kind" => "invoice",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of an example does not suit its schema.
    fn faults(schemas: &Json, schema: &Json, value: &Json, place: &str) -> Vec<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let known = reference.rsplit('/').next().unwrap_or_default();
            return faults(schemas, &schemas[known], value, place);
        }
        let mut found = Vec::new();
        let mut fault = |what: String| found.push(format!("{place}: {what}"));
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            fault(format!("{value} is none of {words:?}"));
        }
        let is_right = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => true,
        };
        if !is_right {
            fault(format!("{value} is no {}", schema["type"]));
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if value.get(name).is_none() {
                fault(format!("`{name}` is missing"));
            }
        }
        for (name, inner) in value.as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            match schema["properties"].get(name) {
                Some(field) => found.extend(faults(schemas, field, inner, &place)),
                None if schema["properties"].is_object() => {
                    found.push(format!("{place}: not described"));
                }
                None => {}
            }
        }
        for inner in value.as_array().into_iter().flatten() {
            found.extend(faults(schemas, &schema["items"], inner, place));
        }
        found
    }

    #[test]
    fn every_example_suits_its_schema() {
        let document = crate::rest::openapi::document();
        let schemas = &document["components"]["schemas"];
        let mut found = Vec::new();
        let mut count = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                assert!(operation["operationId"].is_string(), "{method} {path}");
                for place in [
                    "/requestBody/content/application~1json",
                    "/responses/200/content/application~1json",
                ] {
                    let Some(content) = operation.pointer(place) else {
                        continue;
                    };
                    count += 1;
                    let place = format!("{method} {path} {place}");
                    found.extend(faults(
                        schemas,
                        &content["schema"],
                        &content["example"],
                        &place,
                    ));
                }
            }
        }
        assert!(found.is_empty(), "{found:#?}");
        assert!(100 < count, "only {count}");
        for (path, text) in BY_HAND {
            let path = format!("/api/v1/{path}");
            assert!(document["paths"][path]["post"].is_object(), "{text}");
        }
    }
}
