//! The cash desk: what waits on the left, evidence and proposals on the right.
//!
//! Every action is a form; keys press its button: `1`–`3` accept a proposal, `a` goes to the
//! documents, `p` parks, `m` moves to another party, `u` takes back, `n` notes. After an action the next
//! line that waits is at hand; what is refused is told beside its form, with what was typed.

mod acting;
mod dividing;
mod line;
mod notes;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use books::approvals::Request;
use books::cash::desk;
use books::cash::desk::DeskLine;
use books::cash::queue::{self, Place};
use books::reports::Cell;
use books::{Outcome, Work, approvals};
use domain::access::{Area, Verb};
use domain::money::Money;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::{App, read_with};
use crate::html::{Frame, csrf, empty, encoded, sum, words};
use crate::pages::remittances::REMITTANCES;
use crate::pages::{named as cell_of, rows_of, shown};
use crate::session::{Fields, Signed};
use line::{Shown, Tried};

pub(crate) use acting::{act, run};

/// Lines shown on the left at once.
const ROWS: usize = 100;

/// What is asked of the desk.
#[derive(Default)]
struct Ask {
    /// The line that is wanted, whatever became of it.
    line: String,
    /// The line to go on with, when it still waits.
    next: String,
    /// Every line, not only what waits.
    all: bool,
    /// The line after which the list begins.
    after: String,
}

struct Facts {
    ask: Ask,
    lines: Vec<DeskLine>,
    waiting: usize,
    chosen: Option<(String, Json)>,
    /// The line after the chosen one.
    next: String,
    /// What stands before and after the lines shown.
    before: Option<String>,
    more: Option<String>,
    may_work: bool,
    may_note: bool,
    /// What is open of whoever may have paid: `PARTY/NUMBER`, how much, since when.
    open: Vec<(String, Money, String)>,
    /// What waits for approval about the chosen line.
    pending: Vec<Request>,
}

/// The name of a line in paths: `line_…` or `line_….3`.
fn name_of(line: &DeskLine) -> String {
    named(line.line, &line.unit)
}

fn name_at(place: &Place) -> String {
    named(place.line, &place.unit)
}

fn named(line: domain::ids::LineId, unit: &str) -> String {
    if unit.is_empty() {
        line.to_string()
    } else {
        format!("{line}.{unit}")
    }
}

/// The desk with its first line, or with the one asked for.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    let ask = Ask {
        line: fields.get("line").to_owned(),
        next: fields.get("next").to_owned(),
        all: fields.get("show") == "all",
        after: fields.get("after").to_owned(),
    };
    let facts = read_with(&app, &signed.who, move |app, work| load(app, work, ask)).await;
    shown(
        &signed,
        facts.map(|facts| page(&facts, fields.told(), None, &signed)),
    )
}

fn page(facts: &Facts, told: Option<&str>, tried: Option<&Tried>, signed: &Signed) -> Markup {
    let frame = Frame {
        told,
        actions: html! {
            @if facts.ask.all { a.button href="/cash" data-key="v" { "What waits " kbd { "v" } } }
            @else { a.button href="/cash?show=all" data-key="v" { "All lines " kbd { "v" } } }
            a.button href=(REMITTANCES) { "Remittance advices" }
            @if facts.may_work {
                form method="post" action="/cash/run" {
                    (csrf(&signed.csrf()))
                    button data-key="r" { "Apply cash now " kbd { "r" } }
                }
            }
        },
        ..Frame::new("Cash desk", "/cash")
    };
    frame.page(signed, &render(facts, tried, &signed.csrf()))
}

fn load(app: &App, work: &mut Work<'_>, ask: Ask) -> Outcome<Facts> {
    let may_work = books::access::may(work, Area::Cash, Verb::Do)?;
    let queue = app.cache.queue(work)?;
    let mut facts = Facts {
        ask,
        lines: Vec::new(),
        waiting: queue.len(),
        chosen: None,
        next: String::new(),
        before: None,
        more: None,
        may_work,
        may_note: books::access::may_note(work)?,
        open: Vec::new(),
        pending: Vec::new(),
    };
    let name = if facts.ask.all {
        latest(work, &mut facts)?
    } else {
        waiting(work, &queue, &mut facts)?
    };
    if let Some(name) = name {
        let about = desk::show(work, &name)?;
        if may_work {
            facts.open = open_of(work, &about)?;
            facts.pending = approvals::waiting_of_line(work, &name)?;
        }
        facts.chosen = Some((name, about));
    }
    Ok(facts)
}

/// The most customers whose open documents are offered.
const MOST_OFFERED: usize = 4;

/// What is open of the customers of a line and of its proposals.
fn open_of(work: &mut Work<'_>, about: &Json) -> Outcome<Vec<(String, Money, String)>> {
    let latest = about["decisions"].get(0).unwrap_or(&Json::Null);
    let proposed = latest["alternatives"].as_array().into_iter().flatten();
    let rows = proposed.filter_map(Json::as_array).flatten();
    let all = std::iter::once(&latest["party"]).chain(rows.map(|row| &row["customer_id"]));
    let mut parties: Vec<&str> = Vec::new();
    for code in all.filter_map(Json::as_str) {
        if !code.is_empty() && !parties.contains(&code) && parties.len() < MOST_OFFERED {
            parties.push(code);
        }
    }
    let mut open = Vec::new();
    for party in parties {
        let narrowed = [("party", party), ("side", "receivable")];
        let (list, page) = rows_of(work, "open-items", &narrowed, 200)?;
        for row in &page.rows {
            let kind = cell_of(list, row, "kind").to_string();
            let is_paper = ["invoice", "debit_memo", "credit_memo"].contains(&kind.as_str());
            if let (true, Cell::Money(sum)) = (is_paper, cell_of(list, row, "open")) {
                let number = cell_of(list, row, "number");
                let due = cell_of(list, row, "due_on").to_string();
                open.push((format!("{party}/{number}"), *sum, due));
            }
        }
    }
    Ok(open)
}

