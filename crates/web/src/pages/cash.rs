//! The cash desk: what waits on the left, evidence and proposals on the right.
//!
//! Every action is a form; keys press its button: `1`–`3` accept a proposal, `p` parks, `n` goes
//! on. After an action the next line that waits is at hand.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use books::cash::desk::{DeskLine, Part};
use books::cash::{self, desk};
use books::{Failure, Outcome, Work};
use domain::access::{Area, Verb};
use domain::money::Money;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::{App, Door, blocking, read, write};
use crate::html::{Frame, csrf, empty, encoded, sum, words};
use crate::pages::{done, refused, shown};
use crate::session::{Fields, Posted, Signed};

/// Lines shown on the left at once.
const ROWS: usize = 200;

struct Facts {
    lines: Vec<DeskLine>,
    waiting: usize,
    chosen: Option<(String, Json)>,
    may_work: bool,
}

/// The name of a line in paths: `line_…` or `line_….3`.
fn name_of(line: &DeskLine) -> String {
    if line.unit.is_empty() {
        line.line.to_string()
    } else {
        format!("{}.{}", line.line, line.unit)
    }
}

/// The desk with its first line, or with the one asked for.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::of(query);
    let all = fields.get("show") == "all";
    let wanted = fields.get("line").to_owned();
    let facts = read(&app, Door::Html, &signed.who, move |work| {
        load(work, &wanted, all)
    })
    .await;
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    let markup = facts.map(|facts| {
        let frame = Frame {
            told,
            actions: html! {
                @if all { a.button href="/cash" { "What waits" } }
                @else { a.button href="/cash?show=all" { "All lines" } }
                @if facts.may_work {
                    form method="post" action="/cash/run" {
                        (csrf(&signed.csrf()))
                        button { "Apply cash now" }
                    }
                }
            },
            ..Frame::new("Cash desk", "/cash")
        };
        frame.page(&signed, &render(&facts, all, &signed.csrf()))
    });
    shown(&signed, markup)
}

fn load(work: &mut Work<'_>, wanted: &str, all: bool) -> Outcome<Facts> {
    books::access::demand(work, Area::Cash, Verb::See, None)?;
    let may_work = books::access::may(work, Area::Cash, Verb::Do)?;
    let lines = desk::lines(work, all)?;
    let name = if wanted.is_empty() {
        lines.first().map(name_of)
    } else {
        Some(wanted.to_owned())
    };
    let chosen = match name {
        Some(name) => Some((name.clone(), desk::show(work, &name)?)),
        None => None,
    };
    // The chosen line stays in sight, wherever in the list it stands.
    let place = lines.iter().position(|line| {
        chosen
            .as_ref()
            .is_some_and(|(name, _)| name_of(line) == *name)
    });
    let start = place.unwrap_or(0).saturating_sub(ROWS / 2);
    let waiting = lines.len();
    Ok(Facts {
        lines: lines.into_iter().skip(start).take(ROWS).collect(),
        waiting,
        chosen,
        may_work,
    })
}

fn render(facts: &Facts, all: bool, mark: &str) -> Markup {
    let Some((name, chosen)) = &facts.chosen else {
        return empty(
            "Nothing waits",
            "Import bank statements and let cash be applied; what is not sure waits here.",
        );
    };
    html! {
        p { (facts.waiting) @if all { " lines. " } @else { " lines wait. " }
            kbd { "j" } " " kbd { "k" } " next and previous, " kbd { "1" } " accept, "
            kbd { "p" } " park" }
        div.desk {
            nav.lines aria-label="Lines" {
                @for line in &facts.lines { (row(line, name, all)) }
            }
            section aria-label="Line" { (detail(name, chosen, facts.may_work, mark)) }
        }
    }
}

fn row(line: &DeskLine, chosen: &str, all: bool) -> Markup {
    let name = name_of(line);
    let show = if all { "&show=all" } else { "" };
    let is_chosen = name == chosen;
    html! {
        div data-row aria-current=[is_chosen.then_some("true")] {
            a href=(format!("/cash?line={}{show}", encoded(&name))) {
                span { @if line.payer.is_empty() { "Unknown payer" } @else { (line.payer) } }
                (sum(line.amount))
                small { (line.booked_on) " · " (line.account) " · " (words(&line.outcome)) }
                small { @if 0 < line.confidence { (percent(line.confidence)) } }
            }
        }
    }
}

