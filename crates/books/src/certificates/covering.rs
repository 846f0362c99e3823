//! What certificates cover of tax withheld, and what no longer.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::Date;
use domain::certificates::{self, Cover, Deducted, Held};
use domain::documents::DocumentKind;
use domain::ids::{CertificateId, DocumentId};
use domain::money::Money;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::certificates::sql::{self, Of};
use crate::certificates::{Covered, Entry, RegisterRefusal, demand, entry};
use crate::documents::find;
use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// The deductions that are named, in their order; each as it stands today.
pub(super) fn named(work: &mut Work<'_>, asked: &[&str]) -> Outcome<Vec<Deducted>> {
    let set: BTreeSet<&str> = asked.iter().copied().collect();
    let found = find::find(work, &set)?;
    let mut ids = Vec::with_capacity(asked.len());
    for document in asked {
        let row = found.get(*document).and_then(|rows| rows.first());
        let row = row.filter(|row| row.kind == DocumentKind::TaxWithheld);
        let not_withheld = || RegisterRefusal::NotWithheld {
            document: (*document).to_owned(),
        };
        ids.push(row.ok_or_else(not_withheld)?.document);
    }
    let keys = ids.iter().map(|id| id.0).collect();
    let known = sql::deducted(work, &Of::Ids(keys), now())?;
    let known: BTreeMap<DocumentId, Deducted> = known
        .into_iter()
        .map(|tax| (tax.deducted.document, tax.deducted))
        .collect();
    let of = |(id, document): (&DocumentId, &&str)| {
        // The taking back of a deduction is none itself.
        let not_withheld = || RegisterRefusal::NotWithheld {
            document: (*document).to_owned(),
        };
        known.get(id).cloned().ok_or_else(not_withheld)
    };
    Ok(ids.iter().zip(asked).map(of).collect::<Result<_, _>>()?)
}

/// Everything that is known, whatever day it counts.
pub(super) fn now() -> (Date, Timestamp) {
    (Date::MAX, Timestamp::MAX)
}

/// Covers deductions by a certificate: those named, or what it covers by itself.
pub fn cover(
    work: &mut Work<'_>,
    id: CertificateId,
    documents: &[(String, Option<Money>)],
) -> Outcome<Vec<Covered>> {
    work.gate()?;
    let Entry {
        mut held, party, ..
    } = entry(work, id)?;
    demand(work, &[held.party].into())?;
    let mut covers = Vec::new();
    let mut all: Vec<Deducted>;
    if documents.is_empty() {
        let parties = BTreeSet::from([held.party]);
        let known = sql::deducted(work, &Of::Parties(&parties), now())?;
        all = known.into_iter().map(|tax| tax.deducted).collect();
        covers.extend(certificates::by_itself(&held, &all));
    } else {
        let names: Vec<&str> = documents.iter().map(|(name, _)| name.as_str()).collect();
        all = named(work, &names)?;
        for (place, (_, amount)) in documents.iter().enumerate() {
            let cover = certificates::cover(&held, &all[place], *amount)?;
            held.covers += cover.amount;
            // The same deduction may be named twice.
            for one in all.iter_mut().filter(|one| one.document == cover.document) {
                one.covered += Money::new(cover.amount, one.covered.currency());
            }
            covers.push(cover);
        }
    }
    keep(work, &covers)?;
    let covered: Vec<Covered> = covers
        .iter()
        .filter_map(|cover| shown(cover, &held, &all))
        .collect();
    if !covered.is_empty() {
        let detail = json!({
            "certificate": id.to_string(), "number": held.certificate.number,
            "covers": covered.iter().map(told).collect::<Vec<_>>(),
        });
        work.note("certificate.cover", party, detail);
    }
    Ok(covered)
}

fn told(covered: &Covered) -> Json {
    json!({ "document": covered.document_number, "amount": covered.amount.to_string() })
}

pub(super) fn shown(cover: &Cover, held: &Held, all: &[Deducted]) -> Option<Covered> {
    let deducted = all.iter().find(|one| one.document == cover.document)?;
    Some(Covered {
        certificate: held.id,
        number: held.certificate.number.clone(),
        document: cover.document,
        document_number: deducted.number.clone(),
        on: deducted.on,
        amount: Money::new(cover.amount, deducted.withheld.currency()),
    })
}

/// Writes covers; they count from today.
pub(super) fn keep(work: &mut Work<'_>, covers: &[Cover]) -> Result<(), Fault> {
    let today = work.day();
    sql::insert_covers(work, covers, today)
}

/// Takes back what a certificate covers of a deduction.
pub fn uncover(work: &mut Work<'_>, id: CertificateId, document: &str) -> Outcome<()> {
    work.gate()?;
    let Entry { held, party, .. } = entry(work, id)?;
    demand(work, &[held.party].into())?;
    let deducted = named(work, &[document])?;
    let standing = sql::standing(work, sql::OF_CERTIFICATES, &[id.0])?;
    for one in &deducted {
        let amount = standing.iter().find(|cover| cover.document == one.document);
        let amount = amount.map_or(0, |cover| cover.amount);
        let cover = certificates::take_back(&held, one, amount)?;
        keep(work, &[cover])?;
    }
    let detail = json!({ "certificate": id.to_string(), "document": document });
    work.note("certificate.uncover", party, detail);
    Ok(())
}
