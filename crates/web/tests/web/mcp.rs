//! An agent's session over HTTP: it finds its way, reads, proposes, and gets no further.

use serde_json::{Value as Json, json};

use crate::client::{Answer, Client, json};
use crate::server::{Fixture, on_every_engine};
use crate::short_pays::held_back;

fn send(client: &Client, headers: &[(&str, &str)], message: &Json) -> Answer {
    let mut all = vec![
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ];
    all.extend_from_slice(headers);
    client.send("POST", "/mcp", &all, &message.to_string())
}

fn call(client: &Client, method: &str, params: &Json) -> Json {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let answer = send(client, &[], &message);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = json(&answer);
    assert_eq!(body["id"], 7);
    body
}

/// What a tool answered, and whether it is a refusal.
fn tool(client: &Client, name: &str, arguments: &Json) -> (Json, bool) {
    let params = json!({ "name": name, "arguments": arguments });
    let mut body = call(client, "tools/call", &params);
    let result = body["result"].take();
    let text = result["content"][0]["text"].as_str().expect("a text");
    let content: Json = serde_json::from_str(text).expect("JSON");
    assert_eq!(content, result["structuredContent"]);
    (content, result["isError"] == true)
}

fn item_of(client: &Client, number: &str) -> String {
    let (found, _) = tool(client, "list_documents", &json!({ "number": number }));
    let item = found["data"][0]["item_id"].as_str();
    item.unwrap_or_else(|| panic!("no item in {found}"))
        .to_owned()
}

#[test]
fn an_agent_is_let_in_by_its_token_and_told_what_there_is() {
    on_every_engine("mcp_session", |fixture| {
        let owner = fixture.owner();
        let stranger = Client::new(fixture.address);
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let refused = send(&stranger, &[], &ping);
        assert_eq!(refused.status, 401);
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        assert_eq!(
            send(&owner, &[], &ping).status,
            401,
            "a session is no token"
        );
        let agent = fixture.agent(&owner, "reader", "auditor");
        for (asked, spoken) in [
            ("2025-11-25", "2025-11-25"),
            ("2025-06-18", "2025-06-18"),
            ("2024-11-05", "2024-11-05"),
            ("1999-01-01", "2025-11-25"),
        ] {
            let params = json!({
                "protocolVersion": asked, "capabilities": {},
                "clientInfo": { "name": "test", "version": "1" },
            });
            let told = call(&agent, "initialize", &params);
            assert_eq!(told["result"]["protocolVersion"], spoken);
            assert_eq!(told["result"]["serverInfo"]["name"], "duebook");
        }
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(send(&agent, &[], &initialized).status, 202);
        let tools = call(&agent, "tools/list", &json!({}));
        let tools = tools["result"]["tools"].as_array().expect("a list").clone();
        let names: Vec<&str> = tools
            .iter()
            .filter_map(|tool| tool["name"].as_str())
            .collect();
        for wanted in [
            "list_customers",
            "list_open_items",
            "get_report",
            "show_bank_line",
            "list_approvals",
            "propose_applying_bank_line",
            "propose_write_off",
        ] {
            assert!(names.contains(&wanted), "{wanted}: {names:?}");
        }
        assert!(
            names
                .iter()
                .all(|name| !name.contains("approve") && !name.contains("audit"))
        );
        assert!(
            tools
                .iter()
                .all(|tool| tool["inputSchema"]["type"] == "object")
        );
        for (method, status) in [("GET", 405), ("DELETE", 405)] {
            assert_eq!(agent.send(method, "/mcp", &[], "").status, status);
        }
        let origin = [("Origin", "https://evil.example")];
        assert_eq!(send(&agent, &origin, &ping).status, 403);
        let version = [("MCP-Protocol-Version", "1999-01-01")];
        assert_eq!(send(&agent, &version, &ping).status, 400);
        let version = [("MCP-Protocol-Version", "2025-06-18")];
        assert_eq!(send(&agent, &version, &ping).status, 200);
    });
}

