//! Statements of imports.

use std::collections::{HashMap, HashSet};

use domain::documents::DocumentKind;
use domain::ids::PartyId;
use domain::money::Money;
use formats::exchange::{HistoryRow, OrderRow, PartyRow, RateRow};
use serde_json::Value as Json;

use crate::db::{Table, Value, table};
use crate::failure::Fault;
use crate::imports::ImportReport;
use crate::parties::sql::{PARTY, PARTY_ALIAS, PARTY_BANK_ACCOUNT};
use crate::work::Work;

const SALES_ORDER: Table = table!("sales_order": entity_id Int, number Text, proforma_number Text,
    party_code Text, ordered_on Date, currency Text, amount Int, extra Text);
const EXCHANGE_RATE: Table = table!("exchange_rate": entity_id Int, rate_on Date,
    from_currency Text, to_currency Text, rate Text, origin Text);
const PAST_APPLICATION: Table = table!("past_application": entity_id Int, id Int, payment_ref Text,
    paid_on Date, bank_account Text, payer_name Text, payer_account Text, remittance Text,
    payment_amount Int, currency Text, party_code Text, document_number Text, applied_amount Int,
    kind Text, document_issued_on Date, document_due_on Date, document_amount Int,
    document_currency Text);

/// A file without its content, which its hash vouches for.
const SOURCE_FILE: Table = table!("source_file": entity_id Int, id Int, purpose Text, sha256 Text,
    name Text, format Text, accepted Int, refused Int, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[
    &SOURCE_FILE,
    &SALES_ORDER,
    &EXCHANGE_RATE,
    &PAST_APPLICATION,
];

/// How many records of this very content were taken before, and in which format.
pub(super) fn known_file(
    work: &mut Work<'_>,
    purpose: &str,
    sha256: &str,
) -> Result<Option<(i64, String)>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT accepted, format FROM source_file
         WHERE entity_id = $1 AND purpose = $2 AND sha256 = $3",
        &[entity.into(), purpose.into(), sha256.into()],
        |row| Ok((row.int(0)?, row.text(1)?)),
    )
}

/// Under which id a paper of this very content is kept.
pub(super) fn paper(
    work: &mut Work<'_>,
    purpose: &str,
    sha256: &str,
) -> Result<Option<i64>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT id FROM source_file WHERE entity_id = $1 AND purpose = $2 AND sha256 = $3",
        &[entity.into(), purpose.into(), sha256.into()],
        |row| row.int(0),
    )
}

pub(super) fn insert_file(
    work: &mut Work<'_>,
    purpose: &str,
    sha256: &str,
    report: &ImportReport,
) -> Result<(), Fault> {
    let (entity, now, id) = (work.entity_id(), work.now(), report.file_id);
    let content = match &report.content {
        Some(bytes) => Value::Bytes(bytes.into()),
        None => Value::Null,
    };
    let accepted = (report.accepted + report.already_known) as i64;
    let row: Vec<Value<'_>> = vec![
        entity.into(),
        id.into(),
        purpose.into(),
        sha256.into(),
        (&report.name).into(),
        (&report.format).into(),
        accepted.into(),
        (report.refused() as i64).into(),
        now.into(),
    ];
    work.connection.watch(&SOURCE_FILE, row);
    work.execute(
        "INSERT INTO source_file (entity_id, id, purpose, sha256, name, format, content, accepted,
           refused, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            entity.into(),
            id.into(),
            purpose.into(),
            sha256.into(),
            (&report.name).into(),
            (&report.format).into(),
            content,
            accepted.into(),
            (report.refused() as i64).into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Parties by their code.
pub(super) fn party_ids(work: &mut Work<'_>) -> Result<HashMap<String, PartyId>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT code, id FROM party WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| Ok((row.text(0)?, PartyId(row.int(1)?))),
    )?;
    Ok(rows.into_iter().collect())
}

/// What is stored of a party, to tell a change from a repetition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct StoredParty {
    pub(super) id: PartyId,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) currency: String,
    pub(super) parent: Option<String>,
    pub(super) email: String,
    pub(super) terms: String,
    pub(super) is_customer: bool,
    pub(super) is_vendor: bool,
    pub(super) extra: String,
}

