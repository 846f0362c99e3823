//! Earlier payments as persons posted them elsewhere, one for each payment reference.
//!
//! Each text is written down once: a large book's history has more rows than its open documents.

use std::collections::HashMap;

use domain::calendar::{Date, PaymentTerms};
use domain::cash::{Discount, Item, ItemKind, Kind, PastPayment, PastRow};
use domain::money::{Money, Rounding};
use domain::open_items::DiscountTerms;
use rust_decimal::Decimal;

use crate::cash::load::ELSEWHERE;
use crate::cash::sql;
use crate::failure::Fault;
use crate::work::Work;

/// One application of an earlier payment.
struct Line {
    customer: Option<usize>,
    number: Box<str>,
    applied: Money,
    kind: Kind,
    issued: Option<Date>,
    due: Option<Date>,
    amount: Option<Money>,
}

/// A payment and its applications, as they are stored next to each other.
struct Stored {
    reference: Box<str>,
    payment: PastPayment,
    lines: Vec<Line>,
}

/// Earlier payments in their order; documents that only they know become closed items, so that
/// duplicates and returns are recognised.
pub(super) fn payments(
    work: &mut Work<'_>,
    by_code: &HashMap<&str, usize>,
    terms: &[Option<PaymentTerms>],
    items: &mut Vec<Item>,
) -> Result<Vec<PastPayment>, Fault> {
    let stored = stored(work, by_code)?;
    let Documents { places, mut ids } = Documents::of(&stored, items);
    let mut next = ELSEWHERE;
    let mut all: Vec<PastPayment> = Vec::with_capacity(stored.len());
    let mut last: Option<Box<str>> = None;
    let mut places = places.into_iter();
    for Stored {
        reference,
        payment,
        lines,
    } in stored
    {
        let booked = payment.booked;
        if last.as_ref() != Some(&reference) {
            last = Some(reference);
            all.push(PastPayment {
                rows: Vec::with_capacity(lines.len()),
                ..payment
            });
        }
        for (line, place) in lines.iter().zip(&mut places) {
            let item = place.and_then(|place| ids.get_mut(place));
            let item = item.map(|item| {
                *item.get_or_insert_with(|| {
                    next += 1;
                    items.push(closed(next, line, booked, terms));
                    next
                })
            });
            if let Some(payment) = all.last_mut() {
                payment.rows.push(PastRow {
                    customer: line.customer,
                    item,
                    amount: line.applied,
                    kind: line.kind,
                });
            }
        }
    }
    Ok(all)
}

/// What is stored, by day and reference.
fn stored(work: &mut Work<'_>, by_code: &HashMap<&str, usize>) -> Result<Vec<Stored>, Fault> {
    let mut all: Vec<Stored> = Vec::new();
    sql::history(work, |row| {
        let line = Line {
            customer: by_code.get(row.party_code).copied(),
            number: row.document_number.into(),
            applied: row.applied,
            kind: row.kind,
            issued: row.document_issued_on,
            due: row.document_due_on,
            amount: row.document_amount,
        };
        match all.last_mut() {
            Some(last) if last.is_of(&row) => last.lines.push(line),
            Some(_) | None => all.push(Stored {
                reference: row.payment_ref.into(),
                payment: PastPayment {
                    booked: row.paid_on,
                    payer: row.payer_name.to_owned(),
                    account: row.payer_account.to_owned(),
                    text: row.remittance.to_owned(),
                    amount: row.payment,
                    rows: Vec::new(),
                },
                lines: vec![line],
            }),
        }
    })?;
    all.sort_by(|a, b| {
        let key = |one: &Stored| one.payment.booked;
        key(a)
            .cmp(&key(b))
            .then_with(|| a.reference.cmp(&b.reference))
    });
    Ok(all)
}

impl Stored {
    /// Is it the payment of this row?
    fn is_of(&self, row: &sql::HistoryRow<'_>) -> bool {
        *self.reference == *row.payment_ref && self.payment.booked == row.paid_on
    }
}

impl Line {
    /// Which document it speaks of.
    fn key(&self) -> Option<(usize, &str)> {
        let customer = self.customer.filter(|_| !self.number.is_empty())?;
        Some((customer, &self.number))
    }
}

/// The documents of which the history speaks: few of a large book.
struct Documents {
    /// Which of them each line means, in the order of the lines.
    places: Vec<Option<usize>>,
    /// Their items in these books; none where only the history knows the document.
    ids: Vec<Option<u64>>,
}

impl Documents {
    fn of(stored: &[Stored], items: &[Item]) -> Documents {
        let mut known: HashMap<(usize, &str), usize> = HashMap::new();
        let mut place = |key| {
            let next = known.len();
            *known.entry(key).or_insert(next)
        };
        let lines = stored.iter().flat_map(|one| &one.lines);
        let places = lines.map(|line| line.key().map(&mut place)).collect();
        let mut ids = vec![None; known.len()];
        for item in items {
            if let Some(place) = known.get(&(item.customer, item.number.as_str())) {
                ids[*place] = Some(item.id);
            }
        }
        Documents { places, ids }
    }
}

/// A document that only the history knows.
fn closed(id: u64, line: &Line, paid_on: Date, terms: &[Option<PaymentTerms>]) -> Item {
    let customer = line.customer.unwrap_or_default();
    let amount = line.amount.unwrap_or(line.applied);
    let offered = discounts_of(terms.get(customer), line.issued);
    let mut offered = offered.into_iter().flat_map(DiscountTerms::steps);
    let mut next = || {
        let step = offered.next().filter(|_| amount.is_positive())?;
        discount_of(amount, step.basis_points, step.until)
    };
    let (discount, later_discount) = (next(), next());
    Item {
        id,
        customer,
        number: line.number.to_string(),
        kind: if line.kind == Kind::CreditMemoTaken {
            ItemKind::CreditMemo
        } else {
            ItemKind::Invoice
        },
        issued: line.issued.unwrap_or(paid_on),
        due: line.due.unwrap_or(paid_on),
        amount,
        open: Money::zero(amount.currency()),
        po: String::new(),
        contract: String::new(),
        discount,
        later_discount,
    }
}

/// The discounts that a closed document had offered, by its customer's terms.
fn discounts_of(
    terms: Option<&Option<PaymentTerms>>,
    issued: Option<Date>,
) -> Option<DiscountTerms> {
    let terms = terms?.as_ref()?;
    DiscountTerms::offered(terms.discounts(issued?))
}

/// What a discount takes off a document.
pub(super) fn discount_of(amount: Money, basis_points: i64, until: Date) -> Option<Discount> {
    let share = Decimal::new(basis_points, 4);
    let amount = amount.times(share, Rounding::HalfUp).ok()?;
    Some(Discount { amount, until })
}
