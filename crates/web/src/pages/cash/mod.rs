//! The cash desk: what waits on the left, evidence and proposals on the right.
//!
//! Every action is a form; keys press its button: `1`–`3` accept a proposal, `a` goes to the
//! documents, `p` parks, `m` moves to another party, `u` takes back, `n` notes. After an action the next
//! line that waits is at hand; what is refused is told beside its form, with what was typed.

mod dividing;
mod line;
mod notes;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use books::approvals::{Asked, Request};
use books::cash::desk::DeskLine;
use books::cash::queue::{self, Place};
use books::cash::{self, desk};
use books::reports::Cell;
use books::{Failure, Outcome, Work, approvals, ledger};
use domain::access::{Area, Verb};
use domain::ids::NoteId;
use domain::money::{Currency, Money};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::{App, Door, blocking, files_read, read_with, write};
use crate::html::{Ahead, Frame, Sent, csrf, empty, encoded, sum, words};
use crate::pages::reports::NotAValue;
use crate::pages::{done, named as cell_of, refused, rows_of, shown};
use crate::session::{Fields, Posted, Signed};
use dividing::Typed;
use line::{Shown, Tried};

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
            p { a.button href="/bank" { "Take a statement in" } }
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
                kbd { "a" } " change or divide, " kbd { "p" } " park, " kbd { "m" } " move, " kbd { "u" } " take back, " kbd { "n" } " note" } }
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

/// What can be done to a line.
const VERBS: [&str; 8] = [
    "accept", "apply", "check", "park", "move", "undo", "release", "note",
];

/// Does something to a line and goes to the next that waits.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((name, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    if !VERBS.contains(&verb.as_str()) {
        return refused(&posted.signed, Failure::from(NoSuchAction));
    }
    let order = Order {
        line: name.clone(),
        verb: verb.clone(),
        rank: posted.get("rank").to_owned(),
        party: posted.get("party").to_owned(),
        typed: Typed::of(&posted),
        note: posted.get("text").to_owned(),
        corrects: posted.get("corrects").to_owned(),
        sent: Sent::of(&format!("/cash/{name}/{verb}"), &posted),
    };
    let meant = order.clone();
    let acted = match files_read(&app).await {
        Ok(()) => {
            let act = move |work: &mut Work<'_>| meant.act(work);
            write(&app, Door::Html, &posted.signed.who, "", act).await
        }
        Err(failure) => Err(failure),
    };
    let mut tried = Tried {
        verb: order.verb,
        typed: order.typed,
        party: order.party,
        note: order.note,
        told: None,
        tested: None,
        ahead: None,
    };
    match acted {
        // What was taken back or noted is looked at again; else the next line is at hand.
        Ok(Acted::Done(told)) if verb == "undo" || verb == "note" => {
            return done(&format!("/cash?line={}", encoded(&name)), told);
        }
        Ok(Acted::Done(told)) => {
            return done(&format!("/cash?next={}", encoded(posted.get("next"))), told);
        }
        Ok(Acted::Tested(tested)) => tried.tested = Some(tested),
        Ok(Acted::Looked(ahead)) => tried.ahead = Some(ahead),
        Err(failure @ Failure::Fault(_)) => return refused(&posted.signed, failure),
        Err(failure) => tried.told = Some(failure.into()),
    }
    again(&app, &posted.signed, name, tried).await
}

/// What is to be done to a line, as it was sent.
#[derive(Clone)]
struct Order {
    line: String,
    verb: String,
    rank: String,
    party: String,
    typed: Typed,
    note: String,
    corrects: String,
    sent: Sent,
}

impl Order {
    fn act(&self, work: &mut Work<'_>) -> Outcome<Acted> {
        let line = self.line.as_str();
        let told = match self.verb.as_str() {
            "accept" => {
                desk::accept(work, line, ranked(&self.rank)?)?;
                "Applied."
            }
            "apply" => {
                let division = self.typed.division(currency_of(work, line)?)?;
                match desk::apply_or_ask(work, line, &division, &self.typed.reason())? {
                    Asked::Done(_) => "Applied.",
                    Asked::Waits(_) => "It waits for approval by somebody else.",
                }
            }
            "check" => {
                let division = self.typed.division(currency_of(work, line)?)?;
                return dividing::test(work, line, division).map(Acted::Tested);
            }
            verb @ ("park" | "move") => {
                let parks = verb == "park";
                let assign = |work: &mut Work<'_>| desk::assign(work, line, &self.party, parks);
                if self.sent.looks() {
                    let found = ledger::rehearse(work, assign)?;
                    return Ok(Acted::Looked(self.sent.foreseen(found)));
                }
                assign(work)?;
                if parks {
                    "Parked on account."
                } else {
                    "Moved; it is unapplied with its party."
                }
            }
            "note" => {
                let corrects = noted(&self.corrects)?;
                desk::note(work, line, &self.party, &self.note, corrects)?;
                "The note is kept."
            }
            "undo" => {
                let found = ledger::rehearse(work, |work| desk::undo(work, line))?;
                let ahead = self.sent.foreseen(found);
                if !self.sent.agrees(&ahead) {
                    return Ok(Acted::Looked(ahead));
                }
                desk::undo(work, line)?;
                "Taken back."
            }
            _ => {
                desk::release(work, line)?;
                "The next run decides."
            }
        };
        Ok(Acted::Done(told))
    }
}

/// Which proposal is meant; none is taken for granted.
fn ranked(text: &str) -> Outcome<i64> {
    let rank = text.parse();
    Ok(rank.map_err(|_| NotAValue::of("rank", text))?)
}

/// The note that another corrects, where one is named.
fn noted(text: &str) -> Outcome<Option<NoteId>> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = text.parse().map_err(|_| NotAValue::of("corrects", text))?;
    Ok(Some(id))
}

/// What became of an action.
enum Acted {
    /// It was done, or asked for; in these words.
    Done(&'static str),
    /// It was only looked at.
    Tested(dividing::Tested),
    /// The same of what is not divided.
    Looked(Ahead),
}

/// The desk as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, signed: &Signed, line: String, tried: Tried) -> Response {
    let ask = Ask {
        line,
        ..Ask::default()
    };
    let facts = read_with(app, &signed.who, move |app, work| load(app, work, ask)).await;
    match facts {
        Ok(facts) => {
            let page = page(&facts, None, Some(&tried), signed);
            let status = tried.told.map_or(StatusCode::OK, |told| told.status);
            (status, Html(page.0)).into_response()
        }
        Err(failure) => refused(signed, failure),
    }
}

/// Amounts are in the currency of the line.
fn currency_of(work: &mut Work<'_>, line: &str) -> Outcome<Currency> {
    let shown = desk::show(work, line)?;
    let code = shown["line"]["amount"]["currency"].as_str();
    let currency = code.and_then(Currency::parse);
    Ok(currency.unwrap_or(work.functional()))
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
        write!(out, "The cash desk does not know this action.")
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
