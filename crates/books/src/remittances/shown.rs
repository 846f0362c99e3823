//! What was read of remittance advices, and which bank line each was joined with. Only the files
//! that are asked for are read, but where a reference inside of them is asked for.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{FileId, LineId};
use domain::money::{Money, Rounding};
use domain::refusal::Refusal;
use formats::remittance::{self, AdvisedItem, Remittance};
use rust_decimal::Decimal;

use super::stored::read_again;
use super::{AdviceKey, FILES_AT_ONCE, sql};
use crate::access;
use crate::cash::desk::line_name;
use crate::failure::{Fault, Outcome};
use crate::reports::lists::Ask;
use crate::work::Work;

/// Why nothing is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RemittanceRefusal {
    /// No advice has that id or reference, and no file that name.
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
    pub why_not: Option<WhyNot>,
}

impl ShownAdvice {
    /// Who sent it: the payer's name or else address; empty where it says neither.
    pub fn from(&self) -> &str {
        let names = [&self.advice.payer_name, &self.advice.payer_email];
        let mut names = names.into_iter().flatten();
        names.find(|name| !name.is_empty()).map_or("", |name| name)
    }

    /// Its day: when it was sent, or paid, or else came.
    pub fn on(&self) -> Date {
        let said = self.advice.announced_on.or(self.advice.paid_on);
        said.unwrap_or(self.received_on)
    }

    /// What its documents make together, where each tells its part.
    pub fn made(&self) -> Option<Decimal> {
        let paid = |item: &AdvisedItem| {
            let less = || item.gross?.checked_sub(item.deduction.unwrap_or_default());
            item.paid.or_else(less)
        };
        let mut sums = self.advice.items.iter().map(paid);
        let first = sums.next()?;
        sums.try_fold(first?, |sum, paid| sum.checked_add(paid?))
    }
}

/// A bank line, or one payment of a deposit, with what was decided about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinedLine {
    /// The line.
    pub line: LineId,
    /// Which item of a deposit; empty for the line itself.
    pub unit: String,
    /// The day on which it was booked.
    pub booked_on: Date,
    /// What came.
    pub amount: Money,
    /// What became of it; empty where no run has seen it.
    pub outcome: String,
}

impl JoinedLine {
    /// How it is named: `line_…`, with `.` and the unit of a deposit.
    pub fn name(&self) -> String {
        line_name(self.line, &self.unit)
    }
}

/// Why an advice explains no bank line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WhyNot {
    /// It states no sum to look for.
    NoSum,
    /// No payment of its sum has come.
    NoPayment {
        /// The sum.
        sum: Money,
    },
    /// Payments of its sum have come and were not decided by it.
    Other {
        /// The one that waits, or else the first.
        line: JoinedLine,
        /// How many there are.
        payments: usize,
    },
}

impl fmt::Display for WhyNot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WhyNot::NoSum => write!(
                out,
                "it states no sum, and no payment was decided by its references"
            ),
            WhyNot::NoPayment { sum } => {
                write!(out, "no payment of {sum} {} has come", sum.currency())
            }
            WhyNot::Other { line, payments } => {
                let (name, sum) = (line.name(), line.amount);
                let (on, currency) = (line.booked_on, sum.currency());
                write!(out, "{name} of {on} over {sum} {currency}")?;
                if 1 < *payments {
                    write!(out, " (one of {payments} payments of that sum)")?;
                }
                match line.outcome.as_str() {
                    "" => write!(out, " has not been run yet"),
                    "proposed" | "waiting" => {
                        write!(out, " waits, and the advice was not taken for its own")
                    }
                    outcome => write!(out, " is {} without the advice", outcome.replace('_', " ")),
                }
            }
        }
    }
}

/// Some advices and where the next ones begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdvicePage {
    /// The advices, those that came last first.
    pub advices: Vec<ShownAdvice>,
    /// What to ask after for more; none at the end.
    pub next: Option<String>,
    /// Where the page has fewer than were asked for and more files are to be read: the day on
    /// which the last came that was read.
    pub read_back_to: Option<Date>,
}

/// Files that are read for one page at most: what is searched in more of them goes on with the next.
const FILES_OF_A_PAGE: usize = 1_000;

