//! What a server does under several users at once: how long its pages take, and whether a day of
//! mixed work leaves the books whole.

mod client;
mod host;
mod json;
mod load;
mod pages;
mod places;
mod statement;
mod work;

use std::time::Duration;

pub(crate) use load::run as load;
pub(crate) use pages::run as pages;

/// Milliseconds with one decimal.
fn tenths(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The time below which some percent of sorted times lie.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let place = sorted.len() * percent / 100;
    let last = sorted.len().saturating_sub(1);
    sorted.get(place.min(last)).copied().unwrap_or_default()
}

/// How busy the machine is with everything, as the system tells it.
fn machine_load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = told.split(' ').next();
    first
        .filter(|load| !load.is_empty())
        .unwrap_or("0")
        .to_owned()
}

/// A moment that no earlier run had, in milliseconds.
#[expect(
    clippy::disallowed_methods,
    reason = "the workbench gives its files and people new names"
)]
fn mark_of_now() -> u128 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| since.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_tenths_and_percentiles() {
        assert_eq!(tenths(Duration::from_micros(12_345)), "12.3");
        let sorted: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(51));
        assert_eq!(percentile(&sorted, 100), Duration::from_millis(100));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
