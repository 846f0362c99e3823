//! No bytes panic: samples and third-party files of every kind, with bytes changed, cut, doubled
//! and swapped, through the doors that files from outside come through.
//!
//! `DUEBOOK_TEST_CASES` lengthens it, `DUEBOOK_TEST_SEED` begins elsewhere. A case that panics
//! names its file and seed; what it was reduced to is kept as a test of its format.

use std::path::{Path, PathBuf};

use crate::bank::testing::{Seeded, corpora, environment, files_below, mutate};
use crate::{bank, exchange, remittance};

/// Larger files are left to the tests that read them whole.
const LARGEST: usize = 64 * 1024;

/// What reads a file.
type Door = fn(&[u8], &str);

fn bank_file(bytes: &[u8], _: &str) {
    let _ = bank::collect(Box::new(bytes));
}

fn remittance(bytes: &[u8], name: &str) {
    let _ = remittance::read(bytes, name, &mut remittance::Collected::default());
}

fn exchange_file(bytes: &[u8], name: &str) {
    let _ = exchange::recognise(bytes, name);
    let _ = exchange::company(bytes);
    let _ = std::str::from_utf8(bytes).map(exchange::Policy::parse);
    let _ = exchange::customers(bytes).count();
    let _ = exchange::vendors(bytes).count();
    let _ = exchange::contacts(bytes).count();
    let _ = exchange::open_items(bytes).count();
    let _ = exchange::orders(bytes).count();
    let _ = exchange::rates(bytes).count();
    let _ = exchange::history(bytes).count();
}

/// Files to begin with.
fn seeds(folders: &[PathBuf]) -> Vec<(String, Vec<u8>)> {
    let is_sample = |path: &PathBuf| path.extension().is_none_or(|end| end != "expected");
    let mut seeds: Vec<(String, Vec<u8>)> = folders
        .iter()
        .flat_map(|folder| files_below(folder))
        .filter(is_sample)
        .filter_map(|path| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some((name, std::fs::read(&path).ok()?))
        })
        .filter(|(_, bytes)| bytes.len() <= LARGEST)
        .collect();
    seeds.push(("nothing.csv".to_owned(), Vec::new()));
    seeds
}

fn number(name: &str, usual: u64) -> u64 {
    let text = environment(name);
    text.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn check(what: &str, door: Door, seeds: &[(String, Vec<u8>)], usual: u64) {
    let (first, cases) = (
        number("DUEBOOK_TEST_SEED", 1),
        number("DUEBOOK_TEST_CASES", usual),
    );
    for seed in first..first + cases {
        let mut random = Seeded::from(seed);
        let (name, bytes) = &seeds[random.below(seeds.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=random.below(8) {
            if random.below(12) == 0 {
                let (_, other) = &seeds[random.below(seeds.len())];
                let at = random.below(other.len() + 1);
                bytes.extend_from_slice(&other[at..other.len().min(at + 400)]);
            }
            mutate(&mut bytes, &mut random);
        }
        let run = std::panic::catch_unwind(|| door(&bytes, name));
        assert!(
            run.is_ok(),
            "{what}: {name} panics, changed by seed {seed}: {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
    println!("{what}: {cases} cases of {} files", seeds.len());
}

fn own(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(folder)
}

#[test]
fn no_bank_file_panics() {
    let seeds = seeds(&[own("bank"), corpora("bank")]);
    check("bank files", bank_file, &seeds, 4_000);
}

#[test]
fn no_remittance_panics() {
    let folders = [
        own("remittance/samples"),
        corpora("bank/remt"),
        corpora("bank/x12"),
    ];
    check("remittances", remittance, &seeds(&folders), 2_000);
}

#[test]
fn no_exchange_file_panics() {
    let written: &[(&str, &str)] = &[
        (
            "customers.csv",
            "customer_id,name,country,currency,parent_id,email,payment_terms,\
             known_bank_accounts,aliases,credit_limit\nC-1,Muster AG,DE,EUR,,a@b.example,\
             2/10 net 30,DE11;DE12,Muster;\"M, AG\",500.00\n",
        ),
        (
            "open_items.csv",
            "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount,\
             po_number,contract_number,discount_percent,discount_due_date,region\n\
             RE-1,invoice,C-1,2025-01-15,2025-02-14,EUR,100.00,-50.05,4500,K-1,2.5,2025-01-25,N\n",
        ),
        (
            "orders.csv",
            "order_number,proforma_number,customer_id,date,currency,amount\n\
             SO-1,PF-1,C-1,2025-01-15,EUR,100.00\n",
        ),
        (
            "rates.csv",
            "date,from,to,rate\n2025-01-15,USD,EUR,0.97123\n",
        ),
        (
            "company.json",
            r#"{"names": ["Nordlicht GmbH"], "accounts": [{"account": "EUR", "id": "DE02",
            "currency": "EUR"}], "policy": {"discount_grace_days": 3,
            "bank_fee_tolerance": {"EUR": 25}, "rounding_tolerance": 0.99,
            "classes": {"key": {"rounding_tolerance": 2}}}}"#,
        ),
    ];
    let seeds: Vec<(String, Vec<u8>)> = written
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    check("exchange files", exchange_file, &seeds, 4_000);
}
