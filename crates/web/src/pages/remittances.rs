//! Remittance advices: those that came, and one of them with what was read of it and what it
//! explains.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::imports::may_take;
use books::remittances::{self, AdvicePage, FILTERS, JoinedLine, ShownAdvice, WhyNot};
use domain::money::Currency;
use formats::remittance::AdvisedItem;
use maud::{Markup, html};
use serde_json::json;

use crate::app::{App, Door, read};
use crate::html::{empty, encoded, pager, sum, told_amount, words};
use crate::pages::lists::{asked, filters};
use crate::pages::{Drawn, drawn, error_page, one_thing, refused, taken_away};
use crate::problem::Told;
use crate::session::Signed;

/// Where the advices are.
pub(crate) const REMITTANCES: &str = "/remittances";

/// The most signs of its text that the page of an advice shows; the file has all of it.
const MOST_TEXT: usize = 8_000;

/// The advices that came last.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let ask = asked(&query);
    let found = read(&app, Door::Html, &signed.who, move |work| {
        let may_take = may_take(work, "remittances")?;
        Ok((remittances::page(work, &ask)?, work.functional(), may_take))
    })
    .await;
    drawn(
        &signed,
        (None, None),
        found,
        |(page, functional, may_take), _| Drawn {
            title: "Remittance advices".to_owned(),
            place: REMITTANCES,
            actions: html! {
                a.button href="/cash" { "Cash desk" }
                @if *may_take { a.button href="/imports" { "Import advices" } }
            },
            body: list(page, *functional, &query),
        },
    )
}

fn list(page: &AdvicePage, functional: Currency, query: &[(String, String)]) -> Markup {
    let is_narrowed = query.iter().any(|(_, value)| !value.is_empty());
    html! {
        (filters(FILTERS, query))
        @if !page.advices.is_empty() { (table(&page.advices, functional)) }
        @else if page.next.is_none() && !is_narrowed {
            (empty("No advice yet", "Import what payers sent: mails, PDF, XLSX, CSV, EDI 820, remt.001."))
        } @else if page.next.is_none() { (empty("Nothing here", "No other advice is like this.")) }
        @if let Some(day) = page.read_back_to {
            p.keys { @if page.advices.is_empty() { "Nothing found. " }
                "The files were searched back to " (day) "; More searches earlier ones." }
        }
        (pager(REMITTANCES, query, page.next.as_deref()))
    }
}

fn table(advices: &[ShownAdvice], functional: Currency) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Remittance advices" { table {
            thead { tr {
                th.date { "Date" } th { "Payer" } th { "References" } th { "Documents" }
                th.number { "Total" } th { "Explains" }
            } }
            tbody { @for one in advices { tr data-row {
                td.date { (one.on()) }
                td { a href=(path_of(one)) { @if one.from().is_empty() { (own_name(&one.file)) } @else { (one.from()) } } }
                td { (few(&one.advice.payment_references)) }
                td { (few(&documents(one))) }
                td.number { (total(one, functional)) }
                td { (explained(one)) }
            } } }
        } }
    }
}

fn path_of(one: &ShownAdvice) -> String {
    format!("{REMITTANCES}/{}", one.id)
}

/// The name of a file without folders.
fn own_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

fn documents(one: &ShownAdvice) -> Vec<String> {
    let items = one.advice.items.iter();
    items.map(|item| item.document.clone()).collect()
}

/// The first of several texts, and how many more there are.
fn few(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [first, more @ ..] => format!("{first} and {} more", more.len()),
    }
}

/// A sum as the payer wrote it, in groups of three.
fn told(written: Option<impl ToString>, one: &ShownAdvice, functional: Currency) -> Option<String> {
    let currency = one.advice.currency.unwrap_or(functional);
    let money = json!({ "amount": written?.to_string(), "currency": currency.code() });
    Some(told_amount(&money))
}

/// What it announces, or else what its documents make.
fn total(one: &ShownAdvice, functional: Currency) -> Markup {
    let written = one.advice.total.or_else(|| one.made());
    html! { @if let Some(sum) = told(written, one, functional) {
        (sum) " " small { @if let Some(currency) = one.advice.currency { (currency) } }
    } }
}

/// The bank lines that it explains, or why none, in a few words.
fn explained(one: &ShownAdvice) -> Markup {
    html! {
        @for (place, line) in one.joined.iter().enumerate() {
            @if 0 < place { ", " }
            a href=(desk_of(line)) { "payment of " (line.booked_on) } ": "
            (words(&line.outcome).to_lowercase())
        }
        @match &one.why_not {
            None => {},
            Some(WhyNot::NoSum) => "nothing: it states no sum",
            Some(WhyNot::NoPayment { .. }) => "nothing: no payment of its sum",
            Some(WhyNot::Other { line, .. }) => {
                "nothing: " a href=(desk_of(line)) { "payment of " (line.booked_on) } " "
                @match line.outcome.as_str() {
                    "" => "not run yet",
                    "proposed" | "waiting" => "waits",
                    outcome => { (words(outcome).to_lowercase()) " without it" }
                }
            }
        }
    }
}

fn desk_of(line: &JoinedLine) -> String {
    format!("/cash/{}", encoded(&line.name()))
}

fn line_of(line: &JoinedLine) -> Markup {
    html! { a href=(desk_of(line)) {
        "Payment of " (line.booked_on) " over " (sum(line.amount))
    } }
}

