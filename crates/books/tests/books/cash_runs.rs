//! Several runs over one month: what is posted is what one run would have posted.

use std::io::{Cursor, Read};

use books::Db;
use books::cash::desk::{self, DeskLine};
use books::imports::Source;
use books::ledger::periods;
use books::reports::{By, Question};
use formats::exchange::Kind as File;

use crate::cash::{Statement, is_good, outcomes, take, taken_over};
use crate::engines::{context, on_every_engine};

pub(crate) const ITEMS: &str =
    "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0101,invoice,K1,2025-01-10,2025-02-09,EUR,1190.00,1190.00,,,,,
RG-2025-0102,invoice,K1,2025-01-12,2025-02-11,EUR,500.00,500.00,,,,,
RG-2025-0103,invoice,K1,2025-01-12,2025-02-11,EUR,310.00,310.00,,,,,
RG-2025-0104,invoice,K1,2025-01-13,2025-02-12,EUR,190.00,190.00,,,,,
GS-2025-0001,credit_memo,K1,2025-01-14,2025-01-14,EUR,-50.00,-50.00,,,,,
";

/// Runs a test on a book of each engine that holds the open items, and verifies what it leaves.
fn on_every_book(name: &str, test: impl Fn(&Db)) {
    on_every_engine(name, |fixture| {
        let db = &fixture.db;
        taken_over(db, ITEMS);
        test(db);
        is_good(db);
    });
}

