//! Money that is not where it belongs: receipts of somebody else, and what the bank took back.

use std::collections::BTreeSet;

use domain::calendar::Date;
use domain::ids::{EntryId, ItemId};
use domain::money::{Currency, Money, Rounding};
use domain::settlement::{self, Back, Move, SettleRefusal};

use crate::bank;
use crate::documents::find;
use crate::failure::Outcome;
use crate::open_items::{ItemRefusal, Settled, finish, items_of, load, refusal, sql};
use crate::rates;
use crate::work::Work;

/// A receipt that belongs to somebody else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveReceipt {
    /// Its number or id.
    pub receipt: String,
    /// The code of the party; none puts it back among the unidentified.
    pub to: Option<String>,
    /// How much of what is open on it; all where not named.
    pub amount: Option<Money>,
    /// The day.
    pub on: Date,
}

/// Moves what is open on receipts to other parties, at what they are carried at.
pub fn move_receipts(work: &mut Work<'_>, orders: &[MoveReceipt]) -> Outcome<Settled> {
    work.gate()?;
    let asked: BTreeSet<&str> = orders.iter().map(|order| order.receipt.as_str()).collect();
    let found = find::find(work, &asked)?;
    let items: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    let items = load::states(work, &items)?;
    let codes: Vec<&str> = orders
        .iter()
        .filter_map(|order| order.to.as_deref())
        .collect();
    let parties = sql::party_ids(work, &codes)?;
    let mut moves = Vec::new();
    for order in orders {
        let id = |code: &String| {
            let known = parties.get(code).copied();
            known.ok_or_else(|| refusal::UnknownParty {
                code: code.clone(),
                field: "to",
            })
        };
        let to = order.to.as_ref().map(id).transpose()?;
        for item in items_of(&found, &items.states, &order.receipt) {
            moves.push(Move {
                item,
                to,
                amount: order.amount,
                on: order.on,
            });
        }
    }
    let ((), posting) = load::decide(work, items, |desk| {
        for order in &moves {
            settlement::move_elsewhere(desk, order).map_err(ItemRefusal::of)?;
        }
        Ok(())
    })?;
    let subject = orders.first().map(|order| order.receipt.clone());
    finish(work, posting, "receipt.move", subject.unwrap_or_default())
}

/// A receipt or payment that came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Returned {
    /// Its number or id.
    pub document: String,
    /// The day on which the bank booked it.
    pub on: Date,
    /// How much came back; all of it where not named.
    pub amount: Option<Money>,
    /// The own bank account; the only one in its currency where not named.
    pub bank: Option<String>,
    /// The bank's charge for it, in the currency of that account.
    pub fee: Option<Money>,
    /// Why, in the bank's words: `R01 insufficient funds`.
    pub reason: String,
}

/// Takes returned money in: what it had settled is open again, deductions with it are reversed.
pub fn returned(work: &mut Work<'_>, order: &Returned) -> Outcome<Settled> {
    work.gate()?;
    let found = find::find(work, &BTreeSet::from([order.document.as_str()]))?;
    let own: Vec<ItemId> = found.values().flatten().map(|row| row.item).collect();
    let (standing, items) = load::with_standing(work, &own)?;
    let banks = bank::accounts(work)?;
    let rates = rates::table(work)?;
    let functional = work.functional();
    let ((), mut posting) = load::decide(work, items, |desk| {
        for item in own {
            let state = desk.batch.states.get(&item);
            let Some(whole) = state.map(|state| state.item.amount.abs()) else {
                continue;
            };
            let amount = order.amount.unwrap_or(whole);
            let account = bank_of(&banks, order.bank.as_deref(), amount.currency())?;
            let back = Back {
                item,
                amount,
                functional: value(&rates, amount, functional, order.on)?,
                bank: account,
                on: order.on,
                memo: order.reason.clone(),
            };
            settlement::take_back(desk, &back, &standing).map_err(ItemRefusal::of)?;
        }
        Ok(())
    })?;
    if let Some(fee) = order.fee.filter(|fee| fee.is_positive()) {
        let account = bank_of(&banks, order.bank.as_deref(), fee.currency())?;
        let cost = value(&rates, fee, functional, order.on)?;
        let id = EntryId(work.ids.take());
        let entry = settlement::return_fee(id, order.on, account, fee, cost);
        posting.entries.push(entry);
    }
    finish(work, posting, "receipt.return", order.document.clone())
}

fn bank_of(
    banks: &[bank::BankAccount],
    named: Option<&str>,
    currency: Currency,
) -> Outcome<std::borrow::Cow<'static, str>> {
    let account = crate::documents::bank_account(banks, named, currency);
    let refusal = || crate::documents::IssueRefusal::BankAccount {
        named: named.map(str::to_owned),
        currency,
    };
    Ok(account.ok_or_else(refusal)?)
}

fn value(
    rates: &domain::fx::RateTable,
    amount: Money,
    functional: Currency,
    on: Date,
) -> Outcome<Money> {
    let rate = rates.find_recent(amount.currency(), functional, on);
    let rate = rate.map_err(|missing| ItemRefusal::of(SettleRefusal::RateMissing(missing)))?;
    let value = rate.convert(amount, Rounding::HalfUp);
    let number = amount.to_string();
    Ok(value.map_err(|_| ItemRefusal::of(SettleRefusal::TooLarge { number }))?)
}
