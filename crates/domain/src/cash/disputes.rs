//! What is held back for a reason and stays open as a dispute.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::claims::{self, Stated};
use super::confidence::Ground;
use super::context::Context;
use super::decision::Kind;
use super::deductions::with;
use super::doubts::ANOTHER_AMOUNT;
use super::finding::Finding;
use super::index::date_of;
use super::model::ItemKind;
use crate::certificates;

/// A percentage that the text states makes just the shortfall, document by document or of their sum:
/// it stays open as a dispute. Of tax withheld the rates that are known decide.
pub(super) fn claimed_share(
    context: &Context<'_>,
    docs: &[u32],
    (bearer, short): (u32, i64),
) -> Option<Finding> {
    if context.tells_of_tax {
        return None;
    }
    let share = |of: i64, percent: Decimal| {
        let exact = Decimal::from(of) * percent / Decimal::ONE_HUNDRED;
        let rounded = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        rounded.to_i64().unwrap_or(0)
    };
    let disputed = claims::percentages(&context.p.text)
        .into_iter()
        .find_map(|percent| {
            let of_each = docs
                .iter()
                .map(|d| (*d, share(context.doc(*d).open, percent)));
            let of_each: Vec<(u32, i64)> = of_each.filter(|(_, less)| *less > 0).collect();
            let of_all = vec![(bearer, share(context.sum(docs), percent))];
            let makes =
                |parts: &Vec<(u32, i64)>| parts.iter().map(|(_, x)| x).sum::<i64>() == short;
            [of_each, of_all].into_iter().find(makes)
        })?;
    let mut rows = with(context, docs, None);
    let kind = Kind::ShortPayDispute;
    rows.extend(disputed.iter().map(|(d, x)| context.row(*d, -x, kind)));
    let why = "The text states the percentage deducted";
    Some(
        Finding::new(rows, Ground::QuotedLess)
            .because(why)
            .but_if(claims::of_a_credit(context), OWN_MONEY),
    )
}

const OWN_MONEY: &str = "It speaks of money that stood on account";

/// A shortfall that the text claims: it stays open as a dispute, or is the payer's own money.
pub(super) fn claimed(
    context: &Context<'_>,
    docs: &[u32],
    (bearer, short): (u32, i64),
) -> Option<Finding> {
    let this = claims::stated(context, short)? == Stated::This;
    let own = claims::of_a_credit(context);
    let row = if own && this {
        let customer = context.doc(bearer).customer;
        context.customer_row(customer, -short, Kind::OverpaymentOnAccount)
    } else {
        context.row(bearer, -short, Kind::ShortPayDispute)
    };
    let why = if this {
        "The text states the amount deducted"
    } else {
        "The text speaks of a deduction"
    };
    Some(
        Finding::new(with(context, docs, Some(row)), Ground::QuotedLess)
            .because(why)
            .but_if(!this, ANOTHER_AMOUNT)
            .but_if(
                context.adopted && !claims::state(context, short),
                "The payer is unknown",
            )
            .but_if(own, OWN_MONEY),
    )
}

/// Exactly the tax on a sale of which the customer is exempt: a person looks, and credits it.
pub(super) fn on_exempt(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let [only] = docs else { return None };
    let doc = context.doc(*only);
    let held = &context.m.book.customers[doc.customer as usize].exemptions;
    if held.is_empty() || doc.open != doc.amount || doc.kind != ItemKind::Invoice {
        return None;
    }
    let taxed = context.m.book.taxed.get(&doc.id);
    let region = taxed.map_or("", |taxed| &taxed.region);
    let number = context.m.number(doc.id)?;
    let exempting = certificates::exempting(held, date_of(doc.issued), region, number)?;
    let certificate = &exempting.certificate;
    let of_rate = certificate
        .tax_rate
        .and_then(|rate| certificates::tax_within(doc.amount, rate));
    let of_document = taxed.map(|taxed| taxed.gross - taxed.net);
    if of_rate != Some(short) && of_document != Some(short) {
        return None;
    }
    let mut rows = with(context, docs, None);
    rows.push(context.row(*only, -short, Kind::ShortPayDispute));
    let why = format!(
        "Short by exactly the tax, of which certificate {} exempts the customer on the day of the sale",
        certificate.number
    );
    Some(
        Finding::new(rows, Ground::QuotedLess)
            .because(&why)
            .but("Whether the tax is credited is for a person to say"),
    )
}

/// Exactly the discount, but too late and not granted before: it stays open as a dispute.
pub(super) fn refused_discount(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let whole = docs.iter().map(|d| (*d, context.doc(*d)));
    let whole = whole.filter(|(_, doc)| doc.open == doc.amount);
    let offered = |place: usize| -> Vec<(u32, i64)> {
        let of_each = whole.clone();
        of_each
            .filter_map(|(d, doc)| Some((d, doc.discounts().nth(place)?.0)))
            .collect()
    };
    let makes = |taken: &Vec<(u32, i64)>| taken.iter().map(|(_, x)| x).sum::<i64>() == short;
    let taken = [offered(0), offered(1)].into_iter().find_map(|late| {
        let alone = late.iter().copied().filter(|(_, x)| *x == short).collect();
        [late, alone].into_iter().find(makes)
    })?;
    let mut rows = with(context, docs, None);
    rows.extend(
        taken
            .iter()
            .map(|(d, x)| context.row(*d, -x, Kind::ShortPayDispute)),
    );
    Some(Finding::new(rows, Ground::QuotedLess).because(
        "Short by exactly the discount, taken after the days of grace and not granted before",
    ))
}
