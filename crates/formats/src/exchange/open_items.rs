//! Open items taken over from another system at the cut-over, of either side.
//!
//! Amounts keep the sign of the benchmark files: what the party owes (or, for payables, what we
//! owe) is positive, credits are negative. Nothing is turned round silently.

use std::io::BufRead;

use domain::calendar::Date;
use domain::money::Money;
use rust_decimal::Decimal;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// What opened an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// A customer's invoice.
    Invoice,
    /// A charge to a customer beside an invoice.
    DebitMemo,
    /// A credit to a customer.
    CreditMemo,
    /// Customer cash that settles nothing yet.
    Receipt,
    /// A vendor's bill.
    Bill,
    /// A vendor's credit.
    VendorCredit,
    /// Cash paid to a vendor that settles nothing yet.
    Payment,
}

impl ItemKind {
    /// Every kind with its word in the column `type`.
    pub const ALL: &'static [(&'static str, ItemKind)] = &[
        ("invoice", ItemKind::Invoice),
        ("debit_memo", ItemKind::DebitMemo),
        ("credit_memo", ItemKind::CreditMemo),
        ("receipt", ItemKind::Receipt),
        ("bill", ItemKind::Bill),
        ("vendor_credit", ItemKind::VendorCredit),
        ("payment", ItemKind::Payment),
    ];

    /// Does it lower what is owed? Then its amounts are negative.
    pub fn is_credit(self) -> bool {
        match self {
            ItemKind::CreditMemo
            | ItemKind::Receipt
            | ItemKind::VendorCredit
            | ItemKind::Payment => true,
            ItemKind::Invoice | ItemKind::DebitMemo | ItemKind::Bill => false,
        }
    }
}

/// An early-payment discount that an open item still bears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemDiscount {
    /// Percent of the document that may be deducted.
    pub percent: Decimal,
    /// The last day on which it may.
    pub until: Option<Date>,
    /// The smaller percent that may be deducted after it, and until when.
    pub later: Option<(Decimal, Option<Date>)>,
}

/// One open item as another system knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenItemRow {
    /// The number of the document.
    pub document_number: String,
    /// What opened it.
    pub kind: ItemKind,
    /// The customer or vendor.
    pub party_id: String,
    /// The date of the document.
    pub issued_on: Date,
    /// The day it falls due.
    pub due_on: Date,
    /// The gross of the document; negative for credits.
    pub amount: Money,
    /// What of it is open at the cut-over.
    pub open_amount: Money,
    /// The purchase order it bills.
    pub po_number: Option<String>,
    /// The contract it bills.
    pub contract_number: Option<String>,
    /// The early-payment discount it bears.
    pub discount: Option<ItemDiscount>,
    /// The region it is reported under.
    pub region: Option<String>,
    /// Why it is another paper although its number is like an earlier one of the vendor.
    pub no_duplicate: Option<String>,
    /// Columns beyond these, by name.
    pub extra: Vec<(String, String)>,
}

const PARTY: &[&str] = &["customer_id", "vendor_id"];

pub(super) static OPEN_ITEMS: Layout = Layout {
    title: "open items",
    required: &[
        "document_number",
        "type",
        "issue_date",
        "due_date",
        "currency",
        "amount",
        "open_amount",
    ],
    one_of: PARTY,
    optional: &[
        "po_number",
        "contract_number",
        "discount_percent",
        "discount_due_date",
        "discount_2_percent",
        "discount_2_due_date",
        "region",
        "no_duplicate",
    ],
};

/// Reads `open_items.csv`; the party stands in `customer_id` or `vendor_id`.
pub fn open_items<'r>(input: impl BufRead + 'r) -> Rows<'r, OpenItemRow> {
    Rows::new(input, &OPEN_ITEMS, open_item)
}

