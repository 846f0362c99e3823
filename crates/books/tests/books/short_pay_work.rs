//! Short-pays at work: owners, reasons, decisions, credits; what others approve and agents propose.

use books::access;
use books::approvals::{self, Asked, Verdict as Voice, Wish};
use books::short_pays::{self, Credit, ShortPay, State};
use books::{Failure, Outcome, Work};
use domain::access::Area;
use domain::ids::RequestId;
use domain::short_pays::Reason;
use serde_json::json;

use crate::access::staff;
use crate::cash::{company, eur, is_good, take};
use crate::control::{rule, set_rule};
use crate::engines::{Fixture, by, context, on_every_engine};
use crate::short_pays::{
    FEBRUARY, by_hand, code, day, one, open_of_k1, pay_in_part, pay_short_in_february, write,
};

fn approve(fixture: &Fixture, login: &str, id: RequestId) -> Result<String, Failure> {
    write(fixture, &by(login), |work| {
        approvals::decide(work, id, Voice::Approve, "seen")
    })
}

#[test]
fn a_case_is_worked_and_credited_with_approval() {
    on_every_engine("sp_worked", |fixture| {
        pay_short_in_february(fixture);
        staff(
            fixture,
            &[
                ("clerk", "cash_application", None),
                ("cora", "collector", None),
                ("fred", "credit", None),
                ("sam", "ar_senior", None),
            ],
        );
        let act = |login: &str, act: &dyn Fn(&mut Work<'_>) -> Outcome<ShortPay>| {
            write(fixture, &by(login), act)
        };
        let case = act("clerk", &|work| {
            short_pays::assign(work, "SP-000001", "cora", "her customer")
        });
        assert_eq!(case.expect("assigned").owner, "cora");
        let none = act("cora", &|work| short_pays::note(work, "SP-000001", " "));
        assert_eq!(code(none), "nothing_told");
        act("cora", &|work| {
            short_pays::note(work, "SP-000001", "photos came")
        })
        .expect("noted");
        let strange = act("cora", &|work| {
            short_pays::correct(work, "SP-000001", "weather", "")
        });
        assert_eq!(code(strange), "not_a_reason");
        act("cora", &|work| {
            short_pays::correct(work, "SP-000001", "quantity", "two were missing")
        })
        .expect("corrected");
        // Who applies cash does not decide.
        let decide = |login: &str| {
            act(login, &|work| {
                short_pays::decide(work, "SP-000001", ("justified", ""), "two were missing")
            })
        };
        assert_eq!(code(decide("clerk")), "not_allowed");
        let order = Credit {
            short_pay: "SP-000001".into(),
            amount: None,
            tax_rate: Some("19".into()),
            on: None,
        };
        let credit = |login: &str| {
            write(fixture, &by(login), |work| {
                short_pays::credit(work, &order, "")
            })
        };
        assert_eq!(code(credit("fred")), "not_justified");
        assert_eq!(decide("cora").expect("decided").state, State::Justified);
        assert_eq!(code(credit("cora")), "not_allowed");
        set_rule(fixture, "tester", rule(Area::CreditMemos, 0));
        let Ok(Asked::Waits(id)) = credit("fred") else {
            panic!("it waits");
        };
        assert_eq!(one(fixture).state, State::Justified);
        approve(fixture, "sam", id).expect("approved");
        let case = one(fixture);
        assert_eq!((case.state, case.open), (State::Credited, eur("0.00")));
        assert_eq!(case.reason, Reason::Quantity);
        assert!(open_of_k1(fixture).iter().all(|row| !row.contains("SP-")));
        assert_eq!(code(credit("fred")), "short_pay_not_open");
        assert_eq!(code(decide("cora")), "short_pay_not_open");
        let (_, events) = fixture
            .db
            .read(&context(), None, |work| short_pays::show(work, "SP-000001"))
            .expect("shown");
        let told: Vec<String> = events
            .iter()
            .map(|event| format!("{} {} {}", event.kind.code(), event.content, event.actor))
            .collect();
        assert_eq!(
            told,
            [
                "assigned cora clerk",
                "noted  cora",
                "reason quantity cora",
                "decided justified cora"
            ]
        );
        is_good(&fixture.db);
    });
}

