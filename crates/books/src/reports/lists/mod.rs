//! Lists: the facts of the books page by page, for pages and programs.
//!
//! One row in [`LISTS`] for each plural; columns and filters say what it holds, so that answers
//! and their description come from one place. Pages go by key, never by count: the thousandth
//! page is as quick as the first.

mod bank;
mod certificates;
mod connect;
mod documents;
mod ledger;
mod parties;
mod remittances;
mod runs;
mod search;
mod short_pays;

use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::refusal::Refusal;
use jiff::tz::TimeZone;

pub(crate) use remittances::REMITTANCE_FILES;
pub use remittances::REMITTANCE_FILTERS;
pub use search::{Found, search};
pub(crate) use search::{MOST_FOUND, search_with};

use crate::access;
use crate::db::{Row, Value};
use crate::failure::{Fault, Outcome};
use crate::reports::{Cell, Column};
use crate::work::Work;

/// The most rows of one page.
pub const MOST_ROWS: i64 = 500;

/// What a filter takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilterKind {
    /// Words, compared whole.
    Text,
    /// The beginning of words.
    Prefix,
    /// A civil date.
    Date,
    /// A prefixed id.
    Id,
    /// Words anywhere, whatever their case.
    Contains,
    /// A civil date (UTC); what was recorded on it or later.
    Since,
    /// A civil date (UTC); what was recorded on it or before.
    Until,
    /// One of a few words.
    OneOf(&'static [&'static str]),
}

/// One way to narrow a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Filter {
    /// The parameter: `party`.
    pub name: &'static str,
    /// What it takes.
    pub kind: FilterKind,
    /// What it does, for people.
    pub about: &'static str,
    /// The condition; `{}` stands for the value, `'{}'` for one of a few words as it is, where
    /// an index holds the rows of one of them.
    condition: &'static str,
    /// The date column by which the rows are read, the earliest first, where this filter and none
    /// that names a party stands: few rows of many are found by an index of that column.
    first_by: Option<&'static str>,
}

/// By what the pages of a list go.
#[derive(Clone, Copy)]
enum Key {
    /// Ids, newest first.
    Id(fn(&str) -> Option<i64>),
    /// Codes in their order.
    Code,
    /// The lines of journal entries, newest entry first.
    Line,
}

impl Key {
    /// The condition for rows after a key, which it adds to the values; none where the text is
    /// no key.
    fn after<'a>(self, text: &'a str, values: &mut Vec<Value<'a>>) -> Option<String> {
        let place = values.len() + 1;
        match self {
            Key::Id(parse) => {
                values.push(parse(text)?.into());
                Some(format!(" AND KEY < ${place}"))
            }
            Key::Code => {
                values.push(stored_text(text)?.into());
                Some(format!(" AND KEY > ${place}"))
            }
            Key::Line => {
                let (entry, line) = line_key(text)?;
                values.extend([entry.into(), entry.into(), line.into()]);
                let (second, third) = (place + 1, place + 2);
                Some(format!(
                    " AND l.entry_id <= ${place}
                      AND (l.entry_id < ${second} OR l.line_number > ${third})"
                ))
            }
        }
    }

    /// The condition for rows after a key where they are read by a day; the row of the key tells
    /// its day itself.
    fn after_day<'a>(
        self,
        text: &'a str,
        column: &str,
        values: &mut Vec<Value<'a>>,
    ) -> Option<String> {
        let Key::Id(parse) = self else { return None };
        let id = parse(text)?;
        values.push(id.into());
        let place = values.len();
        let (table, day) = column.split_once('.')?;
        let of_key =
            format!("(SELECT k.{day} FROM open_item k WHERE k.entity_id = $1 AND k.id = ${place})");
        Some(format!(
            " AND {table}.{day} >= {of_key} AND ({table}.{day} > {of_key} OR KEY > ${place})"
        ))
    }

    /// The condition for the row of a key.
    fn is<'a>(self, text: &'a str, values: &mut Vec<Value<'a>>) -> Option<String> {
        let place = values.len() + 1;
        match self {
            Key::Id(parse) => values.push(parse(text)?.into()),
            Key::Code => values.push(stored_text(text)?.into()),
            Key::Line => {
                let (entry, line) = line_key(text)?;
                values.extend([entry.into(), line.into()]);
                let second = place + 1;
                return Some(format!(
                    " AND l.entry_id = ${place} AND l.line_number = ${second}"
                ));
            }
        }
        Some(format!(" AND KEY = ${place}"))
    }
}

