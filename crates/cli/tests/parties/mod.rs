//! Customers and vendors from outside: contacts, notes, credit, new vendors, and lines that are
//! divided with what others must approve.

use crate::{assert_good, duebook, founded, json, refused, text};

const INVOICE: &str = r#"{"kind":"invoice","party":"C-1","issued_on":"2026-01-20",
 "memo":"sold","lines":[{"unit_price":"100.00","tax_rate":"0"}]}"#;

const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n\
:60F:C260130EUR0,00\r\n:61:2601310131C95,00NTRFNONREF//A1\r\n\
:86:166?00GUTSCHRIFT?20HELLO\r\n:62F:C260131EUR95,00\r\n-\r\n";

const ADVICE: &str = "\
ISA*00*          *00*          *ZZ*PAYER          *ZZ*PAYEE          *260129*1200*U*00401*000000001*0*P*>~
GS*RA*PAYER*PAYEE*20260129*1200*1*X*004010~
ST*820*0001~
BPR*C*95*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877*20260131~
CUR*PR*EUR~
N1*PR*Alpha~
ENT*1~
RMR*IV*INV-000001**95*100*5~
SE*7*0001~
GE*1*1~
IEA*1*000000001~
";

/// A claimed book with its people and one customer.
fn book() -> tempfile::TempDir {
    let files = [
        ("customers.csv", "customer_id,name\nC-1,Alpha\n"),
        (
            "vendors.csv",
            "vendor_id,name,known_bank_accounts\nV-1,Gamma,DE99\n",
        ),
        (
            "contacts.csv",
            "party_id,name,role,email\nC-1,Bo,billing,bo@example.com\n",
        ),
        ("invoice.json", INVOICE),
        ("january.sta", STATEMENT),
        ("advice.820", ADVICE),
    ];
    let folder = founded("olga", &files);
    let path = folder.path();
    json(path, "olga", &["import", "customers", "customers.csv"]);
    for (login, role) in [
        ("cleo", "controller"),
        ("bill", "billing"),
        ("cash", "cash_application"),
        ("lead", "ap_lead"),
        ("asso", "ar_associate"),
    ] {
        json(path, "olga", &["people", "add", login, role]);
    }
    folder
}

/// The same with an invoice and the line of a payment, which waits.
fn paid() -> (tempfile::TempDir, String) {
    let folder = book();
    let path = folder.path();
    json(path, "bill", &["document", "issue", "invoice.json"]);
    json(path, "cash", &["import", "statements", "january.sta"]);
    let lines = json(path, "cash", &["cash", "lines"]);
    let line = lines[0]["line"].as_str().expect("a line").to_owned();
    (folder, line)
}

#[test]
fn contacts_and_notes_are_kept_from_the_command_line() {
    let folder = book();
    let path = folder.path();
    let add = [
        "contact",
        "add",
        "C-1",
        "--name",
        "Ann",
        "--role",
        "treasurer",
        "--telephone",
        "+44 20 7946 0000",
        "--preferred",
        "telephone",
    ];
    assert_eq!(refused(path, "cash", &add), "not_allowed");
    json(path, "asso", &add);
    let taken = json(path, "asso", &["import", "contacts", "contacts.csv"]);
    assert_eq!(taken["files"][0]["accepted"], 1, "{taken}");
    let found = json(path, "cleo", &["contact", "list", "C-1"]);
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    assert_eq!(found[0]["role"], "treasurer");
    let id = found[0]["id"].as_str().expect("an id").to_owned();
    json(
        path,
        "asso",
        &["contact", "erase", &id, "--reason", "asked for it"],
    );
    let all = json(path, "cleo", &["contact", "list", "C-1", "--all"]);
    assert_eq!(all[0]["state"], "erased", "{all}");
    assert!(all[0].get("name").is_none(), "{all}");
    let note = json(path, "cash", &["note", "add", "C-1", "pays on Friday"]);
    let id = note["id"].as_str().expect("an id").to_owned();
    json(
        path,
        "asso",
        &["note", "add", "C-1", "pays on Monday", "--corrects", &id],
    );
    let notes = json(path, "cleo", &["note", "list", "C-1"]);
    assert_eq!(notes[0]["corrects"].as_str(), Some(id.as_str()), "{notes}");
}

