//! Statements of access: roles, people, passwords, secrets, log-ins of a provider.

pub(super) mod codes;

use std::collections::BTreeSet;

use domain::access::Portfolio;
use domain::documents::{DocumentKind, Side};
use domain::ids::{ItemId, PartyId};
use jiff::Timestamp;

use crate::access::openid::{Linked, Provider};
use crate::access::sessions::Who;
use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::work::Work;

const ROLE_EVENT: Table = table!("role_event": entity_id Int, id Int, login Text, role Text,
    action Text, limit_amount Int, actor Text, recorded_at At, portfolio Text);

const PASSWORD: Table = table!("password": entity_id Int, login Text, hash Text, changed_at At);
const OPENID_SUBJECT: Table = table!("openid_subject": entity_id Int, issuer Text, subject Text,
    login Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&ROLE_EVENT, &PASSWORD, &OPENID_SUBJECT];

pub(super) struct RoleEvent {
    pub(super) login: String,
    pub(super) role: String,
    pub(super) is_given: bool,
    pub(super) limit: Option<i64>,
    pub(super) portfolio: Option<Portfolio>,
}

pub(super) fn role_events(work: &mut Work<'_>) -> Result<Vec<RoleEvent>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT login, role, action, limit_amount, portfolio FROM role_event
         WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            let portfolio = match row.text(4)?.as_str() {
                "" => None,
                text => Some(Portfolio::parse(text).map_err(|_| {
                    // A portfolio that cannot be read must not become everybody's.
                    Fault::new(format!("`{text}` is no portfolio"))
                })?),
            };
            Ok(RoleEvent {
                portfolio,
                login: row.text(0)?,
                role: row.text(1)?,
                is_given: row.text(2)? == "given",
                limit: row.opt_int(3)?,
            })
        },
    )
}

pub(super) fn insert_role_event(
    work: &mut Work<'_>,
    login: &str,
    role: &str,
    action: &str,
    limit: Option<i64>,
    portfolio: &str,
) -> Result<(), Fault> {
    let (entity, now, id) = (work.entity_id(), work.now(), work.ids.take());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        id.into(),
        login.into(),
        role.into(),
        action.into(),
        limit.into(),
        actor.into(),
        now.into(),
        portfolio.into(),
    ];
    work.connection.insert(&ROLE_EVENT, [row])?;
    Ok(())
}

/// Who founded the book: the actor of the first link of its audit log.
pub(super) fn founder(work: &mut Work<'_>) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT actor FROM audit_log WHERE entity_id = $1 ORDER BY sequence LIMIT 1",
        &[entity.into()],
        |row| row.text(0),
    )
}

/// Login, name and whether a password is set.
pub(super) fn people(work: &mut Work<'_>) -> Result<Vec<(String, String, bool)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT p.login, p.name, s.login FROM person p
         LEFT JOIN password s ON s.entity_id = $1 AND s.login = p.login
         WHERE p.entity_id = $1 ORDER BY p.recorded_at, p.login",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.text(1)?, row.opt_text(2)?.is_some())),
    )
}

pub(super) fn password(work: &mut Work<'_>, login: &str) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT hash FROM password WHERE entity_id = $1 AND login = $2",
        &[entity.into(), login.into()],
        |row| row.text(0),
    )
}

pub(super) fn put_password(work: &mut Work<'_>, login: &str, hash: &str) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.change(&PASSWORD, "login", &[login.into()], |work| {
        work.execute(
            "INSERT INTO password (entity_id, login, hash, changed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (entity_id, login)
             DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
            &[entity.into(), login.into(), hash.into(), now.into()],
        )?;
        Ok(())
    })
}

pub(super) fn insert_secret(
    work: &mut Work<'_>,
    kind: &str,
    kept: &str,
    login: &str,
    ends_at: Timestamp,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let ends_at = Timestamp::from_microsecond(ends_at.as_microsecond()).unwrap_or(ends_at);
    work.execute(
        "INSERT INTO secret (entity_id, hash, kind, login, starts_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            entity.into(),
            kept.into(),
            kind.into(),
            login.into(),
            now.into(),
            ends_at.into(),
        ],
    )?;
    Ok(())
}

/// Whom a secret stands for. The only statement without an entity: the secret tells it.
pub(super) fn live_secret(
    work: &mut Work<'_>,
    kind: &str,
    kept: &str,
) -> Result<Option<Who>, Fault> {
    let now = work.now();
    let found = work.row(
        "SELECT e.code, e.name, s.login, s.ends_at FROM secret s JOIN entity e ON e.id = s.entity_id
         WHERE s.hash = $1 AND s.kind = $2 AND s.ended_at IS NULL",
        &[kept.into(), kind.into()],
        who_until,
    )?;
    Ok(found.and_then(|(who, ends_at)| (now < ends_at).then_some(who)))
}

/// Who it is, and until when.
fn who_until(row: &Row<'_>) -> Result<(Who, Timestamp), Fault> {
    let who = Who {
        entity: row.text(0)?,
        entity_name: row.text(1)?,
        login: row.text(2)?,
    };
    Ok((who, row.at(3)?))
}

pub(super) fn end_secret(work: &mut Work<'_>, kind: &str, kept: &str) -> Result<u64, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "UPDATE secret SET ended_at = $1
         WHERE entity_id = $2 AND hash = $3 AND kind = $4 AND ended_at IS NULL",
        &[now.into(), entity.into(), kept.into(), kind.into()],
    )
}

