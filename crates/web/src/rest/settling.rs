//! Settling by hand, for programs: apply, unapply, net, move, return, revalue.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::ledger::{self, Foreseen};
use books::open_items::{self, Apply, MoveReceipt, Net, Returned, Settle, Settled, Unapply, With};
use books::revaluation;
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::DocumentKind;
use domain::money::{Currency, Money};
use domain::settlement::Discount;
use serde_json::{Value as Json, json};

use crate::app::{App, Door, write};
use crate::problem::Problem;
use crate::rest::described::DEDUCTIONS;
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, json_answer};

pub(super) fn money_json(money: Money) -> Json {
    json!({ "amount": money.to_string(), "currency": money.currency().code() })
}

pub(super) fn told(settled: &Settled) -> Json {
    let documents = settled.documents.iter().map(|document| {
        json!({
            "id": document.id.to_string(), "kind": document.kind.code(),
            "number": document.number, "gross": money_json(document.gross),
        })
    });
    let applications = settled.applications.iter().map(|one| {
        json!({
            "id": one.id.to_string(), "debit": one.debit.to_string(),
            "credit": one.credit.to_string(), "debit_amount": money_json(one.debit_amount),
            "credit_amount": money_json(one.credit_amount),
            "applied_on": one.applied_on.to_string(),
        })
    });
    json!({
        "documents": documents.collect::<Vec<_>>(),
        "applications": applications.collect::<Vec<_>>(),
    })
}

/// What settling would do: nothing of it has an id.
fn foreseen(found: &Foreseen<Settled>) -> Json {
    let documents = found.done.documents.iter().map(|document| {
        json!({
            "kind": document.kind.code(), "number": document.number,
            "gross": money_json(document.gross),
        })
    });
    let applications = found.done.applications.iter().map(|one| {
        json!({
            "debit_amount": money_json(one.debit_amount),
            "credit_amount": money_json(one.credit_amount),
            "applied_on": one.applied_on.to_string(),
        })
    });
    json!({
        "documents": documents.collect::<Vec<_>>(),
        "applications": applications.collect::<Vec<_>>(),
        "would_post": found.effect, "would_wait": found.waits,
    })
}

