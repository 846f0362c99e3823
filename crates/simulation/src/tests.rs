//! The company is the same every time, its statements tie, and the truth adds up.

use std::collections::BTreeMap;

use formats::bank::collect;
use formats::exchange;

use super::*;

fn company() -> Company {
    Company::new(7, 60, 2)
}

fn minor(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(company().files(), company().files());
    assert_ne!(company().files(), Company::new(8, 60, 2).files());
}

#[test]
fn statements_are_read_tie_out_and_chain() {
    let mut closing: BTreeMap<String, domain::money::Money> = BTreeMap::new();
    let mut lines = 0;
    let company = company();
    for file in company
        .files()
        .iter()
        .filter(|file| file.path.starts_with("statements/"))
    {
        let read = collect(Box::new(file.text.as_bytes()));
        assert!(
            read.problems.is_empty(),
            "{}: {:?}",
            file.path,
            read.problems
        );
        assert_eq!(read.statements.len(), 1, "{}", file.path);
        for statement in read.statements {
            let account = format!("{:?}", statement.account);
            let opening = statement.opening.unwrap().amount;
            if let Some(before) = closing.get(&account) {
                assert_eq!(*before, opening, "{}", file.path);
            }
            let sum = statement
                .lines
                .iter()
                .map(|line| line.amount.minor())
                .sum::<i64>();
            let end = statement.closing.unwrap().amount;
            assert_eq!(opening.minor() + sum, end.minor(), "{}", file.path);
            closing.insert(account, end);
            lines += statement.lines.len();
        }
    }
    assert_eq!(closing.len(), 3);
    assert_eq!(lines, company.bank_lines());
}

#[test]
fn every_answer_has_its_line() {
    let files = company().files();
    let rows = |name: &str| {
        let file = files.iter().find(|file| file.path == name).unwrap();
        let mut reader = csv::Reader::from_reader(file.text.as_bytes());
        reader.records().map(Result::unwrap).collect::<Vec<_>>()
    };
    let mut amounts: BTreeMap<(String, String), (i64, String)> = BTreeMap::new();
    for row in rows("lines.csv") {
        let key = (row[0].to_owned(), row[1].to_owned());
        let line = (minor(&row[3]), row[5].to_owned());
        assert!(amounts.insert(key, line).is_none(), "{row:?}");
    }
    for class in ["customer", "not_customer", "unidentifiable"] {
        assert!(amounts.values().any(|(_, is)| is == class), "{class}");
    }
    for row in rows("truth.csv") {
        let line = amounts
            .get_mut(&(row[0].to_owned(), row[1].to_owned()))
            .unwrap();
        line.0 -= minor(&row[4]);
        assert_eq!(
            line.1 == "not_customer",
            &row[5] == "not_customer_cash",
            "{row:?}"
        );
    }
    assert!(amounts.values().all(|(rest, _)| *rest == 0));
    assert_eq!(rows("accepts.csv").len(), 0);
}

#[test]
fn the_truth_adds_up_to_the_lines() {
    let company = company();
    let files = company.files();
    let truth = files.iter().find(|file| file.path == "truth.csv").unwrap();
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in csv::Reader::from_reader(truth.text.as_bytes()).records() {
        let row = row.unwrap();
        let reference = row[1].split('.').next().unwrap().to_owned();
        *sums.entry((row[0].to_owned(), reference)).or_default() += minor(&row[4]);
    }
    for line in &company.lines {
        let statement = statements::file_name(&company.accounts[line.account], line.on);
        let sum = sums.remove(&(statement, line.reference.clone()));
        assert_eq!(sum, Some(line.amount), "{} {}", line.on, line.reference);
    }
    assert!(
        sums.is_empty(),
        "truth about lines that are not there: {sums:?}"
    );
}

#[test]
fn exchange_files_are_read_without_a_remark() {
    let files = company().files();
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.unwrap().text.as_bytes()
    };
    assert!(exchange::company(text("company.json")).is_ok());
    assert_eq!(
        exchange::customers(text("customers.csv")).flatten().count(),
        60
    );
    assert!(exchange::vendors(text("vendors.csv")).all(|row| row.is_ok()));
    assert!(exchange::open_items(text("open_items.csv")).all(|row| row.is_ok()));
    assert!(exchange::open_items(text("open_bills.csv")).all(|row| row.is_ok()));
    assert!(exchange::orders(text("orders.csv")).all(|row| row.is_ok()));
    assert!(exchange::history(text("history.csv")).all(|row| row.is_ok()));
    assert!(exchange::rates(text("fx_rates.csv")).all(|row| row.is_ok()));
}

#[test]
fn every_kind_of_truth_occurs() {
    let company = Company::new(3, 300, 2);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &company.lines {
        for truth in &line.truths {
            *seen.entry(truth.kind.word()).or_default() += 1;
        }
    }
    for (word, kind) in Kind::ALL {
        // Rounding is rare, and writing off is a decision, no truth.
        let needed = !matches!(kind, Kind::Rounding | Kind::WriteOff);
        assert!(!needed || seen.contains_key(word), "no {word} in {seen:?}");
    }
    assert!(company.lines.iter().any(|line| !line.items.is_empty()));
    assert!(!company.mails.is_empty() && !company.history.is_empty());
}

#[test]
fn no_document_is_paid_twice() {
    let company = Company::new(5, 120, 3);
    let mut paid: BTreeMap<&str, usize> = BTreeMap::new();
    let of_items = company
        .lines
        .iter()
        .flat_map(|line| line.items.iter().flat_map(|i| &i.truths));
    for truth in company
        .lines
        .iter()
        .flat_map(|line| &line.truths)
        .chain(of_items)
    {
        if matches!(truth.kind, Kind::Payment | Kind::CreditMemoTaken) {
            *paid.entry(truth.document.as_deref().unwrap()).or_default() += 1;
        }
    }
    assert!(paid.values().all(|count| *count == 1));
}

#[test]
fn remittances_are_read_and_say_the_sums() {
    use formats::remittance::{Collected, Remittance, read};

    let company = company();
    let mut sums = company.lines.iter().filter(|line| !line.items.is_empty());
    let mut mails = company.mails.iter();
    for file in company
        .files()
        .iter()
        .filter(|file| file.path.starts_with("remittance/"))
    {
        let mut read_as = Collected::default();
        assert!(
            read(file.text.as_bytes(), &file.path, &mut read_as).is_some(),
            "{}",
            file.path
        );
        assert!(
            read_as.problems.is_empty(),
            "{}: {:?}",
            file.path,
            read_as.problems
        );
        assert_eq!(read_as.remittances.len(), 1, "{}", file.path);
        match read_as.remittances.first() {
            Some(Remittance::Deposit(deposit)) => {
                let sum = sums.next().unwrap();
                assert_eq!(deposit.items.len(), sum.items.len(), "{}", file.path);
            }
            Some(Remittance::Advice(advice)) => {
                let mail = mails.next().unwrap();
                assert_eq!(
                    advice.items.len(),
                    mail.rows.len(),
                    "{}\n{}",
                    file.path,
                    file.text
                );
            }
            other => panic!("{}: {other:?}", file.path),
        }
    }
    assert!(sums.next().is_none() && mails.next().is_none());
}
