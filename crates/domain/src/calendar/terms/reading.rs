//! Terms as people write them: `NET30`, `2/10 NET30`, `2/10 EOM`, `15 MFI`, `PROX 25`,
//! `EOM+30`, `30% RECEIPT; 70% EOM+1M`, in any case. The words of languages, and the order in
//! which each puts them, stand in `words`.
//!
//! What is ambiguous is refused, with one convention: `10 EOM` and `n/10 EOM` are ten days after
//! the end of the month, as in US trade; `NET10+EOM` is the end of the month in ten days, and so
//! is `10 jours fin de mois`, as on the continent.
//! A discount that counts from the end of a month, proximo, the receipt of goods or extra days
//! and names no due date is due twenty days after it, the convention of the textbooks.

use std::iter::Peekable;
use std::str::FromStr;
use std::vec::IntoIter;

use rust_decimal::Decimal;

use super::words::{is_separator, words_of};
use super::{DueRule, PaymentTerms, TermsBase, TermsError};

/// A first count below this may as well be the percent of a discount.
const LEAST_DAYS_OF_INSTALMENT: u16 = 14;

/// More counts are no terms.
const LARGEST_PARTS: usize = 36;

/// An item bears so many early-payment discounts, as in the ledgers of the large systems.
const LARGEST_DISCOUNTS: usize = 2;

impl FromStr for PaymentTerms {
    type Err = TermsError;

    fn from_str(text: &str) -> Result<PaymentTerms, TermsError> {
        let words = words_of(text);
        let plain = words.join(" ");
        if let Some(days) = equal_parts(&words) {
            return Ok(PaymentTerms::assemble(
                TermsBase::Document,
                Vec::new(),
                days,
            ));
        }
        let parts: Vec<&str> = plain.split([';', ',']).map(str::trim).collect();
        let shares: Option<Vec<(Decimal, &str)>> = parts.iter().map(|part| share(part)).collect();
        match shares {
            Some(shares) if 1 < shares.len() => instalments(text, shares),
            _ => one_sum(text, &plain),
        }
    }
}

/// `30/60/90 DAYS` as instalments of one size: from three counts on, of which the first is no
/// percentage of a discount (`2/10/30`).
fn equal_parts(words: &[String]) -> Option<Vec<(Decimal, DueRule)>> {
    let mut words = words
        .iter()
        .filter(|word| !is_days(word) && word.as_str() != "NET");
    let counts = words.next().filter(|_| words.next().is_none())?;
    let counts: Option<Vec<u16>> = counts.split(['/', '-']).map(number).collect();
    let counts = counts.filter(|counts| 2 < counts.len() && counts.is_sorted_by(|a, b| a < b))?;
    if counts[0] < LEAST_DAYS_OF_INSTALMENT || LARGEST_PARTS < counts.len() {
        return None;
    }
    let parts = Decimal::from(counts.len());
    let share = (Decimal::ONE_HUNDRED / parts).trunc_with_scale(6);
    let last = Decimal::ONE_HUNDRED - share * (parts - Decimal::ONE);
    let end = counts.len() - 1;
    let rules = counts.iter().enumerate().map(|(place, days)| {
        let share = if place == end { last } else { share };
        (share.normalize(), DueRule::Net { days: *days })
    });
    Some(rules.collect())
}

/// `30% RECEIPT` as a share and its rest.
fn share(part: &str) -> Option<(Decimal, &str)> {
    let (percent, rest) = part.split_once('%')?;
    Some((percentage(percent.trim())?, rest.trim()))
}

pub(super) fn percentage(text: &str) -> Option<Decimal> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent = Decimal::from_str_exact(text).ok()?.normalize();
    let fits = Decimal::ZERO < percent && percent < Decimal::ONE_HUNDRED && percent.scale() <= 6;
    (is_plain && fits).then_some(percent)
}

fn instalments(text: &str, shares: Vec<(Decimal, &str)>) -> Result<PaymentTerms, TermsError> {
    let sum = shares.iter().map(|(percent, _)| *percent).sum();
    if sum != Decimal::ONE_HUNDRED {
        let text = text.to_owned();
        return Err(TermsError::Shares { text, sum });
    }
    let mut rules = Vec::with_capacity(shares.len());
    for (percent, rest) in shares {
        let terms = one_sum(text, rest)?;
        match (
            terms.instalment_rules(),
            terms.discount_rules(),
            terms.base(),
        ) {
            ([(_, rule)], [], TermsBase::Document) => rules.push((percent, *rule)),
            _ => {
                return Err(TermsError::Unknown {
                    text: text.to_owned(),
                    word: rest.to_owned(),
                });
            }
        }
    }
    Ok(PaymentTerms::assemble(
        TermsBase::Document,
        Vec::new(),
        rules,
    ))
}

/// What the words of terms with one due date said so far.
#[derive(Default)]
struct Words {
    base: TermsBase,
    /// Percent, rule, and whether a word has already said what it counts from.
    discounts: Vec<(Decimal, DueRule, bool)>,
    due: Vec<(DueRule, bool)>,
}

