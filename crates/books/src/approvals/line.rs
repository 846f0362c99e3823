//! Applying a bank line as a wish: what would be posted is found by doing it and taking it back.

use domain::access::Area;
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::approvals::plan::{Act, Plan};
use crate::approvals::sql;
use crate::cash::desk::{self, Part};
use crate::failure::Outcome;
use crate::work::Work;

/// What applying the line would post. Writes nothing.
pub(super) fn plan(work: &mut Work<'_>, line: &str, parts: &[Part]) -> Outcome<Plan> {
    work.give_warrant(Area::Cash);
    let rehearsed = work.rehearse(|work| {
        let last = work.ids.last();
        desk::apply(work, line, parts)?;
        Ok(sql::legs_after(work, last)?)
    });
    work.take_warrant(Area::Cash);
    let legs = rehearsed?;
    let effect: Vec<Json> = legs
        .iter()
        .map(|leg| json!({ "account": leg.account, "amount": money(leg.amount) }))
        .collect();
    let debits = legs.iter().map(|leg| leg.functional.max(0));
    Ok(Plan {
        subject: subject(line, parts),
        effect: Json::Array(effect),
        amount: debits.fold(0, i64::saturating_add),
        act: Act::ApplyLine {
            line: line.to_owned(),
            parts: parts.to_vec(),
            parties: legs.iter().filter_map(|leg| leg.party).collect(),
        },
    })
}

fn subject(line: &str, parts: &[Part]) -> String {
    let documents: Vec<&str> = parts
        .iter()
        .take(20)
        .map(|part| part.document.as_str())
        .collect();
    format!("{line} to {}", documents.join(", "))
}

fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

/// The parts as they are kept.
pub(super) fn to_json(parts: &[Part]) -> Json {
    parts
        .iter()
        .map(|part| json!({ "document": part.document, "amount": part.amount.map(money) }))
        .collect()
}

/// What was kept, or what a program sent.
pub(super) fn read(content: &Json) -> Option<Vec<Part>> {
    let part = |part: &Json| -> Option<Part> {
        let amount = match part.get("amount") {
            None | Some(Json::Null) => None,
            Some(amount) => {
                let currency = Currency::parse(amount.get("currency")?.as_str()?)?;
                Some(Money::parse(amount.get("amount")?.as_str()?, currency).ok()?)
            }
        };
        Some(Part {
            document: part.get("document")?.as_str()?.to_owned(),
            amount,
            deductions: Vec::new(),
        })
    };
    let parts = content.get("parts")?.as_array()?.iter().map(part);
    let parts = parts.collect::<Option<Vec<_>>>()?;
    (!parts.is_empty() && parts.len() <= 1_000).then_some(parts)
}
