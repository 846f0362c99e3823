//! Walks the third-party remittances, where they are at hand, through the one door
//! `remittance::read`.
//!
//! An 820 and a remt.001 must be read without error and name documents and sums; other
//! transaction sets must be refused with the place. Stripe's objects are read one by one.

#![expect(
    clippy::print_stdout,
    reason = "tests say what they skip and what they found"
)]

use std::fs;
use std::path::{Path, PathBuf};

use formats::Severity;
use formats::remittance::{self, Collected, Remittance};

#[expect(
    clippy::disallowed_methods,
    reason = "tests find the corpora by their environment"
)]
fn corpora() -> PathBuf {
    std::env::var("DUEBOOK_CORPORA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    )
}

/// The files of a folder in order; none, with a line that says so, where it is absent.
fn files(folder: &str) -> Vec<PathBuf> {
    let path = corpora().join(folder);
    let Ok(entries) = fs::read_dir(&path) else {
        println!("skipped: no folder {}", path.display());
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found
}

fn taken(path: &Path) -> (Option<&'static str>, Collected) {
    let mut kept = Collected::default();
    let name = path.file_name().expect("name").to_string_lossy();
    let code = remittance::read(&fs::read(path).expect("a file"), &name, &mut kept);
    (code, kept)
}

fn has_errors(kept: &Collected) -> bool {
    let mut problems = kept.problems.iter();
    problems.any(|problem| problem.severity == Severity::Error)
}

fn items(kept: &Collected) -> usize {
    let remittances = kept.remittances.iter();
    remittances
        .map(|remittance| match remittance {
            Remittance::Advice(advice) => advice.items.len(),
            Remittance::Deposit(deposit) => deposit.items.len(),
            Remittance::Payout(payout) => payout.entries.len(),
        })
        .sum()
}

#[test]
fn interchanges_of_x12_are_advices_or_refused() {
    let (mut advices, mut refused) = (0, 0);
    for path in files("bank/x12/x12parser") {
        let name = path.file_name().expect("name").to_string_lossy();
        let (code, kept) = taken(&path);
        if name.starts_with("820__") {
            assert_eq!(code, Some("x12_820"), "{name}");
            assert!(!has_errors(&kept), "{name}: {:?}", kept.problems);
            assert!(0 < items(&kept), "{name} has no documents");
            advices += kept.remittances.len();
        } else {
            assert!(has_errors(&kept), "{name} is no 820 and must be refused");
            assert!(kept.remittances.is_empty(), "{name}");
            refused += 1;
        }
    }
    println!("x12: {advices} advices, {refused} other files refused");
}

#[test]
fn messages_of_remt_are_advices() {
    for path in files("bank/remt/pyiso20022") {
        let (code, kept) = taken(&path);
        assert_eq!(code, Some("remt001"), "{}", path.display());
        let (count, documents) = (kept.remittances.len(), items(&kept));
        assert!(0 < count, "{}: {:?}", path.display(), kept.problems);
        println!("remt001: {count} advices, {documents} documents");
    }
}

#[test]
fn objects_of_stripe_are_payouts() {
    for path in files("ar/stripe/stripe-fixtures") {
        let text = fs::read_to_string(&path).expect("a file");
        let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        for (name, entries) in [("balance_transaction", 1), ("payout", 0)] {
            let Some(object) = all["resources"].get(name) else {
                println!("skipped: no {name} in {}", path.display());
                continue;
            };
            let list = serde_json::json!({ "object": "list", "has_more": false, "data": [object] });
            let mut kept = Collected::default();
            let code = remittance::read(list.to_string().as_bytes(), name, &mut kept);
            assert_eq!(code, Some("stripe"));
            assert!(kept.problems.is_empty(), "{name}: {:?}", kept.problems);
            assert_eq!((kept.remittances.len(), items(&kept)), (1, entries));
        }
    }
}
