//! What was applied and proposed, row by row, for programs and people outside.

use domain::money::Money;

use crate::cash::sql;
use crate::failure::{Fault, Outcome};
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

/// The status of an outcome in the export.
pub(crate) fn status(outcome: &str) -> &'static str {
    match outcome {
        "applied" | "applied_by_hand" | "not_customer_cash" => "auto",
        "proposed" => "proposed",
        _ => "none",
    }
}
