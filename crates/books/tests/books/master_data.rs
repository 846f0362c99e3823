//! Master data and decisions changed behind the books' back: on a book whose rows all came, and
//! changed, through doors, each table is tampered with, seen, put back and found good again.

use books::access::{self, Provider};
use books::approvals::policy;
use books::approvals::{self, Wish};
use books::parties::{self, NewNote};
use books::{credit, testing};
use domain::access::Area;
use domain::credit::{Covers, Limit};
use formats::exchange::Kind;

use crate::access::staff;
use crate::control::{approve, import, rule, waits};
use crate::desk::{day, money};
use crate::engines::{Fixture, by, on_every_engine, write};

const PASSWORD: &str = "seven green bottles";

const CUSTOMERS: &str = "\
customer_id,name,country,currency,known_bank_accounts,aliases,region
M-1,Muster AG,DE,EUR,DE11,Muster,North
M-2,Beispiel AG,DE,EUR,,,South
";

/// The same customers, of whom the first has another name, account and alias by now.
const CHANGED: &str = "\
customer_id,name,country,currency,known_bank_accounts,aliases,region
M-1,Muster SE,DE,EUR,DE11;DE12,Muster;Muster SE,North
M-2,Beispiel AG,DE,EUR,,,South
";

/// A book that has a row of each kind, and changed what can change.
fn kept(fixture: &Fixture) {
    crate::cash::company(fixture);
    staff(
        fixture,
        &[
            ("ann", "controller", None),
            ("ben", "administrator", None),
            ("cora", "credit", None),
        ],
    );
    let tester = by("tester");
    for text in [CUSTOMERS, CHANGED] {
        let report = import(fixture, &tester, Kind::Customers, text).expect("taken");
        assert_eq!(report.problems, []);
    }
    let provider = Provider {
        name: "Example".into(),
        issuer: "https://id.example.com".into(),
        client_id: "duebook".into(),
        client_secret: "a-secret-of-the-provider".into(),
    };
    let rules = [rule(Area::WriteOffs, 1_000)];
    let link = write(fixture, &tester, |work| {
        access::set_openid(work, Some(&provider))?;
        access::link_openid(work, "ben", "someone")?;
        access::link_openid(work, "ann", "someone")?;
        policy::set(work, Area::WriteOffs, &rules, "small")?;
        credit::hold(work, "M-2", "never pays")?;
        let span = (day("04-01"), day("04-09"));
        let away = approvals::delegate(work, "ann", "cora", span, "holidays")?;
        approvals::end_delegation(work, away)?;
        parties::add_contact(work, "M-1", &crate::people::ann())?;
        let note = NewNote {
            party: "M-1".into(),
            content: "promised to pay on Friday".into(),
            ..NewNote::default()
        };
        parties::note(work, &note)?;
        access::invite(work, "ann")
    });
    access::accept(&fixture.db, &by(""), &link.expect("a link"), PASSWORD).expect("in");
    let limit = Limit {
        amount: money("500.00 EUR"),
        covers: Covers::Own,
    };
    let changes = vec![("M-1".to_owned(), Some(limit))];
    let wish = Wish::CreditLimit { changes };
    let id = waits(fixture, &by("cora"), &wish);
    assert!(approve(fixture, &by("ann"), id).is_ok());
    let accounts = vec![("M-1".to_owned(), "DE13".to_owned())];
    let wish = Wish::BankDetails { accounts };
    let id = waits(fixture, &tester, &wish);
    assert!(approve(fixture, &by("ann"), id).is_ok());
}

