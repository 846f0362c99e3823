//! One certificate: what it says, its paper, what it covers.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::certificates::{self, Covered, Entry, Tax};
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::ids::CertificateId;
use domain::money::Money;
use maud::{Markup, html};

use crate::app::{App, Door, read, write};
use crate::html::{Form, Tried, amount, csrf, encoded, form, sum, words};
use crate::pages::reports::NotAValue;
use crate::pages::{Above, Drawn, done, error_page, one_thing, refused, taken_away};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

struct Facts {
    entry: Entry,
    covers: Vec<Covered>,
    /// What it could cover.
    awaited: Vec<Tax>,
    may_keep: bool,
    today: Date,
}

fn load(work: &mut Work<'_>, id: CertificateId, today: Date) -> Outcome<Facts> {
    let (entry, covers) = certificates::show(work, id)?;
    let mut awaited = certificates::withheld(work, Some(&entry.party), today)?;
    let certificate = &entry.held.certificate;
    awaited.retain(|tax| {
        let one = &tax.deducted;
        let currency = certificate.amount.map(Money::currency);
        one.awaited().is_positive()
            && certificate.holds_on(one.on)
            && currency == Some(one.withheld.currency())
    });
    Ok(Facts {
        entry,
        covers,
        awaited,
        may_keep: certificates::may_keep(work)?,
        today,
    })
}

/// The page.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &id, (fields.told(), None)).await
}

async fn page(app: &Arc<App>, signed: &Signed, id: &str, above: Above<'_>) -> Response {
    let Ok(id) = id.parse::<CertificateId>() else {
        return error_page(Some(signed), &Told::not_found());
    };
    let today = app.today();
    let load = move |work: &mut Work<'_>| load(work, id, today).map(Some);
    one_thing(app, signed, above, load, |facts, (mark, tried)| Drawn {
        title: format!("Certificate {}", facts.entry.held.certificate.number),
        place: "/certificates",
        actions: html! {},
        body: render(facts, mark, tried),
    })
    .await
}

fn render(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    let id = facts.entry.held.id;
    let is_of_tax = facts.entry.held.free().is_some();
    let can_act = facts.may_keep && facts.entry.withdrawn.is_none();
    html! {
        (says(&facts.entry, facts.today))
        @if is_of_tax {
            h2 #covers { "Covers" }
            @if facts.covers.is_empty() { p { "Nothing yet." } }
            @else { (covers(facts, mark, tried)) }
        }
        @let free = facts.entry.held.free().is_some_and(Money::is_positive);
        @if can_act && free { (cover(facts, mark, tried)) }
        @if can_act {
            @let to = format!("/certificates/{id}/withdraw");
            @let form = Form::to(&to, tried);
            details open[form.is_tried()] {
                summary { "Withdraw the certificate" }
                form.inline method="post" action=(to) {
                    (csrf(mark))
                    (form.input(form::text("Reason", "reason", 28).needed()))
                    button { "Withdraw" }
                    (form.refusal())
                }
            }
        }
    }
}

fn says(entry: &Entry, today: Date) -> Markup {
    let certificate = &entry.held.certificate;
    html! {
        div.card { dl.facts {
            dt { "Kind" } dd { (words(certificate.kind.code())) }
            dt { "Customer" } dd {
                a href=(format!("/customers/{}", encoded(&entry.party))) { (entry.name) } }
            dt { "Authority" } dd { (certificate.authority) }
            dt { "Country" } dd { (certificate.country)
                @if !certificate.region.is_empty() { ", " (certificate.region) } }
            dt { "Issued on" } dd { (certificate.issued_on) }
            dt { "Period" } dd { "from " (certificate.valid_from)
                @if let Some(until) = certificate.valid_until { " until " (until) } }
            @if let Some(amount) = certificate.amount { dt { "Amount" } dd { (sum(amount)) } }
            @if let Some(free) = entry.held.free() { dt { "Free" } dd { (sum(free)) } }
            @if let Some(rate) = certificate.tax_rate { dt { "Rate" } dd { (rate) " %" } }
            @if !certificate.only_for.is_empty() {
                dt { "Only for" } dd { a href=(format!("/search?q={}", encoded(&certificate.only_for))) {
                    (certificate.only_for) } }
            }
            dt { "State" } dd { (words(entry.state(today))) }
            @if let Some(reason) = &entry.withdrawn { dt { "Withdrawn" } dd.bad { (reason) } }
            dt { "Kept" } dd { "by " (entry.actor) ", " (crate::html::moment(&entry.recorded_at.to_string())) }
            @if let Some((name, hash)) = &entry.file {
                dt { "Paper" } dd { a href=(format!("/certificates/{}/paper", entry.held.id)) { (name) } }
                dt { "SHA-256" } dd.mono { (hash) }
            }
        } }
    }
}

