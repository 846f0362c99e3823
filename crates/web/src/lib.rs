//! Placeholder until its first area arrives.
