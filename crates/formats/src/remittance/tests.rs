//! Samples with what was read from them, and bytes gone wrong.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Collected, Remittance, read};

fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/remittance/samples");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("samples")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_none_or(|end| end != "expected"))
        .collect();
    found.sort();
    found
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by their environment to rewrite"
)]
fn updating() -> bool {
    std::env::var("UPDATE").is_ok()
}

fn rendered(path: &Path) -> String {
    let mut kept = Collected::default();
    let name = path.file_name().expect("name").to_string_lossy();
    let code = read(&std::fs::read(path).expect("sample"), &name, &mut kept);
    let mut out = format!("format {code:?}\n");
    for remittance in &kept.remittances {
        let _ = writeln!(out, "{remittance:#?}");
    }
    for problem in &kept.problems {
        let _ = writeln!(out, "{problem}");
    }
    out
}

#[test]
fn samples_read_as_expected() {
    let mut wrong = Vec::new();
    for path in samples() {
        let found = rendered(&path);
        let expected = PathBuf::from(format!("{}.expected", path.display()));
        if updating() {
            std::fs::write(&expected, &found).expect("written");
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites\n{}", wrong.join("\n"));
}

#[test]
fn no_bytes_make_it_panic() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for path in samples() {
        let bytes = std::fs::read(&path).expect("sample");
        for _ in 0..150 {
            let mut mutant = bytes.clone();
            for _ in 0..=next() % 6 {
                let at = (next() as usize) % mutant.len().max(1);
                match next() % 3 {
                    0 if !mutant.is_empty() => mutant[at] = next() as u8,
                    1 if at < mutant.len() => mutant.truncate(at),
                    _ => mutant.insert(at.min(mutant.len()), next() as u8),
                }
            }
            let mut kept = Collected::default();
            read(&mutant, "mutant", &mut kept);
        }
    }
}

#[test]
fn payouts_add_up() {
    for path in samples()
        .iter()
        .filter(|path| path.to_string_lossy().contains("payout"))
    {
        let mut kept = Collected::default();
        read(&std::fs::read(path).expect("sample"), "", &mut kept);
        for remittance in kept.remittances {
            if let Remittance::Payout(payout) = remittance
                && payout.net.is_some()
                && !payout.entries.is_empty()
            {
                assert_eq!(payout.entries_net(), payout.net, "{}", path.display());
            }
        }
    }
}

#[test]
fn an_answer_is_no_advice() {
    let answer = "statement,entry_ref,document_number,applied_amount,kind,document_amount\n\
                  a.sta,R1,INV-1,10.00,payment,9.00\n";
    assert!(!super::recognises(answer.as_bytes()));
    let advice = answer.replace("statement,entry_ref,", "statement,payment_reference,");
    assert!(super::recognises(advice.as_bytes()));
}
