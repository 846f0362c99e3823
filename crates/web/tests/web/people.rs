//! Contacts and notes in the browser and through REST, on both engines.

use crate::client::{json, post};
use crate::server::on_every_engine;

#[test]
fn a_party_shows_contacts_notes_and_history() {
    on_every_engine("party_page", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person(&owner, "asso", "ar_associate");
        let cash = fixture.person(&owner, "cash", "cash_application");
        let auditor = fixture.person(&owner, "audit", "auditor");
        let page = "/customers/C-1";
        let who = |name: &'static str, email: &'static str| {
            [
                ("name", name),
                ("role", "accounts_payable"),
                ("email", email),
                ("telephone", ""),
                ("language", "en"),
                ("preferred", ""),
                ("valid_from", ""),
                ("valid_until", ""),
            ]
        };
        let path = "/parties/C-1/contacts";
        let ann = who("Ann <b>Miller</b>", "ann@example.com");
        assert_eq!(cash.submit(page, path, &ann).status, 403);
        assert_eq!(clerk.submit(page, path, &who("Ann", "ann")).status, 422);
        let added = clerk.submit(page, path, &ann);
        assert_eq!(added.status, 303, "{}", added.body);
        let seen = clerk.get("/parties/C-1?told=The%20contact%20is%20saved.");
        let to = seen.header("location").expect("a way").to_owned();
        assert_eq!(to, "/customers/C-1?told=The%20contact%20is%20saved.");
        let seen = clerk.get(&to);
        for part in [
            "Ann &lt;b&gt;Miller",
            "mailto:ann@example.com",
            "The contact is saved.",
        ] {
            assert!(seen.body.contains(part), "{part}: {}", seen.body);
        }
        assert!(!auditor.get(page).body.contains("Add somebody"));
        // What is refused stands beside its field, with what was typed.
        let wrong = clerk.submit(page, path, &who("Ann", "ann at home"));
        for part in [
            "value=\"ann at home\"",
            "aria-describedby=\"wrong-email\"",
            "id=\"wrong-email\" role=\"alert\"",
            "Write it like ap@example.com",
        ] {
            assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
        }
        // A change begins with what stands, and what stood is kept in its place.
        let change = seen.link("/change");
        let fields = [
            ("party", "C-1"),
            ("name", "Ann Smith"),
            ("role", "treasurer"),
            ("email", "ann@example.com"),
            ("telephone", "+49 30 1234567"),
            ("language", "de"),
            ("preferred", "telephone"),
            ("valid_from", ""),
            ("valid_until", ""),
        ];
        assert_eq!(cash.submit(page, &change, &fields).status, 403);
        let mut nameless = fields;
        nameless[1].1 = "";
        let refused = clerk.submit(page, &change, &nameless);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("A contact needs a name."));
        let changed = clerk.submit(page, &change, &fields);
        assert_eq!(changed.status, 303, "{}", changed.body);
        let seen = clerk.get(page);
        for part in ["Ann Smith", "Treasurer", "+49 30 1234567"] {
            assert!(seen.body.contains(part), "{part}: {}", seen.body);
        }
        assert!(!seen.body.contains("Miller"), "{}", seen.body);
        assert_eq!(
            clerk.submit(page, &change, &fields).status,
            422,
            "another stands in its place"
        );
        // Everybody who works on something writes notes; a correction strikes the first out.
        let note = |text: &'static str, document: &'static str| {
            [("text", text), ("document", document), ("corrects", "")]
        };
        let path = "/parties/C-1/notes";
        assert_eq!(auditor.submit(page, path, &note("x", "")).status, 403);
        assert_eq!(cash.submit(page, path, &note("x", "INV-9")).status, 422);
        let kept = cash.submit(page, path, &note("promised Friday", "INV-1"));
        assert_eq!(kept.status, 303, "{}", kept.body);
        let seen = clerk.get(page);
        assert!(seen.body.contains("promised Friday"), "{}", seen.body);
        let first = seen.body.split("id=\"note_").nth(1).expect("a note");
        let first = format!("note_{}", first.split('"').next().expect("an id"));
        let fields = [
            ("text", "promised Monday"),
            ("document", ""),
            ("corrects", first.as_str()),
        ];
        assert_eq!(clerk.submit(page, path, &fields).status, 303);
        let seen = clerk.get(page);
        for part in ["<s>promised Friday</s>", "Party note", "31–60 days"] {
            assert!(seen.body.contains(part), "{part}: {}", seen.body);
        }
        // Erasing leaves that there was one.
        let erase = seen.link("/erase");
        let fields = [("party", "C-1"), ("reason", "asked for it")];
        assert_eq!(clerk.submit(page, &erase, &fields).status, 303);
        assert!(!clerk.get(page).body.contains("ann@example.com"));
        fixture.verify();
    });
}

