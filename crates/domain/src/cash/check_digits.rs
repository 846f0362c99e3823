//! Payment references that are made of a document's number and check digits: what a bank's form
//! asks for, and payers type off.
//!
//! A creditor reference (ISO 11649), a Belgian structured communication and a Swiss QR reference
//! prove themselves by their form; a Finnish reference or a KID is any number with one check digit
//! behind it, and only means something among a payer's own documents.

use super::index::{Index, Part};
use super::keys;
use super::text::Piece;
use crate::parties::rest_of_97;

/// A payment reference as it stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Checked {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What was given check digits, without leading zeros.
    pub(super) body: String,
    /// Does its form prove it?
    pub(super) sure: bool,
}

/// Groups into which a reference may be written apart.
const GROUPS: usize = 8;
/// Digits of a body that tell of a document.
const SHORTEST: usize = 4;

/// Every span of a text whose check digits are right.
pub(super) fn read(pieces: &[Piece<'_>]) -> Vec<Checked> {
    let mut out = Vec::new();
    let mut joined = String::new();
    for (from, first) in pieces.iter().enumerate() {
        let is_creditor = first.text == "RF";
        joined.clear();
        for to in from..pieces.len().min(from + GROUPS) {
            let piece = &pieces[to];
            let apart = to > from && piece.start - pieces[to - 1].end > 1;
            if apart || piece.other() || !(is_creditor || piece.digits) {
                break;
            }
            joined.push_str(&piece.text);
            let body = if is_creditor {
                of_creditor(&joined).map(|body| (body, true))
            } else {
                of_digits(&joined)
            };
            let Some((body, sure)) = body else { continue };
            let body = body.trim_start_matches('0').to_owned();
            if body.len() >= SHORTEST {
                out.push(Checked {
                    start: first.start,
                    end: piece.end,
                    body,
                    sure,
                });
            }
        }
    }
    out
}

/// The documents whose number, its digits or its serial was given check digits.
pub(super) fn documents(index: &Index, body: &str) -> Vec<u32> {
    let written = index.written.get(keys::hash(body)).map(Part::of);
    let mut docs: Vec<u32> = written
        .filter(|(part, doc)| {
            let number = index.texts.number(*doc);
            match part {
                Part::Number => keys::is_alnum(number, body),
                Part::Digits => keys::is_digits(number, body),
                _ => false,
            }
        })
        .map(|(_, doc)| doc)
        .collect();
    if docs.is_empty()
        && let Ok(value) = body.parse()
    {
        docs.extend(index.serial.get(value));
    }
    docs.sort_unstable();
    docs.dedup();
    docs
}

/// `RF18 5390 0754 7034`: the check digits stand in front.
fn of_creditor(joined: &str) -> Option<&str> {
    let checked = joined.strip_prefix("RF")?;
    let (check, body) = checked.split_at_checked(2)?;
    let plain = body.is_ascii() && check.bytes().all(|b| b.is_ascii_digit());
    if !plain || !(1..=21).contains(&body.len()) {
        return None;
    }
    let turned = body.chars().chain("RF".chars()).chain(check.chars());
    (rest_of_97(turned) == Some(1)).then_some(body)
}

/// A reference of digits alone, and whether its form proves it.
fn of_digits(joined: &str) -> Option<(&str, bool)> {
    let (body, last) = joined.split_at_checked(joined.len().checked_sub(1)?)?;
    let check = last.parse::<u32>().ok()?;
    let is_swiss = joined.len() == 27 && swiss(body) == check;
    if is_swiss || belgian(joined) {
        let body = joined.get(..joined.len() - if is_swiss { 1 } else { 2 })?;
        return Some((body, true));
    }
    let short = (SHORTEST + 1..=25).contains(&joined.len());
    (short && (finnish(body) == check || doubled(body) == check)).then_some((body, false))
}

/// Twelve digits, the last two of which are the rest that 97 leaves of the others.
fn belgian(joined: &str) -> bool {
    let parts = joined.split_at_checked(10).filter(|_| joined.len() == 12);
    let numbers = parts.and_then(|(body, check)| {
        let body = body.parse::<u64>().ok()?;
        Some((body, check.parse::<u64>().ok()?))
    });
    numbers.is_some_and(|(body, check)| check == if body % 97 == 0 { 97 } else { body % 97 })
}

/// The check digit of a Swiss reference: a table turned on by every digit.
fn swiss(body: &str) -> u32 {
    const TABLE: [u32; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let carried = body.bytes().fold(0, |carried, byte| {
        TABLE[(carried + u32::from(byte - b'0')) as usize % 10]
    });
    (10 - carried) % 10
}

/// The check digit of a Finnish reference: weights 7, 3, 1 from behind.
fn finnish(body: &str) -> u32 {
    let weights = [7, 3, 1].into_iter().cycle();
    let digits = body.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.zip(weights).map(|(digit, w)| digit * w).sum();
    (10 - sum % 10) % 10
}

/// The check digit of a KID or OCR reference: every other digit from behind doubled.
fn doubled(body: &str) -> u32 {
    let digits = body.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let of = |(at, digit): (usize, u32)| {
        let value = digit * if at % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let sum: u32 = digits.enumerate().map(of).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::super::text::pieces;
    use super::*;

    #[test]
    fn references_prove_themselves_by_their_check_digits() {
        for (text, body, sure) in [
            ("RF18 5390 0754 7034", "539007547034", true),
            ("Zahlung RF18539007547034", "539007547034", true),
            ("+++090/9337/55493+++", "909337554", true),
            ("090933755493", "909337554", true),
            (
                "21 00000 00003 13947 14300 09017",
                "21000000000313947143000901",
                true,
            ),
            ("viite 1234 5672", "1234567", false),
            ("KID 2345676", "234567", false),
        ] {
            let found = read(&pieces(text));
            let told = |c: &Checked| c.body == body && c.sure == sure;
            assert!(found.iter().any(told), "{text}: {found:?}");
        }
        for text in ["RF18 5390 0754 7043", "+++090/9337/55494+++", "1234 5671"] {
            let found = read(&pieces(text));
            assert!(found.iter().all(|c| !c.sure), "{text}: {found:?}");
        }
    }
}
