//! What a document says beside its sums: its lines, its instalments, the bank line behind it.

use books::documents::{Paper, ShownItem};
use domain::documents::DocumentLine;
use maud::{Markup, html};

use crate::html::{encoded, sum};

/// Lines, instalments and where the money came from, as far as there are any.
pub(super) fn said(paper: &Paper) -> Markup {
    let discounted = paper.items.iter().any(|item| item.discount.is_some());
    html! {
        @if let Some(line) = paper.line {
            p { a.button href=(format!("/cash/{}", encoded(&line.to_string()))) { "The bank line behind it" } }
        }
        @if !paper.document.lines.is_empty() {
            h2 { "Lines" }
            (lines(&paper.document.lines))
        }
        @if 1 < paper.items.len() || discounted {
            h2 { "Due" }
            (due(&paper.items, discounted))
        }
    }
}

fn lines(lines: &[DocumentLine]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Lines" { table {
            thead { tr {
                th { "What" } th { "Account" } th.number { "Quantity" } th.number { "Price of one" }
                th.number { "Net" } th.number { "Tax %" } th { "Category" } th.number { "Tax" }
            } }
            tbody { @for line in lines { tr {
                td.long[36 < line.description.chars().count()] { (line.description) }
                td { (line.account) }
                td.number { (line.quantity) } td.number { (line.unit_price) }
                td.number { (sum(line.net)) }
                td.number { (line.tax_rate) } td { (line.tax_category) }
                td.number { (sum(line.tax)) }
            } } }
        } }
    }
}

/// What is due when, unsigned like the sums of the document.
fn due(items: &[ShownItem], discounted: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Due" { table {
            thead { tr {
                th { "Due on" } @if discounted { th { "Discount" } }
                th.number { "Amount" } th.number { "Open" }
            } }
            tbody { @for item in items { tr {
                td.date { (item.due_on) }
                @if discounted { td { @if let Some(discount) = item.discount { (discount) } } }
                td.number { (sum(item.amount.abs())) } td.number { (sum(item.open.abs())) }
            } } }
        } }
    }
}
