//! Settling by hand: documents of a party with its credits and cash, what of them is no cash, and
//! what it owes us with what we owe it.

mod order;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::open_items::{self, DEDUCTIONS, Net};
use books::reports::Cell as Value;
use books::reports::lists;
use books::{Outcome, Work, access, ledger};
use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::documents::Side;
use domain::money::{Currency, Money};
use maud::{Markup, html};

use crate::app::{App, Door, write};
use crate::html::form::{self, Cell};
use crate::html::{Ahead, Form, Sent, Tried, csrf, empty, encoded, sum, words};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, At, Drawn, done, named, one_thing, rows_of};
use crate::session::{Fields, Posted, Signed};

/// The most open items of each side that are offered; others are named.
const MOST_ITEMS: i64 = 200;

/// Rows for deductions and for documents that are not offered.
const ROWS: usize = 2;
const MOST_ROWS: usize = 100;

/// An open item that is offered.
#[derive(Clone)]
struct Offered {
    id: String,
    number: String,
    kind: String,
    due_on: String,
    open: Money,
    side: Side,
}

impl Offered {
    /// Is it what is settled, or what settles?
    fn is_settled(&self) -> bool {
        self.open.is_negative() == (self.side == Side::Payable)
    }
}

struct Facts {
    name: String,
    items: Vec<Offered>,
    /// Whether whoever looks may settle what they owe us, and what we owe them.
    may_work: [bool; 2],
}

/// The sides of a party.
const SIDES: [Side; 2] = [Side::Receivable, Side::Payable];

impl Facts {
    fn may_settle(&self, side: Side) -> bool {
        SIDES
            .iter()
            .zip(self.may_work)
            .any(|(one, may)| may && *one == side)
    }
}

/// May the actor settle anything of a side, or give it up?
pub(crate) fn may_settle(work: &mut Work<'_>, side: Side) -> Outcome<bool> {
    Ok(may_apply(work, side)? || access::may(work, Area::WriteOffs, Verb::Do)?)
}

