//! Statements of cash application, by what they are for.

mod book;
mod decisions;
mod desk;
mod lines;
mod since;

pub(super) use book::*;
pub(super) use decisions::*;
pub(crate) use decisions::{SUMMED, insert_run};
pub(super) use desk::*;
pub(crate) use lines::*;
pub(super) use since::*;
