//! Exchange files, good and damaged.

use std::fmt::Debug;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::Problem;
use domain::cash;
use domain::credit::Covers;
use domain::money::Currency;
use domain::parties::{Task, Way};
use rust_decimal::Decimal;

fn check<T: Debug>(rows: Rows<'_, T>) -> (Vec<(usize, T)>, Vec<String>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => good.push(row),
            Err(problem) => bad.push(problem.to_string()),
        }
    }
    (good, bad)
}

const CUSTOMERS: &str = "\
name,customer_id,Segment,known_bank_accounts,country,currency,aliases,tier
\"Adler, Söhne & Co. KG\",K1,retail,DE111;ACH:99,DE,EUR,Adler;A. u. S.,
Birch Ltd,K2,,,GB,GBP,,gold
";

#[test]
fn columns_come_in_any_order_and_unknown_ones_are_kept() {
    let (rows, problems) = check(customers(CUSTOMERS.as_bytes()));
    assert_eq!(problems, Vec::<String>::new());
    let (line, adler) = &rows[0];
    assert_eq!((*line, adler.name.as_str()), (2, "Adler, Söhne & Co. KG"));
    assert_eq!(adler.known_bank_accounts, ["DE111", "ACH:99"]);
    assert_eq!(adler.aliases, ["Adler", "A. u. S."]);
    assert_eq!(adler.extra, [("segment".to_owned(), "retail".to_owned())]);
    assert_eq!(adler.payment_terms, None);
    assert_eq!(rows[1].1.extra, [("tier".to_owned(), "gold".to_owned())]);
}

