//! Earlier applications as a person posted them: what matching learns names and habits from.

use std::io::BufRead;

use domain::calendar::Date;
use domain::cash::Kind;
use domain::money::Money;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// The document that an earlier payment named or cleared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryDocument {
    /// The number of the document.
    pub number: String,
    /// The date of the document.
    pub issued_on: Option<Date>,
    /// The day it fell due.
    pub due_on: Option<Date>,
    /// Its gross, in its own currency.
    pub amount: Option<Money>,
}

/// One row of an earlier application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRow {
    /// The payment; its rows share it.
    pub payment_id: String,
    /// The day the cash came.
    pub paid_on: Date,
    /// Our bank account it came to.
    pub account: Option<String>,
    /// The payer as the bank showed it.
    pub payer_name: Option<String>,
    /// The payer's bank account as the bank showed it.
    pub payer_account: Option<String>,
    /// What the payment said.
    pub remittance_text: Option<String>,
    /// The whole payment.
    pub payment: Money,
    /// Whose cash it was.
    pub customer_id: Option<String>,
    /// The document that the row is about.
    pub document: Option<HistoryDocument>,
    /// The part of the payment that the row is about, in the payment's currency.
    pub applied: Money,
    /// What was done with it.
    pub kind: Kind,
    /// Columns beyond these, by name.
    pub extra: Vec<(String, String)>,
}

pub(super) static HISTORY: Layout = Layout {
    title: "earlier applications",
    required: &[
        "payment_id",
        "payment_date",
        "payment_amount",
        "currency",
        "customer_id",
        "document_number",
        "applied_amount",
        "kind",
    ],
    one_of: &[],
    optional: &[
        "account",
        "payer_name",
        "payer_account",
        "remittance_text",
        "document_issue_date",
        "document_due_date",
        "document_amount",
        "document_currency",
    ],
};

/// Reads `history.csv`.
pub fn history<'r>(input: impl BufRead + 'r) -> Rows<'r, HistoryRow> {
    Rows::new(input, &HISTORY, applied)
}

fn applied(fields: &Fields<'_>) -> Result<HistoryRow, Problem> {
    let currency = fields.must("currency", fields.currency("currency"))?;
    Ok(HistoryRow {
        payment_id: fields.required("payment_id")?.to_owned(),
        paid_on: fields.must("payment_date", fields.date("payment_date"))?,
        payment: fields.must("payment_amount", fields.money("payment_amount", currency))?,
        customer_id: fields.owned("customer_id"),
        document: document(fields)?,
        applied: fields.must("applied_amount", fields.money("applied_amount", currency))?,
        kind: fields.word("kind", Kind::ALL)?,
        account: fields.owned("account"),
        payer_name: fields.owned("payer_name"),
        payer_account: fields.owned("payer_account"),
        remittance_text: fields.owned("remittance_text"),
        extra: fields.extra(),
    })
}

fn document(fields: &Fields<'_>) -> Result<Option<HistoryDocument>, Problem> {
    let Some(number) = fields.owned("document_number") else {
        return Ok(None);
    };
    Ok(Some(HistoryDocument {
        number,
        issued_on: fields.date("document_issue_date")?,
        due_on: fields.date("document_due_date")?,
        amount: document_amount(fields)?,
    }))
}

fn document_amount(fields: &Fields<'_>) -> Result<Option<Money>, Problem> {
    match fields.currency("document_currency")? {
        Some(currency) => fields.money("document_amount", currency),
        None if fields.text("document_amount").is_none() => Ok(None),
        None => Err(fields.problem(
            "document_currency",
            "is empty, yet there is a document_amount; say its currency",
        )),
    }
}