#[test]
fn who_parted_off_does_not_decide_and_agents_do_nothing() {
    on_every_engine("sp_apart", |fixture| {
        company(fixture);
        pay_in_part(fixture);
        staff(
            fixture,
            &[
                ("anna", "ar_specialist", None),
                ("cora", "collector", None),
                ("sam", "ar_senior", None),
            ],
        );
        let case = write(fixture, &by("anna"), |work| {
            short_pays::part_off(work, &by_hand("RG-2025-0102", "10.00", "bonus"))
        })
        .expect("parted off");
        assert_eq!(case.reason, Reason::Promotion);
        let decide = |login: &str| {
            write(fixture, &by(login), |work| {
                short_pays::decide(work, "SP-000001", ("unjustified", ""), "none was agreed")
            })
        };
        assert_eq!(code(decide("anna")), "own_short_pay");
        assert_eq!(decide("cora").expect("decided").state, State::Unjustified);
        write(fixture, &by("tester"), |work| {
            access::issue_agent(work, "robot", "ar_specialist", None, 30)
        })
        .expect("an agent");
        let agent = by("agent:robot");
        let refused = write(fixture, &agent, |work| {
            short_pays::assign(work, "SP-000001", "cora", "")
        });
        assert_eq!(code(refused), "agent_only_proposes");
        let refused = write(fixture, &agent, |work| {
            short_pays::part_off(work, &by_hand("RG-2025-0102", "10.00", "bonus"))
        });
        assert_eq!(code(refused), "agent_only_proposes");
        // What is not worth the trouble is given up, with its own approval.
        let given_up = write(fixture, &by("tester"), |work| {
            short_pays::write_off(work, "SP-000001", None, None, "not worth it")
        });
        let waiting = given_up.expect("asked").waiting;
        assert_eq!(one(fixture).state, State::Unjustified, "it waits");
        approve(fixture, "sam", waiting[0]).expect("approved");
        assert_eq!(one(fixture).state, State::WrittenOff);
        is_good(&fixture.db);
    });
}

#[test]
fn of_two_who_decide_the_second_is_told_what_the_first_decided() {
    on_every_engine("sp_both", |fixture| {
        pay_short_in_february(fixture);
        staff(
            fixture,
            &[("cora", "collector", None), ("carl", "collector", None)],
        );
        let decide = |login: &str, verdict: (&str, &str)| {
            write(fixture, &by(login), |work| {
                short_pays::decide(work, "SP-000001", verdict, "looked at")
            })
        };
        let refused = decide("cora", ("justified", "unjustified"));
        assert_eq!(code(refused), "short_pay_decided", "nothing stands yet");
        decide("cora", ("justified", "")).expect("decided");
        let refused = decide("carl", ("unjustified", "")).expect_err("decided meanwhile");
        assert_eq!(refused.code(), "short_pay_decided");
        let told = refused.to_string();
        assert!(told.contains("justified already, cora decided"), "{told}");
        assert_eq!(one(fixture).state, State::Justified);
        // Who knows the verdict replaces it.
        decide("carl", ("unjustified", "justified")).expect("replaced");
        assert_eq!(one(fixture).state, State::Unjustified);
        // Of two who give it up the second is refused, too.
        let give_up = || {
            write(fixture, &by("tester"), |work| {
                short_pays::write_off(work, "SP-000001", None, None, "small")
            })
        };
        let waiting = give_up().expect("asked").waiting;
        let twice = give_up().expect("asked").waiting;
        staff(fixture, &[("sam", "ar_senior", None)]);
        approve(fixture, "sam", waiting[0]).expect("given up");
        let refused = approve(fixture, "sam", twice[0]);
        assert!(refused.is_err(), "nothing is open any more");
        let refused = write(fixture, &by("cora"), |work| {
            short_pays::assign(work, "SP-000001", "cora", "")
        });
        assert_eq!(code(refused), "short_pay_not_open");
        is_good(&fixture.db);
    });
}

