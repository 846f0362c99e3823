//! A business "no": a stable code for programs, a sentence for people, a hint what to do.

use std::fmt::Display;

/// Why an operation is refused. Each operation has its own small enum; this is what they share.
pub trait Refusal: Display + std::fmt::Debug + Send + Sync {
    /// The stable code that programs rely on (`period_closed`). Never renamed.
    fn code(&self) -> &'static str;
    /// What the person can do about it.
    fn hint(&self) -> Option<String> {
        None
    }
    /// The field of the input that is to blame, where there is one.
    fn field(&self) -> Option<&'static str> {
        None
    }
    /// Which of several rows of the input is to blame, counted from one.
    fn place(&self) -> Option<usize> {
        None
    }
}
