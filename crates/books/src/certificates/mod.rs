//! Certificates of customers: the register, what of tax withheld they cover, what is awaited.
//!
//! Tax that a customer keeps stands on withholding tax receivable until a certificate covers it;
//! what no certificate covers is awaited, asked for ([`ask`]), and in the end charged back
//! ([`charge_back`]). Whoever takes a deduction back through another door lets its certificates go
//! with it ([`taken_back`]).

mod asking;
mod covering;
mod refusal;
pub(crate) mod sql;

pub(crate) use asking::policy;
pub use asking::{Asked, Letter, ask, ask_again_after, letter, set_policy};
pub use covering::{cover, uncover};
pub use refusal::RegisterRefusal;

use std::collections::BTreeSet;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::certificates::{self, Certificate, Cover, Deducted, Held, Standing};
use domain::documents::{Document, DocumentKind};
use domain::ids::{CertificateId, DocumentId, PartyId};
use domain::money::Money;
use jiff::Timestamp;
use serde_json::json;

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::imports;
use crate::open_items::{self, Settled};
use crate::parties;
use crate::work::Work;
use covering::{keep, named, now, shown};
use sql::Of;

/// The largest paper, in MiB.
const LARGEST: usize = 10;

/// A certificate of the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it says, and what of it covers deductions.
    pub held: Held,
    /// The party's code.
    pub party: String,
    /// The party's name.
    pub name: String,
    /// Who kept it.
    pub actor: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Why it was taken out of the register.
    pub withdrawn: Option<String>,
    /// Name and SHA-256 of its paper.
    pub file: Option<(String, String)>,
}

impl Entry {
    /// `withdrawn`, `not yet`, `ended` or `holds`, on a day; of tax withheld `used` and `free`.
    pub fn state(&self, day: Date) -> &'static str {
        let certificate = &self.held.certificate;
        match self.held.free() {
            _ if self.withdrawn.is_some() => "withdrawn",
            Some(free) if free.is_positive() => "free",
            Some(_) => "used",
            None if certificate.holds_on(day) => "holds",
            None if day < certificate.valid_from => "not yet",
            None => "ended",
        }
    }
}

/// A document from which tax was withheld.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// The document.
    pub document: DocumentId,
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: Date,
    /// What of it is no sales tax.
    pub net: Money,
    /// All of it.
    pub gross: Money,
}

/// Tax that a customer withheld, with what is known about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tax {
    /// What was withheld, and what of it is covered.
    pub deducted: Deducted,
    /// The customer's code.
    pub party: String,
    /// The customer's name.
    pub name: String,
    /// From which documents.
    pub invoices: Vec<Invoice>,
    /// When its certificate was last asked for.
    pub asked_on: Option<Date>,
}

impl Tax {
    /// How it stands on a day; it is asked again after some days.
    pub fn standing(&self, day: Date, again_after: u16) -> Standing {
        Standing::of(self.deducted.awaited(), self.asked_on, day, again_after)
    }
}

/// What a new certificate is to cover.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Covering {
    /// What fits by party, period and sum; the oldest first.
    #[default]
    ByItself,
    /// Nothing yet.
    Nothing,
    /// Deductions by number or id, each with an amount or with as much as both leave.
    Documents(Vec<(String, Option<Money>)>),
}

/// A certificate to keep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCertificate {
    /// The party's code.
    pub party: String,
    /// What it says.
    pub certificate: Certificate,
    /// Name and content of its paper.
    pub file: Option<(String, Vec<u8>)>,
    /// What it is to cover.
    pub covering: Covering,
}

/// A deduction with the amount that a certificate covers of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Covered {
    /// The certificate.
    pub certificate: CertificateId,
    /// The certificate's number.
    pub number: String,
    /// The deduction.
    pub document: DocumentId,
    /// The deduction's number.
    pub document_number: String,
    /// The deduction's date.
    pub on: Date,
    /// How much.
    pub amount: Money,
}

