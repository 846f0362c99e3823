//! Text files line by line in bounded memory, for the formats that banks write as lines.
//!
//! A line is UTF-8 where it can be, else Windows-1252 (which holds ISO 8859-1): each line is
//! decided on its own, because banks paste texts of several systems into one file.

use std::io::{BufRead, Read};

use crate::Problem;

use super::Sink;

/// Longest line that is kept; the rest of a longer one is dropped with an error.
const LONGEST: usize = 64 * 1024;

/// One line without its line end.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// The text, trailing blanks included.
    pub(crate) text: String,
}

/// Hands out the lines of a file.
pub(crate) struct Lines<'a> {
    from: &'a mut dyn BufRead,
    number: u64,
    ended: bool,
}

impl<'a> Lines<'a> {
    /// Starts at the beginning of a file.
    pub(crate) fn of(from: &'a mut dyn BufRead) -> Lines<'a> {
        Lines {
            from,
            number: 0,
            ended: false,
        }
    }

    /// The next line; what is wrong with it goes to the sink.
    pub(crate) fn next(&mut self, sink: &mut dyn Sink) -> Option<Line> {
        if self.ended {
            return None;
        }
        self.number += 1;
        let mut bytes = Vec::new();
        let read = (&mut *self.from)
            .take(LONGEST as u64)
            .read_until(b'\n', &mut bytes);
        match read {
            Ok(0) => {
                self.ended = true;
                return None;
            }
            Ok(_) => {}
            Err(fault) => return self.broken(&fault, sink),
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        } else if bytes.len() >= LONGEST {
            sink.problem(Problem::error(
                format!("line {}", self.number),
                format!("longer than {LONGEST} bytes; the rest of the line is not read"),
            ));
            if let Err(fault) = self.skip_line() {
                return self.broken(&fault, sink);
            }
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        let bytes = match self.number {
            1 => without_mark(&bytes),
            _ => &bytes,
        };
        Some(Line {
            number: self.number,
            text: decoded(bytes),
        })
    }

    fn broken(&mut self, fault: &std::io::Error, sink: &mut dyn Sink) -> Option<Line> {
        self.ended = true;
        sink.problem(Problem::error(
            format!("line {}", self.number),
            format!("the file could not be read further: {fault}"),
        ));
        None
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let ready = self.from.fill_buf()?;
            if ready.is_empty() {
                return Ok(());
            }
            let end = ready.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(ready.len(), |at| at + 1);
            self.from.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// A beginning without the mark of UTF-8 that some programs write before a text.
pub(crate) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// UTF-8, or Windows-1252 where it is not.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::testing::Kept;

    #[test]
    fn line_ends_marks_and_encodings_are_taken_off() {
        let mut kept = Kept::default();
        let mut from: &[u8] = b"\xef\xbb\xbfone\r\nM\xfcller\nM\xc3\xbcller\n\nlast";
        let mut lines = Lines::of(&mut from);
        let mut texts = Vec::new();
        while let Some(line) = lines.next(&mut kept) {
            texts.push(format!("{} {}", line.number, line.text));
        }
        assert_eq!(texts, ["1 one", "2 Müller", "3 Müller", "4 ", "5 last"]);
        assert!(kept.problems.is_empty());
    }

    #[test]
    fn an_endless_line_is_cut_with_an_error_and_the_next_is_read() {
        let mut kept = Kept::default();
        let mut file = vec![b'x'; LONGEST * 3];
        file.extend_from_slice(b"\nnext\n");
        let mut from = &file[..];
        let mut lines = Lines::of(&mut from);
        assert_eq!(
            lines.next(&mut kept).map(|line| line.text.len()),
            Some(LONGEST)
        );
        assert_eq!(
            lines.next(&mut kept).map(|line| line.text),
            Some("next".to_owned())
        );
        assert_eq!(kept.problems.len(), 1);
    }
}
