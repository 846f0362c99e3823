//! Remittance advices in the browser and through REST: listed, narrowed, shown with what they
//! explain, and their files taken away.

use crate::client::{Client, json, post};
use crate::server::{Fixture, on_every_engine};
use crate::uploads::take;
use crate::work::upload;

/// Two advices in one file: of the payment that the statement brings, and of one that never comes.
const ADVICES: &str = "\
ISA*00*          *00*          *ZZ*PAYER          *ZZ*PAYEE          *250330*1200*U*00401*000000001*0*P*>~
GS*RA*PAYER*PAYEE*20250330*1200*1*X*004010~
ST*820*0001~
BPR*C*139*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877*20250331~
CUR*PR*EUR~
N1*PR*Alpha Ltd~
ENT*1~
RMR*IV*INV-1**119~
RMR*IV*INV-2**20~
SE*8*0001~
ST*820*0002~
BPR*C*1234.5*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877*20250331~
CUR*PR*EUR~
N1*PR*<b>Gamma</b>~
ENT*1~
RMR*IV*INV-77**1234.5*1244.5~
ADX*-10*01~
SE*8*0002~
GE*2*1~
IEA*1*000000001~
";

/// A statement with the payment, which quotes nothing.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C250330EUR100,00\r\n\
:61:2503310331C139,00NTRFNONREF//A1\r\n:86:166?00UEBERWEISUNG?20THANK YOU?32Alpha Ltd\r\n\
:62F:C250331EUR239,00\r\n-\r\n";

/// A book whose statement and advices were run.
fn run(fixture: &Fixture) -> Client {
    let owner = fixture.owner();
    let taken = take(&owner, "remittances", ADVICES);
    assert!(
        taken.body.contains("href=\"/remittances\""),
        "{}",
        taken.body
    );
    assert_eq!(upload(&owner, STATEMENT).status, 200);
    let run = owner.submit("/cash", "/cash/run", &[]);
    assert_eq!(run.status, 303, "{}", run.body);
    owner
}

#[test]
fn advices_are_seen_in_the_browser_with_what_they_explain() {
    on_every_engine("advices_web", |fixture| {
        let owner = run(fixture);
        let clerk = fixture.person(&owner, "clerk", "cash_application");
        let list = clerk.get("/remittances");
        for part in [
            "Alpha Ltd",
            "&lt;b&gt;Gamma&lt;/b&gt;",
            "INV-77",
            "1,234.50",
            "payment of 2025-03-31</a>: applied",
            "nothing: no payment of its sum",
        ] {
            assert!(list.body.contains(part), "{part}: {}", list.body);
        }
        assert!(!list.body.contains("<b>Gamma"), "{}", list.body);
        let alone = clerk
            .get("/remittances?explains=nothing&text=&file=ROWS")
            .body;
        assert!(
            alone.contains("INV-77") && !alone.contains("Alpha Ltd"),
            "{alone}"
        );
        let none = clerk.get("/remittances?text=nobody");
        assert!(none.body.contains("Nothing here"), "{}", none.body);
        assert_eq!(clerk.get("/remittances?explains=x").status, 422);
        // From the advice to its line, and back.
        let path = list.link("/remittances/file_");
        let shown = clerk.get(&path);
        for part in [
            "Remittance advice of Alpha Ltd",
            "INV-1",
            "119.00",
            "rows.csv",
            "Download",
        ] {
            assert!(shown.body.contains(part), "{part}: {}", shown.body);
        }
        let line = shown.link("/cash/line_");
        let line = line.split('/').next_back().unwrap_or_default();
        let desk = clerk.get(&format!("/cash?line={line}"));
        assert!(
            desk.body.contains(&format!("href=\"{path}\"")),
            "{}",
            desk.body
        );
        let second = clerk.get(&format!("{}1", path.trim_end_matches('0')));
        for part in [
            "INV-77",
            "1,244.50",
            "10.00",
            "No bank line",
            "no payment of",
        ] {
            assert!(second.body.contains(part), "{part}: {}", second.body);
        }
        for gone in [
            "/remittances/file_0.0",
            "/remittances/x",
            "/remittances/x/file",
        ] {
            assert_eq!(clerk.get(gone).status, 404, "{gone}");
        }
        let file = clerk.get(&format!("{path}/file"));
        assert_eq!(file.status, 200, "{}", file.body);
        assert_eq!(file.body, ADVICES);
        assert_eq!(
            file.header("content-disposition"),
            Some("attachment; filename=\"rows.csv\"")
        );
        assert_eq!(
            file.header("content-type"),
            Some("application/octet-stream")
        );
        fixture.verify();
    });
}

#[test]
fn programs_read_advices_page_by_page() {
    on_every_engine("advices_rest", |fixture| {
        let owner = run(fixture);
        let program = fixture.program(&owner, "reader", "cash_application");
        let list = "/api/v1/remittances";
        let first = json(&program.get(&format!("{list}?limit=1")));
        let advice = &first["data"][0];
        assert_eq!(advice["payer"], "Alpha Ltd", "{first}");
        assert_eq!(advice["total"], "139", "{first}");
        assert_eq!(advice["items"][0]["document"], "INV-1", "{first}");
        assert_eq!(advice["lines"][0]["amount"]["amount"], "139.00", "{first}");
        assert_eq!(advice["lines"][0]["outcome"], "applied", "{first}");
        let next = first["next"].as_str().expect("more");
        let second = json(&program.get(&format!("{list}?limit=1&after={next}")));
        assert_eq!(
            second["data"][0]["why_not"],
            "no payment of 1234.50 EUR has come"
        );
        assert_eq!(second["data"][0]["items"][0]["deduction"], "10");
        assert!(second.get("next").is_none(), "{second}");
        let id = advice["id"].as_str().expect("an id");
        assert_eq!(&json(&program.get(&format!("{list}/{id}"))), advice);
        let file = program.get(&format!("{list}/{id}/file"));
        assert_eq!(file.body, ADVICES);
        for (path, status) in [
            ("/file_0.0", 404),
            ("/line_1/file", 404),
            ("?after=x", 422),
            ("?limit=0", 422),
            ("?from=", 422),
            ("?color=red", 422),
        ] {
            assert_eq!(
                program.get(&format!("{list}{path}")).status,
                status,
                "{path}"
            );
        }
        // A file that a program sends is found by the name that it is given.
        let sent = ADVICES.replace("INV-77", "INV-78");
        let path = "/api/v1/imports/remittances?name=march.820";
        assert_eq!(post(&program, path, "m-1", &sent).status, 200);
        let named = json(&program.get(&format!("{list}?file=MARCH")));
        assert_eq!(
            named["data"][1]["items"][0]["document"], "INV-78",
            "{named}"
        );
        let stranger = Client::new(fixture.address);
        for path in ["", &format!("/{id}"), &format!("/{id}/file")] {
            assert_eq!(stranger.get(&format!("{list}{path}")).status, 401, "{path}");
        }
        fixture.verify();
    });
}
