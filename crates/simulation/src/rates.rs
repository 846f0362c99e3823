//! Exchange rates that wander a little from day to day.

use domain::calendar::Date;

use crate::random::Chance;

/// Millionths of a unit per euro, on average.
const PER_EURO: &[(&str, i64)] = &[
    ("CHF", 938_000),
    ("GBP", 869_000),
    ("SEK", 11_040_000),
    ("USD", 1_168_000),
];

/// One day's rate of a currency: millionths of a euro for one unit.
pub(crate) struct Rate {
    pub(crate) on: Date,
    pub(crate) currency: &'static str,
    pub(crate) per_euro: i64,
    pub(crate) in_euro: i64,
}

/// Rates of every day from `first`, so many days.
pub(crate) fn rates(chance: &mut Chance, first: Date, days: i64) -> Vec<Rate> {
    let mut rates = Vec::new();
    let mut now: Vec<i64> = PER_EURO.iter().map(|(_, per_euro)| *per_euro).collect();
    for on in (0..days).map(|day| later(first, day)) {
        for ((currency, usual), per_euro) in PER_EURO.iter().zip(&mut now) {
            // It is drawn back to its usual height, so that long runs stay believable.
            let back = (usual - *per_euro) / 50;
            *per_euro += back + usual * chance.between(-25, 25) / 10_000;
            rates.push(Rate {
                on,
                currency,
                per_euro: *per_euro,
                in_euro: 1_000_000_000_000 / *per_euro,
            });
        }
    }
    rates
}

/// An amount in euros at the rate of the day, rounded half up.
pub(crate) fn in_euros(rates: &[Rate], minor: i64, currency: &str, on: Date) -> Option<i64> {
    // Days stand in order and currencies within days.
    let from = rates.partition_point(|rate| rate.on < on);
    let mut today = rates.get(from..)?.iter().take(PER_EURO.len());
    let rate = today.find(|rate| rate.currency == currency)?;
    let product = i128::from(minor) * i128::from(rate.in_euro);
    Some(((product + 500_000).div_euclid(1_000_000)) as i64)
}

/// The day so many days later.
pub(crate) fn later(on: Date, days: i64) -> Date {
    use jiff::ToSpan as _;
    on.checked_add(days.days()).expect("made-up days are near")
}
