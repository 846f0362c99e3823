//! What is carried forward answers as the statements do, after every step of stories and auditor.

use books::Db;
use books::cash::queue;
use books::reports::{self, By, Carried, Cell, Question, Table, lists};
use domain::calendar::Date;
use domain::documents::Side;

use crate::desk::Desk;
use crate::engines::{context, on_every_engine};

/// Compares every answer as of some days with that of the statements.
pub(crate) fn agrees(db: &Db, carried: &Carried, days: &[Date], at: &str) {
    for as_of in days {
        let day = Question::as_of(*as_of);
        let mut questions = vec![
            ("tie-out", day.clone()),
            ("trial-balance", day.clone()),
            ("bank-reconciliation", day.clone()),
            ("cash-position", day.clone()),
            ("credit", day.clone()),
            ("withholding", day.clone()),
        ];
        let by = |by: By| Question {
            by: Some(by),
            ..day.clone()
        };
        questions.push(("trial-balance", by(By::Currency)));
        for cut in [By::Party, By::Region, By::Currency] {
            for side in [Side::Receivable, Side::Payable] {
                let question = by(cut);
                questions.push(("aging", Question { side, ..question }));
            }
        }
        for (name, question) in questions {
            let report = reports::find(name).expect("a report");
            let (stated, shown) = db
                .read(&context(), None, |work| {
                    let shown = carried.report(work, report, &question)?;
                    Ok((report.answer(work, &question)?, shown))
                })
                .unwrap_or_else(|failure| panic!("{at}: {name}: {failure}"));
            assert_eq!(shown, stated, "{at}: {name} as of {as_of}, {question:?}");
        }
        for side in [Side::Receivable, Side::Payable] {
            let question = by(By::Document);
            windows(db, carried, &Question { side, ..question }, at);
        }
    }
    let (stated, shown) = db
        .read(&context(), None, |work| {
            let shown = carried.waiting(work)?;
            Ok((queue::waiting(work)?, shown))
        })
        .expect("answered");
    assert_eq!(shown, stated, "{at}: the queue");
}

/// The windows on the aging by document, laid side by side, are the report.
fn windows(db: &Db, carried: &Carried, question: &Question, at: &str) {
    let report = reports::find("aging").expect("the aging");
    let whole = db
        .read(&context(), None, |work| report.answer(work, question))
        .expect("answered");
    let mut joined = Table {
        rows: Vec::new(),
        ..whole.clone()
    };
    let totals = loop {
        let start = joined.rows.len();
        let window = db
            .read(&context(), None, |work| {
                carried.aging_by_document(work, question, start, 3)
            })
            .unwrap_or_else(|failure| panic!("{at}: {failure}"));
        assert_eq!(window.columns, whole.columns, "{at}");
        joined.rows.extend(window.rows);
        if !window.has_more {
            break window.totals;
        }
    };
    let is_total = |row: &Vec<Cell>| row[0] == Cell::from("TOTAL");
    let (sums, rows): (Vec<_>, Vec<_>) = whole.rows.into_iter().partition(is_total);
    assert_eq!((joined.rows, totals), (rows, sums), "{at}: {question:?}");
}

#[test]
fn names_are_found_as_the_statement_finds_them() {
    on_every_engine("carried_names", |fixture| {
        let _desk = Desk::quarter(fixture);
        let carried = Carried::default();
        for text in [
            "alpha", "PHA L", "c-1", "c-", "gm", "%", "_", "", " beta ", "INV", "zzz",
        ] {
            let (stated, shown) = fixture
                .db
                .read(&context(), None, |work| {
                    let shown = carried.search(work, text)?;
                    Ok((lists::search(work, text)?, shown))
                })
                .expect("answered");
            assert_eq!(shown, stated, "{text}");
        }
    });
}
