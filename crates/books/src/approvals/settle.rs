//! Documents settled with each other, something of them given up, as a wish: what would be posted
//! is found by doing it and taking it back.

use std::borrow::ToOwned;

use domain::access::Area;
use domain::deductions::{self, Deduction};
use domain::documents::DocumentKind;
use domain::money::Money;
use domain::settlement::Discount;
use serde_json::{Value as Json, json};

use crate::approvals::plan::{Act, Plan};
use crate::cash::desk::amount_of;
use crate::failure::Outcome;
use crate::ledger::rehearsal;
use crate::open_items::{self, Apply, Settle, With};
use crate::work::Work;

/// What who asks must be allowed to do themselves: what is paid with money is their own work.
pub(super) fn maker_area(order: &Apply) -> Area {
    let mut given_up = order.settle.iter().flat_map(|settle| &settle.deductions);
    let is_payable = given_up.any(|one| one.kind == DocumentKind::PayableWriteOff);
    match (order.with.is_empty(), is_payable) {
        (true, _) => Area::WriteOffs,
        (false, true) => Area::Payments,
        (false, false) => Area::Cash,
    }
}

/// What settling would post. Writes nothing.
pub(super) fn plan(work: &mut Work<'_>, order: &Apply) -> Outcome<Plan> {
    let areas = [Area::Cash, Area::Payments, Area::WriteOffs];
    for area in areas {
        work.give_warrant(area);
    }
    let rehearsed = rehearsal::rehearsed(work, |work| {
        open_items::apply(work, std::slice::from_ref(order))
    });
    for area in areas {
        work.take_warrant(area);
    }
    let (_, legs) = rehearsed?;
    let debits = legs.iter().map(|leg| leg.functional.max(0));
    let given_up = legs
        .iter()
        .filter(|leg| deductions::is_given_up(&leg.account));
    let given_up = given_up.map(|leg| leg.functional.saturating_abs());
    let settled: Vec<&str> = order
        .settle
        .iter()
        .map(|one| one.document.as_str())
        .collect();
    let with: Vec<&str> = order.with.iter().map(|one| one.document.as_str()).collect();
    let with = if with.is_empty() {
        String::new()
    } else {
        format!(" with {}", with.join(", "))
    };
    Ok(Plan {
        subject: format!("{}{with}", settled.join(", ")),
        effect: rehearsal::shown(work, &legs)?,
        amount: given_up.fold(0, i64::saturating_add),
        act: Act::Settle {
            order: Box::new(order.clone()),
            parties: legs.iter().filter_map(|leg| leg.party).collect(),
            whole: debits.fold(0, i64::saturating_add),
        },
    })
}

fn money(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

/// The order as it is kept.
pub(super) fn to_json(order: &Apply) -> Json {
    let settle = order.settle.iter().map(|one| {
        let deductions = one.deductions.iter();
        let deductions = deductions
            .map(|taken| json!({ "kind": taken.kind.code(), "amount": money(taken.amount) }));
        json!({ "document": one.document, "amount": one.amount.map(money),
            "deductions": deductions.collect::<Vec<_>>() })
    });
    let with = order
        .with
        .iter()
        .map(|one| json!({ "document": one.document, "amount": one.amount.map(money) }));
    json!({
        "on": order.on.to_string(), "settle": settle.collect::<Vec<_>>(),
        "with": with.collect::<Vec<_>>(), "excess": order.excess.map(money),
        "no_discount": order.discount == Discount::None,
    })
}

/// What was kept, or what a program sent.
pub(super) fn read(content: &Json) -> Option<Apply> {
    let list = |object: &Json, name: &str| match object.get(name) {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(list) => list.as_array().cloned(),
    };
    let text = |object: &Json, name: &str| object.get(name)?.as_str().map(ToOwned::to_owned);
    let settle = list(content, "settle")?.into_iter().map(|one| {
        let deductions = list(&one, "deductions")?.into_iter().map(|taken| {
            Some(Deduction {
                kind: DocumentKind::parse(&text(&taken, "kind")?)?,
                amount: amount_of(&taken, "amount").ok()??,
            })
        });
        Some(Settle {
            document: text(&one, "document")?,
            amount: amount_of(&one, "amount").ok()?,
            deductions: deductions.collect::<Option<Vec<_>>>()?,
        })
    });
    let with = list(content, "with")?.into_iter().map(|one| {
        Some(With {
            document: text(&one, "document")?,
            amount: amount_of(&one, "amount").ok()?,
        })
    });
    let is_without = content.get("no_discount").and_then(Json::as_bool) == Some(true);
    let order = Apply {
        on: text(content, "on")?.parse().ok()?,
        settle: settle.collect::<Option<Vec<_>>>()?,
        with: with.collect::<Option<Vec<_>>>()?,
        discount: if is_without {
            Discount::None
        } else {
            Discount::InTime
        },
        excess: amount_of(content, "excess").ok()?,
    };
    (!order.settle.is_empty()).then_some(order)
}