#[test]
fn programs_keep_contacts_and_notes() {
    on_every_engine("party_rest", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.program(&owner, "asso", "ar_associate");
        let auditor = fixture.program(&owner, "audit", "auditor");
        let path = "/api/v1/parties/C-1/contacts";
        let ann = "{\"name\":\"Ann\",\"role\":\"billing\",\"email\":\"ann@example.com\",\
            \"preferred\":\"email\"}";
        assert_eq!(post(&auditor, path, "c-1", ann).status, 403);
        for wrong in [
            "{\"name\":\"Ann\"}",
            "{\"name\":\"Ann\",\"role\":\"boss\"}",
            "{\"name\":\"Ann\",\"role\":\"billing\",\"preferred\":\"smoke\"}",
            "{\"name\":\"Ann\",\"role\":\"billing\",\"valid_from\":\"soon\"}",
        ] {
            let refused = post(&clerk, path, "c-2", wrong);
            assert_eq!(refused.status, 422, "{wrong}: {}", refused.body);
        }
        let added = post(&clerk, path, "c-3", ann);
        assert_eq!(added.status, 200, "{}", added.body);
        assert!(!added.body.contains("ann@"), "kept answers name nobody");
        assert_eq!(post(&clerk, path, "c-3", ann).body, added.body, "once");
        let found = json(&auditor.get(path));
        assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found["data"][0]["state"], "stands");
        let id = found["data"][0]["id"].as_str().expect("an id").to_owned();
        let end = format!("/api/v1/contacts/{id}/end");
        let ended = post(&clerk, &end, "e-1", "{\"on\":\"2025-03-30\"}");
        assert_eq!(ended.status, 200, "{}", ended.body);
        assert_eq!(
            json(&auditor.get(path))["data"].as_array().map(Vec::len),
            Some(0)
        );
        let all = json(&auditor.get(&format!("{path}?all=true")));
        assert_eq!(all["data"][0]["state"], "replaced", "{all}");
        assert_eq!(all["data"][1]["state"], "ended");
        let notes = "/api/v1/parties/C-1/notes";
        let kept = post(
            &clerk,
            notes,
            "n-1",
            "{\"text\":\"hello\",\"document\":\"INV-1\"}",
        );
        assert_eq!(kept.status, 200, "{}", kept.body);
        assert_eq!(
            post(&clerk, notes, "n-2", "{\"text\":\"x\",\"line\":\"7\"}").status,
            422
        );
        let found = json(&auditor.get(notes));
        assert_eq!(found["data"][0]["document"], "INV-1", "{found}");
        let history = json(&auditor.get("/api/v1/parties/C-1/history"));
        let events = history["data"].as_array().expect("events");
        for wanted in ["party note", "party contact", "invoice"] {
            let is_there = events.iter().any(|event| event["what"] == wanted);
            assert!(is_there, "{wanted}: {history}");
        }
        let file =
            "party_id,name,role,email\nC-1,Bo,billing,bo@example.com\nC-9,X,billing,x@x.de\n";
        let key = ("Idempotency-Key", "f-1");
        let taken = clerk.send(
            "POST",
            "/api/v1/imports/contacts?partial=true",
            &[key],
            file,
        );
        assert_eq!(
            (
                json(&taken)["accepted"].clone(),
                json(&taken)["refused"].clone()
            ),
            (1.into(), 1.into()),
            "{}",
            taken.body
        );
        fixture.verify();
    });
}

#[test]
fn a_note_on_a_bank_line_is_seen_at_the_desk_and_with_the_party() {
    on_every_engine("line_note", |fixture| {
        let owner = fixture.owner();
        let clerk = fixture.person(&owner, "cash", "cash_application");
        let auditor = fixture.person(&owner, "audit", "auditor");
        let program = fixture.program(&owner, "prog", "cash_application");
        crate::work::take_statement(&owner);
        let desk = clerk.get("/cash");
        let to = desk.link("/park").replace("/park", "/note");
        let line = to.split('/').nth(2).expect("a line").to_owned();
        let note = |text: &'static str, party: &'static str| {
            [("text", text), ("party", party), ("corrects", "")]
        };
        assert_eq!(auditor.submit("/cash", &to, &note("x", "")).status, 403);
        let refused = clerk.submit("/cash", &to, &note("who is <this>?", "C-9"));
        assert_eq!(refused.status, 404);
        for part in [
            "who is &lt;this&gt;?",
            "value=\"C-9\"",
            "There is no party C-9",
        ] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        let kept = clerk.submit("/cash", &to, &note("who is <this>?", ""));
        assert_eq!(kept.status, 303, "{}", kept.body);
        let path = format!("/cash?line={line}");
        let seen = auditor.get(&path);
        for part in ["who is &lt;this&gt;?", "cash, 2025-03-31 "] {
            assert!(seen.body.contains(part), "{part}: {}", seen.body);
        }
        assert!(!seen.body.contains("Keep the note"), "who only looks");
        // A program reads it with the evidence and writes one about a party.
        let evidence = format!("/api/v1/bank-lines/{line}/evidence");
        let told = json(&program.get(&evidence));
        assert_eq!(told["notes"][0]["text"], "who is <this>?", "{told}");
        let rest = format!("/api/v1/bank-lines/{line}/note");
        let body = "{\"text\":\"it is theirs\",\"party\":\"C-1\"}";
        let wrote = post(&program, &rest, "n-1", body);
        assert_eq!(wrote.status, 200, "{}", wrote.body);
        assert_eq!(json(&wrote)["done"], "note");
        assert_eq!(post(&program, &rest, "n-2", "{}").status, 422);
        let party = auditor.get("/customers/C-1");
        assert!(party.body.contains("it is theirs"), "{}", party.body);
        assert!(
            !party.body.contains("who is &lt;this"),
            "not known to be theirs"
        );
        fixture.verify();
    });
}