fn one_sum(text: &str, plain: &str) -> Result<PaymentTerms, TermsError> {
    let unknown = |word: &str| TermsError::Unknown {
        text: text.to_owned(),
        word: word.to_owned(),
    };
    let words: Vec<String> = plain
        .split_whitespace()
        .filter(|word| !is_separator(word))
        .map(str::to_owned)
        .collect();
    let mut rest = words.into_iter().peekable();
    let mut found = Words::default();
    while let Some(word) = rest.next() {
        take(&word, &mut rest, &mut found).ok_or_else(|| unknown(&word))?;
    }
    let due = match found.due[..] {
        [(rule, _)] => rule,
        [] => conventional_due(&found).ok_or_else(|| TermsError::NoDueDate {
            text: text.to_owned(),
        })?,
        _ => {
            return Err(TermsError::TwoDueDates {
                text: text.to_owned(),
            });
        }
    };
    let discounts = found.discounts.into_iter();
    let discounts: Vec<(Decimal, DueRule)> = discounts
        .map(|(percent, rule, _)| (percent, rule))
        .collect();
    check(text, &discounts, due)?;
    let instalments = vec![(Decimal::ONE_HUNDRED, due)];
    Ok(PaymentTerms::assemble(found.base, discounts, instalments))
}

/// Refuses what no item can bear or nobody can have meant.
fn check(text: &str, discounts: &[(Decimal, DueRule)], due: DueRule) -> Result<(), TermsError> {
    if LARGEST_DISCOUNTS < discounts.len() {
        return Err(TermsError::TooManyDiscounts {
            text: text.to_owned(),
            most: LARGEST_DISCOUNTS,
        });
    }
    let DueRule::Net { days: due } = due else {
        return Ok(());
    };
    for (percent, rule) in discounts {
        if let DueRule::Net { days } = *rule
            && due < days
        {
            return Err(TermsError::LateDiscount {
                text: text.to_owned(),
                percent: *percent,
                days,
                due,
            });
        }
    }
    Ok(())
}

type Rest = Peekable<IntoIter<String>>;

/// Takes one word, with those after it that belong to it.
fn take(word: &str, rest: &mut Rest, found: &mut Words) -> Option<()> {
    if word == "ROG" {
        found.base = TermsBase::GoodsReceived;
        return Some(());
    }
    if let Some(after) = modifier(word) {
        return modify(after, rest, found);
    }
    if let Some((percent, days)) = discount(word, rest) {
        let (rule, is_final) = days?;
        found.discounts.push((percent, rule, is_final));
        return Some(());
    }
    let rule = match word {
        "NET" | "N" => {
            let next = rest.next()?;
            plain_days(&next).or_else(|| due_rule(&next))?
        }
        _ => match plain_days(word) {
            // A bare number is nothing without the word after it: 30 DAYS, 15 MFI, 10 EOM.
            Some(rule) if is_followed_by_unit(rest) => rule,
            Some(_) => return None,
            None => due_rule(word)?,
        },
    };
    skip_days(rest);
    found.due.push((rule, !matches!(rule, DueRule::Net { .. })));
    Some(())
}

fn is_followed_by_unit(rest: &mut Rest) -> bool {
    rest.peek()
        .is_some_and(|next| is_days(next) || modifier(next).is_some())
}

fn is_days(word: &str) -> bool {
    word == "DAYS"
}

fn skip_days(rest: &mut Rest) {
    let _ = rest.next_if(|next| is_days(next));
}

/// What turns days into days of a later month, or after the end of this one.
#[derive(Clone, Copy, PartialEq)]
enum Modifier {
    EndOfMonth,
    Proximo,
}

impl Modifier {
    fn apply(self, rule: DueRule) -> Option<DueRule> {
        let DueRule::Net { days } = rule else {
            return None;
        };
        match self {
            Modifier::EndOfMonth => Some(DueRule::EndOfMonth {
                days_before: 0,
                months: 0,
                days_after: days,
            }),
            Modifier::Proximo => proximo(u8::try_from(days).ok()?),
        }
    }
}

fn proximo(day: u8) -> Option<DueRule> {
    (1..=31).contains(&day).then_some(DueRule::DayOfMonth {
        day,
        months: 1,
        cut_off: None,
        days_after: 0,
    })
}

fn modifier(word: &str) -> Option<Modifier> {
    match word {
        "EOM" => Some(Modifier::EndOfMonth),
        "PROX" | "MFI" => Some(Modifier::Proximo),
        _ => None,
    }
}

/// `2/10 EOM`, `N/30 EOM`, `15 MFI`: changes what stands before it; `EOM`, `PROX 25` alone
/// are due dates.
fn modify(modifier: Modifier, rest: &mut Rest, found: &mut Words) -> Option<()> {
    if let Some((rule, is_final)) = found.due.last_mut()
        && !*is_final
    {
        *rule = modifier.apply(*rule)?;
        *is_final = true;
        // `2/10, n/30 EOM`: both count from the end of the month.
        for (_, rule, is_final) in found.discounts.iter_mut().filter(|(.., done)| !done) {
            *rule = modifier.apply(*rule)?;
            *is_final = true;
        }
        return Some(());
    }
    if let Some((_, rule, is_final)) = found.discounts.last_mut()
        && !*is_final
        && found.due.is_empty()
    {
        *rule = modifier.apply(*rule)?;
        *is_final = true;
        return Some(());
    }
    let rule = match modifier {
        Modifier::EndOfMonth => modifier.apply(DueRule::ON_RECEIPT)?,
        Modifier::Proximo => due_rule(&format!("PROX{}", rest.next()?))?,
    };
    found.due.push((rule, true));
    Some(())
}

