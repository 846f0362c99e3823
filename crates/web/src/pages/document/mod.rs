//! One document: what it says, what settled it, what it posted.

mod changes;
mod paper;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::documents::{self, Paper};
use books::reports::Cell;
use books::reports::lists::{self, Page};
use books::{Outcome, Work, access};
use domain::access::{Area, Verb, area_of};
use domain::documents::{DocumentKind, Side};
use maud::{Markup, html};

use crate::app::App;
use crate::html::{self, Form, Link, csrf, encoded, form, table, words};
use crate::pages::approvals::ask_form;
use crate::pages::lists::LINE_LINKS;
use crate::pages::short_pay::part_off_form;
use crate::pages::{Above, At, Drawn, all_of, named, one_thing, rows_of};
use crate::session::{Fields, Signed};

pub(crate) use changes::act;

/// The way to the party of a document.
const PARTY: Link<'_> = Link {
    shown: "party_code",
    by: "party_code",
    path: "/parties/",
};

struct Facts {
    row: Vec<Cell>,
    paper: Paper,
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
    /// Take applications back, charge tax back.
    apply: bool,
    /// Take the document back, move it, take it for returned: the work of its own area.
    change: bool,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &id, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
pub(super) async fn page(app: &Arc<App>, signed: &Signed, id: &str, above: Above<'_>) -> Response {
    let key = id.to_owned();
    let load = move |work: &mut Work<'_>| load(work, &key);
    one_thing(app, signed, above, load, |facts, at| {
        let list = lists::find("documents").expect("documents are listed");
        let kind = words(&named(list, &facts.row, "kind").to_string());
        Drawn {
            title: format!("{kind} {}", named(list, &facts.row, "number")),
            place: "/documents",
            actions: settling(list, facts),
            body: render(list, facts, at),
        }
    })
    .await
}

fn load(work: &mut Work<'_>, id: &str) -> Outcome<Option<Facts>> {
    let list = lists::find("documents").expect("documents are listed");
    let Some(row) = lists::one(work, list, id)? else {
        return Ok(None);
    };
    let kind = DocumentKind::parse(&named(list, &row, "kind").to_string());
    let side = Side::parse(&named(list, &row, "side").to_string());
    let may = May {
        ask: (
            access::may(work, Area::WriteOffs, Verb::Do)?,
            access::may(work, Area::Refunds, Verb::Do)?,
        ),
        settle: match side {
            Some(side) => super::settle::may_settle(work, side)?,
            None => false,
        },
        apply: match side {
            Some(side) => super::settle::may_apply(work, side)?,
            None => false,
        },
        change: match kind {
            Some(kind) => access::may(work, area_of(kind), Verb::Do)?,
            None => false,
        },
    };
    let number = named(list, &row, "number").to_string();
    Ok(Some(Facts {
        short_pays: rows_of(work, "short-pays", &[("document", &number)], 25)?.1,
        may_part_off: books::access::may(work, Area::Cash, Verb::Do)?,
        paper: documents::paper(work, id)?,
        row,
        may,
        applications: rows_of(work, "applications", &[("document", id)], 200)?.1,
        lines: lines_of(work, id)?,
    }))
}

/// The most legs of whole entries; what is beyond was posted together with much else.
const WHOLE: i64 = 40;

/// The entries that touch a document, whole; its own legs where they are large.
fn lines_of(work: &mut Work<'_>, id: &str) -> Outcome<Page> {
    let (_, whole) = rows_of(work, "journal-lines", &[("entries_of", id)], WHOLE)?;
    if whole.next.is_none() {
        return Ok(whole);
    }
    Ok(rows_of(work, "journal-lines", &[("document", id)], 100)?.1)
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
        @if kind == "tax_withheld" && facts.may.apply { (charge_back(&back, &currency, at)) }
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
        (paper::said(&facts.paper))
        @if named(list, &facts.row, "kind").to_string() == "short_pay" {
            p { a.button href=(format!("/short-pays/{id}")) { "What became of the short-pay" } }
        }
        (held_back(facts))
        h2 { "Applications" }
        @if facts.applications.rows.is_empty() { p { "It is not settled and has settled nothing." } } @else {
            (table(applications.columns, &facts.applications.rows,
                &["id", "debit_document_id", "credit_document_id", "undoes", "undone_by"],
                &[
                    Link { shown: "debit_number", by: "debit_document_id", path: "/documents/" },
                    Link { shown: "credit_number", by: "credit_document_id", path: "/documents/" },
                ]))
        }
        (all_of(&facts.applications, &format!("/applications?document={id}")))
        (changes::taken_back(facts, at))
        h2 { "Journal" }
        @if facts.lines.rows.is_empty() { p { "It has no entry of its own." } } @else {
            (table(lines.columns, &facts.lines.rows,
                &["id", "entry_id", "document_id", "item_id", "party_code"], LINE_LINKS))
            (all_of(&facts.lines, &format!("/journal-lines?document={id}")))
        }
        (asks(list, facts, at))
        (changes::changes(list, facts, at))
    }
}
