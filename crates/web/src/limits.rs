//! How often somebody may try: log-ins that fail are slowed down by login and by address.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;

/// Failed attempts that are let pass within the window.
const MOST_FAILURES: usize = 8;

/// The window, in seconds.
const WINDOW: i64 = 15 * 60;

/// More keys than this are not kept: the oldest go.
const MOST_KEYS: usize = 10_000;

/// Failed attempts by login and by address.
#[derive(Default)]
pub(crate) struct Limits {
    failures: Mutex<HashMap<String, Vec<i64>>>,
}

impl Limits {
    /// Seconds to wait before any of the keys may try again; none when it may.
    pub(crate) fn wait(&self, keys: &[String], now: Timestamp) -> Option<i64> {
        let since = now.as_second() - WINDOW;
        let failures = self.failures.lock().ok()?;
        keys.iter()
            .filter_map(|key| failures.get(key))
            .filter_map(|times| {
                let recent: Vec<i64> = times.iter().copied().filter(|time| since < *time).collect();
                let is_full = MOST_FAILURES <= recent.len();
                let first = recent.first().filter(|_| is_full)?;
                Some(first - since)
            })
            .max()
    }

    /// Notes a failed attempt.
    pub(crate) fn failed(&self, keys: &[String], now: Timestamp) {
        let Ok(mut failures) = self.failures.lock() else {
            return;
        };
        let since = now.as_second() - WINDOW;
        if MOST_KEYS < failures.len() {
            failures.retain(|_, times| times.last().is_some_and(|time| since < *time));
        }
        for key in keys {
            let times = failures.entry(key.clone()).or_default();
            times.retain(|time| since < *time);
            times.push(now.as_second());
        }
    }

    /// Forgets the failures of a login that got in.
    pub(crate) fn succeeded(&self, key: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninth_attempt_waits_and_later_ones_pass() {
        let limits = Limits::default();
        let keys = ["ann".to_owned()];
        let start = Timestamp::from_second(1_000_000).expect("an instant");
        for _ in 0..MOST_FAILURES {
            assert_eq!(limits.wait(&keys, start), None);
            limits.failed(&keys, start);
        }
        assert_eq!(limits.wait(&keys, start), Some(WINDOW));
        let later = Timestamp::from_second(1_000_001 + WINDOW).expect("an instant");
        assert_eq!(limits.wait(&keys, later), None);
    }
}
