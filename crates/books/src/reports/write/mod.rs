//! Writers: one table as CSV, JSON or XLSX.

mod csv;
mod json;
mod xlsx;

pub use csv::csv;
pub use json::json;
pub use xlsx::xlsx;

use std::fmt;

/// Why a table was not written.
#[derive(Debug)]
pub enum WriteFailure {
    /// The medium refused.
    Io(std::io::Error),
    /// The format cannot hold it, in words.
    Unsuitable(String),
}

impl fmt::Display for WriteFailure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteFailure::Io(error) => write!(out, "{error}"),
            WriteFailure::Unsuitable(why) => out.write_str(why),
        }
    }
}

impl std::error::Error for WriteFailure {}

impl From<std::io::Error> for WriteFailure {
    fn from(error: std::io::Error) -> WriteFailure {
        WriteFailure::Io(error)
    }
}