/// Millionths as percent with one decimal, never rounded up to certainty.
fn percent(millionths: i64) -> String {
    format!("{}.{} %", millionths / 10_000, millionths % 10_000 / 1_000)
}

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn detail(name: &str, chosen: &Json, may_work: bool, mark: &str) -> Markup {
    let line = chosen.get("line").unwrap_or(&Json::Null);
    let none = Vec::new();
    let decisions = chosen
        .get("decisions")
        .and_then(Json::as_array)
        .unwrap_or(&none);
    let latest = decisions.first();
    let outcome = latest
        .map(|latest| text(latest, "outcome"))
        .unwrap_or_default();
    let is_open = ["", "proposed", "waiting", "held", "on_account", "unapplied"].contains(&outcome);
    html! {
        div.card { (facts_of(line)) }
        @if let Some(latest) = latest {
            h2 { (words(outcome)) @if !text(latest, "party").is_empty() {
                ": " a href=(format!("/parties/{}", encoded(text(latest, "party")))) { (text(latest, "party")) }
            } }
            p { (text(latest, "reason")) }
            (proposals(name, latest, may_work && is_open, mark))
            @if let Some(about) = latest.get("evidence").and_then(|found| found.get("line")) { (evidence(about)) }
        } @else { h2 { "Not decided yet" } p { "Let cash be applied, or decide here." } }
        @if may_work { (actions(name, latest, is_open, mark)) }
        @if 1 < decisions.len() {
            h2 { "Before" }
            ul { @for decision in decisions.iter().skip(1) {
                li { (text(decision, "decided_at")) ", " (text(decision, "decided_by")) ": "
                    (words(text(decision, "outcome"))) ". " (text(decision, "reason")) }
            } }
        }
    }
}

fn facts_of(line: &Json) -> Markup {
    let money = line.get("amount");
    let amount =
        money.map(|money| format!("{} {}", text(money, "amount"), text(money, "currency")));
    let payer = line.get("payer").unwrap_or(&Json::Null);
    let facts = [
        ("Amount", amount.unwrap_or_default()),
        ("Booked on", text(line, "booked_on").to_owned()),
        ("Payer", text(payer, "name").to_owned()),
        ("For", text(payer, "ultimate").to_owned()),
        ("Payer's account", text(payer, "account").to_owned()),
        ("Text", text(line, "remittance").to_owned()),
        ("End to end", text(line, "end_to_end").to_owned()),
        ("Our account", text(line, "account").to_owned()),
        ("Bank's reference", text(line, "reference").to_owned()),
    ];
    html! { dl.facts {
        @for (name, value) in facts { @if !value.is_empty() { dt { (name) } dd { (value) } } }
    } }
}

fn evidence(facts: &Json) -> Markup {
    html! {
        ul { @for fact in facts.as_array().into_iter().flatten() {
            li class=(format!("evidence-{}", text(fact, "weight"))) { (text(fact, "text")) }
        } }
    }
}

fn proposals(name: &str, decision: &Json, may_accept: bool, mark: &str) -> Markup {
    let none = Vec::new();
    let all = decision
        .get("alternatives")
        .and_then(Json::as_array)
        .unwrap_or(&none);
    let why = |place: usize| {
        let evidence = decision.get("evidence")?.get("alternatives")?;
        evidence.get(place)
    };
    html! {
        @for (place, rows) in all.iter().enumerate() {
            @let rank = place + 1;
            @let rows = rows.as_array().unwrap_or(&none);
            div.proposal {
                div.scroll { table { tbody { @for row in rows { tr {
                    td { (text(row, "customer_id")) }
                    td { @let number = text(row, "document_number");
                        a href=(format!("/search?q={}", encoded(number))) { (number) } }
                    td { (words(text(row, "kind"))) }
                    td.number { @if let Some(money) = row.get("amount") {
                        (text(money, "amount")) " " small { (text(money, "currency")) }
                    } }
                } } } } }
                @if let Some(why) = why(place) { (evidence(why)) }
                @if let Some(sure) = rows.first().and_then(|row| row.get("confidence")?.as_i64()) {
                    p { "Sure to " (percent(sure)) }
                }
                @if may_accept {
                    form method="post" action=(format!("/cash/{}/accept", encoded(name))) {
                        (csrf(mark)) input type="hidden" name="rank" value=(rank);
                        button.main data-key=(rank) { "Accept " kbd { (rank) } }
                    }
                }
            }
        }
    }
}

