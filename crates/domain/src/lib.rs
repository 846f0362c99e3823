//! What is true: the pure rules of receivables and payables, as functions over values.
//!
//! Nothing here knows files, SQL, HTTP, the clock, randomness or serialization.
//! Modules in reading order: [`money`] and [`calendar`] carry everything else; [`ledger`] and
//! [`documents`] say what is posted, [`open_items`] how it is settled, [`settlement`] by whom with which deductions,
//! [`fx`] what other currencies do to it.

pub mod access;
pub mod adjustments;
pub mod calendar;
pub mod cash;
pub mod certificates;
pub mod connect;
pub mod credit;
pub mod deductions;
pub mod documents;
pub mod fx;
pub mod ids;
pub mod ledger;
pub mod money;
pub mod open_items;
pub mod parties;
pub mod receipts;
pub mod refusal;
pub mod settlement;
pub mod short_pays;