fn covers(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    let to = format!("/certificates/{}/uncover", facts.entry.held.id);
    let can_act = facts.may_keep && facts.entry.withdrawn.is_none();
    let form = Form::to(&to, tried);
    html! {
        div.scroll tabindex="0" role="region" aria-label="What it covers" { table {
            thead { tr { th { "Tax withheld" } th.date { "Withheld on" } th.number { "Covers" }
                @if can_act { th { "" } } } }
            tbody { @for cover in &facts.covers { tr {
                td { a href=(format!("/documents/{}", cover.document)) { (cover.document_number) } }
                td.date { (cover.on) }
                td.number { (amount(cover.amount)) " " small { (cover.amount.currency()) } }
                @if can_act { td {
                    form.inline method="post" action=(to) {
                        (csrf(mark))
                        input type="hidden" name="document" value=(cover.document);
                        button.quiet aria-label=(format!("Undo the cover of {}", cover.document_number)) {
                            "Undo" }
                    }
                } }
            } } }
        } }
        (form.refusal())
    }
}

/// The form that covers something by hand, and the button that covers what fits.
fn cover(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    let to = format!("/certificates/{}/cover", facts.entry.held.id);
    let form = Form::to(&to, tried);
    html! {
        @if facts.awaited.is_empty() && !form.is_tried() {
            p { "Nothing awaited is dated in its period." }
        } @else {
            form.inline method="post" action=(to) {
                (csrf(mark))
                (form.input(form::Input { list: "awaited", ..form::text("Tax withheld, what fits when empty", "document", 14) }))
                (form.input(form::sum_field("Amount, as much as fits when empty", "amount")))
                button { "Cover" }
                (form.refusal())
            }
            datalist #awaited { @for tax in &facts.awaited {
                option value=(tax.deducted.number) {
                    (tax.deducted.on) ", " (amount(tax.deducted.awaited())) " awaited" }
            } }
        }
    }
}

/// The paper as it came.
pub(crate) async fn paper(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<CertificateId>() else {
        return error_page(Some(&signed), &Told::not_found());
    };
    let found = read(&app, Door::Html, &signed.who, move |work| {
        certificates::paper(work, id)
    })
    .await;
    match found {
        Ok((name, content)) => taken_away(&name, content),
        Err(failure) => refused(&signed, failure),
    }
}

/// What is to become of a certificate.
enum Wanted {
    Cover(Vec<(String, Option<String>)>),
    Uncover(String),
    Withdraw(String),
}

/// Covers, takes cover back, or withdraws.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let Ok(key) = id.parse::<CertificateId>() else {
        return error_page(Some(&posted.signed), &Told::not_found());
    };
    let text = |name: &str| posted.get(name).to_owned();
    let wanted = match verb.as_str() {
        "cover" if text("document").is_empty() => Wanted::Cover(Vec::new()),
        "cover" => {
            let amount = Some(text("amount")).filter(|amount| !amount.is_empty());
            Wanted::Cover(vec![(text("document"), amount)])
        }
        "uncover" => Wanted::Uncover(text("document")),
        "withdraw" => Wanted::Withdraw(text("reason")),
        _ => return error_page(Some(&posted.signed), &Told::not_found()),
    };
    let acted = write(
        &app,
        Door::Html,
        &posted.signed.who,
        "",
        move |work| match &wanted {
            Wanted::Cover(named) => covered(work, key, named),
            Wanted::Uncover(document) => certificates::uncover(work, key, document)
                .map(|()| "The deduction is released.".to_owned()),
            Wanted::Withdraw(reason) => certificates::withdraw(work, key, reason)
                .map(|()| "The certificate is withdrawn.".to_owned()),
        },
    )
    .await;
    let path = format!("/certificates/{id}");
    match acted {
        Ok(told) => done(&path, &told),
        Err(failure) => {
            let tried = Tried::of(&format!("{path}/{verb}"), &posted, failure);
            page(&app, &posted.signed, &id, (None, Some(&tried))).await
        }
    }
}

/// Covers what is named, amounts being in the certificate's currency.
fn covered(
    work: &mut Work<'_>,
    id: CertificateId,
    named: &[(String, Option<String>)],
) -> Outcome<String> {
    let (entry, _) = certificates::show(work, id)?;
    let currency = entry.held.certificate.amount.map(Money::currency);
    let sum = |text: &Option<String>| match (text, currency) {
        (Some(text), Some(currency)) => Money::parse(text, currency)
            .map(Some)
            .map_err(|_| NotAValue::of("amount", text)),
        _ => Ok(None),
    };
    let mut documents = Vec::with_capacity(named.len());
    for (document, amount) in named {
        documents.push((document.clone(), sum(amount)?));
    }
    let covers = certificates::cover(work, id, &documents)?;
    Ok(match covers.len() {
        0 => "It covers nothing more: nothing awaited fits.".to_owned(),
        1 => format!("It covers {}.", covers[0].document_number),
        count => format!("It covers {count} deductions."),
    })
}
