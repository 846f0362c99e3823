//! A day of work through the browser and through REST: take in, apply, approve, and what must
//! not pass.

use crate::client::{Answer, Client, json, post};
use crate::server::{Fixture, on_every_engine};

/// A statement with one payment that quotes its invoice and one that says nothing.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C250330EUR100,00\r\n\
:61:2503310331C119,00NTRFNONREF//A1\r\n:86:?00UEBERWEISUNG?20INV-1?32Alpha Ltd\r\n\
:61:2503310331C7,77NTRFNONREF//A2\r\n:86:?00UEBERWEISUNG?20HELLO?32Nobody Knows\r\n\
:62F:C250331EUR226,77\r\n-\r\n";

/// A statement of an account that the book does not know, in no currency.
const UNNAMED: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\n\r\n<OFX><BANKMSGSRSV1>\
<STMTTRNRS><STMTRS><BANKACCTFROM><ACCTID>4455</BANKACCTFROM><BANKTRANLIST><STMTTRN>\
<TRNTYPE>CREDIT<DTPOSTED>20250331<TRNAMT>12.50<FITID>F-1<NAME>HARBOR</STMTTRN></BANKTRANLIST>\
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";

/// Sends a statement by the form of the bank accounts.
pub(crate) fn upload(client: &Client, statement: &str) -> Answer {
    upload_in(client, statement, "")
}

/// Takes the statement in, so that something waits at the desk.
pub(crate) fn take_statement(client: &Client) {
    assert_eq!(upload(client, STATEMENT).status, 200);
}

fn upload_in(client: &Client, statement: &str, currency: &str) -> Answer {
    let mark = client.get("/bank").csrf();
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{mark}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"currency\"\r\n\r\n{currency}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.sta\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{statement}\r\n--x--\r\n"
    );
    let kind = ("Content-Type", "multipart/form-data; boundary=x");
    client.send("POST", "/bank/import", &[kind], &body)
}

/// The item of the open invoice.
fn item_of(fixture: &Fixture, owner: &Client, number: &str) -> String {
    let reader = fixture.program(owner, &format!("reader-{number}"), "auditor");
    let answer = reader.get(&format!("/api/v1/documents?number={number}"));
    json(&answer)["data"][0]["item_id"]
        .as_str()
        .expect("an item")
        .to_owned()
}

#[test]
fn a_day_at_the_cash_desk() {
    on_every_engine("desk", |fixture| {
        let owner = fixture.owner();
        let answer = upload(&owner, STATEMENT);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("mt940"), "{}", answer.body);
        let forged = Client {
            cookie: owner.cookie.clone(),
            ..Client::new(fixture.address)
        };
        let kind = ("Content-Type", "multipart/form-data; boundary=x");
        let part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--x--\r\n";
        assert_eq!(
            forged.send("POST", "/bank/import", &[kind], part).status,
            403
        );
        assert_eq!(owner.get("/bank").status, 200);
        let run = owner.submit("/cash", "/cash/run", &[]);
        assert_eq!(run.status, 303, "{}", run.body);
        let home = owner.get("/");
        let today = home.body.split("Cash from customers").nth(1);
        assert!(
            today.is_some_and(|told| told.contains("126.77")),
            "{}",
            home.body
        );
        let desk = owner.get("/cash");
        assert!(desk.body.contains("Nobody Knows"), "{}", desk.body);
        let park = desk.link("/park");
        let parked = owner.submit("/cash", &park, &[("party", "C-1")]);
        assert_eq!(parked.status, 303, "{}", parked.body);
        let all = owner.get("/cash?show=all");
        assert_eq!(all.status, 200);
        let refused = owner.submit("/cash?show=all", &park, &[("party", "nobody")]);
        assert_eq!(refused.status, 404, "{}", refused.body);
        // It is of somebody else: the entry is looked at, then it is moved.
        let to = park.replace("/park", "/move");
        let wrong = owner.submit("/cash?show=all", &to, &[("party", "nobody")]);
        assert_eq!(wrong.status, 404, "{}", wrong.body);
        let looked = [("party", "C-2"), ("act", "check")];
        let looked = owner.submit("/cash?show=all", &to, &looked);
        assert!(looked.body.contains("Would be posted"), "{}", looked.body);
        let moved = owner.submit("/cash?show=all", &to, &[("party", "C-2")]);
        assert_eq!(moved.status, 303, "{}", moved.body);
        assert!(owner.get("/customers/C-2").body.contains("7.77"));
        fixture.verify();
    });
}