/// What may be done by whom applies cash or collects, within their portfolio.
pub(crate) fn demand(work: &mut Work<'_>, parties: &BTreeSet<PartyId>) -> Outcome<()> {
    let mut refused = None;
    for area in [Area::Cash, Area::Collections] {
        let asked = access::demand(work, area, Verb::Do, None)
            .and_then(|()| access::demand_within(work, (area, Verb::Do), |_| Ok(parties.clone())));
        match asked {
            Ok(()) => return Ok(()),
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// May the actor keep certificates of somebody?
pub fn may_keep(work: &mut Work<'_>) -> Outcome<bool> {
    Ok(demand(work, &BTreeSet::new()).is_ok())
}

/// Keeps a certificate with its paper, and covers what it is to cover.
pub fn add(work: &mut Work<'_>, new: &NewCertificate) -> Outcome<(CertificateId, Vec<Covered>)> {
    work.gate()?;
    let party = parties::ids(work, &[new.party.as_str()])?[0];
    demand(work, &[party].into())?;
    let certificate = &new.certificate;
    certificate.check()?;
    if sql::is_kept(work, party, certificate)? {
        let number = certificate.number.clone();
        return Err(RegisterRefusal::KnownAlready { number }.into());
    }
    let file = match &new.file {
        None => None,
        Some((_, content)) if content.is_empty() || LARGEST << 20 < content.len() => {
            return Err(RegisterRefusal::Paper { largest: LARGEST }.into());
        }
        Some((name, content)) => Some(imports::keep_paper(work, "certificates", (name, content))?),
    };
    let id = CertificateId(work.ids.take());
    sql::insert_certificate(work, (id, party), certificate, file)?;
    let detail = json!({
        "certificate": id.to_string(), "kind": certificate.kind.code(),
        "number": certificate.number, "file": new.file.as_ref().map(|(name, _)| name),
    });
    work.note("certificate.add", &new.party, detail);
    let covers = match &new.covering {
        Covering::Nothing => Vec::new(),
        _ if certificate.amount.is_none() => Vec::new(),
        Covering::ByItself => cover(work, id, &[])?,
        Covering::Documents(named) => cover(work, id, named)?,
    };
    Ok((id, covers))
}

/// The certificate that people mean by a number or id.
pub fn find(work: &mut Work<'_>, asked: &str) -> Outcome<CertificateId> {
    let ids = sql::find(work, asked)?;
    let asked = asked.to_owned();
    match ids[..] {
        [] => Err(RegisterRefusal::Unknown { asked }.into()),
        [id] => Ok(id),
        _ => Err(RegisterRefusal::NotUnique { asked, ids }.into()),
    }
}

fn entry(work: &mut Work<'_>, id: CertificateId) -> Outcome<Entry> {
    let found = sql::register(work, &Of::Ids(vec![id.0]))?;
    let unknown = || RegisterRefusal::Unknown {
        asked: id.to_string(),
    };
    Ok(found.into_iter().next().ok_or_else(unknown)?)
}

/// Takes a certificate out of the register, because it was kept by mistake or holds no longer; what
/// it covers is awaited again.
pub fn withdraw(work: &mut Work<'_>, id: CertificateId, reason: &str) -> Outcome<()> {
    work.gate()?;
    let Entry { held, party, .. } = entry(work, id)?;
    demand(work, &[held.party].into())?;
    let number = held.certificate.number.clone();
    if held.is_withdrawn {
        return Err(certificates::CertificateRefusal::Withdrawn { number }.into());
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(RegisterRefusal::NoReason.into());
    }
    let standing = sql::standing(work, sql::OF_CERTIFICATES, &[id.0])?;
    let back: Vec<Cover> = standing
        .iter()
        .map(|cover| Cover {
            amount: -cover.amount,
            ..*cover
        })
        .collect();
    keep(work, &back)?;
    sql::insert_withdrawal(work, id, reason)?;
    let detail = json!({
        "certificate": id.to_string(), "number": number, "reason": reason,
        "uncovered": back.len(),
    });
    work.note("certificate.withdraw", party, detail);
    Ok(())
}

/// Certificates of the register, of a party where one is named; the oldest first.
pub fn list(work: &mut Work<'_>, party: Option<&str>) -> Outcome<Vec<Entry>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    Ok(match party {
        None => sql::register(work, &Of::All)?,
        Some(code) => {
            let parties = parties::ids(work, &[code])?.into_iter().collect();
            sql::register(work, &Of::Parties(&parties))?
        }
    })
}

/// Certificates of exemption that were not withdrawn, for matching.
pub(crate) fn exemptions(work: &mut Work<'_>) -> Result<Vec<Held>, Fault> {
    let all = sql::register(work, &Of::All)?.into_iter();
    let held = all.map(|entry| entry.held);
    let is_exemption = |held: &Held| {
        held.certificate.kind == certificates::CertificateKind::Exemption && !held.is_withdrawn
    };
    Ok(held.filter(is_exemption).collect())
}

/// One certificate, and what it covers.
pub fn show(work: &mut Work<'_>, id: CertificateId) -> Outcome<(Entry, Vec<Covered>)> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let entry = entry(work, id)?;
    let standing = sql::standing(work, sql::OF_CERTIFICATES, &[id.0])?;
    let documents = standing.iter().map(|cover| cover.document.0).collect();
    let known = sql::deducted(work, &Of::Ids(documents), now())?;
    let known: Vec<Deducted> = known.into_iter().map(|tax| tax.deducted).collect();
    let covers = standing.iter();
    let covers = covers
        .filter_map(|cover| shown(cover, &entry.held, &known))
        .collect();
    Ok((entry, covers))
}

/// The paper of a certificate as it came: its name and content.
pub fn paper(work: &mut Work<'_>, id: CertificateId) -> Outcome<(String, Vec<u8>)> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let unknown = || RegisterRefusal::Unknown {
        asked: id.to_string(),
    };
    Ok(sql::paper(work, id)?.ok_or_else(unknown)?)
}