/// One page of advices, those that came last first, narrowed by [`super::FILTERS`].
pub fn page(work: &mut Work<'_>, ask: &Ask) -> Outcome<AdvicePage> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let most = usize::try_from(ask.most_rows()?).unwrap_or_default();
    let wanted = Wanted::of(ask);
    let mut files = sql::files_asked(work, &wanted.of_files, FILES_OF_A_PAGE + 1)?;
    let has_more = FILES_OF_A_PAGE < files.len();
    files.truncate(FILES_OF_A_PAGE);
    let mut found = Vec::new();
    let mut read_back_to = None;
    for some in files.chunks((most + 1).min(FILES_AT_ONCE)) {
        let rows = sql::files_of(work, some)?;
        read_back_to = rows.last().map(|file| file.received_on);
        let mut advices = read(&rows)?;
        advices.retain(|(key, shown)| wanted.is_asked(*key, &shown.advice));
        join(work, &mut advices)?;
        advices.retain(|(_, shown)| wanted.suits(shown));
        found.extend(advices);
        if most < found.len() {
            break;
        }
    }
    let is_full = most < found.len();
    found.truncate(most);
    let last_file = files.last().map(|file| FileId(*file).to_string());
    let next = if is_full {
        found.last().map(|(key, _)| key.to_string())
    } else {
        last_file.filter(|_| has_more)
    };
    explain(work, &mut found)?;
    Ok(AdvicePage {
        advices: found.into_iter().map(|(_, shown)| shown).collect(),
        next,
        read_back_to: read_back_to.filter(|_| !is_full && has_more),
    })
}

/// What is asked of advices, beside what is asked of their files.
struct Wanted {
    of_files: Ask,
    /// In lower case; empty where nothing is asked.
    words: String,
    /// Whether it explains a bank line, where that is asked.
    is_joined: Option<bool>,
    /// The last advice of the page before.
    after: Option<AdviceKey>,
}

impl Wanted {
    fn of(ask: &Ask) -> Wanted {
        let asked = |name: &str| {
            let found = ask.filters.iter().find(|(known, _)| known == name);
            found.map(|(_, text)| text.as_str())
        };
        let mut of_files = ask.clone();
        of_files.filters.retain(|(name, _)| name != "text");
        Wanted {
            of_files,
            words: asked("text").unwrap_or_default().to_lowercase(),
            is_joined: asked("explains").map(|word| word == "payment"),
            after: ask.after.as_ref().and_then(|after| after.parse().ok()),
        }
    }

    fn is_asked(&self, key: AdviceKey, advice: &remittance::Advice) -> bool {
        let is_before = |after: AdviceKey| key.file == after.file && key.place <= after.place;
        if self.after.is_some_and(is_before) {
            return false;
        }
        let names = [
            &advice.payer_name,
            &advice.payer_on_behalf,
            &advice.payer_email,
        ];
        let names = names.into_iter().flatten();
        let numbers = advice.items.iter().map(|item| &item.document);
        let mut texts = names
            .chain([&advice.source_ref])
            .chain(&advice.payment_references)
            .chain(numbers);
        self.words.is_empty() || texts.any(|text| text.to_lowercase().contains(&self.words))
    }

    fn suits(&self, shown: &ShownAdvice) -> bool {
        self.is_joined
            .is_none_or(|is_joined| is_joined != shown.joined.is_empty())
    }
}

/// The advice with an id.
pub fn one(work: &mut Work<'_>, id: &str) -> Outcome<Option<ShownAdvice>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let Ok(key) = id.parse::<AdviceKey>() else {
        return Ok(None);
    };
    let mut found = read(&sql::files_of(work, &[key.file])?)?;
    found.retain(|(known, _)| *known == key);
    join(work, &mut found)?;
    explain(work, &mut found)?;
    Ok(found.pop().map(|(_, shown)| shown))
}

/// The advice with an id, the advices of a file by its name, or else those that bear a reference,
/// for which all files are read.
pub fn show(work: &mut Work<'_>, asked: &str) -> Outcome<Vec<ShownAdvice>> {
    let asked = asked.trim();
    if let Some(found) = one(work, asked)? {
        return Ok(vec![found]);
    }
    let named = sql::files_named(work, asked)?;
    let rows = sql::files_of(work, &named)?;
    let mut found = read(&rows)?;
    found.retain(|(_, shown)| {
        let stem = shown.file.rsplit(['/', '\\']).next();
        shown.file == asked || stem == Some(asked)
    });
    if found.is_empty() {
        found = with_reference(work, asked)?;
    }
    if asked.is_empty() || found.is_empty() {
        let asked = asked.to_owned();
        return Err(RemittanceRefusal::Unknown { asked }.into());
    }
    join(work, &mut found)?;
    explain(work, &mut found)?;
    Ok(found.into_iter().map(|(_, shown)| shown).collect())
}

