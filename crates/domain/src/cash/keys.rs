//! Comparison keys: how numbers and names look once case, accents and punctuation are gone.
//!
//! Not the display form of anything; a key is only ever compared with another key.

use std::fmt::Write as _;

/// A 64-bit FNV-1a hash of a key; a hit is always verified against the text itself.
pub(super) fn hash(text: &str) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        state ^= u64::from(byte);
        state = state.wrapping_mul(0x0100_0000_01b3);
    }
    state
}

/// Letters and digits only, upper case, ASCII.
pub(super) fn alnum(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else if !c.is_ascii() && c.is_alphanumeric() {
            let _ = write!(out, "{}", deunicode::deunicode_char(c).unwrap_or(""));
        }
    }
    out.make_ascii_uppercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

/// The digits of a text.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The digit that a letter is mistaken for, or the digit itself.
pub(super) fn look_alike(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'O' | 'o' | 'Q' | 'D' => Some('0'),
        'I' | 'l' | 'i' | '|' | 'L' => Some('1'),
        'Z' | 'z' => Some('2'),
        'S' | 's' => Some('5'),
        'G' => Some('6'),
        'B' => Some('8'),
        _ => None,
    }
}

/// Pairs of a key and a value, sorted: as compact as two arrays, found by bisection.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted {
    pairs: Vec<(u64, u32)>,
}

impl Sorted {
    /// Takes the pairs of a whole book at once.
    pub(super) fn build(mut pairs: Vec<(u64, u32)>) -> Sorted {
        pairs.sort_unstable();
        pairs.dedup();
        pairs.shrink_to_fit();
        Sorted { pairs }
    }

    /// The values under a key, in their order.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let from = self.pairs.partition_point(|(k, _)| *k < key);
        self.pairs[from..]
            .iter()
            .take_while(move |(k, _)| *k == key)
            .map(|(_, value)| *value)
    }
}
