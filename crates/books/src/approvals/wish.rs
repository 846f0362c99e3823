//! What can be asked for, and how it is kept until it is decided.

use domain::access::Area;
use domain::calendar::Date;
use domain::ids::ItemId;
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::failure::Fault;

/// Something that may need approval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Give up what is open on an item.
    WriteOff {
        /// The item.
        item: ItemId,
        /// How much; all that is open when not named.
        amount: Option<Money>,
        /// The day.
        on: Date,
    },
    /// Lower what a customer owes.
    CreditMemo {
        /// The customer's code.
        party: String,
        /// How much.
        amount: Money,
        /// The day.
        on: Date,
    },
    /// Pay a customer's credit out.
    Refund {
        /// The credit item.
        item: ItemId,
        /// How much; all that is open when not named.
        amount: Option<Money>,
        /// The code of our bank account.
        bank_account: String,
        /// The day.
        on: Date,
    },
    /// An entry made by hand, in functional currency; a debit is above zero.
    Journal {
        /// Account and amount of each leg.
        legs: Vec<(String, Money)>,
        /// The day.
        on: Date,
    },
    /// Open a closed period again.
    ReopenPeriod {
        /// The period.
        period: String,
    },
    /// A new bank account of a party.
    BankDetails {
        /// The party's code.
        party: String,
        /// The account's number.
        number: String,
    },
}

impl Wish {
    /// The word under which it is kept.
    pub fn kind(&self) -> &'static str {
        match self {
            Wish::WriteOff { .. } => "write_off",
            Wish::CreditMemo { .. } => "credit_memo",
            Wish::Refund { .. } => "refund",
            Wish::Journal { .. } => "journal",
            Wish::ReopenPeriod { .. } => "reopen_period",
            Wish::BankDetails { .. } => "bank_details",
        }
    }

    /// The area whose permissions it needs.
    pub fn area(&self) -> Area {
        match self {
            Wish::WriteOff { .. } => Area::WriteOffs,
            Wish::CreditMemo { .. } => Area::CreditMemos,
            Wish::Refund { .. } => Area::Refunds,
            Wish::Journal { .. } => Area::Journals,
            Wish::ReopenPeriod { .. } => Area::Periods,
            Wish::BankDetails { .. } => Area::BankDetails,
        }
    }

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
            Wish::Journal { legs, on } => {
                let legs: Vec<Json> = legs
                    .iter()
                    .map(
                        |(account, amount)| json!({ "account": account, "amount": money(*amount) }),
                    )
                    .collect();
                json!({ "legs": legs, "on": on.to_string() })
            }
            Wish::ReopenPeriod { period } => json!({ "period": period }),
            Wish::BankDetails { party, number } => json!({ "party": party, "number": number }),
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
        "journal" => {
            let legs = content.get("legs")?.as_array()?.iter().map(|leg| {
                let account = leg.get("account")?.as_str()?.to_owned();
                Some((account, read_money(leg.get("amount")?)?))
            });
            Wish::Journal {
                legs: legs.collect::<Option<Vec<_>>>()?,
                on: on()?,
            }
        }
        "reopen_period" => Wish::ReopenPeriod {
            period: text("period")?,
        },
        "bank_details" => Wish::BankDetails {
            party: text("party")?,
            number: text("number")?,
        },
        _ => return None,
    })
}

fn read_money(json: &Json) -> Option<Money> {
    let currency = Currency::parse(json.get("currency")?.as_str()?)?;
    Money::parse(json.get("amount")?.as_str()?, currency).ok()
}