/// PostgreSQL keeps no text with a zero byte.
fn stored_text(text: &str) -> Option<&str> {
    (!text.contains('\0')).then_some(text)
}

/// `je_….3`: the third line of an entry.
fn line_key(text: &str) -> Option<(i64, i64)> {
    let (entry, line) = text.split_once('.')?;
    let entry = entry.parse::<domain::ids::EntryId>().ok()?;
    Some((entry.0, line.parse().ok()?))
}

/// One list.
pub struct List {
    /// The plural in URLs.
    pub name: &'static str,
    /// What it holds, for people.
    pub about: &'static str,
    /// Its columns; the first tells the row.
    pub columns: &'static [Column],
    /// How it can be narrowed.
    pub filters: &'static [Filter],
    /// Whether it shows who does what, which few may see.
    pub is_control: bool,
    select: &'static str,
    key_column: &'static str,
    key: Key,
    read: fn(&Row<'_>) -> Result<Vec<Cell>, Fault>,
}

impl List {
    /// The day by which the rows that are asked for are read; none where they come by their key:
    /// where an index holds the few rows of a party or of the smaller side.
    fn by_day(&self, ask: &Ask) -> Option<&'static str> {
        let asked = |name: &str| ask.filters.iter().find(|(known, _)| known == name);
        let is_few =
            asked("party").is_some() || asked("side").is_some_and(|(_, side)| side == "payable");
        let mut filters = self
            .filters
            .iter()
            .filter(|filter| asked(filter.name).is_some());
        let column = filters.find_map(|filter| filter.first_by);
        column.filter(|_| !is_few)
    }
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The last row of the page before, by its first column.
    pub after: Option<String>,
    /// How many rows at most.
    pub limit: Option<i64>,
    /// Filters by name.
    pub filters: Vec<(String, String)>,
}

impl Ask {
    /// How many rows a page of it has at most.
    pub(crate) fn most_rows(&self) -> Result<i64, ListRefusal> {
        let limit = self.limit.unwrap_or(50);
        let is_good = (1..=MOST_ROWS).contains(&limit);
        is_good.then_some(limit).ok_or(ListRefusal::NotALimit)
    }
}

/// Some rows and where the next ones begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What to ask after for more; none at the end.
    pub next: Option<String>,
}

/// Every list.
pub const LISTS: &[&List] = &[
    &parties::CUSTOMERS,
    &parties::VENDORS,
    &certificates::CERTIFICATES,
    &certificates::ASKINGS,
    &documents::DOCUMENTS,
    &documents::RECEIPTS,
    &documents::OPEN_ITEMS,
    &documents::APPLICATIONS,
    &short_pays::SHORT_PAYS,
    &bank::ACCOUNTS,
    &bank::STATEMENTS,
    &bank::LINES,
    &ledger::ENTRIES,
    &ledger::LINES,
    &runs::RUNS,
    &runs::AUDIT,
    &connect::ENDPOINTS,
    &connect::EVENTS,
    &connect::ATTEMPTS,
];

/// The list of a name.
pub fn find(name: &str) -> Option<&'static List> {
    LISTS.iter().find(|list| list.name == name).copied()
}

