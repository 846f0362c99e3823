//! Contacts and notes of parties: who keeps them, what stays of what was, what is erased; and the
//! picture of a party.

use books::cash::desk;
use books::parties::{self, NewNote};
use domain::documents::Side;
use domain::parties::{Contact, Task, Way};
use formats::exchange::Kind;

use crate::access::staff;
use crate::control::{import, on};
use crate::desk::{Desk, day, money};
use crate::engines::{Fixture, by, on_every_engine, write};

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::quarter(fixture);
    // One customer alone, one vendor alone.
    for (code, customer, vendor) in [("C-1", 1, 0), ("V-1", 0, 1)] {
        let sql = format!(
            "UPDATE party SET is_customer = {customer}, is_vendor = {vendor} WHERE code = '{code}'"
        );
        books::testing::arrange_parties(&fixture.db, &sql).expect("sides");
    }
    staff(
        fixture,
        &[
            ("asso", "ar_associate", None),
            ("coll", "collector", None),
            ("lead", "ap_lead", None),
            ("cash", "cash_application", None),
            ("audit", "auditor", None),
        ],
    );
    desk
}

pub(crate) fn ann() -> Contact {
    Contact {
        name: "Ann Miller".into(),
        task: Task::AccountsPayable,
        email: "ann@example.com".into(),
        telephone: String::new(),
        language: "en".into(),
        preferred: Some(Way::Email),
        valid_from: None,
        valid_until: None,
    }
}

fn names(fixture: &Fixture, code: &str, at: Option<&str>) -> Vec<String> {
    let found = fixture.db.read(&by("audit"), None, |work| {
        parties::contacts(work, code, at.map(day))
    });
    let shown = |kept: parties::Kept| kept.contact.map_or("erased".to_owned(), |who| who.name);
    found.expect("listed").into_iter().map(shown).collect()
}

#[test]
fn contacts_are_changed_ended_and_erased_and_never_overwritten() {
    on_every_engine("contacts", |fixture| {
        let _desk = manned(fixture);
        let add = |login: &str, code: &str, contact: &Contact| {
            write(fixture, &by(login), |work| {
                parties::add_contact(work, code, contact)
            })
        };
        assert_eq!(add("cash", "C-1", &ann()), Err("not_allowed"));
        assert_eq!(add("lead", "C-1", &ann()), Err("not_allowed"));
        assert_eq!(add("asso", "V-1", &ann()), Err("not_allowed"));
        assert_eq!(add("asso", "C-9", &ann()), Err("unknown_party"));
        let wrong = Contact {
            email: "ann".into(),
            ..ann()
        };
        assert_eq!(add("asso", "C-1", &wrong), Err("not_an_address"));
        let first = add("coll", "C-1", &ann()).expect("added");
        assert!(add("lead", "V-1", &ann()).is_ok());
        let married = Contact {
            name: "Ann Smith".into(),
            ..ann()
        };
        let second = write(fixture, &by("asso"), |work| {
            parties::change_contact(work, first, &married)
        });
        let second = second.expect("changed");
        // What is other is told, and how it was stands in what was replaced; nobody is named.
        let told = "SELECT COUNT(*) FROM audit_log WHERE action = 'party.contact'
            AND detail LIKE '%\"changed\":[\"name\"]%'";
        let told = books::testing::count(&fixture.url, told);
        assert_eq!(told.expect("counted"), 1);
        let same = write(fixture, &by("asso"), |work| {
            parties::change_contact(work, second, &married)
        });
        assert_eq!(same, Ok(second), "nothing is other");
        assert_eq!(names(fixture, "C-1", Some("03-31")), ["Ann Smith"]);
        assert_eq!(names(fixture, "C-1", None), ["Ann Miller", "Ann Smith"]);
        let again = write(fixture, &by("asso"), |work| {
            parties::change_contact(work, first, &married)
        });
        assert_eq!(again, Err("contact_replaced"));
        let ended = write(fixture, &by("asso"), |work| {
            parties::end_contact(work, second, day("03-31"))
        });
        let ended = ended.expect("ended");
        assert_eq!(names(fixture, "C-1", Some("03-31")), ["Ann Smith"]);
        assert!(names(fixture, "C-1", Some("04-01")).is_empty());
        // Erasing takes the person out of all that stood in the place of each other.
        let erase = |login: &str, reason: &str| {
            write(fixture, &by(login), |work| {
                parties::erase_contact(work, ended, reason)
            })
        };
        assert_eq!(erase("asso", " "), Err("reason_missing"));
        assert_eq!(erase("cash", "asked"), Err("not_allowed"));
        assert_eq!(erase("asso", "she asked for it"), Ok(()));
        assert_eq!(names(fixture, "C-1", None), ["erased"; 3]);
        let left =
            "SELECT COUNT(*) FROM audit_log WHERE detail LIKE '%Ann%' OR detail LIKE '%ann@%'";
        assert_eq!(
            books::testing::count(&fixture.url, left).expect("counted"),
            0
        );
        let gone = "UPDATE party_contact SET task = 'other'";
        assert!(
            books::testing::tamper(&fixture.url, gone).is_err(),
            "contacts are facts"
        );
        crate::verify::assert_good(fixture);
    });
}

