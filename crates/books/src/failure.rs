//! Why an operation did not happen: the business said no, or the machinery broke.

use std::fmt;

use domain::refusal::Refusal;

/// Why a use case did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// A business "no", with its stable code and hint.
    Refused(Box<dyn Refusal>),
    /// Disk, network, SQL.
    Fault(Fault),
}

/// What a use case returns.
pub type Outcome<T> = Result<T, Failure>;

impl<R: Refusal + 'static> From<R> for Failure {
    fn from(refusal: R) -> Failure {
        Failure::Refused(Box::new(refusal))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Fault(fault)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(refusal) => write!(out, "{refusal}"),
            Failure::Fault(fault) => write!(out, "{fault}"),
        }
    }
}

/// The machinery broke. Opaque: nobody decides on its text.
#[derive(Debug)]
pub struct Fault {
    text: String,
    kind: FaultKind,
}

/// What kind of break it was, as far as the runner acts on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FaultKind {
    /// Another writer was in the way; the same work may go through when tried again.
    Transient,
    /// Another writer kept the database for longer than one waits for it.
    Busy,
    /// The connection is gone; what was not committed is gone with it.
    Lost,
    /// Two rows with one key.
    Twin,
    /// Anything else.
    Other,
}

impl Fault {
    /// A break that the machinery itself noticed.
    pub fn new(text: impl Into<String>) -> Fault {
        Fault {
            text: text.into(),
            kind: FaultKind::Other,
        }
    }

    pub(crate) fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The same break told to somebody who waited for a commit: nobody knows what became of it.
    pub(crate) fn at_commit(self) -> Fault {
        match self.kind {
            FaultKind::Lost => Fault::new(format!(
                "the database went away while it was asked to keep the work ({}); look whether it \
                 was kept before doing it again",
                self.text
            )),
            FaultKind::Transient | FaultKind::Busy | FaultKind::Twin | FaultKind::Other => self,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl From<crate::db::SqliteError> for Fault {
    fn from(error: crate::db::SqliteError) -> Fault {
        let kind = crate::db::sqlite_kind(&error);
        let text = match kind {
            FaultKind::Busy => format!("another program keeps the database busy ({error})"),
            FaultKind::Transient | FaultKind::Lost | FaultKind::Twin | FaultKind::Other => {
                error.to_string()
            }
        };
        Fault { text, kind }
    }
}

impl From<crate::db::PostgresError> for Fault {
    fn from(error: crate::db::PostgresError) -> Fault {
        let kind = crate::db::postgres_kind(&error);
        let text = match (error.as_db_error(), std::error::Error::source(&error)) {
            (Some(told), _) => told.to_string(),
            // The driver says what it did, its source why that failed.
            (None, Some(source)) => format!("{error}: {source}"),
            (None, None) => error.to_string(),
        };
        Fault { text, kind }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        Fault::new(error.to_string())
    }
}

impl Failure {
    /// The stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Refused(refusal) => refusal.code(),
            Failure::Fault(_) => "fault",
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Refused(refusal) => refusal.hint(),
            Failure::Fault(_) => Some(
                "nothing of this work was kept; check disk space, rights and the connection to the \
                 database, then do it again"
                    .into(),
            ),
        }
    }
}
