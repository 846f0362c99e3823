//! Cash application: who paid, what was paid, how sure that is.
//!
//! A pure engine over values: no files, no clock, no randomness, the same answer every time. It
//! posts what is certain, proposes what is likely and lets the rest wait; absent evidence never
//! raises a score, and an ambiguity stays open. See `docs/cash-application.md`.

mod advice;
mod advices;
mod amounts;
mod behalf;
mod by_amount;
mod check_digits;
mod claims;
mod classify;
mod confidence;
mod context;
mod course;
mod decide;
mod decision;
mod deductions;
mod disputes;
mod doubts;
mod explain;
mod finding;
mod fx;
mod guesses;
mod habits;
mod index;
mod keys;
mod model;
mod names;
mod numbers;
mod payer;
mod payout;
mod prepaid;
mod quoted;
mod references;
mod returns;
mod seen;
mod settle;
mod slips;
mod text;
mod trial;

pub use confidence::GroundConfidence;
pub use decide::Matcher;
pub use decision::*;
pub use model::*;

/// Has a payer's text a word with which payers claim something?
pub fn speaks_of_a_claim(text: &str) -> bool {
    claims::speaks(text)
}

/// The words of a text as payers' words are read: upper case ASCII, one spelling for umlauts.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    names::words(text)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_advices;
#[cfg(test)]
mod tests_of_deductions;
#[cfg(test)]
mod tests_of_doubts;
#[cfg(test)]
mod tests_of_forms;
#[cfg(test)]
mod tests_of_guesses;
#[cfg(test)]
mod tests_of_habits;
#[cfg(test)]
mod tests_of_payers;
#[cfg(test)]
mod tests_of_payouts;
#[cfg(test)]
mod tests_of_quotations;
#[cfg(test)]
mod tests_of_returns;
#[cfg(test)]
mod tests_of_tax;
#[cfg(test)]
mod tests_of_worth;
#[cfg(test)]
mod tests_published;
