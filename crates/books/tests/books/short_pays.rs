//! Short-pays: parted off by runs and by people, taken back with what they came of; matching
//! knows each as the document that it came of.

use books::cash::desk::{self, Division, Part};
use books::cash::export;
use books::open_items::{self, Unapply};
use books::short_pays::{self, NewShortPay, ShortPay, State};
use books::{Context, Failure, Outcome, Work};
use domain::calendar::Date;
use domain::short_pays::Reason;

use crate::cash::{Statement, company, eur, is_good, line_of, take};
use crate::cash_runs::take_remittances;
use crate::dividing::open;
use crate::engines::{Fixture, context, on_every_engine};

pub(crate) const FEBRUARY: Statement = Statement {
    number: 2,
    day: "250210",
    balances: ("2493,90", "2973,90"),
    lines: &[(
        "C480,00NTRFNONREF//F-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0102 ABZUEGL. 2?210,00 BESCHAEDIGTE WARE?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const MARCH: Statement = Statement {
    number: 3,
    day: "250310",
    balances: ("2973,90", "2993,90"),
    lines: &[(
        "C20,00NTRFNONREF//M-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0102 REST?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const CASE_QUOTED: Statement = Statement {
    number: 3,
    day: "250310",
    balances: ("2973,90", "2993,90"),
    lines: &[(
        "C20,00NTRFNONREF//M-1",
        "166?00GUTSCHRIFT?20SVWZ+SP-000001 REST?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

pub(crate) fn write<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, Failure> {
    fixture.db.write(context, None, act)
}

pub(crate) fn code<T: std::fmt::Debug>(done: Result<T, Failure>) -> &'static str {
    done.expect_err("it is refused").code()
}

pub(crate) fn run(fixture: &Fixture) {
    books::cash::apply(&fixture.db, &context(), None, None, true).expect("applied");
}

/// The company, paid in February: 480.00 of RG-2025-0102, and 20.00 held back for damaged goods.
pub(crate) fn pay_short_in_february(fixture: &Fixture) {
    company(fixture);
    take(&fixture.db, None, "february.sta", FEBRUARY);
    run(fixture);
}

pub(crate) fn cases(fixture: &Fixture) -> Vec<ShortPay> {
    let all = fixture.db.read(&context(), None, short_pays::all);
    all.expect("cases")
}

pub(crate) fn one(fixture: &Fixture) -> ShortPay {
    let mut all = cases(fixture);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Reference, document and amount of every row that is exported.
fn exported(fixture: &Fixture) -> Vec<String> {
    let mut rows = Vec::new();
    let read = fixture.db.read(&context(), None, |work| {
        rows.clear();
        export::each(work, |row| {
            rows.push(format!(
                "{} {} {} {}",
                row.entry_ref, row.document_number, row.amount, row.kind
            ));
            Ok(())
        })
    });
    read.expect("exported");
    rows
}

pub(crate) fn open_of_k1(fixture: &Fixture) -> Vec<String> {
    let mut rows = open(fixture);
    rows.retain(|row| row.starts_with("K1 "));
    rows
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

#[test]
fn a_run_parts_off_what_is_held_back_for_a_reason() {
    on_every_engine("sp_run", |fixture| {
        company(fixture);
        run(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        assert_eq!(open_of_k1(fixture), ["K1 SP-000001 20.00"]);
        let case = one(fixture);
        assert_eq!(
            (case.reason, case.amount, case.from_number.as_str()),
            (Reason::Damaged, eur("20.00"), "RG-2025-0102")
        );
        assert!(case.stated.contains("BESCHAEDIGTE WARE"), "{}", case.stated);
        assert_eq!(case.due_on, day("2025-02-11"), "as old as the invoice");
        assert_eq!(case.state, State::Open);
        assert!(!case.is_by_hand);
        assert_eq!(case.answer_by, day("2025-04-14"));
        is_good(&fixture.db);
        // A run that comes again opens nothing again.
        run(fixture);
        assert_eq!(cases(fixture).len(), 1);
        // The rest comes with the number of the invoice.
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        let rows = exported(fixture);
        for row in [
            "F-1 RG-2025-0102 500.00 payment",
            "F-1 RG-2025-0102 -20.00 short_pay_dispute",
            "M-1 RG-2025-0102 20.00 payment",
        ] {
            assert!(rows.iter().any(|known| known == row), "{row}: {rows:?}");
        }
        assert!(open_of_k1(fixture).is_empty(), "{:?}", open(fixture));
        assert_eq!(one(fixture).state, State::Paid);
        is_good(&fixture.db);
    });
}

#[test]
fn a_rest_may_come_with_the_number_of_the_case() {
    on_every_engine("sp_quoted", |fixture| {
        pay_short_in_february(fixture);
        assert_eq!(one(fixture).number, "SP-000001");
        take(&fixture.db, None, "case.sta", CASE_QUOTED);
        run(fixture);
        let rows = exported(fixture);
        let paid = "M-1 RG-2025-0102 20.00 payment";
        assert!(rows.iter().any(|row| row == paid), "{rows:?}");
        assert_eq!(one(fixture).state, State::Paid);
        is_good(&fixture.db);
    });
}

const IN_PARTS: Statement = Statement {
    number: 2,
    day: "250210",
    balances: ("2493,90", "2918,90"),
    lines: &[(
        "C425,00NTRFNONREF//F-1",
        "166?00GUTSCHRIFT?20SVWZ+AVIS VOM 10.02.?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

#[test]
fn an_advice_may_hold_back_for_several_reasons() {
    on_every_engine("sp_parts", |fixture| {
        company(fixture);
        run(fixture);
        take(&fixture.db, None, "february.sta", IN_PARTS);
        let advice = "Invoice;Gross;WHT;Short payment;Adjustment;Reason;Net;Payment Date\n\
                      RG-2025-0102;500.00;25.00;30.00;20.00;damaged goods;425.00;2025-02-10\n";
        assert_eq!(take_remittances(&fixture.db, "advice.csv", advice), 1);
        run(fixture);
        let mut rows = exported(fixture);
        rows.retain(|row| row.starts_with("F-1"));
        rows.sort();
        let expected = [
            "F-1 RG-2025-0102 -20.00 short_pay_dispute",
            "F-1 RG-2025-0102 -25.00 withholding_tax",
            "F-1 RG-2025-0102 -30.00 short_pay_dispute",
            "F-1 RG-2025-0102 500.00 payment",
        ];
        assert_eq!(rows, expected);
        // Both columns give the one reason of the row.
        let case = one(fixture);
        assert_eq!((case.amount, case.reason), (eur("50.00"), Reason::Damaged));
        assert_eq!(case.stated, "damaged goods");
        is_good(&fixture.db);
    });
}

/// 450.00 for RG-2025-0102, less 30.00, 15.00 and 5.00 as the payment itself says.
const LISTED: &str = r#"<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2025-02-10T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S2</Id><CreDtTm>2025-02-10T18:00:00</CreDtTm>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><Amt Ccy="EUR">450.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2025-02-10</Dt></BookgDt><AcctSvcrRef>F-1</AcctSvcrRef>
<NtryDtls><TxDtls><Amt Ccy="EUR">450.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Strd><RfrdDocInf><Nb>RG-2025-0102</Nb></RfrdDocInf><RfrdDocAmt>
<DuePyblAmt Ccy="EUR">500.00</DuePyblAmt>
<AdjstmntAmtAndRsn><Amt Ccy="EUR">30.00</Amt><AddtlInf>damaged goods</AddtlInf></AdjstmntAmtAndRsn>
<AdjstmntAmtAndRsn><Amt Ccy="EUR">15.00</Amt><AddtlInf>wrong price</AddtlInf></AdjstmntAmtAndRsn>
<AdjstmntAmtAndRsn><Amt Ccy="EUR">5.00</Amt><AddtlInf>price of bolts</AddtlInf></AdjstmntAmtAndRsn>
<RmtdAmt Ccy="EUR">450.00</RmtdAmt></RfrdDocAmt></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

#[test]
fn a_payment_may_hold_back_for_several_reasons() {
    on_every_engine("sp_listed", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.xml", LISTED);
        run(fixture);
        let mut held: Vec<(String, Reason, String)> = cases(fixture)
            .into_iter()
            .map(|case| (case.amount.to_string(), case.reason, case.stated))
            .collect();
        held.sort_by(|one, other| one.0.cmp(&other.0));
        let case = |amount: &str, reason, stated: &str| (amount.into(), reason, stated.into());
        let expected = [
            case("20.00", Reason::Price, "wrong price; price of bolts"),
            case("30.00", Reason::Damaged, "damaged goods"),
        ];
        assert_eq!(held, expected);
        let open = ["K1 SP-000001 30.00", "K1 SP-000002 20.00"];
        assert_eq!(open_of_k1(fixture), open);
        is_good(&fixture.db);
    });
}

#[test]
fn a_rest_that_comes_in_the_same_run_is_no_case() {
    on_every_engine("sp_same_run", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        assert_eq!(cases(fixture), []);
        assert!(open_of_k1(fixture).is_empty(), "{:?}", open(fixture));
        is_good(&fixture.db);
    });
}

#[test]
fn taking_the_decision_back_takes_the_short_pay_back() {
    on_every_engine("sp_undo", |fixture| {
        pay_short_in_february(fixture);
        let line = line_of(&fixture.db, "F-1");
        assert_eq!(one(fixture).state, State::Open);
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(
            open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()),
            "{:?}",
            open(fixture)
        );
        is_good(&fixture.db);
        // Released, it is decided and parted off anew.
        write(fixture, &context(), |work| desk::release(work, &line)).expect("released");
        run(fixture);
        let states: Vec<State> = cases(fixture).iter().map(|one| one.state).collect();
        assert_eq!(states, [State::TakenBack, State::Open]);
        // What was settled meanwhile is not taken back under somebody's hands.
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        let refused = write(fixture, &context(), |work| desk::undo(work, &line));
        assert_eq!(code(refused), "short_pay_settled");
        let order = Unapply {
            on: day("2025-03-31"),
            what: "RG-2025-0102".into(),
            with: None,
        };
        let refused = write(fixture, &context(), |work| {
            open_items::unapply(work, std::slice::from_ref(&order))
        });
        assert_eq!(code(refused), "short_pay_settled");
        let later = line_of(&fixture.db, "M-1");
        write(fixture, &context(), |work| desk::undo(work, &later)).expect("taken back");
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        is_good(&fixture.db);
    });
}

#[test]
fn unapplying_takes_the_short_pay_back_and_documents_do_not() {
    on_every_engine("sp_unapply", |fixture| {
        pay_short_in_february(fixture);
        for half in ["SP-000001", "SPO-000001"] {
            let order = books::documents::Reverse {
                document: half.into(),
                on: day("2025-03-31"),
                reason: "no".into(),
            };
            let refused = write(fixture, &context(), |work| {
                books::documents::reverse(work, std::slice::from_ref(&order))
            });
            assert_eq!(code(refused), "of_short_pay");
        }
        let refused = write(fixture, &context(), |work| {
            short_pays::take_back(work, "SP-000001", None, "wrong")
        });
        assert_eq!(code(refused), "of_bank_line");
        let order = Unapply {
            on: day("2025-03-31"),
            what: "RG-2025-0102".into(),
            with: None,
        };
        write(fixture, &context(), |work| {
            open_items::unapply(work, std::slice::from_ref(&order))
        })
        .expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()));
        is_good(&fixture.db);
    });
}

pub(crate) fn by_hand(document: &str, amount: &str, stated: &str) -> NewShortPay {
    NewShortPay {
        document: document.into(),
        amount: Some(eur(amount)),
        reason: None,
        stated: stated.into(),
        owner: None,
        answer_by: None,
        on: None,
    }
}

/// Applies 77.70 of the line B-3 to RG-2025-0102.
pub(crate) fn pay_in_part(fixture: &Fixture) {
    let line = line_of(&fixture.db, "B-3");
    let division = Division::from(vec![Part {
        document: "RG-2025-0102".into(),
        amount: Some(eur("77.70")),
        deductions: Vec::new(),
    }]);
    write(fixture, &context(), |work| {
        desk::apply(work, &line, &division)
    })
    .expect("applied");
}

#[test]
fn a_person_parts_off_and_takes_back() {
    on_every_engine("sp_by_hand", |fixture| {
        company(fixture);
        let new = by_hand("RG-2025-0102", "22.30", "Preisdifferenz lt. Angebot");
        let part =
            |new: &NewShortPay| write(fixture, &context(), |work| short_pays::part_off(work, new));
        assert_eq!(code(part(&new)), "not_paid_in_part");
        pay_in_part(fixture);
        assert_eq!(cases(fixture), [], "a rest without a reason is no case");
        let too_much = by_hand("RG-2025-0102", "422.31", "");
        assert_eq!(code(part(&too_much)), "exceeds_open");
        let nobody = NewShortPay {
            owner: Some("ghost".into()),
            ..new.clone()
        };
        assert_eq!(code(part(&nobody)), "no_person");
        let case = part(&new).expect("parted off");
        assert_eq!((case.reason, case.is_by_hand), (Reason::Price, true));
        assert_eq!(
            open_of_k1(fixture),
            [
                "K1 RG-2025-0101 1190.00",
                "K1 RG-2025-0102 400.00",
                "K1 SP-000001 22.30"
            ]
        );
        is_good(&fixture.db);
        let back = write(fixture, &context(), |work| {
            short_pays::take_back(work, &case.number, None, "it was the freight")
        });
        assert_eq!(back.expect("taken back").state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 422.30".to_owned()));
        let again = write(fixture, &context(), |work| {
            short_pays::take_back(work, &case.number, None, "again")
        });
        assert_eq!(code(again), "short_pay_not_open");
        is_good(&fixture.db);
    });
}
