//! Statements of open items and applications. What they insert goes through the ledger's door.

use std::collections::HashMap;

use domain::documents::Side;
use domain::ids::{ApplicationId, DocumentId, EntryId, ItemId, PartyId};
use domain::money::Money;
use domain::open_items::{
    Application, DiscountStep, DiscountTerms, ItemState, OpenItem, StandingApplication,
};

use crate::db::{Row, Value};
use crate::documents::AppliedHere;
use crate::documents::sql::kind;
use crate::failure::Fault;
use crate::imports::currency;
use crate::open_items::load::Items;
use crate::work::Work;

macro_rules! item_columns {
    () => {
        "i.id, i.document_id, i.side, i.party_id, i.account, i.currency, i.amount,
            i.functional, i.opened_on, i.due_on, i.discount_points, i.discount_until,
            i.open_amount, i.open_functional,
            (SELECT MAX(u.applied_on) FROM application u WHERE u.entity_id = i.entity_id
                AND u.debit_item_id = i.id AND u.undoes_id IS NOT NULL),
            (SELECT MAX(u.applied_on) FROM application u WHERE u.entity_id = i.entity_id
                AND u.credit_item_id = i.id AND u.undoes_id IS NOT NULL),
            (SELECT l.points FROM later_discount l WHERE l.entity_id = i.entity_id
                AND l.item_id = i.id),
            (SELECT l.until FROM later_discount l WHERE l.entity_id = i.entity_id
                AND l.item_id = i.id)"
    };
}

macro_rules! states {
    ($after:literal) => {
        concat!(
            "SELECT ",
            item_columns!(),
            ", d.kind, d.number
             FROM open_item i
             JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
             WHERE i.entity_id = $1 AND i.id IN (/*keys*/) ORDER BY i.id",
            $after
        )
    };
}

pub(super) const LOCKED: &str = states!("/*lock*/");
pub(super) const LOOKED_AT: &str = states!("");

pub(super) fn states(
    work: &mut Work<'_>,
    items: &[ItemId],
    sql: &'static str,
) -> Result<Items, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let keys = sorted_keys(items);
    let mut found = Items::default();
    work.connection
        .each_in(sql, &[entity.into()], &keys, |row| {
            let state = state(row, functional)?;
            let id = state.item.id;
            found.kinds.insert(id, kind(&row.text(18)?)?);
            found.numbers.insert(id, row.text(19)?);
            found.states.insert(id, state);
            Ok(())
        })?;
    Ok(found)
}

const LOCKED_ALONE: &str = concat!(
    "SELECT ",
    item_columns!(),
    " FROM open_item i WHERE i.entity_id = $1 AND i.id IN (/*keys*/) ORDER BY i.id/*lock*/"
);

/// Items by id without their documents, locked in key order until the work commits.
pub(crate) fn lock(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<HashMap<ItemId, ItemState>, Fault> {
    work.gate()?;
    let (entity, functional) = (work.entity_id(), work.functional());
    let keys = sorted_keys(items);
    let mut states = HashMap::with_capacity(keys.len());
    work.connection
        .each_in(LOCKED_ALONE, &[entity.into()], &keys, |row| {
            let state = state(row, functional)?;
            states.insert(state.item.id, state);
            Ok(())
        })?;
    Ok(states)
}

fn sorted_keys(items: &[ItemId]) -> Vec<Value<'static>> {
    let mut keys: Vec<i64> = items.iter().map(|item| item.0).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(Value::Int).collect()
}

