//! Holidays and business days against published calendars.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn dates(calendar: &BusinessCalendar, year: i16) -> Vec<String> {
    let holidays = calendar.holidays(year);
    holidays.iter().map(|(date, _)| date.to_string()).collect()
}

#[test]
fn easter_moves_between_march_22_and_april_25() {
    for (year, expected) in [
        (1818, "1818-03-22"),
        (1943, "1943-04-25"),
        (2000, "2000-04-23"),
        (2024, "2024-03-31"),
        (2025, "2025-04-20"),
        (2038, "2038-04-25"),
    ] {
        assert_eq!(easter(year), Some(day(expected)));
    }
}

#[test]
fn holidays_on_weekends_are_made_up_for_as_each_system_does() {
    // Christmas 2021 was a Saturday, Christmas 2022 a Sunday.
    let late = |calendar: &BusinessCalendar, year| {
        let mut dates = dates(calendar, year);
        dates.retain(|date| date.contains("-12-"));
        dates
    };
    assert_eq!(late(&TARGET2, 2021), ["2021-12-25", "2021-12-26"]);
    assert_eq!(late(&FEDERAL_RESERVE, 2021), Vec::<String>::new());
    assert_eq!(late(&FEDERAL_RESERVE, 2022), ["2022-12-26"]);
    assert_eq!(
        late(&ENGLAND_BANK_HOLIDAYS, 2021),
        ["2021-12-27", "2021-12-28"]
    );
    assert_eq!(
        late(&ENGLAND_BANK_HOLIDAYS, 2022),
        ["2022-12-26", "2022-12-27"]
    );
}

#[test]
fn dates_roll_off_weekends_and_holidays() {
    for (date, roll, expected) in [
        ("2025-05-30", Roll::Following, "2025-05-30"),
        ("2025-05-31", Roll::Unadjusted, "2025-05-31"),
        ("2025-05-31", Roll::Following, "2025-06-02"),
        ("2025-05-31", Roll::ModifiedFollowing, "2025-05-30"),
        ("2025-05-31", Roll::Preceding, "2025-05-30"),
        ("2025-06-01", Roll::Preceding, "2025-05-30"),
        ("2025-06-01", Roll::ModifiedPreceding, "2025-06-02"),
        ("2025-04-18", Roll::Following, "2025-04-22"),
        ("2025-12-25", Roll::ModifiedFollowing, "2025-12-29"),
        ("9999-12-31", Roll::Following, "9999-12-31"),
    ] {
        assert_eq!(
            TARGET2.roll(day(date), roll),
            day(expected),
            "{date} {roll:?}"
        );
    }
}

#[test]
fn business_days_are_counted_without_the_first() {
    for (date, days, expected) in [
        ("2025-04-17", 1, "2025-04-22"),
        ("2025-04-18", 1, "2025-04-22"),
        ("2025-04-22", -1, "2025-04-17"),
        ("2025-04-19", 0, "2025-04-22"),
        ("2025-04-17", 10, "2025-05-06"),
        ("9999-12-30", 50, "9999-12-31"),
    ] {
        let found = TARGET2.add_business_days(day(date), days);
        assert_eq!(found, day(expected), "{date} {days:+}");
    }
}

#[test]
fn a_company_may_close_more_days_and_keep_another_weekend() {
    let own = WEEKDAYS.closed(&[day("2025-12-24")]);
    assert!(WEEKDAYS.is_business_day(day("2025-12-24")));
    assert!(!own.is_business_day(day("2025-12-24")));
    let gulf = own.weekend(Weekend::FRIDAY_SATURDAY);
    assert!(gulf.is_business_day(day("2025-12-28")));
    assert!(!gulf.is_business_day(day("2025-12-26")));
    let all: Vec<Weekday> = Weekday::Monday.cycle_forward().take(7).collect();
    assert_eq!(Weekend::of(&all), None);
    assert_eq!(
        Weekend::of(&[Weekday::Sunday, Weekday::Saturday]),
        Some(Weekend::SATURDAY_SUNDAY)
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests find the corpora by their environment"
)]
fn published() -> Option<PathBuf> {
    let corpora = std::env::var("DUEBOOK_CORPORA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora").to_owned()
    });
    let holidays = PathBuf::from(corpora).join("reference/holidays");
    holidays.is_dir().then_some(holidays)
}

/// Every date written as `YYYY-MM-DD` in the file, by year, each once.
fn dates_in(text: &str) -> BTreeMap<i16, Vec<Date>> {
    let mut years: BTreeMap<i16, Vec<Date>> = BTreeMap::new();
    for part in text.split(|letter: char| !(letter.is_ascii_digit() || letter == '-')) {
        if part.len() == 10 {
            let date = day(part);
            years.entry(date.year()).or_default().push(date);
        }
    }
    for dates in years.values_mut() {
        dates.sort_unstable();
        dates.dedup();
    }
    years
}

#[test]
fn rules_find_the_published_holidays() {
    let Some(folder) = published() else {
        println!("skipped: the published holidays are not there");
        return;
    };
    for (calendar, file, until) in [
        (&TARGET2, "target2_closing_days_2015_2035.csv", None),
        (&FEDERAL_RESERVE, "us_federal_reserve_2015_2035.csv", None),
        (
            &ENGLAND_BANK_HOLIDAYS,
            "gov_uk_bank_holidays.json",
            Some("\"scotland\""),
        ),
    ] {
        let mut text = std::fs::read_to_string(folder.join(file)).expect("a file");
        if let Some(at) = until.and_then(|mark| text.find(mark)) {
            text.truncate(at);
        }
        let years = dates_in(&text);
        assert!(10 < years.len(), "{file}");
        for (year, expected) in years {
            let found: Vec<Date> = calendar
                .holidays(year)
                .into_iter()
                .map(|(date, _)| date)
                .collect();
            assert_eq!(found, expected, "{file} {year}");
        }
    }
}
