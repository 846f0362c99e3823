//! New customers and vendors: who must agree, and what comes with them.

use books::approvals::{self, Verdict, Wish};
use domain::access::Area;
use domain::documents::Side;
use formats::exchange::Kind;

use super::{approve, by, import, read, rule, set_rule, waits, write};
use crate::access::staff;
use crate::desk::Desk;
use crate::engines::{Fixture, on_every_engine};

/// A new vendor with an account and a parent in the same file, a known one as it stands, a known
/// customer that is no vendor yet.
const VENDORS: &str = "vendor_id,name,country,currency,payment_terms,parent_id,\
known_bank_accounts,aliases,region\n\
V-8,Parent AG,DE,EUR,NET30,,,,\nV-9,Child AG,DE,EUR,NET10,V-8,DE99;DE98,Kid,South\n\
V-1,Gamma GmbH,DE,EUR,,,,,\n";

const CUSTOMERS: &str = "customer_id,name,country,currency\nC-8,New,DE,EUR\nC-9,Other,DE,EUR\n";

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::open(fixture);
    staff(
        fixture,
        &[
            ("lead", "ap_lead", None),
            ("asso", "ar_associate", None),
            ("cash", "treasurer", None),
            ("cleo", "controller", None),
        ],
    );
    desk
}

fn count(fixture: &Fixture, what: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {what}");
    books::testing::count(&fixture.url, &sql).expect("counted")
}

fn waiting(fixture: &Fixture) -> Vec<approvals::Request> {
    read(fixture, &by("cleo"), |work| {
        approvals::requests(work, false)
    })
    .expect("listed")
}

