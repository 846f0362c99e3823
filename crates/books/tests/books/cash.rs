//! Cash application from files to the ledger: applied, proposed, parked, taken back, on both
//! engines alike.

use std::fmt::{self, Display, Formatter};
use std::io::{Cursor, Read};

use books::bank::import::Reading;
use books::cash::desk::{self, Division, Part};
use books::cash::queue;
use books::imports::{ImportReport, Options, Source};
use books::reports::Carried;
use books::reports::lists::Ask;
use books::{Db, verify};
use domain::cash::Kind;
use domain::documents::Side;
use formats::exchange::Kind as File;

use crate::carried;
use crate::engines::{Fixture, context, found, on_every_engine};

const COMPANY: &str = r#"{ "names": ["Nordlicht GmbH"], "accounts": [
  { "account": "EUR", "id": "DE02120300000000202051", "currency": "EUR" } ],
  "policy": { "discount_grace_days": 0, "rounding_tolerance": 0.05,
    "bank_fee_tolerance": { "EUR": 25 } } }"#;

pub(crate) const CUSTOMERS: &str =
    "customer_id,name,country,currency,parent_id,email,payment_terms,\
known_bank_accounts,aliases
K1,Hansen Werkzeuge GmbH,DE,EUR,,,NET30,DE89370400440532013000,
K2,Sorel Mode SARL,FR,EUR,,,NET30,FR1420041010050500013M02606,
";

const ITEMS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0101,invoice,K1,2025-01-10,2025-02-09,EUR,1190.00,1190.00,,,2,2025-01-24,
RG-2025-0102,invoice,K1,2025-01-12,2025-02-11,EUR,500.00,500.00,,,,,
RG-2025-0103,invoice,K2,2025-01-15,2025-02-14,EUR,250.00,250.00,,,,,
";

const STATEMENT: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("1000,00", "2493,90"),
    lines: &[
        (
            "C1166,20NTRFNONREF//B-1",
            "166?00GUTSCHRIFT?20SVWZ+RG-2025-0101 ABZGL. ?21SKONTO?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
        (
            "C250,00NTRFNONREF//B-2",
            "166?00GUTSCHRIFT?20SVWZ+FACTURE RG-2025-0103?31FR1420041010050500013M02606?32SOREL MODE SARL",
        ),
        (
            "C77,70NTRFNONREF//B-3",
            "166?00GUTSCHRIFT?20SVWZ+DANKE?32UNBEKANNT",
        ),
    ],
};

/// A statement of the account in euros whose movements are all of one day.
#[derive(Clone, Copy)]
pub(crate) struct Statement {
    /// Its number.
    pub(crate) number: u32,
    /// Its day as MT940 has it: year, month, day.
    pub(crate) day: &'static str,
    /// The opening balance and the closing one.
    pub(crate) balances: (&'static str, &'static str),
    /// What follows the dates in `:61:`, and `:86:`.
    pub(crate) lines: &'static [(&'static str, &'static str)],
}

impl Display for Statement {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let (day, (opening, closing)) = (self.day, self.balances);
        let month_and_day = day.get(2..).unwrap_or_default();
        writeln!(
            out,
            ":20:ST{0}\n:25:DE02120300000000202051\n:28C:{0}/1",
            self.number
        )?;
        writeln!(out, ":60F:C{day}EUR{opening}")?;
        for (movement, text) in self.lines {
            writeln!(out, ":61:{day}{month_and_day}{movement}\n:86:{text}")?;
        }
        writeln!(out, ":62F:C{day}EUR{closing}\n-")
    }
}

pub(crate) fn take(db: &Db, kind: Option<File>, name: &str, text: impl Display) -> ImportReport {
    let text = text.to_string();
    let open = || -> std::io::Result<Box<dyn Read>> { Ok(Box::new(Cursor::new(text.clone()))) };
    let source = Source {
        name: name.to_owned(),
        open: &open,
    };
    let options = Options {
        partial: false,
        side: Side::Receivable,
    };
    let report = match kind {
        Some(kind) => books::imports::import(db, &context(), None, kind, &source, options),
        None => books::bank::import::import(db, &context(), None, &source, Reading::default()),
    };
    let report = report.expect("imported");
    assert_eq!(report.refused(), 0, "{:?}", report.problems);
    report
}

