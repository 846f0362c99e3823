//! The journal for other programs: they accept it and find the balances of our trial balance.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use books::exports::{JournalFormat, journal};
use books::reports::{self, Cell, Question};

use crate::desk::{Desk, Paper, at_noon, day};
use crate::engines::{Fixture, on_every_engine};

fn exported(fixture: &Fixture, format: JournalFormat) -> String {
    let mut out = Vec::new();
    let entries = fixture
        .db
        .read(&at_noon(day("03-31")), None, |work| {
            journal(work, format, &mut out)
        })
        .expect("exported");
    assert_eq!(entries, 12);
    String::from_utf8(out).expect("UTF-8")
}

/// The sample quarter, and a name that other programs could take for syntax.
fn book(fixture: &Fixture) {
    let mut desk = Desk::quarter(fixture);
    desk.issue(&Paper {
        kind: domain::documents::DocumentKind::Invoice,
        number: "INV-\"4\\\"; a, b:c  |",
        party: Some(0),
        on: "03-31",
        due: "03-31",
        gross: "1.00 EUR",
        functional: "1.00 EUR",
    });
}

/// Closing balances by account number.
fn balances(fixture: &Fixture) -> BTreeMap<String, String> {
    let report = reports::find("trial-balance").expect("the report");
    let table = fixture
        .db
        .read(&at_noon(day("03-31")), None, |work| {
            report.answer(work, &Question::as_of(day("03-31")))
        })
        .expect("answered");
    let rows = table.rows.into_iter();
    rows.filter(|row| row[0] != Cell::from("TOTAL"))
        .map(|row| (row[0].to_string(), row[6].to_string()))
        .collect()
}

/// Runs a program on a file; nothing where the program is not installed.
fn run(program: &str, arguments: &[&str], path: &Path) -> Option<String> {
    let mut command = Command::new(program);
    let Ok(output) = command.args(arguments).arg(path).output() else {
        eprintln!("skipped: {program} is not installed");
        return None;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {told}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

/// The digits of an account in the name that a program shows: `assets:1200 Accounts …`.
fn code(name: &str) -> String {
    let component = name
        .split_once(':')
        .map_or(name, |(_, component)| component);
    component.chars().take_while(char::is_ascii_digit).collect()
}

#[test]
fn hledger_accepts_the_journal_and_finds_our_balances() {
    on_every_engine("export_hledger", |fixture| {
        book(fixture);
        let text = exported(fixture, JournalFormat::Hledger);
        let entry = "\n2025-03-01 * (7) Receipt RCT-2  ; source:document\n    \
                     assets:1200 Accounts receivable  -190.00 EUR  ; party:C-2, document:RCT-2, amount:-200.00 USD\n    \
                     assets:1000 Cash at bank  190.00 EUR  ; amount:200.00 USD\n";
        assert!(text.contains(entry), "{text}");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("books.journal");
        fs::write(&path, text).expect("written");
        if run("hledger", &["check", "--strict", "-f"], &path).is_none() {
            return;
        }
        let arguments = [
            "balance",
            "--flat",
            "--no-total",
            "--empty",
            "-O",
            "csv",
            "-f",
        ];
        let found = run("hledger", &arguments, &path).expect("installed");
        let found: BTreeMap<String, String> = found
            .lines()
            .skip(1)
            .map(|line| {
                let (name, amount) = line.split_once("\",\"").expect("two columns");
                let amount = amount.trim_end_matches('"').replace(" EUR", "");
                (code(name), amount)
            })
            .filter(|(_, amount)| amount != "0")
            .collect();
        assert_eq!(found, balances(fixture));
    });
}

#[test]
fn beancount_accepts_the_journal_and_finds_our_balances() {
    on_every_engine("export_beancount", |fixture| {
        book(fixture);
        let text = exported(fixture, JournalFormat::Beancount);
        assert!(text.contains("\n2024-12-31 open Assets:1200-Accounts-receivable\n"));
        assert!(
            text.contains("    party: \"C-2\"\n    document: \"RCT-2\"\n    amount: -200.00 USD\n")
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("books.beancount");
        fs::write(&path, text).expect("written");
        if run("bean-check", &[], &path).is_none() {
            return;
        }
        let query = "SELECT account, sum(number) AS balance GROUP BY account";
        let mut command = Command::new("bean-query");
        let output = command.args(["-f", "csv"]).arg(&path).arg(query).output();
        let Ok(output) = output else {
            eprintln!("skipped: bean-query is not installed");
            return;
        };
        let found = String::from_utf8(output.stdout).expect("UTF-8");
        let found: BTreeMap<String, String> = found
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .map(|(name, amount)| (code(name.trim()), amount.trim().to_owned()))
            .collect();
        assert_eq!(found, balances(fixture));
    });
}

#[test]
fn the_journal_as_csv() {
    on_every_engine("export_csv", |fixture| {
        book(fixture);
        let text = exported(fixture, JournalFormat::Csv);
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some(
                "number,posted_on,source,memo,document_number,account,account_name,party_id,currency,\
                 amount,functional_currency,functional"
            )
        );
        let receipt = "7,2025-03-01,document,Receipt,RCT-2,1200,Accounts receivable,C-2,USD,\
                       -200.00,EUR,-190.00";
        assert!(lines.any(|line| line == receipt), "{text}");
    });
}
