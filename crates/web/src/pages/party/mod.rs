//! The full picture of one party: what it owes, what is open, what happened.

mod history;
mod people;
mod tax;

pub(crate) use people::{act, add, note};

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use books::credit::Shown;
use books::parties::{self, Aged, Event, Kept, Note};
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Outcome, Work};
use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::credit::Covers;
use domain::documents::{DocumentKind, Side};
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::form::{self, Input};
use crate::html::{Form, Link, Tried, csrf, encoded, heading, sum, table};
use crate::pages::approvals::ask_form;
use crate::pages::lists::DOCUMENT_LINKS;
use crate::pages::{Above, Drawn, all_of, done, drawn, error_page, named, refused, rows_of};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// What whoever looks may do here.
struct May {
    hold: bool,
    keep: bool,
    note: bool,
    /// Settle what is open; issue another document.
    work: (bool, bool),
    ask: MayAsk,
}

/// What whoever looks may ask for.
struct MayAsk {
    credit_memo: bool,
    bank_details: bool,
    terms: bool,
}

struct Facts {
    name: String,
    master: Vec<(&'static str, String)>,
    overdue: Page,
    open: Page,
    documents: Page,
    is_customer: bool,
    standing: Shown,
    contacts: Vec<Kept>,
    may: May,
    notes: Vec<Note>,
    events: Vec<Event>,
    aged: Vec<Aged>,
    tax: tax::Facts,
}

/// Which way to a party that is named only by its code.
pub(crate) async fn either(
    State(app): State<Arc<App>>,
    signed: Signed,
    uri: Uri,
    Path(code): Path<String>,
) -> Response {
    let to = match uri.query() {
        Some(query) => format!("{}?{query}", encoded(&code)),
        None => encoded(&code),
    };
    match is_customer(&app, &signed, code).await {
        Ok(true) => Redirect::to(&format!("/customers/{to}")).into_response(),
        Ok(false) => Redirect::to(&format!("/vendors/{to}")).into_response(),
        Err(failure) => refused(&signed, failure),
    }
}

async fn is_customer(app: &Arc<App>, signed: &Signed, code: String) -> Outcome<bool> {
    read(app, Door::Html, &signed.who, move |work| {
        let list = lists::find("customers").expect("customers are listed");
        Ok(lists::one(work, list, &code)?.is_some())
    })
    .await
}

/// Where forms of the page are: whose session, and what was tried in vain.
struct At<'a> {
    mark: &'a str,
    tried: Option<&'a Tried>,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    uri: Uri,
    Path(code): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    let plural = if uri.path().starts_with("/vendors/") {
        "vendors"
    } else {
        "customers"
    };
    page(&app, &signed, (plural, &code), (fields.told(), None)).await
}

/// The page as it was, with what was refused beside its form.
pub(super) async fn again(app: &Arc<App>, signed: &Signed, code: &str, tried: Tried) -> Response {
    let above = (None, Some(&tried));
    match is_customer(app, signed, code.to_owned()).await {
        Ok(true) => page(app, signed, ("customers", code), above).await,
        Ok(false) => page(app, signed, ("vendors", code), above).await,
        Err(failure) => refused(signed, failure),
    }
}

