//! Business days: weekends and bank holidays computed by rule, and how a date rolls off them.
//!
//! TARGET2 (ECB long-term calendar, from 2000), the US Federal Reserve Banks, and the bank holidays
//! of England and Wales (Banking and Financial Dealings Act 1971 with its proclamations) as far as
//! they are known today. Holidays that no rule foresees are added with [`BusinessCalendar::closed`].

use std::borrow::Cow;

use jiff::civil::Weekday;

use super::{Date, plus_days};

/// The days of the week on which nothing is settled; at least one day is left to work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weekend(u8);

impl Weekend {
    /// Europe, the Americas, most of Asia.
    pub const SATURDAY_SUNDAY: Weekend = Weekend(0b110_0000);
    /// Much of the Middle East and North Africa.
    pub const FRIDAY_SATURDAY: Weekend = Weekend(0b011_0000);

    /// A weekend of the days named, or `None` where no day would be left to work.
    pub fn of(days: &[Weekday]) -> Option<Weekend> {
        let mask = days.iter().fold(0, |mask, day| mask | Weekend::bit(*day));
        (mask != 0b111_1111).then_some(Weekend(mask))
    }

    /// Does the day belong to it?
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Weekend::bit(day) != 0
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

/// How a date that is no business day becomes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roll {
    /// It stays.
    Unadjusted,
    /// The next business day.
    Following,
    /// The next one, unless that is in the next month: then the one before.
    ModifiedFollowing,
    /// The business day before.
    Preceding,
    /// The one before, unless that is in the month before: then the next.
    ModifiedPreceding,
}

/// The days on which banks of one system settle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BusinessCalendar {
    weekend: Weekend,
    rules: &'static [Rule],
    closed: Cow<'static, [Date]>,
}

/// Every weekday: no holidays are known.
pub static WEEKDAYS: BusinessCalendar = BusinessCalendar::new(Weekend::SATURDAY_SUNDAY, &[]);

/// The closing days of TARGET2 and its successor T2.
pub static TARGET2: BusinessCalendar =
    BusinessCalendar::new(Weekend::SATURDAY_SUNDAY, TARGET2_RULES);

/// The holidays of the US Federal Reserve Banks; one on a Saturday is not made up for.
pub static FEDERAL_RESERVE: BusinessCalendar =
    BusinessCalendar::new(Weekend::SATURDAY_SUNDAY, FEDERAL_RESERVE_RULES);

/// The bank holidays of England and Wales.
pub static ENGLAND_BANK_HOLIDAYS: BusinessCalendar =
    BusinessCalendar::new(Weekend::SATURDAY_SUNDAY, ENGLAND_RULES);

impl BusinessCalendar {
    const fn new(weekend: Weekend, rules: &'static [Rule]) -> BusinessCalendar {
        BusinessCalendar {
            weekend,
            rules,
            closed: Cow::Borrowed(&[]),
        }
    }

    /// The same calendar with another weekend.
    pub fn weekend(&self, weekend: Weekend) -> BusinessCalendar {
        BusinessCalendar {
            weekend,
            ..self.clone()
        }
    }

    /// The same calendar with more days closed: the company's own, or newly proclaimed ones.
    pub fn closed(&self, days: &[Date]) -> BusinessCalendar {
        BusinessCalendar {
            closed: [&self.closed[..], days].concat().into(),
            ..self.clone()
        }
    }

    /// The holidays of a year by date, each with its name, as they are observed.
    pub fn holidays(&self, year: i16) -> Vec<(Date, &'static str)> {
        let mut observed: Vec<(Date, &'static str)> = Vec::with_capacity(self.rules.len());
        let mut to_move = Vec::new();
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.from <= year && year <= rule.until)
        {
            let Some(date) = rule.day.in_year(year) else {
                continue;
            };
            match (rule.shift, date.weekday()) {
                (Shift::NextWorkingDay, Weekday::Saturday | Weekday::Sunday) => {
                    to_move.push((date, rule.name));
                }
                (Shift::SundayToMonday, Weekday::Sunday) => {
                    observed.push((plus_days(date, 1), rule.name));
                }
                (Shift::SundayToMonday, Weekday::Saturday) => {}
                _ => observed.push((date, rule.name)),
            }
        }
        // Substitutes come after the days that stay, so that Boxing Day keeps its Monday when
        // Christmas falls on the Sunday before it.
        for (mut date, name) in to_move {
            while self.weekend.contains(date.weekday())
                || observed.iter().any(|(taken, _)| *taken == date)
            {
                date = plus_days(date, 1);
            }
            observed.push((date, name));
        }
        observed.sort_unstable();
        observed
    }

