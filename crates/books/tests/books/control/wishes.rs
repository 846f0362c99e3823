//! What can be asked for beside write-offs and journals: documents with lines, taking back,
//! terms, credit limits, accounts that came by import; and the policies that decide on it.

use books::approvals::policy::{self, Rule};
use books::approvals::{self, Wish};
use books::documents::{self, Content, NewDocument, Reverse};
use domain::access::{Area, find};
use domain::credit::{Covers, Limit};
use domain::documents::{DocumentKind, DocumentReferences, TradeLine};
use formats::exchange::Kind;

use super::{approve, by, import, on, read, rule, set_rule, waits, write};
use crate::access::staff;
use crate::desk::{Desk, day, line, money, order, settling};
use crate::engines::{Fixture, on_every_engine};

/// A known vendor with a new account, and a new one with its first.
const VENDORS: &str = "vendor_id,name,country,currency,payment_terms,known_bank_accounts\n\
    V-1,Gamma GmbH,DE,EUR,,DE1234\nV-9,New Ltd,DE,EUR,NET10,DE99\n";

/// A known customer with other terms.
const TERMS: &str = "customer_id,name,country,currency,payment_terms\n\
    C-1,Alpha Ltd,DE,EUR,NET90\n";

fn manned(fixture: &Fixture) -> Desk<'_> {
    staffed(Desk::quarter(fixture))
}

