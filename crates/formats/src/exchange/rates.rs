//! Exchange rates: units of `to_currency` for one unit of `from_currency` on a date.

use std::io::BufRead;

use domain::calendar::Date;
use domain::money::Currency;
use rust_decimal::Decimal;

use super::fields::Fields;
use super::table::{Layout, Rows};
use crate::Problem;

/// The rate of one pair on one date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RateRow {
    /// The day the rate is of.
    pub on: Date,
    /// One unit of this currency…
    pub from: Currency,
    /// …is worth `rate` units of this one.
    pub to: Currency,
    /// The rate, above zero.
    pub rate: Decimal,
    /// Who published it.
    pub source: Option<String>,
    /// Columns beyond these, by name.
    pub extra: Vec<(String, String)>,
}

pub(super) static RATES: Layout = Layout {
    title: "exchange rates",
    required: &["date", "from_currency", "to_currency", "rate"],
    one_of: &[],
    optional: &["source"],
};

/// Reads `fx_rates.csv`.
pub fn rates<'r>(input: impl BufRead + 'r) -> Rows<'r, RateRow> {
    Rows::new(input, &RATES, rate)
}

fn rate(fields: &Fields<'_>) -> Result<RateRow, Problem> {
    let on = fields.must("date", fields.date("date"))?;
    let from = fields.must("from_currency", fields.currency("from_currency"))?;
    let to = fields.must("to_currency", fields.currency("to_currency"))?;
    let rate = fields.must("rate", fields.decimal("rate"))?;
    if rate <= Decimal::ZERO {
        return Err(fields.problem("rate", format!("`{rate}` is no rate; expected above zero")));
    }
    if from == to && rate != Decimal::ONE {
        let what = format!("a {from} is worth one {from}, not `{rate}`; leave the row out");
        return Err(fields.problem("rate", what));
    }
    Ok(RateRow {
        on,
        from,
        to,
        rate,
        source: fields.owned("source"),
        extra: fields.extra(),
    })
}
