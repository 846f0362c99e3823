//! Credit: invoices beyond a customer's limit, and customers who are held.
//!
//! What happens to an invoice that goes too far is a policy: it is issued with a mark in the
//! audit log, waits for somebody with authority over credit, or is refused. The ledger's door
//! asks ([`check`]); the way of commands and programs asks others where the policy says so.

mod refusal;
pub(crate) mod sql;

pub use refusal::CreditRefusal;

use std::collections::{BTreeSet, HashMap};

use domain::access::{Area, Verb};
use domain::credit::{Accounts, Answer, Covers, Limit, Objection, Room, Standing};
use domain::documents::{DocumentKind, Side};
use domain::ids::{DocumentId, PartyId};
use domain::money::Money;
use domain::parties::Tree;
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

/// Parties with the limits that cover them, what counts against those, and who is held; a
/// statement for each for all of them. What the parties owe themselves is told of those in `also`
/// in any case, of others where a limit counts it.
fn accounts(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
    also: &BTreeSet<PartyId>,
) -> Result<Accounts, Fault> {
    let functional = work.functional();
    let holds = sql::holds(work, parties)?;
    let mut limits = sql::limits(work, parties)?;
    let mut of_groups = sql::limits_of_groups(work)?;
    of_groups.retain(|_, limit| limit.covers == Covers::Group);
    // Most books have no limit of a group, and need nobody's parents.
    let tree = if of_groups.is_empty() {
        Tree::default()
    } else {
        parties::tree(work)?
    };
    let above = parties.iter().flat_map(|party| tree.above(*party));
    let tops: BTreeSet<PartyId> = above
        .chain(parties.iter().copied())
        .filter(|party| of_groups.contains_key(party))
        .collect();
    limits.extend(
        of_groups
            .into_iter()
            .filter(|(party, _)| tops.contains(party)),
    );
    let mut counted = also.clone();
    counted.extend(limits.keys());
    counted.extend(tree.below(&tops).into_values().flatten());
    let owed = if counted.is_empty() {
        HashMap::new()
    } else {
        sql::exposures(work, &counted)?
    };
    let owed = owed.into_iter();
    let owed = owed.map(|(party, minor)| (party, Money::new(minor, functional)));
    Ok(Accounts::new(
        parties,
        &tree,
        &limits,
        owed.collect(),
        holds,
    ))
}

/// How a party stands, with the codes of those whose limits cover it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// How it stands.
    pub standing: Standing,
    /// Its own limit.
    pub limit: Option<Limit>,
    /// Whose limits those above are, by their codes, in the order of the rooms.
    pub above: Vec<(String, Room)>,
}

impl Shown {
    /// What the party and everybody below owe, where its limit covers them.
    pub fn group_exposure(&self) -> Option<Money> {
        self.limit.filter(|limit| limit.covers == Covers::Group)?;
        self.standing.rooms.first().map(|room| room.exposure)
    }
}

/// How the party of a code stands now.
pub fn standing(work: &mut Work<'_>, code: &str) -> Outcome<Shown> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let party = party_of(work, code)?;
    let nothing = Money::zero(work.functional());
    let own = BTreeSet::from([party]);
    let standing = accounts(work, &own, &own)?.standing(party, nothing);
    let above = standing.rooms.iter().filter(|room| room.of != party);
    let above: Vec<Room> = above.cloned().collect();
    let codes = codes_of(work, &above.iter().map(|room| room.of).collect())?;
    let code = |room: &Room| codes.get(&room.of).cloned().unwrap_or_default();
    Ok(Shown {
        limit: standing.limit_of(party),
        above: above.into_iter().map(|room| (code(&room), room)).collect(),
        standing,
    })
}

fn codes_of(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, String>, Fault> {
    let codes = parties::fields(work, parties)?.into_iter();
    Ok(codes.map(|(id, code, _)| (id, code)).collect())
}

/// The limits of everybody who has one.
pub(crate) fn all_limits(work: &mut Work<'_>) -> Result<HashMap<PartyId, Limit>, Fault> {
    sql::all_limits(work)
}

/// The limits of parties themselves.
pub(crate) fn limits(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, Limit>, Fault> {
    sql::limits(work, parties)
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
    /// Whose limit it is, where somebody else's or one for the group.
    pub(crate) group: Option<String>,
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
            Objection::OverLimit {
                limit, exposure, ..
            } => (
                match &self.group {
                    Some(code) => format!("credit limit {:?} of the group of {code}", limit.amount),
                    None => format!("credit limit {:?}", limit.amount),
                },
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
    if !issued().any(|document| is_claim(document.kind)) {
        return Ok(Vec::new());
    }
    // A credit of one leaves room to the others of its group.
    let parties: BTreeSet<PartyId> = issued().filter_map(|document| document.party).collect();
    let mut accounts = accounts(work, &parties, &BTreeSet::new())?;
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let functional = work.functional();
    let mut values: HashMap<DocumentId, i64> = HashMap::new();
    for item in postings.iter().flat_map(|posting| &posting.items) {
        if item.side == Side::Receivable {
            let value = values.entry(item.document).or_default();
            *value = value.saturating_add(item.functional.minor());
        }
    }
    let mut found = Vec::new();
    for document in issued() {
        let Some(party) = document.party else {
            continue;
        };
        let minor = values.get(&document.id).copied().unwrap_or_default();
        let value = Money::new(minor, functional);
        let objection = accounts
            .objection(party, value)
            .filter(|_| is_claim(document.kind));
        if objection.as_ref().is_none_or(&adds_up) {
            accounts.add(party, value);
        }
        found.extend(objection.map(|objection| (document.id, party, value, objection)));
    }
    let whose = |(_, party, _, objection): &(_, PartyId, _, Objection)| match objection {
        Objection::OnHold(_) => [*party, *party],
        Objection::OverLimit { of, .. } => [*party, *of],
    };
    let codes = codes_of(work, &found.iter().flat_map(whose).collect())?;
    let code = |party: PartyId| codes.get(&party).cloned().unwrap_or_default();
    let objected = found
        .into_iter()
        .map(|(document, party, value, objection)| {
            let group = match &objection {
                Objection::OverLimit { of, limit, .. } if limit.covers == Covers::Group => {
                    Some(code(*of))
                }
                Objection::OverLimit { .. } | Objection::OnHold(_) => None,
            };
            Objected {
                document,
                party,
                code: code(party),
                group,
                value,
                objection,
            }
        });
    Ok(objected.collect())
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
