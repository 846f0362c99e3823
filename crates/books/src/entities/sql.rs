//! Statements of legal entities.

use domain::ids::EntityId;
use domain::ledger::{Account, Control};
use domain::money::Currency;

use crate::db::{Table, table};
use crate::failure::Fault;
use crate::work::{Entity, Work};

const ENTITY: Table = table!("entity": id Int, code Text, name Text, currency Text, country Text,
    recorded_at At);
pub(crate) const ACCOUNT: Table =
    table!("account": entity_id Int, code Text, name Text, class Text, is_control Int);
pub(crate) const PERSON: Table =
    table!("person": entity_id Int, login Text, name Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&ENTITY, &ACCOUNT, &PERSON];

pub(super) fn all(work: &mut Work<'_>) -> Result<Vec<Entity>, Fault> {
    work.rows(
        "SELECT id, code, name, currency, country FROM entity ORDER BY id",
        &[],
        |row| {
            let currency = row.text(3)?;
            Ok(Entity {
                id: EntityId(row.int(0)?),
                code: row.text(1)?,
                name: row.text(2)?,
                currency: Currency::parse(&currency)
                    .ok_or_else(|| Fault::new(format!("`{currency}` is no currency")))?,
                country: row.text(4)?,
            })
        },
    )
}

pub(super) fn insert(work: &mut Work<'_>, entity: &Entity) -> Result<(), Fault> {
    let now = work.now();
    let row = vec![
        entity.id.0.into(),
        (&entity.code).into(),
        (&entity.name).into(),
        entity.currency.code().into(),
        (&entity.country).into(),
        now.into(),
    ];
    work.connection.insert(&ENTITY, [row])?;
    work.execute(
        "INSERT INTO number_series (entity_id, kind, next)
         VALUES ($1, 'audit_log', 0), ($2, 'moment', 0)",
        &[entity.id.0.into(), entity.id.0.into()],
    )?;
    Ok(())
}

pub(super) fn insert_accounts(work: &mut Work<'_>, chart: &[Account]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = chart.iter().map(|account| {
        vec![
            entity.into(),
            account.code.into(),
            account.name.into(),
            account.class.code().into(),
            i64::from(account.control == Control::Items).into(),
        ]
    });
    work.connection.insert(&ACCOUNT, rows)?;
    Ok(())
}

pub(crate) fn insert_person(work: &mut Work<'_>, login: &str, name: &str) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let row = vec![entity.into(), login.into(), name.into(), now.into()];
    work.connection.insert(&PERSON, [row])?;
    Ok(())
}
