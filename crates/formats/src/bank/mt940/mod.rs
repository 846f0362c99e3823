//! SWIFT MT940 (customer statement) and MT942 (interim transaction report), SR 2019 and the
//! dialects that banks make of them: with or without the blocks `{1:}…{4:`, with bank tags
//! such as `:NS:`, structured `:86:` of German banks and slash codes of Dutch and British ones.
//!
//! A line of an MT942 is pending, as is any line marked `EC`/`ED` (expected): the standard
//! reports there what is not yet in a booked balance; the MT940 of the day books it.
//! `:64:` and `:65:` (available balances) are checked and left out: no shape holds them.
//! The statement's id is `:28C:`, else `:20:`. Pages (`:62M:` then `:60M:`) of one statement
//! become one statement. A line whose entry date is missing is booked on its value date, as
//! the standard says of that field. 30 February is read as the last of the month where the other
//! date of the line is that day, with a warning, and refused elsewhere.

mod details;
mod german;
mod movement;
mod reader;
mod slashes;
mod statement_line;
mod tags;

use super::StatementFormat;
use super::lines::{decoded, without_mark};

/// SWIFT MT940 and MT942.
pub(super) const FORMAT: StatementFormat = StatementFormat {
    code: "mt940",
    title: "SWIFT MT940, MT942",
    recognises,
    read: reader::Reader::read,
};

fn recognises(head: &[u8]) -> bool {
    decoded(without_mark(head))
        .lines()
        .any(|line| line.starts_with("{1:F") || tags::tag_of(line).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::testing;

    #[test]
    fn a_long_statement_comes_in_parts() {
        let mut file = String::from(":20:X\n:25:1\n:28C:1\n:60F:C250101EUR0,\n");
        for _ in 0..2500 {
            file.push_str(":61:250101C1,NTRFNONREF\n:86:a\n");
        }
        file.push_str(":62F:C250101EUR2500,\n");
        let (_, kept) = testing::read(&FORMAT, file.as_bytes());
        let shape: Vec<_> = kept
            .statements
            .iter()
            .map(|(part, continues)| {
                (
                    part.lines.len(),
                    *continues,
                    part.opening.is_some(),
                    part.closing.is_some(),
                )
            })
            .collect();
        assert_eq!(
            shape,
            [
                (1000, false, true, false),
                (1000, true, false, false),
                (500, true, false, true)
            ]
        );
        assert!(kept.problems.is_empty());
    }
}
