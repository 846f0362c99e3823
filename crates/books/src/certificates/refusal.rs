//! Why something about certificates is not done, beside what the certificates themselves say.

use std::fmt;

use domain::ids::CertificateId;
use domain::money::Money;
use domain::refusal::Refusal;

/// Why something about certificates is not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegisterRefusal {
    /// There is no such certificate.
    Unknown {
        /// What was asked for.
        asked: String,
    },
    /// Several certificates have that number.
    NotUnique {
        /// The number.
        asked: String,
        /// Their ids.
        ids: Vec<CertificateId>,
    },
    /// The party has a certificate of this number already.
    KnownAlready {
        /// The number.
        number: String,
    },
    /// The document is no tax withheld.
    NotWithheld {
        /// The document.
        document: String,
    },
    /// Nothing is done without a reason.
    NoReason,
    /// Certificates cover what should be charged back.
    Covered {
        /// The deduction.
        document: String,
        /// What no certificate covers.
        awaited: Money,
    },
    /// There is no such letter.
    NotAsked,
    /// The paper is empty or too large.
    Paper {
        /// The largest, in MiB.
        largest: usize,
    },
    /// No number of days.
    Days,
}

impl fmt::Display for RegisterRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegisterRefusal::Unknown { asked } => write!(out, "There is no certificate {asked}."),
            RegisterRefusal::NotUnique { asked, .. } => {
                write!(out, "Several certificates have the number {asked}.")
            }
            RegisterRefusal::KnownAlready { number } => {
                write!(out, "The party has a certificate {number} already.")
            }
            RegisterRefusal::NotWithheld { document } => {
                write!(out, "{document} is not tax withheld by a customer.")
            }
            RegisterRefusal::NoReason => write!(out, "This needs a reason."),
            RegisterRefusal::Covered { document, awaited } if !awaited.is_positive() => {
                write!(out, "Certificates cover all of {document}.")
            }
            RegisterRefusal::Covered { document, awaited } => {
                write!(out, "Of {document} only {awaited:?} are not covered.")
            }
            RegisterRefusal::NotAsked => write!(out, "There is no such letter."),
            RegisterRefusal::Paper { largest } => {
                write!(out, "A file has 1 byte to {largest} MiB.")
            }
            RegisterRefusal::Days => write!(out, "Repeat after 1 to 365 days."),
        }
    }
}

impl Refusal for RegisterRefusal {
    fn code(&self) -> &'static str {
        match self {
            RegisterRefusal::Unknown { .. } => "unknown_certificate",
            RegisterRefusal::NotUnique { .. } => "number_not_unique",
            RegisterRefusal::KnownAlready { .. } => "certificate_known",
            RegisterRefusal::NotWithheld { .. } => "not_withheld",
            RegisterRefusal::NoReason => "reason_missing",
            RegisterRefusal::Covered { .. } => "covered_by_certificate",
            RegisterRefusal::NotAsked => "not_found",
            RegisterRefusal::Paper { .. } => "not_a_paper",
            RegisterRefusal::Days => "not_days",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            RegisterRefusal::Unknown { .. } => "list them with `duebook certificate list`".into(),
            RegisterRefusal::NotUnique { ids, .. } => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!("name one by its id: {}", ids.join(", "))
            }
            RegisterRefusal::KnownAlready { .. } => {
                "cover more with it, or withdraw it and add it again".into()
            }
            RegisterRefusal::NotWithheld { .. } => {
                "name a document TW-… that was not taken back".into()
            }
            RegisterRefusal::NoReason => "say why".into(),
            RegisterRefusal::Covered { awaited, .. } if !awaited.is_positive() => {
                "take the cover back first, where a certificate does not hold".into()
            }
            RegisterRefusal::Covered { .. } => {
                "charge back no more than that, or take the cover back first".into()
            }
            RegisterRefusal::NotAsked => {
                "use the id that `duebook certificate ask` answered with".into()
            }
            RegisterRefusal::Paper { .. } => "send a smaller scan".into(),
            RegisterRefusal::Days => "give a number of days, such as 30".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            RegisterRefusal::Unknown { .. } | RegisterRefusal::NotUnique { .. } => {
                Some("certificate")
            }
            RegisterRefusal::KnownAlready { .. } => Some("number"),
            RegisterRefusal::NotWithheld { .. } => Some("document"),
            RegisterRefusal::NoReason => Some("reason"),
            RegisterRefusal::Covered { .. } => Some("amount"),
            RegisterRefusal::Paper { .. } => Some("file"),
            RegisterRefusal::Days => Some("days"),
            RegisterRefusal::NotAsked => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    #[test]
    fn what_is_wholly_covered_is_said_so() {
        let told = |minor: i64| {
            let refusal = RegisterRefusal::Covered {
                document: "TW-000001".into(),
                awaited: Money::new(minor, Currency::parse("EUR").expect("EUR")),
            };
            (refusal.to_string(), refusal.hint().expect("a hint"))
        };
        assert_eq!(told(0).0, "Certificates cover all of TW-000001.");
        assert_ne!(told(0).1, told(500).1);
        assert_eq!(told(500).0, "Of TW-000001 only 5.00 EUR are not covered.");
    }
}
