//! Attempts that must fail or do no harm: other people's books, limits gone round, duties put
//! together, and texts from outside that try to be more than texts.

use std::io::Cursor;

use books::approvals::{self, Verdict, Wish};
use books::bank::import::Reading;
use books::imports::Source;
use books::reports::{self, Ask, Question};
use books::{Context, access, documents};
use calamine::Reader;
use domain::documents::DocumentKind;
use domain::money::Currency;
use formats::exchange::Kind;

use super::{by, import, read, waits, write};
use crate::access::staff;
use crate::desk::{Desk, Paper, at_noon, day, line, money, order};
use crate::engines::{Fixture, on_every_engine};

/// Texts that would be more than texts somewhere.
const NASTY: [&str; 6] = [
    "<script>alert(1)</script>",
    "'; DROP TABLE party; --",
    "{{7*7}}${7*7}",
    "=HYPERLINK(\"http://example.com\",\"click\")",
    "@SUM(A1:A9)",
    "-2+3+cmd|' /C calc'!A0",
];

const CUSTOMERS: &str = r#"customer_id,name,country,currency,aliases,region
C-1,<script>alert(1)</script>,DE,EUR,,<b>North</b>
C-2,'; DROP TABLE party; --,DE,EUR,"=1+1",
C-3,{{7*7}}${7*7},DE,EUR,,
C-4,"=HYPERLINK(""http://example.com"",""click"")",DE,EUR,,
C-5,@SUM(A1:A9),DE,EUR,,
C-6,-2+3+cmd|' /C calc'!A0,DE,EUR,,
"#;

const ITEMS: &str = r"document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount,po_number
=1+1,invoice,C-1,2025-01-10,2025-02-09,EUR,119.00,119.00,<img src=x onerror=alert(1)>
'; DROP TABLE document; --,invoice,C-2,2025-01-10,2025-02-09,EUR,20.00,20.00,@x
";

const VENDORS: &str = r#"vendor_id,name,country,currency
V-1,"<svg onload=alert(1)>",DE,EUR
"#;

/// A payment whose payer and text are attacks.
const STATEMENT: &str = ":20:S1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n\
:60F:C250330EUR100,00\r\n:61:2503310331C119,00NTRFNONREF//A1\r\n\
:86:?00UEBERWEISUNG?20=1+1 '; DROP TABLE bank_line; --?32<script>alert(2)</script>\r\n\
:62F:C250331EUR219,00\r\n-\r\n";

const REMITTANCE: &str = "payer,document,amount,currency\n\
<script>alert(3)</script>,\"'; DROP TABLE remittance; --\",119.00,EUR\n";

#[test]
fn texts_from_outside_stay_texts() {
    on_every_engine("ctl_texts", |fixture| {
        let _entity = crate::engines::found(&fixture.db);
        let context = by("tester");
        for (kind, text, count) in [
            (Kind::Customers, CUSTOMERS, 6),
            (Kind::Vendors, VENDORS, 1),
            (Kind::OpenItems, ITEMS, 2),
        ] {
            let report = import(fixture, &context, kind, text).expect("taken");
            assert_eq!(
                (report.accepted, report.refused()),
                (count, 0),
                "{:?}",
                report.problems
            );
        }
        let open = |text: &'static str| {
            move || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(text.as_bytes())) }
        };
        let (statement, remittance) = (open(STATEMENT), open(REMITTANCE));
        let file = Source {
            name: "'; DROP TABLE source_file; --.sta".into(),
            open: &statement,
        };
        let taken =
            books::bank::import::import(&fixture.db, &context, None, &file, Reading::default());
        assert_eq!(taken.expect("taken").accepted, 1);
        let file = Source {
            name: "=cmd.csv".into(),
            open: &remittance,
        };
        let taken = books::remittances::import(&fixture.db, &context, None, &file, true);
        assert!(taken.is_ok() || taken.is_err_and(|failure| failure.code() != "fault"));
        // Searching with them finds or finds nothing, and breaks nothing.
        for text in NASTY {
            let found = read(fixture, &context, |work| {
                let list = reports::lists::find("customers").expect("the list");
                let ask = reports::lists::Ask {
                    filters: vec![("name".to_owned(), text.to_owned())],
                    ..reports::lists::Ask::default()
                };
                reports::lists::page(work, list, &ask)
            });
            assert_eq!(
                found.expect("listed").rows.len(),
                1,
                "{text} is kept as it came"
            );
        }
        for table in ["party", "document", "bank_line", "source_file"] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            assert_ne!(
                books::testing::count(&fixture.url, &sql).expect("there"),
                0,
                "{table}"
            );
        }
        files_are_harmless(fixture);
        crate::verify::assert_good(fixture);
    });
}

