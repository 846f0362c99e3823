//! Users and roles: who may do what, given and taken here.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use books::access::{self, Person};
use books::{Failure, Outcome, Work};
use domain::access::{Area, PORTFOLIO_BY, Portfolio, ROLES, Verb};
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Form, Frame, Tried, csrf, form, sum};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, At, Drawn, answer, done, drawn};
use crate::session::{Fields, Posted, Signed};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// The page as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, posted: &Posted, action: &str, failure: Failure) -> Response {
    let tried = Tried::of(action, posted, failure);
    page(app, &posted.signed, (None, Some(&tried))).await
}

/// The page with the sentence about what was done, or with what was refused beside its form.
pub(super) async fn answered(
    app: &Arc<App>,
    posted: &Posted,
    action: &str,
    told: Outcome<impl AsRef<str>>,
) -> Response {
    match told {
        Ok(told) => done("/people", told.as_ref()),
        Err(failure) => again(app, posted, action, failure).await,
    }
}

async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let facts = read(app, Door::Html, &signed.who, |work| {
        access::demand(work, Area::Users, Verb::See, None)?;
        let may_change = access::may(work, Area::Users, Verb::Do)?;
        Ok((
            access::people(work)?,
            may_change,
            Money::zero(work.functional()),
        ))
    })
    .await;
    drawn(signed, above, facts, |(people, may_change, zero), at| {
        Drawn {
            title: "Users and roles".to_owned(),
            place: "/people",
            actions: html! { a.button href="/people/openid" { "Provider of log-ins" } },
            body: render((people, &signed.who.login), *may_change, *zero, at),
        }
    })
}

fn render((people, own): (&[Person], &str), may_change: bool, zero: Money, at: At<'_>) -> Markup {
    let mark = at.0;
    html! {
        div.scroll tabindex="0" role="region" aria-label="Users" { table {
            thead { tr { th { "Login" } th { "Name" } th { "Roles" } th { "Comes in by" } th { "" } } }
            tbody { @for person in people { tr {
                td { (person.login) }
                td { (person.name) }
                td {
                    @if person.roles.is_empty() { span.warn { "none" } }
                    @for grant in &person.roles {
                        div {
                            span title=(grant.role.about) { (grant.role.title) }
                            @if let Some(limit) = grant.limit {
                                " up to " (sum(Money::new(limit, zero.currency())))
                            }
                            @if let Some(portfolio) = &grant.portfolio { " for " (portfolio) }
                            @if may_change && person.login != own && !grant.role.is_owner() {
                                " " (take(&person.login, grant.role.code, mark))
                            }
                        }
                    }
                }
                td { @if person.is_token { "token" } @else if person.has_password { "password" }
                    @else { "nothing yet" } }
                td { @if may_change && !person.is_token {
                    @if person.login != own && !person.roles.is_empty() && !person.roles.iter().any(|grant| grant.role.is_owner()) {
                        form method="post" action="/people/deactivate" {
                            (csrf(mark)) input type="hidden" name="login" value=(person.login);
                            button.quiet { "Deactivate" }
                        }
                    }
                    form method="post" action="/people/invite" {
                        (csrf(mark)) input type="hidden" name="login" value=(person.login);
                        button.quiet { "One-time link" }
                    }
                    @if person.has_password {
                        form method="post" action="/people/sign-out" {
                            (csrf(mark)) input type="hidden" name="login" value=(person.login);
                            button.quiet { "Sign out everywhere" }
                        }
                        form method="post" action="/people/reset-code" {
                            (csrf(mark)) input type="hidden" name="login" value=(person.login);
                            button.quiet { "App was lost" }
                        }
                    }
                } }
            } } }
        } }
        @if may_change { (forms(people, own, at)) }
        h2 { "What the roles may do" }
        (matrix())
    }
}

fn take(login: &str, role: &str, mark: &str) -> Markup {
    html! {
        form method="post" action="/people/take" {
            (csrf(mark))
            input type="hidden" name="login" value=(login);
            input type="hidden" name="role" value=(role);
            button.quiet { "take away" }
        }
    }
}

