//! One row asked by column name, each value read strictly: ISO dates, ISO 4217, exact decimals.
//!
//! What is wrong becomes a [`Problem`] with row, column, what stood there and what was expected.

use std::cell::Cell;
use std::str::FromStr;

use csv::StringRecord;
use domain::calendar::Date;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use super::table::Columns;
use crate::Problem;

/// One row, asked by column name; what is wrong becomes a [`Problem`] with row and column.
pub(super) struct Fields<'t> {
    line: u64,
    columns: &'t Columns,
    record: &'t StringRecord,
    next: Cell<usize>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(line: u64, columns: &'t Columns, record: &'t StringRecord) -> Fields<'t> {
        Fields {
            line,
            columns,
            record,
            next: Cell::new(0),
        }
    }

    /// A problem of the row as a whole.
    pub(super) fn row_problem(&self, message: impl Into<String>) -> Problem {
        Problem::error(format!("row {}", self.line), message)
    }

    /// A problem of one column.
    pub(super) fn problem(&self, column: &str, message: impl Into<String>) -> Problem {
        Problem::error(format!("row {}, column {column}", self.line), message)
    }

    /// Has the row as many fields as the header?
    pub(super) fn complete(&self) -> Result<(), Problem> {
        let found = self.record.len();
        let beyond_is_empty = || {
            self.record
                .iter()
                .skip(self.columns.count)
                .all(|field| field.trim().is_empty())
        };
        if found < self.columns.count || !beyond_is_empty() {
            return Err(self.row_problem(format!(
                "has {found} fields, the header has {}; is a separator missing, or a text with \
                 a separator not quoted?",
                self.columns.count
            )));
        }
        Ok(())
    }

    /// The trimmed text of a column, `None` where it is empty or not in the file.
    pub(super) fn text(&self, column: &str) -> Option<&'t str> {
        let known = &self.columns.known;
        let hint = self.next.get();
        // Rows are read in the order of the layout, so that the first guess is nearly always right.
        let at = match known.get(hint) {
            Some((name, _)) if *name == column => hint,
            _ => known.iter().position(|(name, _)| *name == column)?,
        };
        self.next.set(at + 1);
        let (_, position) = known.get(at)?;
        let text = self.record.get((*position)?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The text of a column that must not be empty.
    pub(super) fn required(&self, column: &str) -> Result<&'t str, Problem> {
        self.text(column)
            .ok_or_else(|| self.problem(column, "is empty; a value is required"))
    }

    /// A copy of the text of a column.
    pub(super) fn owned(&self, column: &str) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// The texts of a column that holds several, split at `;`.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        let parts = self.text(column).unwrap_or_default().split(';');
        parts
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A currency, `None` where the column is empty.
    pub(super) fn currency(&self, column: &str) -> Result<Option<Currency>, Problem> {
        self.text(column)
            .map(|text| {
                Currency::parse(text).ok_or_else(|| {
                    let what = format!("`{text}` is no currency; expected ISO 4217, such as EUR");
                    self.problem(column, what)
                })
            })
            .transpose()
    }

    /// A date, `None` where the column is empty.
    pub(super) fn date(&self, column: &str) -> Result<Option<Date>, Problem> {
        self.text(column)
            .map(|text| {
                iso_date(text).ok_or_else(|| {
                    let what = format!("`{text}` is no date; expected YYYY-MM-DD");
                    self.problem(column, what)
                })
            })
            .transpose()
    }

    /// An amount, `None` where the column is empty.
    pub(super) fn money(&self, column: &str, currency: Currency) -> Result<Option<Money>, Problem> {
        self.text(column)
            .map(|text| {
                Money::parse(text, currency).map_err(|why| {
                    let what = format!(
                        "{why}; expected a number such as {} with a decimal point and no \
                         thousands separators",
                        Money::new(123_450, currency)
                    );
                    self.problem(column, what)
                })
            })
            .transpose()
    }

    /// An exact decimal number, `None` where the column is empty.
    pub(super) fn decimal(&self, column: &str) -> Result<Option<Decimal>, Problem> {
        self.text(column)
            .map(|text| {
                Decimal::from_str_exact(text)
                    .or_else(|_| Decimal::from_str(text))
                    .map_err(|_| {
                        let what = format!(
                            "`{text}` is no number; expected one with a decimal point, such as 2.5"
                        );
                        self.problem(column, what)
                    })
            })
            .transpose()
    }

    /// What a required column holds, after one of the readers above.
    pub(super) fn must<V>(
        &self,
        column: &str,
        value: Result<Option<V>, Problem>,
    ) -> Result<V, Problem> {
        value?.ok_or_else(|| self.problem(column, "is empty; a value is required"))
    }

    /// What one of the known words of a required column stands for.
    pub(super) fn word<K: Copy>(&self, column: &str, words: &[(&str, K)]) -> Result<K, Problem> {
        let text = self.required(column)?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let what = format!("`{text}` is not known; expected {}", words.join(", "));
            self.problem(column, what)
        })
    }

    /// The columns that the layout does not know, by name; empty ones are left out.
    pub(super) fn extra(&self) -> Vec<(String, String)> {
        let columns = self.columns.extra.iter();
        columns
            .filter_map(|(name, at)| {
                let text = self.record.get(*at)?.trim();
                (!text.is_empty()).then(|| (name.clone(), text.to_owned()))
            })
            .collect()
    }
}

/// `YYYY-MM-DD` and nothing else.
fn iso_date(text: &str) -> Option<Date> {
    let number = |part: &str| -> Option<i16> {
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    if text.len() != 10 || text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
        return None;
    }
    let year = number(text.get(..4)?)?;
    let month = i8::try_from(number(text.get(5..7)?)?).ok()?;
    let day = i8::try_from(number(text.get(8..)?)?).ok()?;
    Date::new(year, month, day).ok()
}
