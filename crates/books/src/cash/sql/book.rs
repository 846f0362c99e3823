//! Statements that load what the matcher knows.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::cash::{Customer, Item, ItemKind, Kind, Taxed};
use domain::ids::PartyId;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::cash::past::discount_of;
use crate::db::Row;
use crate::failure::Fault;
use crate::imports::currency;
use crate::parties;
use crate::work::Work;

pub(in crate::cash) fn customers(work: &mut Work<'_>) -> Result<Vec<(PartyId, Customer)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, code, name, country, email, extra FROM party
         WHERE entity_id = $1 AND is_customer = 1 ORDER BY id",
        &[entity.into()],
        |row| {
            let customer = Customer {
                number: row.text(1)?,
                name: row.text(2)?,
                country: row.text(3)?,
                email: row.text(4)?,
                class: parties::class_of(row.word(5)?),
                ..Customer::default()
            };
            Ok((PartyId(row.int(0)?), customer))
        },
    )
}

/// The rates by which customers withhold tax, the oldest decision first.
pub(in crate::cash) fn withholding(work: &mut Work<'_>) -> Result<Vec<(i64, Rate)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT party_id, valid_from, percent FROM party_withholding
         WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            let percent = row.opt_text(2)?.map(|text| text.parse());
            let percent = percent
                .transpose()
                .map_err(|_| Fault::new("a rate of tax withheld cannot be read"))?;
            Ok((row.int(0)?, (row.date(1)?, percent)))
        },
    )
}

/// A rate in percent and the first day of it; none takes an earlier one back.
pub(in crate::cash) type Rate = (Date, Option<Decimal>);

/// The payment terms of customers, in the order of [`customers`].
pub(in crate::cash) fn terms(work: &mut Work<'_>) -> Result<Vec<String>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT terms FROM party WHERE entity_id = $1 AND is_customer = 1 ORDER BY id",
        &[entity.into()],
        |row| row.text(0),
    )
}

fn pairs(work: &mut Work<'_>, sql: &str) -> Result<Vec<(i64, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(sql, &[entity.into()], |row| Ok((row.int(0)?, row.text(1)?)))
}

pub(in crate::cash) fn parents(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT id, parent_code FROM party
         WHERE entity_id = $1 AND parent_code IS NOT NULL ORDER BY id",
    )
}

pub(in crate::cash) fn party_accounts(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT party_id, number FROM party_bank_account WHERE entity_id = $1
         ORDER BY party_id, number",
    )
}

pub(in crate::cash) fn party_aliases(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT party_id, alias FROM party_alias WHERE entity_id = $1 ORDER BY party_id, alias",
    )
}

/// The receivable documents of customers, open and closed.
pub(in crate::cash) fn items(
    work: &mut Work<'_>,
    by_id: &HashMap<i64, usize>,
    customers: &[Customer],
    asks_for_tax: &[bool],
) -> Result<(Vec<Item>, HashMap<u64, Taxed>), Fault> {
    let entity = work.entity_id();
    let (mut items, mut taxed) = (Vec::new(), HashMap::new());
    let mut known = Currencies::default();
    let later = later_discounts(work)?;
    work.connection.each(
        "SELECT i.id, i.party_id, d.number, d.kind, d.issued_on, i.due_on, i.currency, i.amount,
           i.open_amount, d.purchase_order, d.contract, i.discount_points, i.discount_until,
           d.net, d.gross, d.region
         FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         WHERE i.entity_id = $1 AND i.side = 'receivable' AND i.party_id IS NOT NULL
           AND d.kind IN ('invoice', 'debit_memo', 'credit_memo') AND d.reverses_id IS NULL
         ORDER BY i.id",
        &[entity.into()],
        |row| {
            let Some(customer) = by_id.get(&row.int(1)?) else {
                return Ok(());
            };
            let kind = match row.word(3)? {
                "credit_memo" => ItemKind::CreditMemo,
                "debit_memo" => ItemKind::DebitMemo,
                _ => ItemKind::Invoice,
            };
            let amount = Money::new(row.int(7)?, known.of(row.word(6)?)?);
            let discount = row.opt_int(11)?.zip(row.opt_date(12)?);
            let granted = |(points, until)| discount_of(amount, points, until);
            if asks_for_tax[*customer] {
                let (net, gross) = (row.int(13)?, row.int(14)?);
                // Only an exemption holds in some regions and not in others.
                let region = if customers[*customer].exemptions.is_empty() {
                    String::new()
                } else {
                    row.opt_text(15)?.unwrap_or_default()
                };
                if net != gross || !region.is_empty() {
                    let one = Taxed { net, gross, region };
                    taxed.insert(row.int(0)?.cast_unsigned(), one);
                }
            }
            items.push(Item {
                id: row.int(0)?.cast_unsigned(),
                customer: *customer,
                number: row.text(2)?,
                kind,
                issued: row.date(4)?,
                due: row.date(5)?,
                amount,
                open: Money::new(row.int(8)?, amount.currency()),
                po: row.opt_text(9)?.unwrap_or_default(),
                contract: row.opt_text(10)?.unwrap_or_default(),
                discount: discount.and_then(granted),
                later_discount: later.get(&row.int(0)?).copied().and_then(granted),
            });
            Ok(())
        },
    )?;
    Ok((items, taxed))
}