fn state(row: &Row<'_>, functional: domain::money::Currency) -> Result<ItemState, Fault> {
    let side = row.text(2)?;
    let currency = currency(&row.text(5)?)?;
    let step = |points, until| -> Result<Option<DiscountStep>, Fault> {
        let both = row.opt_int(points)?.zip(row.opt_date(until)?);
        Ok(both.map(|(basis_points, until)| DiscountStep {
            basis_points,
            until,
        }))
    };
    let later = step(16, 17)?;
    let discount = step(10, 11)?.map(|first| DiscountTerms { first, later });
    let item = OpenItem {
        id: ItemId(row.int(0)?),
        document: DocumentId(row.int(1)?),
        side: Side::parse(&side).ok_or_else(|| Fault::new(format!("`{side}` is no side")))?,
        party: row.opt_int(3)?.map(PartyId),
        account: std::borrow::Cow::Owned(row.text(4)?),
        amount: Money::new(row.int(6)?, currency),
        functional: Money::new(row.int(7)?, functional),
        opened_on: row.date(8)?,
        due_on: row.date(9)?,
        discount,
    };
    let undone_on = row.opt_date(14)?.max(row.opt_date(15)?);
    Ok(ItemState {
        open: Money::new(row.int(12)?, currency),
        open_functional: Money::new(row.int(13)?, functional),
        settles_from: item.opened_on.max(undone_on.unwrap_or(item.opened_on)),
        item,
    })
}

/// Applications that nobody took back.
const STANDING: &str = "
    SELECT a.id, a.debit_item_id, a.credit_item_id, a.debit_amount, a.credit_amount,
        a.debit_functional, a.credit_functional, a.applied_on, a.entry_id, a.recorded_at,
        d.currency, c.currency, o.kind,
        (SELECT MAX(q.id) FROM cash_decision_document x
            JOIN cash_decision q ON q.entity_id = x.entity_id AND q.id = x.decision_id
            WHERE x.entity_id = c.entity_id AND x.document_id = c.document_id
                AND q.recorded_at = a.recorded_at)
    FROM application a
    JOIN open_item d ON d.entity_id = a.entity_id AND d.id = a.debit_item_id
    JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
    JOIN document o ON o.entity_id = c.entity_id AND o.id = c.document_id
    WHERE a.entity_id = $1 AND a.undoes_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM application u
            WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id)";

/// Which end of an application an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// What is settled with a credit.
    Debit,
    /// What settles a debit.
    Credit,
}

/// Standing applications that have one of the items on one of the ends, oldest first.
pub(crate) fn standing(
    work: &mut Work<'_>,
    items: &[ItemId],
    ends: &[End],
) -> Result<Vec<StandingApplication>, Fault> {
    let keys = sorted_keys(items);
    let mut all = Vec::new();
    for end in ends {
        let column = match end {
            End::Debit => "debit_item_id",
            End::Credit => "credit_item_id",
        };
        read_standing(work, column, &keys, &mut all)?;
    }
    Ok(in_order(all))
}

/// Standing applications by their ids.
pub(super) fn standing_by_id(
    work: &mut Work<'_>,
    ids: &[ApplicationId],
) -> Result<Vec<StandingApplication>, Fault> {
    let keys: Vec<Value<'_>> = ids.iter().map(|id| Value::from(id.0)).collect();
    let mut all = Vec::new();
    read_standing(work, "id", &keys, &mut all)?;
    Ok(in_order(all))
}

/// The oldest first, each once: padded key lists may answer a row twice, both ends may name it.
fn in_order(mut all: Vec<StandingApplication>) -> Vec<StandingApplication> {
    all.sort_by_key(|one| one.application.id);
    all.dedup_by_key(|one| one.application.id);
    all
}

