//! The `duebook` command.

fn main() {}
