//! How a command ends badly: `error[code]: sentence`, a hint, and the exit status.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::output::Format;

/// Whose fault it is; decides the exit status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// The business said no, or something is wrong with the input: 1.
    Refused,
    /// The command was called wrongly: 2.
    Usage,
    /// Disk, network or database: 3.
    Fault,
}

/// Why a command did not succeed, in words for people and a code for programs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Failure {
    #[serde(skip)]
    kind: Kind,
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(flatten)]
    place: Box<Place>,
}

/// Where in the input it is wrong, as far as that is known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Failure {
    /// The business said no, or something is wrong with the input.
    pub(crate) fn refused(code: &str, message: impl Into<String>) -> Failure {
        Failure::of(Kind::Refused, code, message.into())
    }

    /// The command was called wrongly in a way that the argument parser cannot see.
    pub(crate) fn usage(code: &str, message: impl Into<String>) -> Failure {
        Failure::of(Kind::Usage, code, message.into())
    }

    /// The machinery broke.
    pub(crate) fn fault(code: &str, message: impl Into<String>) -> Failure {
        Failure::of(Kind::Fault, code, message.into())
    }

    fn of(kind: Kind, code: &str, message: String) -> Failure {
        Failure {
            kind,
            code: code.to_owned(),
            message,
            hint: None,
            place: Box::default(),
        }
    }

    /// Says what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// Names the file.
    pub(crate) fn file(mut self, file: &Path) -> Failure {
        self.place.file = Some(file.display().to_string());
        self
    }

    /// Names the line or row of the file.
    pub(crate) fn line(mut self, line: u64) -> Failure {
        self.place.line = Some(line);
        self
    }

    /// Names line and field as a problem's place has them: `row 3, column amount`, `line 14 :61:`.
    pub(crate) fn at(mut self, place: &str) -> Failure {
        let mut words = place.split([' ', ',']).filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            match word {
                "row" | "line" if self.place.line.is_none() => {
                    self.place.line = words.next().and_then(|word| word.parse().ok());
                }
                "column" => self.place.field = words.next().map(str::to_owned),
                other if self.place.line.is_some() && self.place.field.is_none() => {
                    self.place.field = Some(other.to_owned());
                }
                _ => {}
            }
        }
        self
    }

    /// Names the column or field.
    pub(crate) fn field(mut self, field: impl Into<String>) -> Failure {
        self.place.field = Some(field.into());
        self
    }

    /// Tells it on stderr and gives the exit status.
    pub(crate) fn report(&self, format: Format) -> ExitCode {
        // Nobody is left to be told when stderr is closed; the exit status still says it.
        let _told = match format {
            Format::Json => writeln!(io::stderr(), "{}", self.json()),
            Format::Table | Format::Csv => write!(io::stderr(), "{}", self.text()),
        };
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Fault => 3,
        })
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({ "error": self })
    }

    fn text(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.place.file.clone());
        parts.extend(self.place.line.map(|line| format!("line {line}")));
        parts.extend(self.place.field.clone());
        parts.push(self.message.clone());
        let mut text = format!("error[{}]: {}\n", self.code, parts.join(": "));
        if let Some(hint) = &self.hint {
            text = format!("{text}hint: {hint}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_apart() {
        for (place, line, field) in [
            ("row 3, column amount", Some(3), Some("amount")),
            ("line 14 :61:", Some(14), Some(":61:")),
            ("row 2", Some(2), None),
            ("statement 7, line 2", Some(2), None),
            ("file", None, None),
        ] {
            let found = Failure::refused("x", "y").at(place).place;
            assert_eq!(
                (found.line, found.field.as_deref()),
                (line, field),
                "{place}"
            );
        }
    }

    #[test]
    fn a_failure_names_its_place_and_what_to_do() {
        let failure = Failure::refused("period_closed", "Period 2026-01 is closed.")
            .file(Path::new("a.csv"))
            .field("posted_on")
            .hint("Reopen the period.");
        assert_eq!(
            failure.text(),
            "error[period_closed]: a.csv: posted_on: Period 2026-01 is closed.\n\
             hint: Reopen the period.\n"
        );
        assert_eq!(
            failure.json().to_string(),
            "{\"error\":{\"code\":\"period_closed\",\"field\":\"posted_on\",\"file\":\"a.csv\",\
             \"hint\":\"Reopen the period.\",\"message\":\"Period 2026-01 is closed.\"}}"
        );
    }
}