#[test]
fn limits_hold_invoices_and_new_vendors_wait() {
    let folder = book();
    let path = folder.path();
    let limit = [
        "approvals",
        "ask",
        "credit-limit",
        "--party",
        "C-1",
        "--amount",
        "50.00",
        "--reason",
        "new",
    ];
    let id = json(path, "olga", &limit)["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    json(path, "cleo", &["approvals", "approve", &id]);
    let policy = ["credit", "policy", "ask", "--reason", "as agreed"];
    assert_eq!(refused(path, "bill", &policy), "not_allowed");
    json(path, "cleo", &policy);
    let issued = json(path, "bill", &["document", "issue", "invoice.json"]);
    let id = issued["waiting"][0].as_str().expect("a request").to_owned();
    assert_eq!(
        refused(path, "bill", &["approvals", "approve", &id]),
        "own_work"
    );
    json(path, "cleo", &["approvals", "approve", &id]);
    let shown = json(path, "bill", &["credit", "show", "C-1"]);
    assert_eq!(shown["headroom"]["amount"], "-50.00", "{shown}");
    json(path, "olga", &["credit", "hold", "C-1", "--reason", "late"]);
    let report = json(path, "cleo", &["report", "credit"]);
    assert!(report.to_string().contains("olga: late"), "{report}");
    json(
        path,
        "olga",
        &["credit", "policy", "refuse", "--reason", "enough"],
    );
    let issue = ["document", "issue", "invoice.json"];
    assert_eq!(refused(path, "bill", &issue), "credit_hold");
    let taken = json(path, "lead", &["import", "vendors", "vendors.csv"]);
    assert!(taken.to_string().contains("1 new vendors wait"), "{taken}");
    assert_good(path);
}

#[test]
fn a_line_is_divided_and_what_is_given_up_waits() {
    let (folder, line) = paid();
    let path = folder.path();
    let apply = |more: &[&'static str]| {
        let mut all = vec!["cash", "apply", line.as_str(), "--to", "INV-000001"];
        all.extend(more);
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let off = apply(&["--write-off", "INV-000001=5.00"]);
    let off: Vec<&str> = off.iter().map(String::as_str).collect();
    assert_eq!(refused(path, "cash", &off), "reason_missing");
    let told = apply(&["--write-off", "INV-000001=5.00", "--reason", "a chip"]);
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    let seen = json(path, "cash", &[&told[..], &["--dry-run"]].concat());
    assert_eq!(seen["would_wait"], true, "{seen}");
    let asked = json(path, "cash", &told);
    let id = asked["request"].as_str().expect("a request").to_owned();
    json(path, "cleo", &["approvals", "approve", &id]);
    let left = json(path, "cleo", &["credit", "show", "C-1"]);
    assert_eq!(left["exposure"]["amount"], "0.00", "{left}");
    assert_good(path);
}

#[test]
fn an_advice_is_shown_as_it_was_read() {
    let folder = book();
    let path = folder.path();
    json(path, "bill", &["document", "issue", "invoice.json"]);
    json(path, "cash", &["import", "remittances", "advice.820"]);
    let show = ["remittance", "show", "advice.820"];
    let shown = json(path, "cash", &show);
    assert_eq!(shown[0]["payer"], "Alpha", "{shown}");
    assert_eq!(shown[0]["total"], "95", "{shown}");
    assert_eq!(shown[0]["items"][0]["document"], "INV-000001", "{shown}");
    assert_eq!(shown[0]["items"][0]["paid"], "95", "{shown}");
    assert_eq!(shown[0]["why_not"], "no payment of 95.00 EUR has come");
    json(path, "cash", &["import", "statements", "january.sta"]);
    let shown = json(path, "cash", &show);
    let why = shown[0]["why_not"].as_str().expect("a reason");
    assert!(why.contains("has not been run yet"), "{shown}");
    let table = duebook(path, &["--as", "cash", "remittance", "list"]);
    let table = text(&table.stdout);
    assert!(table.contains("advice.820"), "{table}");
    let id = shown[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(json(path, "cash", &["remittance", "show", &id]), shown);
    let list = |more: &[&str]| json(path, "cash", &[&["remittance", "list"], more].concat());
    let nothing = [
        "--explains",
        "nothing",
        "--file",
        "advice",
        "--limit",
        "600",
    ];
    assert_eq!(list(&nothing), shown);
    for none in [
        ["--after", &id],
        ["--explains", "payment"],
        ["--text", "nobody"],
        ["--to", "2020-01-31"],
    ] {
        assert_eq!(list(&none), serde_json::json!([]), "{none:?}");
    }
    let wrong = ["remittance", "list", "--after", "yesterday"];
    assert_eq!(refused(path, "cash", &wrong), "not_a_cursor");
    let unknown = ["remittance", "show", "other.eml"];
    assert_eq!(refused(path, "cash", &unknown), "unknown_remittance");
}

#[test]
fn a_line_pays_documents_and_the_rest_goes_on_account() {
    let (folder, line) = paid();
    let path = folder.path();
    let apply = ["cash", "apply", &line, "--to", "INV-000001=60.00"];
    let rest = ["--on-account", "C-1"];
    let dry = [&apply[..], &rest[..], &["--dry-run"]].concat();
    let seen = json(path, "cash", &dry);
    assert_eq!(json(path, "cash", &dry), seen, "nothing was written");
    let applications = seen["applications"].as_array().expect("a list");
    assert_eq!(applications.len(), 1, "{seen}");
    assert_eq!(applications[0]["debit"], "INV-000001");
    assert_eq!(applications[0]["debit_amount"]["amount"], "60.00");
    assert_eq!(seen["would_post"][0]["amount"]["currency"], "EUR", "{seen}");
    assert_eq!(seen["would_wait"], false);
    let shown = duebook(path, &[&["--as", "cash"], &dry[..]].concat());
    let shown = text(&shown.stdout);
    assert!(shown.contains("INV-000001"), "{shown}");
    json(path, "cash", &[&apply[..], &rest[..]].concat());
    let aging = json(
        path,
        "cash",
        &["report", "aging", "--as-of", "2026-01-31", "--by", "party"],
    );
    let aging = aging.to_string();
    assert!(aging.contains("-35.00"), "{aging}");
    assert!(aging.contains("40.00"), "{aging}");
}

#[test]
fn a_short_pay_is_worked_from_the_command_line() {
    let folder = book();
    let path = folder.path();
    json(path, "olga", &["people", "add", "cora", "collector"]);
    json(path, "olga", &["people", "add", "fred", "credit"]);
    json(path, "bill", &["document", "issue", "invoice.json"]);
    json(path, "cash", &["import", "statements", "january.sta"]);
    let lines = json(path, "cash", &["cash", "lines"]);
    let line = lines[0]["line"].as_str().expect("a line").to_owned();
    let short = "INV-000001=5.00";
    let apply = [
        "cash",
        "apply",
        &line,
        "--to",
        "INV-000001",
        "--short-pay",
        short,
    ];
    let told = ["--reason", "one was damaged"];
    json(path, "cash", &[&apply[..], &told[..]].concat());
    let list = json(path, "cora", &["short-pay", "list"]);
    assert_eq!(list[0]["reason"], "damaged", "{list}");
    assert_eq!(list[0]["document"], "INV-000001", "{list}");
    let sp = "SP-000001";
    let verdict = ["short-pay", "decide", sp, "justified", "--why", "seen"];
    assert_eq!(refused(path, "cash", &verdict), "not_allowed");
    json(
        path,
        "cash",
        &["short-pay", "assign", sp, "cora", "--why", "hers"],
    );
    json(path, "cora", &["short-pay", "note", sp, "photos came"]);
    json(path, "cora", &["short-pay", "reason", sp, "quantity"]);
    json(path, "cora", &["short-pay", "put-off", sp, "2026-12-24"]);
    assert_eq!(
        refused(path, "fred", &["short-pay", "credit", sp]),
        "not_justified"
    );
    json(path, "cora", &verdict);
    let back = ["short-pay", "take-back", sp, "--why", "x"];
    assert_eq!(refused(path, "cash", &back), "of_bank_line");
    let asked = json(path, "fred", &["short-pay", "credit", sp]);
    if let Some(id) = asked["waits_for_approval"].as_str() {
        json(path, "cleo", &["approvals", "approve", id]);
    }
    let shown = json(path, "cora", &["short-pay", "show", sp]);
    assert_eq!(shown["state"], "credited", "{shown}");
    assert_eq!(shown["events"].as_array().map(Vec::len), Some(5), "{shown}");
    let defaults = [
        "short-pay",
        "defaults",
        "--owner",
        "cora",
        "--answer-days",
        "7",
    ];
    assert_eq!(refused(path, "cora", &defaults), "not_allowed");
    assert_eq!(json(path, "cleo", &defaults)["answer_days"], 7);
    let report = json(path, "cora", &["report", "short-pays", "--by", "owner"]);
    assert!(
        !report.to_string().contains("cora"),
        "it is settled: {report}"
    );
    assert_good(path);
}
