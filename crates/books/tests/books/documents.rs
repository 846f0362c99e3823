//! Documents by hand: a batch happens whole or not at all, and every refusal in its order.

use books::documents::{Content, NewDocument, Reverse, issue, reverse, show};
use books::{Failure, Work};
use domain::documents::{DocumentKind, TradeLine};
use domain::money::{Currency, Money};
use formats::exchange::Kind as File;

use crate::cash::take;
use crate::desk::{Desk, at_noon, day, line, money, order};
use crate::engines::{Fixture, on_every_engine};

/// An invoice of 100.00 EUR to Alpha.
fn invoice() -> NewDocument {
    let lines = Content::Lines(vec![line("100.00")]);
    order(DocumentKind::Invoice, "03-01", lines)
}

fn bill(number: &str) -> NewDocument {
    NewDocument {
        kind: DocumentKind::Bill,
        number: Some(number.into()),
        ..invoice()
    }
}

fn receipt(amount: &str, bank: Option<&str>) -> NewDocument {
    NewDocument {
        kind: DocumentKind::Receipt,
        content: Content::Amount {
            amount: money(amount),
            bank: bank.map(str::to_owned),
        },
        ..invoice()
    }
}

fn with(change: impl FnOnce(&mut NewDocument)) -> NewDocument {
    let mut order = invoice();
    change(&mut order);
    order
}

fn usd() -> Currency {
    Currency::parse("USD").expect("USD")
}

fn try_issue(fixture: &Fixture, orders: &[NewDocument]) -> Result<Vec<String>, Failure> {
    fixture
        .db
        .write(&at_noon(day("03-02")), None, |work: &mut Work<'_>| {
            let documents = issue(work, orders)?;
            Ok(documents.into_iter().map(|one| one.number).collect())
        })
}

/// Every refusal of issuing, in the order in which it is found.
fn refusals() -> Vec<(&'static str, Vec<NewDocument>)> {
    let one = |order: NewDocument| vec![order];
    vec![
        (
            "kind_not_issued",
            one(with(|o| o.kind = DocumentKind::DiscountGiven)),
        ),
        ("number_missing", one(bill("  "))),
        ("number_given", one(with(|o| o.number = Some("X-1".into())))),
        ("party_missing", one(with(|o| o.party = None))),
        ("unknown_party", one(with(|o| o.party = Some("C-9".into())))),
        ("wrong_side", one(with(|o| o.party = Some("ONLY-V".into())))),
        (
            "wrong_content",
            one(with(|o| o.kind = DocumentKind::Receipt)),
        ),
        (
            "terms_not_understood",
            one(with(|o| o.terms = Some("whenever".into()))),
        ),
        (
            "account_not_usable",
            one(with(|o| {
                let account = Some("1200".into());
                o.content = Content::Lines(vec![TradeLine {
                    account,
                    ..line("1.00")
                }]);
            })),
        ),
        ("rate_missing", one(with(|o| o.currency = Some(usd())))),
        (
            "rate_not_positive",
            one(with(|o| {
                o.currency = Some(usd());
                o.rate = Some(0.into());
            })),
        ),
        (
            "no_lines",
            one(with(|o| o.content = Content::Lines(Vec::new()))),
        ),
        (
            "gross_not_positive",
            one(with(|o| o.content = Content::Lines(vec![line("-1.00")]))),
        ),
        (
            "due_before_issue",
            one(with(|o| o.due_on = Some(day("02-01")))),
        ),
        (
            "unknown_bank_account",
            one(receipt("10.00 EUR", Some("NONE"))),
        ),
        ("amount_not_positive", one(receipt("0.00 EUR", None))),
        ("duplicate_number", vec![bill("B-1"), bill("B-1")]),
        ("suspected_duplicate", vec![bill("B-1"), bill("b 001")]),
        (
            "period_closed",
            one(with(|o| o.posted_on = Some(day("01-31")))),
        ),
    ]
}