/// May the actor apply items of a side to each other, and take that back?
pub(crate) fn may_apply(work: &mut Work<'_>, side: Side) -> Outcome<bool> {
    let areas: &[Area] = match side {
        Side::Receivable => &[Area::Cash],
        // Whoever enters bills applies the vendor's credits to them.
        Side::Payable => &[Area::Cash, Area::Payments, Area::Bills],
    };
    for area in areas {
        if access::may(work, *area, Verb::Do)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn load(work: &mut Work<'_>, code: &str) -> Outcome<Option<Facts>> {
    let mut name = None;
    for list in ["customers", "vendors"] {
        let list = lists::find(list).expect("parties are listed");
        let row = lists::one(work, list, code)?;
        name = name.or(row.map(|row| named(list, &row, "name").to_string()));
    }
    let Some(name) = name else { return Ok(None) };
    let mut items = Vec::new();
    for side in SIDES {
        let narrowed = [("party", code), ("side", side.code())];
        let (list, page) = rows_of(work, "open-items", &narrowed, MOST_ITEMS)?;
        for row in &page.rows {
            let text = |name: &str| named(list, row, name).to_string();
            if let Value::Money(open) = named(list, row, "open") {
                items.push(Offered {
                    id: text("id"),
                    number: text("number"),
                    kind: words(&text("kind")),
                    due_on: text("due_on"),
                    open: *open,
                    side,
                });
            }
        }
    }
    let [receivable, payable] = SIDES.map(|side| may_settle(work, side));
    items.sort_by(|one, other| (&one.due_on, &one.number).cmp(&(&other.due_on, &other.number)));
    Ok(Some(Facts {
        name,
        items,
        may_work: [receivable?, payable?],
    }))
}

/// The form of one side.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(code): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (&code, &fields), (fields.told(), None)).await
}

async fn page(
    app: &Arc<App>,
    signed: &Signed,
    (code, fields): (&str, &Fields),
    above: Above<'_>,
) -> Response {
    let key = code.to_owned();
    let load = move |work: &mut Work<'_>| load(work, &key);
    one_thing(app, signed, above, load, |facts, at| Drawn {
        title: format!("Settle: {}", facts.name),
        place: "",
        actions: html! { a.button href=(format!("/parties/{}", encoded(code))) { "Back" } },
        body: render(facts, (code, fields), at),
    })
    .await
}

fn settle_path(code: &str) -> String {
    format!("/parties/{}/settle", encoded(code))
}

fn net_path(code: &str) -> String {
    format!("/parties/{}/net", encoded(code))
}

fn render(facts: &Facts, (code, fields): (&str, &Fields), at: At<'_>) -> Markup {
    let has = |side: Side| facts.items.iter().any(|item| item.side == side);
    let asked = Side::parse(fields.get("side"));
    let usual = if has(Side::Receivable) || !has(Side::Payable) {
        Side::Receivable
    } else {
        Side::Payable
    };
    let side = asked.unwrap_or(usual);
    let is_both = has(Side::Receivable) && has(Side::Payable);
    let settle = settle_path(code);
    let may_work = facts.may_settle(side);
    html! {
        @if is_both {
            nav.choices aria-label="Sides" {
                @for (one, words) in [(Side::Receivable, "What they owe us"), (Side::Payable, "What we owe them")] {
                    a href=(format!("{settle}?side={}", one.code()))
                        aria-current=[(one == side).then_some("page")] { (words) }
                }
            }
        }
        @if !may_work {
            (empty("Nothing to settle here", "Your roles cannot settle items; ask an administrator."))
        } @else {
            (settling(facts, (code, side, fields.get("item")), at))
            @if is_both { (netting(facts, code, at)) }
        }
    }
}

fn settling(
    facts: &Facts,
    (code, side, ticked): (&str, Side, &str),
    (mark, tried): At<'_>,
) -> Markup {
    let to = settle_path(code);
    let form = Form::to(&to, tried);
    let of_side = facts.items.iter().filter(|item| item.side == side);
    let (settled, with): (Vec<&Offered>, Vec<&Offered>) =
        of_side.partition(|item| item.is_settled());
    let discount = [("in_time", "as terms grant"), ("none", "none")];
    html! {
        form.card.paper method="post" action=(to) {
            (csrf(mark))
            input type="hidden" name="side" value=(side.code());
            (items(&form, ("What is settled", &settled), (0, ticked)))
            (items(&form, ("With what", &with), (settled.len(), ticked)))
            p.keys { "Tick what to settle, or enter an amount; an empty amount is all that is open." }
            (others(&form))
            (taken(&form, &settled))
            div.fields {
                (form.input(form::day_field("Day, today when empty", "on")))
                (form.choice(("Early-payment discount", "discount"), &discount, "in_time"))
                (form.input(form::sum_field("Small excess that is kept", "excess")))
                (form.input(form::text("Reason for the write-off", "reason", 30)))
            }
            (form.look_first("Settle", &html! {}))
        }
    }
}

/// The items of one role; rows are counted on from those before.
fn items(
    form: &Form<'_>,
    (title, all): (&str, &[&Offered]),
    (before, ticked): (usize, &str),
) -> Markup {
    html! {
        h2 { (title) }
        @if all.is_empty() { p { "Nothing is open here; name another document below." } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) { table.plain.entry {
                thead { tr { th { "" } th { "Number" } th.spare { "Kind" } th.spare { "Due" } th.number { "Open" }
                    th.number { "Amount" } } }
                tbody { @for (place, item) in all.iter().enumerate() { tr {
                    @let row = form.place_of("item", &item.id).unwrap_or(MOST_ROWS * 100 + before + place);
                    td {
                        input type="hidden" name="item" value=(item.id);
                        input type="checkbox" name="take" value=(item.id)
                            aria-label=(format!("Take {}", item.number))
                            checked[form.is_ticked("take", &item.id) || (!form.is_tried() && ticked == item.id)];
                    }
                    td { (item.number) } td.spare { (item.kind) } td.date.spare { (item.due_on) }
                    td.number { (sum(item.open)) }
                    td.number { (form.cell(("amount", row), Cell {
                        label: &format!("Amount of {}", item.number), size: 12, is_number: true, list: "" })) }
                } } }
            } }
        }
    }
}

