//! What is proposed about a short-pay, as a wish: what would be posted is found by doing it and
//! taking it back.

use std::borrow::ToOwned;

use domain::access::Area;
use domain::short_pays::Reason;
use serde_json::{Value as Json, json};

use crate::approvals::plan::{Act, Plan};
use crate::failure::Outcome;
use crate::ledger::rehearsal;
use crate::short_pays::{self, Proposal, Verdict};
use crate::work::Work;

/// Whose work it is for those who approve it: a credit memo is one, through whichever door.
pub(super) fn area(proposal: &Proposal) -> Area {
    match proposal.credit_on {
        Some(_) => Area::CreditMemos,
        None => Area::Collections,
    }
}

/// What would change, and what would be posted. Writes nothing.
pub(super) fn plan(work: &mut Work<'_>, proposal: &Proposal, reason: &str) -> Outcome<Plan> {
    let proposed = short_pays::proposed(work, proposal)?;
    let areas = [Area::Collections, Area::CreditMemos];
    for area in areas {
        work.give_warrant(area);
    }
    let rehearsed =
        rehearsal::rehearsed(work, |work| short_pays::carry_out(work, proposal, reason));
    for area in areas {
        work.take_warrant(area);
    }
    let mut effect = proposed.shown;
    let (_, legs) = rehearsed?;
    if let Json::Array(legs) = rehearsal::shown(work, &legs)? {
        effect.extend(legs);
    }
    Ok(Plan {
        subject: proposed.number,
        effect: Json::Array(effect),
        amount: proposed.amount,
        act: Act::ShortPay {
            proposal: Box::new(proposal.clone()),
            party: proposed.party,
            reason: reason.to_owned(),
        },
    })
}

/// As it is kept. The reason for the request stands beside it, so that of the short-pay has a name
/// of its own.
pub(super) fn to_json(proposal: &Proposal) -> Json {
    json!({
        "short_pay": proposal.short_pay, "short_pay_reason": proposal.reason.map(Reason::code),
        "owner": proposal.owner, "verdict": proposal.verdict.map(Verdict::code),
        "instead_of": proposal.instead_of.map(Verdict::code),
        "credit_on": proposal.credit_on.map(|on| on.to_string()),
        "tax_rate": proposal.tax_rate,
    })
}

/// A word that says nothing where it stands.
struct Unknown;

/// What was kept, or what a program sent.
pub(super) fn read(content: &Json) -> Option<Proposal> {
    let proposal = proposal(content).ok()?;
    proposal.says_something().then_some(proposal)
}

fn proposal(content: &Json) -> Result<Proposal, Unknown> {
    let text = |name: &str| match content.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(text) => text.as_str().map(|text| Some(text.trim())).ok_or(Unknown),
    };
    Ok(Proposal {
        short_pay: text("short_pay")?.ok_or(Unknown)?.to_owned(),
        reason: named(text("short_pay_reason")?, Reason::parse)?,
        owner: text("owner")?.map(ToOwned::to_owned),
        verdict: named(text("verdict")?, Verdict::parse)?,
        instead_of: named(text("instead_of")?, Verdict::parse)?,
        credit_on: named(text("credit_on")?, |day| day.parse().ok())?,
        tax_rate: text("tax_rate")?.map(ToOwned::to_owned),
    })
}

/// What a word says, where there is one.
fn named<T>(word: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Unknown> {
    word.map(|word| parse(word).ok_or(Unknown)).transpose()
}