async fn page(
    app: &Arc<App>,
    signed: &Signed,
    (plural, code): (&'static str, &str),
    above: Above<'_>,
) -> Response {
    let (side, place) = match plural {
        "vendors" => (Side::Payable, "/vendors"),
        _ => (Side::Receivable, "/customers"),
    };
    let (today, key) = (app.today(), code.to_owned());
    let facts = read(app, Door::Html, &signed.who, move |work| {
        load(work, plural, side, &key, today)
    })
    .await;
    match (facts.transpose(), above.1) {
        (Some(facts), _) => drawn(signed, above, facts, |facts, (mark, tried)| Drawn {
            title: facts.name.clone(),
            place,
            actions: ways(facts, code, side),
            body: render(facts, code, &At { mark, tried }),
        }),
        (None, Some(tried)) => tried.page(signed),
        (None, None) => error_page(Some(signed), &Told::not_found()),
    }
}

/// The ways from the page of a party.
fn ways(facts: &Facts, code: &str, side: Side) -> Markup {
    let paper = paper_of(side);
    let (of, side) = (encoded(code), side.code());
    let issue = format!("{}?kind={}&party={of}", super::issue::NEW, paper.code());
    html! {
        @if facts.may.work.1 { a.button href=(issue) { "New " (paper.kind().title.to_lowercase()) } }
        @if facts.may.work.0 { a.button href=(format!("/parties/{of}/settle?side={side}")) { "Settle" } }
        a.button href=(format!("/reports/statement-of-account?party={of}&side={side}")) { "Statement of account" }
        a.button href=(format!("/documents?party={of}")) { "All documents" }
        @if side == Side::Receivable.code() {
            a.button href=(format!("/short-pays?party={of}")) { "Short-pays" }
        }
        a.button href="#contacts" { "Contacts" }
        a.button href="#notes" { "Notes" }
        a.button href="#history" { "History" }
    }
}

fn load(
    work: &mut Work<'_>,
    plural: &str,
    side: Side,
    code: &str,
    today: Date,
) -> Outcome<Option<Facts>> {
    let list = lists::find(plural).expect("parties are listed");
    let Some(row) = lists::one(work, list, code)? else {
        return Ok(None);
    };
    let name = row.get(2).map(ToString::to_string).unwrap_or_default();
    let accounts = parties::bank_accounts(work, code)?.join(", ");
    let bank_accounts = (!accounts.is_empty()).then_some(("bank_accounts", accounts));
    let master = list
        .columns
        .iter()
        .zip(&row)
        .filter(|(column, cell)| **cell != Cell::Empty && !["id", "name"].contains(&column.name))
        .map(|(column, cell)| (column.name, shown_as(cell)))
        .chain(parties::portfolio_fields(work, code)?)
        .chain(bank_accounts)
        .collect();
    let documents = rows_of(
        work,
        "documents",
        &[("party", code), ("side", side.code())],
        25,
    )?
    .1;
    let open = rows_of(
        work,
        "open-items",
        &[("party", code), ("side", side.code())],
        100,
    )?
    .1;
    Ok(Some(Facts {
        name,
        master,
        overdue: overdue(work, side, code, today)?,
        open,
        documents,
        is_customer: side == Side::Receivable,
        standing: books::credit::standing(work, code)?,
        contacts: parties::contacts(work, code, Some(today))?,
        may: May {
            hold: books::access::may(work, Area::Credit, Verb::Do)?,
            keep: may_keep(work, side)?,
            note: books::access::may_note(work)?,
            work: (
                super::settle::may_settle(work, side)?,
                super::issue::may_issue(work, paper_of(side))?,
            ),
            ask: MayAsk {
                credit_memo: books::access::may(work, Area::CreditMemos, Verb::Do)?,
                bank_details: books::access::may(work, Area::BankDetails, Verb::Do)?,
                terms: {
                    let area = parties::terms_area(work, &[code])?;
                    books::access::may(work, area, Verb::Do)?
                },
            },
        },
        notes: parties::notes(work, code)?,
        events: parties::history(work, code, 25)?,
        aged: parties::aging(work, code, side, today)?,
        tax: tax::load(work, code, side, today)?,
    }))
}

/// The paper with which a debt on a side begins.
fn paper_of(side: Side) -> DocumentKind {
    match side {
        Side::Receivable => DocumentKind::Invoice,
        Side::Payable => DocumentKind::Bill,
    }
}

/// A fact of the master data for people.
fn shown_as(cell: &Cell) -> String {
    match cell {
        Cell::Money(money) => format!("{} {}", crate::html::amount(*money), money.currency()),
        _ => cell.to_string(),
    }
}

/// May the actor keep contacts of parties of this side?
fn may_keep(work: &mut Work<'_>, side: Side) -> Outcome<bool> {
    let areas: &[Area] = match side {
        Side::Receivable => &[Area::Customers, Area::Collections],
        Side::Payable => &[Area::Vendors],
    };
    for area in areas {
        if books::access::may(work, *area, Verb::Do)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What should have been paid by now: debts alone, credits are late for nobody.
fn overdue(work: &mut Work<'_>, side: Side, code: &str, today: Date) -> Outcome<Page> {
    let today = today.to_string();
    let narrowed = [
        ("party", code),
        ("side", side.code()),
        ("due_before", &today),
    ];
    let (list, mut page) = rows_of(work, "open-items", &narrowed, lists::MOST_ROWS)?;
    let debts = ["invoice", "debit_memo", "bill", "short_pay"];
    page.rows
        .retain(|row| debts.contains(&&*named(list, row, "kind").to_string()));
    Ok(page)
}

/// What can be asked for about a party.
fn asks(code: &str, is_customer: bool, may: &May, at: &At<'_>) -> Markup {
    let back = format!("/parties/{}", encoded(code));
    let ask = |kind: &str, inputs: &[Input<'_>]| {
        let hidden = [("party", code), ("back", back.as_str())];
        ask_form(kind, "Ask for it", &hidden, inputs, (at.mark, at.tried))
    };
    html! {
        @if is_customer && may.ask.credit_memo {
            h2 { "Ask for a credit memo" }
            (ask("credit_memo", &[form::sum_field("Amount", "amount").needed(),
                form::text("Currency", "currency", 4).longest(3).like("EUR")]))
        }
        @if may.ask.bank_details {
            h2 { "Ask for a new bank account of the party" }
            (ask("bank_details", &[form::text("Account number", "number", 26).needed()]))
        }
        @if may.ask.terms {
            h2 { "Ask for other terms" }
            (ask("terms", &[form::text("Terms, like 2/10 NET30", "terms", 14).needed()]))
        }
        @if may.hold {
            h2 { "Ask for another class" }
            (ask("party_class", &[form::text("Class, none when empty", "class", 10).longest(40).like("key")]))
        }
        @if is_customer && may.hold {
            h2 { "Ask for a rate of tax withheld" }
            (ask("withholding_rate", &[
                form::text("Percent, none of its own when empty", "percent", 6),
                form::day_field("From, today when empty", "on")]))
            h2 { "Ask for a credit limit" }
            (ask_limit(code, &back, at))
        }
    }
}

/// The form that asks for a credit limit, for the customer or for everybody below, too.
fn ask_limit(code: &str, back: &str, at: &At<'_>) -> Markup {
    const TO: &str = "/ask/credit_limit";
    let form = Form::to(TO, at.tried);
    html! {
        form.inline method="post" action=(TO) {
            (csrf(at.mark))
            input type="hidden" name="party" value=(code);
            input type="hidden" name="back" value=(back);
            (form.input(form::sum_field("Limit, none when empty", "amount")))
            (form.choice(("For", "covers"),
                &[("own", "this customer"), ("group", "the whole group")], "own"))
            (form.input(form::text("Reason", "reason", 24).needed()))
            button { "Ask for it" }
            (form.refusal())
        }
    }
}

/// How the customer stands, and what can be done about it.
fn credit(facts: &Facts, code: &str, at: &At<'_>) -> Markup {
    let shown = &facts.standing;
    let standing = &shown.standing;
    let headroom = standing.headroom();
    let back = format!("/parties/{}", encoded(code));
    html! {
        h2 { "Credit" }
        div.card { dl.facts {
            dt { "Limit" } dd { @match shown.limit {
                Some(limit) => { (sum(limit.amount)) @if limit.covers == Covers::Group {
                    " for the whole group" } }
                None => "none" } }
            dt { "Exposure" } dd { (sum(standing.exposure)) }
            @if let Some(exposure) = shown.group_exposure() {
                dt { "Exposure of the group" } dd { (sum(exposure)) }
            }
            @for (code, room) in &shown.above {
                dt { "Limit of the group" } dd { (sum(room.limit.amount)) " of "
                    a href=(format!("/customers/{}", encoded(code))) { (code) }
                    ", which owes " (sum(room.exposure)) }
            }
            @if let Some(headroom) = headroom {
                dt { "Headroom" } dd class=[headroom.is_negative().then_some("bad")] { (sum(headroom)) }
            }
            @if let Some(hold) = &standing.hold {
                dt { "Held" } dd.bad { "by " (hold.actor) ": " (hold.reason) }
            }
        } }
        @if standing.hold.is_some() {
            @if facts.may.hold { (ask_form("release_hold", "Ask for the release", &[("party", code), ("back", &back)],
                &[], (at.mark, at.tried))) }
        } @else if facts.may.hold {
            @let to = format!("{back}/hold");
            @let form = Form::to(&to, at.tried);
            form.inline method="post" action=(to) {
                (csrf(at.mark))
                (form.input(form::text("Reason", "reason", 24).needed()))
                button { "Hold the customer" }
                (form.refusal())
            }
        }
    }
}

/// Holds a customer.
pub(crate) async fn hold(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let reason = posted.get("reason").to_owned();
    let (who, why) = (code.clone(), reason.clone());
    let held = write(&app, Door::Html, &posted.signed.who, &reason, move |work| {
        books::credit::hold(work, &who, &why)
    })
    .await;
    let page = format!("/parties/{}", encoded(&code));
    match held {
        Ok(()) => done(&page, "The customer is held."),
        Err(failure) => {
            let tried = Tried::of(&format!("{page}/hold"), &posted, failure);
            again(&app, &posted.signed, &code, tried).await
        }
    }
}

fn render(facts: &Facts, code: &str, at: &At<'_>) -> Markup {
    let documents = lists::find("documents").expect("documents are listed");
    let items = lists::find("open-items").expect("open items are listed");
    let hidden = &["id", "document_id", "party_code", "party_name", "side"];
    let links = &[Link {
        shown: "number",
        by: "document_id",
        path: "/documents/",
    }];
    let side = if facts.is_customer {
        Side::Receivable
    } else {
        Side::Payable
    };
    let of = format!("party={}&side={}", encoded(code), side.code());
    html! {
        div.card { dl.facts {
            @for (name, value) in &facts.master { dt { (heading(name)) } dd { (value) } }
        } }
        @if facts.is_customer { (credit(facts, code, at)) }
        @if !facts.overdue.rows.is_empty() {
            h2.warn { "Overdue" }
            (table(items.columns, &facts.overdue.rows, hidden, links))
            (all_of(&facts.overdue, &format!("/open-items?{of}")))
        }
        (history::aging(&facts.aged))
        h2 { "Open items" }
        @if facts.open.rows.is_empty() { p { "Nothing is open." } } @else {
            (table(items.columns, &facts.open.rows, hidden, links))
            (all_of(&facts.open, &format!("/open-items?{of}")))
        }
        h2 { "Latest documents" }
        @if facts.documents.rows.is_empty() { p { "None yet." } } @else {
            (table(documents.columns, &facts.documents.rows,
                &["id", "item_id", "side", "party_code", "party_name"], DOCUMENT_LINKS))
            (all_of(&facts.documents, &format!("/documents?{of}")))
        }
        (tax::section(&facts.tax, code, at))
        (people::contacts(&facts.contacts, code, facts.may.keep, at))
        (people::notes(&facts.notes, code, facts.may.note, at))
        (history::history(&facts.events))
        (asks(code, facts.is_customer, &facts.may, at))
    }
}