#[test]
fn wrong_messages_get_the_codes_of_json_rpc() {
    on_every_engine("mcp_wrong", |fixture| {
        let owner = fixture.owner();
        let agent = fixture.agent(&owner, "reader", "auditor");
        let code = |body: &str| {
            let kind = [("Content-Type", "application/json")];
            let answer = agent.send("POST", "/mcp", &kind, body);
            assert_eq!(answer.status, 200, "{}", answer.body);
            let body = json(&answer);
            body["error"]["code"].as_i64().expect("a code")
        };
        assert_eq!(code("{"), -32700);
        assert_eq!(code("[]"), -32600);
        assert_eq!(code("{\"id\":1}"), -32600);
        assert_eq!(
            code("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}"),
            -32600
        );
        assert_eq!(
            code("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"books/burn\"}"),
            -32601
        );
        assert_eq!(
            code("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}"),
            -32602
        );
        let unknown = call(&agent, "tools/call", &json!({ "name": "approve" }));
        assert_eq!(unknown["error"]["code"], -32602);
        let two = json!([
            { "jsonrpc": "2.0", "id": 1, "method": "ping" },
            { "jsonrpc": "2.0", "method": "notifications/initialized" },
            { "jsonrpc": "2.0", "id": 2, "method": "ping" },
        ]);
        let answer = send(&agent, &[], &two);
        let body = json(&answer);
        assert_eq!(body.as_array().map(Vec::len), Some(2));
    });
}

#[test]
fn an_agent_reads_and_its_proposals_wait_for_a_person() {
    on_every_engine("mcp_proposals", |fixture| {
        let owner = fixture.owner();
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let agent = fixture.agent(&owner, "helper", "credit");
        let (customers, _) = tool(&agent, "list_customers", &json!({ "limit": 1 }));
        assert_eq!(customers["data"][0]["code"], "C-1");
        assert!(customers["next"].is_string());
        let (aging, wrong) = tool(
            &agent,
            "get_report",
            &json!({ "name": "aging", "as_of": "2025-03-31" }),
        );
        assert!(
            !wrong && aging["rows"][0]["total"]["amount"] == "139.00",
            "{aging}"
        );
        for (name, by, code) in [
            ("access-review", Json::Null, "not_allowed"),
            ("journal", json!("party"), "not_asked"),
        ] {
            let (refused, wrong) = tool(&agent, "get_report", &json!({ "name": name, "by": by }));
            assert!(wrong && refused["code"] == code, "{refused}");
        }
        let (refused, wrong) = tool(&agent, "list_documents", &json!({ "limit": 0 }));
        assert!(wrong && refused["code"] == "not_a_limit");
        let item = item_of(&agent, "INV-1");
        let arguments = json!({
            "item": item, "on": "2025-03-31", "reason": "The company was dissolved.",
            "amount": { "amount": "19.00", "currency": "EUR" },
            "evidence": ["register entry of 2025-03-20"], "key": "w-1",
        });
        let (asked, wrong) = tool(&agent, "propose_write_off", &arguments);
        assert!(!wrong, "{asked}");
        assert_eq!(asked["state"], "waiting");
        assert_eq!(asked["maker"], "agent:helper");
        assert_eq!(asked["effect"].as_array().map(Vec::len), Some(2));
        assert!(asked["expires_at"].is_string());
        let (again, _) = tool(&agent, "propose_write_off", &arguments);
        assert_eq!(again["id"], asked["id"], "taken once by its key");
        let page = senior.get("/approvals");
        assert!(page.body.contains("register entry"), "{}", page.body);
        escalate(
            fixture,
            &owner,
            &agent,
            asked["id"].as_str().expect("an id"),
        );
        let approve = [("verdict", "approve"), ("reason", "")];
        let path = page.link("/approvals/req_");
        let approved = senior.submit("/approvals", &path, &approve);
        assert_eq!(approved.status, 303, "{}", approved.body);
        fixture.verify();
    });
}