#[test]
fn an_agent_proposes_and_a_person_decides() {
    on_every_engine("sp_agent", |fixture| {
        pay_short_in_february(fixture);
        staff(
            fixture,
            &[
                ("cora", "collector", None),
                ("sam", "ar_senior", None),
                ("ines", "ar_associate", None),
            ],
        );
        write(fixture, &by("tester"), |work| {
            access::issue_agent(work, "robot", "collector", None, 30)?;
            access::issue_agent(work, "boss", "ar_senior", None, 30)
        })
        .expect("agents");
        let wish = |content: &serde_json::Value| Wish::parse("short_pay", content).expect("a wish");
        let asked = |login: &str, content: &serde_json::Value| {
            let done = write(fixture, &by(login), |work| {
                approvals::ask(work, &wish(content), "seen on the photos")
            });
            match done.expect("asked") {
                Asked::Waits(id) => id,
                Asked::Done(what) => panic!("{what} was done"),
            }
        };
        let approve = |login: &str, id| approve(fixture, login, id);
        assert_eq!(
            Wish::parse("short_pay", &json!({ "short_pay": "SP-000001" })),
            None
        );
        // Who answers for it moves no money: that counts nothing against limits.
        let id = asked(
            "agent:robot",
            &json!({ "short_pay": "SP-000001", "owner": "ines" }),
        );
        let shown = fixture
            .db
            .read(&context(), None, |work| approvals::request(work, id));
        assert_eq!(shown.expect("the request").amount, 0);
        approve("sam", id).expect("approved");
        assert_eq!(one(fixture).owner, "ines");
        let id = asked(
            "agent:robot",
            &json!({ "short_pay": "SP-000001", "short_pay_reason": "quantity", "owner": "cora",
                "verdict": "unjustified" }),
        );
        assert_eq!(one(fixture).state, State::Open, "asking changes nothing");
        let shown = fixture
            .db
            .read(&context(), None, |work| approvals::request(work, id));
        let shown = shown.expect("the request");
        assert_eq!(
            shown.effect.as_array().map(Vec::len),
            Some(3),
            "{}",
            shown.effect
        );
        for (login, why) in [
            ("agent:robot", "agent_only_proposes"),
            ("agent:boss", "agent_only_proposes"),
            ("cora", "not_allowed"),
        ] {
            assert_eq!(code(approve(login, id)), why, "{login}");
        }
        approve("sam", id).expect("approved");
        let case = one(fixture);
        assert_eq!(
            (case.state, case.reason, case.owner.as_str()),
            (State::Unjustified, Reason::Quantity, "cora")
        );
        // What a person decided meanwhile is not overturned by a proposal that did not know it.
        let late = wish(&json!({ "short_pay": "SP-000001", "verdict": "justified" }));
        let refused = write(fixture, &by("agent:robot"), |work| {
            approvals::ask(work, &late, "seen")
        });
        assert_eq!(code(refused), "short_pay_decided");
        // The credit memo that follows waits for those who approve credit memos, with its entry.
        let id = asked(
            "agent:robot",
            &json!({ "short_pay": "SP-000001", "verdict": "justified",
                "instead_of": "unjustified", "credit_on": "2025-03-31", "tax_rate": "19" }),
        );
        let shown = fixture
            .db
            .read(&context(), None, |work| approvals::request(work, id));
        let effect = shown.expect("the request").effect.to_string();
        assert!(
            effect.contains("\"1200\"") && effect.contains("-20.00"),
            "{effect}"
        );
        assert_eq!(code(approve("agent:boss", id)), "agent_only_proposes");
        assert_eq!(code(approve("cora", id)), "not_allowed");
        assert_eq!(one(fixture).state, State::Unjustified);
        approve("sam", id).expect("approved");
        assert_eq!(one(fixture).state, State::Credited);
        is_good(&fixture.db);
    });
}

#[test]
fn owners_come_from_portfolios_and_defaults() {
    on_every_engine("sp_owners", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        staff(
            fixture,
            &[("cora", "collector", None), ("dora", "collector", None)],
        );
        let days = short_pays::Defaults {
            owner: "dora".into(),
            answer_days: 3,
        };
        let wrong = short_pays::Defaults {
            owner: "ghost".into(),
            ..days.clone()
        };
        let set = |new: &short_pays::Defaults| {
            write(fixture, &by("tester"), |work| {
                short_pays::set_defaults(work, new)
            })
        };
        assert_eq!(code(set(&wrong)), "no_person");
        set(&days).expect("set");
        write(fixture, &by("tester"), |work| {
            books::cash::apply_within(work, None, None)
        })
        .expect("applied");
        let case = one(fixture);
        assert_eq!(
            (case.owner.as_str(), case.answer_by),
            ("dora", day("2025-04-03"))
        );
        is_good(&fixture.db);
    });
}
