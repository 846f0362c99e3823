//! Home: cash today, what is overdue, what waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::approvals::Yours;
use books::reports::{self, By, Cell, Question, Table, lists};
use books::short_pays::Undecided;
use books::{Outcome, Work};
use domain::documents::Side;
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, read_with};
use crate::html::{aging_chart, amount, empty, encoded, sum, words};
use crate::pages::{Drawn, drawn, named};
use crate::session::{Fields, Signed};

/// The columns of the aging, in the order of time.
const BUCKETS: &[(&str, &str)] = &[
    ("not_due", "Not due"),
    ("days_1_30", "1–30 days"),
    ("days_31_60", "31–60 days"),
    ("days_61_90", "61–90 days"),
    ("days_over_90", "over 90 days"),
];

/// The ages of the cash position that home adds up, and what the sums are called.
const SPANS: [(&str, &str); 3] = [
    ("today", "Today"),
    ("1 to 7 days", "7 days"),
    ("8 to 30 days", "30 days"),
];

/// Currencies of each side that get a chart.
const CHARTS: usize = 2;

/// What home shows of one side and currency.
struct Owed {
    currency: String,
    buckets: Vec<(&'static str, Money)>,
    unapplied: Option<Money>,
    total: Option<Money>,
}

/// Cash that came in from customers in one currency: today, in a week and in 30 days.
struct Received {
    currency: String,
    spans: [Money; 3],
}

struct Facts {
    received: Vec<Received>,
    receivable: Vec<Owed>,
    payable: Vec<Owed>,
    cash: Vec<(String, Cell, Cell)>,
    waiting: BTreeMap<String, usize>,
    approvals: usize,
    yours: Vec<Yours>,
    short_pays: Undecided,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    let facts = read_with(&app, &signed.who, load).await;
    drawn(&signed, (fields.told(), None), facts, |facts, _| Drawn {
        title: "Home".to_owned(),
        place: "/",
        actions: html! {},
        body: render(facts),
    })
}

fn load(app: &App, work: &mut Work<'_>) -> Outcome<Facts> {
    let receivable = owed(app, work, Side::Receivable)?;
    let payable = owed(app, work, Side::Payable)?;
    let list = lists::find("bank-accounts").expect("bank accounts are listed");
    let page = app.cache.page(work, list, 20)?;
    let cash = page
        .rows
        .iter()
        .map(|row| {
            let code = named(list, row, "code").to_string();
            let closing = named(list, row, "closing").clone();
            (code, closing, named(list, row, "closing_on").clone())
        })
        .collect();
    let mut waiting = BTreeMap::new();
    for place in app.cache.queue(work)?.iter() {
        *waiting.entry(place.outcome.clone()).or_insert(0) += 1;
    }
    Ok(Facts {
        received: received(app, work)?,
        receivable,
        payable,
        cash,
        waiting,
        approvals: books::approvals::requests(work, false)?.len(),
        yours: books::approvals::yours(work)?,
        short_pays: app.cache.undecided(work, app.today())?,
    })
}

/// What the last 30 days brought, the currency of the books first.
fn received(app: &App, work: &mut Work<'_>) -> Outcome<Vec<Received>> {
    let report = reports::find("cash-position").expect("the cash position is there");
    let table = app
        .cache
        .report(work, report, &Question::as_of(app.today()))?;
    let mut all: Vec<Received> = Vec::new();
    for row in &table.rows {
        let (Some(age), Some(Cell::Money(sum))) =
            (cell(&table, row, "age"), cell(&table, row, "received"))
        else {
            continue;
        };
        let age = age.to_string();
        let Some(span) = SPANS.iter().position(|(name, _)| *name == age) else {
            continue;
        };
        let currency = sum.currency().code().to_owned();
        let at = all.iter().position(|one| one.currency == currency);
        let at = at.unwrap_or_else(|| {
            let spans = [Money::zero(sum.currency()); 3];
            all.push(Received { currency, spans });
            all.len() - 1
        });
        // What came in today came in within a week, too.
        for total in &mut all[at].spans[span..] {
            *total += *sum;
        }
    }
    let functional = work.functional();
    all.sort_by_key(|one| (one.currency != functional.code(), one.currency.clone()));
    Ok(all)
}

fn owed(app: &App, work: &mut Work<'_>, side: Side) -> Outcome<Vec<Owed>> {
    let report = reports::find("aging").expect("the aging is there");
    let question = Question {
        side,
        by: Some(By::Currency),
        ..Question::as_of(app.today())
    };
    let table = app.cache.report(work, report, &question)?;
    let rows = table.rows.iter();
    let mut owed: Vec<Owed> = rows.filter_map(|row| owed_of(&table, row)).collect();
    // The currency of the books first, then those with the larger sums.
    let functional = work.functional();
    owed.sort_by_key(|owed| {
        let size = owed.total.map_or(0, |total| total.minor().saturating_abs());
        (owed.currency != functional.code(), -size)
    });
    Ok(owed)
}

fn cell<'a>(table: &Table, row: &'a [Cell], name: &str) -> Option<&'a Cell> {
    let columns = &mut table.columns.iter();
    row.get(columns.position(|column| column.name == name)?)
}

