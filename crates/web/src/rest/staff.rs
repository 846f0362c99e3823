//! Who works in the books, for programs that keep it: the same duties apart as everywhere.
//!
//! What lets somebody in (one-time links, tokens) is not made here: answers are kept.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use books::access::{self, Person};
use books::{Failure, Outcome, Work};
use domain::access::{Area, Portfolio, Verb};
use domain::money::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::reads::paged;
use crate::rest::settling::money;
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, json_answer};

fn person_json(person: &Person, functional: Currency) -> Json {
    let roles = person.roles.iter().map(|grant| {
        let mut role = json!({ "role": grant.role.code });
        if let Some(limit) = grant.limit {
            let limit = Money::new(limit, functional);
            role["limit"] = json!({ "amount": limit.to_string(), "currency": functional.code() });
        }
        if let Some(portfolio) = &grant.portfolio {
            role["portfolio"] = portfolio.to_string().into();
        }
        role
    });
    json!({
        "login": person.login, "name": person.name, "is_program": person.is_token,
        "has_password": person.has_password, "roles": roles.collect::<Vec<_>>(),
    })
}

/// Somebody after a change.
fn told(work: &mut Work<'_>, login: &str) -> Outcome<Json> {
    let functional = work.functional();
    let people = access::people(work)?;
    let person = people.iter().find(|person| person.login == login);
    Ok(person.map_or_else(|| json!({}), |person| person_json(person, functional)))
}

/// Everybody with their roles.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let data = read(&app, Door::Rest, &caller.who, |work| {
        access::demand(work, Area::Users, Verb::See, None)?;
        let functional = work.functional();
        let people = access::people(work)?;
        let rows = people.iter().map(|person| person_json(person, functional));
        Ok(rows.collect())
    })
    .await?;
    Ok(json_answer(StatusCode::OK, &paged(data, None)))
}

/// A role as it is given.
struct Gift {
    role: String,
    limit: Option<Money>,
    portfolio: Option<Portfolio>,
}

impl Gift {
    fn of(asking: &Asking) -> Result<Gift, Problem> {
        let portfolio = match asking.optional_text("portfolio")?.as_str() {
            "" => None,
            text => {
                let portfolio = Portfolio::parse(text);
                let wrong = "A portfolio is like region=North,South.";
                Some(portfolio.map_err(|_| field("portfolio", wrong))?)
            }
        };
        Ok(Gift {
            role: asking.text("role")?,
            limit: money(asking.body.get("limit"), "limit")?,
            portfolio,
        })
    }

    fn give(&self, work: &mut Work<'_>, login: &str) -> Outcome<()> {
        let functional = work.functional();
        let limit = match self.limit {
            None => None,
            Some(limit) if limit.currency() == functional && 0 <= limit.minor() => {
                Some(limit.minor())
            }
            Some(_) => return Err(Failure::from(NotALimit(functional))),
        };
        access::give_within(work, login, &self.role, limit, self.portfolio.as_ref())
    }
}

/// A limit is an amount in the currency of the books.
#[derive(Debug)]
struct NotALimit(Currency);

impl std::fmt::Display for NotALimit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotALimit(functional) = self;
        write!(out, "A limit is an amount in {functional}.")
    }
}

impl domain::refusal::Refusal for NotALimit {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        Some("give it in the currency of the books, or leave it out for no limit".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some("limit")
    }
}

/// Adds somebody with a role.
pub(crate) async fn add(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("add person")?;
    let (login, name) = (asking.text("login")?, asking.optional_text("name")?);
    let gift = Gift::of(&asking)?;
    once(&app, &caller, asking, "", move |work, _| {
        access::add_person(work, &login, &name)?;
        gift.give(work, login.trim())?;
        told(work, login.trim())
    })
    .await
}

/// Gives a role; the same role again changes its limit and portfolio.
pub(crate) async fn give(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(login): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("give role {login}"))?;
    let gift = Gift::of(&asking)?;
    once(&app, &caller, asking, "", move |work, _| {
        gift.give(work, &login)?;
        told(work, &login)
    })
    .await
}

/// Takes a role away.
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((login, role)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("take role {role} {login}"))?;
    once(&app, &caller, asking, "", move |work, _| {
        access::take(work, &login, &role)?;
        told(work, &login)
    })
    .await
}

/// Takes every role away and ends whatever lets them in.
pub(crate) async fn deactivate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(login): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("deactivate {login}"))?;
    once(&app, &caller, asking, "", move |work, _| {
        access::deactivate(work, &login)?;
        told(work, &login)
    })
    .await
}

/// Says which login a subject of the provider is.
pub(crate) async fn link(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(login): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("link {login}"))?;
    let subject = asking.text("subject")?;
    once(&app, &caller, asking, "", move |work, _| {
        access::link_openid(work, &login, &subject)?;
        Ok(json!({ "login": login, "done": "linked" }))
    })
    .await
}
