//! How far a long command is: a bar on stderr, and only where stderr is a terminal.

use std::borrow::Cow;
use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts steps; it vanishes when dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for a known number of steps, called `what`: `files`, `lines`.
    pub(crate) fn new(steps: u64, what: &'static str) -> Progress {
        let bar = if io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {prefix} {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(steps).with_style(style).with_prefix(what)
        } else {
            ProgressBar::hidden()
        };
        Progress { bar }
    }

    /// Says what is being done now.
    pub(crate) fn doing(&self, what: impl Into<Cow<'static, str>>) {
        self.bar.set_message(what);
    }

    /// Counts finished steps.
    pub(crate) fn done(&self, steps: u64) {
        self.bar.inc(steps);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
