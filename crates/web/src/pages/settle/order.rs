//! The order of a form: what was ticked and named, and what of it is no cash.

use books::open_items::{Apply, DEDUCTIONS, Settle, With};
use books::{Outcome, Work};
use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::Side;
use domain::money::{Currency, Money};
use domain::settlement::Discount;

use super::{Offered, day, load};
use crate::html::form::InRow;
use crate::pages::reports::NotAValue;
use crate::session::Fields;

/// The order of a form.
pub(super) fn order(
    work: &mut Work<'_>,
    (code, fields): (&str, &Fields),
    today: Date,
) -> Outcome<Apply> {
    let mut order = Apply {
        on: day(fields, today)?,
        settle: Vec::new(),
        with: Vec::new(),
        discount: match fields.get("discount") {
            "in_time" => Discount::InTime,
            "none" => Discount::None,
            text => return Err(NotAValue::of("discount", text).into()),
        },
        excess: None,
    };
    let first = take_items(work, code, fields, &mut order)?;
    take_others(work, fields, &mut order)?;
    for (row, of) in fields.all("taken_of").iter().enumerate() {
        let is_settled = order.settle.iter().any(|one| one.document == *of);
        if !fields.nth("taken_amount", row).is_empty() && !is_settled {
            let what = "Tick the document it is deducted from".to_owned();
            return Err(InRow::of("taken_amount", row, what).into());
        }
    }
    order.excess = match (fields.get("excess"), first) {
        ("", _) => None,
        (text, Some(currency)) => {
            let money = Money::parse(text, currency);
            Some(money.map_err(|_| NotAValue::of("excess", text))?)
        }
        (text, None) => return Err(NotAValue::of("excess", text).into()),
    };
    Ok(order)
}

/// Takes the items that were ticked or given an amount, found again among what is open; answers
/// with the currency of the first that is settled.
fn take_items(
    work: &mut Work<'_>,
    code: &str,
    fields: &Fields,
    order: &mut Apply,
) -> Outcome<Option<Currency>> {
    let facts = load(work, code)?;
    let offered = facts.map(|facts| facts.items).unwrap_or_default();
    let mut first = None;
    for (row, id) in fields.all("item").iter().enumerate() {
        let typed = fields.nth("amount", row);
        if typed.is_empty() && !fields.all("take").contains(id) {
            continue;
        }
        let item = offered.iter().find(|item| item.id == *id);
        let item =
            item.ok_or_else(|| InRow::of("amount", row, "This is no longer open".to_owned()))?;
        let amount = amount(("amount", row), typed, item.open.currency())?;
        let document = item.id.clone();
        if item.is_settled() {
            first = first.or(Some(item.open.currency()));
            order.settle.push(Settle {
                document,
                amount,
                deductions: deductions(fields, item)?,
            });
        } else {
            order.with.push(With { document, amount });
        }
    }
    Ok(first)
}

/// Takes the documents that were named.
fn take_others(work: &mut Work<'_>, fields: &Fields, order: &mut Apply) -> Outcome<()> {
    for (row, number) in fields.all("other").iter().enumerate() {
        let (document, typed) = (number.trim().to_owned(), fields.nth("other_amount", row));
        if document.is_empty() {
            continue;
        }
        let shown = books::documents::show(work, &document)?;
        let currency = shown.document.gross.currency();
        let amount = amount(("other_amount", row), typed, currency)?;
        match fields.nth("other_role", row) {
            "settle" => order.settle.push(Settle {
                document,
                amount,
                deductions: Vec::new(),
            }),
            "with" => order.with.push(With { document, amount }),
            text => return Err(NotAValue::of("other_role", text).into()),
        }
    }
    Ok(())
}

/// An amount of a row; none where it is empty.
fn amount(
    (name, row): (&'static str, usize),
    text: &str,
    currency: Currency,
) -> Outcome<Option<Money>> {
    if text.is_empty() {
        return Ok(None);
    }
    let money = Money::parse(text, currency);
    Ok(Some(money.map_err(|_| {
        InRow::of(name, row, format!("`{text}` is no amount"))
    })?))
}

/// What of an item is no cash.
fn deductions(fields: &Fields, item: &Offered) -> Outcome<Vec<Deduction>> {
    let mut all = Vec::new();
    for (row, of) in fields.all("taken_of").iter().enumerate() {
        let text = fields.nth("taken_amount", row);
        let amount = amount(("taken_amount", row), text, item.open.currency())?;
        let Some(amount) = amount.filter(|_| *of == item.id) else {
            continue;
        };
        let word = fields.nth("taken_kind", row);
        let known = DEDUCTIONS.iter().find(|(known, ..)| *known == word);
        let (_, receivable, payable) = known.ok_or_else(|| NotAValue::of("taken_kind", word))?;
        let kind = match item.side {
            Side::Receivable => *receivable,
            Side::Payable => *payable,
        };
        all.push(Deduction { kind, amount });
    }
    Ok(all)
}
