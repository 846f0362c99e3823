//! Which deductions a certificate covers: by hand, or by itself where party and period say so.

use std::cmp::Reverse;

use crate::calendar::Date;
use crate::certificates::{Certificate, CertificateKind, CertificateRefusal};
use crate::ids::{CertificateId, DocumentId, PartyId};
use crate::money::Money;

/// A certificate in the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// Its identity.
    pub id: CertificateId,
    /// Whose it is.
    pub party: PartyId,
    /// What it says.
    pub certificate: Certificate,
    /// What of its amount covers deductions; zero of an exemption.
    pub covers: i64,
    /// Whether it was taken out of the register.
    pub is_withdrawn: bool,
}

impl Held {
    /// What of its amount covers nothing yet.
    pub fn free(&self) -> Option<Money> {
        let amount = self.certificate.amount?;
        Some(Money::new(amount.minor() - self.covers, amount.currency()))
    }
}

/// Tax that a customer withheld, as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deducted {
    /// The document.
    pub document: DocumentId,
    /// Its number.
    pub number: String,
    /// Whose it is.
    pub party: PartyId,
    /// The day it counts.
    pub on: Date,
    /// What of it was not taken back.
    pub withheld: Money,
    /// What of that certificates cover.
    pub covered: Money,
}

impl Deducted {
    /// What no certificate covers.
    pub fn awaited(&self) -> Money {
        self.withheld - self.covered
    }
}

/// An amount of a certificate on a deduction; below zero where cover is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cover {
    /// The certificate.
    pub certificate: CertificateId,
    /// The deduction.
    pub document: DocumentId,
    /// How much, in minor units of the currency of both.
    pub amount: i64,
}

/// Covers a deduction by a certificate: with the amount named, else with as much as both leave.
pub fn cover(
    held: &Held,
    deducted: &Deducted,
    amount: Option<Money>,
) -> Result<Cover, CertificateRefusal> {
    let certificate = &held.certificate;
    let number = || certificate.number.clone();
    if held.is_withdrawn {
        return Err(CertificateRefusal::Withdrawn { number: number() });
    }
    let free = held
        .free()
        .filter(|_| certificate.kind == CertificateKind::Withholding)
        .ok_or_else(|| CertificateRefusal::CoversNothing { number: number() })?;
    let document = || deducted.number.clone();
    if held.party != deducted.party {
        return Err(CertificateRefusal::OtherParty {
            number: number(),
            document: document(),
        });
    }
    let awaited = deducted.awaited();
    let wanted = amount.unwrap_or(awaited);
    if let Some(other) = [awaited, wanted]
        .into_iter()
        .find(|money| money.currency() != free.currency())
    {
        return Err(CertificateRefusal::OtherCurrency {
            number: number(),
            currency: free.currency(),
            other: other.currency(),
        });
    }
    if !certificate.holds_on(deducted.on) {
        return Err(CertificateRefusal::OutsidePeriod {
            number: number(),
            document: document(),
            on: deducted.on,
        });
    }
    if !awaited.is_positive() {
        return Err(CertificateRefusal::CoveredAlready {
            document: document(),
        });
    }
    let wanted = match amount {
        None if free.minor() < wanted.minor() => free,
        _ => wanted,
    };
    if !wanted.is_positive() || free.minor() < wanted.minor() {
        return Err(CertificateRefusal::BeyondCertificate {
            number: number(),
            free,
        });
    }
    if awaited.minor() < wanted.minor() {
        return Err(CertificateRefusal::BeyondDeduction {
            document: document(),
            awaited,
        });
    }
    Ok(Cover {
        certificate: held.id,
        document: deducted.document,
        amount: wanted.minor(),
    })
}

