//! The shape of source files: module docs, lengths, nothing left half done.

use super::text::Parts;
use super::{File, Finding};

const FUNCTION_LINES: usize = 70;
/// A test may hold a long table of cases.
const TEST_LINES: usize = 150;
const FILE_LINES: usize = 900;
/// Functions that were too long when the rule came; part them and take them out of here.
const STILL_TOO_LONG: &[(&str, &str)] = &[("crates/formats/src/remittance/text.rs", "sentence")];

/// Checks one Rust file.
pub(super) fn check(
    file: &File,
    parts: &Parts,
    findings: &mut Vec<Finding>,
    warnings: &mut Vec<Finding>,
) {
    if !file.text.trim_start().starts_with("//!") {
        findings.push(file.finding(1, "no module doc: say in a //! line what this file is"));
    }
    let lines = file.text.lines().count();
    if lines > FILE_LINES {
        let message = format!("{lines} lines; part the file (at most {FILE_LINES})");
        warnings.push(file.finding(1, message));
    }
    let tests = parts.code.lines().position(|line| line == "#[cfg(test)]");
    for (at, name, length) in functions(&parts.code) {
        let test = file.path.contains("/tests/")
            || file.path.ends_with("/tests.rs")
            || tests.is_some_and(|begin| begin < at);
        let most = if test { TEST_LINES } else { FUNCTION_LINES };
        let known = STILL_TOO_LONG.contains(&(file.path.as_str(), name));
        if length > most && !known {
            let message = format!("{name} has {length} lines; part it (at most {most})");
            findings.push(file.finding(at, message));
        }
    }
    for (at, line) in parts.comments.lines().enumerate() {
        let unfinished = line.split(|c: char| !c.is_alphanumeric());
        if unfinished
            .into_iter()
            .any(|word| matches!(word, "TODO" | "FIXME"))
        {
            findings.push(file.finding(at + 1, "finish it, or raise an issue and say what is"));
        }
    }
    for (at, line) in parts.code.lines().enumerate() {
        if line.contains("dbg!") {
            findings.push(file.finding(at + 1, "take the debug print out"));
        }
    }
}

/// Line, name and length of each function; rustfmt puts the closing brace under the `fn`.
fn functions(code: &str) -> Vec<(usize, &str, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        if line.trim_end().ends_with(['}', ';']) {
            continue;
        }
        let rest = lines.iter().skip(at + 1);
        let end = rest.take_while(|later| {
            let text = later.trim();
            let same = later.len() - later.trim_start().len() == indent;
            !(same && (text == "}" || text.ends_with(");") || text.ends_with(';')))
        });
        found.push((at + 1, name, end.count() + 2));
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let modifiers = [
        "pub",
        "const",
        "async",
        "unsafe",
        "extern",
        "pub(crate)",
        "pub(super)",
    ];
    let keyword = words.by_ref().find(|word| !modifiers.contains(word))?;
    if keyword != "fn" {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}
