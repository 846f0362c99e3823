//! Payouts of processors with their reports: what came, what went back and what was kept, on both
//! engines alike.

use books::Db;
use books::cash::desk;
use books::reports::Question;

use crate::cash::{Statement, is_good, line_of, outcomes, take, taken_over};
use crate::cash_runs::{open_documents, run, take_remittances};
use crate::engines::{context, on_every_engine};

const ITEMS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
RG-2025-0101,invoice,K1,2025-01-02,2025-02-01,EUR,60.00,60.00,,,,,
RG-2025-0102,invoice,K1,2025-01-03,2025-02-02,EUR,80.00,80.00,,,,,
GS-2025-0001,credit_memo,K2,2025-01-04,2025-01-04,EUR,-19.00,-19.00,,,,,
";

const PAID: Statement = Statement {
    number: 1,
    day: "250110",
    balances: ("100,00", "160,00"),
    lines: &[(
        "C60,00NTRFNONREF//B-1",
        "166?00GUTSCHRIFT?20SVWZ+RG-2025-0101?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH",
    )],
};

const PAID_OUT: Statement = Statement {
    number: 2,
    day: "250120",
    balances: ("160,00", "163,00"),
    lines: &[(
        "C3,00NTRFNONREF//B-2",
        "166?00GUTSCHRIFT?20SVWZ+PAYOUT PO-88001?32STRIPE",
    )],
};

const TAKEN: Statement = Statement {
    number: 3,
    day: "250122",
    balances: ("163,00", "142,00"),
    lines: &[(
        "D21,00NTRFNONREF//B-3",
        "116?00LASTSCHRIFT?20SVWZ+PAYOUT PO-88002?32STRIPE",
    )],
};

/// What both payouts are made of.
const REPORT: &str = "payout_id,psp,type,reference,customer_email,gross,fee,net,currency
PO-88001,STRIPE,charge,RG-2025-0102,,80.00,2.00,78.00,EUR
PO-88001,STRIPE,dispute,RG-2025-0101,,-60.00,15.00,-75.00,EUR
PO-88002,STRIPE,refund,GS-2025-0001,,-19.00,2.00,-21.00,EUR
";

/// One that names an entry that nobody knows, and a fee of no sale.
const UNCLEAR: &str = "payout_id,psp,type,reference,customer_email,gross,fee,net,currency
PO-88001,STRIPE,charge,RG-2025-0102,,80.00,2.00,78.00,EUR
PO-88001,STRIPE,refund,Goodwill,,-70.00,0.00,-70.00,EUR
PO-88001,STRIPE,fee,Billing,,-5.00,0.00,-5.00,EUR
";

const CHARGED: Statement = Statement {
    number: 2,
    day: "250120",
    balances: ("160,00", "143,00"),
    lines: &[
        (
            "C78,00NTRFNONREF//B-2",
            "166?00GUTSCHRIFT?20SVWZ+PAYOUT PO-87001?32STRIPE",
        ),
        (
            "D95,00NTRFNONREF//B-3",
            "116?00LASTSCHRIFT?20SVWZ+PAYOUT PO-87002?32STRIPE",
        ),
    ],
};

/// The dispute names its charge by the processor's id alone.
const BY_CHARGE: &str = "payout_id,psp,type,charge_id,reference,gross,fee,net,currency
PO-87001,STRIPE,charge,ch_22AA,RG-2025-0102,80.00,2.00,78.00,EUR
PO-87002,STRIPE,dispute,ch_22AA,Dispute,-80.00,15.00,-95.00,EUR
";

#[test]
fn a_dispute_is_of_the_document_that_its_charge_paid() {
    on_every_book("payout_charge", |db| {
        take(db, None, "charged.sta", CHARGED);
        assert_eq!(take_remittances(db, "payouts.csv", BY_CHARGE), 2);
        run(db);
        assert_eq!(
            outcomes(db)[1..],
            ["B-2 78.00 applied K1", "B-3 -95.00 applied K1"]
        );
        let open = open_documents(db);
        assert!(open.contains(&"RG-2025-0102 80.00".to_owned()), "{open:?}");
        assert_eq!(closing(db, "6800"), "6800 17.00");
    });
}

fn on_every_book(name: &str, test: impl Fn(&Db)) {
    on_every_engine(name, |fixture| {
        let db = &fixture.db;
        taken_over(db, ITEMS);
        take(db, None, "paid.sta", PAID);
        run(db);
        test(db);
        is_good(db);
        for difference in column(db, "tie-out", "difference") {
            assert!(difference.ends_with(" 0.00"), "{difference}");
        }
    });
}

/// What a column of a report says of each account.
fn column(db: &Db, report: &str, name: &str) -> Vec<String> {
    let report = books::reports::find(report).expect("there is one");
    let question = Question::as_of("2025-01-31".parse().expect("a day"));
    let table = db.read(&context(), None, |work| report.answer(work, &question));
    let table = table.expect("reported");
    let at = table.columns.iter().position(|column| column.name == name);
    let at = at.expect("the column");
    let rows = table.rows.iter();
    rows.map(|row| format!("{} {}", row[0], row[at])).collect()
}

pub(crate) fn closing(db: &Db, account: &str) -> String {
    let all = column(db, "trial-balance", "closing");
    let mut own = all.into_iter().filter(|row| row.starts_with(account));
    own.next().unwrap_or_default()
}

#[test]
fn a_payout_pays_what_was_charged_and_takes_back_what_was_disputed() {
    for (name, is_late) in [("payout_report_first", false), ("payout_line_first", true)] {
        on_every_book(name, |db| {
            take(db, None, "paid-out.sta", PAID_OUT);
            take(db, None, "taken.sta", TAKEN);
            if is_late {
                let preview = books::cash::apply(db, &context(), None, None, false);
                assert_eq!(preview.expect("previewed").looked_at, 2);
                db.write(&context(), None, |work| {
                    books::cash::apply_within(
                        work,
                        Some("2025-01-21".parse().expect("a day")),
                        None,
                    )
                })
                .expect("the first waits unidentified");
            }
            assert_eq!(take_remittances(db, "payouts.csv", REPORT), 2);
            run(db);
            assert_eq!(
                outcomes(db),
                [
                    "B-1 60.00 applied K1",
                    "B-2 3.00 applied K1",
                    "B-3 -21.00 applied K2"
                ]
            );
            assert_eq!(open_documents(db), ["RG-2025-0101 60.00"]);
            assert_eq!(closing(db, "6800"), "6800 19.00");
            // Of what went back nothing is undone at the desk.
            let line = line_of(db, "B-2");
            let undone = db.write(&context(), None, |work| desk::undo(work, &line));
            assert!(undone.is_err_and(|failure| failure.code() == "money_went_out"));
        });
    }
}

#[test]
fn what_a_report_leaves_unclear_is_proposed_and_accepted_as_of_nobody() {
    on_every_book("payout_unclear", |db| {
        take(db, None, "paid-out.sta", PAID_OUT);
        assert_eq!(take_remittances(db, "payouts.csv", UNCLEAR), 1);
        run(db);
        assert_eq!(outcomes(db)[1], "B-2 3.00 proposed ");
        let line = line_of(db, "B-2");
        db.write(&context(), None, |work| desk::accept(work, &line, 1))
            .expect("accepted");
        assert_eq!(closing(db, "6800"), "6800 7.00");
        assert_eq!(closing(db, "2090"), "2090 70.00");
    });
}
