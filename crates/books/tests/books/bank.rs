//! Statements that do not name their currency: taken in that of an account which the book knows,
//! or as somebody says, and refused otherwise.

use std::io::{Cursor, Read};

use books::Db;
use books::bank::import::{Reading, import};
use books::imports::{ImportReport, Options, Source};
use domain::documents::Side;
use domain::money::Currency;
use formats::exchange::Kind;

use crate::engines::{context, found, on_every_engine};

/// An account of its own, and one that a bank keeps in two currencies under one number.
const COMPANY: &str = r#"{ "names": ["Nordlicht GmbH"], "accounts": [
  { "account": "USD", "id": "000445", "currency": "USD" },
  { "account": "EUR2", "id": "DE02120300000000202051", "currency": "EUR" },
  { "account": "CHF2", "id": "DE02120300000000202051", "currency": "CHF" },
  { "account": "JPY", "id": "7788", "currency": "JPY" } ] }"#;

fn ofx(account: &str, currency: &str, amount: &str) -> String {
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\n\
         CHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n\
         <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>{currency}\
         <BANKACCTFROM><ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><DTSTART>20250301<DTEND>20250303\
         <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20250302<TRNAMT>{amount}<FITID>F-{amount}\
         <NAME>HARBOR SUPPLY</STMTTRN></BANKTRANLIST>\
         <LEDGERBAL><BALAMT>500.00<DTASOF>20250303</LEDGERBAL>\
         </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
}

fn source<T>(text: &str, take: impl FnOnce(&Source<'_>) -> T) -> T {
    let text = text.to_owned();
    let open = || -> std::io::Result<Box<dyn Read>> { Ok(Box::new(Cursor::new(text.clone()))) };
    take(&Source {
        name: "march.ofx".to_owned(),
        open: &open,
    })
}

fn take(db: &Db, text: &str, currency: Option<&str>) -> ImportReport {
    let reading = Reading {
        currency: currency.and_then(Currency::parse),
        ..Reading::default()
    };
    let report = source(text, |source| import(db, &context(), None, source, reading));
    report.expect("read")
}

fn with_accounts(db: &Db) {
    found(db);
    let options = Options {
        partial: false,
        side: Side::Receivable,
    };
    let report = source(COMPANY, |source| {
        books::imports::import(db, &context(), None, Kind::Company, source, options)
    });
    assert_eq!(report.expect("taken").refused(), 0);
}

/// The lines of the book, in the order of their words: amount and currency.
fn lines(db: &Db) -> Vec<String> {
    let lines = db.read(&context(), None, |work| {
        books::cash::desk::lines(work, true)
    });
    let shown =
        |line: &books::cash::desk::DeskLine| format!("{} {}", line.amount, line.amount.currency());
    let mut lines: Vec<String> = lines.expect("lines").iter().map(shown).collect();
    lines.sort_unstable();
    lines
}

fn told(report: &ImportReport) -> String {
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    problems.join("\n")
}

#[test]
fn a_known_account_names_the_currency_that_its_statement_does_not() {
    on_every_engine("currency_of_account", |fixture| {
        let db = &fixture.db;
        with_accounts(db);
        for (currency, amount) in [("", "12.50"), ("<CURDEF>XXX", "13.50")] {
            let report = take(db, &ofx("000445", currency, amount), None);
            assert_eq!((report.accepted, report.refused()), (1, 0));
            let told = told(&report);
            let remark = "statement of account 000445: names no currency; its sums are taken in \
                          USD, in which we keep this account";
            assert!(told.contains(remark), "{told}");
        }
        let yen = take(db, &ofx("7788", "", "1200.00"), None);
        assert_eq!((yen.accepted, yen.refused()), (1, 0), "{}", told(&yen));
        assert_eq!(lines(db), ["12.50 USD", "1200 JPY", "13.50 USD"]);
        let odd = take(db, &ofx("7788", "", "12.50"), None);
        assert!(odd.rolled_back, "yen have no decimals");
        assert!(told(&odd).contains(", line 1"), "{}", told(&odd));
    });
}

#[test]
fn somebody_says_the_currency_where_the_book_cannot() {
    on_every_engine("currency_said", |fixture| {
        let db = &fixture.db;
        with_accounts(db);
        let text = ofx("DE02120300000000202051", "", "70.00");
        let open = take(db, &text, None);
        assert!(open.rolled_back);
        let why = "account DE02120300000000202051 is kept in EUR and CHF; name the currency";
        assert!(told(&open).contains(why), "{}", told(&open));
        let said = take(db, &text, Some("CHF"));
        assert_eq!((said.accepted, said.refused()), (1, 0), "{}", told(&said));
        assert!(told(&said).contains("taken in CHF, as asked for"));
        let other = take(db, &ofx("000445", "", "1.00"), Some("EUR"));
        assert!(other.rolled_back, "the account is in dollars");
        assert!(told(&other).contains("account 000445 EUR is none of our"));
        let own = take(db, &ofx("000445", "<CURDEF>USD", "1.00"), Some("EUR"));
        assert_eq!(own.accepted, 1, "what the file names counts");
        assert_eq!(told(&own), "");
        assert_eq!(lines(db), ["1.00 USD", "70.00 CHF"]);
    });
}

#[test]
fn the_first_account_of_a_book_is_never_opened_in_no_currency() {
    on_every_engine("currency_first", |fixture| {
        let db = &fixture.db;
        found(db);
        let text = ofx("000445", "", "12.50");
        let open = take(db, &text, None);
        assert!(open.rolled_back);
        let why = "account 000445 is not in the books yet; name the currency (--currency)";
        assert!(told(&open).contains(why), "{}", told(&open));
        let none = take(db, &text, Some("XXX"));
        assert!(none.rolled_back, "no currency is none");
        let said = take(db, &text, Some("USD"));
        assert_eq!((said.accepted, said.refused()), (1, 0), "{}", told(&said));
        assert_eq!(said.notes, ["bank account 000445 USD was registered"]);
        assert_eq!(lines(db), ["12.50 USD"]);
        let checks = db.read(&context(), None, books::verify::verify);
        assert!(
            checks
                .expect("verified")
                .iter()
                .all(|check| check.problem.is_none())
        );
    });
}
