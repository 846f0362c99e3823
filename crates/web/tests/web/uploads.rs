//! Files in the browser: taken once, told row by row, and refused beside the form.

use crate::client::{Answer, Client};
use crate::server::on_every_engine;

/// A row that is right, and one that is not beside another.
const GOOD: &str = "customer_id,name,country,currency\nC-7,Gamma,DE,EUR\n";
const MIXED: &str = "customer_id,name,country,currency\n\
    C-8,Delta,DE,EUR\nC-9,Epsilon,DE,GOLD\n";

/// Sends a file with its form.
fn send(client: &Client, fields: &[(&str, &str)], content: &str) -> Answer {
    let mark = client.get("/imports").csrf();
    let mut body = String::new();
    for (name, value) in fields.iter().chain(&[("csrf", mark.as_str())]) {
        body.push_str(&format!(
            "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.csv\"\r\n\r\n\
         {content}\r\n--x--\r\n"
    ));
    let kind = ("Content-Type", "multipart/form-data; boundary=x");
    client.send("POST", "/imports", &[kind], &body)
}

/// Takes a whole file of receivables' side in.
pub(crate) fn take(client: &Client, kind: &str, content: &str) -> Answer {
    let fields = [("kind", kind), ("side", "receivable"), ("how", "whole")];
    let answer = send(client, &fields, content);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// A figure of the result.
fn figure(answer: &Answer, name: &str) -> String {
    let after = answer.body.split(&format!("<dt>{name}</dt><dd")).nth(1);
    let text = after.and_then(|rest| rest.split('>').nth(1));
    let text = text.and_then(|rest| rest.split('<').next());
    text.expect("a figure").to_owned()
}

#[test]
fn files_are_taken_once_and_told_row_by_row() {
    on_every_engine("imports_pages", |fixture| {
        let owner = fixture.owner();
        let taken = take(&owner, "customers", GOOD);
        assert_eq!(figure(&taken, "Accepted"), "1", "{}", taken.body);
        let again = take(&owner, "customers", GOOD);
        assert_eq!(figure(&again, "Already known"), "1", "{}", again.body);
        assert!(again.body.contains("imported before"), "{}", again.body);
        let whole = take(&owner, "customers", MIXED);
        assert_eq!(figure(&whole, "Refused"), "1", "{}", whole.body);
        assert!(
            whole.body.contains("Nothing was imported"),
            "{}",
            whole.body
        );
        assert!(whole.body.contains("GOLD"), "{}", whole.body);
        let fields = [
            ("kind", "customers"),
            ("side", "receivable"),
            ("how", "partial"),
        ];
        let partly = send(&owner, &fields, MIXED);
        assert_eq!(figure(&partly, "Accepted"), "1", "{}", partly.body);
        assert_eq!(owner.get("/customers/C-8").status, 200);
        let rates = "date,from,to,rate\n2025-03-31,USD,EUR,0.92\n";
        let answer = take(&owner, "rates", rates);
        assert!(answer.body.contains("Imported: rates"), "{}", answer.body);
        fixture.verify();
    });
}

#[test]
fn a_form_that_says_too_little_takes_nothing_in() {
    on_every_engine("imports_refused", |fixture| {
        let owner = fixture.owner();
        let full = [
            ("kind", "customers"),
            ("side", "receivable"),
            ("how", "whole"),
        ];
        for (name, _) in full {
            let mut fields = full.to_vec();
            fields.retain(|(known, _)| *known != name);
            let refused = send(&owner, &fields, "x");
            assert_eq!(refused.status, 422, "{}", refused.body);
            let place = match name {
                "side" => "is missing".to_owned(),
                name => format!("id=\"wrong-{name}\""),
            };
            assert!(refused.body.contains(&place), "{place}: {}", refused.body);
        }
        // Each sees the kinds that they may take in.
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let page = clerk.get("/imports");
        assert!(page.body.contains("remittances"), "{}", page.body);
        assert!(!page.body.contains("value=\"company\""), "{}", page.body);
        let refused = send(
            &clerk,
            &[
                ("kind", "company"),
                ("side", "receivable"),
                ("how", "whole"),
            ],
            "{}",
        );
        assert_eq!(refused.status, 403, "{}", refused.body);
        let auditor = fixture.person(&owner, "audit", "auditor");
        assert!(
            auditor
                .get("/imports")
                .body
                .contains("Nothing to import here")
        );
    });
}
