//! How the book numbers its documents, learned from the numbers themselves.
//!
//! A number is runs of letters and runs of digits. Among numbers of one pattern the run of digits
//! that differs most is the serial; the others (a year, a branch) and the letters are its frame.
//! Digits of the serial's run that are the day of issue in every number, `24` of `FA24003177`, are
//! of the frame, too. No format is built in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

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
/// Numbers whose runs are equally long from which on they are told apart from others of their
/// pattern: `04175/24` from `2412-13380`.
const MANY: usize = 30;
/// Numbers of one pattern that are looked at.
const ENOUGH: usize = 5000;
/// Digits a run must have to be taken for a serial where the pattern is too rare to tell: in
/// `7F3K9` nothing counts.
const COUNTS: usize = 3;

/// Where in numbers of one pattern the serial stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The run that it is part of.
    run: usize,
    /// Digits of that run before it, which are of the day of issue.
    head: usize,
    /// Digits of that run behind it, likewise.
    tail: usize,
}

/// The patterns of a book's numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    /// Pattern → where the serial is; first without, then with the widths of its runs.
    places: [BTreeMap<String, Place>; 2],
    /// Lengths of days of issue that stand before or behind a serial in its run.
    glued: BTreeSet<usize>,
}

/// The pattern of a number: its letters, and where digits stand; with `widths` also how many.
fn pattern(runs: &[Run<'_>], widths: bool) -> String {
    let mut out = String::new();
    for run in runs {
        if run.digits && widths {
            out.push_str(&"#".repeat(run.text.len()));
        } else if run.digits {
            out.push('#');
        } else {
            out.push_str(&run.text.to_uppercase());
        }
        out.push('.');
    }
    out
}

/// The ways in which a day of issue is written without separators, the longest first.
fn written_days(day: Date) -> [String; 4] {
    let (year, month) = (day.year(), day.month());
    let short = year.rem_euclid(100);
    [
        format!("{year:04}{month:02}"),
        format!("{year:04}"),
        format!("{short:02}{month:02}"),
        format!("{short:02}"),
    ]
}

/// Are these digits a day, written without separators: `20250509`, `090525`?
pub(super) fn spell_day(digits: &str, day: Date) -> bool {
    let (year, month, day) = (day.year(), day.month(), day.day());
    let short = year.rem_euclid(100);
    let forms = || {
        [
            format!("{year:04}{month:02}{day:02}"),
            format!("{day:02}{month:02}{year:04}"),
            format!("{month:02}{day:02}{year:04}"),
            format!("{short:02}{month:02}{day:02}"),
            format!("{day:02}{month:02}{short:02}"),
            format!("{month:02}{day:02}{short:02}"),
        ]
    };
    matches!(digits.len(), 6 | 8) && forms().contains(&digits.to_owned())
}

/// What was seen of the numbers of one pattern.
#[derive(Debug)]
struct Seen<'a> {
    count: usize,
    /// The different texts of each run of digits.
    texts: Vec<BTreeSet<&'a str>>,
    /// Of each run and each way to write a day: how many begin, and how many end with the day of issue.
    dated: Vec<[(usize, usize); 4]>,
    /// How many were looked at.
    looked: usize,
}

impl<'a> Seen<'a> {
    fn new(runs: usize) -> Seen<'a> {
        Seen {
            count: 0,
            texts: vec![BTreeSet::new(); runs],
            dated: vec![[(0, 0); 4]; runs],
            looked: 0,
        }
    }

    fn add(&mut self, parts: &[Run<'a>], issued: Date) {
        self.count += 1;
        if self.count > ENOUGH {
            return;
        }
        self.looked += 1;
        let days = written_days(issued);
        let runs = self.texts.iter_mut().zip(&mut self.dated).zip(parts);
        for ((texts, dated), run) in runs.filter(|(_, run)| run.digits) {
            texts.insert(run.text);
            for (seen, day) in dated.iter_mut().zip(&days) {
                seen.0 += usize::from(run.text.starts_with(day.as_str()));
                seen.1 += usize::from(run.text.ends_with(day.as_str()));
            }
        }
    }

    /// Where the serial is: in the run that differs most.
    fn place(&self, widths: bool) -> Option<Place> {
        let runs = self.texts.iter().enumerate();
        let (run, texts) = runs
            .filter(|(_, set)| !set.is_empty())
            .max_by_key(|(i, set)| {
                let longest = set.iter().map(|text| text.len()).max();
                (set.len(), longest, *i)
            })?;
        let mut place = Place {
            run,
            head: 0,
            tail: 0,
        };
        let width = texts.first().map_or(0, |text| text.len());
        // What a few numbers have in common may be chance, and so may be digits of any length.
        if !widths || self.looked < MANY {
            return Some(place);
        }
        let all = |seen: usize| seen * 100 >= self.looked * 99;
        for ((begin, end), length) in self.dated[run].into_iter().zip([6, 4, 4, 2]) {
            if width < length + COUNTS {
                continue;
            }
            if all(end) {
                place.tail = length;
                break;
            }
            if all(begin) && counts_anew(texts, length) {
                place.head = length;
                break;
            }
        }
        Some(place)
    }
}

/// Do numbers go on behind a head of so many digits as numbers that were counted from the start? A
/// counter that has come to the digits of a year by itself goes on anyhow.
fn counts_anew(texts: &BTreeSet<&str>, head: usize) -> bool {
    let mut heads: Vec<&str> = texts.iter().filter_map(|text| text.get(..head)).collect();
    heads.dedup();
    let padded = |text: &&str| text[head..].starts_with('0');
    heads.len() > 1 || texts.iter().filter(|text| padded(text)).count() * 20 >= texts.len()
}