#[test]
fn rates_of_tax_withheld_say_from_when() {
    let text = "\
customer_id,name,withholding_percent,withholding_from
K1,Adler,7.5,2025-02-01
K2,Birch,0,2025-01-01
K3,Cedar,,
K4,Dale,10,
K5,Elm,,2025-01-01
K6,Fir,100,2025-01-01
";
    let (rows, problems) = check(customers(text.as_bytes()));
    let rates: Vec<_> = rows.iter().map(|(_, row)| row.withholding).collect();
    let day = |text: &str| text.parse().expect("a day");
    assert_eq!(
        rates,
        [
            Some((Decimal::new(75, 1), day("2025-02-01"))),
            Some((Decimal::ZERO, day("2025-01-01"))),
            None
        ]
    );
    for (problem, wanted) in problems.iter().zip([
        "row 5, column withholding_from",
        "row 6, column withholding_from",
        "row 7, column withholding_percent",
    ]) {
        assert!(problem.contains(wanted), "{wanted}: {problem}");
    }
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn limits_of_customers_say_whom_they_cover() {
    let text = "\
customer_id,name,credit_limit,credit_limit_covers
K1,Adler,500.00,group
K2,Birch,0,
K3,Cedar,,
K4,Dale,,own
K5,Elm,-1,
K6,Fir,10,all
K7,Gorse,much,
";
    let (rows, problems) = check(customers(text.as_bytes()));
    let limits: Vec<_> = rows.iter().map(|(_, row)| row.credit_limit).collect();
    assert_eq!(
        limits,
        [
            Some((Decimal::new(50_000, 2), Covers::Group)),
            Some((Decimal::ZERO, Covers::Own)),
            None
        ]
    );
    for (problem, wanted) in problems.iter().zip([
        "row 5, column credit_limit_covers",
        "row 6, column credit_limit",
        "row 7, column credit_limit_covers",
        "row 8, column credit_limit",
    ]) {
        assert!(problem.contains(wanted), "{wanted}: {problem}");
    }
    assert_eq!(problems.len(), 4, "{problems:?}");
}

#[test]
fn contacts_are_read_row_by_row() {
    let text = "\
Role,party_id,name,telephone,email,preferred,valid_from,valid_until
treasurer,C-1,Treasury,+44 20 7946 0000,,telephone,2025-01-01,
boss,C-1,Ann,,ann@example.com,,,
billing,C-1,Ann,,ann,,,
billing,,Ann,,ann@example.com,,,
billing,C-2,Ann,,ann@example.com,post,2025-02-01,2025-01-01
";
    let (rows, problems) = check(contacts(text.as_bytes()));
    let (line, row) = &rows[0];
    assert_eq!((rows.len(), *line, row.party_id.as_str()), (1, 2, "C-1"));
    let who = &row.contact;
    assert_eq!(
        (who.task, who.preferred),
        (Task::Treasurer, Some(Way::Telephone))
    );
    assert_eq!(who.valid_from, "2025-01-01".parse().ok());
    for (problem, wanted) in problems.iter().zip([
        "row 3, column role",
        "row 4, column email",
        "row 5, column party_id",
        "row 6, column valid_until",
    ]) {
        assert!(problem.contains(wanted), "{wanted}: {problem}");
    }
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert_eq!(recognise(text.as_bytes(), "a.csv"), Some(Kind::Contacts));
}

#[test]
fn every_dress_of_a_file_reads_the_same() {
    let expected = check(customers(CUSTOMERS.as_bytes())).0;
    let tabs = CUSTOMERS.replace("\"Adler, Söhne & Co. KG\"", "Adler; Söhne & Co. KG");
    let tabs = tabs.replace(',', "\t").replace("Adler; S", "Adler, S");
    let semicolons = "name;customer_id;Segment;known_bank_accounts;country;currency;aliases;tier\r\n\
        Adler, Söhne & Co. KG;K1;retail;\"DE111;ACH:99\";DE;EUR;\"Adler;A. u. S.\";\r\n\
        Birch Ltd;K2;;;GB;GBP;;gold\r\n;;;;;;;\r\n";
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(CUSTOMERS.as_bytes()).expect("in memory");
    let dresses: [(&str, Vec<u8>); 5] = [
        ("mark", format!("\u{feff}{CUSTOMERS}").into_bytes()),
        ("crlf", CUSTOMERS.replace('\n', "\r\n").into_bytes()),
        ("tab", tabs.into_bytes()),
        ("semicolon", semicolons.as_bytes().to_vec()),
        ("gzip", packed.finish().expect("in memory")),
    ];
    for (dress, bytes) in dresses {
        let (rows, problems) = check(customers(&bytes[..]));
        assert_eq!(problems, Vec::<String>::new(), "{dress}");
        assert_eq!(rows, expected, "{dress}");
        assert_eq!(recognise(&bytes, "x.csv"), Some(Kind::Customers), "{dress}");
    }
}

#[test]
fn a_bad_row_is_told_with_its_place_and_the_others_are_kept() {
    let header = "document_number,type,customer_id,vendor_id,issue_date,due_date,currency,amount,\
                  open_amount,discount_percent,discount_due_date,discount_2_percent,\
                  discount_2_due_date\n";
    for (row, expected) in [
        ("", ""),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,3,2025-02-10,2,2025-02-20",
            "",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,3,2025-02-10,3,2025-02-20",
            "row 3, column discount_2_percent: `3` is no second discount; expected a smaller \
             percent than the first, 3, until a later day",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,3,2025-02-10,2,2025-02-10",
            "row 3, column discount_2_percent: `2` is no second discount; expected a smaller \
             percent than the first, 3, until a later day",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,,,2,2025-02-20",
            "row 3, column discount_percent: is empty, yet there is a discount_2_percent; say \
             the first discount",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,0.00,,,,",
            "",
        ),
        (
            "B1,bill,,V1,2025-01-31,2025-03-02,JPY,1000,1000,2,2025-02-10,,",
            "",
        ),
        (
            "A1,offer,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3, column type: `offer` is not known; expected invoice, debit_memo, \
             credit_memo, receipt, bill, vendor_credit, payment",
        ),
        (
            "A1,invoice,K1,,31.01.2025,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3, column issue_date: `31.01.2025` is no date; expected YYYY-MM-DD",
        ),
        (
            "A1,invoice,K1,,2025-02-30,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3, column issue_date: `2025-02-30` is no date; expected YYYY-MM-DD",
        ),
        (
            "A1,invoice,K1,,2025-01-31,,EUR,10.00,10.00,,,,",
            "row 3, column due_date: is empty; a value is required",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EURO,10.00,10.00,,,,",
            "row 3, column currency: `EURO` is no currency; expected ISO 4217, such as EUR",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,\"1.000,00\",10.00,,,,",
            "row 3, column amount: `1.000,00` is not an amount; expected a number such as \
             1234.50 with a decimal point and no thousands separators",
        ),
        (
            "A1,credit_memo,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3, column amount: `10.00` has the wrong sign: the document is a credit, so the \
             amount is negative",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.01,,,,",
            "row 3, column open_amount: `10.01` is open of a document of `10.00`; expected the \
             same sign and no more than the document",
        ),
        (
            "A1,invoice,K1,V1,2025-01-31,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3: names a customer and a vendor; an item belongs to one of them, leave one empty",
        ),
        (
            "A1,invoice,,,2025-01-31,2025-03-02,EUR,10.00,10.00,,,,",
            "row 3: names no party; fill customer_id or vendor_id",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00,10.00,,2025-02-10,,",
            "row 3, column discount_percent: is empty, yet there is a discount_due_date; say the \
             percent",
        ),
        (
            "A1,invoice,K1,,2025-01-31,2025-03-02,EUR,10.00",
            "row 3: has 8 fields, the header has 13; is a separator missing, or a text with a \
             separator not quoted?",
        ),
    ] {
        let good = "C,credit_memo,K1,,2025-01-01,2025-01-01,EUR,-5,-5.00,,,,\n";
        let file = format!("{header}{good}{row}\n{good}");
        let (rows, problems) = check(open_items(file.as_bytes()));
        let expected: Vec<String> = match expected {
            "" => Vec::new(),
            told => vec![format!("error: {told}")],
        };
        assert_eq!(problems, expected, "{row}");
        let read = rows.iter().filter(|(_, item)| item.document_number == "C");
        assert_eq!(read.count(), 2, "{row}");
    }
}