fn read_standing(
    work: &mut Work<'_>,
    column: &str,
    keys: &[Value<'_>],
    all: &mut Vec<StandingApplication>,
) -> Result<(), Fault> {
    let sql = format!("{STANDING} AND a.{column} IN (/*keys*/)");
    let (entity, functional) = (work.entity_id(), work.functional());
    work.connection
        .each_in(&sql, &[entity.into()], keys, |row| {
            let (debit, credit) = (currency(&row.text(10)?)?, currency(&row.text(11)?)?);
            all.push(StandingApplication {
                application: Application {
                    id: ApplicationId(row.int(0)?),
                    debit: ItemId(row.int(1)?),
                    credit: ItemId(row.int(2)?),
                    debit_amount: Money::new(row.int(3)?, debit),
                    credit_amount: Money::new(row.int(4)?, credit),
                    debit_functional: Money::new(row.int(5)?, functional),
                    credit_functional: Money::new(row.int(6)?, functional),
                    applied_on: row.date(7)?,
                    entry: row.opt_int(8)?.map(EntryId),
                    undoes: None,
                },
                credit_kind: kind(&row.text(12)?)?,
                recorded: row.at(9)?.as_microsecond(),
                decision: row.opt_int(13)?,
            });
            Ok(())
        })
}

const HERE_DEBIT: &str = "
    SELECT a.id, a.applied_on, o.kind, o.number, a.debit_amount, i.currency, a.undoes_id,
        (SELECT COUNT(*) FROM application u WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id)
    FROM application a
    JOIN open_item i ON i.entity_id = a.entity_id AND i.id = a.debit_item_id
    JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
    JOIN document o ON o.entity_id = a.entity_id AND o.id = c.document_id
    WHERE a.entity_id = $1 AND a.debit_item_id IN (/*keys*/)";
const HERE_CREDIT: &str = "
    SELECT a.id, a.applied_on, o.kind, o.number, a.credit_amount, i.currency, a.undoes_id,
        (SELECT COUNT(*) FROM application u WHERE u.entity_id = a.entity_id AND u.undoes_id = a.id)
    FROM application a
    JOIN open_item i ON i.entity_id = a.entity_id AND i.id = a.credit_item_id
    JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.debit_item_id
    JOIN document o ON o.entity_id = a.entity_id AND o.id = c.document_id
    WHERE a.entity_id = $1 AND a.credit_item_id IN (/*keys*/)";

pub(super) fn applied_here(
    work: &mut Work<'_>,
    items: &[ItemId],
) -> Result<Vec<AppliedHere>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = items.iter().map(|item| Value::from(item.0)).collect();
    let mut all = Vec::new();
    for sql in [HERE_DEBIT, HERE_CREDIT] {
        work.connection
            .each_in(sql, &[entity.into()], &keys, |row| {
                all.push(AppliedHere {
                    id: ApplicationId(row.int(0)?),
                    on: row.date(1)?,
                    kind: kind(&row.text(2)?)?,
                    number: row.text(3)?,
                    amount: Money::new(row.int(4)?, currency(&row.text(5)?)?),
                    is_undone: row.opt_int(6)?.is_some() || 0 < row.int(7)?,
                });
                Ok(())
            })?;
    }
    all.sort_by_key(|one| one.id);
    all.dedup_by_key(|one| one.id);
    Ok(all)
}

pub(super) fn party_code(work: &mut Work<'_>, party: PartyId) -> Result<String, Fault> {
    let entity = work.entity_id();
    let code = work.row(
        "SELECT code FROM party WHERE entity_id = $1 AND id = $2",
        &[entity.into(), party.0.into()],
        |row| row.text(0),
    )?;
    Ok(code.unwrap_or_default())
}

/// Parties by their codes; a code that nobody has is left out.
pub(super) fn party_ids(
    work: &mut Work<'_>,
    codes: &[&str],
) -> Result<HashMap<String, PartyId>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = codes.iter().map(|code| Value::from(*code)).collect();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT code, id FROM party WHERE entity_id = $1 AND code IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(row.text(0)?, PartyId(row.int(1)?));
            Ok(())
        },
    )?;
    Ok(found)
}

/// The open items of a party.
pub(super) fn open_of_party(work: &mut Work<'_>, party: PartyId) -> Result<Vec<ItemId>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id FROM open_item WHERE entity_id = $1 AND party_id = $2 AND open_amount <> 0
         ORDER BY id",
        &[entity.into(), party.0.into()],
        |row| Ok(ItemId(row.int(0)?)),
    )
}