#[test]
fn every_refusal_of_issuing_leaves_nothing_behind() {
    on_every_engine("issue_refused", |fixture| {
        let desk = Desk::open(fixture);
        let entity = desk.entity.id.0;
        let vendor = format!(
            "INSERT INTO party (entity_id, id, code, name, country, currency, email, terms,
             is_customer, is_vendor, extra)
             VALUES ({entity}, 900, 'ONLY-V', 'Vendor', 'DE', 'EUR', '', '', 0, 1, '{{}}')"
        );
        books::testing::arrange_parties(&fixture.db, &vendor).expect("a vendor");
        fixture
            .db
            .write(&at_noon(day("02-01")), None, |work| {
                books::ledger::periods::close(work, "2025-01")
            })
            .expect("closed");
        for (code, orders) in refusals() {
            let refused = try_issue(fixture, &orders).expect_err(code);
            assert_eq!(refused.code(), code, "{refused}");
            assert!(refused.hint().is_some(), "{code} has no hint");
        }
        let good = [invoice(), bill("B-1"), receipt("30.00 EUR", None)];
        let mut batch = good.to_vec();
        batch.push(with(|order| order.party = None));
        let refused = try_issue(fixture, &batch).expect_err("the last is wrong");
        assert!(refused.to_string().starts_with("Document 4: "), "{refused}");
        let numbers = try_issue(fixture, &good).expect("issued");
        assert_eq!(numbers, ["INV-000001", "B-1", "RCT-000001"]);
        let again = try_issue(fixture, &[bill("B-1")]).expect_err("there already");
        assert_eq!(again.code(), "duplicate_number");
    });
}

#[test]
fn a_rate_that_is_too_old_is_no_rate_for_a_fact() {
    on_every_engine("issue_old_rate", |fixture| {
        Desk::open(fixture);
        let rates = "date,from_currency,to_currency,rate\n2025-02-21,USD,EUR,0.9\n";
        take(&fixture.db, Some(File::Rates), "rates.csv", rates);
        let on = |date: &str| {
            try_issue(
                fixture,
                &[with(|order| {
                    order.currency = Some(usd());
                    order.issued_on = day(date);
                })],
            )
        };
        assert_eq!(on("03-28").expect("five weeks old"), ["INV-000001"]);
        let refused = on("03-29").expect_err("a day older");
        assert_eq!(refused.code(), "rate_too_old");
        assert_eq!(
            refused.to_string(),
            "The newest rate from USD to EUR is of 2025-02-21; on 2025-03-29 it may \
             be 35 days old."
        );
        let hint = refused.hint().unwrap_or_default();
        assert!(hint.contains("`duebook import rates FILE`"), "{hint}");
        // Opening items are taken over all the same, and it is said.
        let items = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
                     open_amount\nA-1,invoice,C-1,2025-03-29,2025-03-31,USD,10.00,10.00\n";
        let report = take(&fixture.db, Some(File::OpenItems), "items.csv", items);
        assert_eq!(
            report.notes,
            [
                "1 items in USD have an old rate: The newest rate from USD to EUR is of \
                 2025-02-21; on 2025-03-29 it may be 35 days old."
            ]
        );
        let older = r#"{"names": ["Nordlicht GmbH"], "policy": {"max_rate_age_days": 36}}"#;
        take(&fixture.db, Some(File::Company), "company.json", older);
        assert_eq!(on("03-29").expect("the policy allows it"), ["INV-000002"]);
    });
}

/// The same paper keyed twice is the usual way to pay twice.
#[test]
fn a_number_in_another_writing_is_held_as_a_duplicate() {
    on_every_engine("bill_alike", |fixture| {
        let _desk = Desk::open(fixture);
        let refused = |number: &str| {
            let refused = try_issue(fixture, &[bill(number)]).expect_err(number);
            assert_eq!(refused.code(), "suspected_duplicate", "{refused}");
            refused.to_string()
        };
        try_issue(fixture, &[bill("INV-001"), bill("2024-0017")]).expect("issued");
        let told = refused("inv 1");
        assert!(told.contains("inv 1") && told.contains("INV-001"), "{told}");
        refused("20240017");
        try_issue(fixture, &[bill("INV-002"), bill("2024-0018")]).expect("others");
        let credit = NewDocument {
            kind: DocumentKind::VendorCredit,
            ..bill("INV-1")
        };
        try_issue(fixture, &[credit]).expect("a credit may bear the number of its bill");
        let other = NewDocument {
            no_duplicate: Some("their numbers begin anew each year".into()),
            ..bill("inv 1")
        };
        try_issue(fixture, &[other]).expect("told to be another");
        let noted = "SELECT COUNT(*) FROM audit_log WHERE action = 'document.no_duplicate'
            AND subject = 'inv 1' AND detail LIKE '%INV-001%begin anew%'";
        assert_eq!(
            books::testing::count(&fixture.url, noted).expect("counted"),
            1
        );
        // Of a paper taken back nothing is paid.
        let order = books::documents::Reverse {
            document: "INV-002".into(),
            on: day("03-02"),
            reason: "keyed wrong".into(),
        };
        fixture
            .db
            .write(&at_noon(day("03-02")), None, |work| {
                books::documents::reverse(work, std::slice::from_ref(&order))
            })
            .expect("taken back");
        try_issue(fixture, &[bill("INV-2")]).expect("keyed again");
        crate::verify::assert_good(fixture);
    });
}

