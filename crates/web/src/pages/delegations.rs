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
use crate::html::{Form, Tried, csrf, empty, form};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, Drawn, done, drawn};
use crate::session::{Fields, Posted, Signed};

/// Where the page is, and where its form is sent.
const DELEGATIONS: &str = "/approvals/delegations";

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let today = app.today();
    let facts = read(app, Door::Html, &signed.who, |work| {
        let gives_roles = access::may(work, Area::Users, Verb::Do)?;
        Ok((approvals::delegations(work, true)?, gives_roles))
    })
    .await;
    drawn(signed, above, facts, |(all, gives_roles), (_, tried)| {
        Drawn {
            title: "Away".to_owned(),
            place: "/approvals",
            actions: html! { a.button href="/approvals" { "What waits" } },
            body: html! {
                p { "A delegate decides with the rights of the person who is away. Nobody decides on their own work." }
                @if let Some(tried) = tried { (tried.beyond(&[DELEGATIONS])) }
                @if all.is_empty() { (empty("Nobody is away", "Say below who decides for you and until when.")) }
                @else { (table(all, today, *gives_roles, signed)) }
                (form(*gives_roles, today, (signed, tried)))
            },
        }
    })
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

fn form(gives_roles: bool, today: Date, (signed, tried): (&Signed, Option<&Tried>)) -> Markup {
    let form = Form::to(DELEGATIONS, tried);
    let today = today.to_string();
    html! {
        form.card method="post" action=(DELEGATIONS) {
            h2 { "Delegate decisions" } (csrf(&signed.csrf()))
            @if gives_roles {
                (form.input(form::text("Away", "delegator", 20).holding(&signed.who.login).needed()))
            }
            (form.input(form::text("Decides", "to", 20).needed()))
            (form.input(form::day_field("From", "from").holding(&today).needed()))
            (form.input(form::day_field("Until", "until").needed()))
            (form.input(form::text("Why", "reason", 30)))
            (form.refusal())
            button.main { "Arrange it" }
        }
    }
}

/// Arranges it.
pub(crate) async fn give(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let reason = posted.get("reason").to_owned();
    let me = signed.who.login.clone();
    let (why, fields) = (reason.clone(), posted.fields().clone());
    let given = write(&app, Door::Html, &signed.who, &reason, move |work| {
        let day = |name: &'static str| {
            let text = fields.get(name);
            let parsed = text.parse::<Date>();
            parsed.map_err(|_| Failure::from(NotAValue::of(name, text)))
        };
        // Who arranges it for themselves is not asked who is away.
        let delegator = match fields.all("delegator") {
            [] => me.as_str(),
            [..] => fields.get("delegator"),
        };
        let days = (day("from")?, day("until")?);
        approvals::delegate(work, delegator, fields.get("to"), days, &why)
    })
    .await;
    match given {
        Ok(_) => done(DELEGATIONS, "It is arranged."),
        Err(failure) => {
            let tried = Tried::of(DELEGATIONS, &posted, failure);
            page(&app, &signed, (None, Some(&tried))).await
        }
    }
}

/// Ends one.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let action = format!("{DELEGATIONS}/{id}/end");
    let ended = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let id = id.parse().map_err(|_| NotAValue::of("id", &id))?;
        approvals::end_delegation(work, id)
    })
    .await;
    match ended {
        Ok(()) => done(DELEGATIONS, "It is ended."),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            page(&app, &posted.signed, (None, Some(&tried))).await
        }
    }
}
