//! One row of an answer, and what a driver's error means.

use domain::calendar::Date;
use jiff::Timestamp;
use rusqlite::types::ValueRef;

use crate::failure::{Fault, FaultKind};

/// A date as it is stored: `2025-03-01`. Big books are read by the million of them.
fn date_of(text: &str) -> Result<Date, Fault> {
    let plain = |text: &[u8; 10]| {
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i16, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + i16::from(byte - b'0'))
            })
        };
        let month = i8::try_from(number(&text[5..7])?).ok()?;
        let day = i8::try_from(number(&text[8..])?).ok()?;
        let dashes = text[4] == b'-' && text[7] == b'-';
        Date::new(number(&text[..4])?, month, day)
            .ok()
            .filter(|_| dashes)
    };
    let read = text.as_bytes().try_into().ok().and_then(plain);
    read.map_or_else(
        || {
            text.parse()
                .map_err(|_| Fault::new(format!("`{text}` is no date")))
        },
        Ok,
    )
}

/// One row of an answer; columns are counted from 0.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// A whole number.
    pub(crate) fn int(&self, column: usize) -> Result<i64, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A whole number or nothing.
    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Text.
    pub(crate) fn text(&self, column: usize) -> Result<String, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Text, where it stands: for words of which only the meaning is kept.
    pub(crate) fn word(&self, column: usize) -> Result<&str, Fault> {
        match self {
            Row::Sqlite(row) => {
                let text = row.get_ref(column)?.as_str();
                text.map_err(|problem| Fault::new(format!("column {column}: {problem}")))
            }
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Text, where it stands, or nothing.
    pub(crate) fn opt_word(&self, column: usize) -> Result<Option<&str>, Fault> {
        match self {
            Row::Sqlite(row) => {
                let text = row.get_ref(column)?.as_str_or_null();
                text.map_err(|problem| Fault::new(format!("column {column}: {problem}")))
            }
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Text or nothing.
    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A civil date.
    pub(crate) fn date(&self, column: usize) -> Result<Date, Fault> {
        self.opt_date(column)?
            .ok_or_else(|| Fault::new(format!("column {column} has no date")))
    }

    /// A civil date or nothing.
    pub(crate) fn opt_date(&self, column: usize) -> Result<Option<Date>, Fault> {
        match self {
            Row::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Null => Ok(None),
                value => {
                    let text = value
                        .as_str()
                        .map_err(|problem| Fault::new(problem.to_string()))?;
                    Ok(Some(date_of(text)?))
                }
            },
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// An instant.
    pub(crate) fn at(&self, column: usize) -> Result<Timestamp, Fault> {
        match self {
            Row::Sqlite(row) => {
                let text: String = row.get(column)?;
                text.parse()
                    .map_err(|_| Fault::new(format!("`{text}` is no instant")))
            }
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Raw bytes.
    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

/// What a driver's error means to the runner.
pub(crate) fn sqlite_kind(error: &rusqlite::Error) -> FaultKind {
    match error.sqlite_error() {
        Some(code)
            if matches!(
                code.code,
                rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked
            ) =>
        {
            FaultKind::Busy
        }
        Some(code)
            if code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                || code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE =>
        {
            FaultKind::Twin
        }
        _ => FaultKind::Other,
    }
}

/// What a driver's error means to the runner.
pub(crate) fn postgres_kind(error: &postgres::Error) -> FaultKind {
    use postgres::error::SqlState;
    if error.is_closed() {
        return FaultKind::Lost;
    }
    match error.code() {
        Some(code)
            if *code == SqlState::ADMIN_SHUTDOWN
                || *code == SqlState::CRASH_SHUTDOWN
                || *code == SqlState::CANNOT_CONNECT_NOW =>
        {
            FaultKind::Lost
        }
        None if std::error::Error::source(error)
            .is_some_and(<dyn std::error::Error>::is::<std::io::Error>) =>
        {
            FaultKind::Lost
        }
        Some(code)
            if *code == SqlState::T_R_SERIALIZATION_FAILURE
                || *code == SqlState::T_R_DEADLOCK_DETECTED
                || *code == SqlState::LOCK_NOT_AVAILABLE =>
        {
            FaultKind::Transient
        }
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => FaultKind::Twin,
        _ => FaultKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_stored() {
        let read = |text: &str| date_of(text).map(|date| date.to_string()).ok();
        assert_eq!(read("2024-02-29").as_deref(), Some("2024-02-29"));
        for wrong in [
            "2025-02-29",
            "2025-13-01",
            "2025/03/01",
            "2025-3-1",
            "+025-03-01",
            "",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
