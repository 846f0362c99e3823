//! Certificates: what proves that a customer may keep tax back, or need not be charged it.
//!
//! A customer's deduction of tax clears the invoice for good only against a certificate of its
//! tax office; until one covers it, it is awaited, and without one it is a short payment. An
//! exemption certificate is told apart by the state it is for, holds on the day of the sale, and
//! may be for a single purchase.

mod cover;
mod refusal;
#[cfg(test)]
mod tests;

pub use cover::{Cover, Deducted, Held, by_itself, cover, exempting, released, take_back};
pub use refusal::CertificateRefusal;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::calendar::Date;
use crate::money::Money;

/// What a certificate is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CertificateKind {
    /// Tax that the party withheld and paid for us.
    Withholding,
    /// Sales tax that the party need not pay.
    Exemption,
}

impl CertificateKind {
    /// The words, in tables, files and URLs.
    pub const ALL: &[(&str, CertificateKind)] = &[
        ("withholding", CertificateKind::Withholding),
        ("exemption", CertificateKind::Exemption),
    ];

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<CertificateKind> {
        let found = CertificateKind::ALL
            .iter()
            .find(|(known, _)| *known == word);
        found.map(|(_, kind)| *kind)
    }

    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            CertificateKind::Withholding => "withholding",
            CertificateKind::Exemption => "exemption",
        }
    }
}

/// A certificate as it was handed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// What it is of.
    pub kind: CertificateKind,
    /// Its number.
    pub number: String,
    /// Who issued it: the tax office, or the customer for a form that it signs itself.
    pub authority: String,
    /// The country whose tax it is about, ISO 3166 of two capitals.
    pub country: String,
    /// The state or region of that country; empty for all of it.
    pub region: String,
    /// When it was issued.
    pub issued_on: Date,
    /// The first day of its period.
    pub valid_from: Date,
    /// The last day; none where it holds until it is taken out.
    pub valid_until: Option<Date>,
    /// How much tax it certifies; none of an exemption.
    pub amount: Option<Money>,
    /// The tax rate in percent, if it states one.
    pub tax_rate: Option<Decimal>,
    /// The only document that it is for, by its number; empty for all of its period.
    pub only_for: String,
}

/// The longest number, authority or region.
const LONGEST: usize = 100;

impl Certificate {
    /// Refuses what cannot be kept.
    pub fn check(&self) -> Result<(), CertificateRefusal> {
        let texts = [
            ("number", &self.number, true),
            ("authority", &self.authority, true),
            ("region", &self.region, false),
            ("document", &self.only_for, false),
        ];
        for (field, text, is_needed) in texts {
            let is_empty = is_needed && text.trim().is_empty();
            if is_empty || LONGEST < text.len() || text.contains('\0') {
                return Err(CertificateRefusal::Text {
                    field,
                    longest: LONGEST,
                });
            }
        }
        let is_country = self.country.len() == 2
            && self
                .country
                .bytes()
                .all(|letter| letter.is_ascii_uppercase());
        if !is_country {
            return Err(CertificateRefusal::Country {
                country: self.country.clone(),
            });
        }
        if let Some(until) = self.valid_until.filter(|until| *until < self.valid_from) {
            return Err(CertificateRefusal::EndsBeforeItBegins {
                from: self.valid_from,
                until,
            });
        }
        if let Some(rate) = self.tax_rate {
            check_rate(rate)?;
        }
        match (self.kind, self.amount) {
            (CertificateKind::Withholding, Some(amount)) if amount.is_positive() => {}
            (CertificateKind::Withholding, _) => return Err(CertificateRefusal::NoAmount),
            (CertificateKind::Exemption, Some(_)) => return Err(CertificateRefusal::AnAmount),
            (CertificateKind::Exemption, None) => {}
        }
        // A certificate for a single purchase needs no end; one of tax withheld needs its period.
        if self.kind == CertificateKind::Withholding && self.valid_until.is_none() {
            return Err(CertificateRefusal::NoEnd);
        }
        Ok(())
    }

