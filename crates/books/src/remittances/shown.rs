//! What was read of remittance advices, and which bank line each was joined with.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{FileId, LineId};
use domain::money::{Money, Rounding};
use domain::refusal::Refusal;
use formats::remittance::{self, AdvisedItem, Remittance};

use super::{AdviceKey, sql, stored};
use crate::access;
use crate::failure::Outcome;
use crate::work::Work;

/// Why nothing is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RemittanceRefusal {
    /// No advice has that id, and no file that name.
    Unknown {
        /// What was asked for.
        asked: String,
    },
}

impl fmt::Display for RemittanceRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RemittanceRefusal::Unknown { asked } => {
                write!(out, "There is no remittance advice {asked}.")
            }
        }
    }
}

impl Refusal for RemittanceRefusal {
    fn code(&self) -> &'static str {
        match self {
            RemittanceRefusal::Unknown { .. } => "unknown_remittance",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            RemittanceRefusal::Unknown { .. } => {
                Some("list them with `duebook remittance list`".into())
            }
        }
    }
}

/// An advice with what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownAdvice {
    /// Under which it is asked for.
    pub id: String,
    /// The file that brought it.
    pub file: String,
    /// The day on which that came.
    pub received_on: Date,
    /// What was read of it.
    pub advice: remittance::Advice,
    /// The bank lines that it explains.
    pub joined: Vec<JoinedLine>,
    /// Why it explains none.
    pub why_not: Option<String>,
}

/// A bank line, with what was decided about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinedLine {
    /// The line.
    pub line: LineId,
    /// The day on which it was booked.
    pub booked_on: Date,
    /// What came.
    pub amount: Money,
    /// What became of it; empty where no run has seen it.
    pub outcome: String,
}

/// All advices, in the order in which they came.
pub fn list(work: &mut Work<'_>) -> Outcome<Vec<ShownAdvice>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let files = sql::files(work)?;
    advices_of(work, &files)
}

/// The advices of a file by its name, those that bear a reference, or the one with an id.
pub fn show(work: &mut Work<'_>, asked: &str) -> Outcome<Vec<ShownAdvice>> {
    let mut all = list(work)?;
    let asked = asked.trim();
    all.retain(|one| {
        let stem = one.file.rsplit(['/', '\\']).next().unwrap_or(&one.file);
        let mut references = one.advice.payment_references.iter();
        one.id == asked
            || one.file == asked
            || stem == asked
            || one.advice.source_ref == asked
            || references.any(|reference| reference == asked)
    });
    if asked.is_empty() || all.is_empty() {
        let asked = asked.to_owned();
        return Err(RemittanceRefusal::Unknown { asked }.into());
    }
    Ok(all)
}

fn advices_of(work: &mut Work<'_>, files: &[sql::FileRow]) -> Outcome<Vec<ShownAdvice>> {
    let mut found: Vec<(AdviceKey, ShownAdvice)> = Vec::new();
    for file in files {
        let advices = stored(file).filter_map(|one| match one.remittance {
            Remittance::Advice(advice) => Some(advice),
            Remittance::Deposit(_) | Remittance::Payout(_) => None,
        });
        for (place, advice) in (0..).zip(advices) {
            let key = AdviceKey {
                file: file.id,
                place,
            };
            let shown = ShownAdvice {
                id: format!("{}.{place}", FileId(file.id)),
                file: file.name.clone(),
                received_on: file.received_on,
                advice,
                joined: Vec::new(),
                why_not: None,
            };
            found.push((key, shown));
        }
    }
    let mut joined: HashMap<AdviceKey, Vec<JoinedLine>> = HashMap::new();
    for (key, line) in sql::joined_lines(work)? {
        joined.entry(key).or_default().push(line);
    }
    for (key, shown) in &mut found {
        shown.joined = joined.remove(key).unwrap_or_default();
    }
    let sums: Vec<i64> = found
        .iter()
        .filter_map(|(_, one)| total_of(work, one))
        .map(Money::minor)
        .collect();
    let mut lines: BTreeMap<i64, Vec<JoinedLine>> = BTreeMap::new();
    for line in sql::lines_of_sums(work, sums)? {
        lines.entry(line.amount.minor()).or_default().push(line);
    }
    for (_, shown) in &mut found {
        if shown.joined.is_empty() {
            let total = total_of(work, shown);
            shown.why_not = Some(why_not(total, &lines));
        }
    }
    Ok(found.into_iter().map(|(_, shown)| shown).collect())
}

/// The sum that it announces, or that its documents make, in its currency or else that of the books.
fn total_of(work: &Work<'_>, shown: &ShownAdvice) -> Option<Money> {
    let advice = &shown.advice;
    let currency = advice.currency.unwrap_or(work.functional());
    let paid = |item: &AdvisedItem| {
        let less = || item.gross?.checked_sub(item.deduction.unwrap_or_default());
        item.paid.or_else(less)
    };
    let made = || {
        let mut sums = advice.items.iter().map(paid);
        let first = sums.next()?;
        sums.try_fold(first?, |sum, paid| sum.checked_add(paid?))
    };
    let total = advice.total.or_else(made)?;
    Money::rounded(total, currency, Rounding::HalfUp).ok()
}

fn why_not(total: Option<Money>, lines: &BTreeMap<i64, Vec<JoinedLine>>) -> String {
    let Some(total) = total else {
        return "it states no sum, and no payment was decided by its references".into();
    };
    let sum = format!("{total} {}", total.currency());
    let of_sum = lines.get(&total.minor()).into_iter().flatten();
    let mut of_sum: Vec<&JoinedLine> = of_sum.filter(|one| one.amount == total).collect();
    of_sum.sort_by_key(|one| (!one.outcome.is_empty(), one.booked_on));
    let Some(first) = of_sum.first() else {
        return format!("no payment of {sum} has come");
    };
    let JoinedLine {
        line, booked_on, ..
    } = first;
    let more = match of_sum.len() {
        1 => String::new(),
        several => format!(" (one of {several} payments of that sum)"),
    };
    let what = match first.outcome.as_str() {
        "" => "has not been run yet: `duebook cash apply`".to_owned(),
        "proposed" | "waiting" => {
            format!("waits, and the advice was not taken for its own: `duebook cash show {line}`")
        }
        outcome => format!("is {} without the advice", outcome.replace('_', " ")),
    };
    format!("{line} of {booked_on} over {sum}{more} {what}")
}
