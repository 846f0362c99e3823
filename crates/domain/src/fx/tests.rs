//! Worked examples: Microsoft Dynamics 365 Business Central (adjust exchange rates), Oracle JD
//! Edwards EnterpriseOne Multicurrency, Aptify and Stripe documentation, exercises of Modern
//! Advanced Accounting (Walker; U.S. Company) and the New Colony problem.

use super::*;
use crate::refusal::Refusal;

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn money(text: &str) -> Money {
    let (amount, code) = text.split_once(' ').expect("amount and currency");
    Money::parse(amount, currency(code)).expect("an amount")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A table through EUR of lines `2025-01-03 USD EUR 0.92 ECB`.
fn table(lines: &[&str]) -> RateTable {
    let mut table = RateTable::new(currency("EUR"), 5);
    for line in lines {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap_or_default();
        let rate = Rate {
            on: day(word()),
            from: currency(word()),
            to: currency(word()),
            rate: word().parse().expect("a rate"),
            source: Some(word()).filter(|word| !word.is_empty()).map(Arc::from),
        };
        assert!(table.add(rate), "{line}");
    }
    table
}

fn closing<'t>(rates: &'t RateTable, functional: &str, differences: Differences) -> Closing<'t> {
    Closing {
        on: day("2025-01-31"),
        functional: currency(functional),
        rates,
        rounding: Rounding::HalfUp,
        differences,
    }
}

#[test]
fn the_newest_quote_is_found_and_its_age_told() {
    let table = table(&[
        "2025-01-02 EUR USD 1.04 ECB",
        "2025-01-03 EUR USD 1.08 ECB",
        "2025-01-03 EUR GBP 0.81 ECB",
        "2025-01-06 GBP USD 1.25 bank",
        "2025-01-06 USD EUR 0.9 bank",
        "2025-01-07 EUR USD 1.10 ECB",
    ]);
    for (from, to, on, told) in [
        (
            "EUR",
            "USD",
            "2025-01-03",
            "1 EUR = 1.08 USD (of 2025-01-03, ECB)",
        ),
        (
            "EUR",
            "USD",
            "2025-01-05",
            "1 EUR = 1.08 USD (of 2025-01-03, 2 days old, ECB)",
        ),
        (
            "USD",
            "EUR",
            "2025-01-04",
            "1 USD = 0.9259259259 EUR (inverse of 2025-01-03, 1 day old, ECB)",
        ),
        (
            "USD",
            "EUR",
            "2025-01-06",
            "1 USD = 0.9 EUR (of 2025-01-06, bank)",
        ),
        (
            "GBP",
            "USD",
            "2025-01-03",
            "1 GBP = 1.333333333 USD (through EUR, of 2025-01-03, ECB)",
        ),
        (
            "GBP",
            "USD",
            "2025-01-06",
            "1 GBP = 1.25 USD (of 2025-01-06, bank)",
        ),
        (
            "USD",
            "GBP",
            "2025-01-06",
            "1 USD = 0.8 GBP (inverse of 2025-01-06, bank)",
        ),
        ("CHF", "CHF", "2025-01-06", "1 CHF = 1 CHF"),
    ] {
        let found = table
            .find(currency(from), currency(to), day(on))
            .expect("a rate");
        assert_eq!(found.to_string(), told);
    }
    for (from, to, on) in [("EUR", "USD", "2025-01-01"), ("CHF", "EUR", "2025-01-06")] {
        let missing = table
            .find(currency(from), currency(to), day(on))
            .expect_err("no rate");
        assert!(missing.to_string().contains(on), "{missing}");
    }
    let mut table = table;
    for (to, rate) in [("USD", "0"), ("USD", "-1"), ("EUR", "1")] {
        assert!(!table.add(Rate {
            on: day("2025-01-01"),
            from: currency("EUR"),
            to: currency(to),
            rate: rate.parse().expect("a number"),
            source: None,
        }));
    }
}