fn forms(people: &[Person], own: &str, (mark, tried): At<'_>) -> Markup {
    let roles: Vec<(&str, &str)> = ROLES
        .iter()
        .filter(|role| !role.is_owner())
        .map(|role| (role.code, role.title))
        .collect();
    // Nobody changes their own roles or the owner's.
    let is_owner = |person: &Person| person.roles.iter().any(|grant| grant.role.is_owner());
    let logins: Vec<(&str, &str)> = people
        .iter()
        .filter(|person| !person.is_token && person.login != own && !is_owner(person))
        .map(|person| (&*person.login, &*person.login))
        .collect();
    let first = roles.first().map_or("", |(code, _)| code);
    let [add, give, token] =
        ["/people/add", "/people/give", "/people/token"].map(|to| Form::to(to, tried));
    let limit = form::sum_field("Limit per document or entry", "limit");
    let portfolio = form::text("Only for, like region=North", "portfolio", 20);
    html! {
        div.cards {
            form.card method="post" action="/people/add" {
                h2 { "Add somebody" } (csrf(mark))
                (add.input(form::text("Login", "login", 20).needed()))
                (add.input(form::text("Name", "name", 20)))
                (add.choice(("Role", "role"), &roles, first))
                (add.input(limit)) (add.input(portfolio))
                (add.refusal())
                button.main { "Add" }
            }
            form.card method="post" action="/people/give" {
                h2 { "Give a role" } (csrf(mark))
                (give.choice(("To", "login"), &logins, ""))
                (give.choice(("Role", "role"), &roles, first))
                (give.input(limit)) (give.input(portfolio))
                (give.refusal())
                button { "Give" }
            }
            form.card method="post" action="/people/token" {
                h2 { "Make a token for a program" } (csrf(mark))
                (token.input(form::text("Name", "name", 20).needed()))
                (token.choice(("Role", "role"), &roles, first))
                (token.input(form::text("Days", "days", 4).holding("90")))
                label.check { input type="checkbox" name="is_agent" value="yes"
                        checked[token.value("is_agent", "") == "yes"];
                    " An agent: it reads and proposes, and changes and approves nothing" }
                (token.refusal())
                button { "Make" }
            }
        }
    }
}

fn matrix() -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Roles" { table.wrap {
            thead { tr { th { "Role" } th { "What for" } th { "Works on" } th { "Approves" } } }
            tbody { @for role in ROLES { tr {
                td { (role.title) }
                td { (role.about) }
                @for verb in [Verb::Do, Verb::Approve] {
                    td {
                        @if role.is_owner() { "everything" } @else {
                            @let areas: Vec<&str> = role.permissions()
                                .filter(|(_, held)| *held == verb)
                                .map(|(area, _)| area.title()).collect();
                            (areas.join(", "))
                        }
                    }
                }
            } } }
        } }
    }
}

/// A field that widens a role when it is empty: a form without it is no form of ours.
fn sent<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, NotAValue> {
    if fields.all(name).is_empty() {
        return Err(NotAValue::of(name, ""));
    }
    Ok(fields.get(name))
}

/// A limit as typed; empty is none.
fn limit(work: &Work<'_>, fields: &Fields) -> Outcome<Option<i64>> {
    let text = sent(fields, "limit")?;
    if text.is_empty() {
        return Ok(None);
    }
    let money = Money::parse(text, work.functional());
    money
        .map(|money| Some(money.minor()))
        .map_err(|_| Failure::from(NotALimit(text.to_owned())))
}

/// A portfolio as typed; empty is everybody's customers.
fn portfolio(fields: &Fields) -> Outcome<Option<Portfolio>> {
    let text = sent(fields, "portfolio")?;
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = Portfolio::parse(text);
    parsed
        .map(Some)
        .map_err(|_| Failure::from(NotAPortfolio(text.to_owned())))
}

/// The text names no portfolio.
#[derive(Debug)]
struct NotAPortfolio(String);

impl std::fmt::Display for NotAPortfolio {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotAPortfolio(text) = self;
        write!(out, "`{text}` is no portfolio.")
    }
}

impl domain::refusal::Refusal for NotAPortfolio {
    fn code(&self) -> &'static str {
        "not_a_portfolio"
    }

    fn hint(&self) -> Option<String> {
        let by = PORTFOLIO_BY.join(", ");
        Some(format!("write it like region=North,South; fields are {by}"))
    }

    fn field(&self) -> Option<&'static str> {
        Some("portfolio")
    }
}

/// The limit is no amount.
#[derive(Debug)]
struct NotALimit(String);

