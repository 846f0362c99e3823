//! XLSX (ISO/IEC 29500): typed cells, a frozen header, filters, columns as wide as their content.

use std::collections::HashMap;
use std::io::{Seek, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::reports::{Cell, ColumnKind, Table, WriteFailure};

/// Rows of a sheet, the header included.
const SHEET_ROWS: usize = 1_048_576;

/// Digits that a spreadsheet's numbers keep.
const EXACT_DIGITS: usize = 15;

/// Writes a table as a workbook of one sheet.
pub fn xlsx<W: Write + Seek + Send>(table: &Table, out: W) -> Result<(), WriteFailure> {
    if SHEET_ROWS <= table.rows.len() {
        return Err(WriteFailure::Unsuitable(format!(
            "A sheet has {SHEET_ROWS} rows and the report {}; write CSV instead.",
            table.rows.len() + 1
        )));
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, table).map_err(failed)?;
    workbook.save_to_writer(out).map_err(failed)
}

fn failed(error: XlsxError) -> WriteFailure {
    match error {
        XlsxError::IoError(error) => WriteFailure::Io(error),
        error => WriteFailure::Unsuitable(error.to_string()),
    }
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    // Sheets are named in at most 31 letters, without these signs.
    let name: String = table
        .title
        .split(',')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|sign| !r"[]:*?/\'".contains(*sign))
        .take(31)
        .collect();
    if !name.trim().is_empty() {
        sheet.set_name(name.trim())?;
    }
    let left = Format::new().set_bold();
    let right = Format::new().set_bold().set_align(FormatAlign::Right);
    let mut widths = Vec::with_capacity(table.columns.len());
    for (place, column) in (0_u16..).zip(&table.columns) {
        let title = column.name.replace('_', " ");
        let format = match column.kind {
            ColumnKind::Text | ColumnKind::Date => &left,
            ColumnKind::Money | ColumnKind::Count | ColumnKind::Percent => &right,
        };
        sheet.write_string_with_format(0, place, &title, format)?;
        // Room for the button of the filter.
        widths.push(title.chars().count() + 3);
    }
    let mut formats = Formats::default();
    for (line, row) in (1_u32..).zip(&table.rows) {
        for (place, cell) in (0_u16..).zip(row) {
            let width = formats.write(sheet, line, place, cell)?;
            if let Some(widest) = widths.get_mut(usize::from(place)) {
                *widest = (*widest).max(width);
            }
        }
    }
    for (place, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(place, u32::try_from(width.min(60)).unwrap_or(60))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Ok(last), Some(columns)) = (
        u32::try_from(table.rows.len()),
        u16::try_from(table.columns.len())
            .ok()
            .and_then(|columns| columns.checked_sub(1)),
    ) {
        sheet.autofilter(0, 0, last, columns)?;
    }
    Ok(())
}

/// The formats of cells, made once each.
#[derive(Default)]
struct Formats {
    by_places: HashMap<u32, Format>,
    date: Option<Format>,
    text: Option<Format>,
}

impl Formats {
    /// Writes a cell; returns how wide it is.
    fn write(
        &mut self,
        sheet: &mut Worksheet,
        line: u32,
        place: u16,
        cell: &Cell,
    ) -> Result<usize, XlsxError> {
        match cell {
            Cell::Empty => Ok(0),
            Cell::Text(text) => {
                sheet.write_string(line, place, &**text)?;
                Ok(text.chars().count() + 1)
            }
            Cell::Count(count) => {
                let text = count.to_string();
                match text.parse::<f64>() {
                    Ok(number) if text.len() <= EXACT_DIGITS => {
                        sheet.write_number(line, place, number)?;
                    }
                    Ok(_) | Err(_) => {
                        sheet.write_string(line, place, &text)?;
                    }
                }
                Ok(text.len() + 1)
            }
            Cell::Percent(percent) => {
                self.number(sheet, (line, place), &percent.to_string(), percent.scale())
            }
            Cell::Date(date) => {
                let format = self
                    .date
                    .get_or_insert_with(|| Format::new().set_num_format("yyyy-mm-dd"));
                let (year, month, day) = (date.year(), date.month(), date.day());
                let known = u16::try_from(year).ok().and_then(|year| {
                    let month = u8::try_from(month).ok()?;
                    let day = u8::try_from(day).ok()?;
                    ExcelDateTime::from_ymd(year, month, day).ok()
                });
                match known {
                    Some(known) => sheet.write_datetime_with_format(line, place, &known, format)?,
                    // Spreadsheets know no day before 1900.
                    None => sheet.write_string(line, place, date.to_string())?,
                };
                Ok(12)
            }
            Cell::Money(money) => {
                let (text, exponent) = (money.to_string(), money.currency().exponent());
                self.number(sheet, (line, place), &text, exponent)
            }
        }
    }

    /// Writes a decimal number with so many places; returns how wide it is.
    fn number(
        &mut self,
        sheet: &mut Worksheet,
        (line, place): (u32, u16),
        text: &str,
        places: u32,
    ) -> Result<usize, XlsxError> {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        match text.parse::<f64>() {
            Ok(number) if digits <= EXACT_DIGITS => {
                let format = self
                    .by_places
                    .entry(places)
                    .or_insert_with(|| Format::new().set_num_format(pattern(places)));
                sheet.write_number_with_format(line, place, number, format)?;
            }
            // Rather text than a number that lost its last digits.
            Ok(_) | Err(_) => {
                let format = self
                    .text
                    .get_or_insert_with(|| Format::new().set_align(FormatAlign::Right));
                sheet.write_string_with_format(line, place, text, format)?;
            }
        }
        // Separators of thousands and the parentheses of negatives.
        Ok(text.len() + digits / 3 + 3)
    }
}

/// Thousands, so many decimals, negatives in parentheses.
fn pattern(places: u32) -> String {
    let number = if places == 0 {
        "#,##0".to_owned()
    } else {
        format!("#,##0.{}", "0".repeat(places as usize))
    };
    format!("{number}_);({number})")
}
