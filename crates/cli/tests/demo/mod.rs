//! The first two commands of a new reader: a made-up company, and the demo that works one.

use super::*;

#[test]
fn the_demo_works_a_company_up_to_yesterday() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--no-serve", "--customers", "40", "--dir", "demo"];
    let output = duebook(folder.path(), &arguments);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(told.contains("$ duebook cash apply"), "{told}");
    assert!(told.contains("── How to go on"), "{told}");
    assert!(!told.contains("BROKEN"), "{told}");

    // What is owed is of many ages: a company whose books begin today looks like none that works.
    let book = format!("sqlite:{}", folder.path().join("demo/book.db").display());
    let aging = ["--db", &book, "report", "aging", "--by", "currency"];
    let aging = json(folder.path(), "demo", &aging);
    let euros = aging["rows"].as_array().expect("rows");
    let euros = euros.iter().find(|row| row["currency"] == "EUR");
    let euros = euros.expect("euros are owed");
    for age in ["not_due", "days_1_30", "days_31_60"] {
        assert_ne!(euros[age]["amount"], "0.00", "{age} of {euros}");
    }

    let again = duebook(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("error[book_exists]"));
}

#[test]
fn a_company_trades_from_the_day_after_its_cut_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulate = |day: &str, out: &str| {
        let size = ["--customers", "10", "--months", "1", "--cut-over", day];
        let mut all = vec!["--format", "json", "simulate", "--out", out];
        all.extend(size);
        duebook(folder.path(), &all)
    };
    let made = simulate("2024-02-29", "company");
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!(made["cut_over"], "2024-02-29");
    assert_eq!(&made["last_day"].as_str().expect("a day")[..7], "2024-03");
    assert!(folder.path().join("company/open_items.csv").exists());

    assert_eq!(simulate("9999-12-31", "far").status.code(), Some(2));
}