    /// Is a day within its period?
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day <= until)
    }

    /// Exempts it a sale: on its day, where the goods went, by its number? A certificate of a
    /// region says nothing of a sale whose region is not known.
    pub fn exempts(&self, sold_on: Date, region: &str, number: &str) -> bool {
        self.kind == CertificateKind::Exemption
            && self.holds_on(sold_on)
            && (self.region.is_empty() || self.region.eq_ignore_ascii_case(region))
            && (self.only_for.is_empty() || self.only_for == number)
    }
}

/// Refuses a rate in percent that no tax has.
pub fn check_rate(rate: Decimal) -> Result<(), CertificateRefusal> {
    let is_rate = Decimal::ZERO <= rate && rate < Decimal::ONE_HUNDRED && rate.scale() <= 4;
    is_rate
        .then_some(())
        .ok_or(CertificateRefusal::Rate { rate })
}

/// The rate in percent that a party withholds by on a day, of those agreed, each from a day on;
/// none where nothing was agreed by then, or what was agreed was taken back.
pub fn rate_on(agreed: &[(Date, Option<Decimal>)], day: Date) -> Option<Decimal> {
    let begun = agreed.iter().filter(|(from, _)| *from <= day);
    // Of several from one day the last one said counts.
    begun.max_by_key(|(from, _)| *from)?.1
}

/// What is withheld of a part of a document: the rate of what of it is no sales tax, in minor units
/// that are not yet whole.
pub fn withheld(part: i64, (net, gross): (i64, i64), rate: Decimal) -> Decimal {
    let part = Decimal::from(part);
    let base = if net == gross || gross == 0 {
        part
    } else {
        part * Decimal::from(net) / Decimal::from(gross)
    };
    base * rate / Decimal::ONE_HUNDRED
}

/// The tax within a gross at a rate: gross - gross / (1 + rate), halves away from zero.
pub fn tax_within(gross: i64, rate: Decimal) -> Option<i64> {
    let net = Decimal::from(gross).checked_div(Decimal::ONE + rate / Decimal::ONE_HUNDRED)?;
    let net = net.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    Some(gross - net.to_i64()?)
}

/// What must be charged so that a net is left after tax is withheld: net / (1 - rate).
pub fn grossed_up(net: Money, rate: Decimal) -> Option<Money> {
    let left = Decimal::ONE - rate / Decimal::ONE_HUNDRED;
    let minor = (Decimal::from(net.minor()).checked_div(left)?).round();
    Some(Money::new(minor.to_i64()?, net.currency()))
}

/// Whether a deduction is to be asked for: nobody asked yet, or so long ago that it is asked again.
pub fn is_due(asked_on: Option<Date>, day: Date, again_after: u16) -> bool {
    asked_on.is_none_or(|asked| days_between(asked, day) >= i64::from(again_after))
}

/// Days from one day to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    let span = to.since((jiff::Unit::Day, from));
    span.map_or(0, |span| i64::from(span.get_days()))
}

/// How a deduction stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Certificates cover all of it.
    Covered,
    /// Nobody was asked for its certificate yet.
    Awaited,
    /// Somebody was asked.
    Asked,
    /// Somebody was asked so long ago that it is asked again.
    Overdue,
}

impl Standing {
    /// The word in reports and on pages.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Covered => "covered",
            Standing::Awaited => "awaited",
            Standing::Asked => "asked",
            Standing::Overdue => "overdue",
        }
    }

    /// The standing of a deduction by what is awaited of it, and when it was last asked for.
    pub fn of(awaited: Money, asked_on: Option<Date>, day: Date, again_after: u16) -> Standing {
        match asked_on {
            _ if !awaited.is_positive() => Standing::Covered,
            None => Standing::Awaited,
            Some(_) if is_due(asked_on, day, again_after) => Standing::Overdue,
            Some(_) => Standing::Asked,
        }
    }
}