pub(super) fn end_all(work: &mut Work<'_>, kind: &str, login: &str) -> Result<u64, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "UPDATE secret SET ended_at = $1
         WHERE entity_id = $2 AND login = $3 AND kind = $4 AND ended_at IS NULL",
        &[now.into(), entity.into(), login.into(), kind.into()],
    )
}

/// Whose some items are.
pub(super) fn parties_of_items(
    work: &mut Work<'_>,
    items: &BTreeSet<ItemId>,
) -> Result<BTreeSet<PartyId>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = items.iter().map(|item| item.0.into()).collect();
    let mut found = BTreeSet::new();
    work.connection.each_in(
        "SELECT party_id FROM open_item
         WHERE entity_id = $1 AND party_id IS NOT NULL AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(PartyId(row.int(0)?));
            Ok(())
        },
    )?;
    Ok(found)
}

/// On which sides items stand, and which kinds of documents opened them.
pub(super) fn papers_of_items(
    work: &mut Work<'_>,
    items: &BTreeSet<ItemId>,
) -> Result<BTreeSet<(Side, DocumentKind)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = items.iter().map(|item| item.0.into()).collect();
    let mut found = BTreeSet::new();
    work.connection.each_in(
        "SELECT DISTINCT i.side, d.kind FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         WHERE i.entity_id = $1 AND i.id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let side = match row.text(0)?.as_str() {
                "payable" => Side::Payable,
                _ => Side::Receivable,
            };
            let kind = row.text(1)?;
            let known = DocumentKind::parse(&kind);
            let kind = known.ok_or_else(|| Fault::new(format!("`{kind}` is no document kind")))?;
            found.insert((side, kind));
            Ok(())
        },
    )?;
    Ok(found)
}

/// When a session was last used.
pub(super) fn seen_at(work: &mut Work<'_>, kept: &str) -> Result<Option<Timestamp>, Fault> {
    work.row(
        "SELECT COALESCE(seen_at, starts_at) FROM secret WHERE hash = $1",
        &[kept.into()],
        |row| row.at(0),
    )
}

pub(super) fn note_use(work: &mut Work<'_>, kept: &str) -> Result<u64, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.execute(
        "UPDATE secret SET seen_at = $1 WHERE entity_id = $2 AND hash = $3",
        &[now.into(), entity.into(), kept.into()],
    )
}

pub(super) fn provider(work: &mut Work<'_>) -> Result<Option<Provider>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT name, issuer, client_id, client_secret FROM openid_provider WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            Ok(Provider {
                name: row.text(0)?,
                issuer: row.text(1)?,
                client_id: row.text(2)?,
                client_secret: row.text(3)?,
            })
        },
    )
}

pub(super) fn linked(work: &mut Work<'_>) -> Result<Vec<Linked>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT login, subject, issuer FROM openid_subject WHERE entity_id = $1
         ORDER BY login, issuer, subject",
        &[entity.into()],
        |row| {
            Ok(Linked {
                login: row.text(0)?,
                subject: row.text(1)?,
                issuer: row.text(2)?,
            })
        },
    )
}

/// Entities that have a provider; asked before it is known whose books are meant.
pub(super) fn providers(work: &mut Work<'_>) -> Result<Vec<(String, String)>, Fault> {
    work.rows(
        "SELECT e.code, p.name FROM openid_provider p JOIN entity e ON e.id = p.entity_id
         ORDER BY e.code",
        &[],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn put_provider(work: &mut Work<'_>, provider: &Provider) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "INSERT INTO openid_provider (entity_id, name, issuer, client_id, client_secret)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (entity_id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer,
           client_id = excluded.client_id, client_secret = excluded.client_secret",
        &[
            entity.into(),
            (&provider.name).into(),
            (&provider.issuer).into(),
            (&provider.client_id).into(),
            (&provider.client_secret).into(),
        ],
    )?;
    Ok(())
}

pub(super) fn drop_provider(work: &mut Work<'_>) -> Result<u64, Fault> {
    let entity = work.entity_id();
    work.execute(
        "DELETE FROM openid_provider WHERE entity_id = $1",
        &[entity.into()],
    )
}

pub(super) fn put_subject(
    work: &mut Work<'_>,
    issuer: &str,
    subject: &str,
    login: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    work.change(&OPENID_SUBJECT, "subject", &[subject.into()], |work| {
        work.execute(
            "INSERT INTO openid_subject (entity_id, issuer, subject, login, recorded_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (entity_id, issuer, subject) DO UPDATE SET login = excluded.login",
            &[
                entity.into(),
                issuer.into(),
                subject.into(),
                login.into(),
                now.into(),
            ],
        )?;
        Ok(())
    })
}

pub(super) fn login_of_subject(
    work: &mut Work<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<String>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT login FROM openid_subject WHERE entity_id = $1 AND issuer = $2 AND subject = $3",
        &[entity.into(), issuer.into(), subject.into()],
        |row| row.text(0),
    )
}

pub(super) fn has_subject(work: &mut Work<'_>, issuer: &str, login: &str) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM openid_subject WHERE entity_id = $1 AND issuer = $2 AND login = $3",
        &[entity.into(), issuer.into(), login.into()],
    )?;
    Ok(0 < found)
}
