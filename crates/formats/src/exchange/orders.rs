//! Orders and proformas: what prepayments quote before there is an invoice.

use std::io::BufRead;

use domain::calendar::Date;
use domain::money::Money;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// One order of a customer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderRow {
    /// The number of the order.
    pub order_number: String,
    /// The number of the proforma that asks for the prepayment.
    pub proforma_number: Option<String>,
    /// The customer.
    pub customer_id: String,
    /// The day of the order.
    pub ordered_on: Date,
    /// The gross of the order.
    pub amount: Money,
    /// Columns beyond these, by name.
    pub extra: Vec<(String, String)>,
}

pub(super) static ORDERS: Layout = Layout {
    title: "orders",
    required: &[
        "order_number",
        "customer_id",
        "order_date",
        "currency",
        "amount",
    ],
    one_of: &[],
    optional: &["proforma_number"],
};

/// Reads `orders.csv`.
pub fn orders<'r>(input: impl BufRead + 'r) -> Rows<'r, OrderRow> {
    Rows::new(input, &ORDERS, order)
}

fn order(fields: &Fields<'_>) -> Result<OrderRow, Problem> {
    let order_number = fields.required("order_number")?.to_owned();
    let customer_id = fields.required("customer_id")?.to_owned();
    let ordered_on = fields.must("order_date", fields.date("order_date"))?;
    let currency = fields.must("currency", fields.currency("currency"))?;
    Ok(OrderRow {
        order_number,
        customer_id,
        ordered_on,
        amount: fields.must("amount", fields.money("amount", currency))?,
        proforma_number: fields.owned("proforma_number"),
        extra: fields.extra(),
    })
}
