//! Why a certificate is not kept, or covers nothing.

use std::fmt;

use rust_decimal::Decimal;

use crate::calendar::Date;
use crate::money::{Currency, Money};
use crate::refusal::Refusal;

/// Why a certificate is not kept or does not cover a deduction, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertificateRefusal {
    /// A text is missing or too long.
    Text {
        /// The field.
        field: &'static str,
        /// The longest.
        longest: usize,
    },
    /// It is not a country code.
    Country {
        /// What stood there.
        country: String,
    },
    /// Its last day comes before its first.
    EndsBeforeItBegins {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// No tax has that rate.
    Rate {
        /// What stood there.
        rate: Decimal,
    },
    /// A withholding certificate states an amount.
    NoAmount,
    /// An exemption has no amount.
    AnAmount,
    /// A withholding certificate has a period.
    NoEnd,
    /// It was taken out of the register.
    Withdrawn {
        /// Its number.
        number: String,
    },
    /// An exemption covers no tax withheld.
    CoversNothing {
        /// Its number.
        number: String,
    },
    /// It is another party's.
    OtherParty {
        /// Its number.
        number: String,
        /// The deduction.
        document: String,
    },
    /// It is about another currency.
    OtherCurrency {
        /// Its number.
        number: String,
        /// Its currency.
        currency: Currency,
        /// The other.
        other: Currency,
    },
    /// The deduction was made outside its period.
    OutsidePeriod {
        /// Its number.
        number: String,
        /// The deduction.
        document: String,
        /// Its day.
        on: Date,
    },
    /// Nothing of the deduction is awaited.
    CoveredAlready {
        /// The deduction.
        document: String,
    },
    /// Less of the certificate is free.
    BeyondCertificate {
        /// Its number.
        number: String,
        /// What is free.
        free: Money,
    },
    /// Less of the deduction is awaited.
    BeyondDeduction {
        /// The deduction.
        document: String,
        /// What is awaited.
        awaited: Money,
    },
    /// The certificate does not cover the deduction.
    NotCovered {
        /// Its number.
        number: String,
        /// The deduction.
        document: String,
    },
}

impl fmt::Display for CertificateRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CertificateRefusal::Text { field, longest } => {
                write!(out, "The {field} has 1 to {longest} characters.")
            }
            CertificateRefusal::Country { country } => {
                write!(out, "`{country}` is not a country code.")
            }
            CertificateRefusal::EndsBeforeItBegins { from, until } => {
                write!(out, "It ends on {until}, before it begins on {from}.")
            }
            CertificateRefusal::Rate { rate } => write!(out, "{rate} % is not a tax rate."),
            CertificateRefusal::NoAmount => {
                write!(out, "A withholding certificate states an amount.")
            }
            CertificateRefusal::AnAmount => write!(out, "An exemption has no amount."),
            CertificateRefusal::NoEnd => {
                write!(out, "A withholding certificate has a period.")
            }
            CertificateRefusal::Withdrawn { number } => {
                write!(out, "Certificate {number} was withdrawn.")
            }
            CertificateRefusal::CoversNothing { number } => {
                write!(out, "Certificate {number} is an exemption.")
            }
            CertificateRefusal::OtherParty { number, document } => {
                write!(
                    out,
                    "Certificate {number} belongs to another party than {document}."
                )
            }
            CertificateRefusal::OtherCurrency {
                number,
                currency,
                other,
            } => write!(
                out,
                "Certificate {number} is in {currency}, not in {other}."
            ),
            CertificateRefusal::OutsidePeriod {
                number,
                document,
                on,
            } => write!(
                out,
                "{document} counts on {on}, outside the period of certificate {number}."
            ),
            CertificateRefusal::CoveredAlready { document } => {
                write!(out, "Nothing of {document} is awaited.")
            }
            CertificateRefusal::BeyondCertificate { number, free } => {
                write!(out, "Only {free:?} of certificate {number} are free.")
            }
            CertificateRefusal::BeyondDeduction { document, awaited } => {
                write!(out, "Only {awaited:?} of {document} are awaited.")
            }
            CertificateRefusal::NotCovered { number, document } => {
                write!(out, "Certificate {number} does not cover {document}.")
            }
        }
    }
}

