//! Statements of certificates: the register, what it covers, what was asked.

mod withheld;

pub(crate) use withheld::{deducted, invoices, last_asked};

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::Date;
use domain::certificates::{Certificate, CertificateKind, Cover, Held};
use domain::ids::{AskingId, CertificateId, ContactId, DocumentId, PartyId};
use domain::money::Money;

use crate::certificates::Entry;
use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::imports::currency;
use crate::work::Work;

const CERTIFICATE: Table = table!("certificate": entity_id Int, id Int, kind Text, party_id Int,
    number Text, authority Text, country Text, region Text, issued_on Date, valid_from Date,
    valid_until Date, currency Text, amount Int, tax_rate Text, only_for Text, file_id Int,
    actor Text, recorded_at At);
const WITHDRAWAL: Table = table!("certificate_withdrawal": entity_id Int, certificate_id Int,
    actor Text, reason Text, recorded_at At);
const COVER: Table = table!("certificate_cover": entity_id Int, id Int, certificate_id Int,
    document_id Int, amount Int, covered_on Date, actor Text, recorded_at At);
const ASKING: Table = table!("certificate_asking": entity_id Int, id Int, party_id Int,
    asked_on Date, contact_id Int, actor Text, recorded_at At);
const ASKED: Table = table!("certificate_asked": entity_id Int, asking_id Int, document_id Int,
    awaited Int);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&CERTIFICATE, &WITHDRAWAL, &COVER, &ASKING, &ASKED];

/// Which rows are wanted.
#[derive(Clone, Debug)]
pub(crate) enum Of<'a> {
    /// All of them.
    All,
    /// Those of parties.
    Parties(&'a BTreeSet<PartyId>),
    /// Those of some documents or certificates.
    Ids(Vec<i64>),
}

impl Of<'_> {
    /// The condition, by the column of the party and that of the id, and its keys.
    fn condition(&self, party: &str, id: &str) -> (String, Vec<Value<'static>>) {
        match self {
            Of::All => (String::new(), Vec::new()),
            Of::Parties(parties) => (
                format!(" AND {party} IN (/*keys*/)"),
                parties.iter().map(|party| party.0.into()).collect(),
            ),
            Of::Ids(ids) => (
                format!(" AND {id} IN (/*keys*/)"),
                ids.iter().map(|id| (*id).into()).collect(),
            ),
        }
    }
}

