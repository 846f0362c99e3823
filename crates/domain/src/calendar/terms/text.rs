//! Terms and their refusals as text: the shortest one that reads back as the same terms.

use std::fmt;

use rust_decimal::Decimal;

use super::{DueRule, PaymentTerms, TermsBase};

/// A text that is no terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TermsError {
    /// A word that means nothing here.
    Unknown {
        /// The whole text.
        text: String,
        /// The word.
        word: String,
    },
    /// Nothing says when the document falls due.
    NoDueDate {
        /// The whole text.
        text: String,
    },
    /// More than one due date without shares.
    TwoDueDates {
        /// The whole text.
        text: String,
    },
    /// More early-payment discounts than an item bears.
    TooManyDiscounts {
        /// The whole text.
        text: String,
        /// How many it bears.
        most: usize,
    },
    /// A discount for longer than the document may be paid: its days are somebody else's.
    LateDiscount {
        /// The whole text.
        text: String,
        /// The discount.
        percent: Decimal,
        /// For how many days it is offered.
        days: u16,
        /// After how many days the document is due.
        due: u16,
    },
    /// Shares that are not 100 % together.
    Shares {
        /// The whole text.
        text: String,
        /// Their sum.
        sum: Decimal,
    },
}

impl fmt::Display for TermsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TermsError::Unknown { text, word } => {
                write!(out, "`{word}` in the terms `{text}` is not understood")?;
            }
            TermsError::NoDueDate { text } => {
                write!(
                    out,
                    "the terms `{text}` do not say when the document is due"
                )?;
            }
            TermsError::TwoDueDates { text } => {
                write!(out, "the terms `{text}` name two due dates without shares")?;
            }
            TermsError::TooManyDiscounts { text, most } => {
                write!(
                    out,
                    "the terms `{text}` have more than {most} early-payment discounts"
                )?;
            }
            TermsError::LateDiscount {
                text,
                percent,
                days,
                due,
            } => {
                write!(
                    out,
                    "the terms `{text}` seem to grant {percent} % for {days} days on what is due \
                     after {due}"
                )?;
            }
            TermsError::Shares { text, sum } => {
                write!(
                    out,
                    "the shares of the terms `{text}` are {sum} %, not 100 %"
                )?;
            }
        }
        write!(
            out,
            "; expected terms such as NET30, 30 days net, 2/10 NET30, 3/10 2/20 NET30, \
             14 Tage 2 % Skonto, 30 Tage netto, EOM+30, NET30+EOM, PROX25, \
             30% RECEIPT; 70% NET60"
        )
    }
}

impl std::error::Error for TermsError {}

impl fmt::Display for DueRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (months, days_after) = match *self {
            DueRule::Net { days: 0 } => return out.write_str("RECEIPT"),
            DueRule::Net { days } => return write!(out, "NET{days}"),
            DueRule::EndOfMonth {
                days_before,
                months,
                days_after,
            } => {
                if days_before != 0 {
                    write!(out, "NET{days_before}+")?;
                }
                out.write_str("EOM")?;
                (months, days_after)
            }
            DueRule::DayOfMonth {
                day,
                months,
                cut_off,
                days_after,
            } => {
                write!(out, "PROX{day}")?;
                if let Some(last) = cut_off {
                    write!(out, "-CUT{last}")?;
                }
                (months.saturating_sub(1), days_after)
            }
        };
        if months != 0 {
            write!(out, "+{months}M")?;
        }
        if days_after != 0 {
            write!(out, "+{days_after}")?;
        }
        Ok(())
    }
}

/// The shortest text that reads back as the same terms.
impl fmt::Display for PaymentTerms {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        for (percent, rule) in self.discount_rules() {
            words.push(match rule {
                DueRule::Net { days } => format!("{percent}/{days}"),
                DueRule::EndOfMonth { .. } | DueRule::DayOfMonth { .. } => {
                    format!("{percent}/{rule}")
                }
            });
        }
        match self.instalment_rules() {
            // After a discount a bare EOM would say what the discount counts from.
            [(_, rule)] if !words.is_empty() && rule.to_string() == "EOM" => {
                words.push("N/EOM".to_owned());
            }
            [(_, rule)] => words.push(rule.to_string()),
            several => {
                let shares = several
                    .iter()
                    .map(|(share, rule)| format!("{share}% {rule}"));
                words.push(shares.collect::<Vec<_>>().join("; "));
            }
        }
        if self.base() == TermsBase::GoodsReceived {
            words.push("ROG".to_owned());
        }
        out.pad(&words.join(" "))
    }
}
