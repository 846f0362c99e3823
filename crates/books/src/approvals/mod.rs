//! Approvals: what needs a second pair of eyes, whose, and what became of it.
//!
//! Somebody asks ([`ask`]); what the policy lets pass is done at once, the rest waits with its
//! journal effect for others ([`decide`]). Nobody approves what they asked for, one denial ends a
//! request, and what nobody decided lapses. The last approval does the work, checked anew.

mod authority;
mod credit;
mod delegation;
mod handling;
mod kept;
mod line;
mod new_parties;
mod perform;
mod plan;
pub mod policy;
mod refusal;
mod reminders;
mod settle;
mod short_pay;
pub(crate) mod sql;
mod wish;

use std::collections::BTreeSet;

use domain::access::{AGENT_PREFIX, AccessRefusal, Area, Grants, Verb};
use domain::calendar::Date;
use domain::ids::{PartyId, RequestId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

pub use authority::{Turn, turns};
pub use delegation::{Delegation, DelegationRefusal, delegate, delegations, end_delegation};
pub(crate) use handling::ask_for_rates;
pub use policy::Policy;
pub use refusal::ApprovalRefusal;
pub use reminders::{Due, Reminding, Yours, commit_reminders, preview_reminders, yours};
pub use wish::{WISHES, Wish};

use crate::access;
use crate::approvals::plan::Plan;
use crate::approvals::sql::Wanted;
use crate::failure::{Fault, Outcome};
use crate::reports::lists::{Ask, ListRefusal};
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
    /// Codes of the roles one of which approvers must hold, with commas between them; empty is
    /// any that may approve.
    pub roles: String,
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
    /// Whose work it is; nobody's in particular when empty.
    parties: BTreeSet<PartyId>,
}

/// What one person said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voice {
    /// Who.
    pub actor: String,
    /// For whom they stood in; empty for themselves.
    pub stands_for: String,
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

