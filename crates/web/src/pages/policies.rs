//! Policies: which work needs approval, above how much, by whom, and every version of that.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::approvals::policy::{self, AREAS, Policy, Rule, Version};
use books::cash::tolerances;
use books::{Failure, Outcome, Work, access};
use domain::access::{Area, ROLES, Verb};
use domain::credit::Answer;
use domain::money::{Currency, Money};
use formats::exchange::{ClassPolicy, Tolerances};
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Form, Tried, csrf, form, sum};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, At, Drawn, done, drawn};
use crate::session::{Fields, Posted, Signed};

/// Where the page is, and where its forms are sent.
const POLICIES: &str = "/approvals/policies";
const CREDIT: &str = "/approvals/policies/credit";
const CLASS: &str = "/approvals/policies/class";

/// The choice of no role in particular.
const ANY_ROLE: &str = "any";

struct Facts {
    standing: Policy,
    history: Vec<Version>,
    may_change: bool,
    over_limit: Answer,
    tolerances: Vec<(String, Tolerances)>,
    zero: Money,
}

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
    let facts = read(app, Door::Html, &signed.who, |work| {
        Ok(Facts {
            standing: policy::standing(work)?,
            history: policy::history(work)?,
            may_change: access::may(work, Area::Settings, Verb::Do)?,
            over_limit: books::credit::policy(work)?,
            tolerances: tolerances::tolerances(work)?,
            zero: Money::zero(work.functional()),
        })
    })
    .await;
    drawn(signed, above, facts, |facts, at| Drawn {
        title: "Approval policies".to_owned(),
        place: "/approvals",
        actions: html! { a.button href="/approvals" { "What waits" } },
        body: render(facts, at),
    })
}

/// The page as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, posted: &Posted, action: &str, failure: Failure) -> Response {
    let tried = Tried::of(action, posted, failure);
    page(app, &posted.signed, (None, Some(&tried))).await
}

fn render(facts: &Facts, at: At<'_>) -> Markup {
    html! {
        p { "Among the rules whose amount is exceeded, the highest applies. Nobody approves their own work." }
        @if let (Some(tried), false) = (at.1, facts.may_change) { (tried.beyond(&[])) }
        (versions(facts.standing.versions(), facts.zero, false))
        @if facts.may_change { (form(at)) }
        (credit(facts, at))
        (classes(facts, at))
        h2 { "Versions" }
        @if facts.history.is_empty() { p { "Nothing was changed yet: these are the default rules." } }
        @else { (versions(&facts.history, facts.zero, true)) }
    }
}

fn told(answer: Answer) -> &'static str {
    match answer {
        Answer::Warn => "is issued and marked in the audit log",
        Answer::Ask => "waits for somebody else with authority over credit",
        Answer::Refuse => "is refused",
    }
}

/// What happens to an invoice beyond the credit limit.
fn credit(facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let form = Form::to(CREDIT, tried);
    let standing = Answer::ALL
        .iter()
        .find(|(_, answer)| *answer == facts.over_limit);
    let words: Vec<(&str, &str)> = Answer::ALL
        .iter()
        .map(|(word, answer)| (*word, told(*answer)))
        .collect();
    html! {
        h2 { "Credit" }
        p { "An invoice over the credit limit " (told(facts.over_limit)) "." }
        @if facts.may_change {
            form.inline method="post" action=(CREDIT) {
                (csrf(mark))
                (form.choice(("From now on it", "over_limit"), &words, standing.map_or("", |(word, _)| word)))
                (form.input(form::text("Reason", "reason", 30).needed()))
                button { "Change" }
                (form.refusal())
            }
        }
    }
}

/// What is tolerated of payments, of everybody and of each class.
fn classes(facts: &Facts, at: At<'_>) -> Markup {
    html! {
        h2 { "Tolerances of payments" }
        div.scroll tabindex="0" role="region" aria-label="Tolerances" { table {
            thead { tr { th { "Class" } th.number { "Days of grace" } th { "Bank fee" }
                th.number { "Rounding" } } }
            tbody { @for (class, own) in &facts.tolerances { tr {
                td { @if class.is_empty() { "everybody" } @else { (class) } }
                td.number { (own.discount_grace_days) }
                td { @for (place, (currency, amount)) in own.bank_fee_tolerance.iter().enumerate() {
                    @if 0 < place { ", " } (amount) " " small { (currency) } } }
                td.number { (own.rounding_tolerance) }
            } } }
        } }
        @if facts.may_change {
            @let form = Form::to(CLASS, at.1);
            form.inline method="post" action=(CLASS) {
                (csrf(at.0))
                (form.input(form::text("Class", "class", 10).needed().longest(40).like("key")))
                (form.input(form::text("Days of grace", "days", 4)))
                (form.input(form::sum_field("Bank fee", "fee")))
                (form.input(form::text("in", "currency", 4).longest(3).holding(facts.zero.currency().code())))
                (form.input(form::sum_field("Rounding", "rounding")))
                (form.input(form::text("Reason", "reason", 24).needed()))
                button { "Say so" }
                (form.refusal())
            }
            p { "Empty fields are as for everybody; a class without any value has no tolerances of its own." }
        }
    }
}

