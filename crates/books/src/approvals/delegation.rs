//! Deciding for somebody who is away: from a day until a day, by their rights and no others.

use std::fmt;

use domain::access::{Area, Grants, Verb};
use domain::calendar::Date;
use domain::ids::DelegationId;
use domain::refusal::Refusal;
use serde_json::json;

use crate::access;
use crate::approvals::sql;
use crate::failure::Outcome;
use crate::work::Work;

/// The longest absence that is covered in one go.
const MOST_DAYS: i32 = 366;

/// Somebody decides for somebody else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delegation {
    /// Its identity.
    pub id: DelegationId,
    /// Who is away.
    pub delegator: String,
    /// Who decides for them.
    pub delegate: String,
    /// The first day.
    pub from_on: Date,
    /// The last day.
    pub until_on: Date,
    /// Who arranged it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Whether it was ended before its last day.
    pub is_ended: bool,
}

impl Delegation {
    /// Does it hold on a day?
    pub fn stands_on(&self, day: Date) -> bool {
        !self.is_ended && self.from_on <= day && day <= self.until_on
    }
}

/// Why somebody does not decide for somebody else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DelegationRefusal {
    /// Nobody who works here has this login.
    NoPerson {
        /// The login.
        login: String,
    },
    /// Nobody can be their own delegate.
    OwnDelegate,
    /// The days are the wrong way round, past, or too many.
    WrongDays,
    /// Only who is away arranges it, or who gives roles.
    NotYours,
    /// There is no such delegation, or it is ended.
    Unknown {
        /// The delegation.
        id: DelegationId,
    },
}

impl fmt::Display for DelegationRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DelegationRefusal::NoPerson { login } => {
                write!(out, "Nobody who works in these books is called {login}.")
            }
            DelegationRefusal::OwnDelegate => write!(out, "Nobody can be their own delegate."),
            DelegationRefusal::WrongDays => write!(
                out,
                "The absence begins today or later and ends later, after {MOST_DAYS} days at most."
            ),
            DelegationRefusal::NotYours => {
                write!(
                    out,
                    "Only the person who is away or an administrator arranges this."
                )
            }
            DelegationRefusal::Unknown { id } => write!(out, "There is no delegation {id} to end."),
        }
    }
}

impl Refusal for DelegationRefusal {
    fn code(&self) -> &'static str {
        match self {
            DelegationRefusal::NoPerson { .. } => "no_person",
            DelegationRefusal::OwnDelegate => "own_delegate",
            DelegationRefusal::WrongDays => "wrong_days",
            DelegationRefusal::NotYours => "not_yours",
            DelegationRefusal::Unknown { .. } => "not_found",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            DelegationRefusal::NoPerson { .. } => "name a person who holds a role".into(),
            DelegationRefusal::OwnDelegate => "name somebody else".into(),
            DelegationRefusal::WrongDays => "give the first and the last day of the absence".into(),
            DelegationRefusal::NotYours => "let them arrange it, or an administrator".into(),
            DelegationRefusal::Unknown { .. } => "look at the list of delegations".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            DelegationRefusal::NoPerson { .. } | DelegationRefusal::OwnDelegate => Some("to"),
            DelegationRefusal::WrongDays => Some("until"),
            DelegationRefusal::NotYours | DelegationRefusal::Unknown { .. } => None,
        }
    }
}

/// Lets somebody decide for somebody else while they are away.
pub fn delegate(
    work: &mut Work<'_>,
    delegator: &str,
    delegate: &str,
    (from_on, until_on): (Date, Date),
    reason: &str,
) -> Outcome<DelegationId> {
    access::demand_hand(work)?;
    if delegator != work.actor() && !access::may(work, Area::Users, Verb::Do)? {
        return Err(DelegationRefusal::NotYours.into());
    }
    if delegator == delegate {
        return Err(DelegationRefusal::OwnDelegate.into());
    }
    for login in [delegator, delegate] {
        let is_program = access::is_program(login);
        let holds_none = access::grants_of(work, login)? == Grants::Held(Vec::new());
        if is_program || holds_none {
            let login = login.to_owned();
            return Err(DelegationRefusal::NoPerson { login }.into());
        }
    }
    let days = from_on.until(until_on).map_or(-1, |span| span.get_days());
    if !(0..MOST_DAYS).contains(&days) || until_on < work.day() {
        return Err(DelegationRefusal::WrongDays.into());
    }
    work.gate()?;
    let given = Delegation {
        id: DelegationId(work.ids.take()),
        delegator: delegator.to_owned(),
        delegate: delegate.to_owned(),
        from_on,
        until_on,
        actor: work.actor().to_owned(),
        reason: reason.trim().to_owned(),
        is_ended: false,
    };
    sql::insert_delegation(work, &given)?;
    let detail = json!({
        "id": given.id.to_string(), "delegate": delegate, "from": from_on.to_string(),
        "until": until_on.to_string(), "reason": given.reason,
    });
    work.note("delegation.give", delegator, detail);
    Ok(given.id)
}

/// Ends a delegation before its last day.
pub fn end_delegation(work: &mut Work<'_>, id: DelegationId) -> Outcome<()> {
    access::demand_hand(work)?;
    work.gate()?;
    let mut known = sql::delegations(work)?.into_iter();
    let given = known.find(|given| given.id == id && !given.is_ended);
    let given = given.ok_or(DelegationRefusal::Unknown { id })?;
    if given.delegator != work.actor() && !access::may(work, Area::Users, Verb::Do)? {
        return Err(DelegationRefusal::NotYours.into());
    }
    sql::insert_delegation_end(work, id)?;
    let detail = json!({ "id": id.to_string(), "delegate": given.delegate });
    work.note("delegation.end", given.delegator, detail);
    Ok(())
}

/// Who decides for whom: what holds or will hold, or all that there ever was.
pub fn delegations(work: &mut Work<'_>, all: bool) -> Outcome<Vec<Delegation>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let day = work.day();
    let mut found = sql::delegations(work)?;
    found.retain(|given| all || (!given.is_ended && day <= given.until_on));
    Ok(found)
}