pub(crate) fn company(fixture: &Fixture) {
    taken_over(&fixture.db, ITEMS);
    take(&fixture.db, None, "january.sta", STATEMENT);
}

/// The company with its customers and what is open of them.
pub(crate) fn taken_over(db: &Db, items: &str) {
    found(db);
    take(db, Some(File::Company), "company.json", COMPANY);
    take(db, Some(File::Customers), "customers.csv", CUSTOMERS);
    take(db, Some(File::OpenItems), "open_items.csv", items);
}

pub(crate) fn outcomes(db: &Db) -> Vec<String> {
    let lines = db
        .read(&context(), None, |work| desk::lines(work, true))
        .expect("lines");
    lines
        .iter()
        .map(|line| {
            format!(
                "{} {} {} {}",
                line.reference, line.amount, line.outcome, line.party
            )
        })
        .collect()
}

pub(crate) fn line_of(db: &Db, reference: &str) -> String {
    let lines = db
        .read(&context(), None, |work| desk::lines(work, true))
        .expect("lines");
    let found = lines.iter().find(|line| line.reference == reference);
    found.expect("the line is there").line.to_string()
}

pub(crate) fn is_good(db: &Db) {
    let checks = db.read(&context(), None, verify::verify).expect("verified");
    for check in checks {
        assert_eq!(check.problem, None, "{}", check.name);
    }
}