/// Why a page is not given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListRefusal {
    /// The list cannot be filtered by this.
    UnknownFilter {
        /// The parameter.
        name: String,
    },
    /// The value does not suit its filter.
    NotAValue {
        /// The parameter.
        name: &'static str,
        /// What stood there.
        text: String,
    },
    /// It is no row to begin after.
    NotACursor {
        /// What stood there.
        text: String,
    },
    /// Not so many.
    NotALimit,
}

impl fmt::Display for ListRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListRefusal::UnknownFilter { name } => {
                write!(out, "The list cannot be filtered by `{name}`.")
            }
            ListRefusal::NotAValue { name, text } => {
                write!(out, "`{text}` is no value for `{name}`.")
            }
            ListRefusal::NotACursor { text } => {
                write!(out, "`{text}` is not a row to continue after.")
            }
            ListRefusal::NotALimit => write!(out, "A page has 1 to {MOST_ROWS} rows."),
        }
    }
}

impl Refusal for ListRefusal {
    fn code(&self) -> &'static str {
        match self {
            ListRefusal::UnknownFilter { .. } => "unknown_filter",
            ListRefusal::NotAValue { .. } => "not_a_value",
            ListRefusal::NotACursor { .. } => "not_a_cursor",
            ListRefusal::NotALimit => "not_a_limit",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ListRefusal::UnknownFilter { .. } => "the API description lists the parameters".into(),
            ListRefusal::NotAValue { .. } => "dates are like 2026-01-31, ids like doc_…".into(),
            ListRefusal::NotACursor { .. } => "use `next` of the previous page".into(),
            ListRefusal::NotALimit => format!("ask for {MOST_ROWS} at most"),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            ListRefusal::NotAValue { name, .. } => Some(name),
            ListRefusal::NotACursor { .. } => Some("after"),
            ListRefusal::NotALimit => Some("limit"),
            ListRefusal::UnknownFilter { .. } => None,
        }
    }
}

/// One page of a list.
pub fn page(work: &mut Work<'_>, list: &List, ask: &Ask) -> Outcome<Page> {
    let limit = ask.most_rows()?;
    let mut rows = rows(work, list, ask, limit + 1)?;
    let has_more = limit < rows.len() as i64;
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let last = rows.last().and_then(|row| row.first());
    let next = last.filter(|_| has_more).map(ToString::to_string);
    Ok(Page { rows, next })
}

/// Every row that the filters leave, for files.
pub fn every(work: &mut Work<'_>, list: &List, ask: &Ask) -> Outcome<Vec<Vec<Cell>>> {
    rows(work, list, ask, ask.limit.unwrap_or(i64::MAX))
}

fn rows(work: &mut Work<'_>, list: &List, ask: &Ask, most: i64) -> Outcome<Vec<Vec<Cell>>> {
    if list.is_control {
        access::demand(work, Area::Users, Verb::See, None)?;
    } else {
        access::demand(work, Area::Cash, Verb::See, None)?;
    }
    let (sql, values) = statement(work, list, ask, most)?;
    Ok(work.rows(&sql, &values, list.read)?)
}