#[test]
fn a_write_off_goes_through_two_hands_and_every_short_cut_is_refused() {
    on_every_engine("two_hands", |fixture| {
        let owner = fixture.owner();
        let credit = fixture.person(&owner, "cora", "credit");
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let clerk = fixture.person(&owner, "cash", "cash_application");
        let item = item_of(fixture, &owner, "INV-1");
        let wish = [
            ("item", item.as_str()),
            ("amount", "19.00"),
            ("reason", "lost"),
            ("currency", "EUR"),
        ];
        let refused = clerk.submit("/approvals", "/ask/write_off", &wish);
        assert_eq!(refused.status, 403, "{}", refused.body);
        let asked = credit.submit("/approvals", "/ask/write_off", &wish);
        assert_eq!(asked.status, 303, "{}", asked.body);
        let page = senior.get("/approvals");
        assert!(
            page.body.contains("lost") && page.body.contains("19.00"),
            "{}",
            page.body
        );
        let path = page.link("/approvals/req_");
        let approve = [("verdict", "approve"), ("reason", "")];
        assert_eq!(
            credit.submit("/approvals", &path, &approve).status,
            403,
            "own work"
        );
        assert_eq!(
            clerk.submit("/approvals", &path, &approve).status,
            403,
            "no role for it"
        );
        assert_eq!(senior.submit("/approvals", &path, &approve).status, 303);
        assert_eq!(
            senior.submit("/approvals", &path, &approve).status,
            422,
            "once"
        );
        let aging = owner.get("/aging");
        assert!(
            aging.body.contains("120.00"),
            "139.00 less 19.00: {}",
            aging.body
        );
        fixture.verify();
    });
}

#[test]
fn a_statement_without_currency_waits_for_somebody_to_name_it() {
    on_every_engine("unnamed_currency", |fixture| {
        let owner = fixture.owner();
        let cash = fixture.program(&owner, "cash", "cash_application");
        let key = ("Idempotency-Key", "f-1");
        let path = "/api/v1/bank-statements";
        let open = cash.send("POST", path, &[key], UNNAMED);
        assert_eq!(open.status, 422, "{}", open.body);
        assert_eq!(json(&open)["code"], "import_refused");
        let why = "account 4455 is not in the books yet; name the currency";
        assert!(open.body.contains(why), "{}", open.body);
        let wrong = cash.send("POST", &format!("{path}?currency=EURO"), &[key], UNNAMED);
        assert_eq!(
            (wrong.status, &json(&wrong)["field"]),
            (422, &"currency".into())
        );
        let page = upload(&owner, UNNAMED);
        assert!(page.body.contains(why), "{}", page.body);
        let wrong = upload_in(&owner, UNNAMED, "EURO");
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let said = upload_in(&owner, UNNAMED, "usd");
        assert_eq!(said.status, 200, "{}", said.body);
        let accounts = owner.get("/bank");
        assert!(accounts.body.contains("USD1"), "{}", accounts.body);
        let again = cash.send("POST", &format!("{path}?currency=USD"), &[key], UNNAMED);
        assert_eq!(json(&again)["already_known"], 1, "{}", again.body);
    });
}

