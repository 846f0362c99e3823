//! One document: what it says, what settled it, what it posted.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use books::documents::{self, Reverse, reverse_or_ask};
use books::open_items::{self, MoveReceipt, Returned};
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Failure, Outcome, Work, access};
use domain::access::{Area, Verb, area_of};
use domain::calendar::Date;
use domain::documents::DocumentKind;
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{self, Form, Frame, Link, Tried, csrf, encoded, form, table, words};
use crate::pages::approvals::ask_form;
use crate::pages::lists::LINE_LINKS;
use crate::pages::reports::NotAValue;
use crate::pages::short_pay::part_off_form;
use crate::pages::{all_of, done, error_page, named, refused, rows_of};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// The way to the party of a document.
const PARTY: Link = Link {
    shown: "party_code",
    by: "party_code",
    path: "/parties/",
};

/// The mark of the session, and what was tried in vain.
type At<'a> = (&'a str, Option<&'a Tried>);

struct Facts {
    row: Vec<Cell>,
    short_pays: Page,
    may_part_off: bool,
    applications: Page,
    lines: Page,
    may: May,
}

/// What whoever looks may do here.
struct May {
    /// Give up what is open; pay a credit out.
    ask: (bool, bool),
    settle: bool,
    /// Take the document back, move it, take it for returned: the work of its own area.
    change: bool,
}

/// What can be done about the document itself, and the words when it was done.
const VERBS: [(&str, &str); 3] = [
    ("reverse", "The document is taken back."),
    ("move", "The receipt is moved."),
    ("return", "It is kept as returned."),
];

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let fields = Fields::of(query);
    let told = Some(fields.get("told")).filter(|told| !told.is_empty());
    page(&app, &signed, &id, told, None).await
}

/// The page as it was, with what was refused beside its form.
pub(super) async fn again(app: &Arc<App>, signed: &Signed, id: &str, tried: Tried) -> Response {
    page(app, signed, id, None, Some(&tried)).await
}

async fn page(
    app: &Arc<App>,
    signed: &Signed,
    id: &str,
    told: Option<&str>,
    tried: Option<&Tried>,
) -> Response {
    let key = id.to_owned();
    let facts = read(app, Door::Html, &signed.who, move |work| load(work, &key)).await;
    match facts {
        Ok(None) => error_page(Some(signed), &Told::not_found()),
        Ok(Some(facts)) => {
            let list = lists::find("documents").expect("documents are listed");
            let kind = words(&named(list, &facts.row, "kind").to_string());
            let title = format!("{kind} {}", named(list, &facts.row, "number"));
            let frame = Frame {
                told,
                actions: settling(list, &facts),
                ..Frame::new(&title, "/documents")
            };
            let mark = signed.csrf();
            let body = Tried::over(tried, render(list, &facts, (&mark, tried)));
            let page = frame.page(signed, &body);
            let status = tried.map_or(StatusCode::OK, Tried::status);
            (status, Html(page.0)).into_response()
        }
        Err(failure) => refused(signed, failure),
    }
}

fn load(work: &mut Work<'_>, id: &str) -> Outcome<Option<Facts>> {
    let list = lists::find("documents").expect("documents are listed");
    let Some(row) = lists::one(work, list, id)? else {
        return Ok(None);
    };
    let kind = DocumentKind::parse(&named(list, &row, "kind").to_string());
    let may = May {
        ask: (
            access::may(work, Area::WriteOffs, Verb::Do)?,
            access::may(work, Area::Refunds, Verb::Do)?,
        ),
        settle: super::settle::may_settle(work)?,
        change: match kind {
            Some(kind) => access::may(work, area_of(kind), Verb::Do)?,
            None => false,
        },
    };
    let number = named(list, &row, "number").to_string();
    Ok(Some(Facts {
        short_pays: rows_of(work, "short-pays", &[("document", &number)], 25)?.1,
        may_part_off: books::access::may(work, Area::Cash, Verb::Do)?,
        row,
        may,
        applications: rows_of(work, "applications", &[("document", id)], 200)?.1,
        lines: rows_of(work, "journal-lines", &[("document", id)], 100)?.1,
    }))
}

/// The way to settle a document that is open.
fn settling(list: &lists::List, facts: &Facts) -> Markup {
    let text = |name: &str| named(list, &facts.row, name).to_string();
    let is_open = matches!(named(list, &facts.row, "open"), Cell::Money(open) if !open.is_zero());
    let (party, item) = (encoded(&text("party_code")), encoded(&text("item_id")));
    let side = text("side");
    html! {
        @if facts.may.settle && is_open && !party.is_empty() {
            a.button href=(format!("/parties/{party}/settle?side={side}&item={item}")) { "Settle" }
        }
    }
}