    /// Is anything settled on the date?
    pub fn is_business_day(&self, date: Date) -> bool {
        !self.weekend.contains(date.weekday())
            && !self.closed.contains(&date)
            && !self
                .holidays(date.year())
                .iter()
                .any(|(holiday, _)| *holiday == date)
    }

    /// The date itself if it is a business day, otherwise the one that the convention names.
    pub fn roll(&self, date: Date, convention: Roll) -> Date {
        let (step, within_month) = match convention {
            Roll::Unadjusted => return date,
            Roll::Following => (1, false),
            Roll::ModifiedFollowing => (1, true),
            Roll::Preceding => (-1, false),
            Roll::ModifiedPreceding => (-1, true),
        };
        let rolled = self.seek(date, step);
        if within_month && rolled.first_of_month() != date.first_of_month() {
            return self.seek(date, -step);
        }
        rolled
    }

    /// The business day so many business days later (or earlier). Zero rolls to the next one.
    pub fn add_business_days(&self, date: Date, days: i32) -> Date {
        let step = if days < 0 { -1 } else { 1 };
        let mut date = match days {
            0 => self.seek(date, 1),
            _ => date,
        };
        for _ in 0..days.unsigned_abs() {
            let next = self.seek(plus_days(date, step), step);
            if next == date {
                break;
            }
            date = next;
        }
        date
    }

    /// The first business day from the date on, in steps of a day; the ends of the calendar stay.
    fn seek(&self, mut date: Date, step: i32) -> Date {
        while !self.is_business_day(date) {
            let next = plus_days(date, step);
            if next == date {
                break;
            }
            date = next;
        }
        date
    }
}

/// One holiday, and in which years it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rule {
    name: &'static str,
    from: i16,
    until: i16,
    day: Day,
    shift: Shift,
}

/// Where in a year a holiday falls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Day {
    /// Month and day.
    Fixed(i8, i8),
    /// Days after Easter Sunday.
    Easter(i32),
    /// The n-th such weekday of a month; −1 is the last.
    Nth(i8, Weekday, i8),
}

/// What happens to a holiday on a weekend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shift {
    /// Nothing.
    Stays,
    /// Sundays move to Monday, Saturdays are lost.
    SundayToMonday,
    /// It moves to the next weekday that is no holiday already.
    NextWorkingDay,
}

