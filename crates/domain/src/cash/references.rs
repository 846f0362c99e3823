//! Finds document numbers in what payers write: split, joined, padded, cut short, misread.
//!
//! A scan gives every reading; [`select`] keeps those that fit the payer's documents and do not
//! overlap. A reading is only ever of a number that the book has.

use super::index::Index;
use super::keys;
use super::model::Book;
use super::numbers;
use super::text::{self, Piece};

/// How surely a span of text is a document's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reading {
    /// The last digits of the serial.
    Tail,
    /// The serial with one digit wrong or two swapped.
    Slip,
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
    /// A purchase order or contract: may stand for several documents.
    Order,
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

const WINDOW: usize = 6;
const GAP: usize = 3;

/// Every reading of every span.
pub(super) fn scan(index: &Index, book: &Book, text: &str) -> Vec<Mention> {
    let pieces = text::pieces(text);
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
            if pieces[to].digits {
                digits.push_str(&pieces[to].text);
            }
            let span = (pieces[from].start, pieces[to].end);
            if !digits.is_empty() {
                whole(index, book, &joined, span, &mut out);
            }
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
    if joined.len() < 4 {
        return;
    }
    let hash = keys::hash(joined);
    let item = |doc: &u32| &book.items[*doc as usize];
    let docs = index.full.get(hash);
    let docs = docs.filter(|d| keys::alnum(&item(d).number) == joined);
    push(out, span, Reading::Full, docs.collect());
    let docs = index.po.get(hash);
    let docs = docs.filter(|d| keys::alnum(&item(d).po) == joined);
    push(out, span, Reading::Order, docs.collect());
    let docs = index.contract.get(hash);
    let docs = docs.filter(|d| keys::alnum(&item(d).contract) == joined);
    push(out, span, Reading::Order, docs.collect());
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
    if digits.len() < 2 {
        return;
    }
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
        let number = &book.items[doc as usize].number;
        let frame = frame(number, usize::from(serial.run), pieces, from);
        let reading = if frame < from {
            Reading::Framed
        } else if digits.len() >= 5 || padded {
            Reading::Serial
        } else {
            Reading::Short
        };
        found.push((reading, frame, doc));
    }
    for reading in [Reading::Framed, Reading::Serial, Reading::Short] {
        let of: Vec<&(Reading, usize, u32)> = found.iter().filter(|f| f.0 == reading).collect();
        let Some(start) = of.iter().map(|f| f.1).min() else {
            continue;
        };
        let docs = of.iter().map(|f| f.2).collect();
        push(out, (pieces[start].start, span.1), reading, docs);
    }
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
        let written = &pieces[before].text;
        let same = if part.digits {
            written == part.text || (written.len() == 2 && part.text.ends_with(written.as_str()))
        } else {
            *written == part.text.to_uppercase()
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

/// Readings that only make sense among a payer's own documents: last digits, slips of the pen.
pub(super) fn loose(index: &Index, text: &str, pool: &[u32]) -> Vec<Mention> {
    let pieces = text::pieces(text);
    let pieces: Vec<&Piece> = pieces
        .iter()
        .filter(|p| p.digits && !p.other && p.text.len() >= 3)
        .collect();
    let mut out = Vec::new();
    if pieces.is_empty() {
        return out;
    }
    let serials: Vec<(u32, String, String)> = pool
        .iter()
        .filter_map(|d| {
            let serial = index.docs[*d as usize].serial?;
            Some((*d, serial.value.to_string(), serial.padded()))
        })
        .collect();
    for piece in pieces {
        let (mut tail, mut slip) = (Vec::new(), Vec::new());
        for (doc, bare, padded) in &serials {
            let written = piece.text.as_str();
            if written.len() < padded.len() && padded.ends_with(written) {
                tail.push(*doc);
            }
            let written = &written[written.len().saturating_sub(padded.len())..];
            if slipped(written, padded) || (bare.len() >= 4 && slipped(written, bare)) {
                slip.push(*doc);
            }
        }
        let span = (piece.start, piece.end);
        push(&mut out, span, Reading::Tail, tail);
        push(&mut out, span, Reading::Slip, slip);
    }
    out
}

/// One digit wrong, or two neighbours swapped.
pub(super) fn slipped(written: &str, meant: &str) -> bool {
    if written.len() != meant.len() || written == meant {
        return false;
    }
    let (a, b) = (written.as_bytes(), meant.as_bytes());
    let mut wrong = (0..a.len()).filter(|i| a[*i] != b[*i]);
    match (wrong.next(), wrong.next(), wrong.next()) {
        (Some(_), None, _) => true,
        (Some(i), Some(j), None) => j == i + 1 && a[i] == b[j] && a[j] == b[i],
        _ => false,
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

/// Adds the documents between the two ends of a range: `4711-13`, `4711 bis 4713`.
pub(super) fn ranges(
    index: &Index,
    book: &Book,
    text: &str,
    chosen: &mut Vec<Mention>,
    pool: &[u32],
) {
    let pieces = text::pieces(text);
    let mut extra: Vec<Mention> = Vec::new();
    for mention in chosen
        .iter()
        .filter(|m| m.docs.len() == 1 && m.reading != Reading::Order)
    {
        let Some(serial) = index.docs[mention.docs[0] as usize].serial else {
            continue;
        };
        let Some(last) = range_end(text, &pieces, mention.end) else {
            continue;
        };
        let padded = serial.padded();
        let Some(head) = padded.len().checked_sub(last.text.len()) else {
            continue;
        };
        let Ok(end) = format!("{}{}", &padded[..head], last.text).parse::<u64>() else {
            continue;
        };
        if end <= serial.value || end - serial.value > 300 {
            continue;
        }
        let stem = stem(
            &book.items[mention.docs[0] as usize].number,
            usize::from(serial.run),
        );
        let mut inside: Vec<(u64, u32)> = pool
            .iter()
            .filter_map(|d| Some((index.docs[*d as usize].serial?, *d)))
            .filter(|(s, _)| s.value > serial.value && s.value <= end && s.run == serial.run)
            .filter(|(s, d)| {
                self::stem(&book.items[*d as usize].number, usize::from(s.run)) == stem
            })
            .map(|(s, d)| (s.value, d))
            .collect();
        inside.sort_unstable();
        if inside.last().is_some_and(|(value, _)| *value == end) {
            extra.extend(inside.into_iter().map(|(_, doc)| Mention {
                start: mention.end,
                end: last.end,
                reading: Reading::Framed,
                docs: vec![doc],
            }));
        }
    }
    for mention in extra {
        chosen.retain(|m| {
            m.end <= mention.start
                || mention.end <= m.start
                || m.reading == Reading::Framed && m.start == mention.start
        });
        if chosen.iter().all(|m| m.docs != mention.docs) {
            chosen.push(mention);
        }
    }
}

fn stem(number: &str, run: usize) -> String {
    numbers::runs(number)
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != run)
        .map(|(_, r)| r.text)
        .collect::<Vec<_>>()
        .join(" ")
}

fn range_end<'a>(text: &str, pieces: &'a [Piece], from: usize) -> Option<&'a Piece> {
    let at = pieces.iter().position(|p| p.start >= from)?;
    let gap = text.get(from..pieces[at].start)?.trim();
    let dashed = |gap: &str| matches!(gap, "-" | "–" | "—" | ".." | "..." | "…");
    if pieces[at].digits {
        return dashed(gap).then(|| &pieces[at]);
    }
    let word = matches!(
        pieces[at].text.as_str(),
        "BIS" | "TO" | "TILL" | "THRU" | "THROUGH" | "UNTIL" | "A" | "AL" | "TOT" | "DO"
    );
    if word && gap.is_empty() {
        let next = pieces.get(at + 1)?;
        return (next.digits && next.start - pieces[at].end <= 2).then_some(next);
    }
    // The end is a whole number of its own: the last run of digits before a gap.
    if dashed(gap) {
        let mut last = None;
        for pair in pieces[at..].windows(2) {
            if pair[0].digits {
                last = Some(&pair[0]);
            }
            if pair[1].start - pair[0].end > 1 {
                return last;
            }
        }
        return pieces.last().filter(|p| p.digits);
    }
    None
}
