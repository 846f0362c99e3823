//! Certificates: what is awaited, the register, whom we asked; one certificate and what it covers.

mod adding;
mod one;

pub(crate) use adding::{LARGEST_FORM, add, new};
pub(crate) use one::{act, one, paper};

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use books::certificates::{self, Entry, Tax};
use books::reports::lists::Page;
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::certificates::days_between;
use domain::ids::AskingId;
use domain::money::{Currency, Money};
use maud::{Markup, html};

use crate::app::{App, Door, read, read_with, write};
use crate::html::{Form, Link, Tried, amount, csrf, empty, encoded, form, table, words};
use crate::pages::login::own_path;
use crate::pages::reports::NotAValue;
use crate::pages::{
    Above, Drawn, again as back_to, all_of, attachment, done, drawn, error_page, refused, rows_of,
};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

/// Rows that the page shows of a section.
const ROWS: usize = 200;

struct Facts {
    taxes: Arc<Vec<Tax>>,
    entries: Vec<Entry>,
    askings: Page,
    again_after: u16,
    may_keep: bool,
    today: Date,
}

fn load(app: &App, work: &mut Work<'_>, today: Date) -> Outcome<Facts> {
    Ok(Facts {
        taxes: app.cache.awaited(work, today, ROWS)?,
        entries: certificates::list(work, None)?,
        askings: rows_of(work, "certificate-askings", &[], 20)?.1,
        again_after: certificates::ask_again_after(work)?,
        may_keep: certificates::may_keep(work)?,
        today,
    })
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// The page as it was, with what was refused beside its form.
async fn again(app: &Arc<App>, signed: &Signed, tried: Tried) -> Response {
    page(app, signed, (None, Some(&tried))).await
}

async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let today = app.today();
    let facts = read_with(app, &signed.who, move |app, work| load(app, work, today)).await;
    drawn(signed, above, facts, |facts, (mark, tried)| Drawn {
        title: "Certificates".to_owned(),
        place: "/certificates",
        actions: html! {
            @if facts.may_keep { a.button href="/certificates/add" { "Add a certificate" } }
            a.button href="/reports/withholding" { "Report" }
        },
        body: render(facts, mark, tried),
    })
}

/// What is awaited, one sum for each currency.
fn sums(taxes: &[Tax]) -> Vec<Money> {
    let mut sums: std::collections::BTreeMap<Currency, Money> = std::collections::BTreeMap::new();
    for tax in taxes {
        let awaited = tax.deducted.awaited();
        let sum = sums
            .entry(awaited.currency())
            .or_insert(Money::zero(awaited.currency()));
        *sum += awaited;
    }
    sums.into_values().collect()
}

fn render(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    html! {
        h2 #awaited { "Awaited" }
        @if facts.taxes.is_empty() {
            (empty("Nothing is awaited", "Certificates cover all the tax that customers withheld."))
        } @else {
            p { @for (place, sum) in sums(&facts.taxes).iter().enumerate() {
                @if 0 < place { ", " } strong { (amount(*sum)) } " " (sum.currency())
            } " withheld, and not proved by a certificate." }
            (awaited(&facts.taxes, facts.again_after, facts.today, true))
            @if facts.may_keep { (ask_form(mark, tried, None, "/certificates")) }
        }
        h2 #register { "Register" }
        @if facts.entries.is_empty() { p { "There is no certificate yet." } }
        @else { (register(&facts.entries, facts.today, true)) }
        h2 #asked { "Asked" }
        @if facts.askings.rows.is_empty() { p { "No letter was written yet." } } @else {
            @let list = books::reports::lists::find("certificate-askings")
                .expect("askings are listed");
            (table(list.columns, &facts.askings.rows, &["party_code"], &[
                Link { shown: "id", by: "id", path: "/certificate-askings/" },
                Link { shown: "party_name", by: "party_code", path: "/parties/" },
            ]))
            (all_of(&facts.askings, "/certificate-askings"))
        }
    }
}

/// Tax withheld that is awaited, the oldest first.
pub(crate) fn awaited(taxes: &[Tax], again_after: u16, today: Date, with_party: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Awaited certificates" { table {
            thead { tr {
                th { "Tax withheld" } @if with_party { th { "Customer" } } th { "Invoices" }
                th.date { "Withheld on" } th.number { "Withheld" } th.number { "Covered" }
                th.number { "Awaited" } th.date { "Asked on" } th.number { "Days" } th { "State" }
            } }
            tbody { @for tax in taxes.iter().take(ROWS) { tr data-row {
                @let one = &tax.deducted;
                @let state = tax.standing(today, again_after).code();
                td { a href=(format!("/documents/{}", one.document)) { (one.number) } }
                @if with_party {
                    td { a href=(format!("/customers/{}", encoded(&tax.party))) { (tax.name) } }
                }
                td { @for (place, invoice) in tax.invoices.iter().enumerate() {
                    @if 0 < place { ", " }
                    a href=(format!("/documents/{}", invoice.document)) { (invoice.number) }
                } }
                td.date { (one.on) }
                td.number { (amount(one.withheld)) " " small { (one.withheld.currency()) } }
                td.number { (amount(one.covered)) }
                td.number { (amount(one.awaited())) }
                td.date { @if let Some(asked) = tax.asked_on { (asked) } }
                td.number { (days_between(one.on, today)) }
                td class=[(state == "overdue").then_some("warn")] { (words(state)) }
            } } }
        } }
        @if ROWS < taxes.len() { p { "The first " (ROWS) "; the report has all of them." } }
    }
}