#[test]
fn a_header_that_lacks_a_column_is_told_once() {
    let (rows, problems) = check(rates(
        "day;from_currency;rate\n2025-01-01;USD;1\n".as_bytes(),
    ));
    assert_eq!(rows.len(), 0);
    assert_eq!(
        problems,
        [
            "error: row 1: is not a header of exchange rates: the column `date`, `to_currency` is \
          missing. Found: day, from_currency, rate. Expected: date, from_currency, to_currency, \
          rate, source"
        ]
    );
    for (file, told) in [
        (&b""[..], "Found: nothing"),
        (b"\xff\xfed\0a\0", "UTF-16"),
        (
            b"date,date,from_currency,to_currency,rate\n",
            "stands there twice",
        ),
        (b"\x1f\x8bno gzip", "cannot be read"),
    ] {
        let (_, problems) = check(rates(file));
        assert_eq!(problems.len(), 1, "{told}");
        assert!(problems[0].contains(told), "{problems:?}");
    }
}

#[test]
fn bytes_that_are_no_text_cost_one_row() {
    let file = b"date,from_currency,to_currency,rate,source\n2025-01-01,USD,EUR,0.9,M\xfcnz\n\
        2025-01-02,USD,EUR,0.91,M\n2025-01-03,USD,EUR,-1,\n2025-01-03,EUR,EUR,2,\n";
    let (rows, problems) = check(rates(&file[..]));
    assert_eq!(rows.len(), 1);
    assert_eq!(
        problems,
        [
            "error: row 2: is not UTF-8 text; save the file as UTF-8 and import it again",
            "error: row 4, column rate: `-1` is no rate; expected above zero",
            "error: row 5, column rate: a EUR is worth one EUR, not `2`; leave the row out",
        ]
    );
}

#[test]
fn rows_are_counted_as_lines_of_the_file() {
    let columns = "order_number,customer_id,order_date,currency,amount,note";
    for (body, expected) in [
        (
            "S1,K,2025-01-01,EUR,1,a\nS2,K,2025-01-01,EUR,1,b",
            vec![2, 3],
        ),
        (
            "\n\nS1,K,2025-01-01,EUR,1,\"a\nb\"\n\nS2,K,2025-01-01,EUR,1,b\n",
            vec![4, 7],
        ),
        (",,,,,\nS1,K,2025-01-01,EUR,1,a,,\n", vec![3]),
    ] {
        for file in [
            format!("{columns}\n{body}"),
            format!("{columns}\n{body}").replace('\n', "\r\n"),
        ] {
            let (rows, problems) = check(orders(file.as_bytes()));
            assert_eq!(problems, Vec::<String>::new());
            let lines: Vec<usize> = rows.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, expected, "{file}");
        }
    }
}