const CONTACTS: &str = "party_id,name,role,email,telephone,language,preferred,valid_from,valid_until\n\
C-1,Ann Miller,accounts_payable,ann@example.com,,en,email,,\n\
C-1,Treasury,treasurer,,+44 20 7946 0000,,telephone,2025-01-01,\n\
V-1,Bo,billing,bo@example.com,,,,,\n";

const CHANGED: &str = "party_id,name,role,email,telephone\n\
C-1,Ann Miller,accounts_payable,ap@example.com,\nC-1,Treasury,treasurer,,+44 20 7946 0000\n";

const WRONG: &str = "party_id,name,role,email\nC-1,Ann,boss,ann@example.com\n\
C-1,Ann,billing,ann\nC-9,Ann,billing,ann@example.com\nC-1,,billing,a@example.com\n\
C-1,Twice,billing,a@example.com\nC-1,Twice,billing,b@example.com\n";

#[test]
fn contacts_come_by_file_once_and_row_by_row() {
    on_every_engine("contact_file", |fixture| {
        let _desk = manned(fixture);
        let told = |login: &str, text: &'static str| {
            let report = import(fixture, &by(login), Kind::Contacts, text).expect("answered");
            (report.accepted, report.already_known, report.refused())
        };
        // Each keeps their own: the vendor's contact is refused, and nothing is taken.
        assert_eq!(told("asso", CONTACTS), (0, 0, 1));
        assert!(names(fixture, "C-1", None).is_empty());
        assert!(import(fixture, &by("audit"), Kind::Contacts, CONTACTS).is_err());
        assert_eq!(told("tester", CONTACTS), (3, 0, 0));
        assert_eq!(names(fixture, "V-1", Some("03-31")), ["Bo"]);
        assert_eq!(told("tester", CONTACTS), (0, 3, 0));
        // Another file: one is changed; what it does not say is not there any more.
        assert_eq!(told("asso", CHANGED), (2, 0, 0));
        assert_eq!(
            names(fixture, "C-1", Some("03-31")),
            ["Ann Miller", "Treasury"]
        );
        assert_eq!(names(fixture, "C-1", None).len(), 4);
        assert_eq!(told("tester", WRONG), (0, 0, 5));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn notes_stay_as_they_were_written() {
    on_every_engine("notes", |fixture| {
        let _desk = manned(fixture);
        let note = |login: &str, new: &NewNote| {
            write(fixture, &on(login, "04-02"), |work| {
                parties::note(work, new)
            })
        };
        let new = NewNote {
            party: "C-1".into(),
            content: "promised to pay on Friday".into(),
            document: Some("INV-3".into()),
            ..NewNote::default()
        };
        assert_eq!(note("audit", &new), Err("not_allowed"));
        let first = note("cash", &new).expect("kept");
        for (wrong, code) in [
            (
                NewNote {
                    content: " ".into(),
                    ..new.clone()
                },
                "not_a_note",
            ),
            (
                NewNote {
                    content: "x".repeat(4_001),
                    ..new.clone()
                },
                "not_a_note",
            ),
            (
                NewNote {
                    party: "C-9".into(),
                    ..new.clone()
                },
                "unknown_party",
            ),
            (
                NewNote {
                    document: Some("INV-2".into()),
                    ..new.clone()
                },
                "unknown_document",
            ),
            (
                NewNote {
                    line: Some(domain::ids::LineId(7)),
                    ..new.clone()
                },
                "unknown_line",
            ),
            (
                NewNote {
                    corrects: Some(domain::ids::NoteId(7)),
                    ..new.clone()
                },
                "not_found",
            ),
        ] {
            assert_eq!(note("cash", &wrong), Err(code), "{wrong:?}");
        }
        let right = NewNote {
            content: "promised to pay on Monday".into(),
            corrects: Some(first),
            on: Some(day("04-01")),
            ..new.clone()
        };
        let second = note("coll", &right).expect("kept");
        assert_eq!(note("coll", &right), Err("note_corrected"));
        let found = fixture
            .db
            .read(&by("audit"), None, |work| parties::notes(work, "C-1"));
        let found = found.expect("listed");
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].id, found[0].on, found[0].corrects),
            (second, day("04-01"), Some(first))
        );
        assert_eq!(
            (found[1].on, found[1].corrected_by),
            (day("04-02"), Some(second))
        );
        let (_, number) = found[1].document.clone().expect("a document");
        assert_eq!(
            (number.as_str(), found[1].actor.as_str()),
            ("INV-3", "cash")
        );
        let gone = books::testing::tamper(&fixture.url, "UPDATE party_note SET content = ''");
        assert!(gone.is_err(), "notes are facts");
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_note_on_a_bank_line_follows_its_money() {
    on_every_engine("line_notes", |fixture| {
        crate::cash::company(fixture);
        staff(
            fixture,
            &[
                ("clerk", "cash_application", None),
                ("audit", "auditor", None),
            ],
        );
        let line = crate::cash::line_of(&fixture.db, "B-3");
        let note = |login: &str, party: &str, content: &str, corrects| {
            write(fixture, &by(login), |work| {
                desk::note(work, &line, party, content, corrects)
            })
        };
        assert_eq!(note("audit", "", "x", None), Err("not_allowed"));
        assert_eq!(note("clerk", "K9", "x", None), Err("unknown_party"));
        assert_eq!(note("clerk", "", " ", None), Err("not_a_note"));
        let first = note("clerk", "", "asked the bank who it is", None).expect("kept");
        let second = note("clerk", "", "asked the bank by fax", Some(first)).expect("kept");
        assert_eq!(note("clerk", "", "y", Some(first)), Err("note_corrected"));
        let seen = |code: &str| {
            let found = fixture
                .db
                .read(&by("audit"), None, |work| parties::notes(work, code));
            let told = found.expect("listed").into_iter();
            told.map(|note| note.content).collect::<Vec<_>>()
        };
        assert!(seen("K1").is_empty(), "nobody knows whose money it is");
        let shown = fixture
            .db
            .read(&by("audit"), None, |work| desk::show(work, &line))
            .expect("shown");
        assert_eq!(shown["notes"][0]["id"], second.to_string());
        assert_eq!(shown["notes"][0]["actor"], "clerk");
        assert_eq!(shown["notes"][0]["corrects"], first.to_string());
        assert_eq!(shown["notes"][1]["corrected_by"], second.to_string());
        let parked = write(fixture, &by("clerk"), |work| {
            desk::assign(work, &line, "K1", true)
        });
        assert_eq!(parked, Ok(()));
        assert_eq!(
            seen("K1"),
            ["asked the bank by fax", "asked the bank who it is"]
        );
        let of_party = note("clerk", "K1", "it was theirs", None);
        assert!(of_party.is_ok());
        assert_eq!(seen("K1").len(), 3);
        let taken_back = write(fixture, &by("clerk"), |work| desk::undo(work, &line));
        assert_eq!(taken_back, Ok(()));
        assert_eq!(seen("K1"), ["it was theirs"]);
        let nothing = write(fixture, &by("clerk"), |work| {
            let new = NewNote {
                content: "x".into(),
                ..NewNote::default()
            };
            parties::note(work, &new)
        });
        assert_eq!(nothing, Err("note_about_nothing"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_party_is_seen_whole() {
    on_every_engine("party_seen", |fixture| {
        let _desk = manned(fixture);
        let added = write(fixture, &by("asso"), |work| {
            parties::add_contact(work, "C-1", &ann())
        });
        assert!(added.is_ok());
        let (history, aged) = fixture
            .db
            .read(&by("audit"), None, |work| {
                let history = parties::history(work, "C-1", 50)?;
                Ok((
                    history,
                    parties::aging(work, "C-1", Side::Receivable, day("03-31"))?,
                ))
            })
            .expect("read");
        let told: Vec<String> = history
            .iter()
            .map(|event| format!("{} {}", event.what, event.subject))
            .collect();
        for wanted in [
            "invoice INV-1",
            "receipt RCT-1",
            "applied RCT-1 to INV-1",
            "taken back CM-1 to INV-3",
            "party contact ",
        ] {
            assert!(
                told.iter().any(|event| event == wanted),
                "{wanted}: {told:?}"
            );
        }
        assert!(history.is_sorted_by(|one, other| other.at <= one.at));
        // 50.00 since 9 February, 60.00 since 17 March, a credit of 10.00.
        let (_, parts) = &aged[0];
        assert_eq!(parts[1], money("60.00 EUR"));
        assert_eq!(parts[2], money("50.00 EUR"));
        assert_eq!(parts[5], money("-10.00 EUR"));
    });
}
