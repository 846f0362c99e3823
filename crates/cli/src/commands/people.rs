//! `duebook people …`: who works in the books, with which roles, limits and portfolios.

use books::access::{self, Person};
use clap::{Args, Subcommand};
use domain::access::{Portfolio, ROLES};
use domain::money::Money;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with people.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List people with their roles
    List,
    /// Add a person with a role
    Add {
        /// Their name, for people
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        gift: Gift,
    },
    /// Give a role; giving it again changes its limit and portfolio
    Give(Gift),
    /// Remove a role
    Take {
        /// Who
        login: String,
        /// Which role
        role: String,
    },
    /// Remove all roles and end sessions, links and tokens
    Deactivate {
        /// Who
        login: String,
    },
}

/// A role as it is given.
#[derive(Args)]
pub(crate) struct Gift {
    /// Who
    login: String,
    /// Which role, like `cash_application`
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(
        ROLES.iter().filter(|role| !role.is_owner()).map(|role| role.code)))]
    role: String,
    /// The largest amount of one document or entry, in functional currency
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<String>,
    /// Only for these customers and vendors, like `region=North,South`
    #[arg(long, value_name = "FIELD=VALUES", value_parser = portfolio)]
    portfolio: Option<Portfolio>,
}

fn portfolio(text: &str) -> Result<Portfolio, String> {
    Portfolio::parse(text).map_err(|_| {
        let by = domain::access::PORTFOLIO_BY.join(", ");
        format!("write it like region=North,South; parties are told by {by}")
    })
}

#[derive(Serialize)]
struct GrantJson {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portfolio: Option<String>,
}

#[derive(Serialize)]
struct PersonJson {
    login: String,
    name: String,
    roles: Vec<GrantJson>,
}

#[derive(Serialize)]
struct PeopleJson {
    people: Vec<PersonJson>,
}

impl Command {
    /// Does it, and shows everybody.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        let give = |work: &mut books::Work<'_>, gift: &Gift| {
            let limit = match &gift.limit {
                None => None,
                Some(text) => {
                    let limit = Money::parse(text, work.functional());
                    let limit = limit.map_err(|_| super::approvals::NotAnAmount::of(text))?;
                    Some(limit.minor())
                }
            };
            let portfolio = gift.portfolio.as_ref();
            access::give_within(work, &gift.login, &gift.role, limit, portfolio)
        };
        match self {
            Command::List => {}
            Command::Add { name, gift } => db.write(&context, entity, |work| {
                access::add_person(work, &gift.login, &name)?;
                give(work, &gift)
            })?,
            Command::Give(gift) => db.write(&context, entity, |work| give(work, &gift))?,
            Command::Take { login, role } => {
                db.write(&context, entity, |work| access::take(work, &login, &role))?;
            }
            Command::Deactivate { login } => {
                db.write(&context, entity, |work| access::deactivate(work, &login))?;
            }
        }
        let (people, zero) = db.read(&context, entity, |work| {
            let area = domain::access::Area::Users;
            access::demand(work, area, domain::access::Verb::See, None)?;
            Ok((access::people(work)?, Money::zero(work.functional())))
        })?;
        show(globals, people, zero)
    }
}

fn show(globals: &Globals, people: Vec<Person>, zero: Money) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("login", Align::Left),
        ("name", Align::Left),
        ("role", Align::Left),
        ("limit", Align::Money),
        ("portfolio", Align::Left),
    ]);
    let people: Vec<PersonJson> = people
        .into_iter()
        .map(|person| PersonJson {
            roles: person
                .roles
                .iter()
                .map(|grant| GrantJson {
                    role: grant.role.code,
                    limit: grant
                        .limit
                        .map(|limit| Money::new(limit, zero.currency()).into()),
                    portfolio: grant.portfolio.as_ref().map(ToString::to_string),
                })
                .collect(),
            login: person.login,
            name: person.name,
        })
        .collect();
    for person in &people {
        if person.roles.is_empty() {
            table.row([person.login.as_str(), &person.name, "", "", ""]);
        }
        for grant in &person.roles {
            let limit = grant.limit.as_ref().map_or("", |limit| &limit.amount);
            let portfolio = grant.portfolio.as_deref().unwrap_or("");
            table.row([&person.login, &person.name, grant.role, limit, portfolio]);
        }
    }
    output::print(globals.format, &[table], &PeopleJson { people })
}
