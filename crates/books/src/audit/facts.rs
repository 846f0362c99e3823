//! Facts and master data beside what the audit log says was written: a row that was changed,
//! added or taken away behind the books' back is in one of them alone.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::sql;
use crate::db::{CHANGING, Column, Sum, Sums, Table, Value};
use crate::failure::Fault;
use crate::work::Work;
use crate::{
    access, approvals, bank, cash, certificates, credit, entities, imports, ledger, parties, rates,
    revaluation, settings, short_pays,
};

/// What all rows of a table sum up to.
pub(crate) fn whole_of(work: &mut Work<'_>, table: &Table) -> Result<Sum, Fault> {
    let mut whole = Sum::default();
    for sum in there(work, table)?.into_values() {
        whole.add(sum);
    }
    Ok(whole)
}

/// Tables whose rows may be written before the work takes the gate, which can move its moment:
/// they are summed up over all moments, as master data is.
const BEFORE_THE_GATE: &[&str] = &[
    "approval_policy",
    "approval_request",
    "approval_voice",
    "credit_hold",
    "credit_limit",
    "delegation",
    "delegation_end",
    "party_contact",
    "party_note",
    "party_withholding",
];

/// The tables that are summed up, with the columns by which they were written.
fn tables() -> Vec<&'static Table> {
    [
        ledger::sql::SUMMED,
        bank::sql::SUMMED,
        cash::sql::SUMMED,
        rates::sql::SUMMED,
        imports::sql::SUMMED,
        revaluation::sql::SUMMED,
        access::sql::SUMMED,
        approvals::sql::SUMMED,
        credit::sql::SUMMED,
        entities::sql::SUMMED,
        settings::sql::SUMMED,
        certificates::sql::SUMMED,
        parties::sql::SUMMED,
        parties::sql::people::SUMMED,
        short_pays::sql::SUMMED,
    ]
    .concat()
}

/// What was written at one moment, and by whom.
#[derive(Default)]
struct Written {
    sum: Sum,
    who: String,
}

/// By table, then by moment in microseconds; tables that keep no moment have one of 0.
type Log = BTreeMap<String, BTreeMap<i64, Written>>;

/// How many facts there are, and the first that is not as it was written.
pub(crate) fn unchanged(work: &mut Work<'_>) -> Result<(i64, Option<String>), Fault> {
    let tables = tables();
    let mut log = written(work, &tables)?;
    let (mut facts, mut broken) = (0, None);
    for table in tables {
        let there = there(work, table)?;
        facts += there.values().map(|sum| sum.rows).sum::<i64>();
        if broken.is_none() {
            let written = log.remove(table.name).unwrap_or_default();
            broken = differs(table.name, &written, &there);
        }
    }
    Ok((facts, broken))
}

/// What some rows of a table sum up to, named by one of their columns.
pub(crate) fn sum_of(
    work: &mut Work<'_>,
    table: &Table,
    key: &str,
    keys: &[Value<'_>],
) -> Result<Sum, Fault> {
    let mut sum = Sum::default();
    sql::some_of(work, table, (key, keys), |row| {
        sum.add(Sum::read(table, row)?);
        Ok(())
    })?;
    Ok(sum)
}

/// The column of the moment at which a row was written, where it tells the link that wrote it.
fn moment_of(table: &Table) -> Option<usize> {
    if [CHANGING, BEFORE_THE_GATE].concat().contains(&table.name) {
        return None;
    }
    let is_moment = |column: &Column| column.name == "recorded_at";
    table.columns.iter().position(is_moment)
}

/// What the links of the audit log say.
fn written(work: &mut Work<'_>, tables: &[&Table]) -> Result<Log, Fault> {
    let mut log = Log::new();
    sql::each(work, 0, |row| {
        for (name, sum) in Sums::parse(&row.facts).unwrap_or_default() {
            let table = tables.iter().find(|table| table.name == name);
            let keeps_moment = table.is_some_and(|table| moment_of(table).is_some());
            let moment = if keeps_moment {
                row.recorded_at.as_microsecond()
            } else {
                0
            };
            let moments = log.entry(name.to_owned()).or_default();
            let written = moments.entry(moment).or_default();
            written.sum.add(sum);
            written.who = format!("{} ({}, {})", row.actor, row.door, row.action);
        }
        Ok(())
    })?;
    Ok(log)
}

/// What the table holds.
fn there(work: &mut Work<'_>, table: &Table) -> Result<BTreeMap<i64, Sum>, Fault> {
    let moment = moment_of(table);
    let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
    sql::each_of(work, table, |row| {
        let at = moment.and_then(|place| row.at(place).ok());
        let sum = Sum::read(table, row).unwrap_or_else(|_| Sum::unreadable());
        sums.entry(at.map_or(0, Timestamp::as_microsecond))
            .or_default()
            .add(sum);
        Ok(())
    })?;
    Ok(sums)
}

/// The first difference between what was written and what is there, in words.
fn differs(
    table: &str,
    written: &BTreeMap<i64, Written>,
    there: &BTreeMap<i64, Sum>,
) -> Option<String> {
    let when = |moment: i64| match (moment, Timestamp::from_microsecond(moment)) {
        (1.., Ok(at)) => format!(" at {at}"),
        _ => String::new(),
    };
    for (moment, expected) in written {
        let found = there.get(moment).copied().unwrap_or_default();
        let (wrote, rows) = (expected.sum.rows, found.rows);
        let when = when(*moment);
        let who = if when.is_empty() {
            ""
        } else {
            expected.who.as_str()
        };
        if wrote != rows {
            return Some(format!(
                "{table}: {wrote} rows were written{when} {who}, {rows} are there"
            ));
        }
        if expected.sum != found {
            return Some(format!(
                "{table}: of the {rows} rows written{when} {who} one is not as it was written"
            ));
        }
    }
    let (moment, sum) = there
        .iter()
        .find(|(moment, _)| !written.contains_key(moment))?;
    Some(format!(
        "{table}: {} rows{} were written through no door",
        sum.rows,
        when(*moment)
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::db::{CHANGING, SUMMED};

    #[test]
    fn what_changes_is_summed() {
        assert!(CHANGING.iter().all(|table| SUMMED.contains(table)));
    }

    #[test]
    fn what_is_summed_can_be_read_again() {
        let known: BTreeSet<&str> = super::tables().iter().map(|table| table.name).collect();
        assert_eq!(known, SUMMED.iter().copied().collect());
    }
}