#[test]
fn programs_write_once_and_never_more_than_their_role() {
    on_every_engine("rest_writes", |fixture| {
        let owner = fixture.owner();
        let item = item_of(fixture, &owner, "INV-1");
        let cash = fixture.program(&owner, "cash", "cash_application");
        let credit = fixture.program(&owner, "credit", "credit");
        let auditor = fixture.program(&owner, "audit", "auditor");
        let controller = fixture.program(&owner, "control", "controller");
        let key = ("Idempotency-Key", "f-1");
        let sent = cash.send("POST", "/api/v1/bank-statements", &[key], STATEMENT);
        assert_eq!(sent.status, 200, "{}", sent.body);
        assert_eq!(json(&sent)["accepted"], 2);
        let again = cash.send("POST", "/api/v1/bank-statements", &[key], STATEMENT);
        assert_eq!(json(&again)["accepted"], 0);
        let path = "/api/v1/cash-runs";
        assert_eq!(post(&auditor, path, "r-1", "{}").status, 403);
        assert_eq!(cash.send("POST", path, &[], "{}").status, 400, "no key");
        let run = post(&cash, path, "r-1", "{}");
        assert_eq!(run.status, 200, "{}", run.body);
        assert_eq!(json(&run)["looked_at"], 2);
        let again = post(&cash, path, "r-1", "{}");
        assert_eq!(again.body, run.body, "the first answer again");
        assert_eq!(
            post(&cash, path, "r-1", "{\"as_of\":\"2025-01-01\"}").status,
            409
        );
        assert_eq!(post(&cash, path, "r-2", "[").status, 400);
        assert_eq!(post(&cash, path, "r-3", "{\"as_of\":\"soon\"}").status, 422);
        // Escalation: each verb with a role that has no business with it.
        let wish = format!(
            "{{\"kind\":\"write_off\",\"item\":\"{item}\",\"on\":\"2025-03-31\",\"reason\":\"x\",\
             \"amount\":{{\"amount\":\"1.00\",\"currency\":\"EUR\"}}}}"
        );
        assert_eq!(post(&cash, "/api/v1/approvals", "w-1", &wish).status, 403);
        assert_eq!(
            post(&cash, "/api/v1/periods/2025-01/close", "p-1", "").status,
            403
        );
        let asked = post(&credit, "/api/v1/approvals", "w-1", &wish);
        let waits = json(&asked)["state"] == "waiting";
        if asked.status == 200 {
            assert!(waits, "{}", asked.body);
            let id = json(&asked)["id"].as_str().expect("an id").to_owned();
            let decide = format!("/api/v1/approvals/{id}/decision");
            let approve = "{\"verdict\":\"approve\"}";
            assert_eq!(
                post(&credit, &decide, "d-1", approve).status,
                403,
                "own work"
            );
            assert_eq!(post(&auditor, &decide, "d-1", approve).status, 403);
            assert_eq!(post(&controller, &decide, "d-1", approve).status, 200);
        } else {
            // The payment was applied by the run: nothing is left to give up.
            assert_eq!(asked.status, 422, "{}", asked.body);
        }
        assert_eq!(
            post(&controller, "/api/v1/periods/2025-01/close", "p-1", "").status,
            200
        );
        fixture.verify();
    });
}

/// The name of the line of an amount.
pub(crate) fn line_of(reader: &Client, amount: &str) -> String {
    let lines = json(&reader.get("/api/v1/cash-lines?all=true"));
    let lines = lines["data"].as_array().expect("lines").clone();
    let found = lines.iter().find(|line| line["amount"]["amount"] == amount);
    let line = &found.expect("the line")["line"];
    line.as_str().expect("a name").to_owned()
}

#[test]
fn a_line_is_divided_in_the_browser_with_what_is_no_cash() {
    on_every_engine("divide", |fixture| {
        let owner = fixture.owner();
        assert_eq!(upload(&owner, STATEMENT).status, 200);
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let senior = fixture.person(&owner, "sam", "ar_senior");
        let reader = fixture.program(&owner, "reader", "auditor");
        let line = line_of(&reader, "119.00");
        let page = format!("/cash?line={line}");
        let to = |verb: &str| format!("/cash/{line}/{verb}");
        // An error stands beside its field, and what was typed stays.
        let wrong = [
            ("document", "INV-1"),
            ("amount", "100.00"),
            ("document", "C-1/INV-2"),
            ("amount", "12x"),
        ];
        let refused = clerk.submit(&page, &to("apply"), &wrong);
        assert_eq!(refused.status, 422, "{}", refused.body);
        for part in ["id=\"wrong-amount-2\"", "value=\"12x\"", "value=\"100.00\""] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        let unknown = [
            ("document", "INV-1"),
            ("document", "INV-77"),
            ("amount", ""),
            ("amount", ""),
        ];
        let refused = clerk.submit(&page, &to("apply"), &unknown);
        assert!(
            refused.body.contains("id=\"wrong-document-2\""),
            "{}",
            refused.body
        );
        let nowhere = [
            ("document", "INV-1"),
            ("amount", ""),
            ("taken_document", "INV-2"),
            ("taken_kind", "fee"),
            ("taken_amount", "5.00"),
            ("taken_reason", ""),
        ];
        let refused = clerk.submit(&page, &to("apply"), &nowhere);
        assert!(
            refused.body.contains("id=\"wrong-taken-off-1\""),
            "{}",
            refused.body
        );
        // 100.00 less a fee of 5.00, 10.00 kept back, and 20.00 for Beta: the rest stays.
        let division = [
            ("document", "INV-1"),
            ("amount", "100.00"),
            ("taken_document", ""),
            ("taken_kind", "fee"),
            ("taken_amount", "5.00"),
            ("taken_reason", ""),
            ("taken_document", "INV-1"),
            ("taken_kind", "short-pay"),
            ("taken_amount", "10.00"),
            ("taken_reason", "one was damaged"),
            ("account_party", "C-2"),
            ("account_amount", "20.00"),
        ];
        let checked = clerk.submit(&page, &to("check"), &division);
        assert_eq!(checked.status, 200, "{}", checked.body);
        for part in ["Would be posted", ">14.00<", "value=\"one was damaged\""] {
            assert!(checked.body.contains(part), "{part}: {}", checked.body);
        }
        let applied = clerk.submit(&page, &to("apply"), &division);
        assert_eq!(applied.status, 303, "{}", applied.body);
        let told = clerk.get(&format!("/cash?show=all&line={line}"));
        assert!(told.body.contains("one was damaged"), "{}", told.body);
        // What is given up waits, and the line shows it.
        let line = line_of(&reader, "7.77");
        let page = format!("/cash?line={line}");
        let off = [
            ("document", "INV-2"),
            ("amount", ""),
            ("taken_document", ""),
            ("taken_kind", "write-off"),
            ("taken_amount", "12.23"),
            ("taken_reason", "too small to pursue"),
        ];
        let asked = clerk.submit(&page, &format!("/cash/{line}/apply"), &off);
        assert_eq!(asked.status, 303, "{}", asked.body);
        assert!(clerk.get(&page).body.contains("waiting for approval"));
        let request = senior.get("/approvals");
        for part in ["too small to pursue", "12.23", "7.77"] {
            assert!(request.body.contains(part), "{part}: {}", request.body);
        }
        let approve = [("verdict", "approve"), ("reason", "")];
        let path = request.link("/approvals/req_");
        assert_eq!(clerk.submit("/approvals", &path, &approve).status, 403);
        assert_eq!(senior.submit("/approvals", &path, &approve).status, 303);
        // The invoice is gone, the clerk never held the right to give anything up.
        let open = json(&reader.get("/api/v1/open-items"));
        assert!(!open.to_string().contains("INV-2"), "{open}");
        fixture.verify();
    });
}

