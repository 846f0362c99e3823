//! What holds for every bank format: a format in [`ALL`] is tested here without more.

use super::ALL;
use super::testing::{check_mutations, check_samples};

#[test]
fn samples_are_read_as_expected() {
    for format in ALL {
        check_samples(format);
    }
}

#[test]
fn no_bytes_panic() {
    std::thread::scope(|threads| {
        for format in ALL {
            threads.spawn(|| check_mutations(format, 20_000));
        }
    });
}
