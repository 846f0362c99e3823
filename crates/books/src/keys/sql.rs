//! Statements over every sealed text.

use crate::failure::Fault;
use crate::keys::sealed::Kept;
use crate::work::Work;

/// Where a sealed text stands.
pub(super) enum Column {
    /// The app of a login.
    App(String),
    /// The provider of log-ins.
    Provider,
    /// The secret of an endpoint.
    Endpoint(i64),
    /// The secret before it, which still signs for a day.
    OldOfEndpoint(i64),
}

/// Every secret of the entity as it is kept.
pub(super) fn all(work: &mut Work<'_>) -> Result<Vec<Kept>, Fault> {
    let entity = work.entity_id();
    let mut all = work.rows(
        "SELECT login, secret FROM second_factor WHERE entity_id = $1 ORDER BY login",
        &[entity.into()],
        |row| {
            Ok(Kept {
                column: Column::App(row.text(0)?),
                text: row.text(1)?,
            })
        },
    )?;
    all.extend(work.rows(
        "SELECT client_secret FROM openid_provider WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            Ok(Kept {
                column: Column::Provider,
                text: row.text(0)?,
            })
        },
    )?);
    let endpoints = work.rows(
        "SELECT id, secret, old_secret FROM webhook_endpoint WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| Ok((row.int(0)?, row.text(1)?, row.opt_text(2)?)),
    )?;
    for (id, secret, old) in endpoints {
        all.push(Kept {
            column: Column::Endpoint(id),
            text: secret,
        });
        all.extend(old.map(|text| Kept {
            column: Column::OldOfEndpoint(id),
            text,
        }));
    }
    Ok(all)
}

/// Keeps a secret sealed anew where it stood.
pub(super) fn put(work: &mut Work<'_>, column: &Column, text: &str) -> Result<(), Fault> {
    let entity = work.entity_id();
    match column {
        Column::App(login) => work.execute(
            "UPDATE second_factor SET secret = $1 WHERE entity_id = $2 AND login = $3",
            &[text.into(), entity.into(), login.into()],
        ),
        Column::Provider => work.execute(
            "UPDATE openid_provider SET client_secret = $1 WHERE entity_id = $2",
            &[text.into(), entity.into()],
        ),
        Column::Endpoint(id) => work.execute(
            "UPDATE webhook_endpoint SET secret = $1 WHERE entity_id = $2 AND id = $3",
            &[text.into(), entity.into(), (*id).into()],
        ),
        Column::OldOfEndpoint(id) => work.execute(
            "UPDATE webhook_endpoint SET old_secret = $1 WHERE entity_id = $2 AND id = $3",
            &[text.into(), entity.into(), (*id).into()],
        ),
    }?;
    Ok(())
}