/// No cell of a file is a formula.
fn files_are_harmless(fixture: &Fixture) {
    for report in reports::REPORTS {
        let question = Question {
            party: report.asks.contains(&Ask::Party).then(|| "C-1".into()),
            ..Question::as_of(day("03-31"))
        };
        let table = read(fixture, &by("tester"), |work| {
            report.answer(work, &question)
        });
        let table = table.expect("answered");
        let mut out = Vec::new();
        reports::csv(&table, &mut out).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        for cell in text.lines().flat_map(|line| line.split(',')) {
            let cell = cell.trim_matches('"');
            let runs = cell.starts_with(['=', '@', '+']);
            assert!(!runs, "{}: {cell}", report.name);
        }
        let mut out = Cursor::new(Vec::new());
        reports::xlsx(&table, &mut out).expect("written");
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(out).expect("a workbook");
        for name in book.sheet_names() {
            let formulas = book.worksheet_formula(&name).expect("a sheet");
            let mut cells = formulas.cells();
            assert!(
                cells.all(|(.., formula)| formula.is_empty()),
                "{}",
                report.name
            );
        }
    }
}

#[test]
fn nobody_reads_or_works_in_the_books_of_others() {
    on_every_engine("ctl_entities", |fixture| {
        let desk = Desk::quarter(fixture);
        let home = desk.entity.code.clone();
        let founding = books::entities::Founding {
            name: "Other Ltd".into(),
            currency: Currency::parse("GBP").expect("GBP"),
            country: "GB".into(),
            code: Some("OTHER".into()),
        };
        let other = Context {
            actor: "boss".into(),
            ..at_noon(day("03-31"))
        };
        books::entities::found(&fixture.db, &other, &founding).expect("founded");
        let within = |login: &str, entity: &str| -> Result<(), &'static str> {
            let done = fixture.db.read(&by(login), Some(entity), |work| {
                let list = reports::lists::find("customers").expect("the list");
                reports::lists::page(work, list, &reports::lists::Ask::default())?;
                let report = reports::find("aging").expect("the report");
                reports::demand(work, report, &Question::as_of(day("03-31")))
            });
            done.map_err(|failure| failure.code())
        };
        let staffed = fixture.db.write(&by("tester"), Some(&home), |work| {
            access::add_person(work, "cora", "Cora")?;
            access::give(work, "cora", "credit", None)
        });
        assert!(staffed.is_ok());
        let staffed = fixture.db.write(&other, Some("OTHER"), |work| {
            access::add_person(work, "eve", "Eve")?;
            access::give(work, "eve", "controller", None)
        });
        assert!(staffed.is_ok());
        assert_eq!(within("cora", &home), Ok(()));
        assert_eq!(within("cora", "OTHER"), Err("unknown_actor"));
        assert_eq!(within("eve", &home), Err("unknown_actor"));
        assert_eq!(
            within("tester", "OTHER"),
            Err("unknown_actor"),
            "an owner owns one book"
        );
        // A request of one book is none of the other.
        let wish = Wish::WriteOff {
            item: desk.item("INV-1"),
            amount: Some(money("1.00 EUR")),
            on: day("03-31"),
        };
        let asked = fixture.db.write(&by("cora"), Some(&home), |work| {
            approvals::ask(work, &wish, "lost")
        });
        let Ok(approvals::Asked::Waits(id)) = asked else {
            panic!("expected to wait: {asked:?}")
        };
        let decided = fixture.db.write(&by("eve"), Some("OTHER"), |work| {
            approvals::decide(work, id, Verdict::Approve, "")
        });
        assert!(decided.is_err_and(|failure| failure.code() == "not_found"));
        let stolen = fixture.db.write(&by("eve"), Some("OTHER"), |work| {
            approvals::ask(work, &wish, "mine now")
        });
        assert!(
            stolen.is_err_and(|failure| ["not_allowed", "unknown_item"].contains(&failure.code()))
        );
    });
}

