//! Statements that do not name their currency: taken in that of an account which the book knows,
//! or as somebody says, and refused otherwise. Statements that come in two forms are taken once.

use std::io::{Cursor, Read};

use books::Db;
use books::bank::import::{Reading, import};
use books::imports::{ImportReport, Options, Source};
use books::reports::lists::{self, Ask};
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
    take_as(db, text, reading)
}

fn take_as(db: &Db, text: &str, reading: Reading<'_>) -> ImportReport {
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

/// What a bank booked on one day: opening and closing balance, and lines with their references.
struct Day<'d> {
    balances: (&'d str, &'d str),
    lines: &'d [(&'d str, &'d str)],
}

const THREE: Day<'_> = Day {
    balances: ("0.00", "250.00"),
    lines: &[("100.00", "A-1"), ("100.00", "A-2"), ("50.00", "A-3")],
};

impl Day<'_> {
    fn camt(&self) -> String {
        let balance = |code: &str, amount: &str| {
            format!(
                "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}\
                 </Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-01-20</Dt></Dt></Bal>"
            )
        };
        let entry = |(amount, reference): &(&str, &str)| {
            format!(
                "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK\
                 </Cd></Sts><BookgDt><Dt>2025-01-20</Dt></BookgDt><AcctSvcrRef>{reference}\
                 </AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT\
                 </SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>"
            )
        };
        let entries: String = self.lines.iter().map(entry).collect();
        format!(
            "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:\
             camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>\
             2025-01-20T18:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id><CreDtTm>2025-01-20T18:00:00\
             </CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>\
             {}{}{entries}</Stmt></BkToCstmrStmt></Document>",
            balance("OPBD", self.balances.0),
            balance("CLBD", self.balances.1),
        )
    }

    /// The bank's references are left out.
    fn mt940(&self) -> String {
        let comma = |amount: &str| amount.replace('.', ",");
        let line = |(amount, _): &(&str, &str)| {
            format!(
                ":61:2501200120C{}NTRFNONREF\n:86:GUTSCHRIFT\n",
                comma(amount)
            )
        };
        let lines: String = self.lines.iter().map(line).collect();
        format!(
            ":20:ST1\n:25:DE02120300000000202051\n:28C:7/1\n:60F:C250120EUR{}\n{lines}\
             :62F:C250120EUR{}\n-\n",
            comma(self.balances.0),
            comma(self.balances.1),
        )
    }
}

fn is_sound(db: &Db) {
    let checks = db.read(&context(), None, books::verify::verify);
    let checks = checks.expect("verified");
    assert!(checks.iter().all(|check| check.problem.is_none()));
}

#[test]
fn a_statement_in_two_forms_is_taken_once() {
    let forms = [(THREE.camt(), THREE.mt940()), (THREE.mt940(), THREE.camt())];
    for (place, (first, second)) in forms.iter().enumerate() {
        on_every_engine(&format!("two_forms_{place}"), |fixture| {
            let db = &fixture.db;
            with_accounts(db);
            assert_eq!(take(db, first, None).accepted, 3);
            let again = take(db, second, None);
            assert_eq!((again.accepted, again.already_known), (0, 3));
            assert_eq!(told(&again), "");
            assert_eq!(lines(db), ["100.00 EUR", "100.00 EUR", "50.00 EUR"]);
            is_sound(db);
        });
    }
}

#[test]
fn other_balances_are_other_money() {
    on_every_engine("two_statements", |fixture| {
        let db = &fixture.db;
        with_accounts(db);
        assert_eq!(take(db, &THREE.camt(), None).accepted, 3);
        let later = Day {
            balances: ("250.00", "500.00"),
            ..THREE
        };
        let later = take(db, &later.mt940(), None);
        assert_eq!((later.accepted, later.already_known), (3, 0));
    });
}

#[test]
fn the_same_money_in_other_lines_is_refused() {
    on_every_engine("two_forms_differ", |fixture| {
        let db = &fixture.db;
        with_accounts(db);
        let batch = Day {
            lines: &[("250.00", "B-1")],
            ..THREE
        };
        assert_eq!(take(db, &batch.camt(), None).accepted, 1);
        let parts = take(db, &THREE.mt940(), None);
        assert!(parts.rolled_back);
        let why = "is there already as statement S1 in march.ofx, with the same balances and \
                   other lines: 100.00 on 2025-01-20, 100.00 on 2025-01-20, 50.00 on 2025-01-20 \
                   here instead of 250.00 on 2025-01-20; leave it out";
        assert!(told(&parts).contains(why), "{}", told(&parts));
        assert_eq!(lines(db), ["250.00 EUR"]);
    });
}

/// So long that it is read in parts, of which the last alone has the balance in the end.
const LONG: usize = 2_100;
const LONG_DAY: Day<'static> = Day {
    balances: ("0.00", "2100.00"),
    lines: &[("1.00", "A"); LONG],
};

#[test]
fn a_long_statement_in_two_forms_is_taken_once() {
    let forms = [
        (LONG_DAY.camt(), LONG_DAY.mt940()),
        (LONG_DAY.mt940(), LONG_DAY.camt()),
    ];
    for (place, (first, second)) in forms.iter().enumerate() {
        on_every_engine(&format!("long_forms_{place}"), |fixture| {
            let db = &fixture.db;
            with_accounts(db);
            assert_eq!(take(db, first, None).accepted, LONG as u64);
            let partly = Reading {
                partial: true,
                ..Reading::default()
            };
            let again = take_as(db, second, partly);
            assert!(again.rolled_back);
            let why = "in another form; leave it out";
            assert!(told(&again).contains(why), "{}", told(&again));
            assert_eq!(lines(db).len(), LONG);
            is_sound(db);
        });
    }
}

#[test]
fn a_long_statement_keeps_its_closing_balance() {
    on_every_engine("long_statement", |fixture| {
        let db = &fixture.db;
        with_accounts(db);
        assert_eq!(take(db, &LONG_DAY.mt940(), None).accepted, LONG as u64);
        let page = db.read(&context(), None, |work| {
            let list = lists::find("bank-statements").expect("a list");
            lists::page(work, list, &Ask::default())
        });
        let shown = format!("{:?}", page.expect("statements").rows);
        assert!(shown.contains("2100.00"), "{shown}");
        is_sound(db);
    });
}