/// What a certificate covers by itself of its party's deductions in its period: one of exactly its
/// amount, or several that make it, where one set alone does; else the oldest first.
pub fn by_itself(held: &Held, deducted: &[Deducted]) -> Vec<Cover> {
    let free = match held.free() {
        Some(free) if free.is_positive() && !held.is_withdrawn => free,
        _ => return Vec::new(),
    };
    let mut awaited: Vec<&Deducted> = deducted
        .iter()
        .filter(|one| {
            one.party == held.party
                && one.withheld.currency() == free.currency()
                && held.certificate.holds_on(one.on)
                && one.awaited().is_positive()
        })
        .collect();
    awaited.sort_by_key(|one| (one.on, one.document));
    let cover = |one: &Deducted, amount: i64| Cover {
        certificate: held.id,
        document: one.document,
        amount,
    };
    if let Some(exact) = exact(&awaited, free.minor()) {
        return exact
            .into_iter()
            .map(|one| cover(one, one.awaited().minor()))
            .collect();
    }
    let mut rest = free.minor();
    let mut covers = Vec::new();
    for one in awaited {
        let amount = one.awaited().minor().min(rest);
        if amount <= 0 {
            break;
        }
        rest -= amount;
        covers.push(cover(one, amount));
    }
    covers
}

/// The most deductions of which every set is tried.
const TRIED: usize = 16;

/// The only set of deductions that makes the amount; of single ones the oldest.
fn exact<'a>(awaited: &[&'a Deducted], amount: i64) -> Option<Vec<&'a Deducted>> {
    let single = awaited.iter().find(|one| one.awaited().minor() == amount);
    if let Some(one) = single {
        return Some(vec![one]);
    }
    if TRIED < awaited.len() {
        return None;
    }
    let sum = |set: u32| -> i64 {
        let inside = awaited.iter().enumerate();
        inside
            .filter(|(place, _)| set >> place & 1 == 1)
            .map(|(_, one)| one.awaited().minor())
            .fold(0, i64::saturating_add)
    };
    let mut sets = (1..1_u32 << awaited.len()).filter(|set| sum(*set) == amount);
    let only = sets.next()?;
    if sets.next().is_some() {
        return None;
    }
    let chosen = awaited.iter().enumerate();
    let chosen = chosen.filter(|(place, _)| only >> place & 1 == 1);
    Some(chosen.map(|(_, one)| *one).collect())
}

/// What stands of the covers between one certificate and one deduction is taken back.
pub fn take_back(
    held: &Held,
    deducted: &Deducted,
    standing: i64,
) -> Result<Cover, CertificateRefusal> {
    if standing <= 0 {
        return Err(CertificateRefusal::NotCovered {
            number: held.certificate.number.clone(),
            document: deducted.number.clone(),
        });
    }
    Ok(Cover {
        certificate: held.id,
        document: deducted.document,
        amount: -standing,
    })
}

/// What covers a deduction more than is left of it, once a part of it was taken back: the latest
/// certificate lets go first. `standing` is what each certificate covers, the oldest first.
pub fn released(document: DocumentId, left: i64, standing: &[(CertificateId, i64)]) -> Vec<Cover> {
    let covered: i64 = standing.iter().map(|(_, amount)| amount).sum();
    let mut over = covered - left.max(0);
    let mut all = Vec::new();
    for (certificate, amount) in standing.iter().rev() {
        let amount = over.min(*amount);
        if amount <= 0 {
            continue;
        }
        over -= amount;
        all.push(Cover {
            certificate: *certificate,
            document,
            amount: -amount,
        });
    }
    all
}

/// The certificate by which a sale is exempt: one for this sale before one for many, then the
/// latest.
pub fn exempting<'a>(
    held: &'a [Held],
    sold_on: Date,
    region: &str,
    number: &str,
) -> Option<&'a Held> {
    let fits = |one: &&Held| !one.is_withdrawn && one.certificate.exempts(sold_on, region, number);
    let order = |one: &&Held| (one.certificate.only_for.is_empty(), Reverse(one.id));
    held.iter().filter(fits).min_by_key(order)
}