/// Does work of this worth need approval? In a book that nobody claimed nothing does.
pub(crate) fn is_needed(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<bool> {
    Ok(rule_for(work, area, amount)?.is_some())
}

fn rule_for(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<Option<policy::Rule>> {
    if !policy::AREAS.contains(&area) || access::grants(work)? == Grants::Unclaimed {
        return Ok(None);
    }
    Ok(policy::load(work)?.rule(area, amount).cloned())
}

/// The rule by which work waits for others: that of the policy; else one other person, where an
/// agent asks or whoever asks may not do it alone.
fn rule_of(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<Option<policy::Rule>> {
    if let Some(rule) = rule_for(work, area, amount)? {
        return Ok(Some(rule));
    }
    let may = access::demand(work, area, Verb::Do, Some(amount)).is_ok();
    Ok((!may).then(|| policy::Rule::of_others(area)))
}

/// The areas for all of which whoever decides must have the right: that of the wish, and that of
/// the maker's own part, where the policy wants it approved, too, or an agent made it.
fn areas_of(work: &mut Work<'_>, wish: &Wish, request: &Request) -> Outcome<Vec<Area>> {
    let (area, own) = wish.areas(work)?;
    let mut areas = vec![area];
    let is_agents = request.maker.starts_with(AGENT_PREFIX);
    if own != area && (is_agents || is_needed(work, own, request.amount)?) {
        areas.push(own);
    }
    areas.extend(further_of(work, wish)?);
    Ok(areas)
}

/// Another area that a wish touches, where the policy wants its work approved.
fn further_of(work: &mut Work<'_>, wish: &Wish) -> Outcome<Option<Area>> {
    Ok(match wish.further_area() {
        Some(further) if is_needed(work, further, 1)? => Some(further),
        Some(_) | None => None,
    })
}

/// Would work of this worth wait for others, if the actor asked for it?
pub(crate) fn waits(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<bool> {
    Ok(rule_of(work, area, amount)?.is_some())
}

/// Refuses work that needs an approval which it does not have.
pub(crate) fn require_none(work: &mut Work<'_>, area: Area, amount: i64) -> Outcome<()> {
    if is_needed(work, area, amount)? {
        return Err(ApprovalRefusal::Needed { area }.into());
    }
    Ok(())
}

/// What a wish would do if the actor asked for it.
struct Weighed {
    plan: plan::Plan,
    parties: BTreeSet<PartyId>,
    /// By which it waits for others; done at once without.
    rule: Option<policy::Rule>,
}

/// Refuses what the actor may not ask for, and works out the rest. Writes nothing.
fn weigh(work: &mut Work<'_>, wish: &Wish, reason: &str) -> Outcome<Weighed> {
    let (area, own) = wish.areas(work)?;
    access::demand_to_ask(work, own, Verb::Do, None)?;
    if let Some(further) = further_of(work, wish)? {
        access::demand_to_ask(work, further, Verb::Do, None)?;
    }
    if reason.trim().is_empty() {
        return Err(ApprovalRefusal::NoReason.into());
    }
    work.gate()?;
    let plan = plan::of(work, wish, reason)?;
    access::demand_to_ask(work, own, Verb::Do, Some(plan.whole()))?;
    let parties = plan.parties(work)?;
    access::demand_within(work, (own, Verb::Do), |_| Ok(parties.clone()))?;
    let mut rule = rule_of(work, area, plan.amount)?;
    if rule.is_none()
        && plan.is_undoing_of(work.actor())
        && access::grants(work)? != Grants::Unclaimed
    {
        rule = Some(policy::Rule::of_others(area));
    }
    Ok(Weighed {
        plan,
        parties,
        rule,
    })
}

/// Asks for something: done at once where the policy lets it pass, otherwise put before others.
pub fn ask(work: &mut Work<'_>, wish: &Wish, reason: &str) -> Outcome<Asked> {
    let widened = credit::widened(work, wish)?;
    let wish = widened.as_ref().unwrap_or(wish);
    let Weighed {
        plan,
        parties,
        rule,
    } = weigh(work, wish, reason)?;
    let Some(rule) = rule else {
        let done = perform::perform(work, plan)?;
        return Ok(Asked::Done(done));
    };
    let asked = put_before(work, (&rule, reason), vec![(plan, wish, parties)])?;
    let id = asked.first().copied();
    let id = id.ok_or_else(|| Fault::new("a wish was not put before anybody"))?;
    Ok(Asked::Waits(id))
}

/// Puts what was planned before others, a request for each.
fn put_before(
    work: &mut Work<'_>,
    (rule, reason): (&policy::Rule, &str),
    planned: Vec<(Plan, &Wish, BTreeSet<PartyId>)>,
) -> Outcome<Vec<RequestId>> {
    let now = work.now();
    let lasts = SignedDuration::from_hours(24 * rule.days.clamp(1, 366));
    let mut requests = Vec::with_capacity(planned.len());
    for (plan, wish, parties) in planned {
        requests.push(Request {
            id: RequestId(work.ids.take()),
            kind: wish.kind().to_owned(),
            subject: plan.subject,
            effect: plan.effect,
            amount: plan.amount,
            needed: rule.approvers.max(1),
            roles: rule.role_codes(),
            maker: work.actor().to_owned(),
            reason: reason.trim().to_owned(),
            expires_at: now.checked_add(lasts).unwrap_or(now),
            recorded_at: now,
            voices: Vec::new(),
            content: wish.to_json(),
            parties,
        });
    }
    sql::insert(work, &requests)?;
    for request in &requests {
        let detail =
            json!({ "kind": request.kind, "amount": request.amount, "wish": request.content });
        work.note("approval.ask", request.id.to_string(), detail);
    }
    Ok(requests.iter().map(|request| request.id).collect())
}

/// What a wish would do, before anybody asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// What it would post, or what would change.
    pub effect: Json,
    /// How much others would have to approve, in minor units of the functional currency.
    pub amount: i64,
    /// Whether it would wait for others.
    pub waits: bool,
}

/// Shows what a wish would do; refuses what asking for it would refuse. Writes nothing.
pub fn preview(work: &mut Work<'_>, wish: &Wish) -> Outcome<Preview> {
    let widened = credit::widened(work, wish)?;
    let wish = widened.as_ref().unwrap_or(wish);
    let Weighed { plan, rule, .. } = weigh(work, wish, "preview")?;
    Ok(Preview {
        effect: plan.effect,
        amount: plan.amount,
        waits: rule.is_some(),
    })
}

/// The period that the last approval of a waiting request would close.
pub(crate) fn period_to_close(work: &mut Work<'_>, id: RequestId) -> Outcome<Option<String>> {
    let request = sql::requests(work, Wanted::One(id))?.into_iter().next();
    let now = work.now();
    let Some(request) = request.filter(|request| request.state(now) == "waiting") else {
        return Ok(None);
    };
    Ok(match Wish::from_json(&request.kind, &request.content)? {
        Wish::ClosePeriod { period } => Some(period),
        _ => None,
    })
}

/// What waits for others about a bank line.
pub fn waiting_of_line(work: &mut Work<'_>, line: &str) -> Outcome<Vec<Request>> {
    let mut found = requests(work, false)?;
    let is_meant = |request: &Request| {
        let of = request.content.get("line").and_then(Json::as_str);
        request.kind == "apply_line" && of == Some(line)
    };
    found.retain(is_meant);
    Ok(found)
}

/// Says something to a request; the last approval that was needed does the work.
pub fn decide(
    work: &mut Work<'_>,
    id: RequestId,
    verdict: Verdict,
    reason: &str,
) -> Outcome<String> {
    work.gate()?;
    let request = sql::requests(work, Wanted::One(id))?.into_iter().next();
    let request = request.ok_or(ApprovalRefusal::Unknown { id })?;
    let state = request.state(work.now());
    if state != "waiting" {
        return Err(ApprovalRefusal::Closed { id, state }.into());
    }
    let wish = Wish::from_json(&request.kind, &request.content)?;
    let (area, _) = wish.areas(work)?;
    let areas = areas_of(work, &wish, &request)?;
    if verdict != Verdict::Withdraw && work.is_agent() {
        let (actor, verb) = (work.actor().to_owned(), Verb::Approve);
        return Err(AccessRefusal::AgentOnlyProposes { actor, area, verb }.into());
    }
    let is_maker = request.maker == work.actor();
    let stands_for = match verdict {
        Verdict::Withdraw if is_maker => String::new(),
        Verdict::Withdraw => return Err(ApprovalRefusal::NotYours { id }.into()),
        Verdict::Approve | Verdict::Deny if is_maker => {
            return Err(ApprovalRefusal::OwnWork { id }.into());
        }
        Verdict::Approve | Verdict::Deny => authority::of(work, &request, &areas)?,
    };
    if verdict != Verdict::Withdraw {
        let voice = match stands_for.as_str() {
            "" => work.actor().to_owned(),
            login => login.to_owned(),
        };
        let grants = access::grants_of(work, &voice)?;
        // What cannot be done any more can still be denied.
        let parties = match verdict {
            Verdict::Approve => plan::of(work, &wish, &request.reason)?.parties(work)?,
            Verdict::Deny | Verdict::Withdraw => request.parties.clone(),
        };
        for area in &areas {
            access::require_within(work, (&voice, &grants), (*area, Verb::Approve), |_| {
                Ok(parties.clone())
            })?;
        }
    }
    let approved = request.voices.len() as i64 + 1;
    let mut outcome = String::new();
    if verdict == Verdict::Approve && request.needed <= approved {
        outcome = fulfil(work, &request, &wish)?;
    }
    sql::insert_voice(work, id, &stands_for, verdict.code(), reason, &outcome)?;
    let detail = json!({
        "verdict": verdict.code(), "reason": reason, "outcome": outcome, "for": stands_for,
    });
    work.note("approval.decide", id.to_string(), detail);
    Ok(outcome)
}

/// Does what a request asks for, checked anew, under warrants of its areas.
fn fulfil(work: &mut Work<'_>, request: &Request, wish: &Wish) -> Outcome<String> {
    // Who asked must still be allowed to: roles may have been taken away since.
    let held = access::grants_of(work, &request.maker)?;
    let plan = plan::of(work, wish, &request.reason)?;
    let (area, own) = wish.areas(work)?;
    held.check(&request.maker, (own, Verb::Do), Some(plan.whole()))?;
    if let Some(further) = further_of(work, wish)? {
        held.check(&request.maker, (further, Verb::Do), None)?;
    }
    if plan.amount != request.amount {
        return Err(ApprovalRefusal::Changed { id: request.id }.into());
    }
    for area in [area, own] {
        work.give_warrant(area);
    }
    let performed = perform::perform(work, plan);
    for area in [area, own] {
        work.take_warrant(area);
    }
    performed
}

/// Every request that waits, or every one there ever was, the newest first.
pub fn requests(work: &mut Work<'_>, all: bool) -> Outcome<Vec<Request>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let wanted = if all { Wanted::All } else { Wanted::Waiting };
    Ok(sql::requests(work, wanted)?)
}

/// Some requests and where the next ones begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestPage {
    /// The requests, the newest first.
    pub requests: Vec<Request>,
    /// What to ask after for more; none at the end.
    pub next: Option<String>,
}

/// One page of the requests, the newest first; the filter `show` narrows it to those that wait.
pub fn page(work: &mut Work<'_>, ask: &Ask) -> Outcome<RequestPage> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let limit = ask.most_rows()?;
    let mut is_waiting = false;
    for (name, text) in &ask.filters {
        is_waiting = match (name.as_str(), text.as_str()) {
            ("show", "all") => false,
            ("show", "waiting") => true,
            ("show", text) => {
                let text = text.to_owned();
                return Err(ListRefusal::NotAValue { name: "show", text }.into());
            }
            _ => return Err(ListRefusal::UnknownFilter { name: name.clone() }.into()),
        };
    }
    let after = match &ask.after {
        None => None,
        Some(text) => {
            let id = text.parse();
            Some(id.map_err(|_| ListRefusal::NotACursor { text: text.clone() })?)
        }
    };
    let wanted = Wanted::Page {
        after,
        is_waiting,
        limit: limit + 1,
    };
    let mut requests = sql::requests(work, wanted)?;
    let has_more = limit < requests.len() as i64;
    requests.truncate(usize::try_from(limit).unwrap_or_default());
    let last = requests.last().filter(|_| has_more);
    let next = last.map(|last| last.id.to_string());
    Ok(RequestPage { requests, next })
}

/// One request.
pub fn request(work: &mut Work<'_>, id: RequestId) -> Outcome<Request> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let found = sql::requests(work, Wanted::One(id))?.into_iter().next();
    Ok(found.ok_or(ApprovalRefusal::Unknown { id })?)
}

/// Requests that wait and would post until a day, each in a few words.
pub(crate) fn waiting_until(work: &mut Work<'_>, last: Date) -> Outcome<Vec<String>> {
    let found = sql::requests(work, Wanted::Waiting)?;
    let mut waiting = Vec::new();
    for request in &found {
        let wish = Wish::from_json(&request.kind, &request.content)?;
        if wish.posts_on().is_some_and(|on| on <= last) {
            waiting.push(format!("{} ({})", request.id, request.subject));
        }
    }
    Ok(waiting)
}