#[test]
fn programs_divide_lines_and_wait_for_what_is_given_up() {
    on_every_engine("rest_divide", |fixture| {
        let owner = fixture.owner();
        assert_eq!(upload(&owner, STATEMENT).status, 200);
        let cash = fixture.program(&owner, "cash", "cash_application");
        let control = fixture.program(&owner, "control", "controller");
        let line = line_of(&cash, "119.00");
        let path = format!("/api/v1/bank-lines/{line}/apply");
        let eur = |amount: &str| format!("{{\"amount\":\"{amount}\",\"currency\":\"EUR\"}}");
        let body = |kind: &str, amount: &str| {
            format!(
                "{{\"parts\":[{{\"document\":\"INV-1\",\"deductions\":[{{\"kind\":\"{kind}\",\
                 \"amount\":{},\"reason\":\"a chip\"}}]}}],\"reason\":\"a chip\",\
                 \"on_account\":[{{\"party\":\"C-2\"}}]}}",
                eur(amount)
            )
        };
        assert_eq!(
            post(&cash, &path, "d-1", &body("weather", "1.00")).status,
            422
        );
        let dollars = "{\"parts\":[{\"document\":\"INV-1\",\
            \"amount\":{\"amount\":\"1.00\",\"currency\":\"USD\"}}]}";
        let refused = post(&cash, &path, "d-2", dollars);
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(json(&refused)["place"], 1);
        let asked = post(&cash, &path, "d-3", &body("write_off", "4.00"));
        assert_eq!(asked.status, 200, "{}", asked.body);
        assert_eq!(json(&asked)["done"], "waiting");
        let again = post(&cash, &path, "d-3", &body("write_off", "4.00"));
        assert_eq!(again.body, asked.body);
        let id = json(&asked)["request"].as_str().expect("an id").to_owned();
        let approve = "{\"verdict\":\"approve\"}";
        let decide = format!("/api/v1/approvals/{id}/decision");
        assert_eq!(post(&cash, &decide, "a-1", approve).status, 403);
        let done = post(&control, &decide, "a-2", approve);
        assert_eq!(done.status, 200, "{}", done.body);
        // 119.00 less 4.00 were open: 4.00 of the line are left for Beta.
        let open = json(&cash.get("/api/v1/open-items?party=C-2"));
        assert_eq!(open["data"][0]["open"]["amount"], "-4.00", "{open}");
        fixture.verify();
    });
}
