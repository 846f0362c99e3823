//! BAI lockbox files (Bank Administration Institute, records 1, 2, 5, 6, 4, 7, 8, 9): the
//! checks that a bank took out of a post-office box, with the invoices that came with them.
//!
//! A record 5 is a statement of one lockbox and deposit day, named `lockbox/YYMMDD`; a batch is
//! a line, its checks are the details. Lines are pending: the deposit itself is booked by the
//! statement of the account. The format knows US dollars only. An overflow record 4 is read as
//! invoice, amount, deduction, reason where its amounts are digits, else as free text.
//! The routing number stands in nine or ten places, as its check digit shows.

mod reader;

use super::StatementFormat;
use super::lines::without_mark;

/// BAI lockbox.
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "lockbox",
    title: "BAI lockbox",
    recognises,
    read: reader::Reader::read,
};

fn recognises(head: &[u8]) -> bool {
    let mut lines = without_mark(head).split(|byte| *byte == b'\n');
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let digits = |from: usize, to: usize| {
        first
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    // A NACHA file begins alike, but says its record size, 094, and has no service record.
    let is_nacha = first.get(34..37) == Some(b"094");
    let goes_on = second.starts_with(b"2") || second.starts_with(b"5");
    first.starts_with(b"1") && digits(1, 3) && digits(23, 29) && goes_on && !is_nacha
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_file_is_no_lockbox() {
        let nacha = b"101 091000019 0910000192509011200A094101BANK                   CO\n5220CO";
        assert!(!recognises(nacha));
    }
}