fn actions(name: &str, latest: Option<&Json>, is_open: bool, mark: &str) -> Markup {
    let party = latest
        .map(|latest| text(latest, "party"))
        .unwrap_or_default();
    let outcome = latest
        .map(|latest| text(latest, "outcome"))
        .unwrap_or_default();
    let to = |verb: &str| format!("/cash/{}/{verb}", encoded(name));
    html! {
        @if is_open {
            h2 { "Decide" }
            form.inline method="post" action=(to("apply")) {
                (csrf(mark))
                label.field { span { "Document" } input name="document" required size="16"; }
                label.field { span { "Amount, all when empty" } input name="amount" inputmode="decimal" size="10"; }
                label.field { span { "Second document" } input name="document" size="16"; }
                label.field { span { "Amount" } input name="amount" inputmode="decimal" size="10"; }
                button { "Apply" }
            }
            form.inline method="post" action=(to("park")) {
                (csrf(mark))
                label.field { span { "On account of" } input name="party" value=(party) required size="12"; }
                button data-key="p" { "Park " kbd { "p" } }
            }
        }
        @if outcome == "held" {
            form method="post" action=(to("release")) { (csrf(mark)) button { "Let the next run decide" } }
        }
        @if ["applied", "applied_by_hand", "on_account", "unapplied", "not_customer_cash"].contains(&outcome) {
            form method="post" action=(to("undo")) { (csrf(mark)) button { "Take back" } }
        }
    }
}

/// Does something to a line and goes to the next that waits.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((name, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let line = name.clone();
    let (rank, party) = (
        posted.get("rank").parse().unwrap_or(1),
        posted.get("party").to_owned(),
    );
    let parts: Vec<(String, String)> = posted
        .all("document")
        .iter()
        .zip(posted.all("amount"))
        .filter(|(document, _)| !document.trim().is_empty())
        .map(|(document, amount)| (document.trim().to_owned(), amount.trim().to_owned()))
        .collect();
    let told = match verb.as_str() {
        "accept" | "apply" => "Applied.",
        "park" => "Parked on account.",
        "undo" => "Taken back.",
        "release" => "The next run decides.",
        _ => return refused(&posted.signed, Failure::from(NoSuchAction)),
    };
    let acted = write(
        &app,
        Door::Html,
        &posted.signed.who,
        "",
        move |work| match verb.as_str() {
            "accept" => desk::accept(work, &line, rank),
            "apply" => {
                let parts = parts_of(work, &line, &parts)?;
                desk::apply(work, &line, &parts)
            }
            "park" => desk::assign(work, &line, &party, true),
            "undo" => desk::undo(work, &line),
            _ => desk::release(work, &line),
        },
    )
    .await;
    match acted {
        // The list of what waits begins with the next line.
        Ok(()) => done("/cash", told),
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// Amounts are in the currency of the line.
fn parts_of(work: &mut Work<'_>, line: &str, typed: &[(String, String)]) -> Outcome<Vec<Part>> {
    let shown = desk::show(work, line)?;
    let code = shown["line"]["amount"]["currency"]
        .as_str()
        .unwrap_or_default();
    let currency = domain::money::Currency::parse(code);
    let parts = typed.iter().map(|(document, amount)| {
        let amount = match (amount.as_str(), currency) {
            ("", _) | (_, None) => None,
            (text, Some(currency)) => {
                let money = Money::parse(text, currency);
                Some(money.map_err(|_| Failure::from(NotAnAmount(text.to_owned())))?)
            }
        };
        Ok(Part {
            document: document.clone(),
            amount,
            deductions: Vec::new(),
        })
    });
    parts.collect()
}

/// Runs cash application over everything that waits.
pub(crate) async fn run(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let who = posted.signed.who.clone();
    let ran = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        cash::apply(&app.db, &context, Some(&who.entity), None, true)
    })
    .await;
    match ran {
        Ok(run) => {
            let applied = run
                .outcomes
                .get("applied")
                .map_or(0, |count| count.payments);
            let told = format!(
                "{} payments looked at, {applied} applied, {} decisions changed.",
                run.looked_at, run.changed
            );
            done("/cash", &told)
        }
        Err(failure) => refused(&posted.signed, failure),
    }
}

/// `/cash/line` in a path leads to the desk.
pub(crate) async fn open(Path(name): Path<String>) -> Response {
    Redirect::to(&format!("/cash?line={}", encoded(&name))).into_response()
}

/// A verb that the desk does not know.
#[derive(Debug)]
struct NoSuchAction;

impl std::fmt::Display for NoSuchAction {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "The desk does not know this.")
    }
}

impl domain::refusal::Refusal for NoSuchAction {
    fn code(&self) -> &'static str {
        "not_found"
    }
}

/// A text that is no amount.
#[derive(Debug)]
pub(crate) struct NotAnAmount(pub(crate) String);

impl std::fmt::Display for NotAnAmount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` is no amount.", self.0)
    }
}

impl domain::refusal::Refusal for NotAnAmount {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        Some("write it like 500.00".into())
    }

    fn field(&self) -> Option<&'static str> {
        Some("amount")
    }
}
