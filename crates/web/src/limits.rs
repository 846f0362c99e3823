//! How often somebody may try: log-ins are slowed down by login and by address.
//!
//! An attempt counts from its beginning, so that a hundred at the same moment are no more than one
//! after the other; what succeeds is taken off again.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use jiff::Timestamp;

/// Attempts that are let pass within the window.
const MOST_ATTEMPTS: usize = 8;

/// The window, in seconds.
const WINDOW: i64 = 15 * 60;

/// More keys than this are not kept: those that are over go.
const MOST_KEYS: usize = 10_000;

/// Attempts that did not succeed, by login and by address.
#[derive(Default)]
pub(crate) struct Limits {
    attempts: Mutex<HashMap<String, Vec<i64>>>,
}

impl Limits {
    /// Begins an attempt; seconds to wait where any of the keys may not try now.
    pub(crate) fn begin(&self, keys: &[String], now: Timestamp) -> Option<i64> {
        let since = now.as_second() - WINDOW;
        let mut attempts = self.attempts.lock().ok()?;
        let full = keys.iter().filter_map(|key| attempts.get(key));
        let full = full.filter_map(|times| {
            let mut recent = times.iter().copied().filter(|time| since < *time);
            let first = recent.next()?;
            (MOST_ATTEMPTS <= recent.count() + 1).then_some(first - since)
        });
        if let Some(wait) = full.max() {
            return Some(wait);
        }
        if MOST_KEYS < attempts.len() {
            attempts.retain(|_, times| times.last().is_some_and(|time| since < *time));
        }
        for key in keys {
            let times = attempts.entry(key.clone()).or_default();
            times.retain(|time| since < *time);
            times.push(now.as_second());
        }
        None
    }

    /// Takes an attempt off again that was no wrong guess.
    pub(crate) fn forgive(&self, keys: &[String], begun: Timestamp) {
        let Ok(mut attempts) = self.attempts.lock() else {
            return;
        };
        for key in keys {
            let Some(times) = attempts.get_mut(key) else {
                continue;
            };
            if let Some(place) = times.iter().rposition(|time| *time == begun.as_second()) {
                times.remove(place);
            }
            if times.is_empty() {
                attempts.remove(key);
            }
        }
    }

    /// Forgets the attempts of a login that got in.
    pub(crate) fn succeeded(&self, key: &str) {
        if let Ok(mut attempts) = self.attempts.lock() {
            attempts.remove(key);
        }
    }
}

/// From where somebody tries: of IPv6 the network, of which one household has many addresses.
pub(crate) fn origin(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("from {address}"),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("from {network}/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("an instant")
    }

    #[test]
    fn the_ninth_attempt_waits_and_later_ones_pass() {
        let limits = Limits::default();
        let keys = ["ann".to_owned()];
        for _ in 0..MOST_ATTEMPTS {
            assert_eq!(limits.begin(&keys, at(1_000_000)), None);
        }
        assert_eq!(limits.begin(&keys, at(1_000_000)), Some(WINDOW));
        assert_eq!(limits.begin(&keys, at(1_000_001 + WINDOW)), None);
    }

    #[test]
    fn what_succeeds_is_no_guess() {
        let limits = Limits::default();
        let keys = ["ann".to_owned(), "from 192.0.2.1".to_owned()];
        for second in 0..100 {
            assert_eq!(limits.begin(&keys, at(1_000_000 + second)), None);
            limits.forgive(&keys, at(1_000_000 + second));
        }
        for _ in 0..MOST_ATTEMPTS {
            assert_eq!(limits.begin(&keys, at(1_000_200)), None);
        }
        limits.succeeded(&keys[0]);
        assert!(limits.begin(&keys, at(1_000_201)).is_some(), "the address");
        assert_eq!(limits.begin(&keys[..1], at(1_000_201)), None);
    }

    #[test]
    fn a_network_is_one_origin() {
        let of = |text: &str| origin(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.7"), "from 192.0.2.7");
    }
}