/// Shows what settling would do, keeping no key; or settles, once.
async fn shown_or_once(
    app: &Arc<App>,
    caller: &Caller,
    asking: Asking,
    act: impl Fn(&mut Work<'_>) -> Outcome<Settled> + Send + 'static,
) -> Answer {
    if asking.claim("dry_run")? {
        let found = write(app, Door::Rest, &caller.who, "", move |work| {
            ledger::rehearse(work, &act)
        })
        .await?;
        return Ok(json_answer(StatusCode::OK, &foreseen(&found)));
    }
    once(app, caller, asking, "", move |work, _| {
        Ok(told(&act(work)?))
    })
    .await
}

/// The day that is named, or today.
fn day(app: &App, asking: &Asking) -> Result<Date, Problem> {
    Ok(asking.optional_day("on")?.unwrap_or(app.today()))
}

/// Money of an object, where it is there.
pub(super) fn money(object: Option<&Json>, name: &'static str) -> Result<Option<Money>, Problem> {
    let wrong = || field(name, &format!("`{name}` is no amount with its currency."));
    let Some(value) = object.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let text = |part: &str| value.get(part).and_then(Json::as_str);
    let currency = text("currency").and_then(Currency::parse);
    let (Some(currency), Some(amount)) = (currency, text("amount")) else {
        return Err(wrong());
    };
    Money::parse(amount, currency)
        .map(Some)
        .map_err(|_| wrong())
}

/// The objects of a list; a list that must be there has one at least.
fn objects<'a>(asking: &'a Asking, name: &'static str) -> Result<&'a [Json], Problem> {
    let list = asking.body.get(name).and_then(Json::as_array);
    let list = list.filter(|list| !list.is_empty() && list.iter().all(Json::is_object));
    list.map(Vec::as_slice)
        .ok_or_else(|| field(name, &format!("`{name}` is no list of objects.")))
}

fn document(object: &Json) -> Result<String, Problem> {
    let text = object.get("document").and_then(Json::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| field("document", "`document` is no number or id."))
}

/// A deduction by the kind of its document: `discount_given`, `fee_borne`, `write_off`, …
fn deduction(object: &Json) -> Result<Deduction, Problem> {
    let kind = object.get("kind").and_then(Json::as_str);
    let kind = kind
        .filter(|kind| DEDUCTIONS.contains(kind))
        .and_then(DocumentKind::parse);
    let kind = kind.ok_or_else(|| field("kind", "This is no kind of deduction."))?;
    let amount = money(object.get("amount"), "amount")?;
    let amount = amount.ok_or_else(|| field("amount", "A deduction has an amount."))?;
    Ok(Deduction { kind, amount })
}

/// Applies documents to each other.
pub(crate) async fn apply(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("apply")?;
    let mut settle = Vec::new();
    for one in objects(&asking, "settle")? {
        let taken = one.get("deductions").and_then(Json::as_array);
        let deductions = taken.into_iter().flatten().map(deduction);
        settle.push(Settle {
            document: document(one)?,
            amount: money(one.get("amount"), "amount")?,
            deductions: deductions.collect::<Result<_, _>>()?,
        });
    }
    let mut with = Vec::new();
    for one in objects(&asking, "with")? {
        with.push(With {
            document: document(one)?,
            amount: money(one.get("amount"), "amount")?,
        });
    }
    let reason = asking.optional_text("reason")?;
    let is_without = asking.claim("no_discount")?;
    let order = Apply {
        on: day(&app, &asking)?,
        settle,
        with,
        discount: if is_without {
            Discount::None
        } else {
            Discount::InTime
        },
        excess: money(asking.body.get("excess"), "excess")?,
    };
    if asking.claim("dry_run")? {
        let found = write(&app, Door::Rest, &caller.who, "", move |work| {
            open_items::preview_apply(work, &order)
        })
        .await?;
        return Ok(json_answer(StatusCode::OK, &foreseen(&found)));
    }
    once(&app, &caller, asking, "", move |work, _| {
        let orders = std::slice::from_ref(&order);
        let done = open_items::apply_or_ask(work, orders, &reason)?;
        let mut told = told(&done.settled);
        if !done.waiting.is_empty() {
            let ids = done.waiting.iter().map(ToString::to_string);
            told["waiting"] = ids.collect::<Vec<_>>().into();
        }
        Ok(told)
    })
    .await
}

/// Takes applications back.
pub(crate) async fn unapply(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("unapply")?;
    let on = day(&app, &asking)?;
    let with = asking.given("with")?;
    let what = asking.texts("what")?;
    if what.is_empty() {
        return Err(field("what", "Name documents or applications."));
    }
    let orders = what.into_iter().map(|what| Unapply {
        on,
        what,
        with: with.clone(),
    });
    let orders: Vec<Unapply> = orders.collect();
    shown_or_once(&app, &caller, asking, move |work| {
        open_items::unapply(work, &orders)
    })
    .await
}

/// Settles what a party owes us with what we owe it.
pub(crate) async fn net(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("net")?;
    let currency = match asking.optional_text("currency")?.as_str() {
        "" => None,
        text => {
            let currency = Currency::parse(text);
            let wrong = || field("currency", &format!("`{text}` is no currency."));
            Some(currency.ok_or_else(wrong)?)
        }
    };
    let order = Net {
        party: asking.text("party")?,
        on: day(&app, &asking)?,
        currency,
        limit: money(asking.body.get("limit"), "limit")?,
    };
    shown_or_once(&app, &caller, asking, move |work| {
        open_items::net(work, &order)
    })
    .await
}

/// Puts a receipt under the party whose it is.
pub(crate) async fn move_receipt(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(receipt): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("move {receipt}"))?;
    let order = MoveReceipt {
        receipt,
        to: asking.given("to")?,
        amount: money(asking.body.get("amount"), "amount")?,
        on: day(&app, &asking)?,
    };
    shown_or_once(&app, &caller, asking, move |work| {
        open_items::move_receipts(work, std::slice::from_ref(&order))
    })
    .await
}

/// Takes in that a payment came back.
pub(crate) async fn give_back(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("return")?;
    let order = Returned {
        document: asking.text("document")?,
        on: day(&app, &asking)?,
        amount: money(asking.body.get("amount"), "amount")?,
        bank: asking.given("bank")?,
        fee: money(asking.body.get("fee"), "fee")?,
        reason: asking.optional_text("reason")?,
    };
    shown_or_once(&app, &caller, asking, move |work| {
        open_items::returned(work, &order)
    })
    .await
}

/// Brings open foreign items to the closing rate of a period's last day.
pub(crate) async fn revalue(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("revalue")?;
    let text = asking.text("on")?;
    let on: Date = text
        .parse()
        .map_err(|_| field("on", &format!("`{text}` is no date.")))?;
    once(&app, &caller, asking, "", move |work, _| {
        Ok(revalued(&revaluation::commit(work, on)?))
    })
    .await
}

/// What a revaluation did, or would do.
pub(super) fn revalued(report: &revaluation::Report) -> Json {
    let totals = report.totals.iter().map(
        |(currency, gain)| json!({ "currency": currency.code(), "unrealised": money_json(*gain) }),
    );
    let mut told = json!({
        "on": report.on.to_string(), "already_done": report.is_repeated,
        "looked_at": report.looked_at, "rates": report.rates,
        "totals": totals.collect::<Vec<_>>(),
    });
    if let Some(total) = report.total() {
        told["total"] = money_json(total);
    }
    if let Some(run) = report.run {
        told["run"] = run.to_string().into();
    }
    told
}
