//! Lines whose fields stand at fixed places.

use super::lines::Line;

/// One line, cut by places (not bytes), counted from 0.
pub(crate) struct Places {
    /// The number of the line, counted from 1.
    pub(crate) line: u64,
    places: Vec<char>,
}

impl Places {
    /// Cuts a line.
    pub(crate) fn of(line: &Line) -> Places {
        Places {
            line: line.number,
            places: line.text.chars().collect(),
        }
    }

    /// The places from one to another, the end not included; what the line does not have is left
    /// out.
    pub(crate) fn raw(&self, from: usize, to: usize) -> String {
        let to = to.min(self.places.len());
        let places = self.places.get(from.min(to)..to);
        places.unwrap_or_default().iter().collect()
    }

    /// The same without blanks around it.
    pub(crate) fn text(&self, from: usize, to: usize) -> String {
        self.raw(from, to).trim().to_owned()
    }
}
