//! People and tokens: who may work in the books, and how they prove who they are.
//!
//! While nobody was given a role, whoever opens the book is its owner. The first role given
//! claims the book: its founder becomes its owner, everybody else needs a role from then on,
//! whichever door they come through.

mod codes;
mod guard;
mod openid;
mod policy;
mod refusal;
mod secrets;
mod sessions;
pub(crate) mod sql;
mod totp;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{
    self, AccessRefusal, Area, Grant, Grants, Permission, Portfolio, Role, Verb, conflicts_of,
};
use domain::ids::PartyId;
use serde_json::json;

pub use codes::{
    Enrolment, Standing, begin, code_at, confirm, enter_code, remove, reset, sign_out, standing,
};
pub use openid::{
    Identity, Linked, Provider, ShownProvider, fresh_secret, link_openid, log_in_openid, openid,
    openid_linked, openid_providers, openid_shown, set_openid,
};
pub use policy::{SignIn, roles_of, set_sign_in, sign_in};
pub use refusal::LoginRefusal;
pub use sessions::{
    Half, LogIn, Seen, Session, Who, accept, accept_link, bearer, first_link, invite, invited,
    is_mark, issue_agent, issue_token, log_in, log_out, mark, revoke_token, seen, who,
};

pub(crate) use guard::{check_posting, parties_of};
pub(crate) use sessions::is_program;

use crate::failure::{Failure, Outcome};
use crate::work::Work;

/// Somebody, or some program, that works in the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The login: the actor of the audit log.
    pub login: String,
    /// For people.
    pub name: String,
    /// The roles held.
    pub roles: Vec<Grant>,
    /// Whether a password was set.
    pub has_password: bool,
    /// Whether it is a program that comes with a token.
    pub is_token: bool,
}

/// What the actor of a work may do.
pub fn grants(work: &mut Work<'_>) -> Outcome<Grants> {
    if let Some(known) = work.grants() {
        return Ok(known.clone());
    }
    let login = work.actor().to_owned();
    let grants = grants_of(work, &login)?;
    work.remember_grants(grants.clone());
    Ok(grants)
}

/// What somebody may do.
pub(crate) fn grants_of(work: &mut Work<'_>, login: &str) -> Outcome<Grants> {
    let events = sql::role_events(work)?;
    if events.is_empty() {
        return Ok(Grants::Unclaimed);
    }
    Ok(Grants::Held(held(&events, login)))
}

/// What everybody may do who holds a role.
pub(crate) fn all_grants(work: &mut Work<'_>) -> Outcome<BTreeMap<String, Grants>> {
    let events = sql::role_events(work)?;
    let logins: BTreeSet<&str> = events.iter().map(|event| event.login.as_str()).collect();
    let mut all = BTreeMap::new();
    for login in logins {
        let held = held(&events, login);
        if !held.is_empty() {
            all.insert(login.to_owned(), Grants::Held(held));
        }
    }
    Ok(all)
}

/// Refuses the work when its actor may not do it; `amount` is in minor units of the functional
/// currency.
///
/// What was approved carries a warrant and is done by whoever approved it last. An agent does and
/// approves nothing, whatever its roles: it asks (see [`demand_to_ask`]).
pub fn demand(work: &mut Work<'_>, area: Area, verb: Verb, amount: Option<i64>) -> Outcome<()> {
    if verb == Verb::Do && work.has_warrant(area) {
        return Ok(());
    }
    if verb != Verb::See && work.is_agent() {
        let actor = work.actor().to_owned();
        return Err(AccessRefusal::AgentOnlyProposes { actor, area, verb }.into());
    }
    demand_to_ask(work, area, verb, amount)
}

/// Refuses who only looks: auditors and agents arrange nothing, whatever it is about.
pub(crate) fn demand_hand(work: &mut Work<'_>) -> Outcome<()> {
    let grants = grants(work)?;
    let verbs = [Verb::Do, Verb::Approve];
    let mut all = verbs
        .into_iter()
        .flat_map(|verb| Area::ALL.iter().map(move |area| (*area, verb)));
    match all.find(|permission| grants.allows(*permission)) {
        Some((area, verb)) if work.is_agent() => {
            let actor = work.actor().to_owned();
            Err(AccessRefusal::AgentOnlyProposes { actor, area, verb }.into())
        }
        Some(_) => Ok(()),
        None => demand(work, Area::Settings, Verb::Do, None),
    }
}

