//! Control from outside: people and policies, a request from asking to done, a close with its
//! checks, the audit log searched and sampled.

use std::fs;

use crate::{duebook, founded, json, refused};

const MEMO: &str = r#"{"kind":"credit_memo","party":"C-1","issued_on":"2026-01-20",
 "memo":"goods came back","lines":[{"unit_price":"60.00","tax_rate":"20"}]}"#;

/// A claimed book with four people and two customers.
fn book() -> tempfile::TempDir {
    let customers = "customer_id,name,region\nC-1,Alpha,North\nC-2,Beta,South\n";
    let files = [("customers.csv", customers), ("memo.json", MEMO)];
    let folder = founded("olga", &files);
    let path = folder.path();
    json(path, "olga", &["import", "customers", "customers.csv"]);
    json(path, "olga", &["people", "add", "cleo", "controller"]);
    json(
        path,
        "olga",
        &["people", "add", "sam", "ar_senior", "--limit", "50.00"],
    );
    let within = [
        "people",
        "add",
        "cora",
        "credit",
        "--portfolio",
        "region=North",
    ];
    let people = json(path, "olga", &within);
    let cora = people["people"].as_array().expect("people").last().cloned();
    assert_eq!(cora.expect("cora")["roles"][0]["portfolio"], "region=North");
    folder
}

#[test]
fn a_request_goes_from_asking_to_done() {
    let folder = book();
    let path = folder.path();
    let issued = json(path, "cora", &["document", "issue", "memo.json"]);
    let id = issued["waiting"][0].as_str().expect("it waits").to_owned();
    let shown = json(path, "cora", &["approvals", "show", &id]);
    assert_eq!(shown["amount"]["amount"], "72.00");
    assert_eq!(shown["reason"], "goods came back");
    assert_eq!(
        refused(path, "cora", &["approvals", "approve", &id]),
        "own_work"
    );
    assert_eq!(
        refused(path, "sam", &["approvals", "approve", &id]),
        "above_limit"
    );
    let turns = json(path, "sam", &["approvals", "remind"]);
    let logins: Vec<&str> = turns["reminders"]
        .as_array()
        .expect("reminders")
        .iter()
        .filter_map(|due| due["login"].as_str())
        .collect();
    assert_eq!(logins, ["cleo", "olga"]);
    json(path, "sam", &["approvals", "remind", "--commit"]);
    let away = [
        "approvals",
        "delegate",
        "--to",
        "sam",
        "--until",
        "2099-01-01",
    ];
    assert_eq!(refused(path, "cleo", &away), "wrong_days");
    let today = json(path, "sam", &["approvals", "remind"])["on"].clone();
    let today = today.as_str().expect("a day").to_owned();
    let away = ["approvals", "delegate", "--to", "sam", "--until", &today];
    json(path, "cleo", &away);
    let done = json(path, "sam", &["approvals", "approve", &id]);
    assert_eq!(
        (done["state"].as_str(), done["outcome"].as_str()),
        (Some("done"), Some("CM-000001"))
    );
    let shown = json(path, "cora", &["approvals", "show", &id]);
    assert_eq!(shown["voices"][0]["for"], "cleo");
    // Outside the portfolio, and terms that are none.
    let terms = |party: &'static str, terms: &'static str| {
        [
            "approvals",
            "ask",
            "terms",
            "--party",
            party,
            "--terms",
            terms,
            "--reason",
            "x",
        ]
    };
    assert_eq!(
        refused(path, "cora", &terms("C-2", "NET30")),
        "outside_portfolio"
    );
    assert_eq!(refused(path, "cora", &terms("C-1", "soon")), "wrong_terms");
    let journal = [
        "approvals",
        "ask",
        "journal",
        "--leg",
        "7000=5.00",
        "--leg",
        "4000=-5.00",
        "--on",
        "2026-01-31",
        "--reason",
        "a late bill",
    ];
    assert_eq!(json(path, "cleo", &journal)["state"], "waiting");
    json(path, "olga", &["verify"]);
}

#[test]
fn policies_closes_and_the_log_are_kept_from_the_command_line() {
    let folder = book();
    let path = folder.path();
    let set = [
        "policy",
        "set",
        "credit_memos",
        "--above",
        "100",
        "--role",
        "controller",
        "--days",
        "5",
        "--reason",
        "small ones pass",
    ];
    assert_eq!(refused(path, "sam", &set), "not_allowed");
    let policies = json(path, "cleo", &set);
    let memos = policies["policies"].as_array().expect("policies").iter();
    let memos = memos
        .clone()
        .find(|one| one["area"] == "credit_memos")
        .expect("there");
    assert_eq!(memos["rules"][0]["above"]["amount"], "100.00");
    assert_eq!(memos["version"], 1);
    let issued = json(path, "cora", &["document", "issue", "memo.json"]);
    assert_eq!(issued["documents"][0]["number"], "CM-000001");
    let checks = json(path, "sam", &["period", "check", "2026-01"]);
    assert_eq!(checks["ready"], true, "{checks}");
    json(path, "cleo", &["period", "close", "2026-01"]);
    assert_eq!(
        refused(path, "cora", &["document", "issue", "memo.json"]),
        "period_closed"
    );
    let reopen = ["period", "reopen", "2026-01", "--reason", "a late bill"];
    let asked = json(path, "cleo", &reopen);
    let id = asked["id"].as_str().expect("it waits").to_owned();
    json(path, "olga", &["approvals", "approve", &id]);
    let found = json(path, "cleo", &["audit", "list", "--text", "a late bill"]);
    let links = found["links"].as_array().expect("links");
    assert!(
        links.iter().any(|link| link["action"] == "period.reopen"),
        "{found}"
    );
    assert_eq!(refused(path, "sam", &["audit", "list"]), "not_allowed");
    let draw = ["audit", "sample", "--seed", "7", "--size", "3"];
    let one = json(path, "cleo", &draw);
    assert_eq!(one["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(json(path, "cleo", &draw), one);
    json(path, "cleo", &["report", "controls"]);
    let export = [
        "--as",
        "cleo",
        "audit",
        "export",
        "--out",
        "log.csv",
        "--action",
        "policy.set",
    ];
    assert_eq!(duebook(path, &export).status.code(), Some(0));
    let log = fs::read_to_string(path.join("log.csv")).expect("written");
    assert_eq!(log.lines().count(), 2, "{log}");
}