#[test]
fn conversion_rounds_once_whatever_the_quote() {
    for (quote, amount, to, expected) in [
        // Aptify: EUR 1,100 at EUR per functional unit.
        ("2024-12-15 USD EUR 1.10", "1100 EUR", "USD", "1000.00"),
        ("2024-12-31 USD EUR 1.12", "1100 EUR", "USD", "982.14"),
        ("2025-01-15 USD EUR 1.05", "1100 EUR", "USD", "1047.62"),
        // JD Edwards, and the payable quoted in foreign units per dollar.
        ("2024-12-15 USD GBP .6072", "500 USD", "GBP", "303.60"),
        ("2024-12-15 USD MXN 4", "100000 MXN", "USD", "25000.00"),
        ("2024-12-15 NOK USD 0.10", "400 NOK", "USD", "40.00"),
        ("2024-12-15 EUR JPY 163.06", "-99.99 EUR", "JPY", "-16304"),
        // An inverse rounded to 0.0061 would give 610.00.
        ("2024-12-15 EUR JPY 163.06", "100000 JPY", "EUR", "613.27"),
    ] {
        let found = table(&[quote]).find(money(amount).currency(), currency(to), Date::MAX);
        let found = found.expect("a rate");
        let converted = found
            .convert(money(amount), Rounding::HalfUp)
            .expect("in range");
        assert_eq!(converted.to_string(), expected, "{amount} at {quote}");
    }
    let found = table(&["2025-01-01 EUR JPY 99999999"]);
    let found = found
        .find(currency("EUR"), currency("JPY"), Date::MAX)
        .expect("a rate");
    let huge = Money::new(i64::MAX, currency("EUR"));
    assert!(matches!(
        found.convert(huge, Rounding::HalfUp),
        Err(AmountError::TooLarge { .. })
    ));
}

/// Invoice, period end, settlement: amounts are the item's, payables below zero.
#[test]
fn unrealised_and_realised_differences_have_the_sign_of_the_result() {
    for (name, amount, initial, period_end, paid, expected) in [
        (
            "Business Central, receivable",
            "1000 EUR",
            "1.123",
            "1.125",
            "1.120",
            ["1123.00", "2.00", "-3.00"],
        ),
        (
            "New Colony, receivable",
            "100000 EUR",
            "0.40",
            "0.42",
            "0.37",
            ["40000.00", "2000.00", "-3000.00"],
        ),
        (
            "U.S. Company, receivable",
            "1500 EUR",
            "1.055",
            "1.060",
            "1.050",
            ["1582.50", "7.50", "-7.50"],
        ),
        (
            "JD Edwards, receivable",
            "500 EUR",
            "0.6072",
            "0.6072",
            "0.6081",
            ["303.60", "0.00", "0.45"],
        ),
        (
            "Walker, payable",
            "-100000 EUR",
            "1.070",
            "1.070",
            "1.065",
            ["-107000.00", "0.00", "500.00"],
        ),
        (
            "purchase, payable",
            "-20000 EUR",
            "1.25",
            "1.10",
            "1.20",
            ["-25000.00", "3000.00", "1000.00"],
        ),
        (
            "Stripe, receivable",
            "30 EUR",
            "1.20",
            "1.20",
            "1.10",
            ["36.00", "0.00", "-3.00"],
        ),
        (
            "Stripe, refund",
            "-30 EUR",
            "1.20",
            "1.20",
            "1.30",
            ["-36.00", "0.00", "-3.00"],
        ),
    ] {
        let rates = table(&[
            &format!("2025-01-10 EUR USD {initial}"),
            &format!("2025-01-31 EUR USD {period_end}"),
            &format!("2025-02-10 EUR USD {paid}"),
        ]);
        let worth = |on| {
            let found = rates
                .find(currency("EUR"), currency("USD"), day(on))
                .expect("a rate");
            found
                .convert(money(amount), Rounding::HalfUp)
                .expect("in range")
        };
        let item = ForeignItem {
            open: money(amount),
            carrying: worth("2025-01-10"),
            nature: Nature::Monetary,
        };
        let revalued = revalue(&[item], closing(&rates, "USD", Differences::Both));
        let unrealised = match revalued.expect("rates are known")[..] {
            [Some(change)] => {
                assert_eq!(change.revalued, item.carrying + change.gain, "{name}");
                change.gain
            }
            _ => money("0 USD"),
        };
        let gain = realised(item.carrying, worth("2025-02-10"));
        let found = [item.carrying, unrealised, gain].map(|amount| amount.to_string());
        assert_eq!(found, expected, "{name}");
        // Where the unrealised difference is carried on, settlement realises the rest of it.
        let rest = realised(item.carrying + unrealised, worth("2025-02-10"));
        assert_eq!(unrealised + rest, gain, "{name}");
    }
}

