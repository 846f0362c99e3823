//! Statements of what is agreed with parties.

pub(crate) mod people;

use std::collections::{BTreeSet, HashMap};

use domain::calendar::Date;
use domain::credit::{Covers, Limit};
use domain::ids::PartyId;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::credit::sql::limit;
use crate::db::{Table, Value, table};
use crate::failure::Fault;
use crate::work::Work;

/// A sum as it stands in a pair of columns.
pub(in crate::parties) fn amount(minor: i64, code: &str) -> Result<Money, Fault> {
    let currency = Currency::parse(code);
    let currency = currency.ok_or_else(|| Fault::new(format!("`{code}` is no currency")))?;
    Ok(Money::new(minor, currency))
}

/// Id and terms of the parties of some codes.
pub(super) fn terms(
    work: &mut Work<'_>,
    codes: &[&str],
) -> Result<HashMap<String, (PartyId, String)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = codes.iter().map(|code| Value::from(*code)).collect();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT code, id, terms FROM party WHERE entity_id = $1 AND code IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(row.text(0)?, (PartyId(row.int(1)?), row.text(2)?));
            Ok(())
        },
    )?;
    Ok(found)
}

pub(super) fn update_terms(work: &mut Work<'_>, party: PartyId, terms: &str) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.change(&PARTY, "id", &[party.0.into()], |work| {
        work.execute(
            "UPDATE party SET terms = $1 WHERE entity_id = $2 AND id = $3",
            &[terms.into(), entity.into(), party.0.into()],
        )?;
        Ok(())
    })
}

pub(super) fn credit_limit(work: &mut Work<'_>, party: PartyId) -> Result<Option<Limit>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let latest = work.row(
        "SELECT amount, covers FROM credit_limit WHERE entity_id = $1 AND party_id = $2
         ORDER BY id DESC LIMIT 1",
        &[entity.into(), party.0.into()],
        |row| limit(row.opt_int(0)?, &row.text(1)?, functional),
    )?;
    Ok(latest.flatten())
}

pub(super) fn insert_credit_limit(
    work: &mut Work<'_>,
    party: PartyId,
    limit: Option<Limit>,
    reason: &str,
) -> Result<(), Fault> {
    let covers = limit.map_or(Covers::Own, |limit| limit.covers);
    let amount = limit.map(|limit| limit.amount.minor());
    let (entity, now, id) = (work.entity_id(), work.now(), work.ids.take());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        id.into(),
        party.0.into(),
        amount.into(),
        covers.code().into(),
        actor.into(),
        reason.into(),
        now.into(),
    ];
    work.connection.insert(&CREDIT_LIMIT, [row])?;
    Ok(())
}

/// Id, code and further fields of some parties.
pub(super) fn fields(
    work: &mut Work<'_>,
    parties: &BTreeSet<PartyId>,
) -> Result<Vec<(PartyId, String, Json)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        "SELECT id, code, extra FROM party WHERE entity_id = $1 AND id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let extra = serde_json::from_str(&row.text(2)?).unwrap_or(Json::Null);
            found.push((PartyId(row.int(0)?), row.text(1)?, extra));
            Ok(())
        },
    )?;
    Ok(found)
}

pub(crate) const PARTY: Table = table!("party": entity_id Int, id Int, code Text, name Text,
    country Text, currency Text, parent_code Text, email Text, terms Text, is_customer Int,
    is_vendor Int, extra Text);
pub(crate) const PARTY_BANK_ACCOUNT: Table =
    table!("party_bank_account": entity_id Int, party_id Int, number Text);
pub(crate) const PARTY_ALIAS: Table =
    table!("party_alias": entity_id Int, party_id Int, alias Text);
const CREDIT_LIMIT: Table = table!("credit_limit": entity_id Int, id Int, party_id Int, amount Int,
    covers Text, actor Text, reason Text, recorded_at At);
const WITHHOLDING: Table = table!("party_withholding": entity_id Int, id Int, party_id Int,
    percent Text, valid_from Date, actor Text, reason Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[
    &PARTY,
    &PARTY_BANK_ACCOUNT,
    &PARTY_ALIAS,
    &CREDIT_LIMIT,
    &WITHHOLDING,
];

/// Rates that were agreed, each from a day on; none takes an earlier one back.
pub(super) type Agreed = Vec<(Date, Option<Decimal>)>;

/// The rates of some parties, the oldest decision of each first.
pub(super) fn withholding_of(
    work: &mut Work<'_>,
    parties: &[PartyId],
) -> Result<HashMap<PartyId, Agreed>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|party| party.0.into()).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        "SELECT id, party_id, valid_from, percent FROM party_withholding
         WHERE entity_id = $1 AND party_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let percent = row.opt_text(3)?.map(|text| text.parse()).transpose();
            let percent =
                percent.map_err(|_| Fault::new("a rate of tax withheld cannot be read"))?;
            found.push((row.int(0)?, PartyId(row.int(1)?), row.date(2)?, percent));
            Ok(())
        },
    )?;
    found.sort_by_key(|(id, ..)| *id);
    let mut all: HashMap<PartyId, Agreed> = HashMap::new();
    for (_, party, from, percent) in found {
        all.entry(party).or_default().push((from, percent));
    }
    Ok(all)
}

/// A party, its rate of tax withheld, and the first day of that.
pub(super) type RateRow = (PartyId, Option<Decimal>, Date);

pub(super) fn insert_withholding(
    work: &mut Work<'_>,
    rates: &[RateRow],
    reason: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let ids: Vec<i64> = rates.iter().map(|_| work.ids.take()).collect();
    let rows = rates.iter().zip(ids).map(|((party, percent, from), id)| {
        vec![
            entity.into(),
            id.into(),
            party.0.into(),
            percent.map(|rate| rate.normalize().to_string()).into(),
            (*from).into(),
            (&actor).into(),
            reason.into(),
            now.into(),
        ]
    });
    work.connection.insert(&WITHHOLDING, rows)?;
    Ok(())
}

/// Changes the further fields of a party.
pub(super) fn update_extra(work: &mut Work<'_>, party: PartyId, extra: &str) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.change(&PARTY, "id", &[party.0.into()], |work| {
        work.execute(
            "UPDATE party SET extra = $1 WHERE entity_id = $2 AND id = $3",
            &[extra.into(), entity.into(), party.0.into()],
        )?;
        Ok(())
    })
}

/// Children and their parents.
pub(super) fn parents(work: &mut Work<'_>) -> Result<Vec<(PartyId, PartyId)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT c.id, p.id FROM party c
         JOIN party p ON p.entity_id = c.entity_id AND p.code = c.parent_code
         WHERE c.entity_id = $1 AND c.parent_code IS NOT NULL",
        &[entity.into()],
        |row| Ok((PartyId(row.int(0)?), PartyId(row.int(1)?))),
    )
}