/// May the actor write notes?
pub fn may_note(work: &mut Work<'_>) -> Outcome<bool> {
    match demand_hand(work) {
        Ok(()) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Refuses to ask for work that its actor may not do, or an agent not propose.
pub(crate) fn demand_to_ask(
    work: &mut Work<'_>,
    area: Area,
    verb: Verb,
    amount: Option<i64>,
) -> Outcome<()> {
    let grants = grants(work)?;
    grants.check(work.actor(), (area, verb), amount)?;
    Ok(())
}

/// Refuses work on parties outside the portfolios of somebody's roles. Work on nobody in
/// particular is in every portfolio.
pub(crate) fn require_within(
    work: &mut Work<'_>,
    (login, grants): (&str, &Grants),
    permission: Permission,
    parties: impl FnOnce(&mut Work<'_>) -> Outcome<BTreeSet<PartyId>>,
) -> Outcome<()> {
    let Some(portfolios) = grants.portfolios(permission) else {
        return Ok(());
    };
    let parties = parties(work)?;
    for (_, code, fields) in crate::parties::fields(work, &parties)? {
        let field = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
        if !portfolios.iter().any(|portfolio| portfolio.holds(field)) {
            return Err(AccessRefusal::OutsidePortfolio {
                actor: login.to_owned(),
                area: permission.0,
                party: code,
                portfolios,
            }
            .into());
        }
    }
    Ok(())
}

/// The same for the actor of the work.
pub(crate) fn demand_within(
    work: &mut Work<'_>,
    permission: Permission,
    parties: impl FnOnce(&mut Work<'_>) -> Outcome<BTreeSet<PartyId>>,
) -> Outcome<()> {
    let grants = grants(work)?;
    let login = work.actor().to_owned();
    require_within(work, (&login, &grants), permission, parties)
}

/// May the actor of the work do this? For faces that leave out what would be refused.
pub fn may(work: &mut Work<'_>, area: Area, verb: Verb) -> Outcome<bool> {
    Ok(demand(work, area, verb, None).is_ok())
}

/// The roles that somebody holds, in the order in which they were given.
fn held(events: &[sql::RoleEvent], login: &str) -> Vec<Grant> {
    let mut held: Vec<Grant> = Vec::new();
    for event in events.iter().filter(|event| event.login == login) {
        let Some(role) = access::find(&event.role) else {
            continue;
        };
        held.retain(|known| known.role != role);
        if event.is_given {
            held.push(Grant {
                role,
                limit: event.limit,
                portfolio: event.portfolio.clone(),
            });
        }
    }
    held
}

/// Everybody who works in the books.
pub fn people(work: &mut Work<'_>) -> Outcome<Vec<Person>> {
    let events = sql::role_events(work)?;
    let people = sql::people(work)?.into_iter();
    Ok(people
        .map(|(login, name, has_password)| Person {
            roles: held(&events, &login),
            is_token: sessions::is_program(&login),
            login,
            name,
            has_password,
        })
        .collect())
}

/// Adds somebody; without a role they may do nothing yet.
pub fn add_person(work: &mut Work<'_>, login: &str, name: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    let login = login.trim();
    let is_plain = |letter: char| letter.is_alphanumeric() || ".-_@".contains(letter);
    if login.is_empty() || 64 < login.len() || !login.chars().all(is_plain) {
        return Err(LoginRefusal::NotALogin.into());
    }
    add(work, login, name)
}

fn add(work: &mut Work<'_>, login: &str, name: &str) -> Outcome<()> {
    if sql::people(work)?.iter().any(|(known, ..)| known == login) {
        return Err(LoginRefusal::LoginTaken {
            login: login.to_owned(),
        }
        .into());
    }
    crate::entities::sql::insert_person(
        work,
        login,
        if name.trim().is_empty() { login } else { name },
    )?;
    work.note("person.add", login, json!({ "name": name }));
    Ok(())
}

/// Gives a role for everybody's customers. The first one claims the book for its founder.
pub fn give(work: &mut Work<'_>, login: &str, role: &str, limit: Option<i64>) -> Outcome<()> {
    give_within(work, login, role, limit, None)
}

/// Gives a role for the customers and vendors of a portfolio alone.
pub fn give_within(
    work: &mut Work<'_>,
    login: &str,
    role: &str,
    limit: Option<i64>,
    portfolio: Option<&Portfolio>,
) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    // Roles are given one after the other: two gifts cannot slip past the matrix together.
    work.gate()?;
    let people = sql::people(work)?;
    if !people.iter().any(|(known, ..)| known == login) {
        return Err(LoginRefusal::NoPerson {
            login: login.to_owned(),
        }
        .into());
    }
    let role = match access::find(role) {
        Some(role) if !role.is_owner() => role,
        Some(_) | None => {
            return Err(LoginRefusal::NoRole {
                role: role.to_owned(),
            }
            .into());
        }
    };
    let events = sql::role_events(work)?;
    if events.is_empty() {
        claim(work, login)?;
    }
    if login == work.actor() {
        return Err(LoginRefusal::OwnRoles.into());
    }
    let mut roles: Vec<&Role> = held(&events, login)
        .into_iter()
        .map(|grant| grant.role)
        .collect();
    if roles.iter().any(|role| role.is_owner()) {
        return Err(LoginRefusal::OwnRoles.into());
    }
    roles.push(role);
    if let Some(conflict) = conflicts_of(&roles).into_iter().next() {
        return Err(AccessRefusal::DutiesMeet {
            actor: login.to_owned(),
            conflict,
        }
        .into());
    }
    let portfolio = portfolio.map(ToString::to_string).unwrap_or_default();
    sql::insert_role_event(work, login, role.code, "given", limit, &portfolio)?;
    let detail = json!({ "role": role.code, "limit": limit, "portfolio": portfolio });
    work.note("role.give", login, detail);
    Ok(())
}

/// The founder becomes the owner when the first role is given.
fn claim(work: &mut Work<'_>, login: &str) -> Outcome<()> {
    let Some(founder) = sql::founder(work)? else {
        return Err(LoginRefusal::NoPerson {
            login: login.to_owned(),
        }
        .into());
    };
    if founder == login {
        return Err(LoginRefusal::FounderOwns {
            login: login.to_owned(),
        }
        .into());
    }
    sql::insert_role_event(work, &founder, "owner", "given", None, "")?;
    work.note("book.claim", founder, json!({ "role": "owner" }));
    Ok(())
}

/// Takes a role away; who holds none left can no longer come in.
pub fn take(work: &mut Work<'_>, login: &str, role: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    // Roles are given one after the other: two gifts cannot slip past the matrix together.
    work.gate()?;
    if login == work.actor() {
        return Err(LoginRefusal::OwnRoles.into());
    }
    let held = held(&sql::role_events(work)?, login);
    let held = held.into_iter().map(|grant| grant.role);
    let Some(role) = held.into_iter().find(|known| known.code == role) else {
        return Err(LoginRefusal::NoRole {
            role: role.to_owned(),
        }
        .into());
    };
    if role.is_owner() {
        return Err(LoginRefusal::OwnRoles.into());
    }
    sql::insert_role_event(work, login, role.code, "taken", None, "")?;
    work.note("role.take", login, json!({ "role": role.code }));
    Ok(())
}

/// Takes every role of somebody away and ends their sessions, links and tokens: they no longer
/// come in. What they did stays theirs; a role given again lets them in again.
pub fn deactivate(work: &mut Work<'_>, login: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    work.gate()?;
    let people = sql::people(work)?;
    if !people.iter().any(|(known, ..)| known == login) {
        let login = login.to_owned();
        return Err(LoginRefusal::NoPerson { login }.into());
    }
    let held = held(&sql::role_events(work)?, login);
    if login == work.actor() || held.iter().any(|grant| grant.role.is_owner()) {
        return Err(LoginRefusal::OwnRoles.into());
    }
    for grant in &held {
        sql::insert_role_event(work, login, grant.role.code, "taken", None, "")?;
    }
    let mut ended = 0;
    for kind in ["session", "invitation", "token"] {
        ended += sql::end_all(work, kind, login)?;
    }
    let roles: Vec<&str> = held.iter().map(|grant| grant.role.code).collect();
    work.note(
        "person.deactivate",
        login,
        json!({ "roles": roles, "ended": ended }),
    );
    Ok(())
}
