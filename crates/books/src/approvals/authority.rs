//! Who may decide a request: by their own roles, or standing in for somebody who is away.
//!
//! The maker never counts, neither in person nor through whoever stands in for them; nobody
//! counts twice, once in person and once through another. Whose portfolio leaves a party of the
//! request out does not decide it, and is not asked to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::access::{AGENT_PREFIX, AccessRefusal, Area, Grant, Grants, Verb};
use domain::ids::PartyId;
use domain::refusal::Refusal;
use serde_json::Value as Json;

use crate::access;
use crate::approvals::{ApprovalRefusal, Delegation, Request, Wish, areas_of, sql};
use crate::failure::{Fault, Outcome};
use crate::parties;
use crate::work::Work;

/// Somebody whose turn it is.
#[derive(Clone, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Turn {
    /// Who.
    pub login: String,
    /// For whom they would stand in; empty for themselves.
    pub stands_for: String,
}

/// Did somebody speak to a request, in person or through another?
fn has_spoken(request: &Request, login: &str) -> bool {
    let mut voices = request.voices.iter();
    voices.any(|voice| voice.actor == login || voice.stands_for == login)
}

/// Do these grants let somebody decide the request?
fn covers(grants: &Grants, login: &str, request: &Request, areas: &[Area]) -> Result<(), Refused> {
    for area in areas {
        covers_one(grants, login, request, *area)?;
    }
    Ok(())
}

fn covers_one(grants: &Grants, login: &str, request: &Request, area: Area) -> Result<(), Refused> {
    let permission = (area, Verb::Approve);
    grants
        .check(login, permission, Some(request.amount))
        .map_err(Refused::Access)?;
    let Grants::Held(held) = grants else {
        return Ok(());
    };
    if request.roles.is_empty() {
        return Ok(());
    }
    let is_named = |grant: &&Grant| {
        let mut named = request.roles.split(',');
        grant.role.is_owner() || named.any(|code| code == grant.role.code)
    };
    let named: Vec<Grant> = held.iter().filter(is_named).cloned().collect();
    if named.is_empty() {
        let roles = request.roles.clone();
        return Err(Refused::Approval(ApprovalRefusal::WrongRole { roles }));
    }
    // The limit of a role that the policy does not name lifts nothing.
    let named = Grants::Held(named);
    named
        .check(login, permission, Some(request.amount))
        .map_err(Refused::Access)
}

/// What stands on the parties of some requests, by which portfolios tell them.
struct Fields(HashMap<PartyId, Json>);

impl Fields {
    fn of<'a>(
        work: &mut Work<'_>,
        requests: impl Iterator<Item = &'a Request>,
    ) -> Result<Fields, Fault> {
        let all: BTreeSet<PartyId> = requests
            .flat_map(|request| request.parties.iter().copied())
            .collect();
        let found = parties::fields(work, &all)?.into_iter();
        Ok(Fields(found.map(|(id, _, fields)| (id, fields)).collect()))
    }

    /// Is every party of the request in a portfolio of these grants?
    fn are_within(&self, grants: &Grants, request: &Request, areas: &[Area]) -> bool {
        areas.iter().all(|area| {
            let Some(portfolios) = grants.portfolios((*area, Verb::Approve)) else {
                return true;
            };
            request.parties.iter().all(|party| {
                let fields = self.0.get(party);
                let field = |name: &str| fields?.get(name)?.as_str();
                portfolios.iter().any(|portfolio| portfolio.holds(field))
            })
        })
    }
}

enum Refused {
    Access(AccessRefusal),
    Approval(ApprovalRefusal),
}

impl From<Refused> for crate::failure::Failure {
    fn from(refused: Refused) -> crate::failure::Failure {
        let refusal: Box<dyn Refusal> = match refused {
            Refused::Access(refusal) => Box::new(refusal),
            Refused::Approval(refusal) => Box::new(refusal),
        };
        crate::failure::Failure::Refused(refusal)
    }
}

/// For whom the actor decides: empty for themselves. Refuses who may not.
pub(super) fn of(work: &mut Work<'_>, request: &Request, areas: &[Area]) -> Outcome<String> {
    let actor = work.actor().to_owned();
    let id = request.id;
    if request.voices.iter().any(|voice| voice.actor == actor) {
        return Err(ApprovalRefusal::SaidAlready { id }.into());
    }
    let own = access::grants(work)?;
    let fields = Fields::of(work, std::iter::once(request))?;
    let mut refused = None;
    match covers(&own, &actor, request, areas) {
        Ok(()) if has_spoken(request, &actor) => {
            return Err(ApprovalRefusal::SaidFor { login: actor }.into());
        }
        // Refused where it is worked out whose work it is, unless somebody away may.
        Ok(()) if !fields.are_within(&own, request, areas) => {}
        Ok(()) => return Ok(String::new()),
        Err(why) => refused = Some(why),
    }
    let mut spoken = None;
    let day = work.day();
    for given in sql::delegations(work)? {
        if given.delegate != actor || !given.stands_on(day) || given.delegator == request.maker {
            continue;
        }
        let grants = access::grants_of(work, &given.delegator)?;
        let is_covered = covers(&grants, &given.delegator, request, areas).is_ok();
        if !is_covered || !fields.are_within(&grants, request, areas) {
            continue;
        }
        if has_spoken(request, &given.delegator) {
            spoken = Some(given.delegator);
            continue;
        }
        return Ok(given.delegator);
    }
    match (spoken, refused) {
        (Some(login), _) => Err(ApprovalRefusal::SaidFor { login }.into()),
        (None, Some(refused)) => Err(refused.into()),
        (None, None) => Ok(String::new()),
    }
}

/// Whose turn it is to decide each of some requests.
pub fn turns(work: &mut Work<'_>, requests: &[Request]) -> Outcome<Vec<Vec<Turn>>> {
    let now = work.now();
    let grants: BTreeMap<String, Grants> = access::all_grants(work)?;
    let day = work.day();
    let mut delegations = sql::delegations(work)?;
    delegations.retain(|given| given.stands_on(day));
    let fields = Fields::of(work, requests.iter())?;
    let mut all = Vec::with_capacity(requests.len());
    for request in requests {
        if request.state(now) != "waiting" {
            all.push(Vec::new());
            continue;
        }
        let wish = Wish::from_json(&request.kind, &request.content)?;
        let areas = areas_of(work, &wish, request)?;
        all.push(turns_of((request, &areas), &grants, &delegations, &fields));
    }
    Ok(all)
}

fn turns_of(
    (request, areas): (&Request, &[Area]),
    grants: &BTreeMap<String, Grants>,
    delegations: &[Delegation],
    fields: &Fields,
) -> Vec<Turn> {
    let may = |login: &str| {
        let held = grants.get(login);
        let covered = held.is_some_and(|held| {
            covers(held, login, request, areas).is_ok() && fields.are_within(held, request, areas)
        });
        covered && login != request.maker && !has_spoken(request, login)
    };
    let mut turns: Vec<Turn> = grants
        .keys()
        // An agent approves nothing, whatever its roles.
        .filter(|login| !login.starts_with(AGENT_PREFIX) && may(login))
        .map(|login| Turn {
            login: login.clone(),
            stands_for: String::new(),
        })
        .collect();
    for given in delegations {
        let delegate = &given.delegate;
        let is_free = *delegate != request.maker
            && !request.voices.iter().any(|voice| voice.actor == *delegate)
            && turns.iter().all(|turn| turn.login != *delegate);
        if is_free && may(&given.delegator) {
            turns.push(Turn {
                login: delegate.clone(),
                stands_for: given.delegator.clone(),
            });
        }
    }
    turns
}
