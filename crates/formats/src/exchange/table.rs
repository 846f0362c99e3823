//! Rows of a table by column name: CSV with `,`, `;` or tab, plain or gzip-compressed.
//!
//! RFC 4180 with the usual liberties: UTF-8 with or without byte order mark, any order of columns,
//! names in any case. A row that cannot be read is a [`Problem`]; the rows around it are kept.
//! Nothing is held in memory but the row at hand, and a row is bounded.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};
use flate2::bufread::MultiGzDecoder;

use super::fields::Fields;
use crate::Problem;
use crate::bank::Bounded;

/// The longest row that is read; longer ones come from a quote that is never closed.
const LONGEST_ROW: usize = 1 << 20;

/// What the columns of one kind of table are called.
pub(super) struct Layout {
    /// What a row is, for messages: `customer`.
    pub(super) title: &'static str,
    /// Columns without which no row can be read.
    pub(super) required: &'static [&'static str],
    /// Columns of which one must be there, under whichever name.
    pub(super) one_of: &'static [&'static str],
    /// Columns that may be missing.
    pub(super) optional: &'static [&'static str],
}

impl Layout {
    pub(super) fn fits(&self, header: &[String]) -> bool {
        self.missing(header).is_empty()
    }

    fn missing(&self, header: &[String]) -> Vec<String> {
        let has = |name: &&str| header.iter().any(|found| found == name);
        let mut missing: Vec<String> = self
            .required
            .iter()
            .filter(|name| !has(name))
            .map(|name| format!("`{name}`"))
            .collect();
        if !self.one_of.is_empty() && !self.one_of.iter().any(has) {
            missing.push(format!("`{}`", self.one_of.join("` or `")));
        }
        missing
    }

    fn knows(&self, name: &str) -> bool {
        [self.required, self.one_of, self.optional]
            .iter()
            .any(|names| names.contains(&name))
    }

    fn columns(&self) -> impl Iterator<Item = &'static str> {
        [self.required, self.one_of, self.optional]
            .into_iter()
            .flat_map(|names| names.iter().copied())
    }
}

/// The rows of one file as an iterator: `(line, row)`, or the [`Problem`] of a row left out.
///
/// `line` counts from 1, the header included, and is where the row begins in the file.
pub struct Rows<'r, T> {
    layout: &'static Layout,
    make: fn(&Fields<'_>) -> Result<T, Problem>,
    input: Option<Box<dyn BufRead + 'r>>,
    table: Option<Table<'r>>,
}

struct Table<'r> {
    reader: csv::Reader<Metered<'r>>,
    meter: Rc<Meter>,
    columns: Columns,
    bytes: ByteRecord,
    text: StringRecord,
}

/// Where each column stands in a row.
pub(super) struct Columns {
    pub(super) known: Vec<(&'static str, Option<usize>)>,
    pub(super) extra: Vec<(String, usize)>,
    pub(super) count: usize,
}

impl<'r, T> Rows<'r, T> {
    pub(super) fn new(
        input: impl BufRead + 'r,
        layout: &'static Layout,
        make: fn(&Fields<'_>) -> Result<T, Problem>,
    ) -> Rows<'r, T> {
        Rows {
            layout,
            make,
            input: Some(Box::new(input)),
            table: None,
        }
    }

    fn read_row(table: &mut Table<'r>) -> Option<Result<u64, Problem>> {
        loop {
            table.meter.left.set(LONGEST_ROW);
            match table.reader.read_byte_record(&mut table.bytes) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(fault) => return Some(Err(stopped(table, &fault))),
            }
            if table
                .bytes
                .iter()
                .all(|field| field.trim_ascii().is_empty())
            {
                continue;
            }
            // Counted back from the end of the row, because blank lines may stand before it.
            let within = count(table.bytes.as_slice(), b'\n');
            let end = table.reader.position().line();
            let line = end.saturating_sub(1 + within as u64);
            let record = std::mem::take(&mut table.bytes);
            return Some(match StringRecord::from_byte_record(record) {
                Ok(text) if text.as_slice().contains('\0') => {
                    table.bytes = text.into_byte_record();
                    Err(Problem::error(
                        format!("row {line}"),
                        "holds a NUL, which no text has; export the file again",
                    ))
                }
                Ok(text) => {
                    table.text = text;
                    Ok(line)
                }
                Err(fault) => {
                    table.bytes = fault.into_byte_record();
                    Err(Problem::error(
                        format!("row {line}"),
                        "is not UTF-8 text; save the file as UTF-8 and import it again",
                    ))
                }
            });
        }
    }
}

impl<T> Iterator for Rows<'_, T> {
    type Item = Result<(usize, T), Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(input) = self.input.take() {
            match open(input, self.layout) {
                Ok(table) => self.table = Some(table),
                Err(problem) => return Some(Err(problem)),
            }
        }
        let table = self.table.as_mut()?;
        let line = match Rows::<T>::read_row(table)? {
            Ok(line) => line,
            Err(problem) => {
                if table.reader.is_done() || table.meter.fault.borrow().is_some() {
                    self.table = None;
                }
                return Some(Err(problem));
            }
        };
        let fields = Fields::new(line, &table.columns, &table.text);
        let made = fields.complete().and_then(|()| (self.make)(&fields));
        // The buffer goes back to the reader, so that a million rows share one.
        table.bytes = std::mem::take(&mut table.text).into_byte_record();
        Some(made.map(|row| (line as usize, row)))
    }
}