/// What can be asked for about a document that is open.
fn asks(list: &lists::List, facts: &Facts, at: At<'_>) -> Markup {
    let text = |name: &str| named(list, &facts.row, name).to_string();
    let is_open = matches!(named(list, &facts.row, "open"), Cell::Money(open) if !open.is_zero());
    let (item, back) = (text("item_id"), format!("/documents/{}", text("id")));
    let currency = match named(list, &facts.row, "gross") {
        Cell::Money(gross) => gross.currency().code().to_owned(),
        _ => String::new(),
    };
    let hidden = [
        ("item", item.as_str()),
        ("back", &back),
        ("currency", &currency),
    ];
    let amount = form::sum_field("Amount, all when empty", "amount");
    let (may_give_up, may_refund) = facts.may.ask;
    let bank = form::text("From bank account", "bank_account", 8).needed();
    let kind = text("kind");
    let is_in_part = match (
        named(list, &facts.row, "open"),
        named(list, &facts.row, "gross"),
    ) {
        (Cell::Money(open), Cell::Money(gross)) => is_open && open != gross,
        _ => false,
    };
    html! {
        @if is_in_part && facts.may_part_off && ["invoice", "debit_memo"].contains(&kind.as_str()) {
            (part_off_form((&text("id"), &currency), at.0, at.1))
        }
        @if may_give_up && is_open
            && ["invoice", "debit_memo", "bill", "short_pay"].contains(&kind.as_str()) {
            h2 { "Give up what is open" }
            (ask_form("write_off", "Ask for the write-off", &hidden, &[amount], at))
        }
        @if may_refund && is_open && ["receipt", "credit_memo", "transfer_in"].contains(&kind.as_str())
            && !text("party_code").is_empty() {
            h2 { "Pay the credit out" }
            (ask_form("refund", "Ask for the refund", &hidden, &[amount, bank], at))
        }
        @if kind == "tax_withheld" { (charge_back(&back, &currency, at)) }
    }
}

/// What becomes of tax withheld: a certificate covers it, or it is charged back.
fn charge_back(page: &str, currency: &str, (mark, tried): At<'_>) -> Markup {
    let to = format!("{page}/charge-back");
    let form = Form::to(&to, tried);
    html! {
        h2 { "Charge it back" }
        p { "Where no " a href="/certificates" { "certificate" } " comes, the invoice is open again by it." }
        form.inline method="post" action=(to) {
            (csrf(mark))
            input type="hidden" name="currency" value=(currency);
            (form.input(form::sum_field("Amount, all that is not covered when empty", "amount")))
            (form.input(form::text("Reason", "reason", 28).needed()))
            button { "Charge back" }
            (form.refusal())
        }
    }
}

/// What can be done about the document itself.
fn changes(list: &lists::List, facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let text = |name: &str| named(list, &facts.row, name).to_string();
    let (id, kind) = (text("id"), text("kind"));
    let is_open = matches!(named(list, &facts.row, "open"), Cell::Money(open) if !open.is_zero());
    let is_issued = super::issue::is_issued(&kind);
    let to = |verb: &str| format!("/documents/{}/{verb}", encoded(&id));
    let paths = VERBS.map(|(verb, _)| to(verb));
    let [reverse, moved, back] = [0, 1, 2].map(|place| Form::to(&paths[place], tried));
    let day = form::day_field("Day, today when empty", "on");
    let amount = form::sum_field("Amount, all when empty", "amount");
    html! {
        @if facts.may.change && kind == "receipt" && is_open {
            h2 { "Move it to whose it is" }
            form.inline method="post" action=(to("move")) {
                (csrf(mark))
                (moved.input(form::text("To customer, nobody known when empty", "to", 14)))
                (moved.input(amount)) (moved.input(day))
                button { "Move" }
                (moved.refusal())
            }
        }
        @if facts.may.change && ["receipt", "payment"].contains(&kind.as_str()) {
            h2 { "It came back" }
            form.inline method="post" action=(to("return")) {
                (csrf(mark))
                (back.input(form::text("Why, in the bank's words", "reason", 24).like("R01 insufficient funds").needed()))
                (back.input(amount)) (back.input(day))
                (back.input(form::sum_field("Fee of the bank", "fee")))
                (back.input(form::text("Own bank account, the only one when empty", "bank", 10)))
                button { "Take it for returned" }
                (back.refusal())
            }
        }
        @if facts.may.change && is_issued && is_open {
            h2 { "Take the document back" }
            form.inline method="post" action=(to("reverse")) {
                (csrf(mark))
                (reverse.input(form::text("Reason", "reason", 28).needed()))
                (reverse.input(day))
                button { "Take back" }
                (reverse.refusal())
            }
        }
    }
}

/// Takes a document back, moves a receipt, or takes money for returned.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let Some((verb, told)) = VERBS.iter().find(|(known, _)| *known == verb) else {
        return error_page(Some(&posted.signed), &Told::not_found());
    };
    let (fields, today, key) = (posted.fields().clone(), app.today(), id.clone());
    let reason = posted.get("reason").to_owned();
    let acted = write(&app, Door::Html, &posted.signed.who, &reason, move |work| {
        let on = match fields.get("on") {
            "" => today,
            text => text.parse().map_err(|_| NotAValue::of("on", text))?,
        };
        changed(work, (&key, verb), &fields, on)
    })
    .await;
    let page = format!("/documents/{}", encoded(&id));
    match acted {
        Ok(true) => done(&page, told),
        Ok(false) => done("/approvals", "It waits for approval by somebody else."),
        Err(failure) => {
            let tried = Tried::of(&format!("{page}/{verb}"), &posted, failure);
            again(&app, &posted.signed, &id, tried).await
        }
    }
}

