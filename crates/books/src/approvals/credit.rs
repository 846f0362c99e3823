//! Invoices beyond a credit limit, and the release of customers who are held, as wishes.

use domain::adjustments::AdjustRefusal;
use domain::credit::{Covers, Limit};
use domain::documents::DocumentKind;
use serde_json::{Value as Json, json};

use crate::approvals::Wish;
use crate::approvals::plan::{Act, Plan, listed};
use crate::credit;
use crate::documents::{self, NewDocument};
use crate::failure::Outcome;
use crate::ledger::Posting;
use crate::ledger::rehearsal::effect_of;
use crate::parties;
use crate::work::Work;

/// A document that credit objects to is asked for as such: whoever approves it must have
/// authority over credit.
pub(super) fn widened(work: &mut Work<'_>, wish: &Wish) -> Outcome<Option<Wish>> {
    let Wish::Document(order) = wish else {
        return Ok(None);
    };
    if !matches!(order.kind, DocumentKind::Invoice | DocumentKind::DebitMemo) {
        return Ok(None);
    }
    let ready = documents::prepare(work, std::slice::from_ref(&**order))?;
    let judged = credit::judge(work, &ready.postings)?;
    Ok((!judged.asked.is_empty()).then(|| Wish::OverLimit(vec![(**order).clone()])))
}

/// What issuing the documents would post, and how the customer would stand.
pub(super) fn over_limit(work: &mut Work<'_>, orders: &[NewDocument]) -> Outcome<Plan> {
    let ready = documents::prepare(work, orders)?;
    let objected = credit::objections(work, &ready.postings, |_| true)?;
    let mut effect: Vec<Json> = objected.iter().map(credit::Objected::shown).collect();
    let entries = ready.postings.iter().flat_map(|posting| &posting.entries);
    if let Json::Array(legs) = effect_of(work, entries)? {
        effect.extend(legs);
    }
    let values = ready.postings.iter().flat_map(Posting::values);
    let values: Vec<i64> = values.map(|(_, value)| value).collect();
    let whose = orders.first().and_then(|order| order.party.as_deref());
    Ok(Plan {
        subject: format!(
            "{} for {} beyond credit",
            if orders.len() == 1 {
                "a document".to_owned()
            } else {
                format!("{} documents", orders.len())
            },
            whose.unwrap_or("nobody known")
        ),
        effect: Json::Array(effect),
        amount: values.iter().copied().fold(0, i64::saturating_add),
        act: Act::OverLimit {
            ready,
            whole: values.into_iter().max().unwrap_or_default(),
        },
    })
}

/// What letting a customer go would change.
pub(super) fn release(work: &mut Work<'_>, code: &str, reason: &str) -> Outcome<Plan> {
    let (party, hold) = credit::held(work, code)?;
    let before = format!("held by {}: {}", hold.actor, hold.reason);
    Ok(Plan {
        subject: code.to_owned(),
        effect: json!([{ "party": code, "before": before, "after": "released" }]),
        amount: 1,
        act: Act::Release {
            party,
            code: code.to_owned(),
            reason: reason.to_owned(),
            held_by: hold.actor,
        },
    })
}

/// How limits would change, for whoever approves them.
pub(super) fn limits(
    work: &mut Work<'_>,
    changes: &[(String, Option<Limit>)],
    reason: &str,
) -> Outcome<Plan> {
    let functional = work.functional();
    let codes: Vec<&str> = changes.iter().map(|(code, _)| code.as_str()).collect();
    let ids = parties::ids(work, &codes)?;
    let before = credit::limits(work, &ids.iter().copied().collect())?;
    let mut limits = Vec::with_capacity(changes.len());
    let mut effect = Vec::with_capacity(changes.len());
    for (party, (code, limit)) in ids.into_iter().zip(changes) {
        if let Some(Limit { amount, .. }) = *limit
            && (amount.currency() != functional || amount.is_negative())
        {
            return Err(AdjustRefusal::WrongAmount { amount }.into());
        }
        effect.push(json!({
            "party": code, "before": limit_shown(before.get(&party).copied()),
            "after": limit_shown(*limit),
        }));
        limits.push((party, code.clone(), *limit));
    }
    let told: Vec<String> = changes
        .iter()
        .map(|(code, limit)| format!("{code}: {}", limit_shown(*limit)))
        .collect();
    // No limit is more than any.
    let worth = |limit: &Option<Limit>| limit.map_or(i64::MAX, |l| l.amount.minor().max(1));
    let amount = changes.iter().map(|(_, limit)| worth(limit)).max();
    Ok(Plan {
        subject: listed(told.iter().map(String::as_str)),
        effect: Json::Array(effect),
        amount: amount.unwrap_or(1),
        act: Act::CreditLimit {
            limits,
            reason: reason.to_owned(),
        },
    })
}

/// A limit in words.
pub(super) fn limit_shown(limit: Option<Limit>) -> String {
    match limit {
        None => "none".to_owned(),
        Some(Limit { amount, covers }) => match covers {
            Covers::Own => format!("{amount:?}"),
            Covers::Group => format!("{amount:?} for the group"),
        },
    }
}
