//! How a wish is kept until it is decided, and how programs send one.

use domain::calendar::Date;
use domain::credit::{Covers, Limit};
use domain::documents::DocumentKind;
use domain::ids::ItemId;
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::approvals::{Wish, handling, new_parties, settle, short_pay};
use crate::cash::desk::Division;
use crate::documents::{NewDocument, kept};
use crate::failure::Fault;

impl Wish {
    /// As it is kept.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Wish::WriteOff { item, amount, on } => json!({
                "item": item.to_string(), "amount": amount.map(money), "on": on.to_string(),
            }),
            Wish::CreditMemo { party, amount, on } => json!({
                "party": party, "amount": money(*amount), "on": on.to_string(),
            }),
            Wish::Refund {
                item,
                amount,
                bank_account,
                on,
            } => json!({
                "item": item.to_string(), "amount": amount.map(money),
                "bank_account": bank_account, "on": on.to_string(),
            }),
            Wish::ApplyLine { line, division } => {
                let mut kept = division.to_json();
                kept["line"] = json!(line);
                kept
            }
            Wish::Settle(order) => settle::to_json(order),
            Wish::Journal { legs, on } => {
                let legs: Vec<Json> = legs
                    .iter()
                    .map(
                        |(account, amount)| json!({ "account": account, "amount": money(*amount) }),
                    )
                    .collect();
                json!({ "legs": legs, "on": on.to_string() })
            }
            Wish::ReopenPeriod { period } | Wish::ClosePeriod { period } => {
                json!({ "period": period })
            }
            Wish::Revalue { on } => json!({ "on": on.to_string() }),
            Wish::BankDetails { accounts } => json!({ "accounts": pairs(accounts, "number") }),
            Wish::Terms { changes } => json!({ "changes": pairs(changes, "terms") }),
            Wish::CreditLimit { changes } => {
                let change = |(party, limit): &(String, Option<Limit>)| {
                    let mut kept = json!({ "party": party, "amount": Json::Null });
                    if let Some(limit) = limit {
                        kept["amount"] = money(limit.amount);
                        kept["covers"] = limit.covers.code().into();
                    }
                    kept
                };
                json!({ "changes": changes.iter().map(change).collect::<Vec<_>>() })
            }
            Wish::NewParties { side, rows } => new_parties::to_json(*side, rows),
            Wish::Handling { party, change } => handling::to_json(party, change),
            Wish::ReleaseHold { party } => json!({ "party": party }),
            Wish::OverLimit(orders) => {
                let orders: Vec<Json> = orders.iter().map(kept::to_json).collect();
                json!({ "documents": orders })
            }
            Wish::Document(order) => json!({ "document": kept::to_json(order) }),
            Wish::CreditShortPay { short_pay, memo } => json!({
                "short_pay": short_pay, "document": kept::to_json(memo),
            }),
            Wish::ShortPay(proposal) => short_pay::to_json(proposal),
            Wish::Reverse { document, kind, on } => json!({
                "document": document, "document_kind": kind.code(), "on": on.to_string(),
            }),
        }
    }

    /// What was kept, or what a program sent.
    pub fn from_json(kind: &str, content: &Json) -> Result<Wish, Fault> {
        read(kind, content)
            .ok_or_else(|| Fault::new(format!("a request of kind {kind} is not readable")))
    }

    /// What a program sent; nothing where it cannot be read.
    pub fn parse(kind: &str, content: &Json) -> Option<Wish> {
        read(kind, content)
    }
}

fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

/// Parties with something of each, as a list of objects.
fn pairs(all: &[(String, String)], name: &str) -> Vec<Json> {
    let pair = |(party, value): &(String, String)| json!({ "party": party, name: value });
    all.iter().map(pair).collect()
}

/// A list of parties with something of each, or the one that stands in the request itself.
fn read_pairs(content: &Json, list: &str, name: &str) -> Option<Vec<(String, String)>> {
    let pair = |one: &Json| {
        let text = |name: &str| Some(one.get(name)?.as_str()?.trim().to_owned());
        Some((text("party")?, text(name)?))
    };
    let all = match content.get(list) {
        None => vec![pair(content)?],
        Some(all) => all.as_array()?.iter().map(pair).collect::<Option<_>>()?,
    };
    (!all.is_empty()).then_some(all)
}

