//! Statements of approvals.

use std::collections::BTreeMap;

use domain::ids::{DocumentId, PartyId, RequestId};
use serde_json::Value as Json;

use crate::approvals::{Request, Voice};
use crate::failure::Fault;
use crate::work::Work;

pub(super) fn insert(work: &mut Work<'_>, request: &Request) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "INSERT INTO approval_request (entity_id, id, kind, subject, content, effect, amount,
           needed, maker, reason, expires_at, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            entity.into(),
            request.id.0.into(),
            (&request.kind).into(),
            (&request.subject).into(),
            request.content.to_string().into(),
            request.effect.to_string().into(),
            request.amount.into(),
            request.needed.into(),
            (&request.maker).into(),
            (&request.reason).into(),
            request.expires_at.into(),
            request.recorded_at.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn insert_voice(
    work: &mut Work<'_>,
    id: RequestId,
    verdict: &str,
    reason: &str,
    outcome: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    work.execute(
        "INSERT INTO approval_voice (entity_id, request_id, actor, verdict, reason, outcome,
           recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            entity.into(),
            id.0.into(),
            actor.into(),
            verdict.into(),
            reason.into(),
            outcome.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// One request, or the newest five hundred, with what was said.
pub(super) fn requests(work: &mut Work<'_>, id: Option<RequestId>) -> Result<Vec<Request>, Fault> {
    let entity = work.entity_id();
    let (lowest, highest) = id.map_or((i64::MIN, i64::MAX), |id| (id.0, id.0));
    let mut voices: BTreeMap<i64, Vec<Voice>> = BTreeMap::new();
    work.connection.each(
        "SELECT request_id, actor, verdict, reason, outcome, recorded_at FROM approval_voice
         WHERE entity_id = $1 AND request_id >= $2 AND request_id <= $3
         ORDER BY request_id, recorded_at",
        &[entity.into(), lowest.into(), highest.into()],
        |row| {
            voices.entry(row.int(0)?).or_default().push(Voice {
                actor: row.text(1)?,
                verdict: row.text(2)?,
                reason: row.text(3)?,
                outcome: row.text(4)?,
                recorded_at: row.at(5)?,
            });
            Ok(())
        },
    )?;
    work.rows(
        "SELECT id, kind, subject, content, effect, amount, needed, maker, reason, expires_at,
           recorded_at FROM approval_request
         WHERE entity_id = $1 AND id >= $2 AND id <= $3 ORDER BY id DESC LIMIT 500",
        &[entity.into(), lowest.into(), highest.into()],
        |row| {
            let json = |text: String| -> Result<Json, Fault> {
                serde_json::from_str(&text).map_err(|problem| Fault::new(problem.to_string()))
            };
            let id = row.int(0)?;
            Ok(Request {
                id: RequestId(id),
                kind: row.text(1)?,
                subject: row.text(2)?,
                content: json(row.text(3)?)?,
                effect: json(row.text(4)?)?,
                amount: row.int(5)?,
                needed: row.int(6)?,
                maker: row.text(7)?,
                reason: row.text(8)?,
                expires_at: row.at(9)?,
                recorded_at: row.at(10)?,
                voices: voices.remove(&id).unwrap_or_default(),
            })
        },
    )
}

pub(super) fn party(work: &mut Work<'_>, code: &str) -> Result<Option<PartyId>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT id FROM party WHERE entity_id = $1 AND code = $2",
        &[entity.into(), code.into()],
        |row| Ok(PartyId(row.int(0)?)),
    )
}

pub(super) fn has_account(work: &mut Work<'_>, code: &str) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let found = work.count(
        "SELECT COUNT(*) FROM account WHERE entity_id = $1 AND code = $2",
        &[entity.into(), code.into()],
    )?;
    Ok(0 < found)
}

/// Number and party of a document, for people.
pub(super) fn document_name(work: &mut Work<'_>, id: DocumentId) -> Result<String, Fault> {
    let entity = work.entity_id();
    let name = work.row(
        "SELECT d.number, COALESCE(p.code, ''), COALESCE(p.name, '') FROM document d
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE d.entity_id = $1 AND d.id = $2",
        &[entity.into(), id.0.into()],
        |row| {
            let (number, code, name) = (row.text(0)?, row.text(1)?, row.text(2)?);
            Ok(format!("{number} of {code} {name}").trim_end().to_owned())
        },
    )?;
    Ok(name.unwrap_or_default())
}

pub(super) fn insert_party_account(
    work: &mut Work<'_>,
    party: PartyId,
    number: &str,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.execute(
        "INSERT INTO party_bank_account (entity_id, party_id, number) VALUES ($1, $2, $3)
         ON CONFLICT (entity_id, party_id, number) DO NOTHING",
        &[entity.into(), party.0.into(), number.into()],
    )?;
    Ok(())
}