#[test]
fn a_new_vendor_needs_a_second_person() {
    on_every_engine("ctl_vendor", |fixture| {
        let _desk = manned(fixture);
        let before = count(fixture, "party");
        let report = import(fixture, &by("lead"), Kind::Vendors, VENDORS).expect("taken");
        assert_eq!(
            (report.refused(), report.already_known),
            (0, 1),
            "{report:?}"
        );
        assert!(
            report.notes[0].starts_with("2 new vendors wait"),
            "{report:?}"
        );
        assert_eq!(count(fixture, "party"), before);
        let request = waiting(fixture).remove(0);
        assert_eq!(
            (request.kind.as_str(), request.subject.as_str()),
            ("new_parties", "V-8, V-9")
        );
        let effect = request.effect.to_string();
        assert!(
            effect.contains("Child AG") && effect.contains("DE98"),
            "{effect}"
        );
        let id = request.id;
        assert_eq!(approve(fixture, &by("lead"), id), Err("own_work"));
        // Who approves accounts alone approves no vendor.
        assert_eq!(approve(fixture, &by("cash"), id), Err("not_allowed"));
        assert_eq!(approve(fixture, &by("cleo"), id).as_deref(), Ok("V-8, V-9"));
        assert_eq!(count(fixture, "party"), before + 2);
        assert_eq!(count(fixture, "party_bank_account"), 2);
        assert_eq!(count(fixture, "party_alias WHERE alias = 'Kid'"), 1);
        let child = "party WHERE code = 'V-9' AND parent_code = 'V-8' AND is_vendor = 1 \
            AND is_customer = 0 AND terms = 'NET10'";
        assert_eq!(count(fixture, child), 1);
        let again = import(fixture, &by("lead"), Kind::Vendors, VENDORS).expect("answered");
        assert!(again.known_file);
        // Asked twice, added once.
        let row = formats::exchange::PartyRow {
            party_id: "V-7".into(),
            name: "Twice".into(),
            country: None,
            currency: None,
            parent_id: None,
            email: None,
            payment_terms: None,
            known_bank_accounts: Vec::new(),
            aliases: Vec::new(),
            credit_limit: None,
            withholding: None,
            extra: Vec::new(),
        };
        let wish = Wish::NewParties {
            side: Side::Payable,
            rows: vec![row],
        };
        let two = [(), ()].map(|()| waits(fixture, &by("lead"), &wish));
        assert!(approve(fixture, &by("cleo"), two[0]).is_ok());
        assert_eq!(approve(fixture, &by("cleo"), two[1]), Err("missing"));
        let denied = write(fixture, &by("cleo"), |work| {
            approvals::decide(work, two[1], Verdict::Deny, "it is there")
        });
        assert!(
            denied.is_ok(),
            "what cannot be done any more is denied: {denied:?}"
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn new_customers_pass_until_the_policy_holds_them() {
    on_every_engine("ctl_customer", |fixture| {
        let _desk = manned(fixture);
        let first = "customer_id,name,country,currency\nC-7,First,DE,EUR\n";
        let report = import(fixture, &by("asso"), Kind::Customers, first).expect("taken");
        assert_eq!(report.accepted, 1);
        set_rule(fixture, "cleo", rule(Area::Customers, 0));
        let before = count(fixture, "party");
        let report = import(fixture, &by("asso"), Kind::Customers, CUSTOMERS).expect("taken");
        assert!(
            report.notes[0].starts_with("2 new customers wait"),
            "{report:?}"
        );
        assert_eq!(count(fixture, "party"), before);
        let id = waiting(fixture)[0].id;
        assert!(approve(fixture, &by("cleo"), id).is_ok());
        assert_eq!(count(fixture, "party"), before + 2);
        // A known vendor that becomes a customer is new on that side.
        let both = "customer_id,name,country,currency\nV-5,Both,DE,EUR\n";
        let sql = "UPDATE party SET is_customer = 0, code = 'V-5' WHERE code = 'V-1'";
        books::testing::arrange_parties(&fixture.db, sql).expect("a vendor alone");
        let report = import(fixture, &by("asso"), Kind::Customers, both).expect("taken");
        assert!(
            report.notes[0].starts_with("1 new customers wait"),
            "{report:?}"
        );
        let id = waiting(fixture)[0].id;
        assert!(approve(fixture, &by("cleo"), id).is_ok());
        let kept = "party WHERE code = 'V-5' AND is_customer = 1 AND is_vendor = 1 \
            AND name = 'Gamma GmbH'";
        assert_eq!(count(fixture, kept), 1, "what stood on the vendor stays");
        crate::verify::assert_good(fixture);
    });
}

/// One account with a wrong check digit, and one as it should be.
const MISTYPED: &str = "vendor_id,name,country,currency,known_bank_accounts\n\
V-8,Eight AG,DE,EUR,DE89370400440532013001\nV-9,Nine AG,DE,EUR,GB82 WEST 1234 5698 7654 32\n";
const MISTYPED_PAYER: &str = "customer_id,name,country,currency,known_bank_accounts\n\
C-8,Eight AG,DE,EUR,DE89370400440532013001\n";
const MISTYPED_OF_BOTH: &str = "customer_id,name,country,currency,known_bank_accounts\n\
V-1,Gamma GmbH,DE,EUR,DE89370400440532013001\n";

#[test]
fn who_is_paid_has_an_account_that_can_be() {
    on_every_engine("ctl_iban", |fixture| {
        let _desk = manned(fixture);
        let taken = |kind, text| import(fixture, &by("tester"), kind, text).expect("answered");
        for (kind, text) in [
            (Kind::Vendors, MISTYPED),
            (Kind::Customers, MISTYPED_OF_BOTH),
        ] {
            let report = taken(kind, text);
            assert!(report.rolled_back, "{report:?}");
            let problem = report.problems.first().expect("a problem").to_string();
            let told = "row 2, column known_bank_accounts: `DE89370400440532013001` is no IBAN: \
                its check digits are wrong";
            assert!(problem.contains(told), "{problem}");
        }
        // Who pays us is not lost for it.
        let report = taken(Kind::Customers, MISTYPED_PAYER);
        assert_eq!((report.refused(), report.accepted), (0, 1), "{report:?}");
        assert!(report.problems[0].to_string().contains("kept as written"));

        let number = "de89 3704 0044 0532 0130 01".to_owned();
        let ask = |party: &str| {
            let accounts = vec![(party.to_owned(), number.clone())];
            write(fixture, &by("lead"), |work| {
                let accounts = accounts.clone();
                approvals::ask(work, &Wish::BankDetails { accounts }, "new bank").map(|_| ())
            })
        };
        assert_eq!(ask("V-1"), Err("wrong_check_digits"));
        assert_eq!(ask("C-8"), Ok(()));
    });
}

const UNCLEAR_TERMS: &str = "customer_id,name,country,currency,payment_terms\n\
C-8,Eight AG,DE,EUR,whenever you like\nC-9,Nine AG,DE,EUR,30 Tage netto\n";

#[test]
fn terms_that_are_not_understood_are_told() {
    on_every_engine("ctl_terms", |fixture| {
        let _desk = manned(fixture);
        let report = import(fixture, &by("tester"), Kind::Customers, UNCLEAR_TERMS);
        let report = report.expect("answered");
        assert_eq!((report.refused(), report.accepted), (0, 2), "{report:?}");
        let [problem] = &report.problems[..] else {
            panic!("{:?}", report.problems);
        };
        let problem = problem.to_string();
        let place = "row 2, column payment_terms: `WHENEVER` in the terms `whenever you like`";
        assert!(problem.contains(place), "{problem}");
        assert!(problem.contains("kept as written"), "{problem}");
    });
}
