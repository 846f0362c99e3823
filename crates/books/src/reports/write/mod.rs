//! Writers: one table as CSV, JSON or XLSX.

mod csv;
mod json;
mod xlsx;

pub use csv::csv;
pub use json::json;
pub use xlsx::xlsx;

use std::borrow::Cow;
use std::fmt;

/// A text as it may stand in a CSV that somebody opens in a spreadsheet: what a spreadsheet would
/// take for a formula is led by an apostrophe, which it shows as text (OWASP, CSV injection).
/// Plain numbers with their sign are left as they are.
pub fn safe_text(text: &str) -> Cow<'_, str> {
    let leads = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let is_number = || {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        digits.starts_with(|sign: char| sign.is_ascii_digit())
            && digits
                .chars()
                .all(|sign| sign.is_ascii_digit() || ".,".contains(sign))
    };
    if leads && !is_number() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for text in [
            "=HYPERLINK(\"http://x\",\"y\")",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1+1",
            "\r=1",
            "-",
            "+49 30 123",
            "＝1",
        ] {
            assert_eq!(safe_text(text), format!("'{text}"));
        }
        for text in [
            "-12.30",
            "-1,234.50",
            "+7",
            "Alpha Ltd",
            "",
            "a=b",
            "'quoted",
        ] {
            assert_eq!(safe_text(text), text);
        }
    }
}
