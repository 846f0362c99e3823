//! Statements of the second factor: the app, the codes, and half sessions that wait for one.

use jiff::Timestamp;

use super::who_until;
use crate::access::sessions::Who;
use crate::db::{Table, table};
use crate::failure::Fault;
use crate::work::Work;

const RECOVERY_CODE: Table = table!("recovery_code": entity_id Int, login Text, hash Text);

/// The second factor of somebody.
pub(in crate::access) struct Factor {
    pub(in crate::access) secret: String,
    pub(in crate::access) is_confirmed: bool,
    pub(in crate::access) last_step: i64,
    pub(in crate::access) failures: i64,
    pub(in crate::access) failed_at: Timestamp,
}

pub(in crate::access) fn factor(work: &mut Work<'_>, login: &str) -> Result<Option<Factor>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT secret, is_confirmed, last_step, failures, failed_at FROM second_factor
         WHERE entity_id = $1 AND login = $2",
        &[entity.into(), login.into()],
        |row| {
            Ok(Factor {
                secret: row.text(0)?,
                is_confirmed: row.int(1)? == 1,
                last_step: row.int(2)?,
                failures: row.int(3)?,
                failed_at: row.at(4)?,
            })
        },
    )
}

/// Begins anew; what was not confirmed is forgotten.
pub(in crate::access) fn put_factor(
    work: &mut Work<'_>,
    login: &str,
    secret: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "INSERT INTO second_factor (entity_id, login, secret, is_confirmed, last_step, failures,
           failed_at) VALUES ($1, $2, $3, 0, 0, 0, $4)
         ON CONFLICT (entity_id, login) DO UPDATE SET secret = excluded.secret, last_step = 0",
        &[entity.into(), login.into(), secret.into(), now.into()],
    )?;
    Ok(())
}

pub(in crate::access) fn confirm_factor(
    work: &mut Work<'_>,
    login: &str,
    step: i64,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE second_factor SET is_confirmed = 1, failures = 0, last_step = $1
         WHERE entity_id = $2 AND login = $3",
        &[step.into(), entity.into(), login.into()],
    )?;
    Ok(())
}

pub(in crate::access) fn use_step(
    work: &mut Work<'_>,
    login: &str,
    step: i64,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "UPDATE second_factor SET failures = 0, last_step = $1
         WHERE entity_id = $2 AND login = $3",
        &[step.into(), entity.into(), login.into()],
    )?;
    Ok(())
}

pub(in crate::access) fn put_failures(
    work: &mut Work<'_>,
    login: &str,
    failures: i64,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "UPDATE second_factor SET failures = $1, failed_at = $2
         WHERE entity_id = $3 AND login = $4",
        &[failures.into(), now.into(), entity.into(), login.into()],
    )?;
    Ok(())
}

/// Takes the app and its recovery codes away.
pub(in crate::access) fn drop_factor(work: &mut Work<'_>, login: &str) -> Result<u64, Fault> {
    let entity = work.entity_id();
    work.execute(
        "DELETE FROM recovery_code WHERE entity_id = $1 AND login = $2",
        &[entity.into(), login.into()],
    )?;
    work.execute(
        "DELETE FROM second_factor WHERE entity_id = $1 AND login = $2",
        &[entity.into(), login.into()],
    )
}

pub(in crate::access) fn put_recovery_codes(
    work: &mut Work<'_>,
    login: &str,
    kept: &[String],
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "DELETE FROM recovery_code WHERE entity_id = $1 AND login = $2",
        &[entity.into(), login.into()],
    )?;
    let rows = kept
        .iter()
        .map(|hash| vec![entity.into(), login.into(), hash.into()]);
    work.connection.insert(&RECOVERY_CODE, rows)?;
    Ok(())
}

pub(in crate::access) fn use_recovery_code(
    work: &mut Work<'_>,
    login: &str,
    kept: &str,
) -> Result<u64, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "UPDATE recovery_code SET used_at = $1
         WHERE entity_id = $2 AND login = $3 AND hash = $4 AND used_at IS NULL",
        &[now.into(), entity.into(), login.into(), kept.into()],
    )
}

pub(in crate::access) fn recovery_left(work: &mut Work<'_>, login: &str) -> Result<i64, Fault> {
    let entity = work.entity_id();
    work.count(
        "SELECT COUNT(*) FROM recovery_code
         WHERE entity_id = $1 AND login = $2 AND used_at IS NULL",
        &[entity.into(), login.into()],
    )
}

pub(in crate::access) fn insert_half(
    work: &mut Work<'_>,
    kept: &str,
    login: &str,
    ends_at: Timestamp,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let now = work.now();
    work.execute(
        "DELETE FROM half_session WHERE entity_id = $1 AND ends_at < $2",
        &[entity.into(), now.into()],
    )?;
    work.execute(
        "INSERT INTO half_session (entity_id, hash, login, ends_at) VALUES ($1, $2, $3, $4)",
        &[entity.into(), kept.into(), login.into(), ends_at.into()],
    )?;
    Ok(())
}

/// Who gave the password. The half session tells the entity.
pub(in crate::access) fn live_half(work: &mut Work<'_>, kept: &str) -> Result<Option<Who>, Fault> {
    let now = work.now();
    let found = work.row(
        "SELECT e.code, e.name, h.login, h.ends_at FROM half_session h
         JOIN entity e ON e.id = h.entity_id WHERE h.hash = $1",
        &[kept.into()],
        who_until,
    )?;
    Ok(found.and_then(|(who, ends_at)| (now < ends_at).then_some(who)))
}

pub(in crate::access) fn end_half(work: &mut Work<'_>, kept: &str) -> Result<u64, Fault> {
    let entity = work.entity_id();
    work.execute(
        "DELETE FROM half_session WHERE entity_id = $1 AND hash = $2",
        &[entity.into(), kept.into()],
    )
}