/// Runs a test twice: with one run over everything, and with a run after each file.
fn at_once_and_later(name: &str, test: impl Fn(&Db, Runs)) {
    for (times, runs) in [("at_once", Runs::AtOnce), ("later", Runs::AfterEach)] {
        on_every_book(&format!("{name}_{times}"), |db| test(db, runs));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Runs {
    AtOnce,
    AfterEach,
}

/// How many remittances a file brought.
pub(crate) fn take_remittances(db: &Db, name: &str, text: &'static str) -> u64 {
    let open = || -> std::io::Result<Box<dyn Read>> { Ok(Box::new(Cursor::new(text))) };
    let source = Source {
        name: name.to_owned(),
        open: &open,
    };
    let taken = books::remittances::import(db, &context(), None, &source, false);
    taken.expect("taken").accepted
}

pub(crate) fn run(db: &Db) {
    let run = books::cash::apply(db, &context(), None, None, true).expect("applied");
    assert_eq!(run.refused, Vec::<String>::new());
}

/// Each open document with what is open on it.
pub(crate) fn open_documents(db: &Db) -> Vec<String> {
    let aging = books::reports::find("aging").expect("there is one");
    let mut question = Question::as_of("2025-01-31".parse().expect("a day"));
    question.by = Some(By::Document);
    let table = db.read(&context(), None, |work| aging.answer(work, &question));
    let table = table.expect("reported");
    let place = |name: &str| {
        let mut columns = table.columns.iter();
        columns.position(|column| column.name == name).expect(name)
    };
    let (number, total) = (place("document_number"), place("total"));
    let rows = table.rows.iter();
    rows.map(|row| format!("{} {}", row[number], row[total]))
        .filter(|row| !row.starts_with(' '))
        .collect()
}

const PAID: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "450,00"),
    lines: &[(
        "C450,00NTRFNONREF//B-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0102 GS-2025-0001?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const OFF_BY_CENTS: Statement = Statement {
    number: 9,
    day: "250120",
    balances: ("0,00", "980,02"),
    lines: &[(
        "C980,02NTRFNONREF//B-9",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0301 ABZGL. ?21SKONTO?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const DISCOUNTED: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0301,invoice,K1,2025-01-10,2025-02-09,EUR,1000.00,1000.00,,,2,2025-01-24,
";

/// The payment that is off by cents settles its document.
fn is_settled_but_for_cents(db: &Db) {
    take(db, None, "cents.sta", OFF_BY_CENTS);
    run(db);
    assert_eq!(outcomes(db), ["B-9 980.02 applied K1"]);
    let open = open_documents(db);
    let is_open = open.iter().any(|row| row.starts_with("RG-2025-0301"));
    assert!(!is_open, "{open:?}");
}

#[test]
fn a_discount_off_by_cents_settles_the_document() {
    on_every_book("cash_discount_nearly", |db| {
        take(db, Some(File::OpenItems), "discounted.csv", DISCOUNTED);
        is_settled_but_for_cents(db);
    });
}

const DISCOUNTED_TWICE: &str = "document_number,type,customer_id,issue_date,due_date,currency,\
amount,open_amount,discount_percent,discount_due_date,discount_2_percent,discount_2_due_date
RG-2025-0301,invoice,K1,2025-01-10,2025-02-09,EUR,1000.00,1000.00,3,2025-01-17,2,2025-01-24
";

#[test]
fn the_second_discount_is_taken_when_the_first_has_ended() {
    on_every_book("cash_discount_twice", |db| {
        take(
            db,
            Some(File::OpenItems),
            "discounted.csv",
            DISCOUNTED_TWICE,
        );
        is_settled_but_for_cents(db);
        let shown = db.read(&context(), None, |work: &mut books::Work<'_>| {
            books::documents::show(work, "RG-2025-0301")
        });
        let discount = shown.expect("the document").items[0].discount;
        assert_eq!(
            discount.map(|terms| terms.to_string()).as_deref(),
            Some("3 % until 2025-01-17, 2 % until 2025-01-24")
        );
        is_good(db);
    });
}

const BACK: Statement = Statement {
    number: 2,
    day: "250121",
    balances: ("450,00", "0,00"),
    lines: &[(
        "RC450,00NRTINONREF//B-2",
        "166?00RUECKLASTSCHRIFT?20SVWZ+RG-2025-0102 GS-2025-0001?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

/// More than a run posts at once: a payment, small cash of nobody, and the payment back.
fn long_statement() -> String {
    let mut lines = String::new();
    let (paid, back) = (PAID.lines[0], BACK.lines[0]);
    let mut line = |movement: &str, text: &str| {
        lines += &format!(":61:2501200120{movement}\n:86:{text}\n");
    };
    line(paid.0, paid.1);
    for at in 0..MANY {
        line(&format!("C1,00NTRFNONREF//C-{at}"), "166?00BAREINZAHLUNG");
    }
    line(back.0, back.1);
    let head = ":20:ST1\n:25:DE02120300000000202051\n:28C:1/1\n:60F:C250120EUR0,00";
    format!("{head}\n{lines}:62F:C250120EUR{MANY},00\n-\n")
}

const MANY: usize = 5_000;

#[test]
fn a_return_opens_what_an_earlier_part_of_its_run_posted() {
    on_every_book("cash_long_run", |db| {
        let before = open_documents(db);
        take(db, None, "long.sta", long_statement());
        run(db);
        let found = outcomes(db);
        let outcome_of = |reference: &str| {
            let mut found = found.iter();
            let of = |line: &&String| line.starts_with(reference);
            found.find(of).expect("there is one").clone()
        };
        assert_eq!(outcome_of("B-1 "), "B-1 450.00 applied K1");
        assert_eq!(outcome_of("B-2 "), "B-2 -450.00 applied K1");
        let after = open_documents(db);
        let named = |row: &String| row.starts_with("RG-") || row.starts_with("GS-");
        let after: Vec<String> = after.into_iter().filter(named).collect();
        assert_eq!(after, before);
    });
}

#[test]
fn a_return_opens_what_was_paid_in_the_same_run_or_a_later_one() {
    at_once_and_later("cash_return", |db, runs| {
        let before = open_documents(db);
        take(db, None, "paid.sta", PAID);
        if runs == Runs::AfterEach {
            run(db);
            assert_eq!(open_documents(db).len(), before.len() - 2);
        }
        take(db, None, "back.sta", BACK);
        run(db);
        assert_eq!(
            outcomes(db),
            ["B-1 450.00 applied K1", "B-2 -450.00 applied K1"]
        );
        assert_eq!(open_documents(db), before);
    });
}

const TWICE: [Statement; 3] = [
    Statement {
        number: 1,
        day: "250120",
        balances: ("0,00", "1190,00"),
        lines: &[(
            "C1190,00NTRFNONREF//B-1",
            "166?00GUTSCHRIFT?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        )],
    },
    Statement {
        number: 2,
        day: "250122",
        balances: ("1190,00", "2380,00"),
        lines: &[(
            "C1190,00NTRFNONREF//B-2",
            "166?00GUTSCHRIFT?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        )],
    },
    Statement {
        number: 3,
        day: "250124",
        balances: ("2380,00", "1190,00"),
        lines: &[(
            "D1190,00NTRFNONREF//B-3",
            "116?00UEBERWEISUNG?20SVWZ+RUECKZAHLUNG DOPPELZAH?21LUNG?31DE89370400440532013000\
             ?32HANSEN WERKZEUGE GMBH",
        )],
    },
];

#[test]
fn a_refund_pays_out_what_came_in_the_same_run_or_an_earlier_one() {
    at_once_and_later("cash_refund", |db, runs| {
        for (name, statement) in ["first.sta", "again.sta", "refund.sta"].iter().zip(TWICE) {
            take(db, None, name, statement);
            if runs == Runs::AfterEach {
                run(db);
            }
        }
        run(db);
        assert_eq!(
            outcomes(db),
            [
                "B-1 1190.00 applied K1",
                "B-2 1190.00 applied K1",
                "B-3 -1190.00 applied K1"
            ]
        );
        let open = open_documents(db);
        let of_cash = |row: &&String| row.starts_with("RCT-") || row.starts_with("RF-");
        assert_eq!(open.iter().filter(of_cash).count(), 0, "{open:?}");
        assert!(
            !open.iter().any(|row| row.starts_with("RG-2025-0101")),
            "{open:?}"
        );
    });
}

const MORE_ITEMS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0105,invoice,K1,2025-01-13,2025-02-12,EUR,310.00,310.00,,,,,
";

const ALIKE: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "620,00"),
    lines: &[
        (
            "C310,00NTRFNONREF//250120-0000118",
            "166?00GUTSCHRIFT?20SVWZ+RG-2025-0105?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
        (
            "C310,00NTRFNONREF//250120-0000119",
            "166?00GUTSCHRIFT?20SVWZ+RG-2025-0103?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
        ),
    ],
};

const FIRST_BACK: Statement = Statement {
    number: 2,
    day: "250121",
    balances: ("620,00", "310,00"),
    lines: &[(
        "D310,00NRTINONREF//250121-0000007",
        "109?00RETOURE?20KREF+250120-0000118?21SVWZ+MS03?31DE89370400440532013000?32HANSEN WER\nKZEUGE GMBH",
    )],
};

#[test]
fn of_two_payments_alike_that_comes_back_which_the_bank_names() {
    at_once_and_later("cash_named", |db, runs| {
        take(db, Some(File::OpenItems), "more.csv", MORE_ITEMS);
        take(db, None, "alike.sta", ALIKE);
        if runs == Runs::AfterEach {
            run(db);
        }
        take(db, None, "back.sta", FIRST_BACK);
        run(db);
        let open = open_documents(db);
        let is_open = |number: &str| open.iter().any(|document| document.contains(number));
        assert!(is_open("RG-2025-0105"), "{open:?}");
        assert!(!is_open("RG-2025-0103"), "{open:?}");
    });
}

pub(crate) const ADVICES: &str = "\
ISA*00*          *00*          *ZZ*PAYER          *ZZ*PAYEE          *250119*1200*U*00401*000000001*0*P*>~
GS*RA*PAYER*PAYEE*20250119*1200*1*X*004010~
ST*820*0001~
BPR*C*500*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877*20250120~
CUR*PR*EUR~
N1*PR*Hansen Werkzeuge GmbH~
ENT*1~
RMR*IV*RG-2025-0103**310~
RMR*IV*RG-2025-0104**190~
SE*8*0001~
ST*820*0002~
BPR*C*400*C*ACH*CTX*01*021000021*DA*12345*1999999999**01*021000089*DA*998877*20250121~
CUR*PR*EUR~
N1*PR*Hansen Werkzeuge GmbH~
ENT*1~
RMR*IV*RG-2025-0102**400~
SE*7*0002~
GE*2*1~
IEA*1*000000001~
";

pub(crate) const FIRST: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "500,00"),
    lines: &[(
        "C500,00NTRFNONREF//B-1",
        "166?00GUTSCHRIFT?20SVWZ+DANKE?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

pub(crate) const SECOND: Statement = Statement {
    number: 2,
    day: "250121",
    balances: ("500,00", "900,00"),
    lines: &[(
        "C400,00NTRFNONREF//B-2",
        "166?00GUTSCHRIFT?20SVWZ+DANKE?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const THIRD: Statement = Statement {
    number: 3,
    day: "250122",
    balances: ("900,00", "1400,00"),
    lines: &[(
        "C500,00NTRFNONREF//B-3",
        "166?00GUTSCHRIFT?20SVWZ+VIELEN DANK?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

#[test]
fn an_advice_belongs_to_one_payment_and_two_of_a_file_to_two() {
    at_once_and_later("cash_advices", |db, runs| {
        assert_eq!(take_remittances(db, "advices.820", ADVICES), 2);
        for (name, statement) in [("1.sta", FIRST), ("2.sta", SECOND), ("3.sta", THIRD)] {
            take(db, None, name, statement);
            if runs == Runs::AfterEach {
                run(db);
            }
        }
        run(db);
        let [first, second, third] = &outcomes(db)[..] else {
            panic!("three lines");
        };
        assert_eq!(first, "B-1 500.00 applied K1");
        assert_eq!(second, "B-2 400.00 applied K1");
        assert_eq!(third, "B-3 500.00 proposed K1");
        assert_eq!(
            open_documents(db),
            [
                "GS-2025-0001 -50.00",
                "RCT-000003 -500.00",
                "RG-2025-0101 1190.00",
                "RG-2025-0102 100.00"
            ]
        );
    });
}

const CHECKS: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "690,00"),
    lines: &[("C690,00NCHKNONREF//D-7700123", "166?00SCHECKEINREICHUNG")],
};

pub(crate) const DEPOSIT: &str = "deposit_ref,item_no,check_number,check_amount,remitter_name,\
remitter_account,check_date,invoice_reference,amount_paid,deduction_amount,deduction_reason
D-7700123,1,1001,500.00,Hansen Werkzeuge GmbH,,2025-01-18,RG-2025-0102,500.00,,
D-7700123,2,1002,190.00,Hansen Werkzeuge GmbH,,2025-01-18,RG-2025-0104,190.00,,
";

const CHECKS_BY_TEXT: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "690,00"),
    lines: &[(
        "C690,00NCHKNONREF//B-7",
        "166?00SCHECKEINREICHUNG?20LOCKBOX D-7700123",
    )],
};

#[test]
fn the_items_of_a_deposit_come_instead_of_its_sum_and_never_beside_it() {
    on_every_book("cash_deposit_first", |db| {
        assert_eq!(take_remittances(db, "deposit.csv", DEPOSIT), 1);
        take(db, None, "checks.sta", CHECKS);
        run(db);
        let items = [
            "D-7700123.1 500.00 applied K1",
            "D-7700123.2 190.00 applied K1",
        ];
        assert_eq!(outcomes(db), items);
    });
    on_every_book("cash_deposit_by_text", |db| {
        assert_eq!(take_remittances(db, "deposit.csv", DEPOSIT), 1);
        take(db, None, "checks.sta", CHECKS_BY_TEXT);
        run(db);
        let items = ["B-7.1 500.00 applied K1", "B-7.2 190.00 applied K1"];
        assert_eq!(outcomes(db), items);
    });
    on_every_book("cash_deposit_later", |db| {
        take(db, None, "checks.sta", CHECKS);
        run(db);
        assert_eq!(outcomes(db), ["D-7700123 690.00 waiting "]);
        assert_eq!(take_remittances(db, "deposit.csv", DEPOSIT), 1);
        run(db);
        let items = [
            "D-7700123.1 500.00 applied K1",
            "D-7700123.2 190.00 applied K1",
        ];
        assert_eq!(outcomes(db), items);
        let again = books::cash::apply(db, &context(), None, None, true).expect("applied");
        assert_eq!((again.changed, again.run), (0, None));
    });
}

#[test]
fn a_sum_that_a_person_holds_is_not_taken_apart_until_it_is_released() {
    on_every_book("cash_deposit_held", |db| {
        take(db, None, "checks.sta", CHECKS);
        run(db);
        let line = db.read(&context(), None, |work| desk::lines(work, true));
        let line = line.expect("lines").remove(0).line.to_string();
        let hand = |step: &dyn Fn(&mut books::Work<'_>) -> books::Outcome<()>| {
            db.write(&context(), None, step).expect("decided");
        };
        hand(&|work| desk::assign(work, &line, "K1", true));
        assert_eq!(take_remittances(db, "deposit.csv", DEPOSIT), 1);
        run(db);
        assert_eq!(outcomes(db), ["D-7700123 690.00 on_account K1"]);
        hand(&|work| desk::undo(work, &line));
        hand(&|work| desk::release(work, &line));
        run(db);
        let items = [
            "D-7700123.1 500.00 applied K1",
            "D-7700123.2 190.00 applied K1",
        ];
        assert_eq!(outcomes(db), items);
    });
}

const ABROAD: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0201,invoice,K1,2025-01-10,2025-02-09,SEK,78.00,78.00,,,,,
RG-2025-0202,invoice,K1,2025-01-12,2025-02-11,SEK,77.00,77.00,,,,,
";

const RATES: &str = "date,from_currency,to_currency,rate
2025-01-02,SEK,EUR,0.0880
";

const SMALL: &str = "<?xml version=\"1.0\"?>
<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr>
<MsgId>M1</MsgId><CreDtTm>2025-01-20T18:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>
<CreDtTm>2025-01-20T18:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>
<Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-01-20</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">6.14</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-01-20</Dt></Dt></Bal>
<Ntry><Amt Ccy=\"EUR\">6.14</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2025-01-20</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>XBCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Amt Ccy=\"EUR\">6.14</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<AmtDtls><InstdAmt><Amt Ccy=\"SEK\">155.00</Amt></InstdAmt></AmtDtls>
<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">7.50</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy=\"EUR\">7.50</Amt>
<CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd><Br>SHAR</Br></Rcrd></Chrgs>
<RltdPties><Dbtr><Pty><Nm>Hansen Werkzeuge GmbH</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>RG-2025-0201 RG-2025-0202</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
";

#[test]
fn what_the_books_refuse_is_kept_once() {
    on_every_book("cash_refused_again", |db| {
        take(db, Some(File::Rates), "rates.csv", RATES);
        take(db, Some(File::OpenItems), "abroad.csv", ABROAD);
        take(db, None, "small.xml", SMALL);
        let run = || books::cash::apply(db, &context(), None, None, true).expect("run");
        // The bank kept more than either document is worth.
        let first = run();
        assert_eq!((first.refused.len(), first.changed), (1, 1));
        assert_eq!(outcomes(db), ["B-1 6.14 proposed K1"]);
        let second = run();
        assert_eq!(second.refused, first.refused);
        assert_eq!((second.changed, second.run), (0, None));
    });
}

const QUOTED: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("0,00", "500,00"),
    lines: &[(
        "C500,00NTRFNONREF//B-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0102?31DE02500105170137075030?32ZAHLSTELLE NORD",
    )],
};

const SILENT: Statement = Statement {
    number: 2,
    day: "250203",
    balances: ("500,00", "1690,00"),
    lines: &[(
        "C1190,00NTRFNONREF//B-2",
        "166?00GUTSCHRIFT?20DANKE?31DE02500105170137075030?32ZAHLSTELLE NORD",
    )],
};

#[test]
fn what_a_run_posted_teaches_once_its_period_is_closed() {
    on_every_book("cash_close_teaches", |db| {
        take(db, None, "quoted.sta", QUOTED);
        run(db);
        take(db, None, "silent.sta", SILENT);
        run(db);
        let paid = ["B-1 500.00 applied K1", "B-2 1190.00 proposed K1"];
        assert_eq!(outcomes(db), paid);
        let stranger = silent(db);

        let closed = db.write(&context(), None, |work| periods::close(work, "2025-01"));
        closed.expect("closed");
        run(db);
        let known = silent(db);
        assert!(
            stranger.confidence < known.confidence,
            "{stranger:?} {known:?}"
        );
        assert_ne!(stranger.reason, known.reason);
    });
}

/// What the desk shows of the second line.
fn silent(db: &Db) -> DeskLine {
    let lines = db.read(&context(), None, |work| desk::lines(work, true));
    lines.expect("lines").swap_remove(1)
}

/// A payment of before these books, as it was applied.
const BEFORE: &str = "payment_id,payment_date,account,payer_name,payer_account,remittance_text,\
payment_amount,currency,customer_id,document_number,applied_amount,kind,document_issue_date,\
document_due_date,document_amount,document_currency
H1,2024-12-30,EUR,Hansen Werkzeuge GmbH,DE89370400440532013000,RG-2024-0990,640.00,EUR,K1,\
RG-2024-0990,640.00,payment,2024-12-01,2024-12-31,640.00,EUR
";

/// It comes back.
const BOUNCED: Statement = Statement {
    number: 1,
    day: "250120",
    balances: ("900,00", "260,00"),
    lines: &[(
        "D640,00NRTINONREF//B-1",
        "109?00RUECKLASTSCHRIFT?20SVWZ+RG-2024-0990?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

/// Its document is paid again.
const PAID_AGAIN: Statement = Statement {
    number: 2,
    day: "250122",
    balances: ("260,00", "900,00"),
    lines: &[(
        "C640,00NTRFNONREF//B-2",
        "166?00GUTSCHRIFT?20SVWZ+RG-2024-0990?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

#[test]
fn what_was_paid_before_these_books_and_came_back_can_be_paid_again() {
    at_once_and_later("cash_paid_again", |db, runs| {
        take(db, Some(File::History), "history.csv", BEFORE);
        take(db, None, "bounced.sta", BOUNCED);
        if runs == Runs::AfterEach {
            run(db);
            let open = open_documents(db);
            assert!(open.contains(&"RRT-000001 640.00".to_owned()), "{open:?}");
        }
        take(db, None, "again.sta", PAID_AGAIN);
        run(db);
        assert_eq!(
            outcomes(db),
            ["B-1 -640.00 applied K1", "B-2 640.00 applied K1"]
        );
        let open = open_documents(db);
        let is_left = |row: &&String| row.starts_with("RRT") || row.starts_with("RCT");
        assert_eq!(open.iter().filter(is_left).count(), 0, "{open:?}");
    });
}
