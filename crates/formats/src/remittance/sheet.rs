//! XLSX: sheets of a workbook, read as tables or, where other rows stand above, as letters.
//!
//! Office Open XML (ECMA-376), by the crate `calamine`. Formulas give their kept values, days
//! their day. Other workbooks (XLS, ODS) are not read.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};
use rust_decimal::Decimal;

use super::model::Advice;
use super::{Collected, Sink, attached, csv, text};
use crate::Problem;

/// Cells further right are left out.
const COLUMNS: usize = 256;
/// Rows further down are left out.
const ROWS: usize = 200_000;
/// What the parts of a workbook may unpack to, as it says itself.
const UNPACKED: u64 = 512 << 20;

/// Does it look like a workbook?
pub(super) fn recognises(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && bytes
            .windows(8)
            .any(|part| part == b"xl/workb" || part == b"xl/works")
}

/// Reads all sheets into the advice; deposits and payouts go to the sink.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
    sink: &mut dyn Sink,
) {
    let mut refuse = |message: String| problems.push(Problem::error(whole(name), message));
    if UNPACKED < declared_size(bytes) {
        return refuse("unpacks to more than 512 MiB; split it".to_owned());
    }
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(problem) => return refuse(format!("cannot be read as XLSX ({problem})")),
    };
    for sheet in book.sheet_names() {
        let rows = match rows_of(&mut book, &sheet) {
            Ok((rows, None)) => rows,
            Ok((rows, Some(warning))) => {
                problems.push(Problem::warning(format!("{name} {sheet}").trim(), warning));
                rows
            }
            Err(problem) => {
                let message = format!("sheet `{sheet}` cannot be read ({problem})");
                problems.push(Problem::error(whole(name), message));
                continue;
            }
        };
        let place = format!("{name} {sheet}").trim().to_owned();
        take(&rows, &place, advice, problems, sink);
    }
}

fn whole(name: &str) -> &str {
    if name.is_empty() { "file" } else { name }
}

fn take(
    rows: &[Vec<String>],
    place: &str,
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
    sink: &mut dyn Sink,
) {
    let Some(at) = rows.iter().position(|row| !row.is_empty()) else {
        return;
    };
    let below = rows.get(at..).unwrap_or_default();
    if below.first().is_some_and(|first| csv::is_heading(first)) {
        let mut inner = Collected::default();
        csv::read_records(below, at + 1, place, &mut inner);
        problems.append(&mut inner.problems);
        attached::take(inner.remittances, advice, sink);
        return;
    }
    let mut letter = String::new();
    for row in rows {
        letter.push_str(&row.join("\t"));
        letter.push('\n');
    }
    text::read(&letter, place, advice, problems);
}

type Rows = (Vec<Vec<String>>, Option<String>);

fn rows_of(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Rows, calamine::XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut warning = None;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if ROWS <= row || COLUMNS <= column {
            warning = Some(format!(
                "has cells beyond row {ROWS} or column {COLUMNS}; they are left out"
            ));
            continue;
        }
        let written = written(cell.get_value());
        if written.is_empty() {
            continue;
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if let Some(cells) = rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize_with(column + 1, String::new);
            }
            if let Some(slot) = cells.get_mut(column) {
                *slot = written;
            }
        }
    }
    Ok((rows, warning))
}

/// A cell as a person would write it, in a notation that can be read in only one way.
fn written(value: &DataRef) -> String {
    match value {
        DataRef::Int(whole) => whole.to_string(),
        DataRef::Float(number) => number_written(&number.to_string()),
        DataRef::String(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::DateTime(day) if day.is_datetime() => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.clone(),
        DataRef::DateTime(_)
        | DataRef::DurationIso(_)
        | DataRef::Bool(_)
        | DataRef::Error(_)
        | DataRef::Empty => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Fifteen digits are what a sheet holds; `1209.3199999999999` is how 1209.32 comes out.
fn number_written(text: &str) -> String {
    let Some(exact) = Decimal::from_str_exact(text)
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok())
    else {
        return text.to_owned();
    };
    let mut value = exact.round_sf(15).unwrap_or(exact).normalize();
    // Three places would look like a group of thousands.
    if value.scale() == 1 || value.scale() == 3 {
        value.rescale(value.scale() + 1);
    }
    value.to_string()
}

/// The sizes that the directory of the archive states, added up.
fn declared_size(bytes: &[u8]) -> u64 {
    let mut sum = 0_u64;
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|window| window == b"PK\x01\x02") {
        rest = rest.get(at + 4..).unwrap_or_default();
        if let Some([a, b, c, d]) = rest.get(20..24) {
            sum = sum.saturating_add(u64::from(u32::from_le_bytes([*a, *b, *c, *d])));
        }
    }
    sum
}
