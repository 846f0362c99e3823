//! Shapes of what programs send and get, as data: OpenAPI and the tools of agents are made of it.

use books::reports::lists::MOST_ROWS;
use serde_json::{Map, Value as Json, json};

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    /// Words.
    Text,
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// A whole number.
    Whole,
    /// A number of rows that one page can have.
    Rows,
    /// Yes or no.
    Claim,
    /// An amount with its currency.
    Money,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// Several words.
    Texts,
    /// Several objects.
    Several(&'static [Field]),
    /// Anything: counts by name, evidence.
    Any,
}

/// A field of an object.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) holds: Holds,
    /// Whether it is always there.
    pub(crate) is_required: bool,
    /// What it means, where the name does not say it.
    pub(crate) about: &'static str,
}

/// A field that is always there.
pub(crate) const fn must(name: &'static str, holds: Holds, about: &'static str) -> Field {
    Field {
        name,
        holds,
        is_required: true,
        about,
    }
}

/// A field that may be left out.
pub(crate) const fn may(name: &'static str, holds: Holds, about: &'static str) -> Field {
    Field {
        name,
        holds,
        is_required: false,
        about,
    }
}

/// The fields of both, in this order; their number is that of the constant they become.
pub(crate) const fn joined<const N: usize>(first: &[Field], then: &[Field]) -> [Field; N] {
    assert!(first.len() + then.len() == N, "not that many fields");
    let mut fields = [may("", Holds::Any, ""); N];
    let mut at = 0;
    while at < N {
        fields[at] = match at.checked_sub(first.len()) {
            Some(behind) => then[behind],
            None => first[at],
        };
        at += 1;
    }
    fields
}

/// How money is described: by reference in OpenAPI, in place for tools.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyAs {
    /// `#/components/schemas/Money`.
    Reference,
    /// The whole schema.
    Whole,
}

/// The schema of money.
pub(crate) fn money_schema() -> Json {
    json!({
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" },
            "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
        },
        "additionalProperties": false,
    })
}

/// The schema of an object with these fields.
pub(crate) fn object_schema(fields: &[Field], money: MoneyAs) -> Json {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = schema_of(field.holds, money);
        if !field.about.is_empty() && schema.get("$ref").is_none() {
            schema["description"] = field.about.into();
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.is_required)
        .map(|field| field.name)
        .collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn schema_of(holds: Holds, money: MoneyAs) -> Json {
    match holds {
        Holds::Text => json!({ "type": "string" }),
        Holds::Date => json!({ "type": "string", "format": "date" }),
        Holds::Instant => json!({ "type": "string", "format": "date-time" }),
        Holds::Whole => json!({ "type": "integer", "format": "int64" }),
        Holds::Rows => json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS }),
        Holds::Claim => json!({ "type": "boolean" }),
        Holds::Money if money == MoneyAs::Reference => {
            json!({ "$ref": "#/components/schemas/Money" })
        }
        Holds::Money => money_schema(),
        Holds::OneOf(words) => json!({ "type": "string", "enum": words }),
        Holds::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Holds::Several(fields) => {
            json!({ "type": "array", "items": object_schema(fields, money) })
        }
        Holds::Any => json!({}),
    }
}
