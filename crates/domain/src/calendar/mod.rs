//! Civil dates of the books: periods, business days and terms. Instants live outside, in `Work`.

mod business_days;
mod period;
mod terms;

pub use business_days::{
    BusinessCalendar, ENGLAND_BANK_HOLIDAYS, FEDERAL_RESERVE, Roll, TARGET2, WEEKDAYS, Weekend,
};
pub use period::{NotAPeriod, Period};
pub use terms::{
    DiscountOffer, DueInstalment, DueRule, PaymentTerms, TermsBase, TermsError, discount_for_cash,
    discount_of,
};

/// A civil date, without zone or time: the day something counts.
pub type Date = jiff::civil::Date;

/// `days` later (or earlier), ending at the ends of the calendar rather than failing: no
/// document of the year 9999 is worth a refusal.
fn plus_days(date: Date, days: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(days))
}
