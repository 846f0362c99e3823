//! `duebook mcp` from outside: a scripted session over stdio.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::{assert_good, duebook, founded, text};

/// Sends the messages a line each; the answers in their order.
fn session(folder: &std::path::Path, user: &[&str], lines: &[String]) -> Vec<Json> {
    let mut running = Command::new(env!("CARGO_BIN_EXE_duebook"))
        .args(user)
        .arg("mcp")
        .current_dir(folder)
        .env_remove("DUEBOOK_DB")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command is built");
    let mut input = running.stdin.take().expect("an input");
    for line in lines {
        writeln!(input, "{line}").expect("written");
    }
    drop(input);
    let output = running.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(0));
    let answers = text(&output.stdout).lines();
    answers
        .map(|line| serde_json::from_str(line).expect("a message a line"))
        .collect()
}

fn message(id: i64, method: &str, params: &Json) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

#[test]
fn an_agent_works_over_stdio_and_approves_nothing() {
    let customers = "customer_id,name,country,currency\nC-1,Alpha Ltd,GB,EUR\n";
    let folder = founded("owner", &[("customers.csv", customers)]);
    let path = folder.path();
    let import = ["import", "customers", "customers.csv"];
    assert_eq!(duebook(path, &import).status.code(), Some(0));
    let memo = json!({ "name": "propose_credit_memo", "arguments": {
        "party": "C-1", "amount": { "amount": "5.00", "currency": "EUR" }, "on": "2025-03-31",
        "reason": "The price was wrong.", "evidence": ["contract 7"], "key": "k-1",
    } });
    let lines = [
        message(1, "initialize", &json!({ "protocolVersion": "2025-06-18" })),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string(),
        String::new(),
        "this is no message".to_owned(),
        format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"{}\"}}",
            "x".repeat(1 << 21)
        ),
        message(3, "tools/list", &json!({})),
        message(4, "tools/call", &json!({ "name": "list_customers" })),
        message(5, "tools/call", &memo),
        message(6, "tools/call", &json!({ "name": "list_approvals" })),
    ];
    let answers = session(path, &[], &lines);
    assert_eq!(answers.len(), 7, "{answers:?}");
    assert_eq!(answers[0]["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(answers[1]["error"]["code"], -32700);
    assert_eq!(
        answers[2]["error"]["code"], -32700,
        "too long, and what follows is read"
    );
    assert!(
        answers[3]["result"]["tools"]
            .as_array()
            .is_some_and(|all| 10 < all.len())
    );
    let customers = &answers[4]["result"]["structuredContent"]["data"];
    assert_eq!(customers[0]["code"], "C-1");
    let asked = &answers[5]["result"]["structuredContent"];
    assert_eq!(asked["state"], "waiting", "{asked}");
    assert_eq!(asked["maker"], "agent:mcp");
    let waiting = &answers[6]["result"]["structuredContent"]["data"];
    assert_eq!(waiting[0]["id"], asked["id"]);
    assert_good(path);
}
