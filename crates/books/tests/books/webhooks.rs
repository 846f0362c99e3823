//! What other programs are told of: with the fact or not at all, at least once, under one id.

use books::connect::{self, Change, Parcel, Replay, Reply};
use books::ledger::periods;
use books::{Context, access};
use domain::connect::Reach;
use domain::ids::{EndpointId, EventId};
use jiff::SignedDuration;
use serde_json::Value as Json;

use crate::access::staff;
use crate::desk::Desk;
use crate::engines::{Fixture, by, context, found, on_every_engine, write};

fn later(minutes: i64) -> Context {
    let mut context = by("webhooks");
    context.now = context
        .now
        .checked_add(SignedDuration::from_mins(minutes))
        .expect("an instant");
    context
}

fn answered(status: u16) -> Reply {
    Reply {
        status,
        retry_after: None,
    }
}

fn add(fixture: &Fixture, events: &[&str]) -> (EndpointId, String) {
    let events: Vec<String> = events.iter().map(ToString::to_string).collect();
    write(fixture, &by("tester"), |work| {
        connect::add(
            work,
            Reach::Public,
            "https://example.com/hook",
            &events,
            "for tests",
        )
    })
    .expect("added")
}

fn claim(fixture: &Fixture, context: &Context) -> Vec<Parcel> {
    connect::claim(&fixture.db, context, 100).expect("claimed")
}

fn close(fixture: &Fixture, period: &str) {
    let closed = write(fixture, &by("tester"), |work| periods::close(work, period));
    assert_eq!(closed, Ok(()));
}

fn json(parcel: &Parcel) -> Json {
    serde_json::from_str(&parcel.body).expect("JSON")
}

fn header<'a>(parcel: &'a Parcel, name: &str) -> &'a str {
    let found = parcel.headers.iter().find(|(known, _)| *known == name);
    &found.expect("the header").1
}

