//! What a report answers: rows of typed cells under named columns.

use std::sync::Arc;

use domain::calendar::Date;
use domain::money::Money;
use rust_decimal::Decimal;

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    /// Words and codes.
    Text,
    /// Sums; their currency is told by the cell.
    Money,
    /// Civil dates.
    Date,
    /// Whole numbers.
    Count,
    /// Shares of a hundred.
    Percent,
}

/// One column; the name is that of the CSV header: `due_on`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// A column of words.
pub(crate) const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Text,
    }
}

/// A column of sums.
pub(crate) const fn money(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Money,
    }
}

/// A column of dates.
pub(crate) const fn date(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Date,
    }
}

/// A column of whole numbers.
pub(crate) const fn count(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Count,
    }
}

/// A column of percentages.
pub(crate) const fn percent(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Percent,
    }
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// Words; shared where rows repeat them.
    Text(Arc<str>),
    /// A sum.
    Money(Money),
    /// A civil date.
    Date(Date),
    /// A whole number.
    Count(i64),
    /// A percentage, exact.
    Percent(Decimal),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text.into())
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::from(text.as_str())
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Cell {
        text.map_or(Cell::Empty, Cell::from)
    }
}

impl From<Money> for Cell {
    fn from(money: Money) -> Cell {
        Cell::Money(money)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Cell {
        Cell::Date(date)
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cell::Empty => Ok(()),
            Cell::Text(text) => out.write_str(text),
            Cell::Money(money) => write!(out, "{money}"),
            Cell::Date(date) => write!(out, "{date}"),
            Cell::Count(count) => write!(out, "{count}"),
            Cell::Percent(percent) => write!(out, "{percent}"),
        }
    }
}

/// A whole report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// What it is, of whom and as of when: for headings.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) fn new(title: String, columns: &[Column]) -> Table {
        Table {
            title,
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for each column");
        self.rows.push(row);
    }
}
