//! Contacts: who stands there already is brought up to date, everybody else is added.

use std::collections::HashMap;

use domain::ids::PartyId;
use formats::Problem;
use formats::exchange::contacts;

use crate::failure::Outcome;
use crate::imports::{ImportReport, Source, sql};
use crate::parties;
use crate::work::Work;

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    report: &mut ImportReport,
) -> Outcome<()> {
    let known: HashMap<String, PartyId> = sql::party_ids(work)?;
    let mut rows = Vec::new();
    for row in contacts(source.reader()?) {
        let (line, row) = match row {
            Ok(found) => found,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        match known.get(&row.party_id) {
            Some(party) => rows.push((line, *party, row.party_id, row.contact)),
            None => report.problems.push(Problem::error(
                format!("row {line}, column party_id"),
                format!(
                    "`{}` is no party; import customers and vendors first",
                    row.party_id
                ),
            )),
        }
    }
    let taken = parties::take_contacts(work, &rows)?;
    report.accepted += taken.accepted;
    report.already_known += taken.already_known;
    report.problems.extend(taken.problems);
    Ok(())
}
