//! Comparison keys: how numbers and names look once case, accents and punctuation are gone.
//!
//! Not the display form of anything; a key is only ever compared with another key.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose hash is quick rather than guarded: no outsider chooses where a book's keys fall.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// The hash of [`Map`]: eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        scramble(self.0)
    }
}

/// A 64-bit FNV-1a hash of a key; a hit is always verified against the text itself.
pub(super) fn hash(text: &str) -> u64 {
    hash_on(0xcbf2_9ce4_8422_2325, text)
}

/// The hash of a text with another one behind it.
pub(super) fn hash_on(mut state: u64, text: &str) -> u64 {
    for byte in text.bytes() {
        state = hash_byte(state, byte);
    }
    state
}

fn hash_byte(state: u64, byte: u8) -> u64 {
    (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// Is this the [`alnum`] of a text?
pub(super) fn is_alnum(text: &str, key: &str) -> bool {
    if !text.is_ascii() {
        return alnum(text) == key;
    }
    let own = text.bytes().filter(u8::is_ascii_alphanumeric);
    own.map(|b| b.to_ascii_uppercase()).eq(key.bytes())
}

/// The hash of a text's [`alnum`], and how long that is.
pub(super) fn alnum_hash(text: &str) -> (u64, usize) {
    if !text.is_ascii() {
        let key = alnum(text);
        return (hash(&key), key.len());
    }
    let (mut state, mut length) = (hash(""), 0);
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        state = hash_byte(state, byte.to_ascii_uppercase());
        length += 1;
    }
    (state, length)
}

/// Are these the [`digits`] of a text?
pub(super) fn is_digits(text: &str, digits: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).eq(digits.bytes())
}

/// Do the [`digits`] of a text end in these?
pub(super) fn ends_digits(text: &str, digits: &str) -> bool {
    let mut own = text.bytes().rev().filter(u8::is_ascii_digit);
    digits.bytes().rev().all(|digit| own.next() == Some(digit))
}

/// A text that was UTF-8 and taken for Windows-1252 on its way (`MÃ¼ller`), as it was written.
pub(super) fn read_once(text: &str) -> Cow<'_, str> {
    // Every two-byte letter of Latin scripts begins with one of these.
    if !text.contains(['Ã', 'Ä', 'Å', 'Â']) {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252).collect();
    let read = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    read.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The byte that stands for a character in Windows-1252.
fn windows_1252(c: char) -> Option<u8> {
    const FROM_128: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let upper = || FROM_128.chars().position(|own| own == c).map(|at| at + 128);
    u8::try_from(u32::from(c))
        .ok()
        .or_else(|| u8::try_from(upper()?).ok())
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

/// Pairs of a key and a value, in the order of their scrambled keys: as compact as two arrays, and
/// a table of where each leading part begins makes the search short.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted {
    pairs: Vec<(u64, u32)>,
    begins: Vec<u32>,
    shift: u32,
}

/// Spreads a hash before another is added to it.
pub(super) fn mix(state: u64) -> u64 {
    scramble(state)
}

/// Spreads keys evenly, so that their leading bits tell where they are.
fn scramble(key: u64) -> u64 {
    let key = (key ^ (key >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (key ^ (key >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

impl Sorted {
    /// Takes the pairs of a whole book at once.
    pub(super) fn build(mut pairs: Vec<(u64, u32)>) -> Sorted {
        for pair in &mut pairs {
            pair.0 = scramble(pair.0);
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.shrink_to_fit();
        let bits = (pairs.len() / 4 + 2).ilog2() + 1;
        let shift = 64 - bits;
        let mut begins = vec![0; (1 << bits) + 1];
        for (key, _) in &pairs {
            begins[(key >> shift) as usize + 1] += 1;
        }
        for i in 1..begins.len() {
            begins[i] += begins[i - 1];
        }
        Sorted {
            pairs,
            begins,
            shift,
        }
    }

    /// The values under a key, in their order.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let key = scramble(key);
        let part = (key >> self.shift.min(63)) as usize;
        let at = |i: usize| self.begins.get(i).map_or(0, |b| *b as usize);
        let pairs = self.pairs.get(at(part)..at(part + 1)).unwrap_or(&[]);
        let from = pairs.partition_point(|(k, _)| *k < key);
        pairs[from..]
            .iter()
            .take_while(move |(k, _)| *k == key)
            .map(|(_, value)| *value)
    }
}