/// Every line, the latest first; answers which is chosen.
fn latest(work: &mut Work<'_>, facts: &mut Facts) -> Outcome<Option<String>> {
    let after = Some(facts.ask.after.as_str()).filter(|after| !after.is_empty());
    let mut lines = queue::latest(work, after, ROWS as i64 + 1)?;
    let has_more = ROWS < lines.len();
    lines.truncate(ROWS);
    facts.more = lines.last().filter(|_| has_more).map(name_of);
    facts.before = after.map(|_| String::new());
    let first = lines.first().map(name_of);
    facts.lines = lines;
    Ok(Some(facts.ask.line.clone())
        .filter(|line| !line.is_empty())
        .or(first))
}

/// What waits around the line that is chosen; answers which that is.
fn waiting(work: &mut Work<'_>, queue: &[Place], facts: &mut Facts) -> Outcome<Option<String>> {
    let find = |name: &str| queue.iter().position(|place| name_at(place) == name);
    let wanted = &facts.ask.line;
    let place = if wanted.is_empty() {
        find(&facts.ask.next)
    } else {
        find(wanted)
    };
    let start = place.unwrap_or(0) / ROWS * ROWS;
    let end = (start + ROWS).min(queue.len());
    let shown = queue.get(start..end).unwrap_or_default();
    facts.lines = queue::lines(work, shown)?;
    facts.before = start
        .checked_sub(1)
        .and_then(|at| queue.get(at))
        .map(name_at);
    facts.more = queue.get(end).map(name_at);
    // Decided by somebody else meanwhile: the desk goes on with what waits first.
    let chosen = queue.get(place.unwrap_or(0)).map(name_at);
    let following = match place {
        Some(place) => queue.get(place + 1),
        None if wanted.is_empty() => queue.get(1),
        None => queue.first(),
    };
    facts.next = following.map(name_at).unwrap_or_default();
    Ok(Some(wanted.clone())
        .filter(|wanted| !wanted.is_empty())
        .or(chosen))
}

fn render(facts: &Facts, tried: Option<&Tried>, mark: &str) -> Markup {
    let Some((name, chosen)) = &facts.chosen else {
        return html! {
            (empty(
                "Nothing waits",
                "Import bank statements and apply cash; whatever is not certain waits here.",
            ))
            p { a.button href="/bank" { "Import a statement" } }
        };
    };
    let all = facts.ask.all;
    let to = |place: &str| match (all, place) {
        (false, place) => format!("/cash?line={}", encoded(place)),
        (true, "") => "/cash?show=all".to_owned(),
        (true, place) => format!("/cash?show=all&after={}", encoded(place)),
    };
    html! {
        p.keys { @if all { "All lines, the latest first; " (facts.waiting) " wait. " }
            @else { (facts.waiting) @if facts.waiting == 1 { " line waits. " } @else { " lines wait. " } }
            span.spare { kbd { "j" } " " kbd { "k" } " next and previous, " kbd { "1" } " accept, "
                kbd { "a" } " change or divide, " kbd { "p" } " park, " kbd { "m" } " move, " kbd { "u" } " undo, " kbd { "n" } " note" } }
        div.desk {
            nav.lines aria-label="Lines" tabindex="0" {
                @if let Some(before) = &facts.before { p.turn { a href=(to(before)) rel="prev" { "Before" } } }
                @for line in &facts.lines { (row(line, name, &facts.ask)) }
                @if let Some(more) = &facts.more { p.turn { a href=(to(more)) rel="next" { "More" } } }
            }
            section aria-label="Line" {
                (line::detail(&Shown {
                    name, facts: chosen, next: &facts.next, may_work: facts.may_work,
                    may_note: facts.may_note, mark, tried,
                    open: &facts.open, waiting: &facts.pending,
                }))
            }
        }
    }
}

fn row(line: &DeskLine, chosen: &str, ask: &Ask) -> Markup {
    let name = name_of(line);
    let mut show = String::new();
    if ask.all {
        show.push_str("&show=all");
        if !ask.after.is_empty() {
            show.push_str(&format!("&after={}", encoded(&ask.after)));
        }
    }
    let is_chosen = name == chosen;
    html! {
        div data-row aria-current=[is_chosen.then_some("true")] {
            a href=(format!("/cash?line={}{show}", encoded(&name))) {
                span.payer { @if line.payer.is_empty() { "Unknown payer" } @else { (line.payer) } }
                (sum(line.amount))
                small { (line.booked_on) " · " (line.account) " · " (words(&line.outcome)) }
                small.sure { @if 0 < line.confidence { (percent(line.confidence)) } }
            }
        }
    }
}

/// Millionths as percent with one decimal, never rounded up to certainty.
fn percent(millionths: i64) -> String {
    format!("{}.{} %", millionths / 10_000, millionths % 10_000 / 1_000)
}

/// `/cash/line` in a path leads to the desk.
pub(crate) async fn open(Path(name): Path<String>) -> Response {
    Redirect::to(&format!("/cash?line={}", encoded(&name))).into_response()
}

/// A text that is no amount.
#[derive(Debug)]
pub(crate) struct NotAnAmount(pub(crate) String);

impl std::fmt::Display for NotAnAmount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotAnAmount(text) = self;
        write!(out, "`{text}` is no amount.")
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