pub(super) fn parties(work: &mut Work<'_>) -> Result<HashMap<String, StoredParty>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT code, id, name, country, currency, parent_code, email, terms, is_customer,
           is_vendor, extra FROM party WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            let party = StoredParty {
                id: PartyId(row.int(1)?),
                name: row.text(2)?,
                country: row.text(3)?,
                currency: row.text(4)?,
                parent: row.opt_text(5)?,
                email: row.text(6)?,
                terms: row.text(7)?,
                is_customer: row.int(8)? == 1,
                is_vendor: row.int(9)? == 1,
                extra: row.text(10)?,
            };
            Ok((row.text(0)?, party))
        },
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn insert_parties(
    work: &mut Work<'_>,
    parties: &[(String, StoredParty)],
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = parties.iter().map(|(code, party)| {
        let mut row = vec![entity.into(), party.id.0.into(), code.into()];
        row.extend(master_data(party));
        row
    });
    if 0 < work.connection.insert(&PARTY, rows)? {
        work.names_change();
    }
    Ok(())
}

/// What an import may change of a party, in the order of the columns of `PARTY` after its code.
fn master_data(party: &StoredParty) -> [Value<'_>; 9] {
    [
        (&party.name).into(),
        (&party.country).into(),
        (&party.currency).into(),
        party.parent.as_ref().into(),
        (&party.email).into(),
        (&party.terms).into(),
        i64::from(party.is_customer).into(),
        i64::from(party.is_vendor).into(),
        (&party.extra).into(),
    ]
}

/// Changes master data. Rare and of few rows: a customer file that is imported again.
pub(super) fn update_parties(
    work: &mut Work<'_>,
    parties: &[(String, StoredParty)],
) -> Result<(), Fault> {
    if parties.is_empty() {
        return Ok(());
    }
    work.names_change();
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|(_, party)| party.id.0.into()).collect();
    work.change(&PARTY, "id", &keys, |work| {
        for (_, party) in parties {
            let mut values = master_data(party).to_vec();
            values.extend([entity.into(), party.id.0.into()]);
            work.execute(
                "UPDATE party SET name = $1, country = $2, currency = $3, parent_code = $4,
                   email = $5, terms = $6, is_customer = $7, is_vendor = $8, extra = $9
                 WHERE entity_id = $10 AND id = $11",
                &values,
            )?;
        }
        Ok(())
    })
}

/// The bank accounts of all parties.
pub(super) fn party_accounts(work: &mut Work<'_>) -> Result<HashSet<(PartyId, String)>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT party_id, number FROM party_bank_account WHERE entity_id = $1",
        &[entity.into()],
        |row| Ok((PartyId(row.int(0)?), row.text(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Adds bank accounts and aliases that are not there yet.
pub(super) fn insert_party_details(
    work: &mut Work<'_>,
    rows: &[(PartyId, PartyRow)],
) -> Result<(), Fault> {
    insert_missing(
        work,
        &PARTY_BANK_ACCOUNT,
        "SELECT party_id, number FROM party_bank_account WHERE entity_id = $1",
        rows.iter()
            .flat_map(|(id, row)| row.known_bank_accounts.iter().map(|number| (*id, number))),
    )?;
    insert_missing(
        work,
        &PARTY_ALIAS,
        "SELECT party_id, alias FROM party_alias WHERE entity_id = $1",
        rows.iter()
            .flat_map(|(id, row)| row.aliases.iter().map(|alias| (*id, alias))),
    )
}

/// Adds what parties have that `known` does not find: rows of entity, party and a text.
fn insert_missing<'r>(
    work: &mut Work<'_>,
    table: &Table,
    known: &str,
    wanted: impl Iterator<Item = (PartyId, &'r String)>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let known = work.rows(known, &[entity.into()], |row| {
        Ok((PartyId(row.int(0)?), row.text(1)?))
    })?;
    let mut known: HashSet<(PartyId, String)> = known.into_iter().collect();
    let missing: Vec<(PartyId, &String)> = wanted
        .filter(|(id, value)| known.insert((*id, (*value).clone())))
        .collect();
    work.connection.insert(
        table,
        missing
            .into_iter()
            .map(|(id, value)| vec![entity.into(), id.0.into(), value.into()]),
    )?;
    Ok(())
}

/// Documents that are there: kind, number, party, and what they are good for.
pub(super) fn known_documents(
    work: &mut Work<'_>,
    kinds: &[DocumentKind],
) -> Result<HashMap<(DocumentKind, String, i64), i64>, Fault> {
    let entity = work.entity_id();
    let mut known = HashMap::new();
    for kind in kinds {
        work.connection.each(
            "SELECT number, party_id, gross FROM document
             WHERE entity_id = $1 AND kind = $2 AND party_id IS NOT NULL",
            &[entity.into(), kind.code().into()],
            |row| {
                known.insert((*kind, row.text(0)?, row.int(1)?), row.int(2)?);
                Ok(())
            },
        )?;
    }
    Ok(known)
}

pub(super) fn known_keys(work: &mut Work<'_>, sql: &str) -> Result<HashSet<String>, Fault> {
    let entity = work.entity_id();
    Ok(work
        .rows(sql, &[entity.into()], |row| row.text(0))?
        .into_iter()
        .collect())
}

pub(super) const ORDER_NUMBERS: &str = "SELECT number FROM sales_order WHERE entity_id = $1";
pub(super) const PAST_KEYS: &str =
    "SELECT payment_ref || '|' || document_number || '|' || kind FROM past_application
     WHERE entity_id = $1";

pub(super) fn insert_orders(work: &mut Work<'_>, orders: &[OrderRow]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = orders.iter().map(|order| {
        vec![
            entity.into(),
            (&order.order_number).into(),
            order.proforma_number.clone().unwrap_or_default().into(),
            (&order.customer_id).into(),
            order.ordered_on.into(),
            order.amount.currency().code().to_owned().into(),
            order.amount.minor().into(),
            extra_json(&order.extra).into(),
        ]
    });
    work.connection.insert(&SALES_ORDER, rows)?;
    Ok(())
}

