//! Tells remarks to the sink, the same one not more than a few times.

use std::collections::BTreeMap;

use crate::Problem;
use crate::bank::Sink;

/// How often the same remark is told before it is only counted.
const TOLD: u64 = 3;

/// The sink, and how often each remark has been made.
pub(super) struct Remarks<'a> {
    pub(super) sink: &'a mut dyn Sink,
    made: BTreeMap<&'static str, u64>,
}

impl<'a> Remarks<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Remarks<'a> {
        Remarks {
            sink,
            made: BTreeMap::new(),
        }
    }

    /// A record or the file is refused: always told.
    pub(super) fn error(&mut self, line: u64, place: &str, message: &str) {
        self.sink.problem(Problem::error(at(line, place), message));
    }

    /// Something is not right about this one place.
    pub(super) fn warn(&mut self, line: u64, place: &str, message: &str) {
        self.sink
            .problem(Problem::warning(at(line, place), message));
    }

    /// Something is not right that banks do all through a file.
    pub(super) fn habit(&mut self, line: u64, place: &str, message: &'static str) {
        let made = self.made.entry(message).or_default();
        *made += 1;
        if *made <= TOLD {
            self.warn(line, place, message);
        }
    }

    /// Says how often remarks were made that were not told.
    pub(super) fn end(mut self) {
        for (message, made) in std::mem::take(&mut self.made) {
            if TOLD < made {
                let more = made - TOLD;
                self.sink.problem(Problem::warning(
                    "file",
                    format!("{more} more of: {message}"),
                ));
            }
        }
    }
}

fn at(line: u64, place: &str) -> String {
    if place.is_empty() {
        format!("line {line}")
    } else {
        format!("line {line}, {place}")
    }
}
