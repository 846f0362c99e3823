//! What happened about a party, and what is open by age.

use books::parties::{Aged, Event};
use maud::{Markup, html};

use crate::html::{sum, words};

/// The heads of the columns of an aging.
const AGES: [&str; 6] = [
    "Not due",
    "1–30 days",
    "31–60 days",
    "61–90 days",
    "Over 90 days",
    "Unapplied",
];

/// What is open by days past due, each currency in a row.
pub(super) fn aging(aged: &[Aged]) -> Markup {
    html! {
        @if !aged.is_empty() {
            h2 { "Aging" }
            div.scroll tabindex="0" role="region" aria-label="Aging" { table {
                thead { tr { th { "Currency" } @for age in AGES { th.number { (age) } } } }
                tbody { @for (currency, parts) in aged { tr {
                    td { (currency.code()) }
                    @for part in parts { td.number { @if !part.is_zero() { (sum(*part)) } } }
                } } }
            } }
        }
    }
}

/// The latest events.
pub(super) fn history(events: &[Event]) -> Markup {
    html! {
        h2 #history { "History" }
        @if events.is_empty() { p { "Nothing happened yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="History" { table {
                thead { tr { th { "Learned" } th { "Counts" } th { "What" } th { "About" }
                    th.number { "Amount" } th { "By" } th { "Reason" } } }
                tbody { @for event in events { tr {
                    td.date { (event.at.to_string().get(..10).unwrap_or_default()) }
                    td.date { @if let Some(on) = event.on { (on) } }
                    td { (words(&event.what)) }
                    td { @match &event.document {
                        Some(id) => a href=(format!("/documents/{id}")) { (event.subject) },
                        None => (event.subject),
                    } }
                    td.number { @if let Some(amount) = event.amount { (sum(amount)) } }
                    td { (event.actor) } td { (event.reason) }
                } } }
            } }
        }
    }
}
