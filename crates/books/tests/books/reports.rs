//! Reports of the sample quarter, as CSV that can be read beside the facts.

use books::reports::{self, By, Cell, Question, Table};
use domain::documents::Side;
use jiff::Timestamp;

use crate::desk::{Desk, at_noon, day};
use crate::engines::{Fixture, on_every_engine};

fn answer(fixture: &Fixture, report: &str, question: &Question) -> Table {
    let report = reports::find(report).expect("the report");
    fixture
        .db
        .read(&at_noon(day("03-31")), None, |work| {
            report.answer(work, question)
        })
        .expect("answered")
}

fn csv(table: &Table) -> String {
    let mut out = Vec::new();
    reports::csv(table, &mut out).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

/// Compares with lines that are indented for reading.
fn check(fixture: &Fixture, report: &str, question: &Question, expected: &str) {
    let found = csv(&answer(fixture, report, question));
    let expected: String = expected
        .trim()
        .lines()
        .flat_map(|line| [line.trim(), "\n"])
        .collect();
    assert_eq!(found, expected, "{report} {question:?}");
}

fn as_of(text: &str) -> Question {
    Question::as_of(day(text))
}

const HEAD: &str = "party_id,party_name,currency,not_due,days_1_30,days_31_60,days_61_90,\
                    days_over_90,unapplied,total";

#[test]
fn aging_as_of_any_day_as_known_at_any_moment() {
    on_every_engine("aging", |fixture| {
        drop(Desk::quarter(fixture));
        let aged = |question: &Question, rows: &str| {
            check(
                fixture,
                "aging",
                question,
                &format!("{HEAD}\n{}", rows.trim()),
            );
        };
        aged(
            &as_of("03-31"),
            "C-1,Alpha Ltd,EUR,0.00,60.00,50.00,0.00,0.00,-10.00,100.00
             C-2,\"Beta, Inc\",EUR,0.00,0.00,0.00,0.00,15.00,0.00,15.00
             ,Unidentified receipts,EUR,0.00,0.00,0.00,0.00,0.00,-30.00,-30.00
             TOTAL,,EUR,0.00,60.00,50.00,0.00,15.00,-40.00,85.00",
        );
        // The credit memo was applied from the 12th to the 20th.
        aged(
            &as_of("03-15"),
            "C-1,Alpha Ltd,EUR,50.00,0.00,50.00,0.00,0.00,0.00,100.00
             C-2,\"Beta, Inc\",EUR,0.00,0.00,0.00,15.00,0.00,0.00,15.00
             ,Unidentified receipts,EUR,0.00,0.00,0.00,0.00,0.00,-30.00,-30.00
             TOTAL,,EUR,50.00,0.00,50.00,15.00,0.00,-30.00,85.00",
        );
        aged(
            &as_of("02-09"),
            "C-1,Alpha Ltd,EUR,50.00,0.00,0.00,0.00,0.00,0.00,50.00
             C-2,\"Beta, Inc\",EUR,0.00,0.00,15.00,0.00,0.00,0.00,15.00
             TOTAL,,EUR,50.00,0.00,15.00,0.00,0.00,0.00,65.00
             C-2,\"Beta, Inc\",USD,200.00,0.00,0.00,0.00,0.00,0.00,200.00
             TOTAL,,USD,200.00,0.00,0.00,0.00,0.00,0.00,200.00",
        );
        // On the 20th of February nobody knew what March would bring.
        let known = Question {
            known_at: Some("2025-02-20T00:00:00Z".parse().expect("an instant")),
            ..as_of("03-31")
        };
        aged(
            &known,
            "C-1,Alpha Ltd,EUR,0.00,60.00,50.00,0.00,0.00,0.00,110.00
             C-2,\"Beta, Inc\",EUR,0.00,0.00,0.00,0.00,15.00,0.00,15.00
             TOTAL,,EUR,0.00,60.00,50.00,0.00,15.00,0.00,125.00
             C-2,\"Beta, Inc\",USD,0.00,0.00,200.00,0.00,0.00,0.00,200.00
             TOTAL,,USD,0.00,0.00,200.00,0.00,0.00,0.00,200.00",
        );
        aged(&as_of("12-30"), "");
        let payable = Question {
            side: Side::Payable,
            ..as_of("03-31")
        };
        aged(
            &payable,
            "V-1,Gamma GmbH,EUR,0.00,30.00,0.00,0.00,0.00,0.00,30.00
             TOTAL,,EUR,0.00,30.00,0.00,0.00,0.00,0.00,30.00",
        );
    });
}

#[test]
fn a_party_on_one_side_needs_no_word_of_it() {
    on_every_engine("one_side", |fixture| {
        drop(Desk::quarter(fixture));
        let vendor = "UPDATE party SET is_customer = 0 WHERE code = 'V-1'";
        books::testing::arrange_parties(&fixture.db, vendor).expect("a vendor");
        for report in ["statement-of-account", "documents"] {
            let vendor = Question {
                party: Some("V-1".into()),
                ..as_of("03-31")
            };
            let named = Question {
                side: Side::Payable,
                ..vendor.clone()
            };
            let found = csv(&answer(fixture, report, &vendor));
            assert!(found.contains("30.00"), "{report}: {found}");
            assert_eq!(found, csv(&answer(fixture, report, &named)), "{report}");
        }
    });
}

#[test]
fn aging_cut_by_region_currency_and_document() {
    on_every_engine("aging_by", |fixture| {
        drop(Desk::quarter(fixture));
        let by = |by| Question {
            by: Some(by),
            ..as_of("03-31")
        };
        check(
            fixture,
            "aging",
            &by(By::Region),
            &format!(
                "{HEAD},region
                C-1,Alpha Ltd,EUR,0.00,0.00,50.00,0.00,0.00,-10.00,40.00,
                C-1,Alpha Ltd,EUR,0.00,60.00,0.00,0.00,0.00,0.00,60.00,North
                C-2,\"Beta, Inc\",EUR,0.00,0.00,0.00,0.00,15.00,0.00,15.00,
                ,Unidentified receipts,EUR,0.00,0.00,0.00,0.00,0.00,-30.00,-30.00,
                TOTAL,,EUR,0.00,60.00,50.00,0.00,15.00,-40.00,85.00,"
            ),
        );
        check(
            fixture,
            "aging",
            &by(By::Currency),
            &format!("{HEAD}\nTOTAL,,EUR,0.00,60.00,50.00,0.00,15.00,-40.00,85.00"),
        );
        check(
            fixture,
            "aging",
            &by(By::Document),
            &format!(
                "{HEAD},document_number,due_on
                C-1,Alpha Ltd,EUR,0.00,0.00,50.00,0.00,0.00,0.00,50.00,INV-1,2025-02-09
                C-1,Alpha Ltd,EUR,0.00,0.00,0.00,0.00,0.00,-10.00,-10.00,CM-1,2025-03-10
                C-1,Alpha Ltd,EUR,0.00,60.00,0.00,0.00,0.00,0.00,60.00,INV-3,2025-03-17
                C-2,\"Beta, Inc\",EUR,0.00,0.00,0.00,0.00,15.00,0.00,15.00,OLD-7,2024-12-15
                ,Unidentified receipts,EUR,0.00,0.00,0.00,0.00,0.00,-30.00,-30.00,RCT-3,2025-03-05
                TOTAL,,EUR,0.00,60.00,50.00,0.00,15.00,-40.00,85.00,,"
            ),
        );
    });
}

#[test]
fn trial_balance_in_functional_and_transaction_currency() {
    on_every_engine("trial_balance", |fixture| {
        drop(Desk::quarter(fixture));
        check(
            fixture,
            "trial-balance",
            &as_of("03-31"),
            "account,account_name,currency,opening,debits,credits,closing
            1000,Cash at bank,EUR,0.00,290.00,20.00,270.00
            1200,Accounts receivable,EUR,15.00,370.00,270.00,115.00
            2000,Accounts payable,EUR,0.00,20.00,50.00,-30.00
            2090,Unidentified receipts,EUR,0.00,0.00,30.00,-30.00
            3900,Opening balances,EUR,-15.00,0.00,0.00,-15.00
            4000,Revenue,EUR,0.00,10.00,360.00,-350.00
            5000,Purchases,EUR,0.00,50.00,0.00,50.00
            7200,Realised exchange differences,EUR,0.00,0.00,10.00,-10.00
            TOTAL,,EUR,0.00,740.00,740.00,0.00",
        );
        let known = Question {
            by: Some(By::Currency),
            from: Some(day("02-01")),
            known_at: Some("2025-03-01T12:00:00Z".parse().expect("an instant")),
            ..as_of("03-31")
        };
        check(
            fixture,
            "trial-balance",
            &known,
            "account,account_name,currency,opening,debits,credits,closing,functional
            1000,Cash at bank,EUR,0.00,70.00,20.00,50.00,50.00
            1000,Cash at bank,USD,0.00,200.00,0.00,200.00,190.00
            1200,Accounts receivable,EUR,135.00,60.00,70.00,125.00,125.00
            1200,Accounts receivable,USD,200.00,0.00,200.00,0.00,0.00
            2000,Accounts payable,EUR,0.00,20.00,50.00,-30.00,-30.00
            3900,Opening balances,EUR,-15.00,0.00,0.00,-15.00,-15.00
            4000,Revenue,EUR,-120.00,0.00,60.00,-180.00,-180.00
            4000,Revenue,USD,-200.00,0.00,0.00,-200.00,-180.00
            5000,Purchases,EUR,0.00,50.00,0.00,50.00,50.00
            7200,Realised exchange differences,EUR,0.00,0.00,0.00,0.00,-10.00",
        );
    });
}

#[test]
fn control_accounts_tie_out_on_every_day() {
    on_every_engine("tie_out", |fixture| {
        drop(Desk::quarter(fixture));
        check(
            fixture,
            "tie-out",
            &as_of("03-31"),
            "account,account_name,currency,ledger,open_items,difference,ledger_functional,open_items_functional,difference_functional
            1200,Accounts receivable,EUR,115.00,115.00,0.00,115.00,115.00,0.00
            1200,Accounts receivable,USD,0.00,0.00,0.00,0.00,0.00,0.00
            2000,Accounts payable,EUR,-30.00,-30.00,0.00,-30.00,-30.00,0.00
            2090,Unidentified receipts,EUR,-30.00,-30.00,0.00,-30.00,-30.00,0.00",
        );
        for text in ["01-15", "02-10", "02-28", "03-01", "03-11", "03-15"] {
            let known = Question {
                known_at: Some(at_noon(day("03-05")).now),
                ..as_of(text)
            };
            for question in [as_of(text), known] {
                for row in answer(fixture, "tie-out", &question).rows {
                    for place in [5, 8] {
                        assert!(matches!(row[place], Cell::Money(money) if money.is_zero()));
                    }
                }
            }
        }
    });
}

#[test]
fn the_statement_of_one_party() {
    on_every_engine("statement", |fixture| {
        drop(Desk::quarter(fixture));
        let question = Question {
            party: Some("C-1".into()),
            from: Some(day("02-01")),
            ..as_of("03-31")
        };
        check(
            fixture,
            "statement-of-account",
            &question,
            "posted_on,kind,number,due_on,currency,charged,credited,applied,balance
            2025-02-01,Opening balance,,,EUR,,,,120.00
            2025-02-05,Receipt,RCT-1,2025-02-05,EUR,,70.00,,50.00
            2025-02-05,Applied,RCT-1 to INV-1,,EUR,,,70.00,50.00
            2025-02-15,Invoice,INV-3,2025-03-17,EUR,60.00,,,110.00
            2025-03-10,Credit memo,CM-1,2025-03-10,EUR,,10.00,,100.00
            2025-03-12,Applied,CM-1 to INV-3,,EUR,,,10.00,100.00
            2025-03-20,Taken back,CM-1 to INV-3,,EUR,,,-10.00,100.00
            2025-03-31,Closing balance,,,EUR,,,,100.00",
        );
        check(
            fixture,
            "documents",
            &Question {
                from: None,
                ..question
            },
            "kind,number,issued_on,posted_on,due_on,purchase_order,currency,gross,open
            Invoice,INV-1,2025-01-10,2025-01-10,2025-02-09,,EUR,120.00,50.00
            Receipt,RCT-1,2025-02-05,2025-02-05,2025-02-05,,EUR,-70.00,0.00
            Invoice,INV-3,2025-02-15,2025-02-15,2025-03-17,,EUR,60.00,60.00
            Credit memo,CM-1,2025-03-10,2025-03-10,2025-03-10,,EUR,-10.00,-10.00",
        );
        let vendor = Question {
            party: Some("V-1".into()),
            side: Side::Payable,
            ..as_of("03-31")
        };
        check(
            fixture,
            "statement-of-account",
            &vendor,
            "posted_on,kind,number,due_on,currency,charged,credited,applied,balance
            2025-02-01,Bill,BILL-1,2025-03-03,EUR,50.00,,,50.00
            2025-03-01,Payment,PAY-1,2025-03-01,EUR,,20.00,,30.00
            2025-03-01,Applied,PAY-1 to BILL-1,,EUR,,,20.00,30.00
            2025-03-31,Closing balance,,,EUR,,,,30.00",
        );
    });
}

#[test]
fn the_journal_of_a_span() {
    on_every_engine("journal", |fixture| {
        drop(Desk::quarter(fixture));
        let question = Question {
            from: Some(day("03-01")),
            ..as_of("03-01")
        };
        check(
            fixture,
            "journal",
            &question,
            "number,posted_on,source,memo,document_number,account,account_name,party_id,currency,debit,credit,functional_debit,functional_credit
            7,2025-03-01,document,Receipt,RCT-2,1200,Accounts receivable,C-2,USD,,200.00,,190.00
            7,2025-03-01,document,Receipt,,1000,Cash at bank,,USD,200.00,,190.00,
            8,2025-03-01,document,Payment,PAY-1,2000,Accounts payable,V-1,EUR,20.00,,20.00,
            8,2025-03-01,document,Payment,,1000,Cash at bank,,EUR,,20.00,,20.00
            9,2025-03-01,application,Application,,1200,Accounts receivable,C-2,USD,,,10.00,
            9,2025-03-01,application,Application,,7200,Realised exchange differences,,EUR,,,,10.00",
        );
    });
}

#[test]
fn questions_that_are_refused() {
    on_every_engine("report_refusals", |fixture| {
        drop(Desk::quarter(fixture));
        let nobody = Question {
            party: Some("C-9".into()),
            ..as_of("03-31")
        };
        let by_region = Question {
            by: Some(By::Region),
            ..as_of("03-31")
        };
        let backward = Question {
            from: Some(day("03-31")),
            ..as_of("03-01")
        };
        let by_party = Question {
            by: Some(By::Party),
            ..as_of("03-31")
        };
        let known = Question {
            known_at: Some(Timestamp::MAX),
            ..as_of("03-31")
        };
        let payable = Question {
            side: Side::Payable,
            ..as_of("03-31")
        };
        for (report, question, code) in [
            ("statement-of-account", as_of("03-31"), "party_missing"),
            ("documents", nobody, "unknown_party"),
            ("trial-balance", by_region, "not_by"),
            ("journal", backward, "empty_span"),
            ("journal", by_party, "not_asked"),
            ("cash-position", known, "not_asked"),
            ("tie-out", payable, "not_asked"),
        ] {
            let report = reports::find(report).expect("the report");
            let day = at_noon(day("03-31"));
            let refused = fixture
                .db
                .read(&day, None, |work| report.answer(work, &question));
            assert!(
                refused.is_err_and(|failure| failure.code() == code),
                "{code}"
            );
        }
    });
}

#[test]
fn one_table_in_three_formats() {
    on_every_engine("report_formats", |fixture| {
        drop(Desk::quarter(fixture));
        let table = answer(fixture, "aging", &as_of("03-31"));
        let mut out = Vec::new();
        reports::json(&table, &mut out).expect("written");
        let json: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(json["title"], "Aging, receivable, as of 2025-03-31");
        assert_eq!(
            json["rows"][2],
            serde_json::json!({
                "party_name": "Unidentified receipts", "currency": "EUR",
                "not_due": { "amount": "0.00", "currency": "EUR" },
                "days_1_30": { "amount": "0.00", "currency": "EUR" },
                "days_31_60": { "amount": "0.00", "currency": "EUR" },
                "days_61_90": { "amount": "0.00", "currency": "EUR" },
                "days_over_90": { "amount": "0.00", "currency": "EUR" },
                "unapplied": { "amount": "-30.00", "currency": "EUR" },
                "total": { "amount": "-30.00", "currency": "EUR" },
            })
        );
        let mut out = std::io::Cursor::new(Vec::new());
        reports::xlsx(&table, &mut out).expect("written");
        assert!(out.into_inner().starts_with(b"PK"));
    });
}
