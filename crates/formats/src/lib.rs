//! What others send: pure codecs between bytes and typed values, one folder a format.
//!
//! Parsers never panic and never guess: what cannot be read becomes a [`Problem`] with its
//! place, what was expected and what to do; the good records around it are kept.

pub mod bank;
pub mod exchange;
pub mod letters;
pub mod problem;
pub mod remittance;
mod xml;

#[cfg(test)]
mod any_bytes;

pub use problem::{Problem, Severity};
