//! What a workload cost: wall clock, CPU time and peak memory of this process.
//!
//! CPU and memory are Linux's own figures from /proc; elsewhere they are left out of the line.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The figures of one run.
pub(super) struct Cost {
    pub(super) wall: Duration,
    pub(super) cpu: Option<Duration>,
    pub(super) peak_kib: Option<u64>,
}

/// Runs and measures; the peak counts from here, not from the preparation.
pub(super) fn measure<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    // Old kernels and other systems refuse; the peak then includes the preparation.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let cpu = cpu_time();
    let started = now();
    let result = work();
    let wall = started.elapsed();
    let cpu = cpu_time()
        .zip(cpu)
        .map(|(after, before)| after.saturating_sub(before));
    let cost = Cost {
        wall,
        cpu,
        peak_kib: peak_kib(),
    };
    (result, cost)
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
fn now() -> Instant {
    Instant::now()
}

/// User and system time; Linux counts them in hundredths of a second on every architecture.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold spaces; what follows its parenthesis does not.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The one JSON line of a workload.
pub(super) fn line(engine: &str, workload: &str, n: u64, cost: &Cost) -> String {
    let mut line = format!(
        "{{\"program\":\"duebook\",\"version\":\"{}\",\"engine\":\"{engine}\",\
         \"workload\":\"{workload}\",\"n\":{n},\"seconds\":{}",
        env!("CARGO_PKG_VERSION"),
        thousandths(cost.wall.as_millis()),
    );
    if let Some(cpu) = cost.cpu {
        let _ = write!(line, ",\"cpu_seconds\":{}", thousandths(cpu.as_millis()));
    }
    let micros = cost.wall.as_micros().max(1);
    let _ = write!(
        line,
        ",\"per_second\":{}",
        u128::from(n) * 1_000_000 / micros
    );
    if let Some(kib) = cost.peak_kib {
        let _ = write!(
            line,
            ",\"peak_mb\":{}",
            thousandths(u128::from(kib) * 1000 / 1024)
        );
    }
    line + "}"
}

fn thousandths(value: u128) -> String {
    format!("{}.{:03}", value / 1000, value % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_the_fields_of_the_contract() {
        let cost = Cost {
            wall: Duration::from_millis(1500),
            cpu: Some(Duration::from_millis(1250)),
            peak_kib: Some(2048),
        };
        let expected = format!(
            "{{\"program\":\"duebook\",\"version\":\"{}\",\"engine\":\"sqlite\",\"workload\":\"W1\",\
             \"n\":3000,\"seconds\":1.500,\"cpu_seconds\":1.250,\"per_second\":2000,\
             \"peak_mb\":2.000}}",
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(line("sqlite", "W1", 3000, &cost), expected);
    }

    #[test]
    fn this_process_has_figures_on_linux() {
        let ((), cost) = measure(|| ());
        if cfg!(target_os = "linux") {
            assert!(cost.cpu.is_some() && cost.peak_kib.is_some_and(|kib| kib > 0));
        }
    }
}
