//! Finds document numbers in what payers write: split, joined, padded, cut short, misread.
//!
//! A scan gives every reading; [`select`] keeps those that fit the payer's documents and do not
//! overlap. A reading is only ever of a number that the book has.

use super::index::Index;
use super::keys;
use super::model::Book;
use super::numbers;

/// How surely a span of text is a document's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reading {
    /// Few digits of the serial, nothing around them that says so.
    Short,
    /// The serial alone, as long as it is or without its leading zeros.
    Serial,
    /// The serial with its letters or year before it.
    Framed,
    /// All digits of the number.
    Digits,
    /// The whole number with letters misread for digits.
    LookAlike,
    /// The whole number.
    Full,
}

/// A span of text that reads as a number of the book.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) reading: Reading,
    pub(super) docs: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Piece {
    start: usize,
    end: usize,
    text: String,
    digits: bool,
    /// Part of a date or of an amount.
    other: bool,
}

const WINDOW: usize = 6;
const GAP: usize = 3;

fn pieces(text: &str) -> Vec<Piece> {
    let base = text.as_ptr() as usize;
    let mut out: Vec<Piece> = numbers::runs(text)
        .into_iter()
        .map(|run| {
            let start = run.text.as_ptr() as usize - base;
            Piece {
                start,
                end: start + run.text.len(),
                text: run.text.to_uppercase(),
                digits: run.digits,
                other: false,
            }
        })
        .collect();
    mark_dates(text, &mut out);
    out
}

/// Three runs of digits with the same dot or slash between them that make a day are a date.
fn mark_dates(text: &str, pieces: &mut [Piece]) {
    for i in 2..pieces.len() {
        let [a, b, c] = [&pieces[i - 2], &pieces[i - 1], &pieces[i]];
        let between = |x: &Piece, y: &Piece| text.get(x.end..y.start).unwrap_or("").to_owned();
        let separator = between(a, b);
        let small = |p: &Piece| {
            p.digits && p.text.len() <= 2 && p.text.parse().is_ok_and(|v: u8| (1..=31).contains(&v))
        };
        if matches!(separator.as_str(), "." | "/")
            && between(b, c) == separator
            && small(a)
            && small(b)
            && c.digits
            && matches!(c.text.len(), 2 | 4)
        {
            for piece in &mut pieces[i - 2..=i] {
                piece.other = true;
            }
        }
    }
}

/// Every reading of every span.
pub(super) fn scan(index: &Index, book: &Book, text: &str) -> Vec<Mention> {
    let pieces = pieces(text);
    let mut out = Vec::new();
    for from in 0..pieces.len() {
        let mut joined = String::new();
        let mut digits = String::new();
        let mut only_digits = true;
        for to in from..pieces.len().min(from + WINDOW) {
            if to > from && pieces[to].start - pieces[to - 1].end > GAP {
                break;
            }
            joined.push_str(&pieces[to].text);
            only_digits &= pieces[to].digits && !pieces[to].other;
            digits.push_str(if pieces[to].digits {
                &pieces[to].text
            } else {
                ""
            });
            let span = (pieces[from].start, pieces[to].end);
            whole(index, book, &joined, span, &mut out);
            if only_digits {
                by_digits(index, book, &pieces, (from, to), &digits, &mut out);
            }
        }
    }
    misread(index, book, text, &mut out);
    out
}

fn push(out: &mut Vec<Mention>, span: (usize, usize), reading: Reading, docs: Vec<u32>) {
    if !docs.is_empty() {
        out.push(Mention {
            start: span.0,
            end: span.1,
            reading,
            docs,
        });
    }
}

fn whole(index: &Index, book: &Book, joined: &str, span: (usize, usize), out: &mut Vec<Mention>) {
    let docs = index
        .full
        .get(keys::hash(joined))
        .filter(|doc| keys::alnum(&book.items[*doc as usize].number) == joined)
        .collect();
    push(out, span, Reading::Full, docs);
}

