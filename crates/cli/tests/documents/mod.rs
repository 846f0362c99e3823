//! Documents by hand from outside: issued from files, settled, shown, taken back, revalued.

use serde_json::Value;

use crate::{assert_good, duebook, founded, json, refused};

const INVOICE: &str = r#"{"kind":"invoice","party":"C-1","issued_on":"2026-01-05",
 "terms":"2/10 NET30","lines":[
 {"description":"Licences","quantity":"12.5","unit_price":"8.00","tax_rate":"20"},
 {"description":"Setup","unit_price":"20.00","tax_rate":"20"}]}"#;

const BILLS: &str = "document,kind,number,party,issued_on,currency,description,quantity,unit_price,\
tax_rate,amount\n\
1,bill,4711,V-1,2026-01-05,EUR,Paper,10,4.20,20,\n\
1,bill,4711,V-1,2026-01-05,EUR,Freight,1,8.00,20,\n\
2,receipt,,C-1,2026-01-10,EUR,,,,,141.12\n";

fn book() -> tempfile::TempDir {
    let files = [
        ("customers.csv", "customer_id,name\nC-1,Alpha\nC-2,Beta\n"),
        ("vendors.csv", "vendor_id,name\nV-1,Gamma\n"),
        ("invoice.json", INVOICE),
        ("papers.csv", BILLS),
        (
            "wrong.json",
            r#"[{"kind":"invoice","party":"C-9","issued_on":"2026-01-05"}]"#,
        ),
        (
            "odd.json",
            r#"{"kind":"invoice","issued_on":"5.1.2026","lines":[]}"#,
        ),
        (
            "field.json",
            r#"{"kind":"invoice","isued_on":"2026-01-05"}"#,
        ),
    ];
    let folder = founded("owner", &files);
    let path = folder.path();
    json(path, "owner", &["import", "customers", "customers.csv"]);
    json(path, "owner", &["import", "vendors", "vendors.csv"]);
    folder
}

#[test]
fn papers_are_issued_settled_and_taken_back() {
    let folder = book();
    let path = folder.path();
    let issued = json(path, "owner", &["document", "issue", "invoice.json"]);
    let first = &issued["documents"][0];
    assert_eq!(first["number"], "INV-000001");
    assert_eq!(first["gross"]["amount"], "144.00");
    let issued = json(path, "owner", &["document", "issue", "papers.csv"]);
    assert_eq!(issued["documents"][0]["number"], "4711");
    assert_eq!(issued["documents"][0]["gross"]["amount"], "60.00");
    assert_eq!(issued["documents"][1]["number"], "RCT-000001");
    assert_eq!(
        refused(path, "owner", &["document", "issue", "papers.csv"]),
        "duplicate_number"
    );

    let apply = [
        "item",
        "apply",
        "INV-000001",
        "--with",
        "RCT-000001",
        "--on",
        "2026-01-12",
    ];
    let settled = json(path, "owner", &apply);
    assert_eq!(settled["documents"][0]["kind"], "discount_given");
    assert_eq!(settled["documents"][0]["gross"]["amount"], "2.88");
    let shown = json(path, "owner", &["document", "show", "INV-000001"]);
    assert_eq!(shown["items"][0]["open_amount"]["amount"], "0.00");
    assert_eq!(shown["applications"].as_array().expect("a list").len(), 2);

    let reverse = ["document", "reverse", "INV-000001", "--on", "2026-01-13"];
    assert_eq!(refused(path, "owner", &reverse), "settled_document");
    let dry = |words: &[&str]| {
        let words = [words, &["--dry-run"]].concat();
        let seen = json(path, "owner", &words);
        assert_eq!(json(path, "owner", &words), seen, "nothing was written");
        seen
    };
    let seen = dry(&["item", "unapply", "INV-000001", "--on", "2026-01-13"]);
    assert_eq!(seen["documents"][0]["kind"], "discount_given");
    assert_eq!(seen["applications"].as_array().map(Vec::len), Some(3));
    let unapply = ["item", "unapply", "INV-000001", "--on", "2026-01-13"];
    json(path, "owner", &unapply);
    // Without a currency an amount is in that of the document.
    let part = [
        "item",
        "apply",
        "INV-000001",
        "--with",
        "RCT-000001",
        "--no-discount",
    ];
    let part =
        |amount: &'static str| [&part[..], &["--on", "2026-01-13", "--amount", amount]].concat();
    assert_eq!(refused(path, "owner", &part("40.005")), "not_an_amount");
    assert_eq!(refused(path, "owner", &part("40.00USD")), "wrong_currency");
    json(path, "owner", &part("40"));
    let shown = json(path, "owner", &["document", "show", "INV-000001"]);
    assert_eq!(shown["items"][0]["open_amount"]["amount"], "104.00");
    json(path, "owner", &unapply);
    let to = ["receipt", "move", "RCT-000001", "--to", "C-2"];
    let to = [&to[..], &["--on", "2026-01-13"]].concat();
    let seen = dry(&to);
    assert_eq!(seen["documents"][1]["number"], "TI-000001");
    assert_eq!(seen["would_wait"], false);
    json(path, "owner", &to);
    let back = ["receipt", "return", "TI-000001", "--fee", "5.00"];
    let back = [&back[..], &["--on", "2026-01-14"]].concat();
    let seen = dry(&back);
    let posted = seen["would_post"].as_array().expect("legs");
    let named = |leg: &serde_json::Value| {
        leg["account_name"]
            .as_str()
            .is_some_and(|name| !name.is_empty())
    };
    assert!(posted.iter().all(named), "{posted:?}");
    assert_eq!(posted.last().expect("the fee")["amount"]["amount"], "-5.00");
    json(path, "owner", &back);
    let seen = dry(&reverse);
    assert_eq!(seen["documents"][0]["number"], "INV-000002");
    assert_eq!(seen["would_post"].as_array().map(Vec::len), Some(3));
    let taken = json(path, "owner", &reverse);
    assert_eq!(taken["documents"][0]["number"], "INV-000002");
    assert_eq!(
        refused(path, "owner", &["item", "net", "C-1"]),
        "nothing_named"
    );
    assert_eq!(
        refused(path, "owner", &["revalue", "--on", "2026-01-30"]),
        "not_period_end"
    );
    let run = json(
        path,
        "owner",
        &["revalue", "--on", "2026-01-31", "--dry-run"],
    );
    assert_eq!(run["looked_at"], 0);
    let run = json(path, "owner", &["revalue", "--on", "2026-01-31"]);
    assert_eq!(run["already_done"], false);
    let run = json(path, "owner", &["revalue", "--on", "2026-01-31"]);
    assert_eq!(run["already_done"], true);
    assert_good(path);
}

#[test]
fn files_that_cannot_be_read_are_refused_with_their_place() {
    let folder = book();
    let path = folder.path();
    for (file, code) in [
        ("wrong.json", "unknown_party"),
        ("odd.json", "not_readable"),
        ("field.json", "not_readable"),
        ("none.json", "file_not_readable"),
    ] {
        let output = duebook(path, &["--format", "json", "document", "issue", file]);
        let error: Value = serde_json::from_slice(&output.stderr).expect("a JSON error");
        assert_eq!(error["error"]["code"], code, "{file}");
        let named = error["error"]["file"].as_str().expect("the file");
        assert!(named.ends_with(file), "{named}");
    }
}
