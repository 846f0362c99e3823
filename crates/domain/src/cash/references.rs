//! Finds document numbers in what payers write: split, joined, padded, cut short, misread.
//!
//! A scan gives every reading; [`select`] keeps those that fit the payer's documents and do not
//! overlap. A reading is only ever of a number that the book has.

use super::check_digits;
use super::index::{Index, Part};
use super::keys;
use super::numbers::{self, Serial};
use super::slips::{miscounted, slipped};
use super::text::Piece;

/// How surely a span of text is a document's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reading {
    /// Two digits that are a serial: they stand in every text.
    Faint,
    /// The last digits of the serial.
    Tail,
    /// The serial with one digit wrong, left out or too many, or two swapped.
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

impl Mention {
    /// Where in the text it stands.
    pub(super) fn span(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// Does it share characters with this span?
    pub(super) fn overlaps(&self, (start, end): (usize, usize)) -> bool {
        start < self.end && self.start < end
    }
}

/// Pieces that one number is looked for in: letters, year, branch and serial, one of them split.
const WINDOW: usize = 6;
/// Characters that may stand between two pieces of one number: ` - `.
const GAP: usize = 3;
/// Digits that tell of a number by themselves.
const SHORTEST: usize = 3;
/// Digits of the longest serial that is looked for by a part of it.
const LONGEST: usize = 18;

/// Every reading of every span of a text, which comes with its pieces.
pub(super) fn scan(index: &Index, text: &str, pieces: &[Piece<'_>]) -> Vec<Mention> {
    let mut out = Vec::new();
    let mut joined = String::new();
    for from in 0..pieces.len() {
        joined.clear();
        let mut hash = keys::hash("");
        let (mut only_digits, mut any_digits, mut only_others) = (true, false, true);
        for to in from..pieces.len().min(from + WINDOW) {
            if to > from && pieces[to].start - pieces[to - 1].end > GAP {
                break;
            }
            let piece = &pieces[to];
            joined.push_str(&piece.text);
            if joined.trim_start_matches('0').len() > index.longest {
                break;
            }
            hash = keys::hash_on(hash, &piece.text);
            only_digits &= piece.digits && !piece.other();
            any_digits |= piece.digits;
            only_others &= piece.is_of_others();
            if (any_digits || index.wordy) && joined.len() >= 4 {
                let span = (pieces[from].start, piece.end);
                let read = (only_digits, only_others);
                whole(index, (&joined, hash), read, span, &mut out);
            }
            if only_digits && joined.len() >= 2 {
                by_serial(index, pieces, (from, to), &joined, &mut out);
                if from == to {
                    beside_a_day(index, piece, &mut out);
                }
            }
        }
    }
    misread(index, text, &mut out);
    for found in check_digits::read(pieces).into_iter().filter(|c| c.sure) {
        let docs = check_digits::documents(index, &found.body);
        push(&mut out, (found.start, found.end), Reading::Framed, docs);
    }
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

/// Whole numbers, orders and contracts, and all digits of a number.
fn whole(
    index: &Index,
    (joined, hash): (&str, u64),
    (only_digits, is_others): (bool, bool),
    span: (usize, usize),
    out: &mut Vec<Mention>,
) {
    let mut found: [Vec<u32>; 6] = Default::default();
    for (part, doc) in index.written.get(hash).map(Part::of) {
        let texts = &index.texts;
        let meant = match part {
            Part::Number => !is_others && keys::is_alnum(texts.number(doc), joined),
            Part::Order => keys::is_alnum(texts.po(doc), joined),
            Part::Contract => keys::is_alnum(texts.contract(doc), joined),
            Part::Digits => {
                only_digits && joined.len() >= 6 && keys::is_digits(texts.number(doc), joined)
            }
            Part::Core => numbers::is_core(texts.number(doc), joined),
            Part::Called => index.is_called(doc, joined),
        };
        if meant {
            found[part as usize].push(doc);
        }
    }
    for (docs, reading) in found.into_iter().zip([
        Reading::Full,
        Reading::Order,
        Reading::Order,
        Reading::Digits,
        Reading::Digits,
        Reading::Full,
    ]) {
        push(out, span, reading, docs);
    }
}

/// Serials, alone or with their frame before them.
fn by_serial(
    index: &Index,
    pieces: &[Piece<'_>],
    (from, to): (usize, usize),
    digits: &str,
    out: &mut Vec<Mention>,
) {
    let Ok(value) = digits.parse::<u64>() else {
        return;
    };
    let bare = digits.trim_start_matches('0').len();
    let mut found: Vec<(Reading, (usize, usize), u32)> = Vec::new();
    for doc in index.serial.get(value) {
        let Some(serial) = index.docs[doc as usize].serial else {
            continue;
        };
        let width = usize::from(serial.width);
        let padded = digits.starts_with('0');
        // Some programs fill up with zeros to a width of their own.
        let filled = digits.len() > width && bare >= SHORTEST;
        if bare > width || (padded && digits.len() != width && !filled) {
            continue;
        }
        let number = index.texts.number(doc);
        let start = usize::from(serial.start);
        let (head, rest) = number.split_at_checked(start).unwrap_or(("", ""));
        let tail = rest.get(width..).unwrap_or("");
        let frame = (frame(head, pieces, from), behind(tail, pieces, to));
        // Letters before two digits are too little: `UK24-` begins every number of a year.
        let reading = if digits.len() < SHORTEST && digits.len() < width {
            Reading::Faint
        } else if frame.0 < from || frame.1 > to {
            Reading::Framed
        } else if digits.len() >= 5 || padded {
            Reading::Serial
        } else if digits.len() >= SHORTEST {
            Reading::Short
        } else {
            Reading::Faint
        };
        found.push((reading, frame, doc));
    }
    for reading in [
        Reading::Framed,
        Reading::Serial,
        Reading::Short,
        Reading::Faint,
    ] {
        let of = || found.iter().filter(|f| f.0 == reading);
        let Some(start) = of().map(|f| f.1.0).min() else {
            continue;
        };
        let end = of().map(|f| f.1.1).max().unwrap_or(to);
        let docs = of().map(|f| f.2).collect();
        push(out, (pieces[start].start, pieces[end].end), reading, docs);
    }
}

/// A serial without its leading zeros, with the day of issue before or behind it that stands there
/// in its number: `2403177` for `FA24003177`.
fn beside_a_day(index: &Index, piece: &Piece<'_>, out: &mut Vec<Mention>) {
    let digits = piece.text.as_ref();
    let mut docs: Vec<u32> = Vec::new();
    for glued in index.series.glued() {
        let Some(at) = digits.len().checked_sub(glued) else {
            continue;
        };
        for (day, rest, is_head) in [
            (&digits[..glued], &digits[glued..], true),
            (&digits[at..], &digits[..at], false),
        ] {
            let Ok(value) = rest.parse::<u64>() else {
                continue;
            };
            if rest.len() < SHORTEST || rest.starts_with('0') {
                continue;
            }
            let is_meant = |doc: &u32| {
                let number = index.texts.number(*doc);
                index.docs[*doc as usize].serial.is_some_and(|serial| {
                    let start = usize::from(serial.start);
                    let end = start + usize::from(serial.width);
                    let from = if is_head {
                        start.checked_sub(glued)
                    } else {
                        Some(end)
                    };
                    from.and_then(|from| number.get(from..from + glued)) == Some(day)
                })
            };
            docs.extend(index.serial.get(value).filter(is_meant));
        }
    }
    docs.sort_unstable();
    docs.dedup();
    push(out, (piece.start, piece.end), Reading::Serial, docs);
}

/// The first piece before `from` that belongs to a number's frame, or `from`. `head` is what
/// stands before the serial.
fn frame(mut head: &str, pieces: &[Piece<'_>], from: usize) -> usize {
    let mut at = from;
    while let Some((part, before_it)) = numbers::last_run(head) {
        head = before_it;
        let Some(before) = at.checked_sub(1) else {
            break;
        };
        if pieces[at].start - pieces[before].end > GAP {
            break;
        }
        if is_frame(&part, &pieces[before].text) {
            at = before;
        }
    }
    at
}

/// The last piece behind `to` that belongs to a number's frame, or `to`. `tail` is what stands
/// behind the serial.
fn behind(tail: &str, pieces: &[Piece<'_>], to: usize) -> usize {
    let mut at = to;
    for part in numbers::runs(tail) {
        let next = at + 1;
        if next >= pieces.len() || pieces[next].start - pieces[at].end > GAP {
            break;
        }
        if !is_frame(&part, &pieces[next].text) {
            break;
        }
        at = next;
    }
    at
}

/// Is it this run of a number, or the end of its year?
fn is_frame(part: &numbers::Run<'_>, written: &str) -> bool {
    if part.digits {
        written == part.text
            || (written.len() == 2 && part.text.len() == 4 && part.text.ends_with(written))
    } else if part.text.is_ascii() {
        written.eq_ignore_ascii_case(part.text)
    } else {
        written == part.text.to_uppercase()
    }
}

/// Words in which letters stand for digits.
fn misread(index: &Index, text: &str, out: &mut Vec<Mention>) {
    let words: Vec<(usize, &str)> = split_words(text);
    let mut joined = String::new();
    for from in 0..words.len() {
        joined.clear();
        for to in from..words.len().min(from + 4) {
            if to > from && words[to].0 - (words[to - 1].0 + words[to - 1].1.len()) > GAP {
                break;
            }
            joined.push_str(words[to].1);
            let end = words[to].0 + words[to].1.len();
            read_as_digits(index, &joined, (words[from].0, end), out);
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

fn read_as_digits(index: &Index, joined: &str, span: (usize, usize), out: &mut Vec<Mention>) {
    if joined.len() > 24.min(index.longest) {
        return;
    }
    // Letters behind the digits are themselves.
    let is_letter = |c: char| c.is_ascii_alphabetic() && keys::look_alike(c).is_none();
    let body = joined.trim_end_matches(is_letter);
    let behind = &joined[body.len()..];
    if behind.len() > 2 {
        return;
    }
    // From here on every character could stand for a digit.
    let tail = body
        .bytes()
        .rev()
        .take_while(|b| keys::look_alike(char::from(*b)).is_some())
        .count();
    for split in body.len() - tail..body.len().min(8) {
        let (letters, rest) = body.split_at(split);
        if rest.len() < 4 {
            break;
        }
        if !letters.is_empty() && !letters.ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mixed = rest.contains(|c: char| c.is_ascii_digit())
            && rest.contains(|c: char| c.is_ascii_alphabetic());
        if !mixed {
            continue;
        }
        let full: String = letters
            .chars()
            .map(|c| c.to_ascii_uppercase())
            .chain(rest.chars().filter_map(keys::look_alike))
            .chain(behind.chars().map(|c| c.to_ascii_uppercase()))
            .collect();
        let docs: Vec<u32> = index
            .written
            .get(keys::hash(&full))
            .map(Part::of)
            .filter(|(part, doc)| {
                *part == Part::Number && keys::is_alnum(index.texts.number(*doc), &full)
            })
            .map(|(_, doc)| doc)
            .collect();
        push(out, span, Reading::LookAlike, docs);
    }
}

/// Readings that only make sense among a payer's own documents: last digits, slips of the pen,
/// numbers with a check digit.
pub(super) fn loose(index: &Index, pieces: &[Piece<'_>], pool: &[u32]) -> Vec<Mention> {
    let mut out = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let length = piece.text.len();
        if !piece.digits || piece.other() || length < 3 {
            continue;
        }
        let Ok(written) = piece.text[length.saturating_sub(LONGEST)..].parse::<u64>() else {
            continue;
        };
        let (mut tail, mut slip, mut end) = (Vec::new(), Vec::new(), Vec::new());
        let tens = 10_u64.pow(length.min(LONGEST) as u32);
        for doc in pool {
            let Some(serial) = index.docs[*doc as usize].serial else {
                continue;
            };
            let width = usize::from(serial.width);
            if width > LONGEST {
                continue;
            }
            if length < width {
                if serial.value % tens == written {
                    tail.push(*doc);
                }
                // As long without the zeros in front, of which some may be left out.
                let is_as_long = written.checked_ilog10() == serial.value.checked_ilog10();
                let bare = written >= 1_000 && is_as_long;
                if bare && slipped(written, serial.value) {
                    slip.push(*doc);
                }
            } else if width >= 4 && slipped(written % 10_u64.pow(width as u32), serial.value) {
                slip.push(*doc);
            }
            let number = index.texts.number(*doc);
            let miscounts =
                miscounted(written, serial.value) && may_miscount(number, serial, (pieces, at));
            let of_all = || length > width && length >= 6 && is_slip_of_all(number, written);
            if miscounts || of_all() {
                slip.push(*doc);
            }
            if length > width && keys::ends_digits(number, &piece.text) {
                end.push(*doc);
            }
        }
        let span = (piece.start, piece.end);
        push(&mut out, span, Reading::Serial, end);
        push(&mut out, span, Reading::Tail, tail);
        push(&mut out, span, Reading::Slip, slip);
    }
    for found in check_digits::read(pieces) {
        let mut docs = check_digits::documents(index, &found.body);
        docs.retain(|doc| pool.contains(doc));
        push(&mut out, (found.start, found.end), Reading::Short, docs);
    }
    out
}

/// Are these all digits of a number in one, but for a slip?
fn is_slip_of_all(number: &str, written: u64) -> bool {
    let mut digits = number.bytes().filter(u8::is_ascii_digit);
    let all = digits.try_fold(0_u64, |all, digit| {
        all.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    });
    let as_long = |all: &u64| all.checked_ilog10() == written.checked_ilog10();
    all.is_some_and(|all| as_long(&all) && slipped(written, all) || miscounted(written, all))
}

/// May a digit of the serial be left out here, or be one too many? Of so few digits only where a
/// word calls them an invoice's, or what stands before the serial does: many numbers are like theirs.
fn may_miscount(number: &str, serial: Serial, (pieces, at): (&[Piece<'_>], usize)) -> bool {
    let piece = &pieces[at];
    // Filled up with zeros it has all digits, or at the end of the text may have lost some.
    let (length, width) = (piece.text.len(), usize::from(serial.width));
    let is_last = at + 1 == pieces.len();
    let is_whole = piece.text.starts_with('0') && (length == width || length < width && is_last);
    let bare = piece.text.trim_start_matches('0').len();
    let head = number.get(..usize::from(serial.start)).unwrap_or("");
    let told = || piece.called || frame(head, pieces, at) < at;
    !is_whole && !piece.is_year() && (bare > SHORTEST + 1 || bare > SHORTEST && told())
}

/// The readings that fit: documents kept by `keep`, the surest and longest span first, none
/// overlapping.
pub(super) fn select(mentions: &[Mention], keep: impl Fn(u32) -> bool) -> Vec<Mention> {
    let mut fitting: Vec<Mention> = mentions
        .iter()
        .filter_map(|mention| {
            let docs: Vec<u32> = mention.docs.iter().copied().filter(|d| keep(*d)).collect();
            (!docs.is_empty()).then_some(Mention { docs, ..*mention })
        })
        .collect();
    fitting.sort_by_key(|m| (std::cmp::Reverse((m.reading, m.end - m.start)), m.start));
    let mut out: Vec<Mention> = Vec::new();
    for mention in fitting {
        if !out.iter().any(|m| m.overlaps(mention.span())) {
            out.push(mention);
        }
    }
    out.sort_by_key(|m| m.start);
    out
}

/// Adds the documents between the two ends of a range: `4711-13`, `4711 bis 4713`.
pub(super) fn ranges(
    index: &Index,
    (text, pieces): (&str, &[Piece<'_>]),
    chosen: &mut Vec<Mention>,
    pool: &[u32],
) {
    let mut extra: Vec<Mention> = Vec::new();
    for mention in chosen
        .iter()
        .filter(|m| m.docs.len() == 1 && m.reading != Reading::Order)
    {
        let Some(serial) = index.docs[mention.docs[0] as usize].serial else {
            continue;
        };
        let whole = whole_end(index, text, mention, chosen);
        let Some((end, last)) =
            whole.or_else(|| short_end(text, pieces, mention.end, &serial.padded()))
        else {
            continue;
        };
        if end <= serial.value || end - serial.value > 300 {
            continue;
        }
        let stem = stem(index.texts.number(mention.docs[0]), usize::from(serial.run));
        let mut inside: Vec<(u64, u32)> = pool
            .iter()
            .filter_map(|d| Some((index.docs[*d as usize].serial?, *d)))
            .filter(|(s, _)| s.value > serial.value && s.value <= end && s.run == serial.run)
            .filter(|(s, d)| self::stem(index.texts.number(*d), usize::from(s.run)) == stem)
            .map(|(s, d)| (s.value, d))
            .collect();
        inside.sort_unstable();
        if inside.last().is_some_and(|(value, _)| *value == end) {
            extra.extend(inside.into_iter().map(|(_, doc)| Mention {
                start: mention.end,
                end: last,
                reading: Reading::Framed,
                docs: vec![doc],
            }));
        }
    }
    for mention in extra {
        chosen.retain(|m| {
            !m.overlaps(mention.span()) || m.reading == Reading::Framed && m.start == mention.start
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

/// Words between the two ends of a range.
const RANGE: &[&str] = &[
    "BIS", "TO", "TILL", "THRU", "THROUGH", "UNTIL", "A", "AL", "TOT", "DO", "T/M", "AU", "HASTA",
];

fn is_dash(gap: &str) -> bool {
    matches!(gap, "-" | "–" | "—" | ".." | "..." | "…")
}

/// The end of a range that is a number of its own, and where it ends: the next number found, with
/// nothing but a dash or such a word before it.
fn whole_end(
    index: &Index,
    text: &str,
    from: &Mention,
    chosen: &[Mention],
) -> Option<(u64, usize)> {
    let behind = chosen.iter().filter(|m| m.start >= from.end);
    let next = behind.min_by_key(|m| m.start)?;
    let gap = text.get(from.end..next.start)?.trim().to_uppercase();
    let [doc] = next.docs[..] else { return None };
    let serial = index.docs[doc as usize].serial?;
    (next.reading >= Reading::Serial && (is_dash(&gap) || RANGE.contains(&gap.as_str())))
        .then_some((serial.value, next.end))
}

/// The same where only its last digits are written; `padded` is the serial it begins with.
fn short_end(text: &str, pieces: &[Piece<'_>], from: usize, padded: &str) -> Option<(u64, usize)> {
    let last = range_end(text, pieces, from)?;
    let head = padded.get(..padded.len().checked_sub(last.text.len())?)?;
    let end = format!("{head}{}", last.text).parse().ok()?;
    Some((end, last.end))
}

fn range_end<'a>(text: &str, pieces: &'a [Piece<'a>], from: usize) -> Option<&'a Piece<'a>> {
    let at = pieces.iter().position(|p| p.start >= from)?;
    let gap = text.get(from..pieces[at].start)?.trim();
    if pieces[at].digits {
        return is_dash(gap).then(|| &pieces[at]);
    }
    if RANGE.contains(&pieces[at].text.as_ref()) && gap.is_empty() {
        let next = pieces.get(at + 1)?;
        return (next.digits && next.start - pieces[at].end <= 2).then_some(next);
    }
    // The end is a whole number of its own: the last run of digits before a gap.
    if is_dash(gap) {
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
