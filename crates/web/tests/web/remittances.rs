//! Remittance advices through REST: listed, narrowed, shown with what they explain, and their files.

use crate::client::{Client, json};
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
    take(&owner, "remittances", ADVICES);
    assert_eq!(upload(&owner, STATEMENT).status, 200);
    let run = owner.submit("/cash", "/cash/run", &[]);
    assert_eq!(run.status, 303, "{}", run.body);
    owner
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
        let stranger = Client::new(fixture.address);
        for path in ["", &format!("/{id}"), &format!("/{id}/file")] {
            assert_eq!(stranger.get(&format!("{list}{path}")).status, 401, "{path}");
        }
        fixture.verify();
    });
}
