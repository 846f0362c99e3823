//! CSV, RFC 4180 with line feeds: a row for each journal line, a debit above zero.

use std::io::{self, Write};

use crate::exports::Leg;
use crate::reports::safe_text;

/// The names of the columns.
pub(super) fn head(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"number,posted_on,source,memo,document_number,account,account_name,party_id,currency,\
          amount,functional_currency,functional\n",
    )
}

/// One row.
pub(super) fn leg(out: &mut dyn Write, leg: &Leg<'_>) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .buffer_capacity(256)
        .from_writer(out);
    writer.write_record([
        leg.number.to_string().as_str(),
        &leg.posted_on.to_string(),
        &leg.source,
        &safe_text(&leg.memo),
        &safe_text(&leg.document),
        &leg.account.code,
        &safe_text(&leg.account.name),
        &safe_text(&leg.party),
        leg.amount.currency().code(),
        &leg.amount.to_string(),
        leg.functional.currency().code(),
        &leg.functional.to_string(),
    ])?;
    writer.flush()
}
