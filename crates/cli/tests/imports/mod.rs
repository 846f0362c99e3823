//! Bank statements that do not say all: what a profile and a currency on the command line add.

use std::fs;

use crate::{FOUNDING, duebook, founded, json, text};

const PROFILE: &str = "name = mine\ndelimiter = ;\ndecimal = ,\ndate = DD.MM.YYYY\n\
                       account = 4711\ncolumn.booked_on = Tag\ncolumn.amount = Betrag\n";

#[test]
fn a_profile_and_a_currency_make_a_foreign_csv_a_statement() {
    let files = [
        ("mine.profile", PROFILE),
        ("a.csv", "Tag;Betrag\n01.02.2025;1.000,50\n"),
        ("c.csv", "customer_id,name\nC-1,Alpha\n"),
    ];
    let folder = founded("owner", &files);
    let run = |arguments: &[&str], status: i32| {
        let output = duebook(folder.path(), arguments);
        let told = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{told}");
        told
    };

    let told = run(&["import", "statements", "a.csv"], 1);
    assert!(told.contains("a.csv:"), "{told}");
    let with_profile = ["import", "statements", "a.csv", "--profile", "mine.profile"];
    let told = run(&with_profile, 1);
    assert!(
        told.contains("a.csv: error: statement of account 4711: names no currency"),
        "{told}"
    );
    assert!(told.contains("--currency"), "{told}");
    let told = run(&[&with_profile[..], &["--currency", "EURO"]].concat(), 2);
    assert!(told.contains("write it like EUR"), "{told}");
    let customers = ["import", "customers", "c.csv", "--currency", "EUR"];
    assert!(run(&customers, 2).contains("of_statements"));

    let whole = [
        "import",
        ".",
        "--profile",
        "mine.profile",
        "--currency",
        "EUR",
    ];
    fs::remove_file(folder.path().join("mine.profile")).expect("removed");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    for name in ["a.csv", "c.csv"] {
        fs::rename(
            folder.path().join(name),
            folder.path().join("in").join(name),
        )
        .expect("moved");
    }
    fs::write(folder.path().join("mine.profile"), PROFILE).expect("written");
    let told = json(
        folder.path(),
        "owner",
        &[&["import", "in"], &whole[2..]].concat(),
    );
    assert_eq!(
        told["files"][1]["notes"][0],
        "bank account 4711 EUR was registered"
    );
}

#[test]
fn a_refused_file_is_told_once_and_with_its_place() {
    let rows = "customer_id,name,currency\nC-1,Alpha,EUR\nC-2,Beta,EURO\n,Gamma,EUR\n";
    let folder = founded("owner", &[("c.csv", rows)]);
    let import = ["import", "customers", "c.csv"];

    let output = duebook(
        folder.path(),
        &[&["--format", "json"], &import[..]].concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(
        (&told["accepted"], &told["refused"]),
        (&0.into(), &2.into())
    );
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).expect("one document");
    let error = &error["error"];
    assert_eq!(error["code"], "import_refused");
    assert_eq!(
        (&error["file"], &error["line"], &error["field"]),
        (&"c.csv".into(), &3.into(), &"currency".into())
    );

    let output = duebook(folder.path(), &import);
    let told = text(&output.stderr);
    assert_eq!(told.matches("c.csv: error: row ").count(), 2, "{told}");
    let last = told.lines().nth(2).expect("the error");
    assert!(
        last.starts_with("error[import_refused]: c.csv: line 3: currency: `EURO` is no currency")
            && last.ends_with("; 2 records were refused, its file was not taken."),
        "{told}"
    );
}

#[test]
fn a_named_file_of_unknown_content_is_refused() {
    let folder = founded("owner", &[]);
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("in/notes.txt"), "buy milk\n").expect("written");
    let in_a_folder = json(folder.path(), "owner", &["import", "in"]);
    assert_eq!(in_a_folder["unknown"][0], "in/notes.txt");
    let named = duebook(folder.path(), &["import", "in/notes.txt"]);
    assert_eq!(named.status.code(), Some(1));
    assert!(text(&named.stdout).contains("unknown"));
    assert!(text(&named.stderr).starts_with("error[unknown_content]: in/notes.txt: "));
}

#[test]
fn nothing_but_the_result_is_told_to_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = duebook(folder.path(), &["verify"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).starts_with("error[no_book]: duebook.db: "));
    assert!(
        !folder.path().join("duebook.db").exists(),
        "looking makes no book"
    );

    json(folder.path(), "owner", &FOUNDING);
    let items = "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount\n\
                 INV-1,invoice,C-1,2025-01-05,2025-02-04,JPY,5,5\n";
    fs::write(folder.path().join("c.csv"), "customer_id,name\nC-1,Alpha\n").expect("written");
    fs::write(folder.path().join("o.csv"), items).expect("written");
    let output = duebook(folder.path(), &["import", "c.csv", "o.csv"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "", "a note is for terminals");
    for (arguments, file) in [
        (&["cash", "export", "--out", "a.csv"][..], "a.csv"),
        (
            &["export", "journal", "--as", "csv", "--out", "j.csv"],
            "j.csv",
        ),
        (&["report", "aging", "--out", "aging.xlsx"], "aging.xlsx"),
    ] {
        let output = duebook(folder.path(), &[&["--format", "json"], arguments].concat());
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a document");
        assert_eq!(told["file"], file, "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}
