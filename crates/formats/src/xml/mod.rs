//! XML as banks send it: events with their line, subtrees of bounded size, any encoding.
//!
//! Namespaces are told by their prefix only outside of records; inside, local names count.
//! Follows XML 1.0 without document types: entities that a file defines are never expanded.

mod decoding;
mod element;
mod pull;

pub(crate) use element::{Builder, Element};
pub(crate) use pull::{Event, Fault, Pull, Tag};