pub(super) fn rate_keys(work: &mut Work<'_>) -> Result<HashMap<String, String>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT rate_on, from_currency, to_currency, rate FROM exchange_rate WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            let key = format!("{}|{}|{}", row.date(0)?, row.text(1)?, row.text(2)?);
            Ok((key, row.text(3)?))
        },
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn insert_rates(work: &mut Work<'_>, rates: &[RateRow]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = rates.iter().map(|rate| {
        vec![
            entity.into(),
            rate.on.into(),
            rate.from.code().to_owned().into(),
            rate.to.code().to_owned().into(),
            rate.rate.normalize().to_string().into(),
            rate.source.clone().unwrap_or_default().into(),
        ]
    });
    work.connection.insert(&EXCHANGE_RATE, rows)?;
    Ok(())
}

pub(super) fn insert_history(work: &mut Work<'_>, history: &[HistoryRow]) -> Result<(), Fault> {
    let entity = work.entity_id();
    let first: Vec<i64> = history.iter().map(|_| work.ids.take()).collect();
    let rows = history.iter().zip(first).map(|(past, id)| {
        let document = past.document.as_ref();
        let amount = document.and_then(|document| document.amount);
        vec![
            entity.into(),
            id.into(),
            (&past.payment_id).into(),
            past.paid_on.into(),
            past.account.clone().unwrap_or_default().into(),
            past.payer_name.clone().unwrap_or_default().into(),
            past.payer_account.clone().unwrap_or_default().into(),
            past.remittance_text.clone().unwrap_or_default().into(),
            past.payment.minor().into(),
            past.payment.currency().code().to_owned().into(),
            past.customer_id.clone().unwrap_or_default().into(),
            document
                .map(|document| document.number.clone())
                .unwrap_or_default()
                .into(),
            past.applied.minor().into(),
            past.kind.word().into(),
            document.and_then(|document| document.issued_on).into(),
            document.and_then(|document| document.due_on).into(),
            amount.map(Money::minor).into(),
            amount
                .map(|amount| amount.currency().code().to_owned())
                .into(),
        ]
    });
    work.connection.insert(&PAST_APPLICATION, rows)?;
    Ok(())
}

/// Extra columns as one JSON object.
pub(super) fn extra_json(extra: &[(String, String)]) -> String {
    let object: serde_json::Map<String, Json> = extra
        .iter()
        .map(|(name, value)| (name.clone(), Json::from(value.clone())))
        .collect();
    Json::Object(object).to_string()
}