/// A table, what changes a row of it behind the books' back, and what puts it back.
const INTRUSIONS: &[(&str, &str, &str)] = &[
    (
        "account",
        "UPDATE account SET name = 'Petty cash' WHERE code = '4000'",
        "UPDATE account SET name = 'Revenue' WHERE code = '4000'",
    ),
    (
        "approval_policy",
        "UPDATE approval_policy SET reason = 'x'",
        "UPDATE approval_policy SET reason = 'small'",
    ),
    (
        "approval_request",
        "UPDATE approval_request SET amount = amount - 1",
        "UPDATE approval_request SET amount = amount + 1",
    ),
    (
        "approval_voice",
        "UPDATE approval_voice SET reason = 'unseen'",
        "UPDATE approval_voice SET reason = 'seen'",
    ),
    (
        "bank_account",
        "UPDATE bank_account SET number = number || '0'",
        "UPDATE bank_account SET number = SUBSTR(number, 1, LENGTH(number) - 1)",
    ),
    (
        "credit_hold",
        "UPDATE credit_hold SET action = 'released'",
        "UPDATE credit_hold SET action = 'held'",
    ),
    (
        "credit_limit",
        "UPDATE credit_limit SET amount = amount * 2",
        "UPDATE credit_limit SET amount = amount / 2",
    ),
    (
        "delegation",
        "UPDATE delegation SET delegate = 'ben'",
        "UPDATE delegation SET delegate = 'cora'",
    ),
    (
        "delegation_end",
        "UPDATE delegation_end SET actor = 'ben'",
        "UPDATE delegation_end SET actor = 'tester'",
    ),
    (
        "entity",
        "UPDATE entity SET name = 'Somebody else GmbH'",
        "UPDATE entity SET name = 'Nordlicht GmbH'",
    ),
    (
        "openid_subject",
        "UPDATE openid_subject SET login = 'cora'",
        "UPDATE openid_subject SET login = 'ann'",
    ),
    (
        "party",
        "UPDATE party SET terms = 'NET 90' WHERE code = 'M-1'",
        "UPDATE party SET terms = '' WHERE code = 'M-1'",
    ),
    (
        "party_alias",
        "UPDATE party_alias SET alias = 'Mister' WHERE alias = 'Muster'",
        "UPDATE party_alias SET alias = 'Muster' WHERE alias = 'Mister'",
    ),
    (
        "party_bank_account",
        "UPDATE party_bank_account SET number = 'DE66' WHERE number = 'DE13'",
        "UPDATE party_bank_account SET number = 'DE13' WHERE number = 'DE66'",
    ),
    (
        "party_contact",
        "UPDATE party_contact SET task = 'other'",
        "UPDATE party_contact SET task = 'accounts_payable'",
    ),
    (
        "party_note",
        "UPDATE party_note SET content = 'promised nothing'",
        "UPDATE party_note SET content = 'promised to pay on Friday'",
    ),
    (
        "password",
        "UPDATE password SET hash = hash || 'x'",
        "UPDATE password SET hash = SUBSTR(hash, 1, LENGTH(hash) - 1)",
    ),
    (
        "person",
        "UPDATE person SET name = 'Ben' WHERE login = 'ben'",
        "UPDATE person SET name = 'ben' WHERE login = 'ben'",
    ),
    (
        "role_event",
        "UPDATE role_event SET role = 'owner' WHERE login = 'cora'",
        "UPDATE role_event SET role = 'credit' WHERE login = 'cora'",
    ),
    (
        "setting",
        "UPDATE setting SET content = content || ' '",
        "UPDATE setting SET content = SUBSTR(content, 1, LENGTH(content) - 1)",
    ),
];

/// Rows that came and went through no door.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "party_bank_account",
        "INSERT INTO party_bank_account (entity_id, party_id, number)
         SELECT entity_id, id, 'DE77' FROM party WHERE code = 'M-2'",
        "DELETE FROM party_bank_account WHERE number = 'DE77'",
    ),
    (
        "person",
        "INSERT INTO person (entity_id, login, name, recorded_at)
         SELECT entity_id, 'eve', 'Eve', recorded_at FROM person WHERE login = 'ann'",
        "DELETE FROM person WHERE login = 'eve'",
    ),
];

#[test]
fn what_changed_through_no_door_is_seen() {
    on_every_engine("master_data", |fixture| {
        kept(fixture);
        crate::verify::assert_good(fixture);
        for (table, change, back) in INTRUSIONS.iter().chain(ROWS) {
            testing::tamper_unseen(&fixture.url, change).unwrap_or_else(|why| panic!("{why}"));
            crate::verify::assert_good_but_for(fixture, &format!("{table}: "));
            testing::tamper_unseen(&fixture.url, back).unwrap_or_else(|why| panic!("{why}"));
        }
        crate::verify::assert_good(fixture);
    });
}
