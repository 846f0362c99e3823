//! The words of GLOSSARY.md that have one clear replacement, in names and comments.
//!
//! Strings are left alone: standards and other people's files have their own words.

use super::text::Parts;
use super::{File, Finding};

/// Never say the first; say the second.
const WORDS: &[(&str, &str)] = &[
    ("supplier", "vendor"),
    ("suppliers", "vendors"),
    ("voucher", "document"),
    ("vouchers", "documents"),
    ("tenant", "legal entity"),
    ("tenants", "legal entities"),
    ("ageing", "aging"),
    ("skonto", "early-payment discount"),
    ("underpayment", "short-pay"),
    ("allocate", "apply"),
    ("unallocate", "unapply"),
    ("allocated", "applied"),
    ("allocation", "application"),
    ("allocations", "applications"),
];

/// Checks names and comments of one Rust file.
pub(super) fn check(file: &File, parts: &Parts, findings: &mut Vec<Finding>) {
    // This table itself is full of them, in strings; its tests are, too.
    let lines = parts.code.lines().zip(parts.comments.lines());
    for (at, (code, comment)) in lines.enumerate() {
        // What a standard calls its own element is quoted in a comment as `code`.
        let comment = unquoted(comment);
        for word in words_of(code).chain(words_of(&comment)) {
            if let Some((_, say)) = WORDS.iter().find(|(never, _)| *never == word) {
                findings.push(file.finding(at + 1, format!("never say {word}, say {say}")));
            }
        }
    }
}

/// A comment without what stands between backticks.
fn unquoted(comment: &str) -> String {
    comment.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The words of a line in lower case; `SupplierName` and `supplier_name` are two each.
fn words_of(line: &str) -> impl Iterator<Item = String> {
    line.split(|c: char| !c.is_alphabetic()).flat_map(|name| {
        let mut words: Vec<String> = Vec::new();
        let mut before_lower = true;
        for c in name.chars() {
            if words.is_empty() || c.is_uppercase() && before_lower {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
            before_lower = c.is_lowercase();
        }
        words
    })
}
