//! `report`, `verify`, `period` and `audit` from outside, on a small book.

use std::fs;
use std::path::Path;

use crate::{duebook, founded, text};

const CUSTOMERS: &str = "\
customer_id,name,country,currency
C-1,Alpha Ltd,GB,EUR
C-2,\"Beta, Inc\",US,EUR
";

const OPEN_ITEMS: &str = "\
document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount
INV-1,invoice,C-1,2025-01-10,2025-02-09,EUR,120.00,50.00
INV-2,invoice,C-2,2025-03-01,2025-03-31,EUR,15.00,15.00
CM-1,credit_memo,C-1,2025-03-05,2025-03-05,EUR,-10.00,-10.00
";

/// A folder with a book of two customers and three open items.
fn book() -> tempfile::TempDir {
    let files = [("customers.csv", CUSTOMERS), ("open_items.csv", OPEN_ITEMS)];
    let folder = founded("owner", &files);
    done(folder.path(), &["import", "customers", "customers.csv"]);
    done(folder.path(), &["import", "open-items", "open_items.csv"]);
    folder
}

/// Runs a command that must succeed.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = duebook(folder, arguments);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    text(&output.stdout).to_owned()
}

const AGING: &str = "\
party_id,party_name,currency,not_due,days_1_30,days_31_60,days_61_90,days_over_90,unapplied,total
C-1,Alpha Ltd,EUR,0.00,0.00,50.00,0.00,0.00,-10.00,40.00
C-2,\"Beta, Inc\",EUR,15.00,0.00,0.00,0.00,0.00,0.00,15.00
TOTAL,,EUR,15.00,0.00,50.00,0.00,0.00,-10.00,55.00
";

#[test]
fn a_report_in_every_form() {
    let folder = book();
    let aging = ["report", "aging", "--as-of", "2025-03-31"];
    let with = |more: &[&'static str]| [&aging[..], more].concat();
    assert_eq!(done(folder.path(), &with(&["--format", "csv"])), AGING);
    let json = done(folder.path(), &with(&["--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["rows"][0]["days_31_60"]["amount"], "50.00");
    let shown = done(folder.path(), &aging);
    assert!(
        shown.starts_with("Aging, receivable, as of 2025-03-31\n"),
        "{shown}"
    );
    for file in ["a.csv", "a.json", "a.xlsx"] {
        assert_eq!(done(folder.path(), &with(&["--out", file])), "", "{file}");
    }
    let written = fs::read_to_string(folder.path().join("a.csv")).unwrap();
    assert_eq!(written, AGING);
    let sheet = fs::read(folder.path().join("a.xlsx")).unwrap();
    assert!(sheet.starts_with(b"PK"));
    let known = ["--known-at", "2020-01-01", "--format", "csv"];
    let nothing_known = done(folder.path(), &with(&known));
    assert_eq!(nothing_known.lines().count(), 1);
}

#[test]
fn every_report_answers() {
    let folder = book();
    for report in ["aging", "trial-balance", "tie-out", "journal"] {
        let shown = done(folder.path(), &["report", report, "--as-of", "2025-03-31"]);
        assert!(shown.contains("2025-03-31"), "{report}: {shown}");
    }
    for report in ["statement-of-account", "documents"] {
        let shown = done(folder.path(), &["report", report, "--party", "C-1"]);
        assert!(shown.contains("INV-1"), "{report}: {shown}");
    }
    let output = duebook(folder.path(), &["report", "documents"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error[party_missing]: "));
    for wrong in [
        &["report", "turnover"][..],
        &["report", "aging", "--as-of", "2025-13-01"],
        &["report", "aging", "--out", "aging.pdf"],
    ] {
        let output = duebook(folder.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn verify_says_what_it_looked_at() {
    let folder = book();
    let shown = done(folder.path(), &["verify"]);
    assert!(shown.lines().all(|line| line.ends_with("  ok")), "{shown}");
    let database = format!("sqlite:{}", folder.path().join("duebook.db").display());
    let intrusion = "UPDATE open_item SET open_amount = 49 * 100 WHERE open_amount = 5000";
    books::testing::tamper(&database, intrusion).unwrap();
    let output = duebook(folder.path(), &["verify", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["kept"], false);
    let error = text(&output.stderr);
    assert!(error.contains("promise_broken"), "{error}");
    assert!(error.contains("invoice INV-1 is cached with another open amount: off by -1.00 EUR"));
}

#[test]
fn periods_are_closed_and_reopened_for_a_reason() {
    let folder = book();
    done(folder.path(), &["period", "close", "2025-03"]);
    let twice = duebook(folder.path(), &["period", "close", "2025-03"]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(text(&twice.stderr).starts_with("error[period_unchanged]: "));
    let reopen = ["period", "reopen", "2025-03", "--reason", "late bill"];
    done(folder.path(), &reopen);
    let listed = done(folder.path(), &["period", "list", "--format", "csv"]);
    let row = listed.lines().nth(1).unwrap_or_default();
    assert!(
        row.starts_with("2025-03,open,") && row.ends_with(",late bill"),
        "{listed}"
    );
    let audit = done(
        folder.path(),
        &["audit", "list", "--limit", "2", "--format", "csv"],
    );
    assert_eq!(audit.lines().count(), 3);
    assert!(audit.contains(",period.reopen,2025-03,"), "{audit}");
}

#[test]
fn the_journal_is_exported_as_each_program_reads_it() {
    let folder = book();
    for (program, words) in [
        (
            "hledger",
            "    assets:1200 Accounts receivable  50.00 EUR  ; party:C-1",
        ),
        ("beancount", "  Assets:1200-Accounts-receivable  50.00 EUR"),
        ("csv", ",1200,Accounts receivable,C-1,EUR,50.00,EUR,50.00"),
    ] {
        let export = ["export", "journal", "--as", program];
        let shown = done(folder.path(), &export);
        assert!(shown.contains(words), "{shown}");
        let to_file = [&export[..], &["--out", "journal"]].concat();
        assert_eq!(done(folder.path(), &to_file), "");
        let written = fs::read_to_string(folder.path().join("journal")).unwrap();
        assert_eq!(written, shown);
    }
    let output = duebook(folder.path(), &["export", "journal", "--as", "ledger"]);
    assert_eq!(output.status.code(), Some(2));
}