fn open<'r>(
    mut input: Box<dyn BufRead + 'r>,
    layout: &'static Layout,
) -> Result<Table<'r>, Problem> {
    let unreadable = |fault: io::Error| Problem::error("file", format!("cannot be read: {fault}"));
    if input
        .fill_buf()
        .map_err(unreadable)?
        .starts_with(&[0x1f, 0x8b])
    {
        let plain = Bounded::of(MultiGzDecoder::new(input));
        input = Box::new(BufReader::new(plain));
    }
    let head = input.fill_buf().map_err(unreadable)?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::error(
            "file",
            "is UTF-16 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8) and import it again",
        ));
    }
    let delimiter = delimiter(head);
    let meter = Rc::new(Meter {
        left: Cell::new(LONGEST_ROW),
        fault: RefCell::new(None),
    });
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        // Rows end at the line feed alone, so that lines are counted right; a carriage return
        // before it is trimmed with the last field.
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(Metered {
            input,
            ended: false,
            meter: Rc::clone(&meter),
        });
    let mut header = ByteRecord::new();
    let found = reader.read_byte_record(&mut header);
    if let Some(fault) = meter.fault.borrow_mut().take() {
        return Err(Problem::error("row 1", fault));
    }
    found.map_err(|fault| Problem::error("row 1", format!("cannot be read: {fault}")))?;
    let columns = locate(&names(&header), layout)?;
    Ok(Table {
        reader,
        meter,
        columns,
        bytes: header,
        text: StringRecord::new(),
    })
}

fn stopped(table: &Table<'_>, fault: &csv::Error) -> Problem {
    let line = table.reader.position().line();
    let what = match table.meter.fault.borrow().as_ref() {
        Some(metered) => metered.clone(),
        None => format!("cannot be read: {fault}"),
    };
    Problem::error(
        format!("row {line}"),
        what + "; the rows from here on are not read",
    )
}

/// The separator of the header: whichever of the three stands in it most often.
fn delimiter(head: &[u8]) -> u8 {
    let header = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    // Of equals the last one wins: the comma.
    *b"\t;,"
        .iter()
        .max_by_key(|delimiter| count(header, **delimiter))
        .unwrap_or(&b',')
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.split(|byte| *byte == wanted).skip(1).count()
}

fn names(header: &ByteRecord) -> Vec<String> {
    header
        .iter()
        .map(|name| {
            String::from_utf8_lossy(name)
                .trim_start_matches('\u{feff}')
                .trim()
                .to_ascii_lowercase()
        })
        .collect()
}

/// The column names in the first line of a file, as the reader sees them.
pub(super) fn header_of(head: &[u8]) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(head))
        .has_headers(false)
        .flexible(true)
        .from_reader(head);
    let mut header = ByteRecord::new();
    match reader.read_byte_record(&mut header) {
        Ok(true) => names(&header),
        Ok(false) | Err(_) => Vec::new(),
    }
}

fn locate(header: &[String], layout: &'static Layout) -> Result<Columns, Problem> {
    for (at, name) in header.iter().enumerate() {
        if !name.is_empty() && header.iter().take(at).any(|earlier| earlier == name) {
            let why = format!("the column `{name}` stands there twice; leave one out");
            return Err(Problem::error("row 1", why));
        }
    }
    let missing = layout.missing(header);
    if !missing.is_empty() {
        let shown: Vec<&str> = header.iter().take(40).map(String::as_str).collect();
        let message = format!(
            "is not a header of {}: the column {} is missing. Found: {}. Expected: {}",
            layout.title,
            missing.join(", "),
            if shown.concat().is_empty() {
                "nothing".to_owned()
            } else {
                shown.join(", ")
            },
            layout.columns().collect::<Vec<_>>().join(", "),
        );
        return Err(Problem::error("row 1", message));
    }
    let position = |name: &str| header.iter().position(|found| found == name);
    let mut extra: Vec<(String, usize)> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty() && !layout.knows(name))
        .map(|(at, name)| (name.clone(), at))
        .collect();
    extra.sort();
    Ok(Columns {
        known: layout
            .columns()
            .map(|name| (name, position(name)))
            .collect(),
        extra,
        count: header.len(),
    })
}

/// How much of the current row may still be read, and why reading stopped.
struct Meter {
    left: Cell<usize>,
    fault: RefCell<Option<String>>,
}

/// A reader that gives up on a row without end and ends every file with a line feed.
struct Metered<'r> {
    input: Box<dyn BufRead + 'r>,
    ended: bool,
    meter: Rc<Meter>,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let give_up = |why: String| {
            *self.meter.fault.borrow_mut() = Some(why.clone());
            io::Error::other(why)
        };
        let left = self.meter.left.get();
        if left == 0 {
            return Err(give_up(format!(
                "is longer than {} KiB; is a quote left open?",
                LONGEST_ROW >> 10
            )));
        }
        let length = buffer.len().min(left);
        match self
            .input
            .read(buffer.get_mut(..length).unwrap_or_default())
        {
            // The last row gets the line feed that it may lack, so that all rows end alike.
            Ok(0) if !self.ended => {
                self.ended = true;
                let first = buffer.first_mut();
                Ok(first.map_or(0, |byte| {
                    *byte = b'\n';
                    1
                }))
            }
            Ok(read) => {
                self.meter.left.set(left - read.min(left));
                Ok(read)
            }
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => Err(fault),
            Err(fault) => Err(give_up(format!("cannot be read: {fault}"))),
        }
    }
}