const OPEN_BILLS: &str = "document_number,type,vendor_id,issue_date,due_date,currency,amount,\
open_amount,no_duplicate\n";

#[test]
fn an_import_holds_numbers_in_another_writing() {
    on_every_engine("bill_alike_in", |fixture| {
        let _desk = Desk::open(fixture);
        try_issue(fixture, &[bill("INV-001")]).expect("issued");
        let row = |number: &str, why: &str| {
            format!("{number},bill,C-1,2025-01-05,2025-02-04,EUR,9.00,9.00,{why}\n")
        };
        let import = |rows: &[String]| {
            let text = format!("{OPEN_BILLS}{}", rows.concat());
            let open = || -> std::io::Result<Box<dyn std::io::Read>> {
                Ok(Box::new(std::io::Cursor::new(text.clone())))
            };
            let source = books::imports::Source {
                name: "bills.csv".into(),
                open: &open,
            };
            let options = books::imports::Options {
                partial: true,
                side: domain::documents::Side::Payable,
            };
            let kind = formats::exchange::Kind::OpenItems;
            books::imports::import(
                &fixture.db,
                &at_noon(day("03-02")),
                None,
                kind,
                &source,
                options,
            )
            .expect("answered")
        };
        let held = import(&[row("inv 1", ""), row("77", ""), row("0077", "")]);
        assert_eq!((held.accepted, held.refused()), (1, 2), "{held:?}");
        let told = held.problems[0].to_string();
        assert!(
            told.contains("row 2, column document_number: inv 1 differs from INV-001"),
            "{told}"
        );
        let told = import(&[row("inv 1", "of the year before"), row("77", "")]);
        assert_eq!(
            (told.accepted, told.already_known, told.refused()),
            (1, 1, 0),
            "{told:?}"
        );
    });
}

/// The bank statement brought the money before anybody said which vendor was paid with it.
#[test]
fn a_payment_takes_from_clearing_what_a_bank_line_brought() {
    on_every_engine("paid_from_clearing", |fixture| {
        let _desk = Desk::open(fixture);
        let payment = |amount: &str| NewDocument {
            kind: DocumentKind::Payment,
            party: Some("V-1".into()),
            rate: amount
                .ends_with("USD")
                .then(|| "0.9".parse().expect("a rate")),
            ..receipt(amount, Some("1095"))
        };
        // Whatever the currency of the bank line was.
        let orders = [payment("30.00 EUR"), payment("20.00 USD")];
        let numbers = try_issue(fixture, &orders).expect("issued");
        for number in numbers {
            let shown = fixture
                .db
                .read(&at_noon(day("03-02")), None, |work| show(work, &number))
                .expect("shown");
            let lines = shown.entry.iter();
            let accounts: Vec<&str> = lines.map(|line| line.account.as_str()).collect();
            assert_eq!(accounts, ["2000", "1095"], "{number}");
        }
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_document_shows_what_hangs_on_it() {
    on_every_engine("document_shown", |fixture| {
        let _desk = Desk::open(fixture);
        try_issue(fixture, &[invoice()]).expect("issued");
        let order = Reverse {
            document: "INV-000001".into(),
            on: day("03-03"),
            reason: "wrong price".into(),
        };
        let context = at_noon(day("03-03"));
        let twice = [order.clone(), order.clone()];
        let refused = fixture
            .db
            .write(&context, None, |work| reverse(work, &twice));
        assert_eq!(refused.expect_err("twice").code(), "already_reversed");
        let taken = fixture
            .db
            .write(&context, None, |work| {
                reverse(work, std::slice::from_ref(&order))
            })
            .expect("reversed");
        let shown = fixture
            .db
            .read(&context, None, |work| show(work, "INV-000001"))
            .expect("shown");
        assert!(shown.is_taken_back && shown.party == "C-1");
        assert_eq!(shown.items.len(), 1);
        assert_eq!(shown.items[0].open, Money::zero(money("1 EUR").currency()));
        assert_eq!(shown.applications[0].number, taken[0].number);
        assert_eq!(taken[0].references.memo, "wrong price");
        let accounts: Vec<&str> = shown
            .entry
            .iter()
            .map(|line| line.account.as_str())
            .collect();
        assert_eq!(accounts, ["1200", "4000"]);
        let by_id = fixture
            .db
            .read(&context, None, |work| {
                show(work, &shown.document.id.to_string())
            })
            .expect("shown by id");
        assert_eq!(by_id, shown);
    });
}
