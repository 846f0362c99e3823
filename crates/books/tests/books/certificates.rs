//! Certificates: who keeps them, what they cover, the paper, the letters, what stands apart on the
//! account, and what an intruder changes.

use books::certificates::{self, Covering, NewCertificate};
use books::documents::{self, Content, NewDocument};
use books::open_items;
use books::parties;
use books::reports::{self, Question};
use domain::certificates::{Certificate, CertificateKind};
use domain::deductions::Deduction;
use domain::documents::DocumentKind;
use domain::parties::{Contact, Task};

use crate::access::staff;
use crate::control::{approve, on, waits};
use crate::desk::{Desk, day, line, money, order, settling};
use crate::engines::{Fixture, on_every_engine, read, write};

/// Invoices of two customers, paid less tax: TW-000001 and TW-000002 of C-1, TW-000003 of C-2.
fn withheld(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::open(fixture);
    staff(
        fixture,
        &[
            ("cash", "cash_application", None),
            ("coll", "collector", None),
            ("bill", "billing", None),
            ("audit", "auditor", None),
            ("cleo", "controller", None),
        ],
    );
    let parts = [("C-1", "01-10"), ("C-1", "02-10"), ("C-2", "02-11")];
    for (place, (party, paid)) in parts.into_iter().enumerate() {
        let draft = |kind, content| NewDocument {
            party: Some(party.into()),
            ..order(kind, paid, content)
        };
        let lines = Content::Lines(vec![line("100.00")]);
        let receipt = Content::Amount {
            amount: money("90.00 EUR"),
            bank: None,
        };
        let orders = [
            draft(DocumentKind::Invoice, lines),
            draft(DocumentKind::Receipt, receipt),
        ];
        write(fixture, &on("tester", paid), |work| {
            for order in &orders {
                documents::issue(work, std::slice::from_ref(order))?;
            }
            let number = place + 1;
            let mut order = settling(
                paid,
                &format!("INV-{number:06}"),
                &format!("RCT-{number:06}"),
            );
            order.settle[0].deductions.push(Deduction {
                kind: DocumentKind::TaxWithheld,
                amount: money("10.00 EUR"),
            });
            open_items::apply(work, &[order])
        })
        .expect("withheld");
    }
    desk
}

fn certificate(number: &str, amount: &str) -> NewCertificate {
    NewCertificate {
        party: "C-1".into(),
        certificate: Certificate {
            kind: CertificateKind::Withholding,
            number: number.into(),
            authority: "Tax office".into(),
            country: "IN".into(),
            region: String::new(),
            issued_on: day("04-01"),
            valid_from: day("01-01"),
            valid_until: Some(day("03-31")),
            amount: Some(money(amount)),
            tax_rate: None,
            only_for: String::new(),
        },
        file: None,
        covering: Covering::ByItself,
    }
}

fn add(fixture: &Fixture, login: &str, new: &NewCertificate) -> Result<String, &'static str> {
    write(fixture, &on(login, "04-02"), |work| {
        let (_, covers) = certificates::add(work, new)?;
        let covers = covers.iter();
        let covers = covers.map(|cover| format!("{}={}", cover.document_number, cover.amount));
        Ok(covers.collect::<Vec<_>>().join(" "))
    })
}

#[test]
fn those_who_apply_cash_or_collect_keep_certificates_with_their_paper() {
    on_every_engine("certificates_kept", |fixture| {
        let _desk = withheld(fixture);
        let scan = Some(("16a.pdf".to_owned(), b"%PDF".to_vec()));
        let one = NewCertificate {
            file: scan.clone(),
            ..certificate("A-1", "15.00 EUR")
        };
        assert_eq!(add(fixture, "bill", &one), Err("not_allowed"));
        assert_eq!(add(fixture, "audit", &one), Err("not_allowed"));
        let covers = add(fixture, "coll", &one);
        assert_eq!(covers.as_deref(), Ok("TW-000001=10.00 TW-000002=5.00"));
        assert_eq!(add(fixture, "cash", &one), Err("certificate_known"));
        // One paper may certify several things: it is kept once.
        let two = NewCertificate {
            file: scan,
            covering: Covering::Documents(vec![("TW-000002".into(), Some(money("2.00 EUR")))]),
            ..certificate("A-2", "15.00 EUR")
        };
        assert_eq!(add(fixture, "cash", &two).as_deref(), Ok("TW-000002=2.00"));
        let files = "SELECT COUNT(*) FROM source_file WHERE purpose = 'certificates'";
        assert_eq!(books::testing::count(&fixture.url, files).ok(), Some(1));
        let empty = NewCertificate {
            file: Some(("nothing.pdf".into(), Vec::new())),
            ..certificate("A-3", "1.00 EUR")
        };
        assert_eq!(add(fixture, "cash", &empty), Err("not_a_paper"));
        let (entry, content) = read(fixture, &on("audit", "04-03"), |work| {
            let id = certificates::find(work, "A-1")?;
            Ok((
                certificates::show(work, id)?,
                certificates::paper(work, id)?,
            ))
        })
        .expect("shown");
        assert_eq!(content, ("16a.pdf".to_owned(), b"%PDF".to_vec()));
        let (name, hash) = entry.0.file.expect("a paper");
        assert_eq!((name.as_str(), hash.len()), ("16a.pdf", 64));
        // What was kept by mistake is withdrawn, and covers nothing any more.
        let withdraw = |reason: &str| {
            write(fixture, &on("coll", "04-04"), |work| {
                let id = certificates::list(work, Some("C-1"))?[0].held.id;
                certificates::withdraw(work, id, reason)
            })
        };
        assert_eq!(withdraw(" "), Err("reason_missing"));
        assert_eq!(withdraw("a forgery"), Ok(()));
        assert_eq!(withdraw("a forgery"), Err("certificate_withdrawn"));
        assert_eq!(awaited(fixture, "04-04"), "10.00 8.00 10.00");
        assert_eq!(holds(fixture), None);
    });
}

