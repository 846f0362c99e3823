//! The promises of the books, recomputed from the facts: each check says how many facts it looked
//! at and names the first that is broken.
//!
//! A check is one row of [`CHECKS`]: two statements, or a walk where rows must be seen in order.
//! Nothing here trusts a constraint, an index or a cached sum of the database: whoever changed
//! facts behind the books' back may have dropped those too.

mod files;
mod numbers;
mod periods;
mod since;
mod sql;

pub(crate) use since::{Since, Stand};

use domain::money::{Currency, Money};

use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// The number of the promise that it recomputes.
    pub promise: u8,
    /// What it claims.
    pub name: &'static str,
    /// How many facts it looked at.
    pub facts: i64,
    /// The first fact that breaks the promise.
    pub problem: Option<String>,
}

/// How many facts, and the first that is broken.
pub(crate) type Found = (i64, Option<String>);

/// A check as the list has it.
struct Rule {
    promise: u8,
    name: &'static str,
    method: Method,
}

/// How a check works.
enum Method {
    /// Statements over `$1`, the entity: one counts the facts, the other answers with the first
    /// broken fact in words, the amount it is off by and its currency.
    Query {
        facts: &'static str,
        broken: &'static str,
    },
    /// Rows seen in order.
    Walk(fn(&mut Work<'_>) -> Result<Found, Fault>),
    /// Rows seen in order, all of them or those made since.
    LongWalk(
        fn(&mut Work<'_>) -> Result<Found, Fault>,
        fn(&mut Work<'_>, &Since<'_>) -> Result<Found, Fault>,
    ),
    /// Every row of facts: too long for a look at some promises.
    Thorough(fn(&mut Work<'_>) -> Result<Found, Fault>),
}

const fn query(promise: u8, name: &'static str, facts: &'static str, broken: &'static str) -> Rule {
    Rule {
        promise,
        name,
        method: Method::Query { facts, broken },
    }
}

const fn walk(
    promise: u8,
    name: &'static str,
    walk: fn(&mut Work<'_>) -> Result<Found, Fault>,
) -> Rule {
    Rule {
        promise,
        name,
        method: Method::Walk(walk),
    }
}

const fn long_walk(
    promise: u8,
    name: &'static str,
    walk: fn(&mut Work<'_>) -> Result<Found, Fault>,
    since: fn(&mut Work<'_>, &Since<'_>) -> Result<Found, Fault>,
) -> Rule {
    Rule {
        promise,
        name,
        method: Method::LongWalk(walk, since),
    }
}

/// Every check in the order of the promises.
const CHECKS: &[Rule] = &[
    query(
        1,
        "entries balance in each transaction currency",
        sql::LINES,
        sql::UNBALANCED,
    ),
    query(
        1,
        "entries balance in functional currency",
        sql::LINES,
        sql::UNBALANCED_FUNCTIONAL,
    ),
    query(
        1,
        "entries have lines, lines have entries of one day",
        sql::ENTRIES,
        sql::TORN_ENTRY,
    ),
    query(
        1,
        "lines stand on accounts of the chart",
        sql::LINES,
        sql::UNKNOWN_ACCOUNT,
    ),
    walk(2, "the database refuses to change facts", sql::guards),
    Rule {
        promise: 2,
        name: "facts are as they were written",
        method: Method::Thorough(crate::audit::unchanged),
    },
    Rule {
        promise: 2,
        name: "files are what was taken in",
        method: Method::Thorough(files::unchanged),
    },
    query(
        2,
        "reversals negate an entry, once",
        sql::REVERSALS,
        sql::WRONG_REVERSAL,
    ),
    query(
        2,
        "documents take back documents of their kind",
        sql::TAKEN_BACK,
        sql::WRONG_TAKING_BACK,
    ),
    query(
        3,
        "control accounts equal open items on every day",
        sql::MOVEMENTS,
        sql::UNTIED,
    ),
    query(
        3,
        "tax withheld stands on its account as its documents say",
        sql::WITHHELD,
        sql::UNTIED_WITHHELD,
    ),
    query(
        4,
        "applications settle a debit item with a credit item",
        sql::APPLICATIONS,
        sql::WRONG_APPLICATION,
    ),
    query(
        4,
        "applications are taken back whole and once",
        sql::UNDOINGS,
        sql::WRONG_UNDOING,
    ),
    query(
        4,
        "no item crosses zero on any day",
        sql::APPLICATIONS,
        sql::CROSSES_ZERO,
    ),
    query(
        4,
        "cached open amounts are those of the applications",
        sql::ITEMS,
        sql::WRONG_CACHE,
    ),
    query(
        4,
        "certificates cover no more than they say and than was withheld",
        sql::COVERS,
        sql::WRONG_COVER,
    ),
    query(
        4,
        "short-pays are what was parted off, and settle it there",
        sql::SHORT_PAYS,
        sql::WRONG_SHORT_PAY,
    ),
    long_walk(
        5,
        "nothing was posted into a closed period",
        periods::closed_stay_closed,
        periods::closed_stay_closed_since,
    ),
    long_walk(
        6,
        "document numbers have no gap and no twin",
        numbers::documents,
        numbers::documents_since,
    ),
    long_walk(
        6,
        "journal numbers have no gap and no twin",
        numbers::journal,
        numbers::journal_since,
    ),
    long_walk(
        7,
        "the audit log is one chain",
        crate::audit::walk,
        |work, since| since.walk(work),
    ),
    query(
        7,
        "every write has a link in the audit log",
        sql::WRITES,
        sql::UNLINKED,
    ),
    query(
        7,
        "every link names who, by which door and what",
        sql::LINKS,
        sql::ANONYMOUS,
    ),
    query(8, "files were taken once", sql::FILES, sql::FILE_TWICE),
    query(
        8,
        "requests were taken once",
        sql::REQUESTS,
        sql::REQUEST_TWICE,
    ),
    query(
        8,
        "bank lines were taken once",
        sql::BANK_LINES,
        sql::BANK_LINE_TWICE,
    ),
    query(
        8,
        "details of bank lines add up to no more than their line",
        sql::DETAILS,
        sql::WRONG_DETAILS,
    ),
    query(
        8,
        "bank lines have one standing decision for each unit",
        sql::DECISIONS,
        sql::DECIDED_TWICE,
    ),
    query(
        8,
        "receipts of bank lines were posted once",
        sql::LINE_RECEIPTS,
        sql::WRONG_LINE_RECEIPT,
    ),
    query(
        9,
        "nobody approved their own work",
        sql::APPROVALS,
        sql::OWN_APPROVALS,
    ),
    query(
        10,
        "net and tax are the gross",
        sql::DOCUMENTS,
        sql::WRONG_GROSS,
    ),
    query(
        10,
        "lines add up to their document",
        sql::DOCUMENT_LINES,
        sql::WRONG_LINES,
    ),
    query(
        10,
        "documents open items of their gross",
        sql::DOCUMENTS,
        sql::WRONG_ITEM,
    ),
];

/// Recomputes every promise.
pub fn verify(work: &mut Work<'_>) -> Outcome<Vec<Check>> {
    let mut all = Vec::new();
    verify_each(work, |check| all.push(check))?;
    Ok(all)
}

/// Recomputes some promises, named by their numbers, but for what reads every fact.
pub(crate) fn verify_some(work: &mut Work<'_>, promises: &[u8]) -> Outcome<Vec<Check>> {
    let mut all = Vec::new();
    verify_of(
        work,
        |rule| promises.contains(&rule.promise) && !matches!(rule.method, Method::Thorough(_)),
        |check| all.push(check),
    )?;
    Ok(all)
}

/// Looks at every row of facts: what reads none but a part of them leaves out.
pub(crate) fn verify_thoroughly(work: &mut Work<'_>) -> Outcome<Vec<Check>> {
    let mut all = Vec::new();
    let is_thorough = |rule: &Rule| matches!(rule.method, Method::Thorough(_));
    verify_of(work, is_thorough, |check| all.push(check))?;
    Ok(all)
}

/// Recomputes some promises, named by their numbers, over the facts made since they all held.
pub(crate) fn verify_since(
    work: &mut Work<'_>,
    promises: &[u8],
    since: &Since<'_>,
) -> Outcome<Vec<Check>> {
    let mut all = Vec::new();
    for rule in CHECKS
        .iter()
        .filter(|rule| promises.contains(&rule.promise))
    {
        let (facts, problem) = match rule.method {
            Method::Query { facts, broken } => {
                let (facts, broken) = (text_of(facts), text_of(broken));
                ask(work, &facts, &broken, Some(since.first_id))?
            }
            Method::Walk(walk) => walk(work)?,
            Method::LongWalk(_, walk) => walk(work, since)?,
            Method::Thorough(_) => continue,
        };
        all.push(Check {
            promise: rule.promise,
            name: rule.name,
            facts,
            problem,
        });
    }
    Ok(all)
}

/// A statement over what is new, or the whole one.
fn text_of(sql: &str) -> String {
    sql::of_new(sql).unwrap_or_else(|| sql.to_owned())
}

/// The names of all checks.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|rule| rule.name)
}

/// Recomputes every promise and hands each check over as soon as it is done.
pub fn verify_each(work: &mut Work<'_>, take: impl FnMut(Check)) -> Outcome<()> {
    verify_of(work, |_| true, take)
}

fn verify_of(
    work: &mut Work<'_>,
    wanted: impl Fn(&Rule) -> bool,
    mut take: impl FnMut(Check),
) -> Outcome<()> {
    for rule in CHECKS.iter().filter(|rule| wanted(rule)) {
        let (facts, problem) = match rule.method {
            Method::Query { facts, broken } => ask(work, facts, broken, None)?,
            Method::Walk(walk) | Method::LongWalk(walk, _) | Method::Thorough(walk) => walk(work)?,
        };
        take(Check {
            promise: rule.promise,
            name: rule.name,
            facts,
            problem,
        });
    }
    Ok(())
}

fn ask(
    work: &mut Work<'_>,
    facts: &str,
    broken: &str,
    first_id: Option<i64>,
) -> Result<Found, Fault> {
    let params = [work.entity_id().into(), first_id.into()];
    // A statement that names no `$2` takes none.
    let own = |sql: &str| if sql.contains("$2") { 2 } else { 1 };
    let count = work.count(facts, &params[..own(facts)])?;
    let first = work.row(broken, &params[..own(broken)], |row| {
        Ok((row.text(0)?, row.opt_int(1)?, row.opt_text(2)?))
    })?;
    let problem = first.map(|(what, amount, currency)| {
        let currency = currency.as_deref().and_then(Currency::parse);
        match (amount, currency) {
            (Some(minor), Some(currency)) => {
                format!("{what}: off by {:?}", Money::new(minor, currency))
            }
            (Some(_) | None, _) => what,
        }
    });
    Ok((count, problem))
}
