//! Credit: invoices beyond a customer's limit, and customers who are held.
//!
//! What happens to an invoice that goes too far is a policy: it is issued with a mark in the
//! audit log, waits for somebody with authority over credit, or is refused. The ledger's door
//! asks ([`check`]); the way of commands and programs asks others where the policy says so.

mod refusal;
mod sql;

pub use refusal::CreditRefusal;

use std::collections::{BTreeSet, HashMap};

use domain::access::{Area, Verb};
use domain::credit::{Answer, Objection, Standing};
use domain::documents::{DocumentKind, Side};
use domain::ids::{DocumentId, PartyId};
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals;
use crate::failure::{Fault, Outcome};
use crate::ledger::{Origin, Posting};
use crate::parties;
use crate::settings;
use crate::work::Work;

/// Under which name the policy is kept.
const SETTING: &str = "credit";

/// What happens to an invoice that goes beyond the limit.
pub fn policy(work: &mut Work<'_>) -> Outcome<Answer> {
    let kept = settings::get(work, SETTING)?;
    let word = kept
        .as_ref()
        .and_then(|kept| kept.get("over_limit")?.as_str());
    Ok(word.and_then(Answer::parse).unwrap_or_default())
}

/// Changes it; the reason stays in the audit log.
pub fn set_policy(work: &mut Work<'_>, word: &str, reason: &str) -> Outcome<Answer> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    let answer = Answer::parse(word).ok_or_else(|| CreditRefusal::NotAPolicy {
        word: word.to_owned(),
    })?;
    if reason.trim().is_empty() {
        return Err(CreditRefusal::NoReason.into());
    }
    work.gate()?;
    let kept = json!({ "over_limit": answer.code(), "reason": reason.trim() });
    settings::put(work, SETTING, &kept)?;
    Ok(answer)
}

/// How parties stand now; three statements for all of them.
pub(crate) fn standings(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, Standing>, Fault> {
    let functional = work.functional();
    let money = |minor: i64| Money::new(minor, functional);
    let limits = sql::limits(work, parties)?;
    let mut holds = sql::holds(work, parties)?;
    let exposures = sql::exposures(work, parties)?;
    let standing = |party: &PartyId| {
        let standing = Standing {
            limit: limits.get(party).copied().map(money),
            exposure: money(exposures.get(party).copied().unwrap_or_default()),
            hold: holds.remove(party),
        };
        (*party, standing)
    };
    Ok(parties.iter().map(standing).collect())
}

/// How the party of a code stands now.
pub fn standing(work: &mut Work<'_>, code: &str) -> Outcome<Standing> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = party_of(work, code)?;
    let found = standings(work, &[party].into())?.remove(&party);
    found.ok_or_else(|| Fault::new("a party has no standing").into())
}

fn party_of(work: &mut Work<'_>, code: &str) -> Outcome<PartyId> {
    let found = parties::ids(work, &[code])?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| Fault::new("a code names no party").into())
}

/// An invoice that somebody objects to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Objected {
    pub(crate) document: DocumentId,
    pub(crate) party: PartyId,
    pub(crate) code: String,
    /// What the document is worth, in functional currency.
    pub(crate) value: Money,
    pub(crate) objection: Objection,
}

impl Objected {
    /// For whoever approves it, and for the audit log.
    pub(crate) fn shown(&self) -> Json {
        let (before, after) = match &self.objection {
            Objection::OnHold(hold) => (
                "held".to_owned(),
                format!("invoiced although held by {}: {}", hold.actor, hold.reason),
            ),
            Objection::OverLimit { limit, exposure } => (
                format!("credit limit {limit:?}"),
                format!("exposure {exposure:?}"),
            ),
        };
        json!({ "party": self.code, "before": before, "after": after })
    }

    /// In words, for people.
    pub(crate) fn told(&self) -> String {
        refusal::of(self).to_string()
    }
}