impl Series {
    /// Looks at numbers and the days of issue, a few thousand of each pattern are enough.
    pub(super) fn learn<'a>(numbers: impl Iterator<Item = (&'a str, Date)>) -> Series {
        let mut seen: [BTreeMap<String, Seen<'a>>; 2] = Default::default();
        for (number, issued) in numbers {
            let parts = runs(number);
            for (seen, widths) in seen.iter_mut().zip([false, true]) {
                seen.entry(pattern(&parts, widths))
                    .or_insert_with(|| Seen::new(parts.len()))
                    .add(&parts, issued);
            }
        }
        let mut series = Series::default();
        for (seen, (widths, least)) in seen.into_iter().zip([(false, COMMON), (true, MANY)]) {
            for (pattern, seen) in seen.into_iter().filter(|(_, seen)| seen.count >= least) {
                if let Some(place) = seen.place(widths) {
                    series.places[usize::from(widths)].insert(pattern, place);
                    series.glued.extend([place.head, place.tail]);
                }
            }
        }
        series.glued.remove(&0);
        series
    }

    /// The lengths of days of issue that stand next to a serial with nothing between.
    pub(super) fn glued(&self) -> impl Iterator<Item = usize> {
        self.glued.iter().copied()
    }

    /// The serial of a number of this book.
    pub(super) fn serial(&self, number: &str) -> Option<Serial> {
        let parts = runs(number);
        let known = |widths: bool| {
            let places = &self.places[usize::from(widths)];
            places.get(&pattern(&parts, widths)).copied()
        };
        let place = known(true).or_else(|| known(false)).or_else(|| {
            parts
                .iter()
                .enumerate()
                .filter(|(_, run)| run.digits && run.text.len() >= COUNTS)
                .max_by_key(|(i, run)| (run.text.len(), *i))
                .map(|(run, _)| Place {
                    run,
                    head: 0,
                    tail: 0,
                })
        })?;
        let run = parts.get(place.run)?.text;
        let text = run.get(place.head..run.len().checked_sub(place.tail)?)?;
        Some(Serial {
            value: text.parse().ok()?,
            width: u8::try_from(text.len()).ok()?,
            run: u8::try_from(place.run).ok()?,
            start: u8::try_from(text.as_ptr() as usize - number.as_ptr() as usize).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn learn(numbers: &[String]) -> Series {
        let day = |i: usize| date(2024 + i16::from(i >= numbers.len() / 2), 5, 2);
        let dated = numbers.iter().enumerate();
        Series::learn(dated.map(|(i, number)| (number.as_str(), day(i))))
    }

    #[test]
    fn series_of_one_pattern_are_told_apart_by_their_lengths() {
        let numbers: Vec<String> = (0..40)
            .flat_map(|i| {
                let year = 24 + i / 20;
                [
                    format!("{:05}/{year}", 700 + 7 * i),
                    format!("{year}05-{:05}", 40 + i),
                ]
            })
            .collect();
        let series = learn(&numbers);
        let serial = |number: &str| series.serial(number).map(|s| (s.value, s.run));
        assert_eq!(serial("00777/24"), Some((777, 0)));
        assert_eq!(serial("2405-00045"), Some((45, 1)));
    }

    #[test]
    fn the_year_in_the_run_that_counts_is_of_the_frame() {
        let numbered = |of: &dyn Fn(i32, i32) -> String| -> Vec<String> {
            (0..40).map(|i| of(24 + i / 20, 91 + 13 * i)).collect()
        };
        for (numbers, number, expected) in [
            (
                numbered(&|year, n| format!("FA{year}{n:06}")),
                "FA24003177",
                (3177, 6, 4),
            ),
            (
                numbered(&|year, n| format!("20{year}05{n:05}")),
                "20250500412",
                (412, 5, 6),
            ),
            (
                numbered(&|year, n| format!("{n:05}{year}")),
                "0041225",
                (412, 5, 0),
            ),
            // A counter that has come as far as the digits of the year.
            (
                (0..40).map(|i| format!("R{}", 243_111 + 41 * i)).collect(),
                "R243152",
                (243_152, 6, 1),
            ),
        ] {
            let serial = learn(&numbers).serial(number).expect("a serial");
            let told = (serial.value, serial.width, serial.start);
            assert_eq!(told, expected, "{number}");
        }
    }

    #[test]
    fn the_run_that_counts_is_the_serial() {
        let numbers: Vec<String> = (0..40)
            .map(|i| format!("F{:05}/{}", 700 + i, 24 + i / 20))
            .chain((0..40).map(|i| format!("2025.{i:04}-K")))
            .collect();
        let series = learn(&numbers);
        let serial = series.serial("F00712/24").expect("a serial");
        assert_eq!((serial.value, serial.width, serial.run), (712, 5, 1));
        let serial = series.serial("2025.0031-K").expect("a serial");
        assert_eq!((serial.value, serial.width, serial.run), (31, 4, 1));
        assert_eq!(series.serial("no digits"), None);
    }

    #[test]
    fn in_letters_and_digits_at_random_nothing_counts() {
        let numbers = ["INV-7F3K9", "INV-QDE2Z", "INV-4VDMM", "INV-K83QX"];
        let series = learn(&numbers.map(str::to_owned));
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