#[test]
fn limits_and_duties_hold_when_the_work_is_done() {
    on_every_engine("ctl_limits", |fixture| {
        let desk = Desk::quarter(fixture);
        staff(
            fixture,
            &[
                ("bill", "billing", Some(10_000)),
                ("cash", "cash_application", None),
                ("cleo", "controller", None),
            ],
        );
        // A document is worth all of its instalments.
        let lines = documents::Content::Lines(vec![line("150.00")]);
        let order = documents::NewDocument {
            terms: Some("50% NET30, 50% NET60".into()),
            ..order(DocumentKind::Invoice, "03-31", lines)
        };
        let issued = write(fixture, &by("bill"), |work| {
            documents::issue(work, std::slice::from_ref(&order)).map(|_| ())
        });
        assert_eq!(issued, Err("above_limit"));
        // Roles that were put together behind the books' back do no work.
        let sql = format!(
            "INSERT INTO role_event (entity_id, id, login, role, action, limit_amount, actor,
               recorded_at, portfolio)
             VALUES ({}, 99, 'cash', 'credit', 'given', NULL, 'eve',
               '2025-03-31T12:00:00Z', '')",
            desk.entity.id.0
        );
        books::testing::tamper(&fixture.url, &sql).expect("tampered");
        let paper = Paper {
            kind: DocumentKind::Receipt,
            number: "R-1",
            party: Some(0),
            on: "03-31",
            due: "03-31",
            gross: "5.00 EUR",
            functional: "5.00 EUR",
        };
        let posted = desk.try_issue(&paper, &by("cash"));
        assert!(posted.is_err_and(|failure| failure.code() == "duties_meet"));
        let wish = Wish::WriteOff {
            item: desk.item("INV-1"),
            amount: None,
            on: day("03-31"),
        };
        let asked = write(fixture, &by("cash"), |work| {
            approvals::ask(work, &wish, "mine").map(|_| ())
        });
        assert_eq!(asked, Err("duties_meet"));
        // Files give nobody what their role does not.
        for (login, kind, text) in [
            ("bill", Kind::OpenItems, ITEMS),
            ("cash", Kind::Customers, CUSTOMERS),
            ("bill", Kind::Company, "{}"),
            ("cash", Kind::Rates, "date,from,to,rate\n"),
        ] {
            let code = import(fixture, &by(login), kind, text).map(|_| ());
            assert!(
                ["not_allowed", "duties_meet"].contains(&code.unwrap_err()),
                "{login}"
            );
        }
        // Who only looks arranges nothing.
        staff(fixture, &[("audit", "auditor", None)]);
        let days = (day("03-31"), day("04-01"));
        let arranged = write(fixture, &by("audit"), |work| {
            approvals::delegate(work, "audit", "cleo", days, "").map(|_| ())
        });
        assert_eq!(arranged, Err("not_allowed"));
        let reminded = write(fixture, &by("audit"), |work| {
            approvals::commit_reminders(work, 0).map(|_| ())
        });
        assert_eq!(reminded, Err("not_allowed"));
        let agent = Context {
            door: "mcp",
            ..by("cleo")
        };
        let arranged = write(fixture, &agent, |work| {
            approvals::delegate(work, "cleo", "bill", days, "").map(|_| ())
        });
        assert_eq!(arranged, Err("agent_only_proposes"));
        let id = waits(fixture, &by("tester"), &wish);
        let decided = write(fixture, &agent, |work| {
            approvals::decide(work, id, Verdict::Approve, "")
        });
        assert_eq!(decided, Err("agent_only_proposes"));
        crate::verify::assert_good_but_for(fixture, "role_event");
    });
}