impl Refusal for CertificateRefusal {
    fn code(&self) -> &'static str {
        match self {
            CertificateRefusal::Text { .. } => "text_missing",
            CertificateRefusal::Country { .. } => "not_a_country",
            CertificateRefusal::EndsBeforeItBegins { .. } => "ends_before_it_begins",
            CertificateRefusal::Rate { .. } => "not_a_rate",
            CertificateRefusal::NoAmount => "amount_missing",
            CertificateRefusal::AnAmount => "amount_of_exemption",
            CertificateRefusal::NoEnd => "period_missing",
            CertificateRefusal::Withdrawn { .. } => "certificate_withdrawn",
            CertificateRefusal::CoversNothing { .. } => "certificate_of_exemption",
            CertificateRefusal::OtherParty { .. } => "certificate_of_other_party",
            CertificateRefusal::OtherCurrency { .. } => "certificate_in_other_currency",
            CertificateRefusal::OutsidePeriod { .. } => "outside_certificate_period",
            CertificateRefusal::CoveredAlready { .. } => "covered_already",
            CertificateRefusal::BeyondCertificate { .. } => "beyond_certificate",
            CertificateRefusal::BeyondDeduction { .. } => "beyond_deduction",
            CertificateRefusal::NotCovered { .. } => "not_covered_by_certificate",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            CertificateRefusal::Text { .. } => "write it as it stands on the certificate".into(),
            CertificateRefusal::Country { .. } => "give two capitals, such as IN".into(),
            CertificateRefusal::EndsBeforeItBegins { .. } => "let it end later".into(),
            CertificateRefusal::Rate { .. } => {
                "give percent from 0 to below 100, such as 10 or 7.5".into()
            }
            CertificateRefusal::NoAmount => "give the tax it certifies, above zero".into(),
            CertificateRefusal::AnAmount => "leave the amount empty".into(),
            CertificateRefusal::NoEnd => "give its last day".into(),
            CertificateRefusal::Withdrawn { .. } => "add it again if it is valid after all".into(),
            CertificateRefusal::CoversNothing { .. } => {
                "withheld tax is covered by a withholding certificate".into()
            }
            CertificateRefusal::OtherParty { .. } => "ask the right party for one".into(),
            CertificateRefusal::OtherCurrency { .. } => {
                "a deduction is covered in its own currency".into()
            }
            CertificateRefusal::OutsidePeriod { .. } => {
                "check the period of the certificate, or ask for one for that time".into()
            }
            CertificateRefusal::CoveredAlready { .. } => {
                "see what covers it with `duebook certificate list`".into()
            }
            CertificateRefusal::BeyondCertificate { .. }
            | CertificateRefusal::BeyondDeduction { .. } => "name no more than that".into(),
            CertificateRefusal::NotCovered { number, .. } => {
                format!("see what it covers with `duebook certificate show {number}`")
            }
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            CertificateRefusal::Text { field, .. } => Some(field),
            CertificateRefusal::Country { .. } => Some("country"),
            CertificateRefusal::EndsBeforeItBegins { .. } | CertificateRefusal::NoEnd => {
                Some("valid_until")
            }
            CertificateRefusal::Rate { .. } => Some("tax_rate"),
            CertificateRefusal::NoAmount
            | CertificateRefusal::AnAmount
            | CertificateRefusal::BeyondCertificate { .. }
            | CertificateRefusal::BeyondDeduction { .. } => Some("amount"),
            CertificateRefusal::OtherParty { .. }
            | CertificateRefusal::OtherCurrency { .. }
            | CertificateRefusal::OutsidePeriod { .. }
            | CertificateRefusal::CoveredAlready { .. }
            | CertificateRefusal::NotCovered { .. } => Some("document"),
            CertificateRefusal::Withdrawn { .. } | CertificateRefusal::CoversNothing { .. } => None,
        }
    }
}