/// Says what is tolerated of a class; with nothing said, as of everybody.
pub(crate) async fn set_class(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let (class, reason) = (
        posted.get("class").to_owned(),
        posted.get("reason").to_owned(),
    );
    let own = own_tolerances(&posted);
    let why = reason.clone();
    let set = write(&app, Door::Html, &signed.who, &reason, move |work| {
        let own = own.clone()?;
        let is_said = own != ClassPolicy::default();
        tolerances::set_class(work, &class, Some(&own).filter(|_| is_said), &why)
    })
    .await;
    match set {
        Ok(()) => done(POLICIES, "The tolerances are saved."),
        Err(failure) => again(&app, &posted, CLASS, failure).await,
    }
}

fn own_tolerances(posted: &Posted) -> Result<ClassPolicy, NotAValue> {
    let wrong = |name: &'static str| NotAValue::of(name, posted.get(name));
    let mut own = ClassPolicy::default();
    if !posted.get("days").is_empty() {
        own.discount_grace_days = Some(posted.get("days").parse().map_err(|_| wrong("days"))?);
    }
    if !posted.get("fee").is_empty() {
        let currency = posted.get("currency").to_ascii_uppercase();
        let currency = Currency::parse(&currency).ok_or_else(|| wrong("currency"))?;
        let fee = posted.get("fee").parse().map_err(|_| wrong("fee"))?;
        own.bank_fee_tolerance.insert(currency, fee);
    }
    if !posted.get("rounding").is_empty() {
        let rounding = posted.get("rounding").parse();
        own.rounding_tolerance = Some(rounding.map_err(|_| wrong("rounding"))?);
    }
    Ok(own)
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
        Ok(_) => done(POLICIES, "The credit policy is saved."),
        Err(failure) => again(&app, &posted, CREDIT, failure).await,
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

/// What becomes of the other rules of an area: the word, and what it means.
const OTHERS: [(&str, &str); 3] = [
    ("replace", "replace"),
    ("keep", "keep"),
    ("lift", "no approval at all"),
];

fn form((mark, tried): At<'_>) -> Markup {
    let approving = |role: &&domain::access::Role| {
        let may = |area: &Area| role.allows((*area, Verb::Approve));
        !role.is_owner() && AREAS.iter().any(may)
    };
    let form = Form::to(POLICIES, tried);
    let areas: Vec<(&str, &str)> = AREAS
        .iter()
        .map(|area| (area.code(), area.title()))
        .collect();
    let able = ROLES.iter().filter(approving);
    let mut roles = vec![(ANY_ROLE, "any that may")];
    roles.extend(able.map(|role| (role.code, role.title)));
    html! {
        form.card method="post" action=(POLICIES) {
            h2 { "Change a policy" } (csrf(mark))
            (form.choice(("What", "area"), &areas, ""))
            (form.input(form::sum_field("Above", "above").holding("0").needed()))
            (form.input(form::count_field("Approvers", "approvers").holding("1").needed()))
            (form.input(form::count_field("Days until it lapses", "days").holding("14").needed()))
            (form.choice(("Only this role", "roles"), &roles, ANY_ROLE))
            (form.choice(("Other rules of it", "others"), &OTHERS, "replace"))
            (form.input(form::text("Reason", "reason", 40).needed()))
            (form.refusal())
            button.main { "Change" }
        }
    }
}

/// Changes a policy.
pub(crate) async fn set(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let reason = posted.get("reason").to_owned();
    let signed = posted.signed.clone();
    let (why, fields) = (reason.clone(), posted.fields().clone());
    let made = write(&app, Door::Html, &signed.who, &reason, move |work| {
        let area = policy::area(fields.get("area"))?;
        let rules = rules(work, area, &fields)?;
        policy::set(work, area, &rules, &why)
    })
    .await;
    match made {
        Ok(version) => {
            let told = format!(
                "Version {} of {} is in force.",
                version.version,
                version.area.title()
            );
            done(POLICIES, &told)
        }
        Err(failure) => again(&app, &posted, POLICIES, failure).await,
    }
}

fn rules(work: &mut Work<'_>, area: Area, posted: &Fields) -> Outcome<Vec<Rule>> {
    let others = posted.get("others");
    match others {
        "lift" => return Ok(Vec::new()),
        "keep" | "replace" => {}
        text => return Err(NotAValue::of("others", text).into()),
    }
    let number = |name: &'static str| {
        let text = posted.get(name);
        let parsed = text.parse::<i64>();
        parsed.map_err(|_| Failure::from(NotAValue::of(name, text)))
    };
    let above = Money::parse(posted.get("above"), work.functional());
    let above = above.map_err(|_| NotAValue::of("above", posted.get("above")))?;
    let roles = match posted.get("roles") {
        ANY_ROLE => Vec::new(),
        "" => return Err(NotAValue::of("roles", "").into()),
        role => policy::roles(area, role)?,
    };
    let mut rules = vec![Rule {
        area,
        above: above.minor(),
        approvers: number("approvers")?,
        days: number("days")?,
        roles,
    }];
    if others == "keep" {
        let standing = policy::standing(work)?;
        let others = standing.rules().filter(|known| known.area == area);
        rules.extend(others.filter(|known| known.above != above.minor()).cloned());
    }
    Ok(rules)
}
