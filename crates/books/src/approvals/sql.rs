//! Statements of approvals.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::Date;
use domain::ids::{DelegationId, DocumentId, PartyId, RequestId, RunId};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::approvals::policy::Version;
use crate::approvals::{Delegation, Due, Request, Voice};
use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::parties::sql::PARTY_BANK_ACCOUNT;
use crate::work::Work;

const REQUEST: Table = table!("approval_request": entity_id Int, id Int, kind Text, subject Text,
    content Text, effect Text, amount Int, needed Int, maker Text, reason Text, expires_at At,
    recorded_at At, roles Text, parties Text);
const VOICE: Table = table!("approval_voice": entity_id Int, request_id Int, actor Text,
    verdict Text, reason Text, outcome Text, recorded_at At, stands_for Text);
const POLICY: Table = table!("approval_policy": entity_id Int, area Text, version Int, tiers Text,
    actor Text, reason Text, recorded_at At);
const DELEGATION: Table = table!("delegation": entity_id Int, id Int, delegator Text,
    delegate Text, from_on Date, until_on Date, actor Text, reason Text, recorded_at At);
const DELEGATION_END: Table =
    table!("delegation_end": entity_id Int, delegation_id Int, actor Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&REQUEST, &VOICE, &POLICY, &DELEGATION, &DELEGATION_END];

const REMINDER: Table = table!("reminder": entity_id Int, counted_on Date, login Text,
    request_id Int, stands_for Text, age_days Int, run_id Int, recorded_at At);

pub(super) fn insert(work: &mut Work<'_>, requests: &[Request]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = requests.iter().map(|request| {
        vec![
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
            (&request.roles).into(),
            listed(&request.parties).into(),
        ]
    });
    work.connection.insert(&REQUEST, rows)?;
    Ok(())
}

/// Ids with commas between them.
fn listed(parties: &BTreeSet<PartyId>) -> String {
    let ids: Vec<String> = parties.iter().map(|party| party.0.to_string()).collect();
    ids.join(",")
}

fn parties_of(listed: &str) -> BTreeSet<PartyId> {
    let ids = listed.split(',').filter_map(|id| id.parse().ok());
    ids.map(PartyId).collect()
}

pub(super) fn insert_voice(
    work: &mut Work<'_>,
    id: RequestId,
    stands_for: &str,
    verdict: &str,
    reason: &str,
    outcome: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        id.0.into(),
        actor.into(),
        verdict.into(),
        reason.into(),
        outcome.into(),
        now.into(),
        stands_for.into(),
    ];
    work.connection.insert(&VOICE, [row])?;
    Ok(())
}

/// Which requests are wanted.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// One.
    One(RequestId),
    /// Every one that waits.
    Waiting,
    /// Every one.
    All,
    /// Some, the newest first, after one of them; all or those that wait.
    Page {
        after: Option<RequestId>,
        is_waiting: bool,
        limit: i64,
    },
}

const REQUESTS: &str = "SELECT r.id, r.kind, r.subject, r.content, r.effect, r.amount, r.needed,
       r.maker, r.reason, r.expires_at, r.recorded_at, r.roles, r.parties
     FROM approval_request r
     WHERE r.entity_id = $1 AND r.id >= $2 AND r.id <= $3
     ORDER BY r.id DESC LIMIT $4";

/// As [`Request::state`] has it: not lapsed, nobody against it, not enough for it.
const REQUESTS_WAITING: &str = "SELECT r.id, r.kind, r.subject, r.content, r.effect, r.amount,
       r.needed, r.maker, r.reason, r.expires_at, r.recorded_at, r.roles, r.parties
     FROM approval_request r
     WHERE r.entity_id = $1 AND r.id >= $2 AND r.id <= $3 AND r.expires_at > $4
       AND NOT EXISTS (SELECT 1 FROM approval_voice v WHERE v.entity_id = r.entity_id
         AND v.request_id = r.id AND v.verdict <> 'approved')
       AND (SELECT COUNT(*) FROM approval_voice v WHERE v.entity_id = r.entity_id
         AND v.request_id = r.id AND v.verdict = 'approved') < r.needed
     ORDER BY r.id DESC LIMIT $5";

/// Requests with what was said, the newest first.
pub(super) fn requests(work: &mut Work<'_>, wanted: Wanted) -> Result<Vec<Request>, Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let (lowest, highest, is_waiting, limit) = match wanted {
        Wanted::One(id) => (id.0, id.0, false, 1),
        Wanted::Waiting => (i64::MIN, i64::MAX, true, i64::MAX),
        Wanted::All => (i64::MIN, i64::MAX, false, i64::MAX),
        Wanted::Page {
            after,
            is_waiting,
            limit,
        } => {
            let highest = after.map_or(i64::MAX, |after| after.0.saturating_sub(1));
            (i64::MIN, highest, is_waiting, limit)
        }
    };
    let bounds = [entity.into(), lowest.into(), highest.into()];
    let mut requests = if is_waiting {
        let [one, two, three] = bounds;
        let params = [one, two, three, now.into(), limit.into()];
        work.rows(REQUESTS_WAITING, &params, request_of)?
    } else {
        let [one, two, three] = bounds;
        let params = [one, two, three, limit.into()];
        work.rows(REQUESTS, &params, request_of)?
    };
    let keys = requests.iter().map(|request| request.id.0.into());
    let mut voices = voices(work, &keys.collect::<Vec<_>>())?;
    for request in &mut requests {
        request.voices = voices.remove(&request.id.0).unwrap_or_default();
    }
    Ok(requests)
}

fn request_of(row: &Row<'_>) -> Result<Request, Fault> {
    let json = |text: String| -> Result<Json, Fault> {
        serde_json::from_str(&text).map_err(|problem| Fault::new(problem.to_string()))
    };
    Ok(Request {
        id: RequestId(row.int(0)?),
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
        roles: row.text(11)?,
        parties: parties_of(&row.text(12)?),
        voices: Vec::new(),
    })
}