/// Certificates, the latest first.
pub(crate) fn register(entries: &[Entry], today: Date, with_party: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Register of certificates" { table {
            thead { tr {
                th { "Number" } th { "Kind" } @if with_party { th { "Customer" } } th { "Authority" }
                th { "Country" } th.date { "From" } th.date { "Until" } th.number { "Amount" }
                th.number { "Free" } th.number { "Rate" } th { "State" }
            } }
            tbody { @for entry in entries.iter().rev().take(ROWS) { tr data-row {
                @let certificate = &entry.held.certificate;
                @let state = entry.state(today);
                td { a href=(format!("/certificates/{}", entry.held.id)) { (certificate.number) } }
                td { (words(certificate.kind.code())) }
                @if with_party {
                    td { a href=(format!("/customers/{}", encoded(&entry.party))) { (entry.name) } }
                }
                td { (certificate.authority) }
                td { (certificate.country)
                    @if !certificate.region.is_empty() { "-" (certificate.region) } }
                td.date { (certificate.valid_from) }
                td.date { @if let Some(until) = certificate.valid_until { (until) } }
                td.number { @if let Some(sum) = certificate.amount {
                    (amount(sum)) " " small { (sum.currency()) } } }
                td.number { @if let Some(free) = entry.held.free() { (amount(free)) } }
                td.number { @if let Some(rate) = certificate.tax_rate { (rate) " %" } }
                td class=[matches!(state, "ended" | "withdrawn").then_some("bad")] { (words(state)) }
            } } }
        } }
        @if ROWS < entries.len() { p { "The latest " (ROWS) "." } }
    }
}

/// The form that asks a customer, or all of them.
pub(crate) fn ask_form(
    mark: &str,
    tried: Option<&Tried>,
    party: Option<&str>,
    back: &str,
) -> Markup {
    const TO: &str = "/certificates/ask";
    let form = Form::to(TO, tried);
    html! {
        form.inline method="post" action=(TO) {
            (csrf(mark))
            input type="hidden" name="back" value=(back);
            @match party {
                Some(code) => { input type="hidden" name="party" value=(code); }
                None => { (form.input(form::text("Customer, all when empty", "party", 12))) }
            }
            button { "Ask for the certificates" }
            (form.refusal())
        }
    }
}

/// Asks those who were not asked a short while ago.
pub(crate) async fn ask(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let party = Some(posted.get("party").to_owned()).filter(|code| !code.is_empty());
    let on = app.today();
    let asked = write(&app, Door::Html, &posted.signed.who, "", move |work| {
        certificates::ask(work, party.as_deref(), on, true)
    })
    .await;
    let back = match own_path(posted.get("back")) {
        path if path.starts_with("/parties/") => path.to_owned(),
        _ => "/certificates#asked".to_owned(),
    };
    match asked {
        Ok(asked) if asked.is_empty() => {
            done(&back, "Nobody needs a letter: everybody had one recently.")
        }
        Ok(asked) => match &asked[..] {
            [one] => done(
                &back,
                &format!("A letter to {} is ready to be sent.", one.name),
            ),
            all => done(
                &back,
                &format!("{} letters are ready to be sent.", all.len()),
            ),
        },
        Err(failure) => {
            let tried = Tried::of("/certificates/ask", &posted, failure);
            if back.starts_with("/parties/") {
                return back_to(&app, &posted.signed, &back, tried).await;
            }
            again(&app, &posted.signed, tried).await
        }
    }
}

/// The letter of an asking, as a mail to open and send.
pub(crate) async fn letter(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<AskingId>() else {
        return error_page(Some(&signed), &Told::not_found());
    };
    let letter = read(&app, Door::Html, &signed.who, move |work| {
        certificates::letter(work, id)
    })
    .await;
    match letter {
        Ok(letter) => {
            let headers = [
                (header::CONTENT_TYPE, "message/rfc822".to_owned()),
                (header::CONTENT_DISPOSITION, attachment(&letter.file)),
            ];
            (headers, letter.mail).into_response()
        }
        Err(failure) => refused(&signed, failure),
    }
}

/// What of a deduction is to be charged back, in its currency; all where nothing is said.
fn sum(posted: &Posted) -> Result<Option<Money>, NotAValue> {
    let text = posted.get("amount");
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || NotAValue::of("amount", text);
    let currency = Currency::parse(posted.get("currency")).ok_or_else(wrong)?;
    Money::parse(text, currency).map(Some).map_err(|_| wrong())
}

/// Charges tax withheld back, for which no certificate came.
pub(crate) async fn charge_back(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let page = format!("/documents/{}", encoded(&id));
    let action = format!("{page}/charge-back");
    let (reason, on) = (posted.get("reason").to_owned(), app.today());
    let amount = sum(&posted);
    let why = reason.clone();
    let charged = write(
        &app,
        Door::Html,
        &posted.signed.who,
        &reason,
        move |work| match &amount {
            Ok(amount) => certificates::charge_back(work, &id, *amount, (on, &why)),
            Err(wrong) => Err(wrong.clone().into()),
        },
    )
    .await;
    match charged {
        Ok(_) => done(
            &page,
            "It is charged back: the invoice is open again by it.",
        ),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            back_to(&app, &posted.signed, &page, tried).await
        }
    }
}
