//! Short-pays in other currencies, in the report, and where one is broken.

use books::cash::desk::{self, Division, Part};
use books::short_pays::State;
use domain::cash::Kind;
use domain::money::Money;
use domain::short_pays::Reason;
use formats::exchange::Kind as File;

use crate::cash::{company, eur, is_good, line_of, take};
use crate::dividing::{open, taken};
use crate::engines::{Fixture, context, on_every_engine};
use crate::short_pays::{code, day, one, pay_short_in_february, write};

const DOLLARS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
US-1,invoice,K2,2025-01-10,2025-02-09,USD,300.00,300.00,PO-7,,,,North
";
const RATES: &str = "date,from_currency,to_currency,rate,source
2025-01-10,USD,EUR,0.9367,ecb
2025-01-20,USD,EUR,0.9500,ecb
";

/// 250.00 EUR settle 300.00 USD, worth 333.33 EUR that day: a quarter is deducted. The line that
/// paid them.
fn pay_dollars_short(fixture: &Fixture, kind: Kind, stated: &str) -> String {
    company(fixture);
    take(&fixture.db, Some(File::Rates), "rates.csv", RATES);
    take(&fixture.db, Some(File::OpenItems), "dollars.csv", DOLLARS);
    let line = line_of(&fixture.db, "B-2");
    let division = Division::from(vec![Part {
        document: "US-1".into(),
        amount: Some(eur("333.33")),
        deductions: vec![taken(kind, "83.33", stated)],
    }]);
    write(fixture, &context(), |work| {
        desk::apply(work, &line, &division)
    })
    .expect("applied");
    line
}

#[test]
fn a_foreign_short_pay_is_carried_at_its_share() {
    on_every_engine("sp_foreign", |fixture| {
        let line = pay_dollars_short(fixture, Kind::ShortPayDispute, "75 pieces missing");
        let case = one(fixture);
        assert_eq!(case.amount.currency().code(), "USD");
        assert_eq!(case.reason, Reason::Quantity);
        let whole = Money::new(30_000, case.amount.currency());
        let share = case.open_functional.minor() * whole.minor() / case.amount.minor();
        assert!((share - 28_101).abs() < 50, "{share}: {case:?}");
        is_good(&fixture.db);
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        is_good(&fixture.db);
    });
}

/// Tax withheld in euros of a dollar invoice: a part of it is charged back at its share.
#[test]
fn tax_withheld_in_another_currency_is_charged_back_in_part() {
    on_every_engine("sp_tax_foreign", |fixture| {
        pay_dollars_short(fixture, Kind::WithholdingTax, "");
        let charge = |amount: Option<&str>| {
            write(fixture, &context(), |work| {
                let told = (day("2025-03-31"), "no certificate");
                let amount = amount.map(eur);
                books::certificates::charge_back(work, "TW-000001", amount, told).map(|_| ())
            })
        };
        let of_us = |fixture: &Fixture| {
            let mut rows = open(fixture);
            rows.retain(|row| row.contains("US-1"));
            rows
        };
        assert!(of_us(fixture).is_empty(), "{:?}", of_us(fixture));
        assert_eq!(code(charge(Some("83.34"))), "covered_by_certificate");
        // 83.33 EUR settled 75.00 USD; 40.00 of them are 36.00 USD.
        charge(Some("40.00")).expect("charged back");
        assert_eq!(of_us(fixture), ["K2 US-1 36.00"]);
        is_good(&fixture.db);
        charge(None).expect("charged back");
        assert_eq!(of_us(fixture), ["K2 US-1 75.00"]);
        is_good(&fixture.db);
    });
}

#[test]
fn the_report_sums_up_by_reason_owner_and_age() {
    use books::reports::{By, Question};
    on_every_engine("sp_report", |fixture| {
        pay_short_in_february(fixture);
        let report = books::reports::find("short-pays").expect("a report");
        let ask = |by: Option<By>, as_of: &str| {
            let question = Question {
                by,
                ..Question::as_of(day(as_of))
            };
            let table = fixture
                .db
                .read(&context(), None, |work| report.answer(work, &question));
            let rows = table.map(|table| table.rows).unwrap_or_default();
            let text = |row: &Vec<books::reports::Cell>| {
                let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                cells.join(" ")
            };
            rows.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(
            ask(None, "2025-03-31"),
            ["damaged EUR 1 0 20.00 20.00", "TOTAL EUR 1 0 20.00 20.00"]
        );
        assert_eq!(
            ask(Some(By::Owner), "2025-04-30")[0],
            "unassigned EUR 1 1 20.00 20.00"
        );
        assert_eq!(
            ask(Some(By::Age), "2025-03-31")[0],
            "days_31_60 EUR 1 0 20.00 20.00"
        );
        assert_eq!(
            ask(None, "2025-02-09"),
            Vec::<String>::new(),
            "before it was parted off"
        );
        let each = ask(Some(By::Document), "2025-03-31");
        assert!(each[0].starts_with("SP-000001 RG-2025-0102 K1"), "{each:?}");
    });
}

#[test]
fn a_broken_case_is_found() {
    on_every_engine("sp_broken", |fixture| {
        pay_short_in_february(fixture);
        books::testing::tamper(&fixture.url, "DROP TRIGGER short_pay_never_deleted")
            .or_else(|_| {
                books::testing::tamper(
                    &fixture.url,
                    "DROP TRIGGER short_pay_never_changed ON short_pay",
                )
            })
            .expect("a guard is gone");
        books::testing::tamper(&fixture.url, "DELETE FROM short_pay").expect("gone");
        let checks = fixture.db.read(&context(), None, books::verify::verify);
        let problems: Vec<String> = checks
            .expect("verified")
            .into_iter()
            .filter_map(|check| check.problem)
            .collect();
        for part in [
            "SPO-000001 parts off no short-pay",
            "short_pay: 1 rows were written",
        ] {
            assert!(
                problems.iter().any(|one| one.contains(part)),
                "{part}: {problems:?}"
            );
        }
    });
}
