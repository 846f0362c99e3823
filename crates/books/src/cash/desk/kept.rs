//! A division as JSON: how requests keep it and programs send it. Deductions have the words of
//! decisions and exports.

use domain::cash::Kind;
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::cash::desk::{Division, OnAccount, Part, TAKEN, Taken};

/// The most parts of one line.
const MOST_PARTS: usize = 1_000;

impl Division {
    /// As it is kept.
    pub fn to_json(&self) -> Json {
        let parts = self.parts.iter().map(|part| {
            let taken = part.deductions.iter().map(|taken| {
                json!({ "kind": taken.kind.word(), "amount": money(taken.amount),
                    "reason": taken.reason })
            });
            json!({ "document": part.document, "amount": part.amount.map(money),
                "deductions": taken.collect::<Vec<_>>() })
        });
        let on_account = self
            .on_account
            .iter()
            .map(|part| json!({ "party": part.party, "amount": part.amount.map(money) }));
        json!({ "parts": parts.collect::<Vec<_>>(),
            "on_account": on_account.collect::<Vec<_>>() })
    }

    /// What was kept, or what a program sent; nothing where it cannot be read or names nothing.
    pub fn from_json(content: &Json) -> Option<Division> {
        let division = Division {
            parts: list(content, "parts", part)?,
            on_account: list(content, "on_account", on_account)?,
        };
        let count = division.parts.len() + division.on_account.len();
        (0 < count && count <= MOST_PARTS).then_some(division)
    }
}

fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

/// The objects of a list that may be left out.
fn list<T>(object: &Json, name: &str, read: fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    match object.get(name) {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(list) => list.as_array()?.iter().map(read).collect(),
    }
}

fn text(object: &Json, name: &str) -> Option<String> {
    let text = object.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What stands there is no amount with its currency.
pub(crate) struct Unreadable;

/// The amount of an object; none where it is not named.
pub(crate) fn amount_of(object: &Json, name: &str) -> Result<Option<Money>, Unreadable> {
    let Some(amount) = object.get(name).filter(|amount| !amount.is_null()) else {
        return Ok(None);
    };
    let text = |name: &str| amount.get(name).and_then(Json::as_str).ok_or(Unreadable);
    let currency = Currency::parse(text("currency")?).ok_or(Unreadable)?;
    let money = Money::parse(text("amount")?, currency);
    money.map(Some).map_err(|_| Unreadable)
}

fn part(part: &Json) -> Option<Part> {
    Some(Part {
        document: text(part, "document")?,
        amount: amount_of(part, "amount").ok()?,
        deductions: list(part, "deductions", taken)?,
    })
}

fn taken(taken: &Json) -> Option<Taken> {
    let word = text(taken, "kind")?;
    let mut kinds = TAKEN.iter().map(|(_, kind)| *kind);
    let kind: Kind = kinds.find(|kind| kind.word() == word)?;
    Some(Taken {
        kind,
        amount: amount_of(taken, "amount").ok()??,
        reason: text(taken, "reason").unwrap_or_default(),
    })
}

fn on_account(part: &Json) -> Option<OnAccount> {
    Some(OnAccount {
        party: text(part, "party")?,
        amount: amount_of(part, "amount").ok()?,
    })
}