fn staffed(desk: Desk<'_>) -> Desk<'_> {
    let fixture = desk.fixture;
    staff(
        fixture,
        &[
            ("cora", "credit", None),
            ("sam", "ar_senior", None),
            ("cleo", "controller", None),
            ("lead", "ap_lead", None),
            ("asso", "ar_associate", None),
        ],
    );
    desk
}

fn paper(kind: DocumentKind, content: Content) -> NewDocument {
    NewDocument {
        references: DocumentReferences {
            memo: "goods came back".into(),
            ..DocumentReferences::default()
        },
        ..order(kind, "03-31", content)
    }
}

/// Two of something, with tax.
fn lines(price: &str) -> Content {
    Content::Lines(vec![TradeLine {
        quantity: 2.into(),
        tax_rate: 20.into(),
        tax_category: "S".into(),
        ..line(price)
    }])
}

#[test]
fn a_document_with_lines_waits_and_is_issued_by_the_last_approval() {
    on_every_engine("ctl_document", |fixture| {
        let _desk = staffed(Desk::open(fixture));
        let credit = paper(DocumentKind::CreditMemo, lines("10.00"));
        // The strict way refuses, the way of commands asks.
        let strict = write(fixture, &by("cora"), |work| {
            documents::issue(work, std::slice::from_ref(&credit)).map(|_| ())
        });
        assert_eq!(strict, Err("approval_needed"));
        let asked = write(fixture, &by("cora"), |work| {
            documents::issue_or_ask(work, std::slice::from_ref(&credit), "")
        })
        .expect("asked");
        assert_eq!((asked.documents.len(), asked.waiting.len()), (0, 1));
        let id = asked.waiting[0];
        let seen = read(fixture, &by("sam"), |work| approvals::requests(work, false));
        let seen = seen.expect("listed").remove(0);
        assert_eq!((seen.kind.as_str(), seen.amount), ("document", 2_400));
        assert_eq!(seen.reason, "goods came back");
        assert_eq!(
            seen.effect.as_array().map(Vec::len),
            Some(3),
            "{:?}",
            seen.effect
        );
        assert_eq!(approve(fixture, &by("cora"), id), Err("own_work"));
        assert_eq!(approve(fixture, &by("sam"), id).as_deref(), Ok("CM-000001"));
        // What is free is issued at once beside what waits.
        let both = [
            paper(DocumentKind::Invoice, lines("1.00")),
            paper(DocumentKind::CreditMemo, lines("1.00")),
        ];
        let mixed = write(fixture, &by("tester"), |work| {
            documents::issue_or_ask(work, &both, "two at once")
        })
        .expect("asked");
        assert_eq!((mixed.documents.len(), mixed.waiting.len()), (1, 1));
        assert_eq!(mixed.documents[0].kind, DocumentKind::Invoice);
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn bills_above_an_amount_wait_for_somebody_else() {
    on_every_engine("ctl_bills", |fixture| {
        let _desk = staffed(Desk::open(fixture));
        staff(fixture, &[("bea", "ap_specialist", None)]);
        set_rule(fixture, "cleo", rule(Area::Bills, 10_000));
        let bill = |number: &str, price: &str| NewDocument {
            number: Some(number.into()),
            party: Some("V-1".into()),
            ..paper(DocumentKind::Bill, lines(price))
        };
        let issue = |bill: &NewDocument| {
            write(fixture, &by("bea"), |work| {
                documents::issue_or_ask(work, std::slice::from_ref(bill), "as ordered")
            })
        };
        let small = issue(&bill("V-77", "10.00")).expect("issued");
        assert_eq!((small.documents.len(), small.waiting.len()), (1, 0));
        let large = issue(&bill("V-78", "100.00")).expect("asked");
        assert_eq!((large.documents.len(), large.waiting.len()), (0, 1));
        assert_eq!(
            approve(fixture, &by("bea"), large.waiting[0]),
            Err("own_work")
        );
        assert_eq!(
            approve(fixture, &by("lead"), large.waiting[0]).as_deref(),
            Ok("V-78")
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn taking_a_credit_memo_back_waits_too() {
    on_every_engine("ctl_reverse", |fixture| {
        let _desk = staffed(Desk::open(fixture));
        let credit = paper(DocumentKind::CreditMemo, lines("10.00"));
        let credit = waits(fixture, &by("cora"), &Wish::Document(Box::new(credit)));
        assert!(approve(fixture, &by("sam"), credit).is_ok());
        let order = Reverse {
            document: "CM-000001".into(),
            on: day("03-31"),
            reason: "was wrong".into(),
        };
        let asked = write(fixture, &by("cora"), |work| {
            documents::reverse_or_ask(work, std::slice::from_ref(&order))
        })
        .expect("asked");
        assert_eq!(asked.waiting.len(), 1);
        assert_eq!(
            approve(fixture, &by("sam"), asked.waiting[0]).as_deref(),
            Ok("CM-000002")
        );
        crate::verify::assert_good(fixture);
    });
}

/// The payable side mirrors the receivable one: who enters bills applies the vendor's credits, and
/// pays nothing; who keeps vendors asks for their terms.
#[test]
fn credits_and_terms_of_vendors_are_work_of_payables() {
    on_every_engine("ctl_payables", |fixture| {
        let desk = staffed(Desk::open(fixture));
        staff(fixture, &[("bea", "ap_specialist", None)]);
        let entity = desk.entity.id.0;
        let vendor = format!(
            "INSERT INTO party (entity_id, id, code, name, country, currency, email, terms,
             is_customer, is_vendor, extra)
             VALUES ({entity}, 900, 'ONLY-V', 'Vendor', 'DE', 'EUR', '', '', 0, 1, '{{}}')"
        );
        books::testing::arrange_parties(&fixture.db, &vendor).expect("a vendor");
        let issue = |login: &str, kind: DocumentKind, number: Option<&str>, content: Content| {
            let order = NewDocument {
                number: number.map(str::to_owned),
                party: Some("ONLY-V".into()),
                ..paper(kind, content)
            };
            let issued = write(fixture, &by(login), |work| {
                documents::issue(work, std::slice::from_ref(&order))
            });
            issued.expect("issued").remove(0).number
        };
        issue("bea", DocumentKind::Bill, Some("V-77"), lines("10.00"));
        issue(
            "bea",
            DocumentKind::VendorCredit,
            Some("VC-7"),
            lines("2.00"),
        );
        let amount = money("5.00 EUR");
        let paid = Content::Amount { amount, bank: None };
        let payment = issue("tester", DocumentKind::Payment, None, paid);
        let apply = |login: &str, with: &str| {
            let order = settling("03-31", "V-77", with);
            write(fixture, &by(login), |work| {
                books::open_items::apply(work, std::slice::from_ref(&order)).map(|_| ())
            })
        };
        assert_eq!(apply("bea", &payment), Err("not_allowed"));
        assert_eq!(apply("lead", "VC-7"), Err("not_allowed"));
        assert_eq!(apply("bea", "VC-7"), Ok(()));

        let terms = |party: &str| Wish::Terms {
            changes: vec![(party.into(), "NET60".into())],
        };
        let ask = |login: &str, party: &str| {
            write(fixture, &by(login), |work| {
                approvals::ask(work, &terms(party), "agreed").map(|_| ())
            })
        };
        assert_eq!(ask("cora", "ONLY-V"), Err("not_allowed"));
        assert_eq!(ask("lead", "C-1"), Err("not_allowed"), "a customer, too");
        let id = waits(fixture, &by("lead"), &terms("ONLY-V"));
        assert_eq!(approve(fixture, &by("lead"), id), Err("own_work"));
        assert_eq!(approve(fixture, &by("cleo"), id).as_deref(), Ok("ONLY-V"));
        let file = "vendor_id,name,country,currency,payment_terms\nONLY-V,Vendor,DE,EUR,NET90\n";
        let report = import(fixture, &by("lead"), Kind::Vendors, file).expect("taken");
        assert_eq!(report.refused(), 0, "{report:?}");
        assert!(
            report.notes[0].starts_with("other terms of 1 wait"),
            "{report:?}"
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn terms_and_credit_limits_change_by_approval() {
    on_every_engine("ctl_terms", |fixture| {
        let _desk = manned(fixture);
        let terms = |terms: &str| Wish::Terms {
            changes: vec![("C-1".into(), terms.into())],
        };
        let ask = |login: &str, wish: &Wish| {
            write(fixture, &by(login), |work| {
                approvals::ask(work, wish, "a good customer").map(|_| ())
            })
        };
        assert_eq!(ask("sam", &terms("NET30")), Err("not_allowed"));
        assert_eq!(ask("cora", &terms("some day")), Err("wrong_terms"));
        let id = waits(fixture, &by("cora"), &terms("NET45"));
        assert_eq!(approve(fixture, &by("sam"), id), Err("not_allowed"));
        assert_eq!(approve(fixture, &by("cleo"), id).as_deref(), Ok("C-1"));
        assert_eq!(ask("cora", &terms("NET45")), Err("terms_unchanged"));
        let of_text = |text: &str| Limit {
            amount: money(text),
            covers: Covers::Own,
        };
        let limit = |text: Option<&str>| Wish::CreditLimit {
            changes: vec![("C-1".into(), text.map(of_text))],
        };
        assert_eq!(ask("cora", &limit(Some("5.00 USD"))), Err("wrong_amount"));
        assert_eq!(ask("cora", &limit(Some("-5.00 EUR"))), Err("wrong_amount"));
        let of = || {
            read(fixture, &by("sam"), |work| {
                books::parties::credit_limit_of(work, "C-1")
            })
        };
        assert_eq!(of(), Ok(None));
        let id = waits(fixture, &by("cora"), &limit(Some("5000.00 EUR")));
        assert!(approve(fixture, &by("cleo"), id).is_ok());
        assert_eq!(of(), Ok(Some(of_text("5000.00 EUR"))));
        let id = waits(fixture, &by("cora"), &limit(None));
        assert!(approve(fixture, &by("cleo"), id).is_ok());
        assert_eq!(of(), Ok(None));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn imports_go_round_no_approval() {
    on_every_engine("ctl_import", |fixture| {
        let _desk = manned(fixture);
        let report = import(fixture, &by("lead"), Kind::Vendors, VENDORS).expect("taken");
        assert_eq!(report.refused(), 0, "{:?}", report.problems);
        assert!(
            report
                .notes
                .iter()
                .any(|note| note.contains("1 new bank accounts")),
            "{report:?}"
        );
        assert!(
            report
                .notes
                .iter()
                .any(|note| note.contains("1 new vendors")),
            "{report:?}"
        );
        let accounts = "SELECT COUNT(*) FROM party_bank_account";
        let count = || books::testing::count(&fixture.url, accounts).expect("counted");
        assert_eq!(count(), 0, "none is in before it is approved");
        let seen = read(fixture, &by("cleo"), |work| {
            approvals::requests(work, false)
        });
        let seen = seen.expect("listed");
        assert_eq!(
            seen.len(),
            2,
            "the new vendor, and the account of the known one"
        );
        let vendors = "SELECT COUNT(*) FROM party WHERE code = 'V-9'";
        let new = || books::testing::count(&fixture.url, vendors).expect("counted");
        assert_eq!(new(), 0, "nobody is in before it is approved");
        for request in seen {
            assert_eq!(approve(fixture, &by("lead"), request.id), Err("own_work"));
            assert!(approve(fixture, &by("cleo"), request.id).is_ok());
        }
        assert_eq!((count(), new()), (2, 1));
        // Who keeps customers does not lend them time.
        let report = import(fixture, &by("asso"), Kind::Customers, TERMS).expect("answered");
        assert!(report.rolled_back);
        assert!(
            report.problems[0].to_string().contains("need approval"),
            "{report:?}"
        );
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn policies_are_ladders_with_roles_in_versions() {
    on_every_engine("ctl_policy", |fixture| {
        let desk = manned(fixture);
        let rule = |above: i64, approvers: i64, roles: &[&str]| Rule {
            area: Area::WriteOffs,
            above,
            approvers,
            days: 3,
            roles: roles
                .iter()
                .map(|code| find(code).expect("a role"))
                .collect(),
        };
        let set = |login: &str, rules: &[Rule], reason: &str| {
            write(fixture, &by(login), |work| {
                policy::set(work, Area::WriteOffs, rules, reason).map(|made| made.version)
            })
        };
        assert_eq!(set("cora", &[], "x"), Err("not_allowed"));
        assert_eq!(set("cleo", &[], " "), Err("reason_missing"));
        assert_eq!(set("cleo", &[rule(0, 0, &[])], "x"), Err("out_of_range"));
        assert_eq!(
            set("cleo", &[rule(0, 1, &["billing"])], "x"),
            Err("role_cannot_approve")
        );
        assert_eq!(
            set("cleo", &[rule(5, 1, &[]), rule(5, 2, &[])], "x"),
            Err("same_amount")
        );
        let ladder = [rule(1_000, 1, &[]), rule(3_000, 1, &["controller"])];
        assert_eq!(set("cleo", &ladder, "small ones pass"), Ok(1));
        let write_off = |amount: &str| Wish::WriteOff {
            item: desk.item("INV-1"),
            amount: Some(money(amount)),
            on: day("03-31"),
        };
        let small = write(fixture, &by("cora"), |work| {
            approvals::ask(work, &write_off("10.00 EUR"), "small")
        });
        assert!(matches!(small, Ok(approvals::Asked::Done(_))), "{small:?}");
        let middle = waits(fixture, &by("cora"), &write_off("10.01 EUR"));
        assert!(approve(fixture, &by("sam"), middle).is_ok());
        let (none, large) = (
            set("cleo", &[], "nothing"),
            waits_large(fixture, &write_off),
        );
        assert_eq!(none, Ok(2));
        assert_eq!(large, Err("lifted"));
        assert_eq!(set("cleo", &ladder, "as before"), Ok(3));
        let large = Wish::WriteOff {
            item: desk.item("INV-3"),
            amount: Some(money("30.01 EUR")),
            on: day("03-31"),
        };
        let large = waits(fixture, &by("cora"), &large);
        assert_eq!(approve(fixture, &by("sam"), large), Err("role_needed"));
        // It lapses on the third day, on the dot.
        assert_eq!(
            approve(fixture, &on("cleo", "04-03"), large),
            Err("request_closed")
        );
        let history = read(fixture, &by("sam"), policy::history).expect("listed");
        let versions: Vec<i64> = history.iter().map(|version| version.version).collect();
        assert_eq!(versions, [3, 2, 1]);
        assert_eq!(history[0].actor, "cleo");
        let gone = books::testing::tamper(&fixture.url, "UPDATE approval_policy SET tiers = '[]'");
        assert!(gone.is_err(), "versions are facts");
        crate::verify::assert_good(fixture);
    });
}

/// Without a rule nothing waits.
fn waits_large(fixture: &Fixture, wish: &dyn Fn(&str) -> Wish) -> Result<(), &'static str> {
    let asked = write(fixture, &by("cora"), |work| {
        approvals::ask(work, &wish("1.00 EUR"), "lifted")
    });
    match asked {
        Ok(approvals::Asked::Done(_)) => Err("lifted"),
        Ok(approvals::Asked::Waits(_)) => Ok(()),
        Err(code) => Err(code),
    }
}
