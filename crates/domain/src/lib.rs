//! What is true: the pure rules of receivables and payables, as functions over values.
//!
//! Nothing here knows files, SQL, HTTP, the clock, randomness or serialization.
//! Modules in reading order: [`money`] and [`calendar`] carry everything else.

pub mod calendar;
pub mod money;
