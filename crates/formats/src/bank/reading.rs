//! Opens a bank file of any kind: unpacks gzip, looks at its beginning, picks the format.
//!
//! Knows no paths: the caller opens the file and says what it is called. Not bounded by memory
//! but by [`UNPACKED_LIMIT`], so that a small gzip file cannot keep a reader busy for ever.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::{ALL, BankStatement, Sink, StatementFormat};
use crate::{Problem, Severity};

/// How many bytes a gzip file may unpack to.
pub const UNPACKED_LIMIT: u64 = 8 << 30;

/// How much of a file is looked at to tell its format.
const HEAD: u64 = 4096;

/// Everything that one file says, in memory: for tools and tests, not for very large files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Collected {
    /// The exact format found, or `None` for a file of no known format.
    pub format: Option<String>,
    /// The statements in file order; the parts of one statement are put together again.
    pub statements: Vec<BankStatement>,
    /// The remarks in file order.
    pub problems: Vec<Problem>,
}

impl Collected {
    /// Is any record, or the whole file, refused?
    pub fn has_errors(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }
}

impl Sink for Collected {
    fn statement(&mut self, statement: BankStatement, continues: bool) {
        // Parts of several accounts may come in turn.
        let begun = self.statements.iter_mut().rfind(|begun| {
            continues && begun.id == statement.id && begun.account == statement.account
        });
        match begun {
            None => self.statements.push(statement),
            Some(begun) => {
                begun.lines.extend(statement.lines);
                begun.from = begun.from.or(statement.from);
                begun.to = begun.to.or(statement.to);
                begun.opening = begun.opening.or(statement.opening);
                begun.closing = statement.closing.or(begun.closing);
            }
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Reads a file of any known format, plain or gzip-compressed, into the sink; returns the exact
/// format found, or `None` (and an error in the sink) where no format recognises the file.
pub fn read(source: Box<dyn Read + '_>, sink: &mut dyn Sink) -> Option<String> {
    read_among(ALL, source, sink)
}

/// Reads a file like [`read`] and keeps everything it says.
pub fn collect(source: Box<dyn Read + '_>) -> Collected {
    let mut collected = Collected::default();
    collected.format = read(source, &mut collected);
    collected
}

/// Reads a file, plain or gzip-compressed, with a reader that the caller names: a CSV profile.
pub fn read_with(
    source: Box<dyn Read + '_>,
    sink: &mut dyn Sink,
    reader: &dyn Fn(&mut dyn BufRead, &mut dyn Sink) -> String,
) -> Option<String> {
    open_then(source, sink, |_, input, sink| Some(reader(input, sink)))
}

/// Does the beginning of a file look like a bank file of any known format? It may be compressed.
pub fn recognises(head: &[u8]) -> bool {
    let mut beginning = Vec::new();
    if head.starts_with(&[0x1f, 0x8b]) {
        // A beginning ends in the middle of the stream; what came before counts.
        let _ = MultiGzDecoder::new(head)
            .take(HEAD)
            .read_to_end(&mut beginning);
    } else {
        beginning.extend_from_slice(&head[..head.len().min(HEAD as usize)]);
    }
    ALL.iter().any(|format| (format.recognises)(&beginning))
}

fn read_among(
    formats: &[StatementFormat],
    source: Box<dyn Read + '_>,
    sink: &mut dyn Sink,
) -> Option<String> {
    open_then(source, sink, |head, input, sink| {
        if let Some(format) = formats.iter().find(|format| (format.recognises)(head)) {
            return Some((format.read)(input, sink));
        }
        let message = if head.starts_with(b"PK\x03\x04") {
            "the file is an Excel workbook or a ZIP archive; save its sheet as CSV, or unpack it"
                .to_owned()
        } else {
            unknown(formats)
        };
        sink.problem(Problem::error("file", message));
        None
    })
}

fn unknown(formats: &[StatementFormat]) -> String {
    let known: Vec<String> = formats
        .iter()
        .map(|format| format!("{} ({})", format.code, format.title))
        .collect();
    format!(
        "the beginning of the file looks like no known bank format; expected one of: {}. \
         Ask the bank for one of these, or name a CSV profile",
        known.join("; ")
    )
}

/// Unpacks and peeks, then hands the whole content to `reader` with its beginning.
fn open_then(
    source: Box<dyn Read + '_>,
    sink: &mut dyn Sink,
    reader: impl FnOnce(&[u8], &mut dyn BufRead, &mut dyn Sink) -> Option<String>,
) -> Option<String> {
    let fault = Rc::new(RefCell::new(None));
    let mut stream = match unpacked(source) {
        Ok(inner) => Watched {
            inner,
            fault: Rc::clone(&fault),
        },
        Err(error) => {
            sink.problem(cut_short(&error));
            return None;
        }
    };
    let mut head = Vec::new();
    // A broken stream still has a beginning worth reading; the fault is told at the end.
    let _told_below = (&mut stream).take(HEAD).read_to_end(&mut head);
    let found = if head.is_empty() && fault.borrow().is_none() {
        sink.problem(Problem::error(
            "file",
            "the file is empty; expected a bank statement",
        ));
        None
    } else if head.is_empty() {
        None
    } else {
        let mut input =
            BufReader::with_capacity(1 << 16, Cursor::new(head.clone()).chain(&mut stream));
        reader(&head, &mut input, sink)
    };
    if let Some(error) = fault.borrow_mut().take() {
        sink.problem(cut_short(&error));
    }
    found
}

fn cut_short(error: &io::Error) -> Problem {
    Problem::error(
        "file",
        format!(
            "the file cannot be read to its end ({error}); what stands before is kept. \
             Fetch the file again"
        ),
    )
}

/// The content itself: unpacked where the file begins with the two bytes of gzip (RFC 1952).
fn unpacked<'a>(mut source: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut magic = Vec::new();
    (&mut source).take(2).read_to_end(&mut magic)?;
    let packed = magic == [0x1f, 0x8b];
    let whole = Cursor::new(magic).chain(source);
    Ok(if packed {
        let whole = BufReader::with_capacity(1 << 16, whole);
        Box::new(Bounded::of(MultiGzDecoder::new(whole)))
    } else {
        Box::new(whole)
    })
}

/// Stops with an error once more than `left` bytes came out.
pub(crate) struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R> Bounded<R> {
    /// What may unpack to [`UNPACKED_LIMIT`].
    pub(crate) fn of(inner: R) -> Bounded<R> {
        Bounded {
            inner,
            left: UNPACKED_LIMIT,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => Err(io::Error::other(
                "it unpacks to more bytes than a file of this kind can have",
            )),
        }
    }
}

/// Remembers the first fault, so that it is reported whatever the format's reader makes of it.
struct Watched<R> {
    inner: R,
    fault: Rc<RefCell<Option<io::Error>>>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.fault.borrow().is_some() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                // Past a fault the content simply ends: readers keep the good records before it.
                *self.fault.borrow_mut() = Some(error);
                Ok(0)
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const PLAIN: &[StatementFormat] = &[StatementFormat {
        code: "plain",
        title: "a line an id",
        recognises: |head| head.starts_with(b"plain"),
        read: |input, sink| {
            for (index, line) in input.lines().map_while(Result::ok).enumerate() {
                let id = line.trim_start_matches('+').to_owned();
                let statement = BankStatement {
                    id,
                    ..BankStatement::default()
                };
                sink.statement(statement, index > 0 && line.starts_with('+'));
            }
            "plain".to_owned()
        },
    }];

    fn collected(bytes: &[u8]) -> Collected {
        let mut sink = Collected::default();
        sink.format = read_among(PLAIN, Box::new(bytes), &mut sink);
        sink
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_packed_files_say_the_same() {
        let text = b"plain\n+plain\nother\n";
        let plain = collected(text);
        assert_eq!(plain.format.as_deref(), Some("plain"));
        assert_eq!(
            plain.statements.len(),
            2,
            "the continued part is put together"
        );
        assert!(!plain.has_errors());
        assert_eq!(collected(&packed(text)), plain);
        let two_members = [packed(b"plain\n+pl"), packed(b"ain\nother\n")].concat();
        assert_eq!(collected(&two_members), plain);
    }

    #[test]
    fn a_file_of_no_known_format_is_one_error_that_lists_the_known_ones() {
        let read = collected(b"%PDF-1.7");
        assert_eq!(read.format, None);
        assert_eq!(read.problems.len(), 1);
        assert!(read.problems[0].message.contains("plain (a line an id)"));
        assert!(
            collected(b"PK\x03\x04..").problems[0]
                .message
                .contains("as CSV")
        );
        assert!(collected(b"").problems[0].message.contains("empty"));
    }

    #[test]
    fn a_cut_gzip_file_keeps_what_stands_before_the_cut() {
        let whole = packed("plain\n".repeat(9_000).as_bytes());
        let read = collected(&whole[..whole.len() - 6]);
        assert!(!read.statements.is_empty());
        assert!(read.has_errors());
        assert!(read.problems[0].message.contains("to its end"));
    }

    #[test]
    fn unpacking_stops_at_the_limit() {
        let mut bounded = Bounded {
            inner: io::repeat(b' '),
            left: 100,
        };
        let mut content = Vec::new();
        assert!(bounded.read_to_end(&mut content).is_err());
        assert!(content.len() <= 100);
    }
}
