//! Where what an operation made is read or gone on with: links of the description.

use serde_json::{Map, Value as Json};

/// From an operation to another: method and path below `/api/v1/` of both, what the link is called,
/// and where the value for the other's path stands.
struct Link(
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str),
);

const LINKS: &[Link] = &[
    Link(
        "post",
        "approvals",
        "request",
        ("get", "approvals/{id}"),
        ("id", "$response.body#/id"),
    ),
    Link(
        "post",
        "approvals",
        "decision",
        ("post", "approvals/{id}/decision"),
        ("id", "$response.body#/id"),
    ),
    Link(
        "post",
        "approvals/{id}/decision",
        "request",
        ("get", "approvals/{id}"),
        ("id", "$response.body#/id"),
    ),
    Link(
        "get",
        "approvals",
        "request",
        ("get", "approvals/{id}"),
        ("id", "$response.body#/data/0/id"),
    ),
    Link(
        "post",
        "cash-runs",
        "run",
        ("get", "runs/{key}"),
        ("key", "$response.body#/run"),
    ),
    Link(
        "get",
        "cash-lines",
        "evidence",
        ("get", "bank-lines/{key}/evidence"),
        ("key", "$response.body#/data/0/line"),
    ),
    Link(
        "post",
        "bank-lines/{key}/{verb}",
        "evidence",
        ("get", "bank-lines/{key}/evidence"),
        ("key", "$response.body#/line"),
    ),
    Link(
        "post",
        "applications",
        "document",
        ("get", "documents/{key}"),
        ("key", "$response.body#/documents/0/id"),
    ),
    Link(
        "post",
        "applications",
        "application",
        ("get", "applications/{key}"),
        ("key", "$response.body#/applications/0/id"),
    ),
    Link(
        "post",
        "nettings",
        "document",
        ("get", "documents/{key}"),
        ("key", "$response.body#/documents/0/id"),
    ),
    Link(
        "post",
        "receipts/{key}/move",
        "document",
        ("get", "documents/{key}"),
        ("key", "$response.body#/documents/0/id"),
    ),
    Link(
        "post",
        "returns",
        "document",
        ("get", "documents/{key}"),
        ("key", "$response.body#/documents/0/id"),
    ),
    Link(
        "post",
        "revaluations",
        "run",
        ("get", "runs/{key}"),
        ("key", "$response.body#/run"),
    ),
    Link(
        "post",
        "parties/{key}/contacts",
        "contacts",
        ("get", "parties/{key}/contacts"),
        ("key", "$request.path.key"),
    ),
    Link(
        "post",
        "parties/{key}/contacts",
        "change",
        ("post", "contacts/{key}/{verb}"),
        ("key", "$response.body#/id"),
    ),
    Link(
        "get",
        "parties/{key}/contacts",
        "change",
        ("post", "contacts/{key}/{verb}"),
        ("key", "$response.body#/data/0/id"),
    ),
    Link(
        "post",
        "parties/{key}/notes",
        "notes",
        ("get", "parties/{key}/notes"),
        ("key", "$request.path.key"),
    ),
    Link(
        "get",
        "customers",
        "contacts",
        ("get", "parties/{key}/contacts"),
        ("key", "$response.body#/data/0/code"),
    ),
    Link(
        "get",
        "customers",
        "credit",
        ("get", "customers/{key}/credit"),
        ("key", "$response.body#/data/0/code"),
    ),
    Link(
        "post",
        "customers/{key}/hold",
        "credit",
        ("get", "customers/{key}/credit"),
        ("key", "$request.path.key"),
    ),
    Link(
        "post",
        "people",
        "roles",
        ("post", "people/{login}/roles"),
        ("login", "$response.body#/login"),
    ),
    Link(
        "post",
        "people",
        "deactivate",
        ("post", "people/{login}/deactivate"),
        ("login", "$response.body#/login"),
    ),
    Link(
        "post",
        "delegations",
        "end",
        ("post", "delegations/{id}/end"),
        ("id", "$response.body#/id"),
    ),
    Link(
        "post",
        "webhook-endpoints",
        "endpoint",
        ("get", "webhook-endpoints/{key}"),
        ("key", "$response.body#/id"),
    ),
    Link(
        "post",
        "webhook-endpoints",
        "secret",
        ("post", "webhook-endpoints/{id}/secrets"),
        ("id", "$response.body#/id"),
    ),
    Link(
        "post",
        "periods/{period}/close",
        "checks",
        ("get", "periods/{period}/checks"),
        ("period", "$request.path.period"),
    ),
    Link(
        "get",
        "remittances",
        "advice",
        ("get", "remittances/{key}"),
        ("key", "$response.body#/data/0/id"),
    ),
    Link(
        "get",
        "remittances/{key}",
        "file",
        ("get", "remittances/{key}/file"),
        ("key", "$request.path.key"),
    ),
    Link(
        "get",
        "periods",
        "checks",
        ("get", "periods/{period}/checks"),
        ("period", "$response.body#/data/0/period"),
    ),
];

/// Adds the links to a description; every list leads to its first row.
pub(super) fn add(document: &mut Json, lists: &[(&str, &str)]) {
    for Link(method, path, name, (to_method, to), (parameter, value)) in LINKS {
        add_one(
            document,
            (method, path),
            name,
            (to_method, to),
            (parameter, value),
        );
    }
    for (list, first) in lists {
        let (to, value) = (
            format!("{list}/{{key}}"),
            format!("$response.body#/data/0/{first}"),
        );
        add_one(
            document,
            ("get", list),
            "row",
            ("get", &to),
            ("key", &value),
        );
    }
}

fn add_one(
    document: &mut Json,
    (method, path): (&str, &str),
    name: &str,
    (to_method, to): (&str, &str),
    (parameter, value): (&str, &str),
) {
    let target = format!("/api/v1/{to}").replace('/', "~1");
    let pointer = format!("/paths/{target}/{to_method}");
    let known = document.pointer(&pointer);
    assert!(known.is_some(), "a link leads nowhere: {to_method} {to}");
    let mut link = Map::new();
    link.insert("operationRef".into(), format!("#{pointer}").into());
    let parameters = Map::from_iter([(parameter.to_owned(), value.into())]);
    link.insert("parameters".into(), Json::Object(parameters));
    let answer = &mut document["paths"][format!("/api/v1/{path}")][method]["responses"]["200"];
    assert!(answer.is_object(), "a link from nowhere: {method} {path}");
    answer["links"][name] = Json::Object(link);
}