/// Documents that are not offered: of a parent, of a child, or beyond the first.
fn others(form: &Form<'_>) -> Markup {
    let roles = [("settle", "is settled"), ("with", "settles")];
    let count = (form.count("other") + 1).clamp(1, MOST_ROWS);
    html! {
        details open[form.is_filled("other")] {
            summary { "Other documents: of a parent or subsidiary, or not shown above" }
            table.plain.entry {
                thead { tr { th { "Number" } th { "What it does" } th.number { "Amount" } } }
                tbody { @for row in 0..count { tr {
                    td { (form.cell(("other", row), Cell {
                        label: &format!("Other document {}", row + 1), size: 16, is_number: false, list: "" })) }
                    td { (select(form, ("other_role", row), &format!("What other document {} does", row + 1), &roles)) }
                    td { (form.cell(("other_amount", row), Cell {
                        label: &format!("Amount of other document {}", row + 1), size: 12, is_number: true, list: "" })) }
                } } }
            }
        }
    }
}

/// What of the settled documents is no cash.
fn taken(form: &Form<'_>, settled: &[&Offered]) -> Markup {
    let kinds: Vec<(&str, String)> = DEDUCTIONS
        .iter()
        .map(|(word, ..)| (*word, words(word)))
        .collect();
    let kinds: Vec<(&str, &str)> = kinds
        .iter()
        .map(|(word, words)| (*word, words.as_str()))
        .collect();
    let documents: Vec<(&str, &str)> = settled
        .iter()
        .map(|item| (item.id.as_str(), item.number.as_str()))
        .collect();
    let count = (form.count("taken_amount") + 1).clamp(ROWS, MOST_ROWS);
    html! {
        @if !documents.is_empty() {
            details open[form.is_filled("taken_amount")] {
                summary { "Deductions: discount, fee, tax withheld, rounding, write-off" }
                table.plain.entry {
                    thead { tr { th { "Of" } th { "What" } th.number { "Amount" } } }
                    tbody { @for row in 0..count { tr {
                        td { (select(form, ("taken_of", row), &format!("Document of deduction {}", row + 1), &documents)) }
                        td { (select(form, ("taken_kind", row), &format!("Kind of deduction {}", row + 1), &kinds)) }
                        td { (form.cell(("taken_amount", row), Cell {
                            label: &format!("Amount of deduction {}", row + 1), size: 12, is_number: true, list: "" })) }
                    } } }
                }
            }
        }
    }
}

fn select(
    form: &Form<'_>,
    (name, row): (&str, usize),
    label: &str,
    options: &[(&str, &str)],
) -> Markup {
    let chosen = form.nth(name, row);
    html! {
        select name=(name) aria-label=(label) {
            @for (value, words) in options { option value=(value) selected[*value == chosen] { (words) } }
        }
    }
}

fn netting(facts: &Facts, code: &str, (mark, tried): At<'_>) -> Markup {
    let to = net_path(code);
    let form = Form::to(&to, tried);
    let mut currencies: Vec<Currency> = facts
        .items
        .iter()
        .map(|item| item.open.currency())
        .collect();
    currencies.sort_by(|one, other| one.code().cmp(other.code()));
    currencies.dedup();
    let mut choices = vec![("all", "each currency separately")];
    choices.extend(
        currencies
            .iter()
            .map(|currency| (currency.code(), currency.code())),
    );
    html! {
        h2 { "Net" }
        p { "What they owe us is settled with what we owe them, the oldest due first." }
        form.inline method="post" action=(to) {
            (csrf(mark))
            (form.choice(("Currency", "currency"), &choices, "all"))
            (form.input(form::sum_field("At most, in that currency", "limit")))
            (form.input(form::day_field("Day, today when empty", "on")))
            (form.look_first("Net", &html! {}))
        }
    }
}

