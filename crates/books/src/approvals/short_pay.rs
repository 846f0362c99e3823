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
    if let Json::Array(legs) = rehearsal::shown(work, &legs) {
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

/// What was kept, or what a program sent.
pub(super) fn read(content: &Json) -> Option<Proposal> {
    let text = |name: &str| match content.get(name) {
        None | Some(Json::Null) => Some(None),
        Some(text) => Some(Some(text.as_str()?.trim())),
    };
    let proposal = Proposal {
        short_pay: text("short_pay")??.to_owned(),
        reason: match text("short_pay_reason")? {
            None => None,
            Some(word) => Some(Reason::parse(word)?),
        },
        owner: text("owner")?.map(ToOwned::to_owned),
        verdict: verdict(text("verdict")?).ok()?,
        instead_of: verdict(text("instead_of")?).ok()?,
        credit_on: match text("credit_on")? {
            None => None,
            Some(day) => Some(day.parse().ok()?),
        },
        tax_rate: text("tax_rate")?.map(ToOwned::to_owned),
    };
    proposal.says_something().then_some(proposal)
}

/// A verdict that is named, none where none is; an error where it is no verdict.
fn verdict(word: Option<&str>) -> Result<Option<Verdict>, ()> {
    word.map(|word| Verdict::parse(word).ok_or(())).transpose()
}