fn by_digits(
    index: &Index,
    book: &Book,
    pieces: &[Piece],
    (from, to): (usize, usize),
    digits: &str,
    out: &mut Vec<Mention>,
) {
    let span = (pieces[from].start, pieces[to].end);
    if digits.len() >= 6 {
        let docs: Vec<u32> = index
            .all_digits
            .get(keys::hash(digits))
            .filter(|doc| keys::digits(&book.items[*doc as usize].number) == digits)
            .collect();
        push(out, span, Reading::Digits, docs);
    }
    let Ok(value) = digits.parse::<u64>() else {
        return;
    };
    let mut found: Vec<(Reading, usize, u32)> = Vec::new();
    for doc in index.serial.get(value) {
        let Some(serial) = index.docs[doc as usize].serial else {
            continue;
        };
        let width = usize::from(serial.width);
        let padded = digits.starts_with('0');
        if digits.len() > width || (padded && digits.len() < width) {
            continue;
        }
        let frame = frame(
            &book.items[doc as usize].number,
            usize::from(serial.run),
            pieces,
            from,
        );
        let reading = if frame < from {
            Reading::Framed
        } else if digits.len() >= 5 || padded {
            Reading::Serial
        } else {
            Reading::Short
        };
        found.push((reading, frame, doc));
    }
    let Some(best) = found.iter().map(|(reading, ..)| *reading).max() else {
        return;
    };
    found.retain(|(reading, ..)| *reading == best);
    let start = found
        .iter()
        .map(|(_, frame, _)| *frame)
        .min()
        .unwrap_or(from);
    push(
        out,
        (pieces[start].start, span.1),
        best,
        found.into_iter().map(|(_, _, doc)| doc).collect(),
    );
}

/// The first piece before `from` that belongs to the number's frame, or `from`.
fn frame(number: &str, run: usize, pieces: &[Piece], from: usize) -> usize {
    let frame = numbers::runs(number);
    let mut at = from;
    for part in frame[..run.min(frame.len())].iter().rev() {
        let Some(before) = at.checked_sub(1) else {
            break;
        };
        if pieces[at].start - pieces[before].end > GAP {
            break;
        }
        let same = if part.digits {
            pieces[before].text == part.text
                || (pieces[before].text.len() == 2 && part.text.ends_with(&pieces[before].text))
        } else {
            pieces[before].text == part.text.to_uppercase()
        };
        if same {
            at = before;
        }
    }
    at
}

/// Words in which letters stand for digits.
fn misread(index: &Index, book: &Book, text: &str, out: &mut Vec<Mention>) {
    let words: Vec<(usize, &str)> = split_words(text);
    for from in 0..words.len() {
        let mut joined = String::new();
        for to in from..words.len().min(from + 4) {
            if to > from && words[to].0 - (words[to - 1].0 + words[to - 1].1.len()) > GAP {
                break;
            }
            joined.push_str(words[to].1);
            let end = words[to].0 + words[to].1.len();
            read_as_digits(index, book, &joined, (words[from].0, end), out);
        }
    }
}

fn split_words(text: &str) -> Vec<(usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - base, word))
        .collect()
}

fn read_as_digits(
    index: &Index,
    book: &Book,
    joined: &str,
    span: (usize, usize),
    out: &mut Vec<Mention>,
) {
    if joined.len() > 24 {
        return;
    }
    for split in 0..joined.len().min(8) {
        let (letters, rest) = joined.split_at(split);
        if rest.len() < 4 {
            break;
        }
        if !letters.is_empty() && !letters.ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let Some(digits) = rest
            .chars()
            .map(keys::look_alike)
            .collect::<Option<String>>()
        else {
            continue;
        };
        if digits == rest || !rest.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let full = format!("{}{digits}", letters.to_ascii_uppercase());
        let docs: Vec<u32> = index
            .full
            .get(keys::hash(&full))
            .filter(|doc| keys::alnum(&book.items[*doc as usize].number) == full)
            .collect();
        push(out, span, Reading::LookAlike, docs);
    }
}

/// The readings that fit: documents kept by `keep`, the surest and longest span first, none
/// overlapping.
pub(super) fn select(mentions: &[Mention], keep: impl Fn(u32) -> bool) -> Vec<Mention> {
    let mut fitting: Vec<Mention> = mentions
        .iter()
        .filter_map(|mention| {
            let docs: Vec<u32> = mention.docs.iter().copied().filter(|d| keep(*d)).collect();
            (!docs.is_empty()).then(|| Mention {
                docs,
                ..mention.clone()
            })
        })
        .collect();
    fitting.sort_by_key(|m| (std::cmp::Reverse((m.reading, m.end - m.start)), m.start));
    let mut out: Vec<Mention> = Vec::new();
    for mention in fitting {
        if out
            .iter()
            .all(|m| mention.end <= m.start || m.end <= mention.start)
        {
            out.push(mention);
        }
    }
    out.sort_by_key(|m| m.start);
    out
}