/// Shows what settling does, or settles.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let (fields, key, today) = (posted.fields().clone(), code.clone(), app.today());
    let action = settle_path(&code);
    let sent = Sent::of_rows(
        &action,
        &posted,
        &[
            ("other", &["other_role", "other_amount"]),
            ("taken_amount", &["taken_of", "taken_kind"]),
        ],
    );
    let reason = posted.get("reason").to_owned();
    let why = reason.clone();
    let acted = write(&app, Door::Html, &posted.signed.who, &why, move |work| {
        let order = order::order(work, (&key, &fields), today)?;
        let ahead = sent.foreseen(open_items::preview_apply(work, &order)?);
        if sent.agrees(&ahead) {
            let orders = std::slice::from_ref(&order);
            let done = open_items::apply_or_ask(work, orders, &reason)?;
            return Ok(Acted::Done(done.waiting.is_empty()));
        }
        Ok(Acted::Looked(ahead))
    })
    .await;
    told(&app, (&code, &action), &posted, (acted, "It is settled.")).await
}

/// What became of a form.
enum Acted {
    Looked(Ahead),
    /// Whether it is done; else it waits.
    Done(bool),
}

/// Goes on where it is done, and shows the form again where it is not.
async fn told(
    app: &Arc<App>,
    (code, action): (&str, &str),
    posted: &Posted,
    (acted, words): (Outcome<Acted>, &str),
) -> Response {
    let tried = match acted {
        Ok(Acted::Done(true)) => return done(&format!("/parties/{}", encoded(code)), words),
        Ok(Acted::Done(false)) => {
            return done("/approvals", "It waits for approval by somebody else.");
        }
        Ok(Acted::Looked(ahead)) => Tried::looked(action, posted, ahead),
        Err(failure) => Tried::of(action, posted, failure),
    };
    let about = (code, posted.fields());
    page(app, &posted.signed, about, (None, Some(&tried))).await
}

fn day(fields: &Fields, today: Date) -> Outcome<Date> {
    match fields.get("on") {
        "" => Ok(today),
        text => Ok(text.parse().map_err(|_| NotAValue::of("on", text))?),
    }
}

/// Shows what netting posts, or settles what a party owes us with what we owe it.
pub(crate) async fn net(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    posted: Posted,
) -> Response {
    let (fields, key, today) = (posted.fields().clone(), code.clone(), app.today());
    let action = net_path(&code);
    let sent = Sent::of(&action, &posted);
    let acted = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        let order = net_order((&key, &fields), today)?;
        let found = ledger::rehearse(work, |work| open_items::net(work, &order))?;
        let ahead = sent.foreseen(found);
        if sent.agrees(&ahead) {
            open_items::net(work, &order)?;
            return Ok(Acted::Done(true));
        }
        Ok(Acted::Looked(ahead))
    })
    .await;
    told(&app, (&code, &action), &posted, (acted, "It is netted.")).await
}

fn net_order((code, fields): (&str, &Fields), today: Date) -> Outcome<Net> {
    let currency = match fields.get("currency") {
        "all" => None,
        text => Some(Currency::parse(text).ok_or_else(|| NotAValue::of("currency", text))?),
    };
    let limit = match (fields.get("limit"), currency) {
        ("", _) => None,
        (text, Some(currency)) => {
            let money = Money::parse(text, currency);
            Some(money.map_err(|_| NotAValue::of("limit", text))?)
        }
        (_, None) => return Err(NotAValue::of("currency", "all").into()),
    };
    Ok(Net {
        party: code.to_owned(),
        on: day(fields, today)?,
        currency,
        limit,
    })
}
