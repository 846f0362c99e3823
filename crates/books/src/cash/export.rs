//! What was applied and proposed, row by row, for programs and people outside.

use std::io::Write;

use domain::money::Money;

use crate::cash::sql;
use crate::failure::{Fault, Outcome};
use crate::reports::safe_text;
use crate::work::Work;

/// One row of one alternative of one decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportRow {
    /// The file of the bank statement.
    pub statement: String,
    /// The bank's reference, with the item's number for items of a deposit.
    pub entry_ref: String,
    /// `auto`, `proposed` or `none`.
    pub status: &'static str,
    /// 1 for the best alternative.
    pub rank: i64,
    /// The party's code; empty where nobody is concerned.
    pub party_code: String,
    /// The document's number; empty where none is.
    pub document_number: String,
    /// In the account's currency, signed.
    pub amount: Money,
    /// `payment`, `early_payment_discount`, …
    pub kind: String,
    /// Millionths.
    pub confidence: i64,
}

/// Hands over every row of every decision that stands, by statement and line.
pub fn each(work: &mut Work<'_>, take: impl FnMut(ExportRow) -> Result<(), Fault>) -> Outcome<()> {
    Ok(sql::each_export_row(work, take)?)
}

const COLUMNS: [&str; 9] = [
    "statement",
    "entry_ref",
    "status",
    "rank",
    "customer_id",
    "document_number",
    "applied_amount",
    "kind",
    "confidence",
];

/// Writes every row as CSV; returns how many. What a spreadsheet would take for a formula is
/// led by an apostrophe, as in every CSV.
pub fn csv(work: &mut Work<'_>, out: &mut dyn Write) -> Outcome<u64> {
    let failed = |problem: csv::Error| Fault::new(problem.to_string());
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(failed)?;
    let mut count = 0;
    each(work, |row| {
        count += 1;
        let record = [
            safe_text(&row.statement).into_owned(),
            safe_text(&row.entry_ref).into_owned(),
            row.status.to_owned(),
            row.rank.to_string(),
            safe_text(&row.party_code).into_owned(),
            safe_text(&row.document_number).into_owned(),
            row.amount.to_string(),
            row.kind.clone(),
            fraction(row.confidence),
        ];
        writer.write_record(&record).map_err(failed)
    })?;
    let flushed = writer.flush();
    flushed.map_err(|problem| Fault::new(problem.to_string()))?;
    Ok(count)
}

/// Millionths as a fraction of one; nothing where nothing is claimed.
fn fraction(millionths: i64) -> String {
    match millionths {
        0 => String::new(),
        _ => format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000),
    }
}

/// The status of an outcome in the export.
pub(crate) fn status(outcome: &str) -> &'static str {
    match outcome {
        "applied" | "applied_by_hand" | "not_customer_cash" => "auto",
        "proposed" => "proposed",
        _ => "none",
    }
}