/// The invoices of postings to which something is objected, in their order; each counts for
/// those after it where `adds_up` says so.
pub(crate) fn objections(
    work: &mut Work<'_>,
    postings: &[Posting],
    adds_up: impl Fn(&Objection) -> bool,
) -> Outcome<Vec<Objected>> {
    let issued = || {
        let own = postings.iter().filter(|one| one.origin == Origin::Issued);
        own.flat_map(|posting| &posting.documents)
    };
    let is_claim = |kind| matches!(kind, DocumentKind::Invoice | DocumentKind::DebitMemo);
    let claims = issued().filter(|document| is_claim(document.kind));
    let parties: BTreeSet<PartyId> = claims.filter_map(|document| document.party).collect();
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    // Most customers have no limit; only those who have one are looked at.
    let limited = sql::limits(work, &parties)?.into_keys();
    let held = sql::holds(work, &parties)?.into_keys();
    let parties: BTreeSet<PartyId> = limited.chain(held).collect();
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = standings(work, &parties)?;
    let functional = work.functional();
    let mut values: HashMap<DocumentId, i64> = HashMap::new();
    for item in postings.iter().flat_map(|posting| &posting.items) {
        if item.side == Side::Receivable {
            let value = values.entry(item.document).or_default();
            *value = value.saturating_add(item.functional.minor());
        }
    }
    let codes = parties::fields(work, &parties)?.into_iter();
    let codes: HashMap<PartyId, String> = codes.map(|(id, code, _)| (id, code)).collect();
    let mut found = Vec::new();
    for document in issued() {
        let Some((party, standing)) = document
            .party
            .and_then(|party| Some((party, standings.get_mut(&party)?)))
        else {
            continue;
        };
        let minor = values.get(&document.id).copied().unwrap_or_default();
        let value = Money::new(minor, functional);
        let objection = standing
            .objection(value)
            .filter(|_| is_claim(document.kind));
        if objection.as_ref().is_none_or(&adds_up) {
            standing.add(value);
        }
        if let Some(objection) = objection {
            found.push(Objected {
                document: document.id,
                party,
                code: codes.get(&party).cloned().unwrap_or_default(),
                value,
                objection,
            });
        }
    }
    Ok(found)
}

/// What becomes of the invoices of a batch.
#[derive(Default)]
pub(crate) struct Judged {
    /// Those that wait for others.
    pub(crate) asked: Vec<Objected>,
    /// Those that are issued all the same.
    pub(crate) warned: Vec<Objected>,
}

/// Judges the invoices of a batch in their order; what waits counts for none after it. Refuses
/// the batch where the policy refuses one of them.
pub(crate) fn judge(work: &mut Work<'_>, postings: &[Posting]) -> Outcome<Judged> {
    let policy = policy(work)?;
    let objected = objections(work, postings, |objection| {
        objection.answer(policy) != Answer::Ask
    })?;
    let mut judged = Judged::default();
    for one in objected {
        match one.objection.answer(policy) {
            Answer::Ask if approvals::waits(work, Area::Credit, one.value.minor())? => {
                judged.asked.push(one);
            }
            Answer::Ask | Answer::Warn => judged.warned.push(one),
            Answer::Refuse => return Err(refusal::of(&one).into()),
        }
    }
    Ok(judged)
}

/// At the ledger's door: refuses invoices that must not be issued, or not without approval, and
/// marks those that were warned of.
pub(crate) fn check(work: &mut Work<'_>, posting: &Posting) -> Outcome<()> {
    if work.has_warrant(Area::Credit) || posting.origin != Origin::Issued {
        return Ok(());
    }
    let objected = objections(work, std::slice::from_ref(posting), |_| true)?;
    if objected.is_empty() {
        return Ok(());
    }
    let policy = policy(work)?;
    for one in &objected {
        let refuses = match one.objection.answer(policy) {
            Answer::Refuse => true,
            Answer::Ask => approvals::waits(work, Area::Credit, one.value.minor())?,
            Answer::Warn => false,
        };
        if refuses {
            return Err(refusal::of(one).into());
        }
    }
    for one in &objected {
        work.note("credit.exceed", &one.code, one.shown());
    }
    Ok(())
}

/// Holds a customer: nothing is invoiced to them but by approval.
pub fn hold(work: &mut Work<'_>, code: &str, reason: &str) -> Outcome<()> {
    access::demand(work, Area::Credit, Verb::Do, None)?;
    if reason.trim().is_empty() {
        return Err(CreditRefusal::NoReason.into());
    }
    let party = party_of(work, code)?;
    access::demand_within(work, (Area::Credit, Verb::Do), |_| Ok([party].into()))?;
    work.gate()?;
    if sql::holds(work, &[party].into())?.contains_key(&party) {
        return Err(CreditRefusal::HeldAlready {
            code: code.to_owned(),
        }
        .into());
    }
    sql::insert_hold(work, party, "held", reason.trim())?;
    work.note("credit.hold", code, json!({ "reason": reason.trim() }));
    Ok(())
}

/// Who holds a customer, and why; refuses where nobody does.
pub(crate) fn held(work: &mut Work<'_>, code: &str) -> Outcome<(PartyId, domain::credit::Hold)> {
    let party = party_of(work, code)?;
    let hold = sql::holds(work, &[party].into())?.remove(&party);
    let hold = hold.ok_or_else(|| CreditRefusal::NotHeld {
        code: code.to_owned(),
    })?;
    Ok((party, hold))
}

/// Lets go of a customer; only approvals do it.
pub(crate) fn release(
    work: &mut Work<'_>,
    party: PartyId,
    code: &str,
    reason: &str,
) -> Outcome<()> {
    sql::insert_hold(work, party, "released", reason)?;
    work.note("credit.release", code, json!({ "reason": reason }));
    Ok(())
}
