//! Civil dates of the books. Instants live outside, in `Work`.

/// A civil date, without zone or time: the day something counts.
pub type Date = jiff::civil::Date;
