//! The project workbench: tests, benchmarks, tidiness.

fn main() {}