/// Runs a statement over all, or over keys.
fn each(
    work: &mut Work<'_>,
    sql: &str,
    params: &[Value<'_>],
    keys: &[Value<'_>],
    take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if sql.contains("/*keys*/") {
        work.connection.each_in(sql, params, keys, take)
    } else {
        work.connection.each(sql, params, take)
    }
}

pub(super) fn insert_certificate(
    work: &mut Work<'_>,
    (id, party): (CertificateId, PartyId),
    certificate: &Certificate,
    file: Option<i64>,
) -> Result<(), Fault> {
    let (entity, now, actor) = (work.entity_id(), work.now(), work.actor().to_owned());
    let currency = certificate.amount.map(Money::currency);
    let row = vec![
        entity.into(),
        id.0.into(),
        certificate.kind.code().into(),
        party.0.into(),
        (&certificate.number).into(),
        (&certificate.authority).into(),
        (&certificate.country).into(),
        (&certificate.region).into(),
        certificate.issued_on.into(),
        certificate.valid_from.into(),
        certificate.valid_until.into(),
        currency.map(|currency| currency.code().to_owned()).into(),
        certificate.amount.map(Money::minor).into(),
        certificate
            .tax_rate
            .map(|rate| rate.normalize().to_string())
            .into(),
        (&certificate.only_for).into(),
        file.into(),
        actor.into(),
        now.into(),
    ];
    work.connection.insert(&CERTIFICATE, [row])?;
    Ok(())
}

pub(super) fn insert_withdrawal(
    work: &mut Work<'_>,
    id: CertificateId,
    reason: &str,
) -> Result<(), Fault> {
    let (entity, now, actor) = (work.entity_id(), work.now(), work.actor().to_owned());
    let row = vec![
        entity.into(),
        id.0.into(),
        actor.into(),
        reason.into(),
        now.into(),
    ];
    work.connection.insert(&WITHDRAWAL, [row])?;
    Ok(())
}

pub(super) fn insert_covers(work: &mut Work<'_>, covers: &[Cover], on: Date) -> Result<(), Fault> {
    let (entity, now, actor) = (work.entity_id(), work.now(), work.actor().to_owned());
    let mut ids = work.ids.clone();
    let rows = covers.iter().map(|cover| {
        vec![
            entity.into(),
            ids.take().into(),
            cover.certificate.0.into(),
            cover.document.0.into(),
            cover.amount.into(),
            on.into(),
            (&actor).into(),
            now.into(),
        ]
    });
    let rows: Vec<Vec<Value<'_>>> = rows.collect();
    work.connection.insert(&COVER, rows)?;
    work.ids = ids;
    Ok(())
}

/// One asking: of whom, on which day, whom there, and for how much of which deductions.
pub(super) struct Asking {
    pub(super) id: AskingId,
    pub(super) party: PartyId,
    pub(super) on: Date,
    pub(super) contact: Option<ContactId>,
    pub(super) asked: Vec<(DocumentId, i64)>,
}

pub(super) fn insert_askings(work: &mut Work<'_>, askings: &[Asking]) -> Result<(), Fault> {
    let (entity, now, actor) = (work.entity_id(), work.now(), work.actor().to_owned());
    let heads = askings.iter().map(|asking| {
        vec![
            entity.into(),
            asking.id.0.into(),
            asking.party.0.into(),
            asking.on.into(),
            asking.contact.map(|contact| contact.0).into(),
            (&actor).into(),
            now.into(),
        ]
    });
    work.connection.insert(&ASKING, heads)?;
    let asked = askings.iter().flat_map(|asking| {
        asking.asked.iter().map(move |(document, awaited)| {
            vec![
                entity.into(),
                asking.id.0.into(),
                document.0.into(),
                (*awaited).into(),
            ]
        })
    });
    work.connection.insert(&ASKED, asked)?;
    Ok(())
}

/// One asking as it was kept.
pub(super) fn asking(work: &mut Work<'_>, id: AskingId) -> Result<Option<Asking>, Fault> {
    let entity = work.entity_id();
    let head = work.row(
        "SELECT party_id, asked_on, contact_id FROM certificate_asking
         WHERE entity_id = $1 AND id = $2",
        &[entity.into(), id.0.into()],
        |row| {
            Ok(Asking {
                id,
                party: PartyId(row.int(0)?),
                on: row.date(1)?,
                contact: row.opt_int(2)?.map(ContactId),
                asked: Vec::new(),
            })
        },
    )?;
    let Some(mut asking) = head else {
        return Ok(None);
    };
    asking.asked = work.rows(
        "SELECT document_id, awaited FROM certificate_asked
         WHERE entity_id = $1 AND asking_id = $2 ORDER BY document_id",
        &[entity.into(), id.0.into()],
        |row| Ok((DocumentId(row.int(0)?), row.int(1)?)),
    )?;
    Ok(Some(asking))
}

/// Certificates of the register, the oldest first. What each covers is what its covers sum up to.
pub(super) fn register(work: &mut Work<'_>, of: &Of<'_>) -> Result<Vec<Entry>, Fault> {
    let entity = work.entity_id();
    let (condition, keys) = of.condition("c.party_id", "c.id");
    let sql = format!(
        "SELECT c.id, c.party_id, c.kind, c.number, c.authority, c.country, c.region, c.issued_on,
            c.valid_from, c.valid_until, c.currency, c.amount, c.tax_rate, c.only_for, p.code,
            p.name, c.actor, c.recorded_at, w.reason, f.name, f.sha256,
            (SELECT CAST(SUM(v.amount) AS BIGINT) FROM certificate_cover v
             WHERE v.entity_id = $1 AND v.certificate_id = c.id)
         FROM certificate c
         JOIN party p ON p.entity_id = $1 AND p.id = c.party_id
         LEFT JOIN certificate_withdrawal w ON w.entity_id = $1 AND w.certificate_id = c.id
         LEFT JOIN source_file f ON f.entity_id = $1 AND f.id = c.file_id
         WHERE c.entity_id = $1{condition}"
    );
    let mut all = Vec::new();
    each(work, &sql, &[entity.into()], &keys, |row| {
        all.push(entry(row)?);
        Ok(())
    })?;
    all.sort_by_key(|entry| entry.held.id);
    Ok(all)
}

fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    let word = row.text(2)?;
    let kind = CertificateKind::parse(&word)
        .ok_or_else(|| Fault::new(format!("`{word}` is no kind of certificate")))?;
    let amount = match (row.opt_int(11)?, row.opt_text(10)?) {
        (Some(minor), Some(code)) => Some(Money::new(minor, currency(&code)?)),
        _ => None,
    };
    let tax_rate = row.opt_text(12)?.map(|text| text.parse());
    let tax_rate = tax_rate
        .transpose()
        .map_err(|_| Fault::new("a certificate has no readable rate"))?;
    let withdrawn = row.opt_text(18)?;
    let held = Held {
        id: CertificateId(row.int(0)?),
        party: PartyId(row.int(1)?),
        certificate: Certificate {
            kind,
            number: row.text(3)?,
            authority: row.text(4)?,
            country: row.text(5)?,
            region: row.text(6)?,
            issued_on: row.date(7)?,
            valid_from: row.date(8)?,
            valid_until: row.opt_date(9)?,
            amount,
            tax_rate,
            only_for: row.text(13)?,
        },
        covers: row.opt_int(21)?.unwrap_or(0),
        is_withdrawn: withdrawn.is_some(),
    };
    Ok(Entry {
        held,
        party: row.text(14)?,
        name: row.text(15)?,
        actor: row.text(16)?,
        recorded_at: row.at(17)?,
        withdrawn,
        file: row.opt_text(19)?.zip(row.opt_text(20)?),
    })
}

/// Certificates by their number, or the one of an id.
pub(super) fn find(work: &mut Work<'_>, asked: &str) -> Result<Vec<CertificateId>, Fault> {
    let entity = work.entity_id();
    let id = asked.parse::<CertificateId>().map_or(0, |id| id.0);
    work.rows(
        "SELECT c.id FROM certificate c
         WHERE c.entity_id = $1 AND (c.id = $2 OR c.number = $3 AND NOT EXISTS (SELECT 1
             FROM certificate_withdrawal w WHERE w.entity_id = $1 AND w.certificate_id = c.id))
         ORDER BY c.id",
        &[entity.into(), id.into(), asked.into()],
        |row| Ok(CertificateId(row.int(0)?)),
    )
}

/// The paper of a certificate as it came: its name and content.
pub(super) fn paper(
    work: &mut Work<'_>,
    id: CertificateId,
) -> Result<Option<(String, Vec<u8>)>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT f.name, f.content FROM certificate c
         JOIN source_file f ON f.entity_id = $1 AND f.id = c.file_id
         WHERE c.entity_id = $1 AND c.id = $2 AND f.content IS NOT NULL",
        &[entity.into(), id.0.into()],
        |row| Ok((row.text(0)?, row.bytes(1)?)),
    )
}