/// The advices that bear a reference.
fn with_reference(work: &mut Work<'_>, asked: &str) -> Result<Vec<Keyed>, Fault> {
    let mut found = Vec::new();
    for some in sql::file_ids(work)?.chunks(FILES_AT_ONCE) {
        let mut advices = read(&sql::files_of(work, some)?)?;
        advices.retain(|(_, shown)| {
            let mut references = shown.advice.payment_references.iter();
            shown.advice.source_ref == asked || references.any(|reference| reference == asked)
        });
        found.extend(advices);
    }
    Ok(found)
}

/// The file that brought an advice, as it came, with its name.
pub fn source(work: &mut Work<'_>, id: &str) -> Outcome<Option<(String, Vec<u8>)>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let Ok(key) = id.parse::<AdviceKey>() else {
        return Ok(None);
    };
    let file = sql::files_of(work, &[key.file])?.pop();
    Ok(file.map(|file| (file.name, file.content)))
}

type Keyed = (AdviceKey, ShownAdvice);

/// The advices of files, without what became of them.
fn read(files: &[sql::FileRow]) -> Result<Vec<Keyed>, Fault> {
    let mut found = Vec::new();
    for stored in read_again(files)? {
        if let Remittance::Advice(advice) = stored.remittance {
            let shown = ShownAdvice {
                id: stored.key.to_string(),
                file: stored.name,
                received_on: stored.received_on,
                advice,
                joined: Vec::new(),
                why_not: None,
            };
            found.push((stored.key, shown));
        }
    }
    Ok(found)
}

/// Finds the bank lines that advices explain.
fn join(work: &mut Work<'_>, advices: &mut [Keyed]) -> Result<(), Fault> {
    let mut files: Vec<i64> = advices.iter().map(|(key, _)| key.file).collect();
    files.dedup();
    let mut joined: HashMap<AdviceKey, Vec<JoinedLine>> = HashMap::new();
    for (key, line) in sql::joined_lines(work, &files)? {
        joined.entry(key).or_default().push(line);
    }
    for (key, shown) in advices {
        shown.joined = joined.remove(key).unwrap_or_default();
    }
    Ok(())
}

/// Says of the others why they explain none.
fn explain(work: &mut Work<'_>, advices: &mut [Keyed]) -> Result<(), Fault> {
    let alone = advices.iter_mut().filter(|(_, one)| one.joined.is_empty());
    let alone: Vec<(Option<Money>, &mut ShownAdvice)> =
        alone.map(|(_, one)| (total_of(work, one), one)).collect();
    let sums = alone.iter().filter_map(|(total, _)| *total);
    let sums: Vec<i64> = sums.map(Money::minor).collect();
    let mut lines: BTreeMap<i64, Vec<JoinedLine>> = BTreeMap::new();
    for line in sql::lines_of_sums(work, sums)? {
        lines.entry(line.amount.minor()).or_default().push(line);
    }
    for (total, shown) in alone {
        shown.why_not = Some(why_not(total, &lines));
    }
    Ok(())
}

/// The sum that it announces, or that its documents make, in its currency or else that of the books.
fn total_of(work: &Work<'_>, shown: &ShownAdvice) -> Option<Money> {
    let currency = shown.advice.currency.unwrap_or(work.functional());
    let total = shown.advice.total.or_else(|| shown.made())?;
    Money::rounded(total, currency, Rounding::HalfUp).ok()
}

fn why_not(total: Option<Money>, lines: &BTreeMap<i64, Vec<JoinedLine>>) -> WhyNot {
    let Some(sum) = total else {
        return WhyNot::NoSum;
    };
    let of_sum = lines.get(&sum.minor()).into_iter().flatten();
    let of_sum: Vec<&JoinedLine> = of_sum.filter(|one| one.amount == sum).collect();
    let waiting = |one: &&&JoinedLine| (!one.outcome.is_empty(), one.booked_on, one.line);
    match of_sum.iter().min_by_key(waiting) {
        None => WhyNot::NoPayment { sum },
        Some(line) => WhyNot::Other {
            line: (*line).clone(),
            payments: of_sum.len(),
        },
    }
}
