//! Approvals: what needs a second pair of eyes, whose, and what became of it.
//!
//! Somebody asks ([`ask`]); what the policy lets pass is done at once, the rest waits with its
//! journal effect for others ([`decide`]). Nobody approves what they asked for, one denial ends a
//! request, and what nobody decided lapses. The last approval does the work, checked anew.

mod plan;
pub mod policy;
mod refusal;
pub(crate) mod sql;
mod wish;

use domain::access::{Area, Grants, Verb};
use domain::ids::RequestId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

pub use policy::Policy;
pub use refusal::ApprovalRefusal;
pub use wish::Wish;

use crate::access;
use crate::failure::Outcome;
use crate::work::Work;

/// What became of a wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It needed no approval and is done.
    Done(String),
    /// It waits for others.
    Waits(RequestId),
}

/// One request as people see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Its identity.
    pub id: RequestId,
    /// What kind of wish.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What it would post.
    pub effect: Json,
    /// How much, in minor units of the functional currency.
    pub amount: i64,
    /// How many must approve.
    pub needed: i64,
    /// Who asked.
    pub maker: String,
    /// Why.
    pub reason: String,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// When it was asked.
    pub recorded_at: Timestamp,
    /// Who said what: actor, verdict, reason, outcome.
    pub voices: Vec<Voice>,
    content: Json,
}

/// What one person said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voice {
    /// Who.
    pub actor: String,
    /// `approved`, `denied` or `withdrawn`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// What was done by it.
    pub outcome: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Request {
    /// `waiting`, `done`, `denied`, `withdrawn` or `lapsed`.
    pub fn state(&self, now: Timestamp) -> &'static str {
        let said = |verdict: &str| self.voices.iter().filter(|v| v.verdict == verdict).count();
        if 0 < said("denied") {
            "denied"
        } else if 0 < said("withdrawn") {
            "withdrawn"
        } else if self.needed <= said("approved") as i64 {
            "done"
        } else if self.expires_at <= now {
            "lapsed"
        } else {
            "waiting"
        }
    }
}

/// What somebody says to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Let it be done.
    Approve,
    /// Let it not be done.
    Deny,
    /// The maker no longer wants it.
    Withdraw,
}

impl Verdict {
    fn code(self) -> &'static str {
        match self {
            Verdict::Approve => "approved",
            Verdict::Deny => "denied",
            Verdict::Withdraw => "withdrawn",
        }
    }
}

/// Refuses work that needs an approval which it does not have.
pub(crate) fn require_none(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<()> {
    if access::grants(work)? == Grants::Unclaimed {
        return Ok(());
    }
    let policy = policy::load(work)?;
    match policy.rule(area) {
        Some(rule) if rule.above < amount => Err(ApprovalRefusal::Needed { area }.into()),
        Some(_) | None => Ok(()),
    }
}

/// Asks for something: done at once where the policy lets it pass, otherwise put before others.
pub fn ask(work: &mut Work<'_>, wish: &Wish, reason: &str) -> Outcome<Asked> {
    let area = wish.area();
    access::demand(work, area, Verb::Do, None)?;
    if reason.trim().is_empty() {
        return Err(ApprovalRefusal::NoReason.into());
    }
    work.gate()?;
    let plan = plan::of(work, wish, reason)?;
    access::demand(work, area, Verb::Do, Some(plan.amount))?;
    let rule = policy::load(work)?.rule(area).copied();
    let is_free = access::grants(work)? == Grants::Unclaimed;
    let rule = rule.filter(|rule| !is_free && rule.above < plan.amount);
    let Some(rule) = rule else {
        let done = plan::perform(work, plan)?;
        return Ok(Asked::Done(done));
    };
    let now = work.now();
    let lasts = SignedDuration::from_hours(24 * rule.days.clamp(1, 366));
    let id = RequestId(work.ids.take());
    let request = Request {
        id,
        kind: wish.kind().to_owned(),
        subject: plan.subject,
        effect: plan.effect,
        amount: plan.amount,
        needed: rule.approvers.max(1),
        maker: work.actor().to_owned(),
        reason: reason.trim().to_owned(),
        expires_at: now.checked_add(lasts).unwrap_or(now),
        recorded_at: now,
        voices: Vec::new(),
        content: wish.to_json(),
    };
    sql::insert(work, &request)?;
    let detail = json!({ "kind": request.kind, "amount": request.amount, "wish": request.content });
    work.note("approval.ask", id.to_string(), detail);
    Ok(Asked::Waits(id))
}

/// Says something to a request; the last approval that was needed does the work.
pub fn decide(
    work: &mut Work<'_>,
    id: RequestId,
    verdict: Verdict,
    reason: &str,
) -> Outcome<String> {
    work.gate()?;
    let request = sql::requests(work, Some(id))?.into_iter().next();
    let request = request.ok_or(ApprovalRefusal::Unknown { id })?;
    let state = request.state(work.now());
    if state != "waiting" {
        return Err(ApprovalRefusal::Closed { id, state }.into());
    }
    let wish = Wish::from_json(&request.kind, &request.content)?;
    let area = wish.area();
    let is_maker = request.maker == work.actor();
    match verdict {
        Verdict::Withdraw if is_maker => {}
        Verdict::Withdraw => return Err(ApprovalRefusal::NotYours { id }.into()),
        Verdict::Approve | Verdict::Deny if is_maker => {
            return Err(ApprovalRefusal::OwnWork { id }.into());
        }
        Verdict::Approve | Verdict::Deny => {
            access::demand(work, area, Verb::Approve, Some(request.amount))?;
        }
    }
    let said = |voice: &&Voice| voice.actor == work.actor();
    if request.voices.iter().any(|voice| said(&voice)) {
        return Err(ApprovalRefusal::SaidAlready { id }.into());
    }
    let approved = request.voices.len() as i64 + 1;
    let mut outcome = String::new();
    if verdict == Verdict::Approve && request.needed <= approved {
        // Who asked must still be allowed to: roles may have been taken away since.
        let held = access::grants_of(work, &request.maker)?;
        held.check(&request.maker, (area, Verb::Do), Some(request.amount))?;
        let plan = plan::of(work, &wish, &request.reason)?;
        if plan.amount != request.amount {
            return Err(ApprovalRefusal::Changed { id }.into());
        }
        work.give_warrant(area);
        let performed = plan::perform(work, plan);
        work.take_warrant(area);
        outcome = performed?;
    }
    sql::insert_voice(work, id, verdict.code(), reason, &outcome)?;
    let detail = json!({ "verdict": verdict.code(), "reason": reason, "outcome": outcome });
    work.note("approval.decide", id.to_string(), detail);
    Ok(outcome)
}

/// Requests, the newest first: those that wait, or all.
pub fn requests(work: &mut Work<'_>, all: bool) -> Outcome<Vec<Request>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let now = work.now();
    let mut found = sql::requests(work, None)?;
    found.retain(|request| all || request.state(now) == "waiting");
    Ok(found)
}

/// Changes when an area needs approval.
pub fn change_policy(work: &mut Work<'_>, rule: policy::Rule) -> Outcome<()> {
    access::demand(work, Area::Settings, Verb::Do, None)?;
    let policy = policy::load(work)?.with(rule);
    policy::store(work, &policy)
}
