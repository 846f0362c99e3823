//! What a decision looked at, and what a recorded decision changed.
//!
//! Payments are decided several at a time; one whose evidence was changed by those before it is
//! decided again. Marks are bits under a hash: two things may share one, and then a payment is
//! decided once more for nothing, but a change is never missed.

use std::cell::Cell;

use super::keys;

const WORDS: usize = 512;

/// A set of marks.
#[derive(Debug)]
pub(super) struct Seen {
    bits: Box<[Cell<u64>]>,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            bits: vec![Cell::new(0); WORDS].into_boxed_slice(),
        }
    }
}

impl Seen {
    /// A customer: its documents, what stands on its account, whether payments of it wait.
    pub(super) fn customer(&self, customer: u32) {
        self.mark(u64::from(customer));
    }

    /// Payments and documents of an amount.
    pub(super) fn amount(&self, amount: i64) {
        self.mark((amount as u64).wrapping_mul(2) ^ 1 << 63);
    }

    /// An advice.
    pub(super) fn advice(&self, advice: u64) {
        self.mark(advice ^ 1 << 62);
    }

    fn mark(&self, key: u64) {
        let hash = keys::mix(key);
        if let Some(word) = self.bits.get(hash as usize / 64 % WORDS) {
            word.set(word.get() | 1 << (hash % 64));
        }
    }

    /// Is anything marked in both?
    pub(super) fn meets(&self, other: &Seen) -> bool {
        let mut pairs = self.bits.iter().zip(&other.bits);
        pairs.any(|(own, other)| own.get() & other.get() != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_marked_meets() {
        let (looked, changed) = (Seen::default(), Seen::default());
        looked.customer(7);
        looked.amount(-100);
        changed.customer(8);
        changed.amount(100);
        changed.advice(7);
        assert!(!looked.meets(&changed));
        changed.amount(-100);
        assert!(looked.meets(&changed));
    }
}
