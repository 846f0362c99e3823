//! Records and their fields: lines joined by `88`, fields parted by commas, ended by `/`.

/// Codes of the records.
pub(super) const CODES: [&str; 8] = ["01", "02", "03", "16", "49", "88", "98", "99"];

/// A record with the `88` lines that continue it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Record {
    /// Line of its first part.
    pub(super) line: u64,
    /// `16`.
    pub(super) code: String,
    /// What stands behind the code and its comma, one part for each line.
    pub(super) parts: Vec<Part>,
    /// Lines it took: they count as records.
    pub(super) lines: u64,
}

/// What one line adds to a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    /// Without code, line end and ending `/`.
    pub(super) text: String,
    /// Did a `/` end it?
    pub(super) ended: bool,
    /// Did the line fill 80 places, so that a word may go on in the next?
    pub(super) full: bool,
}

impl Part {
    /// Reads what stands behind the code; `width` is that of the whole line.
    pub(super) fn of(text: &str, width: usize) -> Part {
        let trimmed = text.trim_end();
        let (text, ended) = match trimmed.strip_suffix('/') {
            Some(text) => (text, true),
            None => (text, false),
        };
        Part {
            text: text.to_owned(),
            ended,
            full: 80 <= width,
        }
    }
}

impl Record {
    /// For remarks.
    pub(super) fn place(&self) -> String {
        format!("line {} record {}", self.line, self.code)
    }

    /// All fields, for records without text.
    pub(super) fn fields(&self) -> Vec<&str> {
        self.parts
            .iter()
            .flat_map(|part| {
                // A comma in front of the line end only parts this field from the next line's.
                let text = part.text.as_str();
                let text = if part.ended {
                    text
                } else {
                    text.strip_suffix(',').unwrap_or(text)
                };
                text.split(',').map(str::trim)
            })
            .collect()
    }
}

/// Takes fields off the front of a record with text.
pub(super) struct Cursor<'a> {
    parts: &'a [Part],
    /// What is left of the first part; `None` when it is used up.
    rest: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    /// Starts at the first field.
    pub(super) fn of(record: &'a Record) -> Cursor<'a> {
        Cursor {
            parts: &record.parts,
            rest: record.parts.first().map(|part| part.text.as_str()),
        }
    }

    /// The next field; past a `/` all fields are empty.
    pub(super) fn field(&mut self) -> &'a str {
        if self.rest.is_none() {
            let goes_on = self.parts.first().is_some_and(|part| !part.ended);
            if goes_on && let Some((_, behind)) = self.parts.split_first() {
                self.parts = behind;
                self.rest = behind.first().map(|part| part.text.as_str());
            }
        }
        let Some(rest) = self.rest else {
            return "";
        };
        let (field, behind) = match rest.split_once(',') {
            Some((field, behind)) => (field, Some(behind)),
            None => (rest, None),
        };
        self.rest = behind;
        field.trim()
    }

    /// All that is left, as text: the rest of this line and the lines below. Words that a full
    /// line breaks are put together.
    pub(super) fn text(self, slash_ends_text: bool) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut is_full = false;
        for (index, part) in self.parts.iter().enumerate() {
            let text = match (index, self.rest) {
                (0, None) => continue,
                (0, Some(rest)) => rest,
                _ => part.text.as_str(),
            };
            let slash = if part.ended && !slash_ends_text {
                "/"
            } else {
                ""
            };
            let text = format!("{text}{slash}");
            match lines.last_mut() {
                Some(last) if is_full => last.push_str(&text),
                _ => lines.push(text),
            }
            is_full = part.full;
        }
        lines.retain(|line| !line.trim().is_empty());
        lines
    }
}

/// Parts a line that holds several records: `…,2/ 02,…`.
pub(super) fn records_of(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in line.match_indices('/') {
        let behind = line.get(at + 1..).unwrap_or_default();
        let next = behind.trim_start();
        let gap = behind.len() - next.len();
        if 0 < gap && code_of(next).is_some() && from <= at {
            found.extend(line.get(from..=at));
            from = at + 1 + gap;
        }
    }
    found.extend(line.get(from..));
    found
}

/// The record code at the start of a line and what stands behind its comma.
pub(super) fn code_of(line: &str) -> Option<(&str, &str)> {
    let (code, rest) = line.split_at_checked(2)?;
    let known = CODES.contains(&code);
    let rest = rest.strip_prefix(',').or(rest.is_empty().then_some(""))?;
    known.then_some((code, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_on_one_line_are_parted() {
        assert_eq!(
            records_of("01,A,2/   02,B/ 03,C,a/b 16,x"),
            ["01,A,2/", "02,B/", "03,C,a/b 16,x"]
        );
        assert_eq!(
            records_of("16,142,1,Z,,,a / 2026"),
            ["16,142,1,Z,,,a / 2026"]
        );
        assert_eq!(code_of("00,x"), None);
        assert_eq!(code_of("é,x"), None);
    }
}