/// What stands of the covers of some certificates or documents, the oldest certificate first.
pub(super) fn standing(work: &mut Work<'_>, by: &str, ids: &[i64]) -> Result<Vec<Cover>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = ids.iter().map(|id| (*id).into()).collect();
    let mut sums: BTreeMap<(CertificateId, DocumentId), i64> = BTreeMap::new();
    let sql = format!(
        "SELECT certificate_id, document_id, CAST(SUM(amount) AS BIGINT) FROM certificate_cover
         WHERE entity_id = $1 AND {by} IN (/*keys*/)
         GROUP BY certificate_id, document_id"
    );
    work.connection
        .each_in(&sql, &[entity.into()], &keys, |row| {
            let key = (CertificateId(row.int(0)?), DocumentId(row.int(1)?));
            sums.insert(key, row.int(2)?);
            Ok(())
        })?;
    let sums = sums.into_iter().filter(|(_, amount)| *amount != 0);
    Ok(sums
        .map(|((certificate, document), amount)| Cover {
            certificate,
            document,
            amount,
        })
        .collect())
}

/// Covers of certificates by the columns of the two sides.
pub(super) const OF_CERTIFICATES: &str = "certificate_id";
pub(super) const OF_DOCUMENTS: &str = "document_id";

/// Is a certificate of this kind and number kept of the party already, and not withdrawn?
pub(super) fn is_kept(
    work: &mut Work<'_>,
    party: PartyId,
    certificate: &Certificate,
) -> Result<bool, Fault> {
    let entity = work.entity_id();
    let known = work.count(
        "SELECT COUNT(*) FROM certificate c
         WHERE c.entity_id = $1 AND c.party_id = $2 AND c.kind = $3 AND c.number = $4
             AND NOT EXISTS (SELECT 1 FROM certificate_withdrawal w
                 WHERE w.entity_id = $1 AND w.certificate_id = c.id)",
        &[
            entity.into(),
            party.0.into(),
            certificate.kind.code().into(),
            (&certificate.number).into(),
        ],
    )?;
    Ok(0 < known)
}

/// How a party is written to.
pub(super) struct Address {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) country: String,
}

pub(super) fn addresses(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<BTreeMap<PartyId, Address>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut found = BTreeMap::new();
    work.connection.each_in(
        "SELECT id, code, name, email, country FROM party
         WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let address = Address {
                code: row.text(1)?,
                name: row.text(2)?,
                email: row.text(3)?,
                country: row.text(4)?,
            };
            found.insert(PartyId(row.int(0)?), address);
            Ok(())
        },
    )?;
    Ok(found)
}
