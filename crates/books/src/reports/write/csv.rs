//! CSV, RFC 4180 with line feeds: a header and the bare values; no text is a formula.

use std::io::Write;

use crate::reports::write::safe_text;
use crate::reports::{Cell, Table, WriteFailure};

/// Writes a table as CSV.
pub fn csv(table: &Table, out: &mut dyn Write) -> Result<(), WriteFailure> {
    let mut writer = csv::WriterBuilder::new()
        .buffer_capacity(1 << 16)
        .from_writer(out);
    let failed = |error: csv::Error| WriteFailure::Io(error.into());
    writer
        .write_record(table.columns.iter().map(|column| column.name))
        .map_err(failed)?;
    let mut text = String::new();
    for row in &table.rows {
        for cell in row {
            text.clear();
            // Writing to a string does not fail.
            let _ = std::fmt::write(&mut text, format_args!("{cell}"));
            let written = match cell {
                Cell::Text(_) => writer.write_field(safe_text(&text).as_bytes()),
                Cell::Empty
                | Cell::Money(_)
                | Cell::Date(_)
                | Cell::Count(_)
                | Cell::Percent(_) => writer.write_field(&text),
            };
            written.map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush()?;
    Ok(())
}