fn why_not(why: &WhyNot) -> Markup {
    let text = why.to_string();
    let WhyNot::Other { line, .. } = why else {
        return html! { (text) };
    };
    let name = line.name();
    html! {
        a href=(desk_of(line)) { "the payment" }
        (text.strip_prefix(&name).unwrap_or(&text))
    }
}

/// One advice.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let load = move |work: &mut books::Work<'_>| {
        let found = remittances::one(work, &id)?;
        Ok(found.map(|one| (one, work.functional())))
    };
    one_thing(&app, &signed, (None, None), load, |(one, functional), _| {
        Drawn {
            title: match one.from() {
                "" => "Remittance advice".to_owned(),
                name => format!("Remittance advice of {name}"),
            },
            place: REMITTANCES,
            actions: html! {
                a.button href=(format!("{}/file", path_of(one))) { "Download the file" }
            },
            body: whole(one, *functional),
        }
    })
    .await
}

fn whole(one: &ShownAdvice, functional: Currency) -> Markup {
    html! {
        div.card { (facts(one, functional)) }
        h2 { "Explains" }
        @if let Some(why) = &one.why_not { p { "No bank line: " (why_not(why)) "." } }
        @if !one.joined.is_empty() { ul { @for line in &one.joined {
            li { (line_of(line)) ": " (words(&line.outcome).to_lowercase()) }
        } } }
        h2 { "Documents" }
        @if one.advice.items.is_empty() { p { "It names no document." } }
        @else { (items(one, functional)) }
        (text(&one.advice.text.join("\n")))
    }
}

fn facts(one: &ShownAdvice, functional: Currency) -> Markup {
    let advice = &one.advice;
    let day = |day: Option<domain::calendar::Date>| day.map(|day| day.to_string());
    let sum = |written: Option<String>| {
        let currency = advice.currency.map(|currency| format!(" {currency}"));
        written.map(|written| written + &currency.unwrap_or_default())
    };
    let made = one.made().filter(|made| advice.total != Some(*made));
    let facts = [
        ("Payer", advice.payer_name.clone()),
        ("On behalf of", advice.payer_on_behalf.clone()),
        ("Sender", advice.payer_email.clone()),
        ("Payer's account", advice.payer_account.clone()),
        ("Payer's bank", advice.payer_bank.clone()),
        ("Payee", advice.payee.clone()),
        ("Total", sum(told(advice.total, one, functional))),
        ("Its documents make", sum(told(made, one, functional))),
        ("References", Some(advice.payment_references.join(", "))),
        ("Sent on", day(advice.announced_on)),
        ("Paid on", day(advice.paid_on)),
        ("Received on", Some(one.received_on.to_string())),
        ("Advice number", Some(advice.source_ref.clone())),
    ];
    html! { dl.facts {
        @for (name, value) in facts { @if let Some(value) = value.filter(|value| !value.is_empty()) {
            dt { (name) } dd { (value) }
        } }
        dt { "File" } dd { a href=(format!("{}/file", path_of(one))) { (one.file) } }
    } }
}

/// The documents, as the payer wrote them.
fn items(one: &ShownAdvice, functional: Currency) -> Markup {
    let sum =
        |written: Option<String>| html! { td.number { @if let Some(sum) = written { (sum) } } };
    let items = &one.advice.items;
    let has_dates = items.iter().any(|item| item.issued_on.is_some());
    let takes_off = |item: &AdvisedItem| item.deduction.is_some() || item.reason.is_some();
    let has_deductions = items.iter().any(takes_off);
    html! {
        div.scroll tabindex="0" role="region" aria-label="Documents" { table {
            thead { tr {
                th { "Document" } @if has_dates { th.date { "Issued on" } } th.number { "Gross" }
                @if has_deductions { th.number { "Deduction" } th { "Reason" } }
                th.number { "Paid" } th { "Place" }
            } }
            tbody {
                @for item in items { tr data-row {
                    td { a href=(format!("/search?q={}", encoded(&item.document))) { (item.document) } }
                    @if has_dates { td.date { @if let Some(day) = item.issued_on { (day) } } }
                    (sum(told(item.gross, one, functional)))
                    @if has_deductions {
                        (sum(told(item.deduction, one, functional)))
                        td { (reason(item, one, functional)) }
                    }
                    (sum(told(item.paid, one, functional)))
                    td { (item.place) }
                } }
            }
        } }
    }
}

/// Why something was taken off, and how much for each reason.
fn reason(item: &AdvisedItem, one: &ShownAdvice, functional: Currency) -> Markup {
    html! {
        @if item.parts.is_empty() { @if let Some(reason) = &item.reason { (reason) } }
        @for (place, part) in item.parts.iter().enumerate() {
            @if 0 < place { br; }
            @if let Some(sum) = told(Some(part.amount), one, functional) { (sum) " " }
            (part.reason)
        }
    }
}

/// What the payer wrote beside the documents.
fn text(text: &str) -> Markup {
    let shown: String = text.chars().take(MOST_TEXT).collect();
    html! { @if !text.trim().is_empty() {
        h2 { "Text" }
        div.note { p { (shown.trim()) @if shown.len() < text.len() { " …" } } }
    } }
}

/// The file that brought an advice.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
) -> Response {
    let found = read(&app, Door::Html, &signed.who, move |work| {
        remittances::source(work, &id)
    })
    .await;
    match found {
        Ok(Some((name, content))) => taken_away(own_name(&name), content),
        Ok(None) => error_page(Some(&signed), &Told::not_found()),
        Err(failure) => refused(&signed, failure),
    }
}
