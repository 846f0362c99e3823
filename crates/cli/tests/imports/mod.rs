//! Bank statements that do not say all: what a profile and a currency on the command line add.

use std::fs;

use crate::{duebook, text};

const PROFILE: &str = "name = mine\ndelimiter = ;\ndecimal = ,\ndate = DD.MM.YYYY\n\
                       account = 4711\ncolumn.booked_on = Tag\ncolumn.amount = Betrag\n";

#[test]
fn a_profile_and_a_currency_make_a_foreign_csv_a_statement() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], status: i32| {
        let output = duebook(folder.path(), arguments);
        let told = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{told}");
        told
    };
    run(
        &[
            "init",
            "--name",
            "Nord",
            "--currency",
            "EUR",
            "--country",
            "DE",
        ],
        0,
    );
    fs::write(folder.path().join("mine.profile"), PROFILE).expect("written");
    fs::write(
        folder.path().join("a.csv"),
        "Tag;Betrag\n01.02.2025;1.000,50\n",
    )
    .expect("written");
    fs::write(folder.path().join("c.csv"), "customer_id,name\nC-1,Alpha\n").expect("written");

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
    let told = run(&[&["import", "in"], &whole[2..]].concat(), 0);
    assert!(
        told.contains("bank account 4711 EUR was registered"),
        "{told}"
    );
}