/// Everything by which an agent might get further; nothing works.
fn escalate(fixture: &Fixture, owner: &Client, agent: &Client, id: &str) {
    let boss = fixture.agent(owner, "boss", "controller");
    let write = |client: &Client, path: &str, key: &str, body: &str| {
        let headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        ];
        client.send("POST", path, &headers, body)
    };
    let decision = format!("/api/v1/approvals/{id}/decision");
    for client in [agent, &boss] {
        let answer = write(client, &decision, "x", "{\"verdict\":\"approve\"}");
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    let closed = write(&boss, "/api/v1/periods/2025-01/close", "c", "");
    assert_eq!(closed.status, 403, "{}", closed.body);
    assert!(
        closed.body.contains("agent_only_proposes"),
        "{}",
        closed.body
    );
    let run = write(&boss, "/api/v1/cash-runs", "r", "{}");
    assert_eq!(run.status, 403);
    // A token of a program that comes through the door of agents is an agent there.
    let program = fixture.program(owner, "plain", "credit");
    let item = item_of(&program, "INV-2");
    let wish = json!({
        "item": item, "on": "2025-03-31", "reason": "x", "evidence": ["y"], "key": "p-1",
    });
    let (asked, _) = tool(&program, "propose_write_off", &wish);
    assert_eq!(asked["state"], "waiting");
    for (name, arguments, code) in [
        ("propose_refund", json!({ "key": "a" }), "not_an_argument"),
        (
            "propose_write_off",
            json!({ "item": item, "on": "2025-03-31", "reason": "x", "evidence": [], "key": "b" }),
            "not_an_argument",
        ),
        (
            "propose_write_off",
            json!({ "item": item, "on": "2025-03-31", "reason": "x", "evidence": ["y"],
                "key": "c", "approve": true }),
            "not_an_argument",
        ),
        (
            "withdraw_proposal",
            json!({ "id": asked["id"], "reason": "x", "key": "d" }),
            "not_yours",
        ),
    ] {
        let (told, wrong) = tool(agent, name, &arguments);
        assert!(wrong && told["code"] == code, "{name}: {told}");
    }
}

/// A payment that says nothing of what it pays.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C250330EUR100,00\r\n\
:61:2503310331C20,00NTRFNONREF//A2\r\n:86:?00UEBERWEISUNG?20HELLO?32Nobody Knows\r\n\
:62F:C250331EUR120,00\r\n-\r\n";

#[test]
fn an_agent_proposes_what_a_bank_line_pays() {
    on_every_engine("mcp_line", |fixture| {
        let owner = fixture.owner();
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let agent = fixture.agent(&owner, "matcher", "cash_application");
        let program = fixture.program(&owner, "feed", "cash_application");
        let key = [("Idempotency-Key", "f-1")];
        let sent = program.send("POST", "/api/v1/bank-statements", &key, STATEMENT);
        assert_eq!(sent.status, 200, "{}", sent.body);
        let (waiting, _) = tool(&agent, "waiting_bank_lines", &json!({}));
        let line = waiting["data"][0]["line"]
            .as_str()
            .expect("a line")
            .to_owned();
        let (shown, wrong) = tool(&agent, "show_bank_line", &json!({ "line": line }));
        let says = shown["line"]["remittance"].as_str().unwrap_or_default();
        assert!(!wrong && says.contains("Nobody Knows"), "{shown}");
        let wish = json!({
            "line": line, "parts": [{ "document": "INV-2" }], "key": "l-1",
            "reason": "The payer is the owner of Alpha Ltd.", "evidence": ["an e-mail of today"],
        });
        let (asked, wrong) = tool(&agent, "propose_applying_bank_line", &wish);
        assert!(!wrong, "{asked}");
        assert_eq!(asked["state"], "waiting");
        assert!(
            asked["effect"]
                .as_array()
                .is_some_and(|effect| 2 <= effect.len()),
            "{asked}"
        );
        // Nothing is posted by asking.
        let (still, _) = tool(&agent, "waiting_bank_lines", &json!({}));
        assert_eq!(still["data"][0]["outcome"], "new");
        let page = senior.get("/approvals");
        let approve = [("verdict", "approve"), ("reason", "")];
        let path = page.link("/approvals/req_");
        let approved = senior.submit("/approvals", &path, &approve);
        assert_eq!(approved.status, 303, "{}", approved.body);
        let (after, _) = tool(&agent, "waiting_bank_lines", &json!({}));
        assert_eq!(after["data"].as_array().map(Vec::len), Some(0), "{after}");
        fixture.verify();
    });
}

