//! A document that was asked for, as JSON: how it is kept until others decide, and how programs
//! send it. The fields are those of `docs/documents.md`.

use std::str::FromStr;

use domain::calendar::Date;
use domain::documents::{DocumentKind, DocumentReferences, TradeLine};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use crate::documents::{Content, NewDocument};

/// The document as it is kept; what is not named is left out.
pub(crate) fn to_json(order: &NewDocument) -> Json {
    let mut kept = Map::new();
    let mut put = |name: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            kept.insert(name.to_owned(), text.into());
        }
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    put("kind", Some(order.kind.code().to_owned()));
    put("number", order.number.clone());
    put("party", order.party.clone());
    put("issued_on", day(Some(order.issued_on)));
    put("posted_on", day(order.posted_on));
    put("terms", order.terms.clone());
    put("due_on", day(order.due_on));
    put("goods_received_on", day(order.goods_received_on));
    put("rate", order.rate.map(|rate| rate.to_string()));
    put(
        "purchase_order",
        Some(order.references.purchase_order.clone()),
    );
    put("contract", Some(order.references.contract.clone()));
    put("region", Some(order.references.region.clone()));
    put("memo", Some(order.references.memo.to_string()));
    put("no_duplicate", order.no_duplicate.clone());
    let mut currency = order.currency;
    match &order.content {
        Content::Amount { amount, bank } => {
            currency = Some(amount.currency());
            put("amount", Some(amount.to_string()));
            put("bank", bank.clone());
        }
        Content::Lines(_) => {}
    }
    put(
        "currency",
        currency.map(|currency| currency.code().to_owned()),
    );
    if let Content::Lines(lines) = &order.content {
        let lines: Vec<Json> = lines.iter().map(line_to_json).collect();
        kept.insert("lines".to_owned(), lines.into());
    }
    Json::Object(kept)
}

fn line_to_json(line: &TradeLine) -> Json {
    let mut kept = json!({
        "description": line.description, "quantity": line.quantity.to_string(),
        "unit_price": line.unit_price.to_string(), "tax_rate": line.tax_rate.to_string(),
        "tax_category": line.tax_category,
    });
    if let Some(account) = &line.account {
        kept["account"] = account.as_str().into();
    }
    kept
}

/// The document of a JSON object; none where it cannot be read.
pub(crate) fn from_json(kept: &Json) -> Option<NewDocument> {
    let currency = match text(kept, "currency") {
        None => None,
        Some(code) => Some(Currency::parse(&code)?),
    };
    let content = match text(kept, "amount") {
        Some(amount) => Content::Amount {
            amount: Money::parse(&amount, currency?).ok()?,
            bank: text(kept, "bank"),
        },
        None => {
            let lines = kept.get("lines")?.as_array()?.iter().map(line_of);
            Content::Lines(lines.collect::<Option<Vec<_>>>()?)
        }
    };
    let word = |name: &str| text(kept, name).unwrap_or_default();
    Some(NewDocument {
        kind: DocumentKind::parse(&text(kept, "kind")?)?,
        number: text(kept, "number"),
        party: text(kept, "party"),
        issued_on: parsed(kept, "issued_on")??,
        posted_on: parsed(kept, "posted_on")?,
        terms: text(kept, "terms"),
        due_on: parsed(kept, "due_on")?,
        goods_received_on: parsed(kept, "goods_received_on")?,
        currency,
        rate: parsed(kept, "rate")?,
        references: DocumentReferences {
            purchase_order: word("purchase_order"),
            contract: word("contract"),
            region: word("region"),
            memo: word("memo").into(),
        },
        no_duplicate: text(kept, "no_duplicate"),
        content,
    })
}

/// A line as people type it, each field a text; answers with the field that is no number.
pub fn typed_line(line: &Json) -> Result<TradeLine, &'static str> {
    for name in ["quantity", "unit_price", "tax_rate"] {
        if parsed::<Decimal>(line, name).is_none() {
            return Err(name);
        }
    }
    line_of(line).ok_or("unit_price")
}

fn line_of(line: &Json) -> Option<TradeLine> {
    let tax_rate: Decimal = parsed(line, "tax_rate")?.unwrap_or_default();
    let category = text(line, "tax_category");
    let usual = if tax_rate.is_zero() { "Z" } else { "S" };
    Some(TradeLine {
        description: text(line, "description").unwrap_or_default(),
        account: text(line, "account"),
        quantity: parsed(line, "quantity")?.unwrap_or(Decimal::ONE),
        unit_price: parsed(line, "unit_price")??,
        tax_rate,
        tax_category: category.unwrap_or_else(|| usual.to_owned()),
    })
}

fn text(kept: &Json, name: &str) -> Option<String> {
    let text = kept.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The value of a field: none where it is absent, nothing at all where it cannot be read.
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn parsed<T: FromStr>(kept: &Json, name: &str) -> Option<Option<T>> {
    match text(kept, name) {
        None => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_comes_back_as_it_was() {
        let eur = Currency::parse("EUR").expect("EUR");
        let usual = NewDocument {
            kind: DocumentKind::CreditMemo,
            number: None,
            party: Some("C-1".into()),
            issued_on: "2026-01-05".parse().expect("a day"),
            posted_on: Some("2026-01-06".parse().expect("a day")),
            terms: Some("NET30".into()),
            due_on: None,
            goods_received_on: None,
            currency: Some(eur),
            rate: Some("1.25".parse().expect("a rate")),
            references: DocumentReferences {
                memo: "returned".into(),
                ..DocumentReferences::default()
            },
            no_duplicate: Some("another year".into()),
            content: Content::Lines(vec![TradeLine {
                description: "Paper".into(),
                account: Some("4000".into()),
                quantity: "2.5".parse().expect("a number"),
                unit_price: "19.999".parse().expect("a price"),
                tax_rate: "20".parse().expect("a rate"),
                tax_category: "S".into(),
            }]),
        };
        let cash = NewDocument {
            kind: DocumentKind::Refund,
            content: Content::Amount {
                amount: Money::parse("7.10", eur).expect("an amount"),
                bank: Some("MAIN".into()),
            },
            ..usual.clone()
        };
        for order in [usual, cash] {
            assert_eq!(from_json(&to_json(&order)), Some(order));
        }
        let line = |text: &str| typed_line(&serde_json::from_str(text).expect("JSON"));
        let usual = line(r#"{"unit_price":"5","tax_rate":"20","quantity":""}"#).expect("a line");
        assert_eq!((usual.quantity, &*usual.tax_category), (Decimal::ONE, "S"));
        assert_eq!(
            line(r#"{"unit_price":"5","quantity":"two"}"#),
            Err("quantity")
        );
        assert_eq!(line(r#"{"quantity":"2"}"#), Err("unit_price"));
        for wrong in [
            "{}",
            "[]",
            r#"{"kind":"refund","issued_on":"soon","amount":"1"}"#,
        ] {
            let wrong: Json = serde_json::from_str(wrong).expect("JSON");
            assert_eq!(from_json(&wrong), None);
        }
    }
}