impl Day {
    fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Day::Fixed(month, day) => Date::new(year, month, day).ok(),
            Day::Easter(days) => Some(plus_days(easter(year)?, days)),
            Day::Nth(month, weekday, nth) => {
                let first = Date::new(year, month, 1).ok()?;
                first.nth_weekday_of_month(nth, weekday).ok()
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).
fn easter(year: i16) -> Option<Date> {
    let year_ = i32::from(year);
    let golden = year_ % 19;
    let (century, rest) = (year_ / 100, year_ % 100);
    let correction = (century + 8) / 25;
    let epact = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Date::new(
        year,
        i8::try_from(days / 31).ok()?,
        i8::try_from(days % 31 + 1).ok()?,
    )
    .ok()
}

const fn always(name: &'static str, day: Day, shift: Shift) -> Rule {
    years(i16::MIN, i16::MAX, name, day, shift)
}

const fn years(from: i16, until: i16, name: &'static str, day: Day, shift: Shift) -> Rule {
    Rule {
        name,
        from,
        until,
        day,
        shift,
    }
}

const fn once(year: i16, name: &'static str, month: i8, day: i8) -> Rule {
    years(year, year, name, Day::Fixed(month, day), Shift::Stays)
}

const TARGET2_RULES: &[Rule] = &[
    always("New Year's Day", Day::Fixed(1, 1), Shift::Stays),
    always("Good Friday", Day::Easter(-2), Shift::Stays),
    always("Easter Monday", Day::Easter(1), Shift::Stays),
    always("Labour Day", Day::Fixed(5, 1), Shift::Stays),
    always("Christmas Day", Day::Fixed(12, 25), Shift::Stays),
    always("Christmas Holiday", Day::Fixed(12, 26), Shift::Stays),
    // The long-term calendar dates from 2002; before it the last day of the year was closed twice.
    once(1999, "Year end", 12, 31),
    once(2001, "Year end", 12, 31),
];

const FEDERAL_RESERVE_RULES: &[Rule] = &[
    always("New Year's Day", Day::Fixed(1, 1), Shift::SundayToMonday),
    years(
        1986,
        i16::MAX,
        "Martin Luther King Jr. Day",
        Day::Nth(1, Weekday::Monday, 3),
        Shift::Stays,
    ),
    always(
        "Washington's Birthday",
        Day::Nth(2, Weekday::Monday, 3),
        Shift::Stays,
    ),
    always(
        "Memorial Day",
        Day::Nth(5, Weekday::Monday, -1),
        Shift::Stays,
    ),
    // Law since June 2021, when its day was a Saturday.
    years(
        2022,
        i16::MAX,
        "Juneteenth National Independence Day",
        Day::Fixed(6, 19),
        Shift::SundayToMonday,
    ),
    always("Independence Day", Day::Fixed(7, 4), Shift::SundayToMonday),
    always("Labor Day", Day::Nth(9, Weekday::Monday, 1), Shift::Stays),
    always(
        "Columbus Day",
        Day::Nth(10, Weekday::Monday, 2),
        Shift::Stays,
    ),
    always("Veterans Day", Day::Fixed(11, 11), Shift::SundayToMonday),
    always(
        "Thanksgiving Day",
        Day::Nth(11, Weekday::Thursday, 4),
        Shift::Stays,
    ),
    always("Christmas Day", Day::Fixed(12, 25), Shift::SundayToMonday),
];

const EARLY_MAY: Day = Day::Nth(5, Weekday::Monday, 1);
const SPRING: Day = Day::Nth(5, Weekday::Monday, -1);
const EARLY_MAY_NAME: &str = "Early May bank holiday";
const SPRING_NAME: &str = "Spring bank holiday";

const ENGLAND_RULES: &[Rule] = &[
    years(
        1974,
        i16::MAX,
        "New Year's Day",
        Day::Fixed(1, 1),
        Shift::NextWorkingDay,
    ),
    always("Good Friday", Day::Easter(-2), Shift::Stays),
    always("Easter Monday", Day::Easter(1), Shift::Stays),
    // Moved by proclamation: to VE Day in 1995 and 2020.
    years(1978, 1994, EARLY_MAY_NAME, EARLY_MAY, Shift::Stays),
    once(1995, EARLY_MAY_NAME, 5, 8),
    years(1996, 2019, EARLY_MAY_NAME, EARLY_MAY, Shift::Stays),
    once(2020, EARLY_MAY_NAME, 5, 8),
    years(2021, i16::MAX, EARLY_MAY_NAME, EARLY_MAY, Shift::Stays),
    // Moved by proclamation: to the jubilees of 2002, 2012 and 2022.
    years(1971, 2001, SPRING_NAME, SPRING, Shift::Stays),
    once(2002, SPRING_NAME, 6, 4),
    years(2003, 2011, SPRING_NAME, SPRING, Shift::Stays),
    once(2012, SPRING_NAME, 6, 4),
    years(2013, 2021, SPRING_NAME, SPRING, Shift::Stays),
    once(2022, SPRING_NAME, 6, 2),
    years(2023, i16::MAX, SPRING_NAME, SPRING, Shift::Stays),
    always(
        "Summer bank holiday",
        Day::Nth(8, Weekday::Monday, -1),
        Shift::Stays,
    ),
    always("Christmas Day", Day::Fixed(12, 25), Shift::NextWorkingDay),
    always("Boxing Day", Day::Fixed(12, 26), Shift::NextWorkingDay),
    once(1999, "Millennium", 12, 31),
    once(2002, "Golden Jubilee", 6, 3),
    once(2011, "Royal wedding", 4, 29),
    once(2012, "Diamond Jubilee", 6, 5),
    once(2022, "Platinum Jubilee", 6, 3),
    once(2022, "State funeral of Queen Elizabeth II", 9, 19),
    once(2023, "Coronation of King Charles III", 5, 8),
];

#[cfg(test)]
mod tests;
