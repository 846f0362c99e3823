//! How the book numbers its documents, learned from the numbers themselves.
//!
//! A number is runs of letters and runs of digits. Among numbers of one pattern the run of digits
//! that differs most is the serial; the others (a year, a branch) and the letters are its frame.
//! No format is built in.

use std::collections::{BTreeMap, BTreeSet};

use super::keys;

/// One run of a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Run<'a> {
    /// The characters, as written.
    pub(super) text: &'a str,
    /// Digits or letters?
    pub(super) digits: bool,
}

/// Splits into runs of ASCII letters and of digits; all else separates.
pub(super) fn runs(number: &str) -> Vec<Run<'_>> {
    let mut out = Vec::new();
    let mut start = None;
    let mut class = 0;
    for (i, c) in number.char_indices().chain([(number.len(), ' ')]) {
        let now = if c.is_ascii_digit() {
            1
        } else if c.is_alphabetic() {
            2
        } else {
            0
        };
        if now != class {
            if let Some(from) = start.take() {
                out.push(Run {
                    text: &number[from..i],
                    digits: class == 1,
                });
            }
            if now != 0 {
                start = Some(i);
            }
            class = now;
        }
    }
    out
}

/// What is left of a number without the letters it begins with, as a key: `7F3K9` of
/// `INV-7F3K9`. Nothing where that is short or has no digit, and could be a word.
pub(super) fn core(number: &str) -> Option<String> {
    let runs = runs(number);
    let (first, _) = runs.split_first().filter(|(first, _)| !first.digits)?;
    let from = first.text.as_ptr() as usize - number.as_ptr() as usize + first.text.len();
    let core = keys::alnum(number.get(from..)?);
    (core.len() >= 5 && core.contains(|c: char| c.is_ascii_digit())).then_some(core)
}

/// Is this the [`core`] of a number?
pub(super) fn is_core(number: &str, key: &str) -> bool {
    core(number).is_some_and(|core| core == key)
}

/// The last run of a number, and what stands before it.
pub(super) fn last_run(number: &str) -> Option<(Run<'_>, &str)> {
    let class = |c: char| match c {
        _ if c.is_ascii_digit() => 1,
        _ if c.is_alphabetic() => 2,
        _ => 0,
    };
    let number = number.trim_end_matches(|c| class(c) == 0);
    let last = class(number.chars().next_back()?);
    let before = number.trim_end_matches(|c| class(c) == last);
    let text = &number[before.len()..];
    let digits = last == 1;
    Some((Run { text, digits }, before))
}

/// What the matcher keeps of a document's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Serial {
    /// The number the serial counts to.
    pub(super) value: u64,
    /// Its digits, with leading zeros.
    pub(super) width: u8,
    /// Which run of the number it is.
    pub(super) run: u8,
    /// Where in the number it begins.
    pub(super) start: u8,
}

impl Serial {
    /// The serial with its leading zeros.
    pub(super) fn padded(self) -> String {
        format!("{:0width$}", self.value, width = usize::from(self.width))
    }
}

/// Numbers of one pattern from which on it is told what counts in them.
const COMMON: usize = 3;
/// Digits a run must have to be taken for a serial where the pattern is too rare to tell: in
/// `7F3K9` nothing counts.
const COUNTS: usize = 3;

/// The patterns of a book's numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    /// Pattern → the run that is the serial.
    serial_run: BTreeMap<String, usize>,
}

fn pattern(runs: &[Run<'_>]) -> String {
    let mut out = String::new();
    for run in runs {
        if run.digits {
            out.push('#');
        } else {
            out.push_str(&run.text.to_uppercase());
        }
        out.push('.');
    }
    out
}

impl Series {
    /// Looks at numbers, a few thousand of each pattern are enough.
    pub(super) fn learn<'a>(numbers: impl Iterator<Item = &'a str>) -> Series {
        let mut seen: BTreeMap<String, (usize, Vec<BTreeSet<&str>>)> = BTreeMap::new();
        for number in numbers {
            let parts = runs(number);
            let entry = seen
                .entry(pattern(&parts))
                .or_insert_with(|| (0, vec![BTreeSet::new(); parts.len()]));
            entry.0 += 1;
            if entry.0 > 5000 {
                continue;
            }
            for (set, run) in entry.1.iter_mut().zip(&parts) {
                if run.digits {
                    set.insert(run.text);
                }
            }
        }
        let serial_run = seen
            .into_iter()
            .filter(|(_, (count, _))| *count >= COMMON)
            .filter_map(|(key, (_, sets))| {
                let best = sets
                    .iter()
                    .enumerate()
                    .filter(|(_, set)| !set.is_empty())
                    .max_by_key(|(i, set)| {
                        let longest = set.iter().map(|text| text.len()).max();
                        (set.len(), longest, *i)
                    })?;
                Some((key, best.0))
            })
            .collect();
        Series { serial_run }
    }

    /// The serial of a number of this book.
    pub(super) fn serial(&self, number: &str) -> Option<Serial> {
        let parts = runs(number);
        let run = self.serial_run.get(&pattern(&parts)).copied().or_else(|| {
            parts
                .iter()
                .enumerate()
                .filter(|(_, run)| run.digits && run.text.len() >= COUNTS)
                .max_by_key(|(i, run)| (run.text.len(), *i))
                .map(|(i, _)| i)
        })?;
        let text = parts.get(run)?.text;
        Some(Serial {
            value: text.parse().ok()?,
            width: u8::try_from(text.len()).ok()?,
            run: u8::try_from(run).ok()?,
            start: u8::try_from(text.as_ptr() as usize - number.as_ptr() as usize).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_that_counts_is_the_serial() {
        let numbers: Vec<String> = (0..40)
            .map(|i| format!("F{:05}/{}", 700 + i, 24 + i / 20))
            .chain((0..40).map(|i| format!("2025.{i:04}-K")))
            .collect();
        let series = Series::learn(numbers.iter().map(String::as_str));
        let serial = series.serial("F00712/24").expect("a serial");
        assert_eq!((serial.value, serial.width, serial.run), (712, 5, 1));
        let serial = series.serial("2025.0031-K").expect("a serial");
        assert_eq!((serial.value, serial.width, serial.run), (31, 4, 1));
        assert_eq!(series.serial("no digits"), None);
    }

    #[test]
    fn in_letters_and_digits_at_random_nothing_counts() {
        let numbers = ["INV-7F3K9", "INV-QDE2Z", "INV-4VDMM", "INV-K83QX"];
        let series = Series::learn(numbers.into_iter());
        for number in numbers {
            assert_eq!(series.serial(number), None, "{number}");
        }
    }

    #[test]
    fn runs_are_the_same_from_behind() {
        for number in ["F00712/24", "--RÉ.2025 x9/", "", "7"] {
            let mut back = Vec::new();
            let mut rest = number;
            while let Some((run, before)) = last_run(rest) {
                back.insert(0, run);
                rest = before;
            }
            assert_eq!(back, runs(number), "{number}");
        }
    }
}
