//! What the tests of all bank formats share: a sink that keeps everything, a plain-text
//! rendering of what was read, the walk over samples, a byte mutator.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{
    BankLine, BankStatement, Counterparty, LineDetail, LineStatus, References, Sink,
    StatementFormat,
};
use crate::Problem;

/// Keeps all that a reader finds.
#[derive(Default)]
pub(crate) struct Kept {
    /// Statements in file order, with their `continues`.
    pub(crate) statements: Vec<(BankStatement, bool)>,
    /// Remarks in file order.
    pub(crate) problems: Vec<Problem>,
}

impl Sink for Kept {
    fn statement(&mut self, statement: BankStatement, continues: bool) {
        self.statements.push((statement, continues));
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Reads bytes with a format.
pub(crate) fn read(format: &StatementFormat, bytes: &[u8]) -> (String, Kept) {
    let mut kept = Kept::default();
    let mut from = bytes;
    let exact = (format.read)(&mut from, &mut kept);
    (exact, kept)
}

/// Everything that was read, as text to compare and to look at.
pub(crate) fn rendered(exact: &str, kept: &Kept) -> String {
    let mut out = format!("format {exact}\n");
    for (statement, continues) in &kept.statements {
        render_statement(&mut out, statement, *continues);
    }
    for problem in &kept.problems {
        let _ = writeln!(out, "{problem}");
    }
    out
}

fn render_statement(out: &mut String, statement: &BankStatement, continues: bool) {
    let account = &statement.account;
    let word = if continues { "continued" } else { "statement" };
    let _ = write!(out, "{word} {:?} account {}", statement.id, account.id);
    let _ = write!(out, " {:?}", account.scheme);
    if let Some(currency) = account.currency {
        let _ = write!(out, " {currency}");
    }
    if let Some(bank) = &account.bank {
        let _ = write!(out, " at {bank}");
    }
    for (word, day) in [("from", statement.from), ("to", statement.to)] {
        if let Some(day) = day {
            let _ = write!(out, " {word} {day}");
        }
    }
    out.push('\n');
    for (word, balance) in [
        ("opening", statement.opening),
        ("closing", statement.closing),
    ] {
        if let Some(balance) = balance {
            let on = balance.on.map(|on| format!(" on {on}")).unwrap_or_default();
            let _ = writeln!(out, "  {word} {:?}{on}", balance.amount);
        }
    }
    for line in &statement.lines {
        render_line(out, line);
    }
}

fn render_line(out: &mut String, line: &BankLine) {
    let _ = write!(out, "  line {:?}", line.amount);
    for (word, day) in [("booked", line.booked_on), ("value", line.value_on)] {
        if let Some(day) = day {
            let _ = write!(out, " {word} {day}");
        }
    }
    let _ = write!(out, " code {}", line.code);
    if line.status == LineStatus::Pending {
        out.push_str(" pending");
    }
    if line.reversal {
        out.push_str(" reversal");
    }
    out.push('\n');
    let pad = "    ";
    render_value(out, pad, "reference", Some(&line.reference));
    render_value(out, pad, "batch", line.batch_id.as_ref());
    if let Some(count) = line.batch_count {
        let _ = writeln!(out, "{pad}payments {count}");
    }
    for (word, sum) in [("instructed", line.instructed), ("charges", line.charges)] {
        if let Some(sum) = sum {
            let _ = writeln!(out, "{pad}{word} {sum:?}");
        }
    }
    render_rest(
        out,
        pad,
        &line.counterparty,
        &line.references,
        &line.remittance,
    );
    for detail in &line.details {
        render_detail(out, detail);
    }
}

fn render_detail(out: &mut String, detail: &LineDetail) {
    let reversal = if detail.reversal { " reversal" } else { "" };
    let _ = writeln!(out, "    detail {:?}{reversal}", detail.amount);
    let pad = "      ";
    render_value(out, pad, "reference", Some(&detail.reference));
    for (word, sum) in [
        ("instructed", detail.instructed),
        ("charges", detail.charges),
    ] {
        if let Some(sum) = sum {
            let _ = writeln!(out, "{pad}{word} {sum:?}");
        }
    }
    render_rest(
        out,
        pad,
        &detail.counterparty,
        &detail.references,
        &detail.remittance,
    );
}

fn render_rest(
    out: &mut String,
    pad: &str,
    other: &Counterparty,
    references: &References,
    remittance: &[String],
) {
    for (word, value) in [
        ("name", &other.name),
        ("account", &other.account),
        ("bank", &other.bank),
        ("ultimate", &other.ultimate),
        ("end-to-end", &references.end_to_end),
        ("creditor", &references.creditor),
        ("check", &references.check),
        ("mandate", &references.mandate),
        ("return reason", &references.return_reason),
    ] {
        render_value(out, pad, word, value.as_ref());
    }
    for document in &references.documents {
        render_value(out, pad, "document", Some(document));
    }
    for listed in &references.listed {
        let _ = write!(out, "{pad}listed {}", listed.number);
        for (word, sum) in [
            ("gross", listed.gross),
            ("deduction", listed.deduction),
            ("paid", listed.paid),
        ] {
            if let Some(sum) = sum {
                let _ = write!(out, " {word} {sum:?}");
            }
        }
        let reason = listed.reason.as_ref();
        let _ = writeln!(
            out,
            "{}",
            reason.map_or_else(String::new, |why| format!(" reason {why}"))
        );
        for part in &listed.parts {
            let _ = writeln!(out, "{pad}  part {:?} {}", part.amount, part.reason);
        }
    }
    for piece in remittance {
        let _ = writeln!(out, "{pad}text {piece:?}");
    }
}

fn render_value(out: &mut String, pad: &str, word: &str, value: Option<&String>) {
    if let Some(value) = value
        && !value.is_empty()
    {
        let _ = writeln!(out, "{pad}{word} {value}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests find the corpora and rewrite expectations by their environment"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where third-party files are, if they are here.
pub(crate) fn corpora(folder: &str) -> PathBuf {
    let root = environment("DUEBOOK_CORPORA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    root.join(folder)
}

/// Compares every sample of a format with its `.expected`; `UPDATE=1` rewrites them.
pub(crate) fn check_samples(format: &StatementFormat) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/bank")
        .join(format.code)
        .join("samples");
    let samples: Vec<PathBuf> = files_below(&folder)
        .into_iter()
        .filter(|path| path.extension().is_none_or(|end| end != "expected"))
        .collect();
    assert!(!samples.is_empty(), "no samples in {}", folder.display());
    for sample in samples {
        let bytes = std::fs::read(&sample).expect("a sample");
        let head = bytes.get(..4096).unwrap_or(&bytes);
        assert!(
            (format.recognises)(head),
            "not recognised: {}",
            sample.display()
        );
        let (exact, kept) = read(format, &bytes);
        let found = rendered(&exact, &kept);
        let mut name = sample.as_os_str().to_owned();
        name.push(".expected");
        let expected = PathBuf::from(name);
        if environment("UPDATE").is_some() {
            std::fs::write(&expected, &found).expect("written");
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert!(
            wanted == found,
            "{} differs; UPDATE=1 rewrites it. Found:\n{found}",
            expected.display()
        );
    }
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A small seeded generator (SplitMix64): the same numbers on every machine.
pub(crate) struct Seeded(u64);

impl Seeded {
    /// Starts from a seed.
    pub(crate) fn from(seed: u64) -> Seeded {
        Seeded(seed)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % (end.max(1) as u64)) as usize
    }
}

/// Reads samples with bytes changed, cut, doubled and swapped: no input may panic.
/// Prints the seed of the case that does.
pub(crate) fn check_mutations(format: &StatementFormat, cases: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/bank")
        .join(format.code)
        .join("samples");
    let samples: Vec<Vec<u8>> = files_below(&folder)
        .iter()
        .filter(|path| path.extension().is_none_or(|end| end != "expected"))
        .map(|path| std::fs::read(path).expect("a sample"))
        .collect();
    for seed in 0..cases {
        let mut random = Seeded::from(seed);
        let mut bytes = samples[random.below(samples.len())].clone();
        for _ in 0..=random.below(6) {
            mutate(&mut bytes, &mut random);
        }
        let run = std::panic::catch_unwind(|| {
            let head = bytes.get(..4096).unwrap_or(&bytes);
            let _ = (format.recognises)(head);
            read(format, &bytes)
        });
        assert!(run.is_ok(), "{} panics on case {seed}", format.code);
    }
}

pub(crate) fn mutate(bytes: &mut Vec<u8>, random: &mut Seeded) {
    const TELLING: &[u8] = b"0129,.:/?>{}-+ \n\r\x00\xff\xc3\xe4AZR*";
    if bytes.is_empty() {
        bytes.push(b'0');
    }
    let at = random.below(bytes.len());
    let length = random.below(40).min(bytes.len() - at);
    let telling = TELLING[random.below(TELLING.len())];
    match random.below(7) {
        0 => bytes[at] = random.below(256) as u8,
        1 => bytes[at] = telling,
        2 => bytes.insert(at, telling),
        3 => drop(bytes.drain(at..at + length)),
        4 => bytes.truncate(at),
        5 => {
            let piece = bytes[at..at + length].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        _ => {
            let to = random.below(bytes.len());
            bytes.swap(at, to);
        }
    }
}
