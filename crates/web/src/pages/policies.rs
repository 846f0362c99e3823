//! Policies: which work needs approval, above how much, by whom, and every version of that.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::approvals::policy::{self, AREAS, Policy, Rule, Version};
use books::{Failure, Outcome, Work, access};
use domain::access::{Area, ROLES, Verb};
use domain::credit::Answer;
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Frame, csrf, sum};
use crate::pages::cash::NotAnAmount;
use crate::pages::reports::NotAValue;
use crate::pages::{done, refused, shown};
use crate::session::{Fields, Posted, Signed};

struct Facts {
    standing: Policy,
    history: Vec<Version>,
    may_change: bool,
    over_limit: Answer,
    zero: Money,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let facts = read(&app, Door::Html, &signed.who, |work| {
        Ok(Facts {
            standing: policy::standing(work)?,
            history: policy::history(work)?,
            may_change: access::may(work, Area::Settings, Verb::Do)?,
            over_limit: books::credit::policy(work)?,
            zero: Money::zero(work.functional()),
        })
    })
    .await;
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = facts.map(|facts| {
        let frame = Frame {
            told,
            actions: html! { a.button href="/approvals" { "What waits" } },
            ..Frame::new("Approval policies", "/approvals")
        };
        frame.page(&signed, &render(&facts, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn render(facts: &Facts, mark: &str) -> Markup {
    html! {
        p { "Of the rules whose amount is exceeded the highest counts. Nobody approves their own work." }
        (versions(facts.standing.versions(), facts.zero, false))
        @if facts.may_change { (form(mark)) }
        (credit(facts, mark))
        h2 { "Versions" }
        @if facts.history.is_empty() { p { "Nothing was changed yet: these are the rules that Duebook begins with." } }
        @else { (versions(&facts.history, facts.zero, true)) }
    }
}

/// What happens to an invoice beyond the credit limit.
fn credit(facts: &Facts, mark: &str) -> Markup {
    let told = |answer: Answer| match answer {
        Answer::Warn => "is issued and marked in the audit log",
        Answer::Ask => "waits for somebody else with authority over credit",
        Answer::Refuse => "is refused",
    };
    html! {
        h2 { "Credit" }
        p { "An invoice beyond the credit limit " (told(facts.over_limit)) "." }
        @if facts.may_change {
            form.inline method="post" action="/approvals/policies/credit" {
                (csrf(mark))
                label.field { span { "From now on it" } select name="over_limit" {
                    @for (word, answer) in Answer::ALL {
                        option value=(word) selected[*answer == facts.over_limit] { (told(*answer)) }
                    }
                } }
                label.field { span { "Reason" } input name="reason" required size="30"; }
                button { "Change" }
            }
        }
    }
}

/// Says what happens to an invoice beyond the credit limit.
pub(crate) async fn set_credit(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let (word, reason) = (
        posted.get("over_limit").to_owned(),
        posted.get("reason").to_owned(),
    );
    let why = reason.clone();
    let set = write(&app, Door::Html, &signed.who, &reason, move |work| {
        books::credit::set_policy(work, &word, &why)
    })
    .await;
    match set {
        Ok(_) => done("/approvals/policies", "The policy of credit stands."),
        Err(failure) => refused(&signed, failure),
    }
}

fn versions(versions: &[Version], zero: Money, with_reason: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Policies" { table {
            thead { tr {
                th { "What" } th.number { "Above" } th.number { "Approvers" } th { "Roles" }
                th.number { "Days" } th.number { "Version" } th { "By" }
                @if with_reason { th { "Reason" } th { "When" } }
            } }
            tbody { @for version in versions {
                @if version.rules.is_empty() { tr {
                    td { (version.area.title()) } td colspan="4" { "needs no approval" }
                    (end(version, with_reason))
                } }
                @for rule in &version.rules { tr {
                    td { (version.area.title()) }
                    td.number { (sum(Money::new(rule.above, zero.currency()))) }
                    td.number { (rule.approvers) }
                    td { @if rule.roles.is_empty() { "any that may" } @else {
                        (rule.roles.iter().map(|role| role.title).collect::<Vec<_>>().join(", ")) } }
                    td.number { (rule.days) }
                    (end(version, with_reason))
                } }
            } }
        } }
    }
}

fn end(version: &Version, with_reason: bool) -> Markup {
    html! {
        td.number { (version.version) }
        td { (version.actor) }
        @if with_reason {
            td { (version.reason) }
            td.date { (version.recorded_at.map(|at| at.to_string()).unwrap_or_default()) }
        }
    }
}

fn form(mark: &str) -> Markup {
    let approving = |role: &&domain::access::Role| {
        let may = |area: &Area| role.allows((*area, Verb::Approve));
        !role.is_owner() && AREAS.iter().any(may)
    };
    html! {
        form.card method="post" action="/approvals/policies" {
            h2 { "Change a policy" } (csrf(mark))
            label.field { span { "What" } select name="area" {
                @for area in AREAS { option value=(area.code()) { (area.title()) } }
            } }
            label.field { span { "Above" } input name="above" value="0" inputmode="decimal" size="10"; }
            label.field { span { "Approvers" } input name="approvers" value="1" inputmode="numeric" size="3"; }
            label.field { span { "Days until it lapses" } input name="days" value="14" inputmode="numeric" size="4"; }
            label.field { span { "Only this role" } select name="roles" {
                option value="" { "any that may" }
                @for role in ROLES.iter().filter(approving) { option value=(role.code) { (role.title) } }
            } }
            label.field { span { "Other rules of it" } select name="others" {
                option value="" { "replace" } option value="keep" { "keep" } option value="lift" { "no approval at all" }
            } }
            label.field { span { "Reason" } input name="reason" required size="40"; }
            button.main { "Change" }
        }
    }
}

/// Changes a policy.
pub(crate) async fn set(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let reason = posted.get("reason").to_owned();
    let signed = posted.signed.clone();
    let made = write(
        &app,
        Door::Html,
        &signed.who,
        &reason.clone(),
        move |work| {
            let area = policy::area(posted.get("area"))?;
            let rules = rules(work, area, &posted)?;
            policy::set(work, area, &rules, &reason)
        },
    )
    .await;
    match made {
        Ok(version) => {
            let told = format!(
                "Version {} of {} stands.",
                version.version,
                version.area.title()
            );
            done("/approvals/policies", &told)
        }
        Err(failure) => refused(&signed, failure),
    }
}

fn rules(work: &mut Work<'_>, area: Area, posted: &Posted) -> Outcome<Vec<Rule>> {
    if posted.get("others") == "lift" {
        return Ok(Vec::new());
    }
    let number = |name: &'static str| {
        let text = posted.get(name);
        let parsed = text.parse::<i64>();
        parsed.map_err(|_| Failure::from(NotAValue::of(name, text)))
    };
    let above = Money::parse(posted.get("above"), work.functional());
    let above = above.map_err(|_| NotAnAmount(posted.get("above").to_owned()))?;
    let mut rules = vec![Rule {
        area,
        above: above.minor(),
        approvers: number("approvers")?,
        days: number("days")?,
        roles: policy::roles(area, posted.get("roles"))?,
    }];
    if posted.get("others") == "keep" {
        let standing = policy::standing(work)?;
        let others = standing.rules().filter(|known| known.area == area);
        rules.extend(others.filter(|known| known.above != above.minor()).cloned());
    }
    Ok(rules)
}
