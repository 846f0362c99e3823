//! JSON: `{"title": …, "rows": [{column: value}]}`; money carries its currency, what is absent is
//! left out.

use std::io::Write;

use serde_json::Value as Json;

use crate::reports::{Cell, Table, WriteFailure};

/// Writes a table as one JSON document, a row on each line.
pub fn json(table: &Table, out: &mut dyn Write) -> Result<(), WriteFailure> {
    write!(
        out,
        "{{\"title\":{},\"rows\":[",
        Json::from(table.title.as_str())
    )?;
    for (place, row) in table.rows.iter().enumerate() {
        out.write_all(if place == 0 { b"\n{" } else { b",\n{" })?;
        let mut comma = "";
        for (column, cell) in table.columns.iter().zip(row) {
            if *cell == Cell::Empty {
                continue;
            }
            write!(out, "{comma}\"{}\":", column.name)?;
            comma = ",";
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => write!(out, "{}", Json::from(&**text))?,
                Cell::Money(money) => write!(
                    out,
                    "{{\"amount\":\"{money}\",\"currency\":\"{}\"}}",
                    money.currency()
                )?,
                Cell::Date(date) => write!(out, "\"{date}\"")?,
                Cell::Count(count) => write!(out, "{count}")?,
                Cell::Percent(percent) => write!(out, "\"{percent}\"")?,
            }
        }
        out.write_all(b"}")?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(())
}