/// The second discounts of items, of the few that have one.
fn later_discounts(work: &mut Work<'_>) -> Result<HashMap<i64, (i64, Date)>, Fault> {
    let entity = work.entity_id();
    let mut later = HashMap::new();
    work.connection.each(
        "SELECT item_id, points, until FROM later_discount WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            later.insert(row.int(0)?, (row.int(1)?, row.date(2)?));
            Ok(())
        },
    )?;
    Ok(later)
}

/// An order as stored.
pub(in crate::cash) struct OrderRow {
    pub(in crate::cash) party_code: String,
    pub(in crate::cash) numbers: Vec<String>,
    pub(in crate::cash) ordered: Date,
    pub(in crate::cash) amount: Money,
}

pub(in crate::cash) fn orders(work: &mut Work<'_>) -> Result<Vec<OrderRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT party_code, number, proforma_number, ordered_on, currency, amount
         FROM sales_order WHERE entity_id = $1 ORDER BY number",
        &[entity.into()],
        |row| {
            let numbers = [row.text(1)?, row.text(2)?];
            Ok(OrderRow {
                party_code: row.text(0)?,
                numbers: numbers
                    .into_iter()
                    .filter(|number| !number.is_empty())
                    .collect(),
                ordered: row.date(3)?,
                amount: Money::new(row.int(5)?, currency(&row.text(4)?)?),
            })
        },
    )
}

pub(in crate::cash) fn rates(
    work: &mut Work<'_>,
) -> Result<Vec<(Date, Currency, Currency, Decimal)>, Fault> {
    crate::rates::all(work)
}

/// One earlier application as stored.
pub(in crate::cash) struct HistoryRow<'a> {
    pub(in crate::cash) payment_ref: &'a str,
    pub(in crate::cash) paid_on: Date,
    pub(in crate::cash) payer_name: &'a str,
    pub(in crate::cash) payer_account: &'a str,
    pub(in crate::cash) remittance: &'a str,
    pub(in crate::cash) payment: Money,
    pub(in crate::cash) party_code: &'a str,
    pub(in crate::cash) document_number: &'a str,
    pub(in crate::cash) applied: Money,
    pub(in crate::cash) kind: Kind,
    pub(in crate::cash) document_issued_on: Option<Date>,
    pub(in crate::cash) document_due_on: Option<Date>,
    pub(in crate::cash) document_amount: Option<Money>,
}

