//! What goes into statements: values, and the columns of tables for bulk insert.

use std::borrow::Cow;

use domain::calendar::Date;
use jiff::Timestamp;

/// One value bound to a statement.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value<'a> {
    /// Nothing.
    Null,
    /// A count, an id, minor units.
    Int(i64),
    /// Text.
    Text(Cow<'a, str>),
    /// A civil date.
    Date(Date),
    /// An instant.
    At(Timestamp),
    /// Raw bytes.
    Bytes(Cow<'a, [u8]>),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

/// PostgreSQL keeps no NUL in a text. Whatever door one came through, both engines keep the sign
/// for a character that cannot be shown in its place.
fn kept(text: Cow<'_, str>) -> Value<'_> {
    if text.contains('\0') {
        Value::Text(Cow::Owned(text.replace('\0', "\u{fffd}")))
    } else {
        Value::Text(text)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        kept(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        kept(Cow::Owned(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        kept(Cow::Borrowed(value))
    }
}

impl From<Date> for Value<'_> {
    fn from(value: Date) -> Self {
        Value::Date(value)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Value::At(value)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The type of a column, as both engines know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ColumnType {
    /// `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
    /// `DATE`; ISO text on SQLite.
    Date,
    /// `TIMESTAMPTZ`; RFC 3339 text on SQLite.
    At,
}

/// One column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its type.
    pub(crate) kind: ColumnType,
}

/// A table as bulk insert sees it: the columns in the order of the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns; `entity_id` comes first.
    pub(crate) columns: &'static [Column],
}

/// Declares a [`Table`] from a list of `name type`.
macro_rules! table {
    ($name:literal: $($column:ident $kind:ident),+ $(,)?) => {
        $crate::db::Table {
            name: $name,
            columns: &[$($crate::db::Column {
                name: stringify!($column),
                kind: $crate::db::ColumnType::$kind,
            }),+],
        }
    };
}
pub(crate) use table;
