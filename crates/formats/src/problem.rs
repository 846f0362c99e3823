//! What a reader has to say about a file: errors that refuse records, warnings that do not.

use std::fmt;

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Severity {
    /// The record was read all the same; a person should know.
    Warning,
    /// The record or the file is refused.
    Error,
}

/// One remark about one place of a file, in words for the person who must mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The place: `line 14 :61:`, `row 3, column amount`, `Ntry 7/Amt`.
    pub place: String,
    /// What is wrong, what was expected, what to do.
    pub message: String,
}

impl Problem {
    /// A record or file that is refused.
    pub fn error(place: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            place: place.into(),
            message: message.into(),
        }
    }

    /// A record that was read although something about it is not right.
    pub fn warning(place: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Warning,
            place: place.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(out, "{severity}: {}: {}", self.place, self.message)
    }
}
