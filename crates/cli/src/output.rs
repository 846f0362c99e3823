//! How results are printed: tables for people, JSON and CSV for programs.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::Path;

use books::reports::safe_text;
use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};
use domain::money::Money;
use serde::Serialize;

use crate::errors::Failure;

/// The form of the result on stdout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    Table,
    /// One JSON document
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// Money in JSON: `{"amount":"-12.30","currency":"EUR"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct MoneyJson {
    /// Major units with all decimals of the currency.
    pub(crate) amount: String,
    /// The three letters.
    pub(crate) currency: String,
}

impl From<Money> for MoneyJson {
    fn from(money: Money) -> MoneyJson {
        MoneyJson {
            amount: money.to_string(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// One line below the header and no others: rows stand close together.
const TABLE_STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Where a column's content stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Counts and shares.
    Right,
    /// Amounts: right, and for people in groups of three digits.
    Money,
}

/// Rows under named columns. The names are those of the CSV header: `due_on`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new(columns: &[(&'static str, Align)]) -> Table {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; cells beyond the last column are left out.
    pub(crate) fn row<C: Display>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(
            cells
                .into_iter()
                .take(self.columns.len())
                .map(|cell| cell.to_string())
                .collect(),
        );
    }

    /// Has it no rows?
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Drawn for people, as wide as the terminal where there is one.
    pub(crate) fn text(&self) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(TABLE_STYLE);
        if io::stdout().is_terminal() {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        let titles: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| name.replace('_', " "))
            .collect();
        table.set_header(titles);
        for row in &self.rows {
            let cells = row.iter().zip(&self.columns);
            table.add_row(cells.map(|(cell, (_, align))| match align {
                Align::Money => grouped(cell),
                Align::Left | Align::Right => visible(cell),
            }));
        }
        for (column, (_, align)) in table.column_iter_mut().zip(&self.columns) {
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right | Align::Money => CellAlignment::Right,
            });
        }
        // Trailing blanks would make every comparison of outputs a matter of luck.
        let mut text = String::new();
        for line in table.to_string().lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Writes it as CSV (RFC 4180, line feeds); no cell is a formula to a spreadsheet.
    pub(crate) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|(name, _)| name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| safe_text(cell).into_owned()))?;
        }
        writer.flush()
    }
}

/// An amount with a comma behind each group of three digits: `-1,234,567.89`.
fn grouped(amount: &str) -> String {
    let digits = amount.strip_prefix('-').unwrap_or(amount);
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    if whole.is_empty() || !whole.bytes().all(|digit| digit.is_ascii_digit()) {
        return visible(amount);
    }
    let mut text = amount[..amount.len() - digits.len()].to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at != 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// Text from outside without the control characters that steer a terminal.
pub(crate) fn visible(text: &str) -> String {
    text.replace(|sign: char| sign.is_control(), " ")
}

/// The result stream, buffered. Hand what writing gives to [`written`].
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Tells a person at a terminal something beside the result; programs are told nothing.
pub(crate) fn note(text: impl Display) {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        // Nobody is left to be told when the terminal is gone.
        let _told = writeln!(stderr, "note: {}", visible(&text.to_string()));
    }
}

/// Tells programs, in one JSON document, that the result was written into a file and how many rows
/// it has; for everybody else the file is the result.
pub(crate) fn wrote(format: Format, file: &Path, rows: u64) -> Result<(), Failure> {
    if format != Format::Json {
        note(format!("{rows} rows written to {}", file.display()));
        return Ok(());
    }
    let told = serde_json::json!({ "file": file.display().to_string(), "rows": rows });
    print(format, &[], &told)
}

/// Makes a failure of a failed write; a reader that went away (`| head`) is none.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::fault(
            "output_failed",
            format!("The result cannot be written: {error}."),
        )),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints a result: the tables for people and as CSV (an empty line between two), or the value as
/// one JSON document.
pub(crate) fn print(
    format: Format,
    tables: &[Table],
    value: &impl Serialize,
) -> Result<(), Failure> {
    let mut out = stdout();
    written(print_to(&mut out, format, tables, value).and_then(|()| out.flush()))
}

fn print_to(
    out: &mut dyn Write,
    format: Format,
    tables: &[Table],
    value: &impl Serialize,
) -> io::Result<()> {
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut *out, value)?;
        return writeln!(out);
    }
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match format {
            Format::Csv => table.csv(out)?,
            Format::Table | Format::Json => out.write_all(table.text().as_bytes())?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(format: Format) -> String {
        let mut table = Table::new(&[("party_id", Align::Left), ("open_amount", Align::Money)]);
        table.row(["C-1", "12.30"]);
        table.row(["a, b", "-1,000.00"]);
        let mut out = Vec::new();
        let value = serde_json::json!({"rows": 2});
        print_to(&mut out, format, &[table], &value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn amounts_are_grouped_for_people() {
        for (amount, shown) in [
            ("0.00", "0.00"),
            ("-123.45", "-123.45"),
            ("1234.567", "1,234.567"),
            ("-1234567", "-1,234,567"),
            ("no limit", "no limit"),
            ("", ""),
        ] {
            assert_eq!(grouped(amount), shown);
        }
    }

    #[test]
    fn one_result_in_three_forms() {
        assert_eq!(
            printed(Format::Csv),
            "party_id,open_amount\nC-1,12.30\n\"a, b\",\"-1,000.00\"\n"
        );
        assert_eq!(printed(Format::Json), "{\n  \"rows\": 2\n}\n");
        let text = printed(Format::Table);
        assert!(text.contains("party id"), "{text}");
        assert!(text.contains("     12.30"), "sums stand right: {text}");
    }
}