#[test]
fn lines_of_the_desk_come_page_by_page() {
    on_every_engine("cash_pages", |fixture| {
        company(fixture);
        for all in ["false", "true"] {
            let (mut after, mut names) = (None, Vec::new());
            loop {
                let ask = Ask {
                    after,
                    limit: Some(1),
                    filters: vec![("all".to_owned(), all.to_owned())],
                };
                let page = fixture
                    .db
                    .read(&context(), None, |work| queue::page(work, &ask));
                let page = page.expect("a page");
                assert_eq!(page.lines.len(), 1);
                names.extend(page.lines.iter().map(|line| line.reference.clone()));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            names.sort_unstable();
            assert_eq!(names, ["B-1", "B-2", "B-3"], "{all}");
        }
        let refused = |ask: Ask| {
            let page = fixture
                .db
                .read(&context(), None, |work| queue::page(work, &ask));
            page.map_or_else(|failure| failure.code(), |_| "")
        };
        let after = |text: &str| Ask {
            after: Some(text.to_owned()),
            ..Ask::default()
        };
        assert_eq!(refused(after("nowhere")), "not_a_cursor");
        assert_eq!(refused(after("line_00000000000001")), "not_a_cursor");
        let limit = Some(501);
        assert_eq!(
            refused(Ask {
                limit,
                ..Ask::default()
            }),
            "not_a_limit"
        );
    });
}

#[test]
fn cash_is_applied_once_and_the_rest_waits() {
    on_every_engine("cash_applied", |fixture| {
        company(fixture);
        let again = take(&fixture.db, None, "january-again.sta", STATEMENT);
        assert!(again.known_file, "the same content is known again");
        let preview =
            books::cash::apply(&fixture.db, &context(), None, None, false).expect("previewed");
        assert_eq!((preview.looked_at, preview.run), (3, None));
        assert!(
            outcomes(&fixture.db)
                .iter()
                .all(|line| line.contains(" new "))
        );

        let run = books::cash::apply(&fixture.db, &context(), None, None, true).expect("applied");
        assert_eq!(run.changed, 3);
        assert_eq!(
            outcomes(&fixture.db),
            [
                "B-1 1166.20 applied K1",
                "B-2 250.00 applied K2",
                "B-3 77.70 waiting "
            ]
        );
        let second = books::cash::apply(&fixture.db, &context(), None, None, true).expect("again");
        assert_eq!(
            (second.looked_at, second.changed),
            (1, 0),
            "a second commit changes nothing"
        );
        is_good(&fixture.db);
    });
}

#[test]
fn confidence_is_learned_from_earlier_payments_of_the_book() {
    let mut history = String::from(
        "payment_id,payment_date,account,payer_name,payer_account,remittance_text,payment_amount,\
         currency,customer_id,document_number,applied_amount,kind,document_issue_date,\
         document_due_date,document_amount,document_currency\n",
    );
    for at in 1..=90 {
        let (number, amount) = (format!("RG-2024-{at:04}"), 100 + 7 * at);
        history += &format!(
            "H{at},2024-11-{:02},EUR,Hansen Werkzeuge GmbH,DE89370400440532013000,{number},\
             {amount}.00,EUR,K1,{number},{amount}.00,payment,2024-10-01,2024-10-31,{amount}.00,EUR\n",
            1 + at / 4
        );
    }
    let history: &'static str = history.leak();
    on_every_engine("cash_confidence", |fixture| {
        let db = &fixture.db;
        company(fixture);
        take(db, Some(File::History), "history.csv", history);
        books::cash::apply(db, &context(), None, None, true).expect("applied");
        let report = books::reports::find("cash-confidence").expect("there is one");
        let table = db
            .read(&context(), None, |work| {
                let day = work.day();
                report.answer(work, &books::reports::Question::as_of(day))
            })
            .expect("reported");
        let quoted: Vec<String> = table.rows[0].iter().map(ToString::to_string).collect();
        assert_eq!(
            quoted,
            ["Documents quoted, sum exact", "99.90", "30", "30", "99.92"]
        );
    });
}

#[test]
fn a_person_parks_moves_applies_and_takes_back() {
    on_every_engine("cash_desk", |fixture| {
        let db = &fixture.db;
        let sums = Carried::default();
        let agrees = |at: &str| {
            let days = ["2025-02-15", "2025-03-01", "2025-03-31"];
            let days = days.map(|day| day.parse().expect("a day"));
            carried::agrees(db, &sums, &days, at);
        };
        company(fixture);
        agrees("at first");
        books::cash::apply(db, &context(), None, None, true).expect("applied");
        agrees("applied");
        let (first, third) = (line_of(db, "B-1"), line_of(db, "B-3"));
        let work = |act: &dyn Fn(&mut books::Work<'_>) -> books::Outcome<()>| {
            let done = db.write(&context(), None, |work| act(work));
            agrees("by hand");
            done
        };
        work(&|work| desk::assign(work, &third, "K2", true)).expect("parked");
        let receipt = books::documents::Reverse {
            document: "RCT-000003".into(),
            on: "2025-03-01".parse().expect("a day"),
            reason: "not ours".into(),
        };
        let alone = work(&|work| {
            books::documents::reverse(work, std::slice::from_ref(&receipt)).map(|_| ())
        });
        assert!(alone.is_err_and(|failure| failure.code() == "of_bank_line"));
        work(&|work| desk::assign(work, &third, "K1", false)).expect("moved");
        let part = Part {
            document: "RG-2025-0102".into(),
            amount: None,
            deductions: vec![crate::dividing::taken(Kind::BankFee, "10.00", "")],
        };
        let too_much = Part {
            amount: Some(eur("90.00")),
            ..part.clone()
        };
        let too_much = Division::from(vec![too_much]);
        let refused = work(&|work| desk::apply(work, &third, &too_much));
        assert!(refused.is_err_and(|failure| failure.code() == "too_much"));
        let part = Division::from(vec![part]);
        work(&|work| desk::apply(work, &third, &part)).expect("applied");
        let settled = work(&|work| desk::assign(work, &third, "K2", true));
        assert!(settled.is_err_and(|failure| failure.code() == "line_settled"));
        is_good(db);

        work(&|work| desk::undo(work, &first)).expect("taken back");
        work(&|work| desk::undo(work, &third)).expect("taken back");
        let nothing = work(&|work| desk::undo(work, &third));
        assert!(nothing.is_err_and(|failure| failure.code() == "nothing_to_undo"));
        assert_eq!(
            outcomes(db),
            [
                "B-1 1166.20 held ",
                "B-2 250.00 applied K2",
                "B-3 77.70 held "
            ]
        );
        let held = books::cash::apply(db, &context(), None, None, true).expect("run");
        assert_eq!(
            held.looked_at, 0,
            "the run leaves alone what a person took back"
        );
        work(&|work| desk::release(work, &first)).expect("released");
        books::cash::apply(db, &context(), None, None, true).expect("run");
        agrees("released");
        assert_eq!(outcomes(db)[0], "B-1 1166.20 applied K1");
        is_good(db);
        let replay = db
            .read(&context(), None, |work| {
                books::cash::replay::replay(work, None)
            })
            .expect("replayed");
        assert_eq!(replay.looked_at, 3);
    });
}

#[test]
fn two_who_decide_about_one_line_leave_one_decision() {
    on_every_engine("cash_two_at_once", |fixture| {
        let db = &fixture.db;
        company(fixture);
        let together = std::sync::Barrier::new(4);
        let decide = &|reference: &str, party: &str| {
            let line = line_of(db, reference);
            together.wait();
            // The second finds the line parked already, and moves it.
            db.write(&context(), None, |work| {
                desk::assign(work, &line, party, true)
            })
        };
        std::thread::scope(|scope| {
            let all = [("B-2", "K1"), ("B-2", "K2"), ("B-3", "K1"), ("B-3", "K2")];
            let all = all.map(|(line, party)| scope.spawn(move || decide(line, party)));
            for one in all {
                one.join().expect("nobody breaks off").expect("parked");
            }
        });
        is_good(db);
    });
}

pub(crate) fn eur(text: &str) -> domain::money::Money {
    let eur = domain::money::Currency::parse("EUR").expect("EUR");
    domain::money::Money::parse(text, eur).expect("an amount")
}

/// Between the decision and the gate somebody parks money of K2: what K1 paid is posted as it was
/// decided, the lines of K2 and the line itself wait for the next run.
#[test]
fn what_somebody_touched_since_the_decision_is_left_to_the_next_run() {
    on_every_engine("cash_ahead", |fixture| {
        let db = &fixture.db;
        company(fixture);
        let hours = |hours: i64| books::Context {
            now: context().now + jiff::SignedDuration::from_hours(hours),
            ..context()
        };
        let decide = |at: i64| {
            let ready = db.read(&hours(at), None, |work| books::cash::ready(work, None));
            Some(ready.expect("decided"))
        };
        let commit = |at: i64, mut ready: Option<books::cash::Ready>| {
            db.write(&hours(at), None, |work| {
                books::cash::apply_within(work, None, ready.take())
            })
            .expect("applied")
        };
        let ready = decide(1);
        let third = line_of(db, "B-3");
        db.write(&hours(2), None, |work| {
            desk::assign(work, &third, "K2", true)
        })
        .expect("parked");
        let run = commit(3, ready);
        assert_eq!((run.looked_at, run.left), (1, 2));
        assert_eq!(
            outcomes(db),
            [
                "B-1 1166.20 applied K1",
                "B-2 250.00 new ",
                "B-3 77.70 on_account K2"
            ]
        );
        is_good(db);
        let ready = decide(4);
        let run = commit(5, ready);
        assert_eq!((run.looked_at, run.left), (1, 0));
        is_good(db);
    });
}

/// Whoever changed master data since may have changed any decision: all are taken anew.
#[test]
fn what_was_decided_before_master_data_changed_is_decided_anew() {
    on_every_engine("cash_anew", |fixture| {
        let db = &fixture.db;
        company(fixture);
        let ready = db.read(&context(), None, |work| books::cash::ready(work, None));
        let mut ready = Some(ready.expect("decided"));
        let named = "customer_id,name,country,currency\nK9,Unbekannt AG,DE,EUR\n";
        take(db, Some(File::Customers), "new.csv", named);
        let run = db.write(&context(), None, |work| {
            books::cash::apply_within(work, None, ready.take())
        });
        let run = run.expect("applied");
        assert_eq!((run.looked_at, run.left), (3, 0));
        assert_eq!(outcomes(db)[0], "B-1 1166.20 applied K1");
        is_good(db);
    });
}
