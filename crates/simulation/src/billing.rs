//! What was sold in the last weeks: invoices that the company issues itself, not due as a rule.

use domain::calendar::Date;

use crate::files::{File, table};
use crate::parties::Customer;
use crate::random::Chance;
use crate::rates::later;
use crate::trade::decimal;

/// The days before the last one in which these invoices are issued.
const DAYS: i64 = 24;

const SOLD: &[&str] = &[
    "Flow meter",
    "Pressure sensor",
    "Calibration on site",
    "Spare parts",
    "Control unit",
    "Support, one month",
];

/// A line of an invoice, priced before tax.
struct Line {
    description: &'static str,
    quantity: i64,
    unit_price: i64,
}

/// An invoice still to be issued: the books give it its number, due date and tax.
pub(crate) struct Invoice {
    customer: usize,
    issued_on: Date,
    lines: Vec<Line>,
}

/// What about a third of the customers bought until the last day, oldest first.
pub(crate) fn invoices(chance: &mut Chance, customers: &[Customer], last: Date) -> Vec<Invoice> {
    let mut invoices = Vec::new();
    for customer in 0..customers.len() {
        if !chance.percent(35) {
            continue;
        }
        let lines = (0..chance.between(1, 3)).map(|_| Line {
            description: chance.pick::<&str>(SOLD),
            quantity: chance.between(1, 12),
            unit_price: chance.between(4_000, 90_000),
        });
        let lines = lines.collect();
        invoices.push(Invoice {
            customer,
            issued_on: later(last, -chance.between(0, DAYS)),
            lines,
        });
    }
    invoices.sort_by_key(|invoice| (invoice.issued_on, invoice.customer));
    invoices
}

/// The invoices as `duebook document issue` reads them, one row for each line.
pub(crate) fn file(customers: &[Customer], invoices: &[Invoice]) -> File {
    let head = [
        "document",
        "kind",
        "party",
        "issued_on",
        "currency",
        "description",
        "quantity",
        "unit_price",
        "tax_rate",
        "tax_category",
    ];
    let rows = invoices.iter().zip(1..).flat_map(|(invoice, number)| {
        let customer = customers.get(invoice.customer);
        invoice.lines.iter().filter_map(move |line| {
            let customer = customer?;
            let (rate, category) = tax(customer.country);
            Some(vec![
                format!("{number}"),
                "invoice".to_owned(),
                customer.id.clone(),
                invoice.issued_on.to_string(),
                customer.currency.to_owned(),
                line.description.to_owned(),
                line.quantity.to_string(),
                decimal(line.unit_price),
                rate.to_owned(),
                category.to_owned(),
            ])
        })
    });
    table("invoices.csv", &head, rows)
}

/// German VAT at home, the customer's own within the European Union (reverse charge), none on
/// what leaves it: rate in percent and category of UNCL 5305.
fn tax(country: &str) -> (&'static str, &'static str) {
    match country {
        "DE" => ("19", "S"),
        "FR" | "NL" | "ES" | "SE" => ("0", "AE"),
        _ => ("0", "G"),
    }
}