/// The statement that answers a question of a list, with its values.
pub(crate) fn statement<'a>(
    work: &Work<'_>,
    list: &List,
    ask: &'a Ask,
    most: i64,
) -> Outcome<(String, Vec<Value<'a>>)> {
    let by_day = list.by_day(ask);
    let mut sql = list.select.to_owned();
    if let Some(column) = by_day {
        // The condition of the index of the day, which no other statement has: an engine without
        // statistics would take it for the few rows of a party, too.
        sql.push_str(&format!(" AND {column} <> '0001-01-01'"));
    }
    let mut values: Vec<Value<'a>> = vec![work.entity_id().into()];
    for (name, text) in &ask.filters {
        let Some(filter) = list.filters.iter().find(|filter| filter.name == name) else {
            return Err(ListRefusal::UnknownFilter { name: name.clone() }.into());
        };
        sql.push_str(" AND ");
        let value = value_of(filter, text)?;
        if let (true, Value::Text(word)) = (filter.condition.contains("'{}'"), &value) {
            sql.push_str(&filter.condition.replace("{}", word));
            continue;
        }
        let place = format!("${}", values.len() + 1);
        sql.push_str(&filter.condition.replace("{}", &place));
        values.push(value);
    }
    if let Some(after) = &ask.after {
        let not_a_cursor = || ListRefusal::NotACursor {
            text: after.clone(),
        };
        let condition = match by_day {
            Some(column) => list.key.after_day(after, column, &mut values),
            None => list.key.after(after, &mut values),
        };
        let condition = condition.ok_or_else(not_a_cursor)?;
        sql.push_str(&condition.replace("KEY", list.key_column));
    }
    let order = match (by_day, list.key) {
        (Some(column), _) => format!("{column}, {}", list.key_column),
        (None, Key::Id(_)) => format!("{} DESC", list.key_column),
        (None, Key::Code) => list.key_column.to_owned(),
        (None, Key::Line) => "l.entry_id DESC, l.line_number".to_owned(),
    };
    // Of a parameter PostgreSQL assumes a tenth of all rows, holds each such plan for worse than one
    // for the values, and plans the statement anew each time: that takes longer than a page does.
    sql = format!("{sql} ORDER BY {order} LIMIT {most}");
    Ok((sql, values))
}

/// The row of a list by its first column.
pub fn one(work: &mut Work<'_>, list: &List, key: &str) -> Outcome<Option<Vec<Cell>>> {
    if list.is_control {
        access::demand(work, Area::Users, Verb::See, None)?;
    } else {
        access::demand(work, Area::Cash, Verb::See, None)?;
    }
    let mut values: Vec<Value<'_>> = vec![work.entity_id().into()];
    let Some(condition) = list.key.is(key, &mut values) else {
        return Ok(None);
    };
    let sql = list.select.to_owned() + &condition.replace("KEY", list.key_column);
    Ok(work.row(&sql, &values, list.read)?)
}

fn value_of<'a>(filter: &Filter, text: &'a str) -> Outcome<Value<'a>> {
    let refused = || ListRefusal::NotAValue {
        name: filter.name,
        text: text.to_owned(),
    };
    let text = stored_text(text).ok_or_else(refused)?;
    Ok(match filter.kind {
        FilterKind::Text => text.into(),
        FilterKind::Prefix => text.to_lowercase().into(),
        FilterKind::Contains => format!("%{}%", plain(text)).into(),
        FilterKind::Date => text.parse::<Date>().map_err(|_| refused())?.into(),
        FilterKind::Since | FilterKind::Until => {
            let day = text.parse::<Date>().map_err(|_| refused())?;
            let is_until = filter.kind == FilterKind::Until;
            let day = if is_until { day.tomorrow() } else { Ok(day) };
            let start = day.and_then(|day| day.to_zoned(TimeZone::UTC));
            start.map_err(|_| refused())?.timestamp().into()
        }
        FilterKind::Id => {
            let (_, digits) = text.split_once('_').ok_or_else(refused)?;
            let id = format!("doc_{digits}").parse::<domain::ids::DocumentId>();
            id.map_err(|_| refused())?.0.into()
        }
        FilterKind::OneOf(words) if words.contains(&text) => text.into(),
        FilterKind::OneOf(_) => return Err(refused().into()),
    })
}

/// Words in lower case, as a pattern that stands for itself.
fn plain(text: &str) -> String {
    as_it_is(text).to_lowercase()
}

/// A text as a pattern that stands for itself.
pub(crate) fn as_it_is(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

/// A filter in one line.
const fn filter(
    name: &'static str,
    kind: FilterKind,
    condition: &'static str,
    about: &'static str,
) -> Filter {
    Filter {
        name,
        kind,
        about,
        condition,
        first_by: None,
    }
}

impl Filter {
    /// The same; rows are read by the days of a column.
    const fn first_by(self, column: &'static str) -> Filter {
        Filter {
            first_by: Some(column),
            ..self
        }
    }
}