#[test]
fn a_quote_left_open_ends_the_reading_with_its_place() {
    let mut file = "order_number,customer_id,order_date,currency,amount\n\
        S1,K1,2025-01-01,EUR,1\nS2,\"K1,2025-01-01,EUR,1\n"
        .to_owned();
    file.push_str(&"S3,K1,2025-01-01,EUR,1\n".repeat(100_000));
    let (rows, problems) = check(orders(file.as_bytes()));
    assert_eq!(rows.len(), 1);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].contains("is a quote left open?"),
        "{problems:?}"
    );
}

#[test]
fn history_keeps_payment_and_document_in_their_currencies() {
    let file = "payment_id,payment_date,account,payer_name,payer_account,remittance_text,\
        payment_amount,currency,customer_id,document_number,applied_amount,kind,\
        document_issue_date,document_due_date,document_amount,document_currency\n\
        H1,2025-02-19,EUR,,CH11,Rechnung 4,900.00,EUR,K1,R4,920.00,payment,2025-02-09,2025-02-23,\
        1000,USD\n\
        H1,2025-02-19,EUR,,CH11,Rechnung 4,900.00,EUR,K1,R4,-20.00,bank_fee,,,,\n\
        H2,2025-02-20,EUR,,,,5.00,EUR,K1,,5.00,overpayment_on_account,,,,\n\
        H3,2025-02-20,EUR,,,,5.00,EUR,K1,R5,5.00,payment,,,5.00,\n";
    let (rows, problems) = check(history(file.as_bytes()));
    assert_eq!(
        problems,
        [
            "error: row 5, column document_currency: is empty, yet there is a document_amount; say \
          its currency"
        ]
    );
    let document = rows[0].1.document.clone().expect("a document");
    assert_eq!(format!("{:?}", document.amount), "Some(1000.00 USD)");
    assert_eq!(format!("{:?}", rows[1].1.applied), "-20.00 EUR");
    assert_eq!(rows[1].1.kind, cash::Kind::BankFee);
    assert_eq!(rows[2].1.document, None);
    for (word, kind) in cash::Kind::ALL {
        assert_eq!(kind.word(), *word);
    }
}

const COMPANY: &str = r#"{"names": ["Example GmbH", "Example Inc."],
 "accounts": [{"account": "EUR", "id": "DE111", "currency": "EUR", "bic": "COBADEFF"}],
 "policy": {"discount_grace_days": 3, "bank_fee_tolerance": {"EUR": 25, "JPY": 3000.5},
  "withholding_tax_percent": {"IN": 10, "others_with_history": 7.5},
  "rounding_tolerance": 0.99, "overpayment": "on account"},
 "fiscal_year": "04"}"#;

#[test]
fn company_keeps_what_it_does_not_know_and_defaults_to_care() {
    let example = company(COMPANY.as_bytes()).expect("a good file");
    let currency = |code| Currency::parse(code).expect("currency");
    let policy = &example.policy;
    assert_eq!(policy.oldest_rate_days(), 35);
    assert_eq!(
        policy.bank_fee_tolerance(currency("EUR")).to_string(),
        "25.00"
    );
    assert_eq!(
        policy.bank_fee_tolerance(currency("JPY")).to_string(),
        "3000"
    );
    assert_eq!(
        policy.bank_fee_tolerance(currency("USD")).to_string(),
        "0.00"
    );
    assert_eq!(
        policy.rounding_tolerance(currency("EUR")).to_string(),
        "0.99"
    );
    assert_eq!(policy.rounding_tolerance(currency("JPY")).to_string(), "0");
    assert_eq!(
        policy.withholding_percent("IN").map(|p| p.to_string()),
        Some("10".to_owned())
    );
    assert_eq!(policy.withholding_percent("BR"), None);
    assert_eq!(
        policy
            .withholding_others_with_history
            .map(|p| p.to_string()),
        Some("7.5".to_owned())
    );
    assert_eq!(policy.source["overpayment"], "on account");
    assert_eq!(example.rest["fiscal_year"], "04");
    let stored = serde_json::to_string(&policy.source).expect("JSON");
    assert_eq!(Policy::parse(&stored).as_ref(), Ok(policy));

    let bare = company(&b"\xef\xbb\xbf{\"names\": \"Example Ltd\"}"[..]).expect("a good file");
    assert_eq!(bare.policy, Policy::default());
    assert_eq!(recognise(COMPANY.as_bytes(), "x.json"), Some(Kind::Company));
    assert_eq!(recognise(b"{\"seed\": 1}", "case.json"), None);
}