fn read(kind: &str, content: &Json) -> Option<Wish> {
    let text = |name: &str| content.get(name).and_then(Json::as_str).map(str::to_owned);
    let on = || text("on")?.parse::<Date>().ok();
    let item = || text("item")?.parse::<ItemId>().ok();
    let optional = || match content.get("amount") {
        None | Some(Json::Null) => Some(None),
        Some(amount) => read_money(amount).map(Some),
    };
    Some(match kind {
        "write_off" => Wish::WriteOff {
            item: item()?,
            amount: optional()?,
            on: on()?,
        },
        "credit_memo" => Wish::CreditMemo {
            party: text("party")?,
            amount: read_money(content.get("amount")?)?,
            on: on()?,
        },
        "refund" => Wish::Refund {
            item: item()?,
            amount: optional()?,
            bank_account: text("bank_account")?,
            on: on()?,
        },
        "apply_line" => Wish::ApplyLine {
            line: text("line")?,
            division: Division::from_json(content)?,
        },
        "settle" => Wish::Settle(Box::new(settle::read(content)?)),
        "journal" => Wish::Journal {
            legs: legs(content)?,
            on: on()?,
        },
        "reopen_period" => Wish::ReopenPeriod {
            period: text("period")?,
        },
        "close_period" => Wish::ClosePeriod {
            period: text("period")?,
        },
        "revalue" => Wish::Revalue { on: on()? },
        "bank_details" => Wish::BankDetails {
            accounts: read_pairs(content, "accounts", "number")?,
        },
        "terms" => Wish::Terms {
            changes: read_pairs(content, "changes", "terms")?,
        },
        "credit_limit" => Wish::CreditLimit {
            changes: read_limits(content)?,
        },
        "new_parties" => {
            let (side, rows) = new_parties::read(content)?;
            Wish::NewParties { side, rows }
        }
        "party_class" | "withholding_rate" => handling::read(kind, content)?,
        "release_hold" => Wish::ReleaseHold {
            party: text("party")?,
        },
        "over_limit" => Wish::OverLimit(documents(content)?),
        "document" => Wish::Document(Box::new(kept::from_json(content.get("document")?)?)),
        "credit_short_pay" => credit_short_pay(content)?,
        "short_pay" => Wish::ShortPay(Box::new(short_pay::read(content)?)),
        "reverse" => Wish::Reverse {
            document: text("document")?,
            kind: DocumentKind::parse(&text("document_kind")?)?,
            on: on()?,
        },
        _ => return None,
    })
}

/// A short-pay and its credit memo.
fn credit_short_pay(content: &Json) -> Option<Wish> {
    Some(Wish::CreditShortPay {
        short_pay: content.get("short_pay")?.as_str()?.to_owned(),
        memo: Box::new(kept::from_json(content.get("document")?)?),
    })
}

/// The limits of several customers, or of one.
fn read_limits(content: &Json) -> Option<Vec<(String, Option<Limit>)>> {
    match content.get("changes") {
        None => Some(vec![read_limit(content)?]),
        Some(all) => all.as_array()?.iter().map(read_limit).collect(),
    }
}

fn legs(content: &Json) -> Option<Vec<(String, Money)>> {
    let legs = content.get("legs")?.as_array()?.iter().map(|leg| {
        let account = leg.get("account")?.as_str()?.to_owned();
        Some((account, read_money(leg.get("amount")?)?))
    });
    legs.collect()
}

fn documents(content: &Json) -> Option<Vec<NewDocument>> {
    let all = content.get("documents")?.as_array()?.iter();
    let all = all.map(kept::from_json).collect::<Option<Vec<_>>>()?;
    (!all.is_empty()).then_some(all)
}

/// Party, amount and whom it covers: the customer alone where nothing is said.
fn read_limit(content: &Json) -> Option<(String, Option<Limit>)> {
    let party = content.get("party")?.as_str()?.trim().to_owned();
    let covers = match content.get("covers") {
        None | Some(Json::Null) => Covers::Own,
        Some(word) => Covers::parse(word.as_str()?)?,
    };
    let amount = match content.get("amount") {
        None | Some(Json::Null) => None,
        Some(amount) => Some(read_money(amount)?),
    };
    Some((party, amount.map(|amount| Limit { amount, covers })))
}

fn read_money(json: &Json) -> Option<Money> {
    let currency = Currency::parse(json.get("currency")?.as_str()?)?;
    Money::parse(json.get("amount")?.as_str()?, currency).ok()
}