/// What is awaited of each deduction.
fn awaited(fixture: &Fixture, at: &str) -> String {
    let taxes = read(fixture, &on("audit", at), |work| {
        certificates::withheld(work, None, day(at))
    });
    let taxes = taxes.expect("looked at").into_iter();
    let each = taxes.map(|tax| tax.deducted.awaited().to_string());
    each.collect::<Vec<_>>().join(" ")
}

/// The first promise that is broken.
fn holds(fixture: &Fixture) -> Option<String> {
    let checks = read(fixture, &on("audit", "04-30"), books::verify::verify);
    let mut problems = checks.expect("verified").into_iter();
    problems.find_map(|check| check.problem)
}

#[test]
fn each_customer_is_asked_in_one_letter_and_not_again_at_once() {
    on_every_engine("certificates_asked", |fixture| {
        let _desk = withheld(fixture);
        let ann = Contact {
            name: "Ann Müller".into(),
            task: Task::AccountsPayable,
            email: "ann@example.com".into(),
            telephone: String::new(),
            language: "fr".into(),
            preferred: None,
            valid_from: None,
            valid_until: None,
        };
        let contact = write(fixture, &on("coll", "02-12"), |work| {
            parties::add_contact(work, "C-1", &ann)
        });
        let contact = contact.expect("kept");
        let ask = |login: &str, at: &str, keep: bool| {
            let asked = |work: &mut books::Work<'_>| {
                let asked = certificates::ask(work, None, day(at), keep)?;
                let each = asked.iter();
                let each = each.map(|one| format!("{} {:?}", one.party, one.documents));
                Ok((
                    each.collect::<Vec<_>>().join("; "),
                    asked.first().and_then(|one| one.id),
                ))
            };
            if keep {
                write(fixture, &on(login, at), asked)
            } else {
                read(fixture, &on(login, at), asked)
            }
        };
        let both = r#"C-1 ["TW-000001", "TW-000002"]; C-2 ["TW-000003"]"#;
        assert_eq!(ask("audit", "03-01", false).expect("told").0, both);
        assert_eq!(ask("audit", "03-01", true), Err("not_allowed"));
        let (asked, id) = ask("coll", "03-01", true).expect("asked");
        assert_eq!(asked, both);
        assert_eq!(ask("coll", "03-30", true).expect("asked").0, "");
        let id = id.expect("kept");
        let letter = |at: &str| {
            let letter = read(fixture, &on("audit", at), |work| {
                certificates::letter(work, id)
            });
            let letter = letter.expect("written again");
            let text = String::from_utf8(letter.mail).expect("ASCII");
            (letter.to, text)
        };
        let (to, text) = letter("03-02");
        assert_eq!(to, "ann@example.com");
        for part in ["INV-000001", "INV-000002", "10,00 EUR", "Attestation"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        // Once she is erased, the letter does not know her any more.
        write(fixture, &on("coll", "03-03"), |work| {
            parties::erase_contact(work, contact, "she asked for it")
        })
        .expect("erased");
        let (to, text) = letter("03-03");
        assert!(!to.contains("ann") && !text.contains("ann@"), "{text}");
        // The policy says when it is asked again.
        let set = |login: &str, days: u16| {
            write(fixture, &on(login, "03-04"), |work| {
                certificates::set_policy(work, days, "sooner")
            })
        };
        assert_eq!(set("coll", 10), Err("not_allowed"));
        assert_eq!(set("tester", 0), Err("not_days"));
        assert_eq!(set("tester", 10), Ok(()));
        add(fixture, "coll", &certificate("A-1", "10.00 EUR")).expect("kept");
        let again = r#"C-1 ["TW-000002"]; C-2 ["TW-000003"]"#;
        assert_eq!(ask("coll", "03-30", true).expect("asked").0, again);
        assert_eq!(holds(fixture), None);
    });
}

