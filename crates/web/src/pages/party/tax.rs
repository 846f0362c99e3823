//! Tax that a customer withheld, and its certificates.

use books::certificates::{self, Entry, Tax};
use books::parties::{self, Handling};
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::documents::Side;
use maud::{Markup, html};

use super::At;
use crate::html::encoded;
use crate::pages::certificates::{ask_form, awaited, register};

/// What the section shows; nothing of a vendor.
#[derive(Default)]
pub(super) struct Facts {
    is_shown: bool,
    taxes: Vec<Tax>,
    entries: Vec<Entry>,
    again_after: u16,
    may_keep: bool,
    today: Date,
    handling: Handling,
}

pub(super) fn load(work: &mut Work<'_>, code: &str, side: Side, today: Date) -> Outcome<Facts> {
    if side == Side::Payable {
        return Ok(Facts::default());
    }
    let mut taxes = certificates::withheld(work, Some(code), today)?;
    taxes.retain(|tax| tax.deducted.awaited().is_positive());
    Ok(Facts {
        is_shown: true,
        taxes,
        entries: certificates::list(work, Some(code))?,
        again_after: certificates::ask_again_after(work)?,
        may_keep: certificates::may_keep(work)?,
        today,
        handling: parties::handling(work, code)?,
    })
}

/// What is awaited, the register, and the ways to ask and to add.
pub(super) fn section(facts: &Facts, code: &str, at: &At<'_>) -> Markup {
    if !facts.is_shown {
        return html! {};
    }
    let back = format!("/parties/{}", encoded(code));
    html! {
        h2 #certificates { "Tax withheld and certificates" }
        @if let Some(rate) = domain::certificates::rate_on(&facts.handling.withholding, facts.today) {
            p { "Withholds " (rate) " % of what is no sales tax." }
        }
        @if facts.taxes.is_empty() { p { "No certificate is awaited." } } @else {
            (awaited(&facts.taxes, facts.again_after, facts.today, false))
            @if facts.may_keep { (ask_form(at.mark, at.tried, Some(code), &back)) }
        }
        @if !facts.entries.is_empty() { (register(&facts.entries, facts.today, false)) }
        @if facts.may_keep {
            p { a.button href=(format!("/certificates/add?party={}", encoded(code))) { "Add a certificate" } }
        }
    }
}