#[test]
fn an_agent_proposes_about_a_short_pay_and_never_approves() {
    on_every_engine("mcp_short_pay", |fixture| {
        let owner = fixture.owner();
        let id = held_back(fixture, &owner);
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let agent = fixture.agent(&owner, "clerk", "collector");
        let boss = fixture.agent(&owner, "boss", "ar_senior");
        let wish = json!({
            "short_pay": id, "short_pay_reason": "quantity", "verdict": "unjustified", "key": "s-1",
            "reason": "All were delivered.", "evidence": ["signed delivery note of 2025-03-03"],
        });
        let (asked, wrong) = tool(&agent, "propose_short_pay", &wish);
        assert!(!wrong, "{asked}");
        assert_eq!(
            (asked["state"].as_str(), asked["subject"].as_str()),
            (Some("waiting"), Some("SP-000001"))
        );
        assert!(
            asked["expires_at"].is_string() && asked["effect"][1]["after"] == "unjustified",
            "{asked}"
        );
        assert!(
            asked["reason"]
                .as_str()
                .is_some_and(|why| why.contains("delivery note")),
            "{asked}"
        );
        let request = asked["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/approvals/{request}/decision");
        for (name, agent) in [("clerk", &agent), ("boss", &boss)] {
            let key = [("Idempotency-Key", "d-1")];
            let refused = agent.send("POST", &path, &key, "{\"verdict\":\"approve\"}");
            assert_eq!(refused.status, 403, "{name}: {}", refused.body);
            assert!(
                refused.body.contains("agent_only_proposes"),
                "{}",
                refused.body
            );
        }
        let (still, _) = tool(&agent, "list_short_pays", &json!({ "open": "true" }));
        assert_eq!(still["data"][0]["state"], "open", "{still}");
        let approve = [("verdict", "approve"), ("reason", "")];
        let approved = senior.submit("/approvals", &format!("/approvals/{request}"), &approve);
        assert_eq!(approved.status, 303, "{}", approved.body);
        // The same through REST, with the credit memo that follows.
        let body = format!(
            "{{\"kind\":\"short_pay\",\"reason\":\"one was missing\",\"short_pay\":\"{id}\",\
             \"verdict\":\"justified\",\"instead_of\":\"unjustified\",\
             \"credit_on\":\"2025-03-31\",\"tax_rate\":\"19\"}}"
        );
        let key = [("Idempotency-Key", "s-2")];
        let waits = agent.send("POST", "/api/v1/approvals", &key, &body);
        assert!(
            waits.status == 200 && waits.body.contains("waiting"),
            "{}",
            waits.body
        );
        let page = senior.get("/approvals");
        let path = page.link("/approvals/req_");
        let approved = senior.submit("/approvals", &path, &approve);
        assert_eq!(approved.status, 303, "{}", approved.body);
        let (after, _) = tool(&agent, "list_short_pays", &json!({}));
        assert_eq!(after["data"][0]["state"], "credited", "{after}");
        fixture.verify();
    });
}
