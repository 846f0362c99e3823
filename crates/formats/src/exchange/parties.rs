//! Customers and vendors: whom we trade with, how they pay and from where.

use std::io::BufRead;

use domain::calendar::Date;
use domain::certificates::check_rate;
use domain::credit::Covers;
use domain::money::Currency;
use rust_decimal::Decimal;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// One customer or vendor as another system knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartyRow {
    /// The number in the other system.
    pub party_id: String,
    /// The legal name.
    pub name: String,
    /// ISO 3166 code of two capital letters.
    pub country: Option<String>,
    /// The currency of most of its documents.
    pub currency: Option<Currency>,
    /// The party that pays for this one.
    pub parent_id: Option<String>,
    /// Where its accounting reads mail.
    pub email: Option<String>,
    /// Terms as written: `2/10 NET30`.
    pub payment_terms: Option<String>,
    /// IBANs, `routing-account` or `ACH:company id` from which it is known to pay.
    pub known_bank_accounts: Vec<String>,
    /// Other names it pays under.
    pub aliases: Vec<String>,
    /// How much a customer may owe, in the currency of the books, and whom that covers.
    pub credit_limit: Option<(Decimal, Covers)>,
    /// The percentage of tax that a customer withholds, from a day on.
    pub withholding: Option<(Decimal, Date)>,
    /// Columns beyond these, by name.
    pub extra: Vec<(String, String)>,
}

const OPTIONAL_OF_CUSTOMERS: &[&str] = &[
    "country",
    "currency",
    "parent_id",
    "email",
    "payment_terms",
    "known_bank_accounts",
    "aliases",
    "credit_limit",
    "credit_limit_covers",
    "withholding_percent",
    "withholding_from",
];

const OPTIONAL: &[&str] = &[
    "country",
    "currency",
    "parent_id",
    "email",
    "payment_terms",
    "known_bank_accounts",
    "aliases",
];

pub(super) static CUSTOMERS: Layout = Layout {
    title: "customers",
    required: &["customer_id", "name"],
    one_of: &[],
    optional: OPTIONAL_OF_CUSTOMERS,
};

pub(super) static VENDORS: Layout = Layout {
    title: "vendors",
    required: &["vendor_id", "name"],
    one_of: &[],
    optional: OPTIONAL,
};

/// Reads `customers.csv`: `customer_id`, `name` and what else is known of each.
pub fn customers<'r>(input: impl BufRead + 'r) -> Rows<'r, PartyRow> {
    Rows::new(input, &CUSTOMERS, |fields| party(fields, "customer_id"))
}

/// Reads `vendors.csv`: the columns of customers, with `vendor_id`.
pub fn vendors<'r>(input: impl BufRead + 'r) -> Rows<'r, PartyRow> {
    Rows::new(input, &VENDORS, |fields| party(fields, "vendor_id"))
}

fn party(fields: &Fields<'_>, id: &str) -> Result<PartyRow, Problem> {
    let party_id = fields.required(id)?.to_owned();
    let name = fields.required("name")?.to_owned();
    let country = fields.owned("country");
    if let Some(country) = &country
        && !(country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase()))
    {
        let what = format!("`{country}` is no country code; expected two capitals, such as DE");
        return Err(fields.problem("country", what));
    }
    let currency = fields.currency("currency")?;
    let parent_id = fields.owned("parent_id");
    if parent_id.as_ref() == Some(&party_id) {
        return Err(fields.problem("parent_id", "names the party itself; leave it empty"));
    }
    let is_customer = id == "customer_id";
    Ok(PartyRow {
        party_id,
        name,
        country,
        currency,
        parent_id,
        email: fields.owned("email"),
        payment_terms: fields.owned("payment_terms"),
        known_bank_accounts: fields.list("known_bank_accounts"),
        aliases: fields.list("aliases"),
        credit_limit: if is_customer {
            credit_limit(fields)?
        } else {
            None
        },
        withholding: if is_customer {
            withholding(fields)?
        } else {
            None
        },
        extra: fields.extra(),
    })
}

/// A rate of tax withheld. Its day is told, too: payments of earlier days had another.
fn withholding(fields: &Fields<'_>) -> Result<Option<(Decimal, Date)>, Problem> {
    let percent = fields.decimal("withholding_percent")?;
    let from = fields.date("withholding_from")?;
    match (percent, from) {
        (None, None) => Ok(None),
        (Some(percent), Some(from)) => {
            check_rate(percent)
                .map_err(|refusal| fields.problem("withholding_percent", refusal.to_string()))?;
            Ok(Some((percent, from)))
        }
        (Some(_), None) => Err(fields.problem(
            "withholding_from",
            "is empty; give the first day of the rate",
        )),
        (None, Some(_)) => Err(fields.problem(
            "withholding_from",
            "stands without a rate; give one, or leave it empty",
        )),
    }
}

/// A limit, and whom it covers: the customer alone where nothing is said.
fn credit_limit(fields: &Fields<'_>) -> Result<Option<(Decimal, Covers)>, Problem> {
    let amount = fields.decimal("credit_limit")?;
    let covers = match fields.text("credit_limit_covers") {
        None => Covers::Own,
        Some(_) if amount.is_none() => {
            let what = "stands without a limit; give one, or leave it empty";
            return Err(fields.problem("credit_limit_covers", what));
        }
        Some(_) => fields.word("credit_limit_covers", Covers::ALL)?,
    };
    if amount.is_some_and(|amount| amount.is_sign_negative() && !amount.is_zero()) {
        return Err(fields.problem("credit_limit", "is below zero; give zero or more"));
    }
    Ok(amount.map(|amount| (amount, covers)))
}