/// The totals of one currency; other rows are left out.
fn owed_of(table: &Table, row: &[Cell]) -> Option<Owed> {
    let cell = |name: &str| cell(table, row, name);
    let money = |name: &str| match cell(name) {
        Some(Cell::Money(money)) => Some(*money),
        _ => None,
    };
    let is_total = matches!(cell("party_id"), Some(Cell::Text(text)) if &**text == "TOTAL");
    if !is_total {
        return None;
    }
    Some(Owed {
        currency: cell("currency")?.to_string(),
        buckets: BUCKETS
            .iter()
            .filter_map(|(name, label)| Some((*label, money(name)?)))
            .collect(),
        unapplied: money("unapplied"),
        total: money("total"),
    })
}

fn render(facts: &Facts) -> Markup {
    html! {
        div.cards.home {
            div.card.wide.waits {
                h2 { "What waits" }
                ul {
                    li { span.big { (facts.approvals) } " for " a href="/approvals" { "approval" } }
                    @if facts.waiting.is_empty() {
                        li { span.big { "0" } " at the " a href="/cash" { "cash desk" } }
                    }
                    @for (outcome, count) in &facts.waiting {
                        li { span.big { (count) } " " (words(outcome).to_lowercase())
                            " at the " a href="/cash" { "cash desk" } }
                    }
                    @let short = &facts.short_pays;
                    @if 0 < short.all {
                        li { span.big { (short.all) } " "
                            a href="/short-pays?state=open" { "short-pay" @if short.all != 1 { "s" } }
                            " to decide" @if 0 < short.late { span.warn { ", " (short.late) " late" } } }
                    }
                }
                (your_turn(&facts.yours))
            }
            div.card {
                h2 { "Cash at banks" }
                @if facts.cash.is_empty() {
                    (empty("No bank account yet", "Import a bank statement to see your cash."))
                } @else {
                    table.plain {
                        thead { tr { th { "Account" } th.number { "Balance" } th { "On" } } }
                        tbody { @for (code, closing, on) in &facts.cash { tr {
                            td { a href=(format!("/bank/lines?bank_account={}", encoded(code))) { (code) } }
                            td.number { @match closing {
                                Cell::Money(money) => { (sum(*money)) },
                                _ => { "not told" },
                            } }
                            td.date { (on) }
                        } } }
                    }
                }
            }
            (overdue("Owed to us", "/aging", &facts.receivable))
            (overdue("Owed by us", "/aging?side=payable", &facts.payable))
        }
        div.cards.charts {
            (came_in(&facts.received))
            @for (title, side) in [("Receivables by age", &facts.receivable), ("Payables by age", &facts.payable)] {
                @for owed in side.iter().take(CHARTS) {
                    div.card {
                        h2 { (title) ", " (owed.currency) }
                        (aging_chart(&format!("{title}, {}", owed.currency), &owed.buckets))
                    }
                }
            }
        }
    }
}

/// What waits for whoever looks, the oldest first.
fn your_turn(yours: &[Yours]) -> Markup {
    html! {
        @if !yours.is_empty() {
            p { "Your turn:" }
            ul { @for one in yours.iter().take(5) { li {
                a href=(format!("/approvals#{}", one.request.id)) {
                    (words(&one.request.kind)) ": " (one.request.subject)
                }
                @if !one.stands_for.is_empty() { " for " (one.stands_for) }
                @if 0 < one.age_days { ", waits " (one.age_days) " day" @if one.age_days != 1 { "s" } }
                @if let Some(on) = one.reminded_on { span.warn { ", reminded on " (on) } }
            } } }
            @if 5 < yours.len() { p { "and " (yours.len() - 5) " more" } }
        }
    }
}

fn came_in(received: &[Received]) -> Markup {
    html! {
        @if !received.is_empty() {
            div.card {
                h2 { a href="/reports/cash-position" { "Cash from customers" } }
                table.plain {
                    thead { tr { th { "" } @for (_, label) in SPANS { th.number { (label) } } } }
                    tbody { @for one in received { tr {
                        td { (one.currency) }
                        @for sum in one.spans { td.number { (amount(sum)) } }
                    } } }
                }
            }
        }
    }
}

fn overdue(title: &str, href: &str, side: &[Owed]) -> Markup {
    let late = |owed: &Owed| {
        let (first, rest) = owed.buckets.split_first()?;
        let none = Money::zero(first.1.currency());
        Some(rest.iter().fold(none, |all, (_, sum)| all + *sum))
    };
    html! {
        div.card {
            h2 { a href=(href) { (title) } }
            @if side.is_empty() { p { "Nothing is open." } } @else {
                table.plain {
                    thead { tr {
                        th { "" } th.number { "Balance" } th.number { "Overdue" } th.number { "Unapplied" }
                    } }
                    tbody { @for owed in side { tr {
                        td { (owed.currency) }
                        td.number { @if let Some(total) = owed.total { (amount(total)) } }
                        td.number.warn { @if let Some(late) = late(owed) { (amount(late)) } }
                        td.number { @if let Some(unapplied) = owed.unapplied { (amount(unapplied)) } }
                    } } }
                }
            }
        }
    }
}