#[test]
fn company_tells_everything_that_is_wrong() {
    let file = r#"{"accounts": [{"id": "1"}, {"account": "A", "id": "2", "currency": "XYZ"},
        {"account": "B", "id": "DE89 3704 0044 0532 0130 01", "currency": "EUR"}],
        "policy": {"discount_grace_days": -1, "max_rate_age_days": "a week",
        "bank_fee_tolerance": {"EUR": "x"},
        "withholding_tax_percent": {"IN": 110, "India": 3}, "rounding_tolerance": -0.1}}"#;
    let places: Vec<String> = company(file.as_bytes())
        .expect_err("a bad file")
        .into_iter()
        .map(|problem| problem.place)
        .collect();
    assert_eq!(
        places,
        [
            "names",
            "accounts[0].account",
            "accounts[0].currency",
            "accounts[1].currency",
            "accounts[2].id",
            "policy.withholding_tax_percent.IN",
            "policy.withholding_tax_percent.India",
            "policy.discount_grace_days",
            "policy.max_rate_age_days",
            "policy.bank_fee_tolerance.EUR",
            "policy.rounding_tolerance",
        ]
    );
    let told = |bytes: &[u8]| company(bytes).expect_err("a bad file")[0].place.clone();
    assert_eq!(told(b"{\n\"names\":"), "line 2, column 8");
    assert_eq!(told(b"[]"), "file");
}

#[test]
fn damaged_files_are_told_and_never_break_a_reader() {
    let mut state = 7_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let open = "document_number,type,vendor_id,issue_date,due_date,currency,amount,open_amount\n\
        B1,bill,V1,2025-01-31,2025-03-02,KWD,10.000,1.5\n";
    for file in [CUSTOMERS, COMPANY, open] {
        for _ in 0..500 {
            let mut bytes = file.as_bytes().to_vec();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes.truncate(at + 1),
                    _ => bytes.insert(at, b"\"\n,;\x1f\x8b\0-"[random(8)]),
                }
            }
            let _ = recognise(&bytes, "damaged");
            let _ = company(&bytes[..]);
            let lines = bytes.len() + 1;
            assert!(customers(&bytes[..]).count() <= lines);
            assert!(open_items(&bytes[..]).count() <= lines);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests find the benchmark by their environment"
)]
fn cases() -> Option<PathBuf> {
    let corpora = std::env::var("DUEBOOK_CORPORA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora").to_owned()
    });
    let cases = Path::new(&corpora).parent()?.join("benchmarks/cash/cases");
    cases.is_dir().then_some(cases)
}

#[test]
fn the_benchmark_cases_read_without_a_problem() {
    let Some(cases) = cases() else {
        println!("skipped: the cases of the cash application benchmark are not there");
        return;
    };
    for (case, expected) in [
        ("small-1", [200, 2000, 31, 1050, 2553]),
        ("medium-2", [5000, 60_000, 783, 1050, 61_450]),
    ] {
        let mut counts = [0; 5];
        let mut companies = 0;
        for entry in cases.join(case).read_dir().expect("a case") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let name = path.display().to_string();
            let head = bytes.get(..4096).unwrap_or(&bytes);
            let input = || BufReader::new(File::open(&path).expect("a file"));
            match recognise(head, &name) {
                Some(Kind::Customers) => counts[0] += count(customers(input()), &name),
                Some(Kind::OpenItems) => counts[1] += count(open_items(input()), &name),
                Some(Kind::Orders) => counts[2] += count(orders(input()), &name),
                Some(Kind::Rates) => counts[3] += count(rates(input()), &name),
                Some(Kind::History) => counts[4] += count(history(input()), &name),
                Some(Kind::Company) => {
                    companies += 1;
                    company(input()).expect("a good company.json");
                }
                Some(kind @ (Kind::Vendors | Kind::Contacts)) => panic!("no {kind:?} in {name}"),
                None => {}
            }
        }
        assert_eq!((counts, companies), (expected, 1), "{case}");
    }
}

fn count<T>(rows: Rows<'_, T>, file: &str) -> usize {
    rows.map(|row| match row {
        Ok(_) => 1,
        Err(Problem { place, message, .. }) => panic!("{file}: {place}: {message}"),
    })
    .sum()
}