impl std::fmt::Display for NotALimit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotALimit(text) = self;
        write!(out, "`{text}` is no amount.")
    }
}

impl domain::refusal::Refusal for NotALimit {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        Some("write it like 500.00, or leave it empty for no limit".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some("limit")
    }
}

/// Adds somebody with a role, and shows the one-time link.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let [login, name, role] = ["login", "name", "role"].map(|field| posted.get(field).to_owned());
    let fields = posted.fields().clone();
    let made = write(&app, Door::Html, &posted.signed.who, "", {
        let login = login.clone();
        move |work| {
            let limit = limit(work, &fields)?;
            let portfolio = portfolio(&fields)?;
            access::add_person(work, &login, &name)?;
            access::give_within(work, &login, &role, limit, portfolio.as_ref())?;
            access::invite(work, &login)
        }
    })
    .await;
    match made {
        Ok(secret) => link_page(&posted.signed, &headers, &login, &secret),
        Err(failure) => again(&app, &posted, "/people/add", failure).await,
    }
}

/// Makes a new one-time link.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let login = posted.get("login").to_owned();
    let made = write(&app, Door::Html, &posted.signed.who, "", {
        let login = login.clone();
        move |work| access::invite(work, &login)
    })
    .await;
    match made {
        Ok(secret) => link_page(&posted.signed, &headers, &login, &secret),
        Err(failure) => again(&app, &posted, "/people/invite", failure).await,
    }
}

fn link_page(signed: &Signed, headers: &HeaderMap, login: &str, secret: &str) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let scheme = if crate::session::is_secure(headers) {
        "https"
    } else {
        "http"
    };
    let link = format!(
        "{scheme}://{}/welcome/{secret}",
        host.unwrap_or("localhost")
    );
    let body = html! {
        p { "Hand this link to " strong { (login) } ". It works once, for three days, and is not shown again." }
        p.mono { (link) }
        p { a.button href="/people" { "Back" } }
    };
    answer(&Frame::new("One-time link", "/people").page(signed, &body))
}

/// Gives a role.
pub(crate) async fn give(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let [login, role] = ["login", "role"].map(|field| posted.get(field).to_owned());
    let fields = posted.fields().clone();
    let given = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let limit = limit(work, &fields)?;
        let portfolio = portfolio(&fields)?;
        access::give_within(work, &login, &role, limit, portfolio.as_ref())
    })
    .await;
    answered(
        &app,
        &posted,
        "/people/give",
        given.map(|()| "The role was given."),
    )
    .await
}

/// Takes a role away.
pub(crate) async fn take_away(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let [login, role] = ["login", "role"].map(|field| posted.get(field).to_owned());
    let taken = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::take(work, &login, &role)
    })
    .await;
    let told = taken.map(|()| "The role was taken away.");
    answered(&app, &posted, "/people/take", told).await
}

/// Takes every role away and ends whatever lets them in.
pub(crate) async fn deactivate(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let login = posted.get("login").to_owned();
    let done_so = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        access::deactivate(work, &login)
    })
    .await;
    let told = done_so.map(|()| "They no longer have a role and cannot sign in.");
    answered(&app, &posted, "/people/deactivate", told).await
}

/// Makes a service token and shows its secret once.
pub(crate) async fn token(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let [name, role] = ["name", "role"].map(|field| posted.get(field).to_owned());
    let days = posted.get("days").to_owned();
    let is_agent = posted.get("is_agent").to_owned();
    let made = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let days = days.parse().map_err(|_| NotAValue::of("days", &days))?;
        let is_agent = match is_agent.as_str() {
            // A box that is not ticked is not sent.
            "" => false,
            "yes" => true,
            text => return Err(NotAValue::of("is_agent", text).into()),
        };
        if is_agent {
            access::issue_agent(work, &name, &role, None, days)
        } else {
            access::issue_token(work, &name, &role, None, days)
        }
    })
    .await;
    match made {
        Ok(secret) => {
            let body = html! {
                p { "Send it as " code { "Authorization: Bearer …" } ". It is not shown again." }
                p.mono { (secret) }
                p { a.button href="/people" { "Back" } }
            };
            answer(&Frame::new("Token", "/people").page(&posted.signed, &body))
        }
        Err(failure) => again(&app, &posted, "/people/token", failure).await,
    }
}
