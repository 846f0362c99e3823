//! CODA, the coded statement of account of Belgian banks (Febelfin, version 2.3–2.6): lines
//! of 128 places, one statement from record 0 to record 9. Version 1 is read like pycoda does.
//!
//! A movement is a record 2.1 with its 2.2, 2.3 and the information records 3.x. Movements of
//! type 5–7 are the payments that the movement of the same number sums up and become its
//! details; types 8 and 9 break a single amount down and only add their text. Structured
//! communications 101, 102, 105 (OGM) and 100 (ISO 11649) become the creditor reference.
//! The statement's id is its sequence number; record 4 (free messages) is left out.

mod communication;
mod reader;
mod record;

use super::StatementFormat;
use super::lines::without_mark;

/// CODA.
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "coda",
    title: "Febelfin CODA",
    recognises,
    read: reader::Reader::read,
};

fn recognises(head: &[u8]) -> bool {
    let head = without_mark(head);
    let digits = |from: usize, to: usize| {
        head.get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    head.starts_with(b"00000") && digits(5, 11) && head.get(14..16) == Some(b"05")
}