#[test]
fn facts_are_told_in_the_words_of_accountants() {
    on_every_engine("told", |fixture| {
        let mut desk = Desk::open(fixture);
        add(fixture, &["*"]);
        let papers = [
            (domain::documents::DocumentKind::Invoice, "INV-1"),
            (domain::documents::DocumentKind::Receipt, "RCT-1"),
        ];
        for (kind, number) in papers {
            desk.issue(&crate::desk::Paper {
                kind,
                number,
                party: Some(0),
                on: "03-01",
                due: "03-31",
                gross: "50.00 EUR",
                functional: "50.00 EUR",
            });
        }
        desk.apply("INV-1", "RCT-1", "50.00 EUR", "03-02");
        close(fixture, "2025-01");
        let parcels = claim(fixture, &later(0));
        let told: Vec<Json> = parcels.iter().map(json).collect();
        let kinds: Vec<&str> = told.iter().filter_map(|one| one["type"].as_str()).collect();
        assert_eq!(
            kinds,
            [
                "document.issued",
                "document.issued",
                "cash.applied",
                "period.closed"
            ]
        );
        assert_eq!(told[0]["data"]["number"], "INV-1");
        assert_eq!(told[0]["data"]["party"], "C-1");
        assert_eq!(told[0]["data"]["gross"]["amount"], "50.00");
        assert_eq!(told[0]["data"]["entity"], "NORDLICHT");
        assert_eq!(told[2]["data"]["debit"]["document"], "INV-1");
        assert_eq!(told[2]["data"]["credit"]["document"], "RCT-1");
        assert_eq!(told[2]["data"]["credit"]["amount"]["amount"], "50.00");
        assert_eq!(told[3]["data"]["subject"], "2025-01");
        assert_eq!(told[3]["data"]["actor"], "tester");
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_message_bears_one_id_and_a_signature_through_crashes_and_retries() {
    on_every_engine("same_id", |fixture| {
        found(&fixture.db);
        let (endpoint, secret) = add(fixture, &["period.closed"]);
        assert!(claim(fixture, &later(0)).is_empty());
        close(fixture, "2025-01");
        // Whoever claims this dies before sending: nobody else sends it while the claim holds.
        let first = claim(fixture, &later(0));
        assert_eq!(first.len(), 1);
        assert!(claim(fixture, &later(5)).is_empty());
        let second = claim(fixture, &later(11));
        assert_eq!(second.len(), 1);
        assert_eq!(
            header(&first[0], "webhook-id"),
            header(&second[0], "webhook-id")
        );
        assert_eq!(first[0].body, second[0].body);
        let seconds = header(&second[0], "webhook-timestamp");
        let expected = connect::signature(
            &secret,
            header(&second[0], "webhook-id"),
            seconds.parse().expect("seconds"),
            &second[0].body,
        );
        assert_eq!(
            header(&second[0], "webhook-signature"),
            expected.expect("signed")
        );
        // It fails, is tried again after five seconds, and taken.
        connect::keep(&fixture.db, &later(11), &second[0], &Ok(answered(500))).expect("kept");
        assert!(claim(fixture, &later(11)).is_empty());
        let third = claim(fixture, &later(12));
        assert_eq!(third[0].attempt, 2);
        connect::keep(&fixture.db, &later(12), &third[0], &Ok(answered(204))).expect("kept");
        assert!(claim(fixture, &later(10_000)).is_empty());
        let attempts = fixture
            .db
            .read(&by("tester"), None, |work| {
                connect::attempts(work, Some(endpoint), 10)
            })
            .expect("listed");
        let outcomes: Vec<&str> = attempts.iter().map(|one| one.outcome.as_str()).collect();
        assert_eq!(outcomes, ["delivered", "answered 500"]);
    });
}

#[test]
fn nothing_is_told_of_what_was_rolled_back_or_is_not_wanted() {
    on_every_engine("rolled_back", |fixture| {
        found(&fixture.db);
        add(fixture, &["period.closed"]);
        let refused = write(fixture, &by("tester"), |work| {
            periods::close(work, "2025-01")?;
            periods::close(work, "2025-01")
        });
        assert_eq!(refused, Err("period_unchanged"));
        close(fixture, "2025-02");
        let reopened = write(fixture, &by("tester"), |work| {
            periods::reopen(work, "2025-02", "a late bill")
        });
        assert_eq!(reopened, Ok(()));
        let parcels = claim(fixture, &later(1));
        assert_eq!(parcels.len(), 1);
        assert_eq!(json(&parcels[0])["data"]["subject"], "2025-02");
    });
}

#[test]
fn an_endpoint_is_switched_off_when_it_is_gone_or_fails_for_days_and_misses_nothing() {
    on_every_engine("switched_off", |fixture| {
        found(&fixture.db);
        let (endpoint, _) = add(fixture, &[]);
        let state = || {
            let all = fixture.db.read(&by("tester"), None, connect::endpoints);
            let all = all.expect("listed");
            (all[0].state.clone(), all[0].waiting)
        };
        close(fixture, "2025-01");
        let parcel = claim(fixture, &later(0)).remove(0);
        connect::keep(&fixture.db, &later(0), &parcel, &Ok(answered(410))).expect("kept");
        assert_eq!(state(), ("disabled".into(), 0));
        // What happens meanwhile waits.
        close(fixture, "2025-02");
        assert_eq!(state(), ("disabled".into(), 1));
        assert!(claim(fixture, &later(1)).is_empty());
        let change = |change: Change| {
            write(fixture, &by("tester"), |work| {
                connect::change(work, endpoint, change)
            })
        };
        assert_eq!(change(Change::Enable), Ok(()));
        assert_eq!(change(Change::Enable), Err("endpoint_unchanged"));
        // Three days of failures give the message up, five switch the endpoint off.
        let mut minutes = 2;
        let waits = [1, 7, 37, 145, 361, 721, 1_009, 1_297, 1_729, 0];
        for (attempt, wait) in (1..).zip(waits) {
            let parcel = claim(fixture, &later(minutes)).remove(0);
            assert_eq!(parcel.attempt, attempt);
            let silence = Err("no answer".to_owned());
            connect::keep(&fixture.db, &later(minutes), &parcel, &silence).expect("kept");
            minutes += wait;
        }
        assert_eq!(state(), ("enabled".into(), 0), "given up");
        close(fixture, "2025-03");
        let parcel = claim(fixture, &later(60 * 121)).remove(0);
        connect::keep(&fixture.db, &later(60 * 121), &parcel, &Ok(answered(503))).expect("kept");
        assert_eq!(state().0, "disabled");
        assert_eq!(change(Change::Remove), Ok(()));
        assert_eq!(change(Change::Enable), Err("unknown_endpoint"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn a_receiver_that_asks_for_rest_is_left_alone_so_long_and_a_day_at_most() {
    on_every_engine("rest_asked", |fixture| {
        found(&fixture.db);
        let (endpoint, _) = add(fixture, &["period.closed"]);
        close(fixture, "2025-01");
        close(fixture, "2025-02");
        let busy = |asked: &str| {
            Ok(Reply {
                status: 429,
                retry_after: Some(asked.to_owned()),
            })
        };
        let keep = |minutes: i64, parcel: &Parcel, answer: &Result<Reply, String>| {
            connect::keep(&fixture.db, &later(minutes), parcel, answer).expect("kept")
        };
        let parcels = claim(fixture, &later(0));
        let until = keep(0, &parcels[0], &busy("3600")).expect("a rest");
        assert_eq!(until, later(60).now);
        connect::give_back(&fixture.db, &later(0), &parcels[1..], until).expect("given back");
        // Neither what failed nor what came with it, nor what happens meanwhile.
        close(fixture, "2025-03");
        assert!(claim(fixture, &later(59)).is_empty());
        let parcels = claim(fixture, &later(60));
        let attempts: Vec<i64> = parcels.iter().map(|parcel| parcel.attempt).collect();
        assert_eq!(attempts, [2, 1, 1]);
        // A month is too long; what cannot be read, or comes with a yes, asks for nothing.
        let month = busy("Wed, 30 Apr 2025 12:00:00 GMT");
        assert_eq!(keep(60, &parcels[0], &month), Some(later(60 * 25).now));
        assert_eq!(keep(60, &parcels[1], &busy("soon")), None);
        let taken = Ok(Reply {
            status: 204,
            retry_after: Some("60".to_owned()),
        });
        assert_eq!(keep(60, &parcels[2], &taken), None);
        assert!(claim(fixture, &later(60 * 25 - 1)).is_empty());
        // Whoever enables it again does not wait for the end of the rest.
        for change in [Change::Disable, Change::Enable] {
            let done = write(fixture, &by("tester"), |work| {
                connect::change(work, endpoint, change)
            });
            assert_eq!(done, Ok(()));
        }
        assert_eq!(claim(fixture, &later(61)).len(), 2);
        crate::verify::assert_good(fixture);
    });
}

/// Between the sending of a message and the record of it somebody may ask for it again.
#[test]
fn what_is_asked_for_again_while_it_is_sent_is_sent_again() {
    on_every_engine("asked_meanwhile", |fixture| {
        found(&fixture.db);
        let (endpoint, _) = add(fixture, &["period.closed"]);
        close(fixture, "2025-01");
        let sent = claim(fixture, &later(0)).remove(0);
        let replayed = write(fixture, &by("tester"), |work| {
            connect::replay(work, endpoint, Replay::Event(sent.event))
        });
        assert_eq!(replayed, Ok(1));
        connect::keep(&fixture.db, &later(0), &sent, &Ok(answered(204))).expect("kept");
        let again = claim(fixture, &later(0)).remove(0);
        assert_eq!((again.event, again.attempt), (sent.event, 1));
        connect::keep(&fixture.db, &later(0), &again, &Ok(answered(204))).expect("kept");
        assert!(claim(fixture, &later(60)).is_empty());
    });
}

#[test]
fn events_are_sent_again_on_request_and_secrets_change_over() {
    on_every_engine("again", |fixture| {
        found(&fixture.db);
        let (endpoint, old) = add(fixture, &["period.closed", "period.reopened"]);
        close(fixture, "2025-01");
        close(fixture, "2025-02");
        let parcels = claim(fixture, &later(0));
        for parcel in &parcels {
            connect::keep(&fixture.db, &later(0), parcel, &Ok(answered(200))).expect("kept");
        }
        assert!(claim(fixture, &later(60)).is_empty());
        let replay = |which: Replay| {
            write(fixture, &by("tester"), |work| {
                connect::replay(work, endpoint, which)
            })
        };
        assert_eq!(replay(Replay::Event(parcels[1].event)), Ok(1));
        assert_eq!(replay(Replay::Event(EventId(7))), Err("unknown_event"));
        let again = claim(fixture, &later(60));
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].event, parcels[1].event);
        assert_eq!(replay(Replay::Since(by("").now)), Ok(2));
        assert_eq!(replay(Replay::Since(later(5).now)), Ok(0));
        let new = write(fixture, &by("tester"), |work| {
            connect::new_secret(work, endpoint)
        });
        let new = new.expect("a secret");
        let both = claim(fixture, &later(61));
        assert_eq!(both.len(), 2);
        let signed: Vec<&str> = header(&both[0], "webhook-signature").split(' ').collect();
        assert_eq!(signed.len(), 2, "the old secret signs for a day");
        let sign = |secret: &str, parcel: &Parcel| {
            let seconds = header(parcel, "webhook-timestamp")
                .parse()
                .expect("seconds");
            let id = header(parcel, "webhook-id");
            connect::signature(secret, id, seconds, &parcel.body).expect("signed")
        };
        assert_eq!(signed[0], sign(&new, &both[0]));
        assert_eq!(signed[1], sign(&old, &both[0]));
        assert_eq!(replay(Replay::Event(parcels[0].event)), Ok(1));
        let after = claim(fixture, &later(60 * 25));
        assert_eq!(
            header(&after[0], "webhook-signature"),
            sign(&new, &after[0])
        );
    });
}

#[test]
fn endpoints_are_refused_in_order() {
    on_every_engine("hooks_refused", |fixture| {
        found(&fixture.db);
        staff(fixture, &[("ben", "cash_application", None)]);
        let add = |login: &str, url: &str, event: &str| {
            let events = [event.to_owned()];
            write(fixture, &by(login), |work| {
                connect::add(work, Reach::Public, url, &events, "").map(|_| ())
            })
        };
        let good = "https://example.com/";
        assert_eq!(add("ben", good, "*"), Err("not_allowed"));
        assert_eq!(add("tester", "example.com", "*"), Err("not_a_url"));
        assert_eq!(
            add("tester", "http://example.com", "*"),
            Err("url_not_encrypted")
        );
        assert_eq!(add("tester", good, "cash.lost"), Err("unknown_event_kind"));
        assert_eq!(add("tester", good, "cash.applied"), Ok(()));
        let seen = write(fixture, &by("ben"), connect::endpoints);
        assert_eq!(seen.map(|_| ()), Err("not_allowed"));
        let nobody = access::people;
        assert!(fixture.db.read(&context(), None, nobody).is_ok());
    });
}