fn open_item(fields: &Fields<'_>) -> Result<OpenItemRow, Problem> {
    let document_number = fields.required("document_number")?.to_owned();
    let kind = fields.word("type", ItemKind::ALL)?;
    let issued_on = fields.must("issue_date", fields.date("issue_date"))?;
    let due_on = fields.must("due_date", fields.date("due_date"))?;
    let currency = fields.must("currency", fields.currency("currency"))?;
    let amount = fields.must("amount", fields.money("amount", currency))?;
    let open_amount = fields.must("open_amount", fields.money("open_amount", currency))?;
    check_signs(fields, kind, amount, open_amount)?;
    Ok(OpenItemRow {
        document_number,
        kind,
        party_id: party(fields)?,
        issued_on,
        due_on,
        amount,
        open_amount,
        po_number: fields.owned("po_number"),
        contract_number: fields.owned("contract_number"),
        discount: discount(fields)?,
        region: fields.owned("region"),
        no_duplicate: fields.owned("no_duplicate"),
        extra: fields.extra(),
    })
}

fn party(fields: &Fields<'_>) -> Result<String, Problem> {
    let mut named = PARTY.iter().filter_map(|column| fields.text(column));
    match (named.next(), named.next()) {
        (Some(party), None) => Ok(party.to_owned()),
        (None, _) => Err(fields.row_problem("names no party; fill customer_id or vendor_id")),
        (Some(_), Some(_)) => Err(fields.row_problem(
            "names a customer and a vendor; an item belongs to one of them, leave one empty",
        )),
    }
}

fn check_signs(
    fields: &Fields<'_>,
    kind: ItemKind,
    amount: Money,
    open_amount: Money,
) -> Result<(), Problem> {
    let (wrong, expected) = if kind.is_credit() {
        (amount.is_positive(), "a credit, so the amount is negative")
    } else {
        (
            amount.is_negative(),
            "no credit, so the amount is not negative",
        )
    };
    if wrong {
        let what = format!("`{amount}` has the wrong sign: the document is {expected}");
        return Err(fields.problem("amount", what));
    }
    let against = !open_amount.is_zero() && amount.is_negative() != open_amount.is_negative();
    if against || amount.minor().unsigned_abs() < open_amount.minor().unsigned_abs() {
        let what = format!(
            "`{open_amount}` is open of a document of `{amount}`; expected the same sign and \
             no more than the document"
        );
        return Err(fields.problem("open_amount", what));
    }
    Ok(())
}

fn discount(fields: &Fields<'_>) -> Result<Option<ItemDiscount>, Problem> {
    let first = discount_step(fields, "discount_percent", "discount_due_date")?;
    let later = discount_step(fields, "discount_2_percent", "discount_2_due_date")?;
    let Some((percent, until)) = first else {
        return match later {
            Some(_) => Err(fields.problem(
                "discount_percent",
                "is empty, yet there is a discount_2_percent; say the first discount",
            )),
            None => Ok(None),
        };
    };
    // Without a date it may be taken until the document is due.
    let is_after = |later: Option<Date>| match (until, later) {
        (Some(first), Some(later)) => first < later,
        (first, later) => first.is_some() && later.is_none(),
    };
    if let Some((second, last)) = later
        && (percent <= second || !is_after(last))
    {
        let what = format!(
            "`{second}` is no second discount; expected a smaller percent than the first, \
             {percent}, until a later day"
        );
        return Err(fields.problem("discount_2_percent", what));
    }
    Ok(Some(ItemDiscount {
        percent,
        until,
        later,
    }))
}

/// A discount and its last day.
fn discount_step(
    fields: &Fields<'_>,
    percent_in: &'static str,
    until_in: &'static str,
) -> Result<Option<(Decimal, Option<Date>)>, Problem> {
    let percent = fields.decimal(percent_in)?;
    let until = fields.date(until_in)?;
    match percent {
        None if until.is_some() => {
            let what = format!("is empty, yet there is a {until_in}; say the percent");
            Err(fields.problem(percent_in, what))
        }
        None => Ok(None),
        Some(percent) if percent.is_zero() => Ok(None),
        Some(percent) if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED => {
            let what = format!("`{percent}` is no percentage; expected 0 to 100");
            Err(fields.problem(percent_in, what))
        }
        Some(percent) => Ok(Some((percent, until))),
    }
}
