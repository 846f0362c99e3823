//! Statements of exchange rates and valuations.

use std::str::FromStr;

use domain::calendar::Date;
use domain::ids::{EntryId, ItemId, PartyId};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::db::{Table, table};
use crate::failure::Fault;
use crate::imports::currency;
use crate::rates::Unvalued;
use crate::work::Work;

const ITEM_VALUATION: Table =
    table!("item_valuation": entity_id Int, item_id Int, entry_id Int, functional Int);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&ITEM_VALUATION];

pub(crate) fn all(work: &mut Work<'_>) -> Result<Vec<(Date, Currency, Currency, Decimal)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT rate_on, from_currency, to_currency, rate FROM exchange_rate
         WHERE entity_id = $1 ORDER BY rate_on",
        &[entity.into()],
        |row| {
            let rate = row.text(3)?;
            let rate = Decimal::from_str(&rate)
                .map_err(|_| Fault::new(format!("`{rate}` is no exchange rate")))?;
            Ok((
                row.date(0)?,
                currency(&row.text(1)?)?,
                currency(&row.text(2)?)?,
                rate,
            ))
        },
    )
}

pub(super) fn unvalued_items(work: &mut Work<'_>) -> Result<Vec<Unvalued>, Fault> {
    let entity = work.entity_id();
    let functional = work.functional();
    work.rows(
        "SELECT i.id, i.party_id, i.account, i.currency, i.amount, i.opened_on
         FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         LEFT JOIN item_valuation v ON v.entity_id = i.entity_id AND v.item_id = i.id
         WHERE i.entity_id = $1 AND i.currency <> $2 AND i.functional = 0 AND i.amount <> 0
           AND d.origin = 'opening' AND v.item_id IS NULL AND i.open_amount = i.amount
         ORDER BY i.id",
        &[entity.into(), functional.code().into()],
        |row| {
            Ok(Unvalued {
                item: ItemId(row.int(0)?),
                party: row.opt_int(1)?.map(PartyId),
                account: row.text(2)?,
                amount: Money::new(row.int(4)?, currency(&row.text(3)?)?),
                opened_on: row.date(5)?,
            })
        },
    )
}

pub(super) fn insert_valuations(
    work: &mut Work<'_>,
    valuations: &[(ItemId, EntryId, Money)],
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = valuations.iter().map(|(item, entry, value)| {
        vec![
            entity.into(),
            item.0.into(),
            entry.0.into(),
            value.minor().into(),
        ]
    });
    work.connection.insert(&ITEM_VALUATION, rows)?;
    let mut moves: Vec<(i64, Vec<i64>)> = valuations
        .iter()
        .map(|(item, _, value)| (item.0, vec![value.minor()]))
        .collect();
    moves.sort_unstable();
    work.connection
        .add_to("open_item", entity, &["open_functional"], &moves)?;
    Ok(())
}