/// What was said to some requests, in order.
fn voices(work: &mut Work<'_>, requests: &[Value<'_>]) -> Result<BTreeMap<i64, Vec<Voice>>, Fault> {
    let entity = work.entity_id();
    let mut voices: BTreeMap<i64, Vec<Voice>> = BTreeMap::new();
    work.connection.each_in(
        "SELECT request_id, actor, verdict, reason, outcome, recorded_at, stands_for
         FROM approval_voice WHERE entity_id = $1 AND request_id IN (/*keys*/)",
        &[entity.into()],
        requests,
        |row| {
            voices.entry(row.int(0)?).or_default().push(Voice {
                actor: row.text(1)?,
                verdict: row.text(2)?,
                reason: row.text(3)?,
                outcome: row.text(4)?,
                recorded_at: row.at(5)?,
                stands_for: row.text(6)?,
            });
            Ok(())
        },
    )?;
    for said in voices.values_mut() {
        said.sort_by_key(|voice| voice.recorded_at);
    }
    Ok(voices)
}

/// One version of the rules of an area, as it is kept.
pub(super) struct PolicyRow {
    pub(super) area: String,
    pub(super) version: i64,
    pub(super) tiers: String,
    pub(super) actor: String,
    pub(super) reason: String,
    pub(super) recorded_at: Timestamp,
}

pub(super) fn policies(work: &mut Work<'_>) -> Result<Vec<PolicyRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT area, version, tiers, actor, reason, recorded_at FROM approval_policy
         WHERE entity_id = $1 ORDER BY area, version",
        &[entity.into()],
        |row| {
            Ok(PolicyRow {
                area: row.text(0)?,
                version: row.int(1)?,
                tiers: row.text(2)?,
                actor: row.text(3)?,
                reason: row.text(4)?,
                recorded_at: row.at(5)?,
            })
        },
    )
}

pub(super) fn insert_policy(
    work: &mut Work<'_>,
    version: &Version,
    tiers: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let row = vec![
        entity.into(),
        version.area.code().into(),
        version.version.into(),
        tiers.into(),
        (&version.actor).into(),
        (&version.reason).into(),
        now.into(),
    ];
    work.connection.insert(&POLICY, [row])?;
    Ok(())
}

pub(super) fn insert_delegation(work: &mut Work<'_>, given: &Delegation) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        given.id.0.into(),
        (&given.delegator).into(),
        (&given.delegate).into(),
        given.from_on.into(),
        given.until_on.into(),
        actor.into(),
        (&given.reason).into(),
        now.into(),
    ];
    work.connection.insert(&DELEGATION, [row])?;
    Ok(())
}

pub(super) fn insert_delegation_end(work: &mut Work<'_>, id: DelegationId) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let row = vec![entity.into(), id.0.into(), actor.into(), now.into()];
    work.connection.insert(&DELEGATION_END, [row])?;
    Ok(())
}

/// Every delegation, the latest first.
pub(super) fn delegations(work: &mut Work<'_>) -> Result<Vec<Delegation>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT d.id, d.delegator, d.delegate, d.from_on, d.until_on, d.actor, d.reason,
           CAST(CASE WHEN e.delegation_id IS NULL THEN 0 ELSE 1 END AS BIGINT)
         FROM delegation d
         LEFT JOIN delegation_end e ON e.entity_id = d.entity_id AND e.delegation_id = d.id
         WHERE d.entity_id = $1 ORDER BY d.id DESC",
        &[entity.into()],
        |row| {
            Ok(Delegation {
                id: DelegationId(row.int(0)?),
                delegator: row.text(1)?,
                delegate: row.text(2)?,
                from_on: row.date(3)?,
                until_on: row.date(4)?,
                actor: row.text(5)?,
                reason: row.text(6)?,
                is_ended: row.int(7)? == 1,
            })
        },
    )
}

/// Who was reminded of what on a day: login and request.
pub(super) fn reminded(
    work: &mut Work<'_>,
    on: Date,
) -> Result<BTreeSet<(String, RequestId)>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT login, request_id FROM reminder WHERE entity_id = $1 AND counted_on = $2",
        &[entity.into(), on.into()],
        |row| Ok((row.text(0)?, RequestId(row.int(1)?))),
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn insert_reminders(
    work: &mut Work<'_>,
    run: RunId,
    on: Date,
    due: &[Due],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = due.iter().map(|due| {
        vec![
            entity.into(),
            on.into(),
            (&due.login).into(),
            due.request.0.into(),
            (&due.stands_for).into(),
            due.age_days.into(),
            run.0.into(),
            now.into(),
        ]
    });
    work.connection.insert(&REMINDER, rows)?;
    Ok(())
}

/// The latest reminder of each request for somebody: request, day, age on that day.
pub(super) fn reminders_of(
    work: &mut Work<'_>,
    login: &str,
) -> Result<BTreeMap<RequestId, Date>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT request_id, counted_on FROM reminder WHERE entity_id = $1 AND login = $2
         ORDER BY counted_on",
        &[entity.into(), login.into()],
        |row| Ok((RequestId(row.int(0)?), row.date(1)?)),
    )?;
    Ok(rows.into_iter().collect())
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
    work.change(&PARTY_BANK_ACCOUNT, "party_id", &[party.0.into()], |work| {
        work.execute(
            "INSERT INTO party_bank_account (entity_id, party_id, number) VALUES ($1, $2, $3)
             ON CONFLICT (entity_id, party_id, number) DO NOTHING",
            &[entity.into(), party.0.into(), number.into()],
        )?;
        Ok(())
    })
}
