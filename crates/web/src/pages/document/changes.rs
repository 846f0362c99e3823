//! What is done about a document by hand: taken back, moved, taken for returned, its applications
//! taken back; the entry is shown before the button that makes it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use books::documents::{self, Reverse, reverse_or_ask};
use books::open_items::{self, MoveReceipt, Returned};
use books::reports::Cell;
use books::reports::lists;
use books::{Failure, Outcome, Work, ledger};
use domain::calendar::Date;
use domain::money::Money;
use maud::{Markup, html};

use super::{Facts, page as page_of};
use crate::app::{App, Door, write};
use crate::html::{Ahead, Form, Sent, Tried, csrf, encoded, form};
use crate::pages::reports::NotAValue;
use crate::pages::{At, done, error_page, issue, named};
use crate::problem::Told;
use crate::session::{Fields, Posted};

/// What can be done about the document itself, and the words when it was done.
const VERBS: [(&str, &str); 3] = [
    ("reverse", "The document is reversed."),
    ("move", "The receipt is moved."),
    ("return", "It is recorded as returned."),
];

/// What can be done about the document itself.
pub(super) fn changes(list: &lists::List, facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let text = |name: &str| named(list, &facts.row, name).to_string();
    let (id, kind) = (text("id"), text("kind"));
    let is_open = matches!(named(list, &facts.row, "open"), Cell::Money(open) if !open.is_zero());
    let is_issued = issue::is_issued(&kind);
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
                (moved.look_first("Move", &html! {}))
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
                (back.look_first("Record as returned", &html! {}))
            }
        }
        @if facts.may.change && is_issued && is_open {
            h2 { "Reverse the document" }
            form.inline method="post" action=(to("reverse")) {
                (csrf(mark))
                (reverse.input(form::text("Reason", "reason", 28).needed()))
                (reverse.input(day))
                (reverse.look_first("Reverse", &html! {}))
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
    let page = format!("/documents/{}", encoded(&id));
    let action = format!("{page}/{verb}");
    let sent = Sent::of(&action, &posted);
    let (fields, today, key) = (posted.fields().clone(), app.today(), id.clone());
    let reason = posted.get("reason").to_owned();
    let acted = write(&app, Door::Html, &posted.signed.who, &reason, move |work| {
        let change = Change::of(work, (&key, verb), &fields, today)?;
        let ahead = change.ahead(work, &sent)?;
        if sent.agrees(&ahead) {
            return Ok(Acted::Done(change.done(work)?));
        }
        Ok(Acted::Looked(ahead))
    })
    .await;
    let tried = match acted {
        Ok(Acted::Done(true)) => return done(&page, told),
        Ok(Acted::Done(false)) => {
            return done("/approvals", "It waits for approval by somebody else.");
        }
        Ok(Acted::Looked(ahead)) => Tried::looked(&action, &posted, ahead),
        Err(failure) => Tried::of(&action, &posted, failure),
    };
    page_of(&app, &posted.signed, &id, (None, Some(&tried))).await
}

/// What became of a form.
enum Acted {
    Looked(Ahead),
    /// Whether it is done; else it waits.
    Done(bool),
}

/// What is wanted of a document.
enum Change {
    Reverse(Reverse),
    Move(MoveReceipt),
    Return(Returned),
}

impl Change {
    fn of(
        work: &mut Work<'_>,
        (id, verb): (&str, &str),
        fields: &Fields,
        today: Date,
    ) -> Outcome<Change> {
        let on = match fields.get("on") {
            "" => today,
            text => text.parse().map_err(|_| NotAValue::of("on", text))?,
        };
        let reason = fields.get("reason");
        if verb != "move" && reason.is_empty() {
            return Err(NotAValue::of("reason", "").into());
        }
        if verb == "reverse" {
            return Ok(Change::Reverse(Reverse {
                document: id.to_owned(),
                on,
                reason: reason.to_owned(),
            }));
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
        Ok(if verb == "move" {
            Change::Move(MoveReceipt {
                receipt: id.to_owned(),
                to: named("to"),
                amount: money("amount")?,
                on,
            })
        } else {
            Change::Return(Returned {
                document: id.to_owned(),
                on,
                amount: money("amount")?,
                bank: named("bank"),
                fee: money("fee")?,
                reason: reason.to_owned(),
            })
        })
    }

    /// What it would post.
    fn ahead(&self, work: &mut Work<'_>, sent: &Sent) -> Outcome<Ahead> {
        Ok(match self {
            Change::Reverse(order) => {
                let orders = std::slice::from_ref(order);
                sent.foreseen(documents::preview_reverse(work, orders)?)
            }
            Change::Move(_) | Change::Return(_) => {
                sent.foreseen(ledger::rehearse(work, |work| self.done(work))?)
            }
        })
    }

    /// Does it; answers whether it is done, or waits for others.
    fn done(&self, work: &mut Work<'_>) -> Outcome<bool> {
        match self {
            Change::Reverse(order) => {
                let done = reverse_or_ask(work, std::slice::from_ref(order))?;
                return Ok(done.waiting.is_empty());
            }
            Change::Move(order) => {
                open_items::move_receipts(work, std::slice::from_ref(order))?;
            }
            Change::Return(order) => {
                open_items::returned(work, order)?;
            }
        }
        Ok(true)
    }
}

/// Applications that stand, each with the way to take it back.
pub(super) fn taken_back(facts: &Facts, (mark, tried): At<'_>) -> Markup {
    let applications = lists::find("applications").expect("applications are listed");
    let text = |row: &[Cell], name: &str| named(applications, row, name).to_string();
    let documents = lists::find("documents").expect("documents are listed");
    let back = format!("/documents/{}", named(documents, &facts.row, "id"));
    let stands =
        |row: &&Vec<Cell>| text(row, "undoes").is_empty() && text(row, "undone_by").is_empty();
    let standing: Vec<&Vec<Cell>> = facts.applications.rows.iter().filter(stands).collect();
    html! {
        @if !standing.is_empty() && facts.may.apply {
            @let forms: Vec<(String, Form<'_>)> = standing.iter().map(|row| {
                let to = format!("/applications/{}/undo", text(row, "id"));
                let form = Form::to(&to, tried);
                (to, form)
            }).collect();
            details open[forms.iter().any(|(_, form)| form.is_tried())] {
                summary { "Unapply" }
                @for (row, (to, form)) in standing.iter().zip(&forms) {
                    @let which = format!("Reason, for {} with {}",
                        text(row, "debit_number"), text(row, "credit_number"));
                    form.inline method="post" action=(to) {
                        (csrf(mark))
                        input type="hidden" name="back" value=(back);
                        (form.input(form::text(&which, "reason", 28).needed()))
                        (form.look_first("Unapply", &html! {}))
                    }
                }
            }
        }
    }
}
