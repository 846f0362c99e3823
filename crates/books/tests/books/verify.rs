//! Every promise holds on a good book, and each check sees what was changed behind its back.

use books::verify::{Check, verify};
use books::{Engine, testing};

use crate::cash_runs::ADVICES;
use crate::desk::{Desk, at_noon, day};
use crate::engines::{Fixture, on_every_engine};

fn checks(fixture: &Fixture) -> Vec<Check> {
    fixture
        .db
        .read(&at_noon(day("03-31")), None, verify)
        .expect("verified")
}

#[test]
fn a_good_book_keeps_its_promises() {
    on_every_engine("verify_good", |fixture| {
        let desk = Desk::quarter(fixture);
        let day = at_noon(day("03-31"));
        fixture
            .db
            .write(&day, None, |work| {
                // The open dollars have no rate: it is closed all the same.
                let period = "2025-01".to_owned();
                let wish = books::approvals::Wish::ClosePeriod { period };
                books::approvals::ask(work, &wish, "the rate comes later")
            })
            .expect("closed");
        let all = checks(fixture);
        for check in &all {
            assert_eq!(check.problem, None, "{}", check.name);
        }
        let facts = |name: &str| {
            let found = all.iter().find(|check| check.name.starts_with(name));
            found.expect("there is such a check").facts
        };
        assert_eq!(facts("entries balance in functional"), 22);
        assert_eq!(facts("applications settle"), 5);
        assert!(least_guards(fixture.db.engine()) <= facts("the database refuses"));
        assert_eq!(facts("the audit log"), 18);
        drop(desk);
    });
}

/// Guards of the first tables of facts; each further table adds its own.
fn least_guards(engine: Engine) -> i64 {
    match engine {
        Engine::Sqlite => 34,
        Engine::Postgres => 18,
    }
}