/// Does it; answers whether it is done, or waits for others.
fn changed(
    work: &mut Work<'_>,
    (id, verb): (&str, &str),
    fields: &Fields,
    on: Date,
) -> Outcome<bool> {
    let reason = fields.get("reason");
    if verb != "move" && reason.is_empty() {
        return Err(NotAValue::of("reason", "").into());
    }
    if verb == "reverse" {
        let order = Reverse {
            document: id.to_owned(),
            on,
            reason: reason.to_owned(),
        };
        return Ok(reverse_or_ask(work, &[order])?.waiting.is_empty());
    }
    let currency = documents::show(work, id)?.document.gross.currency();
    let money = |name: &'static str| match fields.get(name) {
        "" => Ok(None),
        text => {
            let money = Money::parse(text, currency).map(Some);
            money.map_err(|_| Failure::from(NotAValue::of(name, text)))
        }
    };
    let named = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    if verb == "move" {
        let order = MoveReceipt {
            receipt: id.to_owned(),
            to: named("to"),
            amount: money("amount")?,
            on,
        };
        open_items::move_receipts(work, &[order])?;
    } else {
        let order = Returned {
            document: id.to_owned(),
            on,
            amount: money("amount")?,
            bank: named("bank"),
            fee: money("fee")?,
            reason: reason.to_owned(),
        };
        open_items::returned(work, &order)?;
    }
    Ok(true)
}

/// Applications that stand, each with the way to take it back.
fn taken_back(facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let text = |row: &[Cell], name: &str| named(applications, row, name).to_string();
    let documents = lists::find("documents").expect("documents are listed");
    let back = format!("/documents/{}", named(documents, &facts.row, "id"));
    let stands =
        |row: &&Vec<Cell>| text(row, "undoes").is_empty() && text(row, "undone_by").is_empty();
    let standing: Vec<&Vec<Cell>> = facts.applications.rows.iter().filter(stands).collect();
    html! {
        @if !standing.is_empty() {
            @let forms: Vec<(String, Form<'_>)> = standing.iter().map(|row| {
                let to = format!("/applications/{}/undo", text(row, "id"));
                let form = Form::to(&to, tried);
                (to, form)
            }).collect();
            details open[forms.iter().any(|(_, form)| form.is_tried())] {
                summary { "Take an application back" }
                @for (row, (to, form)) in standing.iter().zip(&forms) {
                    @let which = format!("Reason, for {} with {}",
                        text(row, "debit_number"), text(row, "credit_number"));
                    form.inline method="post" action=(to) {
                        (csrf(mark))
                        input type="hidden" name="back" value=(back);
                        (form.input(form::text(&which, "reason", 28).needed()))
                        button { "Take back" }
                        (form.refusal())
                    }
                }
            }
        }
    }
}

/// What payers held back of the document.
fn held_back(facts: &Facts) -> Markup {
    let list = lists::find("short-pays").expect("short-pays are listed");
    html! {
        @if !facts.short_pays.rows.is_empty() {
            h2 { "Held back" }
            (table(list.columns, &facts.short_pays.rows,
                &["id", "party_code", "party_name", "document_id", "document_number", "line"],
                &[Link { shown: "number", by: "id", path: "/short-pays/" }]))
        }
    }
}

fn render(list: &lists::List, facts: &Facts, at: At<'_>) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let lines = lists::find("journal-lines").expect("journal lines are listed");
    let id = encoded(&named(list, &facts.row, "id").to_string());
    html! {
        div.card { (html::facts(list.columns, &facts.row, &["id", "item_id", "kind", "number"], &[PARTY])) }
        @if named(list, &facts.row, "kind").to_string() == "short_pay" {
            p { a.button href=(format!("/short-pays/{id}")) { "What became of the short-pay" } }
        }
        (held_back(facts))
        h2 { "Applications" }
        @if facts.applications.rows.is_empty() { p { "Nothing settled it, and it settled nothing." } } @else {
            (table(applications.columns, &facts.applications.rows,
                &["id", "debit_document_id", "credit_document_id", "undoes", "undone_by"],
                &[
                    Link { shown: "debit_number", by: "debit_document_id", path: "/documents/" },
                    Link { shown: "credit_number", by: "credit_document_id", path: "/documents/" },
                ]))
        }
        (all_of(&facts.applications, &format!("/applications?document={id}")))
        (taken_back(facts, at))
        h2 { "Journal" }
        @if facts.lines.rows.is_empty() { p { "It posted nothing of its own." } } @else {
            (table(lines.columns, &facts.lines.rows,
                &["id", "entry_id", "document_id", "item_id", "document_number", "party_code"], LINE_LINKS))
            (all_of(&facts.lines, &format!("/journal-lines?document={id}")))
        }
        (asks(list, facts, at))
        (changes(list, facts, at))
    }
}
