//! Customers and vendors: new ones are added, known ones brought up to date.

use std::collections::HashMap;

use domain::ids::PartyId;
use formats::Problem;
use formats::exchange::{PartyRow, customers, vendors};
use serde_json::json;

use crate::failure::Outcome;
use crate::imports::sql::{self, StoredParty};
use crate::imports::{ImportReport, Source};
use crate::work::Work;

/// What the file makes of its parties.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Customer,
    Vendor,
}

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    role: Role,
    report: &mut ImportReport,
) -> Outcome<()> {
    let known = sql::parties(work)?;
    let reader = source.reader()?;
    let rows = match role {
        Role::Customer => customers(reader),
        Role::Vendor => vendors(reader),
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    let (mut fresh, mut changed, mut details) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let (line, row) = match row {
            Ok(found) => found,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        if let Some(earlier) = seen.insert(row.party_id.clone(), line) {
            report.problems.push(Problem::error(
                format!("row {line}"),
                format!(
                    "{} stands in row {earlier} already; keep one of them",
                    row.party_id
                ),
            ));
            continue;
        }
        let stored = known.get(&row.party_id);
        let id = stored.map_or_else(|| PartyId(work.ids.take()), |stored| stored.id);
        let party = party_of(&row, role, id, stored, work);
        match stored {
            None => {
                report.accepted += 1;
                fresh.push((row.party_id.clone(), party));
            }
            Some(stored) if *stored == party => report.already_known += 1,
            Some(_) => {
                report.accepted += 1;
                changed.push((row.party_id.clone(), party));
            }
        }
        details.push((id, row));
    }
    check_parents(&known, &seen, &details, report);
    sql::insert_parties(work, &fresh)?;
    for (code, party) in &changed {
        sql::update_party(work, party)?;
        let before = known.get(code).map(|stored| format!("{stored:?}"));
        let detail = json!({ "before": before, "after": format!("{party:?}") });
        work.note("party.change", code, detail);
    }
    sql::insert_party_details(work, &details)?;
    Ok(())
}

fn party_of(
    row: &PartyRow,
    role: Role,
    id: PartyId,
    stored: Option<&StoredParty>,
    work: &Work<'_>,
) -> StoredParty {
    let currency = row.currency.unwrap_or(work.functional());
    StoredParty {
        id,
        name: row.name.clone(),
        country: row.country.clone().unwrap_or_default(),
        currency: currency.code().to_owned(),
        parent: row.parent_id.clone(),
        email: row.email.clone().unwrap_or_default(),
        terms: row.payment_terms.clone().unwrap_or_default(),
        is_customer: role == Role::Customer || stored.is_some_and(|stored| stored.is_customer),
        is_vendor: role == Role::Vendor || stored.is_some_and(|stored| stored.is_vendor),
        extra: sql::extra_json(&row.extra),
    }
}

/// A parent must be there or come in the same file.
fn check_parents(
    known: &HashMap<String, StoredParty>,
    seen: &HashMap<String, usize>,
    details: &[(PartyId, PartyRow)],
    report: &mut ImportReport,
) {
    for (_, row) in details {
        let Some(parent) = &row.parent_id else {
            continue;
        };
        if !seen.contains_key(parent) && !known.contains_key(parent) || *parent == row.party_id {
            let line = seen.get(&row.party_id).copied().unwrap_or_default();
            report.problems.push(Problem::error(
                format!("row {line}, column parent_id"),
                format!("`{parent}` is no other party; name one of this file or of the books"),
            ));
        }
    }
}