/// `2/10`, `2%/10`, `2% 10`, `1/10-60X`, `3/PROX20` as percent and rule with "needs no modifier".
fn discount(word: &str, rest: &mut Rest) -> Option<(Decimal, Option<(DueRule, bool)>)> {
    let (percent, days) = if let Some((percent, days)) = word.split_once('/') {
        (percent.trim_end_matches('%'), days.to_owned())
    } else {
        let percent = word.strip_suffix('%')?;
        (percent, rest.next_if(|next| plain_days(next).is_some())?)
    };
    let percent = percentage(percent)?;
    skip_days(rest);
    let extra = days.strip_suffix('X').and_then(|days| days.split_once('-'));
    let rule = if let Some((ordinary, extra)) = extra {
        let days = number(ordinary).zip(number(extra));
        let days = days.and_then(|(ordinary, extra)| ordinary.checked_add(extra));
        days.map(|days| (DueRule::Net { days }, true))
    } else if let Some(rule) = plain_days(&days) {
        Some((rule, false))
    } else {
        due_rule(&days).map(|rule| (rule, true))
    };
    Some((percent, rule))
}

/// Twenty days after the last discount, where its words say what they count from.
fn conventional_due(found: &Words) -> Option<DueRule> {
    let (_, rule, is_final) = found.discounts.last()?;
    if !is_final && found.base == TermsBase::Document {
        return None;
    }
    match *rule {
        DueRule::Net { days } => Some(DueRule::Net {
            days: days.checked_add(20)?,
        }),
        DueRule::EndOfMonth {
            days_before,
            months,
            days_after,
        } => Some(DueRule::EndOfMonth {
            days_before,
            months,
            days_after: days_after.checked_add(20)?,
        }),
        DueRule::DayOfMonth {
            day,
            months,
            cut_off,
            days_after,
        } => Some(DueRule::DayOfMonth {
            day,
            months,
            cut_off,
            days_after: days_after.checked_add(20)?,
        }),
    }
}

/// One word that is a whole rule: `NET30`, `N/30`, `EOM+1M+10`, `PROX25-CUT20`, `RECEIPT`.
fn due_rule(word: &str) -> Option<DueRule> {
    if word == "RECEIPT" {
        return Some(DueRule::ON_RECEIPT);
    }
    let word = word.strip_prefix("N/").unwrap_or(word);
    let mut parts = word.split('+');
    let mut head = parts.next()?;
    let mut days_before = 0;
    if word.contains("+EOM") {
        days_before = days_of(head)?;
        head = parts.next()?;
    }
    let (months, days_after) = added(parts)?;
    if head == "EOM" {
        return Some(DueRule::EndOfMonth {
            days_before,
            months,
            days_after,
        });
    }
    if let Some(day) = head
        .strip_prefix("PROX")
        .or_else(|| head.strip_prefix("MFI"))
    {
        let (day, cut_off) = match day.split_once("-CUT") {
            Some((day, last)) => (day, Some(u8::try_from(number(last)?).ok()?)),
            None => (day, None),
        };
        proximo(u8::try_from(number(day)?).ok()?)?;
        if cut_off.is_some_and(|last| !(1..=31).contains(&last)) {
            return None;
        }
        return Some(DueRule::DayOfMonth {
            day: u8::try_from(number(day)?).ok()?,
            months: months.checked_add(1)?,
            cut_off,
            days_after,
        });
    }
    (!word.contains('+')).then_some(DueRule::Net {
        days: days_of(head)?,
    })
}

/// `1M` and `10` of `EOM+1M+10`, each at most once.
fn added<'w>(parts: impl Iterator<Item = &'w str>) -> Option<(u8, u16)> {
    let (mut months, mut days) = (None, None);
    for part in parts {
        let is_twice = if let Some(count) = part.strip_suffix('M') {
            months.replace(u8::try_from(number(count)?).ok()?).is_some()
        } else {
            days.replace(number(part)?).is_some()
        };
        if is_twice {
            return None;
        }
    }
    Some((months.unwrap_or(0), days.unwrap_or(0)))
}

/// `NET30`, `N30`, `30D`, and after `N/` a bare `30`.
fn days_of(word: &str) -> Option<u16> {
    let digits = word.strip_prefix("NET").or_else(|| word.strip_prefix('N'));
    number(digits.unwrap_or(word).trim_end_matches('D'))
}

fn plain_days(word: &str) -> Option<DueRule> {
    number(word).map(|days| DueRule::Net { days })
}

/// A count of days or months: at most ten years of days.
pub(super) fn number(text: &str) -> Option<u16> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u16 = is_plain.then(|| text.parse().ok())??;
    (number <= 3660).then_some(number)
}