#[test]
fn the_report_ties_to_the_account_and_shows_apart_what_was_posted_by_hand() {
    on_every_engine("withholding_report", |fixture| {
        let _desk = withheld(fixture);
        let wish = books::approvals::Wish::Journal {
            legs: vec![
                ("1350".into(), money("-4.00 EUR")),
                ("1000".into(), money("4.00 EUR")),
            ],
            on: day("03-15"),
        };
        let id = waits(fixture, &on("tester", "04-01"), &wish);
        approve(fixture, &on("cleo", "04-01"), id).expect("posted");
        add(fixture, "coll", &certificate("A-1", "15.00 EUR")).expect("kept");
        let rows = |at: &str, known_at: Option<&str>, party: Option<&str>| {
            let question = Question {
                known_at: known_at.map(|at| at.parse().expect("a moment")),
                party: party.map(str::to_owned),
                ..Question::as_of(day(at))
            };
            let report = reports::find("withholding").expect("a report");
            let table = read(fixture, &on("audit", at), |work| {
                report.answer(work, &question)
            });
            let rows = table.expect("answered").rows.into_iter();
            let places = [0, 2, 6, 7, 8, 12];
            rows.map(|row| places.map(|place| row[place].to_string()).join("|"))
                .collect::<Vec<_>>()
        };
        let after = [
            "TW-000001|Alpha Ltd|10.00|10.00|0.00|10.00",
            "TW-000002|Alpha Ltd|10.00|5.00|5.00|10.00",
            "TW-000003|Beta, Inc|10.00|0.00|10.00|10.00",
            "TOTAL||30.00|15.00|15.00|30.00",
            "OTHER|Other entries on 1350||||-4.00",
            "TOTAL|Balance of 1350||||26.00",
        ];
        assert_eq!(rows("04-30", None, None), after);
        // As it was known before the certificate came.
        let before = rows("04-30", Some("2025-04-01T18:00:00Z"), Some("C-2"));
        assert_eq!(
            before,
            [
                "TW-000003|Beta, Inc|10.00|0.00|10.00|10.00",
                "TOTAL||10.00|0.00|10.00|10.00"
            ]
        );
        let early = rows("01-31", None, None);
        assert_eq!(early[0], "TW-000001|Alpha Ltd|10.00|0.00|10.00|10.00");
        assert_eq!(early[2], "TOTAL|Balance of 1350||||10.00");
    });
}

#[test]
fn an_intruder_who_changes_covers_is_seen() {
    on_every_engine("certificates_tampered", |fixture| {
        let _desk = withheld(fixture);
        add(fixture, "coll", &certificate("A-1", "15.00 EUR")).expect("kept");
        assert_eq!(holds(fixture), None);
        for (sql, back, words) in [
            (
                "UPDATE certificate_cover SET amount = 800 WHERE amount = 500",
                "UPDATE certificate_cover SET amount = 500 WHERE amount = 800",
                "certificate A-1 covers more than it says",
            ),
            (
                "UPDATE certificate SET amount = 2500",
                "UPDATE certificate SET amount = 1500",
                "certificate: of the 1 rows written",
            ),
            (
                "UPDATE certificate_cover SET amount = 1100 WHERE amount = 1000",
                "UPDATE certificate_cover SET amount = 1000 WHERE amount = 1100",
                "certificate_cover: of the 2 rows written",
            ),
            (
                "UPDATE journal_line SET account = '1360' WHERE account = '1350'
                 AND functional = 1000",
                "UPDATE journal_line SET account = '1350' WHERE account = '1360'",
                "",
            ),
        ] {
            books::testing::tamper_unseen(&fixture.url, sql).expect("changed");
            let checks = read(fixture, &on("audit", "04-30"), books::verify::verify);
            let problems = checks.expect("verified").into_iter();
            let problems: Vec<String> = problems.filter_map(|check| check.problem).collect();
            let is_seen = problems.iter().any(|problem| problem.contains(words));
            assert!(is_seen, "{sql}: {problems:?}");
            books::testing::tamper_unseen(&fixture.url, back).expect("changed back");
        }
        assert_eq!(holds(fixture), None);
    });
}