#[test]
fn advances_and_own_currency_stay_and_prudence_waits_for_gains() {
    let rates = table(&["2025-01-31 EUR USD 1.10"]);
    let item = |open, carrying, nature| ForeignItem {
        open: money(open),
        carrying: money(carrying),
        nature,
    };
    let items = [
        item("100 EUR", "100 USD", Nature::Monetary),
        item("100 EUR", "120 USD", Nature::Monetary),
        item("-100 EUR", "-100 USD", Nature::Monetary),
        item("-100 EUR", "-100 USD", Nature::NonMonetary),
        item("100 USD", "100 USD", Nature::Monetary),
        item("100 EUR", "110 USD", Nature::Monetary),
    ];
    let gains = |differences| -> Vec<Option<String>> {
        let revalued = revalue(&items, closing(&rates, "USD", differences));
        let changes = revalued.expect("rates are known").into_iter();
        changes
            .map(|change| change.map(|change| change.gain.to_string()))
            .collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        gains(Differences::Both),
        [
            some("10.00"),
            some("-10.00"),
            some("-10.00"),
            None,
            None,
            None
        ]
    );
    assert_eq!(
        gains(Differences::LossesOnly),
        [None, some("-10.00"), some("-10.00"), None, None, None]
    );
}

#[test]
fn revaluation_is_refused_without_a_fresh_rate() {
    let rates = table(&["2025-01-25 EUR USD 1.10", "2025-01-31 USD KWD 0.3"]);
    let refused = |open: Money| {
        let item = ForeignItem {
            open,
            carrying: money("1 USD"),
            nature: Nature::Monetary,
        };
        let refusal = revalue(&[item], closing(&rates, "USD", Differences::Both));
        let refusal = refusal.expect_err("refused");
        (
            refusal.code(),
            refusal.to_string(),
            refusal.hint().unwrap_or_default(),
        )
    };
    assert_eq!(
        refused(money("1 CHF")),
        (
            "rate_missing",
            "No rate from CHF to USD is known on 2025-01-31 or before it.".to_owned(),
            "import the rate from CHF to USD of 2025-01-31 with `duebook import rates FILE`"
                .to_owned()
        )
    );
    assert_eq!(
        refused(money("1 EUR")),
        (
            "rate_too_old",
            "The newest rate from EUR to USD is of 2025-01-25; on 2025-01-31 it may be 5 days old."
                .to_owned(),
            "import the rate from EUR to USD of 2025-01-31 with `duebook import rates FILE`"
                .to_owned()
        )
    );
    let huge = Money::new(i64::MAX, currency("CLF"));
    let rates_of_huge = table(&["2025-01-31 CLF USD 99999"]);
    let item = ForeignItem {
        open: huge,
        carrying: money("1 USD"),
        nature: Nature::Monetary,
    };
    let refusal = revalue(&[item], closing(&rates_of_huge, "USD", Differences::Both));
    assert_eq!(refusal.expect_err("refused").code(), "amount_too_large");
}

#[test]
fn before_the_first_rate_the_first_serves() {
    let currency = |code: &str| Currency::parse(code).expect("a currency");
    let day = |text: &str| text.parse::<Date>().expect("a day");
    let (eur, usd, gbp) = (currency("EUR"), currency("USD"), currency("GBP"));
    let mut table = RateTable::new(eur, 5);
    for (on, from, rate) in [("2026-02-01", usd, 90), ("2026-01-10", gbp, 120)] {
        table.add(Rate {
            on: day(on),
            from,
            to: eur,
            rate: rust_decimal::Decimal::new(rate, 2),
            source: None,
        });
    }
    let asked = day("2026-01-01");
    assert!(table.find(usd, eur, asked).is_err());
    for (from, to, quoted_on) in [
        (usd, eur, "2026-02-01"),
        (eur, gbp, "2026-01-10"),
        (usd, gbp, "2026-01-10"),
    ] {
        let found = table
            .find_or_first(from, to, asked)
            .expect("the first rate");
        assert_eq!(found.quoted_on, day(quoted_on), "{from} to {to}");
    }
    assert!(table.find_or_first(usd, currency("JPY"), asked).is_err());
}

#[test]
fn a_rate_that_is_too_old_is_none_for_a_fact() {
    let table = table(&["2025-01-02 EUR USD 1.04 ECB"]);
    let (eur, usd) = (currency("EUR"), currency("USD"));
    assert!(table.find_recent(eur, usd, day("2025-01-07")).is_ok());
    assert!(table.find(eur, usd, day("2025-01-08")).is_ok());
    let missing = table.find_recent(eur, usd, day("2025-01-08"));
    let missing = missing.expect_err("six days old");
    assert_eq!(missing.code(), "rate_too_old");
    assert_eq!(
        missing.to_string(),
        "The newest rate from EUR to USD is of 2025-01-02; on 2025-01-08 it may be 5 days old."
    );
    assert_eq!(
        missing.hint().as_deref(),
        Some("import the rate from EUR to USD of 2025-01-08 with `duebook import rates FILE`")
    );
    let before = table.find_recent(eur, usd, day("2025-01-01"));
    assert_eq!(before.expect_err("none yet").code(), "rate_missing");
}
