//! Delegations: who decides for whom while they are away.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::approvals::{self, Delegation};
use books::{Failure, access};
use domain::access::{Area, Verb};
use domain::calendar::Date;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Frame, csrf, empty};
use crate::pages::reports::NotAValue;
use crate::pages::{done, refused, shown};
use crate::session::{Fields, Posted, Signed};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let today = app.today();
    let facts = read(&app, Door::Html, &signed.who, |work| {
        let gives_roles = access::may(work, Area::Users, Verb::Do)?;
        Ok((approvals::delegations(work, true)?, gives_roles))
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = facts.map(|(all, gives_roles)| {
        let frame = Frame {
            told,
            actions: html! { a.button href="/approvals" { "What waits" } },
            ..Frame::new("Away", "/approvals")
        };
        let body = html! {
            p { "Who stands in decides by the rights of who is away. Nobody decides on their own work." }
            @if all.is_empty() { (empty("Nobody is away", "Say below who decides for you and until when.")) }
            @else { (table(&all, today, gives_roles, &signed)) }
            (form(gives_roles, today, &signed))
        };
        frame.page(&signed, &body)
    });
    shown(&signed, markup)
}

fn table(all: &[Delegation], today: Date, gives_roles: bool, signed: &Signed) -> Markup {
    html! {
        div.scroll { table {
            thead { tr { th { "Away" } th { "Decides" } th { "From" } th { "Until" } th { "Why" } th { "" } } }
            tbody { @for given in all { tr {
                td { (given.delegator) } td { (given.delegate) }
                td.date { (given.from_on) } td.date { (given.until_on) }
                td { (given.reason) }
                td {
                    @if given.is_ended { "ended" }
                    @else if given.until_on < today { "over" }
                    @else {
                        @if given.stands_on(today) { span.good { "stands" } } @else { "to come" }
                        @if gives_roles || given.delegator == signed.who.login {
                            form method="post" action=(format!("/approvals/delegations/{}/end", given.id)) {
                                (csrf(&signed.csrf())) button.quiet { "End it" }
                            }
                        }
                    }
                }
            } } }
        } }
    }
}

fn form(gives_roles: bool, today: Date, signed: &Signed) -> Markup {
    html! {
        form.card method="post" action="/approvals/delegations" {
            h2 { "Let somebody decide meanwhile" } (csrf(&signed.csrf()))
            @if gives_roles {
                label.field { span { "Away" } input name="delegator" value=(signed.who.login) required; }
            }
            label.field { span { "Decides" } input name="to" required; }
            label.field { span { "From" } input type="date" name="from" value=(today) required; }
            label.field { span { "Until" } input type="date" name="until" required; }
            label.field { span { "Why" } input name="reason" size="30"; }
            button.main { "Arrange it" }
        }
    }
}

/// Arranges it.
pub(crate) async fn give(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let reason = posted.get("reason").to_owned();
    let me = signed.who.login.clone();
    let given = write(
        &app,
        Door::Html,
        &signed.who,
        &reason.clone(),
        move |work| {
            let day = |name: &'static str| {
                let text = posted.get(name);
                let parsed = text.parse::<Date>();
                parsed.map_err(|_| Failure::from(NotAValue::of(name, text)))
            };
            let delegator = match posted.get("delegator") {
                "" => me.as_str(),
                named => named,
            };
            let days = (day("from")?, day("until")?);
            approvals::delegate(work, delegator, posted.get("to"), days, &reason)
        },
    )
    .await;
    match given {
        Ok(_) => done("/approvals/delegations", "It is arranged."),
        Err(failure) => refused(&signed, failure),
    }
}

/// Ends one.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let ended = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let id = id.parse().map_err(|_| NotAValue::of("id", &id))?;
        approvals::end_delegation(work, id)
    })
    .await;
    match ended {
        Ok(()) => done("/approvals/delegations", "It is ended."),
        Err(failure) => refused(&posted.signed, failure),
    }
}
