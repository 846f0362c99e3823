//! Letters that give each document a block of labelled values, one under the other.

use std::ops::Range;

use super::amounts::Notation;
use super::columns::{Role, role_of};
use super::model::Advice;
use super::table::{Heading, read_row};
use crate::Problem;

/// The labelled values of one document.
pub(super) struct Block<'a> {
    /// Where it stands.
    pub(super) lines: Range<usize>,
    heading: Heading,
    values: Vec<&'a str>,
}

impl Block<'_> {
    /// Reads it as the row of a table.
    pub(super) fn read(
        &self,
        notation: &Notation,
        place: &str,
        advice: &mut Advice,
        problems: &mut Vec<Problem>,
    ) -> bool {
        read_row(
            &self.heading,
            &self.values,
            notation,
            place,
            advice,
            problems,
        )
    }
}

/// The blocks of a letter, where it has several: a document and its sum alone are the whole letter.
pub(super) fn of(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<Option<(&str, &str)>> = text.lines().take(100_000).map(labelled).collect();
    let role = |at: usize| lines.get(at).and_then(|line| role_of(line.as_ref()?.0));
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let from = at;
        at += 1;
        if role(from) != Some(Role::Document) {
            continue;
        }
        let mut seen = vec![Role::Document];
        while let Some(next) = role(at).filter(|next| goes_on(&seen, *next)) {
            seen.push(next);
            at += 1;
        }
        // A total behind documents without sums is that of the letter.
        if !seen.contains(&Role::Paid) && !seen.contains(&Role::Gross) {
            continue;
        }
        let of_block = lines.get(from..at).unwrap_or_default().iter().flatten();
        let (names, values): (Vec<&str>, Vec<&str>) = of_block.copied().unzip();
        if let Some(heading) = Heading::of(names.into_iter()) {
            blocks.push(Block {
                lines: from..at,
                heading,
                values,
            });
        }
    }
    if blocks.len() < 2 {
        blocks.clear();
    }
    blocks
}

/// May a value belong to the document whose values were seen? A total only before what was paid.
fn goes_on(seen: &[Role], next: Role) -> bool {
    let of_documents = next.is_sum()
        || matches!(
            next,
            Role::IssuedOn | Role::Reason | Role::Text | Role::Currency | Role::Tax
        );
    of_documents && !seen.contains(&next) && !(next == Role::Total && seen.contains(&Role::Paid))
}

/// `Amount paid: 12.00`, and the same with a gap for the colon.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '•', ' ']);
    let (name, value) = line.split_once(':').or_else(|| line.split_once("  "))?;
    let (name, value) = (name.trim(), value.trim());
    (!value.is_empty() && !value.contains("  ")).then_some((name, value))
}