/// What an intruder does, and the check that must see it with the words it must say.
const INTRUSIONS: &[(&str, &str, &str)] = &[
    (
        "UPDATE journal_line SET amount = amount + 1 WHERE currency = 'USD' AND account = '4000'",
        "entries balance in each transaction currency",
        "off by 0.01 USD",
    ),
    (
        "UPDATE journal_line SET functional = functional + 1 WHERE account = '7200'",
        "entries balance in functional currency",
        "does not balance: off by 0.01 EUR",
    ),
    (
        "DELETE FROM journal_line WHERE entry_id = (SELECT id FROM journal_entry WHERE number = 2)",
        "entries have lines, lines have entries of one day",
        "entry 2 has no lines",
    ),
    (
        "UPDATE journal_entry SET posted_on = '2025-01-11' WHERE number = 2",
        "entries have lines, lines have entries of one day",
        "entry 2 of 2025-01-11 has lines of 2025-01-10",
    ),
    (
        "UPDATE journal_line SET account = '4711' WHERE account = '7200'",
        "lines stand on accounts of the chart",
        "account 4711",
    ),
    (
        "UPDATE open_item SET due_on = '2025-12-31' WHERE amount = 12000",
        "facts are as they were written",
        "open_item: of the ",
    ),
    (
        "UPDATE document SET issued_on = '2025-01-02' WHERE number = 'INV-2'",
        "facts are as they were written",
        "one is not as it was written",
    ),
    (
        "DELETE FROM journal_line WHERE account = '7200'",
        "facts are as they were written",
        "journal_line: ",
    ),
    (
        "INSERT INTO exchange_rate (entity_id, rate_on, from_currency, to_currency, rate, origin)
         SELECT id, '2020-01-01', 'USD', 'EUR', '2', '' FROM entity",
        "facts are as they were written",
        "exchange_rate: 1 rows were written through no door",
    ),
    (
        "UPDATE journal_entry SET reverses_id = (SELECT MIN(id) FROM journal_entry)
         WHERE number = 3",
        "reversals negate an entry, once",
        "entry 3 does not negate",
    ),
    (
        "UPDATE document SET reverses_id = 5 WHERE number = 'INV-3'",
        "documents take back documents of their kind",
        "invoice INV-3 takes back a document that is not there",
    ),
    (
        "UPDATE journal_line SET party_id = 102 WHERE party_id = 101
         AND entry_id = (SELECT id FROM journal_entry WHERE number = 2)",
        "control accounts equal open items on every day",
        "account 1200 and the open items of C-1 in EUR part on 2025-01-10: off by -120.00 EUR",
    ),
    (
        "UPDATE open_item SET opened_on = '2025-01-09' WHERE opened_on = '2025-01-10'",
        "control accounts equal open items on every day",
        "part on 2025-01-09",
    ),
    (
        "UPDATE application SET debit_functional = debit_functional + 1, credit_functional = 18001
         WHERE debit_amount = 20000",
        "control accounts equal open items on every day",
        "open items of C-2 in USD part on 2025-03-01: off by",
    ),
    (
        "UPDATE application SET applied_on = '2025-02-04' WHERE applied_on = '2025-02-05'",
        "applications settle a debit item with a credit item",
        "receipt RCT-1 to invoice INV-1 on 2025-02-04 counts before they were opened",
    ),
    (
        "UPDATE application SET debit_item_id = credit_item_id WHERE applied_on = '2025-02-05'",
        "applications settle a debit item with a credit item",
        "joins two items of one column",
    ),
    (
        "UPDATE application SET credit_amount = 6999 WHERE applied_on = '2025-02-05'",
        "applications settle a debit item with a credit item",
        "takes two amounts in one currency",
    ),
    (
        "UPDATE application SET debit_amount = -999 WHERE undoes_id IS NOT NULL",
        "applications are taken back whole and once",
        "is not the opposite",
    ),
    (
        "UPDATE application SET debit_amount = 12001, credit_amount = 12001
         WHERE applied_on = '2025-02-05'",
        "no item crosses zero on any day",
        "crosses zero on 2025-02-05",
    ),
    (
        "UPDATE application SET applied_on = '2025-03-11' WHERE undoes_id IS NOT NULL",
        "no item crosses zero on any day",
        "is more than whole on 2025-03-11: off by -10.00 EUR",
    ),
    (
        "UPDATE open_item SET open_amount = open_amount - 1 WHERE amount = 12000",
        "cached open amounts are those of the applications",
        "invoice INV-1 is cached with another open amount: off by -0.01 EUR",
    ),
    (
        "UPDATE open_item SET open_functional = 0 WHERE amount = 12000",
        "cached open amounts are those of the applications",
        "off by -50.00 EUR",
    ),
    (
        "INSERT INTO period_event (entity_id, id, period, action, actor, reason, recorded_at)
         SELECT id, 1, '2025-03', 'closed', 'x', '', '2025-03-01T00:00:00.000000Z' FROM entity",
        "nothing was posted into a closed period",
        "in period 2025-03 after its close",
    ),
    (
        "DELETE FROM document WHERE number = 'INV-2'",
        "document numbers have no gap and no twin",
        "invoice INV-2 is missing",
    ),
    (
        "UPDATE document SET number = 'INV-2' WHERE number = 'INV-3'",
        "document numbers have no gap and no twin",
        "invoice INV-2 was given twice",
    ),
    (
        "INSERT INTO number_series (entity_id, kind, next) SELECT id, 'invoice', 5 FROM entity",
        "document numbers have no gap and no twin",
        "the series of invoice gave 4 numbers, 3 documents have one",
    ),
    (
        "UPDATE journal_entry SET number = 40 WHERE number = 4",
        "journal numbers have no gap and no twin",
        "journal entry 4 is missing",
    ),
    (
        "UPDATE audit_log SET actor = 'somebody' WHERE sequence = 3",
        "the audit log is one chain",
        "link 3",
    ),
    (
        "UPDATE document SET recorded_at = '2025-01-01T00:00:00.000000Z' WHERE number = 'INV-1'",
        "every write has a link in the audit log",
        "2025-01-01",
    ),
    (
        "UPDATE audit_log SET actor = '' WHERE sequence = 3",
        "every link names who, by which door and what",
        "link 3",
    ),
    (
        "DROP INDEX source_file_once; INSERT INTO source_file (entity_id, id, purpose, sha256, name,
         format, accepted, refused, recorded_at) SELECT e.id, n.n, 'statements', 'ab', 'a.sta',
         'mt940', 1, 0, e.recorded_at FROM entity e CROSS JOIN (SELECT 1 AS n UNION SELECT 2) n",
        "files were taken once",
        "file a.sta was taken 2 times",
    ),
    (
        "DROP INDEX bank_line_once; INSERT INTO bank_line (entity_id, id, statement_id,
         bank_account_id, part, reference, booked_on, currency, amount, status, code, is_reversal, payer_name,
         payer_account, payer_bank, ultimate_payer, end_to_end, creditor_reference, check_number,
         mandate, return_reason, traces, documents, listed, remittance, batch_id, detail_count, fingerprint,
         recorded_at) SELECT e.id, n.n, 1, 1, 0, 'R7', '2025-03-01', 'EUR', 100, 'booked', '', 0,
         '', '', '', '', '', '', '', '', '', '', '', '', '', '', 0, 'f', e.recorded_at
         FROM entity e CROSS JOIN (SELECT 1 AS n UNION SELECT 2) n",
        "bank lines were taken once",
        "bank line R7 of 2025-03-01 was taken 2 times",
    ),
    (
        "INSERT INTO bank_line (entity_id, id, statement_id, bank_account_id, parent_id,
         part, reference, booked_on, currency, amount, status, code, is_reversal, payer_name,
         payer_account, payer_bank, ultimate_payer, end_to_end, creditor_reference, check_number,
         mandate, return_reason, traces, documents, listed, remittance, batch_id, detail_count, fingerprint,
         recorded_at) SELECT e.id, n.n, 1, 1, CASE WHEN n.n > 1 THEN 1 END, n.n, 'R' || n.n,
         '2025-03-01', 'EUR', 100, 'booked', '', 0, '', '', '', '', '', '', '', '', '', '', '', '',
         '', '', 0, 'f' || n.n, e.recorded_at
         FROM entity e CROSS JOIN (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3) n",
        "details of bank lines add up to no more than their line",
        "the details of bank line R1 of 2025-03-01 exceed it: off by 1.00 EUR",
    ),
    (
        "INSERT INTO cash_decision (entity_id, id, run_id, line_id, unit, entry_ref, statement_name,
         outcome, class, amount, currency, confidence, reason, evidence, recorded_at)
         SELECT e.id, 1, 1, 77, '', 'R7', '', '', '', 1, 'EUR', 0, '', '', e.recorded_at
         FROM entity e",
        "bank lines have one standing decision for each unit",
        "a decision on R7 has no bank line",
    ),
    (
        "INSERT INTO cash_decision (entity_id, id, run_id, line_id, unit, entry_ref, statement_name,
         outcome, class, amount, currency, receipt_id, confidence, reason, evidence, recorded_at)
         SELECT e.id, n.n, 1, n.n, '', 'R7', '', '', '', 1, 'EUR',
         (SELECT id FROM document WHERE number = 'RCT-1'), 0, '', '', e.recorded_at
         FROM entity e CROSS JOIN (SELECT 1 AS n UNION SELECT 2) n",
        "receipts of bank lines were posted once",
        "receipt RCT-1 stands for 2 bank lines",
    ),
    (
        "INSERT INTO document_line (entity_id, document_id, line_number, description, account,
         quantity, unit_price, net, tax, tax_rate, tax_category)
         SELECT entity_id, id, 1, 'x', '4000', '1', '119.99', 11999, 0, '0', 'Z' FROM document WHERE number = 'INV-1'",
        "lines add up to their document",
        "invoice INV-1 is not the sum of its lines: off by -0.01 EUR",
    ),
    (
        "UPDATE document SET gross = gross + 1 WHERE number = 'INV-1'",
        "net and tax are the gross",
        "invoice INV-1 has another gross than net and tax: off by 0.01 EUR",
    ),
    (
        "UPDATE document SET net = 5, gross = 5 WHERE number = 'INV-1'",
        "documents open items of their gross",
        "invoice INV-1 and its open items differ",
    ),
    (
        "DROP INDEX open_item_by_document; DELETE FROM open_item WHERE amount = 12000",
        "documents open items of their gross",
        "invoice INV-1 opens no item",
    ),
];