/// Hands over earlier applications as they were taken in, those of a payment next to each other.
pub(in crate::cash) fn history(
    work: &mut Work<'_>,
    mut take: impl FnMut(HistoryRow<'_>),
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let mut known = Currencies::default();
    work.connection.each(
        "SELECT payment_ref, paid_on, payer_name, payer_account, remittance, payment_amount,
           currency, party_code, document_number, applied_amount, kind, document_issued_on,
           document_due_on, document_amount, document_currency
         FROM past_application WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            let own = known.of(row.word(6)?)?;
            let word = row.word(10)?;
            let kind = Kind::parse(word)
                .ok_or_else(|| Fault::new(format!("`{word}` is no kind of application")))?;
            let document_amount = match row.opt_int(13)?.zip(row.opt_word(14)?) {
                Some((minor, code)) => Some(Money::new(minor, known.of(code)?)),
                None => None,
            };
            take(HistoryRow {
                payment_ref: row.word(0)?,
                paid_on: row.date(1)?,
                payer_name: row.word(2)?,
                payer_account: row.word(3)?,
                remittance: row.word(4)?,
                payment: Money::new(row.int(5)?, own),
                party_code: row.word(7)?,
                document_number: row.word(8)?,
                applied: Money::new(row.int(9)?, own),
                kind,
                document_issued_on: row.opt_date(11)?,
                document_due_on: row.opt_date(12)?,
                document_amount,
            });
            Ok(())
        },
    )
}

/// Currencies by their codes: a book has few, and reading a million codes takes long.
#[derive(Default)]
struct Currencies(Vec<Currency>);

impl Currencies {
    fn of(&mut self, code: &str) -> Result<Currency, Fault> {
        if let Some(known) = self.0.iter().find(|known| known.code() == code) {
            return Ok(*known);
        }
        let read = currency(code)?;
        self.0.push(read);
        Ok(read)
    }
}

/// How payments were applied that stand posted: the best rows of their decisions, by decision.
pub(in crate::cash) fn applied_rows(
    work: &mut Work<'_>,
) -> Result<HashMap<i64, Vec<AppliedRow>>, Fault> {
    let entity = work.entity_id();
    let mut all: HashMap<i64, Vec<AppliedRow>> = HashMap::new();
    work.connection.each(
        "SELECT d.id, p.party_code, p.item_id, p.kind, p.amount, d.currency, p.document_amount,
           p.document_currency, p.document_number
         FROM cash_decision d
         JOIN cash_proposal p ON p.entity_id = d.entity_id AND p.decision_id = d.id AND p.rank = 1
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND n.id IS NULL
           AND d.outcome IN ('applied', 'applied_by_hand', 'on_account', 'unapplied')
         ORDER BY d.id, p.row_number",
        &[entity.into()],
        |row| {
            let own = row.opt_text(7)?.map(|code| currency(&code)).transpose()?;
            let applied = AppliedRow {
                party_code: row.text(1)?,
                item: row.opt_int(2)?,
                number: row.text(8)?,
                kind: row.text(3)?,
                amount: Money::new(row.int(4)?, currency(&row.text(5)?)?),
                document_amount: row
                    .opt_int(6)?
                    .zip(own)
                    .map(|(minor, currency)| Money::new(minor, currency)),
            };
            all.entry(row.int(0)?).or_default().push(applied);
            Ok(())
        },
    )?;
    Ok(all)
}

/// One row of [`applied_rows`].
pub(in crate::cash) struct AppliedRow {
    pub(in crate::cash) party_code: String,
    pub(in crate::cash) item: Option<i64>,
    /// The document's number; empty where none is.
    pub(in crate::cash) number: String,
    pub(in crate::cash) kind: String,
    pub(in crate::cash) amount: Money,
    pub(in crate::cash) document_amount: Option<Money>,
}

/// What applications took off items, signed as those are: what was open more before any.
pub(in crate::cash) fn applied_by_lines(work: &mut Work<'_>) -> Result<HashMap<u64, i64>, Fault> {
    let entity = work.entity_id();
    let mut taken: HashMap<u64, i64> = HashMap::new();
    let mut add = |row: &Row<'_>| {
        *taken.entry(row.int(0)?.cast_unsigned()).or_default() += row.int(1)?;
        Ok(())
    };
    work.connection.each(
        "SELECT debit_item_id, CAST(SUM(debit_amount) AS BIGINT) FROM application
         WHERE entity_id = $1 GROUP BY debit_item_id",
        &[entity.into()],
        &mut add,
    )?;
    work.connection.each(
        "SELECT credit_item_id, CAST(SUM(-credit_amount) AS BIGINT) FROM application
         WHERE entity_id = $1 GROUP BY credit_item_id",
        &[entity.into()],
        &mut add,
    )?;
    Ok(taken)
}