/// Tax withheld of everybody or of one party, as it stands on a day: from which documents, and when
/// it was last asked for. The oldest first.
pub fn withheld(work: &mut Work<'_>, party: Option<&str>, as_of: Date) -> Outcome<Vec<Tax>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    match party {
        None => look(work, &Of::All, (as_of, Timestamp::MAX)),
        Some(code) => {
            let parties = parties::ids(work, &[code])?.into_iter().collect();
            look(work, &Of::Parties(&parties), (as_of, Timestamp::MAX))
        }
    }
}

/// Tax withheld of everybody that no certificate covers, the oldest first; only the first so many
/// have their documents and askings, as a page shows no more.
pub fn awaited(work: &mut Work<'_>, as_of: Date, most: usize) -> Outcome<Vec<Tax>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let at = (as_of, Timestamp::MAX);
    let mut all = sql::deducted(work, &Of::All, at)?;
    all.retain(|tax| tax.deducted.awaited().is_positive());
    let shown = most.min(all.len());
    add_documents(work, &mut all[..shown], at)?;
    Ok(all)
}

/// Tax withheld, with invoices and askings: three statements, whatever there is.
pub(crate) fn look(work: &mut Work<'_>, of: &Of<'_>, at: (Date, Timestamp)) -> Outcome<Vec<Tax>> {
    let mut all = sql::deducted(work, of, at)?;
    add_documents(work, &mut all, at)?;
    Ok(all)
}

fn add_documents(
    work: &mut Work<'_>,
    taxes: &mut [Tax],
    at: (Date, Timestamp),
) -> Result<(), Fault> {
    let asked = sql::last_asked(work, at)?;
    let documents: Vec<DocumentId> = taxes.iter().map(|tax| tax.deducted.document).collect();
    let mut invoices = sql::invoices(work, &documents)?;
    for tax in taxes {
        let document = tax.deducted.document;
        tax.asked_on = asked.get(&document).copied();
        tax.invoices = invoices.remove(&document).unwrap_or_default();
        tax.invoices.sort_by(|a, b| a.number.cmp(&b.number));
    }
    Ok(())
}

/// Charges a deduction back, for which no certificate came: what it had settled is open again by
/// that amount, all that no certificate covers where none is named.
pub fn charge_back(
    work: &mut Work<'_>,
    document: &str,
    amount: Option<Money>,
    (on, reason): (Date, &str),
) -> Outcome<Settled> {
    work.gate()?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(RegisterRefusal::NoReason.into());
    }
    let deducted = named(work, &[document])?.remove(0);
    let awaited = deducted.awaited();
    let amount = amount.unwrap_or(awaited);
    let is_within = amount.currency() == awaited.currency()
        && amount.is_positive()
        && amount.minor() <= awaited.minor();
    if !is_within {
        let document = deducted.number;
        return Err(RegisterRefusal::Covered { document, awaited }.into());
    }
    let settled = open_items::charge_back(work, deducted.document, amount, on)?;
    let detail = json!({
        "document": deducted.number, "amount": amount.to_string(),
        "currency": amount.currency().code(), "reason": reason,
    });
    work.note("certificate.charge_back", deducted.number.clone(), detail);
    Ok(settled)
}

/// Lets certificates go of what was taken back, through whichever door: none covers more than is
/// left of a deduction.
pub(crate) fn taken_back(work: &mut Work<'_>, documents: &[Document]) -> Result<(), Fault> {
    let reversed = documents
        .iter()
        .filter(|one| one.kind == DocumentKind::TaxWithheld);
    let reversed: BTreeSet<DocumentId> = reversed.filter_map(|one| one.reverses).collect();
    let ids: Vec<i64> = reversed.iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let standing = sql::standing(work, sql::OF_DOCUMENTS, &ids)?;
    if standing.is_empty() {
        return Ok(());
    }
    let mut covers = Vec::new();
    for tax in sql::deducted(work, &Of::Ids(ids), now())? {
        let own = standing
            .iter()
            .filter(|cover| cover.document == tax.deducted.document);
        let own: Vec<(CertificateId, i64)> =
            own.map(|cover| (cover.certificate, cover.amount)).collect();
        let left = tax.deducted.withheld.minor();
        covers.extend(certificates::released(tax.deducted.document, left, &own));
    }
    keep(work, &covers)
}