/// Tables with guards.
const GUARDED: &[&str] = &[
    "application",
    "audit_log",
    "document",
    "document_line",
    "journal_entry",
    "journal_line",
    "open_item",
    "period_event",
];

/// What takes the guards away before an intrusion.
fn unguarded(engine: Engine) -> String {
    let guards = GUARDED.iter().map(|table| match engine {
        Engine::Sqlite => {
            format!("DROP TRIGGER {table}_never_changed; DROP TRIGGER {table}_never_deleted;")
        }
        Engine::Postgres => format!("ALTER TABLE {table} DISABLE TRIGGER ALL;"),
    });
    let constraints = match engine {
        Engine::Sqlite => "PRAGMA ignore_check_constraints = ON;",
        Engine::Postgres => {
            "ALTER TABLE document DROP CONSTRAINT document_check;
             ALTER TABLE open_item DROP CONSTRAINT open_item_check;"
        }
    };
    guards.chain([constraints.to_owned()]).collect()
}

#[test]
fn each_check_sees_what_was_changed() {
    for (sql, name, words) in INTRUSIONS {
        on_every_engine("verify_broken", |fixture| {
            drop(Desk::quarter(fixture));
            let sql = format!("{} {sql}", unguarded(fixture.db.engine()));
            testing::tamper(&fixture.url, &sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
            let all = checks(fixture);
            let found = all.iter().find(|check| check.name == *name);
            let problem = found.and_then(|check| check.problem.clone());
            let problem = problem.unwrap_or_else(|| panic!("{name} does not see: {sql}"));
            assert!(problem.contains(words), "{name}: {problem}");
            let guards = all.iter().find(|check| check.promise == 2);
            assert!(guards.is_some_and(|check| check.problem.is_some()));
        });
    }
}

#[test]
fn a_kept_file_that_was_changed_is_seen() {
    on_every_engine("verify_file", |fixture| {
        drop(Desk::quarter(fixture));
        let taken = crate::cash_runs::take_remittances(&fixture.db, "advice.csv", ADVICES);
        assert!(0 < taken);
        let kept = |fixture: &Fixture| {
            let all = checks(fixture);
            let found = all
                .into_iter()
                .find(|check| check.name == "files are what was taken in");
            found.expect("the check")
        };
        let check = kept(fixture);
        assert_eq!((check.facts, check.problem), (1, None));
        let sql = match fixture.db.engine() {
            Engine::Sqlite => {
                "DROP TRIGGER source_file_never_changed; UPDATE source_file SET content = x'00'"
            }
            Engine::Postgres => {
                "ALTER TABLE source_file DISABLE TRIGGER ALL;
                 UPDATE source_file SET content = '\\x00'"
            }
        };
        testing::tamper(&fixture.url, sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        let problem = kept(fixture).problem.unwrap_or_default();
        assert!(problem.contains("advice.csv is not the file"), "{problem}");
    });
}

/// Asserts that the book keeps every promise.
pub(crate) fn assert_good(fixture: &Fixture) {
    for check in checks(fixture) {
        assert_eq!(check.problem, None, "{}", check.name);
    }
}

/// The same of a book into which the test put rows of `table` behind its back, and that they show.
pub(crate) fn assert_good_but_for(fixture: &Fixture, table: &str) {
    for check in checks(fixture) {
        if check.name == "facts are as they were written" {
            let problem = check.problem.unwrap_or_default();
            assert!(problem.starts_with(table), "{problem}");
        } else {
            assert_eq!(check.problem, None, "{}", check.name);
        }
    }
}
